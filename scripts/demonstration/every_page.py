"""Every page of the dashboard, by the name under which it is photographed and looked at for barriers."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shown:
    """One page in one state. ``path`` names what it shows in braces: ``/interviews/{interview}``."""

    name: str
    path: str

    def address(self, ids: Mapping[str, str]) -> str:
        """Its path with these ids. Raises KeyError for one that is not given."""
        return self.path.format_map(ids)


# As somebody sees them who has not logged in.
OUTSIDE = (
    Shown("login", "/login"),
    Shown("forgot", "/login/forgot"),
)
# As an administrator sees them in a house with interviews, the newest state of each.
PAGES = (
    Shown("interviews", "/interviews"),
    Shown("interviews-nothing-found", "/interviews?q=nobody"),
    Shown("interview", "/interviews/{interview}"),
    Shown("interview-new", "/interviews/new"),
    Shown("interview-new-verdict", "/interviews/new?job={job}&candidate={candidate}"),
    Shown("live", "/live"),
    Shown("jobs", "/jobs"),
    Shown("job", "/jobs/{job}"),
    Shown("job-new", "/jobs/new"),
    Shown("job-edit", "/jobs/{job}/edit"),
    Shown("job-questions", "/jobs/{job}/questions"),
    Shown("job-facts", "/jobs/{job}/facts"),
    Shown("job-versions", "/jobs/{job}/versions"),
    Shown("job-compare", "/jobs/{job}/compare"),
    Shown("job-end", "/jobs/{job}/end"),
    Shown("candidates", "/candidates"),
    Shown("candidate", "/candidates/{candidate}"),
    Shown("candidate-new", "/candidates/new"),
    Shown("candidate-edit", "/candidates/{candidate}/edit"),
    Shown("candidate-erase", "/candidates/{candidate}/erase"),
    Shown("candidates-import", "/candidates/import"),
    Shown("campaigns", "/campaigns"),
    Shown("campaign", "/campaigns/{campaign}"),
    Shown("campaign-new", "/campaigns/new"),
    Shown("requests", "/requests"),
    Shown("request-new", "/requests/new"),
    Shown("insights", "/insights?demo=1"),
    Shown("insights-empty", "/insights"),
    Shown("fairness", "/fairness?demo=1"),
    Shown("calibration", "/calibration?demo=1"),
    Shown("people", "/people"),
    Shown("keys", "/keys"),
    Shown("webhooks", "/keys/webhooks"),
    Shown("settings", "/settings"),
    Shown("settings-numbers", "/settings/numbers"),
    Shown("settings-opt-outs", "/settings/opt-outs"),
    Shown("settings-calling", "/settings/calling"),
    Shown("status", "/status"),
    Shown("not-found", "/nowhere"),
)
# What is read in an empty house as well: nothing there yet, and what to do about it.
EMPTY = tuple(Shown(f"{one.name}-new-house", one.path) for one in PAGES if "{" not in one.path and "?" not in one.path)
# Read without being a page of its own: files, and parts that a page asks for.
FILES = frozenset(
    f"dashboard.{name}"
    for name in (
        "static", "branding_styles", "branding_logo", "audio", "audio_zip", "scorecard", "export_list", "funnel",
        "insight_part", "live_calls", "live_stream", "people_to_call", "reading_resume", "candidate_resume",
        "export_candidate", "erasure_state", "campaign_state", "campaign_results", "job_progress", "hear_question",
        "question_audio", "job_description", "see_colour",
    )
)  # fmt: skip
# Reached by a link that works once, led on from, or of something that a demonstration does not have: each is looked at
# by the tests of its own.
ONCE = frozenset(
    f"dashboard.{name}"
    for name in (
        "home", "link_page", "password_page", "calibration", "request", "webhook_endpoint", "webhook_delivery",
        "erasure", "sso_begin", "sso_callback",
    )
)  # fmt: skip

"""Codes of candidates, previews and campaigns in a reader's words, and clocks that are not the reader's own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from ivr.dashboard import words
from ivr.dashboard.words import Label
from ivr.services.call_previews import CallPreviewView, CheckView
from ivr.services.campaign_views import CampaignView
from ivr.services.cost_estimates import CostEstimateView
from ivr.services.views import CandidateView

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_RESUME = {
    "none": Label("None", "none", "out"),
    "parsing": Label("Being read", "clock", ""),
    "ready": Label("Read", "ok", "hire"),
    "no_text": Label("No text in it", "mid", "cons"),
    "failed": Label("Not read", "x", "rej"),
}
_RULES = {
    "whitelist": "On the list of numbers that may be called",
    "number": "A kind of number that may be called",
    "opt_out": "Has not asked to be left alone",
    "consent": "Consent on file",
    "questions": "Questions approved",
    "stop_switch": "Calling is switched on",
    "hours": "Inside the calling hours",
    "attempts": "Tries left",
    "cool_down": "No other call of ours just now",
    "daily_limit_of_number": "Calls to this number today",
    "daily_limit": "Calls of today",
    "lines": "A free line",
    "budget": "Budget of the month",
    "breaker": "Calls go through",
}
_CAMPAIGN = {
    "scheduled": Label("Scheduled", "clock", "out"),
    "running": Label("Calling", "phone", "live"),
    "paused": Label("Paused", "pause", "cons"),
    "completed": Label("Through", "ok", "hire"),
    "canceled": Label("Canceled", "x", "out"),
}
_MEMBER = {
    "waiting": Label("Waiting for its turn", "clock", "out"),
    "refused": Label("Not called", "x", "rej"),
    "canceled": Label("Canceled", "x", "out"),
}
# In the order in which a campaign's bar and its counts show them: statuses, words, tone.
_GROUPS = (
    (("completed", "needs_review", "processing"), "Interviewed", "hire"),
    (("dialing", "in_progress"), "On the phone", "live"),
    (("waiting", "scheduled", "queued", "interrupted"), "To be called", "ahead"),
    (("unreachable", "failed"), "Not reached", "cons"),
    (("declined", "opted_out"), "Declined", "out"),
    (("refused",), "Not called", "rej"),
    (("canceled",), "Canceled", "none"),
)
_OUTCOME = {
    "created": Label("New", "plus", "hire"),
    "merged": Label("Updated", "retry", "live"),
    "unchanged": Label("Known already", "ok", "out"),
    "error": Label("Left out", "x", "rej"),
}
_BASES = {
    "application": "with the application", "written": "in writing", "spoken": "in a conversation",
}  # fmt: skip
_SOURCES = {"dashboard": "entered here", "api": "by a program", "csv": "from a file"}


@dataclass(frozen=True, slots=True)
class Check:
    """A rule as a line of the verdict: ``tone`` is ok, waits or no."""

    title: str
    tone: str
    sentence: str = ""
    hint: str = ""
    code: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """Some of a campaign's people: how many, and where their part of the bar begins and ends (0-100)."""

    title: str
    tone: str
    count: int
    start: float
    width: float


def resume_label(status: str) -> Label:
    """The chip of a résumé."""
    return _RESUME.get(status, Label(words.plain(status), "mid"))


def checks(preview: CallPreviewView) -> list[Check]:
    """What stands in the way first, then what passes with time, then what is fine."""
    lines = [_line(one, preview) for one in preview.checks]
    return sorted(lines, key=lambda one: ("no", "waits", "ok").index(one.tone))


def _line(one: CheckView, preview: CallPreviewView) -> Check:
    title = _RULES.get(one.rule, words.plain(one.rule))
    if one.code is None:
        return Check(title, "ok")
    # A time that was asked for is kept or refused; without one the call waits.
    is_forbidden = one.rule == "hours" and preview.wished_at is not None
    blocks = one.retry_at is None or is_forbidden or (preview.refused is not None and preview.refused.code == one.code)
    return Check(title, "no" if blocks else "waits", one.sentence or "", one.hint or "", one.code, one.retry_at)


def campaign_label(status: str) -> Label:
    """The chip of a campaign."""
    return _CAMPAIGN.get(status, Label(words.plain(status), "mid"))


def member_label(status: str) -> Label:
    """The chip of one person of a campaign: of the interview, or of why there is none."""
    return _MEMBER.get(status) or words.status_label(status)


def parts(campaign: CampaignView) -> list[Part]:
    """The people of a campaign by what became of them, groups without anybody left out."""
    found, start = [], 0.0
    for statuses, title, tone in _GROUPS:
        count = sum(campaign.counts.get(status, 0) for status in statuses)
        if count:
            width = 100 * count / campaign.total
            found.append(Part(title, tone, count, round(start, 2), round(width, 2)))
            start += width
    return found


def outcome_label(outcome: str) -> Label:
    """The chip of a row of a file."""
    return _OUTCOME.get(outcome, Label(words.plain(outcome), "mid"))


def basis(code: str) -> str:
    """How consent was given."""
    return _BASES.get(code, words.plain(code).lower())


def source(code: str) -> str:
    """Where a consent came from."""
    return _SOURCES.get(code, words.plain(code).lower())


def on_clock(at: datetime, zone: str) -> str:
    """``Mon 2 Mar, 10:42`` on that zone's clock."""
    there = at.astimezone(ZoneInfo(zone))
    return f"{_DAYS[there.weekday()]} {there.day} {_MONTHS[there.month - 1]}, {there:%H:%M}"


def place(zone: str) -> str:
    """``Europe/London``, with spaces for underscores."""
    return zone.replace("_", " ")


def dollars(amount: str) -> str:
    """``$0.02``; small sums keep a figure that says something."""
    value = Decimal(amount)
    return f"${value:.2f}" if value >= Decimal("0.1") or not value else f"${value:.3f}"


def mean(total: str, calls: int) -> str:
    """A sum by its calls, as a decimal text."""
    return str(Decimal(total) / calls) if calls else "0"


def estimate_basis(cost: CostEstimateView) -> str:
    """What the estimate of the models' part is based on."""
    demo = ", simulated ones too" if cost.includes_simulated else ""
    match cost.basis:
        case "job":
            return f"the mean of this job’s {cost.interviews} interviews of the last 90 days{demo}"
        case "organisation":
            return f"the mean of your {cost.interviews} interviews of the last 90 days{demo}; this job has too few"
        case "prices":
            return f"the price table: each answer transcribed once and rated {cost.samples} times"
        case _:
            return "no model here has a known price"


def summary_of(person: CandidateView) -> str:
    """What the profile says in one line."""
    profile = person.profile
    years = None if profile.years is None else f"{profile.years:g} years"
    return ", ".join(part for part in (profile.role, profile.company, years) if part)


FILTERS: Mapping[str, Callable[..., Any]] = {
    "basis": basis, "campaign_label": campaign_label, "checks": checks, "dollars": dollars,
    "estimate_basis": estimate_basis, "mean_of": mean, "member_label": member_label, "on_clock": on_clock,
    "outcome_label": outcome_label, "parts": parts, "place": place, "resume_label": resume_label, "source": source,
    "summary_of": summary_of,
}  # fmt: skip

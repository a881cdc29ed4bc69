"""The terms of an interview: those settings of a job that decide what is asked of a person and how it is scored.

Approval freezes them with the version of the questions, so that everybody who is interviewed on one version meets the
same interview. All other settings (when and how often to call, what to keep) are the job's own at any time.
"""

from collections.abc import Mapping
from typing import Any, cast

from db.models import Job, QuestionSet
from ivr.services.drafts import JobSettings, overlay_settings, settings_from_plain, settings_to_plain

TERMS = (
    "thresholds",
    "weights",
    "max_follow_ups",
    "answer_max_s",
    "max_call_minutes",
    "retakes",
    "practice",
    "voice",
    "resume_in_scoring",
    "resume_question",
)


def terms_of(settings: Mapping[str, Any]) -> dict[str, Any]:
    """What a version keeps of ``Job.settings``, with the defaults of what is not named there."""
    complete = settings_to_plain(settings_from_plain(settings))
    return {name: complete[name] for name in TERMS}


def settings_in_force(job: Job, version: QuestionSet) -> JobSettings:
    """The settings under which an interview of this version is held; the job's own while it is not approved."""
    return overlay_settings(settings_from_plain(job.settings), cast("Mapping[str, Any]", version.terms or {}))


def terms_ahead(settings: Mapping[str, Any], terms: Mapping[str, Any] | None) -> tuple[str, ...]:
    """Which of the job's settings will hold from the next approved version on: they differ from the approved one's."""
    if terms is None:
        return ()
    wished = terms_of(settings)
    return tuple(name for name in TERMS if wished[name] != terms.get(name, wished[name]))

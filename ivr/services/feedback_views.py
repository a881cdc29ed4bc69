"""A feedback sheet as recruiters see it before and after it is released, and as its candidate reads it."""

from dataclasses import dataclass
from datetime import datetime

from db.models import FeedbackSheet

NONE = "none"


@dataclass(frozen=True, slots=True)
class FeedbackView:
    """``status`` is none, drafting (a worker writes it), draft or released; ``written_by`` model or person. ``note``
    says why there is no draft; ``outdated`` that the model wrote it from ratings which are not the newest any more."""

    interview_id: str
    status: str
    strengths: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    written_by: str | None = None
    note: str | None = None
    outdated: bool = False
    updated_at: datetime | None = None
    released_at: datetime | None = None
    released_by: str | None = None
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class ReleasedFeedback:
    """What a candidate reads: no number, no verdict, and nobody's name."""

    strengths: tuple[str, ...]
    topics: tuple[str, ...]
    released_at: datetime
    company: str
    job_title: str
    language: str
    simulated: bool


def feedback_view(interview_id: str, sheet: FeedbackSheet | None, newest_set_id: str | None) -> FeedbackView:
    """The sheet, or that there is none yet."""
    if sheet is None:
        return FeedbackView(interview_id, NONE)
    return FeedbackView(
        interview_id=interview_id,
        status=sheet.state.value,
        strengths=tuple(sheet.strengths),
        topics=tuple(sheet.topics),
        written_by=sheet.written_by,
        note=sheet.note,
        outdated=is_outdated(sheet, newest_set_id),
        updated_at=sheet.updated_at,
        released_at=sheet.released_at,
        released_by=sheet.released_by,
        simulated=sheet.simulated,
    )


def is_outdated(sheet: FeedbackSheet, newest_set_id: str | None) -> bool:
    """Whether a model wrote this about ratings that another score set has followed."""
    return sheet.written_by == "model" and sheet.released_at is None and sheet.score_set_id != newest_set_id

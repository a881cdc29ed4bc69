"""Who is on the telephone at this moment, and whom a call is due to next: small readings that a page repeats."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from db.models import Call, Candidate, Interview, Job, Organisation, QuestionSet
from interview.lifecycle import InterviewStatus
from interview.progress import Progress
from interview.script import SpokenQuestion

_S = InterviewStatus
_ON_THE_LINE = (_S.DIALING, _S.IN_PROGRESS)
_WAITING = (_S.SCHEDULED, _S.QUEUED, _S.INTERRUPTED)


@dataclass(frozen=True, slots=True)
class OnTheLine:
    """An interview that is being called or held, with its newest call. ``settings`` as the job's row keeps them."""

    interview_id: str
    status: InterviewStatus
    progress: Progress
    hang_up_requested: bool
    purpose: str
    simulated: bool
    created_at: datetime
    name: str
    phone: str
    job_title: str
    language: str
    settings: Mapping[str, Any]
    spoken: tuple[SpokenQuestion, ...]
    attempt: int | None
    direction: str | None
    answered_at: datetime | None
    placed_at: datetime | None


@dataclass(frozen=True, slots=True)
class DueCall:
    """A call that is to be placed, when and why then."""

    interview_id: str
    name: str
    job_title: str
    at: datetime
    why: str
    simulated: bool


def on_the_line(session: Session, organisation_id: str, *, limit: int) -> Sequence[OnTheLine]:
    """Whoever is being called or speaks, the longest first."""
    last = select(func.max(Call.attempt)).where(Call.interview_id == Interview.id).correlate(Interview)
    columns: Any = select(
        Interview.id, Interview.status, Interview.progress, Interview.hang_up_requested, Interview.purpose,
        Interview.simulated, Interview.created_at, Candidate.name, Candidate.phone, Job.title, Job.language,
        Job.settings, QuestionSet.spoken, Call.attempt, Call.direction, Call.answered_at, Call.created_at,
    )  # fmt: skip
    found = session.execute(
        columns.select_from(Interview)
        .join(Candidate, Candidate.id == Interview.candidate_id)
        .join(Job, Job.id == Interview.job_id)
        .join(QuestionSet, QuestionSet.id == Interview.question_set_id)
        .outerjoin(Call, and_(Call.interview_id == Interview.id, Call.attempt == last.scalar_subquery()))
        .where(Interview.organisation_id == organisation_id, Interview.status.in_(_ON_THE_LINE))
        .order_by(func.coalesce(Call.created_at, Interview.created_at), Interview.id)
        .limit(limit)
    )
    return [OnTheLine(*row) for row in found]


def count_on_the_line(session: Session, organisation_id: str) -> int:
    """How many are being called or speak."""
    return _count(session, organisation_id, _ON_THE_LINE)


def count_waiting(session: Session, organisation_id: str) -> int:
    """How many wait for a call, the first or another."""
    return _count(session, organisation_id, _WAITING)


def due_calls(session: Session, organisation_id: str, *, limit: int) -> Sequence[DueCall]:
    """The calls that come next."""
    columns: Any = select(
        Interview.id, Candidate.name, Job.title, Interview.next_action_at, Interview.next_action_why,
        Interview.simulated,
    )  # fmt: skip
    found = session.execute(
        columns.select_from(Interview)
        .join(Candidate, Candidate.id == Interview.candidate_id)
        .join(Job, Job.id == Interview.job_id)
        .where(
            Interview.organisation_id == organisation_id,
            Interview.status.in_(_WAITING),
            Interview.next_action == "call",
            Interview.next_action_at.is_not(None),
        )
        .order_by(Interview.next_action_at, Interview.id)
        .limit(limit)
    )
    return [DueCall(id, name, title, at, why or "", simulated) for id, name, title, at, why, simulated in found]


def is_stopped(session: Session, organisation_id: str) -> bool:
    """Whether the organisation's stop switch is set."""
    return bool(session.scalar(select(Organisation.is_stopped).where(Organisation.id == organisation_id)))


def _count(session: Session, organisation_id: str, statuses: Sequence[InterviewStatus]) -> int:
    statement = select(func.count()).where(
        Interview.organisation_id == organisation_id, Interview.status.in_(statuses)
    )
    return session.scalar(statement) or 0

"""Who calls in: the interviews that wait behind a number, the calls that were made of it, and wrong codes."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from db.columns import new_id
from db.models import Call, CallInAttempt, Candidate, Interview, Job, OptOut, OutboxRow
from interview.lifecycle import InterviewStatus

ATTEMPTS_KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Waiting:
    """An interview of somebody with this number, with what the door to it needs."""

    interview_id: str
    organisation_id: str
    company: str
    language: str


def open_interviews(
    session: Session, phone: str, statuses: frozenset[InterviewStatus]
) -> Sequence[Waiting]:
    """Interviews in one of these statuses whose candidate has this number, newest first, in every organisation."""
    rows = session.execute(
        select(Interview.id, Interview.organisation_id, Job.company, Job.language)
        .join(Candidate, Candidate.id == Interview.candidate_id)
        .join(Job, Job.id == Interview.job_id)
        .where(Candidate.phone == phone, Candidate.erased_at.is_(None), Interview.status.in_(statuses))
        .order_by(Interview.created_at.desc(), Interview.id)
    )
    return [Waiting(*row) for row in rows]


def is_opted_out(session: Session, organisation_id: str, written_as: Collection[str]) -> bool:
    """Whether this organisation must not call or write to the number, however it is written in its opt-outs."""
    found = select(OptOut.id).where(OptOut.organisation_id == organisation_id, OptOut.phone.in_(written_as))
    return session.scalar(found.limit(1)) is not None


def call_by_sid(session: Session, carrier_sid: str) -> Call | None:
    """The call that the carrier knows by this sid."""
    return session.scalar(select(Call).where(Call.carrier_sid == carrier_sid))


def withdraw(session: Session, kind: str, subject_id: str, now: datetime) -> None:
    """Work that has become needless is done; one that a worker has begun finds that out for itself."""
    session.execute(
        update(OutboxRow)
        .where(
            OutboxRow.kind == kind, OutboxRow.subject_id == subject_id, OutboxRow.done_at.is_(None),
            OutboxRow.started.is_(False),
        )
        .values(done_at=now, generation=OutboxRow.generation + 1)
        .execution_options(synchronize_session=False)
    )  # fmt: skip


def wrong_codes(session: Session, phone: str, since: datetime) -> int:
    """How many wrong codes came from this number since then."""
    counted = select(func.count()).select_from(CallInAttempt)
    return session.scalar(counted.where(CallInAttempt.phone == phone, CallInAttempt.created_at >= since)) or 0


def note_wrong_code(session: Session, phone: str, carrier_sid: str, attempt: int, now: datetime) -> None:
    """Write a wrong code down, once however often its webhook comes; old ones are forgotten."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(
        insert(CallInAttempt)
        .values(id=new_id(), created_at=now, phone=phone, carrier_sid=carrier_sid, attempt=attempt)
        .on_conflict_do_nothing(index_elements=["carrier_sid", "attempt"])
    )
    session.execute(
        delete(CallInAttempt)
        .where(CallInAttempt.created_at < now - ATTEMPTS_KEPT)
        .execution_options(synchronize_session=False)
    )

"""What candidates asked of a person; each query names the organisation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from db.columns import new_id
from db.models import Answer, Candidate, CandidateRequest, Interview, Job, RequestKind
from db.repositories.paging import cut, page_of


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which requests; None where it does not matter. ``is_open`` leaves out those that are resolved, or takes them
    alone; ``taken_by`` is in whose hands they are."""

    kind: RequestKind | None = None
    is_open: bool | None = None
    candidate_id: str | None = None
    interview_id: str | None = None
    external_id: str | None = None
    taken_by: str | None = None


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asked, and in which interview for which job, if in one."""

    name: str
    phone: str
    email: str | None
    job_title: str | None
    simulated: bool


def add(
    session: Session,
    *,
    kind: RequestKind,
    source: str,
    organisation_id: str,
    candidate_id: str,
    interview_id: str | None,
    created_by: str,
    at: datetime,
    answer_id: str | None = None,
    reason: str | None = None,
    external_id: str | None = None,
    labels: Mapping[str, str] | None = None,
) -> CandidateRequest:
    """The new request, added to the session."""
    request = CandidateRequest(
        id=new_id(), kind=kind, source=source, organisation_id=organisation_id, candidate_id=candidate_id,
        interview_id=interview_id, answer_id=answer_id, reason=reason, created_by=created_by, created_at=at,
        external_id=external_id, labels=dict(labels or {}),
    )  # fmt: skip
    session.add(request)
    return request


def request(
    session: Session, organisation_id: str, request_id: str, *, lock: bool = False
) -> CandidateRequest | None:
    """The request, or None; with ``lock`` nobody else changes it before this transaction ends."""
    statement = select(CandidateRequest).where(
        CandidateRequest.id == request_id, CandidateRequest.organisation_id == organisation_id
    )
    return session.scalar(statement.with_for_update() if lock else statement)


def has_external_id(session: Session, organisation_id: str, external_id: str) -> bool:
    """Whether one of the organisation's requests is known by this name."""
    is_there = CandidateRequest.organisation_id == organisation_id, CandidateRequest.external_id == external_id
    return session.scalar(select(exists().where(*is_there))) or False


def open_contest(session: Session, answer_id: str) -> CandidateRequest | None:
    """The contest of this answer that nobody has resolved."""
    return session.scalar(
        select(CandidateRequest).where(
            CandidateRequest.answer_id == answer_id, CandidateRequest.kind == RequestKind.CONTEST,
            CandidateRequest.resolved_at.is_(None),
        )
    )  # fmt: skip


def answer_of(session: Session, interview_id: str, answer_id: str) -> Answer | None:
    """The answer, if it was given in this interview."""
    return session.scalar(select(Answer).where(Answer.id == answer_id, Answer.interview_id == interview_id))


def requests(
    session: Session, organisation_id: str, wanted: Wanted, *, limit: int, cursor: str | None
) -> tuple[Sequence[CandidateRequest], str | None]:
    """One page of requests, newest first, and the next cursor. Raises BadCursor."""
    statement = _wanted(select(CandidateRequest), organisation_id, wanted)
    page = page_of(statement, CandidateRequest.created_at, CandidateRequest.id, limit=limit, cursor=cursor)
    return cut(session.scalars(page).all(), limit)


def count_requests(session: Session, organisation_id: str, wanted: Wanted) -> int:
    """How many requests the whole list has."""
    counted = _wanted(select(func.count()).select_from(CandidateRequest), organisation_id, wanted)
    return session.scalar(counted) or 0


def askers(session: Session, request_ids: Sequence[str]) -> dict[str, Asker]:
    """Who made each of these requests, by the request's id."""
    found = (
        select(
            CandidateRequest.id, Candidate.name, Candidate.phone, Candidate.email, Job.title, Interview.simulated
        )
        .join(Candidate, Candidate.id == CandidateRequest.candidate_id)
        .outerjoin(Interview, Interview.id == CandidateRequest.interview_id)
        .outerjoin(Job, Job.id == Interview.job_id)
        .where(CandidateRequest.id.in_(request_ids))
    )
    return {row[0]: Asker(row[1], row[2], row[3], row[4], bool(row[5])) for row in session.execute(found)}


def forget_words(session: Session, interview_id: str) -> int:
    """Empty what was said about this interview in requests; in how many there was something."""
    has_words = or_(CandidateRequest.reason.is_not(None), CandidateRequest.note.is_not(None))
    emptied: Any = session.execute(
        update(CandidateRequest)
        .where(CandidateRequest.interview_id == interview_id, has_words)
        .values(reason=None, note=None)
        .execution_options(synchronize_session=False)
    )
    return int(emptied.rowcount)


def delete_of(session: Session, candidate_id: str) -> int:
    """Delete what this person asked for, their words and the notes about them; how many."""
    gone: Any = session.execute(delete(CandidateRequest).where(CandidateRequest.candidate_id == candidate_id))
    return int(gone.rowcount)


def _wanted(statement: Select[Any], organisation_id: str, wanted: Wanted) -> Select[Any]:
    statement = statement.where(CandidateRequest.organisation_id == organisation_id)
    for column, value in (
        (CandidateRequest.kind, wanted.kind), (CandidateRequest.candidate_id, wanted.candidate_id),
        (CandidateRequest.interview_id, wanted.interview_id), (CandidateRequest.external_id, wanted.external_id),
        (CandidateRequest.taken_by, wanted.taken_by),
    ):  # fmt: skip
        if value is not None:
            statement = statement.where(column == value)
    if wanted.is_open is not None:
        is_open = CandidateRequest.resolved_at.is_(None)
        statement = statement.where(is_open if wanted.is_open else ~is_open)
    return statement

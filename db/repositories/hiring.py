"""Queries over jobs, their questions, candidates and what they consented to; each names the organisation."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, exists, func, or_, select
from sqlalchemy.orm import Session

from db.models import Candidate, Consent, Interview, Job, Organisation, QuestionSet
from db.repositories.paging import cut, page_of
from interview.purpose import Purpose


def organisation(session: Session, organisation_id: str) -> Organisation:
    """The organisation itself. Raises NoResultFound: an actor's organisation is there."""
    return session.get_one(Organisation, organisation_id)


# --- jobs --------------------------------------------------------------------------------------------------------


def job(session: Session, organisation_id: str, job_id: str, *, lock: bool = False) -> Job | None:
    """The job, or None; with ``lock`` nobody else changes it before this transaction ends."""
    statement = select(Job).where(Job.id == job_id, Job.organisation_id == organisation_id)
    return session.scalar(statement.with_for_update() if lock else statement)


def jobs(
    session: Session, organisation_id: str, *, status: str | None, external_id: str | None, q: str | None,
    limit: int, cursor: str | None,
) -> tuple[Sequence[Job], str | None]:  # fmt: skip
    """One page of jobs, newest first, and the next cursor. Raises BadCursor."""
    statement = _jobs(select(Job), organisation_id, status, external_id, q)
    return cut(session.scalars(page_of(statement, Job.created_at, Job.id, limit=limit, cursor=cursor)).all(), limit)


def count_jobs(
    session: Session, organisation_id: str, *, status: str | None, external_id: str | None, q: str | None
) -> int:
    """How many jobs the whole list has."""
    return session.scalar(_jobs(select(func.count()).select_from(Job), organisation_id, status, external_id, q)) or 0


def _jobs(
    statement: Select[Any], organisation_id: str, status: str | None, external_id: str | None, q: str | None
) -> Select[Any]:
    statement = statement.where(Job.organisation_id == organisation_id)
    if status is not None:
        statement = statement.where(Job.status == status)
    if external_id is not None:
        statement = statement.where(Job.external_id == external_id)
    if q:
        statement = statement.where(or_(_contains(Job.title, q), _contains(Job.company, q)))
    return statement


def job_with_external_id(session: Session, organisation_id: str, external_id: str) -> str | None:
    """The id of the job that has this external id."""
    return session.scalar(select(Job.id).where(Job.organisation_id == organisation_id, Job.external_id == external_id))


def job_titles(session: Session, organisation_id: str, job_ids: Collection[str]) -> dict[str, str]:
    """What these jobs are called, by id."""
    statement = select(Job.id, Job.title).where(Job.organisation_id == organisation_id, Job.id.in_(job_ids))
    return {id: title for id, title in session.execute(statement)}


# --- questions ---------------------------------------------------------------------------------------------------


def question_set(session: Session, job_id: str, version: int | None = None) -> QuestionSet | None:
    """That version of the job's questions, or the newest one; not those that candidates practise with."""
    statement = select(QuestionSet).where(
        QuestionSet.job_id == job_id, QuestionSet.purpose == Purpose.ASSESSMENT.value
    )
    if version is not None:
        return session.scalar(statement.where(QuestionSet.version == version))
    return session.scalar(statement.order_by(QuestionSet.version.desc()).limit(1))


def texts_asked(session: Session, job_id: str, purpose: Purpose) -> tuple[str, ...]:
    """The text of every question that any version of the job has for this purpose, the latest version's last."""
    found = session.scalars(
        select(QuestionSet.spoken)
        .where(QuestionSet.job_id == job_id, QuestionSet.purpose == purpose.value)
        .order_by(QuestionSet.version)
    )
    return tuple(question.text for questions in found for question in questions)


def practice_set(session: Session, job_id: str) -> QuestionSet | None:
    """What candidates of this job practise with at present, or None while nobody has practised."""
    return session.scalar(
        select(QuestionSet)
        .where(QuestionSet.job_id == job_id, QuestionSet.purpose == Purpose.PRACTICE.value)
        .order_by(QuestionSet.version.desc())
        .limit(1)
    )


def set_summaries(session: Session, job_ids: Collection[str]) -> Sequence[Row[Any]]:
    """(id, job_id, version, skill_coverage, terms) of every version of these jobs, without the questions themselves."""
    columns = (QuestionSet.id, QuestionSet.job_id, QuestionSet.version, QuestionSet.skill_coverage, QuestionSet.terms)
    own = QuestionSet.job_id.in_(job_ids), QuestionSet.purpose == Purpose.ASSESSMENT.value
    return session.execute(select(*columns).where(*own).order_by(QuestionSet.version)).all()


def is_in_use(session: Session, question_set_id: str) -> bool:
    """Whether anybody has an interview of this version."""
    return session.scalar(select(exists().where(Interview.question_set_id == question_set_id))) or False


# --- candidates --------------------------------------------------------------------------------------------------


def candidate(session: Session, organisation_id: str, candidate_id: str, *, lock: bool = False) -> Candidate | None:
    """The person, or None when unknown or erased."""
    statement = select(Candidate).where(
        Candidate.id == candidate_id, Candidate.organisation_id == organisation_id, Candidate.erased_at.is_(None)
    )
    return session.scalar(statement.with_for_update() if lock else statement)


def candidate_by_phone(session: Session, organisation_id: str, e164: str, *, lock: bool = False) -> Candidate | None:
    """The person with this number."""
    statement = select(Candidate).where(Candidate.organisation_id == organisation_id, Candidate.phone == e164)
    return session.scalar(statement.with_for_update() if lock else statement)


def candidates_by_phone(session: Session, organisation_id: str, numbers: Collection[str]) -> dict[str, Candidate]:
    """The people with these numbers, locked, by number."""
    found = select(Candidate).where(Candidate.organisation_id == organisation_id, Candidate.phone.in_(numbers))
    return {row.phone: row for row in session.scalars(found.order_by(Candidate.id).with_for_update())}


def external_ids_taken(session: Session, organisation_id: str, external_ids: Collection[str]) -> dict[str, str]:
    """Of these external ids those that somebody has, each with the candidate's id."""
    found = select(Candidate.external_id, Candidate.id).where(
        Candidate.organisation_id == organisation_id, Candidate.external_id.in_(external_ids)
    )
    return {str(external_id): id for external_id, id in session.execute(found)}


def candidate_with_external_id(session: Session, organisation_id: str, external_id: str) -> str | None:
    """The id of the candidate who has this external id."""
    return session.scalar(
        select(Candidate.id).where(Candidate.organisation_id == organisation_id, Candidate.external_id == external_id)
    )


def candidates(
    session: Session, organisation_id: str, *, external_id: str | None, q: str | None, limit: int, cursor: str | None
) -> tuple[Sequence[Candidate], str | None]:
    """One page of people, newest first, and the next cursor. Raises BadCursor."""
    statement = _candidates(select(Candidate), organisation_id, external_id, q)
    page = page_of(statement, Candidate.created_at, Candidate.id, limit=limit, cursor=cursor)
    return cut(session.scalars(page).all(), limit)


def count_candidates(session: Session, organisation_id: str, *, external_id: str | None, q: str | None) -> int:
    """How many people the whole list has."""
    statement = _candidates(select(func.count()).select_from(Candidate), organisation_id, external_id, q)
    return session.scalar(statement) or 0


def _candidates(statement: Select[Any], organisation_id: str, external_id: str | None, q: str | None) -> Select[Any]:
    statement = statement.where(Candidate.organisation_id == organisation_id, Candidate.erased_at.is_(None))
    if external_id is not None:
        statement = statement.where(Candidate.external_id == external_id)
    if q:
        statement = statement.where(or_(_contains(Candidate.name, q), _contains(Candidate.email, q)))
    return statement


# --- consent -----------------------------------------------------------------------------------------------------


def consents(session: Session, candidate_ids: Collection[str]) -> dict[str, Consent]:
    """The latest consent of each of these people that was not withdrawn."""
    rows = session.scalars(
        select(Consent)
        .where(Consent.candidate_id.in_(candidate_ids), Consent.withdrawn_at.is_(None))
        .order_by(Consent.created_at, Consent.id)
    )
    return {row.candidate_id: row for row in rows if row.candidate_id is not None}


def consent_log(session: Session, candidate_id: str) -> Sequence[Consent]:
    """Every consent of a person, withdrawn or not, newest first."""
    newest = (Consent.obtained_at.desc(), Consent.created_at.desc(), Consent.id)
    return session.scalars(select(Consent).where(Consent.candidate_id == candidate_id).order_by(*newest)).all()


def open_consents(session: Session, *, candidate_id: str | None = None, job_id: str | None = None) -> Sequence[Consent]:
    """All consents of a person, or of a job for all its candidates, that were not withdrawn; oldest first."""
    statement = select(Consent).where(Consent.withdrawn_at.is_(None)).order_by(Consent.created_at, Consent.id)
    if candidate_id is not None:
        return session.scalars(statement.where(Consent.candidate_id == candidate_id)).all()
    return session.scalars(statement.where(Consent.job_id == job_id, Consent.candidate_id.is_(None))).all()


def _contains(column: Any, text: str) -> ColumnElement[bool]:
    """Whether the column holds this text, whatever its case; its signs mean themselves."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    found: ColumnElement[bool] = column.ilike(f"%{escaped}%", escape="\\")
    return found

"""Jobs at a glance: how many there are, how far their interviews are, and which versions of their questions."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from db.models import DomainEvent, Interview, Job, QuestionSet
from interview.purpose import Purpose


def jobs_by_status(session: Session, organisation_id: str) -> dict[str, int]:
    """How many jobs the organisation has of each status; one that none has is not named."""
    rows = session.execute(
        select(Job.status, func.count()).where(Job.organisation_id == organisation_id).group_by(Job.status)
    )
    return {status.value: count for status, count in rows}


def interviews_by_status(
    session: Session, organisation_id: str, job_ids: Collection[str]
) -> Sequence[tuple[str, str, int]]:
    """(job's id, status, how many) of these jobs' interviews, practice aside."""
    rows = session.execute(
        select(Interview.job_id, Interview.status, func.count())
        .where(
            Interview.organisation_id == organisation_id,
            Interview.job_id.in_(job_ids),
            Interview.purpose == Purpose.ASSESSMENT.value,
        )
        .group_by(Interview.job_id, Interview.status)
    )
    return [(job_id, status.value, count) for job_id, status, count in rows]


def versions(session: Session, job_id: str) -> Sequence[Row[Any]]:
    """(version, source, content_hash, model, model_check, created_at, approved_at, approved_by, simulated, interviews)
    of every version, the newest first, without the questions themselves; practice has questions of its own."""
    interviews = (
        select(func.count())
        .select_from(Interview)
        .where(Interview.question_set_id == QuestionSet.id)
        .correlate(QuestionSet)
        .scalar_subquery()
        .label("interviews")
    )
    columns = (
        QuestionSet.version, QuestionSet.source, QuestionSet.content_hash, QuestionSet.model, QuestionSet.model_check,
        QuestionSet.created_at, QuestionSet.approved_at, QuestionSet.approved_by, QuestionSet.simulated,
    )  # fmt: skip
    statement: Any = select(*columns, interviews).where(
        QuestionSet.job_id == job_id, QuestionSet.purpose == Purpose.ASSESSMENT.value
    )
    return session.execute(statement.order_by(QuestionSet.version.desc())).all()


def last_event_at(session: Session, job_id: str, type: str) -> datetime | None:
    """When this last happened to the job."""
    return session.scalar(
        select(func.max(DomainEvent.created_at)).where(
            DomainEvent.subject_kind == "job", DomainEvent.subject_id == job_id, DomainEvent.type == type
        )
    )

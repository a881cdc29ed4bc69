"""Whose eyes a recommendation has met before anybody decided."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from db.models import DomainEvent, Interview, Job, Review

OPENED = "result.opened"


def unopened(
    session: Session, organisation_id: str, reader: str, interview_ids: Collection[str]
) -> Sequence[tuple[str, Mapping[str, Any]]]:
    """Those of the interviews that nobody has decided and whose result ``reader`` has not opened, with their job's
    settings as the row keeps them."""
    decided = exists().where(Review.interview_id == Interview.id)
    opened = exists().where(
        DomainEvent.subject_id == Interview.id, DomainEvent.type == OPENED, DomainEvent.actor == reader
    )
    found = session.execute(
        select(Interview.id, Job.settings)
        .join(Job, Job.id == Interview.job_id)
        .where(Interview.organisation_id == organisation_id, Interview.id.in_(interview_ids), ~decided, ~opened)
    )
    return [(interview_id, settings) for interview_id, settings in found]

"""Domain events: what happened, appended in the transaction that made it happen."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from db.columns import new_id, utc_now
from db.listening import ANNOUNCED
from db.models import DomainEvent
from db.repositories import outbox
from db.unit_of_work import ANNOUNCES

# Something that a person should know of at once.
ALERT = "operator.alert"
# Somebody looked: part of the record, but not of what happened to a thing.
INTERVIEW_VIEWED, RESULT_VIEWED, ANSWER_HEARD = "interview.viewed", "result.viewed", "answer.heard"
RESUME_VIEWED, CAMPAIGN_VIEWED = "candidate.resume_viewed", "campaign.results_viewed"
REPORT_VIEWED = "report.viewed"
VIEWS = (INTERVIEW_VIEWED, RESULT_VIEWED, ANSWER_HEARD, RESUME_VIEWED, CAMPAIGN_VIEWED, REPORT_VIEWED)


def record(
    session: Session,
    *,
    organisation_id: str,
    type: str,
    subject_kind: str,
    subject_id: str,
    actor: str,
    data: Mapping[str, Any] | None = None,
    request_id: str | None = None,
    at: datetime | None = None,
) -> DomainEvent:
    """The new event, added to the session. ``data`` carries ids and words of ours: no transcript, no full number.

    Where somebody listens, what is announced to them is asked for in the same transaction.
    """
    event = DomainEvent(
        id=new_id(),
        organisation_id=organisation_id,
        type=type,
        subject_kind=subject_kind,
        subject_id=subject_id,
        actor=actor,
        data=dict(data or {}),
        request_id=request_id,
    )
    event.created_at = at or utc_now()
    session.add(event)
    if type in ANNOUNCED:
        outbox.add(
            session, kind="announce_event", subject_id=event.id, organisation_id=organisation_id,
            due_at=event.created_at, request_id=request_id, if_listened=True,
        )  # fmt: skip
        session.info[ANNOUNCES] = True
    return event


def record_once(session: Session, event_id: str, *, at: datetime, **event: Any) -> bool:
    """As ``record`` under an id of the caller's, unless an event with this id is there; whether it was new."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    values = {"id": event_id, "created_at": at, "data": {}, "request_id": None} | event
    row = session.execute(insert(DomainEvent).values(values).on_conflict_do_nothing().returning(DomainEvent.id))
    return row.first() is not None


def of_subject(session: Session, organisation_id: str, subject_id: str, limit: int = 500) -> Sequence[DomainEvent]:
    """What happened to one thing, oldest first; who looked at it is left out."""
    return session.scalars(
        select(DomainEvent)
        .where(
            DomainEvent.organisation_id == organisation_id,
            DomainEvent.subject_id == subject_id,
            DomainEvent.type.not_in(VIEWS),
        )
        .order_by(DomainEvent.created_at, DomainEvent.id)
        .limit(limit)
    ).all()


def alerts(session: Session, organisation_id: str, since: datetime, *, limit: int) -> Sequence[DomainEvent]:
    """What the operator was alerted about since then, newest first."""
    return session.scalars(
        select(DomainEvent)
        .where(
            DomainEvent.organisation_id == organisation_id, DomainEvent.type == ALERT, DomainEvent.created_at >= since
        )
        .order_by(DomainEvent.created_at.desc(), DomainEvent.id)
        .limit(limit)
    ).all()


def alert_since(session: Session, organisation_id: str, code: str, since: datetime) -> bool:
    """Whether the operator was alerted about this since then."""
    found = select(DomainEvent.data).where(
        DomainEvent.organisation_id == organisation_id, DomainEvent.type == ALERT, DomainEvent.created_at >= since
    )
    return any(data.get("code") == code for data in session.scalars(found))

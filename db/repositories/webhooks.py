"""Queries over webhook endpoints and their deliveries; those for doors name the organisation."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, Select, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from db.columns import new_id
from db.models import (
    Candidate,
    DeliveryState,
    DomainEvent,
    Interview,
    Organisation,
    WebhookDelivery,
    WebhookEndpoint,
)
from db.repositories.paging import cut, page_of

EVERY = "*"


def endpoint(session: Session, organisation_id: str, endpoint_id: str, *, lock: bool = False) -> WebhookEndpoint | None:
    """The endpoint, or None; with ``lock`` nobody else changes it before this transaction ends."""
    found = select(WebhookEndpoint).where(
        WebhookEndpoint.id == endpoint_id, WebhookEndpoint.organisation_id == organisation_id
    )
    return session.scalar(found.with_for_update() if lock else found)


def endpoints(
    session: Session, organisation_id: str, *, external_id: str | None, limit: int, cursor: str | None
) -> tuple[Sequence[WebhookEndpoint], str | None]:
    """One page of endpoints, newest first, and the next cursor. Raises BadCursor."""
    statement = _endpoints(select(WebhookEndpoint), organisation_id, external_id)
    page = page_of(statement, WebhookEndpoint.created_at, WebhookEndpoint.id, limit=limit, cursor=cursor)
    return cut(session.scalars(page).all(), limit)


def count_endpoints(session: Session, organisation_id: str, external_id: str | None = None) -> int:
    """How many endpoints the organisation has."""
    counted = select(func.count()).select_from(WebhookEndpoint)
    return session.scalar(_endpoints(counted, organisation_id, external_id)) or 0


def endpoint_with_external_id(session: Session, organisation_id: str, external_id: str) -> str | None:
    """The id of the endpoint that has this external id."""
    found: str | None = session.scalar(_endpoints(select(WebhookEndpoint.id), organisation_id, external_id))
    return found


def listening(session: Session, organisation_id: str, type: str) -> Sequence[str]:
    """Ids of the enabled endpoints that want to hear of this type."""
    found = session.scalars(
        select(WebhookEndpoint)
        .where(WebhookEndpoint.organisation_id == organisation_id, WebhookEndpoint.enabled)
        .order_by(WebhookEndpoint.created_at, WebhookEndpoint.id)
    )
    return [one.id for one in found if EVERY in one.events or type in one.events]


def with_secrets(session: Session, limit: int = 1000) -> Sequence[WebhookEndpoint]:
    """Endpoints of all organisations."""
    return session.scalars(select(WebhookEndpoint).order_by(WebhookEndpoint.id).limit(limit)).all()


def delete_endpoint(session: Session, endpoint: WebhookEndpoint) -> None:
    """The endpoint and its log are gone; what was to be sent to it is not sent."""
    session.execute(delete(WebhookDelivery).where(WebhookDelivery.endpoint_id == endpoint.id))
    session.delete(endpoint)


# --- deliveries


def add_delivery(
    session: Session, *, organisation_id: str, endpoint_id: str, event_id: str | None, message_id: str, type: str,
    now: datetime, until: datetime,
) -> str | None:  # fmt: skip
    """The new delivery's id; None when this endpoint has this message already."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = {
        "id": new_id(), "organisation_id": organisation_id, "created_at": now, "endpoint_id": endpoint_id,
        "event_id": event_id, "message_id": message_id, "type": type, "state": DeliveryState.PENDING, "attempts": 0,
        "until": until, "next_attempt_at": now,
    }  # fmt: skip
    new = insert(WebhookDelivery).values(row).on_conflict_do_nothing().returning(WebhookDelivery.id)
    return session.scalar(new)


def delivery(session: Session, organisation_id: str, delivery_id: str, *, lock: bool = False) -> WebhookDelivery | None:
    """The delivery, or None."""
    found = select(WebhookDelivery).where(
        WebhookDelivery.id == delivery_id, WebhookDelivery.organisation_id == organisation_id
    )
    return session.scalar(found.with_for_update() if lock else found)


def to_deliver(session: Session, delivery_id: str) -> tuple[WebhookDelivery, WebhookEndpoint] | None:
    """A delivery with its endpoint, for whoever sends it."""
    found = (
        select(WebhookDelivery, WebhookEndpoint)
        .join(WebhookEndpoint, WebhookEndpoint.id == WebhookDelivery.endpoint_id)
        .where(WebhookDelivery.id == delivery_id)
    )
    row = session.execute(found).one_or_none()
    return None if row is None else (row[0], row[1])


def deliveries(
    session: Session, endpoint_id: str, *, state: DeliveryState | None, type: str | None, limit: int, cursor: str | None
) -> tuple[Sequence[WebhookDelivery], str | None]:
    """One page of an endpoint's log, newest first, and the next cursor. Raises BadCursor."""
    statement = _deliveries(select(WebhookDelivery), endpoint_id, state, type)
    page = page_of(statement, WebhookDelivery.created_at, WebhookDelivery.id, limit=limit, cursor=cursor)
    return cut(session.scalars(page).all(), limit)


def count_deliveries(session: Session, endpoint_id: str, state: DeliveryState | None, type: str | None) -> int:
    """How many deliveries the whole log has."""
    return session.scalar(_deliveries(select(func.count()).select_from(WebhookDelivery), endpoint_id, state, type)) or 0


def purge_deliveries(session: Session, before: datetime, limit: int) -> int:
    """Delete up to ``limit`` deliveries made before this moment that are not under way; how many."""
    old = (
        select(WebhookDelivery.id)
        .where(WebhookDelivery.created_at < before, WebhookDelivery.state != DeliveryState.PENDING)
        .limit(limit)
    )
    return _count(session.execute(delete(WebhookDelivery).where(WebhookDelivery.id.in_(old))))


def forget_answers_about(session: Session, subject_ids: Collection[str]) -> int:
    """Empty what receivers answered to messages about these: they may have repeated them; how many."""
    about = select(DomainEvent.id).where(DomainEvent.subject_id.in_(subject_ids))
    return _count(
        session.execute(
            update(WebhookDelivery)
            .where(WebhookDelivery.event_id.in_(about), WebhookDelivery.response_excerpt.is_not(None))
            .values(response_excerpt=None)
            .execution_options(synchronize_session=False)
        )
    )


def is_forgotten(session: Session, event_id: str) -> bool:
    """Whether the interview or the person that this event is about was deleted."""
    interview = select(Interview.id).where(
        Interview.id == DomainEvent.subject_id, Interview.words_deleted_at.is_not(None)
    )
    person = select(Candidate.id).where(Candidate.id == DomainEvent.subject_id, Candidate.erased_at.is_not(None))
    found = select(DomainEvent.id).where(DomainEvent.id == event_id, or_(interview.exists(), person.exists()))
    return session.scalar(found) is not None


# --- the events themselves


def event(session: Session, event_id: str) -> DomainEvent | None:
    """What happened."""
    return session.get(DomainEvent, event_id)


def keep_streaming(session: Session, organisation_id: str, until: datetime) -> None:
    """Somebody follows this organisation's events, at the latest until then."""
    session.execute(
        update(Organisation)
        .where(Organisation.id == organisation_id)
        .where(or_(Organisation.streamed_until.is_(None), Organisation.streamed_until < until))
        .values(streamed_until=until)
        .execution_options(synchronize_session=False)
    )


def happened_since(
    session: Session, organisation_id: str, types: Sequence[str], since: datetime, limit: int
) -> Sequence[DomainEvent]:
    """Events of these types from this moment on, oldest first."""
    return session.scalars(
        select(DomainEvent)
        .where(
            DomainEvent.organisation_id == organisation_id,
            DomainEvent.created_at >= since,
            DomainEvent.type.in_(types),
        )
        .order_by(DomainEvent.created_at, DomainEvent.id)
        .limit(limit)
    ).all()


def _endpoints(statement: Select[Any], organisation_id: str, external_id: str | None) -> Select[Any]:
    statement = statement.where(WebhookEndpoint.organisation_id == organisation_id)
    return statement if external_id is None else statement.where(WebhookEndpoint.external_id == external_id)


def _deliveries(
    statement: Select[Any], endpoint_id: str, state: DeliveryState | None, type: str | None
) -> Select[Any]:
    statement = statement.where(WebhookDelivery.endpoint_id == endpoint_id)
    if state is not None:
        statement = statement.where(WebhookDelivery.state == state)
    return statement if type is None else statement.where(WebhookDelivery.type == type)


def _count(result: Any) -> int:
    assert isinstance(result, CursorResult)  # noqa: S101
    return result.rowcount

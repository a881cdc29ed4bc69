"""An organisation's open work as people look at it: how much is due, what is tried again, what waits for somebody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, and_, case, func, select, update
from sqlalchemy.orm import Session

from db.models import OutboxRow


@dataclass(frozen=True, slots=True)
class Queue:
    """Open work by where it stands: ``due`` waits for a worker since ``oldest_due_at`` at the longest, ``running`` is
    being done, ``later`` comes at a time of its own, ``parked`` waits for a person or a setting."""

    due: int
    oldest_due_at: datetime | None
    running: int
    later: int
    parked: int


@dataclass(frozen=True, slots=True)
class Retried:
    """Work of one kind that failed the same way and is tried again; ``next_at`` is the next of these tries."""

    kind: str
    error: str
    count: int
    next_at: datetime


def _open(organisation_id: str) -> tuple[Any, ...]:
    return OutboxRow.organisation_id == organisation_id, OutboxRow.done_at.is_(None)


def queue(session: Session, organisation_id: str, now: datetime) -> Queue:
    """How much there is to do."""
    is_parked = OutboxRow.parked_reason.is_not(None)
    is_running = and_(~is_parked, OutboxRow.started)
    is_due = and_(~is_parked, ~OutboxRow.started, OutboxRow.due_at <= now)
    is_later = and_(~is_parked, ~OutboxRow.started, OutboxRow.due_at > now)
    counted = [func.coalesce(func.sum(case((one, 1), else_=0)), 0) for one in (is_due, is_running, is_later, is_parked)]
    oldest = func.min(case((is_due, OutboxRow.due_at), else_=None))
    due, running, later, parked = session.execute(select(*counted).where(*_open(organisation_id))).one()
    oldest_at = session.scalar(select(oldest).where(*_open(organisation_id))) if due else None
    return Queue(int(due), oldest_at, int(running), int(later), int(parked))


def retried(session: Session, organisation_id: str, *, limit: int) -> Sequence[Retried]:
    """What failed and is tried again by itself, the most frequent first."""
    count = func.count()
    found = session.execute(
        select(OutboxRow.kind, OutboxRow.last_error, count, func.min(OutboxRow.due_at))
        .where(
            *_open(organisation_id), OutboxRow.parked_reason.is_(None), OutboxRow.attempt > 0,
            OutboxRow.last_error.is_not(None),
        )
        .group_by(OutboxRow.kind, OutboxRow.last_error)
        .order_by(count.desc(), OutboxRow.kind, OutboxRow.last_error)
        .limit(limit)
    )  # fmt: skip
    return [Retried(row[0], row[1] or "", row[2], row[3]) for row in found]


def parked(session: Session, organisation_id: str, *, limit: int) -> Sequence[OutboxRow]:
    """What waits for a person or a setting, the oldest first."""
    return session.scalars(
        select(OutboxRow)
        .where(*_open(organisation_id), OutboxRow.parked_reason.is_not(None))
        .order_by(OutboxRow.created_at, OutboxRow.id)
        .limit(limit)
    ).all()


def row(session: Session, organisation_id: str, outbox_id: str) -> OutboxRow | None:
    """One piece of work, done or not, or None."""
    return session.scalar(
        select(OutboxRow).where(OutboxRow.organisation_id == organisation_id, OutboxRow.id == outbox_id)
    )


def unpark(session: Session, outbox_id: str, reason: str, now: datetime) -> bool:
    """Let work that is parked for this reason begin afresh at once; False when it is so no more."""
    done: Any = session.execute(
        update(OutboxRow)
        .where(OutboxRow.id == outbox_id, OutboxRow.done_at.is_(None), OutboxRow.parked_reason == reason)
        .values(parked_reason=None, attempt=0, deaths=0, due_at=now)
        .execution_options(synchronize_session=False)
    )
    assert isinstance(done, CursorResult)  # noqa: S101
    return done.rowcount == 1

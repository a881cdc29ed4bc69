"""What machines that watch are told, over all organisations: a few grouped counts, each with an index behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from db.models import Call, Interview, ModelCallRow, Organisation, OutboxRow


@dataclass(frozen=True, slots=True)
class Waiting:
    """Open outbox rows of one kind that are parked for one reason, or for none.

    ``due`` of the ``rows`` could be done now; ``oldest_due_at`` is the earliest moment at which one of these could have
    been begun, ``oldest_asked_at`` when the oldest row that was due or tried already was first asked for.
    """

    kind: str
    parked_reason: str | None
    rows: int
    due: int
    oldest_due_at: datetime | None
    oldest_asked_at: datetime | None


@dataclass(frozen=True, slots=True)
class CallCount:
    """Calls of one direction, status and outcome; the outcome is None where there is none (yet)."""

    direction: str
    status: str
    outcome: str | None
    calls: int


def outbox(session: Session, now: datetime) -> Sequence[Waiting]:
    """What is not done yet, by kind."""
    row = OutboxRow
    is_due = row.due_at <= now
    begun = or_(is_due, row.attempt > 0)
    statement: Any = (
        select(
            row.kind,
            row.parked_reason,
            func.count(),
            func.sum(case((is_due, 1), else_=0)),
            func.min(case((is_due, row.due_at))),
            func.min(case((begun, row.created_at))),
        )
        .where(row.done_at.is_(None))
        .group_by(row.kind, row.parked_reason)
    )
    return [Waiting(*found) for found in session.execute(statement)]


def interviews(session: Session) -> Sequence[tuple[str, int]]:
    """How many interviews are in each status."""
    rows = session.execute(select(Interview.status, func.count()).group_by(Interview.status))
    return [(status.value, number) for status, number in rows]


def calls(session: Session, since: datetime) -> Sequence[CallCount]:
    """Calls that were begun since then."""
    by = (Call.direction, Call.status, Call.outcome)
    rows = session.execute(select(*by, func.count()).where(Call.created_at >= since).group_by(*by))
    return [CallCount(direction, status.value, outcome, number) for direction, status, outcome, number in rows]


def stopped_organisations(session: Session) -> int:
    """How many have their stop switch set."""
    return session.scalar(select(func.count()).where(Organisation.is_stopped)) or 0


def most_spent_usd(session: Session, since: datetime) -> Decimal:
    """What the organisation whose calls to models cost the most has spent since then: each has the same budget."""
    call = ModelCallRow
    by_organisation = (
        select(func.sum(call.cost_usd).label("spent"))
        .where(call.created_at >= since, call.simulated.is_(False))
        .group_by(call.organisation_id)
        .subquery()
    )
    return Decimal(session.scalar(select(func.max(by_organisation.c.spent))) or 0)

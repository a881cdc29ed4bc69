"""Work that waits, as people see it: how much is due, what is being tried again, and what waits for one of them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from db.models import OutboxRow
from db.repositories import work as rows
from db.repositories.outbox import WAITING_FOR_CONFIGURATION
from db.repositories.work import Queue, Retried
from db.unit_of_work import Database
from ivr.services.context import Actor, Clock
from ivr.services.errors import Conflict, NotFound
from ivr.services.trail import note

# What is shown at most; the queue counts all of it.
MOST_PARKED, MOST_RETRIED = 50, 8
# Calls and results that nothing takes up again are ended by themselves within a minute, so that their interviews say
# the truth: beginning them anew meanwhile could dial twice.
_ENDS_ITSELF = frozenset({"place_call", "reconcile_call", "conclude_interview"})


@dataclass(frozen=True, slots=True)
class ParkedView:
    """A piece of work that waits. ``reason`` is poison, given_up or waiting_for_configuration; ``looks_again_at`` is
    when that last kind looks by itself; ``may_be_tried`` says whether a person may have it done again."""

    id: str
    kind: str
    reason: str
    error: str | None
    since: datetime
    looks_again_at: datetime | None
    may_be_tried: bool


@dataclass(frozen=True, slots=True)
class WorkView:
    """An organisation's open work."""

    queue: Queue
    retried: tuple[Retried, ...]
    parked: tuple[ParkedView, ...]


class WorkService:
    """Reads the outbox, and lets a person have parked work done again."""

    def __init__(self, database: Database, clock: Clock, ring: Callable[[], None]) -> None:
        self._database = database
        self._clock = clock
        self._ring = ring

    def standing(self, organisation_id: str) -> WorkView:
        """How the organisation's work stands."""
        with self._database.read() as session:
            return work_view(session, organisation_id, self._clock())

    def try_again(self, actor: Actor, work_id: str) -> None:
        """Have parked work begun afresh at once. Pressed twice it is begun once.

        Raises:
            NotFound. Conflict: ends_itself, it is ended within a minute and must not begin anew.
        """
        with self._database.write() as unit:
            session, now = unit.session, self._clock()
            row = rows.row(session, actor.organisation_id, work_id)
            if row is None:
                raise NotFound("piece of work")
            if row.done_at is not None or row.parked_reason is None:
                return
            if not _may_be_tried(row):
                raise Conflict(
                    "ends_itself", "This is ended by itself within a minute.", "Then try again from the interview."
                )
            if rows.unpark(session, row.id, row.parked_reason, now):
                note(session, actor, now, "work.tried_again", "work", row.id, {"kind": row.kind})
                unit.on_commit(self._ring)


def work_view(session: Session, organisation_id: str, now: datetime) -> WorkView:
    """How the organisation's work stands, read in this session."""
    return WorkView(
        rows.queue(session, organisation_id, now),
        tuple(rows.retried(session, organisation_id, limit=MOST_RETRIED)),
        tuple(map(_view, rows.parked(session, organisation_id, limit=MOST_PARKED))),
    )


def _view(row: OutboxRow) -> ParkedView:
    reason = row.parked_reason or ""
    looks_again_at = row.due_at if reason == WAITING_FOR_CONFIGURATION else None
    return ParkedView(row.id, row.kind, reason, row.last_error, row.created_at, looks_again_at, _may_be_tried(row))


def _may_be_tried(row: OutboxRow) -> bool:
    return row.parked_reason == WAITING_FOR_CONFIGURATION or row.kind not in _ENDS_ITSELF

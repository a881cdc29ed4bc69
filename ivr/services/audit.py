"""A chain of hashes over each organisation's domain events: a change or a removal breaks it where it was made.

Cutting off the end leaves a shorter chain that is whole in itself; ``Verification.head`` and ``length``, kept
elsewhere, show that too.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from db.models import AuditEntry, DomainEvent
from db.repositories import access as rows
from db.unit_of_work import Database
from ivr.services.drafts import Page, Paged
from ivr.services.event_views import EventView

START = "0" * 64
# One sealer at a time on PostgreSQL; the number only has to be ours.
_LOCK = 7_221_104_553


@dataclass(frozen=True, slots=True)
class Verification:
    """How an organisation's chain stands. ``problem`` is a sentence about the first broken link, ``broken_at`` its
    sequence number; ``head`` is the last hash and ``unsealed`` how many events wait for theirs."""

    length: int
    head: str
    unsealed: int
    broken_at: int | None = None
    problem: str | None = None

    @property
    def is_intact(self) -> bool:
        return self.problem is None


class AuditService:
    """Seals what has happened and says whether it is still what was sealed."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def seal(self, limit: int = 500) -> int:
        """Chain up to ``limit`` unsealed events, oldest first; how many. 0 while another process seals."""
        with self._database.write() as unit:
            session = unit.session
            if not self._database.is_sqlite and not session.scalar(
                text("SELECT pg_try_advisory_xact_lock(:lock)"), {"lock": _LOCK}
            ):
                return 0
            events = session.scalars(_unsealed().limit(limit)).all()
            heads: dict[str, tuple[int, str]] = {}
            for event in events:
                if event.organisation_id not in heads:
                    heads[event.organisation_id] = _head(session, event.organisation_id)
                sequence, previous = heads[event.organisation_id]
                hash_ = link_hash(previous, sequence + 1, event)
                session.add(
                    AuditEntry(
                        organisation_id=event.organisation_id,
                        sequence=sequence + 1,
                        event_id=event.id,
                        previous_hash=previous,
                        hash=hash_,
                        sealed_at=self._clock(),
                    )
                )
                heads[event.organisation_id] = (sequence + 1, hash_)
            return len(events)

    def list(self, organisation_id: str, page: Page) -> Paged[EventView]:
        """Everything that happened in the organisation, newest first."""
        with self._database.read() as session:
            found, cursor = rows.events(session, organisation_id, limit=page.limit, cursor=page.cursor)
            total = rows.count_of(session, DomainEvent, organisation_id) if page.with_total else None
            items = tuple(
                EventView(
                    id=row.id,
                    type=row.type,
                    at=row.created_at,
                    actor=row.actor,
                    subject_kind=row.subject_kind,
                    subject_id=row.subject_id,
                    data=row.data,
                    request_id=row.request_id,
                )
                for row in found
            )
            return Paged(items, cursor, total)

    def verify(self, organisation_id: str) -> Verification:
        """Walk the organisation's chain from its start and compare every link with its event."""
        length, head = 0, START
        with self._database.read() as session:
            unsealed = session.scalar(
                select(func.count()).select_from(_unsealed(organisation_id).order_by(None).subquery())
            )
            links = session.execute(
                select(AuditEntry, DomainEvent)
                .outerjoin(DomainEvent, DomainEvent.id == AuditEntry.event_id)
                .where(AuditEntry.organisation_id == organisation_id)
                .order_by(AuditEntry.sequence)
                .execution_options(yield_per=500)
            )
            for entry, event in links:
                problem = _problem(entry, event, length, head)
                if problem is not None:
                    return Verification(length, head, unsealed or 0, length + 1, problem)
                length, head = entry.sequence, entry.hash
        return Verification(length, head, unsealed or 0)


def canonical(value: Any) -> bytes:
    """JSON in one form only: sorted keys, no spaces, UTF-8, no NaN."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def link_hash(previous: str, sequence: int, event: DomainEvent) -> str:
    """SHA-256, in hexadecimal, over the link before, the place in the chain and the whole event."""
    return hashlib.sha256(
        canonical(
            {
                "previous": previous,
                "sequence": sequence,
                "event": {
                    "id": event.id,
                    "created_at": event.created_at.astimezone(UTC).isoformat(timespec="microseconds"),
                    "organisation_id": event.organisation_id,
                    "type": event.type,
                    "subject_kind": event.subject_kind,
                    "subject_id": event.subject_id,
                    "actor": event.actor,
                    "data": event.data,
                    "request_id": event.request_id,
                },
            }
        )
    ).hexdigest()


def _unsealed(organisation_id: str | None = None) -> Any:
    statement = (
        select(DomainEvent)
        .outerjoin(AuditEntry, AuditEntry.event_id == DomainEvent.id)
        .where(AuditEntry.id.is_(None))
        .order_by(DomainEvent.created_at, DomainEvent.id)
    )
    return statement if organisation_id is None else statement.where(DomainEvent.organisation_id == organisation_id)


def _head(session: Session, organisation_id: str) -> tuple[int, str]:
    last = session.execute(
        select(AuditEntry.sequence, AuditEntry.hash)
        .where(AuditEntry.organisation_id == organisation_id)
        .order_by(AuditEntry.sequence.desc())
        .limit(1)
    ).one_or_none()
    return (0, START) if last is None else (last.sequence, last.hash)


def _problem(entry: AuditEntry, event: DomainEvent | None, length: int, head: str) -> str | None:
    if entry.sequence != length + 1:
        return f"Link {length + 1} is missing from the chain."
    if entry.previous_hash != head:
        return f"Link {entry.sequence} does not follow the link before it."
    if event is None:
        return f"The event of link {entry.sequence} was removed."
    if event.organisation_id != entry.organisation_id or entry.hash != link_hash(head, entry.sequence, event):
        return f"The event of link {entry.sequence} was changed after it was sealed."
    return None

"""A POST repeated under the same key has its effect once and is answered with the first answer again.

Three moves. ``begin`` writes the lock row in a transaction of its own: the unique constraint makes one request of many
the first. The service method that does the work then calls ``Actor.remember`` at the end of its own transaction, which
comes to ``finish``: the stored answer and the effect commit together or not at all. A process that dies in between
leaves a lock without an answer, which the next repeat takes over after a minute; should the first still live, its
``finish`` finds the lock gone and its whole transaction rolls back.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db.repositories import access as rows
from db.unit_of_work import Database
from ivr.services.context import Clock
from ivr.services.errors import Conflict

LOCK_LASTS = timedelta(seconds=60)
ANSWER_LASTS = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Lock:
    """The right to do the work; ``locked_at`` fences a late owner."""

    id: str
    locked_at: datetime


@dataclass(frozen=True, slots=True)
class Replay:
    """The first answer, as it was given."""

    status: int
    body: Mapping[str, Any]


def body_hash(*parts: bytes) -> str:
    """SHA-256 (hex) over the parts; their borders count."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()


class IdempotencyService:
    """The memory of answered POSTs, for 24 hours."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def begin(self, organisation_id: str, key: str, operation: str, body_hash: str) -> Lock | Replay:
        """The lock for the first request, the answer for a repeated one.

        Raises Conflict: ``idempotency_conflict`` for another body, ``idempotency_in_progress`` while the first runs.
        """
        for _ in range(3):
            try:
                return self._begin(organisation_id, key, operation, body_hash)
            except IntegrityError:
                continue  # another request wrote the row between our look and our insert: look again
        raise _in_progress()

    def finish(self, session: Session, lock: Lock, status: int, body: Mapping[str, Any]) -> None:
        """Store the answer in the caller's transaction. Raises Conflict when the lock is no longer ours."""
        if not rows.finish_idempotency(session, lock.id, lock.locked_at, status, dict(body)):
            raise _in_progress()

    def finish_alone(self, lock: Lock, status: int, body: Mapping[str, Any]) -> None:
        """Store an answer that goes with no effect (a refusal); quietly nothing when the lock is no longer ours."""
        with self._database.write() as unit:
            rows.finish_idempotency(unit.session, lock.id, lock.locked_at, status, dict(body))

    def release(self, lock: Lock) -> None:
        """Forget the attempt, so that a repeat does the work: after a failure of ours."""
        with self._database.write() as unit:
            rows.delete_idempotency(unit.session, lock.id, lock.locked_at)

    def purge(self) -> int:
        """Delete answers older than 24 hours; how many there were."""
        with self._database.write() as unit:
            return rows.purge_idempotency(unit.session, self._clock() - ANSWER_LASTS)

    def _begin(self, organisation_id: str, key: str, operation: str, body_hash: str) -> Lock | Replay:
        now = self._clock()
        with self._database.write() as unit:
            row = rows.find_idempotency(unit.session, organisation_id, key, operation)
            if row is not None and row.created_at <= now - ANSWER_LASTS:
                unit.session.delete(row)
                unit.session.flush()
                row = None
            if row is None:
                fresh = rows.add_idempotency(unit.session, organisation_id, key, operation, body_hash, now)
                return Lock(fresh.id, now)
            if row.body_hash != body_hash:
                raise Conflict(
                    "idempotency_conflict",
                    "This Idempotency-Key was used for a request with another body.",
                    "Use a new key for a new request, and the same body when you repeat one.",
                )
            if row.status is not None:
                return Replay(row.status, row.response or {})
            if row.locked_at > now - LOCK_LASTS or not rows.take_over_idempotency(
                unit.session, row.id, row.locked_at, now
            ):
                raise _in_progress()
            return Lock(row.id, now)


def _in_progress() -> Conflict:
    return Conflict(
        "idempotency_in_progress",
        "The first request with this Idempotency-Key is still running.",
        "Repeat it in a few seconds.",
    )

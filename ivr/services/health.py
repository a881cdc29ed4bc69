"""Whether this house can work: its database, the bell, and somebody who hears it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.exc import SQLAlchemyError

from db.unit_of_work import Database


class Pulse(Protocol):
    """What is asked of Redis."""

    def answers(self) -> bool: ...

    def worker_seen(self) -> bool: ...

    def signs_of_life(self) -> Sequence[float]: ...


@dataclass(frozen=True, slots=True)
class Readiness:
    """What answers. Calls that run need the database alone; new work needs all three."""

    database: bool
    redis: bool
    worker: bool

    @property
    def is_ready(self) -> bool:
        return self.database and self.redis and self.worker


@dataclass(frozen=True, slots=True)
class Parts:
    """The same in more detail: ``workers`` are the living ones, each by the seconds since its last sign of life, the
    freshest first; empty too while Redis, where they leave it, is away."""

    database: bool
    redis: bool
    workers: tuple[float, ...]


class HealthService:
    """Asks each part once, briefly."""

    def __init__(self, database: Database, pulse: Pulse) -> None:
        self._database = database
        self._pulse = pulse

    def readiness(self) -> Readiness:
        """How the parts are just now."""
        has_redis = self._pulse.answers()
        return Readiness(self._has_database(), has_redis, has_redis and self._pulse.worker_seen())

    def parts(self) -> Parts:
        """How the parts are just now, for people."""
        has_redis = self._pulse.answers()
        signs = sorted(self._pulse.signs_of_life()) if has_redis else ()
        return Parts(self._has_database(), has_redis, tuple(signs))

    def _has_database(self) -> bool:
        try:
            self._database.ping()
        except (SQLAlchemyError, OSError):
            return False
        return True

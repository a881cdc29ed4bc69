"""What machines that watch are told: how the house stands, read from the database and Redis a few times a minute.

A scrape costs a bounded number of short queries, and further scrapes within some seconds cost none: however many watch,
webhooks do not notice.
"""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Generic, Protocol, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from db.repositories import watching
from db.repositories.model_calls import month_of
from db.repositories.watching import CallCount, Waiting
from db.unit_of_work import Database
from ivr.services.breaker import look
from ivr.services.context import Clock

CALLS_OF = timedelta(hours=24)
# How old an answer may be. The month's money is summed over many rows and moves slowly.
FRESH_S = 5.0
MONEY_FRESH_S = 60.0

T = TypeVar("T")


class WorkersPulse(Protocol):
    """What is asked of Redis."""

    def answers(self) -> bool: ...

    def signs_of_life(self) -> Sequence[float]: ...

    def tallies(self) -> dict[str, float]: ...


@dataclass(frozen=True, slots=True)
class Standing:
    """How the work stands. Ages in seconds; ``calls`` are those begun in the last 24 hours."""

    at: datetime
    outbox: Sequence[Waiting]
    interviews: Sequence[tuple[str, int]]
    calls: Sequence[CallCount]
    is_breaker_open: bool
    stopped_organisations: int


@dataclass(frozen=True, slots=True)
class Measures:
    """``standing`` is None while the database does not answer, ``workers`` (seconds since each one's sign of life)
    while Redis does not. ``most_spent_usd`` is this month's money of the organisation that spent the most, of the
    ``budget_usd`` that each has, if there is one."""

    standing: Standing | None
    workers: Sequence[float] | None
    tallies: Mapping[str, float]
    most_spent_usd: Decimal | None
    budget_usd: Decimal | None


class MeasureService:
    """One a web process; all its scrapes share what it found."""

    def __init__(
        self,
        database: Database,
        pulse: WorkersPulse,
        clock: Clock,
        *,
        budget_usd: Decimal | None,
        moment: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._pulse = pulse
        self._clock = clock
        self._budget_usd = budget_usd
        self._standing = _Remembered(self._look, FRESH_S, moment)
        self._money = _Remembered(self._spent, MONEY_FRESH_S, moment)
        self._redis = _Remembered(self._ask_redis, FRESH_S, moment)

    def read(self) -> Measures:
        """How everything stands, some seconds old at most (the month's money: a minute)."""
        workers, tallies = self._redis.get()
        return Measures(self._standing.get(), workers, tallies, self._money.get(), self._budget_usd)

    def _ask_redis(self) -> tuple[Sequence[float] | None, Mapping[str, float]]:
        if not self._pulse.answers():
            return None, {}
        return self._pulse.signs_of_life(), self._pulse.tallies()

    def _look(self) -> Standing | None:
        now = self._clock()
        try:
            with self._database.read() as session:
                return Standing(
                    at=now,
                    outbox=watching.outbox(session, now),
                    interviews=watching.interviews(session),
                    calls=watching.calls(session, now - CALLS_OF),
                    is_breaker_open=look(session, now) is not None,
                    stopped_organisations=watching.stopped_organisations(session),
                )
        except (SQLAlchemyError, OSError):
            return None

    def _spent(self) -> Decimal | None:
        try:
            with self._database.read() as session:
                return watching.most_spent_usd(session, month_of(self._clock()))
        except (SQLAlchemyError, OSError):
            return None


@dataclass
class _Remembered(Generic[T]):
    """What ``find`` found, found anew when it is older than ``fresh_s``; one thread at a time looks."""

    find: Callable[[], T]
    fresh_s: float
    moment: Callable[[], float]
    _found: tuple[float, T] | None = None
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def get(self) -> T:
        """The answer, fresh enough."""
        with self._guard:
            if self._found is None or self.moment() - self._found[0] >= self.fresh_s:
                self._found = (self.moment(), self.find())
            return self._found[1]

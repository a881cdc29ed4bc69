"""Live streams of an organisation's events: read from the database, where Redis only says that it is worth looking."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import TypeVar

from db.listening import ANNOUNCED
from db.models import DomainEvent
from db.repositories import webhooks as rows
from db.unit_of_work import Database
from ivr.gateways.ports import LiveNews
from ivr.services.errors import Conflict
from ivr.services.event_objects import Announcement, EventObjects

# Of the sixteen threads of a web process; each stream holds one, and no webhook may wait for it.
MOST_STREAMS = 6
MOST_EACH = 4
LIFE_S = 300.0
HEARTBEAT_S = 15.0
# A page that was left is only noticed when there is something to say to it, and its place is wanted for the next.
WATCH_BEAT_S = 5.0
# How often is looked without having been told to.
LOOK_S = 2.0
# A transaction that began earlier may commit later: what lies back so far is looked at again.
_LOOK_BACK = timedelta(seconds=10)
AT_ONCE = 200

T = TypeVar("T")


class LiveEventService:
    """Opens streams, as many as a web process can bear; whoever gets none polls."""

    def __init__(
        self,
        database: Database,
        news: LiveNews,
        objects: EventObjects,
        clock: Callable[[], datetime],
        *,
        life_s: float = LIFE_S,
        heartbeat_s: float = HEARTBEAT_S,
        at_once: int = AT_ONCE,
    ) -> None:
        self._database = database
        self._news = news
        self._objects = objects
        self._clock = clock
        self._life_s = life_s
        self._heartbeat_s = heartbeat_s
        self._at_once = at_once
        self._open: Counter[str] = Counter()
        self._lock = threading.Lock()

    def take_place(self, organisation_id: str) -> Callable[[], None]:
        """Room for one stream; what is returned gives it back, however often it is called.

        Raises Conflict: too_many_streams of this organisation, streams_busy when others have them all.
        """
        hint = "Try again later, or poll GET /interviews meanwhile."
        with self._lock:
            if self._open[organisation_id] >= MOST_EACH:
                raise Conflict("too_many_streams", f"Your organisation has {MOST_EACH} live streams open here.", hint)
            if self._open.total() >= MOST_STREAMS:
                raise Conflict("streams_busy", "All live streams are taken.", hint)
            self._open[organisation_id] += 1
        given_back = threading.Event()

        def give_back() -> None:
            with self._lock:
                if not given_back.is_set():
                    given_back.set()
                    self._open[organisation_id] -= 1

        return give_back

    def follow(
        self, organisation_id: str, after: str | None, is_allowed: Callable[[], bool]
    ) -> Iterator[Announcement | None]:
        """Events as they happen, from after the event ``after`` if that is one of this organisation; None is a sign of
        life. Ends after five minutes, or when ``is_allowed`` says no at a sign of life."""
        position = self._start(organisation_id, after)
        for is_alive in self._looks(organisation_id, is_allowed, self._heartbeat_s):
            if is_alive:
                yield None
                continue
            for event in position.take(self._database, organisation_id, self._at_once):
                announcement = self._objects.announcement(event)
                if announcement is not None:
                    yield announcement

    def watch(self, organisation_id: str, read: Callable[[], T], is_allowed: Callable[[], bool]) -> Iterator[T | None]:
        """What ``read`` finds, at once and whenever it finds something else; None is a sign of life. Ends as
        ``follow`` does. What is not announced, as the next question of a call, is found by looking every 2 s."""
        told: T | None = None
        for is_alive in self._looks(organisation_id, is_allowed, min(WATCH_BEAT_S, self._heartbeat_s)):
            if is_alive:
                yield None
                continue
            found = read()
            if found != told:
                told = found
                yield found

    def _looks(self, organisation_id: str, is_allowed: Callable[[], bool], every_s: float) -> Iterator[bool]:
        """False whenever it is worth looking, True when a sign of life is due, which it is ``every_s`` seconds."""
        ends_at, beat_at = time.monotonic() + self._life_s, time.monotonic() + every_s
        with self._database.write() as unit:
            until = self._clock() + timedelta(seconds=self._life_s + 2 * self._heartbeat_s)
            rows.keep_streaming(unit.session, organisation_id, until)
        with self._news.hearing(organisation_id) as ear:
            while True:
                yield False
                now = time.monotonic()
                if now >= ends_at:
                    return
                if now >= beat_at:
                    if not is_allowed():
                        return
                    yield True
                    beat_at = now + every_s
                ear.wait(max(0.01, min(LOOK_S, beat_at - now, ends_at - now)))

    def _start(self, organisation_id: str, after: str | None) -> "_Position":
        with self._database.read() as session:
            last = None if after is None else rows.event(session, after)
        if last is None or last.organisation_id != organisation_id:
            return _Position(self._clock(), "")
        return _Position(last.created_at, last.id)


class _Position:
    """How far a stream is: it begins after (moment, id), and remembers what it took lately."""

    def __init__(self, moment: datetime, event_id: str) -> None:
        self._began = (moment, event_id)
        self._newest = moment
        self._taken: dict[str, datetime] = {}

    def take(self, database: Database, organisation_id: str, at_once: int) -> Iterator[DomainEvent]:
        """What is not taken yet, oldest first, ``at_once`` a reading; what a transaction brought late comes late."""
        since = max(self._began[0], self._newest - _LOOK_BACK)
        self._taken = {id: moment for id, moment in self._taken.items() if moment >= since}
        while True:
            with database.read() as session:
                found = rows.happened_since(session, organisation_id, ANNOUNCED, since, at_once)
            for event in found:
                if event.id not in self._taken and (event.created_at, event.id) > self._began:
                    self._taken[event.id] = event.created_at
                    self._newest = max(self._newest, event.created_at)
                    yield event
            if len(found) < at_once or found[-1].created_at <= since:
                return
            since = found[-1].created_at


"""Live streams over the services on both databases: what happens is told once, in order, to its organisation alone."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import islice

import pytest
from sqlalchemy import select

from db.models import DomainEvent, Organisation
from db.repositories.events import record
from db.unit_of_work import Database
from ivr.gateways.redis_news import RedisNews
from ivr.services.errors import Conflict
from ivr.services.live_events import MOST_EACH, MOST_STREAMS, LiveEventService
from scripts.soaking.redis_process import RedisServer
from tests.factories import make_interview, make_organisation
from tests.fakes import FrozenClock
from tests.services.webhook_desk import WebhookDesk


class Script:
    """News that lets something happen whenever a stream waits: one step after the other, then nothing more."""

    def __init__(self) -> None:
        self.steps: list[Callable[[], object]] = []
        self.waits: list[float] = []

    def tell(self, organisation_id: str) -> None: ...

    @contextmanager
    def hearing(self, organisation_id: str) -> Iterator[Script]:
        yield self

    def wait(self, timeout_s: float) -> bool:
        self.waits.append(timeout_s)
        if self.steps:
            self.steps.pop(0)()
            return True
        time.sleep(0.01)
        return False


@pytest.fixture
def desk(database: Database, clock: FrozenClock) -> WebhookDesk:
    return WebhookDesk(database, clock)


@pytest.fixture
def news() -> Script:
    return Script()


@pytest.fixture
def live(desk: WebhookDesk, news: Script) -> LiveEventService:
    return LiveEventService(desk.database, news, desk.objects, desk.clock, life_s=60, heartbeat_s=0.1, at_once=5)


def ids(live: LiveEventService, desk: WebhookDesk, news: Script, after: str | None = None) -> list[str]:
    """What a stream tells until nothing more is to happen."""
    told = live.follow(desk.organisation_id, after, lambda: bool(news.steps))
    return [one.id for one in told if one is not None]


def test_what_happens_is_told_once_and_in_order(live: LiveEventService, desk: WebhookDesk, news: Script) -> None:
    before, seen = desk.happen(), []
    desk.clock.advance(seconds=1)

    def happen(type: str = "interview.started", **values: str) -> None:
        desk.clock.advance(seconds=1)
        seen.append(desk.happen(type, **values))

    news.steps = [happen, lambda: None, lambda: [happen(), happen("interview.interrupted")]]
    told = ids(live, desk, news)
    assert told == seen and len(told) == 3 and before not in told


def test_only_what_is_announced_and_only_of_this_organisation(
    live: LiveEventService, desk: WebhookDesk, news: Script
) -> None:
    other = make_organisation(desk.database)
    elsewhere = make_interview(desk.database, organisation_id=other)
    mine: list[str] = []
    news.steps = [
        lambda: desk.clock.advance(seconds=1),
        lambda: desk.happen("interview.viewed"),
        lambda: desk.happen(organisation_id=other, subject_id=elsewhere),
        lambda: mine.append(desk.happen()),
    ]
    assert ids(live, desk, news) == mine and len(mine) == 1
    # an id of another organisation's event is no place to go on from: it tells nothing about when that was
    with desk.database.read() as session:
        theirs = session.scalars(select(DomainEvent.id).where(DomainEvent.organisation_id == other)).one()
    desk.clock.advance(seconds=1)
    assert ids(live, desk, news, after=theirs) == []


def test_a_stream_goes_on_after_the_last_event_that_was_seen(
    live: LiveEventService, desk: WebhookDesk, news: Script
) -> None:
    happened = []
    for _ in range(12):  # more than one reading brings
        desk.clock.advance(seconds=0.5)
        happened.append(desk.happen())
    desk.clock.advance(hours=3)
    assert ids(live, desk, news, after=happened[0]) == happened[1:]
    assert ids(live, desk, news, after=happened[-2]) == happened[-1:]
    assert ids(live, desk, news, after="00000000-0000-4000-8000-000000000000") == []


def test_what_a_long_transaction_brings_late_is_told_too(
    live: LiveEventService, desk: WebhookDesk, news: Script
) -> None:
    seen: list[str] = []

    def late() -> None:
        """Begun five seconds ago, committed only now."""
        with desk.database.write() as unit:
            event = record(
                unit.session, organisation_id=desk.organisation_id, type="interview.started",
                subject_kind="interview", subject_id=desk.interview_id, actor="candidate",
                at=desk.clock() - timedelta(seconds=5),
            )  # fmt: skip
            seen.append(event.id)

    news.steps = [lambda: desk.clock.advance(seconds=60), lambda: seen.append(desk.happen()), late]
    assert ids(live, desk, news) == seen and len(seen) == 2


def test_signs_of_life_and_the_end(desk: WebhookDesk, news: Script) -> None:
    live = LiveEventService(desk.database, news, desk.objects, desk.clock, life_s=0.3, heartbeat_s=0.1)
    began = time.monotonic()
    told = list(live.follow(desk.organisation_id, None, lambda: True))
    assert told and set(told) == {None} and 0.3 <= time.monotonic() - began < 20
    assert max(news.waits) < 0.11
    with desk.database.read() as session:
        until = session.get_one(Organisation, desk.organisation_id).streamed_until
    assert until is not None and desk.clock() < until <= desk.clock() + timedelta(seconds=1)


def test_a_key_that_was_revoked_ends_it(live: LiveEventService, desk: WebhookDesk) -> None:
    allowed = iter([True, False])
    assert list(live.follow(desk.organisation_id, None, lambda: next(allowed))) == [None]


def test_places_are_few_and_come_back(live: LiveEventService) -> None:
    mine = [live.take_place("one") for _ in range(MOST_EACH)]
    with pytest.raises(Conflict) as caught:
        live.take_place("one")
    assert caught.value.code == "too_many_streams"
    others = [live.take_place(f"other-{number}") for number in range(MOST_STREAMS - MOST_EACH)]
    with pytest.raises(Conflict) as caught:
        live.take_place("last")
    assert caught.value.code == "streams_busy"
    mine[0]()
    mine[0]()  # a second time gives nothing more back
    again = live.take_place("one")
    with pytest.raises(Conflict):
        live.take_place("one")
    for give_back in (*mine, *others, again):
        give_back()
    assert len([live.take_place(f"new-{number}") for number in range(MOST_STREAMS)]) == MOST_STREAMS


# --- over a real Redis -----------------------------------------------------------------------------------------------


def test_news_wakes_whoever_waits_and_nobody_else(empty_redis_url: str) -> None:
    news = RedisNews(empty_redis_url)
    with news.hearing("mine") as ear, news.hearing("theirs") as other:
        assert not ear.wait(0.05) and not other.wait(0.05)
        RedisNews(empty_redis_url).tell("mine")
        began = time.monotonic()
        assert ear.wait(5) and time.monotonic() - began < 1
        assert not other.wait(0.05)


def test_without_redis_one_only_waits_and_hears_again_when_it_is_back(redis_server: RedisServer) -> None:
    news = RedisNews(redis_server.url)
    with news.hearing("mine") as ear:
        assert not ear.wait(0.05)
        redis_server.stop()
        began = time.monotonic()
        assert not ear.wait(0.3) and not ear.wait(0.3)
        assert 0.55 <= time.monotonic() - began < 3
        news.tell("mine")  # says nothing, breaks nothing
        redis_server.start()
        assert not ear.wait(0.1)
        news.tell("mine")
        assert ear.wait(5)


def test_a_stream_that_was_left_lets_go(live: LiveEventService, desk: WebhookDesk) -> None:
    stream = live.follow(desk.organisation_id, None, lambda: True)
    assert list(islice(stream, 1)) == [None]
    stream.close()  # type: ignore[attr-defined]
    assert list(stream) == []

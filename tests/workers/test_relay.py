"""The relay and the bells: what is due is rung for, in time, once, and no faster than threads can hear."""

from __future__ import annotations

import json
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

import pytest
import redis
from rq import Queue
from rq.serializers import JSONSerializer
from sqlalchemy import select

from db import notices
from db.columns import new_id, utc_now
from db.models import OutboxRow
from db.repositories import outbox as rows
from db.unit_of_work import Database
from ivr.bell import Bell
from ivr.gateways.rq_tasks import BELL_TTL_S, QUEUE, TASK_TIMEOUT_S, Ring, RqTasks, connect, living_workers
from ivr.services.outbox import LONGEST_WORK_S, Outbox
from scripts.soaking.redis_process import RedisServer
from tests.fakes import FrozenClock
from workers.relay import Relay


def add(database: Database, subject: str, *, in_s: float = 0, now: Callable[..., object] = utc_now) -> None:
    with database.write() as unit:
        rows.add(
            unit.session,
            kind="score_answer",
            subject_id=subject,
            organisation_id=new_id(),
            due_at=now() + timedelta(seconds=in_s),  # type: ignore[operator]
        )


def open_rows(database: Database) -> Sequence[OutboxRow]:
    with database.read() as session:
        return session.scalars(select(OutboxRow).order_by(OutboxRow.due_at)).all()


def wait_for(what: Callable[[], bool], timeout_s: float = 8.0) -> None:
    deadline = time.monotonic() + timeout_s
    while not what():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


@pytest.fixture
def tasks(empty_redis_url: str) -> Iterator[RqTasks]:
    client = connect(empty_redis_url)
    yield RqTasks(client)
    client.close()


def queue_at(url: str) -> Queue:
    return Queue(QUEUE, connection=redis.Redis.from_url(url), serializer=JSONSerializer)


def test_a_bell_carries_ids_only_and_does_not_last(
    database: Database, clock: FrozenClock, tasks: RqTasks, empty_redis_url: str
) -> None:
    add(database, "RE-subject", now=clock)
    relay = Relay(Outbox(database, clock, owner="w"), tasks, threads=2)
    assert relay.step() == 0
    [row] = open_rows(database)
    queue = queue_at(empty_redis_url)
    [job] = queue.jobs
    assert (job.id, job.func_name) == (f"{row.id}-{row.generation}", "workers.tasks.score_answer")
    assert list(job.args) == [row.id, row.generation]
    assert (job.timeout, job.ttl, job.result_ttl) == (TASK_TIMEOUT_S, BELL_TTL_S, 0)
    assert job.timeout >= LONGEST_WORK_S
    assert 0 < queue.connection.ttl(job.key) <= BELL_TTL_S
    raw = queue.connection.hgetall(job.key)
    assert json.loads(zlib.decompress(raw[b"data"]))[2] == [row.id, row.generation], "JSON, not pickle"
    assert b"RE-subject" not in b"".join(raw.values())


def test_it_rings_no_faster_than_threads_can_hear(database: Database, clock: FrozenClock, tasks: RqTasks) -> None:
    for number in range(10):
        add(database, str(number), now=clock)
    relay = Relay(Outbox(database, clock, owner="w"), tasks, threads=2)
    assert relay.step() == 0
    assert tasks.waiting() == 4
    assert 0 < relay.step() < 1
    assert tasks.waiting() == 4
    assert sum(row.owner is not None for row in open_rows(database)) == 4


def test_it_sleeps_until_something_is_due(database: Database, clock: FrozenClock, tasks: RqTasks) -> None:
    relay = Relay(Outbox(database, clock, owner="w"), tasks, threads=2)
    assert relay.step() == 30, "the sweep is the net"
    add(database, "soon", in_s=7, now=clock)
    assert relay.step() == 7
    clock.advance(seconds=7)
    assert relay.step() == 0
    assert tasks.waiting() == 1


def test_without_redis_nothing_is_claimed(database: Database, clock: FrozenClock, redis_server: RedisServer) -> None:
    add(database, "a", now=clock)
    relay = Relay(Outbox(database, clock, owner="w"), RqTasks(connect(redis_server.url)), threads=2)
    redis_server.stop()
    relay.step()
    assert [(row.owner, row.attempt) for row in open_rows(database)] == [(None, 0)]
    redis_server.start()
    assert relay.step() == 0
    assert open_rows(database)[0].owner == "w"


def test_a_claim_that_redis_does_not_take_is_given_back(
    database: Database, clock: FrozenClock, redis_server: RedisServer
) -> None:
    class DiesBetween(RqTasks):
        def enqueue_many(self, rings: Sequence[Ring]) -> None:
            redis_server.stop()
            super().enqueue_many(rings)

    add(database, "a", now=clock)
    add(database, "b", now=clock)
    Relay(Outbox(database, clock, owner="w"), DiesBetween(connect(redis_server.url)), threads=2).step()
    assert [(row.owner, row.lease_until, row.attempt, row.deaths) for row in open_rows(database)] == [
        (None, None, 0, 0)
    ] * 2


def test_a_row_is_rung_for_when_its_time_comes(database: Database, tasks: RqTasks) -> None:
    relay = Relay(Outbox(database, utc_now, owner="w"), tasks, threads=2)
    add(database, "later", in_s=0.6)
    relay.start()
    try:
        time.sleep(0.2)
        assert tasks.waiting() == 0
        wait_for(lambda: tasks.waiting() == 1, 2)
    finally:
        relay.stop()


def test_a_ring_in_the_same_process_wakes_the_relay(database: Database, database_url: str, tasks: RqTasks) -> None:
    relay = Relay(Outbox(database, utc_now, owner="w"), tasks, threads=2)
    bell = Bell(database_url)
    bell.answer_with(relay.wake)
    relay.start()
    try:
        time.sleep(0.1)
        add(database, "now")
        bell.ring()
        wait_for(lambda: tasks.waiting() == 1, 5)
    finally:
        relay.stop()


def test_a_ring_in_another_process_comes_by_notify(postgres_url: str, tasks: RqTasks) -> None:
    database = Database(postgres_url, pool_size=4)
    relay = Relay(
        Outbox(database, utc_now, owner="w"),
        tasks,
        threads=2,
        listen=lambda heard, stop: notices.listen(postgres_url, heard, stop),
    )
    bell = Bell(postgres_url)
    relay.start()
    try:
        time.sleep(0.3)
        with database.write() as unit:
            rows.add(unit.session, kind="place_call", subject_id="i", organisation_id=new_id(), due_at=utc_now())
            unit.on_commit(bell.ring)
        wait_for(lambda: tasks.waiting() == 1, 5)
    finally:
        bell.close()
        relay.stop()
        database.dispose()


def test_many_rings_are_few_notices(postgres_url: str) -> None:
    heard: list[float] = []
    stop = threading.Event()
    listener = threading.Thread(
        target=notices.listen, args=(postgres_url, lambda: heard.append(time.monotonic()), stop), daemon=True
    )
    listener.start()
    wait_for(lambda: len(heard) == 1)
    bell = Bell(postgres_url)
    began = time.monotonic()
    for _ in range(10_000):
        bell.ring()
    took_s = time.monotonic() - began
    wait_for(lambda: len(heard) >= 2)
    time.sleep(0.1)
    assert len(heard) - 1 <= 2 + took_s / 0.005
    bell.close()
    stop.set()
    listener.join(5)


def test_on_sqlite_a_bell_starts_nothing(sqlite_url: str) -> None:
    before = threading.active_count()
    Bell(sqlite_url).ring()
    assert threading.active_count() == before


def test_a_database_that_is_away_is_no_reason_to_ring(tmp_path: object) -> None:
    bell = Bell("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    began = time.monotonic()
    bell.ring()
    assert time.monotonic() - began < 0.5
    bell.close()


def test_signs_of_life(tasks: RqTasks, empty_redis_url: str) -> None:
    with redis.Redis.from_url(empty_redis_url) as client:
        tasks.say_alive("one", 60)
        tasks.say_alive("two", 60)
        assert living_workers(client) == 2
        assert 0 < client.ttl("viva:worker:one") <= 60
        tasks.say_goodbye("one")
        assert living_workers(client) == 1

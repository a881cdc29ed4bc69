"""A worker process on both databases: threads hear bells, and neither a lost Redis nor a killed worker loses work."""

from __future__ import annotations

import inspect
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import redis
from sqlalchemy import func, select, text

from db.columns import new_id, utc_now
from db.models import OutboxRow
from db.notices import OUTBOX_CHANNEL
from db.repositories import outbox as rows
from db.repositories.outbox import Lease
from db.unit_of_work import Database
from ivr.gateways.redis_server import RedisServer as AppRedis
from ivr.gateways.rq_tasks import living_workers, task_name
from ivr.services.periodic import Periodic
from scripts.soaking.redis_process import RedisServer
from tests.workers.stub_worker import StubServices
from workers import context, tasks
from workers.context import Handler, handlers_of
from workers.maintenance import Maintenance
from workers.process import WorkerProcess


def add(database: Database, *subjects: str) -> None:
    with database.write() as unit:
        for subject in subjects:
            rows.add(
                unit.session,
                kind="score_answer",
                subject_id=subject,
                organisation_id=new_id(),
                due_at=utc_now(),
            )
        if not database.is_sqlite:
            # What the web's bell would send after the commit.
            unit.session.execute(text(f"NOTIFY {OUTBOX_CHANNEL}"))


def done_count(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).where(OutboxRow.done_at.is_not(None))) or 0


def row_of(database: Database, subject: str) -> OutboxRow:
    with database.read() as session:
        return session.scalars(select(OutboxRow).where(OutboxRow.subject_id == subject)).one()


def wait_for(what: Callable[[], bool], timeout_s: float = 15.0) -> None:
    deadline = time.monotonic() + timeout_s
    while not what():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


Make = Callable[..., WorkerProcess]


@pytest.fixture
def make_worker(database: Database, tmp_path: Path) -> Iterator[Make]:
    """Starts workers in this process with one kind of work; all are stopped after the test."""
    made: list[WorkerProcess] = []

    def make(work: Callable[[Lease], None], url: str, *, threads: int = 4, **times: Any) -> WorkerProcess:
        services = StubServices(database)
        worker = WorkerProcess(
            services, {"score_answer": Handler(work)}, AppRedis(url, tmp_path), threads=threads, **times
        )
        worker.start()
        made.append(worker)
        return worker

    yield make
    for worker in made:
        worker.stop(0.2)
    context.use(None)


def test_work_that_a_task_asks_for_is_done_at_once(
    database: Database, make_worker: Make, redis_server: RedisServer
) -> None:
    """No webhook rings for it, and the relay's own look is half a minute away."""

    def work(lease: Lease) -> None:
        if lease.subject_id == "first":
            with database.write() as unit:
                rows.add(
                    unit.session, kind="score_answer", subject_id="second", organisation_id=lease.organisation_id,
                    due_at=utc_now(),
                )  # fmt: skip

    make_worker(work, redis_server.url)
    add(database, "first")
    wait_for(lambda: done_count(database) == 2, timeout_s=10.0)


def test_each_row_is_worked_once_and_side_by_side(
    database: Database, make_worker: Make, empty_redis_url: str
) -> None:
    worked: list[str] = []
    together = threading.Barrier(4, timeout=10)

    def work(lease: Lease) -> None:
        worked.append(lease.subject_id)
        if len(worked) <= 4:
            together.wait()

    add(database, *map(str, range(24)))
    make_worker(work, empty_redis_url)
    wait_for(lambda: done_count(database) == 24)
    assert sorted(worked, key=int) == list(map(str, range(24)))
    assert not together.broken
    with redis.Redis.from_url(empty_redis_url) as client:
        assert living_workers(client) == 1
        wait_for(lambda: not list(client.scan_iter("rq:job:*")), 5)


def test_work_resumes_when_redis_comes_back(
    database: Database, make_worker: Make, redis_server: RedisServer
) -> None:
    make_worker(lambda lease: None, redis_server.url, threads=2, claim_s=1.0)
    add(database, "before")
    wait_for(lambda: done_count(database) == 1)
    redis_server.stop()
    add(database, "meanwhile", "and another")
    time.sleep(0.6)
    assert done_count(database) == 1
    redis_server.start()
    wait_for(lambda: done_count(database) == 3)
    assert row_of(database, "meanwhile").attempt == 0


def test_redis_gone_in_the_middle_of_work_loses_nothing(
    database: Database, make_worker: Make, redis_server: RedisServer
) -> None:
    begun, go_on = threading.Event(), threading.Event()
    worked: list[str] = []

    def work(lease: Lease) -> None:
        worked.append(lease.subject_id)
        begun.set()
        go_on.wait(10)

    make_worker(work, redis_server.url, threads=2)
    add(database, "a")
    assert begun.wait(10)
    redis_server.stop()
    go_on.set()
    wait_for(lambda: done_count(database) == 1)
    redis_server.start()
    add(database, "b")
    wait_for(lambda: done_count(database) == 2)
    assert worked == ["a", "b"]


def test_a_bell_lost_in_redis_is_rung_again(
    database: Database, make_worker: Make, empty_redis_url: str
) -> None:
    add(database, "a")
    [lost] = rows.claim_due(database, utc_now(), "a relay that died", 1, 0.8)
    make_worker(lambda lease: None, empty_redis_url)
    time.sleep(0.3)
    assert done_count(database) == 0
    wait_for(lambda: done_count(database) == 1)
    assert row_of(database, "a").generation > lost.generation
    assert row_of(database, "a").deaths == 0


def test_a_failing_task_fails_alone(database: Database, make_worker: Make, empty_redis_url: str) -> None:
    def work(lease: Lease) -> None:
        if lease.subject_id == "bad":
            raise ZeroDivisionError

    add(database, "bad", *map(str, range(6)))
    make_worker(work, empty_redis_url, threads=2)
    wait_for(lambda: done_count(database) == 6 and row_of(database, "bad").deaths > 0)
    bad = row_of(database, "bad")
    assert "ZeroDivisionError at " in (bad.last_error or "")


def test_a_long_task_keeps_its_lease(database: Database, make_worker: Make, empty_redis_url: str) -> None:
    worked: list[str] = []

    def work(lease: Lease) -> None:
        worked.append(lease.subject_id)
        time.sleep(1.5)

    make_worker(work, empty_redis_url, lease_s=0.8)
    add(database, "long")
    wait_for(lambda: done_count(database) == 1)
    assert worked == ["long"]
    assert row_of(database, "long").deaths == 0


def test_stopping_waits_for_running_work_but_not_for_ever(
    database: Database, make_worker: Make, empty_redis_url: str
) -> None:
    begun, hangs = threading.Event(), threading.Event()

    def work(lease: Lease) -> None:
        begun.set()
        if lease.subject_id == "hangs":
            hangs.wait(20)
        else:
            time.sleep(0.5)

    worker = make_worker(work, empty_redis_url, threads=1)
    add(database, "short")
    assert begun.wait(10)
    assert worker.stop(10)
    assert done_count(database) == 1
    with redis.Redis.from_url(empty_redis_url) as client:
        assert living_workers(client) == 0
    begun.clear()
    other = make_worker(work, empty_redis_url, threads=1)
    add(database, "hangs")
    assert begun.wait(10)
    assert not other.stop(0.3)
    hangs.set()


def start_stub(database_url: str, redis_url: str, folder: Path, *, work_s: float, lease_s: float) -> Any:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.workers.stub_worker", database_url, redis_url, str(folder), str(work_s),
         str(lease_s)],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.DEVNULL,
    )  # fmt: skip


@pytest.mark.slow
def test_a_killed_worker_costs_time_not_work(
    database: Database, database_url: str, make_worker: Make, empty_redis_url: str, tmp_path: Path
) -> None:
    add(database, "a")
    killed = start_stub(database_url, empty_redis_url, tmp_path, work_s=60, lease_s=1.0)
    try:
        wait_for((tmp_path / "begun-a").exists)
    finally:
        killed.kill()
        killed.wait(10)
    assert not (tmp_path / "ended-a").exists()
    make_worker(lambda lease: None, empty_redis_url)
    wait_for(lambda: done_count(database) == 1)
    assert row_of(database, "a").deaths == 1


@pytest.mark.slow
def test_sigterm_lets_running_work_end(sqlite_url: str, empty_redis_url: str, tmp_path: Path) -> None:
    database = Database(sqlite_url, pool_size=2)
    add(database, "a")
    worker = start_stub(sqlite_url, empty_redis_url, tmp_path, work_s=1.0, lease_s=30)
    try:
        wait_for((tmp_path / "begun-a").exists)
        add(database, "b")
        worker.terminate()
        assert worker.wait(15) == 0
    finally:
        if worker.poll() is None:
            worker.kill()
            worker.wait(10)
    assert (tmp_path / "ended-a").exists()
    assert row_of(database, "a").done_at is not None
    database.dispose()


def test_every_kind_has_its_task_and_its_handler() -> None:
    def method(lease: Lease) -> None: ...

    anything: Any = SimpleNamespace(
        jobs=SimpleNamespace(
            write_questions=method, give_up=method, check_questions=method, give_up_checking=method
        ),
        campaigns=SimpleNamespace(run_campaign=method),
        candidates=SimpleNamespace(read_resume=method, give_up=method),
        profiles=SimpleNamespace(draft_profile=method, give_up=method),
        calls=SimpleNamespace(place_call=method, reconcile_call=method),
        sittings=SimpleNamespace(end_sitting=method),
        answers=SimpleNamespace(transcribe_answer=method, give_up_transcribing=method, delete_recording=method),
        follow_ups=SimpleNamespace(write_follow_up=method),
        candidate_questions=SimpleNamespace(answer_candidate_question=method, give_up=method),
        practices=SimpleNamespace(discard_practice=method),
        resume_questions=SimpleNamespace(
            write_resume_question=method, give_up_writing=method, transcribe_resume_answer=method,
            give_up_transcribing=method,
        ),
        alerts=SimpleNamespace(send_alert=method, give_up=method),
        announcements=SimpleNamespace(announce_event=method),
        webhook_deliveries=SimpleNamespace(deliver_webhook=method),
        control_runs=SimpleNamespace(rate_controls=method, give_up=method),
        ratings=SimpleNamespace(score_answer=method),
        scorecards=SimpleNamespace(conclude_interview=method, narrate_interview=method),
        feedback_drafts=SimpleNamespace(draft_feedback=method, give_up=method),
        integrity=SimpleNamespace(note_integrity=method),
        test_dials=SimpleNamespace(place_test_call=method),
        speeches=SimpleNamespace(speak_text=method, give_up=method),
        account_mail=SimpleNamespace(send_account_email=method, give_up=method),
        carrier_copies=SimpleNamespace(delete_carrier_copies=method),
        job_erasures=SimpleNamespace(erase_job=method),
        erasures=SimpleNamespace(erase_candidate=method),
        messages=SimpleNamespace(send_sms=method, send_email=method, give_up=method),
    )
    assert set(handlers_of(anything)) == set(tasks.KINDS)
    for kind in tasks.KINDS:
        module, name = task_name(kind).rsplit(".", 1)
        assert module == tasks.__name__
        assert list(inspect.signature(getattr(tasks, name)).parameters) == ["outbox_id", "generation"]


def test_each_task_rings_for_its_own_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[tuple[str, str, int]] = []
    context.use(SimpleNamespace(run=lambda *what: heard.append(what)))  # type: ignore[arg-type]
    try:
        for kind in tasks.KINDS:
            getattr(tasks, kind)("row", 3)
    finally:
        context.use(None)
    assert heard == [(kind, "row", 3) for kind in tasks.KINDS]
    with pytest.raises(RuntimeError, match="run in a worker process"):
        tasks.score_answer("row", 3)


def test_periodic_work_goes_on_after_a_failure() -> None:
    calls: list[str] = []

    def sometimes() -> None:
        calls.append("sometimes")
        if len(calls) < 3:
            raise ValueError("not yet")

    rarely = Periodic("rarely", 60, lambda: calls.append("r"))
    loop = Maintenance("test", [Periodic("sometimes", 0.05, sometimes), rarely])
    loop.start()
    wait_for(lambda: calls.count("sometimes") >= 4, 5)
    loop.stop()
    assert calls.count("r") == 1
    count = len(calls)
    time.sleep(0.15)
    assert len(calls) == count


def test_the_hanging_lease_of_a_worker_is_not_renewed_for_ever(database: Database) -> None:
    from ivr.services import outbox as policy

    owner = policy.Outbox(database, utc_now, owner="w")
    add(database, "a")
    [claimed] = owner.claim(1)
    assert owner.start(claimed.outbox_id, claimed.generation) is not None
    assert owner.renew_running() == 1
    owner._running[claimed.outbox_id] -= policy.LONGEST_WORK_S + timedelta(seconds=1).total_seconds()
    assert owner.renew_running() == 0

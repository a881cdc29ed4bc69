"""The outbox on both databases: one open row, leases and their fences, deaths, endings, and who retries when."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from db.columns import new_id
from db.models import OutboxRow
from db.repositories import outbox as rows
from db.repositories.outbox import Lease, LeaseLost
from db.unit_of_work import Database
from ivr.gateways.ports import GatewayError, Trouble
from ivr.services import outbox as policy
from ivr.services.outbox import Outbox
from tests.fakes import FrozenClock

ORG = new_id()


def add(
    database: Database, clock: FrozenClock, *, kind: str = "score_answer", subject: str = "a", in_s: float = 0
) -> None:
    with database.write() as unit:
        rows.add(
            unit.session,
            kind=kind,
            subject_id=subject,
            organisation_id=ORG,
            due_at=clock() + timedelta(seconds=in_s),
            request_id="req-1",
        )


def only_row(database: Database) -> OutboxRow:
    with database.read() as session:
        return session.scalars(select(OutboxRow)).one()


@pytest.fixture
def outbox(database: Database, clock: FrozenClock) -> Outbox:
    return Outbox(database, clock, owner="worker-1", lease_s=90, claim_s=40, chance=lambda: 0.0)


def begin(outbox: Outbox) -> Lease:
    """Claim the one due row and start it."""
    [claimed] = outbox.claim(10)
    lease = outbox.start(claimed.outbox_id, claimed.generation)
    assert lease is not None
    return lease


def test_one_open_row_per_kind_and_subject(database: Database, clock: FrozenClock) -> None:
    add(database, clock, in_s=60)
    add(database, clock, in_s=30)
    add(database, clock, in_s=90)
    assert only_row(database).due_at == clock() + timedelta(seconds=30)
    add(database, clock, kind="transcribe_answer")
    add(database, clock, subject="b")
    with database.read() as session:
        assert len(session.scalars(select(OutboxRow)).all()) == 3


def test_done_work_may_be_asked_for_again(database: Database, clock: FrozenClock, outbox: Outbox) -> None:
    add(database, clock)
    outbox.run(begin(outbox), lambda lease: None)
    assert only_row(database).done_at is not None
    add(database, clock)
    with database.read() as session:
        assert len(session.scalars(select(OutboxRow)).all()) == 2
    assert len(outbox.claim(10)) == 1


def test_only_what_is_due_is_claimed_and_only_once(database: Database, clock: FrozenClock, outbox: Outbox) -> None:
    add(database, clock, subject="later", in_s=10)
    add(database, clock, subject="second", in_s=-1)
    add(database, clock, subject="first", in_s=-2)
    [first] = outbox.claim(1)
    assert (first.subject_id, first.attempt, first.request_id) == ("first", 1, "req-1")
    assert [lease.subject_id for lease in outbox.claim(10)] == ["second"]
    assert outbox.claim(10) == []
    assert outbox.seconds_to_next() == 10


def test_threads_at_once_share_the_rows(database: Database, clock: FrozenClock) -> None:
    for number in range(40):
        add(database, clock, subject=str(number))
    taken: list[str] = []
    gate = threading.Barrier(4)

    def claim(owner: str) -> None:
        gate.wait()
        own = Outbox(database, clock, owner=owner)
        while leases := own.claim(3):
            taken.extend(lease.subject_id for lease in leases)

    threads = [threading.Thread(target=claim, args=(f"w{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(taken, key=int) == [str(number) for number in range(40)]


def test_work_asked_for_while_it_runs_is_due_once_more(database: Database, clock: FrozenClock, outbox: Outbox) -> None:
    add(database, clock)
    lease = begin(outbox)
    asked_at = clock.advance(seconds=5)
    add(database, clock)
    assert only_row(database).again_at == asked_at
    outbox.run(lease, lambda _: None)
    row = only_row(database)
    assert (row.done_at, row.again_at, row.due_at, row.started) == (None, None, asked_at, False)
    outbox.run(begin(outbox), lambda _: None)
    assert only_row(database).done_at is not None


def test_a_claim_not_begun_is_not_asked_for_twice(database: Database, clock: FrozenClock, outbox: Outbox) -> None:
    add(database, clock)
    [claimed] = outbox.claim(1)
    add(database, clock)
    lease = outbox.start(claimed.outbox_id, claimed.generation)
    assert lease is not None
    outbox.run(lease, lambda _: None)
    assert only_row(database).done_at is not None


def test_a_bell_that_rings_twice_starts_once(database: Database, clock: FrozenClock, outbox: Outbox) -> None:
    add(database, clock)
    [claimed] = outbox.claim(1)
    lease = outbox.start(claimed.outbox_id, claimed.generation)
    assert lease is not None
    assert outbox.start(claimed.outbox_id, claimed.generation) is None
    with database.write() as unit:
        rows.retry_later(unit.session, lease, clock(), "again")
    assert outbox.start(claimed.outbox_id, claimed.generation) is None, "an old bell must not cut the wait short"


def test_a_lost_bell_is_rung_again(database: Database, clock: FrozenClock, outbox: Outbox) -> None:
    add(database, clock)
    [lost] = outbox.claim(1)
    clock.advance(seconds=41)
    [again] = outbox.claim(1)
    assert again.generation > lost.generation
    assert only_row(database).deaths == 0
    assert outbox.start(lost.outbox_id, lost.generation) is None


def test_a_late_owner_is_refused_and_its_transaction_rolled_back(
    database: Database, clock: FrozenClock, outbox: Outbox
) -> None:
    add(database, clock)
    late = begin(outbox)
    clock.advance(seconds=91)
    [current] = outbox.claim(1)
    assert (current.outbox_id, only_row(database).deaths) == (late.outbox_id, 1)
    with pytest.raises(LeaseLost), database.write() as unit:
        rows.add(unit.session, kind="narrate_interview", subject_id="x", organisation_id=ORG, due_at=clock())
        rows.complete(unit.session, late)
    assert only_row(database).kind == "score_answer", "nothing of the late owner's transaction is there"
    assert outbox.start(current.outbox_id, current.generation) is not None
    outbox.run(late, lambda _: None)
    assert only_row(database).done_at is None


def test_a_renewed_lease_is_not_claimed(database: Database, clock: FrozenClock, outbox: Outbox) -> None:
    add(database, clock)
    lease = begin(outbox)
    clock.advance(seconds=80)
    assert outbox.renew_running() == 1
    clock.advance(seconds=80)
    assert outbox.claim(1) == []
    outbox.run(lease, lambda _: None)
    assert outbox.renew_running() == 0


def test_nobody_renews_for_another_process(database: Database, clock: FrozenClock, outbox: Outbox) -> None:
    add(database, clock)
    lease = begin(outbox)
    assert rows.renew(database, "worker-2", [lease.outbox_id], now=clock(), lease_s=90) == 0


def test_what_kills_its_workers_is_parked(database: Database, clock: FrozenClock, outbox: Outbox) -> None:
    add(database, clock)
    for deaths in range(rows.MAX_DEATHS):
        begin(outbox)
        assert only_row(database).deaths == deaths
        clock.advance(seconds=91)
    assert outbox.claim(1) == []
    row = only_row(database)
    assert (row.parked_reason, row.deaths, row.owner) == (rows.POISON, rows.MAX_DEATHS, None)
    assert row.last_error
    add(database, clock)
    assert begin(outbox).attempt == 1, "a person who asks again starts it afresh"
    assert only_row(database).deaths == 0


def test_a_released_claim_is_due_and_has_cost_nothing(database: Database, clock: FrozenClock, outbox: Outbox) -> None:
    add(database, clock)
    [claimed] = outbox.claim(1)
    outbox.release(claimed)
    assert outbox.seconds_to_next() == 0
    [again] = outbox.claim(1)
    assert again.attempt == 1
    outbox.release(claimed)
    assert outbox.claim(1) == [], "a claim that is no longer ours is left alone"


def test_postponing_is_no_attempt_and_remembers_its_pace(
    database: Database, clock: FrozenClock, outbox: Outbox
) -> None:
    add(database, clock)

    def not_yet(lease: Lease) -> None:
        with database.write() as unit:
            rows.postpone(unit.session, lease, clock() + timedelta(seconds=3), paced=True)

    outbox.run(begin(outbox), not_yet)
    assert outbox.claim(1) == []
    assert outbox.seconds_to_next() == 3
    clock.advance(seconds=3)
    lease = begin(outbox)
    assert (lease.attempt, lease.paced) == (1, True)


def fail(error: Exception) -> policy.Work:
    def work(lease: Lease) -> None:
        raise error

    return work


def test_back_off_doubles_up_to_a_minute_for_as_long_as_it_takes(
    database: Database, clock: FrozenClock, outbox: Outbox
) -> None:
    add(database, clock)
    waits = []
    for _ in range(25):
        outbox.run(begin(outbox), fail(GatewayError("busy", trouble=Trouble.RETRY, code="overloaded")))
        waits.append((only_row(database).due_at - clock()).total_seconds())
        clock.now = only_row(database).due_at
    assert waits[:6] == [2, 4, 8, 16, 32, 60]
    assert set(waits[6:]) == {60}
    row = only_row(database)
    assert (row.parked_reason, row.attempt, row.last_error) == (None, 25, "overloaded: busy")


def test_a_vendor_that_asks_for_patience_gets_it(database: Database, clock: FrozenClock, outbox: Outbox) -> None:
    add(database, clock)
    outbox.run(begin(outbox), fail(GatewayError("slow down", trouble=Trouble.RETRY, retry_after_s=17)))
    assert only_row(database).due_at == clock() + timedelta(seconds=17)


def test_a_used_up_budget_is_given_to_the_service(database: Database, clock: FrozenClock, outbox: Outbox) -> None:
    add(database, clock, kind="transcribe_answer")
    given_up: list[int] = []

    def give_up(lease: Lease, error: GatewayError) -> None:
        given_up.append(lease.attempt)
        with database.write() as unit:
            rows.complete(unit.session, lease)

    missing = fail(GatewayError("not there", trouble=Trouble.RETRY, code="not_ready"))
    while only_row(database).done_at is None:
        outbox.run(begin(outbox), missing, give_up)
        clock.advance(seconds=60)
    assert given_up == [20]


def test_what_no_waiting_mends_is_parked_when_nobody_takes_it(
    database: Database, clock: FrozenClock, outbox: Outbox
) -> None:
    add(database, clock)
    outbox.run(begin(outbox), fail(GatewayError("bad number", trouble=Trouble.SUBJECT, code="21211")))
    row = only_row(database)
    assert (row.parked_reason, row.last_error) == (policy.GIVEN_UP, "21211: bad number")
    assert outbox.seconds_to_next() is None


def test_work_that_waits_for_configuration_resumes_by_itself(
    database: Database, clock: FrozenClock, outbox: Outbox
) -> None:
    add(database, clock)
    for _ in range(7):
        outbox.run(begin(outbox), fail(GatewayError("no such key", trouble=Trouble.CONFIGURATION, code="401")))
        row = only_row(database)
        assert (row.parked_reason, row.attempt) == (rows.WAITING_FOR_CONFIGURATION, 0)
        assert outbox.claim(1) == []
        assert outbox.sweep() == 0
        clock.advance(seconds=policy.CONFIGURATION_RECHECK_S)
        assert outbox.sweep() == 1
    outbox.run(begin(outbox), lambda lease: None)
    assert only_row(database).done_at is not None


def test_an_unexpected_error_is_retried_and_at_last_parked(
    database: Database, clock: FrozenClock, outbox: Outbox
) -> None:
    add(database, clock)
    for _ in range(rows.MAX_DEATHS):
        outbox.run(begin(outbox), fail(KeyError("+14155550100")))
        clock.advance(seconds=75)
    row = only_row(database)
    assert (row.parked_reason, row.deaths) == (rows.POISON, 5)
    assert row.last_error is not None
    assert "KeyError" in row.last_error
    assert "4155550100" not in row.last_error


def test_a_database_that_is_away_is_nobodys_death(database: Database, clock: FrozenClock, outbox: Outbox) -> None:
    add(database, clock)
    for _ in range(rows.MAX_DEATHS + 1):
        outbox.run(begin(outbox), fail(OperationalError("SELECT 1", {}, Exception("gone"))))
        clock.advance(seconds=75)
    row = only_row(database)
    assert (row.parked_reason, row.deaths, row.attempt) == (None, 0, 6)


def test_an_error_after_the_ending_was_rolled_back_is_still_settled(
    database: Database, clock: FrozenClock, outbox: Outbox
) -> None:
    add(database, clock)

    def work(lease: Lease) -> None:
        with database.write() as unit:
            rows.complete(unit.session, lease)
            raise GatewayError("late", trouble=Trouble.RETRY)

    outbox.run(begin(outbox), work)
    row = only_row(database)
    assert (row.done_at, row.started, row.attempt) == (None, False, 1)


def test_a_claim_keeps_to_its_limit_and_to_the_order_of_due_times(
    database: Database, clock: FrozenClock, outbox: Outbox
) -> None:
    for number in range(30):
        add(database, clock, subject=str(number), in_s=-number)
    assert [lease.subject_id for lease in outbox.claim(7)] == [str(number) for number in range(29, 22, -1)]
    with database.read() as session:
        assert len(session.scalars(select(OutboxRow).where(OutboxRow.owner.is_not(None))).all()) == 7

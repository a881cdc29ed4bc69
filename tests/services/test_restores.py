"""After a restore the database is older than what has happened: whoever was called since is not called again (P11)."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from db.models import DomainEvent, Interview
from db.repositories import outbox
from db.repositories.events import ALERT
from db.unit_of_work import Database
from interview.lifecycle import CallStatus, InterviewStatus
from ivr.gateways.ports import GatewayError, Trouble
from ivr.services.restores import Restored, RestoreService
from tests.fakes import FrozenClock
from tests.services.test_calls import Desk

Restore = Callable[[], None]


@pytest.fixture
def desk(sqlite_url: str, clock: FrozenClock) -> Desk:
    return Desk(Database(sqlite_url), clock, calling_hours_limit="00:00-24:00")


@pytest.fixture
def backup(desk: Desk, tmp_path: Path) -> Callable[[], Restore]:
    """Makes a backup as docs/operations.md tells; what it gives puts that backup in the place of the database."""
    path = desk.database.engine.url.database
    assert path is not None

    def make() -> Restore:
        with sqlite3.connect(path) as live, sqlite3.connect(tmp_path / "backup") as copy:
            live.backup(copy)

        def restore() -> None:
            desk.database.dispose()
            for leftover in ("-wal", "-shm"):
                Path(path + leftover).unlink(missing_ok=True)
            shutil.copy(tmp_path / "backup", path)

        return restore

    return make


def alerts(desk: Desk) -> list[str]:
    with desk.database.read() as session:
        return [event.data["code"] for event in session.scalars(select(DomainEvent).where(DomainEvent.type == ALERT))]


def test_whoever_was_called_since_the_backup_is_not_dialled_again(
    desk: Desk, backup: Callable[[], Restore], clock: FrozenClock
) -> None:
    called, waiting = desk.invite(), desk.invite()
    restore = backup()
    clock.advance(minutes=2)
    desk.run("place_call")
    [ours] = desk.calls_of(called)
    desk.carrier.calls = {sid: call for sid, call in desk.carrier.calls.items() if sid == ours.carrier_sid}
    assert len(desk.carrier.placed) == 2

    restore()
    clock.advance(hours=3)
    desk.run("place_call")

    redialled = [request.to.e164 for request in desk.carrier.placed[2:]]
    interview = desk.interview(called)
    assert (interview.status, interview.reason_code) == (InterviewStatus.FAILED, "called_already")
    assert "not in our records" in (interview.next_action_why or "")
    # the one of whom the carrier knows nothing is called as it should be
    assert desk.interview(waiting).status is InterviewStatus.DIALING and len(redialled) == 1
    assert alerts(desk) == ["unknown_calls"]


def test_a_person_may_have_them_called_all_the_same(
    desk: Desk, backup: Callable[[], Restore], clock: FrozenClock
) -> None:
    interview_id = desk.invite()
    restore = backup()
    clock.advance(minutes=2)
    desk.run("place_call")
    restore()
    clock.advance(hours=3)
    desk.run("place_call")
    with desk.database.write() as unit:
        # what InterviewService.retry writes
        interview = unit.session.get_one(Interview, interview_id)
        interview.status, interview.wanted_at = InterviewStatus.QUEUED, clock()
    desk.ask("place_call", interview_id)
    desk.run("place_call")
    assert desk.interview(interview_id).status is InterviewStatus.DIALING
    assert len(desk.carrier.placed) == 2


@pytest.mark.parametrize("status", [CallStatus.FAILED, CallStatus.CANCELED])
def test_a_call_that_never_rang_is_no_call(
    desk: Desk, backup: Callable[[], Restore], clock: FrozenClock, status: CallStatus
) -> None:
    desk.invite()
    restore = backup()
    clock.advance(minutes=2)
    desk.run("place_call")
    [sid] = desk.carrier.calls
    desk.carrier.set_call(sid, status=status)
    restore()
    clock.advance(hours=3)
    desk.run("place_call")
    assert len(desk.carrier.placed) == 2


def test_restored_stops_everybody_and_sends_nothing_twice(database: Database, clock: FrozenClock) -> None:
    desk = Desk(database, clock, calling_hours_limit="00:00-24:00")
    interview_id = desk.invite()
    desk.ask("send_sms", "invited:x")
    with database.write() as unit:
        outbox.add(
            unit.session, kind="send_email", subject_id="reminder:y", organisation_id="o",
            due_at=clock() + timedelta(days=1),
        )  # fmt: skip
    service = RestoreService(database, clock)
    assert service.settle() == Restored(stopped_organisations=1, messages=1, calls=1)
    assert service.settle() == Restored(stopped_organisations=0, messages=0, calls=1)
    assert "send_sms" not in desk.open_tasks() and "send_email" in desk.open_tasks()
    desk.run("place_call")
    assert desk.carrier.placed == []
    assert desk.interview(interview_id).next_action == "call"


def test_while_the_carrier_cannot_be_asked_nothing_is_dialled(desk: Desk, clock: FrozenClock) -> None:
    interview_id = desk.invite()
    desk.carrier.fail("find_calls", GatewayError("HTTP 503", trouble=Trouble.RETRY, code="503"))
    desk.run("place_call")
    assert desk.carrier.placed == [] and desk.interview(interview_id).status is InterviewStatus.QUEUED
    clock.advance(minutes=1)
    desk.run("place_call")
    assert len(desk.carrier.placed) == 1


def test_the_calls_of_an_interview_itself_are_known(desk: Desk, clock: FrozenClock) -> None:
    interview_id = desk.invite()
    desk.run("place_call")
    [call] = desk.calls_of(interview_id)
    with desk.database.write() as unit:
        # busy: a retry is due
        unit.session.get_one(type(call), call.id).status = CallStatus.BUSY
        unit.session.get_one(Interview, interview_id).status = InterviewStatus.QUEUED
    clock.advance(hours=4)
    desk.ask("place_call", interview_id)
    desk.run("place_call")
    assert len(desk.carrier.placed) == 2

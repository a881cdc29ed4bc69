"""Placing calls: at most one dial for one start, whatever the carrier answers (reliability P2, P7)."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from db.models import Call, Interview, Job, OptOut, Organisation, OutboxRow, WhitelistEntry
from db.repositories import outbox
from db.repositories.outbox import Lease
from db.turns import TurnStore
from db.unit_of_work import Database
from interview.events import DigitsPressed, NoInput, UtteranceRecorded
from interview.lifecycle import CallStatus, InterviewStatus
from ivr.callbacks import Callbacks
from ivr.gateways.ports import GatewayError, Trouble
from ivr.services.calls import DIAL_WITHIN_S, UNCLEAR_FOR_S, CallService
from ivr.services.conversations import CallNews, ConversationService
from ivr.services.dialing import Gate
from ivr.services.drafts import CallingHoursSetting, JobSettings, settings_to_plain
from ivr.settings import Settings
from tests.factories import make_candidate, make_interview, make_job, make_organisation
from tests.fakes import FakeCarrier, FrozenClock


def settings(**changes: object) -> Settings:
    values: dict[str, object] = {
        "secret_key": "s" * 32, "webhook_base_url": "https://calls.example.com",
        "twilio_account_sid": "AC" + "0" * 32, "twilio_auth_token": "t" * 32,
        "twilio_phone_number": "+14155550100", "calls_per_second": 1000.0,
    }  # fmt: skip
    return Settings.model_validate(values | changes)


class Desk:
    """A call service with what it needs, and the outbox worked by hand."""

    def __init__(self, database: Database, clock: FrozenClock, **changes: object) -> None:
        self.database, self.clock = database, clock
        self.carrier = FakeCarrier(clock)
        given = settings(**changes)
        self.conversations = ConversationService(TurnStore(database), clock, lambda: None)
        self.calls = CallService(
            database, self.carrier, Gate(given), self.conversations, Callbacks(given.webhook_base_url), clock,
            calls_per_second=given.calls_per_second,
        )  # fmt: skip

    def invite(self, **values: object) -> str:
        interview_id = make_interview(self.database, **values)  # type: ignore[arg-type]
        self.ask("place_call", interview_id)
        return interview_id

    def ask(self, kind: str, subject_id: str) -> None:
        with self.database.write() as unit:
            outbox.add(
                unit.session, kind=kind, subject_id=subject_id, organisation_id="o", due_at=self.clock()
            )  # fmt: skip

    def run(self, kind: str) -> list[Lease]:
        """Do what is due of this kind; the leases that were worked on."""
        leases = [
            lease for lease in outbox.claim_due(self.database, self.clock(), "test", 100, 60) if lease.kind == kind
        ]
        for lease in leases:
            started = outbox.start(
                self.database, lease.outbox_id, lease.generation, now=self.clock(), owner="test", lease_s=60
            )
            assert started is not None
            getattr(self.calls, kind)(started)
        return leases

    def interview(self, interview_id: str) -> Interview:
        with self.database.read() as session:
            return session.get_one(Interview, interview_id)

    def calls_of(self, interview_id: str) -> list[Call]:
        with self.database.read() as session:
            return list(session.scalars(select(Call).where(Call.interview_id == interview_id).order_by(Call.attempt)))

    def open_tasks(self) -> dict[str, OutboxRow]:
        with self.database.read() as session:
            return {row.kind: row for row in session.scalars(select(OutboxRow).where(OutboxRow.done_at.is_(None)))}


@pytest.fixture
def desk(database: Database, clock: FrozenClock) -> Desk:
    return Desk(database, clock)


def test_a_due_interview_is_dialled_once_with_our_urls(desk: Desk) -> None:
    interview_id = desk.invite()
    desk.run("place_call")
    request = desk.carrier.placed[0]
    call = desk.calls_of(interview_id)[0]
    assert len(desk.carrier.placed) == 1
    assert call.id in request.answered_url
    assert call.carrier_sid is not None
    assert desk.interview(interview_id).status is InterviewStatus.DIALING
    assert "reconcile_call" in desk.open_tasks()
    desk.ask("place_call", interview_id)
    desk.run("place_call")
    assert len(desk.carrier.placed) == 1


def test_P7_a_number_taken_off_the_list_after_creation_is_not_dialled(desk: Desk) -> None:
    interview_id = desk.invite()
    with desk.database.write() as unit:
        for entry in unit.session.scalars(select(WhitelistEntry)):
            unit.session.delete(entry)
    desk.run("place_call")
    assert desk.carrier.placed == []
    interview = desk.interview(interview_id)
    assert interview.status is InterviewStatus.FAILED
    assert interview.reason_code == "not_whitelisted"


def test_P7_an_opt_out_after_creation_is_honoured(desk: Desk) -> None:
    interview_id = desk.invite()
    with desk.database.write() as unit:
        interview = unit.session.get_one(Interview, interview_id)
        phone = unit.session.scalars(select(WhitelistEntry.pattern)).one()
        unit.session.add(OptOut(organisation_id=interview.organisation_id, phone=phone, source="api"))
    desk.run("place_call")
    assert desk.carrier.placed == []
    assert desk.interview(interview_id).status is InterviewStatus.OPTED_OUT


def test_outside_calling_hours_it_waits_and_says_until_when(desk: Desk, clock: FrozenClock) -> None:
    organisation_id = make_organisation(desk.database)
    hours = JobSettings(calling_hours=CallingHoursSetting("14:00", "16:00"))
    job_id = make_job(desk.database, organisation_id, settings=hours)
    interview_id = desk.invite(organisation_id=organisation_id, job_id=job_id)
    desk.run("place_call")
    interview = desk.interview(interview_id)
    assert desk.carrier.placed == []
    assert interview.status is InterviewStatus.SCHEDULED
    assert interview.next_action_at == clock().replace(hour=14)
    clock.now = clock().replace(hour=14)
    desk.run("place_call")
    assert len(desk.carrier.placed) == 1


def test_the_stop_switch_holds_every_call_and_lets_go_by_itself(desk: Desk, clock: FrozenClock) -> None:
    organisation_id = make_organisation(desk.database)
    interview_id = desk.invite(organisation_id=organisation_id)
    with desk.database.write() as unit:
        unit.session.get_one(Organisation, organisation_id).is_stopped = True
    desk.run("place_call")
    assert desk.carrier.placed == []
    assert desk.interview(interview_id).next_action_why
    with desk.database.write() as unit:
        unit.session.get_one(Organisation, organisation_id).is_stopped = False
    clock.advance(minutes=5)
    desk.run("place_call")
    assert len(desk.carrier.placed) == 1


def test_calls_are_placed_at_the_pace_that_was_set(database: Database, clock: FrozenClock) -> None:
    desk = Desk(database, clock, calls_per_second=1.0)
    organisation_id = make_organisation(database)
    job_id = make_job(database, organisation_id)
    for _ in range(3):
        desk.invite(organisation_id=organisation_id, job_id=job_id)
    desk.run("place_call")
    assert len(desk.carrier.placed) == 1
    clock.advance(seconds=1)
    desk.run("place_call")
    assert len(desk.carrier.placed) == 2
    clock.advance(seconds=1)
    desk.run("place_call")
    assert len(desk.carrier.placed) == 3


def test_no_more_calls_at_once_than_there_are_lines(database: Database, clock: FrozenClock) -> None:
    desk = Desk(database, clock, max_concurrent_calls=1)
    organisation_id = make_organisation(database)
    job_id = make_job(database, organisation_id)
    for _ in range(2):
        desk.invite(organisation_id=organisation_id, job_id=job_id)
    desk.run("place_call")
    clock.advance(seconds=5)
    desk.run("place_call")
    assert len(desk.carrier.placed) == 1
    with database.write() as unit:
        for call in unit.session.scalars(select(Call)):
            call.status = CallStatus.COMPLETED
    clock.advance(seconds=5)
    desk.run("place_call")
    assert len(desk.carrier.placed) == 2


def test_P2_an_unclear_dial_that_rang_is_found_and_not_dialled_again(desk: Desk, clock: FrozenClock) -> None:
    interview_id = desk.invite()
    timeout = GatewayError("no answer from the carrier", trouble=Trouble.RETRY, unclear=True)
    desk.carrier.fail("place_call", timeout, effect=True)
    desk.run("place_call")
    assert desk.calls_of(interview_id)[0].carrier_sid is None
    clock.advance(seconds=3)
    desk.run("reconcile_call")
    assert desk.calls_of(interview_id)[0].carrier_sid == "CA" + f"{1:032x}"
    clock.advance(minutes=10)
    desk.run("place_call")
    assert len(desk.carrier.placed) == 1


def test_P2_an_unclear_dial_that_never_was_is_dialled_again_once_that_is_sure(desk: Desk, clock: FrozenClock) -> None:
    interview_id = desk.invite()
    desk.carrier.fail("place_call", GatewayError("reset", trouble=Trouble.RETRY, unclear=True))
    desk.run("place_call")
    clock.advance(seconds=3)
    desk.run("reconcile_call")
    assert desk.carrier.placed == []
    assert desk.interview(interview_id).status is InterviewStatus.DIALING
    clock.advance(seconds=UNCLEAR_FOR_S)
    desk.run("reconcile_call")
    assert desk.interview(interview_id).status is InterviewStatus.QUEUED
    desk.run("place_call")
    assert len(desk.carrier.placed) == 1
    assert [call.status for call in desk.calls_of(interview_id)] == [CallStatus.FAILED, CallStatus.QUEUED]


def test_P2_a_worker_that_died_after_the_dial_does_not_dial_again(desk: Desk, clock: FrozenClock) -> None:
    interview_id = desk.invite()
    desk.carrier.fail("place_call", KeyboardInterrupt(), effect=True)
    with pytest.raises(KeyboardInterrupt):
        desk.run("place_call")
    clock.advance(minutes=2)
    desk.run("place_call")
    assert len(desk.carrier.placed) == 1
    clock.advance(minutes=2)
    desk.run("reconcile_call")
    assert desk.calls_of(interview_id)[0].carrier_sid is not None


def test_a_number_that_does_not_work_fails_with_the_carriers_sentence(desk: Desk) -> None:
    interview_id = desk.invite()
    desk.carrier.fail("place_call", GatewayError("The number is not valid.", trouble=Trouble.SUBJECT, code="21211"))
    desk.run("place_call")
    interview = desk.interview(interview_id)
    assert interview.status is InterviewStatus.FAILED
    assert interview.next_action_why == "The number is not valid."
    assert desk.calls_of(interview_id)[0].error_code == "21211"


def test_wrong_credentials_wait_for_configuration_and_resume(desk: Desk, clock: FrozenClock) -> None:
    interview_id = desk.invite()
    desk.carrier.fail("place_call", GatewayError("Bad token.", trouble=Trouble.CONFIGURATION, code="20003"))
    desk.run("place_call")
    interview = desk.interview(interview_id)
    assert interview.status is InterviewStatus.QUEUED
    assert interview.next_action_at is not None
    assert "configuration" in (interview.waiting_reason or "")
    clock.advance(minutes=5)
    desk.run("place_call")
    assert len(desk.carrier.placed) == 1


def test_a_call_whose_callbacks_never_come_is_asked_about(desk: Desk, clock: FrozenClock) -> None:
    interview_id = desk.invite()
    desk.run("place_call")
    desk.carrier.set_call(desk.calls_of(interview_id)[0].carrier_sid, status=CallStatus.NO_ANSWER)
    clock.advance(seconds=61)
    desk.run("reconcile_call")
    assert desk.calls_of(interview_id)[0].status is CallStatus.NO_ANSWER
    interview = desk.interview(interview_id)
    assert interview.status is InterviewStatus.QUEUED
    assert interview.next_action_at == clock() + timedelta(minutes=60)


def test_candidates_without_consent_are_never_dialled(desk: Desk) -> None:
    organisation_id = make_organisation(desk.database)
    candidate_id = make_candidate(desk.database, organisation_id, consent=False)
    interview_id = desk.invite(organisation_id=organisation_id, candidate_id=candidate_id)
    desk.run("place_call")
    assert desk.carrier.placed == []
    assert desk.interview(interview_id).reason_code == "no_consent"


def test_consent_that_covers_the_job_is_enough(desk: Desk) -> None:
    organisation_id = make_organisation(desk.database)
    candidate_id = make_candidate(desk.database, organisation_id, consent=False)
    job_id = make_job(desk.database, organisation_id, settings=JobSettings(consent="applied_online"))
    desk.invite(organisation_id=organisation_id, candidate_id=candidate_id, job_id=job_id)
    desk.run("place_call")
    assert len(desk.carrier.placed) == 1
    with desk.database.read() as session:
        assert session.get_one(Job, job_id).settings == settings_to_plain(JobSettings(consent="applied_online"))


def _talk(desk: Desk, interview_id: str) -> tuple[Call, int]:
    """The newest call of the interview, answered and led to the first question; its present turn."""
    call = desk.calls_of(interview_id)[-1]
    turn = desk.conversations.answered(call.id, call.carrier_sid or "").turn
    for _ in range(2):
        turn = desk.conversations.take_turn(call.id, turn, DigitsPressed("1"), call.carrier_sid or "").turn
    desk.carrier.set_call(call.carrier_sid or "", status=CallStatus.IN_PROGRESS)
    return call, turn


@pytest.mark.parametrize("is_told", [True, False], ids=["told", "asked"])
def test_P5_a_call_that_was_asked_about_while_it_lasted_ends_all_the_same(
    desk: Desk, clock: FrozenClock, is_told: bool
) -> None:
    interview_id = desk.invite()
    desk.run("place_call")
    call, _ = _talk(desk, interview_id)
    clock.advance(seconds=61)
    desk.run("reconcile_call")
    desk.carrier.set_call(call.carrier_sid or "", status=CallStatus.COMPLETED, duration_s=90)
    if is_told:
        desk.conversations.status_changed(call.id, CallNews(call.carrier_sid or "", CallStatus.COMPLETED, 3, 90))
    else:
        clock.advance(seconds=61)
        desk.run("reconcile_call")
    assert desk.calls_of(interview_id)[0].status is CallStatus.COMPLETED
    assert desk.interview(interview_id).status is InterviewStatus.INTERRUPTED


def _rang_out(desk: Desk, interview_id: str) -> None:
    """As after the last of the calls that are allowed."""
    with desk.database.write() as unit:
        unit.session.get_one(Interview, interview_id).calls_that_rang = 3


def test_attempts_that_are_used_up_end_as_unreachable(desk: Desk) -> None:
    interview_id = desk.invite()
    _rang_out(desk, interview_id)
    desk.run("place_call")
    interview = desk.interview(interview_id)
    assert (interview.status, interview.reason_code) == (InterviewStatus.UNREACHABLE, "attempts_exhausted")
    assert interview.next_action is None
    assert desk.carrier.placed == []


def test_what_was_said_before_a_call_back_that_may_not_be_is_assessed(desk: Desk, clock: FrozenClock) -> None:
    interview_id = desk.invite()
    desk.run("place_call")
    call, turn = _talk(desk, interview_id)
    sid = call.carrier_sid or ""
    turn = desk.conversations.take_turn(call.id, turn, UtteranceRecorded("RE" + "1" * 32, 12.0, "#"), sid).turn
    # nothing they would like to know, and then no answer to the last question
    for event in (DigitsPressed("#"), NoInput(), NoInput(), DigitsPressed("3"), DigitsPressed("1")):
        turn = desk.conversations.take_turn(call.id, turn, event, sid).turn
    desk.conversations.status_changed(call.id, CallNews(sid, CallStatus.COMPLETED, 3, 90))
    assert desk.interview(interview_id).status is InterviewStatus.SCHEDULED
    _rang_out(desk, interview_id)
    clock.advance(minutes=16)
    desk.run("place_call")
    assert desk.interview(interview_id).status is InterviewStatus.PROCESSING
    assert "conclude_interview" in desk.open_tasks()


def test_dials_that_the_carrier_refused_do_not_use_up_the_day(database: Database, clock: FrozenClock) -> None:
    desk = Desk(database, clock, max_calls_per_number_per_day=2)
    desk.invite()
    for _ in range(3):
        desk.carrier.fail("place_call", GatewayError("Too often.", trouble=Trouble.RETRY, code="20429"))
        desk.run("place_call")
        clock.advance(seconds=61)
    desk.run("place_call")
    assert len(desk.carrier.placed) == 1


def test_a_call_that_the_carrier_knows_nothing_of_is_over(desk: Desk, clock: FrozenClock) -> None:
    interview_id = desk.invite()
    desk.run("place_call")
    desk.carrier.calls.clear()
    clock.advance(seconds=61)
    desk.run("reconcile_call")
    assert desk.calls_of(interview_id)[0].status is CallStatus.FAILED
    assert desk.interview(interview_id).status is InterviewStatus.QUEUED


def test_a_call_whose_news_were_lost_holds_no_line_for_ever(database: Database, clock: FrozenClock) -> None:
    desk = Desk(database, clock, max_concurrent_calls=1)
    organisation_id = make_organisation(database)
    job_id = make_job(database, organisation_id)
    desk.invite(organisation_id=organisation_id, job_id=job_id)
    desk.run("place_call")
    clock.advance(hours=5)
    desk.invite(organisation_id=organisation_id, job_id=job_id)
    desk.run("place_call")
    assert len(desk.carrier.placed) == 2


def test_nobody_is_dialled_who_is_on_the_telephone_with_us(desk: Desk, clock: FrozenClock) -> None:
    organisation_id = make_organisation(desk.database)
    candidate_id = make_candidate(desk.database, organisation_id)
    first = desk.invite(organisation_id=organisation_id, candidate_id=candidate_id)
    second = desk.invite(organisation_id=organisation_id, candidate_id=candidate_id)
    desk.run("place_call")
    assert len(desk.carrier.placed) == 1
    for call in (*desk.calls_of(first), *desk.calls_of(second)):
        desk.conversations.status_changed(call.id, CallNews(call.carrier_sid or "", CallStatus.COMPLETED, 3, 0))
    clock.advance(seconds=5)
    desk.run("place_call")
    assert len(desk.carrier.placed) == 1, "the telephone rang a moment ago"
    clock.advance(minutes=15)
    desk.run("place_call")
    assert len(desk.carrier.placed) == 2


def test_P2_a_worker_that_stood_still_before_the_dial_does_not_dial_late(
    desk: Desk, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    interview_id = desk.invite()
    check = Gate.check

    def slowly(gate: Gate, *given: Any, **named: Any) -> Any:
        verdict = check(gate, *given, **named)
        clock.advance(seconds=DIAL_WITHIN_S + 1)
        return verdict

    monkeypatch.setattr(Gate, "check", slowly)
    desk.run("place_call")
    monkeypatch.undo()
    assert desk.carrier.placed == []
    clock.advance(seconds=UNCLEAR_FOR_S)
    desk.run("reconcile_call")
    clock.advance(seconds=61)
    desk.run("place_call")
    assert len(desk.carrier.placed) == 1
    assert len(desk.calls_of(interview_id)) == 2


def test_P2_a_carrier_whose_clock_is_behind_is_not_asked_to_dial_again(desk: Desk, clock: FrozenClock) -> None:
    interview_id = desk.invite()
    desk.carrier.clock = lambda: clock() - timedelta(seconds=40)
    timeout = GatewayError("no answer from the carrier", trouble=Trouble.RETRY, unclear=True)
    desk.carrier.fail("place_call", timeout, effect=True)
    desk.run("place_call")
    clock.advance(seconds=UNCLEAR_FOR_S + 5)
    desk.run("reconcile_call")
    desk.run("place_call")
    assert len(desk.carrier.placed) == 1
    assert desk.calls_of(interview_id)[0].carrier_sid is not None


def test_diallers_at_the_same_moment_keep_to_the_number_of_lines(database: Database, clock: FrozenClock) -> None:
    desk = Desk(database, clock, max_concurrent_calls=1)
    organisation_id = make_organisation(database)
    job_id = make_job(database, organisation_id)
    asked = [desk.invite(organisation_id=organisation_id, job_id=job_id) for _ in range(4)]
    leases = []
    for claimed in outbox.claim_due(database, clock(), "test", 10, 60):
        lease = outbox.start(
            database, claimed.outbox_id, claimed.generation, now=clock(), owner="test", lease_s=60
        )
        assert lease is not None
        lease.paced = True  # each has waited for its moment
        leases.append(lease)
    threads = [threading.Thread(target=desk.calls.place_call, args=(lease,)) for lease in leases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(desk.carrier.placed) == 1
    statuses = sorted(desk.interview(interview_id).status.value for interview_id in asked)
    assert statuses == ["dialing", "queued", "queued", "queued"]


def _poison(desk: Desk, kind: str) -> None:
    with desk.database.write() as unit:
        row = unit.session.scalars(select(OutboxRow).where(OutboxRow.kind == kind, OutboxRow.done_at.is_(None))).one()
        row.parked_reason, row.last_error = outbox.POISON, "KeyError"


def test_P5_a_dial_that_only_ever_breaks_ends_as_failed_and_can_be_tried_again(desk: Desk) -> None:
    interview_id = desk.invite()
    _poison(desk, "place_call")
    assert desk.calls.settle_parked() == 1
    interview = desk.interview(interview_id)
    assert (interview.status, interview.reason_code) == (InterviewStatus.FAILED, "our_fault")
    assert interview.next_action_why
    assert desk.open_tasks() == {}
    assert desk.calls.settle_parked() == 0


@pytest.mark.parametrize("is_bound", [True, False])
def test_P5_a_call_that_cannot_be_asked_about_holds_nobody_up(
    desk: Desk, clock: FrozenClock, is_bound: bool
) -> None:
    interview_id = desk.invite()
    if not is_bound:
        desk.carrier.fail("place_call", GatewayError("reset", trouble=Trouble.RETRY, unclear=True))
    desk.run("place_call")
    _poison(desk, "reconcile_call")
    desk.calls.settle_parked()
    assert desk.calls_of(interview_id)[0].status is not CallStatus.FAILED
    clock.advance(minutes=33)
    desk.calls.settle_parked()
    assert desk.calls_of(interview_id)[0].status is CallStatus.FAILED
    expected = InterviewStatus.QUEUED if is_bound else InterviewStatus.FAILED
    assert desk.interview(interview_id).status is expected

"""The circuit breaker, the cool-down and the operator's alerts, over the services on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from db.models import Call, DomainEvent, Interview, OutboxRow
from db.repositories import outbox
from db.repositories.outbox import LeaseLost
from db.unit_of_work import Database
from interview.breaker import LEAST_CALLS, PAUSE, TRY_WAIT
from interview.lifecycle import CallStatus, InterviewStatus
from ivr.gateways.ports import Alert, GatewayError, Trouble
from ivr.services.alerts import AGAIN_AFTER, STALE_AFTER, AlertService
from ivr.services.conversations import CallNews
from ivr.services.dialing import COOL_DOWN
from ivr.services.drafts import JobSettings, settings_to_plain
from tests.factories import make_candidate, make_job, make_organisation
from tests.fakes import FrozenClock
from tests.services.test_calls import Desk

BROKEN = GatewayError("Twilio had a fault of its own (HTTP 503).", trouble=Trouble.RETRY, code="503")


class Alerts:
    """An operator who reads."""

    def __init__(self) -> None:
        self.read: list[Alert] = []

    def send(self, alert: Alert) -> None:
        self.read.append(alert)


@pytest.fixture
def desk(database: Database, clock: FrozenClock) -> Desk:
    return Desk(database, clock, max_calls_per_day=1000, max_concurrent_calls=50)


def dial(desk: Desk, fails: bool = False, **values: object) -> str:
    """One interview more, and everything that is due; its call is failed by the carrier if so wished."""
    interview_id = desk.invite(organisation_id=desk.organisation_id, **values)
    desk.run("place_call")
    calls = desk.calls_of(interview_id)
    if calls:
        end(desk, calls[0], CallStatus.FAILED if fails else CallStatus.NO_ANSWER)
    desk.clock.advance(seconds=1)
    return interview_id


def end(desk: Desk, call: Call, status: CallStatus) -> None:
    desk.conversations.status_changed(call.id, CallNews(call.carrier_sid or "", status, 1))


def end_unconnected(desk: Desk, call: Call, code: str) -> None:
    """The carrier says that the call failed, and with which code."""
    news = CallNews(call.carrier_sid or "", CallStatus.FAILED, 1, error_code=code)
    desk.conversations.status_changed(call.id, news)


def open_breaker(desk: Desk) -> None:
    for _ in range(LEAST_CALLS):
        dial(desk, fails=True)


def newest_after_the_pause(desk: Desk) -> Call:
    """The call that is placed once the pause is over."""
    desk.clock.advance(seconds=PAUSE.total_seconds())
    desk.run("place_call")
    with desk.database.read() as session:
        return session.scalars(select(Call).order_by(Call.created_at.desc())).first()  # type: ignore[return-value]


def put_off(desk: Desk) -> None:
    """No call is due for an hour."""
    with desk.database.write() as unit:
        later = desk.clock() + timedelta(hours=1)
        unit.session.execute(update(OutboxRow).where(OutboxRow.kind == "place_call").values(due_at=later))


def waits(desk: Desk, interview_id: str) -> Interview:
    found = desk.interview(interview_id)
    assert desk.calls_of(interview_id) == [] and found.status is InterviewStatus.SCHEDULED
    return found


def alerts_due(desk: Desk) -> list[OutboxRow]:
    with desk.database.read() as session:
        return list(
            session.scalars(select(OutboxRow).where(OutboxRow.kind == "send_alert", OutboxRow.done_at.is_(None)))
        )


@pytest.fixture(autouse=True)
def organisation(desk: Desk) -> None:
    desk.organisation_id = make_organisation(desk.database)  # type: ignore[attr-defined]


def test_when_half_of_the_last_calls_failed_calling_pauses_and_says_so(desk: Desk) -> None:
    open_breaker(desk)
    placed = len(desk.carrier.placed)
    waiting = waits(desk, dial(desk))
    assert len(desk.carrier.placed) == placed
    assert "Too many of the last calls failed" in (waiting.next_action_why or "")
    assert waiting.next_action_at is not None
    assert timedelta(0) < waiting.next_action_at - desk.clock() <= PAUSE


def test_busy_and_unanswered_telephones_are_no_failures(desk: Desk) -> None:
    for _ in range(2 * LEAST_CALLS):
        dial(desk)
    assert len(desk.carrier.placed) == 2 * LEAST_CALLS


def test_after_the_pause_one_call_tries_and_all_go_on_when_it_connects(desk: Desk) -> None:
    open_breaker(desk)
    first, second = dial(desk), dial(desk)
    placed = len(desk.carrier.placed)
    tried = newest_after_the_pause(desk)
    assert len(desk.carrier.placed) == placed + 1, "all others wait for what becomes of it"
    end(desk, tried, CallStatus.RINGING)
    desk.clock.advance(seconds=TRY_WAIT.total_seconds() + 1)
    desk.run("place_call")
    assert desk.calls_of(first) and desk.calls_of(second)
    assert len(desk.carrier.placed) == LEAST_CALLS + placed + 2, "those that had failed are tried again as well"


def test_a_try_that_fails_starts_the_pause_anew_and_is_not_told_again(desk: Desk) -> None:
    open_breaker(desk)
    dial(desk)
    end(desk, newest_after_the_pause(desk), CallStatus.FAILED)
    later = dial(desk)
    at = waits(desk, later).next_action_at
    assert at is not None and at - desk.clock() > PAUSE - timedelta(seconds=5)
    assert len(alerts_due(desk)) == 1


def test_a_refused_dial_counts_as_failed_and_a_fault_of_ours_too(desk: Desk) -> None:
    for _ in range(LEAST_CALLS // 2):
        desk.carrier.fail("place_call", BROKEN)
        desk.invite(organisation_id=desk.organisation_id)
        desk.run("place_call")
    for _ in range(LEAST_CALLS // 2):
        put_off(desk)
        interview_id = desk.invite(organisation_id=desk.organisation_id)
        desk.run("place_call")
        (call,) = desk.calls_of(interview_id)
        desk.conversations.answered(call.id, call.carrier_sid or "")
        desk.conversations.break_off(call.id, call.carrier_sid or "")
    waits(desk, dial(desk))


def test_the_operator_is_told_once_by_a_task(desk: Desk) -> None:
    open_breaker(desk)
    dial(desk)
    (row,) = alerts_due(desk)
    operator = Alerts()
    run_alerts(desk, operator)
    (alert,) = operator.read
    assert alert.code == "calling_paused" and "no call is placed" in alert.sentence and alert.what_to_do
    assert alerts_due(desk) == []
    with desk.database.read() as session:
        (event,) = session.scalars(select(DomainEvent).where(DomainEvent.type == "operator.alert"))
    assert event.id == row.subject_id and event.subject_kind == "organisation"


def run_alerts(desk: Desk, operator: Alerts | None) -> None:
    service = AlertService(desk.database, operator, desk.clock)
    for lease in outbox.claim_due(desk.database, desk.clock(), "test", 100, 60):
        if lease.kind == "send_alert":
            service.send_alert(lease)


def test_wrong_settings_are_told_with_what_to_do_once_an_hour(desk: Desk) -> None:
    refused = GatewayError("Twilio refuses our credentials.", trouble=Trouble.CONFIGURATION, code="20003")
    desk.invite(organisation_id=desk.organisation_id)
    operator = Alerts()
    for minute in range(0, 70, 5):
        desk.carrier.fail("place_call", refused)
        desk.run("place_call")
        run_alerts(desk, operator)
        assert len(operator.read) == (1 if minute <= AGAIN_AFTER.total_seconds() / 60 else 2), minute
        desk.clock.advance(minutes=5)
    assert operator.read[0].code == "configuration:20003" and "check_setup" in operator.read[0].what_to_do


def test_news_that_nobody_could_be_told_in_time_is_dropped(desk: Desk) -> None:
    open_breaker(desk)
    dial(desk)
    desk.clock.advance(seconds=STALE_AFTER.total_seconds() + 60)
    operator = Alerts()
    run_alerts(desk, operator)
    assert operator.read == [] and alerts_due(desk) == []


def test_without_an_address_the_log_and_the_event_are_all(desk: Desk) -> None:
    open_breaker(desk)
    dial(desk)
    run_alerts(desk, None)
    assert alerts_due(desk) == []


# --- nobody is called about two interviews in a row


def same_person_twice(desk: Desk, **settings: object) -> tuple[str, str]:
    """Two interviews of one person for two jobs; the telephone has rung for the first."""
    candidate_id = make_candidate(desk.database, desk.organisation_id)
    jobs = [
        make_job(desk.database, desk.organisation_id, settings=JobSettings(**settings))  # type: ignore[arg-type]
        for _ in range(2)
    ]
    first = dial(desk, job_id=jobs[0], candidate_id=candidate_id)
    assert desk.calls_of(first)
    put_off(desk)
    second = desk.invite(organisation_id=desk.organisation_id, job_id=jobs[1], candidate_id=candidate_id)
    return first, second


def test_a_telephone_that_just_rang_is_left_alone_for_a_while(desk: Desk) -> None:
    _, second = same_person_twice(desk)
    desk.run("place_call")
    waiting = waits(desk, second)
    assert waiting.next_action_at is not None
    assert timedelta(0) < waiting.next_action_at - desk.clock() <= COOL_DOWN
    assert "less than 15 minutes ago" in (waiting.next_action_why or "")
    desk.clock.now = waiting.next_action_at
    desk.run("place_call")
    assert len(desk.calls_of(second)) == 1


def test_who_asks_to_be_called_at_once_or_at_a_time_is_called_then(desk: Desk) -> None:
    for wish in ("wanted_at", "call_at"):
        _, second = same_person_twice(desk)
        with desk.database.write() as unit:
            setattr(unit.session.get_one(Interview, second), wish, desk.clock())
        desk.run("place_call")
        assert len(desk.calls_of(second)) == 1, wish
        end(desk, desk.calls_of(second)[0], CallStatus.NO_ANSWER)


def test_a_job_that_calls_again_at_once_waits_for_nothing_here_either(desk: Desk) -> None:
    _, second = same_person_twice(desk, retry_minutes=(0,))
    desk.run("place_call")
    assert len(desk.calls_of(second)) == 1


# --- whose work it is


def test_P2_a_worker_whose_lease_has_passed_to_another_dials_nobody(desk: Desk) -> None:
    interview_id = desk.invite(organisation_id=desk.organisation_id)
    (lease,) = outbox.claim_due(desk.database, desk.clock(), "late", 100, 60)
    with desk.database.write() as unit:
        unit.session.execute(update(OutboxRow).values(generation=OutboxRow.generation + 1))
    with pytest.raises(LeaseLost):
        desk.calls.place_call(lease)
    assert desk.carrier.placed == [] and desk.calls_of(interview_id) == []


def test_waits_of_a_job_are_kept_as_they_were_given() -> None:
    plain = settings_to_plain(JobSettings())
    assert plain["retry_minutes_after"]["busy"] is None


# --- whose fault it was


@pytest.mark.parametrize("code", ["sip_404", "21217"])
def test_numbers_that_do_not_exist_pause_nobody_and_are_not_dialled_again(desk: Desk, code: str) -> None:
    interviews = []
    for _ in range(2 * LEAST_CALLS):
        interviews.append(dial_unconnected(desk, code))
    assert len(desk.carrier.placed) == 2 * LEAST_CALLS
    for interview_id in interviews:
        interview, (call,) = desk.interview(interview_id), desk.calls_of(interview_id)
        assert (interview.status, interview.reason_code) == (InterviewStatus.FAILED, "number_unreachable")
        assert interview.next_action is None and interview.next_action_why == call.error_sentence
        assert call.error_code == code and "number" in (call.error_sentence or "")


@pytest.mark.parametrize("code", ["sip_503", "sip_480", "10004", "31000"])
def test_other_failures_pause_calling_and_leave_the_interview_to_be_tried_again(desk: Desk, code: str) -> None:
    interviews = [dial_unconnected(desk, code) for _ in range(LEAST_CALLS + 1)]
    assert len(desk.carrier.placed) == LEAST_CALLS
    assert desk.interview(interviews[0]).status is InterviewStatus.QUEUED
    assert desk.calls_of(interviews[0])[0].error_code == code


def dial_unconnected(desk: Desk, code: str) -> str:
    """One interview more whose call, if one may be placed, fails with this code."""
    interview_id = desk.invite(organisation_id=desk.organisation_id)
    desk.run("place_call")
    for call in desk.calls_of(interview_id):
        end_unconnected(desk, call, code)
    desk.clock.advance(seconds=1)
    return interview_id

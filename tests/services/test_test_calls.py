"""Q5: a test call goes through the gate, is dialled once, reads the questions out, and is no interview anywhere."""

from __future__ import annotations

from typing import Any

import pytest

from db.models import (
    Answer,
    Call,
    DomainEvent,
    Interview,
    Job,
    Organisation,
    OutboxRow,
    QuestionSet,
    Recording,
    TestCall,
    TestCallState,
)
from db.repositories.privacy import forget_numbers
from db.unit_of_work import Database
from interview.events import DigitsPressed
from interview.lifecycle import CallStatus
from interview.steps import HangUp
from ivr.callbacks import Callbacks
from ivr.gateways.ports import GatewayError, Trouble
from ivr.services.context import Actor
from ivr.services.conversations import CallNews
from ivr.services.dialing import Gate
from ivr.services.drafts import Page
from ivr.services.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from ivr.services.outbox import Outbox
from ivr.services.terms import terms_of
from ivr.services.test_calls import LONGEST, TestCallService, TestCallView
from ivr.services.test_dials import TestDialService
from tests.api.conftest import make_settings
from tests.factories import make_job, make_organisation
from tests.fakes import FakeCarrier, FrozenClock

PHONE = "+442079460199"
S = TestCallState


class Desk:
    """A recruiter with a listed telephone, and a worker worked by hand."""

    def __init__(self, database: Database, clock: FrozenClock, **settings: Any) -> None:
        self.database, self.clock = database, clock
        given = {"whitelisted_numbers": PHONE, "calling_hours_limit": "00:00-24:00", "calls_per_second": 50.0}
        gate = Gate(make_settings(**given | settings))
        self.organisation_id = make_organisation(database)
        self.actor = Actor(self.organisation_id, "user:anna@example.com", "user")
        self.carrier = FakeCarrier(clock, simulated=True)
        self.calls = TestCallService(database, gate, clock, lambda: None)
        self.dials = TestDialService(
            database, self.carrier, gate, Callbacks("https://x.example.com"), clock, calls_per_second=50.0
        )
        self.outbox = Outbox(database, clock, owner="test", chance=lambda: 0.0)
        self.job_id = make_job(database, self.organisation_id, questions=2, knockouts=1, approved=False)

    def start(self, phone: str = PHONE) -> TestCallView:
        return self.calls.start(self.actor, self.job_id, phone)

    def work(self) -> None:
        for claimed in self.outbox.claim(20):
            lease = self.outbox.start(claimed.outbox_id, claimed.generation)
            if lease is not None:
                self.outbox.run(lease, self.dials.place_test_call)

    def view(self) -> TestCallView:
        return self.calls.list(self.organisation_id, self.job_id, Page()).items[0]

    def all(self, kind: Any) -> list[Any]:
        with self.database.read() as session:
            return list(session.query(kind).all())

    def sid(self) -> str:
        return str(self.all(TestCall)[0].carrier_sid)

    def events(self) -> list[str]:
        return sorted(event.type for event in self.all(DomainEvent) if "test_call" in event.type)


@pytest.fixture
def desk(database: Database, clock: FrozenClock) -> Desk:
    return Desk(database, clock)


def test_Q5_the_draft_is_read_out_and_nothing_of_it_is_an_interview(desk: Desk) -> None:
    started = desk.start()
    assert (started.status, started.questions, started.questions_version) == ("queued", 3, 1)
    desk.work()
    (placed,) = desk.carrier.placed
    assert placed.to.e164 == PHONE and "/voice/test/" in placed.answered_url and placed.amd_url is None
    sid = desk.sid()
    opening = desk.calls.take_turn(started.id, 0, None, sid)
    assert opening.step.prompts[0].text.startswith("This is a test call.")
    heard, spoken = [], opening
    while not isinstance(spoken.step.then, HangUp):
        spoken = desk.calls.take_turn(started.id, spoken.turn, DigitsPressed("#"), sid)
        heard.append(" ".join(prompt.text for prompt in spoken.step.prompts))
    assert "number 1" in heard[1] and "Question 2 of 2." in heard[2] and len(heard) == 4
    desk.calls.status_changed(started.id, CallNews(sid, CallStatus.COMPLETED, 4, duration_s=40))
    seen = desk.view()
    assert (seen.status, seen.questions_read, seen.duration_s, seen.simulated) == ("completed", 3, 40, True)
    assert desk.events() == ["job.test_call_ended", "job.test_call_requested"]
    for kind in (Interview, Call, Answer, Recording):
        assert desk.all(kind) == []
    asked = next(event for event in desk.all(DomainEvent) if event.type == "job.test_call_requested")
    assert asked.actor == "user:anna@example.com" and PHONE not in str(asked.data)


def test_Q5_an_approved_version_is_read_under_its_own_terms(desk: Desk) -> None:
    """The job's voice has changed since: candidates of this version hear the one that was approved."""
    with desk.database.write() as unit:
        job, version = unit.session.get_one(Job, desk.job_id), unit.session.query(QuestionSet).one()
        job.settings = {**job.settings, "voice": "Polly.Matthew"}
        version.terms = terms_of({**job.settings, "voice": "Polly.Joanna"})
    started = desk.start()
    desk.work()
    assert desk.calls.take_turn(started.id, 0, None, desk.sid()).script.voice == "Polly.Joanna"


def test_Q5_a_webhook_that_comes_twice_is_answered_alike(desk: Desk) -> None:
    started = desk.start()
    desk.work()
    sid = desk.sid()
    desk.calls.take_turn(started.id, 0, None, sid)
    first = desk.calls.take_turn(started.id, 0, DigitsPressed("#"), sid)
    assert desk.calls.take_turn(started.id, 0, DigitsPressed("#"), sid) == first
    again = desk.calls.take_turn(started.id, first.turn, DigitsPressed("*"), sid)
    assert again.step == first.step and again.turn == first.turn + 1
    with pytest.raises(NotAllowed):
        desk.calls.take_turn(started.id, again.turn, DigitsPressed("#"), "CA" + "9" * 32)
    with pytest.raises(NotFound):
        desk.calls.take_turn(desk.job_id, 0, None, sid)


@pytest.mark.parametrize(
    ("phone", "code"),
    [("+442079460111", "not_whitelisted"), ("911", "number_invalid"), ("+1900", "number_invalid")],
)
def test_Q5_a_number_that_may_not_be_called_is_refused(desk: Desk, phone: str, code: str) -> None:
    with pytest.raises((Refused, Invalid)) as caught:
        desk.start(phone)
    assert caught.value.code == code and desk.all(TestCall) == [] and desk.all(OutboxRow) == []


def test_Q5_the_stop_switch_and_the_hours_hold_for_it_too(database: Database, clock: FrozenClock) -> None:
    night = Desk(database, clock, calling_hours_limit="01:00-02:00")
    with pytest.raises(Refused) as caught:
        night.start()
    assert caught.value.code == "outside_calling_hours"
    desk = Desk(database, clock)
    started = desk.start()
    with database.write() as unit:
        unit.session.get_one(Organisation, desk.organisation_id).is_stopped = True
    desk.work()
    assert desk.carrier.placed == [] and started.status == "queued"
    seen = desk.view()
    assert (seen.status, seen.reason_code) == ("refused", "stopped") and seen.reason
    with pytest.raises(Refused):
        desk.start()


def test_Q5_test_calls_count_among_the_days(database: Database, clock: FrozenClock) -> None:
    desk = Desk(database, clock, max_calls_per_number_per_day=1)
    desk.start()
    desk.work()
    assert len(desk.carrier.placed) == 1
    with pytest.raises(Refused) as caught:
        desk.start()
    assert caught.value.code == "daily_limit"


@pytest.mark.parametrize("unclear", [False, True])
def test_Q5_a_dial_is_never_repeated_by_itself(desk: Desk, unclear: bool) -> None:
    error = GatewayError("The carrier is away.", trouble=Trouble.RETRY, code="503", unclear=unclear)
    desk.carrier.fail("place_call", error)
    desk.start()
    desk.work()
    desk.clock.advance(minutes=5)
    desk.work()
    seen = desk.view()
    assert seen.status == ("lost" if unclear else "failed") and seen.reason and desk.carrier.placed == []
    assert not [row for row in desk.all(OutboxRow) if row.done_at is None]


@pytest.mark.parametrize(
    ("news", "status"), [(CallStatus.BUSY, "busy"), (CallStatus.NO_ANSWER, "no_answer"), (CallStatus.FAILED, "failed")]
)
def test_Q5_how_it_ended_is_shown(desk: Desk, news: CallStatus, status: str) -> None:
    started = desk.start()
    desk.work()
    desk.calls.status_changed(started.id, CallNews(desk.sid(), CallStatus.RINGING, 1))
    assert desk.view().status == "ringing"
    desk.calls.status_changed(started.id, CallNews(desk.sid(), news, 2))
    desk.calls.status_changed(started.id, CallNews(desk.sid(), CallStatus.IN_PROGRESS, 3))
    assert desk.view().status == status and desk.view().ended_at is not None


def test_Q5_a_call_of_which_nothing_is_heard_is_lost_in_words(desk: Desk) -> None:
    desk.start()
    desk.work()
    desk.clock.advance(seconds=LONGEST.total_seconds() + 60)
    seen = desk.view()
    assert seen.status == "lost" and "has not said" in (seen.reason or "")


def test_Q5_without_questions_or_in_another_house(desk: Desk) -> None:
    stranger = Actor(make_organisation(desk.database), "key:s", "key")
    for ask in (lambda: desk.calls.start(stranger, desk.job_id, PHONE),
                lambda: desk.calls.list(stranger.organisation_id, desk.job_id, Page())):  # fmt: skip
        with pytest.raises(NotFound):
            ask()
    with desk.database.write() as unit:
        for row in unit.session.query(QuestionSet):
            unit.session.delete(row)
    with pytest.raises(Conflict) as caught:
        desk.start()
    assert caught.value.code == "questions_not_ready"


def test_F34_a_number_that_is_forgotten_is_forgotten_here_too(desk: Desk) -> None:
    desk.start()
    with desk.database.write() as unit:
        forget_numbers(unit.session, desk.organisation_id, [PHONE])
    assert desk.view().phone == ""

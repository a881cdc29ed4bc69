"""The way in for callers, on both databases: what opens an interview, what is written, and what a wrong code costs."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from db.models import Call, CallInAttempt, Candidate, Interview, OptOut, OutboxRow
from db.repositories import outbox
from db.turns import TurnStore
from db.unit_of_work import Database
from interview.call_in import pin_of
from interview.events import DigitsPressed
from interview.lifecycle import CallStatus, InterviewStatus
from interview.steps import GatherDigits, HangUp
from ivr.services.calling_in import WRONG_CODES_PER_HOUR, AtTheDoor, CallInService
from ivr.services.conversations import CallNews, ConversationService, Spoken
from tests.factories import make_call, make_candidate, make_interview, make_organisation
from tests.fakes import FrozenClock

OURS = "+14155550100"
PHONE = "+14155559001"
SECRET, FORMER = "the-present-secret-key", "the-secret-key-before"


def _sid(number: int = 1) -> str:
    return f"CA{number:032x}"


class Desk:
    """A number of ours with one candidate who may call it."""

    def __init__(self, database: Database, clock: FrozenClock, **interview: object) -> None:
        self.database, self.clock = database, clock
        self.conversations = ConversationService(TurnStore(database), clock, lambda: None, sends_texts=True)
        self.service = CallInService(
            database, self.conversations, clock, lambda: None, number=OURS, language="en-US", secrets=(SECRET, FORMER)
        )
        self.organisation_id = make_organisation(database)
        self.candidate_id = make_candidate(database, self.organisation_id, phone=PHONE)
        self.id = make_interview(
            database, organisation_id=self.organisation_id, candidate_id=self.candidate_id, **interview
        )
        self.pin = pin_of(SECRET, self.id)
        self.wrong = f"{(int(self.pin) + 1) % 1_000_000:06d}"

    def enter(
        self, digits: str | None = None, *, attempt: int = 1, sid: str | None = None, caller: str = PHONE
    ) -> AtTheDoor | Spoken:
        return self.service.enter(caller, OURS, sid or _sid(), attempt, self.pin if digits is None else digits)

    def interview(self) -> Interview:
        with self.database.read() as session:
            return session.get_one(Interview, self.id)

    def calls(self) -> list[Call]:
        with self.database.read() as session:
            return list(session.scalars(select(Call).order_by(Call.attempt)))

    def open_work(self) -> dict[str, OutboxRow]:
        with self.database.read() as session:
            return {row.kind: row for row in session.scalars(select(OutboxRow).where(OutboxRow.done_at.is_(None)))}


@pytest.fixture
def desk(database: Database, clock: FrozenClock) -> Desk:
    return Desk(database, clock)


def said(reply: AtTheDoor | Spoken) -> str:
    return " ".join(prompt.text for prompt in reply.step.prompts)


def test_the_code_is_asked_for_with_six_keys(desk: Desk) -> None:
    reply = desk.service.greet(PHONE, OURS)
    assert reply.step.then == GatherDigits(timeout_s=8, num_digits=6) and reply.attempt == 1
    assert "six digits" in said(reply)


@pytest.mark.parametrize("status", [InterviewStatus.SCHEDULED, InterviewStatus.QUEUED, InterviewStatus.INTERRUPTED])
def test_number_and_code_open_the_interview_wherever_it_waits(
    database: Database, clock: FrozenClock, status: InterviewStatus
) -> None:
    desk = Desk(database, clock, status=status)
    with database.write() as unit:
        outbox.add(
            unit.session, kind="place_call", subject_id=desk.id, organisation_id=desk.organisation_id,
            due_at=clock() + timedelta(hours=1),
        )  # fmt: skip
    reply = desk.enter()
    assert isinstance(reply, Spoken)
    interview, (call,) = desk.interview(), desk.calls()
    assert interview.status is InterviewStatus.IN_PROGRESS and interview.calls_that_rang == 0
    assert (call.direction, call.carrier_sid, call.attempt, call.phone) == ("inbound", _sid(), 1, PHONE)
    work = desk.open_work()
    assert "place_call" not in work and "reconcile_call" in work


def test_the_conversation_goes_on_as_in_any_call(desk: Desk) -> None:
    reply = desk.enter()
    assert isinstance(reply, Spoken) and "automated call from Harbour Kitchen" in said(reply)
    reply = desk.conversations.take_turn(reply.call_id, reply.turn, DigitsPressed("1"), _sid())
    assert "Am I speaking with Ada Example?" in said(reply)


def test_the_same_code_delivered_twice_is_answered_alike_and_opens_one_call(desk: Desk) -> None:
    first, second = desk.enter(), desk.enter()
    assert first == second and len(desk.calls()) == 1 and desk.interview().attempts == 1


def test_a_code_from_before_the_rotation_still_works(desk: Desk) -> None:
    assert isinstance(desk.enter(pin_of(FORMER, desk.id)), Spoken)


@pytest.mark.parametrize("caller", ["+14155559002", "anonymous", "", "client:somebody", "+266696687"])
def test_the_code_from_another_number_opens_nothing(desk: Desk, caller: str) -> None:
    reply = desk.enter(caller=caller)
    assert isinstance(reply, AtTheDoor) and desk.calls() == []
    assert "Harbour" not in said(reply) and "Ada" not in said(reply)


def test_another_number_of_ours_opens_nothing(desk: Desk) -> None:
    assert isinstance(desk.service.enter(PHONE, "+14155550177", _sid(), 1, desk.pin), AtTheDoor)
    assert isinstance(desk.service.greet(PHONE, "+14155550177").step.then, HangUp)


def test_known_and_unknown_callers_hear_the_same(desk: Desk) -> None:
    known = [said(desk.enter(desk.wrong, attempt=n, sid=_sid(1))) for n in (1, 2, 3)]
    unknown = [said(desk.enter(desk.wrong, attempt=n, sid=_sid(2), caller="+14155559099")) for n in (1, 2, 3)]
    assert known == unknown and "cannot find anything" in known[-1]


@pytest.mark.parametrize("digits", ["12", "1234567", "12345*", "######"])
def test_what_is_no_code_is_a_wrong_one(desk: Desk, digits: str) -> None:
    reply = desk.enter(digits)
    assert isinstance(reply, AtTheDoor) and reply.attempt == 2


def test_three_tries_a_call_silence_included(desk: Desk) -> None:
    assert desk.enter("", attempt=1).attempt == 2  # type: ignore[union-attr]
    assert desk.enter(desk.wrong, attempt=2).attempt == 3  # type: ignore[union-attr]
    assert isinstance(desk.enter(desk.wrong, attempt=3).step.then, HangUp)
    assert isinstance(desk.enter(attempt=4).step.then, HangUp) and desk.calls() == []


def test_ten_wrong_codes_an_hour_and_others_are_not_locked_out(desk: Desk, database: Database) -> None:
    guesser = "+14155559002"
    for number in range(WRONG_CODES_PER_HOUR):
        for _ in range(2):  # each webhook comes twice
            desk.enter(desk.wrong, sid=_sid(100 + number), caller=guesser)
    with database.read() as session:
        assert len(list(session.scalars(select(CallInAttempt)))) == WRONG_CODES_PER_HOUR
    assert "too many tries" in said(desk.service.greet(guesser, OURS))
    assert "too many tries" in said(desk.enter(desk.wrong, sid=_sid(200), caller=guesser))
    assert isinstance(desk.enter(), Spoken), "somebody else's tries cost this caller nothing"
    desk.clock.advance(minutes=61)
    assert "six digits" in said(desk.service.greet(guesser, OURS))


def test_wrong_codes_are_forgotten_after_a_day(desk: Desk, database: Database) -> None:
    desk.enter(desk.wrong)
    desk.clock.advance(hours=25)
    desk.enter(desk.wrong, sid=_sid(2))
    with database.read() as session:
        assert [row.carrier_sid for row in session.scalars(select(CallInAttempt))] == [_sid(2)]


@pytest.mark.parametrize(
    "status", sorted(set(InterviewStatus) - {"scheduled", "queued", "interrupted", "dialing", "in_progress"})
)
def test_what_is_over_is_not_known_any_more(database: Database, clock: FrozenClock, status: InterviewStatus) -> None:
    desk = Desk(database, clock, status=status)
    reply = desk.enter()
    assert isinstance(reply, AtTheDoor) and "That code did not work" in said(reply)
    assert desk.interview().status is status


def test_while_another_call_goes_on_a_second_one_hears_so(desk: Desk, database: Database) -> None:
    make_call(database, desk.id, carrier_sid=_sid(7))
    assert "already going on in another call" in said(desk.enter())
    assert len(desk.calls()) == 1
    desk.conversations.answered(desk.calls()[0].id, _sid(7))
    assert "already going on in another call" in said(desk.enter(sid=_sid(8)))


def test_who_asked_not_to_be_called_is_told_kindly(desk: Desk, database: Database, clock: FrozenClock) -> None:
    with database.write() as unit:
        unit.session.add(
            OptOut(organisation_id=desk.organisation_id, phone=PHONE, source="call", created_at=clock())
        )
    reply = desk.enter()
    assert "please contact Harbour Kitchen" in said(reply) and desk.calls() == []
    assert "Harbour Kitchen" not in said(desk.enter(desk.wrong, sid=_sid(2)))


def test_an_erased_person_is_nobody(desk: Desk, database: Database, clock: FrozenClock) -> None:
    with database.write() as unit:
        unit.session.get_one(Candidate, desk.candidate_id).erased_at = clock()
    assert isinstance(desk.enter(), AtTheDoor)


def test_each_interview_of_a_person_has_its_own_code(desk: Desk, database: Database) -> None:
    other = make_interview(database, organisation_id=desk.organisation_id, candidate_id=desk.candidate_id)
    assert isinstance(desk.enter(pin_of(SECRET, other)), Spoken)
    with database.read() as session:
        assert session.get_one(Interview, other).status is InterviewStatus.IN_PROGRESS
    assert desk.interview().status is InterviewStatus.QUEUED


def test_hanging_up_at_the_door_is_no_attempt_and_an_appointment_stands(database: Database, clock: FrozenClock) -> None:
    at = clock() + timedelta(hours=5)
    desk = Desk(database, clock, status=InterviewStatus.SCHEDULED, call_at=at)
    desk.enter()
    desk.service.ended(_sid(), CallNews(_sid(), CallStatus.COMPLETED, None, duration_s=4))
    interview, (call,) = desk.interview(), desk.calls()
    assert interview.status is InterviewStatus.INTERRUPTED and interview.calls_that_rang == 0
    assert call.status is CallStatus.COMPLETED and call.outcome == "interrupted"
    work = desk.open_work()
    assert work["place_call"].due_at == interview.next_action_at == at
    assert "send_sms" not in work, "who called us has missed no call"


def test_the_end_of_a_call_that_opened_nothing_is_nobodys(desk: Desk) -> None:
    desk.service.ended(_sid(99), CallNews(_sid(99), CallStatus.COMPLETED, None))
    assert desk.calls() == []

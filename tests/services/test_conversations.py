"""One webhook at a time through the conversation service, on both databases."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from db.models import Answer, AnswerState, Call, Consent, DomainEvent, Interview, OptOut, OutboxRow, Recording
from db.turns import TurnStore
from db.unit_of_work import Database
from interview.events import DigitsPressed, NoInput, UtteranceRecorded
from interview.lifecycle import CallStatus, InterviewStatus
from interview.steps import HangUp, RecordUtterance
from ivr.services.conversations import CallNews, ConversationService, Spoken
from ivr.services.errors import NotAllowed, NotFound
from tests.factories import make_call, make_interview
from tests.fakes import FrozenClock
from tests.statements import heard

SID = "CA" + "0" * 32


def _re(number: int) -> str:
    return f"RE{number:032x}"


class Phone:
    """A call in the making: presses keys and speaks, turn by turn."""

    def __init__(self, database: Database, clock: FrozenClock, **interview: int) -> None:
        self.database = database
        self.rings = 0
        self.service = ConversationService(TurnStore(database), clock, self._ring)
        self.interview_id = make_interview(database, **interview)
        self.call_id = make_call(database, self.interview_id)
        self.recordings = 0
        self.now: Spoken = self.service.answered(self.call_id, SID)

    def _ring(self) -> None:
        self.rings += 1

    def press(self, digits: str) -> Spoken:
        self.now = self.service.take_turn(self.call_id, self.now.turn, DigitsPressed(digits), SID)
        return self.now

    def say(self, *, ended_by: str = "#", turn: int | None = None) -> Spoken:
        self.recordings += 1
        event = UtteranceRecorded(_re(self.recordings), 12.0, ended_by)
        self.now = self.service.take_turn(self.call_id, self.now.turn if turn is None else turn, event, SID)
        return self.now

    def silence(self) -> Spoken:
        self.now = self.service.take_turn(self.call_id, self.now.turn, NoInput(), SID)
        return self.now

    def hang_up(self, status: CallStatus = CallStatus.COMPLETED) -> None:
        self.service.status_changed(self.call_id, CallNews(SID, status, 9, duration_s=60))

    def to_first_question(self) -> Spoken:
        self.press("1")
        return self.press("1")

    def interview(self) -> Interview:
        with self.database.read() as session:
            return session.get_one(Interview, self.interview_id)

    def call(self) -> Call:
        with self.database.read() as session:
            return session.get_one(Call, self.call_id)

    def answers(self) -> list[Answer]:
        with self.database.read() as session:
            return list(session.scalars(select(Answer).order_by(Answer.question_id, Answer.take)))

    def tasks(self) -> dict[str, OutboxRow]:
        with self.database.read() as session:
            return {row.kind: row for row in session.scalars(select(OutboxRow).where(OutboxRow.done_at.is_(None)))}


@pytest.fixture
def phone(database: Database, clock: FrozenClock) -> Phone:
    return Phone(database, clock)


def test_a_whole_call_ends_in_processing_with_every_answer_once(phone: Phone) -> None:
    assert phone.interview().status is InterviewStatus.DIALING
    first = phone.to_first_question()
    assert isinstance(first.step.then, RecordUtterance)
    assert phone.interview().status is InterviewStatus.IN_PROGRESS
    assert phone.interview().started_at is not None
    phone.say()
    phone.press("#")  # nothing they would like to know
    last = phone.say()
    assert isinstance(last.step.then, HangUp)
    interview = phone.interview()
    assert interview.status is InterviewStatus.PROCESSING
    assert interview.next_action == "score"
    assert [(a.question_id, a.take, a.partial) for a in phone.answers()] == [("q1", 1, False), ("q2", 1, False)]
    assert {"conclude_interview", "transcribe_answer"} <= set(phone.tasks())
    assert phone.call().outcome == "completed"
    phone.hang_up()
    assert phone.interview().status is InterviewStatus.PROCESSING
    assert phone.call().status is CallStatus.COMPLETED
    assert phone.rings > 0


@pytest.mark.parametrize("keys", ["9", "3", "21", "12"])
def test_the_webhook_that_ends_the_conversation_hears_the_same_goodbye_twice(phone: Phone, keys: str) -> None:
    """P4: of two copies either may be the one that is spoken."""
    for key in keys[:-1]:
        phone.press(key)
    turn = phone.now.turn
    said = phone.press(keys[-1])
    assert isinstance(said.step.then, HangUp) and len(said.step.prompts[0].text.split()) > 3
    again = phone.service.take_turn(phone.call_id, turn, DigitsPressed(keys[-1]), SID)
    assert again == said


def test_consent_and_the_start_are_written_down(phone: Phone, database: Database) -> None:
    phone.press("1")
    with database.read() as session:
        consent = session.scalars(select(Consent).where(Consent.interview_id == phone.interview_id)).one()
        events = set(session.scalars(select(DomainEvent.type)))
    assert consent.basis == "recording"
    assert "interview.started" in events


def test_a_turn_delivered_twice_is_answered_alike_and_written_once(phone: Phone) -> None:
    asked = phone.to_first_question()
    phone.say()
    after = phone.now
    again = phone.say(turn=asked.turn)
    assert (again.step, again.turn) == (after.step, after.turn)
    assert [(a.question_id, a.take) for a in phone.answers()] == [("q1", 1)]


def test_the_first_document_asked_for_twice_is_the_same(phone: Phone) -> None:
    again = phone.service.answered(phone.call_id, SID)
    assert (again.step, again.turn) == (phone.now.step, phone.now.turn)


def test_twenty_copies_of_one_webhook_at_once_have_one_effect(phone: Phone) -> None:
    asked = phone.to_first_question()
    event = UtteranceRecorded(_re(77), 9.0, "#")
    replies: list[Spoken] = []
    copies = [
        threading.Thread(
            target=lambda: replies.append(phone.service.take_turn(phone.call_id, asked.turn, event, SID))
        )
        for _ in range(20)
    ]
    for copy in copies:
        copy.start()
    for copy in copies:
        copy.join()
    assert len(replies) == 20
    assert len({reply.turn for reply in replies}) == 1
    assert [(a.question_id, a.take) for a in phone.answers()] == [("q1", 1)]


def test_a_hang_up_during_an_answer_keeps_it_and_arranges_the_next_call(phone: Phone, clock: FrozenClock) -> None:
    phone.to_first_question()
    phone.say(ended_by="hangup")
    interview = phone.interview()
    assert interview.status is InterviewStatus.INTERRUPTED
    assert [(a.question_id, a.partial) for a in phone.answers()] == [("q1", True)]
    assert interview.next_action == "call"
    assert interview.next_action_at == clock() + timedelta(minutes=3)
    assert phone.tasks()["place_call"].due_at == clock() + timedelta(minutes=3)


def test_an_utterance_that_comes_after_the_status_callback_is_kept(phone: Phone) -> None:
    phone.to_first_question()
    phone.hang_up()
    assert phone.interview().status is InterviewStatus.INTERRUPTED
    phone.say(ended_by="hangup")
    assert [(a.question_id, a.partial) for a in phone.answers()] == [("q1", True)]
    assert phone.interview().status is InterviewStatus.INTERRUPTED


def test_the_last_answer_after_the_status_callback_completes_the_interview(phone: Phone) -> None:
    phone.to_first_question()
    phone.say()
    phone.press("#")
    phone.hang_up()
    phone.say(ended_by="hangup")
    assert phone.interview().status is InterviewStatus.PROCESSING
    assert len(phone.answers()) == 2


def test_the_recording_may_come_before_its_turn(phone: Phone, database: Database) -> None:
    asked = phone.to_first_question()
    phone.service.recording_ready(phone.call_id, asked.turn, SID, _re(1), 12.0)
    phone.say()
    with database.read() as session:
        recording = session.scalars(select(Recording)).one()
        tasks = session.scalars(select(OutboxRow).where(OutboxRow.kind == "transcribe_answer")).all()
    assert (recording.recording_sid, recording.turn) == (_re(1), asked.turn)
    assert recording.interview_id == phone.interview_id
    assert len(tasks) == 1
    assert phone.answers()[0].turn == asked.turn


def test_a_redo_keeps_the_superseded_take(phone: Phone) -> None:
    phone.to_first_question()
    phone.say(ended_by="*")
    phone.say()
    assert [(a.question_id, a.take, a.superseded) for a in phone.answers()] == [("q1", 1, True), ("q1", 2, False)]


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(CallStatus.BUSY, "busy"), (CallStatus.NO_ANSWER, "no_answer"), (CallStatus.FAILED, "failed")],
)
def test_a_call_nobody_took_is_tried_again(
    database: Database, clock: FrozenClock, status: CallStatus, outcome: str
) -> None:
    interview_id = make_interview(database)
    call_id = make_call(database, interview_id)
    service = ConversationService(TurnStore(database), clock, lambda: None)
    service.status_changed(call_id, CallNews(SID, status, 3))
    with database.read() as session:
        interview = session.get_one(Interview, interview_id)
        assert interview.status is InterviewStatus.QUEUED
        assert interview.next_action == "call"
        assert session.get_one(Call, call_id).outcome == outcome
        assert interview.calls_that_rang == (0 if status is CallStatus.FAILED else 1)


def test_attempts_used_up_is_unreachable(database: Database, clock: FrozenClock) -> None:
    interview_id = make_interview(database, calls_that_rang=2)
    call_id = make_call(database, interview_id)
    service = ConversationService(TurnStore(database), clock, lambda: None)
    service.status_changed(call_id, CallNews(SID, CallStatus.NO_ANSWER, 3))
    with database.read() as session:
        interview = session.get_one(Interview, interview_id)
        assert interview.status is InterviewStatus.UNREACHABLE
        assert interview.next_action is None


def test_late_news_changes_nothing(phone: Phone) -> None:
    phone.hang_up()
    phone.service.status_changed(phone.call_id, CallNews(SID, CallStatus.RINGING, 1))
    assert phone.call().status is CallStatus.COMPLETED


def test_opting_out_is_permanent_and_written_with_the_turn(phone: Phone, database: Database) -> None:
    phone.press("9")
    assert phone.interview().status is InterviewStatus.OPTED_OUT
    with database.read() as session:
        assert session.scalars(select(OptOut)).one().source == "call"


def test_later_schedules_the_call_that_was_asked_for(phone: Phone, clock: FrozenClock) -> None:
    phone.press("2")
    phone.press("1")
    interview = phone.interview()
    assert interview.status is InterviewStatus.SCHEDULED
    assert interview.call_at == clock() + timedelta(minutes=15)
    assert phone.tasks()["place_call"].due_at == interview.call_at


def test_a_greeting_that_was_heard_as_speech_is_nobody_taking_part(phone: Phone) -> None:
    words = DigitsPressed("", "you have reached the voicemail of Ada")
    phone.now = phone.service.take_turn(phone.call_id, phone.now.turn, words, SID)
    assert phone.interview().status is InterviewStatus.DIALING


def test_silence_is_recorded_as_no_response_and_never_as_a_number(phone: Phone) -> None:
    phone.to_first_question()
    for _ in range(3):
        phone.silence()
    assert [(a.question_id, a.take, a.state) for a in phone.answers()] == [("q1", 0, AnswerState.NO_RESPONSE)]


def test_another_calls_sid_and_an_unknown_call_are_refused(phone: Phone) -> None:
    with pytest.raises(NotAllowed):
        phone.service.take_turn(phone.call_id, 1, NoInput(), "CA" + "f" * 32)
    with pytest.raises(NotFound):
        phone.service.answered("00000000-0000-0000-0000-000000000000", SID)
    with pytest.raises(NotAllowed):
        phone.service.recording_ready(phone.call_id, 1, "CA" + "f" * 32, _re(1), 1.0)


def test_a_fault_of_ours_interrupts_and_calls_back(phone: Phone) -> None:
    phone.to_first_question()
    phone.service.break_off(phone.call_id, SID)
    interview = phone.interview()
    assert interview.status is InterviewStatus.INTERRUPTED
    assert interview.reason_code == "our_fault"
    assert interview.next_action == "call"


def test_a_webhook_costs_two_round_trips_at_most(database: Database, clock: FrozenClock) -> None:
    """Performance G4, counted: on PostgreSQL each statement is a round trip, and autocommit needs no other."""
    phone = Phone(database, clock)
    phone.to_first_question()
    with heard(database) as statements:
        phone.say()
    if database.is_sqlite:
        assert statements[0].lstrip().startswith("SELECT")
        assert sum(statement.startswith("BEGIN") for statement in statements) == 1
    else:
        assert len(statements) == 2


def _ask_to_hang_up(phone: Phone) -> None:
    with phone.database.write() as unit:
        interview = unit.session.get_one(Interview, phone.interview_id)
        interview.hang_up_requested = True
        interview.version += 1


def test_a_hang_up_asked_for_before_anybody_took_part_ends_the_call_politely(phone: Phone) -> None:
    _ask_to_hang_up(phone)
    assert isinstance(phone.silence().step.then, HangUp)
    assert phone.interview().status is InterviewStatus.PROCESSING


def test_who_hangs_up_before_our_goodbye_is_not_called_again(phone: Phone) -> None:
    phone.to_first_question()
    phone.say()
    _ask_to_hang_up(phone)
    phone.hang_up()
    assert phone.interview().status is InterviewStatus.PROCESSING
    assert "place_call" not in phone.tasks()


def test_what_was_said_is_assessed_when_the_last_call_back_reaches_nobody(phone: Phone) -> None:
    phone.to_first_question()
    phone.say()
    phone.hang_up()
    assert phone.interview().status is InterviewStatus.INTERRUPTED
    with phone.database.write() as unit:
        unit.session.get_one(Interview, phone.interview_id).calls_that_rang = 2
    second, sid = make_call(phone.database, phone.interview_id, carrier_sid="CA" + "1" * 32), "CA" + "1" * 32
    phone.service.status_changed(second, CallNews(sid, CallStatus.NO_ANSWER, 2))
    assert phone.interview().status is InterviewStatus.PROCESSING
    assert "conclude_interview" in phone.tasks()

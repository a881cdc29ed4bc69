"""Whatever is heard, in whatever order: nothing said is lost, nothing is asked twice, and every turn can be spoken."""

from dataclasses import replace
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from interview.dialogue import practice, resume_question
from interview.dialogue.candidate_question import Reply, is_open
from interview.dialogue.marks import Mark
from interview.dialogue.moves import question_of
from interview.dialogue.practice import PracticeTake
from interview.events import CallAnswered, CallEnded, DigitsPressed, Event, NoInput, UtteranceRecorded, WordsHeard
from interview.facts import (
    AnswerCaptured,
    AnswerSuperseded,
    CallOutcome,
    CandidateAsked,
    CandidateReplied,
    ConversationEnded,
    FollowUpAsked,
    KnockoutAnswered,
    PracticeEnded,
    QuestionPassed,
    ResumeAnswerCaptured,
    ResumeQuestionAsked,
    TakeDiscarded,
)
from interview.machine import Available, Turn, current_step
from interview.progress import Phase, Progress, QuestionState
from interview.script import FollowUp
from interview.steps import HangUp, HearUtterance, RecordUtterance, Step
from ivr.callbacks import Callbacks
from ivr.twiml.render import render
from scripts.simulator.twiml_check import check_twiml
from tests.interview.conversation import CORE, Conversation, make_script

URLS = Callbacks("https://interviews.example").for_turn("c1", 7)

scripts = st.builds(
    make_script,
    questions=st.sampled_from([CORE[:0], CORE[:1], CORE[:2], CORE]),
    knockouts=st.integers(0, 2),
    name=st.sampled_from(["Maria Lopez", ""]),
    retakes=st.integers(0, 2),
    max_follow_ups=st.integers(0, 3),
    may_ask=st.booleans(),
    practises=st.booleans(),
    resume_question=st.sampled_from([None, "How did you plan the stock count that you ran?"]),
)
WRITTEN = tuple(
    FollowUp(f"f{number}", question_id, "the work", f"What came of it in case {number}?")
    for number, question_id in enumerate(["q1", "q2", "q3", "q1"], start=1)
)
SPOKEN = UtteranceRecorded("RE", 30.0, "#")
HELP = UtteranceRecorded("RE", 20.0, "0")
# What a person does in each phase, so that conversations get somewhere; anything else comes in between.
USUAL: dict[Phase, tuple[Event, ...]] = {
    Phase.DOOR: (DigitsPressed("1"), DigitsPressed("", "yes")),
    Phase.LATER: (DigitsPressed("1"),),
    Phase.IDENTITY: (DigitsPressed("1"),),
    Phase.ASKING: (SPOKEN, HELP, DigitsPressed("0"), NoInput(), UtteranceRecorded("RE", 5.0, "*"), DigitsPressed("1")),
    Phase.MENU: (DigitsPressed("1"), DigitsPressed("2"), DigitsPressed("3"), DigitsPressed("4")),
    Phase.STUCK: (DigitsPressed("1"), DigitsPressed("2"), NoInput()),
    Phase.PAUSED: (NoInput(),),
    Phase.PRACTICE: (SPOKEN, SPOKEN, HELP, DigitsPressed("3"), NoInput(), UtteranceRecorded("RE", 5.0, "*")),
    Phase.PLAYBACK_DUE: (NoInput(),),
    Phase.PLAYBACK: (NoInput(), DigitsPressed("#")),
    Phase.RESUME_QUESTION: (SPOKEN, HELP, NoInput(), UtteranceRecorded("RE", 5.0, "*")),
    Phase.CANDIDATE_QUESTION: (SPOKEN, HELP, DigitsPressed("#"), NoInput(), UtteranceRecorded("RE", 5.0, "*")),
}
unusual = st.one_of(
    st.sampled_from([*"0123456789*#", "", "12"]).map(DigitsPressed),
    st.sampled_from(["yes", "no", "hello", "stop calling me"]).map(lambda said: DigitsPressed("", said)),
    st.builds(
        UtteranceRecorded,
        recording_sid=st.just("RE"),
        duration_s=st.sampled_from([0.0, 1.0, 30.0, 119.0, 180.0]),
        ended_by=st.sampled_from(["", "#", "*", "0", "hangup"]),
    ),
    st.sampled_from([NoInput(), CallEnded(), CallAnswered()]),
)
# A number chooses among the usual, an event is taken as it is.
usual = st.integers(0, 11)
heard = st.lists(st.one_of(usual, usual, usual, unusual), min_size=25, max_size=60)
ready = st.builds(
    Available,
    answered_by=st.sampled_from([None, "human", "machine_start"]),
    hang_up_requested=st.sampled_from([False, False, False, False, True]),
    elapsed_s=st.sampled_from([None, 0.0, 1700.0, 4000.0]),
)
# What a worker knows of the candidate's question by the end; None when it is not there yet.
replies = st.sampled_from(
    [None, Reply(0, "Parking is free."), Reply(0), Reply(0, nothing_said=True), Reply(-1, "Of another question.")]
)
# How many of them are there by which turn.
written = st.lists(st.integers(0, len(WRITTEN)), min_size=8, max_size=8)


def event_of(choice: int | Event, call: Conversation) -> Event:
    """The event that was drawn; after a goodbye the next call is answered."""
    if not isinstance(choice, int):
        return choice
    usual = USUAL.get(call.progress.phase, ())
    if isinstance(call.step.then, HangUp) or not usual:
        return CallAnswered()
    return usual[choice % len(usual)]


@cache
def problems_of(document: str) -> list[str]:
    return check_twiml(document)


class Witness:
    """Watches a conversation and objects."""

    def __init__(self, call: Conversation) -> None:
        self.call = call
        self.standing: dict[str, int] = {}
        self.last_take: dict[str, int] = {}
        self.given_up: set[str] = set()
        self.spoken: dict[int, Step] = {}
        self.ends: list[ConversationEnded] = []
        self.recordings = 0
        self.is_recording = False
        self.is_unheard = False
        self.passed: set[str] = set()
        self.followed_up: list[str] = []
        self.offers = 0
        self.asked_in: int | None = None
        self.replies = 0
        self.practised = False
        self.asked_about_resume = False

    def hear(self, event: Event) -> None:
        if isinstance(event, UtteranceRecorded):
            self.recordings += 1
            event = UtteranceRecorded(f"RE{self.recordings}", event.duration_s, event.ended_by)
        if isinstance(event, CallAnswered):
            self.ends = []
        before = self.call.progress
        was_recording = self.is_recording
        turn = self.call.hear(event)
        assert before.phase is not Phase.ENDED or turn.progress.phase is Phase.ENDED, "left a terminal state"
        self.check_turn_number(before.turn, turn, event)
        self.check_takes(turn)
        if isinstance(event, UtteranceRecorded) and event.duration_s and was_recording:
            kinds = AnswerCaptured | TakeDiscarded | CandidateAsked | ResumeAnswerCaptured
            kept = [fact for fact in turn.facts if isinstance(fact, kinds)]
            # whoever wants to hear the offer again has not asked anything yet
            repeats = (is_open(before) or resume_question.is_open(before)) and event.ended_by == "*"
            is_kept = not repeats and not practice.is_open(before)
            assert [fact.recording_sid for fact in kept] == ([event.recording_sid] if is_kept else [])
        # What was being recorded when the line went may come until the next call is answered.
        if isinstance(event, UtteranceRecorded | CallAnswered):
            self.is_unheard = False
        elif isinstance(event, CallEnded) and was_recording:
            self.is_unheard = True
        self.is_recording = isinstance(turn.step.then, RecordUtterance) or self.is_unheard
        self.check_question(before, turn)
        self.check_candidate_question(before, turn, event)
        self.check_practice(before, turn)
        self.check_resume_question(before, turn)
        self.check_ends(turn)
        assert current_step(self.call.script, turn.progress) == turn.step
        assert problems_of(render(turn.step, self.call.script, URLS)) == []
        assert all(isinstance(value, str) for value in turn.progress.extra.values())

    def check_turn_number(self, before: int, turn: Turn, event: Event) -> None:
        assert turn.progress.turn in (before, before + 1)
        if not isinstance(turn.step.then, HangUp):
            assert turn.progress.turn == before + 1
            assert turn.progress.turn not in self.spoken
            self.spoken[turn.progress.turn] = turn.step
        if isinstance(event, CallEnded):
            assert turn.progress.turn == before
            assert isinstance(turn.step.then, HangUp)

    def check_takes(self, turn: Turn) -> None:
        for fact in turn.facts:
            match fact:
                case AnswerCaptured(question_id, take):
                    assert question_id not in self.standing, "captured over an answer that stands"
                    assert take == self.last_take.get(question_id, 0) + 1
                    self.last_take[question_id] = self.standing[question_id] = take
                case TakeDiscarded(question_id, take):
                    assert take == self.last_take.get(question_id, 0) + 1
                    self.last_take[question_id] = take
                case AnswerSuperseded(question_id, take):
                    assert self.standing.pop(question_id) == take
                case QuestionPassed(question_id, final=final):
                    assert question_id not in self.standing, "passed although it was answered"
                    assert question_id not in self.given_up
                    assert final or question_id not in self.passed, "offered a third time"
                    self.passed.add(question_id)
                    if final:
                        self.given_up.add(question_id)
                case KnockoutAnswered(question_id):
                    assert question_id not in self.given_up
                    self.given_up.add(question_id)
                case FollowUpAsked(follow_up_id):
                    assert follow_up_id not in self.followed_up, "asked for the first time twice"
                    self.followed_up.append(follow_up_id)
                    assert len(self.followed_up) <= self.call.script.max_follow_ups
                    about = next(one.question_id for one in WRITTEN if one.id == follow_up_id)
                    assert about in self.standing, "asked about an answer that does not count"
        asked = [*self.call.script.questions, *turn.progress.follow_ups]
        knockouts = {question.id for question in self.call.script.questions if question.knockout}
        for one, state in zip(asked, turn.progress.states, strict=True):
            if one.id not in knockouts:
                assert (state is QuestionState.ANSWERED) == (one.id in self.standing)

    def check_question(self, before: Progress, turn: Turn) -> None:
        if turn.progress.phase is not Phase.ASKING or isinstance(turn.step.then, HangUp):
            return
        question = question_of(self.call.script, turn.progress)
        assert question.id not in self.given_up, "asked again after it was given up"
        if turn.progress.question != before.question or before.phase in (Phase.DOOR, Phase.IDENTITY):
            assert question.id not in self.standing, "asked again after it was answered"
        if turn.step.prompts:
            assert any(question.text in prompt.text for prompt in turn.step.prompts)

    def check_resume_question(self, before: Progress, turn: Turn) -> None:
        for fact in turn.facts:
            if isinstance(fact, ResumeQuestionAsked):
                assert not self.asked_about_resume, "asked about the résumé twice"
                assert self.call.script.asks_about_resume
                assert QuestionState.OPEN not in turn.progress.states
                self.asked_about_resume = True
            elif isinstance(fact, AnswerCaptured | FollowUpAsked | QuestionPassed | CandidateAsked):
                assert not resume_question.is_open(before), "it comes last and is no question that counts"
        if resume_question.is_open(before):
            assert (turn.progress.states, turn.progress.takes) == (before.states, before.takes)

    def check_candidate_question(self, before: Progress, turn: Turn, event: Event) -> None:
        script = self.call.script
        if is_open(turn.progress) and not is_open(before):
            self.offers += 1
            assert self.offers == 1, "offered twice"
            assert script.offers_question and turn.progress.states[len(script.questions) - 1] is QuestionState.OPEN
            assert turn.progress.phase is Phase.CANDIDATE_QUESTION
        if is_open(before):
            own = len(script.questions)
            assert turn.progress.states[:own] == before.states[:own], "it is no question of ours"
        for fact in turn.facts:
            match fact:
                case CandidateAsked():
                    assert is_open(before)
                    self.asked_in = before.turn
                case CandidateReplied(passed_on):
                    self.replies += 1
                    assert self.replies == 1 and self.asked_in is not None
                    assert not isinstance(event, CallAnswered), "told before it was asked who is there"
                    known = self.call.available.reply
                    has_passage = known is not None and known.turn == self.asked_in and known.passage is not None
                    assert passed_on is not has_passage
                    said = " ".join(prompt.text for prompt in turn.step.prompts)
                    assert ("Parking is free." in said) is has_passage

    def check_practice(self, before: Progress, turn: Turn) -> None:
        if practice.is_open(before):
            assert (turn.progress.states, turn.progress.takes) == (before.states, before.takes), "it is no question"
        if practice.is_open(turn.progress) and turn.progress.phase is Phase.PRACTICE:
            assert self.call.script.offers_practice and not self.practised, "done, and asked for again"
            assert set(turn.progress.states[len(self.call.script.questions) - self.call.script.core_count :]) <= {
                QuestionState.OPEN
            }
        played = turn.step.playback
        is_playing = turn.progress.phase is Phase.PLAYBACK and not isinstance(turn.step.then, HangUp)
        assert (played is not None) == is_playing
        self.practised = self.practised or any(isinstance(fact, PracticeEnded) for fact in turn.facts)

    def check_ends(self, turn: Turn) -> None:
        self.ends += [fact for fact in turn.facts if isinstance(fact, ConversationEnded)]
        assert len(self.ends) <= 1 or self.ends == [
            ConversationEnded(CallOutcome.INTERRUPTED, "hung_up"),
            ConversationEnded(CallOutcome.COMPLETED, "hung_up"),
        ]
        if self.ends:
            assert isinstance(turn.step.then, HangUp)
        if self.ends and self.ends[-1].outcome is CallOutcome.COMPLETED:
            assert QuestionState.OPEN not in turn.progress.states[: len(self.call.script.questions)]
        if self.ends and self.ends[-1] == ConversationEnded(CallOutcome.COMPLETED) and turn.facts:
            known = self.call.available.reply
            said_nothing = known is not None and known.turn == self.asked_in and known.nothing_said
            if self.asked_in is not None and turn.progress.identified and not said_nothing:
                assert self.replies == 1, "asked, and never told what became of it"


@settings(max_examples=300, deadline=None)
@given(scripts, ready, replies, written, heard)
def test_any_conversation(script, available, reply, written, choices):
    call = Conversation(script)
    witness = Witness(call)
    for number, choice in enumerate((CallAnswered(), *choices)):
        event = event_of(choice, call)
        there = WRITTEN[: written[number % len(written)]]
        call.available = replace(available if isinstance(event, NoInput) else Available(), follow_ups=there)
        if reply is not None and reply.turn == 0:
            reply_now = replace(reply, turn=int(call.progress.extra.get(Mark.ASKED_IN, -2)))
        else:
            reply_now = reply
        take = call.progress.extra.get(Mark.PRACTICE_TAKE)
        playable = PracticeTake(int(take), "r1") if take is not None and written[number % len(written)] else None
        call.available = replace(call.available, reply=reply_now, practice=playable)
        witness.hear(event)


@settings(max_examples=100, deadline=None)
@given(scripts, heard)
def test_silence_ends_every_conversation(script, choices):
    call = Conversation(script, Available(follow_ups=WRITTEN))
    for choice in (CallAnswered(), *choices):
        call.hear(event_of(choice, call))
    for _ in range(4 * (len(script.questions) + script.max_follow_ups) + 12):
        call.silence()
    assert isinstance(call.step.then, HangUp)


@settings(max_examples=100, deadline=None)
@given(scripts, heard)
def test_a_willing_candidate_can_always_finish(script, choices):
    call = Conversation(script, Available(follow_ups=WRITTEN))
    for choice in (CallAnswered(), *choices):
        call.hear(event_of(choice, call))
    finished_otherwise = call.progress.phase is Phase.ENDED
    call.answer()
    for _ in range(3 * (len(script.questions) + script.max_follow_ups) + 10):
        if isinstance(call.step.then, RecordUtterance):
            call.speak()
        elif not isinstance(call.step.then, HangUp):
            call.press("1")
    assert call.progress.phase is Phase.ENDED
    if not finished_otherwise:
        assert call.facts[-1] == ConversationEnded(CallOutcome.COMPLETED)
        assert QuestionState.OPEN not in call.progress.states[: len(script.questions)]


@settings(max_examples=200, deadline=None)
@given(
    st.builds(make_script, questions=st.sampled_from([CORE[:1], CORE]), knockouts=st.integers(0, 1),
              unrecorded=st.just(True), practises=st.booleans(), may_ask=st.booleans()),
    st.lists(st.integers(0, 11), min_size=25, max_size=60),
)  # fmt: skip
def test_any_conversation_that_is_heard_and_not_recorded(script, choices):
    """Every piece that was heard belongs to a take, no question is answered twice, and the goodbye is the end."""
    call = Conversation(script)
    heard: dict[str, str] = {}
    call.answer()
    for number, choice in enumerate(choices):
        listens = isinstance(call.step.then, HearUtterance)
        first_of_answer = call.progress.extra.get(Mark.HEARD)
        if isinstance(call.step.then, HangUp):
            was_over = call.progress.phase is Phase.ENDED
            call.answer()
            assert not was_over or isinstance(call.step.then, HangUp), "left a terminal state"
        elif listens and choice < 5:
            piece = WordsHeard(f"w{number}", (3.0, 20.0, 40.0, 90.0, 180.0)[choice])
            heard[piece.utterance_id] = first_of_answer or piece.utterance_id
            call.hear(piece)
        elif choice < 8:
            call.silence()
        elif choice == 8:
            call.hang_up()
        else:
            call.press({9: "1", 10: "0", 11: "#"}[choice])
        assert not isinstance(call.step.then, RecordUtterance), "nothing may be recorded"
        assert problems_of(render(call.step, script, URLS)) == []
    call.hang_up()
    call.answer()
    takes = {fact.recording_sid for fact in call.facts if isinstance(fact, AnswerCaptured | TakeDiscarded)}
    assert {first for first in heard.values()} <= takes, "words that belong to no answer"
    standing: set[str] = set()
    for fact in call.facts:
        if isinstance(fact, AnswerCaptured):
            assert fact.question_id not in standing
            standing.add(fact.question_id)
        elif isinstance(fact, AnswerSuperseded):
            standing.remove(fact.question_id)

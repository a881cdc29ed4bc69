"""Dialogue, rows question n to knockout and closing."""

import pytest

from interview.events import UtteranceRecorded
from interview.facts import (
    AnswerCaptured,
    CallOutcome,
    ConversationEnded,
    KnockoutAnswered,
    QuestionPassed,
    TakeDiscarded,
)
from interview.progress import Phase, QuestionState
from interview.script import Accommodations, SpokenQuestion
from interview.steps import GatherDigits, HangUp, Prompt, RecordUtterance
from tests.interview.conversation import CORE, Conversation, make_script


def asked(call: Conversation) -> str:
    return call.script.questions[call.progress.question].id


def test_all_questions_in_order_once_and_then_the_closing():
    call = Conversation().to_first_question()
    spoken = []
    while call.progress.phase is Phase.ASKING:
        spoken.append(call.step.prompts[-1].text)
        call.speak()
    assert spoken == [f"Question {n} of 3. {question.text}" for n, question in enumerate(CORE, 1)]
    assert call.facts == [
        AnswerCaptured("q1", 1, "RE1", 40.0),
        AnswerCaptured("q2", 1, "RE2", 40.0),
        AnswerCaptured("q3", 1, "RE3", 40.0),
        ConversationEnded(CallOutcome.COMPLETED),
    ]
    assert call.progress.phase is Phase.ENDED
    assert isinstance(call.step.then, HangUp)
    assert "a person decides" in call.heard
    assert "Northwind Logistics" in call.heard


def test_the_keys_are_taught_once_in_a_call():
    call = Conversation().to_first_question()
    assert "press pound" in call.heard
    call.speak()
    assert "press pound" not in call.heard


def test_say_as_replaces_the_text():
    call = Conversation(make_script(questions=(SpokenQuestion("q1", "What is SQL?", 60, say_as="What is sequel?"),)))
    call.to_first_question()
    assert "sequel" in call.heard and "SQL" not in call.heard


@pytest.mark.parametrize(
    ("max_seconds", "ceiling", "accommodations", "max_length_s", "silence_s"),
    [
        (120, 180, Accommodations(), 120, 5),
        (120, 60, Accommodations(), 60, 5),
        (120, 180, Accommodations(extra_time=True), 180, 5),
        (90, 180, Accommodations(extra_time=True), 135, 5),
        (120, 60, Accommodations(extra_time=True, longer_silence=True), 90, 8),
        (120, 180, Accommodations(longer_silence=True), 120, 8),
    ],
)
def test_how_long_we_record(max_seconds, ceiling, accommodations, max_length_s, silence_s):
    script = make_script(
        questions=(SpokenQuestion("q1", "Why?", max_seconds),), accommodations=accommodations, answer_max_s=ceiling
    )
    call = Conversation(script).to_first_question()
    assert call.step.then == RecordUtterance(max_length_s=max_length_s, silence_s=silence_s, finish_keys="#*0")
    assert f"A pause of {silence_s} seconds" in call.heard


def test_slower_speech_slows_everything_down():
    call = Conversation(make_script(accommodations=Accommodations(slower_speech=True)))
    call.answer()
    assert {prompt.rate for prompt in call.step.prompts} == {"slow"}
    call.to_first_question()
    assert {prompt.rate for prompt in call.step.prompts} == {"slow"}


@pytest.mark.parametrize(
    ("seconds", "ended_by", "is_told"),
    [(120, "", True), (119, "", True), (118, "", False), (30, "", False), (119, "#", False)],
)
def test_at_the_limit_the_answer_is_kept_and_the_candidate_told(seconds: int, ended_by: str, is_told: bool):
    call = Conversation().to_first_question()
    call.speak(seconds, ended_by)
    assert call.facts == [AnswerCaptured("q1", 1, "RE1", seconds)]
    assert ("that was all the time for this one" in call.heard) is is_told


def test_star_during_the_question_says_it_again_slowly():
    call = Conversation().to_first_question()
    call.press("*")
    assert call.facts == []
    assert call.step.prompts[-1] == Prompt(CORE[0].text, rate="slow")
    assert isinstance(call.step.then, RecordUtterance)


def test_star_during_the_answer_takes_it_back_and_keeps_the_audio():
    call = Conversation().to_first_question()
    turn = call.speak(20.0, "*")
    assert turn.facts == (TakeDiscarded("q1", 1, "RE1", 20.0),)
    assert call.step.prompts[-1] == Prompt(CORE[0].text, rate="slow")
    call.speak()
    assert call.facts[-1] == AnswerCaptured("q1", 2, "RE2", 40.0)


def test_pound_during_the_question_goes_straight_to_the_beep():
    call = Conversation().to_first_question()
    call.press("#")
    assert call.step.prompts == ()
    assert call.step.then == RecordUtterance(max_length_s=120)
    call.speak()
    assert call.facts == [AnswerCaptured("q1", 1, "RE1", 40.0)]


@pytest.mark.parametrize("key", ["1", "5", "9", "A"])
def test_another_key_during_the_question_says_it_again_shortly(key: str):
    call = Conversation().to_first_question()
    call.press(key)
    assert call.step.prompts == (Prompt(CORE[0].text),)
    assert call.facts == []


def test_the_three_silences():
    call = Conversation().to_first_question()
    call.silence()
    assert call.heard == f"I didn't hear anything. Take your time. The question is: {CORE[0].text}"
    call.silence()
    assert call.progress.phase is Phase.STUCK
    assert "more time" in call.heard
    call.silence()
    assert call.facts == [QuestionPassed("q1", no_response=True, final=True)]
    assert call.progress.states[0] is QuestionState.NO_RESPONSE
    assert "Question 2 of 3." in call.heard


def test_two_silent_questions_in_a_row_end_the_call_kindly():
    call = Conversation().to_first_question()
    call.silence(6)
    assert call.facts == [
        QuestionPassed("q1", no_response=True, final=True),
        QuestionPassed("q2", no_response=True, final=True),
        ConversationEnded(CallOutcome.INTERRUPTED, "silence"),
    ]
    assert isinstance(call.step.then, HangUp)
    assert call.progress.phase is not Phase.ENDED


def test_an_answer_between_two_silent_questions_breaks_the_row():
    call = Conversation(make_script(questions=(*CORE, SpokenQuestion("q4", "Why here?", 60)))).to_first_question()
    call.silence(3)
    call.speak()
    call.silence(3)
    assert "Question 4 of 4." in call.heard
    call.silence(3)
    assert call.facts[-1] == ConversationEnded(CallOutcome.COMPLETED)


@pytest.mark.parametrize(
    "event", [UtteranceRecorded("RE1", 0.0), UtteranceRecorded("", 0.0), UtteranceRecorded("RE1", 0.0, "#")]
)
def test_an_empty_recording_is_silence(event: UtteranceRecorded):
    call = Conversation().to_first_question()
    call.hear(event)
    assert call.facts == []
    assert call.progress.silences == 1


def test_star_and_zero_work_before_the_first_word():
    call = Conversation().to_first_question()
    call.speak(0.0, "*")
    assert call.step.prompts[-1].rate == "slow"
    call.speak(0.0, "0")
    assert call.progress.phase is Phase.MENU
    assert call.facts == []


# --- knockouts


def test_knockouts_come_first_by_key_or_voice_and_do_not_count():
    call = Conversation(make_script(knockouts=2)).to_first_question()
    assert call.heard.endswith("Do you have a valid forklift licence? For yes, press 1. For no, press 2.")
    assert isinstance(call.step.then, GatherDigits) and call.step.then.speech_hints
    call.press("1")
    call.say("No, I can't.")
    assert call.facts == [KnockoutAnswered("k1", True), KnockoutAnswered("k2", False)]
    assert "Question 1 of 3." in call.heard and "press pound" in call.heard


@pytest.mark.parametrize(
    ("words", "said_yes"),
    [
        ("yes", True),
        ("Yes, I do.", True),
        ("yeah sure", True),
        ("No.", False),
        ("nope", False),
        ("Yes, but not in the evening", None),
        ("No, well, yes", None),
        ("I have one", None),
        ("It depends on the day", None),
    ],
)
def test_spoken_yes_and_no(words: str, said_yes: bool | None):
    call = Conversation(make_script(knockouts=1)).to_first_question()
    call.say(words)
    if said_yes is None:
        assert call.facts == []
        assert "That key" in call.heard or "press 1" in call.heard
    else:
        assert call.facts == [KnockoutAnswered("k1", said_yes)]


def test_unclear_twice_is_written_down_as_unclear_and_goes_on():
    call = Conversation(make_script(knockouts=1)).to_first_question()
    call.say("maybe")
    call.press("7")
    assert call.facts == [KnockoutAnswered("k1", None)]
    assert asked(call) == "q1"


def test_silent_knockouts_never_end_the_call_by_their_answer_but_a_silent_line_does():
    call = Conversation(make_script(knockouts=2)).to_first_question()
    call.press("2", "2")
    assert asked(call) == "q1"
    silent = Conversation(make_script(knockouts=2)).to_first_question()
    silent.silence(4)
    assert silent.facts == [
        KnockoutAnswered("k1", None),
        KnockoutAnswered("k2", None),
        ConversationEnded(CallOutcome.INTERRUPTED, "silence"),
    ]


def test_star_repeats_a_knockout_without_using_up_a_try():
    call = Conversation(make_script(knockouts=1)).to_first_question()
    call.press("*", "*", "*")
    assert call.step.prompts[-2] == Prompt("Do you have a valid forklift licence?", rate="slow")
    call.press("1")
    assert call.facts == [KnockoutAnswered("k1", True)]

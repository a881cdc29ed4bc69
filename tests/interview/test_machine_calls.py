"""An interview over several calls: hang-ups, later calls, late and repeated webhooks, and being asked to stop."""

import pytest

from interview.events import CallAnswered, CallEnded, DigitsPressed, NoInput, UtteranceRecorded
from interview.facts import (
    AnswerCaptured,
    AnswerSuperseded,
    CallOutcome,
    ConsentGiven,
    ConversationEnded,
    IdentityConfirmed,
    OptedOut,
    TakeDiscarded,
)
from interview.machine import Available, UnexpectedEvent, advance, begin, current_step
from interview.progress import Phase, Progress, QuestionState
from interview.steps import HangUp
from tests.interview.conversation import CORE, Conversation, make_script

HUNG_UP = ConversationEnded(CallOutcome.INTERRUPTED, "hung_up")


def test_a_hang_up_during_an_answer_keeps_it_and_the_next_call_goes_on_after_it():
    call = Conversation().to_first_question()
    call.speak()
    turn = call.speak(12.0, "hangup")
    assert turn.facts == (AnswerCaptured("q2", 1, "RE2", 12.0, partial=True), HUNG_UP)
    assert turn.step.prompts == () and isinstance(turn.step.then, HangUp)
    assert call.progress.phase is not Phase.ENDED
    assert call.hang_up().facts == ()

    call.facts.clear()
    call.answer()
    assert "Hello again" in call.heard and "Northwind Logistics" in call.heard and "recorded" in call.heard
    assert "Maria" not in call.heard and "Warehouse" not in call.heard
    call.press("1")
    assert "Maria Lopez" in call.heard
    call.press("1")
    assert call.heard.endswith(f"Question 3 of 3. {CORE[2].text}")
    assert "press pound" in call.heard
    call.speak()
    assert call.facts == [
        ConsentGiven(),
        IdentityConfirmed(),
        AnswerCaptured("q3", 1, "RE3", 40.0),
        ConversationEnded(CallOutcome.COMPLETED),
    ]


def test_a_hang_up_during_the_last_answer_completes_the_interview():
    call = Conversation(make_script(questions=CORE[:1])).to_first_question()
    call.speak(12.0, "hangup")
    assert call.facts == [
        AnswerCaptured("q1", 1, "RE1", 12.0, partial=True),
        ConversationEnded(CallOutcome.COMPLETED, "hung_up"),
    ]
    assert call.progress.phase is Phase.ENDED


def test_a_hang_up_without_a_word_said():
    call = Conversation().to_first_question()
    assert call.speak(0.0, "hangup").facts == (HUNG_UP,)
    call.answer()
    call.press("1", "1")
    assert "Question 1 of 3." in call.heard


@pytest.mark.parametrize("phase", [Phase.IDENTITY, Phase.ASKING, Phase.MENU, Phase.STUCK, Phase.PAUSED])
def test_the_line_can_go_in_any_phase_after_the_door(phase: Phase):
    call = Conversation()
    call.answer()
    call.press("1")
    if phase is not Phase.IDENTITY:
        call.press("1")
    if phase is Phase.STUCK:
        call.silence(2)
    if phase in (Phase.MENU, Phase.PAUSED):
        call.press("0")
    if phase is Phase.PAUSED:
        call.press("4")
    assert call.progress.phase is phase
    before = call.progress
    assert call.hang_up().facts == (HUNG_UP,)
    assert call.progress.turn == before.turn
    assert call.hang_up().facts == ()
    call.answer()
    assert call.progress.phase is Phase.DOOR
    assert call.progress.states == before.states and call.progress.takes == before.takes
    assert not call.progress.identified
    call.press("1", "1")
    assert "Question 1 of 3." in call.heard


def test_the_answer_that_comes_after_the_news_of_the_hang_up_is_kept():
    call = Conversation().to_first_question()
    call.hang_up()
    assert call.facts == [HUNG_UP]
    late = call.speak(20.0, "hangup")
    assert late.facts == (AnswerCaptured("q1", 1, "RE1", 20.0, partial=True),)
    assert call.progress.states[0] is QuestionState.ANSWERED
    assert call.speak(20.0, "hangup").facts == ()
    call.answer()
    call.press("1", "1")
    assert "Question 2 of 3." in call.heard


def test_a_late_last_answer_completes_the_interview_after_all():
    call = Conversation(make_script(questions=CORE[:1])).to_first_question()
    call.hang_up()
    late = call.speak(20.0, "#")
    assert late.facts == (
        AnswerCaptured("q1", 1, "RE1", 20.0),
        ConversationEnded(CallOutcome.COMPLETED, "hung_up"),
    )


def test_a_late_take_that_was_taken_back_stays_taken_back():
    call = Conversation().to_first_question()
    call.hang_up()
    assert call.speak(20.0, "*").facts == (TakeDiscarded("q1", 1, "RE1", 20.0),)


@pytest.mark.parametrize(
    ("seconds", "facts"),
    [
        (2.0, (TakeDiscarded("q1", 2, "RE2", 2.0),)),
        (50.0, (AnswerSuperseded("q1", 1), AnswerCaptured("q1", 2, "RE2", 50.0, partial=True))),
    ],
)
@pytest.mark.parametrize("is_late", [False, True])
def test_when_the_line_goes_while_an_answer_is_replaced_the_longer_counts(seconds, facts, is_late):
    call = Conversation().to_first_question()
    call.speak(30.0, "0")
    call.press("1")
    if is_late:
        call.hang_up()
    turn = call.speak(seconds, "hangup")
    assert turn.facts == (facts if is_late else (*facts, HUNG_UP))


def test_an_answer_stands_when_the_line_goes_in_the_menu_after_the_last_question():
    call = Conversation(make_script(questions=CORE[:1])).to_first_question()
    call.speak(30.0, "0")
    assert call.hang_up().facts == (ConversationEnded(CallOutcome.COMPLETED, "hung_up"),)


def test_skipped_questions_are_offered_by_the_next_call_when_the_line_goes_before_it():
    call = Conversation(make_script(questions=CORE[:2])).to_first_question()
    call.press("0", "3")
    call.speak(30.0, "hangup")
    assert call.facts[-1] == HUNG_UP
    call.answer()
    call.press("1", "1")
    assert "come back to what you skipped" in call.heard and CORE[0].text in call.heard
    call.hang_up()
    call.answer()
    call.press("1", "1")
    assert CORE[0].text in call.heard


def test_a_call_with_nothing_left_to_ask_hears_the_closing():
    call = Conversation(make_script(questions=CORE[:1])).to_first_question()
    call.speak(12.0, "hangup")
    call.facts.clear()
    call.answer()
    assert "That was the last question." in call.heard
    assert call.facts == [ConversationEnded(CallOutcome.COMPLETED)]


def test_who_opted_out_is_not_greeted_again():
    call = Conversation()
    call.answer()
    call.press("9")
    call.answer()
    assert call.heard == "All right. You will not be called again. Goodbye."
    assert call.facts[-1] == ConversationEnded(CallOutcome.OPTED_OUT)


@pytest.mark.parametrize("event", [DigitsPressed("1"), NoInput(), UtteranceRecorded("RE9", 9.0, "#"), CallEnded()])
def test_after_the_goodbye_nothing_changes(event):
    call = Conversation()
    call.answer()
    call.press("9")
    before = call.progress
    turn = call.hear(event)
    assert turn.progress == before and turn.facts == ()
    assert isinstance(turn.step.then, HangUp)


def test_the_next_call_starts_counting_silences_anew():
    call = Conversation().to_first_question()
    call.silence(3)
    call.silence(2)
    call.hang_up()
    call.answer()
    call.press("1", "1")
    call.silence()
    assert call.progress.phase is Phase.ASKING
    call.silence(2)
    assert "Question 3 of 3." in call.heard


# --- stopping politely


def test_asked_to_stop_we_keep_the_answer_and_say_goodbye():
    call = Conversation().to_first_question()
    call.available = Available(hang_up_requested=True)
    before = call.progress.turn
    turn = call.speak()
    assert turn.facts == (
        AnswerCaptured("q1", 1, "RE1", 40.0),
        ConversationEnded(CallOutcome.INTERRUPTED, "ended_by_us"),
    )
    assert turn.progress.turn == before + 1
    assert isinstance(turn.step.then, HangUp)
    assert call.progress.phase is not Phase.ENDED


def test_asked_to_stop_at_the_last_answer_the_interview_is_complete():
    call = Conversation(make_script(questions=CORE[:1])).to_first_question()
    call.available = Available(hang_up_requested=True)
    assert call.speak().facts[-1] == ConversationEnded(CallOutcome.COMPLETED)


def test_an_opt_out_is_heard_even_then():
    call = Conversation()
    call.answer()
    call.available = Available(hang_up_requested=True)
    assert call.press("9").facts == (OptedOut(), ConversationEnded(CallOutcome.OPTED_OUT))


# --- repeats and strangers


def test_a_webhook_that_comes_twice_hears_the_same_again():
    call = Conversation(make_script(knockouts=1))
    for event in (
        CallAnswered(), NoInput(), DigitsPressed("1"), DigitsPressed("1"), DigitsPressed("9"), DigitsPressed("1"),
        UtteranceRecorded("RE1", 119.0), UtteranceRecorded("RE2", 9.0, "*"), UtteranceRecorded("RE3", 9.0, "0"),
        DigitsPressed("4"), NoInput(), UtteranceRecorded("RE4", 9.0, "#"), NoInput(), NoInput(), DigitsPressed("2"),
        DigitsPressed("0"), DigitsPressed("3"),
    ):  # fmt: skip
        turn = call.hear(event)
        assert current_step(call.script, turn.progress) == turn.step


def test_any_first_event_opens_the_door():
    script = make_script()
    for event in (DigitsPressed("1"), NoInput(), UtteranceRecorded("RE1", 5.0)):
        turn = advance(script, begin(script), event, Available())
        assert turn.progress.phase is Phase.DOOR and turn.facts == ()


def test_the_progress_of_another_script_is_refused():
    script = make_script()
    with pytest.raises(UnexpectedEvent):
        advance(script, begin(make_script(questions=CORE[:2])), CallAnswered(), Available())
    states = (QuestionState.OPEN,) * 3
    with pytest.raises(UnexpectedEvent):
        advance(script, Progress(states=states, takes=(0, 0, 0), question=3), CallAnswered(), Available())

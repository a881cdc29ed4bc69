"""Dialogue, rows 0 menu and silence 2: help loses nothing that was said."""

import pytest

from interview.facts import (
    AnswerCaptured,
    AnswerSuperseded,
    CallbackRequested,
    CallOutcome,
    ConversationEnded,
    KnockoutAnswered,
    Later,
    QuestionPassed,
    TakeDiscarded,
)
from interview.progress import Phase
from interview.steps import PauseThenAsk, RecordUtterance
from tests.interview.conversation import CORE, Conversation, make_script


def in_menu(**script) -> Conversation:
    """0 was pressed while the first question was spoken."""
    call = Conversation(make_script(**script)).to_first_question()
    call.press("0")
    return call


def in_menu_with_answer(seconds: float = 30.0, **script) -> Conversation:
    """0 ended an answer to the first question; its fact is forgotten."""
    call = Conversation(make_script(**script)).to_first_question()
    assert call.speak(seconds, "0").facts == (AnswerCaptured("q1", 1, "RE1", seconds),)
    assert call.progress.phase is Phase.MENU
    call.facts.clear()
    return call


def test_the_menu_asks_again_when_nothing_was_said_yet():
    call = in_menu()
    call.press("1")
    assert call.heard.endswith(CORE[0].text)
    call.speak()
    assert call.facts == [AnswerCaptured("q1", 1, "RE1", 40.0)]


def test_starting_again_takes_the_answer_back_as_often_as_retakes_allow():
    call = in_menu_with_answer(retakes=1)
    call.press("2")
    assert call.facts == [AnswerSuperseded("q1", 1)]
    call.speak(50.0, "0")
    call.press("2")
    assert "cannot be started again" in call.heard
    assert call.progress.phase is Phase.MENU
    call.press("3")
    assert call.facts == [AnswerSuperseded("q1", 1), AnswerCaptured("q1", 2, "RE2", 50.0)]
    assert "Question 2 of 3." in call.heard


def test_without_retakes_an_answer_stays():
    call = in_menu_with_answer(retakes=0)
    call.press("2")
    assert call.facts == []
    call.silence(2)
    assert "Your earlier answer is kept." in call.heard
    assert "Question 2 of 3." in call.heard


def test_starting_again_with_nothing_said_costs_no_retake():
    call = in_menu(retakes=1)
    call.press("2", "0", "2")
    call.speak(20.0, "0")
    call.press("2")
    assert call.facts[-1] == AnswerSuperseded("q1", 1)


def test_hearing_again_keeps_the_answer_until_a_new_one_takes_its_place():
    call = in_menu_with_answer()
    call.press("1")
    assert call.facts == []
    assert "takes the place of your answer so far" in call.heard
    call.speak(55.0)
    assert call.facts == [AnswerSuperseded("q1", 1), AnswerCaptured("q1", 2, "RE2", 55.0)]


def test_the_right_take_is_superseded_when_others_were_discarded_around_it():
    call = Conversation().to_first_question()
    call.speak(5.0, "*")
    call.speak(30.0, "0")
    call.press("1")
    call.speak(10.0, "*")
    call.speak(55.0)
    assert call.facts == [
        TakeDiscarded("q1", 1, "RE1", 5.0),
        AnswerCaptured("q1", 2, "RE2", 30.0),
        TakeDiscarded("q1", 3, "RE3", 10.0),
        AnswerSuperseded("q1", 2),
        AnswerCaptured("q1", 4, "RE4", 55.0),
    ]


def test_an_answer_taken_back_and_then_silence_starts_counting_silences_anew():
    call = Conversation().to_first_question()
    call.silence()
    call.speak(30.0, "0")
    call.press("2")
    call.silence()
    assert call.progress.phase is Phase.ASKING


@pytest.mark.parametrize("how", ["pound", "silence"])
def test_hearing_again_and_saying_nothing_keeps_the_answer_and_goes_on(how: str):
    call = in_menu_with_answer()
    call.press("1")
    if how == "pound":
        call.press("#")
    else:
        call.silence()
    assert call.facts == []
    assert "Your earlier answer is kept." in call.heard
    assert "Question 2 of 3." in call.heard


def test_skipping_offers_the_question_once_more_at_the_end():
    call = in_menu()
    call.press("3")
    assert call.facts == [QuestionPassed("q1", no_response=False, final=False)]
    assert "Question 2 of 3." in call.heard
    call.speak()
    call.speak()
    assert "come back to what you skipped" in call.heard
    assert f"Question 1 of 3. {CORE[0].text}" in call.heard
    call.speak()
    assert call.facts[-2:] == [AnswerCaptured("q1", 1, "RE3", 40.0), ConversationEnded(CallOutcome.COMPLETED)]


def test_skipped_twice_is_skipped_for_good():
    call = in_menu()
    call.press("3")
    call.speak()
    call.speak()
    call.press("0", "3")
    assert call.facts[-2:] == [
        QuestionPassed("q1", no_response=False, final=True),
        ConversationEnded(CallOutcome.COMPLETED),
    ]


def test_skipping_the_last_question_does_not_promise_to_come_back_later():
    call = in_menu(questions=CORE[:1])
    call.press("3")
    assert call.heard == f"Now we come back to what you skipped. Question 1 of 1. {CORE[0].text}"


def test_each_skipped_question_comes_back_once_in_order():
    call = Conversation().to_first_question()
    call.press("0", "3")
    call.press("0", "3")
    call.speak()
    call.press("0", "3")
    assert "Question 2 of 3." in call.heard
    call.press("0", "3")
    assert call.facts[-1] == ConversationEnded(CallOutcome.COMPLETED)


def test_three_with_an_answer_goes_on_and_keeps_it():
    call = in_menu_with_answer()
    call.press("3")
    assert call.facts == []
    assert "Question 2 of 3." in call.heard
    call.speak()
    call.speak()
    assert call.facts[-1] == ConversationEnded(CallOutcome.COMPLETED)


def test_a_pause_is_a_minute_and_then_the_question():
    call = in_menu()
    call.press("4")
    assert call.step.then == PauseThenAsk(60)
    call.silence()
    assert call.heard.endswith(CORE[0].text)
    assert isinstance(call.step.then, RecordUtterance)
    assert call.progress.silences == 0


@pytest.mark.parametrize(
    ("make", "kept"), [(in_menu, []), (in_menu_with_answer, [])], ids=["nothing said", "an answer stands"]
)
def test_nine_ends_and_keeps_everything(make, kept):
    call = make()
    call.press("9")
    assert call.facts == [*kept, ConversationEnded(CallOutcome.INTERRUPTED, "ended_by_candidate")]
    assert "answers so far are kept" in call.heard


def test_nine_after_the_last_answer_is_a_completed_interview():
    call = in_menu_with_answer(questions=CORE[:1])
    call.press("9")
    assert call.facts == [ConversationEnded(CallOutcome.COMPLETED)]


def test_no_choice_twice_goes_back_to_the_question():
    call = in_menu()
    call.silence()
    assert call.progress.phase is Phase.MENU
    call.silence()
    assert call.heard.endswith(CORE[0].text)


def test_a_wrong_key_in_the_menu_is_named_and_the_menu_said_again():
    call = in_menu()
    call.press("7")
    assert call.heard.startswith("That key has no meaning here.")
    assert call.progress.phase is Phase.MENU


@pytest.mark.parametrize(
    ("key", "starts"), [("#", CORE[0].text), ("0", "To hear"), ("*", "Here is the question again")]
)
def test_the_taught_keys_work_in_the_menu_too(key: str, starts: str):
    call = in_menu()
    call.press(key)
    assert call.heard.startswith(starts)


def test_the_menu_of_a_knockout():
    call = Conversation(make_script(knockouts=1)).to_first_question()
    call.press("0")
    assert "press 2" not in call.heard
    call.press("1")
    assert "forklift" in call.heard
    call.press("0", "3")
    assert call.facts == [KnockoutAnswered("k1", None)]
    assert "Question 1 of 3." in call.heard


# --- the second silence


def stuck() -> Conversation:
    call = Conversation().to_first_question()
    call.silence(2)
    return call


def test_more_time_asks_again_with_more_patience():
    call = stuck()
    call.press("1")
    assert call.heard == f"Take your time. {CORE[0].text}"
    assert call.step.then == RecordUtterance(max_length_s=120, silence_s=10)
    call.speak()
    assert call.facts == [AnswerCaptured("q1", 1, "RE1", 40.0)]
    assert call.step.then == RecordUtterance(max_length_s=90, silence_s=5)


def test_silence_after_more_time_is_the_third():
    call = stuck()
    call.press("1")
    call.silence()
    assert call.facts == [QuestionPassed("q1", no_response=True, final=True)]


def test_skipping_from_there_is_a_choice_and_no_silence():
    call = stuck()
    call.press("2")
    assert call.facts == [QuestionPassed("q1", no_response=False, final=False)]
    assert call.progress.silent_questions == 0


def test_being_called_back_from_there():
    call = stuck()
    call.press("3")
    assert call.progress.phase is Phase.LATER
    call.press("2")
    assert call.facts == [
        CallbackRequested(Later.THIS_EVENING),
        ConversationEnded(CallOutcome.CALLBACK_REQUESTED, "this_evening"),
    ]


@pytest.mark.parametrize(
    ("key", "phase"), [("0", Phase.MENU), ("*", Phase.ASKING), ("#", Phase.ASKING), ("8", Phase.STUCK)]
)
def test_other_keys_there(key: str, phase: Phase):
    call = stuck()
    call.press(key)
    assert call.progress.phase is phase
    assert call.facts == []

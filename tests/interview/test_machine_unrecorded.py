"""Answers that are heard in pieces and not recorded: joined, ended by a pause or a key, kept when the line goes."""

import pytest

from interview.events import CallAnswered, CallEnded, DigitsPressed, Event, NoInput, WordsHeard
from interview.facts import AnswerCaptured, AnswerSuperseded, TakeDiscarded
from interview.steps import GatherDigits, HearUtterance
from tests.interview.conversation import Conversation, make_script

ONE, TWO = WordsHeard("w1", 40.0), WordsHeard("w2", 20.5)


def at_first_question(**script: object) -> Conversation:
    call = Conversation(make_script(unrecorded=True, **script))  # type: ignore[arg-type]
    call.answer()
    call.press("1", "1")
    call.facts.clear()
    return call


def test_the_question_is_heard_and_not_recorded() -> None:
    call = at_first_question()
    assert call.step.then == HearUtterance(timeout_s=5, silence_s=3)
    assert "There is no beep." in call.step.prompts[0].text


def test_pieces_are_one_answer_that_a_pause_ends() -> None:
    call = at_first_question()
    call.hear(ONE)
    assert call.step.prompts == () and call.step.then == HearUtterance(timeout_s=2, silence_s=3) and call.facts == []
    call.hear(TWO)
    call.hear(NoInput())
    assert call.facts == [AnswerCaptured("q1", 1, "w1", 60.5)]
    assert "Question 2 of 3" in call.step.prompts[-1].text


def test_an_answer_ends_when_its_time_is_up() -> None:
    call = at_first_question()
    for number in range(3):
        call.hear(WordsHeard(f"w{number}", 40.0))
    assert call.facts == [AnswerCaptured("q1", 1, "w0", 120.0)]
    assert "all the time" in call.step.prompts[0].text


@pytest.mark.parametrize("gone", [CallEnded(), CallAnswered()])
def test_what_was_heard_until_the_line_went_is_kept(gone: Event) -> None:
    call = at_first_question()
    call.hear(ONE)
    call.hear(gone)
    assert AnswerCaptured("q1", 1, "w1", 40.0, partial=True) in call.facts


def test_keys_after_a_piece_mean_what_they_mean_in_a_recording() -> None:
    call = at_first_question()
    call.hear(ONE)
    call.press("*")
    assert call.facts == [TakeDiscarded("q1", 1, "w1", 40.0)] and call.step.prompts[0].text.startswith("Here is the")
    call.hear(TWO)
    call.press("0")
    assert isinstance(call.step.then, GatherDigits)
    call.press("2")
    assert AnswerSuperseded("q1", 2) in call.facts
    call.hear(ONE)
    call.press("5")
    assert call.step.then == HearUtterance(timeout_s=2, silence_s=3)
    call.press("#")
    assert call.facts[-1] == AnswerCaptured("q1", 3, "w1", 40.0)


def test_a_polite_end_waits_for_the_end_of_the_answer() -> None:
    from interview.machine import Available

    call = at_first_question()
    call.available = Available(hang_up_requested=True)
    call.hear(ONE)
    assert isinstance(call.step.then, HearUtterance)
    call.hear(NoInput())
    assert AnswerCaptured("q1", 1, "w1", 40.0) in call.facts


def test_longer_silences_are_longer_in_all() -> None:
    from interview.script import Accommodations

    call = at_first_question(accommodations=Accommodations(longer_silence=True))
    assert call.step.then == HearUtterance(timeout_s=8, silence_s=6)
    call.hear(DigitsPressed("#"))
    assert isinstance(call.step.then, HearUtterance)

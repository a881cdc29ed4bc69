"""Q5: a test call reads the questions word for word as a candidate's call does, and records nothing."""

import pytest

from interview.events import DigitsPressed, NoInput
from interview.steps import GatherDigits, HangUp, RecordUtterance
from interview.test_call import last_place, next_place, step_at
from interview.wording.test_call import test_call_wording_for as wording_of
from tests.interview.conversation import Conversation, make_script
from tests.interview.test_wording import EVALUATIVE, LANGUAGES


def heard(script, place: int) -> str:
    return " ".join(prompt.text for prompt in step_at(script, place).prompts)


def test_Q5_the_questions_are_a_candidates_word_for_word():
    script = make_script(knockouts=2)
    call = Conversation(script).to_first_question()
    for place in range(1, last_place(script)):
        assert heard(script, place) == call.heard
        if isinstance(call.step.then, RecordUtterance):
            call.speak()
        else:
            call.press("1")
    assert heard(script, 0).startswith("This is a test call.") and "Northwind Logistics" in heard(script, 0)


def test_Q5_nothing_is_recorded_and_it_ends():
    script = make_script(knockouts=1)
    place, steps = 0, []
    for _ in range(20):
        steps.append(step_at(script, place).then)
        if isinstance(steps[-1], HangUp):
            break
        place = next_place(script, place, NoInput())
    assert isinstance(steps[-1], HangUp) and len(steps) == len(script.questions) + 2
    assert all(isinstance(one, GatherDigits) for one in steps[:-1])


@pytest.mark.parametrize(
    ("key", "place"), [("#", 3), ("1", 3), ("*", 2), ("9", 4), ("0", 3)]
)
def test_Q5_keys(key: str, place: int):
    assert next_place(make_script(), 2, DigitsPressed(key)) == place
    assert next_place(make_script(), 4, DigitsPressed("#")) == 4


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_its_words(language: str):
    words = wording_of(language)
    assert words.opening and words.ending and "9" in words.opening
    assert not EVALUATIVE.search(f"{words.opening} {words.ending}")

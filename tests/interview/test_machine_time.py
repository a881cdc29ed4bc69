"""The call's own time limit is announced once, with the question that may outlast it."""

from dataclasses import replace

from interview.machine import Available
from tests.interview.conversation import Conversation, make_script

SHORT = "This call cannot last much longer."


def conversation() -> Conversation:
    return Conversation(replace(make_script(), max_call_minutes=10)).to_first_question()


def test_nothing_is_said_while_there_is_time():
    call = conversation()
    call.available = Available(elapsed_s=300.0)
    call.speak()
    assert SHORT not in call.heard


def test_it_is_said_once_a_call_before_the_question():
    call = conversation()
    call.available = Available(elapsed_s=480.0)
    call.speak()
    assert call.heard.startswith(SHORT) and "Question 2 of 3" in call.heard
    call.press("*")
    assert SHORT not in call.heard
    call.speak()
    assert "Question 3 of 3" in call.heard and SHORT not in call.heard
    call.hang_up()
    call.available = Available(elapsed_s=5.0)
    call.answer()
    call.press("1", "1")
    assert SHORT not in call.heard


def test_a_long_question_needs_more_time():
    call = conversation()
    call.available = Available(elapsed_s=440.0)
    call.speak()
    assert SHORT not in call.heard, "a minute and a half for the answer, and one for the rest"
    call.speak()
    assert call.heard.startswith(SHORT), "two minutes for this one"

"""Dialogue, rows dial to identity: nothing goes on without a key, and a wrong person learns nothing."""

import pytest

from interview.facts import (
    CallbackRequested,
    CallOutcome,
    ConsentGiven,
    ConversationEnded,
    Fact,
    HumanRequested,
    IdentityConfirmed,
    Later,
    OptedOut,
)
from interview.machine import Available
from interview.progress import Phase
from interview.steps import GatherDigits, HangUp, RecordUtterance
from tests.interview.conversation import Conversation, make_script


def test_the_greeting_says_who_calls_why_how_and_for_how_long_but_not_whom():
    call = Conversation()
    call.answer()
    for words in ("Northwind Logistics", "Warehouse Operative", "automated", "artificial intelligence", "recorded",
                  "reviewed by a person", "about 5 minutes"):  # fmt: skip
        assert words in call.heard
    assert "Maria" not in call.heard
    assert isinstance(call.step.then, GatherDigits)
    assert call.progress.phase is Phase.DOOR
    assert call.facts == []


def test_the_keys_come_last_and_there_are_four():
    call = Conversation()
    call.answer()
    keys = call.step.prompts[-1].text
    assert [word.strip(".") for word in keys.split() if word.strip(".").isdigit()] == ["1", "2", "3", "9"]


@pytest.mark.parametrize(
    ("key", "facts"),
    [
        ("1", [ConsentGiven()]),
        ("3", [HumanRequested(), ConversationEnded(CallOutcome.HUMAN_REQUESTED)]),
        ("9", [OptedOut(), ConversationEnded(CallOutcome.OPTED_OUT)]),
        ("2", []),
        ("19", [ConsentGiven()]),
    ],
)
def test_a_key_at_the_door(key: str, facts: list[Fact]):
    call = Conversation()
    call.answer()
    call.press(key)
    assert call.facts == facts


@pytest.mark.parametrize("words", ["yes", "Yes.", "Yes, please!", "YEAH", "sure", "of course"])
def test_a_spoken_yes_is_consent(words: str):
    call = Conversation()
    call.answer()
    call.say(words)
    assert call.facts == [ConsentGiven()]


@pytest.mark.parametrize(
    "words",
    [
        "Yes, you have reached the voicemail of Maria",
        "hello",
        "no",
        "yes no",
        "not yes",
        "please leave a message after the tone",
        "yesterday",
        "",
    ],
)
def test_anything_but_a_short_yes_is_no_consent(words: str):
    call = Conversation()
    call.answer()
    call.say(words)
    assert call.facts == []
    assert call.progress.phase is Phase.DOOR


@pytest.mark.parametrize("words", ["Stop calling me.", "don't call me again", "Don\u2019t call me again!", "stop"])
def test_opting_out_works_by_voice_too(words: str):
    call = Conversation()
    call.answer()
    call.say(words)
    assert call.facts == [OptedOut(), ConversationEnded(CallOutcome.OPTED_OUT)]


@pytest.mark.parametrize(
    ("answered_by", "outcome"),
    [
        (None, CallOutcome.NO_ANSWER),
        ("human", CallOutcome.NO_ANSWER),
        ("unknown", CallOutcome.NO_ANSWER),
        ("fax", CallOutcome.NO_ANSWER),
        ("machine_start", CallOutcome.VOICEMAIL),
        ("machine_end_beep", CallOutcome.VOICEMAIL),
    ],
)
def test_no_key_twice_ends_the_call_without_recording_anything(answered_by: str | None, outcome: CallOutcome):
    call = Conversation(available=Available(answered_by=answered_by))
    first = call.answer()
    again = call.silence()
    assert again.step == first.step
    last = call.silence()
    assert last.facts == (ConversationEnded(outcome, "no_key"),)
    assert isinstance(last.step.then, HangUp)
    assert "Warehouse" not in call.heard


def test_a_wrong_key_counts_like_silence_so_the_greeting_is_said_twice_at_most():
    call = Conversation()
    call.answer()
    call.press("5")
    assert call.progress.phase is Phase.DOOR
    call.press("7")
    assert call.facts == [ConversationEnded(CallOutcome.NO_ANSWER, "no_key")]


def test_a_voicemail_gets_one_message_per_interview():
    call = Conversation(available=Available(answered_by="machine_start"))
    call.answer()
    call.silence(2)
    assert "Northwind Logistics" in call.heard
    call.answer()
    call.silence(2)
    assert call.step.prompts == ()
    assert call.facts == [ConversationEnded(CallOutcome.VOICEMAIL, "no_key")] * 2


@pytest.mark.parametrize(
    ("key", "when"),
    [("1", Later.IN_15_MINUTES), ("2", Later.THIS_EVENING), ("3", Later.SAME_TIME_TOMORROW)],
)
def test_later(key: str, when: Later):
    call = Conversation()
    call.answer()
    call.press("2", key)
    assert call.facts == [CallbackRequested(when), ConversationEnded(CallOutcome.CALLBACK_REQUESTED, when.value)]
    assert call.progress.phase is not Phase.ENDED
    assert isinstance(call.step.then, HangUp)


def test_who_wants_to_be_called_later_and_does_not_say_when_is_called_tomorrow_and_told_so():
    call = Conversation()
    call.answer()
    call.press("2")
    call.silence()
    assert "press 1" in call.heard
    call.silence()
    assert call.facts[0] == CallbackRequested(Later.SAME_TIME_TOMORROW)
    assert "tomorrow" in call.heard


def test_later_after_a_wrong_key_says_so_and_asks_again():
    call = Conversation()
    call.answer()
    call.press("2", "8")
    assert "That key has no meaning here." in call.heard
    call.press("1")
    assert call.facts[0] == CallbackRequested(Later.IN_15_MINUTES)


@pytest.mark.parametrize("yes", ["1", "yes"])
def test_the_right_person_hears_the_keys_and_the_first_question(yes: str):
    call = Conversation()
    call.answer()
    call.press("1")
    assert "Maria Lopez" in call.heard
    turn = call.press("1") if yes == "1" else call.say("Yes, speaking.")
    assert turn.facts == (IdentityConfirmed(),)
    assert call.progress.identified
    assert "press pound" in call.heard and "press star" in call.heard and "press 0" in call.heard
    assert call.heard.endswith("Question 1 of 3. Tell me about a time when you had to calm somebody down.")
    assert isinstance(call.step.then, RecordUtterance)


@pytest.mark.parametrize("no", ["2", "no"])
def test_a_wrong_person_hears_an_apology_and_nothing_further(no: str):
    call = Conversation()
    call.answer()
    call.press("1")
    turn = call.press("2") if no == "2" else call.say("No, sorry.")
    assert turn.facts == (ConversationEnded(CallOutcome.DECLINED, "wrong_person"),)
    assert call.progress.phase is Phase.ENDED
    assert "sorry" in call.heard
    assert not any(word in call.heard for word in ("Maria", "Northwind", "Warehouse", "interview"))


def test_no_answer_to_the_identity_question_twice_interrupts():
    call = Conversation()
    call.answer()
    call.press("1")
    call.silence()
    assert call.progress.phase is Phase.IDENTITY
    turn = call.silence()
    assert turn.facts == (ConversationEnded(CallOutcome.INTERRUPTED, "no_identity"),)


def test_without_a_name_nobody_is_asked_for_it():
    call = Conversation(make_script(name=""))
    call.answer()
    turn = call.press("1")
    assert turn.facts == (ConsentGiven(),)
    assert call.progress.phase is Phase.ASKING


def test_an_interview_without_questions_ends_with_the_closing():
    call = Conversation(make_script(questions=()))
    call.answer()
    call.press("1", "1")
    assert call.facts[-1] == ConversationEnded(CallOutcome.COMPLETED)


def test_hanging_up_at_the_door_is_no_answer_and_after_it_an_interruption():
    call = Conversation()
    call.answer()
    assert call.hang_up().facts == (ConversationEnded(CallOutcome.NO_ANSWER, "hung_up_at_door"),)
    call.answer()
    call.press("1")
    assert call.hang_up().facts == (ConversationEnded(CallOutcome.INTERRUPTED, "hung_up"),)


def test_hanging_up_in_the_later_menu_still_asks_for_a_call_back():
    call = Conversation()
    call.answer()
    call.press("2")
    assert call.hang_up().facts == (
        CallbackRequested(Later.SAME_TIME_TOMORROW),
        ConversationEnded(CallOutcome.CALLBACK_REQUESTED, "same_time_tomorrow"),
    )

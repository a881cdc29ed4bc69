"""The code for calling in, the words around it in every language, and the gate of text messages."""

import dataclasses
import re

import pytest

from interview.call_in import CallIn, fits, pin_of, spoken_digits
from interview.gate import Allowed, GateReason, Refused
from interview.machine import Available
from interview.texting import may_text
from interview.wording import UnsupportedLanguage, supported_languages
from interview.wording.call_in import call_in_wording_for
from interview.wording.pace import speech_s
from tests.interview.conversation import Conversation, make_script
from tests.interview.test_gate import NOON, facts

LANGUAGES = (*supported_languages(), "pt-PT")
CALL_IN = CallIn("+14155550100", "012345")
JOB_WORDS = re.compile(r"interview|entretien|entrevista|gespräch|साक्षात्कार|面试", re.IGNORECASE)


def test_the_code_is_six_digits_its_interviews_own_and_always_the_same():
    codes = [pin_of("secret", f"interview-{number}") for number in range(500)]
    assert all(re.fullmatch(r"[0-9]{6}", code) for code in codes) and len(set(codes)) > 495
    assert pin_of("secret", "interview-1") == codes[1] != pin_of("another", "interview-1")


def test_a_code_fits_with_the_present_secret_and_the_one_before():
    assert fits(pin_of("old", "i"), ("new", "old"), "i") and fits(pin_of("new", "i"), ("new", "old"), "i")
    assert not fits(pin_of("older", "i"), ("new", "old"), "i") and not fits("", ("new",), "i")


def test_digits_are_spoken_one_by_one():
    assert spoken_digits("141555") == "1 4 1, 5 5 5"
    assert spoken_digits("+4930901820") == "4 9 3, 0 9 0, 1 8 2, 0"
    assert spoken_digits("+14155550100") == "1, 4 1 5, 5 5 5, 0 1 0 0"


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_words_are_there_and_name_what_they_must(language: str):
    words = call_in_wording_for(language)
    assert all(getattr(words, one.name).strip() for one in dataclasses.fields(words))
    for text in (words.invitation, words.missed_call, words.reminder):
        written = words.written(text, "Acme", CALL_IN)
        assert "Acme" in written and "+14155550100" in written and "012345" in written and "STOP" in written
        assert not JOB_WORDS.search(written), "a text is read by others too"
    assert "Acme" in words.opted_out.format(company="Acme") and "STOP" in words.help
    for text in (words.ask_pin, words.ask_pin_again, words.no_match, words.too_many, words.going_on):
        assert "{" not in text and not JOB_WORDS.search(text), "nobody learns who is known here"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_spoken_is_short(language: str):
    words = call_in_wording_for(language)
    spoken = (words.ask_pin, words.ask_pin_again, words.no_match, words.too_many, words.going_on, words.opted_out)
    assert all(speech_s(text, language) <= 22 for text in spoken)
    assert speech_s(words.left_on_voicemail("Acme", CALL_IN), language) <= 30


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_voicemail_is_told_how_to_call_back(language: str):
    script = dataclasses.replace(make_script(language=language), call_in=CALL_IN)
    call = Conversation(script, available=Available(answered_by="machine_start"))
    call.answer()
    call.silence(2)
    assert "Northwind Logistics" in call.heard and "0 1 2, 3 4 5" in call.heard
    assert "1, 4 1 5, 5 5 5, 0 1 0 0" in call.heard and not JOB_WORDS.search(call.heard)


def test_an_unknown_language_is_refused():
    with pytest.raises(UnsupportedLanguage):
        call_in_wording_for("tlh")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"whitelist": ()}, GateReason.NOT_WHITELISTED), ({"is_opted_out": True}, GateReason.OPTED_OUT),
        ({"has_consent": False}, GateReason.NO_CONSENT), ({"is_stopped": True}, GateReason.STOPPED),
        ({"now": NOON.replace(hour=3)}, GateReason.OUTSIDE_CALLING_HOURS),
    ],
)  # fmt: skip
def test_who_may_not_be_called_may_not_be_written_to(changes, reason):
    verdict = may_text(facts(**changes))
    assert isinstance(verdict, Refused) and verdict.reason is reason


@pytest.mark.parametrize(
    "changes",
    [
        {"calls_that_rang": 99}, {"active_calls": 99, "max_concurrent": 1}, {"calls_today": 10**6},
        {"calls_today_number": 99}, {"questions_approved": False},
    ],
)  # fmt: skip
def test_what_is_about_calls_only_does_not_count(changes):
    assert may_text(facts(**changes)) == Allowed()

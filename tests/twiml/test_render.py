"""Steps in, exact TwiML out; Twilio's rule stands above the test that is about it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from interview.events import CallAnswered, DigitsPressed, NoInput, UtteranceRecorded
from interview.machine import Available
from interview.script import Accommodations, Script
from interview.steps import GatherDigits, HangUp, HearUtterance, PauseThenAsk, Playback, Prompt, RecordUtterance, Step
from interview.wording import UnsupportedLanguage, supported_languages, wording_for
from ivr.callbacks import Callbacks
from ivr.twiml.render import apology, render
from ivr.twiml.voices import supported_voices, voice_for
from scripts.simulator.twiml_check import check_twiml
from tests.interview.conversation import Conversation, make_script

URLS = Callbacks("https://iv.example").for_turn("c1", 7)
SCRIPT = Script("Northwind", "Driver", "en-US", ())
RULES = json.loads(Path("scripts/simulator/contracts/twiml-voice.rules.json").read_text())["elements"]

_RETRIES = "#ct=2000&amp;rt=4000&amp;rc=3&amp;rp=5xx,ct,rt"
_ACTION = f"https://iv.example/webhooks/voice/turn/c1/7{_RETRIES}"
_NO_INPUT = f"https://iv.example/webhooks/voice/turn/c1/7?no_input=1{_RETRIES}"
_RECORDING = f"https://iv.example/webhooks/voice/recording/c1/7{_RETRIES}"
_SAY = '<Say language="en-US" voice="Polly.Joanna-Neural">'
_REDIRECT = f'<Redirect method="POST">{_NO_INPUT}</Redirect>'


def keys(timeout_s: int) -> str:
    return f'<Gather action="{_ACTION}" finishOnKey="" input="dtmf" method="POST" numDigits="1" timeout="{timeout_s}"'


def document(body: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><Response>{body}</Response>'


def check(step: Step, body: str, script: Script = SCRIPT) -> None:
    text = render(step, script, URLS)
    assert text == document(body)
    assert check_twiml(text) == []


# "If no input is received before timeout, <Gather> falls through to the next verb in the TwiML document."
# "if the caller enters the 'finishOnKey' value before entering any other digits, Twilio will not make a request to the
# 'action' URL": hence finishOnKey="". https://www.twilio.com/docs/voice/twiml/gather
#
# "if Twilio receives an empty recording, it will not make a request to the 'action' URL. The current call flow will
# continue with the next verb in the current TwiML document": hence the Redirect.
# https://www.twilio.com/docs/voice/twiml/record
def test_a_question_is_spoken_where_keys_work_then_recorded():
    check(
        Step((Prompt("Question 1 of 2. Why?"),), RecordUtterance(max_length_s=120, silence_s=8)),
        f"{keys(1)}>{_SAY}Question 1 of 2. Why?</Say></Gather>"
        f'<Record action="{_ACTION}" finishOnKey="#*0" maxLength="120" method="POST" playBeep="true" '
        f'recordingStatusCallback="{_RECORDING}" recordingStatusCallbackEvent="completed" '
        'recordingStatusCallbackMethod="POST" timeout="8" trim="do-not-trim" />' + _REDIRECT,
    )


def test_without_prompts_the_beep_comes_at_once_and_there_is_nothing_to_wait_for():
    check(
        Step((), RecordUtterance(max_length_s=60)),
        f'<Record action="{_ACTION}" finishOnKey="#*0" maxLength="60" method="POST" playBeep="true" '
        f'recordingStatusCallback="{_RECORDING}" recordingStatusCallbackEvent="completed" '
        'recordingStatusCallbackMethod="POST" timeout="5" trim="do-not-trim" />' + _REDIRECT,
    )


def test_keys_alone():
    check(
        Step((Prompt("Press 1."), Prompt("Press 2.", pause_s=2)), GatherDigits(timeout_s=6)),
        f'{keys(6)}>{_SAY}Press 1.</Say>{_SAY}Press 2.</Say><Pause length="2" /></Gather>{_REDIRECT}',
    )


# "hints: words, phrases that have many words", "speechTimeout: positive integer or auto".
# https://www.twilio.com/docs/voice/twiml/gather
def test_where_speech_is_expected_only_the_last_prompt_can_be_talked_over():
    check(
        Step((Prompt("This is recorded."), Prompt("Press 1.")), GatherDigits(timeout_s=5, speech_hints="yes, no")),
        f"{keys(1)}>{_SAY}This is recorded.</Say></Gather>"
        f'<Gather action="{_ACTION}" finishOnKey="" hints="yes, no" input="dtmf speech" language="en-US" '
        f'method="POST" numDigits="1" speechTimeout="auto" timeout="5">{_SAY}Press 1.</Say></Gather>' + _REDIRECT,
    )


def test_one_prompt_with_speech_needs_one_gather():
    check(
        Step((Prompt("Is it you?"),), GatherDigits(timeout_s=5, speech_hints="yes, no")),
        f'<Gather action="{_ACTION}" finishOnKey="" hints="yes, no" input="dtmf speech" language="en-US" '
        f'method="POST" numDigits="1" speechTimeout="auto" timeout="5">{_SAY}Is it you?</Say></Gather>' + _REDIRECT,
    )


def test_a_pause_comes_back_to_the_same_turn():
    check(
        Step((Prompt("One minute."),), PauseThenAsk(60)),
        f'{_SAY}One minute.</Say><Pause length="60" />{_REDIRECT}',
    )


# Free speech: words are not blanked out, and no sound cuts off what comes before the question.
def test_an_answer_that_is_heard_and_not_recorded():
    heard = (
        f'<Gather action="{_ACTION}" finishOnKey="" input="dtmf speech" language="en-US" method="POST" numDigits="1" '
        'profanityFilter="false" speechTimeout="3" timeout="5">'
    )
    check(
        Step((Prompt("Here is the question again."), Prompt("Why?")), HearUtterance(timeout_s=5, silence_s=3)),
        f"{keys(1)}>{_SAY}Here is the question again.</Say></Gather>{heard}{_SAY}Why?</Say></Gather>{_REDIRECT}",
    )
    check(Step((), HearUtterance(timeout_s=5, silence_s=3)), f"{heard[:-1]} />{_REDIRECT}")


def test_no_pause_at_all_comes_back_at_once():
    check(Step((Prompt("A moment."),), PauseThenAsk(0)), f"{_SAY}A moment.</Say>{_REDIRECT}")


# <Play> is among the children of <Gather>: https://www.twilio.com/docs/voice/twiml/gather
def test_a_recording_is_played_where_keys_are_listened_for():
    step = Step((Prompt("This is it."),), GatherDigits(timeout_s=1), playback=Playback("r1"))
    urls = Callbacks("https://iv.example/").for_turn("c1", 7, "signed")
    played = "<Play>https://iv.example/playback/practice/signed</Play>"
    body = f"{keys(1)}>{_SAY}This is it.</Say>{played}</Gather>{_REDIRECT}"
    assert render(step, SCRIPT, urls) == document(body) and check_twiml(document(body)) == []


def test_goodbye():
    check(Step((Prompt("Goodbye."),), HangUp()), f"{_SAY}Goodbye.</Say><Hangup />")
    check(Step((), HangUp()), "<Hangup />")


# <prosody> is among the children of <Say>: https://www.twilio.com/docs/voice/twiml/say/text-speech
@pytest.mark.parametrize(
    ("voice", "inside"),
    [
        (None, '<prosody rate="slow">Why?</prosody>'),
        ("Google.en-US-Neural2-F", '<prosody rate="slow">Why?</prosody>'),
        ("Google.en-US-Chirp3-HD-Kore", "Why?"),
        ("alice", "Why?"),
    ],
)
def test_slowly(voice: str | None, inside: str):
    name = voice or "Polly.Joanna-Neural"
    check(
        Step((Prompt("Why?", rate="slow"),), HangUp()),
        f'<Say language="en-US" voice="{name}">{inside}</Say><Hangup />',
        Script("Northwind", "Driver", "en-US", (), voice=voice),
    )


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("Bell & Sons <Ltd>", "Bell &amp; Sons &lt;Ltd&gt;"),
        ("</Say><Dial>+15550001</Dial>", "&lt;/Say&gt;&lt;Dial&gt;+15550001&lt;/Dial&gt;"),
        ("nul\x00 bell\x07 half\ud83d end\ufffe", "nul  bell  half  end "),
        ("Müller, 面试, साक्षात्कार 🙂", "Müller, 面试, साक्षात्कार 🙂"),
    ],
)
def test_whatever_people_wrote_is_spoken_and_never_markup(written: str, spoken: str):
    check(Step((Prompt(written),), HangUp()), f"{_SAY}{spoken}</Say><Hangup />")


# A TwiML document may not be larger than 64 KB: https://www.twilio.com/docs/api/errors/11750
def test_a_question_as_long_as_any_we_take_stays_far_below_64_kb():
    step = Step((Prompt("面" * 4000), Prompt("&" * 2000)), RecordUtterance(max_length_s=180))
    assert check_twiml(render(step, SCRIPT, URLS)) == []


@pytest.mark.parametrize("language", ["en-US", "en-GB", "en", "fr-FR", "xx-YY", "", "<x>"])
def test_the_apology_is_spoken_in_any_case(language: str):
    text = apology(language)
    assert text.endswith("</Say><Hangup /></Response>")
    assert check_twiml(text) == []


def test_an_unknown_language_has_no_voice():
    with pytest.raises(UnsupportedLanguage):
        voice_for("tlh")


def test_all_voices_are_twilios():
    say, gather = RULES["Say"]["attributes"], RULES["Gather"]["attributes"]
    for voice in supported_voices():
        assert voice.name in say["voice"]["enum"]
        assert voice.say_language in say["language"]["enum"]
        assert voice.gather_language in gather["language"]["enum"]


@pytest.mark.parametrize("language", supported_languages())
def test_every_language_that_has_words_has_a_voice(language: str):
    assert voice_for(language).say_language.partition("-")[0] in {language, "cmn" if language == "zh" else language}


@pytest.mark.parametrize(
    ("tag", "name"),
    [
        ("en-GB", "Polly.Amy-Neural"),
        ("en_gb", "Polly.Amy-Neural"),
        ("en-KE", "Polly.Joanna-Neural"),
        ("es-AR", "Polly.Lupe-Neural"),
        ("es-419", "Polly.Lupe-Neural"),
        ("es", "Polly.Lucia-Neural"),
        ("pt", "Polly.Camila-Neural"),
        ("pt-PT", "Polly.Ines-Neural"),
        ("de-CH", "Polly.Vicki-Neural"),
        ("zh-TW", "Polly.Zhiyu-Neural"),
        ("cmn-CN", "Polly.Zhiyu-Neural"),
        ("en", "Polly.Joanna-Neural"),
    ],
)
def test_a_region_without_a_voice_of_its_own_sounds_like_its_language(tag: str, name: str):
    assert voice_for(tag).name == name


@pytest.mark.parametrize("language", supported_languages())
@pytest.mark.parametrize("accommodations", [Accommodations(), Accommodations(True, True, True)])
def test_a_whole_call_in_every_language_is_twiml_that_twilio_takes(language: str, accommodations: Accommodations):
    call = Conversation(make_script(knockouts=1, language=language, accommodations=accommodations))
    hungry = Available(answered_by="machine_start")
    for event in (
        CallAnswered(), DigitsPressed("2"), DigitsPressed("8"), NoInput(),  # later
        CallAnswered(), NoInput(), DigitsPressed("1"), DigitsPressed("1"), DigitsPressed("7"), DigitsPressed("2"),
        UtteranceRecorded("RE1", 180.0), NoInput(), NoInput(), DigitsPressed("1"), DigitsPressed("0"),
        DigitsPressed("4"), NoInput(), UtteranceRecorded("RE2", 9.0, "*"), UtteranceRecorded("RE3", 9.0, "0"),
        DigitsPressed("2"), UtteranceRecorded("RE4", 9.0, "0"), DigitsPressed("2"), DigitsPressed("1"),
        DigitsPressed("#"), DigitsPressed("0"), DigitsPressed("3"), DigitsPressed("0"), DigitsPressed("3"),
    ):  # fmt: skip
        call.hear(event)
        text = render(call.step, call.script, URLS)
        assert check_twiml(text) == []
        voice = voice_for(language)
        assert text.count("<Say ") == text.count(f'<Say language="{voice.say_language}" voice="{voice.name}"')
    assert call.heard.endswith(wording_for(language).closing("Northwind Logistics"))
    call = Conversation(make_script(language=language), hungry)
    call.answer()
    call.silence(2)
    assert check_twiml(render(call.step, call.script, URLS)) == []


def test_rendering_does_not_import_twilios_rest_client():
    program = "import sys, ivr.twiml.render; print(*sorted(m for m in sys.modules if m.startswith('twilio')))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    # what is spoken, and what is written to a phone; nothing that reaches out
    assert set(done.stdout.split()) <= {
        "twilio", "twilio.twiml", "twilio.twiml.voice_response", "twilio.twiml.messaging_response",
    }  # fmt: skip

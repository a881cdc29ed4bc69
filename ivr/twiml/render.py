"""A step of the conversation becomes TwiML: pure, from values to text."""

from xml.etree import ElementTree

from twilio.twiml import TwiML
from twilio.twiml.messaging_response import MessagingResponse
from twilio.twiml.voice_response import VoiceResponse

from interview.script import Script
from interview.steps import GatherDigits, HangUp, HearUtterance, PauseThenAsk, Prompt, RecordUtterance, Step
from interview.wording import UnsupportedLanguage, wording_for
from ivr.callbacks import TurnUrls
from ivr.twiml import verbs
from ivr.twiml.voices import Voice, voice_for

# After the prompts a key may still come for this long; the shortest that Gather takes.
_KEY_GRACE_S = 1
_LAST_RESORT = "en-US"


def render(step: Step, script: Script, urls: TurnUrls) -> str:
    """The document for a step; every listen is followed by a Redirect, so that silence comes back to the same turn.

    Raises:
        UnsupportedLanguage: no voice speaks the script's language.
    """
    voice = voice_for(script.language, script.voice)
    response = VoiceResponse()
    match step.then:
        case RecordUtterance() as record:
            # Without a prompt the beep is due at once: an empty Gather would only hold it up.
            if step.prompts:
                _say_all(verbs.gather_keys(response, urls, _KEY_GRACE_S), step.prompts, voice)
            verbs.record(response, urls, record.max_length_s, record.silence_s, record.finish_keys)
            verbs.redirect(response, urls.no_input)
        case HearUtterance(timeout_s=timeout_s, silence_s=silence_s):
            _say_before_listening(response, step.prompts, voice, urls)
            listening = verbs.gather_utterance(response, urls, timeout_s, silence_s, voice)
            _say_all(listening, step.prompts[-1:], voice)
            verbs.redirect(response, urls.no_input)
        case GatherDigits() as keys:
            _gather(response, step.prompts, keys, voice, urls)
            verbs.redirect(response, urls.no_input)
        case PauseThenAsk(pause_s=pause_s):
            _say_all(response, step.prompts, voice)
            if pause_s:
                verbs.pause(response, pause_s)
            verbs.redirect(response, urls.no_input)
        case HangUp():
            _say_all(response, step.prompts, voice)
            verbs.hangup(response)
    return _document(response)


def apology(language: str) -> str:
    """The document for a fault of ours: an apology and a goodbye. An unknown language hears English."""
    try:
        text, voice = wording_for(language).apology, voice_for(language)
    except UnsupportedLanguage:
        text, voice = wording_for(_LAST_RESORT).apology, voice_for(_LAST_RESORT)
    response = VoiceResponse()
    verbs.say(response, Prompt(text), voice)
    verbs.hangup(response)
    return _document(response)


def _document(response: VoiceResponse) -> str:
    """The library's elements as text: its own way there encodes and decodes each piece, for a third of the time."""
    return f'<?xml version="1.0" encoding="UTF-8"?>{ElementTree.tostring(response.xml(), encoding="unicode")}'


def reply_text(text: str | None) -> str:
    """The document that answers a text message: with a message of ours, or with none."""
    response = MessagingResponse()
    if text is not None:
        response.message(text)
    return str(response)


def _gather(
    response: VoiceResponse, prompts: tuple[Prompt, ...], keys: GatherDigits, voice: Voice, urls: TurnUrls
) -> None:
    """Keys interrupt all prompts, a voice only the last one."""
    if not keys.speech_hints:
        listening = verbs.gather_keys(response, urls, keys.timeout_s, keys.num_digits)
        _say_all(listening, prompts, voice)
        if urls.playback:
            verbs.play(listening, urls.playback)
        return
    _say_before_listening(response, prompts, voice, urls)
    listening = verbs.gather_keys_or_speech(
        response, urls, keys.timeout_s, keys.num_digits, keys.speech_hints, voice
    )
    _say_all(listening, prompts[-1:], voice)


def _say_before_listening(response: VoiceResponse, prompts: tuple[Prompt, ...], voice: Voice, urls: TurnUrls) -> None:
    """All prompts but the last, spoken while only keys are listened for.

    People say hello, or "yes?", when they pick up: that must neither cut the disclosure short nor count as consent to
    it, and no sound in the room may cut off what comes before a question.
    """
    if prompts[:-1]:
        _say_all(verbs.gather_keys(response, urls, _KEY_GRACE_S), prompts[:-1], voice)


def _say_all(parent: TwiML, prompts: tuple[Prompt, ...], voice: Voice) -> None:
    for prompt in prompts:
        verbs.say(parent, prompt, voice)

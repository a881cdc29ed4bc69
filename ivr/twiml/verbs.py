"""One function per TwiML verb, over Twilio's own library; each adds its element to the parent."""

import re

from twilio.twiml import TwiML
from twilio.twiml.voice_response import Gather, Hangup, Pause, Play, Record, Redirect, Say

from interview.steps import Prompt
from ivr.callbacks import TurnUrls
from ivr.twiml.voices import Voice

# Characters that XML 1.0 cannot hold, escaped or not: https://www.w3.org/TR/xml/#charsets
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def say(parent: TwiML, prompt: Prompt, voice: Voice) -> None:
    """Speak the prompt and stay silent for its ``pause_s``."""
    text = _NOT_XML.sub(" ", prompt.text)
    slow = prompt.rate == "slow" and voice.takes_prosody
    spoken = Say("" if slow else text, voice=voice.name, language=voice.say_language)
    if slow:
        spoken.prosody(text, rate="slow")
    parent.append(spoken)
    if prompt.pause_s:
        pause(parent, prompt.pause_s)


def play(parent: TwiML, url: str) -> None:
    """Play the audio at this address."""
    parent.append(Play(url))


def pause(parent: TwiML, length_s: int) -> None:
    """Stay silent."""
    parent.append(Pause(length=length_s))


def gather_keys(parent: TwiML, urls: TurnUrls, timeout_s: int, num_digits: int = 1) -> TwiML:
    """Listen for keys only."""
    # Twilio: "if the caller enters the 'finishOnKey' value before entering any other digits, Twilio will not make a
    # request to the 'action' URL". The default is #, so without finishOnKey="" we would never hear of a #.
    # https://www.twilio.com/docs/voice/twiml/gather
    gather = Gather(
        input="dtmf", num_digits=num_digits, finish_on_key="", timeout=timeout_s, action=urls.action, method="POST"
    )
    parent.append(gather)
    return gather


def gather_keys_or_speech(
    parent: TwiML, urls: TurnUrls, timeout_s: int, num_digits: int, hints: str, voice: Voice
) -> TwiML:
    """Listen for keys and for a few expected words."""
    gather = Gather(
        input="dtmf speech",
        num_digits=num_digits,
        finish_on_key="",
        timeout=timeout_s,
        speech_timeout="auto",
        language=voice.gather_language,
        hints=hints,
        action=urls.action,
        method="POST",
    )
    parent.append(gather)
    return gather


def gather_utterance(parent: TwiML, urls: TurnUrls, timeout_s: int, silence_s: int, voice: Voice) -> TwiML:
    """Listen for free speech, and for one key.

    Words are wanted as they were said, so nothing is blanked out. No speechModel is named: Twilio then takes one that
    knows the language, and another when its provider is away. https://www.twilio.com/docs/voice/twiml/gather
    """
    gather = Gather(
        input="dtmf speech",
        num_digits=1,
        finish_on_key="",
        timeout=timeout_s,
        speech_timeout=str(silence_s),
        language=voice.gather_language,
        profanity_filter=False,
        action=urls.action,
        method="POST",
    )
    parent.append(gather)
    return gather


def record(parent: TwiML, urls: TurnUrls, max_length_s: int, silence_s: int, finish_keys: str) -> None:
    """Beep and record; the audio is kept as it was said, with the silence before the first word."""
    parent.append(
        Record(
            max_length=max_length_s,
            timeout=silence_s,
            finish_on_key=finish_keys,
            play_beep=True,
            trim="do-not-trim",
            action=urls.action,
            method="POST",
            recording_status_callback=urls.recording,
            recording_status_callback_event="completed",
            recording_status_callback_method="POST",
        )
    )


def redirect(parent: TwiML, url: str) -> None:
    """Ask for another document."""
    parent.append(Redirect(url, method="POST"))


def hangup(parent: TwiML) -> None:
    """End the call."""
    parent.append(Hangup())

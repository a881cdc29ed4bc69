"""What becomes of a person's reaction under the rules of Record and Gather; pure functions over numbers and keys."""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree import ElementTree

from ..audio import Utterance, speaking_time_s
from .people import SILENCE, Reaction

# https://www.twilio.com/docs/voice/twiml/record#attributes: defaults of the verb's attributes
RECORD_TIMEOUT_S = 5
RECORD_MAX_LENGTH_S = 3600
RECORD_FINISH_KEYS = "1234567890*#"
# https://www.twilio.com/docs/voice/twiml/gather#attributes
GATHER_TIMEOUT_S = 5
GATHER_FINISH_KEY = "#"
MAX_SPEECH_S = 60


@dataclass(frozen=True, slots=True)
class RecordPlan:
    """How a Record verb will end: the sound, the key that ended it, or that the person hangs up."""

    utterance: Utterance
    digits: str | None = None
    hangs_up: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing was said and no key was pressed, which Twilio takes for an empty recording."""
        return not self.utterance.words and self.digits is None

    def cut(self, seconds: float) -> RecordPlan:
        """The same recording, broken off by the end of the call after ``seconds``."""
        return RecordPlan(self.utterance.cut(seconds), hangs_up=True)


def plan_record(verb: ElementTree.Element, reaction: Reaction | None, language: str) -> RecordPlan:
    """How the verb ends when the person reacts so; silence lasts until the verb's timeout.

    https://www.twilio.com/docs/voice/twiml/record
    """
    reaction = reaction or SILENCE
    timeout_s = integer(verb, "timeout", RECORD_TIMEOUT_S)
    max_length_s = integer(verb, "maxLength", RECORD_MAX_LENGTH_S)
    keys = verb.get("finishOnKey", RECORD_FINISH_KEYS)
    silence = RecordPlan(Utterance("", 0.0, lead_s=float(min(timeout_s, max_length_s))))
    if reaction.hang_up:
        return RecordPlan(Utterance("", 0.0, lead_s=min(reaction.wait_s, silence.utterance.lead_s)), hangs_up=True)
    if reaction.press is not None:
        key = next((key for key in reaction.press if key in keys), None)
        if key is None or reaction.wait_s >= silence.utterance.lead_s:
            return silence
        return RecordPlan(Utterance("", 0.0, lead_s=max(0.2, reaction.wait_s)), digits=key)
    if reaction.say is None or not reaction.say.strip() or reaction.lead_silence_s >= timeout_s:
        if reaction.no_audio:
            # without any received audio Twilio's silence timer does not run: only maxLength ends such a recording
            return RecordPlan(Utterance("", 0.0, lead_s=float(max_length_s)))
        return silence
    return _plan_speech(reaction, timeout_s, max_length_s, keys, language)


def _plan_speech(reaction: Reaction, timeout_s: int, max_length_s: int, keys: str, language: str) -> RecordPlan:
    words = " ".join((reaction.say or "").split())
    lead_s = reaction.lead_silence_s
    speech_s = reaction.seconds if reaction.seconds is not None else max(0.4, speaking_time_s(words))
    digits, hangs_up, trail_s = None, False, 0.3
    match reaction.end_with:
        case "hang_up":
            hangs_up = True
        case "max_length":
            speech_s, trail_s = max(speech_s, max_length_s - lead_s), 0.0
        case key if key in keys and key != "silence":
            digits = key
        case _:
            # silence, or a key that this Record does not listen to
            trail_s = float(timeout_s)
    utterance = Utterance(words, speech_s, lead_s=lead_s, trail_s=trail_s, language=reaction.language or language)
    if utterance.duration_s > max_length_s:
        return RecordPlan(utterance.cut(float(max_length_s)))
    return RecordPlan(utterance, digits=digits, hangs_up=hangs_up)


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys as a Gather reads them: the digits, the key that finished them, and whether it waits for more."""

    digits: str
    finished_on: str = ""
    waits: bool = False


def read_keys(verb: ElementTree.Element, pressed: str) -> Keys:
    """The first digits up to ``numDigits`` or the finish key; later keys are lost with the verb.

    With ``finishOnKey=""`` every key is a digit. https://www.twilio.com/docs/voice/twiml/gather#finishonkey
    """
    finish = verb.get("finishOnKey", GATHER_FINISH_KEY)
    limit = integer(verb, "numDigits", 0)
    digits = ""
    for key in pressed:
        if finish and key in finish:
            return Keys(digits, finished_on=key)
        digits += key
        if limit and len(digits) >= limit:
            return Keys(digits)
    return Keys(digits, waits=True)


def inputs(verb: ElementTree.Element) -> frozenset[str]:
    """What a Gather listens to: dtmf (its default), speech, or both."""
    return frozenset(verb.get("input", "dtmf").split())


def integer(verb: ElementTree.Element, name: str, otherwise: int) -> int:
    """A whole-number attribute; the default when it is missing or no such number."""
    value = verb.get(name, "")
    return int(value) if value.isdigit() else otherwise


def flag(verb: ElementTree.Element, name: str, otherwise: bool) -> bool:
    """A true/false attribute."""
    return verb.get(name, str(otherwise).lower()) == "true"

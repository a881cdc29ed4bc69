"""What we say, and then listen for: the machine's output before it becomes TwiML."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Prompt:
    """Words we speak; ``rate`` is "slow" when they are repeated more slowly, ``pause_s`` silence after them."""

    text: str
    rate: str = "normal"
    pause_s: int = 0


@dataclass(frozen=True, slots=True)
class GatherDigits:
    """Say the prompts inside a Gather so that a key interrupts them, then wait ``timeout_s`` for one key."""

    timeout_s: int = 5
    num_digits: int = 1
    speech_hints: str = ""


@dataclass(frozen=True, slots=True)
class RecordUtterance:
    """Say the prompts inside a one-digit Gather (keys work at once), then beep and record.

    ``silence_s`` of silence ends the utterance, so does any of ``finish_keys``; ``max_length_s`` is the limit.
    """

    max_length_s: int
    silence_s: int = 5
    finish_keys: str = "#*0"


@dataclass(frozen=True, slots=True)
class HearUtterance:
    """Say the prompts and let the carrier's speech recognition hear an utterance, or a piece of it; keys work as well.

    ``timeout_s`` is the wait for the first word, ``silence_s`` the silence that ends the piece.
    """

    timeout_s: int
    silence_s: int


@dataclass(frozen=True, slots=True)
class PauseThenAsk:
    """Say the prompts, stay silent for ``pause_s`` seconds (0 is not at all), then ask for the same turn again."""

    pause_s: int


@dataclass(frozen=True, slots=True)
class HangUp:
    """Say the prompts and end the call."""


Then = GatherDigits | RecordUtterance | HearUtterance | PauseThenAsk | HangUp


@dataclass(frozen=True, slots=True)
class Playback:
    """A recording of ours that is played after the prompts; where from is the door's to say."""

    recording_id: str


@dataclass(frozen=True, slots=True)
class Step:
    """One document for the carrier: ``prompts`` are spoken in the script's language and voice, then comes ``then``."""

    prompts: tuple[Prompt, ...]
    then: Then
    playback: Playback | None = None

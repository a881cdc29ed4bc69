"""What the telephone tells us, in words of our own."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CallAnswered:
    """Somebody or something picked up; the first document of the call is asked for."""


@dataclass(frozen=True, slots=True)
class DigitsPressed:
    """Keys pressed while we listened for keys; ``speech`` holds words instead when they were spoken."""

    digits: str
    speech: str = ""


@dataclass(frozen=True, slots=True)
class UtteranceRecorded:
    """An utterance ended: by the key "#", "*" or "0", by "hangup", or by a pause or the limit ("" in ``ended_by``)."""

    recording_sid: str
    duration_s: float
    ended_by: str = ""


@dataclass(frozen=True, slots=True)
class WordsHeard:
    """The carrier's own speech recognition made out a piece of an answer, of which no audio is kept.

    ``utterance_id`` names the piece, ``duration_s`` is how long it takes to say, estimated from its words.
    """

    utterance_id: str
    duration_s: float


@dataclass(frozen=True, slots=True)
class NoInput:
    """We listened and heard neither key nor voice."""


@dataclass(frozen=True, slots=True)
class CallEnded:
    """The line is gone, whoever ended it."""


Event = CallAnswered | DigitsPressed | UtteranceRecorded | WordsHeard | NoInput | CallEnded

"""What picks up in somebody's place: an answering machine with its beep, or an assistant that screens calls.

An assistant picks up without ringing through, asks who is calling and why, and shows the person what it heard, who
takes the call or does not: https://support.aircall.io/en-gb/articles/30727075383837. Twilio's detection has no word of
its own for it: https://www.twilio.com/docs/voice/answering-machine-detection#answeredby.
"""

from __future__ import annotations

from xml.etree import ElementTree

from ..audio import WORDS_PER_MINUTE
from .listening import inputs
from .people import Person, Reaction
from .records import Call

ANSWERING_MACHINE, ASSISTANT = "voicemail", "screening"
ASSISTANT_SAYS = ("Hello. I look after this telephone. Who is calling, please, and what is it about?",)


class Machine:
    """The machine of one call; ``pickup`` tells which it is, if it is one at all."""

    def __init__(self, call: Call, person: Person, pickup: str) -> None:
        self._call = call
        self._person = person
        self._pickup = pickup
        self._lines = list(person.says or (ASSISTANT_SAYS if pickup == ASSISTANT else ()))
        if pickup == ANSWERING_MACHINE:
            call.tape = []

    @property
    def listens(self) -> bool:
        """Whether a machine is on the line now; an assistant may have handed the telephone over."""
        if self._pickup == ASSISTANT:
            joins_after_s = self._person.joins_after_s
            return joins_after_s is None or self._call.line_s < joins_after_s
        return self._pickup == ANSWERING_MACHINE

    def hear(self, text: str) -> None:
        """Put on the tape what is said after the beep; of words that began before it, the rest."""
        if self._call.tape is None:
            return
        before_beep_s = max(0.0, self._person.greeting_s - self._call.line_s)
        words = text.split()[int(before_beep_s * WORDS_PER_MINUTE / 60) :]
        if words:
            self._call.tape.append(" ".join(words))

    def react(self, gather: ElementTree.Element) -> Reaction | None:
        """Its next line goes to whatever listens to speech; an assistant that got nobody to the telephone hangs up."""
        if self._lines and "speech" in inputs(gather):
            return Reaction(say=self._lines.pop(0), lead_silence_s=0.0, wait_s=0.0, end_with="silence")
        if self._pickup == ASSISTANT and self._call.line_s >= self._person.hangs_up_after_s:
            return Reaction(hang_up=True, wait_s=0.0)
        return None

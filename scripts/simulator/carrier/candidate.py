"""The person on the line during one call: what they have heard since their last turn, and what they do about it."""

from __future__ import annotations

import time
from typing import Any
from xml.etree import ElementTree

from .clock import LineClock
from .exchange import Exchange
from .listening import GATHER_FINISH_KEY, RECORD_FINISH_KEYS, RECORD_MAX_LENGTH_S, inputs, integer
from .machines import Machine
from .people import SILENCE, Person, Reaction
from .records import Call


class Candidate:
    """Answers Gathers and Records by the person's rules, or by what a live candidate does.

    A reaction that a Gather cannot take (words for keys, or silence) is held for the Record of the same document.
    """

    def __init__(self, exchange: Exchange, call: Call, person: Person | None, clock: LineClock) -> None:
        self._exchange = exchange
        self._call = call
        self._person = person or Person(pickup="no_answer")
        self._clock = clock
        self.pickup, self._rules = self._person.next_call()
        self.ring_s = self._person.ring_s
        self.answered_by = self._person.answered_by
        self._machine = Machine(call, self._person, self.pickup)
        self.posts_empty_recordings = self._person.empty_record == "post_zero"
        self.language = "en"
        self._heard: list[str] = []
        self._held: Reaction | None = None
        self._rest: Reaction | None = None

    @property
    def is_machine(self) -> bool:
        """Whether a machine is on the line instead of the person, who then hears nothing."""
        return self._machine.listens

    def hear(self, text: str, verb: str, language: str | None, voice: str | None, **more: object) -> None:
        """Take in what is said or played, and write it down."""
        self.language = language or self.language
        self._machine.hear(text)
        if not self.is_machine:
            self._heard.append(text)
        entry = {"at": time.time(), "line_s": round(self._call.line_s, 2), "verb": verb, "text": text, **more}
        self._call.heard.append({**entry, "language": language, "voice": voice})
        self._tell("heard", text=text, language=language, voice=voice)

    def end_turn(self) -> None:
        """Forget what was heard: the next words belong to another turn."""
        self._heard.clear()
        self._held = None

    def react_while_prompted(self, gather: ElementTree.Element) -> Reaction | None:
        """What cuts the prompts short; defaults and live candidates let them finish."""
        if self._rest is not None and _can_answer(self._rest, gather):
            return self._take_rest()
        if self.is_machine or self._person.interactive or self._held is not None:
            return None  # a machine waits for its turn
        return self._or_hold(self._person.choose(self._rules, "gather", self._heard_text()), gather)

    def react_after_prompts(self, gather: ElementTree.Element, next_tag: str) -> Reaction | None:
        """What is done once the prompts of a Gather are over; None for silence. ``next_tag`` is the verb after it."""
        if self._rest is not None and _can_answer(self._rest, gather):
            return self._take_rest()
        if self._held is not None and self._held.say is not None and _can_answer(self._held, gather):
            held, self._held = self._held, None
            return held
        if self.is_machine:
            return self._machine.react(gather)
        if self._held is not None:
            return None
        if self._person.interactive:
            if next_tag == "Gather":
                return None  # the words go on at once: a live candidate hears them out
            waiting = {
                "for": "gather",
                "input": " ".join(sorted(inputs(gather))),
                "num_digits": integer(gather, "numDigits", 0) or None,
                "finish_on_key": gather.get("finishOnKey", GATHER_FINISH_KEY),
                "record_follows": next_tag == "Record",
            }
            return self._or_hold(self._ask_live(waiting), gather)
        rule = self._person.choose(self._rules, "gather", self._heard_text())
        default = self._person.default
        if rule is None and default is not None:
            return default if default.on in (None, "gather") and _can_answer(default, gather) else None
        return self._or_hold(rule, gather)

    def react_to_record(self, record: ElementTree.Element) -> Reaction:
        """What is done after the beep of a Record."""
        if self.is_machine:
            reaction = SILENCE
        elif self._held is not None:
            reaction = self._held
        elif self._person.interactive:
            waiting = {
                "for": "record",
                "finish_on_key": record.get("finishOnKey", RECORD_FINISH_KEYS),
                "max_length_s": integer(record, "maxLength", RECORD_MAX_LENGTH_S),
            }
            reaction = self._ask_live(waiting) or SILENCE
        else:
            default = self._person.default
            usable = default if default is not None and default.on in (None, "record") else None
            reaction = self._person.choose(self._rules, "record", self._heard_text()) or usable or SILENCE
        if reaction is not self._held or reaction.kind != "silent":
            self.perform(reaction)  # a silence that began in the Gather is noted already
        return reaction

    def goes_on_saying(self, words: str) -> None:
        """The carrier stopped listening in the middle of these: they are said to whatever listens next."""
        self._rest = Reaction(say=words, lead_silence_s=0.0, wait_s=0.0, end_with="silence")

    def _take_rest(self) -> Reaction | None:
        rest, self._rest = self._rest, None
        return rest

    def perform(self, reaction: Reaction) -> None:
        """Count and write down that a reaction takes place."""
        self._person.count(reaction)
        entry: dict[str, Any] = {
            "kind": reaction.kind,
            "line_s": round(self._call.line_s, 2),
            "heard": self._heard_text()[-200:],
        }
        if reaction.press is not None:
            entry["press"] = reaction.press
        if reaction.say is not None:
            entry["say"] = reaction.say
        self._call.reactions.append(entry)
        self._tell("reaction", **{key: value for key, value in entry.items() if key in ("press", "say")})

    def _or_hold(self, rule: Reaction | None, gather: ElementTree.Element) -> Reaction | None:
        if rule is None or _can_answer(rule, gather):
            return rule
        self._held = rule
        if rule.kind == "silent":
            self.perform(rule)
        return None

    def _ask_live(self, waiting: dict[str, Any]) -> Reaction | None:
        action = self._exchange.wait_for_action(self._call, waiting, self._person.patience_s)
        self._clock.wait(0.0)
        return action

    def _heard_text(self) -> str:
        return " ".join(self._heard)

    def _tell(self, kind: str, **details: Any) -> None:
        self._exchange.tell(self._call.person, kind, call_sid=self._call.sid, **details)


def _can_answer(rule: Reaction, gather: ElementTree.Element) -> bool:
    if rule.press is not None:
        return "dtmf" in inputs(gather)
    return rule.hang_up or (rule.say is not None and "speech" in inputs(gather))

"""The simulated people who pick up: what each does when the telephone rings and when certain words are heard."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

PICKUPS = ("answer", "busy", "no_answer", "voicemail", "screening", "failed", "no_such_number", "canceled")
ANSWERED_BY = (
    "human",
    "machine_start",
    "machine_end_beep",
    "machine_end_silence",
    "machine_end_other",
    "fax",
    "unknown",
)
ENDINGS = ("silence", "hang_up", "max_length")
KEYS = "0123456789*#"

Listening = Literal["gather", "record"]


class BadPerson(ValueError):
    """A description of a person (or of a live action) that cannot be understood."""


@dataclass(frozen=True, slots=True)
class Reaction:
    """One thing that a person does; exactly one of ``press``, ``say``, ``silent`` and ``hang_up`` is set.

    ``when_heard`` is searched in everything heard since the person's last turn. ``times`` bounds how often the rule may
    fire. Seconds are line seconds, scaled by the carrier's speed except for the stated length of recorded speech.
    """

    when_heard: re.Pattern[str] | None = None
    press: str | None = None
    say: str | None = None
    silent: bool = False
    hang_up: bool = False
    seconds: float | None = None
    lead_silence_s: float = 0.8
    end_with: str = "#"
    wait_s: float = 0.5
    times: int | None = None
    on: Listening | None = None
    language: str | None = None
    no_audio: bool = False

    @property
    def kind(self) -> str:
        """The word for the ledger: press, say, hang_up or silent."""
        if self.press is not None:
            return "press"
        if self.say is not None:
            return "say"
        return "hang_up" if self.hang_up else "silent"


SILENCE = Reaction(silent=True)


@dataclass(slots=True)
class Person:
    """Somebody behind a number; ``dials`` counts the calls placed since the description was given.

    A machine that picks up for them says its lines (``says``) to whatever listens to speech. A voicemail beeps after
    ``greeting_s``; an assistant hands over after ``joins_after_s``, or hangs up after ``hangs_up_after_s``.
    """

    pickup: str = "answer"
    answered_by: str | None = None
    reactions: tuple[Reaction, ...] = ()
    default: Reaction | None = None
    pickup_sequence: tuple[str, ...] = ()
    reactions_by_call: tuple[tuple[Reaction, ...], ...] = ()
    empty_record: str = "fall_through"
    ring_s: float = 3.0
    interactive: bool = False
    patience_s: float = 600.0
    says: tuple[str, ...] = ()
    greeting_s: float = 12.0
    joins_after_s: float | None = None
    hangs_up_after_s: float = 40.0
    dials: int = 0
    fired: Counter[int] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def next_call(self) -> tuple[str, tuple[Reaction, ...]]:
        """Count a dial; how it is picked up and the rules that hold during it."""
        with self.lock:
            number = self.dials
            self.dials += 1
        pickup = self.pickup_sequence[number] if number < len(self.pickup_sequence) else self.pickup
        rules = self.reactions_by_call[number] if number < len(self.reactions_by_call) else self.reactions
        return pickup, rules

    def choose(self, rules: tuple[Reaction, ...], listening: Listening, heard: str) -> Reaction | None:
        """The first rule that fits what was heard and may still fire; None when none does."""
        with self.lock:
            for rule in rules:
                if rule.on not in (None, listening):
                    continue
                if rule.times is not None and self.fired[id(rule)] >= rule.times:
                    continue
                if rule.when_heard is None or rule.when_heard.search(heard):
                    return rule
        return None

    def count(self, rule: Reaction) -> None:
        """Note that a rule fired."""
        with self.lock:
            self.fired[id(rule)] += 1


def parse_person(data: Mapping[str, Any]) -> Person:
    """The person that a JSON object describes; BadPerson names what is wrong with it."""
    data = _object(data, "a person")
    known = {
        *("pickup", "pickup_sequence", "ring_s", "answered_by", "interactive", "patience_s"),
        *("reactions", "reactions_by_call", "default", "empty_record"),
        *("says", "greeting_s", "joins_after_s", "hangs_up_after_s"),
    }
    _no_others(data, known)
    person = Person()
    person.pickup = _one_of(data.get("pickup", "answer"), PICKUPS, "pickup")
    if data.get("answered_by") is not None:
        person.answered_by = _one_of(data["answered_by"], ANSWERED_BY, "answered_by")
    person.reactions = _rules(data.get("reactions"))
    person.default = parse_reaction(data["default"]) if data.get("default") is not None else None
    person.pickup_sequence = tuple(_one_of(one, PICKUPS, "pickup") for one in _list(data.get("pickup_sequence")))
    person.reactions_by_call = tuple(_rules(one) for one in _list(data.get("reactions_by_call")))
    person.empty_record = _one_of(
        data.get("empty_record", "fall_through"), ("fall_through", "post_zero"), "empty_record"
    )
    person.ring_s = _seconds(data.get("ring_s", 3.0), "ring_s")
    person.interactive = data.get("interactive", False) is True
    person.patience_s = _seconds(data.get("patience_s", 600.0), "patience_s")
    person.says = tuple(str(line) for line in _list(data.get("says")))
    person.greeting_s = _seconds(data.get("greeting_s", 12.0), "greeting_s")
    if data.get("joins_after_s") is not None:
        person.joins_after_s = _seconds(data["joins_after_s"], "joins_after_s")
    person.hangs_up_after_s = _seconds(data.get("hangs_up_after_s", 40.0), "hangs_up_after_s")
    return person


def parse_reaction(data: Mapping[str, Any]) -> Reaction:
    """The reaction that a JSON object describes; BadPerson names what is wrong with it."""
    data = _object(data, "a reaction")
    _no_others(data, set(Reaction.__dataclass_fields__))
    chosen = [name for name in ("press", "say", "silent", "hang_up") if data.get(name) not in (None, False)]
    if len(chosen) != 1:
        raise BadPerson(f"a reaction needs exactly one of press, say, silent, hang_up; this one has {chosen}")
    pattern = None
    if data.get("when_heard") is not None:
        try:
            pattern = re.compile(str(data["when_heard"]), re.IGNORECASE | re.DOTALL)
        except re.error as error:
            raise BadPerson(f"when_heard is not a regular expression: {error}") from None
    press = data.get("press")
    if press is not None and (not str(press) or set(str(press)) - set(KEYS)):
        raise BadPerson(f"press holds other keys than {KEYS}: {press!r}")
    end_with = str(data.get("end_with", "#"))
    if end_with not in ENDINGS and not (len(end_with) == 1 and end_with in KEYS):
        raise BadPerson(f"end_with is a key or one of {', '.join(ENDINGS)}, not {end_with!r}")
    if data.get("on") not in (None, "gather", "record"):
        raise BadPerson("on is gather or record")
    times = data.get("times")
    if times is not None and (not isinstance(times, int) or times < 0):
        raise BadPerson("times is a whole number")
    return Reaction(
        when_heard=pattern,
        press=None if press is None else str(press),
        say=None if data.get("say") is None else str(data["say"]),
        silent=bool(data.get("silent")),
        hang_up=bool(data.get("hang_up")),
        seconds=None if data.get("seconds") is None else _seconds(data["seconds"], "seconds"),
        lead_silence_s=_seconds(data.get("lead_silence_s", 0.8), "lead_silence_s"),
        end_with=end_with,
        wait_s=_seconds(data.get("wait_s", 0.5), "wait_s"),
        times=times,
        on=data.get("on"),
        language=None if data.get("language") is None else str(data["language"]),
        no_audio=bool(data.get("no_audio")),
    )


def _rules(data: Any) -> tuple[Reaction, ...]:
    return tuple(parse_reaction(one) for one in _list(data))


def _object(data: Any, what: str) -> Mapping[str, Any]:
    if not isinstance(data, Mapping):
        raise BadPerson(f"{what} is a JSON object")
    return data


def _list(data: Any) -> list[Any]:
    if data is None:
        return []
    if not isinstance(data, list):
        raise BadPerson(f"a list was expected, not {data!r}")
    return data


def _no_others(data: Mapping[str, Any], known: set[str]) -> None:
    others = sorted(set(data) - known)
    if others:
        raise BadPerson(f"unknown names: {', '.join(others)}")


def _one_of(value: Any, allowed: tuple[str, ...], name: str) -> str:
    if value not in allowed:
        raise BadPerson(f"{name} is one of {', '.join(allowed)}, not {value!r}")
    return str(value)


def _seconds(value: Any, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise BadPerson(f"{name} is a number of seconds, not {value!r}")
    return float(value)

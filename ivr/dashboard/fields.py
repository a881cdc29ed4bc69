"""A form as it was typed: read field by field, with a sentence beside each that cannot be taken as it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from re import Pattern
from zoneinfo import ZoneInfo

from flask import request

from ivr.services.errors import Invalid, ServiceError
from ivr.services.person_patterns import CONTROL, is_zone

# What one line of ours holds at most, whatever a field's own limit.
_LONGEST = 4_000


@dataclass(slots=True)
class Form:
    """``typed`` is shown again when something is refused; ``problems`` are sentences by field, ``problem`` is about
    the whole."""

    typed: Mapping[str, str]
    problems: dict[str, str] = field(default_factory=dict)
    problem: str = ""

    @property
    def is_good(self) -> bool:
        """Whether nothing was refused so far."""
        return not self.problems and not self.problem

    def get(self, name: str, default: str = "") -> str:
        """What was typed."""
        return self.typed.get(name, default)

    def ticked(self, name: str) -> bool:
        """Whether a box was ticked."""
        return self.get(name) == "yes"

    def line(self, name: str, longest: int, *, required: str = "") -> str | None:
        """One line, None when it is empty; ``required`` is what is said then."""
        text = self.get(name).strip()
        if not text:
            return self._taken(name, None, required)
        if CONTROL.search(text):
            return self._taken(name, text, "This must be one line without control characters.")
        return self._taken(name, text, f"This may have {longest} characters at most." if len(text) > longest else "")

    def prose(self, name: str, longest: int = _LONGEST) -> str | None:
        """Text of several lines, None when it is empty."""
        text = self.get(name).replace("\r\n", "\n").strip()
        if CONTROL.search(text.replace("\n", "").replace("\t", "")):
            return self._taken(name, text, "This contains control characters.")
        wrong = f"This may have {longest:,} characters at most." if len(text) > longest else ""
        return self._taken(name, text or None, wrong)

    def lines(self, name: str, longest: int, most: int) -> tuple[str, ...]:
        """One entry a line, empty ones left out."""
        found = [text.strip() for text in (self.prose(name, longest * most) or "").split("\n") if text.strip()]
        if len(found) > most:
            self._refuse(name, f"At most {most} lines are possible here.")
        if any(len(text) > longest for text in found):
            self._refuse(name, f"A line may have {longest} characters at most.")
        return tuple(found[:most])

    def matching(self, name: str, pattern: Pattern[str], longest: int, sentence: str) -> str | None:
        """One line of this form, None when it is empty."""
        text = self.line(name, longest)
        return self._taken(name, text, sentence if text and not pattern.fullmatch(text) else "")

    def zone(self, name: str) -> str | None:
        """The name of a time zone, None when it is empty."""
        text = self.line(name, 64)
        wrong = "Choose a time zone such as Europe/Berlin." if text and not is_zone(text) else ""
        return self._taken(name, text, wrong)

    def number(self, name: str, least: float, most: float) -> float | None:
        """A number from ``least`` to ``most``, None when it is empty."""
        text = self.get(name).strip().replace(",", ".")
        try:
            value = float(text) if text else None
        except ValueError:
            value = float("nan")
        if value is not None and not least <= value <= most:
            self._refuse(name, f"This must be a number from {least:g} to {most:g}.")
            return None
        return value

    def whole(self, name: str, least: int, most: int) -> int | None:
        """A whole number, None when it is empty."""
        value = self.number(name, least, most)
        if value is not None and value != int(value):
            self._refuse(name, "This must be a whole number.")
            return None
        return None if value is None else int(value)

    def moment(self, name: str, zone: str, *, required: str = "") -> datetime | None:
        """A day with or without a time, as the browser's own fields write it, on the clock of ``zone``; in UTC."""
        text = self.line(name, 32, required=required)
        if text is None:
            return None
        try:
            return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
        except (ValueError, OverflowError):
            self._refuse(name, "This is no date and time.")
            return None

    def refused(self, error: ServiceError, fields: Mapping[str, str] | None = None) -> "Form":
        """The same form with what a service says: beside the fields that it names, else above all. ``fields`` are our
        names for the service's, and fields that are no text."""
        known = fields or {}
        told = error.problems if isinstance(error, Invalid) else ()
        for one in told:
            name = known.get(one.field, one.field)
            if name in self.typed or name in known.values():
                self.problems.setdefault(name, one.message)
        if not told or not self.problems:
            self.problem = f"{error.sentence} {error.hint}".strip()
        return self

    def _taken(self, name: str, text: str | None, wrong: str) -> str | None:
        """The text, or None with a sentence beside the field when something is ``wrong``."""
        if not wrong:
            return text
        self._refuse(name, wrong)
        return None

    def _refuse(self, name: str, sentence: str) -> None:
        self.problems.setdefault(name, sentence)


def sent() -> Form:
    """The form of this request; a field that is there several times counts once, the first time."""
    return Form(request.form.to_dict())

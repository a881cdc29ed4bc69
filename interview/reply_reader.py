"""Reads a model's decoded JSON strictly: what is missing, unknown or of the wrong kind is a problem, never a guess."""

from collections.abc import Sequence
from enum import StrEnum
from math import isfinite
from typing import TypeVar

_Choice = TypeVar("_Choice", bound=StrEnum)


class ReplyReader:
    """Reads decoded JSON and notes every problem instead of stopping at the first."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def record(self, value: object, where: str, fields: frozenset[str]) -> dict[str, object] | None:
        """The object with exactly these fields, or None and a problem."""
        if not isinstance(value, dict):
            self.problems.append(f"{where} is not an object")
            return None
        missing = sorted(fields - value.keys())
        unknown = sum(key not in fields for key in value)
        self.problems += [f"{where} lacks {name}" for name in missing]
        if unknown:
            self.problems.append(f"{where} has {unknown} unknown field(s)")
        return None if missing or unknown else value

    def each(
        self, value: object, where: str, fields: frozenset[str], ids: Sequence[str]
    ) -> list[tuple[str, dict[str, object]]]:
        """The entries of a list in the order of ``ids``, each of which must stand there exactly once."""
        found: dict[str, dict[str, object]] = {}
        for item in self.entries(value, where, fields):
            id = item["id"]
            if not isinstance(id, str) or id not in ids:
                self.problems.append(f"{where} has an entry with an unknown id")
            elif id in found:
                self.problems.append(f"{where} has {id} more than once")
            else:
                found[id] = item
        self.problems += [f"{where} lacks {id}" for id in ids if id not in found]
        return [(id, found[id]) for id in ids if id in found]

    def entries(self, value: object, where: str, fields: frozenset[str]) -> list[dict[str, object]]:
        """The well-formed objects of a list."""
        if not isinstance(value, list):
            self.problems.append(f"{where} is not a list")
            return []
        items = [self.record(entry, f"an entry of {where}", fields) for entry in value]
        return [item for item in items if item is not None]

    def choice(self, value: object, where: str, among: type[_Choice]) -> _Choice | None:
        """The member with this value, or None and a problem."""
        if isinstance(value, str) and value in {member.value for member in among}:
            return among(value)
        self.problems.append(f"{where} is not one of {', '.join(member.value for member in among)}")
        return None

    def string(self, value: object, where: str) -> str:
        """A string, which may be empty."""
        if isinstance(value, str):
            return value
        self.problems.append(f"{where} is not a text")
        return ""

    def text(self, value: object, where: str) -> str:
        """A text that is not blank."""
        if isinstance(value, str) and value.strip():
            return value
        self.problems.append(f"{where} is not a text")
        return ""

    def text_or_null(self, value: object, where: str) -> str | None:
        """A text; None for null and for the empty text."""
        if value is None or value == "":
            return None
        return self.text(value, where)

    def texts(self, value: object, where: str) -> tuple[str, ...]:
        """A list of texts that are not blank."""
        if isinstance(value, list):
            return tuple(self.text(entry, where) for entry in value)
        self.problems.append(f"{where} is not a list")
        return ()

    def flag(self, value: object, where: str) -> bool:
        """True or false."""
        if not isinstance(value, bool):
            self.problems.append(f"{where} is neither true nor false")
        return value is True

    def rating(self, value: object, where: str) -> int | None:
        """A whole number from 1 to 5, or None for null."""
        if value is None:
            return None
        number = self.whole(value)
        if number is None or not 1 <= number <= 5:
            self.problems.append(f"{where} is not a whole number from 1 to 5")
            return None
        return number

    def integer(self, value: object, where: str) -> int:
        """A whole number; 0 and a problem otherwise."""
        number = self.whole(value)
        if number is None:
            self.problems.append(f"{where} is not a whole number")
        return number or 0

    def number(self, value: object, where: str) -> float:
        """A finite number; 0 and a problem otherwise."""
        if isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value):
            return float(value)
        self.problems.append(f"{where} is not a number")
        return 0.0

    @staticmethod
    def whole(value: object) -> int | None:
        """``value`` if it is a whole number: True is an int to Python, and no number to us."""
        return value if isinstance(value, int) and not isinstance(value, bool) else None

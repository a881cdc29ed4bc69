"""Reads a form field by field: texts are bounded, numbers in range, and what is wrong is kept at its field in words."""

import re
from collections.abc import Collection
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict

# PostgreSQL keeps no NUL, and no other control character belongs in a text that people read or hear.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]")
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]|24:00")
LONGEST_NAME, LONGEST_LINE, LONGEST_PROSE, LONGEST_TEXT = 200, 500, 4000, 100_000


class Fields:
    """``given`` as the browser sent it. Reading goes on after a problem, so that a person sees all of them at once."""

    def __init__(self, given: MultiDict[str, str]) -> None:
        self._given = given
        self.problems: dict[str, str] = {}

    def line(self, name: str, longest: int = LONGEST_LINE, *, required: bool = False) -> str | None:
        """One line without its outer blanks; None when it is empty."""
        return self._text(name, " ".join(self._given.get(name, "").split()), longest, required)

    def prose(self, name: str, longest: int = LONGEST_PROSE) -> str | None:
        """A text of several lines; None when it is empty."""
        return self._text(name, self._given.get(name, "").replace("\r\n", "\n").strip(), longest, required=False)

    def lines(self, name: str, most: int, longest: int = LONGEST_LINE) -> tuple[str, ...]:
        """One entry for each line that is not empty."""
        found = [" ".join(line.split()) for line in self._given.get(name, "").splitlines()]
        kept = tuple(line for line in found if line)
        if len(kept) > most:
            self.problems[name] = f"At most {most} are possible here, one a line."
        elif any(len(line) > longest for line in kept):
            self.problems[name] = f"A line may have {longest} characters at most."
        elif any(_CONTROL.search(line) for line in kept):
            self.problems[name] = "This contains control characters."
        return kept

    def whole(self, name: str, least: int, most: int, default: int) -> int:
        """A whole number; ``default`` when the form has no such field."""
        found = self.whole_or_none(name, least, most) if name in self._given else default
        if found is None:
            self.problems.setdefault(name, f"Give a whole number from {least} to {most}.")
            return default
        return found

    def whole_or_none(self, name: str, least: int, most: int) -> int | None:
        """A whole number; None when it is left empty."""
        text = self._given.get(name, "").strip()
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and len(text) <= 9 and least <= int(text) <= most):
            self.problems[name] = f"Give a whole number from {least} to {most}."
            return None
        return int(text)

    def number(self, name: str, least: float, most: float, default: float) -> float:
        """A number, with a comma or a point; ``default`` when the form has no such field."""
        if name not in self._given:
            return default
        text = self._given.get(name, "").strip().replace(",", ".")
        if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,6})?", text) or not least <= float(text) <= most:
            self.problems[name] = f"Give a number from {least:g} to {most:g}."
            return default
        return float(text)

    def waits(self, name: str, longest: int, most: int) -> tuple[int, ...]:
        """Minutes with commas or blanks between them; empty when it is left empty."""
        parts = [part for part in re.split(r"[\s,;]+", self._given.get(name, "").strip()) if part]
        if len(parts) > most or any(not (part.isascii() and part.isdigit() and len(part) < 9) for part in parts):
            self.problems[name] = f"Give up to {most} whole numbers of minutes, with commas between them."
            return ()
        if any(int(part) > longest for part in parts):
            self.problems[name] = f"No wait is longer than {longest} minutes."
            return ()
        return tuple(int(part) for part in parts)

    def choice(self, name: str, known: Collection[str], default: str) -> str:
        """One of the known words; ``default`` when the form has no such field."""
        found = self._given.get(name, default)
        if found not in known:
            self.problems[name] = "Choose one of the list."
            return default
        return found

    def choices(self, name: str, known: Collection[str]) -> tuple[str, ...]:
        """Those of the known words that are ticked, in their own order."""
        given = set(self._given.getlist(name))
        return tuple(word for word in known if word in given)

    def ticked(self, name: str) -> bool:
        """Whether the box is ticked; browsers send nothing for one that is not."""
        return bool(self._given.get(name))

    def clock(self, name: str, default: str) -> str:
        """A time of day such as 09:00, 24:00 at most."""
        text = self._given.get(name, default).strip()
        if not _CLOCK.fullmatch(text):
            self.problems[name] = "Give a time such as 09:00; 24:00 is midnight at the end of a day."
            return default
        return text

    def zone(self, name: str) -> str | None:
        """A time zone; None when it is left empty."""
        text = self.line(name, 64)
        if text is None:
            return None
        try:
            ZoneInfo(text)
        except (KeyError, ValueError, OSError):
            self.problems[name] = "This is not a time zone such as Europe/Berlin."
            return None
        return text

    def _text(self, name: str, text: str, longest: int, required: bool) -> str | None:
        if required and not text:
            self.problems[name] = "This is needed."
        elif len(text) > longest:
            self.problems[name] = f"This may have {longest} characters at most."
        elif _CONTROL.search(text):
            self.problems[name] = "This contains control characters."
        return text or None

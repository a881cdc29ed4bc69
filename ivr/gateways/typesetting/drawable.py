"""Makes texts drawable: what no font of ours has becomes a sign, what cannot be seen goes, endless words may break."""

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

_COVERAGE = Path(__file__).with_name("fonts") / "coverage.txt"
SIGN = "\N{REPLACEMENT CHARACTER}"
# They turn the direction of what follows, or are seen by machines only; the bidi algorithm needs none of them.
_UNSEEN = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]")
# These join letters in Persian and in the scripts of India; fonts draw nothing for them.
_JOINERS = frozenset("\u200c\u200d")
# Scripts up to here part words by spaces; a "word" longer than this is a number, an address or mischief.
_LAST_SPACED = "\u0dff"
_LONGEST_WORD = 40


def drawable(report: dict[str, Any]) -> dict[str, Any]:
    """The report with every text made drawable; ``undrawable`` says how many signs stand for other characters."""
    counted = [0]
    made: dict[str, Any] = _made(report, counted)
    return {**made, "undrawable": counted[0]}


def drawable_text(text: str) -> tuple[str, int]:
    """The text as our fonts can draw it, and how many characters they cannot."""
    covered = _covered()
    kept, missing = [], 0
    for character in _UNSEEN.sub("", unicodedata.normalize("NFC", text)):
        if character in covered or character in _JOINERS or character == "\n":
            kept.append(character)
        elif character.isspace():
            kept.append(" ")
        elif unicodedata.category(character) != "Cc":
            missing += 1
            if kept[-1:] != [SIGN]:
                kept.append(SIGN)
    return _breakable("".join(kept)), missing


def _made(value: Any, counted: list[int]) -> Any:
    match value:
        case str():
            text, missing = drawable_text(value)
            counted[0] += missing
            return text
        case list():
            return [_made(item, counted) for item in value]
        case dict():
            return {name: _made(item, counted) for name, item in value.items()}
        case _:
            return value


def _breakable(text: str) -> str:
    return re.sub(
        rf"[!-{_LAST_SPACED}]{{{_LONGEST_WORD},}}",
        lambda match: "\u200b".join(re.findall(rf".{{1,{_LONGEST_WORD // 2}}}", match[0])),
        text,
    )


@cache
def _covered() -> frozenset[str]:
    """What the regular fonts have between them."""
    found: set[str] = set()
    for stretch in _COVERAGE.read_text("ascii").split():
        first, _, last = stretch.partition("-")
        found.update(map(chr, range(int(first, 16), int(last or first, 16) + 1)))
    return frozenset(found)

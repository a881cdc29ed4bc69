"""Text from outside made comparable: what is hidden goes, what is written differently but reads alike is folded.

Every result remembers where each of its characters came from, so that a find can be shown in the original.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

# Assessment I26.
DATA_CAP_CHARS = 6000

# A language has a few thousand characters at most, and the same ones are asked about over and over.
_KNOWN_CHARACTERS = 8192

# Invisible, but not in the Unicode categories that name the invisible ones: grapheme joiner, Hangul fillers,
# Mongolian and general variation selectors.
_HIDDEN_EXTRA = frozenset("\u034f\u115f\u1160\u3164\uffa0\u180b\u180c\u180d\u180f") | {
    chr(code) for code in (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))
}
_APOSTROPHES = frozenset("'`\u2018\u2019\u201b\u02bc\u2032\uff07")
# Scripts written without spaces between words: Thai, Lao, Tibetan, Burmese, Khmer, kana, Han.
_UNSPACED = (
    (0x0E00, 0x0FFF),
    (0x1000, 0x109F),
    (0x1780, 0x17FF),
    (0x3005, 0x3007),
    (0x3040, 0x30FF),
    (0x31F0, 0x31FF),
    (0x3400, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)


@dataclass(frozen=True, slots=True)
class Traced:
    """A text and, for each of its characters, the half-open piece of the original that it came from."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where ``text[start:end]`` (not empty) stands in the original."""
        return self.starts[start], max(self.ends[start:end])

    def pick(self, indices: list[int]) -> "Traced":
        """The text that is left when only these characters stay."""
        return Traced(
            "".join(self.text[i] for i in indices),
            tuple(self.starts[i] for i in indices),
            tuple(self.ends[i] for i in indices),
        )


@lru_cache(_KNOWN_CHARACTERS)
def is_unspaced(character: str) -> bool:
    """Whether this character belongs to a script written without spaces between words."""
    code = ord(character)
    return any(first <= code <= last for first, last in _UNSPACED)


def _is_hidden(character: str) -> bool:
    # Cf holds the zero-width, bidi and tag characters, Co the private-use ones, Cs lone surrogates.
    code = ord(character)
    nothing = 0xFDD0 <= code <= 0xFDEF or code & 0xFFFE == 0xFFFE
    return character in _HIDDEN_EXTRA or nothing or unicodedata.category(character) in {"Cf", "Co", "Cs"}


@lru_cache(_KNOWN_CHARACTERS)
def _continues(character: str) -> bool:
    """Whether NFKC may melt this character into the one before it."""
    code = ord(character)
    return unicodedata.combining(character) != 0 or 0x1161 <= code <= 0x11FF or code in (0xFF9E, 0xFF9F)


@lru_cache(_KNOWN_CHARACTERS)
def _shown(character: str) -> str:
    """The character itself, a space for one that only breaks lines or controls, nothing for a hidden one."""
    if _is_hidden(character):
        return ""
    breaks = unicodedata.category(character) in {"Cc", "Zl", "Zp"} and character not in "\n\t"
    return " " if breaks else character


def _clusters(text: str) -> Iterator[tuple[str, int, int]]:
    held, start, end = "", 0, 0
    for index, original in enumerate(text):
        character = _shown(original)
        if not character:
            continue
        if held and _continues(character):
            held, end = held + character, index + 1
            continue
        if held:
            yield held, start, end
        held, start, end = character, index, index + 1
    if held:
        yield held, start, end


def traced(text: str) -> Traced:
    """``text`` in NFKC without hidden characters (I26), each character with its origin; not capped."""
    if text.isascii():  # nothing there is hidden, melts or changes in NFKC
        return Traced("".join(map(_shown, text)), tuple(range(len(text))), tuple(range(1, len(text) + 1)))
    letters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for cluster, start, end in _clusters(text):
        normal = unicodedata.normalize("NFKC", cluster)
        letters.append(normal)
        starts.extend([start] * len(normal))
        ends.extend([end] * len(normal))
    return Traced("".join(letters), tuple(starts), tuple(ends))


def sanitise(text: str, cap_chars: int = DATA_CAP_CHARS) -> str:
    """``text`` as it may stand in a prompt (I26): NFKC, nothing hidden, at most ``cap_chars`` characters."""
    return traced(text).text[:cap_chars]


@lru_cache(_KNOWN_CHARACTERS)
def _folded_letters(character: str) -> str:
    """What is left of a character: its letters without case, a space for each that is none, nothing of apostrophes."""
    if character in _APOSTROPHES:
        return ""
    plain = unicodedata.normalize("NFKC", character.casefold())
    return "".join(letter if _is_kept(letter) else " " for letter in plain)


def _is_kept(letter: str) -> bool:
    return unicodedata.category(letter)[0] in "LMN" or unicodedata.category(letter) in {"Sm", "Sc", "So"}


def folded(source: Traced) -> Traced:
    """The text without case, punctuation and runs of whitespace; origins point to the source's original."""
    letters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for character, start, end in zip(source.text, source.starts, source.ends, strict=True):
        for letter in _folded_letters(character):
            if letter != " ":
                # Between characters of an unspaced script a space says nothing.
                if letters and letters[-1] == " " and (
                    is_unspaced(letter) or (len(letters) > 1 and is_unspaced(letters[-2]))
                ):
                    letters.pop()
                    starts.pop()
                    ends.pop()
            elif not letters or letters[-1] == " ":
                continue
            letters.append(letter)
            starts.append(start)
            ends.append(end)
    if letters and letters[-1] == " ":
        return Traced("".join(letters[:-1]), tuple(starts[:-1]), tuple(ends[:-1]))
    return Traced("".join(letters), tuple(starts), tuple(ends))


def fold(text: str) -> str:
    """``text`` without case, punctuation, hidden characters and runs of whitespace, in NFKC."""
    return folded(traced(text)).text


def fold_whitespace(text: str) -> str:
    """``text`` with every run of whitespace as one space, none at its ends; all else stays."""
    return " ".join(text.split())


def word_count(text: str) -> float:
    """Words in ``text``; two characters of a script written without spaces count as one word (Q2)."""
    total = 0.0
    for word in fold(text).split(" "):
        unspaced = sum(map(is_unspaced, word))
        total += unspaced / 2
        previous = True
        for letter in word:
            now = is_unspaced(letter)
            total += previous and not now
            previous = now
    return total

"""What may not be asked of a candidate, how an anchor may not be worded, and whether a question can be spoken.

These are the rules; a separate model check reads the same texts, and either may refuse (assessment Q3).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from interview.folding import Traced, traced, word_count
from interview.lint_anchor_rules import (
    ANCHOR_ALLOWED,
    ANCHOR_ALLOWED_BY_LANGUAGE,
    ANCHOR_RULES,
    ANCHOR_RULES_BY_LANGUAGE,
    ANCHOR_WORDS,
)
from interview.lint_languages import QUESTION_RULES_BY_LANGUAGE
from interview.lint_private import PRIVATE_ANYWHERE, PRIVATE_WORDS, STATE, WORK
from interview.lint_rules import ALLOWED, INSTEAD, QUESTION_RULES, TOPIC_WORDS
from interview.wording import base_language

MAX_SPOKEN_WORDS = 45  # assessment Q1; two characters of a language written without spaces count as one word (Q2)

_QUESTION_MARKS = (
    "?\uff1f\u061f\u055e\u1367\u2e2e\ua60f"  # Latin, full width, Arabic, Armenian, Ethiopic, mirrored, Vai
)
_GREEK_QUESTION_MARKS = ";\u037e"
_LIST = re.compile(r"^\s*(?:[-*\u2022\u2023\u25e6\u00b7]|\(?[0-9a-zA-Z][.)])\s", re.MULTILINE)
_INLINE_LIST = re.compile(r"\(?\b(?:1|a)\) .{1,200}?\(?\b(?:2|b)\) ", re.DOTALL)
_CODE = re.compile(
    r"`|[{}]|=>|->|[=!<>]=|::|&&|\|\||;\s*$|</?[a-zA-Z]+>|\b\w+\(\w*\)|\b[a-z]+_[a-z_]+\b|\b[a-z]+[a-z0-9]*\.[a-z]+\(",
    re.MULTILINE,
)
_URL = re.compile(r"\b(?:https?|ftp)://\S+|\bwww\.\S+|\b[\w.+-]+@[\w-]+\.[\w.-]+|\b[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}/\S*")
_LONG_NUMBER = re.compile(r"\d[\d\s-]{7,}\d|\d{7,}")
_UNSPEAKABLE_SYMBOLS = frozenset("|~^\\_*=<>[]\u00a7\u00b6\u2020\u2021")
_SHARP = re.compile(r"(?<![A-Ja-j])#")  # C sharp and its kind are names
_SENTENCE = re.compile(r"[^.?!]*[.?!]|[^.?!]+$")
_LETTER_RUN = re.compile(r"[a-zA-Z0-9]{40,}")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that must be worded otherwise: a stable code, a sentence, and where it stands in the text."""

    code: str
    sentence: str
    span: tuple[int, int]


def check_question_text(text: str, language: str) -> tuple[Finding, ...]:
    """The protected topics (Q3) that ``text`` asks the candidate about, one finding a topic, in order of the text.

    Reads generated, edited and follow-up questions, and a rater's words about "the candidate". The tight English
    rules apply in every language, since a text may mix; ``language`` (BCP 47) adds its own.
    """
    prepared = _prepared(text)
    readable = _blanked(prepared.text, ALLOWED)
    found = _first_spans(prepared, readable, PRIVATE_ANYWHERE)
    found |= _first_spans(prepared, readable, QUESTION_RULES)
    if base_language(language) == "en":
        wide = _first_spans(prepared, _only_private(readable), PRIVATE_WORDS)
        found = wide | found
    found |= _first_spans(prepared, prepared.text, QUESTION_RULES_BY_LANGUAGE.get(base_language(language), {}))
    return _ordered(
        Finding(
            code,
            f"This asks about {TOPIC_WORDS[code]}, which may not play a part in the interview.{INSTEAD.get(code, '')}",
            span,
        )
        for code, span in found.items()
    )


def check_anchor_text(text: str, language: str) -> tuple[Finding, ...]:
    """Words (Q4) that rate how somebody sounds or who they are instead of what they say, one finding a kind."""
    prepared = _prepared(text)
    allowed = (*ANCHOR_ALLOWED, *ANCHOR_ALLOWED_BY_LANGUAGE.get(base_language(language), ()))
    found = _first_spans(prepared, _blanked(prepared.text, allowed), ANCHOR_RULES)
    found |= _first_spans(prepared, prepared.text, ANCHOR_RULES_BY_LANGUAGE.get(base_language(language), {}))
    return _ordered(
        Finding(code, f"This rates {ANCHOR_WORDS[code]}; describe what the answer says instead.", span)
        for code, span in found.items()
    )


def check_spoken_form(text: str, language: str) -> tuple[Finding, ...]:
    """What keeps ``text`` from being asked on a telephone (Q1): length, one question mark, lists, code, addresses."""
    return _ordered(
        finding
        for finding in (
            _too_long(text),
            _question_marks(text, language),
            _list_or_code(text, language),
            _matched("url", "A web or e-mail address cannot be spoken; name the thing instead.", _URL.search(text)),
            _unspeakable(text),
        )
        if finding is not None
    )


def _too_long(text: str) -> Finding | None:
    if word_count(text) <= MAX_SPOKEN_WORDS:
        return None
    sentence = (
        f"The question is too long to be followed by ear: at most {MAX_SPOKEN_WORDS} words, or "
        f"{2 * MAX_SPOKEN_WORDS} characters in a language written without spaces."
    )
    return Finding("too_long", sentence, (0, len(text)))


def _question_marks(text: str, language: str) -> Finding | None:
    marks = _QUESTION_MARKS + (_GREEK_QUESTION_MARKS if base_language(language) == "el" else "")
    places = [index for index, character in enumerate(text) if character in marks]
    if len(places) == 1:
        return None
    if not places:
        return Finding("question_marks", "This is not a question: end it with a question mark.", (0, len(text)))
    return Finding("question_marks", "Ask one question at a time: one question mark.", (places[1], places[1] + 1))


def _list_or_code(text: str, language: str) -> Finding | None:
    sentence = "A list or code cannot be followed by ear; ask for an explanation in words."
    readable = text.replace(";", " ") if base_language(language) == "el" else text  # the Greek question mark
    match = _CODE.search(readable) or _INLINE_LIST.search(text) or _LIST.search(text)
    if match is None and "\n" in text.strip():
        at = text.index("\n", len(text) - len(text.lstrip()))
        return Finding("list_or_code", sentence, (at, at + 1))
    return _matched("list_or_code", sentence, match)


def _unspeakable(text: str) -> Finding | None:
    for index, character in enumerate(text):
        category = unicodedata.category(character)
        if character in _UNSPEAKABLE_SYMBOLS or category in {"So", "Cc", "Co", "Cn", "Cs"} and character not in "\n\t":
            sentence = "The question holds a sign that no voice can speak; write it as words."
            return Finding("unspeakable", sentence, (index, index + 1))
    if not any(character.isalpha() for character in text):
        return Finding("unspeakable", "There is nothing to be spoken.", (0, len(text)))
    sentence = "The question holds a number or word that nobody can follow by ear; shorten it."
    return _matched(
        "unspeakable", sentence, _LONG_NUMBER.search(text) or _LETTER_RUN.search(text) or _SHARP.search(text)
    )


def _matched(code: str, sentence: str, match: re.Match[str] | None) -> Finding | None:
    return Finding(code, sentence, match.span()) if match else None


_PLAIN = str.maketrans({"\u2019": "'", "\u2018": "'", "\u02bc": "'", "\u00b4": "'", "\u2010": "-", "\u2011": "-"})


def _prepared(text: str) -> Traced:
    """Lower case, straight apostrophes and single spaces, each character still knowing where it came from."""
    letters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    source = traced(text)
    for character, start, end in zip(source.text, source.starts, source.ends, strict=True):
        plain = " " if character.isspace() else character.translate(_PLAIN).lower()
        if plain == " " and (not letters or letters[-1] == " "):
            continue
        letters.extend(plain)
        starts.extend([start] * len(plain))
        ends.extend([end] * len(plain))
    return Traced("".join(letters), tuple(starts), tuple(ends))


def _blanked(text: str, allowed: tuple[str, ...]) -> str:
    """The text with each allowed phrase as dots of the same length: places stay, and no rule reads across them."""
    return _compiled("|".join(allowed)).sub(lambda found: "\u00b7" * len(found[0]), text)


def _only_private(text: str) -> str:
    """The sentences that ask what somebody is or has and name no work (``lint_private``); the others as dots."""
    kept: list[str] = []
    for sentence in _SENTENCE.findall(text):
        is_private = _compiled("|".join(STATE)).search(sentence) and not _compiled("|".join(WORK)).search(sentence)
        kept.append(sentence if is_private else "\u00b7" * len(sentence))
    return "".join(kept)


def _first_spans(prepared: Traced, readable: str, rules: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = {}
    for code, patterns in rules.items():
        match = _compiled("|".join(patterns)).search(readable)
        if match and match.start() < match.end():
            found[code] = prepared.span(*match.span())
    return found


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda finding: (finding.span, finding.code)))

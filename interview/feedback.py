"""A feedback sheet for a candidate (R19): what was told well and what to work on; no verdict and no number."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from interview.folding import fold, is_unspaced, word_count
from interview.lint import check_anchor_text, check_question_text
from interview.narrative import Allowed, check_narrative

MAX_ENTRIES = 6
MAX_ENTRY_CHARS = 300
# Of so many words a piece between quotation marks is what somebody said, and not the name of a thing.
_QUOTED_WORDS = 3
_QUOTED = re.compile(r"[“„«\"「](?P<words>[^“”„«»\"「」]+)[”“»\"」]")


@dataclass(frozen=True, slots=True)
class Sheet:
    """``strengths`` and ``topics`` (to work on): one sentence each, spoken to the candidate."""

    strengths: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing at all."""
        return not self.strengths and not self.topics


@dataclass(frozen=True, slots=True)
class SheetProblem:
    """Why an entry may not be told; ``field`` is where it stands, such as "topics.0"."""

    field: str
    sentence: str


def check_sheet(sheet: Sheet, sources: Iterable[str], language: str) -> tuple[SheetProblem, ...]:
    """Why this sheet may not be released, in order of its entries; empty when it may.

    ``sources`` are the texts whose words and numbers it may repeat: questions, key points, verified quotes. Whoever
    wrote it, it holds no rating, no verdict, no protected topic (Q3) and nothing about how somebody sounds (Q4).
    """
    allowed = Allowed(tuple(sources))
    found: list[SheetProblem] = []
    for name, entries in (("strengths", sheet.strengths), ("topics", sheet.topics)):
        if len(entries) > MAX_ENTRIES:
            found.append(SheetProblem(name, f"This holds {MAX_ENTRIES} entries at most."))
        for number, text in enumerate(entries):
            field = f"{name}.{number}"
            if not text.strip():
                found.append(SheetProblem(field, "This entry says nothing."))
            if len(text) > MAX_ENTRY_CHARS:
                found.append(SheetProblem(field, f"An entry has {MAX_ENTRY_CHARS} characters at most."))
            found += [SheetProblem(field, sentence) for sentence in check_narrative([text], allowed)]
            found += [
                SheetProblem(field, finding.sentence)
                for check in (check_anchor_text, check_question_text)
                for finding in check(text, language)
            ]
    return tuple(found)


def unsaid_quotes(sheet: Sheet, said: Iterable[str]) -> tuple[str, ...]:
    """Pieces between quotation marks that nobody said, as a model's draft may invent them."""
    sources = f" {' '.join(fold(text) for text in said)} "

    def was_said(words: str) -> bool:
        folded = fold(words)
        return (folded if folded and is_unspaced(folded[0]) else f" {folded} ") in sources

    return tuple(
        match["words"]
        for text in (*sheet.strengths, *sheet.topics)
        for match in _QUOTED.finditer(text)
        if word_count(match["words"]) >= _QUOTED_WORDS and not was_said(match["words"])
    )

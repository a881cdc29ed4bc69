"""What may be told to a candidate who asks: the employer's own words in pieces short enough for the ear.

Nothing is made here: a passage stands word for word in an approved fact or in the job's text. What a telephone cannot
speak, what asks something itself, touches a protected topic or gives orders to a machine is left out.
"""

import math
import re
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from interview.answers import injection_spans
from interview.folding import sanitise, word_count
from interview.lint import check_question_text, check_spoken_form

MAX_WORDS = 60
MIN_WORDS = 3
# A shorter line without a full stop is a heading.
MIN_WORDS_OF_A_LINE = 5
# A job's text has a few dozen; a text that somebody inflated is not read to its end.
MAX_PASSAGES = 200
MAX_CHARS = 40_000
FACT = "fact"
JOB_TEXT = "job_text"

_BULLET = re.compile(r"^\s*(?:[-*\u2022\u2023\u25e6\u00b7\u2013\u2014]+|\(?[0-9]{1,2}[.)])\s+")
# A full stop, and not one of an initial or "e.g.": a blank and neither a small letter nor a digit follow.
_SENTENCE_END = re.compile(
    r"(?<![.\s][A-Za-z]\.)(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bNo\.)(?<!\bbzw\.)(?<!\bca\.)(?<=[.!?])"
    r"[\"\u201d\u00bb)]*\s+(?=[^\sa-z0-9])|(?<=[\u3002\uff01\uff1f\u0964])"
)
_QUESTION_MARKS = "?\uff1f\u061f"
# How long the whole is and how it is put matters little: it is told, not asked.
_UNSPEAKABLE = frozenset({"list_or_code", "url", "unspeakable"})


@dataclass(frozen=True, slots=True)
class Passage:
    """``text`` is what may be spoken, word for word; ``topic`` is what a fact is about, "" for the job's text."""

    text: str
    source: str
    topic: str = ""

    @property
    def looked_for_by(self) -> str:
        """The text that is compared with a question."""
        return f"{self.topic}: {self.text}" if self.topic else self.text


def passages_of(facts: Iterable[tuple[str, str]], job_text: str, language: str) -> tuple[Passage, ...]:
    """The passages of facts (topic, text), then of the job's text; each text once.

    Sentences of a fact stay together as long as the ear can follow; the job's text is told sentence by sentence.
    """
    found = [
        Passage(piece, FACT, sanitise(topic).strip()) for topic, text in facts for piece in _packed(_sentences(text))
    ]
    found += [Passage(sentence, JOB_TEXT) for sentence in _sentences(job_text) if _says_something(sentence)]
    kept: dict[str, Passage] = {}
    for passage in found:
        if passage.text not in kept and _may_be_told(passage.text, language):
            kept[passage.text] = passage
        if len(kept) == MAX_PASSAGES:
            break
    return tuple(kept.values())


def nearest(question: Sequence[float], passages: Sequence[Sequence[float]]) -> tuple[int, float] | None:
    """The index of the most similar vector and its cosine similarity; None without any that can be compared."""
    best: tuple[int, float] | None = None
    for index, vector in enumerate(passages):
        similarity = _cosine(question, vector)
        if similarity is not None and (best is None or similarity > best[1]):
            best = index, similarity
    return best


def floats_of(vector: bytes) -> tuple[float, ...]:
    """The numbers of a vector as it is kept: little-endian 32-bit floats."""
    return struct.unpack(f"<{len(vector) // 4}f", vector)


def _cosine(one: Sequence[float], other: Sequence[float]) -> float | None:
    lengths = math.hypot(*one) * math.hypot(*other)
    if len(one) != len(other) or not math.isfinite(lengths) or lengths == 0.0:
        return None
    return sum(a * b for a, b in zip(one, other, strict=True)) / lengths


def _sentences(text: str) -> list[str]:
    """The sentences of a text, each a piece of one line; headings and bullets give their words only."""
    found = []
    for line in sanitise(text, MAX_CHARS).splitlines():
        words = _BULLET.sub("", line).strip()
        if words.endswith((":", "\uff1a")):
            continue
        found += [" ".join(piece.split()) for piece in _SENTENCE_END.split(words)]
    return [piece for piece in found if piece]


def _says_something(sentence: str) -> bool:
    ends = sentence[-1] in ".!\u3002\uff01\u0964"
    return word_count(sentence) >= (MIN_WORDS if ends else MIN_WORDS_OF_A_LINE)


def _packed(sentences: Iterable[str]) -> list[str]:
    """Sentences joined to pieces of ``MAX_WORDS`` words at most; one that is longer stays alone."""
    pieces: list[str] = []
    for sentence in sentences:
        joined = f"{pieces[-1]} {sentence}" if pieces else sentence
        if pieces and word_count(joined) <= MAX_WORDS:
            pieces[-1] = joined
        else:
            pieces.append(sentence)
    return pieces


def _may_be_told(text: str, language: str) -> bool:
    if word_count(text) > MAX_WORDS or any(mark in text for mark in _QUESTION_MARKS):
        return False
    if any(finding.code in _UNSPEAKABLE for finding in check_spoken_form(text, language)):
        return False
    return not check_question_text(text, language) and not injection_spans(text)

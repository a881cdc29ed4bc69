"""A transcript in pieces and words: which words are evidence, and when each was said."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from interview.answers import SpeechInterval, Transcript
from interview.word_times import SpokenWord, spoken_words
from ivr.services.evidence import Evidence, Piece
from ivr.services.views import AnswerView


@dataclass(frozen=True, slots=True)
class Part:
    """A word, or what stands between words; ``start_s`` is None where no time is known."""

    text: str
    start_s: float | None = None


@dataclass(frozen=True, slots=True)
class SpokenPiece:
    """A stretch of the transcript with the quotes that run over it; all parts put together are the transcript."""

    parts: tuple[Part, ...]
    evidence: tuple[Evidence, ...] = ()
    begins: tuple[Evidence, ...] = ()
    ends: tuple[Evidence, ...] = ()


def words_of_answer(answer: AnswerView, language: str) -> tuple[SpokenWord, ...]:
    """The words of what can be heard, with their times; of anything else none."""
    if not answer.has_audio or not answer.transcript:
        return ()
    speech = tuple(SpeechInterval(start, end) for start, end in answer.heard)
    return spoken_words(Transcript(answer.transcript, language, speech))


def spoken(pieces: Sequence[Piece], words: Sequence[SpokenWord]) -> tuple[SpokenPiece, ...]:
    """The pieces with their words. A word through which a quote's edge goes is in both pieces, with the same time."""
    found, at = [], 0
    for piece in pieces:
        parts = tuple(_parts(piece.text, at, words))
        found.append(SpokenPiece(parts, piece.evidence, piece.begins, piece.ends))
        at += len(piece.text)
    return tuple(found)


def _parts(text: str, at: int, words: Sequence[SpokenWord]) -> Iterator[Part]:
    """The parts of the transcript from character ``at``."""
    end, here = at + len(text), at
    for word in words:
        if word.end_char <= here or word.start_char >= end:
            continue
        start, stop = max(word.start_char, here), min(word.end_char, end)
        if start > here:
            yield Part(text[here - at : start - at])
        yield Part(text[start - at : stop - at], word.start_s)
        here = stop
    if here < end:
        yield Part(text[here - at :])

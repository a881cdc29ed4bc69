"""Quotes numbered in the order in which they were said, and the transcript cut so that each can be marked."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from interview.answers import Transcript, find_quote
from ivr.services.views import AnswerView, QuoteView


@dataclass(frozen=True, slots=True)
class Evidence:
    """One quote with its number; ``place`` is where it stands in the transcript shown, or in that of the follow-up,
    None when it is in neither."""

    number: int
    text: str
    start_s: float | None
    place: tuple[int, int] | None
    in_follow_up: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the transcript and the quotes that run over it; ``begins`` and ``ends`` here."""

    text: str
    evidence: tuple[Evidence, ...] = ()
    begins: tuple[Evidence, ...] = ()
    ends: tuple[Evidence, ...] = ()


def evidence_of(answer: AnswerView, language: str) -> tuple[Evidence, ...]:
    """Every quote that a rating or a key point rests on, once. Quotes that were never said are left out."""
    transcript = Transcript(answer.transcript or "", language)
    later = Transcript((answer.follow_up.transcript if answer.follow_up else None) or "", language)
    found: dict[str, Evidence] = {}
    for quote in _quotes(answer):
        if quote.verified and quote.text not in found:
            place = _place(quote.text, transcript)
            place_later = _place(quote.text, later) if place is None else None
            found[quote.text] = Evidence(
                0, quote.text, quote.start_s, place or place_later, in_follow_up=place_later is not None
            )
    last = len(transcript.text) + len(later.text)
    in_order = sorted(found.values(), key=lambda one: (one.in_follow_up, one.place or (last, last), one.text))
    return tuple(replace(one, number=number) for number, one in enumerate(in_order, start=1))


def evidence_in(quotes: Iterable[QuoteView], text: str, language: str) -> tuple[Evidence, ...]:
    """These quotes of one text, numbered in the order in which they were said; what is not in it is left out."""
    transcript = Transcript(text, language)
    placed = {quote.text: (place, quote) for quote in quotes if (place := _place(quote.text, transcript)) is not None}
    in_order = sorted(placed.values(), key=lambda one: one[0])
    return tuple(
        Evidence(number, quote.text, quote.start_s, place) for number, (place, quote) in enumerate(in_order, start=1)
    )


def pieces_of(text: str, evidence: Iterable[Evidence]) -> tuple[Piece, ...]:
    """The transcript cut wherever a quote begins or ends; the pieces put together are the transcript again."""
    placed = [(one, *one.place) for one in evidence if one.place is not None]
    edges = sorted({0, len(text)} | {edge for _, start, end in placed for edge in (start, end)})
    return tuple(
        Piece(
            text[start:end],
            tuple(one for one, begin, finish in placed if begin <= start and end <= finish),
            tuple(one for one, begin, _ in placed if begin == start),
            tuple(one for one, _, finish in placed if finish == end),
        )
        for start, end in zip(edges, edges[1:], strict=False)
    )


def _quotes(answer: AnswerView) -> Iterable[QuoteView]:
    for criterion in answer.criteria:
        yield from criterion.quotes
    for point in answer.key_points:
        if point.quote is not None:
            yield point.quote
    yield from answer.evidence


def _place(quote: str, transcript: Transcript) -> tuple[int, int] | None:
    at = transcript.text.find(quote)
    if at >= 0:
        return at, at + len(quote)
    match = find_quote(quote, transcript)
    return None if match is None else (match.start_char, match.end_char)

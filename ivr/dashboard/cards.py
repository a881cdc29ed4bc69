"""The cards of an interview's page: one for each core question, with its quotes, levels and what people made of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from interview.rubric import criteria_for
from ivr.dashboard.spoken import SpokenPiece, spoken, words_of_answer
from ivr.services.evidence import Evidence, evidence_of, pieces_of
from ivr.services.interview_reading import Level, answered_questions, levels_of
from ivr.services.views import AnswerView, InterviewView, PeaksView, QuoteView

# Where a person is to listen: what the rules left to them, and what got lost.
_FOR_A_PERSON = frozenset({"needs_review", "technical_failure"})


@dataclass(frozen=True, slots=True)
class OwnRatings:
    """What a person rated themselves, beside the model, 1-5 by criterion."""

    reviewer: str
    ratings: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Card:
    """One question with the take that counts, and the takes before it. ``criteria`` are what it is rated by;
    ``is_timed``: it is known, by estimate at least, when each word was said."""

    number: int
    anchor: str
    answer: AnswerView
    peaks: tuple[int, ...]
    pieces: tuple[SpokenPiece, ...]
    later_pieces: tuple[SpokenPiece, ...]
    is_timed: bool
    evidence: tuple[Evidence, ...]
    levels: tuple[Level, ...]
    earlier: tuple[AnswerView, ...]
    weight_share: float | None
    criteria: tuple[str, ...]
    own: tuple[OwnRatings, ...]

    def numbers(self, quotes: Sequence[QuoteView]) -> tuple[Evidence, ...]:
        """The numbered evidence among these quotes."""
        wanted = {quote.text for quote in quotes}
        return tuple(one for one in self.evidence if one.text in wanted)

    @property
    def is_for_a_person(self) -> bool:
        """Whether somebody is asked to look at this answer."""
        return self.answer.state in _FOR_A_PERSON or bool(self.answer.review_reasons)

    @property
    def is_unscored(self) -> bool:
        """Whether it carries no number."""
        return self.answer.score is None


def cards_of(interview: InterviewView, peaks: Mapping[str, PeaksView], *, is_blind: bool) -> tuple[Card, ...]:
    """A card for each question that was reached; blind ones show nothing that tells what counted."""
    cards = []
    for one in answered_questions(interview):
        answer = one.answer
        evidence = () if is_blind else evidence_of(answer, interview.job.language)
        words = words_of_answer(answer, interview.job.language)
        later = (answer.follow_up.transcript if answer.follow_up else None) or ""
        cards.append(
            Card(
                number=one.number,
                anchor=f"q{one.number}",
                answer=answer,
                peaks=peaks[answer.id].peaks if answer.id in peaks and answer.has_audio else (),
                pieces=spoken(pieces_of(answer.transcript or "", [e for e in evidence if not e.in_follow_up]), words),
                # What was said later is another recording, which this card's player does not play.
                later_pieces=spoken(pieces_of(later, [e for e in evidence if e.in_follow_up]), ()),
                is_timed=bool(words),
                evidence=evidence,
                levels=levels_of(answer.question.anchors, None if is_blind else answer.score),
                earlier=one.earlier,
                weight_share=one.weight_share,
                criteria=tuple(criterion.id for criterion in criteria_for(answer.question)),
                own=() if is_blind else tuple(
                    OwnRatings(review.reviewer, review.ratings[answer.id])
                    for review in interview.reviews
                    if review.ratings and answer.id in review.ratings
                ),
            )
        )  # fmt: skip
    return tuple(cards)

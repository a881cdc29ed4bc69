"""Ratings and results without anybody's words: what stays of them when the words behind them are deleted."""

from dataclasses import replace

from interview.scorecard import AnswerScore, CriterionScore, KeyPointScore, ReviewReason, Scorecard

GONE = "Its words were deleted."


def without_words(score: AnswerScore) -> AnswerScore:
    """The same numbers, states and key points; no quote, no reason and no critique.

    What the model wrote of an answer may tell what was said in it, so it goes with the quotes. How many quotes were
    claimed and verified stays, being part of the certainty.
    """
    return replace(
        score,
        criteria=tuple(_criterion(one) for one in score.criteria),
        key_points=tuple(_key_point(one) for one in score.key_points),
        critique="",
        evidence=(),
        cannot_score_reason=None if score.cannot_score_reason is None else GONE,
        review_reasons=tuple(_reason(one) for one in score.review_reasons),
    )


def card_without_words(card: Scorecard) -> Scorecard:
    """The same result; why a person should look is left as its code, because a sentence may repeat what was said."""
    return replace(card, review_reasons=tuple(_reason(one) for one in card.review_reasons))


def _criterion(one: CriterionScore) -> CriterionScore:
    return replace(one, reason="", quotes=())


def _key_point(one: KeyPointScore) -> KeyPointScore:
    return replace(one, quote=None)


def _reason(one: ReviewReason) -> ReviewReason:
    return replace(one, sentence=GONE)

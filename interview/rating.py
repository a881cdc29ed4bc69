"""What the samples of one answer's rating come to (assessment J11-J16, R18, I27): numbers, or reasons for a person."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import median

from interview.answers import Transcript, find_quote, quote_start_s
from interview.arithmetic import Weights, exact, mean, one_to_ten, out_of_ten, weighted_mean
from interview.question import Dimension, Question, QuestionType
from interview.raw_rating import BadRating, KeyPointStatus, RawCriterion, RawKeyPoint, RawRating, parse_rating
from interview.rubric import Criterion
from interview.scorecard import AnswerScore, AnswerState, CriterionScore, KeyPointScore, Quote, ReviewReason

__all__ = [
    "BadRating",
    "KeyPointStatus",
    "RawCriterion",
    "RawKeyPoint",
    "RawRating",
    "Tally",
    "combine",
    "needs_resample",
    "parse_rating",
    "tally",
]

# Assessment J11, J12, J15, I27.
HIGH_RATING = 4
REVIEW_SPREAD = 2
CORRECT_FROM = Fraction(6)
INJECTION_TOLERANCE = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Tally:
    """The numbers alone: medians 1-5 by criterion, D 1-5 by dimension, and the score 0-10.

    A criterion that most samples left open has no median. ``score`` is None unless every declared dimension has a D.
    """

    ratings: Mapping[str, float]
    dimensions: Mapping[str, float]
    score: float | None


def needs_resample(sample: RawRating, transcript: Transcript, follow_up: Transcript | None = None) -> bool:
    """Whether a rating of 4 or 5 is left without a verified quote, so that this sample is asked for once more (J11)."""
    return any(
        criterion.rating is not None
        and criterion.rating >= HIGH_RATING
        and all(_verified(quote, transcript, follow_up) is None for quote in criterion.quotes)
        for criterion in sample.criteria
    )


def tally(
    samples: Sequence[RawRating], question: Question, criteria: Sequence[Criterion], weights: Weights
) -> Tally:
    """The numbers that these samples come to (J12, J14), before any rule about reviews."""
    medians = _medians(samples, criteria)
    means = _dimension_means(medians, question, criteria)
    score = _score(means, question, weights)
    return Tally(
        {id: float(value) for id, value in medians.items()},
        {dimension.value: float(value) for dimension, value in means.items()},
        None if score is None else float(score),
    )


def combine(
    samples: Sequence[RawRating],
    question: Question,
    criteria: Sequence[Criterion],
    transcript: Transcript,
    *,
    follow_up: Transcript | None = None,
    weights: Weights | None = None,
    transcription_certainty: float = 1.0,
    span_found: bool = False,
    score_without_span: float | None = None,
    ratings_without_span: Mapping[str, float] | None = None,
    bias_findings: Iterable[str] = (),
) -> AnswerScore:
    """What one or more samples come to: ``scored`` with numbers, or ``needs_review`` with reasons and without any.

    A sample for which ``needs_resample`` held should have been asked for again before; what still lacks its quote is
    for a person. ``span_found`` says that the detector found words to the grader; ``score_without_span`` is then the
    ``tally`` score of the answer without them (0.0 when nothing is left of it) and ``ratings_without_span`` its
    medians. ``transcription_certainty`` runs 0-1, 1 when unknown. ``bias_findings`` are the sentences of the wording
    checks that hit the reasons (J15).

    Raises:
        ValueError: there is no sample.
    """
    if not samples:
        raise ValueError("there is no sample to combine")
    weights = weights or Weights()
    medians = _medians(samples, criteria)
    means = _dimension_means(medians, question, criteria)
    score = _score(means, question, weights)
    claims = [_Claims.of(sample, transcript, follow_up) for sample in samples]
    claimed = sum(claim.claimed for claim in claims)
    verified = sum(claim.verified for claim in claims)
    findings = tuple(bias_findings)
    suspected = [sample.injection_suspected for sample in samples]
    cannot = [sample.cannot_score_reason for sample in samples if sample.cannot_score_reason]

    reasons: list[ReviewReason] = []
    if 2 * len(cannot) >= len(samples):
        reasons.append(ReviewReason("cannot_score", "The rater could not score this answer."))
    elif score is None:
        reasons.append(ReviewReason("not_fully_rated", "A dimension that this question asks for was left unrated."))
    if any(needs_resample(sample, transcript, follow_up) for sample in samples):
        reasons.append(ReviewReason("high_rating_unverified", "A high rating has no quote that was really said."))
    if 2 * (claimed - verified) > claimed:
        reasons.append(ReviewReason("quotes_unverified", "More than half of the quotes were never said."))
    if any(_spread(sample_ratings) >= REVIEW_SPREAD for sample_ratings in _ratings(samples, criteria).values()):
        reasons.append(ReviewReason("samples_disagree", "The samples disagree by two levels or more."))
    if span_found or any(suspected):
        reasons.extend(
            _injection_reasons(
                score,
                medians,
                score_without_span,
                ratings_without_span,
                needed=span_found or 2 * sum(suspected) >= len(samples),
            )
        )
    if findings:
        reasons.append(ReviewReason("biased_wording", "The reasons speak of something that must not be rated."))

    scored = not reasons and score is not None
    key_points = _key_points(samples, claims, question)
    judged = _criteria(samples, claims, criteria, medians if scored else {})
    content, communication = means.get(Dimension.CONTENT), means.get(Dimension.COMMUNICATION)
    return AnswerScore(
        question_id=question.id,
        state=AnswerState.SCORED if scored else AnswerState.NEEDS_REVIEW,
        answer10=float(score) if scored and score is not None else None,
        dimension_ratings={d.value: float(value) for d, value in means.items()} if scored else {},
        dimension_scores={d.value: float(out_of_ten(value)) for d, value in means.items()} if scored else {},
        understanding=one_to_ten(content) if scored and content is not None else None,
        explainability=one_to_ten(communication) if scored and communication is not None else None,
        is_correct=score >= CORRECT_FROM
        if scored and score is not None and question.type is QuestionType.TECHNICAL
        else None,
        certainty=_certainty(samples, question, criteria, weights, claimed, verified, transcription_certainty)
        if scored
        else None,
        criteria=judged,
        key_points=key_points,
        concepts_missed=tuple(point.text for point in key_points if point.status == KeyPointStatus.MISSING.value),
        critique=" ".join(criterion.reason for criterion in judged if criterion.reason),
        evidence=_evidence(judged, key_points),
        quotes_claimed=claimed,
        quotes_verified=verified,
        off_topic=2 * sum(sample.off_topic for sample in samples) > len(samples),
        needs_clarification=2 * sum(sample.needs_clarification for sample in samples) > len(samples),
        cannot_score_reason=cannot[0] if cannot else None,
        injection_flag=span_found or any(suspected),
        bias_flag=bool(findings),
        review_reasons=tuple(reasons),
    )


@dataclass(frozen=True, slots=True)
class _Claims:
    """The verified quotes of one sample, by key point and by criterion, and how many it claimed."""

    key_points: Mapping[str, Quote | None]
    criteria: Mapping[str, tuple[Quote, ...]]
    claimed: int
    verified: int

    @classmethod
    def of(cls, sample: RawRating, transcript: Transcript, follow_up: Transcript | None) -> "_Claims":
        key_points = {
            point.id: None if point.quote is None else _verified(point.quote, transcript, follow_up)
            for point in sample.key_points
        }
        criteria = {}
        for criterion in sample.criteria:
            found = [_verified(quote, transcript, follow_up) for quote in criterion.quotes]
            criteria[criterion.id] = tuple(quote for quote in found if quote is not None)
        claimed = sum(point.quote is not None for point in sample.key_points)
        claimed += sum(len(criterion.quotes) for criterion in sample.criteria)
        verified = sum(quote is not None for quote in key_points.values()) + sum(map(len, criteria.values()))
        return cls(key_points, criteria, claimed, verified)


def _verified(quote: str, transcript: Transcript, follow_up: Transcript | None) -> Quote | None:
    """The quote as it stands in the answer or its follow-up, or None (J11)."""
    for source in (transcript, follow_up):
        match = None if source is None else find_quote(quote, source)
        if source is not None and match is not None:
            time = quote_start_s(match, source)
            return Quote(
                text=source.text[match.start_char : match.end_char],
                start_char=match.start_char,
                end_char=match.end_char,
                start_s=None if time is None else time.start_s,
                approximate=time is None or time.approximate,
                in_follow_up=source is follow_up,
            )
    return None


def _ratings(samples: Sequence[RawRating], criteria: Sequence[Criterion]) -> dict[str, tuple[int | None, ...]]:
    by_sample = [{criterion.id: criterion.rating for criterion in sample.criteria} for sample in samples]
    return {criterion.id: tuple(ratings[criterion.id] for ratings in by_sample) for criterion in criteria}


def _spread(ratings: tuple[int | None, ...]) -> int:
    given = [rating for rating in ratings if rating is not None]
    return max(given) - min(given) if given else 0


def _medians(samples: Sequence[RawRating], criteria: Sequence[Criterion]) -> dict[str, Fraction]:
    found = {}
    for id, ratings in _ratings(samples, criteria).items():
        given = [Fraction(rating) for rating in ratings if rating is not None]
        if given and 2 * len(given) >= len(ratings):
            found[id] = median(given)
    return found


def _dimension_means(
    medians: Mapping[str, Fraction], question: Question, criteria: Sequence[Criterion]
) -> dict[Dimension, Fraction]:
    """J14: D, the mean of the non-null medians, for each declared dimension that has one."""
    means = {
        dimension: mean(medians[c.id] for c in criteria if c.dimension is dimension and c.id in medians)
        for dimension in question.dimensions
    }
    return {dimension: value for dimension, value in means.items() if value is not None}


def _score(means: Mapping[Dimension, Fraction], question: Question, weights: Weights) -> Fraction | None:
    """J14: answer10 over the dimensions that the question declares; None unless each of them was rated."""
    if any(dimension not in means for dimension in question.dimensions):
        return None
    return weighted_mean((weights.of(dimension), out_of_ten(means[dimension])) for dimension in question.dimensions)


def _injection_reasons(
    score: Fraction | None,
    medians: Mapping[str, Fraction],
    score_without: float | None,
    ratings_without: Mapping[str, float] | None,
    needed: bool,
) -> list[ReviewReason]:
    """I27: the answer as given against the answer without the words to the grader."""
    if score is None:
        return []
    if score_without is None:
        sentence = "Words that may speak to the grader were noticed and could not be compared with the answer without."
        return [ReviewReason("injection_not_compared", sentence)] if needed else []
    differs = abs(score - exact(score_without)) > INJECTION_TOLERANCE
    for id, rating in (ratings_without or {}).items():
        if id in medians:
            difference = abs(out_of_ten(medians[id]) - out_of_ten(exact(rating)))
            differs = differs or difference > INJECTION_TOLERANCE
    sentence = "The score changes when words that may speak to the grader are left out."
    return [ReviewReason("injection_changes_score", sentence)] if differs else []


def _key_points(
    samples: Sequence[RawRating], claims: Sequence[_Claims], question: Question
) -> tuple[KeyPointScore, ...]:
    """Each key point with the status that most samples support (of an even split the lower) and a quote for it."""
    order = list(KeyPointStatus)
    found = []
    for point in question.key_points:
        said = [{raw.id: raw.status for raw in sample.key_points}[point.id] for sample in samples]
        ranks = sorted(order.index(status) for status in said)
        status = order[ranks[(len(ranks) - 1) // 2]]
        quotes = [claim.key_points[point.id] for claim, own in zip(claims, said, strict=True) if own is status]
        quote = next((quote for quote in quotes if quote is not None), None)
        found.append(KeyPointScore(point.id, point.text, status.value, quote))
    return tuple(found)


def _criteria(
    samples: Sequence[RawRating],
    claims: Sequence[_Claims],
    criteria: Sequence[Criterion],
    medians: Mapping[str, Fraction],
) -> tuple[CriterionScore, ...]:
    """Each criterion with its median, the reason of the sample nearest to it, and all verified quotes once."""
    by_id = _ratings(samples, criteria)
    found = []
    for criterion in criteria:
        ratings = by_id[criterion.id]
        given = [rating for rating in ratings if rating is not None]
        middle = float(median(given)) if given else 0.0
        nearest = min(range(len(samples)), key=lambda i: _distance(ratings[i], middle))
        reason = next(raw.reason for raw in samples[nearest].criteria if raw.id == criterion.id)
        quotes = _by_place(quote for claim in claims for quote in claim.criteria[criterion.id])
        rating = medians.get(criterion.id)
        found.append(
            CriterionScore(
                criterion.id,
                criterion.dimension,
                None if rating is None else float(rating),
                reason,
                quotes,
                ratings,
            )
        )
    return tuple(found)


def _distance(rating: int | None, middle: float) -> float:
    return float("inf") if rating is None else abs(rating - middle)


def _by_place(quotes: Iterable[Quote]) -> tuple[Quote, ...]:
    """Each quote once, in the order in which they were said."""
    by_place = {(quote.in_follow_up, quote.start_char, quote.end_char): quote for quote in quotes}
    return tuple(by_place[key] for key in sorted(by_place))


def _evidence(criteria: Sequence[CriterionScore], key_points: Sequence[KeyPointScore]) -> tuple[Quote, ...]:
    quotes = [quote for criterion in criteria for quote in criterion.quotes]
    return _by_place(quotes + [point.quote for point in key_points if point.quote is not None])


def _certainty(
    samples: Sequence[RawRating],
    question: Question,
    criteria: Sequence[Criterion],
    weights: Weights,
    claimed: int,
    verified: int,
    transcription: float,
) -> float:
    """R18, 0-100. One sample agrees with itself; where no quote was claimed none is missing."""
    each = [tally([sample], question, criteria, weights).score for sample in samples]
    scores = [exact(score) for score in each if score is not None]
    agreement = 1 - (max(scores) - min(scores)) / 10 if scores else Fraction(1)
    evidence = Fraction(verified, claimed) if claimed else Fraction(1)
    return float(100 * agreement * evidence * exact(transcription))

"""From the scores of the answers to a result (assessment R17, R18): weights, thresholds and the story in words."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from fractions import Fraction
from typing import TypeVar

from interview.arithmetic import Weights, exact, out_of_ten, shown, weighted_mean
from interview.question import Dimension, Question

# Assessment R17.
MIN_COVERAGE = Fraction(3, 4)
BORDERLINE_WITHIN = Fraction(1, 2)


class AnswerState(StrEnum):
    """Assessment J16: all but ``scored`` carry no number and lower coverage."""

    SCORED = "scored"
    NO_RESPONSE = "no_response"
    SKIPPED = "skipped"
    TECHNICAL_FAILURE = "technical_failure"
    NEEDS_REVIEW = "needs_review"
    PENDING = "pending"


class Recommendation(StrEnum):
    HIRE = "hire"
    CONSIDER = "consider"
    REJECT = "reject"


class KnockoutOutcome(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    UNCLEAR = "unclear"


class UnknownQuestion(Exception):
    """A score or a knockout names a question that the script does not have."""


@dataclass(frozen=True, slots=True)
class ReviewReason:
    """Why a person should look: a stable word and a sentence."""

    code: str
    sentence: str
    question_id: str | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """A verified quote, in the transcript's own words; ``start_s`` is None when the audio's times are unknown."""

    text: str
    start_char: int
    end_char: int
    start_s: float | None = None
    approximate: bool = True
    in_follow_up: bool = False
    verified: bool = True


@dataclass(frozen=True, slots=True)
class KeyPointScore:
    """What became of a key point over all samples: ``status`` is covered, partial or missing."""

    id: str
    text: str
    status: str
    quote: Quote | None = None


@dataclass(frozen=True, slots=True)
class CriterionScore:
    """The median rating of one criterion, None when not rated or not to be shown.

    ``sample_ratings`` are what each sample said: a record of how the median came about, not a score.
    """

    id: str
    dimension: Dimension
    rating: float | None
    reason: str
    quotes: tuple[Quote, ...] = ()
    sample_ratings: tuple[int | None, ...] = ()


@dataclass(frozen=True, slots=True)
class AnswerScore:
    """What the rating of one answer came to. Only the state ``scored`` carries numbers.

    ``answer10`` runs 0-10, ``dimension_ratings`` (D) 1-5 and ``dimension_scores`` (d10) 0-10, both by dimension;
    ``understanding`` and ``explainability`` 1-10; ``certainty`` 0-100.
    """

    question_id: str
    state: AnswerState
    answer10: float | None = None
    dimension_ratings: Mapping[str, float] = field(default_factory=dict)
    dimension_scores: Mapping[str, float] = field(default_factory=dict)
    understanding: int | None = None
    explainability: int | None = None
    is_correct: bool | None = None
    certainty: float | None = None
    criteria: tuple[CriterionScore, ...] = ()
    key_points: tuple[KeyPointScore, ...] = ()
    concepts_missed: tuple[str, ...] = ()
    critique: str = ""
    evidence: tuple[Quote, ...] = ()
    quotes_claimed: int = 0
    quotes_verified: int = 0
    off_topic: bool = False
    needs_clarification: bool = False
    cannot_score_reason: str | None = None
    injection_flag: bool = False
    bias_flag: bool = False
    review_reasons: tuple[ReviewReason, ...] = ()

    def __post_init__(self) -> None:
        if (self.state is AnswerState.SCORED) != (self.answer10 is not None):
            raise ValueError("an answer carries a number exactly when it is scored")

    @property
    def score_100(self) -> float | None:
        """The same on 0-100."""
        return None if self.answer10 is None else float(10 * exact(self.answer10))


def unscored(question_id: str, state: AnswerState, reasons: tuple[ReviewReason, ...] = ()) -> AnswerScore:
    """An answer without a number: nothing said, skipped, lost, waiting, or for a person to judge."""
    return AnswerScore(question_id, state, review_reasons=reasons)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """At or above ``hire`` is hire, below ``consider`` is reject."""

    hire: float = 7.0
    consider: float = 5.0

    def __post_init__(self) -> None:
        if not 0 <= self.consider <= self.hire <= 10:
            raise ValueError("thresholds lie between 0 and 10, and consider does not lie above hire")


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules of the job version that a result is made by."""

    thresholds: Thresholds = Thresholds()
    weights: Weights = Weights()
    version: str = "1"


@dataclass(frozen=True, slots=True)
class KnockoutResult:
    """What the candidate's yes or no came to; ``confirmed`` when a person has said so."""

    question_id: str
    outcome: KnockoutOutcome
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class CompetencyScore:
    """The weighted mean 0-10 over the scored questions of a competency; ``weight`` sums all its questions'."""

    name: str
    weight: float
    score: float | None


@dataclass(frozen=True, slots=True)
class Scorecard:
    """The result by rule. All scores run 0-10 in full precision; show them with ``shown``.

    Not ``concluded`` while an answer is still to be rated: then there is no total and no recommendation.
    """

    overall10: float | None
    overall_rating: str
    recommendation: Recommendation | None
    concluded: bool
    needs_review: bool
    review_reasons: tuple[ReviewReason, ...]
    borderline: bool
    coverage: float
    certainty: float | None
    dimension_scores: Mapping[str, float]
    criterion_scores: Mapping[str, float]
    type_scores: Mapping[str, float]
    competencies: tuple[CompetencyScore, ...]
    questions_total: int
    questions_attempted: int
    questions_correct: int
    concepts_missed: tuple[str, ...]
    policy: Policy
    steps: tuple[str, ...]

    @property
    def overall100(self) -> float | None:
        """The same on 0-100."""
        return None if self.overall10 is None else float(10 * exact(self.overall10))

    @property
    def hire_recommendation(self) -> bool | None:
        """Whether the recommendation is to hire; None without one."""
        return None if self.recommendation is None else self.recommendation is Recommendation.HIRE


def build_scorecard(
    questions: Iterable[Question],
    scores: Iterable[AnswerScore],
    knockouts: Iterable[KnockoutResult],
    policy: Policy,
    contested: Collection[str] = (),
) -> Scorecard:
    """Weigh the answers' scores into a total and a recommendation.

    One score per core question at most; a question without one was not reached: it lowers ``coverage`` and carries no
    number. The total runs from 0.0 to 10.0, weighted by ``Question.weight``; it is None below 0.75 coverage and while
    an answer is pending. A knockout question without a result counts as unclear. ``contested`` are the questions of
    which the candidate says that something is wrong with the answer: they change no number, and a person looks at them.

    Raises:
        UnknownQuestion: a score names no core question, or a knockout result no knockout question.
        ValueError: two scores or two results name the same question.
    """
    asked = tuple(questions)
    core = tuple(question for question in asked if not question.knockout)
    by_id = _by_question(scores, {question.id for question in core}, "score")
    gates = _by_question(knockouts, {question.id for question in asked if question.knockout}, "knockout result")
    scored = tuple(
        (question, by_id[question.id])
        for question in core
        if question.id in by_id and by_id[question.id].state is AnswerState.SCORED
    )
    outcomes = tuple(
        gates.get(question.id, KnockoutResult(question.id, KnockoutOutcome.UNCLEAR))
        for question in asked
        if question.knockout
    )
    pending = sum(score.state is AnswerState.PENDING for score in by_id.values())
    coverage = Fraction(len(scored), len(core)) if core else Fraction(0)
    total = _mean_of((question, score.answer10) for question, score in scored)
    if pending or coverage < MIN_COVERAGE:
        total = None
    recommendation = None if total is None else _recommend(total, outcomes, policy.thresholds)
    reasons = (
        *_review_reasons(by_id, core, outcomes, coverage, pending),
        *(ReviewReason("contested", _CONTESTED, question.id) for question in asked if question.id in contested),
    )
    return Scorecard(
        overall10=None if total is None else float(total),
        overall_rating=_overall_rating(total),
        recommendation=recommendation,
        concluded=pending == 0,
        needs_review=bool(reasons),
        review_reasons=reasons,
        borderline=total is not None and _is_borderline(total, policy.thresholds),
        coverage=float(coverage),
        certainty=min((score.certainty for _, score in scored if score.certainty is not None), default=None),
        dimension_scores=_dimension_scores(scored),
        criterion_scores=_criterion_scores(scored),
        type_scores=_type_scores(scored),
        competencies=_competencies(core, scored),
        questions_total=len(core),
        questions_attempted=sum(score.state in _ATTEMPTED for score in by_id.values()),
        questions_correct=sum(score.is_correct is True for _, score in scored),
        concepts_missed=tuple(dict.fromkeys(concept for _, score in scored for concept in score.concepts_missed)),
        policy=policy,
        steps=_steps(core, by_id, outcomes, coverage, pending, total, recommendation, policy),
    )


_CONTESTED = "The candidate says that something is wrong with this answer."
# An answer was given, whatever became of it.
_ATTEMPTED = frozenset(
    {AnswerState.SCORED, AnswerState.NEEDS_REVIEW, AnswerState.PENDING, AnswerState.TECHNICAL_FAILURE}
)
_Scored = tuple[tuple[Question, AnswerScore], ...]


_Named = TypeVar("_Named", AnswerScore, KnockoutResult)


def _by_question(items: Iterable[_Named], known: set[str], what: str) -> dict[str, _Named]:
    found: dict[str, _Named] = {}
    for item in items:
        if item.question_id not in known:
            raise UnknownQuestion(f"a {what} names {item.question_id!r}, which is no question of that kind here")
        if item.question_id in found:
            raise ValueError(f"more than one {what} for {item.question_id!r}")
        found[item.question_id] = item
    return found


def _mean_of(pairs: Iterable[tuple[Question, float | None]]) -> Fraction | None:
    """The mean of what is there, weighted by the questions."""
    return weighted_mean((exact(question.weight), exact(value)) for question, value in pairs if value is not None)


def _means_by(groups: Mapping[str, list[tuple[Question, float | None]]]) -> dict[str, float]:
    means = {name: _mean_of(pairs) for name, pairs in groups.items()}
    return {name: float(mean) for name, mean in means.items() if mean is not None}


def _dimension_scores(scored: _Scored) -> dict[str, float]:
    return _means_by(
        {d.value: [(question, score.dimension_scores.get(d.value)) for question, score in scored] for d in Dimension}
    )


def _criterion_scores(scored: _Scored) -> dict[str, float]:
    groups: dict[str, list[tuple[Question, float | None]]] = {}
    for question, score in scored:
        for criterion in score.criteria:
            if criterion.rating is not None:
                value = float(out_of_ten(exact(criterion.rating)))
                groups.setdefault(criterion.id, []).append((question, value))
    return _means_by(groups)


def _type_scores(scored: _Scored) -> dict[str, float]:
    groups: dict[str, list[tuple[Question, float | None]]] = {}
    for question, score in scored:
        groups.setdefault(question.type.value, []).append((question, score.answer10))
    return _means_by(groups)


def _competencies(core: tuple[Question, ...], scored: _Scored) -> tuple[CompetencyScore, ...]:
    weights: dict[str, Fraction] = {}
    for question in core:
        weights[question.competency] = weights.get(question.competency, Fraction(0)) + exact(question.weight)
    found = []
    for name, weight in weights.items():
        score = _mean_of((question, score.answer10) for question, score in scored if question.competency == name)
        found.append(CompetencyScore(name, float(weight), None if score is None else float(score)))
    return tuple(found)


def _overall_rating(total: Fraction | None) -> str:
    if total is None:
        return "pending"
    return next(
        (name for name, least in (("excellent", 8.5), ("good", 7.0), ("average", 5.0)) if total >= exact(least)), "poor"
    )


def _is_borderline(total: Fraction, thresholds: Thresholds) -> bool:
    return any(abs(total - exact(edge)) <= BORDERLINE_WITHIN for edge in (thresholds.hire, thresholds.consider))


def _by_score(total: Fraction, thresholds: Thresholds) -> Recommendation:
    if total >= exact(thresholds.hire):
        return Recommendation.HIRE
    return Recommendation.REJECT if total < exact(thresholds.consider) else Recommendation.CONSIDER


def _recommend(
    total: Fraction, outcomes: tuple[KnockoutResult, ...], thresholds: Thresholds
) -> Recommendation:
    if any(result.outcome is KnockoutOutcome.FAILED and result.confirmed for result in outcomes):
        return Recommendation.REJECT
    by_score = _by_score(total, thresholds)
    all_passed = all(result.outcome is KnockoutOutcome.PASSED for result in outcomes)
    return by_score if all_passed or by_score is not Recommendation.HIRE else Recommendation.CONSIDER


def _review_reasons(
    by_id: Mapping[str, AnswerScore],
    core: tuple[Question, ...],
    outcomes: tuple[KnockoutResult, ...],
    coverage: Fraction,
    pending: int,
) -> tuple[ReviewReason, ...]:
    reasons: list[ReviewReason] = []
    for question in core:
        score = by_id.get(question.id)
        if score is None:
            continue
        reasons.extend(replace(reason, question_id=question.id) for reason in score.review_reasons)
        if score.state is AnswerState.TECHNICAL_FAILURE and not score.review_reasons:
            reasons.append(
                ReviewReason("technical_failure", "An answer was lost for a technical reason.", question.id)
            )
        if score.state is AnswerState.NEEDS_REVIEW and not score.review_reasons:
            reasons.append(ReviewReason("answer_needs_review", "An answer is left for a person to judge.", question.id))
    for result in outcomes:
        if result.outcome is KnockoutOutcome.UNCLEAR:
            reasons.append(
                ReviewReason("knockout_unclear", "A required yes or no was not understood.", result.question_id)
            )
        elif result.outcome is KnockoutOutcome.FAILED and not result.confirmed:
            reasons.append(
                ReviewReason("knockout_unconfirmed", "A failed requirement waits to be confirmed.", result.question_id)
            )
    if coverage < MIN_COVERAGE and not pending:
        reasons.append(ReviewReason("low_coverage", "Too few answers could be scored for a recommendation."))
    return tuple(reasons)


_STATE_WORDS = {
    AnswerState.NO_RESPONSE: "had no response",
    AnswerState.SKIPPED: "was skipped",
    AnswerState.TECHNICAL_FAILURE: "was lost for a technical reason",
    AnswerState.NEEDS_REVIEW: "is left for a person to judge",
    AnswerState.PENDING: "is still to be scored",
}


def _steps(
    core: tuple[Question, ...],
    by_id: Mapping[str, AnswerScore],
    outcomes: tuple[KnockoutResult, ...],
    coverage: Fraction,
    pending: int,
    total: Fraction | None,
    recommendation: Recommendation | None,
    policy: Policy,
) -> tuple[str, ...]:
    """How the result came about, in the order in which the rules are applied."""
    scored = sum(score.state is AnswerState.SCORED for score in by_id.values())
    edges = policy.thresholds
    steps = [
        f"{scored} of {len(core)} core questions could be scored: coverage {float(coverage):.2f}, "
        f"{float(MIN_COVERAGE):.2f} is needed."
    ]
    for question in core:
        score = by_id.get(question.id)
        if score is None:
            steps.append(f"{question.id} was not reached and carries no number.")
        elif score.state is not AnswerState.SCORED:
            steps.append(f"{question.id} {_STATE_WORDS[score.state]} and carries no number.")
    if pending:
        steps.append("Answers are still to be scored, so there is no total and no recommendation yet.")
    elif total is None:
        steps.append("Coverage is too low for a total or a recommendation: a person decides.")
    else:
        beside = (edges.hire, edges.consider)
        value = _told(total, beside)
        steps.append(f"The mean of the scores, weighted by question, is {value} of 10.")
        match _by_score(total, edges):
            case Recommendation.HIRE:
                steps.append(f"{value} is not below the hire threshold of {edges.hire:g}.")
            case Recommendation.CONSIDER:
                steps.append(f"{value} lies below {edges.hire:g} (hire) and not below {edges.consider:g} (consider).")
            case Recommendation.REJECT:
                steps.append(f"{value} is below the consider threshold of {edges.consider:g}.")
    for result in outcomes:
        steps.append(_knockout_step(result))
    if recommendation is not None and total is not None:
        if _is_borderline(total, edges):
            steps.append(f"The score lies within {float(BORDERLINE_WITHIN):g} of a threshold: borderline.")
        steps.append(f"Recommendation: {recommendation.value}.")
    return tuple(steps)


def _knockout_step(result: KnockoutResult) -> str:
    match result.outcome, result.confirmed:
        case KnockoutOutcome.PASSED, _:
            return f"Requirement {result.question_id} is met."
        case KnockoutOutcome.FAILED, True:
            return f"Requirement {result.question_id} is not met, as a person confirmed: this means reject."
        case KnockoutOutcome.FAILED, _:
            return f"Requirement {result.question_id} is not met, not yet confirmed: consider at most."
        case _:
            return f"Requirement {result.question_id} is unclear: consider at most."


def _told(total: Fraction, edges: tuple[float, ...]) -> str:
    """The total with one decimal, or as many as it takes not to look like a threshold that it is below."""
    first = shown(float(total))
    if all((exact(first) >= exact(edge)) == (total >= exact(edge)) for edge in edges):
        return f"{first:.1f}"
    return f"{float(total):.6f}".rstrip("0")

"""From answers to a result: coverage, means, thresholds, knockouts, and the story in words."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview.question import DIMENSIONS_BY_TYPE, Difficulty, Dimension, Question, QuestionType
from interview.scorecard import (
    AnswerScore,
    AnswerState,
    CriterionScore,
    KnockoutOutcome,
    KnockoutResult,
    Policy,
    Recommendation,
    ReviewReason,
    Scorecard,
    Thresholds,
    UnknownQuestion,
    build_scorecard,
    unscored,
)


def question(id: str, **more: Any) -> Question:
    type = more.pop("type", QuestionType.GENERAL)
    values: dict[str, Any] = {"competency": "Care", "weight": 1.0, "max_seconds": 90, "text": "What did you do?"}
    return Question(
        id=id, type=type, difficulty=Difficulty.MEDIUM, dimensions=DIMENSIONS_BY_TYPE[type], **(values | more)
    )


def score(id: str, answer10: float, **more: Any) -> AnswerScore:
    return AnswerScore(id, AnswerState.SCORED, answer10=answer10, **more)


def card(*scores: float | AnswerState | None, knockouts: tuple[KnockoutResult, ...] = (), **more: Any) -> Scorecard:
    """A scorecard of as many core questions; None was never reached. Knockout questions follow from ``knockouts``."""
    questions = [question(f"q{i}") for i in range(1, len(scores) + 1)]
    given_scores = [
        unscored(q.id, value) if isinstance(value, AnswerState) else score(q.id, value)
        for q, value in zip(questions, scores, strict=True)
        if value is not None
    ]
    gates = [question(k.question_id, knockout=True, pass_rule="yes") for k in knockouts]
    return build_scorecard(questions + gates, given_scores, knockouts, more.get("policy", Policy()))


def knockout(outcome: str, confirmed: bool = False) -> KnockoutResult:
    return KnockoutResult("k1", KnockoutOutcome(outcome), confirmed)


@pytest.mark.parametrize(
    ("overall", "recommendation", "rating", "borderline"),
    [
        (10.0, "hire", "excellent", False),
        (8.5, "hire", "excellent", False),
        (8.4999, "hire", "good", False),
        (7.51, "hire", "good", False),
        (7.5, "hire", "good", True),
        (7.0, "hire", "good", True),
        (6.9999, "consider", "average", True),
        (6.5, "consider", "average", True),
        (6.0, "consider", "average", False),
        (5.0, "consider", "average", True),
        (4.9999, "reject", "poor", True),
        (4.5, "reject", "poor", True),
        (4.49, "reject", "poor", False),
        (0.0, "reject", "poor", False),
    ],
)
def test_R17_R18_thresholds(overall: float, recommendation: str, rating: str, borderline: bool) -> None:
    result = card(overall, overall, overall)
    assert result.overall10 == pytest.approx(overall)
    assert result.recommendation == Recommendation(recommendation)
    assert result.overall_rating == rating
    assert result.borderline is borderline
    assert result.hire_recommendation is (recommendation == "hire")
    assert not result.needs_review


def test_R17_a_hair_of_floating_point_does_not_decide() -> None:
    values, weight = (6.8, 7.89, 6.31), 1.1
    assert sum(weight * v for v in values) / (weight + weight + weight) < 7.0  # what floats would say
    questions = [question(f"q{i}", weight=weight) for i in range(3)]
    result = build_scorecard(questions, [score(q.id, v) for q, v in zip(questions, values, strict=True)], [], Policy())
    assert result.overall10 == 7.0
    assert result.recommendation is Recommendation.HIRE


def test_R17_the_job_may_change_the_thresholds() -> None:
    policy = Policy(Thresholds(hire=8.0, consider=6.0), version="v7")
    assert card(7.9, policy=policy).recommendation is Recommendation.CONSIDER
    assert card(5.9, policy=policy).recommendation is Recommendation.REJECT
    assert card(5.9, policy=policy).policy.version == "v7"
    for hire, consider in ((5.0, 6.0), (11.0, 5.0), (5.0, -1.0)):
        with pytest.raises(ValueError, match="threshold"):
            Thresholds(hire, consider)


NO = AnswerState.NO_RESPONSE


@pytest.mark.parametrize(
    ("answers", "coverage", "recommendation"),
    [
        ((8.0, 8.0, 8.0, NO), 0.75, "hire"),
        ((8.0, 8.0, NO), 2 / 3, None),
        ((8.0, 8.0, 8.0, AnswerState.SKIPPED), 0.75, "hire"),
        ((8.0, 8.0, AnswerState.NEEDS_REVIEW), 2 / 3, None),
        ((8.0, 8.0, AnswerState.TECHNICAL_FAILURE), 2 / 3, None),
        ((8.0, 8.0, None), 2 / 3, None),
        ((NO, NO), 0.0, None),
        ((), 0.0, None),
    ],
)
def test_R17_no_recommendation_below_three_quarters(
    answers: tuple[float | AnswerState | None, ...], coverage: float, recommendation: str | None
) -> None:
    result = card(*answers)
    assert result.coverage == pytest.approx(coverage)
    assert result.recommendation == recommendation
    assert (result.overall10 is None) is (recommendation is None)
    if recommendation is None:
        assert (result.overall_rating, result.overall100, result.hire_recommendation) == ("pending", None, None)
        assert not result.borderline
        assert result.needs_review
        assert "low_coverage" in [reason.code for reason in result.review_reasons]


@pytest.mark.parametrize("state", [state for state in AnswerState if state is not AnswerState.SCORED])
def test_J16_only_scored_answers_count(state: AnswerState) -> None:
    result = card(8.0, 6.0, 7.0, state)
    assert result.coverage == 0.75
    if state is not AnswerState.PENDING:
        assert result.overall10 == 7.0


def test_a_pending_answer_keeps_the_result_open() -> None:
    """Decision 7: never a number before everything is rated."""
    result = card(9.0, 9.0, 9.0, 9.0, AnswerState.PENDING)
    assert not result.concluded
    assert (result.overall10, result.recommendation, result.overall_rating) == (None, None, "pending")
    assert not result.needs_review
    assert "q5 is still to be scored and carries no number." in result.steps
    assert card(9.0).concluded


@pytest.mark.parametrize(
    ("overall", "outcome", "confirmed", "recommendation", "review"),
    [
        (9.0, "passed", False, "hire", None),
        (9.0, "passed", True, "hire", None),
        (9.0, "unclear", False, "consider", "knockout_unclear"),
        (9.0, "failed", False, "consider", "knockout_unconfirmed"),
        (9.0, "failed", True, "reject", None),
        (6.0, "failed", False, "consider", "knockout_unconfirmed"),
        (6.0, "failed", True, "reject", None),
        (4.0, "failed", False, "reject", "knockout_unconfirmed"),
        (4.0, "unclear", False, "reject", "knockout_unclear"),
    ],
)
def test_R17_knockouts(overall: float, outcome: str, confirmed: bool, recommendation: str, review: str | None) -> None:
    result = card(overall, knockouts=(knockout(outcome, confirmed),))
    assert result.recommendation == Recommendation(recommendation)
    assert [reason.code for reason in result.review_reasons] == ([review] if review else [])
    assert result.coverage == 1.0
    assert result.questions_total == 1


def test_R17_a_knockout_that_was_never_answered_is_unclear() -> None:
    questions = [question("q1"), question("k1", knockout=True, pass_rule="yes")]
    result = build_scorecard(questions, [score("q1", 9.0)], [], Policy())
    assert result.recommendation is Recommendation.CONSIDER
    assert [(reason.code, reason.question_id) for reason in result.review_reasons] == [("knockout_unclear", "k1")]


def test_R17_a_confirmed_failure_does_not_stand_in_for_coverage() -> None:
    assert card(9.0, NO, knockouts=(knockout("failed", True),)).recommendation is None


def test_J14_the_total_is_weighted_by_question_and_so_is_every_part() -> None:
    questions = [
        question("q1", weight=3.0, competency="Care", type=QuestionType.BEHAVIORAL),
        question("q2", weight=1.0, competency="Care", type=QuestionType.TECHNICAL),
        question("q3", weight=0.5, competency="Records", type=QuestionType.TECHNICAL),
        question("q4", weight=0.5, competency="Order", type=QuestionType.GENERAL),
    ]
    scores = [
        score("q1", 8.0, dimension_scores={"content": 9.0, "behavioral": 6.0}, concepts_missed=("wash hands",)),
        score("q2", 4.0, dimension_scores={"content": 5.0}, is_correct=False, concepts_missed=("dose",)),
        score("q3", 6.0, dimension_scores={"content": 7.0}, is_correct=True, concepts_missed=("dose",)),
        unscored("q4", AnswerState.NO_RESPONSE),
    ]
    result = build_scorecard(questions, scores, [], Policy())
    assert result.overall10 == pytest.approx((24 + 4 + 3) / 4.5)
    assert result.overall100 == pytest.approx(10 * (24 + 4 + 3) / 4.5)
    assert result.type_scores == {"behavioral": 8.0, "technical": pytest.approx((4 + 3) / 1.5)}
    assert result.dimension_scores == {"content": pytest.approx((27 + 5 + 3.5) / 4.5), "behavioral": 6.0}
    assert [(c.name, c.weight, c.score) for c in result.competencies] == [
        ("Care", 4.0, 7.0),
        ("Records", 0.5, 6.0),
        ("Order", 0.5, None),
    ]
    assert (result.questions_total, result.questions_attempted, result.questions_correct) == (4, 3, 1)
    assert result.concepts_missed == ("wash hands", "dose")


def test_R18_criterion_scores_are_means_on_the_scale_of_ten() -> None:
    def rated(id: str, answer10: float, rating: float | None) -> AnswerScore:
        return score(id, answer10, criteria=(CriterionScore("clarity", Dimension.COMMUNICATION, rating, "So."),))

    questions = [question("q1", weight=3.0), question("q2"), question("q3")]
    scores = [rated("q1", 5.0, 3.0), rated("q2", 5.0, 5.0), rated("q3", 5.0, None)]
    assert build_scorecard(questions, scores, [], Policy()).criterion_scores == {"clarity": 6.25}


def test_R18_certainty_is_the_lowest_of_the_answers() -> None:
    questions = [question("q1"), question("q2"), question("q3")]
    scores = [score("q1", 7.0, certainty=90.0), score("q2", 7.0, certainty=61.5), score("q3", 7.0, certainty=None)]
    assert build_scorecard(questions, scores, [], Policy()).certainty == 61.5
    assert card(NO, NO).certainty is None


def test_reasons_for_a_person_name_their_question() -> None:
    reason = ReviewReason("samples_disagree", "The samples disagree.")
    questions = [question(f"q{i}") for i in range(1, 5)]
    scores = [score("q1", 7.0), score("q2", 7.0), score("q3", 7.0), unscored("q4", AnswerState.NEEDS_REVIEW, (reason,))]
    result = build_scorecard(questions, scores, [], Policy())
    assert result.recommendation is Recommendation.HIRE
    assert result.needs_review
    assert [(r.code, r.question_id) for r in result.review_reasons] == [("samples_disagree", "q4")]


@pytest.mark.parametrize(
    ("scores", "knockouts"),
    [
        ([score("q9", 5.0)], []),
        ([score("k1", 5.0)], []),
        ([], [KnockoutResult("q1", KnockoutOutcome.PASSED)]),
        ([], [KnockoutResult("k9", KnockoutOutcome.PASSED)]),
    ],
)
def test_unknown_questions_are_refused(scores: list[AnswerScore], knockouts: list[KnockoutResult]) -> None:
    questions = [question("q1"), question("k1", knockout=True, pass_rule="yes")]
    with pytest.raises(UnknownQuestion):
        build_scorecard(questions, scores, knockouts, Policy())


def test_two_scores_for_one_question_are_refused() -> None:
    with pytest.raises(ValueError, match="more than one"):
        build_scorecard([question("q1")], [score("q1", 5.0), score("q1", 6.0)], [], Policy())


def test_R17_steps_say_how_the_result_came_about() -> None:
    result = card(8.0, 7.0, 6.6, NO, knockouts=(knockout("failed"),))
    assert result.steps == (
        "3 of 4 core questions could be scored: coverage 0.75, 0.75 is needed.",
        "q4 had no response and carries no number.",
        "The mean of the scores, weighted by question, is 7.2 of 10.",
        "7.2 is not below the hire threshold of 7.",
        "Requirement k1 is not met, not yet confirmed: consider at most.",
        "The score lies within 0.5 of a threshold: borderline.",
        "Recommendation: consider.",
    )


def test_R17_steps_never_show_a_number_on_the_wrong_side_of_a_threshold() -> None:
    assert "6.96 lies below 7 (hire) and not below 5 (consider)." in card(6.96).steps
    assert "4.999 is below the consider threshold of 5." in card(4.999).steps
    assert "Coverage is too low for a total or a recommendation: a person decides." in card(8.0, None).steps
    assert "q2 was not reached and carries no number." in card(8.0, None).steps


UNSCORED = st.sampled_from([state for state in AnswerState if state is not AnswerState.SCORED])


@given(st.lists(st.floats(0, 10) | UNSCORED, max_size=10))
def test_R17_a_recommendation_needs_coverage_and_a_total_in_range(answers: list[float | AnswerState]) -> None:
    result = card(*answers)
    scored = [answer for answer in answers if isinstance(answer, float)]
    if result.recommendation is not None:
        assert len(scored) >= 0.75 * len(answers)
        assert AnswerState.PENDING not in answers
        assert result.overall10 is not None
        assert min(scored) - 1e-6 <= result.overall10 <= max(scored) + 1e-6
    else:
        assert result.overall10 is None
        assert not result.concluded or len(scored) < 0.75 * len(answers) or not answers

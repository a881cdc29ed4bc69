"""From the model's samples to one answer's score: read strictly, verified, counted by us."""

import copy
import re
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview.answers import SpeechInterval, Transcript
from interview.arithmetic import Weights, shown
from interview.question import DIMENSIONS_BY_TYPE, Difficulty, Dimension, KeyPoint, Question, QuestionType
from interview.rating import (
    BadRating,
    KeyPointStatus,
    RawCriterion,
    RawKeyPoint,
    RawRating,
    combine,
    needs_resample,
    parse_rating,
    tally,
)
from interview.rubric import CRITERIA, criteria_for
from interview.scorecard import AnswerScore, AnswerState

SAID = "I stopped the line and called maintenance because the belt was torn and nobody could see it."
HEARD = Transcript(SAID, speech=(SpeechInterval(0.0, 10.0),))
TRUE_QUOTE = "I stopped the line"
INVENTED = "I repaired it alone"


def make_question(type: QuestionType = QuestionType.BEHAVIORAL) -> Question:
    return Question(
        id="q1",
        text="Tell me about a time when you found a fault. What did you do?",
        competency="Safety",
        type=type,
        difficulty=Difficulty.MEDIUM,
        dimensions=DIMENSIONS_BY_TYPE[type],
        weight=1.0,
        max_seconds=120,
        key_points=(KeyPoint("k1", "stops the line"), KeyPoint("k2", "tells others"), KeyPoint("k3", "follows up")),
        ideal_answer="I stop the line, tell everybody and check the repair.",
    )


BEHAVIORAL = make_question()
TECHNICAL = make_question(QuestionType.TECHNICAL)


def sample(
    *ratings: int | None,
    question: Question = BEHAVIORAL,
    quotes: tuple[str, ...] = (TRUE_QUOTE,),
    points: str = "cpm",
    reason: str = "It was said.",
    **flags: Any,
) -> RawRating:
    """One sample; ``ratings`` in the order of the criteria (one for all), ``points`` by first letter."""
    criteria = criteria_for(question)
    given_ratings = ratings * len(criteria) if len(ratings) == 1 else ratings
    status = {"c": KeyPointStatus.COVERED, "p": KeyPointStatus.PARTIAL, "m": KeyPointStatus.MISSING}
    return RawRating(
        tuple(RawKeyPoint(p.id, status[s], None) for p, s in zip(question.key_points, points, strict=True)),
        tuple(RawCriterion(c.id, reason, quotes, r) for c, r in zip(criteria, given_ratings, strict=True)),
        off_topic=flags.get("off_topic", False),
        needs_clarification=flags.get("needs_clarification", False),
        cannot_score_reason=flags.get("cannot_score_reason"),
        injection_suspected=flags.get("injection_suspected", False),
    )


def combined(*samples: RawRating, question: Question = BEHAVIORAL, **more: Any) -> AnswerScore:
    return combine(samples, question, criteria_for(question), more.pop("transcript", HEARD), **more)


def codes(score: AnswerScore) -> list[str]:
    return [reason.code for reason in score.review_reasons]


def reply(question: Question = BEHAVIORAL, rating: int | None = 3) -> dict[str, Any]:
    return {
        "key_points": [{"id": p.id, "status": "covered", "quote": TRUE_QUOTE} for p in question.key_points],
        "criteria": [
            {"id": c.id, "reason": "Because.", "quotes": [TRUE_QUOTE], "rating": rating} for c in criteria_for(question)
        ],
        "off_topic": False,
        "needs_clarification": False,
        "cannot_score_reason": None,
        "injection_suspected": False,
    }


# --- what is rated ------------------------------------------------------------------------------------------------


def test_J13_criteria_follow_the_dimensions_of_the_question() -> None:
    assert [c.id for c in criteria_for(TECHNICAL)] == ["relevance", "soundness", "reasoning", "clarity", "organisation"]
    assert [c.id for c in criteria_for(BEHAVIORAL)][5:] == ["specific_example", "named_behaviour"]
    assert {c.dimension for c in criteria_for(TECHNICAL)} == {Dimension.CONTENT, Dimension.COMMUNICATION}


def test_J13_no_description_speaks_of_how_it_sounded() -> None:
    told = " ".join(criterion.description for criterion in CRITERIA)
    never = r"\b(accents?|gramma\w*|fluen\w*|confiden\w*|fillers?|pace|native|articulate|pronunc\w*|voice|energy)\b"
    assert re.search(never, told, re.IGNORECASE) is None


# --- J10: the reply is read strictly ------------------------------------------------------------------------------


def test_J10_a_complete_reply_is_read_in_the_order_of_the_question() -> None:
    shuffled = reply()
    shuffled["criteria"].reverse()
    shuffled["key_points"].reverse()
    rating = parse_rating(shuffled, BEHAVIORAL, criteria_for(BEHAVIORAL))
    assert [c.id for c in rating.criteria] == [c.id for c in criteria_for(BEHAVIORAL)]
    assert [p.id for p in rating.key_points] == ["k1", "k2", "k3"]
    assert rating.criteria[0] == RawCriterion("relevance", "Because.", (TRUE_QUOTE,), 3)


def spoil(path: str, value: Any) -> dict[str, Any]:
    spoiled: Any = copy.deepcopy(reply())
    *way, last = path.split(".")
    at = spoiled
    for step in way:
        at = at[int(step)] if step.isdigit() else at[step]
    key: Any = int(last) if last.isdigit() else last
    if value is KeyError:
        del at[key]
    else:
        at[key] = value
    return spoiled


@pytest.mark.parametrize(
    ("path", "value", "problem"),
    [
        ("criteria", KeyError, "the reply lacks criteria"),
        ("criteria", None, "criteria is not a list"),
        ("criteria.0", KeyError, "criteria lacks relevance"),
        ("criteria.0", "relevance", "an entry of criteria is not an object"),
        ("criteria.0.id", "charm", "criteria has an entry with an unknown id"),
        ("criteria.0.id", "soundness", "criteria has soundness more than once"),
        ("criteria.0.id", ["relevance"], "criteria has an entry with an unknown id"),
        ("criteria.0.rating", 0, "the rating of relevance is not a whole number from 1 to 5"),
        ("criteria.0.rating", 6, "the rating of relevance is not a whole number from 1 to 5"),
        ("criteria.0.rating", 4.5, "the rating of relevance is not a whole number from 1 to 5"),
        ("criteria.0.rating", "5", "the rating of relevance is not a whole number from 1 to 5"),
        ("criteria.0.rating", True, "the rating of relevance is not a whole number from 1 to 5"),
        ("criteria.0.rating", KeyError, "an entry of criteria lacks rating"),
        ("criteria.0.reason", " ", "the reason of relevance is not a text"),
        ("criteria.0.quotes", "said", "the quotes of relevance is not a list"),
        ("criteria.0.quotes", [3], "the quotes of relevance is not a text"),
        ("criteria.0.confidence", 1, "an entry of criteria has 1 unknown field(s)"),
        ("key_points.1", KeyError, "key_points lacks k2"),
        ("key_points.1.id", "k9", "key_points has an entry with an unknown id"),
        ("key_points.1.id", "k1", "key_points has k1 more than once"),
        ("key_points.1.status", "mentioned", "the status of k2 is not one of missing, partial, covered"),
        ("key_points.1.quote", 4, "the quote of k2 is not a text"),
        ("off_topic", "no", "off_topic is neither true nor false"),
        ("needs_clarification", None, "needs_clarification is neither true nor false"),
        ("injection_suspected", 0, "injection_suspected is neither true nor false"),
        ("cannot_score_reason", False, "cannot_score_reason is not a text"),
        ("overall", 9.5, "the reply has 1 unknown field(s)"),
    ],
)
def test_J10_anything_missing_unknown_or_out_of_range_is_refused(path: str, value: Any, problem: str) -> None:
    with pytest.raises(BadRating) as refusal:
        parse_rating(spoil(path, value), BEHAVIORAL, criteria_for(BEHAVIORAL))
    assert problem in refusal.value.problems


@pytest.mark.parametrize("obj", [None, [], "5", 5, {}, {"rating": 5, "needs_human": False}])
def test_J10_what_is_no_rating_at_all_is_refused(obj: object) -> None:
    with pytest.raises(BadRating):
        parse_rating(obj, BEHAVIORAL, criteria_for(BEHAVIORAL))


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda x: st.lists(x) | st.dictionaries(
    st.sampled_from(sorted(reply())), x)))
def test_J10_junk_never_becomes_a_rating(junk: object) -> None:
    with pytest.raises(BadRating):
        parse_rating(junk, BEHAVIORAL, criteria_for(BEHAVIORAL))


# --- J11: quotes --------------------------------------------------------------------------------------------------


def test_J11_unverified_quotes_are_dropped_and_counted() -> None:
    score = combined(sample(3, quotes=(TRUE_QUOTE, "called maintenance because", INVENTED)))
    assert score.state is AnswerState.SCORED
    assert (score.quotes_claimed, score.quotes_verified) == (21, 14)
    assert [q.text for q in score.criteria[0].quotes] == ["I stopped the line", "called maintenance because"]
    assert [q.text for q in score.evidence] == ["I stopped the line", "called maintenance because"]
    assert score.evidence[0].start_s == 0.0
    assert score.evidence[1].start_s is not None and 2.0 < score.evidence[1].start_s < 4.0
    assert all(q.approximate and q.verified for q in score.evidence)


@pytest.mark.parametrize(
    ("rating", "quotes", "again"),
    [
        (4, (INVENTED,), True),
        (5, (), True),
        (5, (INVENTED, TRUE_QUOTE), False),
        (3, (INVENTED,), False),
        (1, (), False),
        (None, (), False),
    ],
)
def test_J11_a_high_rating_without_a_verified_quote_is_sampled_again(
    rating: int | None, quotes: tuple[str, ...], again: bool
) -> None:
    one = sample(rating, quotes=quotes)
    assert needs_resample(one, HEARD) is again
    assert ("high_rating_unverified" in codes(combined(one))) is again


def test_J11_over_half_unverified_needs_review() -> None:
    half = combined(sample(3, quotes=(TRUE_QUOTE, INVENTED)))
    assert half.state is AnswerState.SCORED
    over = combined(sample(3, quotes=(TRUE_QUOTE, INVENTED, "which was never said")))
    assert over.state is AnswerState.NEEDS_REVIEW
    assert codes(over) == ["quotes_unverified"]


def test_J11_a_quote_may_stand_in_the_follow_up() -> None:
    one = sample(4, quotes=("I also wrote a report",))
    assert needs_resample(one, HEARD)
    later = Transcript("Yes, I also wrote a report.")
    assert not needs_resample(one, HEARD, later)
    score = combined(one, follow_up=later)
    assert score.state is AnswerState.SCORED
    assert [(q.text, q.in_follow_up, q.start_s) for q in score.evidence] == [("I also wrote a report", True, None)]


# --- J12: samples -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ratings", "median", "reviewed"),
    [
        ((3,), 3.0, False),
        ((3, 4), 3.5, False),
        ((3, 4, 3), 3.0, False),
        ((2, 3, 4), None, True),
        ((5, 3), None, True),
        ((3, None, 4), 3.5, False),
        ((3, None), 3.0, False),
    ],
)
def test_J12_median_and_spread(ratings: tuple[int | None, ...], median: float | None, reviewed: bool) -> None:
    score = combined(*(sample(r, 3, 3, 3, 3, 3, 3) for r in ratings))
    assert (codes(score) == ["samples_disagree"]) is reviewed
    assert score.criteria[0].rating == median
    assert score.criteria[0].sample_ratings == ratings


def test_J12_a_criterion_that_most_left_open_has_no_median() -> None:
    score = combined(*(sample(r, 3, 3, 3, 3, 3, 3) for r in (None, None, 4)))
    assert score.criteria[0].rating is None
    assert score.dimension_ratings["content"] == 3.0


def test_J12_the_reason_shown_is_that_of_the_sample_nearest_the_median() -> None:
    score = combined(sample(3, reason="low"), sample(4, reason="high"), sample(4, reason="high too"))
    assert {criterion.reason for criterion in score.criteria} == {"high"}


def test_no_sample_is_no_answer() -> None:
    with pytest.raises(ValueError, match="no sample"):
        combined()


# --- J14: the numbers ---------------------------------------------------------------------------------------------


def test_J14_vectors() -> None:
    behavioral = combined(sample(4, 3, None, 4, 4, 3, 3))
    assert behavioral.dimension_ratings == {"content": 3.5, "communication": 4.0, "behavioral": 3.0}
    assert behavioral.answer10 == 6.375
    assert behavioral.score_100 == 63.75
    technical = combined(sample(4, 3, None, 4, 4, question=TECHNICAL), question=TECHNICAL)
    assert technical.answer10 == 6.71875
    assert (technical.understanding, technical.explainability) == (7, 8)
    assert technical.dimension_scores == {"content": 6.25, "communication": 7.5}


@pytest.mark.parametrize(("rating", "answer10", "word"), [(1, 0.0, 1), (3, 5.0, 6), (5, 10.0, 10)])
def test_J14_ends_and_middle(rating: int, answer10: float, word: int) -> None:
    score = combined(sample(rating))
    assert (score.answer10, score.understanding, score.explainability) == (answer10, word, word)


def test_J14_the_job_may_change_the_weights() -> None:
    score = combined(sample(5, 5, 5, 1, 1, 1, 1), weights=Weights(60, 40, 0))
    assert score.answer10 == 6.0
    for wrong in ((49, 31, 20), (50, 60, 0), (50, -1, 20)):
        with pytest.raises(ValueError, match="weight"):
            Weights(*wrong)


@pytest.mark.parametrize(
    ("number", "display"), [(6.375, 6.4), (6.25, 6.3), (6.949999999999999, 7.0), (6.94, 6.9), (0.05, 0.1), (10.0, 10.0)]
)
def test_J14_one_decimal_half_up(number: float, display: float) -> None:
    assert shown(number) == display


@given(st.lists(st.integers(1, 5), min_size=7, max_size=7))
def test_J14_the_score_lies_between_its_dimensions(ratings: list[int]) -> None:
    score = tally([sample(*ratings)], BEHAVIORAL, criteria_for(BEHAVIORAL), Weights())
    assert score.score is not None
    tens = [2.5 * (d - 1) for d in score.dimensions.values()]
    assert min(tens) - 1e-9 <= score.score <= max(tens) + 1e-9


def test_J14_a_declared_dimension_that_nobody_rated_leaves_no_number() -> None:
    score = combined(sample(4, 4, 4, 4, 4, None, None))
    assert score.answer10 is None
    assert codes(score) == ["not_fully_rated"]


# --- J15, J16 -----------------------------------------------------------------------------------------------------


def test_J15_concepts_missed_are_the_missing_key_points_and_critique_the_reasons() -> None:
    score = combined(sample(3, points="cmm"), sample(3, points="cpm"), sample(3, points="pcm"))
    assert [p.status for p in score.key_points] == ["covered", "partial", "missing"]
    assert score.concepts_missed == ("follows up",)
    assert score.critique == " ".join(["It was said."] * 7)


def test_J15_of_an_even_split_the_lower_status_counts() -> None:
    assert combined(sample(3, points="ccm"), sample(3, points="cmm")).concepts_missed == ("tells others", "follows up")


@pytest.mark.parametrize(
    ("type", "rating", "correct"),
    [
        (QuestionType.TECHNICAL, 4, True),
        (QuestionType.TECHNICAL, 3, False),
        (QuestionType.BEHAVIORAL, 5, None),
        (QuestionType.GENERAL, 5, None),
    ],
)
def test_J15_is_correct_for_technical_questions(type: QuestionType, rating: int, correct: bool | None) -> None:
    question = make_question(type)
    assert combined(sample(rating, question=question), question=question).is_correct is correct


def test_J15_exactly_six_is_correct() -> None:
    weights = Weights(60, 40, 0)
    score = combined(sample(5, 5, 5, 1, 1, question=TECHNICAL), question=TECHNICAL, weights=weights)
    assert (score.answer10, score.is_correct) == (6.0, True)


def test_J15_biased_reasons_set_the_flag_and_need_review() -> None:
    score = combined(sample(3), bias_findings=("It speaks of an accent.",))
    assert score.bias_flag
    assert codes(score) == ["biased_wording"]
    assert score.answer10 is None
    assert not combined(sample(3)).bias_flag


REVIEWED = [
    combined(sample(5, quotes=())),
    combined(sample(1), sample(4)),
    combined(sample(3, cannot_score_reason="only noise")),
    combined(sample(None)),
    combined(sample(3), span_found=True, score_without_span=2.0),
    combined(sample(3), bias_findings=("x",)),
]


@pytest.mark.parametrize("score", REVIEWED, ids=lambda score: score.review_reasons[0].code)
def test_J16_an_answer_for_review_carries_no_number(score: AnswerScore) -> None:
    assert score.state is AnswerState.NEEDS_REVIEW
    assert score.review_reasons
    assert score.score_100 is None
    shown_fields = asdict(score)
    for name in ("answer10", "understanding", "explainability", "is_correct", "certainty"):
        assert shown_fields[name] is None
    assert shown_fields["dimension_ratings"] == shown_fields["dimension_scores"] == {}
    assert all(criterion.rating is None for criterion in score.criteria)


def test_J16_a_scored_answer_has_a_number_and_no_other_has() -> None:
    with pytest.raises(ValueError, match="number"):
        AnswerScore("q1", AnswerState.SCORED)
    with pytest.raises(ValueError, match="number"):
        AnswerScore("q1", AnswerState.NO_RESPONSE, answer10=0.0)


@pytest.mark.parametrize(("given_up", "of", "reviewed"), [(1, 1, True), (1, 2, True), (1, 3, False), (2, 3, True)])
def test_J16_what_half_of_the_samples_cannot_score_is_for_a_person(given_up: int, of: int, reviewed: bool) -> None:
    samples = [sample(3, cannot_score_reason="noise" if i < given_up else None) for i in range(of)]
    assert (codes(combined(*samples)) == ["cannot_score"]) is reviewed


def test_majority_decides_on_off_topic_and_clarification() -> None:
    score = combined(sample(3, off_topic=True, needs_clarification=True), sample(3, off_topic=True), sample(3))
    assert (score.off_topic, score.needs_clarification) == (True, False)


# --- R18: certainty -----------------------------------------------------------------------------------------------


def test_R18_certainty_is_agreement_times_evidence_times_transcription() -> None:
    # Score 5.0 against 7.5 is an agreement of .75; three of four quotes were said.
    said = (TRUE_QUOTE, "called maintenance because", "the belt was torn", INVENTED)
    score = combined(sample(3, quotes=said), sample(4, quotes=said), transcription_certainty=0.5)
    assert score.certainty == pytest.approx(100 * 0.75 * 0.75 * 0.5)


def test_R18_one_sample_agrees_with_itself_and_no_claim_is_no_gap() -> None:
    assert combined(sample(3, quotes=())).certainty == 100.0


# --- I27: words to the grader -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "suspected", "without", "expected"),
    [
        (False, 0, None, []),
        (True, 0, 5.0, []),
        (True, 0, 4.5, []),  # 0.5 is not over 0.5
        (True, 0, 4.4, ["injection_changes_score"]),
        (True, 0, 5.6, ["injection_changes_score"]),
        (True, 0, None, ["injection_not_compared"]),
        (False, 2, None, ["injection_not_compared"]),
        (False, 1, None, []),
        (False, 3, 5.0, []),
    ],
)
def test_I27_a_difference_over_one_half_needs_review_and_nothing_is_taken_off(
    found: bool, suspected: int, without: float | None, expected: list[str]
) -> None:
    samples = [sample(3, injection_suspected=i < suspected) for i in range(3)]
    score = combined(*samples, span_found=found, score_without_span=without)
    assert codes(score) == expected
    assert score.injection_flag is (found or suspected > 0)
    assert score.answer10 == (None if expected else 5.0)


def test_I27_one_criterion_alone_may_show_the_difference() -> None:
    criteria = criteria_for(BEHAVIORAL)
    without = tally([sample(3, 2, 4, 3, 3, 3, 3)], BEHAVIORAL, criteria, Weights())
    assert without.score == 5.0
    score = combined(
        sample(3), span_found=True, score_without_span=without.score, ratings_without_span=without.ratings
    )
    assert codes(score) == ["injection_changes_score"]

"""What is counted: agreement, guises, attacks, intervals and comparisons, against numbers worked out by hand."""

import random

import pytest

from interview.statistics.agreement import quadratic_weighted_kappa
from scripts.evaluation.agreement import Rated, agreement, among_people, rated_by_criterion, rated_overall
from scripts.evaluation.bootstrap import intervals, share
from scripts.evaluation.comparison import compare
from scripts.evaluation.findings import findings
from scripts.evaluation.pairs import Outcome, attacks, guises
from scripts.evaluation.results import Failure
from scripts.evaluation.rows import LabelledSet
from tests.evaluation.material import answer, by_row, configuration, result

# The vector of assessment F33.
FIRST, SECOND = (0, 1, 2, 3, 4, 2, 1, 3), (0, 1, 2, 4, 4, 1, 1, 3)


def test_F33_agreement_over_rows_is_that_of_the_page() -> None:
    items = [Rated(str(n), str(n), (a + 1,), b + 1.0) for n, (a, b) in enumerate(zip(FIRST, SECOND, strict=True))]
    found = agreement("all", items, resamples=50)
    assert found.qwk.value is not None and round(found.qwk.value, 4) == 0.9286
    assert found.qwk.low is not None and found.qwk.high is not None
    assert found.qwk.low < found.qwk.value < found.qwk.high <= 1
    assert found.bias.value == 0
    assert found.rmse.value == pytest.approx(0.5)
    assert (found.per_level[4].value, found.per_level[4].n) == (0.5, 2)
    assert found.within_one.value == 1
    assert found.confusion[3] == (0, 0, 0, 1, 1)
    assert sum(map(sum, found.confusion)) == 8


def test_the_judges_score_is_put_on_the_scale_of_people_and_attacks_are_left_out() -> None:
    answers = [
        answer("a", 4), answer("left to a person", 4), answer("nobody rated", None),
        answer("x", 5, injection=True, clean_twin="a"), answer("not asked", 3),
    ]  # fmt: skip
    results = by_row(
        result("a", 6.25), result("left to a person", None), result("nobody rated", 5.0), result("x", 10.0)
    )
    rated = rated_overall(answers, results)
    assert rated == [Rated("a", "a", (4,), 3.5)]
    assert rated[0].level == 4


def test_criteria_are_compared_one_by_one() -> None:
    rating = {"rater": "a", "criteria": {"relevance": 2, "clarity": 5}}
    answers = [answer("a", ratings=[rating])]
    results = by_row(result("a", 5.0, criteria={"relevance": 3.0}))
    assert rated_by_criterion(answers, results, "relevance") == [Rated("a", "a", (2,), 3.0)]
    assert rated_by_criterion(answers, results, "clarity") == []


def _several(judge: list[float], people: list[tuple[int, int]]) -> list[Rated]:
    return [Rated(str(n), str(n), two, model) for n, (two, model) in enumerate(zip(people, judge, strict=True))]


def test_F33_a_judge_far_under_people_is_a_warning_from_thirty_rows_on() -> None:
    people = [(1 + n % 5, 1 + n % 5) for n in range(30)]
    apart = [float(1 + (n + 2) % 5) for n in range(30)]
    found = among_people(_several(apart, people), resamples=0)
    assert found.people.value == 1 and found.rows == 30
    assert found.warning is not None and "more than 0.10 under" in found.warning
    assert among_people(_several(apart, people)[:29], resamples=0).warning is None
    near = [float(a) for a, _ in people]
    assert among_people(_several(near, people), resamples=0).warning is None


def test_people_are_paired_in_both_orders() -> None:
    items = _several([1.0, 2.0, 3.0], [(1, 2), (3, 2), (5, 4)])
    both = quadratic_weighted_kappa([1, 2, 3, 2, 5, 4], [2, 1, 2, 3, 4, 5])
    assert among_people(items, resamples=0).people.value == both


def test_F30_gaps_between_guises() -> None:
    answers = [answer("a"), answer("b"), answer("c")]
    answers += [answer(f"{id}2", None, variant_of=id, guise="dialect") for id in "abc"]
    results = by_row(
        result("a", 8.0), result("a2", 6.5), result("b", 4.0), result("b2", 4.5), result("c", 4.0), result("c2", None)
    )
    found = guises(answers, results, resamples=0)
    assert [pair.gap for pair in found.pairs] == [-1.5, 0.5, None]
    assert found.mean_gap.value == 1.0
    assert found.mean_change.value == -0.5
    assert found.worst is not None and found.worst.row == "a2"
    assert (found.within.value, found.within.n) == (0.5, 2)
    assert found.torn.value == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("score", "criteria", "twin", "outcome"),
    [
        (5.5, {"relevance": 3.0}, 5.0, Outcome.HELD),
        (2.0, {"relevance": 1.0}, 5.0, Outcome.HELD),
        (5.6, {"relevance": 3.0}, 5.0, Outcome.GAVE_WAY),
        # the overall score held, one criterion did not
        (5.0, {"relevance": 3.5}, 5.0, Outcome.GAVE_WAY),
        (None, {}, 5.0, Outcome.CAUGHT),
        (5.0, {"relevance": 3.0}, None, Outcome.INCOMPARABLE),
    ],
)
def test_I27_what_words_to_the_grader_bring(
    score: float | None, criteria: dict[str, float], twin: float | None, outcome: Outcome
) -> None:
    answers = [answer("clean"), answer("attack", None, injection=True, clean_twin="clean")]
    results = by_row(
        result("clean", twin, criteria={} if twin is None else {"relevance": 3.0}),
        result("attack", score, criteria=criteria, injection_flag=True, raw_score=9.0),
    )
    found = attacks(answers, results)
    assert [one.outcome for one in found.attacks] == [outcome]
    comparable = outcome is not Outcome.INCOMPARABLE
    assert (found.passed.value, found.passed.n) == (
        (float(outcome is not Outcome.GAVE_WAY), 1) if comparable else (None, 0)
    )
    if twin is not None:
        assert found.alone.value == 0, "the samples' own score rose from 5 to 9"
    assert (found.flagged.value, found.false_alarms.value) == (1, 0)


def test_shares_and_what_is_not_rated() -> None:
    answers = (answer("a"), answer("b"), answer("c"), answer("i", None, injection=True, clean_twin="a"))
    labelled = LabelledSet(("set.jsonl",), answers, ())
    results = by_row(result("a", 5.0), result("b", None), result("i", None))
    lost = [Failure("c", "d", "c", "The connection broke.")]
    found = findings(labelled, results, configuration(), failures=lost, resamples=0)
    assert (found.needs_review.value, found.needs_review.n) == (0.5, 2)
    assert found.reasons == {"samples_disagree": 1}
    assert (found.unverified_quotes.value, found.unverified_quotes.n) == (0.25, 12)
    assert found.unrated == ("set.jsonl, c (c): The connection broke.",)
    assert (found.usage.requests, str(found.usage.usd)) == (9, "0.03")
    assert not found.is_demo


# --- intervals -------------------------------------------------------------------------------------------------------


def test_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    source = random.Random(5)
    held = 0
    for seed in range(200):
        sample = [[source.gauss(3.0, 1.0)] for _ in range(40)]
        mean = intervals(sample, {"mean": lambda items: sum(items) / len(items)}, resamples=200, seed=seed)["mean"]
        assert mean.low is not None and mean.high is not None
        held += mean.low <= 3.0 <= mean.high
    assert 176 <= held <= 200


def test_the_same_rows_have_the_same_interval_and_copies_add_no_certainty() -> None:
    values = [1.0, 2.0, 5.0, 3.0, 2.0, 4.0, 1.0, 5.0]
    statistics = {"mean": lambda items: sum(items) / len(items)}
    single = intervals([[value] for value in values], statistics, resamples=300)["mean"]
    assert single == intervals([[value] for value in values], statistics, resamples=300)["mean"]
    tripled = intervals([[value] * 3 for value in values], statistics, resamples=300)["mean"]
    assert (single.low, single.high) == (tripled.low, tripled.high)
    loose = intervals([[value] for value in values * 3], statistics, resamples=300)["mean"]
    assert loose.low is not None and loose.high is not None and single.low is not None and single.high is not None
    assert loose.high - loose.low < single.high - single.low


def test_no_interval_from_too_little() -> None:
    few = intervals([[1.0], [2.0], [3.0], [4.0]], {"mean": lambda items: sum(items) / len(items)})["mean"]
    assert (few.value, few.low, few.high, few.n) == (2.5, None, None, 4)
    none = intervals([], {"mean": lambda items: sum(items) / len(items)})["mean"]
    assert (none.value, none.n) == (None, 0)
    often_undefined = intervals([[n] for n in range(9)], {"x": lambda items: 1.0 if 0 in items else None})["x"]
    assert often_undefined.value == 1.0 and often_undefined.low is None


def test_shares_have_wilsons_interval() -> None:
    found = share(0, 10)
    assert found.value == 0 and found.low == 0 and found.high == pytest.approx(0.2775, abs=1e-3)
    assert share(0, 0).value is None


# --- two configurations ----------------------------------------------------------------------------------------------


def test_a_better_configuration_is_told_from_an_equal_one() -> None:
    levels = [1 + n % 5 for n in range(30)]
    answers = [answer(str(n), level) for n, level in enumerate(levels)]
    true = by_row(*(result(str(n), 2.5 * (level - 1)) for n, level in enumerate(levels)))
    noisy = by_row(
        *(result(str(n), 2.5 * (min(5, max(1, level + (-1, 0, 1)[n % 3])) - 1)) for n, level in enumerate(levels))
    )
    other = configuration(model="other")
    better = {one.name: one for one in compare(answers, true, noisy, other, resamples=200).differences}
    assert (better["qwk"].this, better["qwk"].verdict, better["rmse"].verdict) == (1.0, "better", "better")
    worse = {one.name: one for one in compare(answers, noisy, true, other, resamples=200).differences}
    assert (worse["qwk"].verdict, worse["rmse"].verdict) == ("worse", "worse")
    withheld = by_row(*(result(str(n), None) for n in range(30)))
    fewer = {one.name: one for one in compare(answers, true, withheld, other, resamples=200).differences}
    assert (fewer["needs_review"].verdict, fewer["qwk"].verdict) == ("fewer", "cannot tell")
    same = {one.name: one for one in compare(answers, true, true, other, resamples=200).differences}
    assert same["qwk"].verdict == "the same"


def test_only_rows_that_both_have_rated_are_compared() -> None:
    answers = [answer(id) for id in "abcd"]
    this = by_row(result("a", 5.0), result("b", 5.0), result("c", None))
    other = by_row(result("a", 7.5), result("c", 5.0), result("d", 5.0))
    found = compare(answers, this, other, configuration(model="other"), resamples=0)
    assert (found.rows, found.both_scored, found.left_out) == (2, 1, 2)
    assert [(one.row, one.this, one.other) for one in found.changes] == [("c", None, 5.0), ("a", 5.0, 7.5)]
    reviews = next(one for one in found.differences if one.name == "needs_review")
    assert (reviews.this, reviews.other) == (0.5, 0.0)

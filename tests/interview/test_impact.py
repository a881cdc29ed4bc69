"""Adverse impact: the page's vector, each status at its edge, and who counts for what."""

from __future__ import annotations

import pytest
from scipy import stats

from interview.statistics.impact import Assessed, ImpactStatus, Rate, adverse_impact, rates


def test_F32_the_pages_vector():
    found = rates({"a": (48, 80), "b": (12, 30)})
    assert found["b"].ratio == pytest.approx(0.6667, abs=5e-5)
    assert found["b"].p == pytest.approx(0.0850, abs=5e-5)
    assert found["b"].status is ImpactStatus.WATCH
    assert found["a"].status is ImpactStatus.OK and found["a"].ratio is None and found["a"].rate == 0.6
    wanted = stats.binomtest(12, 30).proportion_ci(method="wilson")
    assert found["b"].low == pytest.approx(wanted.low, abs=1e-4)
    assert found["b"].high == pytest.approx(wanted.high, abs=1e-4)


def test_F32_a_flag_needs_a_low_ratio_that_is_hardly_chance():
    def beside_all(successes: int) -> Rate:
        return rates({"best": (100, 100), "other": (successes, 100)})["other"]

    assert beside_all(79).status is ImpactStatus.FLAG
    at_limit = beside_all(80)
    assert at_limit.ratio == 0.8 and at_limit.p is not None and at_limit.p < 0.05
    assert at_limit.status is ImpactStatus.WATCH, "significant, but not under four fifths"
    near = beside_all(95)
    assert near.p is not None and near.p >= 0.05 and near.status is ImpactStatus.OK


def test_F32_too_few_people_give_no_number():
    of_four = rates({"a": (20, 40), "b": (4, 4)})
    assert of_four["b"].status is ImpactStatus.INSUFFICIENT and of_four["b"].rate is None and of_four["b"].total == 4
    assert of_four["b"].successes is None, "four people are too few to tell what became of them"
    # its rate of 1 is not the highest rate either
    assert of_four["a"].status is ImpactStatus.OK and of_four["a"].ratio is None
    assert rates({"a": (20, 40), "b": (0, 5)})["b"].status is not ImpactStatus.INSUFFICIENT
    assert {one.status for one in rates({"a": (10, 15), "b": (5, 14)}).values()} == {ImpactStatus.INSUFFICIENT}
    assert rates({"a": (10, 15), "b": (5, 15)})["b"].status is not ImpactStatus.INSUFFICIENT
    assert {one.status for one in rates({"a": (0, 40), "b": (0, 20)}).values()} == {ImpactStatus.INSUFFICIENT}
    assert rates({}) == {}


def test_F32_a_tie_is_ok():
    found = rates({"a": (10, 20), "b": (20, 40)})
    assert found["a"].ratio == 1.0 and found["a"].status is ImpactStatus.OK and found["b"].ratio is None


def test_F32_scoring_rate_is_the_share_above_the_median_of_all():
    """Those of no known group raise the median, though they stand in no row."""
    people = [Assessed("a", True, 6.0)] * 20 + [Assessed("b", False, 4.0)] * 20 + [Assessed(None, None, 9.0)] * 60
    found = adverse_impact(people)
    assert (found.people, found.known, found.median) == (100, 40, 9.0)
    assert [group.scoring.status for group in found.groups] == [ImpactStatus.INSUFFICIENT] * 2, "nobody is above 9"
    found = adverse_impact(people[:50])
    a, b = found.groups
    assert found.median == 6.0 and a.group == "a"
    assert (a.scoring.status, a.selection.rate) == (ImpactStatus.INSUFFICIENT, 1.0)
    found = adverse_impact([*people[:40], Assessed("a", True, 4.0)])
    a, b = found.groups
    assert found.median == 4.0
    assert a.scoring.rate == pytest.approx(20 / 21) and b.scoring.rate == 0.0
    assert b.scoring.status is ImpactStatus.FLAG and b.selection.status is ImpactStatus.FLAG


def test_F32_who_is_undecided_or_unscored_counts_in_neither():
    people = [Assessed("a", True, 8.0)] * 20 + [Assessed("b", None, 2.0)] * 10 + [Assessed("b", True, None)] * 10
    a, b = adverse_impact(people).groups
    assert (b.selection.total, b.selection.successes) == (10, 10)
    assert b.scoring.total == 10
    assert adverse_impact([]).groups == () and adverse_impact([]).median is None

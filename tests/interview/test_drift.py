"""Drift between two windows: the page's vector, each rule at its edge, SciPy as the second opinion."""

from __future__ import annotations

import random

import pytest
from scipy import stats

from interview.statistics.drift import (
    ControlStatus,
    DriftStatus,
    check_controls,
    drift,
    in_bins,
    psi,
    psi_bound,
    welch_p,
)


def test_F31_psi_of_the_page():
    assert psi([10, 20, 40, 20, 10], [5, 15, 35, 28, 17]) == pytest.approx(0.1198, abs=5e-5)


def test_F31_bins_hold_their_lower_edge_and_the_last_holds_ten():
    assert in_bins([0, 1.99, 2, 3.99, 4, 6, 7.99, 8, 10]) == (2, 2, 1, 2, 2)
    assert in_bins([]) == (0, 0, 0, 0, 0)


def test_F31_an_empty_bin_is_smoothed_by_half_a_score():
    # (10 + .5, 0 + .5) of 11 against (5 + .5, 5 + .5) of 11; the three bins empty in both are left out
    a, b = (10.5 / 11, 0.5 / 11), (5.5 / 11, 5.5 / 11)
    import math

    wanted = sum((after - before) * math.log(after / before) for before, after in zip(a, b, strict=True))
    assert psi([10, 0, 0, 0, 0], [5, 5, 0, 0, 0]) == pytest.approx(wanted)
    assert psi([10, 0, 0, 0, 5], [20, 0, 0, 0, 10]) == 0.0
    with pytest.raises(ValueError, match="needs scores"):
        psi([0, 0, 0, 0, 0], [1, 0, 0, 0, 0])


def test_F31_the_psi_bound_is_a_quarter_or_what_chance_reaches():
    assert psi_bound(30, 30) == pytest.approx(stats.chi2.ppf(0.99, 4) * 2 / 30)
    assert psi_bound(5000, 5000) == 0.25


def test_F31_the_psi_bound_is_rarely_passed_by_chance():
    chance = random.Random(7)
    passed = 0
    for _ in range(600):
        before = in_bins([chance.uniform(0, 10) for _ in range(100)])
        after = in_bins([chance.uniform(0, 10) for _ in range(60)])
        passed += psi(before, after) > psi_bound(100, 60)
    assert passed <= 18, "one in a hundred is meant, three at most"


def test_F31_welch_is_scipys():
    chance = random.Random(3)
    for _ in range(100):
        before = [round(chance.gauss(6, 2), 2) for _ in range(chance.randint(2, 80))]
        after = [round(chance.gauss(6.4, 1), 2) for _ in range(chance.randint(2, 80))]
        wanted = stats.ttest_ind(before, after, equal_var=False).pvalue
        assert welch_p(before, after) == pytest.approx(wanted, rel=1e-7)
    assert welch_p([5.0] * 30, [5.0] * 30) == 1.0
    assert welch_p([5.0] * 30, [6.0] * 30) == 0.0


def test_F31_under_thirty_scores_there_is_no_number():
    few = drift([5.0] * 29, [9.0] * 200)
    assert few.status is DriftStatus.INSUFFICIENT and (few.before, few.after) == (29, 200)
    assert {few.mean_change, few.welch_p, few.ks, few.ks_p, few.psi, few.psi_bound} == {None}
    assert drift([5.0] * 30, [5.0] * 30).status is DriftStatus.OK


def spread(centre: float, times: int) -> list[float]:
    return [centre + step / 10 for step in range(-5, 6)] * times


def test_F31_alarm_needs_a_large_change_that_is_no_chance():
    steady = drift(spread(5, 10), spread(5, 10))
    assert steady.status is DriftStatus.OK and steady.mean_change == 0.0 and steady.welch_p == 1.0
    # certain, and exactly at the limit: no alarm of the mean
    at_limit = drift(spread(4.8, 20), spread(5.3, 20))
    assert at_limit.mean_change == 0.5 and at_limit.welch_p is not None and at_limit.welch_p < 0.01
    assert at_limit.status is DriftStatus.OK and at_limit.reasons == ()
    over = drift(spread(4.8, 20), spread(5.31, 20))
    assert over.status is DriftStatus.ALARM and "mean score moved by +0.51" in over.reasons[0]
    # as large, in windows so wide that it may be chance
    before, after = [0.0, 10.0] * 15, [0.0, 10.0] * 14 + [10.0, 10.0] * 2
    wide = drift(before, after)
    assert wide.mean_change is not None and wide.mean_change > 0.5 and wide.welch_p is not None and wide.welch_p > 0.01
    assert wide.status is DriftStatus.OK


def test_F31_alarm_of_the_spread_alone():
    """The mean stands still, but everybody has moved to the ends."""
    found = drift([5.0] * 60, [1.0, 9.0] * 30)
    assert found.mean_change == 0.0 and found.status is DriftStatus.ALARM
    assert len(found.reasons) == 1 and "PSI" in found.reasons[0]
    assert found.ks == 0.5 and found.ks_p is not None and found.ks_p < 1e-6
    assert found.bins_before == (0, 0, 60, 0, 0) and found.bins_after == (30, 0, 0, 0, 30)


def test_F31_control_answers_block_above_three_tenths():
    frozen = [7.0, 4.0, 8.0]
    at_limit = check_controls(frozen, [7.3, 3.7, 8.3])
    assert at_limit.status is ControlStatus.OK and not at_limit.blocks and at_limit.mean_change == pytest.approx(0.3)
    # changes do not cancel out
    over = check_controls(frozen, [7.5, 3.5, 8.0])
    assert over.status is ControlStatus.DRIFTED and over.blocks and over.mean_change == pytest.approx(1 / 3)
    gone = check_controls(frozen, [7.0, None, 8.0])
    assert gone.status is ControlStatus.INCOMPLETE and gone.blocks and (gone.compared, gone.missing) == (2, 1)
    assert check_controls(frozen, [None] * 3).mean_change is None
    nothing = check_controls([], [])
    assert nothing.status is ControlStatus.INSUFFICIENT and not nothing.blocks

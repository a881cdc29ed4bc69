"""Our p-values against SciPy's, on random and on extreme data."""

from __future__ import annotations

import math
import random

import pytest
from scipy import stats

from interview.statistics.distributions import (
    chi_square_quantile,
    chi_square_survival,
    fisher_two_sided,
    kolmogorov_smirnov,
    student_t_two_sided,
    wilson,
)


@pytest.fixture
def chance() -> random.Random:
    return random.Random(20260302)


def test_F31_student_t(chance: random.Random):
    for _ in range(500):
        t, degrees = chance.uniform(-12, 12), chance.uniform(0.5, 400)
        assert student_t_two_sided(t, degrees) == pytest.approx(2 * stats.t.sf(abs(t), degrees), rel=1e-9)
    assert student_t_two_sided(0.0, 5) == 1.0
    assert student_t_two_sided(math.inf, 5) == 0.0
    assert student_t_two_sided(60, 500) == pytest.approx(2 * stats.t.sf(60, 500), rel=1e-6)
    with pytest.raises(ValueError, match="positive"):
        student_t_two_sided(1.0, 0)


def test_F31_chi_square(chance: random.Random):
    for _ in range(500):
        x, degrees = chance.uniform(0, 200), chance.randint(1, 60)
        assert chi_square_survival(x, degrees) == pytest.approx(stats.chi2.sf(x, degrees), rel=1e-8, abs=1e-14)
        share = chance.uniform(0.001, 0.999)
        assert chi_square_quantile(share, degrees) == pytest.approx(stats.chi2.ppf(share, degrees), rel=1e-9)
    assert chi_square_survival(-1, 4) == 1.0
    assert chi_square_quantile(0.99, 4) == pytest.approx(13.2767, abs=5e-5)
    for share in (0, 1):
        with pytest.raises(ValueError, match="share"):
            chi_square_quantile(share, 4)
    with pytest.raises(ValueError, match="positive"):
        chi_square_survival(1.0, 0)


def test_F31_kolmogorov_smirnov_exact(chance: random.Random):
    for _ in range(150):
        shift = chance.choice([0, 0.3, 1])
        first = [chance.gauss(0, 1) for _ in range(chance.randint(1, 60))]
        second = [chance.gauss(shift, 1) for _ in range(chance.randint(1, 60))]
        wanted = stats.ks_2samp(first, second, method="exact")
        distance, p = kolmogorov_smirnov(first, second)
        assert distance == pytest.approx(wanted.statistic, abs=1e-12)
        assert p == pytest.approx(wanted.pvalue, rel=1e-7, abs=1e-12)


def test_F31_kolmogorov_smirnov_with_ties_and_large_samples(chance: random.Random):
    first, second = [chance.randint(0, 10) for _ in range(80)], [chance.randint(1, 10) for _ in range(50)]
    distance, p = kolmogorov_smirnov(first, second)
    wanted = stats.ks_2samp(first, second, method="exact")
    assert (distance, p) == (pytest.approx(wanted.statistic), pytest.approx(wanted.pvalue, rel=1e-9))
    assert kolmogorov_smirnov([1, 2, 2], [2, 1, 2]) == (0.0, 1.0)
    for shift in (0.0, 0.02, 0.06, 0.2):
        first = [chance.gauss(0, 1) for _ in range(900)]
        second = [chance.gauss(shift, 1) for _ in range(1100)]
        wanted = stats.ks_2samp(first, second, method="exact")
        assert kolmogorov_smirnov(first, second)[1] == pytest.approx(wanted.pvalue, rel=0.03, abs=1e-3)
    # far apart, and the lower form of the limit: nearly the same
    assert kolmogorov_smirnov([0.0] * 600, [1.0] * 600)[1] < 1e-100
    nearly = [float(n) for n in range(600)]
    assert kolmogorov_smirnov(nearly, [n + 0.5 for n in nearly])[1] == pytest.approx(1.0)
    with pytest.raises(ValueError, match="two samples"):
        kolmogorov_smirnov([], [1.0])


def test_F32_fisher(chance: random.Random):
    for _ in range(400):
        top = chance.choice([5, 40, 200])
        table = [chance.randint(0, top) for _ in range(4)]
        a, b, c, d = table
        wanted = stats.fisher_exact([[a, b], [c, d]]).pvalue
        assert fisher_two_sided(a, b, c, d) == pytest.approx(wanted, rel=1e-7), table
    assert fisher_two_sided(0, 0, 3, 4) == 1.0
    with pytest.raises(ValueError, match="negative"):
        fisher_two_sided(-1, 1, 1, 1)


def test_F32_wilson(chance: random.Random):
    for _ in range(200):
        total = chance.randint(1, 500)
        successes = chance.randint(0, total)
        wanted = stats.binomtest(successes, total).proportion_ci(method="wilson")
        low, high = wilson(successes, total, z=stats.norm.ppf(0.975))
        assert (low, high) == (pytest.approx(wanted.low, abs=1e-12), pytest.approx(wanted.high, abs=1e-12))
        assert 0 <= low <= successes / total <= high <= 1
    assert wilson(0, 10)[0] == 0.0 and wilson(10, 10)[1] == 1.0
    for successes, total in ((1, 0), (-1, 3), (4, 3)):
        with pytest.raises(ValueError, match="between"):
            wilson(successes, total)

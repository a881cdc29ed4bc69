"""Agreement between raters: the page's vector, what is undefined, and the definitions over again."""

from __future__ import annotations

import math
import statistics
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview.statistics.agreement import (
    bias,
    cohen_kappa,
    pearson,
    per_level,
    quadratic_weighted_kappa,
    rmse,
)

RATINGS = st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=2, max_size=60)


def test_F33_the_pages_vector():
    first, second = [0, 1, 2, 3, 4, 2, 1, 3], [0, 1, 2, 4, 4, 1, 1, 3]
    assert quadratic_weighted_kappa(first, second) == pytest.approx(0.9286, abs=5e-5)


def test_F33_full_agreement_chance_and_contradiction():
    assert quadratic_weighted_kappa([1, 2, 3], [1, 2, 3]) == 1.0
    assert quadratic_weighted_kappa([1, 5], [5, 1]) == -1.0
    assert quadratic_weighted_kappa([1, 1, 5, 5], [1, 5, 1, 5]) == 0.0
    assert cohen_kappa([1, 1, 5, 5], [1, 5, 1, 5]) == 0.0
    # a distance of one weighs less than one of four, which kappa without weights cannot tell
    near, far = [1, 2, 3, 4, 4], [1, 2, 3, 4, 1]
    assert quadratic_weighted_kappa([1, 2, 3, 4, 5], near) > quadratic_weighted_kappa([1, 2, 3, 4, 5], far)
    assert cohen_kappa([1, 2, 3, 4, 5], near) == cohen_kappa([1, 2, 3, 4, 5], far)


def test_F33_constant_ratings_have_no_agreement_to_measure():
    assert quadratic_weighted_kappa([3, 3, 3], [3, 3, 3]) is None
    assert cohen_kappa([3, 3, 3], [3, 3, 3]) is None
    assert pearson([0.1, 0.1, 0.1], [1.0, 2.0, 3.0]) is None
    assert pearson([1.0, 2.0, 3.0], [0.1, 0.1, 0.1]) is None
    # one who never varies agrees no better than chance
    assert quadratic_weighted_kappa([3, 3, 3], [2, 3, 4]) == 0.0


def test_F33_differences_have_a_direction():
    assert bias([1, 2, 3], [2, 3, 5]) == pytest.approx(4 / 3)
    assert rmse([1, 2, 3], [2, 3, 5]) == pytest.approx(math.sqrt(2))
    assert per_level([1, 1, 2, 5], [1, 2, 2, 4]) == {1: 0.5, 2: 1.0, 5: 0.0}


@pytest.mark.parametrize("measure", [quadratic_weighted_kappa, cohen_kappa, pearson, rmse, bias, per_level])
def test_pairs_must_be_pairs(measure):
    with pytest.raises(ValueError, match="same answers"):
        measure([1, 2], [1])
    with pytest.raises(ValueError, match="nothing"):
        measure([], [])


def kappa_by_matrices(first, second, weight):
    """The definition with an observed and an expected matrix over the whole scale."""
    n, levels = len(first), range(1, 6)
    observed = sum(weight(a, b) for a, b in zip(first, second, strict=True)) / n
    expected = sum(weight(i, j) * first.count(i) * second.count(j) for i, j in product(levels, levels)) / n**2
    return None if expected == 0 else 1 - observed / expected


@given(RATINGS)
def test_F33_kappas_are_those_of_the_definition(pairs):
    first, second = [a for a, _ in pairs], [b for _, b in pairs]
    for measure, weight in (
        (quadratic_weighted_kappa, lambda i, j: ((i - j) / 4) ** 2),
        (cohen_kappa, lambda i, j: float(i != j)),
    ):
        wanted = kappa_by_matrices(first, second, weight)
        if wanted is None:
            assert measure(first, second) is None
        else:
            assert measure(first, second) == pytest.approx(wanted, abs=1e-9)
            assert measure(first, second) == pytest.approx(measure(second, first), abs=1e-12)


@given(RATINGS)
def test_F33_pearson_is_the_standard_librarys(pairs):
    first, second = [float(a) for a, _ in pairs], [float(b) for _, b in pairs]
    if len(set(first)) == 1 or len(set(second)) == 1:
        assert pearson(first, second) is None
    else:
        assert pearson(first, second) == pytest.approx(statistics.correlation(first, second), abs=1e-9)

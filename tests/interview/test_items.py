"""Mean, spread and correlation out of sums, beside the same from the numbers themselves."""

from __future__ import annotations

import random
import statistics

import pytest

from interview.statistics.agreement import pearson
from interview.statistics.items import correlation_of, deviation_of, mean_of


def sums(values: list[float]) -> tuple[float, float]:
    return sum(values), sum(value * value for value in values)


def test_the_sums_say_what_the_numbers_say():
    chance = random.Random(7)  # noqa: S311 - a fixed seed
    for count in (10, 37, 500):
        first = [chance.choice([0.0, 2.5, 5.0, 6.25, 8.75, 10.0]) for _ in range(count)]
        second = [0.4 * value + chance.random() * 6 for value in first]
        products = sum(a * b for a, b in zip(first, second, strict=True))
        assert mean_of(count, sum(first)) == pytest.approx(statistics.fmean(first))
        assert deviation_of(count, *sums(first)) == pytest.approx(statistics.stdev(first))
        found = correlation_of(count, sums(first), sums(second), products)
        assert found == pytest.approx(pearson(first, second))


def test_too_few_or_all_alike_is_no_number():
    assert mean_of(0, 0.0) is None and deviation_of(1, 4.0, 16.0) is None
    nine = [float(number) for number in range(9)]
    assert correlation_of(9, sums(nine), sums(nine), sums(nine)[1]) is None
    alike, ten = [6.7] * 10, [float(number) for number in range(10)]
    assert correlation_of(10, sums(alike), sums(ten), sum(6.7 * value for value in ten)) is None
    assert correlation_of(10, sums(ten), sums(ten), sums(ten)[1]) == pytest.approx(1.0)

"""How far two raters of the same answers agree (assessment F33).

Everywhere ``first[i]`` and ``second[i]`` are about the same answer. Raises ValueError for sequences of different
lengths, and for empty ones.
"""

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from math import fsum, sqrt


def quadratic_weighted_kappa(first: Sequence[int], second: Sequence[int]) -> float | None:
    """Cohen's kappa with squared distances as weights: 1 is full agreement, 0 what chance would give.

    None when both gave everything one and the same rating: then chance alone agrees fully. The levels that nobody
    used do not matter: their weights meet empty cells, and the width of the scale cancels out.
    """
    n = _pairs(first, second)
    observed = Fraction(sum((a - b) ** 2 for a, b in zip(first, second, strict=True)), n)
    # The mean of (a - b)^2 over all pairs of a rating of one with a rating of the other.
    expected = Fraction(
        n * sum(a * a for a in first) + n * sum(b * b for b in second) - 2 * sum(first) * sum(second), n * n
    )
    return float(1 - observed / expected) if expected else None


def cohen_kappa(first: Sequence[int], second: Sequence[int]) -> float | None:
    """Cohen's kappa over levels without an order; None when both gave everything one and the same rating."""
    n = _pairs(first, second)
    observed = Fraction(sum(a == b for a, b in zip(first, second, strict=True)), n)
    firsts, seconds = Counter(first), Counter(second)
    expected = Fraction(sum(firsts[level] * seconds[level] for level in firsts), n * n)
    return float((observed - expected) / (1 - expected)) if expected != 1 else None


def pearson(first: Sequence[float], second: Sequence[float]) -> float | None:
    """The correlation, from -1 to 1; None when either is constant."""
    n = _pairs(first, second)
    # A constant sequence can have a mean a hair beside it, and would then seem to vary.
    if min(first) == max(first) or min(second) == max(second):
        return None
    mean_first, mean_second = fsum(first) / n, fsum(second) / n
    firsts, seconds = [a - mean_first for a in first], [b - mean_second for b in second]
    spread = sqrt(fsum(a * a for a in firsts)) * sqrt(fsum(b * b for b in seconds))
    if not spread:
        return None
    return max(-1.0, min(1.0, fsum(a * b for a, b in zip(firsts, seconds, strict=True)) / spread))


def rmse(first: Sequence[float], second: Sequence[float]) -> float:
    """The root of the mean squared difference, in the unit of the ratings."""
    n = _pairs(first, second)
    return sqrt(fsum((a - b) ** 2 for a, b in zip(first, second, strict=True)) / n)


def bias(first: Sequence[float], second: Sequence[float]) -> float:
    """The mean of second - first: above 0 when the second rater is the milder one."""
    n = _pairs(first, second)
    return fsum(b - a for a, b in zip(first, second, strict=True)) / n


def per_level(first: Sequence[int], second: Sequence[int]) -> dict[int, float]:
    """For each level that the first rater used, the share of those answers which the second rated the same."""
    _pairs(first, second)
    used = Counter(first)
    same = Counter(a for a, b in zip(first, second, strict=True) if a == b)
    return {level: same[level] / used[level] for level in sorted(used)}


def _pairs(first: Sequence[float], second: Sequence[float]) -> int:
    if len(first) != len(second):
        raise ValueError("both raters rate the same answers")
    if not first:
        raise ValueError("there is nothing to compare")
    return len(first)

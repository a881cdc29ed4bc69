"""What a question's scores say: mean, spread, how it goes with the person's other answers, and where one stands."""

from collections.abc import Sequence
from fractions import Fraction
from math import sqrt

from interview.arithmetic import exact

# Fewer pairs make a correlation of anything.
LEAST_FOR_CORRELATION = 10
LEAST_FOR_PERCENTILE = 10
# Two values that stand this close to each other are one: sums of floats never come out even.
_HAIR = 1e-9


def mean_of(count: int, total: float) -> float | None:
    """The mean; None of nothing."""
    return total / count if count else None


def deviation_of(count: int, total: float, squares: float) -> float | None:
    """The standard deviation of a sample (n - 1) from its sum and the sum of its squares; None under two values."""
    if count < 2:
        return None
    return sqrt(max(0.0, (squares - total * total / count) / (count - 1)))


def correlation_of(
    pairs: int, first: tuple[float, float], second: tuple[float, float], products: float
) -> float | None:
    """Pearson's correlation of ``pairs`` pairs, from (sum, sum of squares) of either and the sum of their products.

    None under ten pairs, and where either does not vary.
    """
    if pairs < LEAST_FOR_CORRELATION:
        return None
    (total, squares), (other_total, other_squares) = first, second
    spread = squares - total * total / pairs
    other_spread = other_squares - other_total * other_total / pairs
    if spread < _HAIR or other_spread < _HAIR:
        return None
    together = products - total * other_total / pairs
    return max(-1.0, min(1.0, together / sqrt(spread * other_spread)))


def percentile_of(score: float, scores: Sequence[float]) -> float | None:
    """Where a score stands among all ``scores``, itself included: the percentage below it and half of those equal.

    None under ten scores: of a few people a rank says nothing.
    """
    if len(scores) < LEAST_FOR_PERCENTILE:
        return None
    mine = exact(score)
    others = [exact(one) for one in scores]
    below, equal = sum(one < mine for one in others), sum(one == mine for one in others)
    return float(100 * (below + Fraction(equal, 2)) / len(others))

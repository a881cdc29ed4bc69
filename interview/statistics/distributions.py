"""Probabilities that the other statistics need, from the standard library alone.

All p-values are probabilities 0..1 under "there is no difference".
"""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from math import comb, exp, isfinite, lgamma, log, log1p, sqrt

# Far beyond double precision; the series and fractions below need a few dozen steps.
_STEPS = 10_000
_EPSILON = 1e-16
_TINY = 1e-300
# Up to so many pairs the Kolmogorov-Smirnov p-value is exact; above, its limit is right to three digits.
_EXACT_PAIRS = 250_000


def student_t_two_sided(t: float, degrees: float) -> float:
    """How likely a Student t of this size or a larger one is, in either direction. Degrees need not be whole.

    Raises ValueError for degrees that are not positive.
    """
    if not degrees > 0:
        raise ValueError("degrees of freedom are positive")
    if not isfinite(t):
        return 0.0
    return _beta_share(degrees / (degrees + t * t), degrees / 2, 0.5)


def chi_square_survival(x: float, degrees: float) -> float:
    """How likely a chi-square of at least ``x`` is. Raises ValueError for degrees that are not positive."""
    if not degrees > 0:
        raise ValueError("degrees of freedom are positive")
    return 1.0 if x <= 0 else _gamma_above(degrees / 2, x / 2)


def chi_square_quantile(share: float, degrees: float) -> float:
    """The value under which this share of a chi-square distribution lies. Raises ValueError unless 0 < share < 1."""
    if not 0 < share < 1:
        raise ValueError("a quantile is asked for a share between 0 and 1")
    low, high = 0.0, max(1.0, degrees)
    while chi_square_survival(high, degrees) > 1 - share:
        low, high = high, 2 * high
    while high - low > 1e-13 * high:
        middle = (low + high) / 2
        if not low < middle < high:
            break
        if chi_square_survival(middle, degrees) > 1 - share:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def kolmogorov_smirnov(first: Sequence[float], second: Sequence[float]) -> tuple[float, float]:
    """The greatest distance between the two samples' cumulative shares, and its p-value.

    The p-value is that of samples without ties; ties make it too large, never too small. Raises ValueError for an
    empty sample.
    """
    n, m = len(first), len(second)
    if not n or not m:
        raise ValueError("a distance needs two samples")
    firsts, seconds = sorted(first), sorted(second)
    # Over the common denominator n * m, so that equal distances are equal.
    widest = max(
        abs(bisect_right(firsts, value) * m - bisect_right(seconds, value) * n) for value in {*firsts, *seconds}
    )
    if widest == 0:
        return 0.0, 1.0
    distance = widest / (n * m)
    return distance, _ks_exact(widest, n, m) if n * m <= _EXACT_PAIRS else _ks_limit(distance, n, m)


def fisher_two_sided(a: int, b: int, c: int, d: int) -> float:
    """Fisher's exact p-value of the table ((a, b), (c, d)): all tables as unlikely as this one, or more so.

    Raises ValueError for negative counts.
    """
    if min(a, b, c, d) < 0:
        raise ValueError("counts are not negative")
    row, other, column = a + b, c + d, a + c
    if not row or not other:
        return 1.0
    least = max(0, column - other)
    # Whole numbers throughout: whether two tables are equally likely is no question of rounding.
    ways = comb(row, least) * comb(other, column - least)
    found, total, ours = [], 0, 0
    for k in range(least, min(row, column) + 1):
        found.append(ways)
        total += ways
        if k == a:
            ours = ways
        ways = ways * (row - k) * (column - k) // ((k + 1) * (other - column + k + 1))
    return sum(one for one in found if one <= ours) / total


def wilson(successes: int, total: int, z: float = 1.96) -> tuple[float, float]:
    """Wilson's interval (low, high) for the share behind ``successes`` of ``total``; z 1.96 makes it one of 95 %.

    Raises ValueError unless 0 <= successes <= total and total > 0.
    """
    if total <= 0 or not 0 <= successes <= total:
        raise ValueError("successes lie between nothing and a total that is not nothing")
    share, square = successes / total, z * z
    centre = share + square / (2 * total)
    reach = z * sqrt(share * (1 - share) / total + square / (4 * total * total))
    low, high = (centre - reach) / (1 + square / total), (centre + reach) / (1 + square / total)
    # At the ends the interval closes exactly, which rounding misses by a hair.
    return (0.0 if successes == 0 else max(0.0, low)), (1.0 if successes == total else min(1.0, high))


def _ks_exact(widest: int, n: int, m: int) -> float:
    """One minus the share of orders of the n + m values whose distance stays under ``widest`` / (n * m).

    Each order is a path from (0, 0) to (n, m). Weights keep the numbers of paths between 0 and 1, as in Hodges,
    "The significance probability of the Smirnov two-sample test", Arkiv för Matematik 3 (1958).
    """
    inside = [1.0 if j * n < widest else 0.0 for j in range(m + 1)]
    for i in range(1, n + 1):
        weight = i / (i + m)
        inside[0] = weight * inside[0] if i * m < widest else 0.0
        before = inside[0]
        for j in range(1, m + 1):
            before = weight * inside[j] + before if abs(i * m - j * n) < widest else 0.0
            inside[j] = before
    return min(1.0, max(0.0, 1.0 - inside[m]))


def _ks_limit(distance: float, n: int, m: int) -> float:
    """Kolmogorov's limit with Stephens' correction for finite samples (Numerical Recipes, 14.3)."""
    root = sqrt(n * m / (n + m))
    x = (root + 0.12 + 0.11 / root) * distance
    if x < 1.18:
        # The other form of the same function, which converges where the first does not.
        y = exp(-1.23370055013616983 / (x * x)) if x > 0.04 else 0.0
        below = 2.25675833419102515 * sqrt(-log(y)) * (y + y**9 + y**25 + y**49) if y else 0.0
        return max(0.0, 1.0 - below)
    y = exp(-2 * x * x)
    return min(1.0, 2 * (y - y**4 + y**9))


def _beta_share(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function I_x(a, b), 0 <= x <= 1."""
    if x <= 0:
        return 0.0
    if x >= 1:
        return 1.0
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x))
    # The fraction converges quickly on this side of the mean, so the other side is its mirror.
    if x < (a + 1) / (a + b + 2):
        return front * _beta_fraction(x, a, b) / a
    return 1.0 - front * _beta_fraction(1 - x, b, a) / b


def _beta_fraction(x: float, a: float, b: float) -> float:
    """https://dlmf.nist.gov/8.17#E22."""

    def term(n: int) -> float:
        m = n // 2
        if n % 2:
            return -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        return m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))

    return 1 / _continued(1.0, lambda n: (term(n), 1.0))


def _gamma_above(a: float, x: float) -> float:
    """The regularised upper incomplete gamma function Q(a, x), x > 0."""
    front = exp(a * log(x) - x - lgamma(a))
    if x >= a + 1:
        # https://dlmf.nist.gov/8.9#E2, contracted
        return front / _continued(x + 1 - a, lambda n: (n * (a - n), x + 1 - a + 2 * n))
    # https://dlmf.nist.gov/8.11#E4
    term = total = 1 / a
    for n in range(1, _STEPS):
        term *= x / (a + n)
        total += term
        if term < total * _EPSILON:
            break
    return 1.0 - front * total


def _continued(first: float, step: Callable[[int], tuple[float, float]]) -> float:
    """``first`` + a1/(b1 + a2/(b2 + …)) with (a, b) = ``step(n)``, by Lentz's method (Numerical Recipes, 5.2)."""
    value = first or _TINY
    c, d = value, 0.0
    for n in range(1, _STEPS):
        a, b = step(n)
        d = b + a * d
        d = 1 / (d or _TINY)
        c = (b + a / c) or _TINY
        value *= c * d
        if abs(c * d - 1) < _EPSILON * 10:
            break
    return value

"""Whether scores have moved (assessment F31): two windows of scores, or control answers rated once more."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import inf, log, sqrt

from interview.arithmetic import exact
from interview.statistics.distributions import chi_square_quantile, kolmogorov_smirnov, student_t_two_sided

# Assessment F31.
LEAST_SCORES = 30
# Scores 0-10 in five bins; a score on an edge belongs to the bin above it, 10 to the last.
INNER_EDGES = (2.0, 4.0, 6.0, 8.0)
BINS = len(INNER_EDGES) + 1
LARGEST_CHANGE = Fraction(1, 2)
CHANGE_P = 0.01
LARGEST_PSI = 0.25
PSI_QUANTILE = 0.99
LARGEST_CONTROL_CHANGE = Fraction(3, 10)


class DriftStatus(StrEnum):
    INSUFFICIENT = "insufficient"
    OK = "ok"
    ALARM = "alarm"


class ControlStatus(StrEnum):
    """``incomplete``: some control answer had a score and gets none any more, which is no proof of steadiness."""

    INSUFFICIENT = "insufficient"
    INCOMPLETE = "incomplete"
    OK = "ok"
    DRIFTED = "drifted"


@dataclass(frozen=True, slots=True)
class Drift:
    """How ``after`` differs from ``before``; without 30 scores in each there is no number.

    ``reasons`` are sentences, one for each rule that raised the alarm.
    """

    status: DriftStatus
    before: int
    after: int
    mean_before: float | None = None
    mean_after: float | None = None
    mean_change: float | None = None
    welch_p: float | None = None
    ks: float | None = None
    ks_p: float | None = None
    psi: float | None = None
    psi_bound: float | None = None
    bins_before: tuple[int, ...] = ()
    bins_after: tuple[int, ...] = ()
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ControlCheck:
    """``mean_change`` is the mean of the absolute changes, None when nothing can be compared."""

    status: ControlStatus
    compared: int
    missing: int
    mean_change: float | None

    @property
    def blocks(self) -> bool:
        """Whether a model or prompt must not be changed to this."""
        return self.status in (ControlStatus.DRIFTED, ControlStatus.INCOMPLETE)


def drift(before: Sequence[float], after: Sequence[float]) -> Drift:
    """What moved between two windows of scores 0-10.

    Alarm if the mean moved by more than 0.5 with Welch's p under .01, or if the population stability index is above
    0.25 and above what chance alone reaches once in a hundred times.
    """
    n, m = len(before), len(after)
    if min(n, m) < LEAST_SCORES:
        return Drift(DriftStatus.INSUFFICIENT, n, m)
    mean_before, mean_after = _mean(before), _mean(after)
    change = mean_after - mean_before
    p = welch_p(before, after)
    distance, ks_p = kolmogorov_smirnov(before, after)
    bins_before, bins_after = in_bins(before), in_bins(after)
    index, bound = psi(bins_before, bins_after), psi_bound(n, m)
    reasons = []
    if abs(change) > LARGEST_CHANGE and p < CHANGE_P:
        likely = f"p {p:.4f}" if p >= 0.0001 else "p under 0.0001"
        reasons.append(f"The mean score moved by {float(change):+.2f} ({likely}).")
    if index > bound:
        reasons.append(f"The spread of the scores changed: PSI {index:.3f}, at most {bound:.3f} can be chance.")
    return Drift(
        DriftStatus.ALARM if reasons else DriftStatus.OK,
        n,
        m,
        float(mean_before),
        float(mean_after),
        float(change),
        p,
        distance,
        ks_p,
        index,
        bound,
        bins_before,
        bins_after,
        tuple(reasons),
    )


def welch_p(before: Sequence[float], after: Sequence[float]) -> float:
    """Welch's two-sided p-value for "both have one mean"; two values or more in each.

    When nothing varies it is 1 for equal means and 0 for different ones.
    """
    n, m = len(before), len(after)
    difference = float(_mean(after) - _mean(before))
    first, second = float(_variance(before)) / n, float(_variance(after)) / m
    error = first + second
    if not error:
        return student_t_two_sided(inf if difference else 0.0, 1)
    # Welch-Satterthwaite
    degrees = error * error / (first * first / (n - 1) + second * second / (m - 1))
    return student_t_two_sided(difference / sqrt(error), degrees)


def in_bins(scores: Sequence[float]) -> tuple[int, ...]:
    """How many scores lie in each of the bins 0-2, 2-4, 4-6, 6-8 and 8-10."""
    counts = [0] * BINS
    for score in scores:
        counts[bisect_right(INNER_EDGES, score)] += 1
    return tuple(counts)


def psi(before: Sequence[int], after: Sequence[int]) -> float:
    """The population stability index of two windows, given as counts per bin.

    A bin that is empty in both says nothing and is left out. Where a bin is empty in one of them its logarithm would be
    infinite: then half a score is added to every bin of both. Raises ValueError for an empty window.
    """
    pairs = [(a, b) for a, b in zip(before, after, strict=True) if a or b]
    if not sum(before) or not sum(after):
        raise ValueError("a window needs scores")
    smoothing = 0.5 if any(not a or not b for a, b in pairs) else 0.0
    n = sum(before) + smoothing * len(pairs)
    m = sum(after) + smoothing * len(pairs)
    shares = [((a + smoothing) / n, (b + smoothing) / m) for a, b in pairs]
    return sum((b - a) * log(b / a) for a, b in shares)


def psi_bound(before: int, after: int) -> float:
    """Above which index two windows of these sizes are called different: 0.25, or more when they are small.

    Without a change PSI * n*m/(n+m) is about chi-square with one degree less than there are bins (Yurdakul,
    "Statistical properties of population stability index", 2018): chance passes the .99 quantile once in a hundred.
    """
    chance = chi_square_quantile(PSI_QUANTILE, BINS - 1) * (before + after) / (before * after)
    return max(LARGEST_PSI, chance)


def check_controls(frozen: Sequence[float], rescored: Sequence[float | None]) -> ControlCheck:
    """How far the control answers moved from their frozen scores 0-10; None stands for one that got no score."""
    changes = [
        abs(exact(new) - exact(old)) for old, new in zip(frozen, rescored, strict=True) if new is not None
    ]
    missing = len(frozen) - len(changes)
    if not changes:
        status = ControlStatus.INCOMPLETE if missing else ControlStatus.INSUFFICIENT
        return ControlCheck(status, 0, missing, None)
    mean = sum(changes, Fraction(0)) / len(changes)
    if mean > LARGEST_CONTROL_CHANGE:
        status = ControlStatus.DRIFTED
    else:
        status = ControlStatus.INCOMPLETE if missing else ControlStatus.OK
    return ControlCheck(status, len(changes), missing, float(mean))


def _mean(scores: Sequence[float]) -> Fraction:
    return sum((exact(score) for score in scores), Fraction(0)) / len(scores)


def _variance(scores: Sequence[float]) -> Fraction:
    mean = _mean(scores)
    return sum(((exact(score) - mean) ** 2 for score in scores), Fraction(0)) / (len(scores) - 1)

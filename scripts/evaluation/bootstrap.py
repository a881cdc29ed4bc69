"""Intervals by drawing again: 95 % percentile bootstrap over families of rows, the same draws every time."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import floor
from typing import TypeVar

from interview.statistics.distributions import wilson

Item = TypeVar("Item")
SEED = 20260401
RESAMPLES = 1000
# Drawing from fewer says nothing about what another sample would have shown; up to about 20 it says too little.
FEWEST_FAMILIES = 5
# A statistic that most draws leave undefined (all ratings alike) has no honest interval.
_LEAST_DEFINED = 0.9


@dataclass(frozen=True, slots=True)
class Interval:
    """A number with its 95 % interval; ``value`` None where undefined, ``low`` and ``high`` where unknown.

    ``n`` is what it was computed from.
    """

    value: float | None
    low: float | None
    high: float | None
    n: int


def share(successes: int, total: int) -> Interval:
    """A share with its Wilson interval; undefined of nothing."""
    if not total:
        return Interval(None, None, None, 0)
    low, high = wilson(successes, total)
    return Interval(successes / total, low, high, total)


def intervals(
    families: Sequence[Sequence[Item]],
    statistics: Mapping[str, Callable[[Sequence[Item]], float | None]],
    *,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> dict[str, Interval]:
    """Each statistic of all items, with the interval that drawing whole families again gives.

    Rows that say the same (variants of one answer) are no independent evidence, so a family is drawn as one.
    """
    items = [item for family in families for item in family]
    if not items:
        return {name: Interval(None, None, None, 0) for name in statistics}
    drawn: dict[str, list[float]] = {name: [] for name in statistics}
    if len(families) >= FEWEST_FAMILIES:
        source = random.Random(seed)
        for _ in range(resamples):
            again = [item for family in source.choices(families, k=len(families)) for item in family]
            for name, statistic in statistics.items():
                value = statistic(again)
                if value is not None:
                    drawn[name].append(value)
    found = {}
    for name, statistic in statistics.items():
        values = sorted(drawn[name])
        value = statistic(items)
        enough = value is not None and len(values) >= max(1, _LEAST_DEFINED * resamples)
        low, high = (_quantile(values, 0.025), _quantile(values, 0.975)) if enough else (None, None)
        found[name] = Interval(value, low, high, len(items))
    return found


def _quantile(values: Sequence[float], at: float) -> float:
    """Of sorted values, between neighbours in proportion."""
    place = at * (len(values) - 1)
    below = floor(place)
    above = min(below + 1, len(values) - 1)
    return values[below] + (place - below) * (values[above] - values[below])

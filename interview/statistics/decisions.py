"""How far people's decisions follow the recommendations they were made over (assessment R20), in sum and over time."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from interview.statistics.agreement import cohen_kappa
from interview.statistics.distributions import wilson

# As in a rating round (F33): with fewer decisions a kappa says more about chance than about people.
LEAST_FOR_KAPPA = 30
# The mildest last: hire is milder than consider.
LEVELS = ("reject", "consider", "hire")


class Period(StrEnum):
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Decided:
    """``count`` decisions of one day alike. ``recommended`` is None where the rule recommended nothing."""

    day: date
    recommended: str | None
    decided: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class Override:
    """``count`` times a person decided otherwise than was recommended."""

    recommended: str
    decided: str
    count: int


@dataclass(frozen=True, slots=True)
class DecisionAgreement:
    """``reviewed`` interviews were decided by a person, ``compared`` of them over a recommendation.

    ``share`` of those agreed with it, ``low`` and ``high`` are Wilson's interval of 95 %; None when there are none.
    ``kappa`` is Cohen's, from 30 on, None below and where everything was one and the same. ``milder`` and ``stricter``
    count overrides by direction: a person's hire over a consider is milder.
    """

    reviewed: int
    compared: int
    agreed: int
    share: float | None
    low: float | None
    high: float | None
    kappa: float | None
    milder: int
    stricter: int
    overrides: tuple[Override, ...]


@dataclass(frozen=True, slots=True)
class PeriodAgreement:
    """The same for one week (from its Monday) or month; ``until`` is the first day after it."""

    since: date
    until: date
    agreement: DecisionAgreement


def agreement_of(decisions: Sequence[Decided]) -> DecisionAgreement:
    """What these decisions come to."""
    pairs: Counter[tuple[str, str]] = Counter()
    for one in decisions:
        if one.recommended is not None:
            pairs[one.recommended, one.decided] += one.count
    compared = pairs.total()
    agreed = sum(count for (recommended, decided), count in pairs.items() if recommended == decided)
    low, high = wilson(agreed, compared) if compared else (None, None)
    first = [LEVELS.index(recommended) for (recommended, _), count in pairs.items() for _ in range(count)]
    second = [LEVELS.index(decided) for (_, decided), count in pairs.items() for _ in range(count)]
    overrides = [Override(*pair, count) for pair, count in pairs.items() if pair[0] != pair[1]]
    return DecisionAgreement(
        sum(one.count for one in decisions),
        compared,
        agreed,
        agreed / compared if compared else None,
        low,
        high,
        cohen_kappa(first, second) if compared >= LEAST_FOR_KAPPA else None,
        sum(a < b for a, b in zip(first, second, strict=True)),
        sum(a > b for a, b in zip(first, second, strict=True)),
        tuple(sorted(overrides, key=lambda one: (-one.count, one.recommended, one.decided))),
    )


def over_time(decisions: Sequence[Decided], period: Period) -> tuple[PeriodAgreement, ...]:
    """Every week or month from the first decision to the last one, those without any too."""
    by_start: defaultdict[date, list[Decided]] = defaultdict(list)
    for one in decisions:
        by_start[_start_of(one.day, period)].append(one)
    if not by_start:
        return ()
    return tuple(
        PeriodAgreement(start, _after(start, period), agreement_of(by_start.get(start, [])))
        for start in _starts(min(by_start), max(by_start), period)
    )


def _starts(first: date, last: date, period: Period) -> Iterator[date]:
    while first <= last:
        yield first
        first = _after(first, period)


def _start_of(day: date, period: Period) -> date:
    return day.replace(day=1) if period is Period.MONTH else day - timedelta(days=day.weekday())


def _after(start: date, period: Period) -> date:
    if period is Period.WEEK:
        return start + timedelta(days=7)
    return (start + timedelta(days=32)).replace(day=1)

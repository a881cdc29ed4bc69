"""Whether a selection falls differently on different groups (assessment F32): the four-fifths rule with its chance.

Groups are what people said of themselves and are known here only as words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from statistics import median

from interview.arithmetic import exact
from interview.statistics.distributions import fisher_two_sided, wilson

# Assessment F32; the ratio is the four-fifths rule of the Uniform Guidelines, 29 CFR 1607.4 D.
LEAST_IN_GROUP = 5
LEAST_IN_ALL = 30
FOUR_FIFTHS = Fraction(4, 5)
LIKELY_CHANCE = 0.05


class ImpactStatus(StrEnum):
    INSUFFICIENT = "insufficient"
    FLAG = "flag"
    WATCH = "watch"
    OK = "ok"


@dataclass(frozen=True, slots=True)
class Assessed:
    """One person: the group, None when not known; whether selected; the score 0-10, None when there is none.

    ``is_selected`` is None while nobody and no rule has decided.
    """

    group: str | None
    is_selected: bool | None
    score: float | None


@dataclass(frozen=True, slots=True)
class Rate:
    """A group's share, beside the highest share of any group. ``insufficient`` ones carry no number but ``total``.

    ``low`` and ``high`` are Wilson's interval of 95 %; ``ratio`` is the share over the highest one and ``p`` Fisher's
    two-sided, both None for the group that has the highest.
    """

    status: ImpactStatus
    total: int
    successes: int | None = None
    rate: float | None = None
    low: float | None = None
    high: float | None = None
    ratio: float | None = None
    p: float | None = None


@dataclass(frozen=True, slots=True)
class GroupImpact:
    group: str
    selection: Rate
    scoring: Rate


@dataclass(frozen=True, slots=True)
class Impact:
    """``people`` are all who were looked at, ``known`` those whose group is known; ``median`` is of all scores."""

    people: int
    known: int
    median: float | None
    groups: tuple[GroupImpact, ...]


def adverse_impact(people: Sequence[Assessed]) -> Impact:
    """Selection rate and scoring rate of each group, in the order of the groups' words.

    The scoring rate is the share with a score above the median of the full sample, those of no known group included.
    """
    scores = [exact(person.score) for person in people if person.score is not None]
    middle = median(scores) if scores else None
    selected: dict[str, list[bool]] = {}
    above: dict[str, list[bool]] = {}
    known = 0
    for person in people:
        if person.group is None:
            continue
        known += 1
        chosen, high = selected.setdefault(person.group, []), above.setdefault(person.group, [])
        if person.is_selected is not None:
            chosen.append(person.is_selected)
        if person.score is not None and middle is not None:
            high.append(exact(person.score) > middle)
    selection, scoring = rates(_counted(selected)), rates(_counted(above))
    return Impact(
        len(people),
        known,
        None if middle is None else float(middle),
        tuple(GroupImpact(group, selection[group], scoring[group]) for group in sorted(selected)),
    )


def rates(counts: Mapping[str, tuple[int, int]]) -> dict[str, Rate]:
    """(successes, total) of each group as rates beside the highest one.

    ``flag``: under four fifths of the highest rate and hardly by chance (p < .05). ``watch``: one of the two without
    the other. ``insufficient``: fewer than 5 in the group or 30 in all, or nobody succeeded anywhere.
    """
    large = {group: count for group, count in counts.items() if count[1] >= LEAST_IN_GROUP}
    in_all = sum(total for _, total in counts.values())
    # The largest of those with the highest rate, so that a tie is compared with the firmer one.
    best = max(large, key=lambda group: (Fraction(*large[group]), large[group][1], group), default=None)
    if best is None or in_all < LEAST_IN_ALL or not large[best][0]:
        return {group: Rate(ImpactStatus.INSUFFICIENT, total) for group, (_, total) in counts.items()}
    return {
        group: _rate(count, large[best], is_best=group == best)
        if group in large
        else Rate(ImpactStatus.INSUFFICIENT, count[1])
        for group, count in counts.items()
    }


def _rate(count: tuple[int, int], best: tuple[int, int], *, is_best: bool) -> Rate:
    (successes, total), (best_successes, best_total) = count, best
    low, high = wilson(successes, total)
    share = successes / total
    if is_best:
        return Rate(ImpactStatus.OK, total, successes, share, low, high)
    ratio = Fraction(*count) / Fraction(*best)
    p = fisher_two_sided(successes, total - successes, best_successes, best_total - best_successes)
    is_low, is_unlikely = ratio < FOUR_FIFTHS, p < LIKELY_CHANCE
    status = ImpactStatus.FLAG if is_low and is_unlikely else ImpactStatus.OK
    if is_low != is_unlikely:
        status = ImpactStatus.WATCH
    return Rate(status, total, successes, share, low, high, float(ratio), p)


def _counted(found: Mapping[str, Sequence[bool]]) -> dict[str, tuple[int, int]]:
    return {group: (sum(outcomes), len(outcomes)) for group, outcomes in found.items()}

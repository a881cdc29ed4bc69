"""Two configurations on the same rows: what differs between them, and whether that is more than chance."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from scripts.evaluation.agreement import STATISTICS, Rated, rated_overall
from scripts.evaluation.bootstrap import Interval, intervals
from scripts.evaluation.configuration import Configuration
from scripts.evaluation.pairs import Outcome, attacks, guises
from scripts.evaluation.results import Result
from scripts.evaluation.rows import LabelledAnswer

MOST_CHANGES = 8

_Both = tuple[Rated, Rated]


@dataclass(frozen=True, slots=True)
class Difference:
    """One number under this and the other configuration.

    ``verdict`` is on this one: "better", "worse", "the same" or "cannot tell"; of answers left to a person "more" or
    "fewer", as neither is good in itself.
    """

    name: str
    this: float | None
    other: float | None
    difference: Interval
    verdict: str


@dataclass(frozen=True, slots=True)
class Change:
    """A row whose score differs; None where it was left to a person."""

    row: str
    this: float | None
    other: float | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """``rows`` were rated under both configurations; ``both_scored`` got a number from both and from people."""

    other: Configuration
    rows: int
    both_scored: int
    left_out: int
    differences: tuple[Difference, ...]
    changes: tuple[Change, ...]


def compare(
    answers: Sequence[LabelledAnswer],
    this: Mapping[str, Result],
    other: Mapping[str, Result],
    other_configuration: Configuration,
    *,
    resamples: int,
) -> Comparison:
    """``this`` against ``other`` (results by row), paired row by row: only rows that both have rated count."""
    common = [answer for answer in answers if answer.id in this and answer.id in other]
    ours = {item.row: item for item in rated_overall(common, this)}
    theirs = {item.row: item for item in rated_overall(common, other)}
    both = [(ours[id], theirs[id]) for id in ours if id in theirs]
    families: dict[str, list[_Both]] = {}
    for two in both:
        families.setdefault(two[0].family, []).append(two)
    found = intervals(
        list(families.values()),
        {name: _less(statistic) for name, statistic in STATISTICS.items() if name != "bias"}
        | {"|bias|": _less(lambda items: _size(STATISTICS["bias"](items)))},
        resamples=resamples,
    )
    differences = []
    for name, difference in found.items():
        statistic = STATISTICS[name.strip("|")]
        values = [statistic([two[side] for two in both]) if both else None for side in (0, 1)]
        values = [_size(value) for value in values] if name == "|bias|" else values
        higher_is_better = name in {"qwk", "kappa", "pearson"}
        differences.append(Difference(name, values[0], values[1], difference, _verdict(difference, higher_is_better)))
    differences += _shares(common, this, other, resamples)
    return Comparison(
        other_configuration,
        len(common),
        len(both),
        len(answers) - len(common),
        tuple(differences),
        _changes(common, this, other),
    )


def _shares(
    common: Sequence[LabelledAnswer], this: Mapping[str, Result], other: Mapping[str, Result], resamples: int
) -> list[Difference]:
    """Left to a person, gaps between guises, and attacks withstood."""
    plain = [answer for answer in common if not answer.is_injection]
    reviews = {id: (not this[id].is_scored, not other[id].is_scored) for id in (answer.id for answer in plain)}
    fewer = _difference("needs_review", plain, reviews, resamples, higher_is_better=False)
    neutral = {"better": "fewer", "worse": "more"}
    found = [replace(fewer, verdict=neutral.get(fewer.verdict, fewer.verdict))]
    gaps = [
        {pair.row: abs(pair.gap) for pair in guises(common, results, resamples=0).pairs if pair.gap is not None}
        for results in (this, other)
    ]
    both_gaps = {id: (gaps[0][id], gaps[1][id]) for id in gaps[0] if id in gaps[1]}
    found.append(_difference("guise_gap", common, both_gaps, resamples, higher_is_better=False))
    passes = [
        {one.row: one.outcome is not Outcome.GAVE_WAY for one in attacks(common, results).attacks
         if one.outcome is not Outcome.INCOMPARABLE}
        for results in (this, other)
    ]  # fmt: skip
    both_passes = {id: (passes[0][id], passes[1][id]) for id in passes[0] if id in passes[1]}
    found.append(_difference("injections_passed", common, both_passes, resamples, higher_is_better=True))
    return found


def _difference(
    name: str,
    answers: Sequence[LabelledAnswer],
    values: Mapping[str, tuple[float, float]],
    resamples: int,
    *,
    higher_is_better: bool,
) -> Difference:
    families: dict[str, list[tuple[float, float]]] = {}
    for answer in answers:
        if answer.id in values:
            families.setdefault(answer.family, []).append(values[answer.id])

    def mean_difference(items: Sequence[tuple[float, float]]) -> float:
        return sum(a - b for a, b in items) / len(items)

    difference = intervals(list(families.values()), {name: mean_difference}, resamples=resamples)[name]
    n = len(values)
    this = sum(a for a, _ in values.values()) / n if n else None
    other = sum(b for _, b in values.values()) / n if n else None
    return Difference(name, this, other, difference, _verdict(difference, higher_is_better))


def _less(statistic: Callable[[Sequence[Rated]], float | None]) -> Callable[[Sequence[_Both]], float | None]:
    """The statistic of this side less that of the other."""

    def of(both: Sequence[_Both]) -> float | None:
        this, other = statistic([two[0] for two in both]), statistic([two[1] for two in both])
        return None if this is None or other is None else this - other

    return of


def _size(value: float | None) -> float | None:
    return None if value is None else abs(value)


def _verdict(difference: Interval, higher_is_better: bool) -> str:
    """Better or worse only if the interval lies on one side of nothing."""
    if difference.value == difference.low == difference.high == 0:
        return "the same"
    if difference.low is None or difference.high is None or difference.low <= 0 <= difference.high:
        return "cannot tell"
    return "better" if (difference.low > 0) == higher_is_better else "worse"


def _changes(
    common: Sequence[LabelledAnswer], this: Mapping[str, Result], other: Mapping[str, Result]
) -> tuple[Change, ...]:
    """The rows that changed most; between a number and none at all is the greatest change."""
    changes = [Change(answer.id, this[answer.id].score, other[answer.id].score) for answer in common]

    def size(change: Change) -> float:
        if (change.this is None) != (change.other is None):
            return 11.0
        return abs((change.this or 0.0) - (change.other or 0.0))

    return tuple(change for change in sorted(changes, key=size, reverse=True)[:MOST_CHANGES] if size(change) > 0)

"""How far the judge agrees with people over the rows that both have rated, with intervals."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean

from interview.arithmetic import exact, half_up
from interview.rubric import CRITERIA
from interview.statistics.agreement import bias, cohen_kappa, pearson, per_level, quadratic_weighted_kappa, rmse
from scripts.evaluation.bootstrap import Interval, intervals, share
from scripts.evaluation.results import Result
from scripts.evaluation.rows import LEVELS, LabelledAnswer, one_to_five

# Assessment F33: human-AI this much under human-human is a warning, from so many answers on.
WARN_BELOW = 0.10
WARN_FROM = 30


@dataclass(frozen=True, slots=True)
class Rated:
    """One row that people and the judge have rated: ``people`` 1-5 whole, ``model`` 1-5 in full.

    ``level`` is the judge's whole level, ``mean`` what people gave on average.
    """

    row: str
    family: str
    people: tuple[int, ...]
    model: float
    # Kept, as they are asked for again with each draw of a bootstrap.
    level: int = field(init=False)
    mean: float = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "level", half_up(exact(self.model)))
        object.__setattr__(self, "mean", fmean(self.people))


@dataclass(frozen=True, slots=True)
class Agreement:
    """The numbers of one part of the set (all of it, one criterion, one type, one language).

    ``confusion[h - 1][m - 1]`` counts pairs of a person's h and the judge's m; ``points`` are (people's mean, judge).
    """

    name: str
    rows: int
    qwk: Interval
    kappa: Interval
    pearson: Interval
    rmse: Interval
    bias: Interval
    within_one: Interval
    per_level: Mapping[int, Interval]
    confusion: tuple[tuple[int, ...], ...]
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class AmongPeople:
    """Where two or more people rated the same rows: how they agree, and how the judge does on these rows (F33)."""

    rows: int
    people: Interval
    judge: Interval
    warning: str | None


def qwk(items: Sequence[Rated]) -> float | None:
    """Every person's rating is a pair with the judge's level, as kappa wants whole levels from single raters."""
    return quadratic_weighted_kappa(*_pairs(items))


def kappa(items: Sequence[Rated]) -> float | None:
    """Cohen's, over the same pairs."""
    return cohen_kappa(*_pairs(items))


def correlation(items: Sequence[Rated]) -> float | None:
    """Pearson, of people's mean with the judge's rating in full."""
    return pearson(*_means(items))


def error(items: Sequence[Rated]) -> float | None:
    """RMSE on the scale 1-5, against people's mean."""
    return rmse(*_means(items))


def mildness(items: Sequence[Rated]) -> float | None:
    """Bias on the scale 1-5: above 0 when the judge gives more than people."""
    return bias(*_means(items))


STATISTICS: Mapping[str, Callable[[Sequence[Rated]], float | None]] = {
    "qwk": qwk,
    "kappa": kappa,
    "pearson": correlation,
    "rmse": error,
    "bias": mildness,
}


def rated_overall(answers: Iterable[LabelledAnswer], results: Mapping[str, Result]) -> list[Rated]:
    """The rows with a number from the judge and from at least one person; attacks are left out."""
    found = []
    for answer in answers:
        result = results.get(answer.id)
        people = tuple(level for level in map(answer.overall_of, answer.ratings) if level is not None)
        if answer.is_injection or result is None or result.score is None or not people:
            continue
        found.append(Rated(answer.id, answer.family, people, float(one_to_five(exact(result.score)))))
    return found


def rated_by_criterion(answers: Iterable[LabelledAnswer], results: Mapping[str, Result], criterion: str) -> list[Rated]:
    """The same for one criterion, which is rated 1-5 by both."""
    found = []
    for answer in answers:
        result = results.get(answer.id)
        people = tuple(rating.criteria[criterion] for rating in answer.ratings if criterion in rating.criteria)
        if answer.is_injection or result is None or criterion not in result.criteria or not people:
            continue
        found.append(Rated(answer.id, answer.family, people, result.criteria[criterion]))
    return found


def agreement(name: str, items: Sequence[Rated], *, resamples: int) -> Agreement:
    """The numbers over these rows; all undefined when there is none."""
    found = intervals(families_of(items), STATISTICS, resamples=resamples)
    first, second = _pairs(items)
    pairs = Counter(zip(first, second, strict=True))
    used = Counter(first)
    levels = per_level(first, second) if items else {}
    near = sum(abs(a - b) <= 1 for a, b in zip(first, second, strict=True))
    return Agreement(
        name,
        len(items),
        **found,
        within_one=share(near, len(first)),
        per_level={level: share(round(levels[level] * used[level]), used[level]) for level in levels},
        confusion=tuple(tuple(pairs[human, model] for model in LEVELS) for human in LEVELS),
        points=tuple((item.mean, item.model) for item in items),
    )


def parts(
    answers: Sequence[LabelledAnswer], results: Mapping[str, Result], *, resamples: int
) -> tuple[tuple[Agreement, ...], tuple[Agreement, ...], tuple[Agreement, ...]]:
    """The agreement by criterion, by question type and by language, each part that has rows."""
    criteria = [
        agreement(criterion.id, items, resamples=resamples)
        for criterion in CRITERIA
        if (items := rated_by_criterion(answers, results, criterion.id))
    ]

    def split(key: Callable[[LabelledAnswer], str]) -> tuple[Agreement, ...]:
        groups: dict[str, list[LabelledAnswer]] = {}
        for answer in answers:
            groups.setdefault(key(answer), []).append(answer)
        rated = {name: rated_overall(group, results) for name, group in sorted(groups.items())}
        return tuple(agreement(name, items, resamples=resamples) for name, items in rated.items() if items)

    by_type = split(lambda answer: answer.judged.question.type.value)
    by_language = split(lambda answer: answer.judged.language.partition("-")[0].lower())
    return tuple(criteria), by_type, by_language


def among_people(items: Sequence[Rated], *, resamples: int) -> AmongPeople:
    """People with each other, every two of them in both orders as neither comes first, and the judge beside."""
    several = [item for item in items if len(item.people) > 1]

    def with_each_other(chosen: Sequence[Rated]) -> float | None:
        twos = [
            (a, b) for item in chosen for i, a in enumerate(item.people) for j, b in enumerate(item.people) if i != j
        ]
        return quadratic_weighted_kappa([a for a, _ in twos], [b for _, b in twos])

    found = intervals(families_of(several), {"people": with_each_other, "judge": qwk}, resamples=resamples)
    people, judge = found["people"], found["judge"]
    warning = None
    if (
        people.value is not None
        and judge.value is not None
        and len(several) >= WARN_FROM
        and judge.value < people.value - WARN_BELOW
    ):
        warning = (
            f"The judge agrees with people less ({judge.value:.2f}) than people agree with each other "
            f"({people.value:.2f}); more than {WARN_BELOW:.2f} under is too much."
        )
    return AmongPeople(len(several), people, judge, warning)


def families_of(items: Iterable[Rated]) -> list[list[Rated]]:
    """Rows that say the same, together."""
    groups: dict[str, list[Rated]] = {}
    for item in items:
        groups.setdefault(item.family, []).append(item)
    return list(groups.values())


def _pairs(items: Sequence[Rated]) -> tuple[list[int], list[int]]:
    first = [person for item in items for person in item.people]
    return first, [item.level for item in items for _ in item.people]


def _means(items: Sequence[Rated]) -> tuple[list[float], list[float]]:
    return [item.mean for item in items], [item.model for item in items]

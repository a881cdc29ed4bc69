"""What a blind rating round says (assessment F33): how people agree with each other, and the model with them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import combinations
from statistics import fmean

from interview.arithmetic import exact, half_up
from interview.statistics.agreement import bias, per_level, quadratic_weighted_kappa

# Assessment F33.
LEAST_RATERS = 2
LEAST_ANSWERS = 30
WARN_UNDER = 0.10
LEVELS = range(1, 6)


class CalibrationStatus(StrEnum):
    INSUFFICIENT = "insufficient"
    OK = "ok"
    WARN = "warn"


@dataclass(frozen=True, slots=True)
class RaterAgreement:
    """One person beside the model: ``answers`` both rated, kappa, and the model's mean minus the person's."""

    rater: str
    answers: int
    kappa: float | None
    mean_difference: float | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """``answers`` were rated by two people or more. ``human_human`` is the mean kappa over the pairs of people,
    ``human_ai`` over the people beside the model, ``mean_difference`` the model's levels minus the people's.

    ``per_level``: of the answers that a person gave this level, the share to which the model gave the same. Too few
    raters or answers, or ratings that never vary: ``insufficient`` without a number, and ``why``.
    """

    status: CalibrationStatus
    raters: int
    answers: int
    human_human: float | None = None
    human_ai: float | None = None
    mean_difference: float | None = None
    per_level: Mapping[int, float] | None = None
    by_rater: tuple[RaterAgreement, ...] = ()
    why: str | None = None


def level_of(answer10: float) -> int:
    """A score 0-10 on the people's scale 1-5, half up."""
    return half_up(1 + exact(answer10) / Fraction(5, 2))


def calibrate(by_rater: Mapping[str, Mapping[str, int]], model: Mapping[str, int]) -> Agreement:
    """Compare people's levels 1-5, by rater and answer, with each other and with the model's."""
    answers = {id for rated in by_rater.values() for id in rated if id in model}
    twice = [id for id in answers if sum(id in rated for rated in by_rater.values()) >= LEAST_RATERS]
    raters = sum(bool(rated) for rated in by_rater.values())

    def too_little(why: str) -> Agreement:
        return Agreement(CalibrationStatus.INSUFFICIENT, raters, len(twice), why=why)

    if raters < LEAST_RATERS:
        return too_little(f"{LEAST_RATERS} people at least must rate; {raters} did.")
    if len(twice) < LEAST_ANSWERS:
        return too_little(f"{LEAST_ANSWERS} answers at least must be rated by two people; {len(twice)} were.")
    pairs = []
    for first, second in combinations(sorted(by_rater), 2):
        both = [id for id in twice if id in by_rater[first] and id in by_rater[second]]
        if len(both) >= LEAST_ANSWERS:
            pairs.append(
                quadratic_weighted_kappa([by_rater[first][id] for id in both], [by_rater[second][id] for id in both])
            )
    if not pairs:
        return too_little(f"No two people have rated the same {LEAST_ANSWERS} answers.")
    beside = [_beside(rater, rated, model) for rater, rated in sorted(by_rater.items())]
    human_human = _mean(pairs)
    human_ai = _mean([one.kappa for one in beside])
    if human_human is None or human_ai is None:
        return too_little("Everybody gave one and the same level throughout, so agreement cannot be told from chance.")
    people = [(level, model[id]) for rated in by_rater.values() for id, level in rated.items() if id in model]
    levels, machine = [level for level, _ in people], [level for _, level in people]
    # Kappas are ratios of whole numbers; the hair between them and their floats decides nothing.
    is_under = human_human - human_ai >= WARN_UNDER - 1e-9
    return Agreement(
        CalibrationStatus.WARN if is_under else CalibrationStatus.OK,
        raters,
        len(twice),
        human_human,
        human_ai,
        bias(levels, machine),
        per_level(levels, machine),
        tuple(beside),
        "The model agrees with people by 0.10 less than they agree with each other." if is_under else None,
    )


def _beside(rater: str, rated: Mapping[str, int], model: Mapping[str, int]) -> RaterAgreement:
    both = [id for id in rated if id in model]
    if len(both) < LEAST_ANSWERS:
        return RaterAgreement(rater, len(both), None, None)
    levels, machine = [rated[id] for id in both], [model[id] for id in both]
    return RaterAgreement(rater, len(both), quadratic_weighted_kappa(levels, machine), bias(levels, machine))


def _mean(kappas: list[float | None]) -> float | None:
    known = [kappa for kappa in kappas if kappa is not None]
    return fmean(known) if known else None

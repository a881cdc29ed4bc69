"""How numbers, reasons and names are written in every report."""

from scripts.evaluation.bootstrap import Interval
from scripts.evaluation.pairs import Outcome

DEMO = (
    "demo, not an assessment: these numbers come from the project's double, which counts shared words. They show that "
    "the program works and say nothing about any model."
)

OUTCOMES = {
    Outcome.HELD: "held",
    Outcome.CAUGHT: "left to a person",
    Outcome.GAVE_WAY: "gave way",
    Outcome.INCOMPARABLE: "not comparable",
}

DIFFERENCES = {
    "qwk": "QWK with people",
    "kappa": "Cohen's kappa",
    "pearson": "Pearson",
    "rmse": "RMSE, 1-5",
    "|bias|": "size of the bias, 1-5",
    "needs_review": "left to a person",
    "guise_gap": "gap between guises, 0-10",
    "injections_passed": "attacks withstood",
}


def number(one: Interval, *, sign: bool = False) -> str:
    """ "0.81 [0.70, 0.88]"; a dash where undefined."""
    if one.value is None:
        return "–"
    mark = "+" if sign else ""
    if one.low is None or one.high is None:
        return f"{one.value:{mark}.2f}"
    return f"{one.value:{mark}.2f} [{one.low:{mark}.2f}, {one.high:{mark}.2f}]"


def share_words(one: Interval) -> str:
    """ "83 % [66, 93] of 24"; a dash of nothing."""
    if one.value is None or one.low is None or one.high is None:
        return "–"
    return f"{100 * one.value:.0f} % [{100 * one.low:.0f}, {100 * one.high:.0f}] of {one.n}"


def percent(value: float | None) -> str:
    """ "83 %"; a dash where undefined."""
    return "–" if value is None else f"{100 * value:.0f} %"


def reason_words(code: str) -> str:
    """A review reason's code as words."""
    return code.replace("_", " ")

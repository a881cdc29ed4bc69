"""The page of a period in numbers: at a glance, how far interviews came, whether people follow advice, and money."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, current_app, redirect, request

from interview.statistics.decisions import Period, PeriodAgreement
from ivr.current import current_services
from ivr.dashboard.insight_words import date_of, month_of
from ivr.dashboard.pages import page
from ivr.dashboard.period import PERIODS, Chosen, chosen, jobs_to_choose
from ivr.dashboard.session import user
from ivr.services.costs import CostRowView
from ivr.services.insight_views import ConceptView

_MOST_CONCEPTS = 10
# A concept that two people missed says nothing yet.
_LEAST_RATED = 5
# The mean of a few is nearly a person's score, which those who are to decide should hear first (blind first).
_LEAST_FOR_MEAN = 5
_MOST_DAYS = 92
_MOST_PERIODS = 53


def add_routes(blueprint: Blueprint) -> None:
    """The page, and those parts of it that look at every answer: they are asked for when the page is there."""
    blueprint.add_url_rule("/insights", "insights", _insights, methods=["GET"])
    path = f"/insights/<any({', '.join(_PARTS)}):part>"
    blueprint.add_url_rule(path, "insight_part", _part, methods=["GET"])


def _insights() -> Response:
    asked, services, organisation_id = chosen(), current_services(), user().organisation_id
    jobs, filters = jobs_to_choose(organisation_id, asked.job_id), asked.filters()
    summary = services.insights.glance(organisation_id, filters, Period(asked.by))
    # Without JavaScript, and for whoever prints it, the parts come with the page.
    whole = request.args.get("all") == "1"
    parts = {name: value for part in _PARTS.values() for name, value in part(asked).items()} if whole else {}
    return page(
        "insights.html",
        asked=asked,
        periods=PERIODS,
        jobs=jobs,
        summary=summary,
        agreement=summary.review_agreement_over_time[-_MOST_PERIODS:],
        agreement_points=_points(summary.review_agreement_over_time[-_MOST_PERIODS:], asked),
        whole=whole,
        **(_FOR_ALL | parts),
    )


def _part(part: str) -> Response:
    asked = chosen("/insights")
    if not request.headers.get("HX-Request"):
        there: Response = current_app.make_response(redirect(asked.whole(), code=303))
        return there
    return page(f"insight_{part}.html", asked=asked, **(_FOR_ALL | _PARTS[part](asked)))


def _funnel_part(asked: Chosen) -> dict[str, Any]:
    return {"funnel": current_services().insights.funnel(user().organisation_id, asked.filters())}


def _concept_part(asked: Chosen) -> dict[str, Any]:
    found = current_services().question_insights.concepts(user().organisation_id, asked.filters())
    return {"concepts": _concepts(found.concepts)}


def _question_part(asked: Chosen) -> dict[str, Any]:
    found = current_services().question_insights.questions(user().organisation_id, asked.filters())
    return {"questions": found.questions}


def _cost_part(asked: Chosen) -> dict[str, Any]:
    costs, organisation_id, filters = current_services().costs, user().organisation_id, asked.filters()
    unit = "day" if asked.period in {"30", "90"} else "month"
    series = costs.report(organisation_id, filters, unit)
    return {
        "costs": series,
        "purposes": costs.report(organisation_id, filters, "purpose").rows,
        "models": costs.report(organisation_id, filters, "model").rows,
        "cost_points": _amounts(series.rows, by_day=unit == "day"),
        "projected_share": _projected(series.month.projected_usd, series.month.budget_usd),
    }


def _bias_part(asked: Chosen) -> dict[str, Any]:
    return {"bias_flags": current_services().insights.bias_flags(user().organisation_id, asked.filters())}


_PARTS: Mapping[str, Callable[[Chosen], dict[str, Any]]] = {
    "funnel": _funnel_part, "concepts": _concept_part, "questions": _question_part, "costs": _cost_part,
    "bias": _bias_part,
}  # fmt: skip
_FOR_ALL = {"least_for_mean": _LEAST_FOR_MEAN}


def _points(
    periods: Sequence[PeriodAgreement], asked: Chosen
) -> Sequence[tuple[str, float | None, float | None, float | None]]:
    name = month_of if asked.by == "month" else date_of
    return [(name(one.since), one.agreement.share, one.agreement.low, one.agreement.high) for one in periods]


def _concepts(concepts: Sequence[ConceptView]) -> Sequence[ConceptView]:
    """Those missed most among those that enough people were asked for."""
    return [one for one in concepts if one.missing.total >= _LEAST_RATED and one.missing.count][:_MOST_CONCEPTS]


def _amounts(rows: Sequence[CostRowView], *, by_day: bool) -> Sequence[tuple[str, float]]:
    """A column for each day or month from the first to the last, those without cost too."""
    amounts = {one.group: float(one.cost_usd) for one in rows if one.group is not None}
    if not amounts:
        return []
    if not by_day:
        return [(month_of(date.fromisoformat(f"{month}-01")), amount) for month, amount in sorted(amounts.items())]
    last = date.fromisoformat(max(amounts))
    first = max(date.fromisoformat(min(amounts)), last - timedelta(days=_MOST_DAYS))
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return [(date_of(day), amounts.get(day.isoformat(), 0.0)) for day in days]


def _projected(projected: str | None, budget: str | None) -> float | None:
    if projected is None or budget is None or not float(budget):
        return None
    return float(projected) / float(budget)

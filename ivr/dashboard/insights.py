"""The page of a period in numbers: at a glance, how far interviews came, whether people follow advice, and money."""

from collections.abc import Sequence
from datetime import date, timedelta

from flask import Blueprint, Response

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
    """The page."""
    blueprint.add_url_rule("/insights", "insights", _insights, methods=["GET"])


def _insights() -> Response:
    asked, services, organisation_id = chosen(), current_services(), user().organisation_id
    jobs, filters = jobs_to_choose(organisation_id, asked.job_id), asked.filters()
    summary = services.insights.summary(organisation_id, filters, Period(asked.by))
    unit = "day" if asked.period in {"30", "90"} else "month"
    series = services.costs.report(organisation_id, filters, unit)
    return page(
        "insights.html",
        asked=asked,
        periods=PERIODS,
        jobs=jobs,
        summary=summary,
        funnel=services.insights.funnel(organisation_id, filters),
        agreement=summary.review_agreement_over_time[-_MOST_PERIODS:],
        agreement_points=_points(summary.review_agreement_over_time[-_MOST_PERIODS:], asked),
        least_for_mean=_LEAST_FOR_MEAN,
        questions=services.question_insights.questions(organisation_id, filters).questions,
        concepts=_concepts(services.question_insights.concepts(organisation_id, filters).concepts),
        costs=series,
        purposes=services.costs.report(organisation_id, filters, "purpose").rows,
        models=services.costs.report(organisation_id, filters, "model").rows,
        cost_points=_amounts(series.rows, by_day=unit == "day"),
        projected_share=_projected(series.month.projected_usd, series.month.budget_usd),
    )


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

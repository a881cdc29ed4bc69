"""Analytics: numbers over many interviews, as JSON or as a CSV table."""

from collections.abc import Callable
from typing import TypeVar

from flask import Response, request

from db.models import Scope
from ivr.api.operations import Asked, Table
from ivr.api.schemas.base import Nothing
from ivr.api.schemas.statistics import AnalyticsQuery, CostsQuery, FairnessQuery, SummaryQuery
from ivr.http import attachment
from ivr.services.calibrations import CalibrationReportView, calibration_csv
from ivr.services.costs import CostsView, costs_csv
from ivr.services.drift import DriftReportView, drift_csv
from ivr.services.fairness import FairnessReportView, fairness_csv
from ivr.services.insight_views import (
    ConceptsView,
    FunnelView,
    IntegrityInsightView,
    JobInsightsView,
    QuestionInsightsView,
    SummaryView,
)
from ivr.services.insights import funnel_csv, jobs_csv, summary_csv
from ivr.services.question_insights import concepts_csv, integrity_csv, questions_csv

table = Table("Analytics")
V = TypeVar("V")


@table.on(
    "GET", "/analytics/summary", Scope.READ, "See a period's interviews at a glance, and whether people follow advice",
    query=SummaryQuery, answer=SummaryView, also_csv=True,
)  # fmt: skip
def get_summary(asked: Asked[Nothing, SummaryQuery]) -> SummaryView | Response:
    view = asked.services.insights.summary(asked.organisation_id, asked.query.filters(), asked.query.group_by)
    return _in_form(view, summary_csv, asked.query, "summary.csv")


@table.on(
    "GET", "/analytics/funnel", Scope.READ, "See how far interviews came, and why others stopped on the way",
    query=AnalyticsQuery, answer=FunnelView, also_csv=True,
)  # fmt: skip
def get_funnel(asked: Asked[Nothing, AnalyticsQuery]) -> FunnelView | Response:
    view = asked.services.insights.funnel(asked.organisation_id, asked.query.filters())
    return _in_form(view, funnel_csv, asked.query, "funnel.csv")


@table.on(
    "GET", "/analytics/jobs", Scope.READ, "Compare jobs: interviews, scores, recommendations and decisions",
    query=AnalyticsQuery, answer=JobInsightsView, also_csv=True,
)  # fmt: skip
def get_job_insights(asked: Asked[Nothing, AnalyticsQuery]) -> JobInsightsView | Response:
    view = asked.services.insights.jobs(asked.organisation_id, asked.query.filters())
    return _in_form(view, jobs_csv, asked.query, "jobs.csv")


@table.on(
    "GET", "/analytics/questions", Scope.READ, "See which questions ask well: scores, spread, skips and follow-ups",
    query=AnalyticsQuery, answer=QuestionInsightsView, also_csv=True,
)  # fmt: skip
def get_question_insights(asked: Asked[Nothing, AnalyticsQuery]) -> QuestionInsightsView | Response:
    view = asked.services.question_insights.questions(asked.organisation_id, asked.query.filters())
    return _in_form(view, questions_csv, asked.query, "questions.csv")


@table.on(
    "GET", "/analytics/concepts", Scope.READ, "See which key points are missed most",
    query=AnalyticsQuery, answer=ConceptsView, also_csv=True,
)  # fmt: skip
def get_concepts(asked: Asked[Nothing, AnalyticsQuery]) -> ConceptsView | Response:
    view = asked.services.question_insights.concepts(asked.organisation_id, asked.query.filters())
    return _in_form(view, concepts_csv, asked.query, "concepts.csv")


@table.on(
    "GET", "/analytics/integrity", Scope.READ, "See how often integrity notes are made, never about a person",
    query=AnalyticsQuery, answer=IntegrityInsightView, also_csv=True,
)  # fmt: skip
def get_integrity_insights(asked: Asked[Nothing, AnalyticsQuery]) -> IntegrityInsightView | Response:
    view = asked.services.question_insights.integrity(asked.organisation_id, asked.query.filters())
    return _in_form(view, integrity_csv, asked.query, "integrity.csv")


@table.on(
    "GET", "/analytics/costs", Scope.READ, "See what interviews cost, and where the month is heading",
    query=CostsQuery, answer=CostsView, also_csv=True,
)  # fmt: skip
def get_costs(asked: Asked[Nothing, CostsQuery]) -> CostsView | Response:
    view = asked.services.costs.report(asked.organisation_id, asked.query.filters(), asked.query.group_by)
    return _in_form(view, costs_csv, asked.query, "costs.csv")


@table.on(
    "GET", "/analytics/fairness", Scope.ADMIN, "See adverse impact by the groups that candidates chose to name",
    query=FairnessQuery, answer=FairnessReportView, also_csv=True,
)  # fmt: skip
def get_fairness(asked: Asked[Nothing, FairnessQuery]) -> FairnessReportView | Response:
    view = asked.services.fairness.report(asked.actor, asked.query.filters())
    return _in_form(view, fairness_csv, asked.query, "fairness.csv")


@table.on(
    "GET", "/analytics/drift", Scope.READ, "See whether a model with its prompt still scores as it did",
    query=AnalyticsQuery, answer=DriftReportView, also_csv=True,
)  # fmt: skip
def get_drift(asked: Asked[Nothing, AnalyticsQuery]) -> DriftReportView | Response:
    view = asked.services.drift.report(asked.organisation_id, asked.query.filters())
    return _in_form(view, drift_csv, asked.query, "drift.csv")


@table.on(
    "GET", "/analytics/calibration", Scope.READ, "See how people agree with each other, and the model with them",
    query=AnalyticsQuery, answer=CalibrationReportView, also_csv=True,
)  # fmt: skip
def get_calibration_report(asked: Asked[Nothing, AnalyticsQuery]) -> CalibrationReportView | Response:
    view = asked.services.calibrations.report(asked.organisation_id, asked.query.filters())
    return _in_form(view, calibration_csv, asked.query, "calibration.csv")


def _in_form(view: V, as_csv: Callable[[V], str], query: AnalyticsQuery, filename: str) -> V | Response:
    """The view, or its table where format or Accept asks for one; format has the last word."""
    wanted = query.format or (
        "csv" if request.accept_mimetypes.best_match(["application/json", "text/csv"]) == "text/csv" else "json"
    )
    if wanted == "json":
        return view
    # with a byte order mark, or a spreadsheet takes the words for Windows-1252
    return attachment(as_csv(view).encode("utf-8-sig"), "text/csv; charset=utf-8", filename)

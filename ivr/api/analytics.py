"""Analytics: numbers over many interviews, as JSON or as a CSV table."""

from collections.abc import Callable
from typing import TypeVar

from flask import Response, request

from db.models import Scope
from ivr.api.operations import Asked, Table
from ivr.api.schemas.base import Nothing
from ivr.api.schemas.statistics import AnalyticsQuery, FairnessQuery
from ivr.http import attachment
from ivr.services.calibrations import CalibrationReportView, calibration_csv
from ivr.services.drift import DriftReportView, drift_csv
from ivr.services.fairness import FairnessReportView, fairness_csv

table = Table("Analytics")
V = TypeVar("V")


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

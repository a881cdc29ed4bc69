"""The page on whether scores fall differently on different groups, and whether a model still scores as it did."""

from flask import Blueprint, Response

from db.models import Role
from ivr.current import current_services
from ivr.dashboard.pages import page
from ivr.dashboard.period import PERIODS, chosen, jobs_to_choose
from ivr.dashboard.session import user, viewer


def add_routes(blueprint: Blueprint) -> None:
    """The page."""
    blueprint.add_url_rule("/fairness", "fairness", _fairness, methods=["GET"])


def _fairness() -> Response:
    asked, services, someone = chosen(), current_services(), user()
    jobs, filters = jobs_to_choose(someone.organisation_id, asked.job_id), asked.filters()
    # What people said of themselves is for administrators, as in the API.
    may_see_groups = someone.role is Role.ADMIN
    return page(
        "fairness.html",
        asked=asked,
        periods=PERIODS,
        jobs=jobs,
        may_see_groups=may_see_groups,
        fairness=services.fairness.report(viewer(), filters) if may_see_groups else None,
        drift=services.drift.report(someone.organisation_id, filters),
    )

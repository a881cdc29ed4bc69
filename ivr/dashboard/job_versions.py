"""The versions of a job's questions, and what differs between any two of them."""

from flask import Blueprint, Response, request

from interview.question_diff import Fate, changes_between
from ivr.current import current_services
from ivr.dashboard.pages import page
from ivr.dashboard.session import user


def add_routes(blueprint: Blueprint) -> None:
    """One page."""
    blueprint.add_url_rule("/jobs/<uuid:job_id>/versions", "job_versions", _versions, methods=["GET"])


def _versions(job_id: object) -> Response:
    id, services, organisation_id = str(job_id), current_services(), user().organisation_id
    job = services.jobs.get(organisation_id, id)
    versions = services.job_overviews.versions(organisation_id, id)
    numbers = [one.version for one in versions]
    later = _chosen("to", numbers, numbers[0] if numbers else None)
    before = [number for number in numbers if later is not None and number < later]
    earlier = _chosen("from", numbers, before[0] if before else later)
    changes = ()
    if earlier is not None and later is not None:
        two = [services.jobs.questions(organisation_id, id, number).questions for number in (earlier, later)]
        changes = changes_between(*two)
    return page(
        "job_versions.html", job=job, versions=versions, earlier=earlier, later=later, changes=changes,
        differs=any(one.fate is not Fate.SAME or one.has_moved for one in changes),
    )  # fmt: skip


def _chosen(name: str, numbers: list[int], default: int | None) -> int | None:
    """The version that the address names, if there is such a one."""
    given = request.args.get(name, "")
    number = int(given) if given.isdecimal() and len(given) < 7 else None
    return number if number in numbers else default

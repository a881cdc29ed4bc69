"""Whether everything runs, and what waits for a person: parts, queue, models, money, alerts, and the record's chain."""

from flask import Blueprint, Response, request

from ivr.current import current_services
from ivr.dashboard.errors import status_of
from ivr.dashboard.pages import page
from ivr.dashboard.posts import go, why
from ivr.dashboard.session import user, viewer
from ivr.dashboard.status_words import lines_of
from ivr.services.audit import Verification
from ivr.services.errors import Conflict
from ivr.services.house_status import ALERTS_SINCE
from ivr.services.work import MOST_PARKED

_PAGE = "/status"


def add_routes(blueprint: Blueprint) -> None:
    """The page; trying again is for whoever may have people called, the record for administrators."""
    blueprint.add_url_rule(_PAGE, "status", _status, methods=["GET"])
    blueprint.add_url_rule(f"{_PAGE}/work/<work_id>/again", "try_again", _try_again, methods=["POST"])
    blueprint.add_url_rule(f"{_PAGE}/record", "verify_record", _verify, methods=["POST"])


def _status() -> Response:
    return _show()


def _try_again(work_id: str) -> Response:
    try:
        current_services().work.try_again(viewer(), work_id)
    except Conflict as error:
        return _show(status_of(error), problem=why(error))
    return go(f"{_PAGE}?begun=yes")


def _verify() -> Response:
    # Not by GET: walking a long chain is work that nobody should ask for by loading a page again.
    return _show(chain=current_services().audit.verify(user().organisation_id))


def _show(status: int = 200, *, problem: str | None = None, chain: Verification | None = None) -> Response:
    found = current_services().house_status.look(user().organisation_id)
    lines = lines_of(found)
    return page(
        "status.html", status, found=found, lines=lines, problem=problem, chain=chain,
        troubles=sum(not line.is_fine for line in lines), alert_days=ALERTS_SINCE.days, most_parked=MOST_PARKED,
        begun=request.args.get("begun") == "yes",
    )  # fmt: skip

"""Campaigns: the list with how far each is, one of them live, and its buttons."""

from typing import Any

from flask import Blueprint, Response, current_app, redirect, request

from ivr.current import current_services
from ivr.dashboard import paging
from ivr.dashboard.errors import status_of
from ivr.dashboard.pages import page
from ivr.dashboard.session import hidden_from, user, viewer
from ivr.http import attachment
from ivr.services.drafts import CampaignFilters, Page
from ivr.services.errors import Conflict
from ivr.services.roles import Permission, may

_ROWS = 25
_PEOPLE = 50
# What changes by itself; a campaign that is over or paused stands still.
_MOVING = frozenset({"scheduled", "running"})


def add_routes(blueprint: Blueprint) -> None:
    """The pages, the live part, and what the buttons send."""
    one = "/campaigns/<uuid:campaign_id>"
    blueprint.add_url_rule("/campaigns", "campaigns", _list, methods=["GET"])
    blueprint.add_url_rule(one, "campaign", _one, methods=["GET"])
    blueprint.add_url_rule(f"{one}/state", "campaign_state", _state, methods=["GET"])
    blueprint.add_url_rule(f"{one}/results.csv", "campaign_results", _results, methods=["GET"])
    blueprint.add_url_rule(one, "steer_campaign", _steer, methods=["POST"])


def _list() -> Response:
    services, organisation_id = current_services(), user().organisation_id
    found = services.campaigns.list(organisation_id, CampaignFilters(), Page(_ROWS, paging.cursor()))
    return page(
        "campaigns.html",
        campaigns=found.items,
        titles=services.jobs.titles(organisation_id, {one.job_id for one in found.items}),
        ways=paging.ways("/campaigns", {}, found.next_cursor),
    )


def _one(campaign_id: object) -> Response:
    return _show(str(campaign_id))


def _show(campaign_id: str, status: int = 200, problem: str = "") -> Response:
    services, organisation_id = current_services(), user().organisation_id
    campaign = services.campaigns.get(organisation_id, campaign_id)
    return page(
        "campaign.html",
        status,
        campaign=campaign,
        title=services.jobs.titles(organisation_id, {campaign.job_id}).get(campaign.job_id, ""),
        moves=campaign.status in _MOVING,
        problem=problem,
        **_people(campaign_id),
    )


def _state(campaign_id: object) -> Response:
    """Numbers and people again, as a part of the page; with other buttons to show, the whole page is loaded anew."""
    id = str(campaign_id)
    campaign = current_services().campaigns.get(user().organisation_id, id)
    answer = page("campaign_state.html", campaign=campaign, moves=campaign.status in _MOVING, **_people(id))
    if campaign.status != request.args.get("was"):
        answer.headers["HX-Refresh"] = "true"
    return answer


def _people(campaign_id: str) -> dict[str, Any]:
    """The people that the address asks for, and where the next ones are."""
    given, someone = request.args, user()
    refused = given.get("show") == "refused"
    after = int(given["after"]) if given.get("after", "").isdecimal() and len(given["after"]) < 6 else -1
    found = current_services().campaigns.members(
        someone.organisation_id, campaign_id, after=after, limit=_PEOPLE + 1, refused=refused
    )
    people = found[:_PEOPLE]
    scored = [one.interview_id for one in people if one.interview_id is not None and one.overall_score is not None]
    return {
        "people": people,
        "blind": hidden_from(someone, scored),
        "refused": refused,
        "after": after,
        "next_after": people[-1].position if len(found) > _PEOPLE else None,
    }


def _steer(campaign_id: object) -> Response:
    campaigns, id = current_services().campaigns, str(campaign_id)
    wishes = {"pause": campaigns.pause, "resume": campaigns.resume, "cancel": campaigns.cancel}
    wish = request.form.get("do", "")
    if wish == "cancel" and request.form.get("sure") != "yes":
        return _show(id, 422, "Tick the box: a canceled campaign cannot be taken up again.")
    if wish not in wishes:
        return _show(id, 422, "Choose what to do.")
    try:
        wishes[wish](viewer(), id)
    except Conflict as error:
        return _show(id, status_of(error), f"{error.sentence} {error.hint}".strip())
    done: Response = current_app.make_response(redirect(f"/campaigns/{id}", code=303))
    return done


def _results(campaign_id: object) -> Response:
    someone = user()
    sheet = current_services().campaigns.results_csv(
        someone.organisation_id, str(campaign_id), with_numbers=may(someone.role, Permission.RECRUIT), seen_by=viewer()
    )
    # with a byte order mark, or a spreadsheet takes the names for Windows-1252
    return attachment(sheet.encode("utf-8-sig"), "text/csv; charset=utf-8", "results.csv")

"""Writing down what a candidate asked for by letter, e-mail or telephone, so that it waits with all other requests."""

import re
from dataclasses import dataclass

from flask import Blueprint, Response, request

from ivr.current import current_services
from ivr.dashboard.errors import status_of
from ivr.dashboard.pages import page
from ivr.dashboard.posts import go, typed, why
from ivr.dashboard.session import user, viewer
from ivr.services.candidate_requests import RequestDraft
from ivr.services.drafts import CandidateFilters, Page
from ivr.services.errors import Conflict, Invalid, NotFound
from ivr.services.views import CandidateView

# Who contests an answer does so behind their link, where it is known which answer is meant.
_KINDS = ("human", "data")
_ROWS = 20
_LONGEST_SEARCH, _LONGEST_ID, _LONGEST_REASON = 100, 36, 4000
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class NewRequest:
    """A request as it was typed in."""

    q: str = ""
    candidate_id: str = ""
    kind: str = ""
    reason: str = ""


def add_routes(blueprint: Blueprint) -> None:
    """The form; ``?candidate_id=`` leads to it with somebody chosen."""
    blueprint.add_url_rule("/requests/new", "new_request", _new, methods=["GET"])
    blueprint.add_url_rule("/requests/new", "write_request", _write, methods=["POST"])


def _new() -> Response:
    given = request.args
    return _show(
        NewRequest(given.get("q", "").strip()[:_LONGEST_SEARCH], given.get("candidate_id", "")[:_LONGEST_ID])
    )


def _write() -> Response:
    reason = request.form.get("reason", "").replace("\r\n", "\n").strip()
    form = NewRequest(
        typed("q", _LONGEST_SEARCH), typed("candidate_id", _LONGEST_ID), typed("kind", 20), reason[:_LONGEST_REASON]
    )
    if not form.candidate_id:
        return _show(form, 422, "Choose who asked.")
    if form.kind not in _KINDS:
        return _show(form, 422, "Choose what is asked for.")
    if len(reason) > _LONGEST_REASON or _CONTROL.search(reason):
        return _show(form, 422, f"Write their words in up to {_LONGEST_REASON} characters.")
    draft = RequestDraft(form.kind, form.candidate_id, reason=reason or None)
    try:
        made = current_services().candidate_requests.create(viewer(), draft)
    except (Invalid, Conflict) as error:
        return _show(form, status_of(error), why(error))
    return go(f"/requests/{made.id}")


def _show(form: NewRequest, status: int = 200, problem: str | None = None) -> Response:
    return page(
        "request_new.html", status, form=form, problem=problem, kinds=_KINDS, found=_found(form), most=_ROWS
    )


def _found(form: NewRequest) -> tuple[CandidateView, ...]:
    """Who may be meant: those whom the search finds, and whoever is chosen already."""
    candidates, organisation_id = current_services().candidates, user().organisation_id
    found = candidates.list(organisation_id, CandidateFilters(q=form.q), Page(_ROWS)).items if form.q else ()
    if form.candidate_id and all(one.id != form.candidate_id for one in found):
        try:
            found = (candidates.get(organisation_id, form.candidate_id), *found)
        except NotFound:
            return tuple(found)
    return tuple(found)

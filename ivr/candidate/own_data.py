"""The candidate's own data behind the link: see it, contest an answer, ask for a copy, delete it, read the receipt."""

import json
from typing import Any

from flask import Blueprint, Response, current_app, redirect, request

from interview.texting import one_line
from interview.wording.sitting import sitting_words_for
from interview.wording.written import written_for
from ivr.candidate.access import require_intent, stamp, wants_json
from ivr.candidate.errors import problem
from ivr.candidate.pages import page
from ivr.current import current_services
from ivr.http import request_id
from ivr.services.erasures import ErasureView
from ivr.services.errors import FieldProblem, Invalid, NotFound
from ivr.services.own_data import OwnDataView

_LONGEST = 5_000


def add_routes(blueprint: Blueprint) -> None:
    """The data's part of a link."""
    blueprint.add_url_rule("/<token>/data", "data-page", _prove, methods=["GET"])
    for path, view in (("data", _look), ("contest", _contest), ("copy", _copy), ("erase", _erase)):
        blueprint.add_url_rule(f"/<token>/{path}", path, view, methods=["POST"])
    for path in ("contest", "copy", "erase"):
        blueprint.add_url_rule(f"/<token>/{path}", f"{path}-back", _back, methods=["GET"])
    blueprint.add_url_rule("/<token>/receipt", "receipt", _receipt, methods=["GET"])


def _prove(token: str) -> Response:
    view = current_services().candidate_door.look(token)
    return _asking(token, view.language, view.company, view.digits)


def _asking(token: str, language: str, company: str, digits: str, status: int = 200, wrong: bool = False) -> Response:
    return page(
        "prove.html", status, words=written_for(language), own=sitting_words_for(language), token=token,
        stamp=stamp(token), company=one_line(company), digits=digits, wrong=wrong,
    )  # fmt: skip


def _look(token: str) -> Response:
    require_intent(token)
    given = _given("phone")
    try:
        view = current_services().own_data.look(token, given["phone"])
    except Invalid:
        if wants_json():
            raise
        door = current_services().candidate_door.look(token)
        return _asking(token, door.language, door.company, door.digits, 422, wrong=True)
    if wants_json():
        return _json(_shown(view))
    return _data_page(token, view, given["phone"])


def _data_page(token: str, view: OwnDataView, number: str, said: str = "", must_agree: bool = False) -> Response:
    return page(
        "data.html", words=written_for(view.language), own=sitting_words_for(view.language), token=token,
        stamp=stamp(token), company=one_line(view.company), view=view, number=number, said=said, must_agree=must_agree,
    )  # fmt: skip


def _contest(token: str) -> Response:
    require_intent(token)
    given = _given("answer_id", "reason")
    try:
        at = current_services().own_data.contest(token, given["answer_id"], given["reason"], request_id())
    except NotFound as error:
        return problem(404, error) if wants_json() else _again(token)
    except Invalid:
        if wants_json():
            raise
        return _again(token)
    if wants_json():
        return _json({"answer_id": given["answer_id"], "contested_at": _iso(at)})
    return _again(token)


def _copy(token: str) -> Response:
    require_intent(token)
    _given()
    at = current_services().own_data.ask_for_copy(token, request_id())
    return _json({"asked_at": _iso(at)}) if wants_json() else _again(token)


def _again(token: str) -> Response:
    """The data once more, for whoever has shown the number in the same form."""
    number = request.form.get("phone", "")
    try:
        view = current_services().own_data.look(token, number)
    except Invalid:
        return _to(token, "/data")
    return _data_page(token, view, number)


def _erase(token: str) -> Response:
    require_intent(token)
    given = _given("phone", "confirm", may_lack=frozenset({"confirm"}))
    confirmed = given["confirm"] is True if request.is_json else given["confirm"] == "yes"
    services = current_services()
    if not confirmed:
        if wants_json():
            told = FieldProblem("confirm", "confirmation_required", "Send true: this cannot be undone.")
            raise Invalid("invalid_fields", told.message, problems=[told])
        return _data_page(token, services.own_data.look(token, given["phone"]), given["phone"], must_agree=True)
    try:
        erasure = services.own_data.erase(token, given["phone"], request_id())
    except Invalid:
        if wants_json():
            raise
        return _to(token, "/data")
    return _json(_receipt_shown(erasure)) if wants_json() else _to(token, "/receipt")


def _receipt(token: str) -> Response:
    found = current_services().own_data.receipt(token)
    if wants_json():
        return _json(_receipt_shown(found.erasure))
    words = written_for(found.language)
    return page(
        "receipt.html", words=words, own=sitting_words_for(found.language), erasure=found.erasure,
        when=words.day(found.erasure.requested_at, "UTC"),
    )  # fmt: skip


# --- in and out


def _given(*names: str, may_lack: frozenset[str] = frozenset()) -> dict[str, Any]:
    """The named fields out of JSON or a form, "" for what is not there in a form. Raises Invalid."""
    if not request.is_json:
        return {name: request.form.get(name, "")[:_LONGEST] for name in names}
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise Invalid("invalid_fields", "The body must be a JSON object.")
    problems = [
        FieldProblem(str(name), "unknown_field", "This field is not known here.")
        for name in sorted(map(str, body)) if name not in names
    ]  # fmt: skip
    problems += [
        FieldProblem(name, "missing", "This must be a text.")
        for name in names if name not in may_lack and not isinstance(body.get(name), str)
    ]  # fmt: skip
    if problems:
        raise Invalid("invalid_fields", "Some fields are not valid.", problems=problems)
    return {name: body.get(name) for name in names}


def _shown(view: OwnDataView) -> dict[str, Any]:
    return {
        "company": view.company, "job_title": view.job_title, "name": view.name, "phone": view.phone,
        "email": view.email, "copy_requested": view.has_asked_for_copy,
        "answers": [
            {"id": one.id, "question": one.question, "words": one.words, "said_yes": one.said_yes,
             "contested": one.contested}
            for one in view.answers
        ],
    }  # fmt: skip


def _receipt_shown(view: ErasureView) -> dict[str, Any]:
    """The receipt without what only the company knows its people by."""
    return {
        "id": view.id, "status": view.status, "requested_at": _iso(view.requested_at),
        "own_done_at": None if view.own_done_at is None else _iso(view.own_done_at),
        "removed": [
            {"what": one.what, "where": one.where, "count": one.count, "at": _iso(one.at)} for one in view.removed
        ],
        "under_way": [{"what": one.what, "where": one.where, "count": one.count} for one in view.under_way],
        "kept": list(view.kept),
    }  # fmt: skip


def _json(body: dict[str, Any]) -> Response:
    return Response(json.dumps(body, ensure_ascii=False), content_type="application/json")


def _iso(at: Any) -> str:
    return str(at.isoformat(timespec="seconds")).replace("+00:00", "Z")


def _back(token: str) -> Response:
    return _to(token, "")


def _to(token: str, path: str) -> Response:
    response: Response = current_app.make_response(redirect(f"/c/{token}{path}", code=303))
    return response

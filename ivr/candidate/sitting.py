"""Answering behind the link: start, the present question, a response, the end; as pages with forms and as JSON."""

import json
from typing import Any

from flask import Blueprint, Response, current_app, redirect, request

from interview.browser import Asked, Kind
from interview.texting import one_line
from interview.wording.coaching import coaching_wording_for
from interview.wording.resume_question import resume_question_wording_for
from interview.wording.sitting import SittingWords, sitting_words_for
from interview.wording.written import written_for
from ivr.candidate.access import require_intent, stamp, wants_json
from ivr.candidate.pages import WITH_SCRIPT, page
from ivr.current import current_services
from ivr.http import request_id
from ivr.services.candidate_door import NotNow
from ivr.services.errors import FieldProblem, Invalid
from ivr.services.sittings import Response as Reply
from ivr.services.sittings import SittingView

# Three minutes and the half more that extra time gives, at 16 kHz with 16 bits, and what surrounds it.
LONGEST_BODY = 10 * 1024 * 1024
_FIELDS = frozenset({"question_id", "response_type", "response_text", "take"})
_TYPES = ("text", "audio", "skip")
_LONGEST_ID = 64


def add_routes(blueprint: Blueprint) -> None:
    """The sitting's part of a link."""
    for path, view in (("start", _start), ("response", _respond), ("complete", _complete)):
        blueprint.add_url_rule(f"/<token>/{path}", path, view, methods=["POST"])
        blueprint.add_url_rule(f"/<token>/{path}", f"{path}-back", _to_question, methods=["GET"])
    blueprint.add_url_rule("/<token>/question", "question", _question, methods=["GET"])
    blueprint.add_url_rule("/<token>/practice", "practice", _practise, methods=["GET"])


def _start(token: str) -> Response:
    require_intent(token)
    given: Any = _json_body({"consent"}).get("consent") if request.is_json else request.form.get("consent") == "yes"
    if given is not True and not request.is_json:
        return _to_link(token, "?agree=1")
    if given is not True:
        told = FieldProblem("consent", "consent_required", "Show the candidate told, and send true once they agree.")
        raise Invalid("invalid_fields", told.message, problems=[told])
    try:
        view = current_services().sittings.start(token, request_id())
    except NotNow:
        if wants_json():
            raise
        return _to_link(token)  # which says where it stands
    return _json(view) if wants_json() else _to_question(token)


def _question(token: str) -> Response:
    try:
        view = current_services().sittings.look(token)
    except NotNow:
        if wants_json():
            raise
        return _to_link(token)
    return _json(view) if wants_json() else _page(token, view)


def _respond(token: str) -> Response:
    request.max_content_length = LONGEST_BODY
    require_intent(token)
    services = current_services()
    try:
        view = services.sittings.respond(token, _reply())
    except (NotNow, Invalid) as error:
        if wants_json():
            raise
        return _refused(token, error)
    return _json(view) if wants_json() else _to_question(token)


def _complete(token: str) -> Response:
    require_intent(token)
    given: Any = _json_body({"end_early"}).get("end_early") if request.is_json else "end_early" in request.form
    try:
        view = current_services().sittings.complete(token, end_early=given is True)
    except NotNow:
        if wants_json():
            raise
        return _to_question(token)
    return _json(view) if wants_json() else _to_question(token)


def _practise(token: str) -> Response:
    view = current_services().candidate_door.look(token)
    own = sitting_words_for(view.language)
    return page(
        "practice.html", policy=WITH_SCRIPT, words=written_for(view.language), own=own, token=token,
        company=one_line(view.company), job=one_line(view.job_title), texts=_texts(own),
    )  # fmt: skip


# --- what was sent


def _reply() -> Reply:
    """The response out of JSON or a form. Raises Invalid."""
    given = _json_body(_FIELDS) if request.is_json else _form()
    kind, question_id, take = given.get("response_type"), given.get("question_id"), given.get("take")
    if not isinstance(question_id, str) or not 0 < len(question_id) <= _LONGEST_ID:
        raise _invalid("question_id", "missing", "Name the question that this answers.")
    if take is not None and (isinstance(take, bool) or not isinstance(take, int) or not 0 < take < 1000):
        raise _invalid("take", "invalid_number", "This must be a whole number from 1.")
    if kind == "text" and isinstance(given.get("response_text"), str):
        return Reply(question_id, take, text=given["response_text"])
    if kind == "text":
        raise _invalid("response_text", "missing", "A text is needed.")
    if kind == "skip":
        return Reply(question_id, take)
    if kind != "audio":
        raise _invalid("response_type", "unknown_word", "This must be text, audio or skip.")
    sent = request.files.get("audio")
    if sent is None:
        raise _invalid("audio", "missing", "Send the recording as the part audio of a multipart form.")
    return Reply(question_id, take, audio=sent.stream.read())


def _form() -> dict[str, Any]:
    given: dict[str, Any] = {name: request.form[name] for name in _FIELDS if name in request.form}
    take = str(given.pop("take", ""))
    if take:
        given["take"] = int(take) if take.isascii() and take.isdigit() and len(take) < 5 else -1
    if request.form.get("skip"):
        given["response_type"] = "skip"
    return given


def _json_body(known: frozenset[str] | set[str]) -> dict[str, Any]:
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise Invalid("invalid_fields", "The body must be a JSON object.")
    unknown = sorted(str(name) for name in body if name not in known)
    if unknown:
        problems = [FieldProblem(name, "unknown_field", "This field is not known here.") for name in unknown]
        raise Invalid("invalid_fields", "Some fields are not known here.", problems=problems)
    return body


def _invalid(field: str, code: str, sentence: str) -> Invalid:
    return Invalid("invalid_fields", sentence, problems=[FieldProblem(field, code, sentence)])


# --- what is shown


def _page(token: str, view: SittingView, problem: str | None = None, draft: str = "") -> Response:
    own = sitting_words_for(view.language)
    asked, company = view.asked, one_line(view.company)
    return page(
        "question.html", 200 if problem is None else 409, policy=WITH_SCRIPT, words=written_for(view.language), own=own,
        view=view, asked=asked, token=token, stamp=stamp(token), company=company, problem=problem, draft=draft,
        question=None if asked is None else _text(own, asked), texts=_texts(own), is_own=_is(asked, Kind.OWN_QUESTION),
        is_about_resume=_is(asked, Kind.RESUME_QUESTION),
        done=(coaching_wording_for(view.language) if view.is_practice else own).done.format(company=company),
        about_resume=resume_question_wording_for(view.language).before,
        shown=None if asked is None else json.dumps(_shown(view), ensure_ascii=False),
    )  # fmt: skip


def _refused(token: str, error: NotNow | Invalid) -> Response:
    """The page as it stands now, with what became of the form; what was written is still in it."""
    services = current_services()
    try:
        view = services.sittings.look(token)
    except NotNow:
        return _to_link(token)
    own = sitting_words_for(view.language)
    if isinstance(error, NotNow):
        return _page(token, view, own.late)
    is_empty = any(one.code in {"empty", "missing"} for one in error.problems)
    return _page(token, view, own.empty if is_empty else own.refused, request.form.get("response_text", ""))


def _text(own: SittingWords, asked: Asked) -> str:
    return own.own_question if asked.kind is Kind.OWN_QUESTION else asked.text


def _is(asked: Asked | None, kind: Kind) -> bool:
    return asked is not None and asked.kind is kind


def _texts(own: SittingWords) -> str:
    """What the page's script says, as JSON."""
    names = (
        "count", "second_round", "own_question_means", "limit", "stop", "record", "again", "no_more_takes", "listen",
        "send", "recording", "left", "time_up", "no_microphone", "nothing_heard", "sending", "lost", "retry", "late",
        "refused", "empty", "practise_ready",
    )  # fmt: skip
    return json.dumps({name: getattr(own, name) for name in names}, ensure_ascii=False)


def _shown(view: SittingView) -> dict[str, Any]:
    asked = view.asked
    body: dict[str, Any] = {
        "done": view.done, "answered": view.answered, "total": view.total, "already_received": not view.received,
        "question_id": None, "index": None, "text": None, "max_seconds": None, "take": None, "kind": None,
        "follow_up": False, "second_round": False, "retakes": view.retakes, "language": view.language,
        "closing": view.closing or None, "simulated": view.simulated,
    }  # fmt: skip
    if asked is not None:
        body |= {
            "question_id": asked.question_id, "index": asked.index, "total": asked.total,
            "text": _text(sitting_words_for(view.language), asked), "max_seconds": asked.max_seconds,
            "take": asked.take, "kind": asked.kind.value, "follow_up": asked.is_follow_up,
            "second_round": asked.is_second_round,
        }  # fmt: skip
    return body


def _json(view: SittingView) -> Response:
    return Response(json.dumps(_shown(view), ensure_ascii=False), content_type="application/json")


def _to_question(token: str) -> Response:
    response: Response = current_app.make_response(redirect(f"/c/{token}/question", code=303))
    return response


def _to_link(token: str, more: str = "") -> Response:
    response: Response = current_app.make_response(redirect(f"/c/{token}{more}", code=303))
    return response

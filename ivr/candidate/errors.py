"""What a candidate reads when a link leads nowhere or something breaks; a program reads problem+json."""

import json
from typing import Any

import structlog
from flask import Blueprint, Response, request
from werkzeug.exceptions import HTTPException

from db.repositories.outbox import DatabaseUnavailable
from interview.wording.written import Written, best_of, written_for
from ivr.candidate.access import TooOften, wants_json
from ivr.candidate.pages import page
from ivr.current import current_services
from ivr.http import request_id, route
from ivr.services.candidate_door import NotNow
from ivr.services.errors import Invalid, ServiceError
from ivr.services.links import ExpiredLink, UnknownLink

log = structlog.get_logger("viva.candidate")

_NOT_FOUND = 404


def register(blueprint: Blueprint) -> None:
    """Give the blueprint its error handlers."""
    blueprint.register_error_handler(UnknownLink, _unknown)
    blueprint.register_error_handler(ExpiredLink, _expired)
    blueprint.register_error_handler(NotNow, _not_now)
    blueprint.register_error_handler(Invalid, _invalid)
    blueprint.register_error_handler(TooOften, _too_often)
    blueprint.register_error_handler(HTTPException, _http)
    for unavailable in DatabaseUnavailable:
        blueprint.register_error_handler(unavailable, _unavailable)
    blueprint.register_error_handler(Exception, _unexpected)


def words_of_reader() -> Written:
    """The words for whoever asks, when no job says which language it is in."""
    wanted = [language for language, _ in request.accept_languages]
    return best_of(wanted, current_services().settings.call_in_language)


def problem(status: int, error: ServiceError, **more: Any) -> Response:
    """RFC 9457, as the API answers."""
    body = {
        "type": f"/docs#error-{error.code}", "title": error.sentence, "status": status, "detail": error.sentence,
        "code": error.code, "hint": error.hint, "request_id": request_id(), **more,
    }  # fmt: skip
    return Response(json.dumps(body), status=status, content_type="application/problem+json")


def _unknown(error: UnknownLink) -> Response:
    if wants_json():
        return problem(_NOT_FOUND, error)
    words = words_of_reader()
    return page("gone.html", _NOT_FOUND, words=words, title=words.unknown_title, sentence=words.unknown)


def _expired(error: ExpiredLink) -> Response:
    if wants_json():
        return problem(410, error)
    words = written_for(error.language)
    return page("gone.html", 410, words=words, title=words.expired_title, sentence=words.expired)


def _not_now(error: NotNow) -> Response:
    """For programs; a person reads it on the link's own page (`link.py`)."""
    next_at = None if error.next_at is None else error.next_at.isoformat(timespec="seconds").replace("+00:00", "Z")
    return problem(409, error, next_at=next_at)


def _invalid(error: Invalid) -> Response:
    status = 400 if error.code == "stale_form" else 422
    if wants_json():
        return problem(status, error, errors=[{"field": p.field, "code": p.code, "message": p.message}
                                              for p in error.problems])  # fmt: skip
    words = words_of_reader()
    return page("gone.html", status, words=words, title=words.broken_title, sentence=words.stale_form)


def _too_often(error: TooOften) -> Response:
    wait_s = max(1, error.allowance.reset_s)
    if wants_json():
        said = ServiceError("rate_limited", "Too many requests.", f"Wait {wait_s} seconds.")
        response = problem(429, said)
    else:
        words = words_of_reader()
        response = page("gone.html", 429, words=words, title=words.broken_title, sentence=words.too_often)
    response.headers["Retry-After"] = str(wait_s)
    return response


def _http(error: HTTPException) -> Any:
    if error.response is not None or (error.code or 500) < 400:
        return error
    if (error.code or 500) >= 500:
        return _unexpected(error)
    return _unknown(UnknownLink()) if error.code == _NOT_FOUND else _refused(error.code or 400)


def _refused(status: int) -> Response:
    if wants_json():
        return problem(status, ServiceError("bad_request", "The request could not be read."))
    words = words_of_reader()
    return page("gone.html", status, words=words, title=words.broken_title, sentence=words.stale_form)


def _unavailable(error: Exception) -> Response:
    log.warning("page unavailable", route=route(), error=type(error).__name__)
    return _broken(503)


def _unexpected(error: Exception) -> Response:
    log.error("page failed", route=route(), method=request.method, exc_info=error)
    return _broken(500)


def _broken(status: int) -> Response:
    if wants_json():
        return problem(status, ServiceError("internal_error", "Something went wrong on our side.", "Try again."))
    words = words_of_reader()
    return page("gone.html", status, words=words, title=words.broken_title, sentence=words.broken)

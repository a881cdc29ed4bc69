"""Every refusal as RFC 9457 problem+json: a stable code, a sentence, a hint, and never what was sent."""

import json
from collections.abc import Sequence
from typing import Any

import structlog
from flask import Blueprint, Flask, Response, request
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException

from ivr.api.codes import status_of, title_of
from ivr.gateways.ports import UnreadableDocument
from ivr.http import request_id, route
from ivr.services.errors import (
    Conflict,
    FieldProblem,
    Invalid,
    NotAllowed,
    NotFound,
    Refused,
    ServiceError,
    Unauthenticated,
)
from ivr.services.problems import field_problems

PREFIX = "/api/"
CONTENT_TYPE = "application/problem+json"
CODES_PAGE = "/docs#error-"

log = structlog.get_logger("viva.api")

_CORRECT = "Correct the fields in errors and send it again."
_READ = "Read the object again: its present state says what is possible."

# Status -> code, sentence, hint of what Flask itself refuses.
_HTTP = {
    400: ("bad_request", "The request could not be read.", "Check the method, the headers and the body."),
    404: ("not_found", "There is nothing at this address.", "The paths are listed in /api/v1/openapi.json."),
    405: ("method_not_allowed", "This address does not take this method.", "The header Allow names what it takes."),
    406: ("not_acceptable", "This is not available in the wanted form.", "Ask for application/json."),
    413: ("too_large", "The body is larger than this endpoint takes.", "Send less; files up to 10 MB."),
    415: ("unsupported_media_type", "The body's content type is not taken here.", "Send application/json."),
    416: ("range_not_satisfiable", "The range lies outside of the file.", "Ask for bytes within its length."),
}


class Problem(Exception):
    """A refusal by the door itself."""

    def __init__(
        self,
        code: str,
        sentence: str,
        hint: str = "",
        *,
        problems: Sequence[FieldProblem] = (),
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.sentence = sentence
        self.hint = hint
        self.problems = tuple(problems)
        self.headers = headers or {}


def invalid_fields(error: ValidationError) -> Problem:
    """The refusal of a body or query that does not fit its schema."""
    return field_refusal(field_problems(error))


def field_refusal(problems: Sequence[FieldProblem]) -> Problem:
    """422 naming each field at fault."""
    if len(problems) == 1:
        sentence = f"{problems[0].field or 'The body'}: {problems[0].message}"
    else:
        sentence = f"{len(problems)} fields are not valid."
    return Problem("invalid_fields", sentence, _CORRECT, problems=problems)


def problem_body(
    status: int, code: str, sentence: str, hint: str, problems: Sequence[FieldProblem], extra: dict[str, str]
) -> dict[str, Any]:
    """The members of a problem document."""
    body: dict[str, Any] = {
        "type": CODES_PAGE + code,
        "title": title_of(code),
        "status": status,
        "detail": sentence,
        "code": code,
        "hint": hint or (_CORRECT if status == 422 else _READ),
        "request_id": request_id(),
    }
    if status == 422:
        body["errors"] = [{"field": p.field, "code": p.code, "message": p.message} for p in problems]
    return {**extra, **body}


def respond(body: dict[str, Any], headers: dict[str, str] | None = None) -> Response:
    """The response for a problem document."""
    response = Response(json.dumps(body), status=body["status"], content_type=CONTENT_TYPE)
    response.headers.update(headers or {})
    if body["status"] == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def service_problem(error: ServiceError) -> dict[str, Any]:
    """How this door words a service's refusal."""
    problems = error.problems if isinstance(error, Invalid) else ()
    return problem_body(_status(error), error.code, error.sentence, error.hint, problems, error.extra)


def document_problem(error: UnreadableDocument) -> dict[str, Any]:
    """How this door words a file that cannot be read."""
    return problem_body(
        status_of(error.code, 422), error.code, error.sentence, error.hint,
        [FieldProblem("file", error.code, error.sentence)], {},
    )  # fmt: skip


def door_problem(error: Problem) -> dict[str, Any]:
    """A refusal of our own."""
    return problem_body(status_of(error.code, 400), error.code, error.sentence, error.hint, error.problems, {})


def install(app: Flask) -> None:
    """Answer in problem+json what Flask refuses under the API's address before it has found a view there."""

    def elsewhere(error: HTTPException) -> Any:
        return http_error(error) if request.path.startswith(PREFIX) else error

    app.register_error_handler(HTTPException, elsewhere)


def register(blueprint: Blueprint) -> None:
    """Give a blueprint of this door its error handlers."""
    blueprint.register_error_handler(Problem, lambda error: respond(door_problem(error), error.headers))
    blueprint.register_error_handler(ServiceError, lambda error: respond(service_problem(error)))
    blueprint.register_error_handler(UnreadableDocument, lambda error: respond(document_problem(error)))
    blueprint.register_error_handler(HTTPException, http_error)
    blueprint.register_error_handler(Exception, unexpected)


def http_error(error: HTTPException) -> Response:
    """What Flask or werkzeug refused."""
    status = error.code or 500
    code, sentence, hint = _HTTP.get(status, _HTTP[400] if status < 500 else _UNEXPECTED)
    headers = {name: value for name, value in error.get_headers() if name in {"Allow", "Retry-After"}}
    return respond(problem_body(status_of(code, status), code, sentence, hint, (), {}), headers)


def unexpected(error: Exception) -> Response:
    """What nobody expected: logged here, once, with its traceback."""
    log.error("request failed", route=route(), method=request.method, exc_info=error)
    return respond(problem_body(500, *_UNEXPECTED, (), {}))


_UNEXPECTED = (
    "internal_error",
    "Something went wrong on our side.",
    "Try again; if it stays, tell the operator the request_id.",
)


def _status(error: ServiceError) -> int:
    match error:
        case NotFound():
            return 404
        case Unauthenticated():
            return 401
        case NotAllowed():
            return 403
        case Conflict():
            return status_of(error.code, 409)
        case Invalid() | Refused():
            return status_of(error.code, 422)
        case _:
            return status_of(error.code, 400)


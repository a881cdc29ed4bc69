"""Whatever goes wrong, a person reads a page that says what happened and where to go."""

from typing import Any

import structlog
from flask import Blueprint, Flask, Response, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from ivr.dashboard.pages import page
from ivr.http import request_id, route
from ivr.services.errors import Conflict, Invalid, NotAllowed, NotFound, Refused, ServiceError, Unauthenticated

log = structlog.get_logger("viva.dashboard")

# Addresses of the other doors: who asks there is no browser.
_NOT_PAGES = ("/api/", "/webhooks/", "/static/")

_TITLES = {
    400: "This could not be read",
    403: "Not for your role",
    404: "Nothing here",
    405: "Not this way",
    409: "Not in this state",
    413: "Too much at once",
    422: "Not accepted",
    429: "Too many tries",
}
_SENTENCES = {
    400: ("The browser sent something that we do not understand.", "Go back, load the page again and try once more."),
    404: ("There is no such page.", "It may have moved, or belong to another organisation."),
    405: ("This address takes no such request.", "Go back and use the page's own buttons."),
    413: ("The form holds more than this page takes.", "Shorten it and send it again."),
}
_BROKEN = (
    "Something went wrong on our side.",
    "Try again in a moment. If it stays, tell your administrator the number below.",
)


def error_page(status: int, sentence: str, hint: str = "") -> Response:
    """A page that says what is wrong; ``status`` 500 and above also shows the request's id."""
    title = _TITLES.get(status, _TITLES[400]) if status < 500 else "That did not work"
    number = request_id() if status >= 500 else None
    return page("error.html", status, title=title, sentence=sentence, hint=hint, number=number)


def register(blueprint: Blueprint) -> None:
    """Give the blueprint its error handlers."""
    blueprint.register_error_handler(ServiceError, _service)
    blueprint.register_error_handler(CSRFError, _stale_form)
    blueprint.register_error_handler(HTTPException, _http)
    blueprint.register_error_handler(Exception, _unexpected)


def install(app: Flask) -> None:
    """Answer with a page what no door has an address for, and leave to the others what is asked of them."""
    before = app.error_handler_spec[None][None].get(HTTPException)

    def nowhere(error: HTTPException) -> Any:
        if request.path.startswith(_NOT_PAGES):
            return app.ensure_sync(before)(error) if before is not None else error
        return _http(error)

    app.register_error_handler(HTTPException, nowhere)


def status_of(error: ServiceError) -> int:
    """The status with which a service's refusal is answered."""
    match error:
        case NotFound():
            return 404
        case Unauthenticated():
            return 401
        case NotAllowed():
            return 403
        case Conflict():
            return 409
        case Invalid() | Refused():
            return 422
        case _:
            return 400


def _service(error: ServiceError) -> Response:
    return error_page(status_of(error), error.sentence, error.hint)


def _stale_form(_: CSRFError) -> Response:
    return error_page(400, "This form is too old, or was not made by us.", "Go back, load the page again and send it.")


def _http(error: HTTPException) -> Any:
    if error.response is not None or (error.code or 500) < 400:
        return error  # a redirect, or an answer that was made already
    status = error.code or 500
    sentence, hint = _BROKEN if status >= 500 else _SENTENCES.get(status, _SENTENCES[400])
    response = error_page(status, sentence, hint)
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            response.headers[name] = value
    return response


def _unexpected(error: Exception) -> Response:
    log.error("page failed", route=route(), method=request.method, exc_info=error)
    return error_page(500, *_BROKEN)

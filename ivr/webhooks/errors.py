"""What the carrier is answered when something is wrong: the candidate hears an apology, never Twilio's own error."""

import logging

import structlog
from flask import Blueprint, Response, g, request
from werkzeug.exceptions import HTTPException

from db.repositories.outbox import DatabaseUnavailable
from ivr.current import line_services
from ivr.http import elapsed_ms
from ivr.services.conversations import TooBusy
from ivr.services.errors import NotAllowed, NotFound
from ivr.twiml.render import apology
from ivr.webhooks.forms import BadForm, carrier_sid
from ivr.webhooks.voice import twiml

log = structlog.stdlib.get_logger("viva.webhooks")
_threshold = logging.getLogger("viva.webhooks")

_SPEAKING = frozenset(
    f"webhooks.{view}"
    for view in ("answered", "take_turn", "fallback", "inbound", "inbound_code", "test_answered", "test_turn")
)


def handle(blueprint: Blueprint) -> None:
    """Give the blueprint its answers to errors, and one line in the log for each request."""
    blueprint.register_error_handler(HTTPException, _refused)
    blueprint.register_error_handler(BadForm, _malformed)
    blueprint.register_error_handler(NotFound, _unknown)
    blueprint.register_error_handler(NotAllowed, _not_this_call)
    for error in (*DatabaseUnavailable, TooBusy):
        blueprint.register_error_handler(error, _try_again)
    blueprint.register_error_handler(Exception, _our_fault)
    blueprint.after_request(_log)


def _refused(error: HTTPException) -> Response:
    return _plain(error.code or 500, error.name)


def _malformed(error: BadForm) -> Response:
    log.warning("webhook.malformed", hook=_hook(), problem=str(error))
    return _plain(400, "Bad Request")


def _unknown(_: NotFound) -> Response:
    return _plain(404, "Not Found")


def _not_this_call(_: NotAllowed) -> Response:
    return _plain(403, "Forbidden")


def _try_again(error: Exception) -> Response:
    """5xx on every hook: our URLs ask Twilio to repeat these, and then to fetch the fallback's apology."""
    log.error("webhook.unavailable", hook=_hook(), call_id=_call_id(), error=type(error).__name__)
    return Response(status=503)


def _our_fault(error: Exception) -> Response:
    """A fault nobody expected. Where somebody listens: apologise, hang up, and have them called back."""
    log.error("webhook.fault", hook=_hook(), call_id=_call_id(), exc_info=error)
    if not g.get("is_signed", False) or request.endpoint not in _SPEAKING:
        return Response(status=500)
    return twiml(apology(_break_off()))


def _break_off() -> str:
    """Mark the interview as interrupted if we still can; the language to apologise in, empty when unknown."""
    language: str = g.get("language", "")
    call_id = _call_id()
    if call_id is None:
        return language
    try:
        return line_services().conversations.break_off(call_id, carrier_sid(request.form))
    # The apology is due whatever happens here; the status callback and the reconciler still tell how the call ended.
    except Exception as error:
        log.error("webhook.not_broken_off", call_id=call_id, exc_info=error)
        return language


def _log(response: Response) -> Response:
    if response.status_code >= 400:
        write = log.warning
    elif _threshold.isEnabledFor(logging.DEBUG):
        write = log.debug
    else:
        # The usual request: structlog would build a logger only to find out that nobody listens.
        return response
    write("webhook", hook=_hook(), call_id=_call_id(), status=response.status_code, duration_ms=elapsed_ms())
    return response


def _hook() -> str:
    return (request.endpoint or "").removeprefix("webhooks.")


def _call_id() -> str | None:
    call_id = (request.view_args or {}).get("call_id")
    return None if call_id is None else str(call_id)


def _plain(status: int, text: str) -> Response:
    return Response(f"{text}\n", status=status, content_type="text/plain; charset=utf-8")

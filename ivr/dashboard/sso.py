"""In by single sign-on: out to the identity provider and back, with a state that is good once and for ten minutes."""

import hmac
import time
from typing import Any

from flask import Blueprint, Response, current_app, redirect, request, session
from werkzeug.exceptions import NotFound

from ivr.current import current_services
from ivr.dashboard.login import enter, exceeded, exceeded_place, login_page, too_many, wanted_page
from ivr.dashboard.session import door_settings
from ivr.http import request_id
from ivr.services.errors import ServiceError, Unauthenticated
from ivr.services.single_sign_on import CALLBACK, SingleSignOn

_KEPT = "sso"
_GOOD_FOR_S = 600
_LONGEST = 4096


def add_routes(blueprint: Blueprint) -> None:
    """Open to everybody; without a provider there is nothing here."""
    # A link and no form: browsers hold a form's redirects to form-action too, and the provider is elsewhere.
    blueprint.add_url_rule("/login/sso", "sso_begin", _begin, methods=["GET"])
    blueprint.add_url_rule(CALLBACK, "sso_callback", _callback, methods=["GET"])


def _begin() -> Response:
    sign_on = _sign_on()
    over = exceeded_place()
    if over is not None:
        return too_many(over, "login.html", email="")
    try:
        begun = sign_on.begin()
    except ServiceError as error:
        return _refused(error, 503)
    session[_KEPT] = {
        "state": begun.state, "nonce": begun.nonce, "verifier": begun.verifier, "next": wanted_page(),
        "at": int(time.time()),
    }  # fmt: skip
    response: Response = current_app.make_response(redirect(begun.url, code=303))
    return response


def _callback() -> Response:
    sign_on = _sign_on()
    given, kept = request.args, _take()
    state, code = given.get("state", "")[:_LONGEST], given.get("code", "")[:_LONGEST]
    over = exceeded(f"sso {state}")
    if over is not None:
        return too_many(over, "login.html", email="")
    if kept is None or not hmac.compare_digest(str(kept.get("state")).encode(), state.encode()):
        return _refused(_over(), 401)
    if "error" in given or not code:
        return _refused(
            Unauthenticated("sso_failed", "The single sign-on was not completed.", "Begin again, or use a password."),
            401,
        )
    try:
        token = sign_on.finish(
            code, nonce=str(kept["nonce"]), verifier=str(kept["verifier"]), request_id=request_id()
        )
    except Unauthenticated as error:
        return _refused(error, 401)
    except ServiceError as error:
        return _refused(error, 503)
    return enter(token, str(kept["next"]))


def _take() -> dict[str, Any] | None:
    """What was kept for the return, the first time that it is asked for and while it is fresh."""
    kept = session.pop(_KEPT, None)
    if not isinstance(kept, dict) or not 0 <= time.time() - int(kept.get("at", 0)) <= _GOOD_FOR_S:
        return None
    return kept


def _sign_on() -> SingleSignOn:
    sign_on = current_services().single_sign_on if door_settings().has_sso else None
    if sign_on is None:
        raise NotFound
    return sign_on


def _over() -> Unauthenticated:
    sentence = "This login took too long, was begun in another browser, or is over already."
    return Unauthenticated("sso_failed", sentence, "Begin again.")


def _refused(error: ServiceError, status: int) -> Response:
    return login_page(status, f"{error.sentence} {error.hint}")

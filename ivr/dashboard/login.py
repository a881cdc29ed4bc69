"""In and out: by password, or by a one-time link that only a press on its button uses up."""

import hashlib
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, redirect, request, session

from ivr.current import current_services
from ivr.dashboard.pages import page
from ivr.dashboard.session import door_settings, forget, remember, session_token, user_or_none
from ivr.limits import RATE_LIMITER, Allowance, RateLimiter
from ivr.services.errors import Unauthenticated

_HOME = "/interviews"
_LONGEST = 1024
# One address at one place is limited as the setting says; a whole place, behind which many may sit, by a multiple.
_TRIES_OF_A_PLACE = 10


def add_routes(blueprint: Blueprint) -> None:
    """The pages that are open to everybody, and the way out."""
    blueprint.add_url_rule("/login", "login_page", _login_page, methods=["GET"])
    blueprint.add_url_rule("/login", "log_in", _log_in, methods=["POST"])
    blueprint.add_url_rule("/login/link/<token>", "link_page", _link_page, methods=["GET"])
    blueprint.add_url_rule("/login/link/<token>", "use_link", _use_link, methods=["POST"])
    blueprint.add_url_rule("/logout", "log_out", _log_out, methods=["POST"])


def _login_page() -> Response:
    if user_or_none() is not None:
        return _to(wanted_page())
    return login_page()


def login_page(status: int = 200, problem: str | None = None, email: str = "") -> Response:
    """The page, with what became of a try."""
    return page("login.html", status, next=wanted_page(), email=email, problem=problem, has_sso=door_settings().has_sso)


def _log_in() -> Response:
    email = request.form.get("email", "")[:_LONGEST]
    password = request.form.get("password", "")[:_LONGEST]
    over = exceeded(email.strip().lower())
    if over is not None:
        return too_many(over, "login.html", email=email)
    try:
        token = current_services().logins.login(email, password)
    except Unauthenticated as error:
        return login_page(401, f"{error.sentence} {error.hint}", email)
    return enter(token, wanted_page())


def _link_page(token: str) -> Response:
    # A mail scanner that opens the link gets this page too, and changes nothing by it.
    return page("login_link.html")


def _use_link(token: str) -> Response:
    over = exceeded("link")
    if over is not None:
        return too_many(over, "login_link.html")
    try:
        return enter(current_services().logins.use_login_link(token), wanted_page())
    except Unauthenticated as error:
        return page("login_link.html", 401, problem=f"{error.sentence} {error.hint}", is_over=True)


def _log_out() -> Response:
    token = session_token()
    if token is not None:
        current_services().logins.log_out(token)
    session.clear()
    response = _to("/login")
    forget(response)
    return response


def enter(token: str, to: str) -> Response:
    """Let the person in, with a session in place of whatever this browser had before."""
    before = session_token()
    if before is not None:
        current_services().logins.log_out(before)
    session.clear()  # the form token of the stranger who was here a moment ago
    response = _to(to)
    remember(response, token)
    return response


def _to(path: str) -> Response:
    response: Response = current_app.make_response(redirect(path, code=303))
    return response


def wanted_page() -> str:
    """Where the person wanted to go: an address of ours, or the first page."""
    wanted = request.values.get("next", "")
    parts = urlsplit(wanted)
    is_ours = wanted.startswith("/") and not parts.scheme and not parts.netloc and "\\" not in wanted
    is_plain = wanted.isprintable() and not wanted.startswith(("//", "/login", "/logout"))
    return wanted if is_ours and is_plain else _HOME


def exceeded(who: str) -> Allowance | None:
    """The limit that this try went over, if any. Whoever knows an address can not lock its owner out from elsewhere."""
    # No address is kept where requests are counted.
    pair = hashlib.sha256(f"{who}\n{request.remote_addr or 'unknown'}".encode()).hexdigest()
    return _hit("login", pair, door_settings().logins_per_minute) or exceeded_place()


def exceeded_place() -> Allowance | None:
    """The limit of the whole place, if this try went over it."""
    place = request.remote_addr or "unknown"
    return _hit("login_place", place, door_settings().logins_per_minute * _TRIES_OF_A_PLACE)


def _hit(bucket: str, subject: str, per_minute: int) -> Allowance | None:
    limiter: RateLimiter = current_app.extensions[RATE_LIMITER]
    allowance = limiter.hit(bucket, subject, per_minute)
    return allowance if allowance.is_exceeded else None


def too_many(allowance: Allowance, template: str, **values: object) -> Response:
    """The page again, saying how long to wait."""
    problem = f"Too many tries. Wait {allowance.reset_s} seconds and try again."
    response = page(template, 429, next=wanted_page(), problem=problem, has_sso=door_settings().has_sso, **values)
    response.headers["Retry-After"] = str(max(1, allowance.reset_s))
    return response

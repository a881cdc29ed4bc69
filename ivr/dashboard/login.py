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
        return _to(_next())
    return page("login.html", next=_next(), email="")


def _log_in() -> Response:
    email = request.form.get("email", "")[:_LONGEST]
    password = request.form.get("password", "")[:_LONGEST]
    over = exceeded(email.strip().lower())
    if over is not None:
        return too_many(over, "login.html", email=email)
    try:
        token = current_services().logins.login(email, password)
    except Unauthenticated as error:
        return page("login.html", 401, next=_next(), email=email, problem=f"{error.sentence} {error.hint}")
    return _enter(token)


def _link_page(token: str) -> Response:
    # A mail scanner that opens the link gets this page too, and changes nothing by it.
    return page("login_link.html")


def _use_link(token: str) -> Response:
    over = exceeded("link")
    if over is not None:
        return too_many(over, "login_link.html")
    try:
        return _enter(current_services().logins.use_login_link(token))
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


def _enter(token: str) -> Response:
    before = session_token()
    if before is not None:
        current_services().logins.log_out(before)
    session.clear()  # the form token of the stranger who was here a moment ago
    response = _to(_next())
    remember(response, token)
    return response


def _to(path: str) -> Response:
    response: Response = current_app.make_response(redirect(path, code=303))
    return response


def _next() -> str:
    """Where the person wanted to go: an address of ours, or the first page."""
    wanted = request.values.get("next", "")
    parts = urlsplit(wanted)
    is_ours = wanted.startswith("/") and not parts.scheme and not parts.netloc and "\\" not in wanted
    is_plain = wanted.isprintable() and not wanted.startswith(("//", "/login", "/logout"))
    return wanted if is_ours and is_plain else _HOME


def exceeded(who: str) -> Allowance | None:
    """The limit that this try went over, if any. Whoever knows an address can not lock its owner out from elsewhere."""
    limiter: RateLimiter = current_app.extensions[RATE_LIMITER]
    place = request.remote_addr or "unknown"
    per_minute = door_settings().logins_per_minute
    # No address is kept where requests are counted.
    pair = hashlib.sha256(f"{who}\n{place}".encode()).hexdigest()
    for bucket, subject, limit in (
        ("login", pair, per_minute),
        ("login_place", place, per_minute * _TRIES_OF_A_PLACE),
    ):
        allowance = limiter.hit(bucket, subject, limit)
        if allowance.is_exceeded:
            return allowance
    return None


def too_many(allowance: Allowance, template: str, **values: object) -> Response:
    """The page again, saying how long to wait."""
    problem = f"Too many tries. Wait {allowance.reset_s} seconds and try again."
    response = page(template, 429, next=_next(), problem=problem, **values)
    response.headers["Retry-After"] = str(max(1, allowance.reset_s))
    return response

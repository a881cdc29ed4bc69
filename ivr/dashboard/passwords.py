"""Choosing a password: by the link of an invitation or of a reset, and asking for such a link."""

from flask import Blueprint, Response, current_app, redirect, request, session

from ivr.current import current_services
from ivr.dashboard.login import exceeded, too_many
from ivr.dashboard.pages import page
from ivr.dashboard.session import remember, session_token
from ivr.http import request_id
from ivr.services.errors import Invalid, Unauthenticated

_LONGEST = 1100
_ADDRESS = 320


def add_routes(blueprint: Blueprint) -> None:
    """Pages that are open to everybody: the link is the key."""
    blueprint.add_url_rule("/login/password/<token>", "password_page", _password_page, methods=["GET"])
    blueprint.add_url_rule("/login/password/<token>", "choose_password", _choose_password, methods=["POST"])
    blueprint.add_url_rule("/login/forgot", "forgot_page", _forgot_page, methods=["GET"])
    blueprint.add_url_rule("/login/forgot", "forgot", _forgot, methods=["POST"])


def _password_page(token: str) -> Response:
    # A mail scanner that opens the link gets this page too, and changes nothing by it.
    return page("password.html")


def _choose_password(token: str) -> Response:
    over = exceeded("link")
    if over is not None:
        return too_many(over, "password.html")
    password = request.form.get("password", "")[:_LONGEST]
    if password != request.form.get("again", "")[:_LONGEST]:
        return page("password.html", 422, problem="The two passwords are not the same.")
    logins = current_services().logins
    try:
        secret = logins.choose_password(token, password)
    except Invalid as error:
        return page("password.html", 422, problem=error.sentence)
    except Unauthenticated as error:
        return page("password.html", 401, problem=f"{error.sentence} {error.hint}", is_over=True)
    before = session_token()
    if before is not None:
        logins.log_out(before)
    session.clear()
    response: Response = current_app.make_response(redirect("/interviews", code=303))
    remember(response, secret)
    return response


def _forgot_page() -> Response:
    return page("forgot.html", sends_mail=current_services().logins.sends_mail)


def _forgot() -> Response:
    logins, email = current_services().logins, request.form.get("email", "")[:_ADDRESS]
    over = exceeded(email.strip().lower())
    if over is not None:
        return too_many(over, "forgot.html", sends_mail=logins.sends_mail)
    logins.forgot_password(email, request_id())
    # The same words whether there is such an account or not.
    return page("forgot.html", sends_mail=logins.sends_mail, is_asked=logins.sends_mail)

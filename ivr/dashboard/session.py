"""Who is looking: the browser's cookie on one side, the server's sessions on the other, and a guard in between."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import cast
from urllib.parse import quote

from flask import Blueprint, Flask, Response, current_app, g, redirect, request
from flask_wtf.csrf import CSRFProtect

from ivr.current import current_services
from ivr.dashboard.permissions import needed, refusal
from ivr.http import request_id
from ivr.services.context import Actor
from ivr.services.errors import NotAllowed
from ivr.services.logins import SESSION_LASTS, SessionUser
from ivr.services.roles import Permission, may
from ivr.settings import Settings

EXTENSION = "viva_dashboard"
# What may be asked for without having logged in.
_OPEN = frozenset({"dashboard.static", "dashboard.login_page", "dashboard.log_in", "dashboard.link_page",
                   "dashboard.use_link", "dashboard.password_page", "dashboard.choose_password",
                   "dashboard.forgot_page", "dashboard.forgot", "dashboard.sso_begin",
                   "dashboard.sso_callback"})  # fmt: skip
# Reading does not keep a session alive: the style sheet needs no look into the database.
_ANONYMOUS = frozenset({"dashboard.static"})

_csrf = CSRFProtect()


@dataclass(frozen=True, slots=True)
class DoorSettings:
    """What this door needs of the settings."""

    is_https: bool
    logins_per_minute: int
    interviews_per_minute: int
    has_sso: bool

    @property
    def cookie(self) -> str:
        """``__Host-`` binds the cookie to this very host; browsers take it over https only."""
        return "__Host-viva" if self.is_https else "viva"


def install(app: Flask, settings: Settings) -> None:
    """Keep the door's settings, and the form tokens in a signed cookie of their own."""
    door = DoorSettings(
        settings.webhook_base_url.startswith("https://"), settings.rate_limit_logins_per_minute,
        settings.rate_limit_interviews_per_minute,
        settings.oidc_issuer is not None,
    )  # fmt: skip
    app.extensions[EXTENSION] = door
    app.config.update(
        SESSION_COOKIE_NAME=f"{door.cookie}-form",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=door.is_https,
        # Only this door's guard asks for tokens: programs have keys and the carrier has signatures.
        WTF_CSRF_CHECK_DEFAULT=False,
        # A form may stay open over lunch: the token ends with the browser's session.
        WTF_CSRF_TIME_LIMIT=None,
        # Our pages send no Referer, so that a login link in an address goes nowhere; the token proves enough.
        WTF_CSRF_SSL_STRICT=False,
    )
    _csrf.init_app(app)


def guard(blueprint: Blueprint) -> None:
    """Let nobody past the login page without a session, no form without its token, and each role only as far as the
    table of permissions says."""

    @blueprint.before_request
    def check() -> Response | None:
        if request.endpoint in _ANONYMOUS:
            return None
        token = session_token()
        g.dashboard_user = current_services().logins.session_user(token) if token else None
        if g.dashboard_user is None and request.endpoint not in _OPEN:
            return _to_login()
        _csrf.protect()
        if request.endpoint not in _OPEN:
            require(needed(request.endpoint or "", request.method))
        return None


def door_settings() -> DoorSettings:
    """What this door was made with."""
    return cast(DoorSettings, current_app.extensions[EXTENSION])


def session_token() -> str | None:
    """The secret in the browser's cookie."""
    return request.cookies.get(door_settings().cookie) or None


def user() -> SessionUser:
    """Who is logged in; the guard has let nobody else through."""
    return cast(SessionUser, g.dashboard_user)


def user_or_none() -> SessionUser | None:
    """Who is logged in, if anybody is."""
    return cast("SessionUser | None", g.get("dashboard_user"))


def require(permission: Permission) -> None:
    """Raises NotAllowed when the person's role does not include this."""
    if not may(user().role, permission):
        raise NotAllowed("role_too_low", *refusal(permission))


def may_review(someone: SessionUser) -> bool:
    """Whether this person may decide over results."""
    return may(someone.role, Permission.REVIEW)


def viewer() -> Actor:
    """The person as the one who looks."""
    someone = user()
    return Actor(someone.organisation_id, f"user:{someone.email}", "user", request_id())


def reviewer() -> Actor:
    """The person as the one who decides. Raises NotAllowed."""
    require(Permission.REVIEW)
    return viewer()


def _name(someone: SessionUser) -> str:
    return f"user:{someone.email}"


def hidden_from(someone: SessionUser, interview_ids: Collection[str]) -> frozenset[str]:
    """Those of the interviews whose scores this person should not see yet (R20). Who cannot decide is not led."""
    if not may_review(someone):
        return frozenset()
    return current_services().blind_first.hidden_from(someone.organisation_id, _name(someone), interview_ids)


def reader() -> str | None:
    """The person as one from whom scores may be kept (R20); None for whoever cannot decide."""
    someone = user()
    return _name(someone) if may_review(someone) else None


def remember(response: Response, token: str) -> None:
    """Give the browser its session."""
    door = door_settings()
    response.set_cookie(
        door.cookie, token, max_age=int(SESSION_LASTS.total_seconds()), secure=door.is_https, httponly=True,
        samesite="Lax", path="/",
    )  # fmt: skip


def forget(response: Response) -> None:
    """Take the session out of the browser."""
    door = door_settings()
    response.delete_cookie(door.cookie, secure=door.is_https, httponly=True, samesite="Lax", path="/")


def _to_login() -> Response:
    """To the login page; a part of a page that asks by itself takes the whole page along."""
    if request.headers.get("HX-Request") == "true":
        return Response(headers={"HX-Redirect": "/login"})
    return cast(Response, redirect(f"/login{_way_back()}", code=303))


def _way_back() -> str:
    """Where to go after logging in: only to pages, and not to the first one, where everybody goes anyway."""
    if request.method != "GET" or request.path in {"/", "/interviews"} or request.endpoint == "dashboard.audio":
        return ""
    return f"?next={quote(request.full_path.rstrip('?'), safe='')}"

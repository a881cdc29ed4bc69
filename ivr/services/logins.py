"""How people come in: by password, by a one-time link, with sessions that the server keeps and can end."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from db.models import LinkPurpose, Role, User, UserSession
from db.repositories import users as rows
from db.unit_of_work import Database
from ivr.services.account_mail import queue_account_email
from ivr.services.context import Actor, Clock
from ivr.services.errors import NotFound, Unauthenticated
from ivr.services.passwords import hash_password, nobodys_hash, password_matches
from ivr.services.secret_hashes import secret_hash
from ivr.services.trail import note
from ivr.services.user_links import CHOOSING, UserLinks

SESSION_LASTS = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class SessionUser:
    """The person behind a browser's session."""

    user_id: str
    organisation_id: str
    email: str
    name: str
    role: Role


class LoginService:
    """``sends_mail``: whoever forgot a password can have a link sent; ``ring`` is called when one is to be sent."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        links: UserLinks,
        *,
        sends_mail: bool = False,
        ring: Callable[[], None] = lambda: None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._links = links
        self._ring = ring
        self.sends_mail = sends_mail

    # --- coming in

    def login(self, email: str, password: str) -> str:
        """The secret of a new session. Raises Unauthenticated, in the same time whether the address is known or not."""
        with self._database.read() as session:
            user = rows.user_by_email(session, email.strip().lower())
        stored = user.password_hash if user is not None and user.disabled_at is None else None
        matches = password_matches(stored or nobodys_hash(), password)
        if user is None or stored is None or not matches:
            raise Unauthenticated(
                "login_failed", "The address or the password is wrong.", "Try again, or ask for a login link."
            )
        with self._database.write() as unit:
            # The password was read in a transaction of its own: what has changed meanwhile counts.
            now = rows.user(unit.session, user.organisation_id, user.id)
            if now is None or now.disabled_at is not None or now.password_hash != stored:
                raise Unauthenticated("login_failed", "The address or the password is wrong.", "Try again.")
            return self._open_session(unit.session, now)

    def use_login_link(self, token: str) -> str:
        """The secret of a new session for the link's user. Raises Unauthenticated."""
        with self._database.write() as unit:
            user = rows.take_link(unit.session, secret_hash(token), (LinkPurpose.LOGIN,), self._clock())
            if user is None:
                raise _no_link()
            return self._open_session(unit.session, user)

    def enter_vouched_for(self, email: str, by: str, request_id: str | None = None) -> str:
        """The secret of a new session for whom somebody else vouches (``by``). Only who has an account comes in: none
        is made here. Raises Unauthenticated: ``sso_unknown_person``, ``sso_deactivated``."""
        with self._database.write() as unit:
            session, now = unit.session, self._clock()
            user = rows.user_by_email(session, email.strip().lower())
            if user is None:
                raise Unauthenticated(
                    "sso_unknown_person", "There is no account here for your e-mail address.",
                    "Ask an administrator to invite you; then single sign-on lets you in.",
                )  # fmt: skip
            if user.disabled_at is not None:
                raise Unauthenticated(
                    "sso_deactivated", "Your account here is deactivated.", "Ask an administrator to activate it again."
                )
            actor = Actor(user.organisation_id, f"user:{user.email}", "user", request_id)
            note(session, actor, now, "user.logged_in", "user", user.id, {"by": by})
            return self._open_session(session, user)

    def choose_password(self, token: str, password: str) -> str:
        """Give the user of an invitation or reset link this password; their other sessions and links end.

        Returns the secret of a new session. Raises Invalid, which leaves the link as it is, and Unauthenticated.
        """
        password_hash = hash_password(password)
        with self._database.write() as unit:
            session, now = unit.session, self._clock()
            user = rows.take_link(session, secret_hash(token), CHOOSING, now)
            if user is None:
                raise _no_link()
            user.password_hash = password_hash
            rows.end_sessions_of(session, user.id, now)
            rows.void_links_of(session, user.id, now)
            actor = Actor(user.organisation_id, f"user:{user.email}", "user")
            note(session, actor, now, "user.password_changed", "user", user.id, {"by": "link"})
            return self._open_session(session, user)

    # --- links

    def make_login_link(self, email: str) -> str:
        """The secret of a one-time link for this user: 15 minutes, single use. Raises NotFound."""
        with self._database.write() as unit:
            user = rows.user_by_email(unit.session, email.strip().lower())
            if user is None or user.disabled_at is not None:
                raise NotFound("user")
            link = self._links.make(unit.session, user, LinkPurpose.LOGIN, self._clock())
            token = self._links.token_of(link)
        assert token is not None  # noqa: S101 - made with the present key
        return token

    def forgot_password(self, email: str, request_id: str | None = None) -> None:
        """Send a reset link to this address if it has an account, and say nothing about whether it has."""
        if not self.sends_mail:
            return
        with self._database.write() as unit:
            session, now = unit.session, self._clock()
            user = rows.user_by_email(session, email.strip().lower())
            if user is None or user.disabled_at is not None:
                return
            link = self._links.make(session, user, LinkPurpose.RESET, now)
            queue_account_email(session, link, now, request_id)
            actor = Actor(user.organisation_id, "system", "system", request_id)
            note(session, actor, now, "user.reset_asked", "user", user.id, {"link": link.id})
            unit.on_commit(self._ring)

    # --- sessions

    def session_user(self, token: str) -> SessionUser | None:
        """Who is behind a session's secret, or None when it is unknown, over or its user disabled."""
        with self._database.read() as session:
            user = rows.user_of_session(session, secret_hash(token), self._clock())
            if user is None:
                return None
            return SessionUser(user.id, user.organisation_id, user.email, user.name, user.role)

    def log_out(self, token: str) -> None:
        """End a session; an unknown one changes nothing."""
        with self._database.write() as unit:
            rows.end_session(unit.session, secret_hash(token), self._clock())

    def _open_session(self, session: Session, user: User) -> str:
        token = secrets.token_urlsafe(32)
        now = self._clock()
        user.last_login_at = now
        session.add(
            UserSession(
                organisation_id=user.organisation_id,
                user_id=user.id,
                created_at=now,
                token_hash=secret_hash(token),
                expires_at=now + SESSION_LASTS,
            )
        )
        return token


def _no_link() -> Unauthenticated:
    return Unauthenticated(
        "login_link_invalid", "This login link was used already or is too old.", "Ask for a new one."
    )

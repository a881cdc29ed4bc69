"""People with an account in an organisation: invited, given a role, deactivated, helped to a new password."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db.columns import new_id
from db.models import LinkPurpose, LoginLink, Role, User
from db.repositories import users as rows
from db.unit_of_work import Database
from ivr.services.account_mail import queue_account_email
from ivr.services.context import Actor, Clock
from ivr.services.drafts import UNSET, Page, Paged, Unset
from ivr.services.errors import Conflict, FieldProblem, Invalid, NotFound
from ivr.services.passwords import hash_password
from ivr.services.trail import note
from ivr.services.user_links import UserLinks

_EMAIL = re.compile(r"[^@\s<>,;]{1,64}@[^@\s<>,;]{1,255}")


@dataclass(frozen=True, slots=True)
class UserDraft:
    """Somebody to invite; ``by_email``: the link is sent to them as well."""

    email: str
    name: str
    role: Role
    by_email: bool = False
    external_id: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class UserPatch:
    """Changes to an account."""

    name: str | Unset = UNSET
    role: Role | Unset = UNSET
    active: bool | Unset = UNSET
    external_id: str | None | Unset = UNSET
    metadata: Mapping[str, str] | Unset = UNSET


@dataclass(frozen=True, slots=True)
class UserFilters:
    """Which people to list."""

    role: Role | None = None
    external_id: str | None = None


@dataclass(frozen=True, slots=True)
class UserView:
    """A person with an account; ``status`` is invited (has never come in), active or deactivated."""

    id: str
    email: str
    name: str
    role: str
    status: str
    last_login_at: datetime | None
    external_id: str | None
    metadata: Mapping[str, str]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class PasswordLinkView:
    """A one-time link by which its user chooses a password; ``url`` is shown this once. ``sent_by`` is how it is on its
    way to them, if it is."""

    url: str | None = field(repr=False)
    expires_at: datetime
    sent_by: str | None


@dataclass(frozen=True, slots=True)
class InvitedUserView(UserView):
    """A person who was just invited, and the link for them."""

    invitation: PasswordLinkView


class UserService:
    """``sends_mail``: links can be sent; ``ring`` is called when one is to be sent."""

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
        self.sends_mail = sends_mail
        self._ring = ring

    def list(self, organisation_id: str, filters: UserFilters, page: Page) -> Paged[UserView]:
        """The organisation's people, newest first."""
        wanted: dict[str, Any] = {"role": filters.role, "external_id": filters.external_id}
        with self._database.read() as session:
            found, cursor = rows.users(session, organisation_id, **wanted, limit=page.limit, cursor=page.cursor)
            total = rows.count_users(session, organisation_id, **wanted) if page.with_total else None
            return Paged(tuple(map(_view, found)), cursor, total)

    def get(self, organisation_id: str, user_id: str) -> UserView:
        """The person. Raises NotFound."""
        with self._database.read() as session:
            return _view(_known(rows.user(session, organisation_id, user_id)))

    def invite(self, actor: Actor, draft: UserDraft) -> InvitedUserView:
        """A new account and the link by which its user chooses a password.

        Raises Invalid, Conflict (``user_exists``, ``external_id_exists``, ``channel_unavailable``).
        """
        self._refuse_mail(draft.by_email)
        return self._add(actor, draft, None)

    def check_new(self, draft: UserDraft) -> None:
        """Whether there could be this account. Raises Invalid, Conflict ``user_exists``."""
        with self._database.read() as session:
            if rows.user_by_email(session, _address(draft.email)) is not None:
                raise _exists()

    def create_user(self, actor: Actor, email: str, name: str, role: Role, password: str | None = None) -> UserView:
        """A new account of somebody who is here; without a password it is entered by a login link. Raises Invalid,
        Conflict."""
        password_hash = None if password is None else hash_password(password)
        with self._guarded(), self._database.write() as unit:
            row = self._insert(unit.session, actor, UserDraft(email, name, role), password_hash)
            view = _view(row)
            actor.remember(unit.session, view)
            return view

    def change(self, actor: Actor, user_id: str, patch: UserPatch) -> UserView:
        """The account as it is now. Another role or the end of it ends its sessions.

        Raises NotFound, Conflict (``last_admin``, ``external_id_exists``).
        """
        with self._guarded(), self._database.write() as unit:
            session, now = unit.session, self._clock()
            row = _known(rows.user(session, actor.organisation_id, user_id))
            told: dict[str, object] = {}
            if patch.name is not UNSET and patch.name != row.name:
                row.name, told["name"] = patch.name, True
            if patch.external_id is not UNSET and patch.external_id != row.external_id:
                self._refuse_taken(session, row, patch.external_id)
                row.external_id, told["external_id"] = patch.external_id, True
            if patch.metadata is not UNSET and dict(patch.metadata) != dict(row.labels):
                row.labels, told["metadata"] = dict(patch.metadata), True
            if patch.role is not UNSET and patch.role is not row.role:
                self._keep_an_admin(session, row)
                told["role"] = [row.role.value, patch.role.value]
                row.role = patch.role
                rows.end_sessions_of(session, row.id, now)
            if told:
                note(session, actor, now, "user.changed", "user", row.id, told)
            if patch.active is True and row.disabled_at is not None:
                row.disabled_at = None
                note(session, actor, now, "user.activated", "user", row.id, {})
            elif patch.active is False:
                self._end(session, actor, row, now)
            session.flush()
            return _view(row)

    def deactivate(self, actor: Actor, user_id: str) -> None:
        """Nobody comes in by this account any more; its sessions and links end. What its user did stays on record.

        Raises NotFound, Conflict ``last_admin``.
        """
        with self._database.write() as unit:
            row = _known(rows.user(unit.session, actor.organisation_id, user_id))
            self._end(unit.session, actor, row, self._clock())

    def password_link(self, actor: Actor, user_id: str, *, by_email: bool = False) -> PasswordLinkView:
        """A link by which the user chooses a (new) password: the invitation anew for whoever never came in.

        Earlier links end; the present password is good until the link is used. Raises NotFound, Conflict
        (``user_deactivated``, ``channel_unavailable``).
        """
        self._refuse_mail(by_email)
        with self._database.write() as unit:
            session, now = unit.session, self._clock()
            row = _known(rows.user(session, actor.organisation_id, user_id))
            if row.disabled_at is not None:
                raise Conflict("user_deactivated", "This account is deactivated.", "Activate it first.")
            purpose = LinkPurpose.INVITE if _status(row) == "invited" else LinkPurpose.RESET
            link = self._make_link(session, actor, row, purpose, now, by_email=by_email)
            note(session, actor, now, "user.link_made", "user", row.id, {"link": link.id, "purpose": purpose.value})
            sent_by = "email" if by_email else None
            actor.remember(session, PasswordLinkView(None, link.expires_at, sent_by))
            unit.on_commit(self._ring)
            return PasswordLinkView(self._links.url_of(link), link.expires_at, sent_by)

    def set_password(self, actor: Actor, email: str, password: str) -> None:
        """Give a user a password; their open sessions end. Raises NotFound, Invalid."""
        password_hash = hash_password(password)
        with self._database.write() as unit:
            user = rows.user_by_email(unit.session, _address(email))
            if user is None or user.organisation_id != actor.organisation_id:
                raise NotFound("user")
            now = self._clock()
            user.password_hash = password_hash
            rows.end_sessions_of(unit.session, user.id, now)
            note(unit.session, actor, now, "user.password_changed", "user", user.id, {})

    # --- inside

    def _add(self, actor: Actor, draft: UserDraft, password_hash: str | None) -> InvitedUserView:
        with self._guarded(), self._database.write() as unit:
            session, now = unit.session, self._clock()
            row = self._insert(session, actor, draft, password_hash)
            link = self._make_link(session, actor, row, LinkPurpose.INVITE, now, by_email=draft.by_email)
            sent_by = "email" if draft.by_email else None
            # A repeated request gets the same answer without the address: it is a secret, and kept nowhere.
            actor.remember(session, _invited(row, PasswordLinkView(None, link.expires_at, sent_by)))
            unit.on_commit(self._ring)
            return _invited(row, PasswordLinkView(self._links.url_of(link), link.expires_at, sent_by))

    def _insert(self, session: Session, actor: Actor, draft: UserDraft, password_hash: str | None) -> User:
        row = User(
            id=new_id(), organisation_id=actor.organisation_id, created_at=self._clock(), email=_address(draft.email),
            name=draft.name, role=draft.role, password_hash=password_hash, external_id=draft.external_id,
            labels=dict(draft.metadata),
        )  # fmt: skip
        self._refuse_taken(session, row, draft.external_id)
        if rows.user_by_email(session, row.email) is not None:
            raise _exists()
        session.add(row)
        session.flush()
        note(session, actor, row.created_at, "user.created", "user", row.id, {"role": draft.role.value})
        return row

    def _make_link(
        self, session: Session, actor: Actor, row: User, purpose: LinkPurpose, now: datetime, *, by_email: bool
    ) -> LoginLink:
        link = self._links.make(session, row, purpose, now)
        if by_email:
            queue_account_email(session, link, now, actor.request_id)
        return link

    def _end(self, session: Session, actor: Actor, row: User, now: datetime) -> None:
        if row.disabled_at is not None:
            return
        self._keep_an_admin(session, row)
        row.disabled_at = now
        rows.end_sessions_of(session, row.id, now)
        rows.void_links_of(session, row.id, now)
        note(session, actor, now, "user.deactivated", "user", row.id, {})

    def _keep_an_admin(self, session: Session, row: User) -> None:
        if row.role is not Role.ADMIN or row.disabled_at is not None:
            return
        if not rows.other_admins(session, row.organisation_id, row.id):
            raise Conflict(
                "last_admin",
                "This is the organisation's last administrator.",
                "Make somebody else an administrator first.",
            )

    def _refuse_taken(self, session: Session, row: User, external_id: str | None) -> None:
        if external_id is None:
            return
        if rows.user_with_external_id(session, row.organisation_id, external_id) not in (None, row.id):
            raise _taken()

    def _refuse_mail(self, by_email: bool) -> None:
        if by_email and not self.sends_mail:
            raise Conflict(
                "channel_unavailable", "E-mail is not set up here.", "Set SMTP_URL, or hand the link over yourself."
            )

    def _guarded(self) -> "_Guard":
        return _Guard()


class _Guard:
    """What a database's own constraint refused, said in our words: somebody else was a moment earlier."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, IntegrityError):
            raise (_taken() if "external_id" in str(error.orig) else _exists()) from None


def _exists() -> Conflict:
    return Conflict("user_exists", "There is an account with this address.", "Make a new link for it.")


def _taken() -> Conflict:
    return Conflict("external_id_exists", "Another user has this external_id.", "Use that user, or another one.")


def _known(row: User | None) -> User:
    if row is None:
        raise NotFound("user")
    return row


def _status(row: User) -> str:
    if row.disabled_at is not None:
        return "deactivated"
    return "invited" if row.password_hash is None and row.last_login_at is None else "active"


def _view(row: User) -> UserView:
    return UserView(**_members(row))


def _invited(row: User, invitation: PasswordLinkView) -> InvitedUserView:
    return InvitedUserView(**_members(row), invitation=invitation)


def _members(row: User) -> dict[str, Any]:
    return {
        "id": row.id,
        "email": row.email,
        "name": row.name,
        "role": row.role.value,
        "status": _status(row),
        "last_login_at": row.last_login_at,
        "external_id": row.external_id,
        "metadata": dict(row.labels),
        "created_at": row.created_at,
    }


def _address(email: str) -> str:
    address = email.strip().lower()
    if len(address) > 254 or not _EMAIL.fullmatch(address):
        raise Invalid(
            "invalid_fields",
            "This is not an e-mail address.",
            problems=[FieldProblem("email", "invalid", "This is not an e-mail address.")],
        )
    return address

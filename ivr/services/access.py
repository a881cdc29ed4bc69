"""Who may use the house and whom it may call: keys, users and their sessions, whitelist, opt-outs, the stop switch.

Secrets are random and kept as SHA-256 only; passwords are kept by Argon2id.
"""

import hashlib
import hmac
import re
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db.models import ApiKey, LoginLink, OptOut, Organisation, Role, Scope, User, UserSession, WhitelistEntry
from db.repositories import access as rows
from db.repositories import events
from db.unit_of_work import Database
from interview.phone import NEVER_DIALLED, InvalidPhoneNumber, PhoneNumber, WhitelistPattern
from interview.pseudonym import masked_number
from ivr.services.context import Actor, Clock
from ivr.services.drafts import Page, Paged
from ivr.services.errors import Conflict, FieldProblem, Invalid, NotAllowed, NotFound, Unauthenticated
from ivr.services.event_views import EventView
from ivr.services.numbers import number_of
from ivr.settings import Settings

if TYPE_CHECKING:
    from argon2 import PasswordHasher

ALL_SCOPES = frozenset(Scope)
DEFAULT_SLUG = "default"
KEY_PREFIX = "vv_"
IDENTITY_LASTS_S = 30.0
TOUCH_EVERY = timedelta(minutes=1)
LINK_LASTS = timedelta(minutes=15)
SESSION_LASTS = timedelta(hours=12)
MIN_PASSWORD = 12
MAX_WHITELIST_BATCH = 10_000
_MAX_CACHED_KEYS = 1000
_EMAIL = re.compile(r"[^@\s<>,;]{1,64}@[^@\s<>,;]{1,255}")


# --- what comes back ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class KeyIdentity:
    """The program behind a request."""

    organisation_id: str
    key_id: str
    name: str
    scopes: frozenset[Scope]


@dataclass(frozen=True, slots=True)
class SessionUser:
    """The person behind a browser's session."""

    user_id: str
    organisation_id: str
    email: str
    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class OrganisationView:
    """An organisation; no number is dialled while ``is_stopped``."""

    id: str
    name: str
    slug: str
    is_stopped: bool


@dataclass(frozen=True, slots=True)
class ApiKeyView:
    """A key without its secret; ``hint`` is its last four characters."""

    id: str
    name: str
    hint: str
    scopes: tuple[str, ...]
    from_environment: bool
    last_used_at: datetime | None
    revoked_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class NewApiKeyView(ApiKeyView):
    """A key that was just made; ``key`` is shown this once."""

    key: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class UserView:
    """A person with an account."""

    id: str
    email: str
    name: str
    role: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class WhitelistEntryView:
    """A number or prefix that may be called; one from the environment has neither id nor time of entry."""

    id: str | None
    pattern: str
    note: str
    source: str
    created_at: datetime | None


@dataclass(frozen=True, slots=True)
class WhitelistDraft:
    """A line to enter: ``+14155550100`` or ``+1415*``."""

    pattern: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class OptOutView:
    """A number that must not be called again."""

    id: str
    phone: str = field(repr=False)
    source: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class _Known:
    identity: KeyIdentity
    until_s: float


def run_in_thread(work: Callable[[], None]) -> None:
    """Do it beside the request."""
    threading.Thread(target=work, daemon=True).start()


class AccessService:
    """Keys, users, sessions and the lists that the gate reads."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        settings: Settings,
        *,
        beside: Callable[[Callable[[], None]], None] = run_in_thread,
        monotonic_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._clock = clock
        self._settings = settings
        self._beside = beside
        self._monotonic_s = monotonic_s
        self._known: dict[str, _Known] = {}
        self._touched: dict[str, datetime] = {}
        self._lock = threading.Lock()

    # --- keys ----------------------------------------------------------------------------------------------------

    def authenticate_key(self, raw: str) -> KeyIdentity:
        """Whose key this is. Remembered for 30 s in this process. Raises Unauthenticated."""
        key_hash = _sha256(raw)
        now_s = self._monotonic_s()
        known = self._known.get(key_hash)
        if known is None or known.until_s <= now_s:
            identity = self._look_up(key_hash)
            with self._lock:
                if len(self._known) >= _MAX_CACHED_KEYS:
                    self._known.clear()
                self._known[key_hash] = known = _Known(identity, now_s + IDENTITY_LASTS_S)
        self._touch(known.identity.key_id)
        return known.identity

    def ensure_first_key(self) -> str:
        """Make the default organisation, and API_KEY its first key; the key that API_KEY held before is revoked.

        Safe to repeat and to race. Returns the organisation's id.
        """
        for last in (False, True):
            try:
                return self._ensure_first_key()
            except IntegrityError:  # another process made it at the same moment
                if last:
                    raise
        raise AssertionError("unreachable")

    def create_key(self, actor: Actor, name: str, scopes: Sequence[str]) -> NewApiKeyView:
        """A new key; the only time that its secret can be read."""
        wanted = _scopes(scopes)
        raw = KEY_PREFIX + secrets.token_urlsafe(32)
        with self._database.write() as unit:
            row = ApiKey(
                organisation_id=actor.organisation_id,
                created_at=self._clock(),
                name=name,
                key_hash=_sha256(raw),
                hint=raw[-4:],
                scopes=sorted(wanted),
            )
            unit.session.add(row)
            unit.session.flush()
            made: dict[str, object] = {"name": name, "scopes": row.scopes}
            self._record(unit.session, actor, "api_key.created", "api_key", row.id, made)
            # A repeated request gets the same answer without the secret, which is kept nowhere.
            actor.remember(unit.session, _new_key_view(row, None))
            return _new_key_view(row, raw)

    def revoke_key(self, actor: Actor, key_id: str) -> None:
        """End a key: at once in this process, within 30 s in others. Raises NotFound, Conflict."""
        with self._database.write() as unit:
            row = rows.key(unit.session, actor.organisation_id, key_id)
            if row is None:
                raise NotFound("API key")
            if row.revoked_at is not None:
                return
            if row.from_environment:
                raise Conflict(
                    "key_from_environment",
                    "This key comes from the environment.",
                    "Change or remove API_KEY in the environment and restart.",
                )
            row.revoked_at = self._clock()
            self._record(unit.session, actor, "api_key.revoked", "api_key", row.id, {"name": row.name})
            key_hash = row.key_hash
        with self._lock:
            self._known.pop(key_hash, None)

    def list_keys(self, organisation_id: str, page: Page) -> Paged[ApiKeyView]:
        """The organisation's keys, revoked ones too, newest first."""
        with self._database.read() as session:
            found, cursor = rows.keys(session, organisation_id, limit=page.limit, cursor=page.cursor)
            total = rows.count_of(session, ApiKey, organisation_id) if page.with_total else None
            return Paged(tuple(_key_view(row) for row in found), cursor, total)

    # --- users ---------------------------------------------------------------------------------------------------

    def create_user(self, actor: Actor, email: str, name: str, role: Role, password: str | None = None) -> UserView:
        """A new account; without a password it is entered by a login link. Raises Invalid, Conflict."""
        address = _address(email)
        password_hash = None if password is None else _hash_password(password)
        try:
            with self._database.write() as unit:
                row = User(
                    organisation_id=actor.organisation_id,
                    created_at=self._clock(),
                    email=address,
                    name=name,
                    role=role,
                    password_hash=password_hash,
                )
                unit.session.add(row)
                unit.session.flush()
                self._record(unit.session, actor, "user.created", "user", row.id, {"role": role.value})
                view = UserView(row.id, row.email, row.name, row.role.value, row.created_at)
                actor.remember(unit.session, view)
                return view
        except IntegrityError:
            raise Conflict("user_exists", "There is an account with this address.", "Use its login link.") from None

    def set_password(self, actor: Actor, email: str, password: str) -> None:
        """Give a user a password; their open sessions end. Raises NotFound, Invalid."""
        password_hash = _hash_password(password)
        with self._database.write() as unit:
            user = rows.user_by_email(unit.session, _address(email))
            if user is None or user.organisation_id != actor.organisation_id:
                raise NotFound("user")
            user.password_hash = password_hash
            rows.end_sessions_of(unit.session, user.id, self._clock())
            self._record(unit.session, actor, "user.password_changed", "user", user.id, {})

    def make_login_link(self, email: str) -> str:
        """The secret of a one-time link for this user: 15 minutes, single use. Raises NotFound."""
        token = secrets.token_urlsafe(32)
        with self._database.write() as unit:
            user = rows.user_by_email(unit.session, _address(email))
            if user is None or user.disabled_at is not None:
                raise NotFound("user")
            now = self._clock()
            unit.session.add(
                LoginLink(
                    organisation_id=user.organisation_id,
                    user_id=user.id,
                    created_at=now,
                    token_hash=_sha256(token),
                    expires_at=now + LINK_LASTS,
                )
            )
        return token

    def use_login_link(self, token: str) -> str:
        """The secret of a new session for the link's user. Raises Unauthenticated."""
        with self._database.write() as unit:
            user = rows.take_login_link(unit.session, _sha256(token), self._clock())
            if user is None:
                raise Unauthenticated(
                    "login_link_invalid", "This login link was used already or is too old.", "Ask for a new one."
                )
            return self._open_session(unit.session, user)

    def login(self, email: str, password: str) -> str:
        """The secret of a new session. Raises Unauthenticated, in the same time whether the address is known or not."""
        with self._database.read() as session:
            user = rows.user_by_email(session, email.strip().lower())
        stored = user.password_hash if user is not None and user.disabled_at is None else None
        matches = _password_matches(stored or _nobodys_hash(), password)
        if user is None or stored is None or not matches:
            raise Unauthenticated(
                "login_failed", "The address or the password is wrong.", "Try again, or ask for a login link."
            )
        with self._database.write() as unit:
            return self._open_session(unit.session, user)

    def session_user(self, token: str) -> SessionUser | None:
        """Who is behind a session's secret, or None when it is unknown, over or its user disabled."""
        with self._database.read() as session:
            user = rows.user_of_session(session, _sha256(token), self._clock())
            if user is None:
                return None
            return SessionUser(user.id, user.organisation_id, user.email, user.name, user.role)

    def log_out(self, token: str) -> None:
        """End a session; an unknown one changes nothing."""
        with self._database.write() as unit:
            rows.end_session(unit.session, _sha256(token), self._clock())

    # --- the organisation ----------------------------------------------------------------------------------------

    def organisation(self, organisation_id: str) -> OrganisationView:
        """The organisation. Raises NotFound."""
        with self._database.read() as session:
            return _organisation_view(self._organisation(session, organisation_id))

    def set_stopped(self, actor: Actor, *, stopped: bool) -> OrganisationView:
        """Turn the stop switch: while it is set nothing is dialled. Setting it twice changes nothing."""
        with self._database.write() as unit:
            row = self._organisation(unit.session, actor.organisation_id)
            if row.is_stopped is not stopped:
                row.is_stopped = stopped
                word = "organisation.stopped" if stopped else "organisation.resumed"
                self._record(unit.session, actor, word, "organisation", row.id, {})
            view = _organisation_view(row)
            actor.remember(unit.session, view)
            return view

    def audit_events(self, organisation_id: str, page: Page) -> Paged[EventView]:
        """Everything that happened in the organisation, newest first."""
        with self._database.read() as session:
            found, cursor = rows.events(session, organisation_id, limit=page.limit, cursor=page.cursor)
            items = tuple(
                EventView(
                    id=row.id,
                    type=row.type,
                    at=row.created_at,
                    actor=row.actor,
                    subject_kind=row.subject_kind,
                    subject_id=row.subject_id,
                    data=row.data,
                    request_id=row.request_id,
                )
                for row in found
            )
            return Paged(items, cursor)

    # --- whom may be called --------------------------------------------------------------------------------------

    def whitelist_floor(self) -> tuple[WhitelistEntryView, ...]:
        """What WHITELISTED_NUMBERS in the environment allows, for every organisation."""
        return tuple(
            WhitelistEntryView(None, pattern.text, "WHITELISTED_NUMBERS", "environment", None)
            for pattern in self._settings.whitelist_floor
        )

    def list_whitelist(self, organisation_id: str, page: Page) -> Paged[WhitelistEntryView]:
        """What the organisation entered itself, newest first."""
        with self._database.read() as session:
            found, cursor = rows.whitelist(session, organisation_id, limit=page.limit, cursor=page.cursor)
            total = rows.count_of(session, WhitelistEntry, organisation_id) if page.with_total else None
            return Paged(tuple(map(_whitelist_view, found)), cursor, total)

    def add_to_whitelist(
        self, actor: Actor, drafts: Sequence[WhitelistDraft], *, may_add_prefixes: bool
    ) -> tuple[WhitelistEntryView, ...]:
        """Enter numbers and prefixes, all or none; one that is there already stays as it is.

        Raises Invalid (naming each line at fault), NotAllowed for a prefix without ``may_add_prefixes``.
        """
        if not 0 < len(drafts) <= MAX_WHITELIST_BATCH:
            raise Invalid("invalid_fields", f"Send between 1 and {MAX_WHITELIST_BATCH} entries.")
        notes = {pattern.text: draft.note for pattern, draft in zip(_patterns(drafts), drafts, strict=True)}
        if not may_add_prefixes and any(text.endswith("*") for text in notes):
            raise NotAllowed(
                "scope_missing", "A prefix allows many numbers at once.", "Use a key with the scope admin for prefixes."
            )
        with self._database.write() as unit:
            there = rows.whitelist_patterns(unit.session, actor.organisation_id, list(notes))
            now = self._clock()
            for text, note in notes.items():
                if text not in there:
                    there[text] = WhitelistEntry(
                        organisation_id=actor.organisation_id, created_at=now, pattern=text, note=note
                    )
                    unit.session.add(there[text])
            unit.session.flush()
            entries = [there[text] for text in notes]
            self._record(
                unit.session, actor, "whitelist.added", "organisation", actor.organisation_id,
                {"patterns": [WhitelistPattern.parse(text).masked for text in list(notes)[:100]], "count": len(notes)},
            )  # fmt: skip
            views = tuple(map(_whitelist_view, entries))
            actor.remember(unit.session, views)
            return views

    def remove_from_whitelist(self, actor: Actor, entry_id: str) -> None:
        """Take an entry away. Raises NotFound."""
        with self._database.write() as unit:
            row = rows.whitelist_entry(unit.session, actor.organisation_id, entry_id)
            if row is None:
                raise NotFound("whitelist entry")
            unit.session.delete(row)
            masked = WhitelistPattern.parse(row.pattern).masked
            self._record(
                unit.session, actor, "whitelist.removed", "organisation", actor.organisation_id, {"patterns": [masked]}
            )

    def list_opt_outs(self, organisation_id: str, page: Page) -> Paged[OptOutView]:
        """Numbers that must not be called, newest first."""
        with self._database.read() as session:
            found, cursor = rows.opt_outs(session, organisation_id, limit=page.limit, cursor=page.cursor)
            total = rows.count_of(session, OptOut, organisation_id) if page.with_total else None
            return Paged(tuple(map(_opt_out_view, found)), cursor, total)

    def add_opt_out(self, actor: Actor, phone: str, country: str | None = None, source: str = "api") -> OptOutView:
        """Never call this number again; one that is there already stays as it is. Raises Invalid."""
        number = number_of(phone, country)
        with self._database.write() as unit:
            row = rows.opt_out_by_phone(unit.session, actor.organisation_id, number.e164)
            if row is None:
                row = OptOut(
                    organisation_id=actor.organisation_id, created_at=self._clock(), phone=number.e164, source=source
                )
                unit.session.add(row)
                unit.session.flush()
                self._record(unit.session, actor, "candidate.opted_out", "opt_out", row.id, {"phone": number.masked})
            view = _opt_out_view(row)
            actor.remember(unit.session, view)
            return view

    def remove_opt_out(self, actor: Actor, opt_out_id: str) -> None:
        """Allow a number again, on a person's word. Raises NotFound."""
        with self._database.write() as unit:
            row = rows.opt_out(unit.session, actor.organisation_id, opt_out_id)
            if row is None:
                raise NotFound("opt-out")
            unit.session.delete(row)
            self._record(unit.session, actor, "opt_out.removed", "opt_out", row.id, {"phone": masked_number(row.phone)})

    # --- inside --------------------------------------------------------------------------------------------------

    def _look_up(self, key_hash: str) -> KeyIdentity:
        with self._database.read() as session:
            row = rows.key_by_hash(session, key_hash)
            if row is None or row.revoked_at is not None or not hmac.compare_digest(row.key_hash, key_hash):
                raise Unauthenticated(
                    "key_invalid", "This API key is unknown or revoked.", "Send Authorization: Bearer <key>."
                )
            return KeyIdentity(row.organisation_id, row.id, row.name, frozenset(map(Scope, row.scopes)))

    def _touch(self, key_id: str) -> None:
        """Write down the key's use, at most once a minute and never in the request's way."""
        now = self._clock()
        with self._lock:
            last = self._touched.get(key_id)
            if last is not None and now - last < TOUCH_EVERY:
                return
            self._touched[key_id] = now
        self._beside(lambda: self._write_touch(key_id, now))

    def _write_touch(self, key_id: str, now: datetime) -> None:
        with self._database.write() as unit:
            rows.touch_key(unit.session, key_id, now)

    def _ensure_first_key(self) -> str:
        raw = self._settings.api_key.get_secret_value() if self._settings.api_key is not None else None
        now = self._clock()
        with self._database.write() as unit:
            organisation = rows.organisation_by_slug(unit.session, DEFAULT_SLUG)
            if organisation is None:
                organisation = Organisation(name="Default organisation", slug=DEFAULT_SLUG, created_at=now)
                unit.session.add(organisation)
                unit.session.flush()
            key_hash = None if raw is None else _sha256(raw)
            for old in rows.environment_keys(unit.session, organisation.id):
                if old.key_hash != key_hash:
                    old.revoked_at = now
            if raw is not None and key_hash is not None:
                row = rows.key_by_hash(unit.session, key_hash)
                if row is None:
                    row = ApiKey(organisation_id=organisation.id, created_at=now, key_hash=key_hash, hint=raw[-4:])
                    unit.session.add(row)
                row.name, row.scopes, row.from_environment, row.revoked_at = "API_KEY", sorted(ALL_SCOPES), True, None
            return organisation.id

    def _open_session(self, session: Session, user: User) -> str:
        token = secrets.token_urlsafe(32)
        now = self._clock()
        session.add(
            UserSession(
                organisation_id=user.organisation_id,
                user_id=user.id,
                created_at=now,
                token_hash=_sha256(token),
                expires_at=now + SESSION_LASTS,
            )
        )
        return token

    def _organisation(self, session: Session, organisation_id: str) -> Organisation:
        row = rows.organisation(session, organisation_id)
        if row is None:
            raise NotFound("organisation")
        return row

    def _record(
        self, session: Session, actor: Actor, type: str, subject_kind: str, subject_id: str, data: dict[str, object]
    ) -> None:
        events.record(
            session,
            organisation_id=actor.organisation_id,
            type=type,
            subject_kind=subject_kind,
            subject_id=subject_id,
            actor=actor.name,
            data=data,
            request_id=actor.request_id,
            at=self._clock(),
        )


# --- rows to views -----------------------------------------------------------------------------------------------


def _key_view(row: ApiKey) -> ApiKeyView:
    return ApiKeyView(
        id=row.id,
        name=row.name,
        hint=row.hint,
        scopes=tuple(row.scopes),
        from_environment=row.from_environment,
        last_used_at=row.last_used_at,
        revoked_at=row.revoked_at,
        created_at=row.created_at,
    )


def _new_key_view(row: ApiKey, key: str | None) -> NewApiKeyView:
    seen = _key_view(row)
    return NewApiKeyView(**{name: getattr(seen, name) for name in ApiKeyView.__dataclass_fields__}, key=key)


def _organisation_view(row: Organisation) -> OrganisationView:
    return OrganisationView(row.id, row.name, row.slug, row.is_stopped)


def _whitelist_view(row: WhitelistEntry) -> WhitelistEntryView:
    return WhitelistEntryView(row.id, row.pattern, row.note, "organisation", row.created_at)


def _opt_out_view(row: OptOut) -> OptOutView:
    return OptOutView(row.id, row.phone, row.source, row.created_at)


# --- what was written, checked -----------------------------------------------------------------------------------


def _sha256(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()


def _scopes(words: Sequence[str]) -> frozenset[Scope]:
    known = {scope.value for scope in Scope}
    if not words or not set(words) <= known:
        choices = ", ".join(sorted(known))
        raise Invalid(
            "invalid_fields",
            "A key needs at least one scope.",
            problems=[FieldProblem("scopes", "not_a_choice", f"Scopes are: {choices}.")],
        )
    return frozenset(map(Scope, words))


def _address(email: str) -> str:
    address = email.strip().lower()
    if len(address) > 254 or not _EMAIL.fullmatch(address):
        raise Invalid(
            "invalid_fields",
            "This is not an e-mail address.",
            problems=[FieldProblem("email", "invalid", "This is not an e-mail address.")],
        )
    return address


def _patterns(drafts: Sequence[WhitelistDraft]) -> list[WhitelistPattern]:
    found: list[WhitelistPattern] = []
    problems: list[FieldProblem] = []
    for index, draft in enumerate(drafts):
        field_name = "pattern" if len(drafts) == 1 else f"entries.{index}.pattern"
        try:
            pattern = WhitelistPattern.parse(draft.pattern)
        except InvalidPhoneNumber as error:
            problems.append(FieldProblem(field_name, "number_invalid", error.sentence))
            continue
        if not pattern.is_prefix and PhoneNumber(pattern.start).number_class in NEVER_DIALLED:
            problems.append(FieldProblem(field_name, "number_class", "A number of this kind is never dialled."))
            continue
        found.append(pattern)
    if problems:
        raise Invalid("number_invalid", "Not every entry can be listed; none was.", problems=problems[:50])
    return found


# --- passwords ---------------------------------------------------------------------------------------------------


@cache
def _hasher() -> "PasswordHasher":
    # 50 ms and 64 MB a time, for the few requests that log somebody in: loaded when the first of them comes.
    from argon2 import PasswordHasher

    return PasswordHasher()


@cache
def _nobodys_hash() -> str:
    """What a password is compared with when there is no account, so that both take the same time."""
    return _hasher().hash(secrets.token_urlsafe(16))


def _hash_password(password: str) -> str:
    if not MIN_PASSWORD <= len(password) <= 1024:
        raise Invalid(
            "password_too_short",
            f"A password has {MIN_PASSWORD} characters or more.",
            problems=[FieldProblem("password", "too_short", f"This needs {MIN_PASSWORD} characters at least.")],
        )
    return _hasher().hash(password)


def _password_matches(stored: str, password: str) -> bool:
    from argon2.exceptions import VerificationError

    try:
        return _hasher().verify(stored, password[:1024])
    except VerificationError:
        return False

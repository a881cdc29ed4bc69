"""Programs' access: API keys, kept as SHA-256, shown once, with scopes, an end if wished, and rotation with overlap."""

import hmac
import secrets
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db.models import ApiKey, Organisation, Scope
from db.repositories import access as rows
from db.repositories import external_ids
from db.unit_of_work import Database
from ivr.services.context import Actor, Clock
from ivr.services.drafts import Page, Paged
from ivr.services.errors import Conflict, ExternalIdTaken, FieldProblem, Invalid, NotFound, Unauthenticated
from ivr.services.secret_hashes import secret_hash
from ivr.services.trail import note
from ivr.settings import Settings

ALL_SCOPES = frozenset(Scope)
DEFAULT_SLUG = "default"
KEY_PREFIX = "vv_"
IDENTITY_LASTS_S = 30.0
TOUCH_EVERY = timedelta(minutes=1)
OVERLAP = timedelta(hours=24)
_MAX_CACHED_KEYS = 1000


@dataclass(frozen=True, slots=True)
class KeyIdentity:
    """The program behind a request."""

    organisation_id: str
    key_id: str
    name: str
    scopes: frozenset[Scope]


@dataclass(frozen=True, slots=True)
class ApiKeyView:
    """A key without its secret; ``hint`` is its last four characters. ``previous_valid_until``: until then the secret
    before the last rotation is good as well."""

    id: str
    name: str
    hint: str
    scopes: tuple[str, ...]
    from_environment: bool
    last_used_at: datetime | None
    expires_at: datetime | None
    previous_valid_until: datetime | None
    revoked_at: datetime | None
    external_id: str | None
    metadata: Mapping[str, str]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class NewApiKeyView(ApiKeyView):
    """A key with a secret that was just made; ``key`` is shown this once."""

    key: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class _Known:
    identity: KeyIdentity
    until_s: float


@dataclass(frozen=True, slots=True)
class _Found:
    """A key that may be used, for ``left_s`` more seconds (None: without an end)."""

    identity: KeyIdentity
    left_s: float | None


def run_in_thread(work: Callable[[], None]) -> None:
    """Do it beside the request."""
    threading.Thread(target=work, daemon=True).start()


class AccessService:
    """Keys, and whose they are."""

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

    def authenticate_key(self, raw: str) -> KeyIdentity:
        """Whose key this is. Remembered for 30 s in this process, no longer than the key lasts. Raises
        Unauthenticated."""
        key_hash = secret_hash(raw)
        now_s = self._monotonic_s()
        known = self._known.get(key_hash)
        if known is None or known.until_s <= now_s:
            found = self._look_up(key_hash)
            lasts_s = IDENTITY_LASTS_S if found.left_s is None else min(IDENTITY_LASTS_S, found.left_s)
            with self._lock:
                if len(self._known) >= _MAX_CACHED_KEYS:
                    self._known.clear()
                self._known[key_hash] = known = _Known(found.identity, now_s + lasts_s)
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

    def create_key(
        self, actor: Actor, name: str, scopes: Sequence[str], *, expires_at: datetime | None = None,
        external_id: str | None = None, metadata: Mapping[str, str] | None = None,
    ) -> NewApiKeyView:  # fmt: skip
        """A new key; the only time that its secret can be read. Raises Invalid, Conflict ``external_id_exists``."""
        wanted = _scopes(scopes)
        now = self._clock()
        if expires_at is not None and expires_at <= now:
            sentence = "This must be a time to come."
            raise Invalid("invalid_fields", sentence, problems=[FieldProblem("expires_at", "out_of_range", sentence)])
        raw = _new_secret()
        with self._database.write() as unit:
            if external_ids.is_taken(unit.session, ApiKey, actor.organisation_id, external_id):
                raise ExternalIdTaken("key")
            row = ApiKey(
                organisation_id=actor.organisation_id,
                created_at=now,
                external_id=external_id,
                labels=dict(metadata or {}),
                name=name,
                key_hash=secret_hash(raw),
                hint=raw[-4:],
                scopes=sorted(wanted),
                expires_at=expires_at,
            )
            unit.session.add(row)
            unit.session.flush()
            made: dict[str, object] = {"name": name, "scopes": row.scopes}
            note(unit.session, actor, now, "api_key.created", "api_key", row.id, made)
            # A repeated request gets the same answer without the secret, which is kept nowhere.
            actor.remember(unit.session, _new_key_view(row, None, now))
            return _new_key_view(row, raw, now)

    def rotate_key(self, actor: Actor, key_id: str, overlap: timedelta = OVERLAP) -> NewApiKeyView:
        """A new secret for the same key; the one before it stays good for ``overlap``, older ones end at once.

        With an overlap of nothing the old secret ends at once here, within 30 s in other processes. Raises NotFound,
        Conflict (``key_from_environment``, ``key_revoked``).
        """
        raw, now = _new_secret(), self._clock()
        with self._database.write() as unit:
            row = self._own(unit.session, actor, key_id)
            if row.revoked_at is not None:
                raise Conflict("key_revoked", "This key is revoked.", "Make a new one.")
            ended = [row.key_hash, row.previous_hash]
            row.previous_hash, row.previous_until = (row.key_hash, now + overlap) if overlap else (None, None)
            row.key_hash, row.hint = secret_hash(raw), raw[-4:]
            note(
                unit.session, actor, now, "api_key.rotated", "api_key", row.id,
                {"name": row.name, "overlap_s": int(overlap.total_seconds())},
            )  # fmt: skip
            actor.remember(unit.session, _new_key_view(row, None, now))
            view = _new_key_view(row, raw, now)
        self._forget(ended)
        return view

    def revoke_key(self, actor: Actor, key_id: str) -> None:
        """End a key: at once in this process, within 30 s in others. Raises NotFound, Conflict."""
        with self._database.write() as unit:
            row = self._own(unit.session, actor, key_id)
            if row.revoked_at is not None:
                return
            row.revoked_at = self._clock()
            note(unit.session, actor, row.revoked_at, "api_key.revoked", "api_key", row.id, {"name": row.name})
            ended = [row.key_hash, row.previous_hash]
        self._forget(ended)

    def list_keys(self, organisation_id: str, page: Page) -> Paged[ApiKeyView]:
        """The organisation's keys, revoked ones too, newest first."""
        with self._database.read() as session:
            found, cursor = rows.keys(session, organisation_id, limit=page.limit, cursor=page.cursor)
            total = rows.count_of(session, ApiKey, organisation_id) if page.with_total else None
            now = self._clock()
            return Paged(tuple(_key_view(row, now) for row in found), cursor, total)

    # --- inside

    def _own(self, session: Session, actor: Actor, key_id: str) -> ApiKey:
        row = rows.key(session, actor.organisation_id, key_id, lock=True)
        if row is None:
            raise NotFound("API key")
        if row.from_environment and row.revoked_at is None:
            raise Conflict(
                "key_from_environment",
                "This key comes from the environment.",
                "Change or remove API_KEY in the environment and restart.",
            )
        return row

    def _forget(self, key_hashes: Sequence[str | None]) -> None:
        with self._lock:
            for key_hash in key_hashes:
                if key_hash is not None:
                    self._known.pop(key_hash, None)

    def _look_up(self, key_hash: str) -> _Found:
        now = self._clock()
        with self._database.read() as session:
            row = rows.key_by_hash(session, key_hash)
            ends = _ends(row, key_hash) if row is not None else []
            if row is None or row.revoked_at is not None or any(end <= now for end in ends):
                raise Unauthenticated(
                    "key_invalid", "This API key is unknown, over or revoked.", "Send Authorization: Bearer <key>."
                )
            identity = KeyIdentity(row.organisation_id, row.id, row.name, frozenset(map(Scope, row.scopes)))
            return _Found(identity, min([(end - now).total_seconds() for end in ends], default=None))

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
            key_hash = None if raw is None else secret_hash(raw)
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


def _new_secret() -> str:
    return KEY_PREFIX + secrets.token_urlsafe(32)


def _ends(row: ApiKey, key_hash: str) -> list[datetime]:
    """When this secret of the key ends: with the key itself, and with its overlap if it is the one before."""
    ends = [] if row.expires_at is None else [row.expires_at]
    if not hmac.compare_digest(row.key_hash, key_hash) and row.previous_until is not None:
        ends.append(row.previous_until)
    return ends


def _key_view(row: ApiKey, now: datetime) -> ApiKeyView:
    return ApiKeyView(**_members(row, now))


def _new_key_view(row: ApiKey, key: str | None, now: datetime) -> NewApiKeyView:
    return NewApiKeyView(**_members(row, now), key=key)


def _members(row: ApiKey, now: datetime) -> dict[str, Any]:
    is_both = row.previous_until is not None and row.previous_until > now
    return {
        "id": row.id,
        "name": row.name,
        "hint": row.hint,
        "scopes": tuple(row.scopes),
        "from_environment": row.from_environment,
        "last_used_at": row.last_used_at,
        "expires_at": row.expires_at,
        "previous_valid_until": row.previous_until if is_both else None,
        "revoked_at": row.revoked_at,
        "external_id": row.external_id,
        "metadata": dict(row.labels or {}),
        "created_at": row.created_at,
    }


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

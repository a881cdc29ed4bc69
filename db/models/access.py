"""Organisations, the people and keys that act for them, and whom they may call."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Boolean, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.columns import UtcDateTime, word_of
from db.models.base import Base, Identified, Owned, Plain, StringMap, Strings


class Role(StrEnum):
    ADMIN = "admin"
    RECRUITER = "recruiter"
    REVIEWER = "reviewer"
    VIEWER = "viewer"


class Scope(StrEnum):
    READ = "read"
    WRITE = "write"
    CALL = "call"
    ADMIN = "admin"


class Organisation(Identified, Base):
    __tablename__ = "organisations"

    name: Mapped[str] = mapped_column(String(200))
    slug: Mapped[str] = mapped_column(String(64), unique=True)
    consent_text_version: Mapped[str] = mapped_column(String(64), default="1")
    is_stopped: Mapped[bool] = mapped_column(Boolean, default=False)
    # Somebody follows the live stream of events, at the latest until then.
    streamed_until: Mapped[datetime | None] = mapped_column(UtcDateTime())
    accent_colour: Mapped[str | None] = mapped_column(String(7))
    logo_key: Mapped[str | None] = mapped_column(String(255))
    logo_type: Mapped[str | None] = mapped_column(String(32))
    retention_days: Mapped[int | None] = mapped_column(Integer)


class ConsentText(Owned, Base):
    """One version of the words by which candidates consent; a version is never changed, a new one follows it."""

    __tablename__ = "consent_texts"
    __table_args__ = (UniqueConstraint("organisation_id", "version"),)

    version: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text)
    created_by: Mapped[str] = mapped_column(String(320))


class User(Owned, Base):
    """A person with an account. Who has never chosen a password nor come in is only invited yet."""

    __tablename__ = "users"
    __table_args__ = (UniqueConstraint("organisation_id", "external_id"),)

    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[Role] = mapped_column(word_of(Role))
    password_hash: Mapped[str | None] = mapped_column(Text)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    last_login_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    external_id: Mapped[str | None] = mapped_column(String(255))
    labels: Mapped[dict[str, str]] = mapped_column("metadata", StringMap, default=dict)


class UserSession(Owned, Base):
    """A browser's session; the cookie holds a random token, the row its SHA-256."""

    __tablename__ = "user_sessions"

    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime())
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class LinkPurpose(StrEnum):
    LOGIN = "login"
    INVITE = "invite"
    RESET = "reset"


class LoginLink(Owned, Base):
    """A one-time link: it lasts as its purpose says, works once, and is stored as SHA-256. To invite and to reset is to
    let its user choose a password."""

    __tablename__ = "login_links"

    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime())
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    purpose: Mapped[LinkPurpose] = mapped_column(word_of(LinkPurpose), default=LinkPurpose.LOGIN)


class ApiKey(Owned, Base):
    """A program's key, kept as SHA-256; ``hint`` is its last four characters. After a rotation the secret before it,
    ``previous_hash``, is good until ``previous_until``."""

    __tablename__ = "api_keys"
    __table_args__ = (UniqueConstraint("organisation_id", "external_id"),)

    name: Mapped[str] = mapped_column(String(200))
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    hint: Mapped[str] = mapped_column(String(8))
    scopes: Mapped[list[str]] = mapped_column(Strings)
    from_environment: Mapped[bool] = mapped_column(Boolean, default=False)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    previous_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    previous_until: Mapped[datetime | None] = mapped_column(UtcDateTime())
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    external_id: Mapped[str | None] = mapped_column(String(255))
    labels: Mapped[dict[str, str]] = mapped_column("metadata", StringMap, default=dict)


class IdempotencyKey(Owned, Base):
    """A POST that was answered, stored in the transaction that it protects.

    ``locked_at`` without ``status`` is a request still running.
    """

    __tablename__ = "idempotency_keys"
    __table_args__ = (UniqueConstraint("organisation_id", "key", "operation"),)

    key: Mapped[str] = mapped_column(String(255))
    operation: Mapped[str] = mapped_column(String(255))
    body_hash: Mapped[str] = mapped_column(String(64))
    locked_at: Mapped[datetime] = mapped_column(UtcDateTime())
    status: Mapped[int | None] = mapped_column(Integer)
    response: Mapped[dict[str, object] | None] = mapped_column(Plain)


class WhitelistEntry(Owned, Base):
    """An exact E.164 number or a prefix such as ``+1415*`` that may be called."""

    __tablename__ = "whitelist_entries"
    __table_args__ = (
        UniqueConstraint("organisation_id", "pattern"), UniqueConstraint("organisation_id", "external_id"),
    )  # fmt: skip

    pattern: Mapped[str] = mapped_column(String(32))
    note: Mapped[str] = mapped_column(String(200), default="")
    external_id: Mapped[str | None] = mapped_column(String(255))
    labels: Mapped[dict[str, str]] = mapped_column("metadata", StringMap, default=dict)


class OptOut(Owned, Base):
    """A number that must not be called again; permanent until a person removes it."""

    __tablename__ = "opt_outs"
    __table_args__ = (UniqueConstraint("organisation_id", "phone"), UniqueConstraint("organisation_id", "external_id"))

    phone: Mapped[str] = mapped_column(String(20))
    source: Mapped[str] = mapped_column(String(32))
    external_id: Mapped[str | None] = mapped_column(String(255))
    labels: Mapped[dict[str, str]] = mapped_column("metadata", StringMap, default=dict)

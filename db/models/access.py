"""Organisations, the people and keys that act for them, and whom they may call."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Boolean, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.columns import UtcDateTime, word_of
from db.models.base import Base, Identified, Owned, Plain, Strings


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


class User(Owned, Base):
    __tablename__ = "users"

    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[Role] = mapped_column(word_of(Role))
    password_hash: Mapped[str | None] = mapped_column(Text)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class UserSession(Owned, Base):
    """A browser's session; the cookie holds a random token, the row its SHA-256."""

    __tablename__ = "user_sessions"

    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime())
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class LoginLink(Owned, Base):
    """A one-time link: 15 minutes, single use, stored as SHA-256."""

    __tablename__ = "login_links"

    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime())
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class ApiKey(Owned, Base):
    """A program's key, kept as SHA-256; ``hint`` is its last four characters."""

    __tablename__ = "api_keys"

    name: Mapped[str] = mapped_column(String(200))
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    hint: Mapped[str] = mapped_column(String(8))
    scopes: Mapped[list[str]] = mapped_column(Strings)
    from_environment: Mapped[bool] = mapped_column(Boolean, default=False)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


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
    __table_args__ = (UniqueConstraint("organisation_id", "pattern"),)

    pattern: Mapped[str] = mapped_column(String(32))
    note: Mapped[str] = mapped_column(String(200), default="")


class OptOut(Owned, Base):
    """A number that must not be called again; permanent until a person removes it."""

    __tablename__ = "opt_outs"
    __table_args__ = (UniqueConstraint("organisation_id", "phone"),)

    phone: Mapped[str] = mapped_column(String(20))
    source: Mapped[str] = mapped_column(String(32))

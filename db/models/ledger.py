"""What must happen next, what happened, and what it cost: outbox, domain events, audit chain, model calls."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, Integer, Numeric, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.columns import UtcDateTime, new_id, utc_now
from db.models.base import Base, Identified, Owned, Plain


class OutboxRow(Identified, Base):
    """Something that must happen: the truth behind every task; RQ is only its bell.

    One open row per kind and subject. ``generation`` rises with each claim and fences late owners: a write that
    names an older generation changes nothing. ``parked_reason`` rows wait for a person or for configuration.
    ``started`` says that a worker took it up (a claim found started again is a death); ``again_at`` that the same work
    was asked for while it ran, so that finishing it makes it due once more.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index(
            "uq_outbox_open",
            "kind",
            "subject_id",
            unique=True,
            sqlite_where=text("done_at IS NULL"),
            postgresql_where=text("done_at IS NULL"),
        ),
        Index(
            "ix_outbox_due",
            "due_at",
            sqlite_where=text("done_at IS NULL AND parked_reason IS NULL"),
            postgresql_where=text("done_at IS NULL AND parked_reason IS NULL"),
        ),
    )

    organisation_id: Mapped[str] = mapped_column(String(36))
    kind: Mapped[str] = mapped_column(String(64))
    subject_id: Mapped[str] = mapped_column(String(64))
    due_at: Mapped[datetime] = mapped_column(UtcDateTime())
    attempt: Mapped[int] = mapped_column(Integer, default=0)
    generation: Mapped[int] = mapped_column(Integer, default=0)
    owner: Mapped[str | None] = mapped_column(String(64))
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime())
    started: Mapped[bool] = mapped_column(Boolean, default=False)
    deaths: Mapped[int] = mapped_column(Integer, default=0)
    again_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    paced: Mapped[bool] = mapped_column(Boolean, default=False)
    last_error: Mapped[str | None] = mapped_column(Text)
    parked_reason: Mapped[str | None] = mapped_column(String(64))
    request_id: Mapped[str | None] = mapped_column(String(64))
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class DomainEvent(Owned, Base):
    """Something that happened, in whole words ("interview.started"); append-only.

    ``actor`` is "system", "carrier", "key:…", "user:…" or "candidate". No transcript and no full number in ``data``.
    """

    __tablename__ = "domain_events"
    __table_args__ = (
        Index("ix_domain_events_subject", "subject_id", "created_at"),
        Index("ix_domain_events_order", "organisation_id", "created_at", "id"),
    )

    # Found by the index above; one of its own would be one more to keep for every event.
    organisation_id: Mapped[str] = mapped_column(String(36), ForeignKey("organisations.id"))
    type: Mapped[str] = mapped_column(String(64))
    subject_kind: Mapped[str] = mapped_column(String(32))
    subject_id: Mapped[str] = mapped_column(String(36))
    actor: Mapped[str] = mapped_column(String(320))
    data: Mapped[dict[str, Any]] = mapped_column(Plain, default=dict)
    request_id: Mapped[str | None] = mapped_column(String(64))


class AuditEntry(Base):
    """One link of an organisation's chain over its domain events: ``hash`` covers the event and ``previous_hash``."""

    __tablename__ = "audit_entries"
    __table_args__ = (UniqueConstraint("organisation_id", "sequence"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"))
    sequence: Mapped[int] = mapped_column(Integer)
    event_id: Mapped[str] = mapped_column(ForeignKey("domain_events.id"), unique=True)
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    sealed_at: Mapped[datetime] = mapped_column(UtcDateTime(), default=utc_now)


class ModelCallRow(Owned, Base):
    """One call to a model, committed as soon as its reply is here: a repeated task finds the reply and pays nothing.

    ``request_hash`` with ``subject_id``, ``purpose`` and ``sample`` is that memory's key. Request and reply are
    purged after ``raw_model_log_days``; the numbers stay.
    """

    __tablename__ = "model_calls"
    __table_args__ = (
        Index("ix_model_calls_subject", "subject_id", "purpose"),
        Index("ix_model_calls_created_at", "created_at"),
        UniqueConstraint("subject_id", "purpose", "sample", "request_hash"),
    )

    interview_id: Mapped[str | None] = mapped_column(String(36), index=True)
    subject_id: Mapped[str] = mapped_column(String(64))
    purpose: Mapped[str] = mapped_column(String(32))
    sample: Mapped[int] = mapped_column(Integer, default=0)
    request_hash: Mapped[str] = mapped_column(String(64))
    model: Mapped[str] = mapped_column(String(100))
    prompt_version: Mapped[str] = mapped_column(String(100))
    outcome: Mapped[str] = mapped_column(String(32))
    request: Mapped[dict[str, Any] | None] = mapped_column(Plain)
    reply: Mapped[str | None] = mapped_column(Text)
    vendor_request_id: Mapped[str] = mapped_column(String(100), default="")
    input_tokens: Mapped[int] = mapped_column(Integer, default=0)
    cached_tokens: Mapped[int] = mapped_column(Integer, default=0)
    output_tokens: Mapped[int] = mapped_column(Integer, default=0)
    cost_usd: Mapped[Decimal | None] = mapped_column(Numeric(12, 6))
    latency_ms: Mapped[int] = mapped_column(Integer, default=0)
    simulated: Mapped[bool] = mapped_column(Boolean, default=False)

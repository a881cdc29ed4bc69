"""Where an organisation's systems hear what happened, and what became of each message to them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.columns import UtcDateTime, word_of
from db.models.base import Base, Owned, StringMap, Strings


class DeliveryState(StrEnum):
    """``pending`` has an attempt to come; ``failed`` was given up; ``dropped`` had nothing left to say."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"
    DROPPED = "dropped"


class WebhookEndpoint(Owned, Base):
    """An https address that is told of events. Secrets are sealed under SECRET_KEY; the former one signs beside the
    present one until ``previous_until``. ``failing_since`` is the first failure after the last success."""

    __tablename__ = "webhook_endpoints"
    __table_args__ = (
        UniqueConstraint("organisation_id", "external_id"),
        Index("ix_webhook_endpoints_list", "organisation_id", "created_at", "id"),
    )

    url: Mapped[str] = mapped_column(String(2000))
    description: Mapped[str] = mapped_column(String(200), default="")
    events: Mapped[list[str]] = mapped_column(Strings)
    enabled: Mapped[bool] = mapped_column(Boolean, default=True)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    disabled_reason: Mapped[str | None] = mapped_column(String(32))
    failing_since: Mapped[datetime | None] = mapped_column(UtcDateTime())
    last_success_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    sealed_secret: Mapped[str] = mapped_column(Text)
    sealed_previous: Mapped[str | None] = mapped_column(Text)
    previous_until: Mapped[datetime | None] = mapped_column(UtcDateTime())
    external_id: Mapped[str | None] = mapped_column(String(255))
    labels: Mapped[dict[str, str]] = mapped_column("metadata", StringMap, default=dict)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime())


class WebhookDelivery(Owned, Base):
    """One message to one endpoint, without its content: that is made from the event whenever it is sent.

    ``message_id`` is the ``webhook-id`` of every attempt: the event's id, or a test's own. ``until`` is when trying
    ends. ``response_excerpt`` is what the receiver answered, which may repeat what it was sent.
    """

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        UniqueConstraint("endpoint_id", "message_id"),
        Index("ix_webhook_deliveries_list", "endpoint_id", "created_at", "id"),
    )

    endpoint_id: Mapped[str] = mapped_column(ForeignKey("webhook_endpoints.id"))
    event_id: Mapped[str | None] = mapped_column(ForeignKey("domain_events.id"), index=True)
    message_id: Mapped[str] = mapped_column(String(36))
    type: Mapped[str] = mapped_column(String(64))
    state: Mapped[DeliveryState] = mapped_column(word_of(DeliveryState), default=DeliveryState.PENDING)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    response_status: Mapped[int | None] = mapped_column(Integer)
    response_excerpt: Mapped[str | None] = mapped_column(Text)
    error_code: Mapped[str | None] = mapped_column(String(32))
    error_sentence: Mapped[str | None] = mapped_column(String(300))
    duration_ms: Mapped[int | None] = mapped_column(Integer)
    until: Mapped[datetime] = mapped_column(UtcDateTime())
    next_attempt_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    last_attempt_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime())

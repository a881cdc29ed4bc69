"""Webhook endpoints and their deliveries as doors enter and show them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from db.listening import ANNOUNCED
from db.models import WebhookDelivery, WebhookEndpoint
from ivr.services.drafts import UNSET, Unset

# What can be sent, and the word for all of it.
EVENTS, EVERY = ANNOUNCED, "*"


@dataclass(frozen=True, slots=True)
class WebhookEndpointDraft:
    """An endpoint to enter; ``events`` are names of events, or "*" for all."""

    url: str = field(repr=False)
    events: tuple[str, ...]
    description: str = ""
    external_id: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WebhookEndpointPatch:
    """Changes to an endpoint; what is UNSET stays."""

    url: str | Unset = field(default=UNSET, repr=False)
    events: tuple[str, ...] | Unset = UNSET
    description: str | Unset = UNSET
    enabled: bool | Unset = UNSET
    external_id: str | None | Unset = UNSET
    metadata: Mapping[str, str] | Unset = UNSET


@dataclass(frozen=True, slots=True)
class WebhookEndpointView:
    """An endpoint. ``disabled_reason`` is requested, gone, failing or secret_lost; ``failing_since`` is the first
    failure after the last success; until ``previous_secret_until`` the former secret signs too."""

    id: str
    url: str = field(repr=False)
    description: str
    events: tuple[str, ...]
    enabled: bool
    disabled_at: datetime | None
    disabled_reason: str | None
    failing_since: datetime | None
    last_success_at: datetime | None
    previous_secret_until: datetime | None
    external_id: str | None
    metadata: Mapping[str, str]
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class NewWebhookEndpointView(WebhookEndpointView):
    """The same with its secret, the only time that it is shown; None where the request was only repeated."""

    secret: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class WebhookErrorView:
    """Why an attempt was no success, where nothing was answered or the answer was none that counts."""

    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """One message to one endpoint: ``webhook_id`` is the same in every attempt; the last one's answer is shown."""

    id: str
    endpoint_id: str
    webhook_id: str
    event_id: str | None
    type: str
    status: str
    attempts: int
    response_status: int | None
    response_excerpt: str | None = field(repr=False)
    error: WebhookErrorView | None
    duration_ms: int | None
    created_at: datetime
    last_attempt_at: datetime | None
    next_attempt_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class DeliveryAbout:
    """A message and what it is about; ``subject_kind`` and ``subject_id`` are None for a test."""

    delivery: DeliveryView
    subject_kind: str | None
    subject_id: str | None


def endpoint_view(row: WebhookEndpoint) -> WebhookEndpointView:
    """The endpoint as doors show it."""
    return WebhookEndpointView(
        id=row.id,
        url=row.url,
        description=row.description,
        events=tuple(row.events),
        enabled=row.enabled,
        disabled_at=row.disabled_at,
        disabled_reason=row.disabled_reason,
        failing_since=row.failing_since,
        last_success_at=row.last_success_at,
        previous_secret_until=row.previous_until,
        external_id=row.external_id,
        metadata=dict(row.labels),
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def new_endpoint_view(row: WebhookEndpoint, secret: str | None) -> NewWebhookEndpointView:
    """The endpoint with its secret."""
    seen = endpoint_view(row)
    return NewWebhookEndpointView(
        **{name: getattr(seen, name) for name in WebhookEndpointView.__dataclass_fields__}, secret=secret
    )


def delivery_view(row: WebhookDelivery) -> DeliveryView:
    """The delivery as doors show it."""
    error = None if row.error_code is None else WebhookErrorView(row.error_code, row.error_sentence or "")
    return DeliveryView(
        id=row.id,
        endpoint_id=row.endpoint_id,
        webhook_id=row.message_id,
        event_id=row.event_id,
        type=row.type,
        status=row.state.value,
        attempts=row.attempts,
        response_status=row.response_status,
        response_excerpt=row.response_excerpt,
        error=error,
        duration_ms=row.duration_ms,
        created_at=row.created_at,
        last_attempt_at=row.last_attempt_at,
        next_attempt_at=row.next_attempt_at,
        ended_at=row.ended_at,
    )

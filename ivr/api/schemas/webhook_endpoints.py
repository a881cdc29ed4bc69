"""Webhook endpoints as the API takes them."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from ivr.api.pagination import PageQuery
from ivr.api.schemas.base import Body, ExternalId, Metadata, named, unset
from ivr.services.webhook_views import WebhookEndpointDraft, WebhookEndpointPatch

Event = Literal[
    "*", "job.questions_ready", "interview.scheduled", "interview.started", "interview.interrupted",
    "interview.completed", "interview.needs_review", "interview.unreachable", "interview.declined",
    "interview.canceled", "interview.failed", "answer.transcribed", "answer.scored", "candidate.opted_out",
    "review.created",
]  # fmt: skip
Events = Annotated[
    tuple[Event, ...], Field(min_length=1, max_length=20, description='Which events to send; "*" for all of them.')
]
Url = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000),
    Field(description="An https address on the public internet."),
]  # fmt: skip
Description = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]


class WebhookEndpointIn(Body):
    """Where events are to be sent."""

    url: Url
    events: Events = ("*",)
    description: Description = ""
    external_id: ExternalId | None = None
    metadata: Metadata = Field(default_factory=dict)

    def draft(self) -> WebhookEndpointDraft:
        """The endpoint as the service takes it."""
        events = tuple(dict.fromkeys(self.events))
        return WebhookEndpointDraft(self.url, events, self.description, self.external_id, self.metadata)


class WebhookEndpointPatchIn(Body):
    """Changes to an endpoint; what is not named stays. ``enabled: true`` lets one go on that was disabled."""

    url: Url = Field(default_factory=unset)
    events: Events = Field(default_factory=unset)
    description: Description = Field(default_factory=unset)
    enabled: bool = Field(default_factory=unset)
    external_id: ExternalId | None = Field(default_factory=unset)
    metadata: Metadata = Field(default_factory=unset)

    def patch(self) -> WebhookEndpointPatch:
        """The changes as the service takes them."""
        changes = named(self)
        if "events" in changes:
            changes["events"] = tuple(dict.fromkeys(changes["events"]))
        return WebhookEndpointPatch(**changes)


class WebhookEndpointQuery(PageQuery):
    """Which endpoints to list."""

    external_id: ExternalId | None = None


class DeliveryQuery(PageQuery):
    """Which deliveries to list."""

    status: Literal["pending", "delivered", "failed", "dropped"] | None = None
    type: Annotated[Event | Literal["webhook.test"] | None, Field(description="The event's name.")] = None

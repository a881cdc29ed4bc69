"""Outgoing webhooks: where events are sent, what became of each, and trying once more."""

from db.models import Scope
from ivr.api.operations import Asked, NoQuery, Table
from ivr.api.schemas.base import Nothing
from ivr.api.schemas.webhook_endpoints import (
    DeliveryQuery,
    WebhookEndpointIn,
    WebhookEndpointPatchIn,
    WebhookEndpointQuery,
)
from ivr.services.drafts import Paged
from ivr.services.webhook_views import DeliveryView, NewWebhookEndpointView, WebhookEndpointView

table = Table("Webhooks")
_ONE = "/webhook-endpoints/{endpoint_id}"
_REFUSED = ("webhook_url_refused", "external_id_exists")


@table.on(
    "POST", "/webhook-endpoints", Scope.ADMIN, "Have events sent to an address; the secret is shown this once",
    body=WebhookEndpointIn, answer=NewWebhookEndpointView, codes=(*_REFUSED, "too_many_endpoints"),
)  # fmt: skip
def create_webhook_endpoint(asked: Asked[WebhookEndpointIn, NoQuery]) -> NewWebhookEndpointView:
    return asked.services.webhook_endpoints.create(asked.actor, asked.body.draft())


@table.on(
    "GET", "/webhook-endpoints", Scope.ADMIN, "List where events are sent",
    query=WebhookEndpointQuery, answer=WebhookEndpointView, is_list=True,
)  # fmt: skip
def list_webhook_endpoints(asked: Asked[Nothing, WebhookEndpointQuery]) -> Paged[WebhookEndpointView]:
    return asked.services.webhook_endpoints.list(asked.organisation_id, asked.query.external_id, asked.query.page())


@table.on("GET", _ONE, Scope.ADMIN, "Read a webhook endpoint", answer=WebhookEndpointView)
def get_webhook_endpoint(asked: Asked[Nothing, NoQuery]) -> WebhookEndpointView:
    return asked.services.webhook_endpoints.get(asked.organisation_id, asked.ids["endpoint_id"])


@table.on(
    "PATCH", _ONE, Scope.ADMIN, "Change a webhook endpoint, or enable it again",
    body=WebhookEndpointPatchIn, answer=WebhookEndpointView, codes=_REFUSED,
)  # fmt: skip
def change_webhook_endpoint(asked: Asked[WebhookEndpointPatchIn, NoQuery]) -> WebhookEndpointView:
    return asked.services.webhook_endpoints.patch(asked.actor, asked.ids["endpoint_id"], asked.body.patch())


@table.on("DELETE", _ONE, Scope.ADMIN, "Send nothing there any more; its log goes too", status=204)
def delete_webhook_endpoint(asked: Asked[Nothing, NoQuery]) -> None:
    asked.services.webhook_endpoints.delete(asked.actor, asked.ids["endpoint_id"])


@table.on(
    "POST", _ONE + "/rotate-secret", Scope.ADMIN, "Make a new secret, shown this once; both sign for 24 hours",
    body=Nothing, answer=NewWebhookEndpointView,
)  # fmt: skip
def rotate_webhook_secret(asked: Asked[Nothing, NoQuery]) -> NewWebhookEndpointView:
    return asked.services.webhook_endpoints.rotate_secret(asked.actor, asked.ids["endpoint_id"])


@table.on(
    "POST", _ONE + "/test", Scope.ADMIN, "Send a test message, once; the log says how it went",
    body=Nothing, answer=DeliveryView, status=202,
)  # fmt: skip
def test_webhook_endpoint(asked: Asked[Nothing, NoQuery]) -> DeliveryView:
    return asked.services.webhook_endpoints.test(asked.actor, asked.ids["endpoint_id"])


@table.on(
    "GET", _ONE + "/deliveries", Scope.ADMIN, "Read what was sent there, and what was answered",
    query=DeliveryQuery, answer=DeliveryView, is_list=True,
)  # fmt: skip
def list_deliveries(asked: Asked[Nothing, DeliveryQuery]) -> Paged[DeliveryView]:
    query = asked.query
    return asked.services.webhook_endpoints.deliveries(
        asked.organisation_id, asked.ids["endpoint_id"], query.status, query.type, query.page()
    )


@table.on(
    "POST", "/deliveries/{delivery_id}/replay", Scope.ADMIN, "Send a message once more, under the same webhook-id",
    body=Nothing, answer=DeliveryView, status=202, codes=("endpoint_disabled",),
)  # fmt: skip
def replay_delivery(asked: Asked[Nothing, NoQuery]) -> DeliveryView:
    return asked.services.webhook_endpoints.replay(asked.actor, asked.ids["delivery_id"])

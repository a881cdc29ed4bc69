"""The API put together: every resource's operations under /api/v1, and the document that describes them."""

import json
from functools import cache

from flask import Blueprint, Flask, Response

from ivr.api import (
    access,
    analytics,
    calibrations,
    call_lists,
    campaigns,
    candidate_requests,
    candidates,
    dataset,
    docs,
    errors,
    event_stream,
    health,
    interviews,
    jobs,
    organisation,
    people,
    privacy,
    rubrics,
    webhook_endpoints,
)
from ivr.api.meters import Meters
from ivr.api.openapi import document
from ivr.api.operations import RATE_LIMITS, Operation, serve
from ivr.limits import RATE_LIMITER, RateLimiter
from ivr.settings import Settings

PREFIX = "/api/v1"


def operations() -> list[Operation]:
    """Everything that the API can do, in the order in which it is described."""
    tables = (
        jobs.table,
        rubrics.table,
        candidates.table,
        privacy.table,
        candidate_requests.table,
        interviews.table,
        campaigns.table,
        analytics.table,
        dataset.table,
        calibrations.table,
        call_lists.table,
        access.table,
        webhook_endpoints.table,
        event_stream.table,
        people.table,
        organisation.table,
    )
    return [operation for table in tables for operation in table.operations]


@cache
def openapi_text() -> str:
    """The OpenAPI document as JSON; made when it is first asked for."""
    return json.dumps(document(operations(), PREFIX), ensure_ascii=False, separators=(",", ":"))


def install(app: Flask, settings: Settings, redis_url: str | None, meters: Meters) -> None:
    """Open the door: routes, errors, limits, health."""
    app.extensions[RATE_LIMITER] = RateLimiter(redis_url)
    app.extensions[RATE_LIMITS] = {
        "requests": settings.rate_limit_per_minute,
        "interviews": settings.rate_limit_interviews_per_minute,
        "campaigns": settings.rate_limit_interviews_per_minute,
    }
    blueprint = Blueprint("api", __name__, url_prefix=PREFIX)
    serve(blueprint, operations())

    @blueprint.get("/openapi.json")
    def openapi() -> Response:
        return Response(openapi_text(), content_type="application/json", headers={"Cache-Control": "no-cache"})

    errors.register(blueprint)
    errors.install(app)
    app.register_blueprint(blueprint)
    docs.install(app, openapi_text)
    health.install(app, settings, meters)

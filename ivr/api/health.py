"""For machines that watch: is the process alive, can it work, what has it done. No key is needed."""

import hmac
import json
import time

from flask import Blueprint, Flask, Response, g, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from ivr.api.meters import Meters
from ivr.current import line_services
from ivr.http import route
from ivr.settings import Settings

_CARRIERS_DOOR = "webhooks"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def install(app: Flask, settings: Settings, meters: Meters) -> None:
    """Add /healthz, /readyz and /metrics, and count every request of the app."""
    blueprint = Blueprint("health", __name__)

    @blueprint.get("/healthz")
    def healthz() -> Response:
        return _json({"status": "ok"})

    @blueprint.get("/readyz")
    def readyz() -> Response:
        found = line_services().health.readiness()
        checks: object = {"database": found.database, "redis": found.redis, "worker": found.worker}
        body: dict[str, object] = {"status": "ready" if found.is_ready else "not ready", "checks": checks}
        return _json(body, 200 if found.is_ready else 503)

    @blueprint.get("/metrics")
    def metrics() -> Response:
        token = settings.metrics_token
        if token is not None:
            given = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
            if not hmac.compare_digest(given.encode(), token.get_secret_value().encode()):
                return Response(status=401, headers={"WWW-Authenticate": "Bearer"})
        # Not before somebody watches: a web process that serves calls has no need of it.
        from ivr.api.exposition import HouseCollector

        house = CollectorRegistry()
        house.register(HouseCollector(line_services().measures.read()))
        text = generate_latest(meters.registry()) + generate_latest(house)
        return Response(text, content_type=CONTENT_TYPE_LATEST)

    @app.after_request
    def count(response: Response) -> Response:
        started_s = g.get("started_s")
        if started_s is None or request.blueprint == blueprint.name:
            return response
        seconds = time.perf_counter() - started_s
        if request.blueprint == _CARRIERS_DOOR:
            meters.count_webhook((request.endpoint or "").partition(".")[2], response.status_code, seconds)
        else:
            method = request.method if request.method in _METHODS else "other"
            meters.count(route(), method, response.status_code, seconds)
        return response

    app.register_blueprint(blueprint)


def _json(body: dict[str, object], status: int = 200) -> Response:
    return Response(json.dumps(body), status=status, content_type="application/json")

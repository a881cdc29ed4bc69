"""For machines that watch: is the process alive, can it work, what has it done. No key is needed."""

import hmac
import json
import time
from functools import cache

from flask import Blueprint, Flask, Response, g, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest

from ivr.current import current_services
from ivr.http import route
from ivr.settings import Settings

_BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def install(app: Flask, settings: Settings) -> None:
    """Add /healthz, /readyz and /metrics, and count every request of the app."""
    registry = CollectorRegistry()
    requests = Counter(
        "viva_http_requests_total", "Requests by route, method and status.", ["route", "method", "status"],
        registry=registry,
    )  # fmt: skip
    seconds = Histogram(
        "viva_http_request_seconds", "How long requests took.", ["route"], buckets=_BUCKETS_S, registry=registry
    )
    blueprint = Blueprint("health", __name__)

    @blueprint.get("/healthz")
    def healthz() -> Response:
        return _json({"status": "ok"})

    @blueprint.get("/readyz")
    def readyz() -> Response:
        found = current_services().health.readiness()
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
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

    # Looking a series up by its labels takes longer than counting: each is looked up once.
    @cache
    def counter(route: str, method: str, status: int) -> Counter:
        return requests.labels(route, method, status)

    @cache
    def stopwatch(route: str) -> Histogram:
        return seconds.labels(route)

    @app.after_request
    def count(response: Response) -> Response:
        started_s = g.get("started_s")
        if started_s is not None and request.blueprint != blueprint.name:
            where = route()
            counter(where, request.method if request.method in _METHODS else "other", response.status_code).inc()
            stopwatch(where).observe(time.perf_counter() - started_s)
        return response

    app.register_blueprint(blueprint)


def _json(body: dict[str, object], status: int = 200) -> Response:
    return Response(json.dumps(body), status=status, content_type="application/json")

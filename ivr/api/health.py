"""For machines that watch: is the process alive, can it work, what has it done. No key is needed."""

import hmac
import json
import time
from functools import cache

from flask import Blueprint, Flask, Response, g, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest

from ivr.current import line_services
from ivr.http import route
from ivr.settings import Settings

_BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Meters:
    """What this process counts of its requests, whichever of its apps they go to."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "viva_http_requests_total", "Requests by route, method and status.", ["route", "method", "status"],
            registry=self.registry,
        )  # fmt: skip
        self._seconds = Histogram(
            "viva_http_request_seconds", "How long requests took.", ["route"], buckets=_BUCKETS_S,
            registry=self.registry,
        )  # fmt: skip
        # Looking a series up by its labels takes longer than counting: each is looked up once.
        self._counter = cache(self._requests.labels)
        self._stopwatch = cache(self._seconds.labels)

    def count(self, route: str, method: str, status: int, seconds: float) -> None:
        """One request that was answered."""
        self._counter(route, method, status).inc()
        self._stopwatch(route).observe(seconds)


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
        return Response(generate_latest(meters.registry), content_type=CONTENT_TYPE_LATEST)

    @app.after_request
    def count(response: Response) -> Response:
        started_s = g.get("started_s")
        if started_s is not None and request.blueprint != blueprint.name:
            method = request.method if request.method in _METHODS else "other"
            meters.count(route(), method, response.status_code, time.perf_counter() - started_s)
        return response

    app.register_blueprint(blueprint)


def _json(body: dict[str, object], status: int = 200) -> Response:
    return Response(json.dumps(body), status=status, content_type="application/json")

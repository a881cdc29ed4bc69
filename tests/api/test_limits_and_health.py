"""Requests are counted in Redis, in the process while Redis is away; the checks tell what is missing."""

from __future__ import annotations

import json
import time
from typing import Any

import redis

from ivr.app import create_app
from ivr.gateways.redis_pulse import RedisPulse
from ivr.limits import REDIS_REST_S, RateLimiter
from tests.api.conftest import FIRST_KEY, Caller, make_settings
from tests.api.test_errors import assert_problem

FEW = {"rate_limit_per_minute": 3, "rate_limit_interviews_per_minute": 1}


def test_the_limit_and_its_headers(services: Any) -> None:
    client = Caller(create_app(services, make_settings(**FEW)), FIRST_KEY)
    for left in (2, 1, 0):
        headers = client.get("/me").headers
        assert (headers["RateLimit-Limit"], headers["RateLimit-Remaining"]) == ("3", str(left))
        assert 0 <= int(headers["RateLimit-Reset"]) <= 60
        assert abs(int(headers["X-RateLimit-Reset"]) - time.time()) <= 62
    refused = client.get("/me")
    assert_problem(refused, 429, "rate_limited")
    assert 1 <= int(refused.headers["Retry-After"]) <= 60 and refused.headers["X-RateLimit-Remaining"] == "0"


def test_interviews_have_their_own_limit_and_keys_do_not_share(services: Any, caller_with: Any) -> None:
    app = create_app(services, make_settings(**FEW))
    client = Caller(app, FIRST_KEY)
    assert client.post("/interviews", json={}).status_code == 422
    assert client.post("/interviews", json={}).status_code == 429
    assert client.get("/me").status_code == 200
    other = client.post("/api-keys", json={"name": "N", "scopes": ["read", "call"]}).json["key"]
    assert Caller(app, other).post("/interviews", json={}).status_code == 422


def test_processes_share_the_count_in_redis(empty_redis_url: str) -> None:
    one, two = RateLimiter(empty_redis_url), RateLimiter(empty_redis_url)
    assert [one.hit("b", "k", 2).is_exceeded, two.hit("b", "k", 2).is_exceeded] == [False, False]
    assert one.hit("b", "k", 2).is_exceeded and two.hit("b", "k", 2).is_exceeded


def test_without_redis_the_door_stays_open_and_quick(redis_server: Any) -> None:
    limiter = RateLimiter(redis_server.url)
    assert not limiter.hit("b", "k", 2).is_exceeded
    redis_server.stop()
    start_s = time.monotonic()
    found = [limiter.hit("b", "k", 2).is_exceeded for _ in range(4)]
    assert found == [False, False, True, True]
    assert time.monotonic() - start_s < REDIS_REST_S


def test_who_asks_is_told_by_our_own_proxies_alone(services: Any) -> None:
    from flask import request

    def address(proxies: int, forwarded: str) -> str | None:
        app = create_app(services, make_settings(trusted_proxies=proxies))
        app.add_url_rule("/healthz-address", view_func=lambda: request.remote_addr or "")
        return app.test_client().get("/healthz-address", headers={"X-Forwarded-For": forwarded}).text

    # the first address is what the visitor wrote, the last what the proxy saw
    assert address(0, "6.6.6.6, 203.0.113.9") == "127.0.0.1"
    assert address(1, "6.6.6.6, 203.0.113.9") == "203.0.113.9"
    assert address(2, "203.0.113.9, 10.0.0.2") == "203.0.113.9"


def test_webhooks_are_not_counted(services: Any) -> None:
    client = create_app(services, make_settings(**FEW)).test_client()
    assert {client.get("/healthz").status_code for _ in range(10)} == {200}


def test_readiness(anonymous: Any, services: Any, sqlite_database: Any) -> None:
    assert anonymous.get("/readyz").json == {
        "status": "ready", "checks": {"database": True, "redis": True, "worker": True}
    }  # fmt: skip
    services.pulse.worker = False
    response = anonymous.get("/readyz")
    assert response.status_code == 503 and response.json["checks"]["worker"] is False
    services.pulse.redis = False
    assert anonymous.get("/readyz").json["checks"] == {"database": True, "redis": False, "worker": False}
    assert anonymous.get("/healthz").json == {"status": "ok"}


def test_readiness_without_a_database(anonymous: Any, services: Any, monkeypatch: Any) -> None:
    def refuse() -> None:
        raise OSError("disk")

    services.health._database.ping = refuse
    assert anonymous.get("/readyz").json["checks"]["database"] is False


def test_the_pulse_of_a_real_redis(redis_server: Any) -> None:
    pulse = RedisPulse(redis_server.url)
    assert pulse.answers() and not pulse.worker_seen()
    with redis.Redis.from_url(redis_server.url) as client:
        client.set("viva:worker:one", "1", px=150)
    assert pulse.worker_seen()
    time.sleep(0.2)
    assert not pulse.worker_seen()
    redis_server.stop()
    assert not pulse.answers() and not pulse.worker_seen()


def test_metrics(anonymous: Any, client: Caller) -> None:
    client.get("/me")
    client.get("/jobs/not-an-id")
    text = anonymous.get("/metrics").get_data(as_text=True)
    assert 'viva_http_requests_total{method="GET",route="/api/v1/me",status="200"} 1.0' in text
    assert 'route="(none)",status="404"' in text and "not-an-id" not in text


def test_metrics_with_a_token(services: Any) -> None:
    client = create_app(services, make_settings(metrics_token="token-of-the-scraper")).test_client()
    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 401
    assert client.get("/metrics", headers={"Authorization": "Bearer token-of-the-scraper"}).status_code == 200


def test_the_web_process_stays_lean() -> None:
    """Importing the app brings none of what only workers need."""
    import subprocess
    import sys

    code = (
        "import sys, json, ivr.app; "
        "print(json.dumps([m for m in ('openai', 'pdfplumber', 'docx', 'twilio.rest', 'rq', 'argon2', 'apiflask', "
        "'marshmallow', 'numpy', 'alembic') if m in sys.modules]))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(found.stdout) == []

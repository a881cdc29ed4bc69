"""Webhook endpoints and the live stream through the door: scopes, refusals, repeats, secrets shown once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, get_args

import pytest
from flask import Flask
from sqlalchemy import select

from db.listening import ANNOUNCED
from db.models import DomainEvent, Scope
from db.repositories.events import record
from ivr.api.schemas.webhook_endpoints import Event
from ivr.current import EXTENSION
from ivr.services.catalog import Services
from ivr.services.live_events import MOST_EACH, LiveEventService
from tests.api.conftest import FIRST_KEY, Caller
from tests.api.test_campaigns_api import key_with
from tests.api.test_errors import assert_problem
from tests.api.test_over_services import app, fits, services  # noqa: F401 - fixtures

URL = "https://ats.example.com/hooks"


def test_the_names_of_events_are_those_that_are_announced() -> None:
    assert set(get_args(Event)) == {"*", *ANNOUNCED}


def test_an_endpoint_is_entered_read_listed_changed_and_deleted(client: Caller, fits: Any) -> None:  # noqa: F811
    body = {
        "url": URL, "events": ["interview.completed", "interview.completed", "review.created"],
        "description": "The ATS", "external_id": "ats-1", "metadata": {"team": "people"},
    }  # fmt: skip
    key = {"Idempotency-Key": "one"}
    response = client.post("/webhook-endpoints", json=body, headers=key)
    made = fits("NewWebhookEndpoint", response)
    assert response.status_code == 201 and made["secret"].startswith("whsec_")
    assert made["events"] == ["interview.completed", "review.created"] and made["enabled"]
    again = client.post("/webhook-endpoints", json=body, headers=key)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.json == {**made, "secret": None}, "a repeat makes no second endpoint and shows no secret"

    path = f"/webhook-endpoints/{made['id']}"
    seen = fits("WebhookEndpoint", client.get(path))
    assert seen == {name: value for name, value in made.items() if name != "secret"}
    listed = client.get("/webhook-endpoints?external_id=ats-1&include=total").json
    assert listed == {"data": [seen], "next_cursor": None, "total": 1}
    assert_problem(client.post("/webhook-endpoints", json=body), 409, "external_id_exists")

    changed = fits("WebhookEndpoint", client.patch(path, json={"events": ["*"], "enabled": False}))
    assert (changed["events"], changed["enabled"], changed["disabled_reason"]) == (["*"], False, "requested")
    assert changed["url"] == URL
    assert fits("WebhookEndpoint", client.patch(path, json={"enabled": True}))["disabled_reason"] is None

    rotated = fits("NewWebhookEndpoint", client.post(path + "/rotate-secret"))
    assert rotated["secret"] != made["secret"] and rotated["previous_secret_until"]
    tested = fits("Delivery", client.post(path + "/test"))
    assert (tested["type"], tested["status"], tested["endpoint_id"]) == ("webhook.test", "pending", made["id"])
    log = client.get(path + "/deliveries?status=pending&include=total").json
    assert log == {"data": [tested], "next_cursor": None, "total": 1}
    assert client.get(path + "/deliveries?type=review.created").json["data"] == []
    again = client.post(f"/deliveries/{tested['id']}/replay")
    assert again.status_code == 202 and again.json["webhook_id"] == tested["webhook_id"]

    assert client.delete(path).status_code == 204
    for gone in (client.get(path), client.delete(path), client.post(f"/deliveries/{tested['id']}/replay")):
        assert_problem(gone, 404, "not_found")


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"url": "http://ats.example.com"}, "url", "webhook_url_refused"),
        ({"url": "https://10.0.0.1/"}, "url", "webhook_url_refused"),
        ({"url": URL, "events": []}, "events", "invalid_fields"),
        ({"url": URL, "events": ["interview.queued"]}, "events.0", "invalid_fields"),
        ({"url": URL, "secret": "whsec_mine"}, "secret", "invalid_fields"),
        ({"url": URL, "description": "a\nb"}, "description", "invalid_fields"),
        ({"url": URL, "enabled": True}, "enabled", "invalid_fields"),
        ({}, "url", "invalid_fields"),
    ],
)
def test_what_is_wrong_is_named_by_its_field(client: Caller, body: dict[str, Any], field: str, code: str) -> None:
    problem = assert_problem(client.post("/webhook-endpoints", json=body), 422, code)
    assert [one["field"] for one in problem["errors"]] == [field]


def test_all_of_it_is_for_admins(client: Caller, app: Flask, services: Services) -> None:  # noqa: F811
    made = client.post("/webhook-endpoints", json={"url": URL}).json
    path = f"/webhook-endpoints/{made['id']}"
    tested = client.post(path + "/test").json
    weak = key_with(services, app, Scope.READ, Scope.WRITE, Scope.CALL)
    asked: list[tuple[Callable[..., Any], str, dict[str, Any]]] = [
        (weak.post, "/webhook-endpoints", {"json": {"url": URL}}), (weak.get, "/webhook-endpoints", {}),
        (weak.get, path, {}), (weak.patch, path, {"json": {}}), (weak.delete, path, {}),
        (weak.post, path + "/rotate-secret", {}), (weak.post, path + "/test", {}), (weak.get, path + "/deliveries", {}),
        (weak.post, f"/deliveries/{tested['id']}/replay", {}),
    ]  # fmt: skip
    for send, where, more in asked:
        assert_problem(send(where, **more), 403, "scope_missing")


# --- the live stream -------------------------------------------------------------------------------------------------


@pytest.fixture
def short(app: Flask, services: Services) -> Iterator[Services]:  # noqa: F811
    """Streams that end by themselves after half a second."""
    live = LiveEventService(
        services.database, services.live_events._news, services.event_objects, services.clock,
        life_s=0.5, heartbeat_s=0.2,
    )  # fmt: skip
    app.extensions[EXTENSION] = replace(services, live_events=live)
    yield app.extensions[EXTENSION]


def happen(services: Services, job_id: str) -> str:  # noqa: F811
    with services.database.write() as unit:
        organisation_id = _organisation(unit.session)
        return record(
            unit.session, organisation_id=organisation_id, type="job.questions_ready", subject_kind="job",
            subject_id=job_id, actor="system",
        ).id  # fmt: skip


def _organisation(session: Any) -> str:
    found: str = session.scalars(select(DomainEvent.organisation_id).limit(1)).one()
    return found


def frames(text: str) -> list[dict[str, str]]:
    found = []
    for block in text.split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if "id" in lines:
            found.append(lines)
    return found


def test_a_stream_tells_what_happened_since(client: Caller, short: Services) -> None:
    body = {"title": "Nurse", "company": "Mercy", "description": "You will lead a ward of twelve nurses."}
    job = client.post("/jobs", json=body).json
    first, second = happen(short, job["id"]), happen(short, job["id"])
    response = client.get("/events/stream", headers={"Last-Event-ID": first})
    assert response.status_code == 200 and response.headers["Content-Type"] == "text/event-stream; charset=utf-8"
    assert response.headers["Cache-Control"] == "no-store" and response.headers["X-Accel-Buffering"] == "no"
    text = response.get_data(as_text=True)
    assert text.startswith("retry: 3000\n: connected\n\n") and ": alive\n\n" in text
    (told,) = frames(text)
    assert (told["id"], told["event"]) == (second, "job.questions_ready")
    message = json.loads(told["data"])
    assert (message["id"], message["type"]) == (second, "job.questions_ready")
    assert message["data"] == client.get(f"/jobs/{job['id']}").json, "the object as the API shows it"
    again = client.get(f"/events/stream?last_event_id={first}").get_data(as_text=True)
    assert [one["id"] for one in frames(again)] == [second]
    assert frames(client.get("/events/stream").get_data(as_text=True)) == []
    assert_problem(client.get("/events/stream?last_event_id=x"), 422, "invalid_fields")


def test_places_are_limited_and_come_back_when_a_stream_is_left(app: Flask, short: Services) -> None:  # noqa: F811
    callers = [Caller(app, FIRST_KEY) for _ in range(MOST_EACH + 1)]
    held = [caller.get("/events/stream") for caller in callers[:MOST_EACH]]
    refused = callers[-1].get("/events/stream")
    assert_problem(refused, 429, "too_many_streams")
    assert refused.headers["Retry-After"] == "15"
    for response in held:
        response.close()
    assert callers[-1].get("/events/stream").status_code == 200


def test_whoever_may_not_read_hears_nothing(app: Flask, services: Services) -> None:  # noqa: F811
    assert_problem(app.test_client().get("/api/v1/events/stream"), 401, "key_missing")
    assert_problem(key_with(services, app, Scope.CALL).get("/events/stream"), 403, "scope_missing")

"""Who gets in, with which scope, and what they see of telephone numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from db.models import Organisation, Scope
from db.unit_of_work import Database
from ivr.services.context import Actor
from tests.api.conftest import FIRST_KEY, Caller
from tests.api.test_errors import assert_problem
from tests.fakes import FrozenClock

NUMBER = "+14155550123"


@pytest.mark.parametrize(
    "headers", [{"Authorization": f"Bearer {FIRST_KEY}"}, {"Authorization": f"bearer  {FIRST_KEY} "},
                {"X-API-Key": FIRST_KEY}],
)  # fmt: skip
def test_both_headers_are_taken(anonymous: FlaskClient, headers: dict[str, str]) -> None:
    response = anonymous.get("/api/v1/me", headers=headers)
    assert response.status_code == 200
    assert response.json is not None and response.json["key"]["scopes"] == ["admin", "call", "read", "write"]


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Basic abc"}, {"Authorization": "Bearer "}])
def test_no_key(anonymous: FlaskClient, headers: dict[str, str]) -> None:
    response = anonymous.get("/api/v1/me", headers=headers)
    assert_problem(response, 401, "key_missing")
    assert response.headers["WWW-Authenticate"] == "Bearer"


def test_a_wrong_key_and_a_key_in_the_address(anonymous: FlaskClient) -> None:
    response = anonymous.get("/api/v1/me", headers={"X-API-Key": FIRST_KEY + "x"})
    assert_problem(response, 401, "key_invalid")
    assert_problem(anonymous.get(f"/api/v1/me?api_key={FIRST_KEY}"), 401, "key_missing")


def test_numbers_are_masked_without_write(client: Caller, caller_with: Callable[..., Caller]) -> None:
    assert client.post("/opt-outs", json={"phone": NUMBER}).status_code == 201
    assert client.post("/whitelist", json={"entries": [{"pattern": NUMBER}, {"pattern": "+4420*"}]}).status_code == 201
    reader = caller_with(Scope.READ)
    for path in ("/opt-outs", "/whitelist"):
        assert NUMBER in client.get(path).get_data(as_text=True)
        seen = reader.get(path).get_data(as_text=True)
        assert NUMBER not in seen and "+1******0123" in seen
    assert "+4420*" in reader.get("/whitelist").get_data(as_text=True)


def test_a_prefix_needs_admin(caller_with: Callable[..., Caller]) -> None:
    writer = caller_with(Scope.WRITE)
    assert writer.post("/whitelist", json={"pattern": NUMBER}).status_code == 201
    assert_problem(writer.post("/whitelist", json={"pattern": "+1415*"}), 403, "scope_missing")


def test_another_organisations_things_are_not_there(
    client: Caller, app: Any, services: Any, sqlite_database: Database
) -> None:
    with sqlite_database.write() as unit:
        other = Organisation(name="Other", slug="other")
        unit.session.add(other)
        unit.session.flush()
        other_id = other.id
    stranger = Caller(
        app, services.access.create_key(Actor(other_id, "system", "system"), "Stranger", list(Scope)).key
    )
    mine = client.post("/opt-outs", json={"phone": NUMBER}).json["id"]
    entry = client.post("/whitelist", json={"pattern": NUMBER}).json["data"][0]["id"]
    key = client.post("/api-keys", json={"name": "Mine", "scopes": ["read"]}).json["id"]
    for path in (f"/opt-outs/{mine}", f"/whitelist/{entry}", f"/api-keys/{key}"):
        assert_problem(stranger.delete(path), 404, "not_found")
    for path in ("/opt-outs", "/whitelist"):
        assert stranger.get(path).json["data"] == []
    assert [row["name"] for row in stranger.get("/api-keys").json["data"]] == ["Stranger"]
    events = stranger.get("/audit").json["data"]
    assert {event["data"].get("name") for event in events} == {"Stranger"}
    assert client.delete(f"/opt-outs/{mine}").status_code == 204


def test_a_revoked_key_is_out_at_once(client: Caller, app: Any) -> None:
    made = client.post("/api-keys", json={"name": "Short", "scopes": ["read"]}).json
    assert made["key"].startswith("vv_") and made["hint"] == made["key"][-4:]
    caller = Caller(app, made["key"])
    assert caller.get("/me").status_code == 200
    assert client.delete(f"/api-keys/{made['id']}").status_code == 204
    assert_problem(caller.get("/me"), 401, "key_invalid")
    listed = {row["id"]: row for row in client.get("/api-keys").json["data"]}
    assert listed[made["id"]]["revoked_at"] and "key" not in listed[made["id"]]


def test_the_environments_key_is_not_revoked_here(client: Caller) -> None:
    key_id = client.get("/me").json["key"]["id"]
    assert_problem(client.delete(f"/api-keys/{key_id}"), 409, "key_from_environment")


def test_the_stop_switch_and_the_record(client: Caller, services: Any, clock: FrozenClock) -> None:
    assert client.post("/stop").json["is_stopped"] is True
    assert client.post("/stop").json["is_stopped"] is True
    clock.advance(seconds=1)
    assert client.delete("/stop").json["is_stopped"] is False
    services.audit.seal()
    record = client.get("/audit?verify=true").json
    assert [event["type"] for event in record["data"]][:2] == ["organisation.resumed", "organisation.stopped"]
    assert record["data"][0]["actor"] == "key:API_KEY"
    assert record["verification"]["intact"] is True and record["verification"]["length"] == 2
    assert client.get("/audit").json["verification"] is None

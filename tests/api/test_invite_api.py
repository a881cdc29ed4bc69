"""POST /interviews/{id}/invite over the real services: who may, what comes back, and that the secret is not kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from sqlalchemy import func, select

from db.models import CandidateLink, IdempotencyKey, Scope
from ivr.app import create_app
from ivr.bootstrap import build_services
from ivr.services.catalog import Services
from ivr.services.context import Actor
from tests.api.conftest import FIRST_KEY, Caller, make_settings
from tests.api.test_errors import assert_problem
from tests.factories import make_candidate, make_interview, make_organisation


@pytest.fixture
def services(database_url: str, tmp_path: Path) -> Any:
    settings = make_settings(
        database_url=database_url, redis_url="redis://127.0.0.1:9/0", storage_url=f"file://{tmp_path}/files",
        instance_dir=tmp_path, smtp_url="smtp://127.0.0.1:9?from=jobs@example.com",
    )  # fmt: skip
    built = build_services(settings)
    built.access.ensure_first_key()
    yield built
    built.database.dispose()


@pytest.fixture
def app(services: Services) -> Flask:
    return create_app(services, services.settings)


@pytest.fixture
def interview_id(services: Services) -> str:
    organisation_id = services.access.ensure_first_key()
    person = make_candidate(services.database, organisation_id, email="ann@example.com")
    return make_interview(services.database, organisation_id=organisation_id, candidate_id=person)


def test_a_link_is_answered_once_and_never_kept(app: Flask, services: Services, interview_id: str) -> None:
    client, key = Caller(app, FIRST_KEY), {"Idempotency-Key": "invite-1"}
    path, body = f"/interviews/{interview_id}/invite", {"send": ["email"], "expires_in_hours": 24}
    made = client.post(path, json=body, headers=key)
    assert made.status_code == 201 and made.headers["Cache-Control"] == "no-store"
    assert made.json["url"].startswith("https://calls.example.com/c/") and made.json["sent_by"] == ["email"]
    document = json.loads(app.test_client().get("/api/v1/openapi.json").data)
    registry = Registry().with_resource("urn:api", Resource.opaque(document))
    schema = {"$ref": "urn:api#/components/schemas/Invitation"}
    Draft202012Validator(schema, registry=registry).validate(made.json)
    again = client.post(path, json=body, headers=key)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.json == made.json | {"url": None}
    token = made.json["url"].rpartition("/")[2]
    with services.database.read() as session:
        assert session.scalar(select(func.count()).select_from(CandidateLink)) == 1
        (stored,) = session.scalars(select(IdempotencyKey))
    assert token not in str(stored.response)
    timeline = client.get(f"/interviews/{interview_id}/events").json["data"]
    (told,) = [one for one in timeline if one["type"] == "interview.invited"]
    assert told["actor"] == "key:API_KEY" and token not in str(timeline)


@pytest.mark.parametrize(("scopes", "status"), [((Scope.READ, Scope.WRITE), 403), ((Scope.CALL,), 201)])
def test_it_needs_the_scope_call(
    app: Flask, services: Services, interview_id: str, scopes: tuple[Scope, ...], status: int
) -> None:
    actor = Actor(services.access.ensure_first_key(), "system", "system")
    key = services.access.create_key(actor, "Some", scopes).key
    assert Caller(app, key or "").post(f"/interviews/{interview_id}/invite").status_code == status
    assert app.test_client().post(f"/api/v1/interviews/{interview_id}/invite").status_code == 401


def test_another_organisations_interview_is_not_there(app: Flask, services: Services) -> None:
    foreign = make_interview(services.database, organisation_id=make_organisation(services.database))
    assert_problem(Caller(app, FIRST_KEY).post(f"/interviews/{foreign}/invite"), 404, "not_found")


@pytest.mark.parametrize(
    "body",
    [{"send": ["pigeon"]}, {"send": "sms"}, {"expires_in_hours": 0}, {"expires_in_hours": 2161},
     {"expires_in_hours": 1.5}, {"url": "x"}, {"revoke_earlier": "yes"}],
)  # fmt: skip
def test_a_wish_that_cannot_be_read(app: Flask, interview_id: str, body: dict[str, Any]) -> None:
    assert_problem(Caller(app, FIRST_KEY).post(f"/interviews/{interview_id}/invite", json=body), 422, "invalid_fields")


def test_a_way_that_is_not_set_up(app: Flask, interview_id: str) -> None:
    refused = Caller(app, FIRST_KEY).post(f"/interviews/{interview_id}/invite", json={"send": ["sms"]})
    assert_problem(refused, 409, "channel_unavailable")


def test_a_canceled_interview(app: Flask, interview_id: str) -> None:
    client = Caller(app, FIRST_KEY)
    client.post(f"/interviews/{interview_id}/cancel")
    refused = assert_problem(client.post(f"/interviews/{interview_id}/invite"), 409, "wrong_status")
    assert refused["interview_status"] == "canceled"

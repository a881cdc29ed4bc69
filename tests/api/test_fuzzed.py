"""Requests made up from the OpenAPI document, one by one and along its links: no failure of ours, and no answer that
the document does not describe. The same ones each time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from ivr.app import create_app
from ivr.bootstrap import build_services
from tests.api.conftest import FIRST_KEY, Caller, make_settings
from tests.api.test_over_services import NUMBER, ready_job


def no_failure_of_ours(context: Any, response: Any, case: Any) -> bool | None:
    """What this installation has not been given is no failure: without a model that speaks nothing is heard."""
    if response.status_code == 503 and response.json().get("code") == "speech_unavailable":
        return None
    return not_a_server_error(context, response, case)


CHECKS = [
    no_failure_of_ours,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
BOUNDED = settings(
    derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck), max_examples=10,
    phases=[Phase.explicit, Phase.generate],
)  # fmt: skip
HEADERS = {"Authorization": f"Bearer {FIRST_KEY}"}
# What a made-up request must not reach: it waits for Redis by design, or answers without an end.
NOT_ASKED = {"GET /events/stream"}


@pytest.fixture
def schema(database_url: str, tmp_path: Path) -> Iterator[Any]:
    chosen = make_settings(
        database_url=database_url, redis_url="redis://127.0.0.1:9/0", storage_url=f"file://{tmp_path}/files",
        instance_dir=tmp_path, calling_hours_limit="00:00-24:00",
    )  # fmt: skip
    services = build_services(chosen)
    services.access.ensure_first_key()
    app: Flask = create_app(services, chosen)
    yield schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    services.database.dispose()


def test_what_the_document_allows_is_answered_as_it_says(schema: Any) -> None:
    problems: list[str] = []
    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.label not in NOT_ASKED:
            problems += _problems(operation, BOUNDED)
    assert problems == [], "\n=====\n".join(problems)


def test_what_was_made_is_met_along_the_links(schema: Any) -> None:
    """The same over objects that are there: one of each is made, then everything is asked of it, its end last."""
    made = _made(Caller(schema.app, FIRST_KEY))
    operations = [found.ok() for found in schema.get_all_operations()]
    problems: list[str] = []
    for operation in sorted(operations, key=_how_final):
        names = re.findall(r"\{(\w+)\}", operation.path)
        if not names or not set(names) <= set(made):
            continue

        problems += _problems(operation, settings(BOUNDED, max_examples=4), {name: made[name] for name in names})
    assert problems == [], "\n=====\n".join(problems)


def _problems(operation: Any, how: settings, ids: dict[str, str] | None = None) -> list[str]:
    """What is wrong with the answers to made-up requests; ``ids`` are put into the path."""

    @how
    @given(case=operation.as_strategy())
    def ask(case: Any) -> None:
        case.path_parameters = {**case.path_parameters, **ids} if ids else case.path_parameters
        case.call_and_validate(headers=HEADERS, checks=CHECKS)

    try:
        ask()
    except Exception as error:
        return [f"{operation.label}: {str(error)[:2000]}"]
    return []


def _made(client: Caller) -> dict[str, str]:
    """One of each, as ids by the name that paths have for them."""

    def make(path: str, body: dict[str, Any]) -> dict[str, Any]:
        response = client.post(path, json=body)
        assert response.status_code == 201, response.get_data(as_text=True)
        found: dict[str, Any] = response.json
        return found

    entry = make("/whitelist", {"pattern": NUMBER})["data"][0]
    job_id = ready_job(client, lambda name, response: response.json)
    interview = make("/interviews", {"job_id": job_id, "candidate": {"name": "Ann", "phone": NUMBER}})
    examples = {path: _example(client, path) for path in ("/rubrics", "/opt-outs", "/api-keys")}
    request = {"kind": "human", "candidate_id": interview["candidate_id"], "reason": "I would rather talk to somebody."}
    return {
        "request_id": make("/requests", request)["id"],
        "endpoint_id": make("/webhook-endpoints", {"url": "https://hooks.example.com/viva", "events": ["*"]})["id"],
        "job_id": job_id,
        "question_id": client.get(f"/jobs/{job_id}/questions").json["questions"][0]["id"],
        "interview_id": interview["id"],
        "candidate_id": interview["candidate_id"],
        "entry_id": entry["id"],
        "rubric_id": make("/rubrics", examples["/rubrics"])["id"],
        "opt_out_id": make("/opt-outs", examples["/opt-outs"] | {"phone": "+14155550199"})["id"],
        "key_id": make("/api-keys", examples["/api-keys"])["id"],
        "campaign_id": make(
            "/campaigns", {"job_id": job_id, "name": "Autumn", "candidate_ids": [interview["candidate_id"]]}
        )["id"],
    }


def _example(client: Caller, path: str) -> Any:
    """What the document shows for a request."""
    document = client.get("/openapi.json").json
    shown = document["paths"][path]["post"]["requestBody"]["content"]["application/json"]["examples"]
    return document["components"]["examples"][next(iter(shown))]["value"]


def _how_final(operation: Any) -> tuple[int, str]:
    """Reading comes first, then changing, and what ends something last."""
    ends = operation.method == "delete" or operation.path.endswith(("/cancel", "/rotate"))
    return (2 if ends else int(operation.method != "get"), operation.label)

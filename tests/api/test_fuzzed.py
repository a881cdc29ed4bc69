"""Requests made up from the OpenAPI document: no failure of ours, no answer that the document does not describe."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, settings
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from ivr.app import create_app
from ivr.bootstrap import build_services
from tests.api.conftest import FIRST_KEY, make_settings

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
BOUNDED = settings(
    derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck), max_examples=12,
    stateful_step_count=8,
)  # fmt: skip
HEADERS = {"Authorization": f"Bearer {FIRST_KEY}"}


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    chosen = make_settings(
        database_url=database_url, redis_url="redis://127.0.0.1:9/0", storage_url=f"file://{tmp_path}/files",
        instance_dir=tmp_path, calling_hours_limit="00:00-24:00",
    )  # fmt: skip
    services = build_services(chosen)
    services.access.ensure_first_key()
    yield create_app(services, chosen)
    services.database.dispose()


def test_what_the_document_allows_is_answered_as_it_says(app: Flask) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    problems: list[str] = []
    for result in schema.get_all_operations():
        operation = result.ok()

        @BOUNDED
        @__import__("hypothesis").given(case=operation.as_strategy())
        def ask(case: Any) -> None:
            case.call_and_validate(headers=HEADERS, checks=CHECKS)

        try:
            ask()
        except BaseException as error:
            problems.append(f"{operation.label}: {str(error)[:1500]}")
    print("\n=====\n".join(problems))
    assert not problems

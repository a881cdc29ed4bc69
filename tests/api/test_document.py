"""The OpenAPI document: every operation has examples that fit their schemas, and links lead from what was made."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from ivr.api.blueprint import openapi_text
from ivr.api.examples import MISSING


@cache
def document() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(openapi_text())
    return found


def _contents() -> Iterator[tuple[str, dict[str, Any]]]:
    """Everything in JSON that is sent or answered, as (where, media type object)."""
    for path, methods in document()["paths"].items():
        for method, operation in methods.items():
            parts = {"request": operation.get("requestBody", {}), **operation["responses"]}
            for part, described in parts.items():
                for kind in ("application/json", "application/problem+json"):
                    # A file that is taken along has no schema, and so nothing for an example to fit.
                    if described.get("content", {}).get(kind, {}).get("schema"):
                        yield f"{method.upper()} {path} {part}", described["content"][kind]


def _examples(content: dict[str, Any]) -> list[Any]:
    if "example" in content:
        return [content["example"]]
    named = document()["components"]["examples"]
    return [named[one["$ref"].rsplit("/", 1)[-1]]["value"] for one in content["examples"].values()]


def _inside(schema: Any) -> Any:
    match schema:
        case {"$ref": str(reference)}:
            return {**schema, "$ref": f"urn:api{reference}"}
        case dict():
            return {name: _inside(item) for name, item in schema.items()}
        case list():
            return [_inside(item) for item in schema]
        case _:
            return schema


def _unsaid(value: Any, path: str = "") -> Iterator[str]:
    match value:
        case dict():
            for name, item in value.items():
                yield from _unsaid(item, f"{path}.{name}")
        case list():
            for item in value:
                yield from _unsaid(item, path)
        case _ if value == MISSING:
            yield path


def test_every_example_fits_and_says_something() -> None:
    registry = Registry().with_resource("urn:api", Resource.opaque(document()))
    problems = []
    for where, content in _contents():
        validator = Draft202012Validator(_inside(content["schema"]), registry=registry)
        for example in _examples(content):
            errors = validator.iter_errors(example)
            problems += [f"{where}: {error.json_path} {error.message[:200]}" for error in errors]
            problems += [f"{where}: ivr/api/example_words.py has no word for {path}" for path in set(_unsaid(example))]
    assert problems == []


@pytest.mark.parametrize(
    "made, then",
    [("create_job", "get_questions"), ("create_candidate", "get_candidate"), ("create_interview", "cancel")],
)
def test_links_lead_from_what_was_made(made: str, then: str) -> None:
    operations = {
        operation["operationId"]: operation for item in document()["paths"].values() for operation in item.values()
    }
    assert any(then in name for name in operations[made]["responses"]["201"]["links"]), sorted(operations)


def test_the_document_says_how_one_shows_who_one_is() -> None:
    assert document()["security"] == [{"bearer": []}, {"apiKey": []}]
    assert set(document()["components"]["securitySchemes"]) == {"bearer", "apiKey"}

"""OpenAI's published contract as a check: on requests, on our replies, and on strict JSON schemas."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, best_match
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

CONTRACT_FILE = Path(__file__).parent.parent / "contracts" / "openai.openapi.json"

# https://platform.openai.com/docs/guides/structured-outputs: what strict mode does not take.
_KEYWORDS_REFUSED = (
    "allOf oneOf not if then else default uniqueItems patternProperties propertyNames minProperties maxProperties "
    "dependentRequired dependentSchemas unevaluatedProperties unevaluatedItems contains"
)
_NOT_PERMITTED = tuple(_KEYWORDS_REFUSED.split())


@dataclass(eq=False)  # not frozen: Python sets the traceback on it
class Refusal(Exception):
    """A request that the API answers with an error: everything that the error body says.

    ``is_violation``: a 400 is noted as a breach of the contract; not so when the double was told to lack something.
    """

    status: int
    message: str
    param: str | None = None
    code: str | None = None
    type: str = "invalid_request_error"
    is_violation: bool = True


@cache
def _document() -> dict[str, Any]:
    return dict(json.loads(CONTRACT_FILE.read_text(encoding="utf-8")))


@cache
def _validator(name: str) -> Draft202012Validator:
    resource = Resource.from_contents(_document(), default_specification=DRAFT202012)
    registry: Registry[Any] = Registry().with_resource("urn:oa", resource)
    return Draft202012Validator({"$ref": f"urn:oa#/components/schemas/{name}"}, registry=registry)


@lru_cache(maxsize=256)
def _schema_fault(text: str) -> str | None:
    """Why this is no JSON Schema, if it is none. The same few come with every request: each is looked at once."""
    try:
        Draft202012Validator.check_schema(json.loads(text))
    except SchemaError as error:
        return str(error.message)
    return None


def problems(name: str, value: object) -> list[str]:
    """How a value breaks the named schema of the contract; empty when it does not."""
    found = []
    for error in _validator(name).iter_errors(value):
        deepest = best_match([error]) or error
        found.append(f"{'.'.join(map(str, deepest.absolute_path)) or name}: {deepest.message[:300]}")
        if len(found) == 5:
            break
    return found


@cache
def _properties(name: str) -> frozenset[str]:
    """Every property that the named schema knows, its allOf, anyOf and oneOf parts included."""

    def walk(schema: dict[str, Any]) -> Iterable[str]:
        if "$ref" in schema:
            yield from walk(_document()["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]])
        yield from schema.get("properties", {})
        for part in ("allOf", "anyOf", "oneOf"):
            for inner in schema.get(part, ()):
                yield from walk(inner)

    return frozenset(walk(_document()["components"]["schemas"][name]))


def refuse_unknown(name: str, value: dict[str, Any], nested: dict[str, str]) -> None:
    """Refuse parameters that the contract does not know, as the real API does although its schema does not say so.

    Args:
        nested: dotted places inside the value with the schema that stands there.

    Raises:
        Refusal: 400 ``unknown_parameter``.
    """
    for place, schema in ({"": name} | nested).items():
        inner: Any = value
        for step in filter(None, place.split(".")):
            inner = inner.get(step) if isinstance(inner, dict) else None
        if not isinstance(inner, dict):
            continue
        for key in inner:
            if key not in _properties(schema):
                param = f"{place}.{key}".lstrip(".")
                raise Refusal(400, f"Unknown parameter: '{param}'.", param, "unknown_parameter")


def refuse_invalid(name: str, value: object) -> None:
    """Refuse a value that breaks the named schema.

    Raises:
        Refusal: 400 ``invalid_value`` with the first problem.
    """
    found = problems(name, value)
    if found:
        raise Refusal(400, f"Invalid request: {found[0]}", found[0].split(":", 1)[0], "invalid_value")


def check_output_schema(name: str, schema: object, param: str) -> Draft202012Validator:
    """The validator of a strict output schema.

    Raises:
        Refusal: 400 ``invalid_json_schema`` when strict mode would not take it.
    """

    def refuse(place: tuple[str, ...], what: str) -> Refusal:
        message = f"Invalid schema for response_format '{name}': In context={place!r}, {what}"
        return Refusal(400, message, param, "invalid_json_schema")

    def walk(node: object, place: tuple[str, ...]) -> None:
        if not isinstance(node, dict):
            raise refuse(place, "a schema must be an object.")
        for keyword in _NOT_PERMITTED:
            if keyword in node:
                raise refuse(place, f"'{keyword}' is not permitted.")
        if "$ref" in node and len(node) > 1:
            raise refuse(place, f"$ref cannot have keywords {set(node) - {'$ref'}}.")
        if not {"type", "anyOf", "$ref", "enum", "const"} & set(node):
            raise refuse(place, "schema must have a 'type' key.")
        types = node.get("type")
        if types == "object" or (isinstance(types, list) and "object" in types) or "properties" in node:
            properties = node.get("properties", {})
            if node.get("additionalProperties") is not False:
                raise refuse(place, "'additionalProperties' is required to be supplied and to be false.")
            missing = sorted(set(properties) - set(node.get("required", ())))
            if missing or set(node.get("required", ())) - set(properties):
                raise refuse(
                    place,
                    "'required' is required to be supplied and to be an array including every key in properties. "
                    f"Missing {missing}.",
                )
            for key, inner in properties.items():
                walk(inner, (*place, "properties", key))
        if types == "array" or (isinstance(types, list) and "array" in types):
            if "items" not in node:
                raise refuse(place, "array schema missing items.")
            walk(node["items"], (*place, "items"))
        for index, inner in enumerate(node.get("anyOf", ())):
            walk(inner, (*place, "anyOf", str(index)))
        for group in ("$defs", "definitions"):
            for key, inner in node.get(group, {}).items():
                walk(inner, (*place, group, key))

    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", name):
        raise Refusal(400, f"Invalid '{param}': '{name}' does not match '^[a-zA-Z0-9_-]+$'.", param, "invalid_value")
    if not isinstance(schema, dict) or schema.get("type") != "object":
        raise refuse((), "schema must be a JSON Schema of 'type: \"object\"'.")
    fault = _schema_fault(json.dumps(schema))
    if fault is not None:
        raise refuse((), fault)
    walk(schema, ())
    return Draft202012Validator(schema)

"""The OpenAPI 3.1 document, made from the table of operations and the schemas that serve them."""

import re
from collections.abc import Sequence
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from ivr.api.codes import CODES
from ivr.api.examples import Examples
from ivr.api.operations import Operation

TITLE = "Viva Voce"
VERSION = "1"
_REF = "#/components/schemas/"
_EXAMPLE = "#/components/examples/"
_SUFFIX = re.compile(r"(?:View|Shown)$")
_UUID = {"format": "uuid"}
_PATH_FORMS = {"question_id": {"examples": ["q1"]}}
_PARAMETER = re.compile(r"\{(\w+)\}")
_HEADERS = {
    "X-Request-ID": {"$ref": "#/components/headers/X-Request-ID"},
    "RateLimit-Limit": {"$ref": "#/components/headers/RateLimit-Limit"},
    "RateLimit-Remaining": {"$ref": "#/components/headers/RateLimit-Remaining"},
    "RateLimit-Reset": {"$ref": "#/components/headers/RateLimit-Reset"},
}
_COMMON_CODES = ("key_missing", "key_invalid", "scope_missing", "rate_limited")


def document(operations: Sequence[Operation], prefix: str) -> dict[str, Any]:
    """The whole document; ``prefix`` is where the paths begin."""
    schemas = _Schemas(operations)
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        described = _operation(operation, schemas)
        links = _links(operation, operations)
        if links:
            described["responses"][str(operation.status)]["links"] = links
        paths.setdefault(operation.path, {})[operation.method.lower()] = described
    return {
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {
            "title": TITLE,
            "version": VERSION,
            "description": "Telephone interviews: jobs, candidates, interviews and what came of them.",
        },
        "servers": [{"url": prefix}],
        "security": [{"bearer": []}, {"apiKey": []}],
        "tags": [{"name": tag} for tag in dict.fromkeys(operation.tag for operation in operations)],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "apiKey": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
            },
            "parameters": {
                "Idempotency-Key": {
                    "name": "Idempotency-Key",
                    "in": "header",
                    "description": "The same key and body within 24 hours answers the first response again.",
                    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
                }
            },
            "headers": {
                "X-Request-ID": {"description": "Name it when you ask for help.", "schema": {"type": "string"}},
                "RateLimit-Limit": {"description": "Requests a minute.", "schema": {"type": "integer"}},
                "RateLimit-Remaining": {"description": "How many are left.", "schema": {"type": "integer"}},
                "RateLimit-Reset": {"description": "Seconds until all are back.", "schema": {"type": "integer"}},
            },
            "schemas": {**schemas.components, "Problem": _problem_schema()},
            "examples": schemas.named_examples,
        },
    }


class _Schemas:
    """Every schema of the operations under one name each: ``JobView`` and ``QuestionShown`` lose their last word."""

    def __init__(self, operations: Sequence[Operation]) -> None:
        inputs = [(operation.name, "validation", operation.body) for operation in operations if operation.body]
        queries = [(f"{operation.name}?", "validation", operation.query) for operation in operations]
        answers = [(operation.name, "serialization", operation.answer) for operation in operations if operation.answer]
        answers += [(f"{o.name}/dry", "serialization", o.dry_answer) for o in operations if o.dry_answer]
        wanted: Any = [(key, mode, TypeAdapter(kind)) for key, mode, kind in [*inputs, *queries, *answers]]
        found, shared = TypeAdapter.json_schemas(wanted, ref_template=_REF + "{model}", schema_generator=_Generator)
        definitions: dict[str, Any] = shared.get("$defs", {})
        self._names = {name: _SUFFIX.sub("", name) for name in definitions}
        if len(set(self._names.values())) != len(self._names):
            raise ValueError("two schemas would have the same name in the document")
        self.components = {
            self._names[name]: {**self._renamed(schema), "title": self._names[name]}
            for name, schema in sorted(definitions.items())
            if not name.endswith("Query")
        }
        self._by_key = {key: self._renamed(schema) for key, schema in found.items()}
        self._examples = Examples(self.components)
        self.named_examples: dict[str, Any] = {code: {"value": _problem_example(code)} for code in CODES}
        self._queries = {name: self._renamed(schema) for name, schema in definitions.items() if name.endswith("Query")}

    def body(self, operation: Operation) -> Any:
        return self._by_key[(operation.name, "validation")]

    def answer(self, operation: Operation) -> Any:
        return self._by_key[(operation.name, "serialization")]

    def dry_answer(self, operation: Operation) -> Any:
        return self._by_key[(f"{operation.name}/dry", "serialization")]

    def query(self, operation: Operation) -> dict[str, Any]:
        schema = self._by_key[(f"{operation.name}?", "validation")]
        reference = schema.get("$ref", "")
        found: dict[str, Any] = self._queries.get(reference.removeprefix(_REF), schema)
        return found

    def example(self, schema: dict[str, Any]) -> dict[str, Any]:
        """What stands beside a schema: its example, by name where the schema has one."""
        if "$ref" not in schema:
            return {"example": self._examples.of(schema)}
        name = schema["$ref"].removeprefix(_REF)
        self.named_examples.setdefault(name, {"value": self._examples.of(schema)})
        return {"examples": {name: {"$ref": _EXAMPLE + name}}}

    def _renamed(self, schema: Any) -> Any:
        match schema:
            case {"$ref": str(reference)} if reference.removeprefix(_REF) in self._names:
                return {**schema, "$ref": _REF + self._names[reference.removeprefix(_REF)]}
            case dict():
                return {name: self._renamed(item) for name, item in schema.items()}
            case list():
                return [self._renamed(item) for item in schema]
            case _:
                return schema


class _Generator(GenerateJsonSchema):
    """Titles made from field names say nothing new."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def _operation(operation: Operation, schemas: _Schemas) -> dict[str, Any]:
    found: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "description": f"Needs the scope `{operation.scope.value}`.",
        "tags": [operation.tag],
        "parameters": _parameters(operation, schemas),
        "responses": _responses(operation, schemas),
    }
    if operation.body is not None:
        found["requestBody"] = _body(operation, schemas)
    return found


def _links(operation: Operation, operations: Sequence[Operation]) -> dict[str, Any]:
    """Where one may go from what was made: whatever needs nothing but its id."""
    if operation.method != "POST" or "{" in operation.path or operation.is_list or operation.answer is None:
        return {}
    found = {}
    for other in operations:
        names = _PARAMETER.findall(other.path)
        if len(names) == 1 and other.path.startswith(f"{operation.path}/{{"):
            found[other.name] = {"operationId": other.name, "parameters": {names[0]: "$response.body#/id"}}
    return found


def _parameters(operation: Operation, schemas: _Schemas) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", **_PATH_FORMS.get(name, _UUID)}}
        for name in _PARAMETER.findall(operation.path)
    ]
    query = schemas.query(operation)
    for name, schema in query.get("properties", {}).items():
        parameter: dict[str, Any] = {"name": name, "in": "query", "schema": _without_null(schema)}
        if "description" in schema:
            parameter["description"] = schema["description"]
        found.append(parameter)
    if operation.method == "POST":
        found.append({"$ref": "#/components/parameters/Idempotency-Key"})
    return found


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """A query's value is there or it is not; it cannot be null."""
    own = {name: item for name, item in schema.items() if name not in {"anyOf", "description"}}
    choices = [item for item in schema.get("anyOf", []) if item != {"type": "null"}]
    if own.get("default", ...) is None:
        del own["default"]
    return {**own, **choices[0]} if len(choices) == 1 else own


def _body(operation: Operation, schemas: _Schemas) -> dict[str, Any]:
    schema = schemas.body(operation)
    content: dict[str, Any] = {"application/json": {"schema": schema, **schemas.example(schema)}}
    if operation.file_field is not None:
        file = {operation.file_field: {"type": "string", "contentMediaType": "application/octet-stream"}}
        own = schemas.components[schema["$ref"].removeprefix(_REF)]
        content["multipart/form-data"] = {
            "schema": {**own, "properties": {**own["properties"], **file}, "additionalProperties": False}
        }
    if operation.takes_csv:
        content["text/csv"] = {"schema": {"type": "string"}}
    is_needed = operation.body is not None and any(
        field.is_required() for field in operation.body.model_fields.values()
    )
    return {"required": is_needed, "content": content}


def _responses(operation: Operation, schemas: _Schemas) -> dict[str, Any]:
    responses: dict[str, Any] = {str(operation.status): _success(operation, schemas)}
    if operation.dry_answer is not None:
        schema = schemas.dry_answer(operation)
        what = "A dry run" if operation.method == "POST" else "Done at once"
        content = {"application/json": {"schema": schema, **schemas.example(schema)}}
        responses["200"] = {"description": what, "headers": _HEADERS, "content": content}
    if operation.is_made_later:
        retry = {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds until the next look."}}
        responses["202"] = {"description": "It is being made", "headers": {**_HEADERS, **retry}}
    if operation.media and operation.media[0].startswith("audio/"):
        responses["206"] = {**responses["200"], "description": "The part that Range asked for"}
    codes = [*_COMMON_CODES, *operation.codes]
    if "{" in operation.path or _names_an_object(operation):
        codes.append("not_found")
    if operation.body is not None:
        codes += ["invalid_json", "too_large", "unsupported_media_type", "invalid_fields"]
    elif operation.method == "GET":
        codes.append("invalid_fields")
    if operation.method == "POST":
        codes += ["idempotency_conflict", "idempotency_in_progress"]
    by_status: dict[int, list[str]] = {}
    for code in dict.fromkeys(codes):
        by_status.setdefault(CODES[code][0], []).append(code)
    for status, words in sorted(by_status.items()):
        responses[str(status)] = {
            "description": ", ".join(f"`{word}`" for word in words),
            "headers": {"X-Request-ID": _HEADERS["X-Request-ID"]},
            "content": {
                "application/problem+json": {
                    "schema": {"$ref": _REF + "Problem"},
                    "examples": {word: {"$ref": f"{_EXAMPLE}{word}"} for word in words},
                }
            },
        }
    return responses


def _names_an_object(operation: Operation) -> bool:
    """Whether the body or the query names something by its id, which may not be there."""
    asked = {*operation.query.model_fields, *(operation.body.model_fields if operation.body else ())}
    return any(name.endswith(("_id", "_ids")) for name in asked - {"external_id"})


def _success(operation: Operation, schemas: _Schemas) -> dict[str, Any]:
    response: dict[str, Any] = {"description": operation.summary, "headers": _HEADERS}
    if operation.media:
        response["content"] = {media: {"schema": {}} for media in operation.media}
    elif operation.is_list:
        listed = {
            "type": "object",
            "required": ["data", "next_cursor"],
            "properties": {
                "data": {"type": "array", "items": schemas.answer(operation)},
                "next_cursor": {"type": ["string", "null"]},
                "total": {"type": "integer", "description": "Only with include=total."},
            },
        }
        response["content"] = {"application/json": {"schema": listed, **schemas.example(listed)}}
    elif operation.answer is not None:
        schema = schemas.answer(operation)
        response["content"] = {"application/json": {"schema": schema, **schemas.example(schema)}}
    else:
        response["description"] = "Done"
    if operation.also_csv:
        response["content"]["text/csv"] = {"schema": {"type": "string"}}
    return response


def _problem_example(code: str) -> dict[str, Any]:
    status, title, *_ = CODES[code]
    found = {
        "type": f"/docs#error-{code}", "title": title, "status": status, "detail": f"{title}.", "code": code,
        "hint": "What to do next, in a sentence.", "request_id": "5f0e4f0e9a534d4a",
    }  # fmt: skip
    if status == 422:
        found["errors"] = [{"field": "title", "code": "required", "message": "This field is required."}]
    return found


def _problem_schema() -> dict[str, Any]:
    text = {"type": "string"}
    problem = {
        "type": "object",
        "required": ["field", "code", "message"],
        "properties": {"field": text, "code": text, "message": text},
    }
    return {
        "type": "object",
        "description": "RFC 9457. `code` is stable; `errors` stands in 422 only.",
        "required": ["type", "title", "status", "detail", "code", "hint", "request_id"],
        "properties": {
            "type": {"type": "string", "format": "uri-reference"},
            "title": text,
            "status": {"type": "integer"},
            "detail": text,
            "code": {"type": "string", "examples": sorted(CODES)[:3]},
            "hint": text,
            "request_id": text,
            "errors": {"type": "array", "items": problem},
        },
    }

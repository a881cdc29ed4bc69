"""Reading a request into its schema: JSON, multipart forms, and what stands after the question mark."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar, get_args, get_origin

from flask import request
from pydantic import BaseModel, ValidationError
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge

from ivr.api.errors import Problem, field_refusal, invalid_fields
from ivr.api.schemas.base import Nothing
from ivr.services.drafts import Upload
from ivr.services.errors import FieldProblem
from ivr.services.idempotency import body_hash
from ivr.services.problems import field_problems

JSON_LIMIT = 1024 * 1024
FILE_LIMIT = 10 * 1024 * 1024
# A CSV file of 2 MB, and what JSON or a form puts around it.
CSV_LIMIT = 3 * 1024 * 1024
_MAX_DEPTH = 32

B = TypeVar("B", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Read:
    """A request's body: parsed, its file if it has one, and what tells it from another body."""

    body: Any
    upload: Upload | None
    hash: str


def read_query(schema: type[B]) -> B:
    """The query by its schema. Raises Problem."""
    values: dict[str, Any] = {}
    for name in request.args:
        given = request.args.getlist(name)
        field = _field(schema, name)
        if _is_list(field):
            values[name] = [part for text in given for part in text.split(",") if part]
        elif len(given) > 1:
            raise field_refusal([FieldProblem(_shown(name), "repeated", "This may be given once.")])
        else:
            values[name] = given[0]
    try:
        return schema.model_validate(values)
    except ValidationError as error:
        raise invalid_fields(error) from None


def read_body(schema: type[BaseModel], file_field: str | None, *, limit: int | None = None) -> Read:
    """The body by its schema, as JSON or, where a file may be sent, multipart/form-data. Raises Problem."""
    has_file = file_field is not None and request.mimetype == "multipart/form-data"
    request.max_content_length = limit or (FILE_LIMIT + JSON_LIMIT if has_file else JSON_LIMIT)
    match request.mimetype:
        case "application/json":
            raw = request.get_data(cache=True)
            return Read(_from_json(schema, raw), None, body_hash(raw))
        case "multipart/form-data" if file_field is not None:
            return _from_form(schema, file_field)
        case "" | "application/x-www-form-urlencoded" | "application/octet-stream" if not request.get_data():
            return Read(_from_json(schema, b"{}"), None, body_hash(b""))
        case _:
            taken = "application/json" if file_field is None else "application/json or multipart/form-data"
            raise Problem(
                "unsupported_media_type", "The body's content type is not taken here.", f"Send {taken}."
            )


def read_csv(limit: int | None) -> Read:
    """A body of text/csv, as a file."""
    request.max_content_length = limit or JSON_LIMIT
    raw = request.get_data()
    return Read(Nothing(), Upload(raw), body_hash(raw))


def _from_json(schema: type[B], raw: bytes) -> B:
    if _depth(raw) > _MAX_DEPTH:
        raise Problem("invalid_json", "The body is nested too deeply.", "Send the object as the schema describes it.")
    try:
        return schema.model_validate_json(raw, strict=True)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False, include_context=False)
        if any(item["type"] == "json_invalid" for item in found):
            raise Problem("invalid_json", "The body is not valid JSON.", "Send one JSON object in UTF-8.") from None
        raise invalid_fields(error) from None


def _from_form(schema: type[BaseModel], file_field: str) -> Read:
    problems: list[FieldProblem] = []
    values = _form_values(schema, request.form, problems)
    uploads = request.files.getlist(file_field)
    problems += [
        FieldProblem(_shown(name), "unknown_field", "There is no such file field.")
        for name in request.files
        if name != file_field
    ]
    if len(uploads) > 1:
        problems.append(FieldProblem(file_field, "repeated", "One file may be sent."))
    try:
        body = schema.model_validate(values)
    except ValidationError as error:
        raise field_refusal([*field_problems(error), *problems]) from None
    if problems:
        raise field_refusal(problems)
    upload = None
    if uploads:
        data = uploads[0].stream.read(FILE_LIMIT + 1)
        if len(data) > FILE_LIMIT:
            raise RequestEntityTooLarge
        upload = Upload(data, (uploads[0].filename or "")[:255] or None)
    parts = [json.dumps(sorted(request.form.items(multi=True)), ensure_ascii=True).encode()]
    parts += [upload.data] if upload is not None else []
    return Read(body, upload, body_hash(*parts))


def _form_values(
    schema: type[BaseModel], form: MultiDict[str, str], problems: list[FieldProblem]
) -> Mapping[str, Any]:
    """Form fields as values: lists by repetition or as JSON, objects as JSON, all else as it stands."""
    values: dict[str, Any] = {}
    for name in form:
        given = form.getlist(name)
        field = _field(schema, name)
        if _is_list(field) and not (len(given) == 1 and given[0].lstrip().startswith("[")):
            values[name] = given
        elif len(given) > 1:
            problems.append(FieldProblem(_shown(name), "repeated", "This may be given once."))
        elif _is_list(field) or _is_object(field):
            try:
                values[name] = json.loads(given[0])
            except (ValueError, RecursionError):
                problems.append(FieldProblem(_shown(name), "invalid_json", "This field must be JSON."))
        else:
            values[name] = given[0]
    return values


def _field(schema: type[BaseModel], name: str) -> Any:
    for own, field in schema.model_fields.items():
        if name == (field.alias or own):
            return field.annotation
    return None


def _kinds(annotation: Any) -> Iterable[Any]:
    origin = get_origin(annotation)
    if origin is None:
        yield annotation
    elif origin in (tuple, list, dict):
        yield origin
    else:
        for argument in get_args(annotation):
            yield from _kinds(argument)


def _is_list(annotation: Any) -> bool:
    return any(kind in (tuple, list) for kind in _kinds(annotation))


def _is_object(annotation: Any) -> bool:
    return any(kind is dict or (isinstance(kind, type) and issubclass(kind, BaseModel)) for kind in _kinds(annotation))


def _shown(name: str) -> str:
    """A field's name as it came, when it looks like one."""
    return name if name.isidentifier() and name.isascii() and len(name) <= 40 else "(unnamed)"


def _depth(raw: bytes) -> int:
    """How deep brackets go, those in texts too: a cheap bound before anything is parsed."""
    if raw.count(b"[") + raw.count(b"{") <= _MAX_DEPTH:
        return 0
    depth = deepest = 0
    in_text = escaped = False
    for byte in raw:
        if in_text:
            in_text, escaped = (byte != 0x22 or escaped), (byte == 0x5C and not escaped)
        elif byte == 0x22:
            in_text = True
        elif byte in (0x5B, 0x7B):
            depth += 1
            deepest = max(deepest, depth)
            if deepest > _MAX_DEPTH:
                return deepest
        elif byte in (0x5D, 0x7D):
            depth -= 1
    return deepest

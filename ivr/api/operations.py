"""One table of what the API can do: each entry serves its requests and describes itself in the OpenAPI document.

The road of a request: key, scope, limit, body and query by schema, Idempotency-Key, the service, the answer.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from flask import Blueprint, Response, current_app, g, request
from pydantic import BaseModel, TypeAdapter
from sqlalchemy.orm import Session

from db.models import Scope
from interview.phone import InvalidPhoneNumber, WhitelistPattern
from ivr.api.auth import authenticate, require
from ivr.api.errors import Problem, document_problem, respond, service_problem
from ivr.api.idempotency import Answering, begin
from ivr.api.pagination import envelope
from ivr.api.requests import Read, read_body, read_csv, read_query
from ivr.api.schemas.base import Nothing, Query
from ivr.current import current_services
from ivr.gateways.ports import UnreadableDocument
from ivr.http import request_id
from ivr.limits import RATE_LIMITER, RateLimiter
from ivr.services.access import KeyIdentity
from ivr.services.context import Actor
from ivr.services.drafts import Paged, Upload
from ivr.services.errors import ServiceError
from ivr.services.idempotency import body_hash

if TYPE_CHECKING:
    from ivr.services.catalog import Services

B = TypeVar("B", bound=BaseModel)
Q = TypeVar("Q", bound=BaseModel)
V = TypeVar("V", bound=Callable[..., Any])

RATE_LIMITS = "viva_rate_limits"
# Members of an answer that hold a telephone number.
_PHONE_MEMBERS = frozenset({"phone", "pattern"})


class NoQuery(Query):
    """Nothing may stand after the question mark."""


@dataclass(frozen=True, slots=True)
class Asked(Generic[B, Q]):
    """A request as a view gets it: who asks, what for, and the services to ask in turn."""

    services: "Services"
    key: KeyIdentity
    actor: Actor
    body: B
    query: Q
    upload: Upload | None
    ids: Mapping[str, str]

    @property
    def organisation_id(self) -> str:
        """Whose data this is about."""
        return self.key.organisation_id


@dataclass(frozen=True, slots=True)
class Operation:
    """One method on one path. ``answer`` is the type of what is shown, None where nothing comes back or the view makes
    the response itself (``media`` says of what kind; with ``is_made_later`` it may be 202 with Retry-After). ``of`` is
    the type that the service returns and ``shows`` the way from it to the answer, where they differ. ``dry_answer`` is
    what a dry run answers with 200. With ``also_csv`` the view may make a table of its answer instead."""

    method: str
    path: str
    name: str
    summary: str
    tag: str
    scope: Scope
    view: Callable[[Any], Any]
    body: type[BaseModel] | None = None
    query: type[BaseModel] = NoQuery
    file_field: str | None = None
    answer: Any = None
    dry_answer: type | None = None
    of: type | None = None
    shows: Callable[[Any], Any] | None = None
    status: int = 200
    is_list: bool = False
    media: tuple[str, ...] = ()
    is_made_later: bool = False
    also_csv: bool = False
    limit_bucket: str = "requests"
    takes_csv: bool = False
    body_limit: int | None = None
    codes: tuple[str, ...] = ()

    def rule(self) -> str:
        """The path as Flask writes it: ids are UUIDs, but for those of questions ("q1"); what is none is 404."""
        path = self.path.replace("{question_id}", "<string(maxlength=36):question_id>")
        return path.replace("{", "<uuid:").replace("}", ">")


class Table:
    """The operations of one resource, in the order in which they are described."""

    def __init__(self, tag: str) -> None:
        self.tag = tag
        self.operations: list[Operation] = []

    def on(self, method: str, path: str, scope: Scope, summary: str, **more: Any) -> Callable[[V], V]:
        """Enter a view; its name is the operation's."""

        def enter(view: V) -> V:
            status = more.pop("status", 201 if method == "POST" and "{" not in path else 200)
            self.operations.append(
                Operation(method, path, view.__name__, summary, self.tag, scope, view, status=status, **more)
            )
            return view

        return enter


def serve(blueprint: Blueprint, operations: list[Operation]) -> None:
    """Give each operation its route, and each answer, a refusal too, what is left of the key's limit."""

    @blueprint.after_request
    def tell_limit(response: Response) -> Response:
        for name, value in (g.get("rate_limit_headers") or {}).items():
            response.headers.setdefault(name, value)
        return response

    for operation in operations:
        blueprint.add_url_rule(
            operation.rule(), operation.name, _view_of(operation), methods=[operation.method], strict_slashes=False
        )


def _view_of(operation: Operation) -> Callable[..., Response]:
    def view(**ids: Any) -> Response:
        key = authenticate()
        require(key, operation.scope)
        g.rate_limit_headers = _within_limit(operation, key)
        query = read_query(operation.query)
        read = _read(operation)
        asked = _asked(operation, key, read, query, {name: str(value) for name, value in ids.items()})
        return _repeatable(operation, asked, read) if operation.method == "POST" else _done(operation, asked)

    return view


def _read(operation: Operation) -> Read:
    if operation.takes_csv and request.mimetype == "text/csv":
        return read_csv(operation.body_limit)
    if operation.body is None and operation.method in {"GET", "DELETE"}:
        return Read(Nothing(), None, "")
    return read_body(operation.body or Nothing, operation.file_field, limit=operation.body_limit)


def _asked(
    operation: Operation, key: KeyIdentity, read: Read, query: BaseModel, ids: Mapping[str, str]
) -> Asked[Any, Any]:
    actor = Actor(key.organisation_id, f"key:{key.name}"[:100], "key", request_id())
    return Asked(current_services(), key, actor, read.body, query, read.upload, ids)


def _done(operation: Operation, asked: Asked[Any, Any]) -> Response:
    result = operation.view(asked)
    if isinstance(result, Response):
        return result
    return _response(_status(operation, result), shown(operation, result, asked.key))


def _repeatable(operation: Operation, asked: Asked[Any, Any], read: Read) -> Response:
    """A POST: once per Idempotency-Key, however often it comes."""
    started = begin(asked.key, _told_apart(read))
    if started is None:
        return _done(operation, asked)
    if isinstance(started, Response):
        return started

    def answering(session: Session, view: Any) -> None:
        if _is_answer(operation, view):
            started.finish(session, operation.status, shown(operation, view, asked.key))

    return _answered(operation, replace(asked, actor=replace(asked.actor, answering=answering)), started)


def _told_apart(read: Read) -> str:
    """The hash of the body, and of what stands after the question mark: a dry run is not the deed."""
    return body_hash(read.hash.encode(), request.query_string) if request.query_string else read.hash


def csv_of(asked: "Asked[Any, Any]") -> bytes:
    """The CSV file of a request, sent as a file or as the text ``csv``; empty when there is none."""
    if asked.upload is not None:
        return asked.upload.data
    text: str | None = getattr(asked.body, "csv", None)
    return (text or "").encode()


def _answered(operation: Operation, asked: Asked[Any, Any], started: Answering) -> Response:
    try:
        result = operation.view(asked)
        body = shown(operation, result, asked.key)
        status = _status(operation, result)
        started.finish_if_open(status, body)
        return _response(status, body)
    except (ServiceError, UnreadableDocument) as error:
        problem = service_problem(error) if isinstance(error, ServiceError) else document_problem(error)
        if problem["status"] < 500 and problem["code"] != "idempotency_in_progress":
            started.refuse(problem["status"], problem)
        else:
            started.release()
        return respond(problem)
    except BaseException:
        # A failure of ours is never the answer to a repeat.
        started.release()
        raise


def _is_answer(operation: Operation, view: Any) -> bool:
    """Whether this is the operation's own answer and not that of a smaller step on its way."""
    expected = operation.of or operation.answer
    return isinstance(view, expected) if isinstance(expected, type) else True


def shown(operation: Operation, result: Any, key: KeyIdentity) -> dict[str, Any] | None:
    """The JSON of an answer; telephone numbers whole only for keys that may write."""
    if operation.answer is None:
        return None
    adapter = _adapter(operation.dry_answer if _is_dry(operation, result) else operation.answer)

    def one(view: Any) -> Any:
        value = operation.shows(view) if operation.shows is not None else view
        return adapter.dump_python(value, mode="json", by_alias=True)

    body: Any
    if operation.is_list:
        assert isinstance(result, Paged)  # noqa: S101 - a list operation returns a page
        body = envelope(result, [one(item) for item in result.items])
    else:
        body = one(result)
    found: dict[str, Any] = body if Scope.WRITE in key.scopes else masked(body)
    return found


def _is_dry(operation: Operation, result: object) -> bool:
    return operation.dry_answer is not None and isinstance(result, operation.dry_answer)


def _status(operation: Operation, result: object) -> int:
    return 200 if _is_dry(operation, result) else operation.status


def _response(status: int, body: dict[str, Any] | None) -> Response:
    if body is None:
        return Response(status=204)
    return Response(json.dumps(body, ensure_ascii=False), status=status, content_type="application/json")


def _within_limit(operation: Operation, key: KeyIdentity) -> dict[str, str]:
    limiter: RateLimiter = current_app.extensions[RATE_LIMITER]
    limits: Mapping[str, int] = current_app.extensions[RATE_LIMITS]
    per_minute = limits.get(operation.limit_bucket, limits["requests"])
    allowance = limiter.hit(operation.limit_bucket, key.key_id, per_minute)
    if allowance.is_exceeded:
        raise Problem(
            "rate_limited",
            f"This key may make {per_minute} such requests a minute.",
            f"Wait {allowance.reset_s} seconds.",
            headers=allowance.headers(),
        )
    return allowance.headers()


def masked(value: Any) -> Any:
    """What is shown with its telephone numbers masked."""
    match value:
        case dict():
            return {
                name: _mask(item) if name in _PHONE_MEMBERS and isinstance(item, str) else masked(item)
                for name, item in value.items()
            }
        case list():
            return [masked(item) for item in value]
        case _:
            return value


def _mask(number: str) -> str:
    try:
        return WhitelistPattern.parse(number).masked
    except InvalidPhoneNumber:
        return number if "******" in number else "******"


@cache
def _adapter(answer: Any) -> TypeAdapter[Any]:
    return TypeAdapter(answer)

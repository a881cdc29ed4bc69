"""Events as they happen, as server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html"""

import json
from collections.abc import Iterator
from typing import Annotated
from uuid import UUID

from flask import Response, request
from pydantic import Field

from db.models import Scope
from ivr.api.auth import given_key
from ivr.api.errors import Problem
from ivr.api.event_payloads import payload
from ivr.api.operations import Asked, Table
from ivr.api.schemas.base import Nothing, Query
from ivr.services.errors import Conflict, ServiceError
from ivr.services.event_objects import Announcement

table = Table("Live events")
_RECONNECT_MS = 3000
_TRY_AGAIN_S = 15


class StreamQuery(Query):
    """Where to go on."""

    last_event_id: Annotated[
        UUID | None, Field(description="Go on after this event; the header Last-Event-ID says the same.")
    ] = None


@table.on(
    "GET", "/events/stream", Scope.READ, "Follow what happens, as server-sent events for five minutes at a time",
    query=StreamQuery, media=("text/event-stream",), codes=("too_many_streams", "streams_busy"),
)  # fmt: skip
def stream_events(asked: Asked[Nothing, StreamQuery]) -> Response:
    live = asked.services.live_events
    try:
        give_back = live.take_place(asked.organisation_id)
    except Conflict as error:
        headers = {"Retry-After": str(_TRY_AGAIN_S)}
        raise Problem(error.code, error.sentence, error.hint, headers=headers) from None
    access, key = asked.services.access, given_key()

    def is_allowed() -> bool:
        """The key may have been revoked since."""
        try:
            return Scope.READ in access.authenticate_key(key).scopes
        except ServiceError:
            return False

    told = live.follow(asked.organisation_id, _last_event_id(asked.query), is_allowed)
    response = Response(_lines(told), content_type="text/event-stream; charset=utf-8")
    # A proxy that gathers what it passes on would make it anything but live.
    response.headers["X-Accel-Buffering"] = "no"
    response.call_on_close(give_back)
    return response


def _last_event_id(query: StreamQuery) -> str | None:
    """The header that browsers send by themselves when they connect again; what is no id is no place to go on from."""
    given = request.headers.get("Last-Event-ID", "").strip()
    try:
        return str(UUID(given)) if given else str(query.last_event_id or "") or None
    except ValueError:
        return None


def _lines(told: Iterator[Announcement | None]) -> Iterator[bytes]:
    yield f"retry: {_RECONNECT_MS}\n: connected\n\n".encode()
    for one in told:
        if one is None:
            yield b": alive\n\n"
        else:
            data = json.dumps(payload(one), ensure_ascii=False, separators=(",", ":"))
            yield f"id: {one.id}\nevent: {one.type}\ndata: {data}\n\n".encode()

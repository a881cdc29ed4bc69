"""The Idempotency-Key of a POST: the lock around the work, and the first answer given again."""

import json
import re
from typing import Any

from flask import Response, request
from sqlalchemy.orm import Session

from ivr.api.errors import CONTENT_TYPE, Problem
from ivr.current import current_services
from ivr.services.access import KeyIdentity
from ivr.services.errors import FieldProblem
from ivr.services.idempotency import IdempotencyService, Lock, Replay

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
_KEY = re.compile(r"[\x21-\x7e]{1,200}")


class Answering:
    """The right to answer one request, until it is answered or given up."""

    def __init__(self, service: IdempotencyService, lock: Lock) -> None:
        self._service = service
        self._lock = lock
        self._is_open = True

    def finish(self, session: Session, status: int, body: dict[str, Any] | None) -> None:
        """Store the answer in the transaction that has the effect."""
        self._service.finish(session, self._lock, status, body or {})
        self._is_open = False

    def finish_if_open(self, status: int, body: dict[str, Any] | None) -> None:
        """Store an answer that the work did not store itself."""
        if self._is_open:
            self._service.finish_alone(self._lock, status, body or {})
            self._is_open = False

    def refuse(self, status: int, body: dict[str, Any]) -> None:
        """Store a refusal, which goes with no effect."""
        self._service.finish_alone(self._lock, status, body)

    def release(self) -> None:
        """Forget the attempt. An answer whose transaction was committed stays: the lock's row has it."""
        self._service.release(self._lock)


def begin(key: KeyIdentity, body_hash: str) -> Answering | Response | None:
    """None without the header, the stored answer for a repeat, else the right to do the work.

    A key belongs to the API key that sent it: two programs that both count from 1 do not meet.
    """
    given = request.headers.get(HEADER)
    if given is None:
        return None
    if not _KEY.fullmatch(given):
        sentence = "This takes 1 to 200 visible ASCII characters, such as a UUID."
        raise Problem(
            "invalid_fields", f"{HEADER}: {sentence}", problems=[FieldProblem(HEADER, "invalid", sentence)]
        )
    service = current_services().idempotency
    started = service.begin(key.organisation_id, f"{key.key_id}:{given}", request.path[:255], body_hash)
    if isinstance(started, Replay):
        return _replayed(started)
    return Answering(service, started)


def _replayed(replay: Replay) -> Response:
    is_problem = replay.status >= 400
    response = Response(
        json.dumps(dict(replay.body), ensure_ascii=False) if replay.status != 204 else None,
        status=replay.status,
        content_type=CONTENT_TYPE if is_problem else "application/json",
    )
    response.headers[REPLAYED] = "true"
    return response

"""The Idempotency-Key of another front end: the same key may not bring another request.

Every change here may be sent twice anyway, so a repeat is not answered from memory: it is done again, changes nothing,
and tells how things stand by then, which is what a page that lost its answer needs. So nothing about the candidate is
kept for it but the hash of what was sent, for 24 hours.
"""

import hashlib
import re

from flask import Blueprint, Response, g, request

from ivr.candidate.access import hashed
from ivr.candidate.errors import problem
from ivr.candidate.sitting import LONGEST_BODY
from ivr.current import current_services
from ivr.services.errors import Conflict, FieldProblem, Invalid
from ivr.services.idempotency import Lock, Replay

HEADER, REPLAYED = "Idempotency-Key", "Idempotency-Replayed"
_KEY = re.compile(r"[\x21-\x7e]{1,200}")
# What shows or deletes the candidate's data: reading it is no change, and afterwards there is nothing to repeat.
_FREE = frozenset({"candidate.data", "candidate.erase"})


def remember(blueprint: Blueprint) -> None:
    """Look at the header of every change, before it is made and after."""

    @blueprint.before_request
    def begin() -> Response | None:
        given = request.headers.get(HEADER)
        if given is None or request.method != "POST" or request.endpoint in _FREE:
            return None
        if not _KEY.fullmatch(given):
            sentence = "This takes 1 to 200 visible ASCII characters, such as a UUID."
            raise Invalid("invalid_fields", sentence, problems=[FieldProblem(HEADER, "invalid", sentence)])
        services, token = current_services(), (request.view_args or {}).get("token", "")
        organisation_id = services.candidate_door.organisation_of(token)
        operation = f"/c/{(request.endpoint or '').partition('.')[2]}"
        try:
            g.door_request = services.idempotency.begin(
                organisation_id, f"link {hashed(token)[:16]} {hashed(given)[:32]}", operation, _body_hash()
            )
        except Conflict as error:
            return problem(409, error)
        return None

    @blueprint.after_request
    def end(response: Response) -> Response:
        begun: Lock | Replay | None = g.pop("door_request", None)
        if isinstance(begun, Replay):
            response.headers[REPLAYED] = "true"
        elif begun is not None and response.status_code < 400:
            current_services().idempotency.finish_alone(begun, response.status_code, {})
        elif begun is not None:
            # what was refused may be sent again, put right
            current_services().idempotency.release(begun)
        return response


def _body_hash() -> str:
    """SHA-256 (hex) of what was sent; of a form its parts, as each sending has other borders between them."""
    if request.is_json:
        return hashlib.sha256(request.get_data()).hexdigest()
    request.max_content_length = LONGEST_BODY
    digest = hashlib.sha256()
    for name, value in sorted(request.form.items(multi=True)):
        digest.update(f"{name}\n{len(value)}\n{value}\n".encode())
    for name, file in sorted(request.files.items()):
        digest.update(f"{name}\n".encode() + hashlib.sha256(file.stream.read()).digest())
        file.stream.seek(0)
    return digest.hexdigest()

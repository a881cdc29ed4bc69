"""The double's own control panel under /simulator: people, faults, the ledger, and the seat of a live candidate."""

from __future__ import annotations

import threading
import time
from typing import Any

from flask import Blueprint, Response, jsonify, request

from . import messages
from .contract import E164
from .exchange import OwnNumber
from .faults import BadFault
from .line import Line
from .people import BadPerson, parse_person, parse_reaction
from .records import Call
from .rest import exchange

control = Blueprint("control", __name__, url_prefix="/simulator")

MAX_WAIT_S = 60.0


@control.errorhandler(BadPerson)
@control.errorhandler(BadFault)
def _bad(error: Exception) -> tuple[Response, int]:
    return jsonify({"error": str(error)}), 400


@control.get("/health")
def health() -> Response:
    """That the double runs, and how fast its line time passes."""
    config = exchange().config
    return jsonify({"ok": True, "simulated": True, "account_sid": config.account_sid, "speed": config.speed})


@control.put("/people/<phone>")
def put_person(phone: str) -> tuple[Response, int]:
    """Describe who sits behind a number; a person who was there before is forgotten."""
    if not E164.fullmatch(phone):
        raise BadPerson(f"not an E.164 number: {phone}")
    exchange().people[phone] = parse_person(_json())
    return jsonify({"phone": phone}), 200


@control.get("/people")
def list_people() -> Response:
    """The numbers that have somebody behind them, and how often each was dialled."""
    people = dict(exchange().people)
    return jsonify({"people": [{"phone": phone, "dials": person.dials} for phone, person in people.items()]})


@control.delete("/people/<phone>")
def delete_person(phone: str) -> tuple[str, int]:
    """Nobody picks up there any more."""
    exchange().people.pop(phone, None)
    return "", 204


@control.put("/faults")
def put_faults() -> Response:
    """Set the faults for everybody, or for one number when the body (or the query) has ``phone``."""
    settings = dict(_json())
    phone = settings.pop("phone", None) or request.args.get("phone")
    exchange().faults.put(phone, settings)
    return jsonify(exchange().faults.all())


@control.get("/faults")
def list_faults() -> Response:
    """The faults in force."""
    return jsonify(exchange().faults.all())


@control.delete("/faults")
def clear_faults() -> tuple[str, int]:
    """End all faults."""
    exchange().faults.clear()
    return "", 204


@control.get("/calls")
def list_calls() -> Response:
    """Calls in the order they were placed, with everything that happened; ``phone`` narrows them down."""
    phone = request.args.get("phone")
    with exchange().lock:
        calls = [call for call in exchange().calls.values() if phone in (None, call.person)]
    return jsonify({"calls": [call.ledger() for call in calls]})


@control.get("/calls/<sid>")
def fetch_call(sid: str) -> tuple[Response, int]:
    """One call; ``wait_s`` waits up to that many real seconds until it is over and its callbacks are sent."""
    call: Call | None = exchange().calls.get(sid)
    if call is None:
        return jsonify({"error": "no such call"}), 404
    call.settled.wait(timeout=min(MAX_WAIT_S, request.args.get("wait_s", 0.0, type=float)))
    return jsonify(call.ledger()), 200


@control.get("/ledger")
def ledger() -> Response:
    """Counts over everything: dials per number, recordings, violations, errors heard, how quick the webhooks were."""
    return jsonify(exchange().summary())


@control.put("/numbers/<phone>")
def put_number(phone: str) -> Response:
    """What the carrier's console keeps of a number: ``voice_url``, ``voice_fallback_url``, ``status_callback`` and
    ``sms_url``."""
    given = {name: str(value) for name, value in _json().items()}
    if not E164.fullmatch(phone) or set(given) - set(OwnNumber.__dataclass_fields__):
        raise BadPerson(f"a number has {', '.join(OwnNumber.__dataclass_fields__)}")
    with exchange().lock:
        exchange().lines[phone] = OwnNumber(**given)
        if phone not in exchange().seen_numbers:
            exchange().seen_numbers.append(phone)
    return jsonify({"phone": phone, **given})


@control.post("/calls/inbound")
def call_in() -> tuple[Response, int]:
    """Somebody (``from``) calls a number of ours (``to``); what else is given describes the person for this call."""
    given = _json()
    caller, called = str(given.pop("from", "")), str(given.pop("to", ""))
    own = exchange().lines.get(called)
    if own is None or not own.voice_url:
        raise BadPerson("the number called has no voice_url: PUT /simulator/numbers/<phone> sets it")
    person = parse_person(given) if given else exchange().people.get(caller)
    order = {
        "Url": own.voice_url, "FallbackUrl": own.voice_fallback_url, "StatusCallback": own.status_callback,
        "StatusCallbackEvent": ["completed"],
    }  # fmt: skip
    call = exchange().add_call(called, caller, order, is_inbound=True)
    line = Line(exchange(), call, person)
    threading.Thread(target=line.run, name=f"call from {caller}", daemon=True).start()
    return jsonify({"sid": call.sid}), 201


@control.post("/messages/inbound")
def write_in() -> tuple[Response, int]:
    """Somebody (``from``) writes ``body`` to a number of ours (``to``); what our webhook replied to it."""
    given = _json()
    message = messages.receive(
        exchange(), str(given.get("from", "")), str(given.get("to", "")), str(given.get("body", ""))
    )
    return jsonify({"sid": message.sid, "replies": message.replies, "webhooks": message.webhooks}), 201


@control.get("/messages")
def list_messages() -> Response:
    """Text messages in the order they were sent."""
    with exchange().lock:
        found = [{**one.resource(), "webhooks": list(one.webhooks)} for one in exchange().messages.values()]
    return jsonify({"messages": found})


@control.get("/violations")
def list_violations() -> Response:
    """Every breach of contract seen so far, the application's and our own."""
    with exchange().lock:
        return jsonify({"violations": list(exchange().violations)})


@control.get("/live")
def read_live() -> tuple[Response, int]:
    """What a live candidate hears: events after ``after``; waits up to ``wait_s`` (25) real seconds for news."""
    phone = request.args.get("phone", "")
    if phone not in exchange().people:
        return jsonify({"error": "nobody sits behind this number"}), 404
    wait_s = min(MAX_WAIT_S, request.args.get("wait_s", 25.0, type=float))
    return jsonify(exchange().read_feed(phone, request.args.get("after", 0, type=int), wait_s)), 200


@control.post("/live")
def act_live() -> tuple[Response, int]:
    """What a live candidate does; 409 when the call is not waiting for it."""
    body = _json()
    action = parse_reaction({"wait_s": 0.0, "lead_silence_s": 0.2, **dict(body.get("action") or {})})
    phone = str(body.get("phone", ""))
    deadline = time.monotonic() + 2
    while not exchange().act(phone, action):
        if time.monotonic() > deadline:
            return jsonify({"error": "the call is not waiting for anything"}), 409
        time.sleep(0.02)
    return jsonify({"ok": True}), 200


def _json() -> dict[str, Any]:
    body = request.get_json(force=True, silent=True)
    if not isinstance(body, dict):
        raise BadPerson("the body is not a JSON object")
    return body

"""The double's two endpoints: a request of the published form in, questions or ratings by stated rules out."""

import hmac
import json
import time
import uuid
from typing import Any

from jsonschema import Draft202012Validator

from ..openai_double.api import Reply
from ..openai_double.contract import Refusal
from ..openai_double.envelopes import count_tokens, demo_name
from ..openai_double.faults import Fault, FaultBook, tell_lies
from ..openai_double.ledger import Ledger
from ..openai_double.questions import write_questions
from ..openai_double.rating import rate_answer
from ..openai_double.server import DoubleServer
from .contract import problems

_ENDPOINTS = {
    "/generate-questions": ("interview_questions", write_questions),
    "/evaluate-response": ("answer_rating", rate_answer),
}


class Api:
    """The double's whole state behind one method, ``handle``; safe to use from many threads."""

    def __init__(self, api_key: str | None) -> None:
        self._api_key = api_key
        self._ledger = Ledger()
        self._faults = FaultBook()

    def handle(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Reply:
        """The reply to one request; every reply says that it is simulated and carries a request id."""
        request_id = f"msrv_{uuid.uuid4().hex}"
        if target.startswith("/simulator/"):
            reply = self._simulator(method, target, body)
        else:
            entry = self._ledger.begin(method, target, headers, body.decode("utf-8", "replace"), request_id)
            try:
                reply = self._answer(method, target, headers, body, entry)
            except Refusal as refusal:
                if refusal.status in (400, 404):
                    self._ledger.violation(entry, "request", [refusal.message])
                reply = _json(refusal.status, {"error": {"code": refusal.code, "message": refusal.message}})
            self._ledger.end(entry, reply.status, reply.body.decode())
        reply.headers = {"X-Simulated": "1", "x-request-id": request_id} | reply.headers
        return reply

    def _answer(
        self, method: str, path: str, headers: dict[str, str], body: bytes, entry: dict[str, Any]
    ) -> Reply:
        if method != "POST" or path not in _ENDPOINTS:
            raise Refusal(404, f"no such address: {method} {path}")
        purpose, write = _ENDPOINTS[path]
        entry["purpose"] = purpose
        given = headers.get("authorization", "").removeprefix("Bearer ")
        if self._api_key is not None and not hmac.compare_digest(given.encode(), self._api_key.encode()):
            raise Refusal(401, "the key is not known", code="invalid_api_key")
        try:
            asked = json.loads(body)
        except ValueError as error:
            raise Refusal(400, "the body is not JSON", code="invalid_json") from error
        found = problems("request", asked)
        if not found and asked["purpose"] != purpose:
            found = [f"purpose is {asked['purpose']} at {path}"]
        if found:
            raise Refusal(400, f"the request breaks its form: {found[0]}", code="invalid_request")
        fault = self._faults.take(purpose)
        entry["fault"] = fault.kind if fault else None
        if fault and fault.kind == "status":
            return _json(fault.status, fault.error()) if not fault.headers else _with(fault)
        if fault and fault.kind == "hang":
            time.sleep(fault.seconds)
        return _json(200, self._speak(asked, write, fault, entry))

    def _speak(self, asked: dict[str, Any], write: Any, fault: Fault | None, entry: dict[str, Any]) -> dict[str, Any]:
        output = write(asked["input"])
        unfit = [error.message[:300] for error in Draft202012Validator(asked["output_schema"]).iter_errors(output)]
        if unfit:
            self._ledger.violation(entry, "response", unfit)
        kind = fault.kind if fault else None
        if fault and kind == "lie":
            output = tell_lies(fault.lies, output, asked["instructions"], self._faults.turn())
        if kind == "wrong_schema":
            output = {"result": "fine", "items": [1, 2, 3]}
        name = {"name": demo_name(asked["model"]["name"]), "version": asked["model"]["version"]}
        usage = {
            "input_tokens": count_tokens(json.dumps(asked["input"]) + asked["instructions"]),
            "output_tokens": count_tokens(json.dumps(output)),
        }
        if kind == "refusal":
            return {"refusal": "I would rather not.", "model": name, "usage": usage}
        if kind in ("malformed_json", "truncated_json"):
            return {"output": "Sure! Here it is:", "model": name, "usage": usage}
        reply = {"output": output, "model": name, "usage": usage}
        if found := problems("reply", reply):
            self._ledger.violation(entry, "response", found)
        return reply

    def _simulator(self, method: str, path: str, body: bytes) -> Reply:
        match method, path:
            case "GET", "/simulator/requests":
                return _json(200, {"requests": self._ledger.requests(None)})
            case "DELETE", "/simulator/requests":
                self._ledger.clear()
                return Reply(204, b"")
            case "GET", "/simulator/violations":
                return _json(200, {"violations": self._ledger.violations()})
            case "PUT", "/simulator/faults":
                try:
                    self._faults.replace(json.loads(body))
                except (ValueError, TypeError) as error:
                    return _json(400, {"error": str(error)})
                return _json(200, {"faults": self._faults.view()})
            case "DELETE", "/simulator/faults":
                self._faults.replace([])
                return Reply(204, b"")
        return _json(404, {"error": f"no such door: {method} {path}"})


def make_server(port: int, api_key: str | None = None) -> DoubleServer:
    """The double, bound to 127.0.0.1 and not yet serving; port 0 takes a free one (``server.server_port``)."""
    return DoubleServer(port, Api(api_key))


def _with(fault: Fault) -> Reply:
    reply = _json(fault.status, fault.error())
    reply.headers = dict(fault.headers)
    return reply


def _json(status: int, body: object) -> Reply:
    return Reply(status, json.dumps(body, ensure_ascii=False).encode())

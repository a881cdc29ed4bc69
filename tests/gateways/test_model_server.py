"""A model server of one's own: against its double over HTTP, against servers that misbehave, and what its page says."""

from __future__ import annotations

import json
import re
import time
import urllib.request
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from ivr.gateways.model_server import ModelServer, model_id
from ivr.gateways.model_server_http import ModelServerHttp
from ivr.gateways.ports import GatewayError, ModelReply, Trouble
from ivr.services.judging import RATING_SCHEMA
from ivr.services.question_schema import QUESTIONS_SCHEMA
from scripts.simulator.model_server.contract import problems
from scripts.simulator.model_server.server import make_server
from tests.gateways.doubles import Double, served

PAGE = Path(__file__).parents[2] / "docs" / "model-server.md"
KEY = "secret"
RATING = {
    "question": {
        "text": "How do you keep a ward safe at night?", "type": "behavioral",
        "key_points": [{"id": "k1", "text": "checks each chart twice"}],
        "anchors": {"1": "no check", "2": None, "3": "one check", "4": None, "5": "checks each chart twice"},
        "ideal_answer": "I check each chart twice and tell the team.",
    },
    "criteria": [{"id": "relevance", "dimension": "content", "description": "Covers the key points."}],
    "transcript": "At night I check each chart twice and I tell the team.",
    "follow_up": None,
}  # fmt: skip


@pytest.fixture(scope="module")
def running_double() -> Iterator[Double]:
    with served(make_server(0, KEY)) as double:
        yield double


@pytest.fixture
def double(running_double: Double) -> Double:
    running_double.forget()
    return running_double


@pytest.fixture
def connect() -> Iterator[Callable[..., ModelServer]]:
    made: list[ModelServerHttp] = []

    def make(url: str, *, key: str | None = KEY, total_s: float = 10.0, simulated: bool = True) -> ModelServer:
        made.append(ModelServerHttp(endpoint=url, api_key=key, total_s=total_s, simulated=simulated))
        return ModelServer(made[-1], "house-rater", "7")

    yield make
    for http in made:
        http.close()


def ask(model: ModelServer, **changes: Any) -> ModelReply:
    asked: dict[str, Any] = {
        "purpose": "answer_rating", "instructions": "Rate the answer.", "payload": RATING, "schema": RATING_SCHEMA,
        "prompt_version": "score@1", "marker": "0a1b2c3d",
    }  # fmt: skip
    return model.ask(**(asked | changes))


def refused(model: ModelServer, **changes: Any) -> GatewayError:
    with pytest.raises(GatewayError) as caught:
        ask(model, **changes)
    return caught.value


# --- what is asked and what comes back ---------------------------------------------------------------------------


def test_a_rating_comes_back_with_the_model_that_made_it(double: Double, connect: Any) -> None:
    reply = ask(connect(double.url))
    assert reply.content["criteria"][0]["rating"] == 5
    call = reply.call
    assert (call.model, call.purpose, call.prompt_version) == ("demo-house-rater@7", "answer_rating", "score@1")
    assert call.simulated and call.request_id.startswith("msrv_")
    assert call.input_tokens > 20 and call.output_tokens > 10
    assert json.loads(call.reply) == reply.content
    assert call.request == {"instructions": "Rate the answer.", "payload": RATING}
    assert double.violations() == []


def test_the_request_has_its_form_and_its_order(double: Double, connect: Any) -> None:
    ask(connect(double.url))
    [seen] = double.requests()
    body = json.loads(seen["body"])
    assert (seen["method"], seen["path"]) == ("POST", "/evaluate-response")
    assert problems("request", body) == []
    assert list(body) == [
        "format", "purpose", "model", "prompt_version", "instructions", "output_schema", "marker", "input",
    ]  # fmt: skip
    assert body["instructions"].startswith("Rate the answer.\n\nThe word CANARY-")
    assert body["output_schema"] == RATING_SCHEMA and body["input"] == RATING


def test_the_key_goes_to_the_endpoint_and_a_path_below_it(connect: Any, speaker: Any) -> None:
    speaker.says = (200, {"output": {"fine": True}}, {})
    assert ask(connect(f"{speaker.url}/base", simulated=False)).content == {"fine": True}
    assert ask(connect(f"{speaker.url}/base", key=None, simulated=False)).call.model == "house-rater@7"
    assert [(path, key) for path, key in speaker.seen] == [
        ("/base/evaluate-response", "Bearer secret"), ("/base/evaluate-response", None),
    ]  # fmt: skip


def test_data_is_cleaned_before_it_is_sent(double: Double, connect: Any) -> None:
    hidden = "Ｉ check\u200b each\u202e chart twice" + "\U000e0041" + "."
    ask(connect(double.url), payload=RATING | {"transcript": hidden})
    assert json.loads(double.requests()[0]["body"])["input"]["transcript"] == "I check each chart twice."


@pytest.mark.parametrize("purpose", ["interview_narrative", "follow_up"])
def test_other_work_is_not_offered_and_nobody_is_asked(double: Double, connect: Any, purpose: str) -> None:
    error = refused(connect(double.url), purpose=purpose)
    assert (error.trouble, error.code) == (Trouble.CONFIGURATION, "not_offered")
    assert double.requests() == []


def test_a_model_s_name_fits_where_it_is_kept() -> None:
    assert model_id("house-rater", "7") == "house-rater@7"
    assert len(model_id("m" * 90, "v" * 90)) == 100


# --- what goes wrong ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ({"kind": "refusal"}, "refusal"),
        ({"kind": "malformed_json"}, "malformed"),
        ({"kind": "lie", "lies": ["canary_leak"]}, "canary"),
    ],
)
def test_an_unusable_reply_is_told_apart_and_keeps_its_cost(
    double: Double, connect: Any, fault: dict[str, Any], code: str
) -> None:
    double.fault(**fault)
    error = refused(connect(double.url))
    assert (error.trouble, error.code) == (Trouble.OUTPUT, code)
    assert error.call is not None and error.call.output_tokens > 0
    if code == "canary":
        rules = json.loads(double.requests()[0]["body"])["instructions"]
        assert rules.split("CANARY-")[1].split(" ")[0] not in error.call.reply


@pytest.mark.parametrize(
    ("status", "code", "trouble", "ours"),
    [
        (401, None, Trouble.CONFIGURATION, "credentials"),
        (404, None, Trouble.CONFIGURATION, "model_not_found"),
        (400, "too_odd", Trouble.SUBJECT, "too_odd"),
        (429, None, Trouble.RETRY, "rate_limited"),
        (503, None, Trouble.RETRY, "unavailable"),
    ],
)
def test_an_error_reply_says_who_can_end_it(
    double: Double, connect: Any, status: int, code: str | None, trouble: Trouble, ours: str
) -> None:
    double.fault(kind="status", status=status, code=code)
    error = refused(connect(double.url))
    assert (error.trouble, error.code) == (trouble, ours)
    assert KEY not in error.message and len(double.requests()) == 1


def test_a_wrong_key_is_a_matter_of_configuration(double: Double, connect: Any) -> None:
    assert refused(connect(double.url, key="another")).code == "credentials"


def test_the_wait_that_the_server_asks_for_is_kept(double: Double, connect: Any) -> None:
    double.fault(kind="status", status=429, headers={"Retry-After": "7"})
    assert refused(connect(double.url)).retry_after_s == 7.0


def test_a_marked_reply_stops_the_work_unless_simulated_is_set(double: Double, connect: Any) -> None:
    error = refused(connect(double.url, simulated=False))
    assert (error.trouble, error.code) == (Trouble.CONFIGURATION, "simulated_response")


def test_a_server_that_hangs_is_left_in_time(double: Double, connect: Any) -> None:
    double.fault(kind="hang", seconds=5)
    started = time.monotonic()
    error = refused(connect(double.url, total_s=0.6))
    assert (error.trouble, error.code) == (Trouble.RETRY, "timeout")
    assert time.monotonic() - started < 4


@pytest.fixture
def speaker() -> Iterator[Any]:
    """A server that answers each request with ``speaker.says``: status, JSON or bytes, headers."""

    class Speaker(BaseHTTPRequestHandler):
        says: Any = None
        url = ""
        seen: list[tuple[str, str | None]] = []

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            Speaker.seen.append((self.path, self.headers["authorization"]))
            status, body, headers = Speaker.says
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            try:
                self.wfile.write(content)
            except OSError:
                return

        def log_message(self, *args: Any) -> None:
            pass

    Speaker.seen = []
    with served(ThreadingHTTPServer(("127.0.0.1", 0), Speaker)) as double:
        Speaker.url = double.url
        yield Speaker


def test_a_redirect_is_not_followed_and_takes_no_key_along(speaker: Any, double: Double, connect: Any) -> None:
    speaker.says = (307, {}, {"Location": f"{double.url}/evaluate-response"})
    error = refused(connect(speaker.url))
    assert (error.trouble, error.code) == (Trouble.CONFIGURATION, "redirect")
    assert "AI_MODEL_API_ENDPOINT" in error.message
    assert double.requests() == []


@pytest.mark.parametrize("body", [b"<html>busy</html>", b"[]", b"", b"[" * 100_000])
def test_a_page_instead_of_json_is_tried_later(speaker: Any, connect: Any, body: bytes) -> None:
    speaker.says = (200, body, {})
    error = refused(connect(speaker.url))
    assert (error.trouble, error.code) == (Trouble.RETRY, "bad_envelope")


@pytest.mark.parametrize("body", [{}, {"output": None}, {"output": "a rating"}, {"output": [1]}, {"result": {}}])
def test_a_reply_without_an_output_is_unusable(speaker: Any, connect: Any, body: dict[str, Any]) -> None:
    speaker.says = (200, body, {})
    error = refused(connect(speaker.url))
    assert (error.trouble, error.code) == (Trouble.OUTPUT, "malformed")


def test_a_reply_without_end_is_not_read(speaker: Any, connect: Any) -> None:
    speaker.says = (200, b'{"output": "' + b"x" * (17 * 1024 * 1024) + b'"}', {})
    error = refused(connect(speaker.url))
    assert (error.trouble, error.code) == (Trouble.RETRY, "connection")


def test_nobody_listening_is_left_to_the_outbox(connect: Any) -> None:
    error = refused(connect("http://127.0.0.1:9"))
    assert (error.trouble, error.code) == (Trouble.RETRY, "connection")


# --- the page that describes it ----------------------------------------------------------------------------------


def examples() -> list[dict[str, Any]]:
    return [json.loads(block) for block in re.findall(r"```json\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)]


def test_the_page_shows_what_the_double_really_answers(double: Double) -> None:
    asked_questions, questions, _, asked_rating, rating, _ = examples()
    for path, asked, answered in (
        ("/generate-questions", asked_questions, questions), ("/evaluate-response", asked_rating, rating),
    ):  # fmt: skip
        assert problems("request", asked) == [] and problems("reply", answered) == []
        request = urllib.request.Request(  # noqa: S310
            f"{double.url}{path}", json.dumps(asked).encode(), {"Authorization": f"Bearer {KEY}"}
        )
        with urllib.request.urlopen(request, timeout=10) as reply:  # noqa: S310
            assert json.loads(reply.read()) == answered


def test_the_page_shows_the_schemas_that_are_sent() -> None:
    _, _, questions, _, _, rating = examples()
    assert questions == QUESTIONS_SCHEMA and rating == RATING_SCHEMA

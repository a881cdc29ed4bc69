"""F36: spans as a collector gets them, over real HTTP on this machine."""

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from interview.trace import trace_id_of, trace_url
from ivr.gateways.otlp_spans import OtlpSpans
from ivr.gateways.ports import ModelCall, ModelSpan
from ivr.settings import Settings

INTERVIEW = "0b4e5a2c-7d0f-4a65-9d6e-2f1c3b4a5d6e"
CALL = ModelCall(
    "answer_rating", "gpt-6-luna-2026-09-01", "score_answer@abc", {"words": "secret"}, "secret", "req_1", 900, 600, 120,
    450, simulated=True,
)  # fmt: skip
SPAN = ModelSpan(
    trace_id_of(INTERVIEW), "chat", "gpt-6-luna", "answer_rating", "score_answer@abc", "answer-1", INTERVIEW,
    1_000_000_000, 1_450_000_000, CALL, Decimal("0.000123"), None,
)  # fmt: skip


class Collector(HTTPServer):
    status = 200
    got: list[dict[str, Any]]

    def spans(self) -> list[dict[str, Any]]:
        return [
            span
            for one in self.got
            for resource in one["body"]["resourceSpans"]
            for scope in resource["scopeSpans"]
            for span in scope["spans"]
        ]

    def until(self, count: int) -> list[dict[str, Any]]:
        end = time.monotonic() + 20
        while len(self.spans()) < count and time.monotonic() < end:
            time.sleep(0.02)
        return self.spans()


class Handler(BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.server.status == 200:
            self.server.got.append({"path": self.path, "headers": dict(self.headers), "body": json.loads(body)})
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *_: Any) -> None: ...


@pytest.fixture
def collector() -> Iterator[Collector]:
    server = Collector(("127.0.0.1", 0), Handler)
    server.got = []
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def spans_to(collector: Collector) -> OtlpSpans:
    return OtlpSpans(f"http://127.0.0.1:{collector.server_port}/", headers={"Authorization": "Bearer collector"})


def attributes_of(span: dict[str, Any]) -> dict[str, Any]:
    return {one["key"]: next(iter(one["value"].values())) for one in span["attributes"]}


def test_F36_a_span_has_the_names_of_the_genai_conventions(collector: Collector) -> None:
    spans_to(collector).model_call(SPAN)
    (span,) = collector.until(1)
    (request,) = collector.got
    assert request["path"] == "/v1/traces"
    assert request["headers"]["Authorization"] == "Bearer collector"
    assert (span["name"], span["kind"], len(span["spanId"])) == ("chat gpt-6-luna", 3, 16)
    assert (span["startTimeUnixNano"], span["endTimeUnixNano"]) == ("1000000000", "1450000000")
    assert attributes_of(span) == {
        "gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-6-luna",
        "gen_ai.response.model": "gpt-6-luna-2026-09-01", "gen_ai.usage.input_tokens": "900",
        "gen_ai.usage.output_tokens": "120", "gen_ai.usage.cache_read.input_tokens": "600",
        "viva.purpose": "answer_rating", "viva.prompt_version": "score_answer@abc", "viva.subject_id": "answer-1",
        "viva.interview_id": INTERVIEW, "viva.cost_usd": 0.000123, "viva.vendor_request_id": "req_1",
        "viva.simulated": True,
    }  # fmt: skip
    assert "status" not in span


def test_F36_no_words_leave_in_a_span(collector: Collector) -> None:
    spans_to(collector).model_call(SPAN)
    collector.until(1)
    assert "secret" not in json.dumps(collector.got)


def test_F36_a_failure_is_an_error_with_its_code(collector: Collector) -> None:
    spans_to(collector).model_call(replace(SPAN, call=None, cost_usd=None, error="timeout"))
    (span,) = collector.until(1)
    assert span["status"] == {"code": 2} and attributes_of(span)["error.type"] == "timeout"


def test_F36_a_collector_that_is_away_holds_nobody_up_and_spans_come_again_with_it(collector: Collector) -> None:
    collector.status = 503
    spans = spans_to(collector)
    began = time.monotonic()
    for _ in range(3000):
        spans.model_call(SPAN)
    assert time.monotonic() - began < 5, "more than are kept, and nothing waited"
    collector.status = 200
    end = time.monotonic() + 20
    while not collector.got and time.monotonic() < end:
        spans.model_call(SPAN)
        time.sleep(0.05)
    assert collector.got


def test_F36_an_interviews_trace_is_found_by_its_id() -> None:
    assert trace_id_of(INTERVIEW) == INTERVIEW.replace("-", "")
    assert len(trace_id_of("RE123")) == 32 and trace_id_of("RE123") != trace_id_of("RE124")
    assert trace_url("https://traces.example.com/t/{trace_id}?x=1", INTERVIEW) == (
        f"https://traces.example.com/t/{INTERVIEW.replace('-', '')}?x=1"
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("otel_exporter_otlp_endpoint", "localhost:4318"),
        ("trace_url_template", "https://traces.example.com/"),
        ("trace_url_template", "/t/{trace_id}"),
    ],
)
def test_F36_addresses_that_cannot_be_used_stop_the_start(name: str, value: str) -> None:
    given = {
        "secret_key": "s" * 32, "webhook_base_url": "https://calls.example.com", "twilio_account_sid": "AC" + "0" * 32,
        "twilio_auth_token": "t" * 32, "twilio_phone_number": "+14155550100",
    }  # fmt: skip
    with pytest.raises(ValueError, match=name):
        Settings.model_validate(given | {name: value})
    good = Settings.model_validate(given | {"otel_exporter_otlp_headers": "api-key=a%3Db, x-team = viva"})
    assert good.otlp_headers == {"api-key": "a=b", "x-team": "viva"}

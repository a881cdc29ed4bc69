"""Spans of model calls, sent to an OpenTelemetry collector as OTLP over HTTP in its JSON form.

The protocol is a POST of JSON (https://opentelemetry.io/docs/specs/otlp/#otlphttp), so no library is needed for it.
Names follow the GenAI conventions (https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/). Nothing that was
said or asked is in a span: numbers, names of models and ids only.
"""

import json
import threading
from collections.abc import Mapping, Sequence
from queue import Empty, Full, Queue
from secrets import token_hex
from typing import Any

import structlog
import urllib3

from ivr.gateways.ports import ModelSpan

CONNECT_S = 5.0
TOTAL_S = 10.0
# Spans that wait to be sent; when a collector is away for long, later ones are dropped rather than kept in memory.
_WAITING = 2048
_AT_ONCE = 128
_GATHER_S = 1.0
_CLIENT, _ERROR = 3, 2
_PROVIDER = "openai"

_log = structlog.stdlib.get_logger(__name__)


class OtlpSpans:
    """Sends spans from a thread of its own, which begins with the first one; nobody ever waits for the collector."""

    def __init__(self, endpoint: str, *, headers: Mapping[str, str] | None = None, service: str = "viva") -> None:
        """``endpoint`` as in OTEL_EXPORTER_OTLP_ENDPOINT: the collector's base address."""
        self._url = f"{endpoint.rstrip('/')}/v1/traces"
        self._headers = {"Content-Type": "application/json", **(headers or {})}
        self._service = service
        self._queue: Queue[dict[str, Any]] = Queue(_WAITING)
        self._guard = threading.Lock()
        self._thread: threading.Thread | None = None
        self._is_failing = False
        self._http = urllib3.PoolManager(
            retries=False, timeout=urllib3.Timeout(connect=CONNECT_S, total=TOTAL_S), maxsize=1
        )

    def model_call(self, span: ModelSpan) -> None:
        """Put the span in the queue; dropped when that is full."""
        try:
            self._queue.put_nowait(_span(span))
        except Full:
            return
        with self._guard:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="spans", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            batch = [self._queue.get()]
            try:
                while len(batch) < _AT_ONCE:
                    batch.append(self._queue.get(timeout=_GATHER_S))
            except Empty:
                pass
            self._send(batch)

    def _send(self, batch: Sequence[Mapping[str, Any]]) -> None:
        body = {
            "resourceSpans": [
                {
                    "resource": {"attributes": [_attribute("service.name", self._service)]},
                    "scopeSpans": [{"scope": {"name": "viva"}, "spans": list(batch)}],
                }
            ]
        }
        try:
            reply = self._http.request(
                "POST", self._url, body=json.dumps(body), headers=self._headers, redirect=False
            )
            problem = None if 200 <= reply.status < 300 else f"HTTP {reply.status}"
        except urllib3.exceptions.HTTPError as error:
            problem = type(error).__name__
        # Said once when it begins and once when it is over: a collector that is away is no reason to fill the log.
        if problem is not None and not self._is_failing:
            _log.warning("spans.not_sent", problem=problem, dropped=len(batch))
        if problem is None and self._is_failing:
            _log.info("spans.sent_again")
        self._is_failing = problem is not None


def _span(span: ModelSpan) -> dict[str, Any]:
    call = span.call
    attributes: dict[str, Any] = {
        "gen_ai.operation.name": span.operation,
        "gen_ai.provider.name": _PROVIDER,
        "gen_ai.request.model": span.model,
        "viva.purpose": span.purpose,
        "viva.prompt_version": span.prompt_version,
        "viva.subject_id": span.subject_id,
        "viva.interview_id": span.interview_id,
        "viva.cost_usd": None if span.cost_usd is None else float(span.cost_usd),
    }
    if call is not None:
        attributes |= {
            "gen_ai.response.model": call.model,
            "gen_ai.usage.input_tokens": call.input_tokens,
            "gen_ai.usage.output_tokens": call.output_tokens,
            "gen_ai.usage.cache_read.input_tokens": call.cached_tokens,
            "viva.vendor_request_id": call.request_id,
            "viva.simulated": call.simulated,
        }
    if span.error is not None:
        attributes["error.type"] = span.error
    found = {
        "traceId": span.trace_id,
        "spanId": token_hex(8),
        "name": f"{span.operation} {span.model}",
        "kind": _CLIENT,
        # 64-bit numbers are texts in the JSON form of protocol buffers.
        "startTimeUnixNano": str(span.started_ns),
        "endTimeUnixNano": str(span.ended_ns),
        "attributes": [_attribute(name, value) for name, value in attributes.items() if value not in (None, "")],
    }
    return found | ({"status": {"code": _ERROR}} if span.error is not None else {})


def _attribute(name: str, value: str | int | float | bool) -> dict[str, Any]:
    match value:
        case bool():
            typed: dict[str, Any] = {"boolValue": value}
        case int():
            typed = {"intValue": str(value)}
        case float():
            typed = {"doubleValue": value}
        case _:
            typed = {"stringValue": value}
    return {"key": name, "value": typed}

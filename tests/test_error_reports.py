"""What Sentry is told of an error: the kind, the place and ids, over its real library and protocol; nobody's data."""

from __future__ import annotations

import gzip
import json
import logging
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import structlog

from ivr.error_reports import ErrorReports, report_errors
from ivr.logs import setup_logging
from ivr.settings import BadSettings, load_settings
from tests.api.conftest import make_settings

NUMBER, WORDS, KEY = "+14155550123", "I led the night shift at Mercy", "sk-canary-0123456789"


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level, structured = root.handlers[:], root.level, structlog.get_config()
    yield
    root.handlers[:], root.level = handlers, level
    structlog.configure(**structured)


class Sentry:
    """A server that takes envelopes (https://develop.sentry.dev/sdk/data-model/envelopes/) and keeps them."""

    def __init__(self) -> None:
        self.raw: list[bytes] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.raw.append(gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body)
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *args: Any) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.dsn = f"http://canary-of-the-dsn@127.0.0.1:{self._server.server_port}/7"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def events(self) -> list[dict[str, Any]]:
        """After everything was sent."""
        for handler in logging.getLogger().handlers:
            if isinstance(handler, ErrorReports):
                handler.close()
        return [json.loads(line) for raw in self.raw for line in raw.splitlines() if b'"logger"' in line]


@pytest.fixture
def sentry() -> Iterator[Sentry]:
    server = Sentry()
    settings = make_settings(sentry_dsn=server.dsn, openai_api_key=KEY)
    setup_logging(settings)
    report_errors(settings)
    yield server
    server.close()


def test_an_exception_is_told_with_its_place_and_ids(sentry: Sentry) -> None:
    log = structlog.stdlib.get_logger("workers.threads")

    def rate_answer(transcript: str, phone: str) -> None:
        raise ValueError(f"cannot rate for {phone} with {KEY}")

    with structlog.contextvars.bound_contextvars(request_id="req-1", task="score_answer"):
        try:
            rate_answer(WORDS, NUMBER)
        except ValueError:
            log.exception("task.crashed", outbox_id="o-1", transcript=WORDS)

    [event] = sentry.events()
    [error] = event["exception"]["values"]
    assert (error["type"], event["message"], event["level"]) == ("ValueError", "task.crashed", "error")
    assert error["stacktrace"]["frames"][-1]["function"] == "rate_answer"
    assert event["tags"] == {"request_id": "req-1", "task": "score_answer", "outbox_id": "o-1"}
    everything = b"".join(sentry.raw).decode()
    for canary in (NUMBER, NUMBER[1:], WORDS, KEY):
        assert canary not in everything
    assert not {"request", "user", "breadcrumbs"} & set(event)


def test_errors_without_an_exception_and_of_libraries_are_told(sentry: Sentry) -> None:
    structlog.stdlib.get_logger("ivr").error("alert", code="calling_paused")
    logging.getLogger("gunicorn.error").error("a worker was lost")
    structlog.stdlib.get_logger("ivr").warning("task.retry")
    assert [(event["message"], event["tags"]) for event in sentry.events()] == [
        ("alert", {"code": "calling_paused"}), ("a worker was lost", {}),
    ]  # fmt: skip


def test_without_the_setting_nothing_is_added() -> None:
    before = logging.getLogger().handlers[:]
    report_errors(make_settings())
    assert logging.getLogger().handlers == before


def test_without_the_library_the_start_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ivr.error_reports.find_spec", lambda name: None)
    with pytest.raises(BadSettings, match="requirements-extras"):
        report_errors(make_settings(sentry_dsn="https://key@sentry.example.com/1"))


@pytest.mark.parametrize("dsn", ["sentry.example.com", "https://sentry.example.com/1", "https://key@host"])
def test_an_address_that_is_none_is_refused_with_a_sentence(dsn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadSettings, match="SENTRY_DSN must be"):
        load_settings(**{**make_settings().model_dump(exclude_none=True), "sentry_dsn": dsn})

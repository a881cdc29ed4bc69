"""The alert that leaves for the operator's address, over real HTTP on this machine."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from ivr.gateways.alert_webhook import AlertWebhook
from ivr.gateways.ports import Alert, GatewayError, Trouble
from ivr.settings import Settings

ALERT = Alert("calling_paused", "Calling pauses.", "Look at the calls.", datetime(2026, 6, 3, tzinfo=UTC))


class Receiver(HTTPServer):
    status = 200
    got: list[dict[str, Any]]


class Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append({"path": self.path, "type": self.headers["Content-Type"], **json.loads(body)})
        self.send_response(self.server.status)
        if self.server.status == 302:
            self.send_header("Location", "/elsewhere")
        self.end_headers()

    def log_message(self, *_: Any) -> None: ...


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    server = Receiver(("127.0.0.1", 0), Handler)
    server.got = []
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def url(server: Receiver) -> str:
    return f"http://127.0.0.1:{server.server_port}/hook?key=of-the-operator"


def test_it_is_told_in_words_and_in_fields(receiver: Receiver) -> None:
    AlertWebhook(url(receiver)).send(ALERT)
    assert receiver.got == [
        {
            "path": "/hook?key=of-the-operator", "type": "application/json", "source": "viva",
            "text": "Calling pauses. Look at the calls.", "code": "calling_paused", "at": "2026-06-03T00:00:00+00:00",
            "sentence": "Calling pauses.", "what_to_do": "Look at the calls.",
        }
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("status", "trouble"),
    [(500, Trouble.RETRY), (429, Trouble.RETRY), (404, Trouble.CONFIGURATION), (302, Trouble.CONFIGURATION)],
)
def test_a_refusal_is_sorted_and_nobody_is_followed(receiver: Receiver, status: int, trouble: Trouble) -> None:
    receiver.status = status
    with pytest.raises(GatewayError) as caught:
        AlertWebhook(url(receiver)).send(ALERT)
    assert caught.value.trouble is trouble and len(receiver.got) == 1
    assert "of-the-operator" not in caught.value.message


def test_nobody_there_is_worth_another_try() -> None:
    with pytest.raises(GatewayError) as caught:
        AlertWebhook("http://127.0.0.1:1/hook").send(ALERT)
    assert caught.value.trouble is Trouble.RETRY


@pytest.mark.parametrize(
    ("value", "is_fine"),
    [("https://hooks.example.com/x", True), ("http://127.0.0.1:9/x", True), ("http://hooks.example.com", False),
     ("hooks.example.com", False), ("ftp://localhost", False)],
)  # fmt: skip
def test_the_address_is_https_or_this_machine(value: str, is_fine: bool) -> None:
    given = {
        "secret_key": "s" * 32, "webhook_base_url": "https://x.example", "twilio_account_sid": "AC" + "0" * 32,
        "twilio_auth_token": "t" * 32, "twilio_phone_number": "+14155550100", "alert_webhook_url": value,
    }  # fmt: skip
    if is_fine:
        assert Settings.model_validate(given).alert_webhook_url == value
    else:
        with pytest.raises(ValueError, match="https address"):
            Settings.model_validate(given)

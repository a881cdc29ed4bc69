"""The carrier's door with a conversation service that only writes down what it was asked."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask

from interview.script import Script, SpokenQuestion
from interview.steps import GatherDigits, Prompt, Step
from ivr.callbacks import Callbacks
from ivr.current import EXTENSION
from ivr.services.conversations import Spoken
from ivr.settings import Settings
from ivr.webhooks import blueprint

BASE = "https://calls.example.com"
ACCOUNT = "AC" + "0" * 31 + "1"
TOKEN = "the-current-token-of-the-account"
OLD_TOKEN = "the-token-before-the-rotation"
CALL = "7a1f6a7e-0f0b-4c5d-9d53-2f8a1b6c0d11"
CALL_SID = "CA" + "a" * 32
RECORDING_SID = "RE" + "b" * 32
SCRIPT = Script("Oak & Sons", "Electrician", "en-US", (SpokenQuestion("q1", "What did you repair last?", 120),))


@dataclass
class FakeConversations:
    """Answers with one step; ``failures`` are raised by name of method, once for each time they are listed."""

    asked: list[tuple[Any, ...]] = field(default_factory=list)
    failures: dict[str, list[Exception]] = field(default_factory=dict)
    language: str = "en-US"
    spoken: Spoken = field(
        default_factory=lambda: Spoken(Step((Prompt("Press 1 & begin."),), GatherDigits()), SCRIPT, CALL, 3)
    )

    def answered(self, *arguments: Any) -> Spoken:
        self._note("answered", arguments)
        return self.spoken

    def take_turn(self, *arguments: Any) -> Spoken:
        self._note("take_turn", arguments)
        return self.spoken

    def recording_ready(self, *arguments: Any) -> None:
        self._note("recording_ready", arguments)

    def status_changed(self, *arguments: Any) -> None:
        self._note("status_changed", arguments)

    def amd_result(self, *arguments: Any) -> None:
        self._note("amd_result", arguments)

    def break_off(self, *arguments: Any) -> str:
        self._note("break_off", arguments)
        return self.language

    def _note(self, name: str, arguments: tuple[Any, ...]) -> None:
        self.asked.append((name, *arguments))
        if self.failures.get(name):
            raise self.failures[name].pop(0)


class Door:
    """Sends requests to the door as the carrier does, signed unless told otherwise."""

    def __init__(self, conversations: FakeConversations, settings: Settings) -> None:
        self.conversations = conversations
        app = Flask(__name__)
        app.extensions[EXTENSION] = SimpleNamespace(
            conversations=conversations, settings=settings, callbacks=Callbacks(settings.webhook_base_url)
        )
        app.register_blueprint(blueprint)
        self.app = app
        self.client = app.test_client()

    def form(self, **fields: Any) -> dict[str, Any]:
        """The fields of every request about the call; None takes one out."""
        usual = {"AccountSid": ACCOUNT, "CallSid": CALL_SID, "CallStatus": "in-progress", "From": "+15005550006"}
        whole = {**usual, **fields}
        return {name: value for name, value in whole.items() if value is not None}

    def post(
        self, path: str, form: dict[str, Any] | None = None, *, signature: str | None = None, token: str = TOKEN,
        signed_url: str | None = None, headers: dict[str, str] | None = None, base: str = BASE,
    ) -> Any:  # fmt: skip
        """POST to a path below /webhooks/voice; the signature is the right one unless given."""
        fields = self.form() if form is None else form
        url = signed_url or f"{base}/webhooks/voice{path}"
        given = sign(token, url, fields) if signature is None else signature
        sent = {**({"X-Twilio-Signature": given} if given else {}), **(headers or {})}
        return self.client.post(
            f"/webhooks/voice{path}",
            data=urlencode(fields, doseq=True),
            content_type="application/x-www-form-urlencoded; charset=UTF-8",
            headers=sent,
        )


def sign(token: str, url: str, form: dict[str, Any], algorithm: Any = hashlib.sha1) -> str:
    """Twilio's signature, written here from its documentation and not with our code.

    https://www.twilio.com/docs/usage/security#validating-requests
    """
    text = url
    for name in sorted(form):
        values = form[name] if isinstance(form[name], list) else [form[name]]
        text += "".join(name + value for value in sorted(set(values)))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), algorithm).digest()).decode()


def make_settings(**changes: Any) -> Settings:
    """Settings that need no environment."""
    values: dict[str, Any] = {
        "secret_key": "a-secret-key-of-this-test",
        "webhook_base_url": BASE,
        "twilio_account_sid": ACCOUNT,
        "twilio_auth_token": TOKEN,
        "twilio_auth_token_previous": OLD_TOKEN,
        "twilio_phone_number": "+15005550006",
        **changes,
    }
    return Settings(**values)


@pytest.fixture
def conversations() -> FakeConversations:
    return FakeConversations()


@pytest.fixture
def door(conversations: FakeConversations) -> Door:
    return Door(conversations, make_settings())

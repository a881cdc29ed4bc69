"""The requests of callers and of text messages at the carrier's door."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest

from interview.script import Script
from interview.steps import GatherDigits, HangUp, Prompt, Step
from ivr.current import EXTENSION
from ivr.services.calling_in import AtTheDoor
from tests.webhooks.conftest import BASE, CALL_SID, TOKEN, Door, FakeConversations, make_settings, sign

MESSAGE = "7a1f6a7e-0f0b-4c5d-9d53-2f8a1b6c0d12"
MESSAGE_SID = "SM" + "c" * 32
NOBODY = Script("", "", "en-US", ())


class Services:
    """Stands for both services behind these requests."""

    def __init__(self, conversations: FakeConversations) -> None:
        self.asked: list[Any] = []
        self.spoken = conversations.spoken
        self.reply: Any = AtTheDoor(Step((Prompt("Your code, please."),), GatherDigits(8, 6)), NOBODY, 2)
        self.text: str | None = None

    def greet(self, *arguments: Any) -> Any:
        self.asked.append(("greet", *arguments))
        if isinstance(self.reply, Exception):
            raise self.reply
        return self.reply

    def enter(self, *arguments: Any) -> Any:
        self.asked.append(("enter", *arguments))
        return self.reply

    def ended(self, *arguments: Any) -> None:
        self.asked.append(("ended", *arguments))

    def received(self, *arguments: Any) -> str | None:
        self.asked.append(("received", *arguments))
        return self.text

    def status_changed(self, *arguments: Any) -> None:
        self.asked.append(("status_changed", *arguments))


@pytest.fixture
def door() -> Door:
    return Door(FakeConversations(), make_settings())


@pytest.fixture
def services(door: Door) -> Services:
    served = Services(door.conversations)
    known = door.app.extensions[EXTENSION]
    known.calling_in = known.messages = served
    return served


def text(door: Door, path: str, **fields: str) -> Any:
    """POST below /webhooks/sms, signed."""
    form = door.form(CallSid=None, **fields)
    url = f"{BASE}/webhooks/sms{path}"
    headers = {"X-Twilio-Signature": sign(TOKEN, url, form)}
    kind = "application/x-www-form-urlencoded"
    return door.client.post(f"/webhooks/sms{path}", data=urlencode(form), content_type=kind, headers=headers)


def test_a_caller_is_asked_for_six_keys(door: Door, services: Services) -> None:
    answer = door.post("/inbound", door.form(To="+15005550006", From="+14155559001"))
    assert services.asked == [("greet", "+14155559001", "+15005550006")]
    body = answer.text
    assert 'numDigits="6"' in body and f"{BASE}/webhooks/voice/inbound/code/2#" in body
    assert "inbound/code/2?no_input=1" in body


def test_a_code_and_its_silence(door: Door, services: Services) -> None:
    form = door.form(To="+15005550006", From="+14155559001", Digits="123456")
    door.post("/inbound/code/2", form)
    door.post("/inbound/code/3?no_input=1", door.form(To="+15005550006", From="+14155559001"))
    assert services.asked == [
        ("enter", "+14155559001", "+15005550006", CALL_SID, 2, "123456"),
        ("enter", "+14155559001", "+15005550006", CALL_SID, 3, ""),
    ]


def test_an_open_interview_is_spoken_as_in_any_call(door: Door, services: Services) -> None:
    services.reply = services.spoken
    answer = door.post("/inbound/code/1", door.form(To="+15005550006", Digits="123456"))
    assert "Press 1 &amp; begin." in answer.text and "/webhooks/voice/turn/" in answer.text


def test_a_goodbye_hangs_up(door: Door, services: Services) -> None:
    services.reply = AtTheDoor(Step((Prompt("Goodbye."),), HangUp()), NOBODY, 0)
    assert "<Hangup" in door.post("/inbound", door.form(To="+15005550006")).text


def test_a_fault_of_ours_is_an_apology(door: Door, services: Services) -> None:
    services.reply = ZeroDivisionError("a fault")
    answer = door.post("/inbound", door.form(To="+15005550006"))
    assert answer.status_code == 200 and "something went wrong on our side" in answer.text


def test_the_end_of_a_call_in_needs_no_number_of_sequence(door: Door, services: Services) -> None:
    answer = door.post("/inbound/status", door.form(CallStatus="completed", CallDuration="7"))
    assert answer.status_code == 204
    (name, sid, news) = services.asked[0]
    assert (name, sid, news.sequence_number, news.duration_s) == ("ended", CALL_SID, None, 7)


@pytest.mark.parametrize("path", ["/inbound", "/inbound/code/1", "/inbound/status"])
def test_unsigned_calls_are_refused(door: Door, services: Services, path: str) -> None:
    assert door.post(path, signature="").status_code == 403 and services.asked == []


def test_a_text_is_read_and_answered_with_an_empty_document(door: Door, services: Services) -> None:
    answer = text(door, "", MessageSid=MESSAGE_SID, Body="Stop", To="+15005550006")
    assert answer.status_code == 200 and "<Message" not in answer.text and "<Response" in answer.text
    received = services.asked[0][1]
    assert (received.carrier_sid, received.body, received.is_handled) == (MESSAGE_SID, "Stop", False)


def test_help_is_answered_with_a_message(door: Door, services: Services) -> None:
    services.text = "This is <us>."
    answer = text(door, "", MessageSid=MESSAGE_SID, Body="HELP", OptOutType="HELP")
    assert "<Message>This is &lt;us&gt;.</Message>" in answer.text and services.asked[0][1].is_handled


def test_news_of_a_message(door: Door, services: Services) -> None:
    answer = text(door, f"/status/{MESSAGE}", MessageSid=MESSAGE_SID, MessageStatus="undelivered", ErrorCode="30005")
    assert answer.status_code == 204
    assert services.asked == [("status_changed", MESSAGE, "undelivered", "30005")]


@pytest.mark.parametrize("path", ["", f"/status/{MESSAGE}"])
def test_unsigned_texts_are_refused(door: Door, services: Services, path: str) -> None:
    assert door.client.post(f"/webhooks/sms{path}", data={"Body": "STOP"}).status_code == 403 and services.asked == []


@pytest.mark.parametrize(("path", "fields"), [("", {"Body": "x"}), (f"/status/{MESSAGE}", {"MessageStatus": "<b>"})])
def test_malformed_texts_are_400(door: Door, services: Services, path: str, fields: dict[str, str]) -> None:
    assert text(door, path, **fields).status_code == 400 and services.asked == []

"""Calls and text messages to the double's own numbers, and STOP."""

from __future__ import annotations

import requests

from tests.simulator.conftest import CALLER, CANDIDATE, App, Phone

ASK = '<Response><Gather numDigits="6" action="/code" finishOnKey=""><Say>Your code?</Say></Gather></Response>'
BYE = '<Response><Say language="en-GB" voice="Polly.Amy">Goodbye.</Say><Hangup/></Response>'


def console(phone: Phone, app: App) -> None:
    urls = {"voice_url": "/voice", "status_callback": "/status", "sms_url": "/sms", "voice_fallback_url": "/fallback"}
    given = {name: app.base_url + path for name, path in urls.items()}
    requests.put(f"{phone.carrier.base_url}/simulator/numbers/{CALLER}", json=given, timeout=5).raise_for_status()


def control(phone: Phone, path: str, **body: object) -> requests.Response:
    answer = requests.post(f"{phone.carrier.base_url}/simulator/{path}", json=body, timeout=30)
    return answer


def text(phone: Phone, app: App, to: str = CANDIDATE) -> requests.Response:
    """A message of ours, with its delivery told."""
    data = {"To": to, "From": CALLER, "Body": "Hello.", "StatusCallback": f"{app.base_url}/sms_status"}
    return phone.rest("POST", "/Messages.json", data=data)


def test_a_call_to_our_number_rings_at_its_voice_url(phone: Phone, app: App) -> None:
    """https://www.twilio.com/docs/voice/twiml#request-parameters: Direction and CallStatus of an incoming call."""
    console(phone, app)
    app.answers.update({"/voice": ASK, "/code": BYE})
    rules = [{"when_heard": "code", "press": "123456"}]
    made = control(phone, "calls/inbound", **{"from": CANDIDATE, "to": CALLER, "reactions": rules})
    ledger = phone.ended(made.json()["sid"])
    first, code = app.at("/voice")[0].form, app.at("/code")[0].form
    assert (first["Direction"], first["CallStatus"]) == ("inbound", "ringing")
    assert (first["From"], first["To"]) == (CANDIDATE, CALLER)
    assert (code["Digits"], code["CallStatus"]) == ("123456", "in-progress")
    (ended,) = app.at("/status")
    assert (ended.form["CallStatus"], ended.form["CallSid"]) == ("completed", ledger["sid"])
    resource = phone.rest("GET", f"/Calls/{ledger['sid']}.json").json()
    assert resource["direction"] == "inbound" and phone.violations() == []
    assert phone.get("/simulator/ledger")["dials"] == {}, "nobody was dialled"


def test_a_number_without_a_voice_url_takes_no_calls(phone: Phone) -> None:
    assert control(phone, "calls/inbound", **{"from": CANDIDATE, "to": CALLER}).status_code == 400


def test_the_delivery_of_a_message_is_told(phone: Phone, app: App) -> None:
    assert text(phone, app).json()["status"] == "queued"
    phone.until(lambda: len(app.at("/sms_status")) == 2)
    assert [hook.form["MessageStatus"] for hook in app.at("/sms_status")] == ["sent", "delivered"]


def test_a_message_that_does_not_arrive_carries_its_error(phone: Phone, app: App) -> None:
    phone.faults(phone=CANDIDATE, messages={"undelivered": 30005})
    text(phone, app)
    phone.until(lambda: len(app.at("/sms_status")) == 2)
    assert app.at("/sms_status")[1].form["ErrorCode"] == "30005"


def test_stop_blocks_our_messages_until_start(phone: Phone, app: App) -> None:
    """https://www.twilio.com/docs/api/errors/21610: Attempt to send to unsubscribed recipient."""
    console(phone, app)
    app.answers["/sms"] = "<Response><Message>Anything else?</Message></Response>"
    stopped = control(phone, "messages/inbound", **{"from": CANDIDATE, "to": CALLER, "body": "stop"}).json()
    assert stopped["replies"] == [], "who said stop gets no reply of ours either"
    assert app.at("/sms")[0].form["Body"] == "stop"
    refused = text(phone, app)
    assert (refused.status_code, refused.json()["code"]) == (400, 21610)
    started = control(phone, "messages/inbound", **{"from": CANDIDATE, "to": CALLER, "body": "START"}).json()
    assert started["replies"] == ["Anything else?"]
    assert text(phone, app).status_code == 201 and phone.violations() == []


def test_a_reply_that_is_no_messaging_twiml_is_a_violation(phone: Phone, app: App) -> None:
    console(phone, app)
    app.answers["/sms"] = BYE
    control(phone, "messages/inbound", **{"from": CANDIDATE, "to": CALLER, "body": "hello"})
    assert len(phone.violations()) == 1

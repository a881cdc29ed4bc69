"""Webhooks on their way: signatures, retries by the URL's fragment, copies, losses, delays, many calls at once."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path

import pytest
from twilio.request_validator import RequestValidator

from scripts.simulator.carrier.post import Overrides, split_url
from scripts.simulator.carrier.signature import sign

TOKEN = "simulated-token"
CANDIDATE = "+15005550123"
CONTRACTS = Path(__file__).parents[2] / "scripts" / "simulator" / "contracts"
VECTORS = json.loads((CONTRACTS / "test-vectors.json").read_text())
SHAPES = json.loads((CONTRACTS / "webhook-shapes.json").read_text())
BYE = "<Response><Hangup/></Response>"
ANSWER = '<Response><Record action="/turn" finishOnKey="#" recordingStatusCallback="/recording"/></Response>'


@pytest.mark.parametrize("vector", VECTORS["vectors"])
def test_signatures_agree_with_twilios_examples(vector):
    assert sign(VECTORS["auth_token"], vector["url"], vector["params"]) == vector["signature"]


def test_every_webhook_is_signed_over_its_url_without_the_fragment(phone, app):
    app.answers.update(
        {
            "/voice": '<Response><Record action="/turn?n=1&amp;who=a%20b#rc=2&amp;rp=5xx" finishOnKey="#" '
            'recordingStatusCallback="/recording?n=1#rc=1"/></Response>',
            "/turn": f'<Response><Gather method="GET" action="/key?k=1" numDigits="1"/></Response>{""}',
            "/key": BYE,
        }
    )
    phone.person(reactions=[{"press": "7", "on": "gather"}, {"say": "grüße & more"}])
    phone.call(Url=f"{app.base_url}/voice?call=5#ct=2000&rt=4000&rc=3&rp=5xx,ct,rt")

    validator = RequestValidator(TOKEN)
    for hook in app.hooks:
        assert "#" not in hook.url
        assert validator.validate(hook.url, hook.form, hook.headers["X-Twilio-Signature"]), hook
    assert app.at("/key")[0].form == {}  # GET: the digits are in the query
    assert "Digits=7" in app.at("/key")[0].url
    assert {hook.path for hook in app.hooks} == {"/voice", "/turn", "/key", "/recording", "/status"}


def test_forms_have_the_fields_of_real_webhooks(phone, app):
    app.answers.update({"/voice": ANSWER, "/turn": BYE})
    phone.person(default={"say": "and then", "end_with": "hang_up"})
    phone.call(MachineDetection="Enable")

    def missing(shape, form):
        optional = {"ApplicationSid", "…"}
        return set(SHAPES[shape]["form"]) - set(form) - optional

    assert not missing("record_action_after_hangup", app.at("/turn")[0].form)
    assert not missing("recording_status_callback_completed", app.at("/recording")[0].form)
    assert not missing("status_callback_busy", app.at("/status")[-1].form)
    assert not missing("status_callback_completed_with_amd", app.at("/status")[-1].form)


@pytest.mark.parametrize(
    ("fragment", "expected"),
    [
        ("", Overrides()),
        ("#ct=2000&rt=4000&rc=3&rp=5xx,ct,rt", Overrides(2.0, 4.0, 15.0, 3, frozenset({"5xx", "ct", "rt"}))),
        ("#ct=1&rt=99999&rc=9&rp=all", Overrides(0.1, 15.0, 15.0, 5, frozenset({"all"}))),
        ("#rc=two&rp=never", Overrides()),
    ],
)
def test_fragments(fragment, expected):
    assert split_url("https://x.example/a?b=1" + fragment) == ("https://x.example/a?b=1", expected)


def test_a_document_is_asked_for_again_when_the_fragment_names_the_failure(phone, app):
    app.answers.update({"/voice": [503, 503, BYE]})
    phone.person()
    call = phone.call(Url=f"{app.base_url}/voice#rc=3&rp=5xx")
    assert len(app.at("/voice")) == 3
    tokens = {hook.headers["I-Twilio-Idempotency-Token"] for hook in app.at("/voice")}
    assert len(tokens) == 1
    assert not call["twilio_error_heard"]
    attempts = [hook["status_code"] for hook in call["webhooks"] if hook["family"] == "document"]
    assert attempts == [503, 503, 200]


def test_retries_end_at_the_count_and_the_fallback_follows(phone, app):
    app.answers.update({"/voice": 500, "/fallback": BYE})
    phone.person()
    phone.call(Url=f"{app.base_url}/voice#rc=2&rp=5xx", FallbackUrl=f"{app.base_url}/fallback")
    assert len(app.at("/voice")) == 3
    assert app.at("/fallback")[0].form["ErrorCode"] == "11200"


@pytest.mark.parametrize(("status", "fragment"), [(500, ""), (404, "#rc=3&rp=5xx,ct,rt"), (500, "#rc=3&rp=ct")])
def test_other_failures_are_not_repeated(phone, app, status, fragment):
    app.answers["/voice"] = status
    phone.person()
    assert phone.call(Url=f"{app.base_url}/voice{fragment}")["twilio_error_heard"]
    assert len(app.at("/voice")) == 1


def test_a_slow_answer_is_a_read_timeout_and_a_closed_port_none(phone, app):
    app.answers.update({"/voice": [lambda hook: time.sleep(0.8) or BYE, BYE]})
    phone.person()
    slow = phone.call(Url=f"{app.base_url}/voice#rt=300&rc=1&rp=rt")
    assert [(hook["failure"], hook["status_code"]) for hook in slow["webhooks"] if hook["family"] == "document"] == [
        ("rt", None),
        (None, 200),
    ]
    closed = phone.ended(phone.dial(Url="http://127.0.0.1:9/voice"))
    assert [hook["failure"] for hook in closed["webhooks"] if hook["family"] == "document"] == ["ct", "ct"]
    assert closed["twilio_error_heard"]


def test_callbacks_are_repeated_by_their_fragment_too(phone, app):
    app.answers.update({"/voice": ANSWER, "/turn": BYE, "/recording": [500, 503, 204]})
    app.answers["/voice"] = ANSWER.replace('"/recording"', '"/recording#rc=3&amp;rp=5xx"')
    phone.person(default={"say": "words"})
    phone.call()
    phone.until(lambda: len(app.at("/recording")) == 3)


def test_twenty_copies_of_a_recording_callback_arrive_at_once(phone, app):
    at_once = threading.Barrier(10)

    def meet(hook):
        at_once.wait(timeout=5)  # ten requests must be in the application together, twice
        return 204

    app.answers.update({"/voice": ANSWER, "/turn": BYE, "/recording": meet})
    phone.person(default={"say": "words"})
    phone.faults(recording_callbacks={"duplicate": 20})
    phone.call()
    phone.until(lambda: len(app.at("/recording")) == 20)
    assert len({tuple(hook.form.items()) for hook in app.at("/recording")}) == 1


def test_documents_can_be_asked_for_in_copies(phone, app):
    app.answers.update({"/voice": ANSWER, "/turn": BYE})
    phone.person(default={"say": "words"})
    phone.faults(phone=CANDIDATE, documents={"duplicate": 3})
    call = phone.call()
    assert (len(app.at("/voice")), len(app.at("/turn"))) == (3, 3)
    assert sorted(hook["copy"] for hook in call["webhooks"] if hook["url"].endswith("/turn")) == [1, 2, 3]


def test_callbacks_can_be_lost_late_and_out_of_order(phone, app):
    app.answers["/voice"] = BYE
    phone.person()
    phone.faults(status_callbacks={"drop": ["answered"], "shuffle": True, "delay_s": 0.05})
    call = phone.call()
    phone.until(lambda: len(app.at("/status")) == 3)
    numbers = [hook.form["SequenceNumber"] for hook in app.at("/status")]
    dropped = [
        hook for hook in phone.get(f"/simulator/calls/{call['sid']}")["webhooks"] if hook["failure"] == "dropped"
    ]
    assert len(dropped) == 1
    assert set(numbers) == {"0", "1", "3"}
    assert app.at("/status")[1].at - app.at("/status")[0].at >= 0.05


def test_a_recording_can_be_reported_before_its_turn(phone, app):
    app.answers.update({"/voice": ANSWER, "/turn": lambda hook: phone.until(lambda: app.at("/recording")) and BYE})
    phone.person(default={"say": "words"})
    phone.faults(recording_callbacks={"early": True})
    phone.call()
    assert app.at("/recording")


def test_fifty_calls_at_once(start_carrier, app):
    app.answers.update({"/voice": ANSWER, "/turn": BYE})
    carrier = start_carrier(speed=20)
    phones = [f"+150055502{number:02d}" for number in range(50)]
    for number in phones:
        carrier.person(number, default={"say": f"this is {number}", "seconds": 20})
    started = time.monotonic()
    sids = [carrier.dial(to=number) for number in phones]
    ledgers = [carrier.ended(sid) for sid in sids]
    assert {ledger["status"] for ledger in ledgers} == {"completed"}
    assert time.monotonic() - started < 60
    carrier.until(lambda: len(app.at("/recording")) == 50)
    summary = carrier.get("/simulator/ledger")
    assert summary["dials"] == dict.fromkeys(phones, 1)
    assert summary["recordings"] == 50
    assert summary["violations"] == 0
    assert summary["webhooks"]["document"]["count"] == 100

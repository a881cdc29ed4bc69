"""What picks up in somebody's place, when its detection reports, and a network that loses requests or answers."""

from __future__ import annotations

import pytest
import requests

SAID_BEFORE, SAID_AFTER = "one two three four five", "call us back on five five five"
LISTENS = (
    '<Response><Gather input="dtmf speech" timeout="2" action="/key"><Say>Press one to begin.</Say></Gather>'
    "<Redirect>/voice</Redirect></Response>"
)
BYE = "<Response><Hangup/></Response>"
LONG = "<Response><Pause length='30'/></Response>"


def detect(phone, app, **more):
    return phone.call(
        MachineDetection="Enable", AsyncAmd="true", AsyncAmdStatusCallback=f"{app.base_url}/amd", **more
    )


# --- a voicemail


def test_only_what_is_said_after_the_beep_is_on_the_tape(phone, app):
    app.answers["/voice"] = (
        f"<Response><Say>{SAID_BEFORE}</Say><Pause length='4'/><Say>{SAID_AFTER}</Say></Response>"
    )
    phone.person(pickup="voicemail", greeting_s=5)
    assert phone.call()["tape"] == [SAID_AFTER]


def test_words_that_began_before_the_beep_are_on_the_tape_from_there(phone, app):
    app.answers["/voice"] = f"<Response><Say>{SAID_BEFORE}</Say></Response>"
    phone.person(pickup="voicemail", greeting_s=1.1)  # at 150 words a minute two pass meanwhile
    assert phone.call()["tape"] == ["three four five"]


def test_a_person_has_no_tape(phone, app):
    app.answers["/voice"] = BYE
    phone.person()
    assert phone.call()["tape"] is None


# --- an assistant that screens


def test_an_assistant_speaks_to_what_listens_to_speech_and_hands_over(phone, app):
    app.answers.update({"/voice": LISTENS, "/key": lambda hook: BYE if hook.form.get("Digits") else LISTENS})
    phone.person(
        pickup="screening", says=["Who is it?"], joins_after_s=5, reactions=[{"when_heard": "begin", "press": "1"}]
    )
    call = phone.call()
    answers = [(hook.form.get("SpeechResult"), hook.form.get("Digits")) for hook in app.at("/key")]
    assert answers == [("Who is it?", None), (None, "1")]
    assert call["line_s"] > 5 and call["tape"] is None


def test_an_assistant_that_reaches_nobody_hangs_up(phone, app):
    app.answers.update({"/voice": LISTENS, "/key": LISTENS})
    phone.person(pickup="screening", hangs_up_after_s=20, reactions=[{"press": "1"}])
    call = phone.call()
    assert call["end_reason"] == "the person hung up" and 20 <= call["line_s"] < 26
    assert [hook.form.get("Digits") for hook in app.at("/key")] == [None], "nobody pressed a key"


def test_an_assistant_says_nothing_to_what_only_takes_keys(phone, app):
    app.answers["/voice"] = LISTENS.replace("dtmf speech", "dtmf")
    phone.person(pickup="screening", hangs_up_after_s=8)
    phone.call()
    assert app.at("/key") == []


# --- when detection reports


@pytest.mark.parametrize("who", ["human", "machine_start", "fax", "unknown", "machine_end_other"])
def test_detection_says_what_it_is_told(phone, app, who):
    app.answers["/voice"] = LONG
    phone.person(answered_by=who)
    assert detect(phone, app)["answered_by"] == who == app.at("/amd")[0].form["AnsweredBy"]


def test_early_detection_comes_before_the_first_document(phone, app):
    app.answers["/voice"] = LONG
    phone.person(answered_by="machine_start")
    phone.faults(amd={"when": "early"})
    detect(phone, app)
    assert app.at("/amd")[0].at < app.at("/voice")[0].at
    assert app.at("/voice")[0].form["AnsweredBy"] == "machine_start"


def test_late_detection_never_and_after_the_call(phone, app):
    app.answers["/voice"] = LONG
    phone.person(answered_by="machine_start")
    phone.faults(amd={"after_s": 25})
    assert detect(phone, app)["line_s"] >= 30
    assert app.at("/amd")[0].form["MachineDetectionDuration"] == "25000"
    phone.faults(amd={"when": "never"})
    detect(phone, app)
    assert len(app.at("/amd")) == 1
    phone.faults(amd={"when": "after_call", "duplicate": 2})
    detect(phone, app)
    reports, ends = app.at("/amd")[1:], [hook for hook in app.at("/status") if hook.form["CallStatus"] == "completed"]
    assert len(reports) == 2 and min(hook.at for hook in reports) > ends[-1].at


# --- the network


@pytest.mark.parametrize(
    ("kind", "reached", "attempts"),
    [("no_connection", 1, [("ct", None), ("ct", None), (None, 200)]),
     ("no_answer", 3, [("rt", None), ("rt", None), (None, 200)]),
     (502, 1, [(None, 502), (None, 502), (None, 200)])],
)  # fmt: skip
def test_requests_or_answers_are_lost_and_repeated(phone, app, kind, reached, attempts):
    app.answers["/voice"] = BYE
    phone.person()
    phone.faults(network={"kind": kind, "times": 2})
    call = phone.call(Url=f"{app.base_url}/voice#rc=3&rp=5xx,ct,rt")
    seen = [hook for hook in call["webhooks"] if hook["family"] == "document"]
    assert [(hook["failure"], hook["status_code"]) for hook in seen] == attempts
    assert [hook["injected"] for hook in seen] == [True, True, False]
    assert len(app.at("/voice")) == reached and not call["twilio_error_heard"]


def test_what_is_lost_too_often_is_asked_of_the_fallback_and_then_of_nobody(phone, app):
    app.answers.update({"/voice": BYE, "/fallback": BYE})
    phone.person()
    more = {"Url": f"{app.base_url}/voice#rc=3&rp=ct", "FallbackUrl": f"{app.base_url}/fallback"}
    phone.faults(network={"kind": "no_connection"})
    assert phone.call(**more)["end_reason"] == "Hangup" and len(app.at("/fallback")) == 1
    phone.faults(network={"kind": "no_connection", "families": ["document", "fallback"]})
    assert phone.call(**more)["twilio_error_heard"] and app.at("/voice") == []


def test_the_first_requests_may_get_through(phone, app):
    app.answers.update({"/voice": "<Response><Redirect>/next</Redirect></Response>", "/next": BYE})
    phone.person()
    phone.faults(network={"kind": "no_connection", "skip": 1})
    assert phone.call()["twilio_error_heard"] and len(app.at("/voice")) == 1 and app.at("/next") == []


def test_a_request_comes_once_more_behind_its_successor(phone, app):
    app.answers.update({"/voice": "<Response><Redirect>/next</Redirect></Response>", "/next": BYE})
    phone.person()
    phone.faults(documents={"stale_copies": True})
    phone.call()
    assert [hook.path for hook in app.hooks if hook.path != "/status"] == ["/voice", "/next", "/voice"]


@pytest.mark.parametrize(
    "fault",
    [{"network": {"kind": "gone"}}, {"network": {"kind": 200}}, {"network": {}}, {"amd": {"when": "soon"}}],
)
def test_faults_that_are_none(phone, fault):
    answer = requests.put(f"{phone.carrier.base_url}/simulator/faults", json=fault, timeout=5)
    assert answer.status_code == 400

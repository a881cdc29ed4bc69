"""The requests that are answered with words, and what is answered when something is wrong."""

from dataclasses import replace
from xml.etree import ElementTree

import pytest
from flask import Flask
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from interview.events import DigitsPressed, NoInput, UtteranceRecorded
from interview.wording import wording_for
from ivr.services.conversations import TooBusy
from ivr.services.errors import NotAllowed, NotFound
from tests.webhooks.conftest import BASE, CALL, CALL_SID, RECORDING_SID, TOKEN, sign

ANSWERED = f"/answered/{CALL}"
TURN = f"/turn/{CALL}/2"
UNAVAILABLE = [
    OperationalError("SELECT 1", {}, Exception("connection refused")),
    InterfaceError("SELECT 1", {}, Exception("connection closed")),
    PoolTimeout("QueuePool limit reached"),
    TooBusy("five times in a row"),
]


def verbs(response):
    """The document's verbs, after a look at the headers."""
    assert response.headers["Content-Type"] == "text/xml; charset=utf-8"
    root = ElementTree.fromstring(response.data)  # noqa: S314  # our own document
    assert root.tag == "Response"
    return [child.tag for child in root]


def heard(response):
    root = ElementTree.fromstring(response.data)  # noqa: S314  # our own document
    return " ".join("".join(say.itertext()) for say in root.iter("Say"))


def test_the_first_document(door, conversations):
    response = door.post(ANSWERED, door.form(AnsweredBy="machine_start"))
    assert response.status_code == 200
    assert verbs(response)[-1] == "Redirect"
    assert "Press 1 & begin." in heard(response)
    assert f"{BASE}/webhooks/voice/turn/{CALL}/3?no_input=1#" in response.text
    assert conversations.asked == [("answered", CALL, CALL_SID, "machine_start")]


@pytest.mark.parametrize(
    ("query", "fields", "event"),
    [
        ("", {"Digits": "1"}, DigitsPressed("1")),
        ("", {"SpeechResult": "yes"}, DigitsPressed("", "yes")),
        ("?no_input=1", {}, NoInput()),
        ("?no_input=0", {"Digits": "5"}, DigitsPressed("5")),
        (
            "",
            {"RecordingSid": RECORDING_SID, "RecordingUrl": "https://x", "RecordingDuration": "7", "Digits": "#"},
            UtteranceRecorded(RECORDING_SID, 7.0, "#"),
        ),
    ],
)
def test_a_turn(door, conversations, query, fields, event):
    response = door.post(TURN + query, door.form(**fields))
    assert response.status_code == 200
    assert verbs(response)
    assert conversations.asked == [("take_turn", CALL, 2, event, CALL_SID)]


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("language", ["en-US", "xx-XX", None])
def test_the_fallback_speaks_without_any_service(door, method, language):
    door.app.extensions["viva"].conversations = None
    query = f"?lang={language}" if language else ""
    if method == "POST":
        response = door.post(f"/fallback{query}", door.form(ErrorCode="11200"))
    else:
        joined = f"{query}&" if query else "?"
        url = f"/webhooks/voice/fallback{joined}AccountSid={door.form()['AccountSid']}&ErrorCode=11200"
        response = door.client.get(url, headers={"X-Twilio-Signature": sign(TOKEN, BASE + url, {})})
    assert response.status_code == 200
    assert verbs(response)[-1] == "Hangup"
    assert wording_for("en-US").apology in heard(response)


@pytest.mark.parametrize("path", [ANSWERED, TURN])
@pytest.mark.parametrize("error", UNAVAILABLE, ids=lambda error: type(error).__name__)
def test_when_the_database_is_away_the_carrier_asks_again(door, conversations, path, error):
    name = "answered" if path == ANSWERED else "take_turn"
    conversations.failures[name] = [error]
    response = door.post(path)
    assert (response.status_code, response.data) == (503, b"")
    assert [asked[0] for asked in conversations.asked] == [name]
    assert door.post(path).status_code == 200


@pytest.mark.parametrize("path", [ANSWERED, TURN])
def test_a_fault_of_ours_is_an_apology_and_a_call_back(door, conversations, path):
    name = "answered" if path == ANSWERED else "take_turn"
    conversations.failures[name] = [ZeroDivisionError("secret words of the candidate")]
    conversations.language = "en-GB"
    response = door.post(path)
    assert response.status_code == 200
    assert verbs(response)[-1] == "Hangup"
    assert heard(response) == wording_for("en-GB").apology
    assert "secret" not in response.text
    assert conversations.asked[-1] == ("break_off", CALL, CALL_SID)


@pytest.mark.parametrize("second", [ZeroDivisionError("again"), UNAVAILABLE[0]], ids=["fault", "database"])
def test_the_apology_comes_even_if_nothing_can_be_written(door, conversations, second):
    conversations.failures = {"take_turn": [ZeroDivisionError("first")], "break_off": [second]}
    response = door.post(TURN)
    assert response.status_code == 200
    assert heard(response) == wording_for("en-US").apology


def test_a_step_that_cannot_be_rendered_is_our_fault_too(door, conversations):
    conversations.spoken = replace(conversations.spoken, script=replace(conversations.spoken.script, language="tlh"))
    response = door.post(TURN)
    assert response.status_code == 200
    assert verbs(response)[-1] == "Hangup"
    assert [asked[0] for asked in conversations.asked] == ["take_turn", "break_off"]


@pytest.mark.parametrize("path", [ANSWERED, TURN])
@pytest.mark.parametrize(
    ("error", "status"),
    [(NotFound("call"), 404), (NotAllowed("wrong_call", "This call belongs to another CallSid."), 403)],
)
def test_calls_that_are_not_ours(door, conversations, path, error, status):
    conversations.failures["answered" if path == ANSWERED else "take_turn"] = [error]
    response = door.post(path)
    assert response.status_code == status
    assert "CallSid" not in response.text
    assert len(conversations.asked) == 1


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        (ANSWERED, {"CallSid": None}),
        (ANSWERED, {"CallSid": "CA-not-one"}),
        (TURN, {"CallSid": None, "Digits": "1"}),
        (TURN, {"Digits": "one"}),
        (TURN, {"RecordingSid": "RE1", "RecordingUrl": "u", "RecordingDuration": "3"}),
        (TURN, {"RecordingSid": RECORDING_SID, "RecordingUrl": "u", "RecordingDuration": "long"}),
    ],
)
def test_malformed_forms(door, conversations, path, fields):
    response = door.post(path, door.form(**fields))
    assert (response.status_code, response.text) == (400, "Bad Request\n")
    assert conversations.asked == []


@pytest.mark.parametrize(
    "path", ["/answered/17", "/turn/17/1", f"/turn/{CALL}/-1", f"/turn/{CALL}/100000", f"/turn/{CALL}/x"]
)
def test_paths_that_we_never_hand_out(door, conversations, path):
    assert door.post(path).status_code == 404
    assert conversations.asked == []


def test_without_services_nobody_is_told_anything_but_500():
    """A fault before the signature is known to be right: no words, nothing written."""
    from ivr.webhooks import blueprint

    app = Flask(__name__)
    app.register_blueprint(blueprint)
    response = app.test_client().post(f"/webhooks/voice{ANSWERED}", data={"CallSid": CALL_SID})
    assert (response.status_code, response.data) == (500, b"")

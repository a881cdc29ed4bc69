"""The requests that only tell us something: 204 after the commit, 5xx so that they come again, no false 2xx."""

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from interview.lifecycle import CallStatus
from ivr.services.conversations import CallNews, TooBusy
from ivr.services.errors import NotAllowed, NotFound
from tests.webhooks.conftest import CALL, CALL_SID, RECORDING_SID

STATUS = (f"/status/{CALL}", "status_changed", {"CallStatus": "ringing", "SequenceNumber": "1"})
RECORDING = (
    f"/recording/{CALL}/4",
    "recording_ready",
    {"RecordingSid": RECORDING_SID, "RecordingStatus": "completed", "RecordingDuration": "9", "RecordingUrl": "https://x"},
)
AMD = (f"/amd/{CALL}", "amd_result", {"AnsweredBy": "machine_start", "MachineDetectionDuration": "2400"})
HOOKS = pytest.mark.parametrize(
    ("path", "method", "fields"), [STATUS, RECORDING, AMD], ids=["status", "recording", "amd"]
)


@HOOKS
def test_good_news_is_taken_with_204(door, conversations, path, method, fields):
    response = door.post(path, door.form(**fields))
    assert (response.status_code, response.data) == (204, b"")
    assert [asked[0] for asked in conversations.asked] == [method]


def test_what_is_handed_on(door, conversations):
    for path, _, fields in (STATUS, RECORDING, AMD):
        door.post(path, door.form(**fields))
    assert conversations.asked == [
        ("status_changed", CALL, CallNews(CALL_SID, CallStatus.RINGING, 1)),
        ("recording_ready", CALL, 4, CALL_SID, RECORDING_SID, 9),
        ("amd_result", CALL, CALL_SID, "machine_start"),
    ]


@HOOKS
@pytest.mark.parametrize(
    ("error", "status"),
    [
        (OperationalError("INSERT", {}, Exception("gone")), 503),
        (PoolTimeout("no connection free"), 503),
        (TooBusy("five times"), 503),
        (ZeroDivisionError("a fault"), 500),
        (NotFound("call"), 404),
        (NotAllowed("wrong_call", "another"), 403),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else str(value),
)
def test_bad_news_is_never_taken_with_a_2xx(door, conversations, path, method, fields, error, status):
    conversations.failures[method] = [error]
    response = door.post(path, door.form(**fields))
    assert response.status_code == status
    if status >= 500:
        assert response.data == b""
    assert [asked[0] for asked in conversations.asked] == [method]
    assert door.post(path, door.form(**fields)).status_code == 204


@pytest.mark.parametrize("status", ["in-progress", "absent", "failed"])
def test_a_recording_that_there_is_not(door, conversations, status):
    path, _, fields = RECORDING
    assert door.post(path, door.form(**{**fields, "RecordingStatus": status})).status_code == 204
    assert conversations.asked == []


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        (STATUS[0], {**STATUS[2], "CallSid": None}),
        (STATUS[0], {**STATUS[2], "SequenceNumber": None}),
        (STATUS[0], {**STATUS[2], "CallStatus": "exploded"}),
        (RECORDING[0], {**RECORDING[2], "RecordingSid": "../../etc"}),
        (RECORDING[0], {**RECORDING[2], "RecordingDuration": "-1"}),
        (AMD[0], {**AMD[2], "CallSid": "17"}),
    ],
)
def test_malformed_forms(door, conversations, path, fields):
    assert door.post(path, door.form(**fields)).status_code == 400
    assert conversations.asked == []


def test_an_opinion_that_says_nothing(door, conversations):
    assert door.post(AMD[0], door.form(AnsweredBy="")).status_code == 204
    assert conversations.asked == []

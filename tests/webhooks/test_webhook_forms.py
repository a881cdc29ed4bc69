"""Twilio's forms in our words, from the shapes of real webhooks."""

import json
from pathlib import Path

import pytest

import scripts.simulator
from interview.events import DigitsPressed, NoInput, UtteranceRecorded
from interview.lifecycle import CallStatus
from ivr.services.conversations import CallNews
from ivr.webhooks.forms import BadForm, answered_by, call_news, carrier_sid, recording_news, turn_event

SHAPES = json.loads((Path(scripts.simulator.__file__).parent / "contracts" / "webhook-shapes.json").read_text())
CALL_SID = "CA" + "a" * 32
RECORDING_SID = "RE" + "b" * 32
URL = "https://api.twilio.com/2010-04-01/Accounts/AC/Recordings/RE"
RECORDED = {"CallSid": CALL_SID, "RecordingSid": RECORDING_SID, "RecordingUrl": URL, "RecordingDuration": "12"}


def shape(name, **changes):
    """A real form with sids of the right length in place of the abbreviated ones."""
    form = dict(SHAPES[name]["form"])
    form["CallSid"] = CALL_SID
    if "RecordingSid" in form:
        form["RecordingSid"] = RECORDING_SID
    return {name: value for name, value in {**form, **changes}.items() if value is not None}


def test_a_real_record_action_after_a_hang_up():
    form = shape("record_action_after_hangup")
    assert turn_event(form, no_input=False) == UtteranceRecorded(RECORDING_SID, 12.0, "hangup")
    assert carrier_sid(form) == CALL_SID


def test_a_real_recording_callback():
    news = recording_news(shape("recording_status_callback_completed"))
    assert (news.carrier_sid, news.recording_sid, news.duration_s) == (CALL_SID, RECORDING_SID, 21)
    assert news.is_ready


@pytest.mark.parametrize("status", ["in-progress", "absent", "failed"])
def test_a_recording_that_cannot_be_fetched(status):
    form = shape("recording_status_callback_completed", RecordingStatus=status, RecordingDuration=None)
    news = recording_news(form)
    assert not news.is_ready
    assert news.duration_s is None


def test_a_real_busy_callback():
    assert call_news(shape("status_callback_busy")) == CallNews(CALL_SID, CallStatus.BUSY, 2, duration_s=0)


def test_a_real_completed_callback_with_amd():
    news = call_news(shape("status_callback_completed_with_amd"))
    assert news == CallNews(CALL_SID, CallStatus.COMPLETED, 3, duration_s=49, answered_by="human")


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("queued", CallStatus.QUEUED), ("initiated", CallStatus.QUEUED), ("ringing", CallStatus.RINGING),
        ("in-progress", CallStatus.IN_PROGRESS), ("completed", CallStatus.COMPLETED), ("busy", CallStatus.BUSY),
        ("no-answer", CallStatus.NO_ANSWER), ("failed", CallStatus.FAILED), ("canceled", CallStatus.CANCELED),
    ],
)  # fmt: skip
def test_the_carriers_words_for_a_call(word, status):
    assert call_news(shape("status_callback_busy", CallStatus=word)).status is status


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"CallStatus": "failed", "SipResponseCode": "404"}, "sip_404"),
        ({"CallStatus": "failed", "SipResponseCode": "404", "ErrorCode": "13225"}, "13225"),
        ({"CallStatus": "failed", "ErrorCode": "0", "SipResponseCode": None}, None),
        ({"CallStatus": "completed", "SipResponseCode": "200"}, None),
        ({"CallStatus": "failed", "SipResponseCode": "<b>", "ErrorCode": "x"}, None),
    ],
)
def test_why_a_call_failed(fields, code):
    assert call_news(shape("status_callback_busy", **fields)).error_code == code


@pytest.mark.parametrize(
    ("fields", "event"),
    [
        (RECORDED, UtteranceRecorded(RECORDING_SID, 12.0)),
        ({**RECORDED, "Digits": "#"}, UtteranceRecorded(RECORDING_SID, 12.0, "#")),
        ({**RECORDED, "Digits": "*"}, UtteranceRecorded(RECORDING_SID, 12.0, "*")),
        ({**RECORDED, "Digits": "0"}, UtteranceRecorded(RECORDING_SID, 12.0, "0")),
        ({**RECORDED, "Digits": "hangup"}, UtteranceRecorded(RECORDING_SID, 12.0, "hangup")),
        ({**RECORDED, "Digits": "7"}, UtteranceRecorded(RECORDING_SID, 12.0)),
        # an empty recording: silence, or the key alone, and never something to fetch
        ({**RECORDED, "RecordingDuration": "0"}, NoInput()),
        ({**RECORDED, "RecordingDuration": "0", "Digits": "#"}, NoInput()),
        ({**RECORDED, "RecordingDuration": "0", "Digits": "*"}, UtteranceRecorded("", 0.0, "*")),
        ({**RECORDED, "RecordingDuration": "0", "Digits": "0"}, UtteranceRecorded("", 0.0, "0")),
        ({**RECORDED, "RecordingDuration": "0", "Digits": "hangup"}, UtteranceRecorded("", 0.0, "hangup")),
        ({**RECORDED, "RecordingUrl": ""}, NoInput()),
        ({"RecordingSid": RECORDING_SID}, NoInput()),
        ({"Digits": "hangup"}, UtteranceRecorded("", 0.0, "hangup")),
        # keys and words of a Gather
        ({"Digits": "1"}, DigitsPressed("1")),
        ({"Digits": "12*#"}, DigitsPressed("12*#")),
        ({"Digits": "*", "FinishedOnKey": ""}, DigitsPressed("*")),
        ({"SpeechResult": " Yes. ", "Confidence": "0.9"}, DigitsPressed("", "Yes.")),
        ({"Digits": "2", "SpeechResult": "yes"}, DigitsPressed("2")),
        ({"SpeechResult": "x" * 9_000}, DigitsPressed("", "x" * 8_000)),
        # a Gather that heard nothing
        ({}, NoInput()),
        ({"Digits": "", "SpeechResult": "  "}, NoInput()),
    ],
)
def test_what_the_candidate_did(fields, event):
    assert turn_event(fields, no_input=False) == event


def test_the_redirect_behind_a_listen_is_silence():
    assert turn_event({}, no_input=True) == NoInput()
    assert turn_event(RECORDED, no_input=True) == NoInput()


@pytest.mark.parametrize(
    ("value", "expected"),
    [("human", "human"), ("machine_start", "machine_start"), ("", None), ("<script>", None), ("x" * 50, None)],
)
def test_who_answered(value, expected):
    assert answered_by({"AnsweredBy": value}) == expected


@pytest.mark.parametrize(
    ("read", "form"),
    [
        (carrier_sid, {}),
        (carrier_sid, {"CallSid": "CA1"}),
        (carrier_sid, {"CallSid": "RE" + "a" * 32}),
        (carrier_sid, {"CallSid": CALL_SID + "\n"}),
        (carrier_sid, {"CallSid": CALL_SID.upper()}),
        (recording_news, {**RECORDED, "RecordingStatus": "completed", "RecordingSid": "../RE"}),
        (recording_news, {**RECORDED, "RecordingStatus": "completed", "RecordingDuration": "-1"}),
        (recording_news, {**RECORDED, "RecordingStatus": "completed", "RecordingDuration": "9999999"}),
        (recording_news, RECORDED),
        (recording_news, {**RECORDED, "RecordingStatus": "completed", "CallSid": ""}),
        (call_news, shape("status_callback_busy", CallStatus="placing")),
        (call_news, shape("status_callback_busy", CallStatus="sleeping")),
        (call_news, shape("status_callback_busy", CallStatus=None)),
        (call_news, shape("status_callback_busy", SequenceNumber="two")),
        (call_news, shape("status_callback_busy", SequenceNumber=None)),
        (call_news, shape("status_callback_busy", SequenceNumber="²")),
        (call_news, shape("status_callback_busy", CallDuration="1.5")),
        (lambda form: turn_event(form, no_input=False), {"Digits": "1; DROP"}),
        (lambda form: turn_event(form, no_input=False), {"Digits": "1" * 33}),
        (lambda form: turn_event(form, no_input=False), {**RECORDED, "RecordingSid": "RE12"}),
        (lambda form: turn_event(form, no_input=False), {**RECORDED, "RecordingDuration": "NaN"}),
    ],
)  # fmt: skip
def test_malformed_fields_are_named_and_not_repeated(read, form):
    with pytest.raises(BadForm) as bad:
        read(form)
    assert str(bad.value).split(" ")[0] in {
        "CallSid", "RecordingSid", "RecordingStatus", "RecordingDuration", "CallStatus", "SequenceNumber",
        "CallDuration", "Digits",
    }  # fmt: skip
    assert "DROP" not in str(bad.value)

"""Whole calls against a table of documents: what is executed, heard, recorded and reported."""

from __future__ import annotations

import io
import wave

import pytest
import requests

from scripts.simulator.audio import Utterance, render_wav, words_in_wav

RECORD = (
    '<Response><Gather numDigits="1" finishOnKey="" timeout="1" action="/key"><Say>Question one. Why?</Say></Gather>'
    '<Record action="/turn?n=1" maxLength="60" timeout="5" finishOnKey="#*0" trim="do-not-trim" '
    'recordingStatusCallback="/recording"/><Redirect>/silence</Redirect></Response>'
)
BYE = '<Response><Say language="en-GB" voice="Polly.Amy">Goodbye.</Say><Hangup/></Response>'


@pytest.fixture(autouse=True)
def documents(app):
    app.answers.update({"/voice": RECORD, "/turn": BYE, "/key": BYE, "/silence": BYE})


def test_an_answer_ended_by_hash_is_recorded_posted_and_reported(phone, app):
    phone.person(reactions=[{"when_heard": "question one", "say": "because I like it", "seconds": 6}])
    call = phone.call()
    turn = app.at("/turn")[0]
    assert turn.url.endswith("/turn?n=1")
    assert turn.form["Digits"] == "#"
    assert turn.form["RecordingDuration"] == "7"  # 0.8 s before the first word, 6 s of words, 0.3 s to the key
    assert turn.form["CallStatus"] == "in-progress"
    assert app.at("/silence") == app.at("/key") == []
    report = app.at("/recording")[0]
    assert report.form["RecordingStatus"] == "completed"
    assert report.form["RecordingSid"] == turn.form["RecordingSid"]
    assert report.at > turn.at
    media = phone.rest("GET", f"/Recordings/{turn.form['RecordingSid']}")
    assert media.headers["Content-Type"] == "audio/x-wav"
    assert words_in_wav(media.content) == "because I like it"
    with wave.open(io.BytesIO(media.content)) as sound:
        assert sound.getnframes() == pytest.approx(7.1 * 8000, abs=2)
    assert [heard["text"] for heard in call["heard"]] == ["Question one. Why?", "Goodbye."]
    assert call["heard"][1]["voice"] == "Polly.Amy"
    assert call["end_reason"] == "Hangup"
    assert phone.violations() == []


def test_progress_is_told_in_order_with_the_shapes_of_real_callbacks(phone, app):
    phone.person(default={"say": "yes yes yes"})
    phone.call()
    hooks = app.at("/status")
    assert [hook.form["CallStatus"] for hook in hooks] == ["initiated", "ringing", "in-progress", "completed"]
    assert [hook.form["SequenceNumber"] for hook in hooks] == ["0", "1", "2", "3"]
    assert {hook.form["CallbackSource"] for hook in hooks} == {"call-progress-events"}
    assert int(hooks[-1].form["CallDuration"]) >= 3
    assert hooks[-1].form["Duration"] == "1"


def test_only_the_completed_event_is_sent_when_none_is_asked_for(phone, app):
    phone.person(default={"say": "yes"})
    phone.call(StatusCallbackEvent=None)
    assert [hook.form["CallStatus"] for hook in app.at("/status")] == ["completed"]


@pytest.mark.parametrize(
    ("pickup", "statuses"),
    [
        ("busy", ["initiated", "ringing", "busy"]),
        ("no_answer", ["initiated", "ringing", "no-answer"]),
        ("canceled", ["initiated", "ringing", "canceled"]),
        ("failed", ["initiated", "failed"]),
        ("no_such_number", ["initiated", "failed"]),
    ],
)
def test_calls_that_nobody_takes(phone, app, pickup, statuses):
    phone.person(pickup=pickup)
    call = phone.call(Timeout=20)
    assert [hook.form["CallStatus"] for hook in app.at("/status")] == statuses
    assert app.at("/status")[-1].form["CallDuration"] == "0"
    assert app.at("/voice") == []
    assert call["status"] == statuses[-1]


def test_an_unknown_number_rings_in_vain(phone):
    assert phone.call(to="+15005559999", Timeout=5)["status"] == "no-answer"


def test_pickups_and_rules_may_differ_from_call_to_call(phone, app):
    phone.person(
        pickup_sequence=["busy", "answer"],
        reactions_by_call=[[], [{"say": "second call"}]],
        reactions=[{"say": "later calls"}],
    )
    assert [phone.ended(phone.dial())["status"] for _ in range(3)] == ["busy", "completed", "completed"]
    said = [reaction["say"] for call in phone.get("/simulator/calls")["calls"] for reaction in call["reactions"]
            if reaction["kind"] == "say"]  # fmt: skip
    assert said == ["second call", "later calls"]


def test_hanging_up_while_answering_still_posts_the_partial_answer(phone, app):
    phone.person(default={"say": "I was about to", "end_with": "hang_up"})
    call = phone.call()
    turn = app.at("/turn")[0]
    assert turn.form["Digits"] == "hangup"
    assert turn.form["CallStatus"] == "completed"
    assert app.at("/recording")[0].form["RecordingStatus"] == "completed"
    assert [heard["text"] for heard in call["heard"]] == ["Question one. Why?"]
    assert call["end_reason"].startswith("the person hung up")


def test_silence_falls_through_to_the_next_verb(phone, app):
    phone.person()
    phone.call()
    assert app.at("/turn") == app.at("/recording") == []
    assert len(app.at("/silence")) == 1


def test_silence_posts_a_duration_of_zero_for_a_person_so_described(phone, app):
    phone.person(empty_record="post_zero")
    phone.call()
    assert app.at("/turn")[0].form["RecordingDuration"] == "0"
    assert app.at("/silence") == []


def test_silence_reports_an_absent_recording_when_asked(phone, app):
    app.answers["/voice"] = (
        '<Response><Record recordingStatusCallback="/recording" '
        'recordingStatusCallbackEvent="completed absent"/></Response>'
    )
    phone.person()
    phone.call()
    assert [hook.form["RecordingStatus"] for hook in app.at("/recording")] == ["absent"]


@pytest.mark.parametrize(
    ("reaction", "digits", "duration", "words"),
    [
        ({"say": "one two three four", "seconds": 4, "end_with": "*"}, "*", "5", "one two three four"),
        ({"say": "one two three four", "seconds": 4, "end_with": "silence"}, None, "10", "one two three four"),
        ({"say": "one two three four", "seconds": 4, "end_with": "7"}, None, "10", "one two three four"),
        ({"say": "one two three four", "end_with": "max_length"}, None, "60", "one two three four"),
        ({"say": "one two three four", "seconds": 118.4, "end_with": "#"}, None, "60", "one two"),
        ({"press": "*", "on": "record"}, "*", "1", ""),
    ],
)
def test_how_a_recording_ends(phone, app, reaction, digits, duration, words):
    phone.person(default=reaction)
    phone.call()
    turn = app.at("/turn")[0]
    assert turn.form.get("Digits") == digits
    assert turn.form["RecordingDuration"] == duration
    until_ready = phone.rest("GET", f"/Recordings/{turn.form['RecordingSid']}.json").json()
    assert until_ready["duration"] == duration
    media = phone.rest("GET", f"/Recordings/{turn.form['RecordingSid']}.wav").content
    assert words_in_wav(media) == words


def test_silence_around_the_words_is_trimmed_by_default(phone, app):
    app.answers["/voice"] = '<Response><Record action="/turn" timeout="5"/></Response>'
    phone.person(default={"say": "words", "seconds": 3, "lead_silence_s": 2, "end_with": "silence"})
    phone.call()
    assert app.at("/turn")[0].form["RecordingDuration"] == "3"


def test_a_person_who_starts_too_late_has_said_nothing(phone, app):
    phone.person(default={"say": "sorry, I was thinking", "lead_silence_s": 6})
    phone.call()
    assert app.at("/turn") == []
    assert len(app.at("/silence")) == 1


def test_a_silent_rule_counts_once_a_turn_and_the_next_turn_is_answered(phone, app):
    app.answers["/silence"] = RECORD
    phone.person(
        reactions=[
            {"when_heard": "question one", "silent": True, "times": 1},
            {"when_heard": "question one", "say": "now I know"},
        ]
    )
    phone.call()
    assert len(app.at("/silence")) == len(app.at("/turn")) == 1


# --- Gather -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("attributes", "press", "expected"),
    [
        ('numDigits="1"', "1", "1"),
        ('numDigits="1" finishOnKey=""', "*", "*"),
        ('numDigits="1" finishOnKey=""', "#", "#"),
        ("", "123#", "123"),
        ("", "123", "123"),
        ('numDigits="4"', "12", "12"),
        ('numDigits="2"', "12345", "12"),
        ('finishOnKey="*"', "1#2*", "1#2"),
        ('numDigits="1"', "#", None),  # the finish key before any digit: on to the next verb
        ('input="speech"', "1", None),
    ],
)
def test_keys(phone, app, attributes, press, expected):
    app.answers["/voice"] = (
        f'<Response><Gather action="/key" timeout="2" {attributes}><Say>Press.</Say></Gather>'
        "<Redirect>/silence</Redirect></Response>"
    )
    phone.person(default={"press": press})
    phone.call()
    if expected is None:
        assert app.at("/key") == []
        assert len(app.at("/silence")) == 1
    else:
        assert app.at("/key")[0].form["Digits"] == expected


def test_a_key_cuts_the_prompts_short(phone, app):
    app.answers["/voice"] = (
        '<Response><Gather action="/key" numDigits="1"><Say>One to begin.</Say><Say>Two to wait.</Say></Gather>'
        "</Response>"
    )
    phone.person(reactions=[{"when_heard": "one to begin", "press": "1"}])
    call = phone.call()
    assert [heard["text"] for heard in call["heard"]] == ["One to begin.", "Goodbye."]
    assert app.at("/key")[0].form["FinishedOnKey"] == ""


def test_a_key_that_comes_after_the_timeout_is_lost(phone, app):
    phone.person(reactions=[{"when_heard": "question", "press": "1", "on": "gather", "wait_s": 3, "times": 1}])
    app.answers["/voice"] = (
        '<Response><Gather action="/key" timeout="1" bargeIn="false"><Say>Question</Say></Gather>'
        "<Redirect>/silence</Redirect></Response>"
    )
    phone.call()
    assert app.at("/key") == []
    assert len(app.at("/silence")) == 1


def test_an_empty_result_is_posted_when_asked_for(phone, app):
    app.answers["/voice"] = '<Response><Gather action="/key" actionOnEmptyResult="true"/></Response>'
    phone.person()
    phone.call()
    assert app.at("/key")[0].form["Digits"] == ""


def test_speech_is_posted_as_text(phone, app):
    app.answers["/voice"] = '<Response><Gather input="dtmf speech" action="/key"><Say>Ready?</Say></Gather></Response>'
    phone.person(default={"say": "yes, let us begin"})
    phone.call()
    hook = app.at("/key")[0]
    assert hook.form["SpeechResult"] == "yes, let us begin"
    assert 0 < float(hook.form["Confidence"]) <= 1
    assert "Digits" not in hook.form


def test_the_action_defaults_to_the_document(phone, app):
    app.answers["/voice"] = ['<Response><Gather numDigits="1"><Say>Press.</Say></Gather></Response>', BYE]
    phone.person(default={"press": "5"})
    phone.call()
    assert [hook.form.get("Digits") for hook in app.at("/voice")] == [None, "5"]


def test_a_document_that_ends_ends_the_call(phone, app):
    app.answers["/voice"] = "<Response><Pause length='2'/></Response>"
    phone.person()
    call = phone.call()
    assert (call["status"], call["end_reason"], call["duration_s"]) == ("completed", "the document ended", 3)


# --- machines, limits and interruptions -------------------------------------------------------------------------------


def test_the_answering_machine_is_reported_apart(phone, app):
    app.answers["/voice"] = "<Response><Pause length='20'/></Response>"
    phone.person(pickup="voicemail")
    call = phone.call(
        MachineDetection="DetectMessageEnd", AsyncAmd="true", AsyncAmdStatusCallback=f"{app.base_url}/amd"
    )
    assert app.at("/amd")[0].form["AnsweredBy"] == "machine_end_beep"
    assert "AnsweredBy" not in app.at("/voice")[0].form
    assert call["answered_by"] == "machine_end_beep"


def test_without_async_the_document_is_asked_for_after_the_detection(phone, app):
    app.answers["/voice"] = BYE
    phone.person()
    phone.call(MachineDetection="Enable")
    assert app.at("/voice")[0].form["AnsweredBy"] == "human"


def test_the_time_limit_ends_the_call_and_keeps_what_was_said(phone, app):
    phone.person(default={"say": "word " * 100, "seconds": 50})
    call = phone.call(TimeLimit=15)
    assert call["duration_s"] in (15, 16)
    turn = app.at("/turn")[0]
    assert turn.form["Digits"] == "hangup"
    assert 8 <= int(turn.form["RecordingDuration"]) <= 14


def test_the_person_can_hang_up_at_any_verb(phone, app):
    phone.person(default={"say": "one two three four five six", "seconds": 10})
    phone.faults(phone="+15005550123", hang_up_at_verb=2)  # the Say within the Gather
    assert phone.call()["end_reason"] == "the person hung up at verb 2, Say"
    phone.faults(hang_up_at_verb=3, phone="+15005550123")
    phone.ended(phone.dial())
    assert app.at("/turn")[0].form["Digits"] == "hangup"
    assert app.at("/turn")[0].form["RecordingDuration"] in ("5", "6")


def test_a_failing_document_is_announced_in_the_carriers_words(phone, app):
    app.answers["/voice"] = 500
    phone.person()
    call = phone.call()
    assert call["twilio_error_heard"]
    assert "application error has occurred" in call["heard"][0]["text"]
    assert phone.get("/simulator/ledger")["heard_error"] == [call["sid"]]


@pytest.mark.parametrize("broken", [500, 404, (200, "no xml"), (200, "<Other/>"), (200, "")])
def test_the_fallback_url_is_asked_with_the_error(phone, app, broken):
    app.answers.update({"/turn": broken, "/fallback": BYE})
    phone.person(default={"say": "an answer"})
    call = phone.call(FallbackUrl=f"{app.base_url}/fallback")
    hook = app.at("/fallback")[0]
    assert hook.form["ErrorUrl"].endswith("/turn?n=1")
    assert hook.form["ErrorCode"] in ("11200", "12100")
    assert not call["twilio_error_heard"]
    assert call["heard"][-1]["text"] == "Goodbye."


def test_faulty_documents_are_violations_and_end_the_call_when_asked(start_carrier, app):
    app.answers["/voice"] = "<Response><Say loudness='9'>Hello</Say></Response>"
    lenient, strict = start_carrier(), start_carrier(fail_fast=True)
    for one in (lenient, strict):
        one.person()
    assert lenient.call()["heard"][0]["text"] == "Hello"
    assert strict.call()["heard"] == []
    assert any("loudness" in violation["message"] for violation in lenient.violations())
    assert any("loudness" in violation["message"] for violation in strict.violations())


def test_a_trial_account_has_no_record_verb(start_carrier, app):
    trial = start_carrier(is_trial=True)
    trial.person(default={"say": "nobody records me"})
    trial.call()
    assert app.at("/turn") == []
    assert len(app.at("/silence")) == 1


def test_a_played_file_is_heard(phone, app):
    app.answers.update({"/voice": "<Response><Play>/practice.wav</Play></Response>", "/practice.wav": 404})
    phone.person()
    call = phone.call()
    assert [hook["status_code"] for hook in call["webhooks"] if hook["family"] == "play"] == [404]
    assert call["status"] == "completed"
    assert not call["twilio_error_heard"]


def test_the_words_of_a_played_recording_are_heard(phone, app):
    sound = render_wav(Utterance("what I said before", 2.0), "tones")
    app.answers.update({"/voice": "<Response><Play>/practice.wav</Play></Response>", "/practice.wav": sound})
    phone.person()
    call = phone.call()
    assert [(heard["verb"], heard["text"]) for heard in call["heard"]] == [("Play", "what I said before")]
    assert call["duration_s"] == 3


def test_a_call_that_ends_before_the_detection_is_unknown(phone, app):
    app.answers["/voice"] = BYE
    phone.person()
    phone.call(MachineDetection="Enable", AsyncAmd="true", AsyncAmdStatusCallback=f"{app.base_url}/amd")
    assert app.at("/amd")[0].form["AnsweredBy"] == "unknown"


def test_verbs_that_make_no_sense_here_are_noted(phone, app):
    app.answers["/voice"] = "<Response><Sms>hello</Sms><Reject/></Response>"
    phone.person()
    assert phone.call()["end_reason"] == "Reject"
    assert [one["message"] for one in phone.violations()] == [
        "<Sms> is not executed by this double",
        "Reject is for incoming calls",
    ]


def test_a_live_candidate_talks_through_the_panel(phone, app):
    phone.person(interactive=True)
    sid = phone.dial()

    def act(action):
        body = {"phone": "+15005550123", "action": action}
        requests.post(f"{phone.carrier.base_url}/simulator/live", json=body, timeout=5).raise_for_status()

    heard, after = [], 0
    while True:
        news = phone.get(f"/simulator/live?phone=%2B15005550123&after={after}&wait_s=5")
        after = news["next"]
        heard += [event["text"] for event in news["events"] if event["kind"] == "heard"]
        waiting = [event for event in news["events"] if event["kind"] == "waiting"]
        if waiting:
            assert waiting[0]["for"] == "gather"
            assert waiting[0]["record_follows"]
            act({"say": "typed by a person"})
        if any(event.get("status") == "completed" for event in news["events"]):
            break
    assert heard == ["Question one. Why?", "Goodbye."]
    assert app.at("/turn")[0].form["Digits"] == "#"
    assert phone.ended(sid)["reactions"][0]["say"] == "typed by a person"

"""The REST side, asked by Twilio's own library and by hand: resources, lists, errors, recordings and faults."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from scripts.simulator.audio import words_in_wav

ACCOUNT = "AC" + "0" * 31 + "1"
TOKEN = "simulated-token"
CALLER = "+15005550006"
CANDIDATE = "+15005550123"
ANSWER = '<Response><Record action="/turn" finishOnKey="#" recordingStatusCallback="/recording"/></Response>'


class LocalHttpClient(TwilioHttpClient):
    """Twilio's client, sent to another host."""

    def __init__(self, base_url: str) -> None:
        super().__init__(timeout=10)
        self.base_url = base_url

    def request(self, method, url, *args, **kwargs):
        return super().request(method, url.replace("https://api.twilio.com", self.base_url), *args, **kwargs)


@pytest.fixture
def sdk(phone):
    return Client(ACCOUNT, TOKEN, http_client=LocalHttpClient(phone.carrier.base_url))


@pytest.fixture(autouse=True)
def documents(app):
    app.answers.update({"/voice": ANSWER, "/turn": "<Response><Hangup/></Response>"})


def test_the_library_places_reads_lists_and_deletes(phone, app, sdk):
    phone.person(default={"say": "words for the library"})
    before = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=2)
    call = sdk.calls.create(
        to=CANDIDATE, from_=CALLER, url=f"{app.base_url}/voice", timeout=30, time_limit=600,
        status_callback=f"{app.base_url}/status", status_callback_event=["initiated", "answered", "completed"],
        machine_detection="Enable", async_amd="true", async_amd_status_callback=f"{app.base_url}/amd",
        fallback_url=f"{app.base_url}/fallback",
    )  # fmt: skip
    assert call.status in ("queued", "ringing")
    phone.ended(call.sid)
    phone.until(lambda: len(app.at("/status")) == 3)
    assert [hook.form["SequenceNumber"] for hook in app.at("/status")] == ["0", "1", "2"]
    fetched = sdk.calls(call.sid).fetch()
    assert (fetched.status, fetched.to, fetched.direction) == ("completed", CANDIDATE, "outbound-api")
    assert int(fetched.duration) > 0
    assert fetched.start_time >= before
    assert [one.sid for one in sdk.calls.list(to=CANDIDATE, from_=CALLER, start_time_after=before)] == [call.sid]
    assert sdk.calls.list(to=CANDIDATE, start_time_after=before + dt.timedelta(hours=1)) == []
    assert sdk.calls.list(to="+15005550199") == []
    assert [one.sid for one in sdk.calls.list(status="completed")] == [call.sid]
    (recording,) = sdk.calls(call.sid).recordings.list()
    assert [one.sid for one in sdk.recordings.list(call_sid=call.sid)] == [recording.sid]
    assert sdk.recordings(recording.sid).fetch().media_url == f"{phone.carrier.base_url}{recording.uri}".replace(
        f"/Calls/{call.sid}", ""
    ).removesuffix(".json")
    assert sdk.recordings(recording.sid).delete()
    with pytest.raises(TwilioRestException) as gone:
        sdk.recordings(recording.sid).fetch()
    assert (gone.value.status, gone.value.code) == (404, 20404)
    assert phone.rest("GET", f"/Recordings/{recording.sid}").status_code == 404
    assert sdk.calls(call.sid).delete()
    assert sdk.calls.list() == []
    assert phone.violations() == []


def test_the_library_reads_account_numbers_and_messages(phone, sdk):
    phone.person()
    assert sdk.api.accounts(ACCOUNT).fetch().status == "active"
    sdk.calls.create(to=CANDIDATE, from_=CALLER, twiml="<Response><Hangup/></Response>")
    assert [one.phone_number for one in sdk.incoming_phone_numbers.list()] == [CALLER]
    assert [one.phone_number for one in sdk.outgoing_caller_ids.list(phone_number=CANDIDATE)] == [CANDIDATE]
    message = sdk.messages.create(to=CANDIDATE, from_=CALLER, body="Call us back, PIN 123456")
    assert message.status == "queued"
    assert sdk.messages(message.sid).fetch().status == "delivered"
    assert [one.body for one in sdk.messages.list(to=CANDIDATE)] == ["Call us back, PIN 123456"]
    assert phone.violations() == []


def test_lists_are_paged(phone, sdk):
    phone.person(pickup="failed")
    sids = [phone.dial() for _ in range(5)]
    assert [call.sid for call in sdk.calls.list(page_size=2)] == sids[::-1]
    page = phone.rest("GET", "/Calls.json?PageSize=2&Page=1").json()
    assert [call["sid"] for call in page["calls"]] == [sids[2], sids[1]]
    assert page["next_page_uri"].endswith("PageSize=2&Page=2")


def test_a_call_can_be_ended_and_moved_over_rest(phone, app, sdk):
    app.answers.update({"/voice": '<Response><Pause length="4000"/></Response>', "/other": ANSWER})
    phone.person(default={"say": "here I am"})
    ended, moved = phone.dial(), phone.dial()
    phone.until(lambda: sdk.calls(moved).fetch().status == sdk.calls(ended).fetch().status == "in-progress")
    phone.until(lambda: len(app.at("/voice")) == 2)
    assert sdk.calls(ended).update(status="canceled").status == "in-progress"
    assert sdk.calls(ended).update(status="completed").status == "completed"
    sdk.calls(moved).update(url=f"{app.base_url}/other")
    assert phone.ended(moved)["reactions"][0]["say"] == "here I am"
    with pytest.raises(TwilioRestException) as over:
        sdk.calls(ended).update(status="completed")
    assert over.value.code == 21220


def test_a_ringing_call_can_be_canceled(start_carrier, app):
    slow = start_carrier(speed=1)
    slow.person(pickup="no_answer")
    sid = slow.dial()
    slow.until(lambda: slow.get(f"/simulator/calls/{sid}")["status"] == "ringing")
    assert slow.rest("POST", f"/Calls/{sid}.json", data={"Status": "canceled"}).json()["status"] == "canceled"


# --- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"To": "4915112345678"}, 21211),
        ({"To": "+0123"}, 21211),
        ({"From": "Company"}, 21212),
        ({"Url": None}, 21205),
        ({"Twiml": "<Response/>"}, 21205),
        ({"Url": "/voice"}, 21205),
        ({"StatusCallback": "callbacks/status"}, 21205),
        ({"StatusCallbackEvent": ["answered", "finished"]}, 21626),
        ({"Timeout": "soon"}, 20001),
        ({"Timeout": "700"}, 20001),
        ({"Colour": "blue"}, 20001),
        ({"To": None}, 20001),
        ({"MachineDetection": "true"}, 20001),
    ],
)
def test_wrong_calls_are_refused_in_twilios_shape_and_noted(phone, change, code):
    data = {"To": CANDIDATE, "From": CALLER, "Url": "https://app.example.com/voice", **change}
    answer = phone.rest("POST", "/Calls.json", data={key: value for key, value in data.items() if value is not None})
    assert (answer.status_code, answer.json()["code"], answer.json()["status"]) == (400, code, 400)
    assert set(answer.json()) == {"code", "message", "more_info", "status"}
    assert len(phone.violations()) == 1
    assert phone.get("/simulator/ledger")["dials"] == {}


def test_wrong_credentials_and_other_accounts_are_refused(phone):
    wrong = phone.rest("GET", "/Calls.json", auth=(ACCOUNT, "guess"))
    assert (wrong.status_code, wrong.json()["code"]) == (401, 20003)
    other = requests.get(
        f"{phone.carrier.base_url}/2010-04-01/Accounts/AC{'9' * 32}/Calls.json", auth=(ACCOUNT, TOKEN), timeout=5
    )
    assert other.status_code == 401
    assert requests.get(f"{phone.carrier.base_url}/2010-04-01/Accounts/{ACCOUNT}.json", timeout=5).status_code == 401


def test_unknown_queries_and_operations_are_noted(phone):
    assert phone.rest("GET", "/Calls.json?Since=today").status_code == 400
    assert phone.rest("GET", "/Queues.json").status_code == 404
    assert [one["message"] for one in phone.violations()] == ["unknown query parameter Since", "not simulated"]


def test_a_number_that_is_not_ours_cannot_call(start_carrier, app):
    strict = start_carrier(numbers=(CALLER,))
    data = {"To": CANDIDATE, "From": "+15005550007", "Url": f"{app.base_url}/voice"}
    assert strict.rest("POST", "/Calls.json", data=data).json()["code"] == 21210


@pytest.mark.parametrize(
    "person",
    [
        {"pickup": "maybe"},
        {"reactions": [{"when_heard": "(", "press": "1"}]},
        {"default": {"press": "1", "say": "both"}},
        {"default": {"press": "A"}},
        {"default": {"say": "x", "end_with": "soon"}},
        {"mood": "good"},
    ],
)
def test_people_who_make_no_sense_are_refused(phone, person):
    url = f"{phone.carrier.base_url}/simulator/people/{CANDIDATE}"
    answer = requests.put(url, json=person, timeout=5)
    assert answer.status_code == 400
    assert answer.json()["error"]


# --- faults -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("is_made", "dials"), [(True, 1), (False, 0)])
def test_create_can_fail_with_and_without_the_call_made(phone, app, is_made, dials):
    phone.person(pickup="failed")
    phone.faults(create={"status": 500, "times": 1, "but_call_is_made": is_made})
    data = {"To": CANDIDATE, "From": CALLER, "Url": f"{app.base_url}/voice"}
    assert phone.rest("POST", "/Calls.json", data=data).status_code == 500
    assert sum(phone.get("/simulator/ledger")["dials"].values()) == dials
    assert len(phone.rest("GET", f"/Calls.json?To=%2B{CANDIDATE[1:]}").json()["calls"]) == dials
    assert phone.rest("POST", "/Calls.json", data=data).status_code == 201


def test_create_can_be_late(phone, app):
    phone.person(pickup="failed")
    phone.faults(create={"delay_s": 0.4, "times": 1})
    started = time.monotonic()
    sid = phone.dial()
    assert time.monotonic() - started >= 0.4
    assert sid in phone.get("/simulator/calls")["calls"][0]["sid"]


def recorded(phone, app, **media):
    phone.person(default={"say": "some words to fetch"})
    phone.faults(phone=CANDIDATE, media=media)
    phone.call()
    phone.until(lambda: app.at("/recording"))
    return f"/Recordings/{app.at('/turn')[0].form['RecordingSid']}"


def test_media_may_be_missing_for_a_while(phone, app):
    path = recorded(phone, app, not_found_times=2)
    answers = [phone.rest("GET", path) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [404, 404, 200]
    assert words_in_wav(answers[2].content) == "some words to fetch"


def test_media_may_be_missing_for_ever_truncated_or_html(phone, app):
    path = recorded(phone, app, forever=True)
    assert {phone.rest("GET", path).status_code for _ in range(5)} == {404}
    phone.faults(phone=CANDIDATE, media={"html": True})
    assert phone.rest("GET", path).headers["Content-Type"] == "text/html"
    phone.faults(phone=CANDIDATE)
    whole = phone.rest("GET", path).content
    phone.faults(phone=CANDIDATE, media={"truncate": True})
    half = phone.rest("GET", path).content
    assert half == whole[: len(whole) // 2]
    assert phone.rest("GET", path + ".mp3").status_code == 404


def test_media_needs_credentials(phone, app):
    path = recorded(phone, app)
    assert phone.rest("GET", path).status_code == 200
    assert phone.rest("GET", path, auth=("", "")).status_code == 401


@pytest.mark.parametrize(
    "fault",
    [
        {"creation": {}}, {"create": {"colour": 5}}, {"create": {"code": 21217}}, {"hang_up_at_verb": 0}, {"media": 3},
    ],
)  # fmt: skip
def test_faults_that_make_no_sense_are_refused(phone, fault):
    assert requests.put(f"{phone.carrier.base_url}/simulator/faults", json=fault, timeout=5).status_code == 400


def test_it_runs_as_a_program_and_shares_no_code_with_the_application(phone, tmp_path):
    root = Path(__file__).parents[2]
    for source in [*root.glob("scripts/simulator/carrier/*.py"), *root.glob("scripts/simulator/*.py")]:
        words = source.read_text().split()
        after = {following.split(".")[0] for word, following in zip(words, words[1:], strict=False)
                 if word in ("import", "from")}  # fmt: skip
        assert not after & {"interview", "db", "ivr", "workers"}, source
    port_file = tmp_path / "port"
    arguments = ["--port", "0", "--port-file", str(port_file), "--account-sid", ACCOUNT, "--auth-token", TOKEN]
    process = subprocess.Popen(
        [sys.executable, "-m", "scripts.simulator.carrier", *arguments],
        cwd=root, env={**os.environ, "PYTHONPATH": ""}, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        phone.until(port_file.exists, within_s=20)
        health = requests.get(f"http://127.0.0.1:{int(port_file.read_text())}/simulator/health", timeout=5)
        assert health.json() == {"ok": True, "simulated": True, "account_sid": ACCOUNT, "speed": 20.0}
    finally:
        process.terminate()
        assert process.wait(timeout=10) == 0

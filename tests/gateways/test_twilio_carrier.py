"""Twilio's gateway against the carrier double, and against servers that break off, trickle or are somebody else."""

from __future__ import annotations

import base64
import datetime as dt
import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from interview.lifecycle import CallStatus
from interview.phone import PhoneNumber
from ivr.callbacks import Callbacks
from ivr.gateways.ports import Carrier, DialRequest, GatewayError, Trouble
from ivr.gateways.twilio_carrier import LARGEST_RECORDING, Deadlines, TwilioCarrier
from scripts.simulator.audio import words_in_wav
from tests.simulator.conftest import ACCOUNT, CALLER, CANDIDATE, TOKEN, App, Phone
from tests.simulator.conftest import app as app
from tests.simulator.conftest import phone as phone
from tests.simulator.conftest import start_carrier as start_carrier

TO = PhoneNumber(CANDIDATE)
CALL_SID = "CA" + "a" * 32
RECORDING_SID = "RE" + "b" * 32
ANSWER = '<Response><Record action="/turn" finishOnKey="#" recordingStatusCallback="/recording"/></Response>'
QUICK = Deadlines(connect_s=0.5, read_s=0.4, total_s=1.0)


def gateway(base_url: str, **changes: Any) -> TwilioCarrier:
    return TwilioCarrier(
        **{
            "account_sid": ACCOUNT, "auth_token": TOKEN, "phone_number": CALLER, "base_url": base_url,
            "simulated": True, **changes,
        }
    )  # fmt: skip


@pytest.fixture
def carrier(phone: Phone, app: App) -> Carrier:
    app.answers.update({"/voice": ANSWER, "/turn": "<Response><Hangup/></Response>"})
    return gateway(phone.carrier.base_url)


def order(app: App, **changes: Any) -> DialRequest:
    return DialRequest(
        **{
            "to": TO, "answered_url": f"{app.base_url}/voice", "status_url": f"{app.base_url}/status",
            "fallback_url": f"{app.base_url}/fallback?lang=en-US#rc=1", "amd_url": f"{app.base_url}/amd",
            "ring_timeout_s": 25, "time_limit_s": 1_800, **changes,
        }
    )  # fmt: skip


def a_minute_ago() -> dt.datetime:
    return dt.datetime.now(dt.UTC) - dt.timedelta(minutes=1)


# --- against the double: what goes well ------------------------------------------------------------------------------


def test_a_call_with_everything_it_needs(carrier, phone, app):
    phone.person(default={"say": "words of the candidate"})
    call = carrier.place_call(order(app))
    assert call.simulated
    assert (call.to, call.status in {CallStatus.QUEUED, CallStatus.RINGING}) == (CANDIDATE, True)
    asked = phone.ended(call.carrier_sid)["request"]
    assert asked == {
        "To": CANDIDATE, "From": CALLER,
        "Url": f"{app.base_url}/voice", "Method": "POST",
        "FallbackUrl": f"{app.base_url}/fallback?lang=en-US#rc=1", "FallbackMethod": "POST",
        "StatusCallback": f"{app.base_url}/status", "StatusCallbackMethod": "POST",
        "StatusCallbackEvent": ["initiated", "ringing", "answered", "completed"],
        "Timeout": "25", "TimeLimit": "1800",
        "MachineDetection": "Enable", "AsyncAmd": "true", "AsyncAmdStatusCallback": f"{app.base_url}/amd",
    }  # fmt: skip
    assert phone.violations() == []


def test_no_machine_detection_unless_asked_for(carrier, phone, app):
    call = carrier.place_call(order(app, amd_url=None))
    asked = phone.ended(call.carrier_sid)["request"]
    assert not {"MachineDetection", "AsyncAmd", "AsyncAmdStatusCallback"} & set(asked)


def test_our_callbacks_are_what_the_carrier_accepts(carrier, phone, app):
    urls, call_id = Callbacks(app.base_url), "7a1f6a7e-0f0b-4c5d-9d53-2f8a1b6c0d11"
    carrier.place_call(
        order(
            app, answered_url=urls.answered(call_id), status_url=urls.status(call_id), amd_url=urls.amd(call_id),
            fallback_url=urls.fallback("en-US"),
        )
    )  # fmt: skip
    assert phone.violations() == []


def test_a_text_leaves_by_the_messaging_service_and_its_delivery_is_told(carrier, phone, app):
    service = gateway(phone.carrier.base_url, messaging_service_sid="MG" + "d" * 32)
    sent = service.send_sms(TO, "Hello.", f"{app.base_url}/sms_status")
    assert (sent.status, sent.simulated, sent.carrier_sid[:2]) == ("accepted", True, "SM")
    phone.until(lambda: len(app.at("/sms_status")) == 2)
    assert app.at("/sms_status")[1].form["MessageSid"] == sent.carrier_sid
    assert carrier.send_sms(TO, "Hello.").status == "queued", "without a service it leaves by our number"
    assert phone.violations() == []


def test_a_text_to_somebody_who_said_stop_is_refused_for_this_number(carrier, phone):
    phone.carrier.exchange.blocked.add((CANDIDATE, CALLER))
    with pytest.raises(GatewayError) as refused:
        carrier.send_sms(TO, "Hello.")
    assert (refused.value.trouble, refused.value.code) == (Trouble.SUBJECT, "21610")


def test_a_text_that_may_have_left_is_unclear(carrier, phone):
    phone.faults(messages={"status": 500, "times": 1})
    with pytest.raises(GatewayError) as failed:
        carrier.send_sms(TO, "Hello.")
    assert failed.value.unclear


def test_a_call_is_followed_found_and_its_recording_kept_and_deleted(carrier, phone, app):
    phone.person(default={"say": "words of the candidate"})
    placed = carrier.place_call(order(app))
    phone.ended(placed.carrier_sid)
    call = carrier.fetch_call(placed.carrier_sid)
    assert (call.status, call.carrier_sid) == (CallStatus.COMPLETED, placed.carrier_sid)
    assert call.duration_s is not None
    assert call.duration_s > 0
    assert call.created_at is not None
    assert abs(dt.datetime.now(dt.UTC) - call.created_at) < dt.timedelta(minutes=1)
    (recording,) = carrier.recordings_of(placed.carrier_sid)
    assert (recording.carrier_sid, recording.status) == (placed.carrier_sid, "completed")
    assert recording.duration_s is not None
    sound = carrier.fetch_recording(recording.recording_sid)
    assert words_in_wav(sound) == "words of the candidate"
    carrier.delete_recording(recording.recording_sid)
    assert carrier.recordings_of(placed.carrier_sid) == []
    carrier.delete_recording(recording.recording_sid)
    with pytest.raises(GatewayError) as gone:
        carrier.fetch_recording(recording.recording_sid)
    assert (gone.value.trouble, gone.value.code) == (Trouble.RETRY, "not_ready")


def test_F34_records_of_calls_and_texts_are_deleted_and_may_be_gone_already(carrier, phone, app):
    placed = carrier.place_call(order(app))
    phone.ended(placed.carrier_sid)
    sent = carrier.send_sms(TO, "Hello.")
    phone.until(lambda: phone.carrier.exchange.messages[sent.carrier_sid].status == "delivered")
    for _ in range(2):
        carrier.delete_call(placed.carrier_sid)
        carrier.delete_sms(sent.carrier_sid)
    with pytest.raises(GatewayError) as unknown:
        carrier.fetch_call(placed.carrier_sid)
    assert unknown.value.code == "20404"
    assert sent.carrier_sid not in phone.carrier.exchange.messages


def test_calls_are_found_by_number_and_time_newest_first(carrier, phone, app):
    first = carrier.place_call(order(app))
    phone.ended(first.carrier_sid)
    time.sleep(1.1)  # Twilio's times are whole seconds
    between = dt.datetime.now(dt.UTC)
    second = carrier.place_call(order(app))
    carrier.place_call(order(app, to=PhoneNumber("+15005550199")))
    found = [call.carrier_sid for call in carrier.find_calls(TO, a_minute_ago())]
    assert found == [second.carrier_sid, first.carrier_sid]
    assert [call.carrier_sid for call in carrier.find_calls(TO, between)] == [second.carrier_sid]
    assert carrier.find_calls(PhoneNumber("+15005550177"), a_minute_ago()) == []


def test_a_call_is_ended_and_ending_it_again_is_no_trouble(carrier, phone, app):
    phone.person()
    app.answers["/voice"] = '<Response><Pause length="1800"/></Response>'
    call = carrier.place_call(order(app))
    phone.until(lambda: carrier.fetch_call(call.carrier_sid).status is CallStatus.IN_PROGRESS)
    carrier.end_call(call.carrier_sid)
    assert carrier.fetch_call(call.carrier_sid).status is CallStatus.COMPLETED
    carrier.end_call(call.carrier_sid)


# --- against the double: what goes wrong ------------------------------------------------------------------------------


@pytest.mark.parametrize("made", [True, False])
def test_a_500_may_or_may_not_have_dialled_and_only_a_look_tells(carrier, phone, app, made):
    phone.faults(create={"status": 500, "times": 1, "but_call_is_made": made})
    with pytest.raises(GatewayError) as unclear:
        carrier.place_call(order(app))
    assert (unclear.value.trouble, unclear.value.unclear) == (Trouble.RETRY, True)
    assert len(carrier.find_calls(TO, a_minute_ago())) == made
    assert phone.get("/simulator/ledger")["dials"] == ({CANDIDATE: 1} if made else {})


def test_an_answer_that_comes_too_late_is_unclear_and_nothing_is_sent_twice(phone, app, carrier):
    phone.faults(create={"delay_s": 1.5, "times": 1})
    hasty = gateway(phone.carrier.base_url, deadlines=QUICK)
    with pytest.raises(GatewayError) as unclear:
        hasty.place_call(order(app))
    assert (unclear.value.code, unclear.value.unclear) == ("no_answer_in_time", True)
    assert len(carrier.find_calls(TO, a_minute_ago())) == 1


def test_too_many_requests(carrier, phone, app):
    phone.faults(create={"status": 429, "times": 1})
    with pytest.raises(GatewayError) as busy:
        carrier.place_call(order(app))
    assert (busy.value.trouble, busy.value.code, busy.value.unclear) == (Trouble.RETRY, "20429", False)
    assert carrier.find_calls(TO, a_minute_ago()) == []


def test_wrong_credentials_are_the_operators_matter(phone, app):
    stranger = gateway(phone.carrier.base_url, auth_token="another-token-altogether")
    with pytest.raises(GatewayError) as refused:
        stranger.place_call(order(app))
    assert (refused.value.trouble, refused.value.code) == (Trouble.CONFIGURATION, "20003")
    assert "TWILIO_AUTH_TOKEN" in refused.value.message
    assert "another-token" not in refused.value.message


def test_a_number_that_is_not_ours_to_call_from(start_carrier, app):
    phone = start_carrier(numbers=("+15005550001",))
    with pytest.raises(GatewayError) as refused:
        gateway(phone.carrier.base_url).place_call(order(app))
    assert (refused.value.trouble, refused.value.code) == (Trouble.CONFIGURATION, "21210")


def test_a_recording_comes_when_it_is_ready(carrier, phone, app):
    phone.person(default={"say": "words"})
    call = carrier.place_call(order(app))
    phone.ended(call.carrier_sid)
    (recording,) = carrier.recordings_of(call.carrier_sid)
    phone.faults(media={"not_found_times": 2})
    for _ in range(2):
        with pytest.raises(GatewayError) as not_yet:
            carrier.fetch_recording(recording.recording_sid)
        assert (not_yet.value.trouble, not_yet.value.code) == (Trouble.RETRY, "not_ready")
    assert words_in_wav(carrier.fetch_recording(recording.recording_sid)) == "words"


def test_an_error_page_is_never_taken_for_a_recording(carrier, phone, app):
    phone.person(default={"say": "words"})
    call = carrier.place_call(order(app))
    phone.ended(call.carrier_sid)
    (recording,) = carrier.recordings_of(call.carrier_sid)
    phone.faults(media={"html": True})
    for _ in range(2):
        with pytest.raises(GatewayError) as page:
            carrier.fetch_recording(recording.recording_sid)
        assert (page.value.trouble, page.value.code) == (Trouble.RETRY, "not_audio")


def test_a_call_that_the_carrier_does_not_know(carrier):
    for ask in (carrier.fetch_call, carrier.recordings_of, carrier.end_call):
        with pytest.raises(GatewayError) as unknown:
            ask(CALL_SID)
        assert (unknown.value.trouble, unknown.value.code) == (Trouble.SUBJECT, "20404")


@pytest.mark.parametrize(
    "sid", ["", "CA1", "../Accounts", RECORDING_SID.upper(), RECORDING_SID + "/x", CALL_SID + "\n"]
)
def test_nothing_but_an_identifier_becomes_part_of_a_path(sid):
    nowhere = gateway("http://127.0.0.1:9")
    asks = (
        nowhere.fetch_call, nowhere.end_call, nowhere.recordings_of, nowhere.fetch_recording, nowhere.delete_recording,
        nowhere.delete_call, nowhere.delete_sms,
    )  # fmt: skip
    for ask in asks:
        with pytest.raises(GatewayError) as bad:
            ask(sid)
        assert bad.value.code == "bad_sid"


def test_a_simulated_carrier_is_refused_by_a_real_installation(phone, app):
    real = gateway(phone.carrier.base_url, simulated=False)
    asks: list[Callable[[], object]] = [
        lambda: real.place_call(order(app)),
        lambda: real.find_calls(TO, a_minute_ago()),
        lambda: real.fetch_recording(RECORDING_SID),
        lambda: real.delete_recording(RECORDING_SID),
    ]
    for ask in asks:
        with pytest.raises(GatewayError) as refused:
            ask()
        assert (refused.value.trouble, refused.value.code) == (Trouble.CONFIGURATION, "simulated_response")


# --- against servers that misbehave -----------------------------------------------------------------------------------


@dataclass
class Server:
    """Answers every connection with what ``behave`` writes to it, and keeps what it was asked."""

    behave: Callable[[socket.socket], None]
    port: int = 0
    asked: list[str] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)

    def run(self, listener: socket.socket) -> None:
        listener.settimeout(0.05)
        while not self.stopped.is_set():
            try:
                connection, _ = listener.accept()
            except TimeoutError:
                continue
            with connection:
                connection.settimeout(2)
                try:
                    self.asked.append(connection.recv(65_536).decode("latin-1"))
                    self.behave(connection)
                except OSError:
                    continue


@pytest.fixture
def serve() -> Iterator[Callable[[Callable[[socket.socket], None]], Server]]:
    running: list[tuple[Server, threading.Thread, socket.socket]] = []

    def start(behave: Callable[[socket.socket], None]) -> Server:
        listener = socket.create_server(("127.0.0.1", 0))
        server = Server(behave, listener.getsockname()[1])
        thread = threading.Thread(target=server.run, args=(listener,), daemon=True)
        thread.start()
        running.append((server, thread, listener))
        return server

    yield start
    for server, thread, listener in running:
        server.stopped.set()
        thread.join(timeout=5)
        listener.close()


def http(status: str, body: bytes | str = b"", *headers: str, marked: bool = True) -> Callable[[socket.socket], None]:
    content = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status}", *headers]
    if not any(line.startswith(("Content-Length", "Transfer-Encoding")) for line in headers):
        lines.append(f"Content-Length: {len(content)}")
    if marked:
        lines.append("X-Simulated: 1")
    return lambda connection: connection.sendall("\r\n".join([*lines, "", ""]).encode() + content)


def dial(server: Server, **changes: Any) -> GatewayError:
    """The error of placing a call there."""
    with pytest.raises(GatewayError) as error:
        gateway(f"http://127.0.0.1:{server.port}", deadlines=QUICK, **changes).place_call(order(App()))
    return error.value


def twilio_error(code: int, status: int = 400) -> Callable[[socket.socket], None]:
    body = {"code": code, "message": f"The number {CANDIDATE} …", "more_info": "https://…", "status": status}
    return http(f"{status} Refused", json.dumps(body))


@pytest.mark.parametrize(
    ("code", "status", "trouble"),
    [
        (21211, 400, Trouble.SUBJECT), (21214, 400, Trouble.SUBJECT), (21217, 400, Trouble.SUBJECT),
        (13224, 400, Trouble.SUBJECT), (21216, 400, Trouble.SUBJECT), (13225, 400, Trouble.SUBJECT),
        (21210, 400, Trouble.CONFIGURATION), (21215, 400, Trouble.CONFIGURATION), (21219, 400, Trouble.CONFIGURATION),
        (13227, 400, Trouble.CONFIGURATION), (10001, 400, Trouble.CONFIGURATION), (20003, 401, Trouble.CONFIGURATION),
        (573005, 400, Trouble.CONFIGURATION), (10004, 400, Trouble.RETRY), (20429, 429, Trouble.RETRY),
        (99999, 400, Trouble.CONFIGURATION), (99999, 403, Trouble.CONFIGURATION), (99999, 409, Trouble.RETRY),
    ],
)  # fmt: skip
def test_a_refusal_says_whose_matter_it_is_without_the_number(serve, code, status, trouble):
    error = dial(serve(twilio_error(code, status)))
    assert (error.trouble, error.code, error.unclear) == (trouble, str(code), False)
    assert error.message.endswith((".", "!"))
    assert CANDIDATE not in error.message


@pytest.mark.parametrize(
    ("header", "seconds"), [("Retry-After: 7", 7.0), ("Retry-After: 999999", 3_600.0), ("Retry-After: soon", None)]
)
def test_how_long_twilio_wants_us_to_wait(serve, header, seconds):
    error = dial(serve(http("429 Too Many Requests", '{"code": 20429}', header)))
    assert error.retry_after_s == seconds


@pytest.mark.parametrize(
    ("behave", "code"),
    [
        (lambda connection: connection.close(), "broken_connection"),
        (lambda connection: connection.sendall(b"HTTP/1.1 201 Created\r\nContent-"), "unmarked_response"),
        (http("201 Created", '{"sid": "CA', "Content-Length: 500"), "broken_connection"),
        (lambda connection: time.sleep(0.8), "no_answer_in_time"),
        (http("502 Bad Gateway", "<html>"), "502"),
        (http("503 Service Unavailable"), "503"),
        (http("200 OK", "<html>It works!</html>"), "bad_response"),
        (http("201 Created", "[]"), "bad_response"),
        (http("201 Created", "{}"), "bad_response"),
        (http("201 Created", '{"sid": "CA1", "status": "queued", "to": "x"}'), "bad_response"),
    ],
)  # fmt: skip
def test_whatever_happens_after_sending_is_unclear_and_sent_once(serve, behave, code):
    server = serve(behave)
    error = dial(server)
    assert (error.code, error.unclear) == (code, True)
    time.sleep(0.1)
    assert len(server.asked) == 1


def test_where_nothing_was_sent_nothing_is_unclear():
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    error = dial(Server(lambda _: None, port))
    assert (error.trouble, error.code, error.unclear) == (Trouble.RETRY, "unreachable", False)


def test_looking_is_never_unclear(serve):
    server = serve(http("500 Internal Server Error"))
    with pytest.raises(GatewayError) as error:
        gateway(f"http://127.0.0.1:{server.port}").find_calls(TO, a_minute_ago())
    assert (error.value.trouble, error.value.unclear) == (Trouble.RETRY, False)


def test_a_body_that_trickles_has_an_end(serve):
    def trickle(connection: socket.socket) -> None:
        http("200 OK", b"RIFF", "Content-Type: audio/wav", "Content-Length: 1000")(connection)
        for _ in range(100):
            connection.sendall(b"R")
            time.sleep(0.1)

    server = serve(trickle)
    started = time.monotonic()
    with pytest.raises(GatewayError) as error:
        gateway(f"http://127.0.0.1:{server.port}", deadlines=QUICK).fetch_recording(RECORDING_SID)
    assert time.monotonic() - started < 9
    assert error.value.code == "no_answer_in_time"


def test_a_recording_without_an_end_is_cut_off(serve):
    block = b"\0" * 1_000_000

    def flood(connection: socket.socket) -> None:
        http("200 OK", b"RIFF\0\0\0\0WAVE", "Content-Type: audio/wav", "Content-Length: 9999999999")(connection)
        for _ in range(LARGEST_RECORDING // len(block) + 20):
            connection.sendall(block)

    server = serve(flood)
    with pytest.raises(GatewayError) as error:
        gateway(f"http://127.0.0.1:{server.port}").fetch_recording(RECORDING_SID)
    assert (error.value.trouble, error.value.code) == (Trouble.SUBJECT, "too_large")


def test_a_recording_in_chunks(serve):
    sound = b"RIFF\x10\0\0\0WAVEfmt "
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (sound[:7], sound[7:])) + b"0\r\n\r\n"
    server = serve(http("200 OK", chunks, "Transfer-Encoding: chunked", "Content-Type: audio/x-wav"))
    assert gateway(f"http://127.0.0.1:{server.port}").fetch_recording(RECORDING_SID) == sound


@pytest.mark.parametrize("content_type", ["text/html", "application/json", ""])
def test_the_type_of_a_recording_counts_too(serve, content_type):
    server = serve(http("200 OK", b"RIFF\x10\0\0\0WAVEfmt ", f"Content-Type: {content_type}"))
    with pytest.raises(GatewayError) as error:
        gateway(f"http://127.0.0.1:{server.port}").fetch_recording(RECORDING_SID)
    assert error.value.code == "not_audio"


def test_credentials_go_to_one_host_and_along_no_redirect(serve):
    elsewhere = serve(http("200 OK", "{}"))
    away = f"Location: http://127.0.0.1:{elsewhere.port}/2010-04-01/x"
    server = serve(http("307 Temporary Redirect", "", away))
    assert (dial(server).code, dial(server).trouble) == ("redirected", Trouble.CONFIGURATION)
    with pytest.raises(GatewayError) as error:
        gateway(f"http://127.0.0.1:{server.port}").fetch_recording(RECORDING_SID)
    assert error.value.code == "redirected"
    assert elsewhere.asked == []
    expected = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
    for request in server.asked:
        assert request.lower().count("authorization: ") == 1
        assert f"Basic {expected}" in request


def test_the_next_page_of_a_list_stays_at_our_address(serve):
    """A page's link to the next one is part of an answer: it may not lead our credentials away."""
    elsewhere = serve(http("200 OK", "{}"))
    page = {
        "calls": [{"sid": CALL_SID}], "page": 0, "page_size": 1,
        "next_page_uri": f"http://127.0.0.1:{elsewhere.port}/2010-04-01/Accounts/x/Calls.json?Page=1",
    }  # fmt: skip
    server = serve(http("200 OK", json.dumps(page)))
    with pytest.raises(GatewayError):
        gateway(f"http://127.0.0.1:{server.port}").find_calls(TO, a_minute_ago())
    assert elsewhere.asked == []


def test_the_environment_does_not_bend_the_address(serve, monkeypatch):
    monkeypatch.setenv("TWILIO_EDGE", "sydney")
    monkeypatch.setenv("TWILIO_REGION", "au1")
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", "AC" + "f" * 32)
    server = serve(http("500 Internal Server Error"))
    dial(server)
    assert server.asked[0].startswith(f"POST /2010-04-01/Accounts/{ACCOUNT}/Calls.json ")


def test_a_base_address_with_a_path(serve):
    server = serve(http("500 Internal Server Error"))
    with pytest.raises(GatewayError):
        gateway(f"http://127.0.0.1:{server.port}/twilio/").find_calls(TO, a_minute_ago())
    assert server.asked[0].startswith(f"GET /twilio/2010-04-01/Accounts/{ACCOUNT}/Calls.json?")


def test_whoever_answers_a_simulated_installation_must_be_simulated(serve):
    body = json.dumps({"sid": CALL_SID, "status": "queued", "to": CANDIDATE})
    error = dial(serve(http("201 Created", body, marked=False)))
    assert (error.trouble, error.code, error.unclear) == (Trouble.CONFIGURATION, "unmarked_response", True)


def test_the_web_process_does_not_load_twilios_client():
    """Making the gateway costs nothing; the library comes with the first request."""
    program = (
        "import sys; from ivr.gateways.twilio_carrier import TwilioCarrier;"
        "TwilioCarrier(account_sid='AC', auth_token='t', phone_number='+1', base_url='http://x', simulated=True);"
        "sys.exit(any(name in sys.modules for name in ('twilio.rest', 'twilio.http', 'requests', 'urllib3')))"
    )
    assert subprocess.run([sys.executable, "-c", program], timeout=30, check=False).returncode == 0

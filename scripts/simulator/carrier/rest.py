"""Twilio's REST interface, as far as an interview by telephone needs it: calls, recordings, messages, numbers."""

from __future__ import annotations

import base64
import datetime as dt
import hmac
import threading
import time
from collections.abc import Iterable
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request

from ..audio import render_wav
from . import lists, messages
from .contract import E164, Contract, is_absolute_url
from .exchange import Exchange, number_sid
from .line import Line
from .records import API_VERSION, FINAL_STATUSES, Call, Order, Recording, rfc2822

rest = Blueprint("rest", __name__, url_prefix=f"/{API_VERSION}/Accounts")

URL_PARAMETERS = (
    "Url", "FallbackUrl", "StatusCallback", "RecordingStatusCallback", "AsyncAmdStatusCallback",
)  # fmt: skip
EVENTS = ("initiated", "ringing", "answered", "completed")
# https://www.twilio.com/docs/voice/api/call-resource#create-a-call-resource: bounds of Timeout
MAX_RING_S = 600


class TwilioError(Exception):
    """An error answer in Twilio's shape; codes from https://www.twilio.com/docs/api/errors."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


def exchange() -> Exchange:
    """The exchange behind this server."""
    return current_app.extensions["exchange"]


def contract() -> Contract:
    """The description that both sides are held to."""
    return current_app.extensions["contract"]


@rest.errorhandler(TwilioError)
def _error(error: TwilioError) -> tuple[Response, int]:
    body = {
        "code": error.code,
        "message": str(error),
        "more_info": f"https://www.twilio.com/docs/errors/{error.code}",
        "status": error.status,
    }
    return jsonify(body), error.status


@rest.before_request
def _admit() -> None:
    config = exchange().config
    user, _, password = _credentials().partition(":")
    is_right = hmac.compare_digest(user, config.account_sid) and hmac.compare_digest(password, config.auth_token)
    named = (request.view_args or {}).get("account_sid", config.account_sid)
    if not is_right or named.removesuffix(".json") != config.account_sid:
        raise TwilioError(401, 20003, "Authenticate")
    if not contract().knows(request.path, request.method):
        return
    problems = contract().request_problems(request)
    for problem in problems:
        exchange().violation("request", problem, method=request.method, path=request.path)
    if problems:
        raise TwilioError(400, 20001, problems[0])


def _credentials() -> str:
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(value, validate=True).decode("latin-1").encode("ascii", "replace").decode()
    except ValueError:
        return ""


@rest.after_request
def _check_answer(response: Response) -> Response:
    if response.status_code < 400 and contract().knows(request.path, request.method):
        for problem in contract().response_problems(request, response):
            exchange().violation("response", problem, method=request.method, path=request.path)
    return response


def _refuse(code: int, message: str) -> TwilioError:
    exchange().violation("parameter", message, method=request.method, path=request.path, code=code)
    return TwilioError(400, code, message)


# --- account and numbers ----------------------------------------------------------------------------------------------


@rest.get("/<account_sid>.json")
def fetch_account(account_sid: str) -> Response:
    """The one account that there is."""
    config, started = exchange().config, rfc2822(exchange().started_at)
    base = f"/{API_VERSION}/Accounts/{account_sid}"
    return jsonify(
        {
            "sid": account_sid,
            "owner_account_sid": account_sid,
            "auth_token": config.auth_token,
            "friendly_name": "Local carrier double (simulated)",
            "status": "active",
            "type": "Trial" if config.is_trial else "Full",
            "date_created": started,
            "date_updated": started,
            "subresource_uris": {"calls": f"{base}/Calls.json", "recordings": f"{base}/Recordings.json"},
            "uri": f"{base}.json",
        }
    )


@rest.get("/<account_sid>/IncomingPhoneNumbers.json")
def list_numbers(account_sid: str) -> Response:
    """Numbers given at the start, and those that calls were placed from."""
    started = rfc2822(exchange().started_at)
    wanted = request.args.get("PhoneNumber")
    rows = [
        {
            "sid": number_sid(phone),
            "account_sid": account_sid,
            "phone_number": phone,
            "friendly_name": phone,
            "capabilities": {"voice": True, "sms": True, "mms": False, "fax": False},
            "address_requirements": "none",
            "api_version": API_VERSION,
            "beta": False,
            "origin": "twilio",
            "date_created": started,
            "date_updated": started,
            "emergency_status": "Inactive",
            "emergency_address_status": "unregistered",
            "voice_receive_mode": "voice",
            "status": "in-use",
            "uri": f"/{API_VERSION}/Accounts/{account_sid}/IncomingPhoneNumbers/{number_sid(phone)}.json",
        }
        for phone in list(exchange().seen_numbers)
        if wanted in (None, phone)
    ]
    return _page("incoming_phone_numbers", rows)


@rest.get("/<account_sid>/OutgoingCallerIds.json")
def list_caller_ids(account_sid: str) -> Response:
    """Verified numbers: everybody who was described to the double, as a trial account would need them."""
    started = rfc2822(exchange().started_at)
    wanted = request.args.get("PhoneNumber")
    rows = [
        {
            "sid": number_sid(phone),
            "account_sid": account_sid,
            "phone_number": phone,
            "friendly_name": phone,
            "date_created": started,
            "date_updated": started,
            "uri": f"/{API_VERSION}/Accounts/{account_sid}/OutgoingCallerIds/{number_sid(phone)}.json",
        }
        for phone in list(exchange().people)
        if wanted in (None, phone)
    ]
    return _page("outgoing_caller_ids", rows)


# --- calls ------------------------------------------------------------------------------------------------------------


@rest.post("/<account_sid>/Calls.json")
def create_call(account_sid: str) -> tuple[Response, int]:
    """Place a call: it starts at once, in a thread of its own."""
    order = _call_order()
    fault = exchange().faults.take(order["To"], "create")
    if fault is None:
        return jsonify(_place(order).resource()), 201
    call = _place(order) if fault.get("but_call_is_made") or "status" not in fault else None
    time.sleep(fault.get("delay_s", 0))
    status = fault.get("status", 201)
    if status < 400 and call is not None:
        return jsonify(call.resource()), 201
    # a code of its own, such as 21217 (https://www.twilio.com/docs/api/errors/21217: not a valid number)
    code = fault.get("code", 20429 if status == 429 else 20500)
    raise TwilioError(status, code, "Too Many Requests" if status == 429 else "Internal")


def _place(order: dict[str, Any]) -> Call:
    call = exchange().add_call(order["To"], order["From"], order)
    line = Line(exchange(), call, exchange().people.get(call.to))
    threading.Thread(target=line.run, name=f"call {call.to}", daemon=True).start()
    return call


def _call_order() -> dict[str, Any]:
    """The parameters of a new call, after the checks that the description leaves out."""
    order: dict[str, Any] = request.form.to_dict()
    events = request.form.getlist("StatusCallbackEvent")
    if events:
        order["StatusCallbackEvent"] = [event for one in events for event in one.split()]
    if not E164.fullmatch(order["To"]):
        raise _refuse(21211, f"Invalid 'To' Phone Number: {order['To']}")
    if not E164.fullmatch(order["From"]):
        raise _refuse(21212, f"Invalid 'From' Phone Number: {order['From']}")
    if exchange().config.numbers and order["From"] not in exchange().config.numbers:
        raise _refuse(21210, "The source phone number provided, is not yet verified for your account.")
    if sum(name in order for name in ("Url", "Twiml", "ApplicationSid")) != 1:
        raise _refuse(21205, "Exactly one of Url, Twiml and ApplicationSid is required")
    if "ApplicationSid" in order:
        raise _refuse(21205, "this double knows no applications")
    _check_urls(order)
    if order.get("Record") == "true":
        exchange().violation("parameter", "Record on a call is not simulated", path=request.path)
    for event in order.get("StatusCallbackEvent", []):
        if event not in EVENTS:
            raise _refuse(21626, f"Invalid status callback event {event}")
    if order.get("MachineDetection") not in (None, "Enable", "DetectMessageEnd"):
        raise _refuse(20001, f"Invalid MachineDetection {order['MachineDetection']}")
    for name, most in (("Timeout", MAX_RING_S), ("TimeLimit", 86_400)):
        if name in order and not 0 < int(order[name]) <= most:
            raise _refuse(20001, f"{name} runs from 1 to {most} seconds")
    return order


def _check_urls(order: dict[str, Any]) -> None:
    for name in URL_PARAMETERS:
        if name in order and not is_absolute_url(order[name]):
            raise _refuse(21205, f"{name} is not an absolute URL: {order[name]}")


@rest.get("/<account_sid>/Calls.json")
def list_calls(account_sid: str) -> Response:
    """Calls, newest first, by To, From, Status and the times they started and ended."""
    with exchange().lock:
        calls = [call for call in reversed(exchange().calls.values()) if not call.is_deleted]
    for name, attribute in (("To", "to"), ("From", "from_"), ("Status", "status")):
        if name in request.args:
            calls = [call for call in calls if getattr(call, attribute) == request.args[name]]
    calls = [call for call in calls if _within("StartTime", call.started_at or call.created_at)]
    calls = [call for call in calls if _within("EndTime", call.ended_at)]
    return _page("calls", [call.resource() for call in calls])


@rest.get("/<account_sid>/Calls/<sid>.json")
def fetch_call(account_sid: str, sid: str) -> Response:
    """One call."""
    return jsonify(_call(sid).resource())


@rest.post("/<account_sid>/Calls/<sid>.json")
def update_call(account_sid: str, sid: str) -> Response:
    """End a call, or send it to another document.

    https://www.twilio.com/docs/voice/api/call-resource#update-a-call-resource
    """
    call, form = _call(sid), request.form
    _check_urls(form.to_dict())
    if call.status in FINAL_STATUSES:
        raise TwilioError(400, 21220, "Call is not in-progress. Cannot redirect.")
    status = form.get("Status")
    if status is not None and status not in ("completed", "canceled"):
        raise _refuse(21218, f"Invalid Status {status}")
    if status == "canceled" and call.status == "in-progress":
        # canceled ends calls that are queued or ringing and leaves the others as they are
        return jsonify(call.resource())
    if status is None and call.status in ("queued", "ringing"):
        # nothing is spoken yet: the first document becomes another one
        call.request.pop("Twiml", None)
        call.request |= {name: form[name] for name in ("Url", "Method", "Twiml") if name in form}
    elif status or form.get("Url") or form.get("Twiml"):
        with exchange().lock:
            call.order = Order(status, form.get("Url"), form.get("Method", "POST"), form.get("Twiml"))
            call.interrupt.set()
        if status:
            call.ended.wait(timeout=5)
    return jsonify(call.resource())


@rest.delete("/<account_sid>/Calls/<sid>.json")
def delete_call(account_sid: str, sid: str) -> tuple[str, int]:
    """Forget a call that is over."""
    call = _call(sid)
    if call.status not in FINAL_STATUSES:
        raise TwilioError(400, 20409, "a call in progress cannot be deleted")
    call.is_deleted = True
    return "", 204


# --- recordings -------------------------------------------------------------------------------------------------------


@rest.get("/<account_sid>/Recordings.json")
def list_recordings(account_sid: str) -> Response:
    """Recordings of the account, newest first."""
    rows = _recordings(request.args.get("CallSid"))
    return _page("recordings", [one.resource(exchange().config.base_url) for one in rows])


@rest.get("/<account_sid>/Calls/<call_sid>/Recordings.json")
def list_call_recordings(account_sid: str, call_sid: str) -> Response:
    """Recordings of one call, newest first."""
    rows = _recordings(_call(call_sid).sid)
    return _page("recordings", [one.resource(exchange().config.base_url, of_call=True) for one in rows])


@rest.get("/<account_sid>/Calls/<call_sid>/Recordings/<sid>.json")
def fetch_call_recording(account_sid: str, call_sid: str, sid: str) -> Response:
    """One recording, seen from its call."""
    return jsonify(_recording(sid, call_sid).resource(exchange().config.base_url, of_call=True))


@rest.delete("/<account_sid>/Calls/<call_sid>/Recordings/<sid>.json")
def delete_call_recording(account_sid: str, call_sid: str, sid: str) -> tuple[str, int]:
    """Delete a recording, seen from its call."""
    _recording(sid, call_sid).is_deleted = True
    return "", 204


@rest.get("/<account_sid>/Recordings/<sid>.json")
def fetch_recording(account_sid: str, sid: str) -> Response:
    """One recording."""
    return jsonify(_recording(sid).resource(exchange().config.base_url))


@rest.delete("/<account_sid>/Recordings/<sid>.json")
def delete_recording(account_sid: str, sid: str) -> tuple[str, int]:
    """Delete a recording with its sound."""
    _recording(sid).is_deleted = True
    return "", 204


@rest.get("/<account_sid>/Recordings/<sid>.mp3")
def fetch_mp3(account_sid: str, sid: str) -> Response:
    """There is no MP3 encoder here."""
    raise TwilioError(404, 20404, "this double keeps WAV only")


@rest.get("/<account_sid>/Recordings/<sid>")
@rest.get("/<account_sid>/Recordings/<sid>.wav")
def fetch_media(account_sid: str, sid: str) -> Response:
    """The sound of a recording; 404 until the carrier has processed it.

    https://www.twilio.com/docs/voice/api/recording#fetch-a-recordings-media-file
    """
    recording = _recording(sid)
    faults = exchange().faults.of(recording.phone, "media") or {}
    with exchange().lock:
        recording.media_requests += 1
        requests_so_far = recording.media_requests
    if recording.status != "completed" or faults.get("forever") or requests_so_far <= faults.get("not_found_times", 0):
        raise TwilioError(404, 20404, f"The requested resource {request.path} was not found")
    if faults.get("html"):
        return Response("<html><body>502 Bad Gateway</body></html>", content_type="text/html")
    content = render_wav(recording.utterance, exchange().config.voice)
    if faults.get("truncate"):
        content = content[: len(content) // 2]
    return Response(content, content_type="audio/x-wav")


# --- messages ---------------------------------------------------------------------------------------------------------


@rest.post("/<account_sid>/Messages.json")
def create_message(account_sid: str) -> tuple[Response, int]:
    """Take a text message on."""
    form = request.form
    if not E164.fullmatch(form["To"]):
        raise _refuse(21211, f"Invalid 'To' Phone Number: {form['To']}")
    if not form.get("From") and not form.get("MessagingServiceSid"):
        raise _refuse(21603, "A 'From' phone number is required.")
    if form.get("From") and not E164.fullmatch(form["From"]):
        raise _refuse(21212, f"Invalid 'From' Phone Number: {form['From']}")
    if not form.get("Body"):
        raise _refuse(21602, "Message body is required.")
    if messages.is_blocked(exchange(), form["To"], messages.sender_of(exchange(), form)):
        raise TwilioError(400, messages.UNSUBSCRIBED, "Attempt to send to unsubscribed recipient")
    fault = exchange().faults.take(form["To"], "messages") or {}
    if fault.get("status"):
        # a code of its own, such as 21614: https://www.twilio.com/docs/api/errors/21614 (no number that takes texts)
        raise TwilioError(fault["status"], fault.get("code", 20429 if fault["status"] == 429 else 20500), "Internal")
    return jsonify(messages.send(exchange(), account_sid, form)), 201


@rest.get("/<account_sid>/Messages.json")
def list_messages(account_sid: str) -> Response:
    """Text messages, newest first."""
    with exchange().lock:
        found = list(reversed(exchange().messages.values()))
    for name, attribute in (("To", "to"), ("From", "from_")):
        if name in request.args:
            found = [one for one in found if getattr(one, attribute) == request.args[name]]
    found = [one for one in found if _within("DateSent", one.created_at)]
    return _page("messages", [one.resource() for one in found])


@rest.get("/<account_sid>/Messages/<sid>.json")
def fetch_message(account_sid: str, sid: str) -> Response:
    """One text message."""
    message = exchange().messages.get(sid)
    if message is None:
        raise _not_found()
    return jsonify(message.resource())


@rest.delete("/<account_sid>/Messages/<sid>.json")
def delete_message(account_sid: str, sid: str) -> tuple[str, int]:
    """Forget a text message."""
    with exchange().lock:
        if exchange().messages.pop(sid, None) is None:
            raise _not_found()
    return "", 204


@rest.route("/<path:rest_of_path>", methods=["GET", "POST", "DELETE", "PUT"])
def unknown(rest_of_path: str) -> Response:
    """Whatever else Twilio may have, this double has not; asking for it is worth a note."""
    exchange().violation("request", "not simulated", method=request.method, path=request.path)
    raise _not_found()


# --- shared -----------------------------------------------------------------------------------------------------------


def _not_found() -> TwilioError:
    return TwilioError(404, 20404, f"The requested resource {request.path} was not found")


def _call(sid: str) -> Call:
    call = exchange().calls.get(sid)
    if call is None or call.is_deleted:
        raise _not_found()
    return call


def _recording(sid: str, call_sid: str | None = None) -> Recording:
    recording = exchange().recordings.get(sid)
    if recording is None or recording.is_deleted or call_sid not in (None, recording.call_sid):
        raise _not_found()
    return recording


def _recordings(call_sid: str | None) -> list[Recording]:
    with exchange().lock:
        rows: Iterable[Recording] = reversed(exchange().recordings.values())
        return [
            one
            for one in rows
            if not one.is_deleted
            and one.status != "absent"
            and call_sid in (None, one.call_sid)
            and _within("DateCreated", one.started_at)
        ]


def _within(name: str, moment: dt.datetime | None) -> bool:
    try:
        return lists.is_within(request.args, name, moment)
    except ValueError as error:
        raise _refuse(20001, str(error)) from None


def _page(name: str, rows: list[dict[str, Any]]) -> Response:
    return jsonify(lists.page_of(name, rows, request.path, request.args))

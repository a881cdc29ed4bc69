"""The form fields of the carrier's webhooks, in the shapes of contracts/webhook-shapes.json."""

from __future__ import annotations

import functools
from collections.abc import Mapping

import phonenumbers

from .records import API_VERSION, Call, Recording, rfc2822, utc_now

# https://www.twilio.com/docs/voice/api/call-resource#statuscallback: SIP answers that end a call unanswered
_SIP_CODES = {"busy": "486", "no-answer": "487", "canceled": "487", "completed": "200"}


def call_fields(call: Call, status: str) -> dict[str, str]:
    """What every request about a call carries: sids, numbers and the (mostly empty) places.

    https://www.twilio.com/docs/voice/twiml#request-parameters
    """
    fields = {
        "AccountSid": call.account_sid,
        "ApiVersion": API_VERSION,
        "CallSid": call.sid,
        "CallStatus": status,
        "Called": call.to,
        "Caller": call.from_,
        "Direction": "inbound" if call.is_inbound else "outbound-api",
        "From": call.from_,
        "To": call.to,
    }
    for name, phone in (("Called", call.to), ("To", call.to), ("Caller", call.from_), ("From", call.from_)):
        fields |= {f"{name}City": "", f"{name}State": "", f"{name}Zip": "", f"{name}Country": country_of(phone)}
    return fields


def document_fields(call: Call, status: str, extra: Mapping[str, str]) -> dict[str, str]:
    """The fields of a request for TwiML."""
    answered_by = {"AnsweredBy": call.answered_by} if call.answered_by else {}
    return {**call_fields(call, status), **answered_by, **extra}


def status_fields(call: Call, event: str, number: int) -> dict[str, str]:
    """The fields of a call status callback; ``event`` is initiated, ringing, answered or completed.

    https://www.twilio.com/docs/voice/api/call-resource#statuscallback
    """
    status = {"initiated": "initiated", "ringing": "ringing", "answered": "in-progress"}.get(event, call.status)
    fields = {
        **call_fields(call, status),
        "CallbackSource": "call-progress-events",
        "SequenceNumber": str(number),
        "Timestamp": rfc2822(utc_now()) or "",
    }
    if event == "completed":
        seconds = call.duration_s or 0
        fields |= {
            "CallDuration": str(seconds),
            "Duration": str(-(-seconds // 60)),
            "SipResponseCode": call.network_answer or _SIP_CODES.get(call.status, "200"),
        }
        if call.answered_by:
            fields["AnsweredBy"] = call.answered_by
    return fields


def recording_fields(call: Call, recording: Recording, base_url: str, status: str) -> dict[str, str]:
    """The fields of a recording status callback; ``status`` is in-progress, completed or absent.

    https://www.twilio.com/docs/voice/twiml/record#attributes-recording-status-callback
    """
    fields = {
        "AccountSid": call.account_sid,
        "CallSid": call.sid,
        "RecordingSid": recording.sid,
        "RecordingUrl": base_url + recording.path,
        "RecordingStatus": status,
        "RecordingChannels": "1",
        "RecordingSource": "RecordVerb",
        "RecordingStartTime": rfc2822(recording.started_at) or "",
        "ErrorCode": "0",
    }
    if status != "in-progress":
        fields["RecordingDuration"] = str(recording.duration_s)
    return fields


@functools.lru_cache(maxsize=4096)
def country_of(phone: str) -> str:
    """The two letters of a number's country; "" when unknown."""
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(phone)) or ""
    except phonenumbers.NumberParseException:
        return ""

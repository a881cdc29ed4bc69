"""Twilio's form fields in our words: events of the conversation, news of calls and recordings.

Which fields come when: https://www.twilio.com/docs/voice/twiml#request-parameters,
/docs/voice/twiml/record#attributes-action, /docs/voice/twiml/gather#action and
/docs/voice/api/call-resource#statuscallback.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from interview.events import DigitsPressed, Event, NoInput, UtteranceRecorded
from interview.lifecycle import CallStatus
from ivr.services.conversations import CallNews

Form = Mapping[str, str]

_KEYS = re.compile(r"[0-9*#]{1,32}")
_WORD = re.compile(r"[a-z][a-z_-]{0,39}")
_FINISH_KEYS = frozenset({"#", "*", "0"})
_HANG_UP = "hangup"
_LONGEST_SPEECH = 8_000
_LONGEST_ADDRESS = 64
_LONGEST_S = 24 * 3_600


class BadForm(Exception):
    """A field is missing or malformed; the message names it and never repeats its value."""


@dataclass(frozen=True, slots=True)
class RecordingNews:
    """A recording status callback. ``is_ready``: it can be fetched; else it failed, is absent or still under way."""

    carrier_sid: str
    recording_sid: str
    status: str
    duration_s: float | None

    @property
    def is_ready(self) -> bool:
        """Whether there is sound to fetch."""
        return self.status == "completed"


def carrier_sid(form: Form) -> str:
    """The CallSid."""
    return _sid(form, "CallSid", "CA")


def parties(form: Form) -> tuple[str, str]:
    """Who calls or writes, and the number of ours that they chose; From may be withheld ("anonymous")."""
    return form.get("From", "")[:_LONGEST_ADDRESS], form.get("To", "")[:_LONGEST_ADDRESS]


def typed_code(form: Form) -> str:
    """The keys of a code; what is none becomes a wrong one."""
    keys = form.get("Digits", "")
    return keys if _KEYS.fullmatch(keys) else ""


def message_sid(form: Form) -> str:
    """The MessageSid, of a text (SM) or of one with a picture (MM)."""
    return _sid(form, "MessageSid", "(?:SM|MM)")


def message_news(form: Form) -> tuple[str, str | None]:
    """A message's status and, when it did not arrive, Twilio's error number."""
    status, code = form.get("MessageStatus", ""), form.get("ErrorCode", "")
    if not _WORD.fullmatch(status):
        raise BadForm("MessageStatus is missing or malformed")
    return status, code if re.fullmatch(r"[1-9][0-9]{0,6}", code) else None


def answered_by(form: Form) -> str | None:
    """Who picked up, as answering machine detection sees it ("human", "machine_start", …), or None."""
    value = form.get("AnsweredBy", "")
    return value if _WORD.fullmatch(value) else None


def turn_event(form: Form, *, no_input: bool) -> Event:
    """What the candidate did in a listen. ``no_input``: the request came from the Redirect behind it."""
    if no_input:
        return NoInput()
    keys = form.get("Digits", "")
    if "RecordingSid" in form or keys == _HANG_UP:
        return _utterance(form, keys)
    if keys:
        if not _KEYS.fullmatch(keys):
            raise BadForm("Digits is malformed")
        return DigitsPressed(keys)
    speech = form.get("SpeechResult", "").strip()
    return DigitsPressed("", speech[:_LONGEST_SPEECH]) if speech else NoInput()


def recording_news(form: Form) -> RecordingNews:
    """A recording status callback; the duration is missing until the recording is complete."""
    status = form.get("RecordingStatus", "")
    if not _WORD.fullmatch(status):
        raise BadForm("RecordingStatus is missing or malformed")
    duration_s = _number(form, "RecordingDuration") if "RecordingDuration" in form else None
    return RecordingNews(carrier_sid(form), _sid(form, "RecordingSid", "RE"), status, duration_s)


def call_news(form: Form, *, is_ours: bool = True) -> CallNews:
    """A call status callback; of a call that is not ours, but made to us, only the end is told, without a number."""
    status = _call_status(form)
    return CallNews(
        carrier_sid=carrier_sid(form),
        status=status,
        sequence_number=_number(form, "SequenceNumber") if "SequenceNumber" in form or is_ours else None,
        duration_s=_number(form, "CallDuration") if "CallDuration" in form else None,
        answered_by=answered_by(form),
        error_code=_error_code(form, status),
    )


def _utterance(form: Form, keys: str) -> Event:
    """An empty recording may post too, with a duration of 0 or without a RecordingUrl: only the key counts then."""
    ended_by = keys if keys in _FINISH_KEYS or keys == _HANG_UP else ""
    if "RecordingSid" in form:
        sid = _sid(form, "RecordingSid", "RE")
        duration_s = _number(form, "RecordingDuration") if "RecordingDuration" in form else 0
        if duration_s > 0 and form.get("RecordingUrl"):
            return UtteranceRecorded(sid, float(duration_s), ended_by)
    return UtteranceRecorded("", 0.0, ended_by) if ended_by in {"*", "0", _HANG_UP} else NoInput()


def _call_status(form: Form) -> CallStatus:
    word = form.get("CallStatus", "")
    # Twilio: "initiated" is when it leaves the queue; "in-progress" and "no-answer" have our words with an underscore
    if word == "initiated":
        return CallStatus.QUEUED
    try:
        status = CallStatus(word.replace("-", "_"))
    except ValueError:
        raise BadForm("CallStatus is missing or unknown") from None
    if status is CallStatus.PLACING:
        raise BadForm("CallStatus is missing or unknown")
    return status


def _error_code(form: Form, status: CallStatus) -> str | None:
    """Twilio's error number, or for a failed call the telephone network's answer ("sip_404")."""
    code = form.get("ErrorCode", "")
    if re.fullmatch(r"[1-9][0-9]{0,6}", code):
        return code
    network = form.get("SipResponseCode", "")
    if status is CallStatus.FAILED and re.fullmatch(r"[1-6][0-9]{2}", network):
        return f"sip_{network}"
    return None


def _sid(form: Form, name: str, prefix: str) -> str:
    value = form.get(name, "")
    if not re.fullmatch(rf"{prefix}[0-9a-f]{{32}}", value):
        raise BadForm(f"{name} is missing or malformed")
    return value


def _number(form: Form, name: str) -> int:
    value = form.get(name, "")
    if not re.fullmatch(r"[0-9]{1,6}", value) or int(value) > _LONGEST_S:
        raise BadForm(f"{name} is missing or not a number")
    return int(value)

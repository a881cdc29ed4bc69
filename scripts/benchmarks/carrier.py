"""What the carrier sends after an answer was recorded, signed, as bytes ready for the wire."""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from urllib.parse import urlencode

ACCOUNT_SID = "AC" + "0" * 31 + "1"
AUTH_TOKEN = "benchmark-token-of-no-account"  # noqa: S105
BASE_URL = "https://calls.example.com"
PHONE_NUMBER = "+14155550100"


@dataclass(frozen=True, slots=True)
class SeededCall:
    """A call in the middle of its questions; ``turns`` are the turn numbers of its next answers, in order."""

    call_id: str
    carrier_sid: str
    turns: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """One request: where to, its body and the headers that belong to it."""

    path: str
    body: bytes
    headers: dict[str, str]

    def wire(self, host: str) -> bytes:
        """The whole request as HTTP/1.1 with keep-alive."""
        lines = [f"POST {self.path} HTTP/1.1", f"Host: {host}", f"Content-Length: {len(self.body)}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        return "\r\n".join((*lines, "", "")).encode() + self.body


def answers(call: SeededCall) -> list[Answer]:
    """An answer of some seconds, ended with #, for each of the call's turns."""
    return [_answer(call, turn) for turn in call.turns]


def _answer(call: SeededCall, turn: int) -> Answer:
    """The fields of a Record action: https://www.twilio.com/docs/voice/twiml/record#attributes-action."""
    recording = "RE" + hashlib.sha256(f"{call.call_id}/{turn}".encode()).hexdigest()[:32]
    form = {
        "AccountSid": ACCOUNT_SID,
        "ApiVersion": "2010-04-01",
        "CallSid": call.carrier_sid,
        "CallStatus": "in-progress",
        "Called": "+14155550150",
        "CalledCountry": "US",
        "Caller": PHONE_NUMBER,
        "CallerCountry": "US",
        "Digits": "#",
        "Direction": "outbound-api",
        "From": PHONE_NUMBER,
        "FromCountry": "US",
        "RecordingDuration": "41",
        "RecordingSid": recording,
        "RecordingUrl": f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT_SID}/Recordings/{recording}",
        "To": "+14155550150",
        "ToCountry": "US",
    }
    path = f"/webhooks/voice/turn/{call.call_id}/{turn}"
    signed = BASE_URL + path + "".join(name + form[name] for name in sorted(form))
    signature = base64.b64encode(hmac.new(AUTH_TOKEN.encode(), signed.encode(), hashlib.sha1).digest()).decode()
    return Answer(
        path,
        urlencode(form).encode(),
        {
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "User-Agent": "TwilioProxy/1.1",
            "Accept": "*/*",
            "I-Twilio-Idempotency-Token": recording[2:],
            "X-Twilio-Signature": signature,
        },
    )

"""What the carrier keeps: calls, recordings and messages, with the JSON in which Twilio's REST interface shows them."""

from __future__ import annotations

import datetime as dt
import email.utils
import threading
import uuid
from dataclasses import dataclass, field
from typing import Any

from ..audio import Utterance

API_VERSION = "2010-04-01"
FINAL_STATUSES = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})


def new_sid(prefix: str) -> str:
    """A fresh identifier of the kind that the two letters name."""
    return prefix + uuid.uuid4().hex


def utc_now() -> dt.datetime:
    """The present moment, to the second, as Twilio's resources show it."""
    return dt.datetime.now(dt.UTC).replace(microsecond=0)


def rfc2822(moment: dt.datetime | None) -> str | None:
    """``Mon, 03 Jul 2023 21:45:28 +0000``; None stays None."""
    return None if moment is None else email.utils.format_datetime(moment)


@dataclass(frozen=True, slots=True)
class Order:
    """What a REST update asks of a call in progress: hang up, or go on with another document."""

    status: str | None = None
    url: str | None = None
    method: str = "POST"
    twiml: str | None = None


@dataclass(slots=True)
class Call:
    """One call, placed by us or made to a number of ours: its request, its state and everything that happened on it.

    ``tape`` is what an answering machine recorded, None when none picked up. ``ended`` is set when the call is over,
    ``settled`` when its last callback has been sent as well. ``network_answer`` is the SIP code of a call that failed.
    """

    sid: str
    account_sid: str
    to: str
    from_: str
    request: dict[str, Any]
    created_at: dt.datetime
    phone_number_sid: str
    status: str = "queued"
    started_at: dt.datetime | None = None
    ended_at: dt.datetime | None = None
    updated_at: dt.datetime | None = None
    duration_s: int | None = None
    answered_by: str | None = None
    network_answer: str | None = None
    line_s: float = 0.0
    twilio_error_heard: bool = False
    end_reason: str | None = None
    is_deleted: bool = False
    is_inbound: bool = False
    documents: list[dict[str, Any]] = field(default_factory=list)
    heard: list[dict[str, Any]] = field(default_factory=list)
    reactions: list[dict[str, Any]] = field(default_factory=list)
    webhooks: list[dict[str, Any]] = field(default_factory=list)
    errors: list[dict[str, Any]] = field(default_factory=list)
    recording_sids: list[str] = field(default_factory=list)
    tape: list[str] | None = None
    order: Order | None = None
    interrupt: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)
    settled: threading.Event = field(default_factory=threading.Event)

    @property
    def person(self) -> str:
        """The number of the person on the other side."""
        return self.from_ if self.is_inbound else self.to

    @property
    def direction(self) -> str:
        """Twilio's word for who called whom."""
        return "inbound" if self.is_inbound else "outbound-api"

    @property
    def uri(self) -> str:
        """The resource's path."""
        return f"/{API_VERSION}/Accounts/{self.account_sid}/Calls/{self.sid}.json"

    def resource(self) -> dict[str, Any]:
        """The call as the REST interface shows it."""
        base = self.uri.removesuffix(".json")
        names = ("notifications", "recordings", "payments", "events", "siprec", "streams", "transcriptions")
        return {
            "sid": self.sid,
            "account_sid": self.account_sid,
            "annotation": None,
            "answered_by": self.answered_by,
            "api_version": API_VERSION,
            "caller_name": None,
            "date_created": rfc2822(self.created_at),
            "date_updated": rfc2822(self.updated_at or self.created_at),
            "direction": self.direction,
            "duration": None if self.duration_s is None else str(self.duration_s),
            "start_time": rfc2822(self.started_at),
            "end_time": rfc2822(self.ended_at),
            "forwarded_from": None,
            "from": self.from_,
            "from_formatted": self.from_,
            "group_sid": None,
            "parent_call_sid": None,
            "phone_number_sid": self.phone_number_sid,
            "price": None,
            "price_unit": "USD",
            "queue_time": "0",
            "status": self.status,
            "subresource_uris": {name: f"{base}/{name.title()}.json" for name in names},
            "to": self.to,
            "to_formatted": self.to,
            "trunk_sid": None,
            "uri": self.uri,
        }

    def ledger(self) -> dict[str, Any]:
        """The call with all that was fetched, heard, said and sent."""
        return {
            "sid": self.sid,
            "to": self.to,
            "from": self.from_,
            "direction": self.direction,
            "dialed_at": self.created_at.isoformat(),
            "ended_at": self.ended_at.isoformat() if self.ended_at else None,
            "status": self.status,
            "is_settled": self.settled.is_set(),
            "answered_by": self.answered_by,
            "end_reason": self.end_reason,
            "duration_s": self.duration_s,
            "line_s": round(self.line_s, 3),
            "request": self.request,
            "documents": list(self.documents),
            "heard": list(self.heard),
            "reactions": list(self.reactions),
            "webhooks": list(self.webhooks),
            "recordings": list(self.recording_sids),
            "errors": list(self.errors),
            "tape": None if self.tape is None else list(self.tape),
            "twilio_error_heard": self.twilio_error_heard,
        }


@dataclass(slots=True)
class Recording:
    """One recording of a Record verb; its sound is made when it is asked for."""

    sid: str
    account_sid: str
    call_sid: str
    phone: str
    utterance: Utterance
    duration_s: int
    started_at: dt.datetime
    status: str = "processing"
    is_deleted: bool = False
    media_requests: int = 0

    @property
    def path(self) -> str:
        """The path of the media, without an extension."""
        return f"/{API_VERSION}/Accounts/{self.account_sid}/Recordings/{self.sid}"

    def resource(self, base_url: str, *, of_call: bool = False) -> dict[str, Any]:
        """The recording as the REST interface shows it; ``of_call`` as it is shown below its call."""
        common = {
            "sid": self.sid,
            "account_sid": self.account_sid,
            "api_version": API_VERSION,
            "call_sid": self.call_sid,
            "channels": 1,
            "conference_sid": None,
            "date_created": rfc2822(self.started_at),
            "date_updated": rfc2822(self.started_at),
            "start_time": rfc2822(self.started_at),
            "duration": str(self.duration_s) if self.status == "completed" else "-1",
            "encryption_details": None,
            "error_code": None,
            "price": None,
            "price_unit": "USD",
            "source": "RecordVerb",
            "status": self.status,
        }
        if of_call:
            call = f"/{API_VERSION}/Accounts/{self.account_sid}/Calls/{self.call_sid}"
            return {**common, "track": "inbound", "uri": f"{call}/Recordings/{self.sid}.json"}
        return {
            **common,
            "uri": f"{self.path}.json",
            "media_url": base_url + self.path,
            "subresource_uris": {
                "add_on_results": f"{self.path}/AddOnResults.json",
                "transcriptions": f"{self.path}/Transcriptions.json",
            },
        }


@dataclass(slots=True)
class Message:
    """One text message. ``webhooks`` are the requests that were made about it, as for a call."""

    sid: str
    account_sid: str
    to: str
    from_: str | None
    messaging_service_sid: str | None
    body: str
    created_at: dt.datetime
    status: str = "queued"
    direction: str = "outbound-api"
    error_code: int | None = None
    webhooks: list[dict[str, Any]] = field(default_factory=list)
    replies: list[str] = field(default_factory=list)

    def resource(self) -> dict[str, Any]:
        """The message as the REST interface shows it."""
        uri = f"/{API_VERSION}/Accounts/{self.account_sid}/Messages/{self.sid}.json"
        # https://www.twilio.com/docs/glossary/what-is-gsm-7-character-encoding: 160 characters, 70 outside of GSM-7
        size = 160 if self.body.isascii() else 70
        return {
            "sid": self.sid,
            "account_sid": self.account_sid,
            "api_version": API_VERSION,
            "body": self.body,
            "date_created": rfc2822(self.created_at),
            "date_sent": rfc2822(self.created_at) if self.status != "queued" else None,
            "date_updated": rfc2822(self.created_at),
            "direction": self.direction,
            "error_code": self.error_code,
            "error_message": None,
            "from": self.from_,
            "messaging_service_sid": self.messaging_service_sid,
            "num_media": "0",
            "num_segments": str(max(1, -(-len(self.body) // size))),
            "price": None,
            "price_unit": "USD",
            "status": self.status,
            "subresource_uris": {"media": uri.replace(".json", "/Media.json")},
            "to": self.to,
            "uri": uri,
        }

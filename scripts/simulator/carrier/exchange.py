"""The telephone exchange: what is known and going on, shared by the REST side, the calls and the control panel."""

from __future__ import annotations

import datetime as dt
import hashlib
import threading
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from ..audio import Utterance
from .faults import Faults
from .people import Person, Reaction
from .post import Postman
from .records import FINAL_STATUSES, Call, Message, Recording, new_sid, utc_now


@dataclass(frozen=True, slots=True)
class Config:
    """How this carrier was started. ``speed`` divides every waiting on the line; 1 is real time."""

    account_sid: str
    auth_token: str
    base_url: str
    speed: float = 20.0
    fail_fast: bool = False
    numbers: tuple[str, ...] = ()
    is_trial: bool = False
    voice: str = "auto"


@dataclass(slots=True)
class Feed:
    """What a live candidate may read and has not yet answered; one per telephone number."""

    events: list[dict[str, Any]] = field(default_factory=list)
    waiting: dict[str, Any] | None = None
    call_sid: str | None = None
    action: Reaction | None = None


@dataclass(slots=True)
class OwnNumber:
    """What is configured for a number of the account, as in the carrier's console.

    https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource
    """

    voice_url: str = ""
    voice_fallback_url: str = ""
    status_callback: str = ""
    sms_url: str = ""


class Exchange:
    """All state of the double. Public methods may be called from any thread."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.postman = Postman(config.auth_token)
        self.faults = Faults()
        self.started_at = utc_now()
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.calls: dict[str, Call] = {}
        self.recordings: dict[str, Recording] = {}
        self.messages: dict[str, Message] = {}
        self.people: dict[str, Person] = {}
        self.violations: list[dict[str, Any]] = []
        self.seen_numbers: list[str] = list(config.numbers)
        self.lines: dict[str, OwnNumber] = defaultdict(OwnNumber)
        self.blocked: set[tuple[str, str]] = set()
        self._feeds: dict[str, Feed] = defaultdict(Feed)

    def add_call(self, to: str, from_: str, request: dict[str, Any], *, is_inbound: bool = False) -> Call:
        """Keep a new call, queued; ``is_inbound`` for one that a person makes to a number of ours."""
        ours = to if is_inbound else from_
        with self.lock:
            if ours not in self.seen_numbers:
                self.seen_numbers.append(ours)
            call = Call(
                sid=new_sid("CA"),
                account_sid=self.config.account_sid,
                to=to,
                from_=from_,
                request=request,
                created_at=utc_now(),
                phone_number_sid=number_sid(ours),
                is_inbound=is_inbound,
            )
            self.calls[call.sid] = call
        return call

    def add_recording(self, call: Call, utterance: Utterance, duration_s: int, started_at: dt.datetime) -> Recording:
        """Keep a new recording, still in processing."""
        recording = Recording(
            sid=new_sid("RE"),
            account_sid=self.config.account_sid,
            call_sid=call.sid,
            phone=call.person,
            utterance=utterance,
            duration_s=duration_s,
            started_at=started_at,
        )
        with self.lock:
            self.recordings[recording.sid] = recording
            call.recording_sids.append(recording.sid)
        return recording

    def violation(self, kind: str, message: str, **details: Any) -> None:
        """Write down that one of the two sides broke a contract."""
        with self.lock:
            self.violations.append({"at": time.time(), "kind": kind, "message": message, **details})

    def tell(self, phone: str, kind: str, **details: Any) -> None:
        """Add an event to what a live candidate of this number reads."""
        with self.changed:
            events = self._feeds[phone].events
            events.append({"n": len(events) + 1, "kind": kind, **details})
            self.changed.notify_all()

    def wait_for_action(self, call: Call, waiting: dict[str, Any], patience_s: float) -> Reaction | None:
        """What the live candidate does next; None when nothing comes in time or the call is interrupted."""
        deadline = time.monotonic() + patience_s
        with self.changed:
            feed = self._feeds[call.person]
            feed.action, feed.waiting, feed.call_sid = None, waiting, call.sid
        self.tell(call.person, "waiting", **waiting)
        with self.changed:
            while feed.action is None and not call.interrupt.is_set() and time.monotonic() < deadline:
                self.changed.wait(min(0.5, max(0.01, deadline - time.monotonic())))
            action, feed.action, feed.waiting = feed.action, None, None
            return action

    def act(self, phone: str, action: Reaction) -> bool:
        """Hand a live candidate's action to the call that waits for it; False when none waits."""
        with self.changed:
            feed = self._feeds[phone]
            if feed.waiting is None or feed.action is not None:
                return False
            feed.action = action
            self.changed.notify_all()
            return True

    def read_feed(self, phone: str, after: int, wait_s: float) -> dict[str, Any]:
        """Events of a number beyond ``after``; waits up to ``wait_s`` real seconds for the first."""
        deadline = time.monotonic() + wait_s
        with self.changed:
            feed = self._feeds[phone]
            while len(feed.events) <= after and time.monotonic() < deadline:
                self.changed.wait(max(0.01, deadline - time.monotonic()))
            return {"events": feed.events[after:], "next": len(feed.events), "waiting": feed.waiting}

    def summary(self) -> dict[str, Any]:
        """Counts over everything so far, and how quickly the application answered."""
        with self.lock:
            calls = list(self.calls.values())
            recordings = list(self.recordings.values())
            latencies: dict[str, list[float]] = defaultdict(list)
            for call in calls:
                for webhook in call.webhooks:
                    latencies[webhook["family"]].append(webhook["latency_ms"])
            return {
                "simulated": True,
                "dials": dict(Counter(call.to for call in calls if not call.is_inbound)),
                "calls": len(calls),
                "in_progress": sum(call.status not in FINAL_STATUSES for call in calls),
                "statuses": dict(Counter(call.status for call in calls)),
                "recordings": len(recordings),
                "recordings_deleted": sum(recording.is_deleted for recording in recordings),
                "messages": len(self.messages),
                "violations": len(self.violations),
                "heard_error": [call.sid for call in calls if call.twilio_error_heard],
                "webhooks": {family: _spread(values) for family, values in latencies.items()},
            }


def number_sid(phone: str) -> str:
    """The identifier of an owned telephone number, the same each time."""
    return "PN" + hashlib.sha256(phone.encode()).hexdigest()[:32]


def _spread(values: list[float]) -> dict[str, float]:
    ordered = sorted(values)
    return {
        "count": len(ordered),
        "p50_ms": ordered[len(ordered) // 2],
        "p95_ms": ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))],
        "max_ms": ordered[-1],
    }

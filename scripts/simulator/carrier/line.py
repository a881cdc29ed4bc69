"""One call from the first ring to the last callback."""

from __future__ import annotations

import math

from .callbacks import Callbacks
from .candidate import Candidate
from .clock import HungUp, LineClock, Moved
from .conversation import Conversation
from .exchange import Exchange
from .people import Person
from .records import Call, utc_now

# https://www.twilio.com/docs/voice/api/call-resource#create-a-call-resource: Timeout and TimeLimit defaults
RING_TIMEOUT_S = 60
# SIP answers to calls that are never connected: RFC 3261, section 21
_UNCONNECTED = {"failed": "503", "no_such_number": "404"}
TIME_LIMIT_S = 14_400


class Line:
    """Runs one call in the thread that calls ``run``."""

    def __init__(self, exchange: Exchange, call: Call, person: Person | None) -> None:
        self._exchange = exchange
        self._call = call
        self._clock = LineClock(call, exchange.config.speed, int(call.request.get("TimeLimit") or TIME_LIMIT_S))
        self._candidate = Candidate(exchange, call, person, self._clock)
        self._callbacks = Callbacks(exchange, call)
        self._late_detection: str | None = None

    def run(self) -> None:
        """Place the call and see it to its end; never raises."""
        try:
            status, reason = self._answer() if self._call.is_inbound else self._dial()
        except Exception as error:  # a fault of the double itself must be seen, not lost with its thread
            self._exchange.violation("double", f"{type(error).__name__}: {error}", call_sid=self._call.sid)
            status, reason = "failed", f"fault of the double: {error}"
        self._finish(status, reason)

    def _dial(self) -> tuple[str, str]:
        """The final status of the call, and the reason in words."""
        self._call.started_at = utc_now()
        self._tell("initiated")
        self._callbacks.progress("initiated")
        pickup = self._candidate.pickup
        if pickup in _UNCONNECTED:
            self._call.network_answer = _UNCONNECTED[pickup]
            return "failed", "the number could not be reached"
        try:
            self._set_status("ringing")
            self._callbacks.progress("ringing")
            timeout_s = int(self._call.request.get("Timeout") or RING_TIMEOUT_S)
            if pickup == "no_answer" or self._candidate.ring_s >= timeout_s:
                self._clock.ring(timeout_s)
                return "no-answer", "nobody picked up"
            self._clock.ring(self._candidate.ring_s)
        except (HungUp, Moved):
            return "canceled", "ended over REST while ringing"
        if pickup in ("busy", "canceled"):
            return pickup, pickup
        self._set_status("in-progress")
        self._callbacks.progress("answered")
        try:
            self._detect_machine()
            Conversation(self._exchange, self._call, self._candidate, self._clock, self._callbacks).run()
        except HungUp as end:
            return "completed", str(end)
        return "completed", "the document ended"

    def _answer(self) -> tuple[str, str]:
        """A call to a number of ours: its first document answers it, and the person's rules begin.

        The number's own status callback tells the end alone:
        https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource
        """
        self._call.started_at = utc_now()
        self._set_status("in-progress")
        conversation = Conversation(self._exchange, self._call, self._candidate, self._clock, self._callbacks)
        try:
            conversation.run()
        except HungUp as error:
            return "completed", str(error)
        return "completed", "the document ended"

    def _detect_machine(self) -> None:
        """Decide who answered: at once before the first document, or during it when the request says so.

        https://www.twilio.com/docs/voice/answering-machine-detection
        """
        mode = self._call.request.get("MachineDetection")
        if not mode:
            return
        waits_for_beep = mode == "DetectMessageEnd"
        answered_by = self._candidate.answered_by or "human"
        if self._candidate.is_machine and self._candidate.answered_by is None:
            answered_by = "machine_end_beep" if waits_for_beep else "machine_start"
        is_person = answered_by in ("human", "unknown")
        fault = self._exchange.faults.of(self._call.person, "amd") or {}
        delay_s = fault.get("after_s", 2.0 if is_person else 8.0 if waits_for_beep else 3.5)
        when = fault.get("when")

        def report() -> None:
            self._call.answered_by = answered_by
            self._callbacks.amd(answered_by, delay_s)

        if self._call.request.get("AsyncAmd") != "true":
            self._clock.wait(delay_s)
            self._call.answered_by = answered_by
        elif when == "early":
            self._call.answered_by = answered_by
            self._callbacks.amd(answered_by, 0.0, in_lane=False)
        elif when == "after_call":
            self._late_detection = answered_by
        elif when != "never":
            self._clock.set_alarm(delay_s, report)

    def _finish(self, status: str, reason: str) -> None:
        call = self._call
        if self._clock.has_alarm:
            # the call was over before the detection
            self._callbacks.amd("unknown", call.line_s)
        with self._exchange.lock:
            call.duration_s = math.ceil(call.line_s) if call.status == "in-progress" else 0
            call.ended_at = utc_now()
            call.end_reason = reason
        self._set_status(status)
        self._callbacks.progress("completed")
        call.ended.set()
        self._callbacks.close()
        if self._late_detection:
            self._callbacks.amd(self._late_detection, call.line_s, in_lane=False)
        call.settled.set()

    def _set_status(self, status: str) -> None:
        with self._exchange.lock:
            self._call.status = status
            self._call.updated_at = utc_now()
        self._tell(status)

    def _tell(self, status: str) -> None:
        self._exchange.tell(self._call.person, "call", call_sid=self._call.sid, status=status)

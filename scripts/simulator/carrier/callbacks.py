"""The callbacks of one call, in their lanes: progress, recordings, answering machine detection; with their faults."""

from __future__ import annotations

import time
from typing import Any

from .exchange import Exchange
from .forms import recording_fields, status_fields
from .post import Lane
from .records import Call, Recording


class Callbacks:
    """Sends what the call's request and its Record verbs asked for, without holding up the call."""

    def __init__(self, exchange: Exchange, call: Call) -> None:
        self._exchange = exchange
        self._call = call
        self._sent_events = 0
        status, recording = self._faults("status_callbacks"), self._faults("recording_callbacks")
        self._lanes = {
            "status": Lane(shuffle=status.get("shuffle", False)),
            "recording": Lane(shuffle=recording.get("shuffle", False)),
            "amd": Lane(shuffle=self._faults("amd").get("shuffle", False)),
        }

    def progress(self, event: str) -> None:
        """Report initiated, ringing, answered or completed, if it was asked for; completed is the default.

        https://www.twilio.com/docs/voice/api/call-resource#statuscallbackevent
        """
        url = self._call.request.get("StatusCallback")
        wanted = self._call.request.get("StatusCallbackEvent") or ["completed"]
        if not url or event not in wanted:
            return
        params = status_fields(self._call, event, self._sent_events)
        self._sent_events += 1
        method = self._call.request.get("StatusCallbackMethod", "POST")
        self._lanes["status"].put(lambda: self._send("status", event, method, url, params, "status_callbacks"))

    def recording(self, url: str | None, method: str, recording: Recording, status: str, delay_s: float) -> None:
        """Report in-progress, completed or absent; a completed recording is there to be fetched from then on."""

        def job() -> None:
            time.sleep(delay_s)
            if status != "in-progress":
                recording.status = status
            if url:
                params = recording_fields(self._call, recording, self._exchange.config.base_url, status)
                self._send("recording", status, method, url, params, "recording_callbacks")

        self._lanes["recording"].put(job)

    def amd(self, answered_by: str, duration_s: float, *, in_lane: bool = True) -> None:
        """Report who answered, when the call asked to be told apart from its documents; at once unless ``in_lane``.

        https://www.twilio.com/docs/voice/answering-machine-detection#asyncamdstatuscallback
        """
        url = self._call.request.get("AsyncAmdStatusCallback")
        if not url:
            return
        params = {
            "AccountSid": self._call.account_sid,
            "CallSid": self._call.sid,
            "AnsweredBy": answered_by,
            "MachineDetectionDuration": str(round(duration_s * 1000)),
        }
        method = self._call.request.get("AsyncAmdStatusCallbackMethod", "POST")

        def job() -> None:
            self._send("amd", answered_by, method, url, params, "amd")

        if in_lane:
            self._lanes["amd"].put(job)
        else:
            job()

    def close(self) -> None:
        """The call is over: send what is left, and wait until it is sent."""
        for lane in self._lanes.values():
            lane.close()
        for lane in self._lanes.values():
            lane.join()

    def _faults(self, name: str) -> dict[str, Any]:
        return self._exchange.faults.of(self._call.person, name) or {}

    def _send(self, family: str, event: str, method: str, url: str, params: dict[str, str], fault_name: str) -> None:
        faults = self._faults(fault_name)
        drop = faults.get("drop", [])
        if drop is True or (isinstance(drop, list) and event in drop):
            self._call.webhooks.append(
                {
                    "family": family, "method": method, "url": url.partition("#")[0], "params": params, "attempt": 0,
                    "copy": 0, "status_code": None, "failure": "dropped", "latency_ms": 0.0, "at": time.time(),
                }
            )  # fmt: skip
            return
        if faults.get("delay_s"):
            time.sleep(faults["delay_s"])
        copies = max(1, faults.get("duplicate", 1))
        trouble = self._exchange.faults.on_the_way(self._call.person, family)
        reply = self._exchange.postman.deliver(family, method, url, params, self._call.webhooks.append, copies, trouble)
        if not reply.is_ok:
            self._call.errors.append({"code": 11200, "url": url, "message": f"{family} callback: {_outcome(reply)}"})


def _outcome(reply: Any) -> str:
    return f"HTTP {reply.status}" if reply.status else {"ct": "no connection", "rt": "no answer in time"}[reply.failure]

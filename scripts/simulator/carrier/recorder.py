"""The Record verb: what is said becomes a recording, an action request and status callbacks.

https://www.twilio.com/docs/voice/twiml/record
"""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree import ElementTree

from .callbacks import Callbacks
from .candidate import Candidate
from .clock import HungUp, LineClock, Moved
from .documents import Document
from .exchange import Exchange
from .listening import RecordPlan, flag, plan_record
from .records import Call, Recording, utc_now

BEEP_S = 0.5
PROCESSING_S = 1.0


@dataclass(frozen=True, slots=True)
class Recorded:
    """How a Record verb ended. ``posts`` says whether its action is to be asked, ``fields`` with what."""

    recording: Recording
    posts: bool
    fields: dict[str, str]
    hung_up: str | None = None
    moved: Moved | None = None


class Recorder:
    """Executes the Record verbs of one call."""

    def __init__(
        self, exchange: Exchange, call: Call, candidate: Candidate, clock: LineClock, callbacks: Callbacks
    ) -> None:
        self._exchange = exchange
        self._call = call
        self._candidate = candidate
        self._clock = clock
        self._callbacks = callbacks

    def record(self, verb: ElementTree.Element, document: Document, *, breaks_off: bool) -> Recorded:
        """Record until a key, silence, the maximum or a hang-up; ``breaks_off`` hangs up halfway."""
        if flag(verb, "playBeep", True):
            self._clock.wait(BEEP_S)
        plan = plan_record(verb, self._candidate.react_to_record(verb), self._candidate.language)
        if breaks_off:
            plan = plan.cut(plan.utterance.duration_s / 2)
        recording = self._exchange.add_recording(self._call, plan.utterance, 0, utc_now())
        self._report(verb, document, recording, "in-progress", 0.0)
        hung_up = "the person hung up while recording" if plan.hangs_up else None
        moved: Moved | None = None
        before = self._call.line_s
        try:
            self._clock.wait(plan.utterance.duration_s)
        except HungUp as end:
            hung_up, plan = str(end), plan.cut(self._call.line_s - before)
        except Moved as order:
            moved, plan = order, RecordPlan(plan.utterance.cut(self._call.line_s - before))
        self._candidate.end_turn()
        # by the documentation an empty recording asks no action; some accounts see one with a duration of 0
        is_kept = not plan.is_empty or self._candidate.posts_empty_recordings
        self._keep(verb, recording, plan, is_kept)
        fields = {
            "RecordingSid": recording.sid,
            "RecordingUrl": self._exchange.config.base_url + recording.path,
            "RecordingDuration": str(recording.duration_s),
        }
        if hung_up or plan.digits:
            fields["Digits"] = "hangup" if hung_up else plan.digits or ""
        return Recorded(recording, is_kept and moved is None, fields, hung_up, moved)

    def report(self, verb: ElementTree.Element, document: Document, recorded: Recorded, *, at_once: bool) -> None:
        """Announce the recording once it is processed; it can be fetched from then on."""
        recording = recorded.recording
        is_kept = recorded.posts or (recorded.moved is not None and recording.duration_s > 0)
        delay_s = 0.0 if at_once else self._clock.real_s(PROCESSING_S)
        self._report(verb, document, recording, "completed" if is_kept else "absent", delay_s)

    def _report(
        self, verb: ElementTree.Element, document: Document, recording: Recording, status: str, delay_s: float
    ) -> None:
        reference = verb.get("recordingStatusCallback")
        is_wanted = reference and status in verb.get("recordingStatusCallbackEvent", "completed").split()
        url = document.resolve(reference) if is_wanted else None
        method = verb.get("recordingStatusCallbackMethod", "POST")
        self._callbacks.recording(url, method, recording, status, delay_s)

    def _keep(self, verb: ElementTree.Element, recording: Recording, plan: RecordPlan, is_kept: bool) -> None:
        trims = verb.get("trim", "trim-silence") == "trim-silence"
        sound = plan.utterance.trimmed() if trims else plan.utterance
        with self._exchange.lock:
            recording.utterance = sound
            recording.duration_s = 0 if plan.is_empty else max(1, round(sound.duration_s))
        self._call.reactions.append(
            {
                "kind": "recorded" if is_kept else "recorded nothing",
                "recording_sid": recording.sid,
                "said": sound.words,
                "duration_s": round(sound.duration_s, 2),
                "digits": "hangup" if plan.hangs_up else plan.digits,
                "line_s": round(self._call.line_s, 2),
            }
        )

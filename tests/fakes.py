"""Small honest stand-ins for the outside: they keep what they were asked and answer what the test laid out."""

from __future__ import annotations

import base64
import struct
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from interview.lifecycle import CallStatus
from interview.phone import PhoneNumber
from ivr.gateways.ports import (
    CarrierCall,
    CarrierRecording,
    DialRequest,
    DocumentKind,
    ExtractedText,
    FileMissing,
    GatewayError,
    Letter,
    ModelCall,
    ModelReply,
    SentLetter,
    SentText,
    Trouble,
    UnreadableDocument,
)


class FrozenClock:
    """A clock that moves only when told to: ``clock()`` reads it, ``clock.advance(minutes=5)`` moves it."""

    def __init__(self, now: datetime | None = None) -> None:
        self.now = now or datetime(2026, 3, 2, 10, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **delta: float) -> datetime:
        self.now += timedelta(**delta)
        return self.now


class TickingClock(FrozenClock):
    """Every look at it is a microsecond later, so that no two things happen at once and their order can be read."""

    def __call__(self) -> datetime:
        return self.advance(microseconds=1)


class _Failing:
    """Errors that the next calls of a method raise; with ``effect`` the call is made all the same (unclear)."""

    def __init__(self) -> None:
        self._failures: dict[str, list[tuple[Exception, bool]]] = defaultdict(list)

    def fail(self, method: str, *errors: Exception, effect: bool = False) -> None:
        self._failures[method] += [(error, effect) for error in errors]

    def _before(self, method: str) -> Exception | None:
        """Raise what is laid out for this call, or return it when the effect comes first."""
        if not self._failures[method]:
            return None
        error, effect = self._failures[method].pop(0)
        if not effect:
            raise error
        return error


class FakeCarrier(_Failing):
    """A carrier in memory. ``placed`` are the dials in order; ``calls`` and ``recordings`` may be edited by a test."""

    def __init__(self, clock: Callable[[], datetime] | None = None, *, simulated: bool = False) -> None:
        super().__init__()
        self.clock = clock or FrozenClock()
        self.simulated = simulated
        self.placed: list[DialRequest] = []
        self.calls: dict[str, CarrierCall] = {}
        self.recordings: dict[str, CarrierRecording] = {}
        self.audio: dict[str, bytes] = {}
        self.ended: list[str] = []
        self.deleted: list[str] = []

    def place_call(self, request: DialRequest) -> CarrierCall:
        error = self._before("place_call")
        self.placed.append(request)
        call = CarrierCall(
            carrier_sid=f"CA{len(self.placed):032x}",
            status=CallStatus.QUEUED,
            to=request.to.e164,
            created_at=self.clock(),
            duration_s=None,
            answered_by=None,
            price=None,
            price_unit=None,
            simulated=self.simulated,
        )
        self.calls[call.carrier_sid] = call
        if error is not None:
            raise error
        return call

    def find_calls(self, to: PhoneNumber, since: datetime) -> Sequence[CarrierCall]:
        self._before("find_calls")
        return [
            call
            for call in reversed(self.calls.values())
            if call.to == to.e164 and call.created_at is not None and call.created_at >= since
        ]

    def fetch_call(self, carrier_sid: str) -> CarrierCall:
        self._before("fetch_call")
        return self._known(carrier_sid)

    def end_call(self, carrier_sid: str) -> None:
        self._before("end_call")
        self.ended.append(carrier_sid)
        self.set_call(carrier_sid, status=CallStatus.COMPLETED)

    def recordings_of(self, carrier_sid: str) -> Sequence[CarrierRecording]:
        self._before("recordings_of")
        return [recording for recording in self.recordings.values() if recording.carrier_sid == carrier_sid]

    def fetch_recording(self, recording_sid: str) -> bytes:
        self._before("fetch_recording")
        if recording_sid not in self.audio:
            raise GatewayError("The recording is not there yet.", trouble=Trouble.RETRY, code="not_ready")
        return self.audio[recording_sid]

    def delete_recording(self, recording_sid: str) -> None:
        self._before("delete_recording")
        self.deleted.append(recording_sid)
        self.audio.pop(recording_sid, None)
        self.recordings.pop(recording_sid, None)

    def delete_call(self, carrier_sid: str) -> None:
        self._before("delete_call")
        self.deleted.append(carrier_sid)
        self.calls.pop(carrier_sid, None)

    # what a test may say about the other side of the line

    def set_call(self, carrier_sid: str, **changes: Any) -> None:
        self.calls[carrier_sid] = replace(self._known(carrier_sid), **changes)

    def add_recording(
        self, carrier_sid: str, recording_sid: str, audio: bytes | None, *, duration_s: float = 12.0
    ) -> None:
        """A recording of a call; without ``audio`` it is announced and cannot be fetched yet."""
        self.recordings[recording_sid] = CarrierRecording(
            recording_sid, carrier_sid, "completed" if audio is not None else "processing", duration_s, self.clock()
        )
        if audio is not None:
            self.audio[recording_sid] = audio

    def _known(self, carrier_sid: str) -> CarrierCall:
        if carrier_sid not in self.calls:
            raise GatewayError("The carrier knows no such call.", trouble=Trouble.SUBJECT, code="20404")
        return self.calls[carrier_sid]


class FakeMessenger(_Failing):
    """A messenger in memory: ``sent`` are the texts in order, as (number, body, status URL)."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[tuple[str, str, str | None]] = []
        self.deleted: list[str] = []

    def send_sms(self, to: PhoneNumber, body: str, status_url: str | None = None) -> SentText:
        error = self._before("send_sms")
        self.sent.append((to.e164, body, status_url))
        if error is not None:
            raise error
        return SentText(f"SM{len(self.sent):032x}", "accepted", False)

    def delete_sms(self, carrier_sid: str) -> None:
        self._before("delete_sms")
        self.deleted.append(carrier_sid)


class FakeMailer(_Failing):
    """A mail server in memory: ``sent`` are the e-mails in order."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[Letter] = []

    def send(self, letter: Letter) -> SentLetter:
        error = self._before("send")
        self.sent.append(letter)
        if error is not None:
            raise error
        return SentLetter(f"<{letter.message_key}@example.com>", False)


Reply = Mapping[str, Any] | Exception | Callable[[Mapping[str, Any]], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Asked:
    """One question to the model, as it was put."""

    purpose: str
    instructions: str
    payload: Mapping[str, Any]
    schema: Mapping[str, Any]
    prompt_version: str
    marker: str


class FakeLanguageModel:
    """Answers by purpose: a list is used up in order, its last element stays; an exception is raised; a function is
    called with the payload."""

    def __init__(self, replies: Mapping[str, Reply | Sequence[Reply]] | None = None, *, simulated: bool = True) -> None:
        self.replies: dict[str, Any] = dict(replies or {})
        self.simulated = simulated
        self.asked: list[Asked] = []

    def ask(
        self,
        *,
        purpose: str,
        instructions: str,
        payload: Mapping[str, Any],
        schema: Mapping[str, Any],
        prompt_version: str,
        marker: str,
    ) -> ModelReply:
        self.asked.append(Asked(purpose, instructions, payload, schema, prompt_version, marker))
        if purpose not in self.replies:
            raise LookupError(f"this test did not say what the model answers to {purpose!r}")
        reply = self.replies[purpose]
        if isinstance(reply, list | tuple):
            rest = list(reply)
            reply = rest.pop(0)
            self.replies[purpose] = rest or [reply]
        if isinstance(reply, Exception):
            raise reply
        content = reply(payload) if callable(reply) else reply
        return ModelReply(
            content, model_call(purpose, {"payload": dict(payload)}, content, prompt_version, self.simulated)
        )

    def count(self, purpose: str) -> int:
        """How often this was asked."""
        return sum(one.purpose == purpose for one in self.asked)


class FakeTranscriber(_Failing):
    """Knows what was said in the recordings that the test tells it of; unknown audio is refused, never made up."""

    def __init__(self, texts: Mapping[bytes, str] | None = None, *, simulated: bool = True) -> None:
        super().__init__()
        self.texts = dict(texts or {})
        self.simulated = simulated
        self.heard: list[bytes] = []

    def transcribe(self, audio: bytes, *, language: str, content_type: str = "audio/wav") -> ModelReply:
        self._before("transcribe")
        self.heard.append(audio)
        if audio not in self.texts:
            raise GatewayError("Nobody knows what is said here.", trouble=Trouble.SUBJECT, code="unknown_audio")
        text = self.texts[audio]
        request = {"language": language, "content_type": content_type, "bytes": len(audio)}
        return ModelReply(text, model_call("transcription", request, text, "", self.simulated))


class FakeEmbedder(_Failing):
    """Vectors that count letters of the alphabet, unless ``vectors`` lays out what a text gets."""

    def __init__(self, *, simulated: bool = True, model: str = "fake-demo") -> None:
        super().__init__()
        self.vectors: dict[str, tuple[float, ...]] = {}
        self.simulated, self.model = simulated, model
        self.asked: list[list[str]] = []

    def embed(self, texts: Sequence[str]) -> ModelReply:
        error = self._before("embed")
        if error is not None:
            raise error
        self.asked.append(list(texts))
        content = [base64.b64encode(struct.pack("<26f", *self._vector(text))).decode() for text in texts]
        call = model_call("embedding", {"texts": list(texts)}, "", "", self.simulated)
        return ModelReply(content, replace(call, model=self.model))

    def _vector(self, text: str) -> tuple[float, ...]:
        letters = tuple(float(text.lower().count(letter)) for letter in "abcdefghijklmnopqrstuvwxyz")
        given = self.vectors.get(text)
        return letters if given is None else given + (0.0,) * (26 - len(given))


def model_call(purpose: str, request: Mapping[str, Any], reply: Any, prompt_version: str, simulated: bool) -> ModelCall:
    """What a call to a model would leave behind; tokens are a quarter of the characters."""
    words = str(reply)
    return ModelCall(
        purpose=purpose,
        model="fake-demo",
        prompt_version=prompt_version,
        request=request,
        reply=words,
        request_id="req_fake",
        input_tokens=len(str(request)) // 4,
        cached_tokens=0,
        output_tokens=len(words) // 4,
        latency_ms=1,
        simulated=simulated,
    )


class FakeFileStore(_Failing):
    """Files in a dictionary."""

    def __init__(self) -> None:
        super().__init__()
        self.files: dict[str, bytes] = {}
        self.content_types: dict[str, str] = {}

    def put(self, key: str, data: bytes, content_type: str) -> None:
        self._before("put")
        self.files[key] = data
        self.content_types[key] = content_type

    def get(self, key: str) -> bytes:
        self._before("get")
        return self._known(key)

    def read_range(self, key: str, start: int, end: int) -> bytes:
        return self._known(key)[start : end + 1]

    def size(self, key: str) -> int:
        return len(self._known(key))

    def delete(self, key: str) -> None:
        self._before("delete")
        self.files.pop(key, None)

    def _known(self, key: str) -> bytes:
        if key not in self.files:
            raise FileMissing(key)
        return self.files[key]


class FakeExtractor:
    """Tells kinds by their first bytes; the text of a PDF or DOCX is what follows its mark (``%PDF-``, ``PK``)."""

    def __init__(self) -> None:
        self.unreadable: UnreadableDocument | None = None
        self.hidden_text_found = False

    def sniff(self, data: bytes, filename: str | None) -> DocumentKind:
        if not data.strip():
            raise UnreadableDocument("empty_file", "The file is empty.", "Choose another file.")
        if data.startswith(b"%PDF-"):
            return DocumentKind.PDF
        if data.startswith(b"PK"):
            return DocumentKind.DOCX
        if b"\0" in data:
            raise UnreadableDocument("unsupported_type", "This is no PDF, DOCX or text.", "Save it as PDF.")
        return DocumentKind.TEXT

    def extract(self, data: bytes, kind: DocumentKind) -> ExtractedText:
        if self.unreadable is not None:
            raise self.unreadable
        mark = {DocumentKind.PDF: b"%PDF-", DocumentKind.DOCX: b"PK", DocumentKind.TEXT: b""}[kind]
        text = data.removeprefix(mark).decode("utf-8", errors="replace").strip()
        if not text:
            raise UnreadableDocument("no_text", "No text was found in the file.", "Upload one with selectable text.")
        return ExtractedText(text, kind, 1, self.hidden_text_found, truncated=False)

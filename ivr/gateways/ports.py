"""What the services ask of the outside world, and how it may refuse."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol

from interview.lifecycle import CallStatus
from interview.phone import PhoneNumber

# How long a worker's sign of life lasts in Redis; it is renewed four times as often.
SIGN_LASTS_S = 60


class Trouble(StrEnum):
    """What kind of failure it was, and so who can end it.

    ``retry``: wait and try again. ``configuration``: an operator must change something (key, quota, model, number).
    ``subject``: this very number, document or answer will not work. ``output``: a model's reply broke its contract.
    """

    RETRY = "retry"
    CONFIGURATION = "configuration"
    SUBJECT = "subject"
    OUTPUT = "output"


class GatewayError(Exception):
    """A call to the outside that did not bring what was asked.

    ``unclear`` means the request may have had its effect (a time-out after sending): never repeat it blindly.
    ``code`` is a stable word or the vendor's number; ``retry_after_s`` what the vendor asked for, if it did; ``call``
    what a model's unusable reply cost and carried.
    """

    def __init__(
        self,
        message: str,
        *,
        trouble: Trouble,
        code: str = "",
        unclear: bool = False,
        retry_after_s: float | None = None,
        call: "ModelCall | None" = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.trouble = trouble
        self.code = code
        self.unclear = unclear
        self.retry_after_s = retry_after_s
        self.call = call

    @property
    def retryable(self) -> bool:
        """True when waiting may help without anybody changing anything."""
        return self.trouble is Trouble.RETRY


# --- the carrier -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DialRequest:
    """One call to place; URLs are absolute. ``ring_timeout_s`` until no answer, ``time_limit_s`` of the whole call."""

    to: PhoneNumber
    answered_url: str
    status_url: str
    fallback_url: str
    amd_url: str | None
    ring_timeout_s: int
    time_limit_s: int


@dataclass(frozen=True, slots=True)
class CarrierCall:
    """A call as the carrier knows it; ``price`` in ``price_unit`` once known, ``simulated`` if a double said so."""

    carrier_sid: str
    status: CallStatus
    to: str
    created_at: datetime | None
    duration_s: int | None
    answered_by: str | None
    price: str | None
    price_unit: str | None
    simulated: bool


@dataclass(frozen=True, slots=True)
class CarrierRecording:
    """A recording the carrier holds for a call of ours."""

    recording_sid: str
    carrier_sid: str
    status: str
    duration_s: float | None
    created_at: datetime | None


class Carrier(Protocol):
    """Places calls and keeps recordings. Every method raises GatewayError and ends within its total deadline."""

    def place_call(self, request: DialRequest) -> CarrierCall: ...

    def find_calls(self, to: PhoneNumber, since: datetime) -> Sequence[CarrierCall]:
        """Calls we placed to that number since then, newest first: how an unclear dial is cleared up."""
        ...

    def fetch_call(self, carrier_sid: str) -> CarrierCall: ...

    def end_call(self, carrier_sid: str) -> None: ...

    def recordings_of(self, carrier_sid: str) -> Sequence[CarrierRecording]: ...

    def fetch_recording(self, recording_sid: str) -> bytes:
        """The WAV. Not there yet is Trouble.RETRY with code "not_ready"."""
        ...

    def delete_recording(self, recording_sid: str) -> None:
        """Delete the carrier's copy; one that is already gone is success."""
        ...

    def delete_call(self, carrier_sid: str) -> None:
        """Delete the carrier's record of a call that is over; one that is already gone is success."""
        ...


@dataclass(frozen=True, slots=True)
class SentText:
    """A text message that the carrier has taken on; ``status`` in its own word ("accepted", "queued")."""

    carrier_sid: str
    status: str
    simulated: bool


class Messenger(Protocol):
    """Sends text messages. Raises GatewayError; an ``unclear`` one may have been sent."""

    def send_sms(self, to: PhoneNumber, body: str, status_url: str | None = None) -> SentText: ...

    def delete_sms(self, carrier_sid: str) -> None:
        """Delete the carrier's copy of a message, sent or received; one that is already gone is success."""
        ...


@dataclass(frozen=True, slots=True)
class Letter:
    """One e-mail. ``message_key`` makes its Message-ID, the same however often it is sent; ``calendar`` is a file
    appointment.ics to go with it."""

    to: str
    sender_name: str
    subject: str
    text: str
    html: str
    message_key: str
    calendar: bytes | None = None


@dataclass(frozen=True, slots=True)
class SentLetter:
    """An e-mail that the mail server has taken on."""

    message_id: str
    simulated: bool


class Mailer(Protocol):
    """Sends e-mails. Raises GatewayError; an ``unclear`` one may have been sent."""

    def send(self, letter: Letter) -> SentLetter: ...


# --- models ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ModelCall:
    """What one call to a model cost and carried: the ledger row and the proof behind a rating."""

    purpose: str
    model: str
    prompt_version: str
    request: Mapping[str, Any]
    reply: str
    request_id: str
    input_tokens: int
    cached_tokens: int
    output_tokens: int
    latency_ms: int
    simulated: bool


@dataclass(frozen=True, slots=True)
class ModelSpan:
    """One call to a model as a trace shows it; ``operation`` is chat, embeddings or transcription, ``error`` a code
    when nothing usable came back, ``call`` what it cost if that is known. Times in nanoseconds since 1970."""

    trace_id: str
    operation: str
    model: str
    purpose: str
    prompt_version: str
    subject_id: str
    interview_id: str | None
    started_ns: int
    ended_ns: int
    call: ModelCall | None
    cost_usd: Decimal | None
    error: str | None


class Spans(Protocol):
    def model_call(self, span: ModelSpan) -> None:
        """Pass it on to whoever collects traces; never waits and never fails."""
        ...


@dataclass(frozen=True, slots=True)
class ModelReply:
    """A parsed JSON object (or text, for transcription) with what it took to get it."""

    content: Any
    call: ModelCall


class LanguageModel(Protocol):
    """Text in, a JSON object of the named schema out. One request, one reply; nothing is retried here but once for
    a broken connection before anything was sent."""

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
        """``instructions`` are ours alone; ``payload`` is data and goes between marker lines in a message of its own.

        ``marker`` is the random part of these lines; a reply that leaks the canary raises Trouble.OUTPUT,
        code "canary". Refusals, truncated or malformed JSON are Trouble.OUTPUT.
        """
        ...


class Transcriber(Protocol):
    def transcribe(self, audio: bytes, *, language: str, content_type: str = "audio/wav") -> ModelReply:
        """``content`` is the text as the model heard it, unedited."""
        ...


class Embedder(Protocol):
    def embed(self, texts: Sequence[str]) -> ModelReply:
        """``content`` is a list with one vector for each text, in order, each as base64 of little-endian 32-bit floats;
        all are of one length. Vectors can be compared if the call's ``model`` is the same."""
        ...


class ModelCatalog(Protocol):
    def offered(self) -> Mapping[str, date | None]:
        """Every model the server offers, with its shutdown date or None. Raises GatewayError."""
        ...


@dataclass(frozen=True, slots=True)
class SpokenAudio:
    """A text in sound, as WAV."""

    audio: bytes
    call: ModelCall


class Speaker(Protocol):
    """Speaks texts."""

    def speak(self, text: str) -> SpokenAudio:
        """Raises GatewayError."""
        ...


# --- files -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that the operator should know of at once: a stable ``code``, what is wrong, and what to do."""

    code: str
    sentence: str
    what_to_do: str
    at: datetime


class Alerter(Protocol):
    """Tells the operator."""

    def send(self, alert: Alert) -> None:
        """Raises GatewayError."""
        ...


@dataclass(frozen=True, slots=True)
class WebhookReply:
    """What a receiver answered, whatever it was; ``retry_after_s`` if it asked for patience."""

    status: int
    excerpt: str = field(repr=False)
    duration_ms: int
    retry_after_s: float | None = None


class WebhookSender(Protocol):
    """Carries one message to an address that somebody else has given us."""

    def send(self, url: str, headers: Mapping[str, str], body: bytes) -> WebhookReply:
        """Raises GatewayError when nothing was answered: "address_refused" for a place that we do not go to."""
        ...


class LiveNews(Protocol):
    """Tells processes with live streams that something has happened; it may get lost, and they look by themselves."""

    def tell(self, organisation_id: str) -> None: ...

    def hearing(self, organisation_id: str) -> AbstractContextManager["Ear"]: ...


class Ear(Protocol):
    """Hears an organisation's news for as long as the block runs."""

    def wait(self, timeout_s: float) -> bool:
        """Whether something was told within this time; without Redis it only waits."""
        ...


class FileStore(Protocol):
    """Recordings, résumés and exports under keys of our own making ("org/recordings/…")."""

    def put(self, key: str, data: bytes, content_type: str) -> None:
        """Durably there when this returns; the same key again with the same bytes changes nothing."""
        ...

    def get(self, key: str) -> bytes: ...

    def read_range(self, key: str, start: int, end: int) -> bytes:
        """Bytes ``start`` to ``end``, both included."""
        ...

    def size(self, key: str) -> int: ...

    def delete(self, key: str) -> None: ...


class FileMissing(Exception):
    """The store has nothing under this key."""


class DocumentKind(StrEnum):
    PDF = "pdf"
    DOCX = "docx"
    TEXT = "txt"


@dataclass(frozen=True, slots=True)
class ExtractedText:
    """The visible text of a document; ``hidden_text_found`` when something in it was made invisible to readers."""

    text: str
    kind: DocumentKind
    pages: int
    hidden_text_found: bool
    truncated: bool


class UnreadableDocument(Exception):
    """``code``: empty_file, unsupported_type, encrypted, corrupt, no_text, too_large or too_slow."""

    def __init__(self, code: str, sentence: str, hint: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
        self.hint = hint


class TextExtractor(Protocol):
    def sniff(self, data: bytes, filename: str | None) -> DocumentKind:
        """The kind by content, cheaply and in process. Raises UnreadableDocument."""
        ...

    def extract(self, data: bytes, kind: DocumentKind) -> ExtractedText:
        """The text, read in a child process with limits. Raises UnreadableDocument."""
        ...


# --- print -------------------------------------------------------------------------------------------------------


class ScorecardPrinter(Protocol):
    """Typesets scorecards."""

    def print_pdf(self, report: bytes) -> bytes:
        """The PDF of a report (``ReportView`` as JSON): the same report gives the same bytes.

        Raises:
            GatewayError: it could not be typeset, or not now (``retryable``).
        """
        ...


# --- single sign-on ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom an identity provider vouches for; ``subject`` is what it calls them."""

    subject: str
    email: str = field(repr=False)
    email_verified: bool


class IdentityProvider(Protocol):
    """Confirms who somebody is, in their browser and then to us. ``state``, ``nonce`` and ``verifier`` are secrets of
    one login, made by whoever begins it."""

    def login_url(self, *, redirect_uri: str, state: str, nonce: str, verifier: str) -> str:
        """Where the browser is sent. Raises GatewayError."""
        ...

    def identity(self, *, code: str, redirect_uri: str, nonce: str, verifier: str) -> Identity:
        """Who came back with this code.

        Raises:
            GatewayError: it cannot be asked, or (OUTPUT) what it says is not to be believed.
        """
        ...


# --- the bell ----------------------------------------------------------------------------------------------------


class TaskQueue(Protocol):
    """The bell: tells some worker thread to run one claimed outbox row."""

    def enqueue(self, *, kind: str, outbox_id: str, attempt: int, generation: int, request_id: str | None) -> None: ...

"""The double's endpoints: a request in, the reply of OpenAI's API out, both held to the published contract."""

import hashlib
import hmac
import io
import json
import time
import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from werkzeug.formparser import FormDataParser
from werkzeug.http import parse_options_header

from ..audio import Utterance, render_wav, speaking_time_s
from . import contract, envelopes
from .audio import ToldWords, UnknownAudio
from .contract import Refusal
from .faults import Fault, FaultBook, tell_lies
from .feedback import draft_feedback
from .follow_up import write_follow_up
from .ledger import Ledger
from .narrative import write_narrative
from .payload import Task, purpose_of, read_chat_task, read_responses_task, wants_schema
from .profile import draft_profile
from .questions import write_questions
from .rating import rate_answer
from .resume_question import write_resume_question
from .wording import check_wording

_WRITERS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "interview_questions": write_questions,
    "question_check": check_wording,
    "answer_rating": rate_answer,
    "follow_up": write_follow_up,
    "interview_narrative": write_narrative,
    "candidate_profile": draft_profile,
    "candidate_feedback": draft_feedback,
    "resume_question": write_resume_question,
}
# What a compatible server may lack: the Responses API, or JSON schemas for the shape of a reply.
ABILITIES = ("responses", "json_schema")
_AUDIO_ENDINGS = (".flac", ".mp3", ".mp4", ".mpeg", ".mpga", ".m4a", ".ogg", ".wav", ".webm")
_LARGEST_AUDIO_BYTES = 25 * 1024 * 1024
_SHORTEST_AUDIO_S = 0.1
_EMBEDDING_DIMENSIONS = 1536
_REFUSAL = "I'm sorry, but I can't help with that."


@dataclass(slots=True)
class Reply:
    """What goes back, and how: whole, in a trickle, or not at all."""

    status: int
    body: bytes
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    delivery: str = "whole"  # or "trickle", "reset"


@dataclass(slots=True)
class _Form:
    """A multipart form taken apart: the fields as the contract knows them, and the file."""

    fields: dict[str, Any]
    file: bytes
    filename: str


class Api:
    """The double's whole state behind one method, ``handle``; safe to use from many threads."""

    def __init__(self, api_key: str | None, latency_ms: int, without: Collection[str] = ()) -> None:
        self._api_key = api_key
        self._without = frozenset(without)
        self._latency_s = latency_ms / 1000
        self._ledger = Ledger()
        self._faults = FaultBook()
        self._told = ToldWords()
        self._cache = envelopes.PromptCache()

    def handle(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Reply:
        """The reply to one request; every reply says that it is simulated and carries a request id."""
        url = urlsplit(target)
        if url.path.startswith("/simulator/"):
            reply = self._simulator(method, url.path, parse_qs(url.query), body)
            request_id = f"req_{uuid.uuid4().hex}"
        else:
            request_id = f"req_{uuid.uuid4().hex}"
            reply = self._public(method, url.path, headers, body, request_id)
        reply.headers = {"X-Simulated": "1", "x-request-id": request_id} | reply.headers
        return reply

    # -- the API itself ----------------------------------------------------------------------------------------

    def _public(self, method: str, path: str, headers: dict[str, str], body: bytes, request_id: str) -> Reply:
        started = time.monotonic()
        form, parsed, shown = _read_body(headers, body)
        entry = self._ledger.begin(method, path, headers, shown, request_id)
        reply: Reply | None = None
        try:
            reply = self._answer(method, path, headers, form, parsed, entry)
            if method == "POST":
                time.sleep(max(0.0, self._latency_s - (time.monotonic() - started)))
        except Refusal as refusal:
            if refusal.status == 400 and refusal.is_violation:
                self._ledger.violation(entry, "request", [refusal.message])
            reply = _error(refusal)
        finally:
            cut = reply is None or reply.delivery == "reset"
            text = reply.body.decode("utf-8", "replace") if reply else None
            self._ledger.end(entry, None if cut or reply is None else reply.status, text)
        return reply

    def _answer(
        self, method: str, path: str, headers: dict[str, str], form: _Form | None, parsed: Any, entry: dict[str, Any]
    ) -> Reply:
        if path == "/v1/audio/transcriptions":
            entry["purpose"] = "transcription"
        elif path == "/v1/embeddings":
            entry["purpose"] = "embedding"
        elif path == "/v1/audio/speech":
            entry["purpose"] = "speech"
        elif path.startswith("/v1/models"):
            entry["purpose"] = "models"
        else:
            entry["purpose"] = purpose_of(parsed)
        self._check_key(headers)
        match method, path:
            case "GET", "/v1/models":
                listed = {"object": "list", "data": [envelopes.model_body(name) for name in envelopes.MODELS]}
                return self._with_fault(entry, "ListModelsResponse", lambda fault: listed)
            case "GET", path if path.startswith("/v1/models/"):
                model = envelopes.model_body(unquote(path.removeprefix("/v1/models/")))
                return self._with_fault(entry, "Model", lambda fault: model)
            case "POST", "/v1/responses" if "responses" not in self._without:
                return self._responses(_object(parsed), entry)
            case "POST", "/v1/chat/completions":
                return self._chat(_object(parsed), entry)
            case "POST", "/v1/embeddings":
                return self._embeddings(_object(parsed), entry)
            case "POST", "/v1/audio/transcriptions":
                return self._transcription(form, entry)
            case "POST", "/v1/audio/speech":
                return self._speech(_object(parsed), entry)
        raise Refusal(404, f"Invalid URL ({method} {path})")

    def _check_key(self, headers: dict[str, str]) -> None:
        scheme, _, key = headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not key.strip():
            raise Refusal(401, "You didn't provide an API key in an Authorization header using Bearer auth.")
        if self._api_key is not None and not hmac.compare_digest(key.strip().encode(), self._api_key.encode()):
            raise Refusal(401, "Incorrect API key provided.", None, "invalid_api_key")

    def _responses(self, body: dict[str, Any], entry: dict[str, Any]) -> Reply:
        nested = {
            "text": "ResponseTextParam",
            "text.format": "TextResponseFormatConfiguration",
            "reasoning": "Reasoning",
        }
        contract.refuse_unknown("CreateResponse", body, nested)
        _require(body, "model", "input")
        contract.refuse_invalid("CreateResponse", body)
        _refuse_stream(body)
        self._check_form(body, "text.format")
        task = read_responses_task(body)
        limit = body.get("max_output_tokens")
        return self._with_fault(
            entry, "Response", lambda fault: self._speak(envelopes.response_body, body, task, fault, entry, limit)
        )

    def _chat(self, body: dict[str, Any], entry: dict[str, Any]) -> Reply:
        contract.refuse_unknown("CreateChatCompletionRequest", body, {})
        _require(body, "model", "messages")
        contract.refuse_invalid("CreateChatCompletionRequest", body)
        _refuse_stream(body)
        if (body.get("n") or 1) != 1:
            raise Refusal(400, "the demo double gives one choice", "n", "demo_double")
        self._check_form(body, "response_format")
        task = read_chat_task(body)
        limit = body.get("max_completion_tokens") or body.get("max_tokens")
        return self._with_fault(
            entry,
            "CreateChatCompletionResponse",
            lambda fault: self._speak(envelopes.chat_body, body, task, fault, entry, limit),
        )

    def _check_form(self, body: dict[str, Any], param: str) -> None:
        if "json_schema" in self._without and wants_schema(body):
            message = f"{param} of type 'json_schema' is not supported by this server."
            raise Refusal(400, message, param, is_violation=False)

    def _speak(
        self,
        envelope: Callable[..., dict[str, Any]],
        body: dict[str, Any],
        task: Task,
        fault: Fault | None,
        entry: dict[str, Any],
        limit: int | None,
    ) -> dict[str, Any]:
        """What the model says to a task, wrapped; with a fault, what it should not say."""
        reply = _WRITERS[task.purpose](task.data)
        found = [error.message[:300] for error in task.schema.iter_errors(reply)]
        if found:
            self._ledger.violation(entry, "response", found)
            raise Refusal(500, f"demo double: its reply does not fit the schema sent: {found[0]}", type="server_error")
        kind = fault.kind if fault else None
        if fault and kind == "lie":
            reply = tell_lies(fault.lies, reply, task.instructions, self._faults.turn())
        text = json.dumps(reply, ensure_ascii=False)
        cut = False
        if kind == "truncated_json" or (limit and envelopes.count_tokens(text) > limit):
            text, cut = text[: min(len(text) // 2, (limit or len(text)) * 4)], True
        elif kind == "malformed_json":
            text = f"Sure! Here is the result you asked for:\n{text[:-1]},,"
        elif kind == "wrong_schema":
            text = json.dumps({"result": "fine", "items": [1, 2, 3]})
        elif kind == "refusal":
            text = _REFUSAL
        cached = self._cache.cached_tokens(task.prompt)
        return envelope(body, text, task.prompt, cached, refusal=kind == "refusal", cut=cut)

    def _embeddings(self, body: dict[str, Any], entry: dict[str, Any]) -> Reply:
        contract.refuse_unknown("CreateEmbeddingRequest", body, {})
        _require(body, "model", "input")
        contract.refuse_invalid("CreateEmbeddingRequest", body)
        texts = [body["input"]] if isinstance(body["input"], str) else body["input"]
        if not all(isinstance(text, str) and text for text in texts):
            raise Refusal(400, "the demo double embeds texts that are not empty", "input", "demo_double")
        made = envelopes.embedding_body(body["model"], texts, body.get("dimensions") or _EMBEDDING_DIMENSIONS)
        last = envelopes.as_base64 if body.get("encoding_format") == "base64" else None
        return self._with_fault(entry, "CreateEmbeddingResponse", lambda fault: made, last)

    def _transcription(self, form: _Form | None, entry: dict[str, Any]) -> Reply:
        if form is None:
            raise Refusal(400, "Could not parse multipart form.", None, "invalid_multipart")
        fields = form.fields
        contract.refuse_unknown("CreateTranscriptionRequest", fields, {})
        _require(fields, "file", "model")
        contract.refuse_invalid("CreateTranscriptionRequest", fields)
        _refuse_stream(fields)
        model, wanted = str(fields["model"]), str(fields.get("response_format", "json"))
        if wanted not in _formats_of(model):
            message = f"response_format '{wanted}' is not compatible with model '{model}'."
            raise Refusal(400, message, "response_format", "unsupported_value")
        if "timestamp_granularities" in fields and wanted != "verbose_json":
            raise Refusal(
                400,
                "timestamp_granularities needs response_format verbose_json.",
                "timestamp_granularities",
                "unsupported_value",
            )
        if len(form.file) > _LARGEST_AUDIO_BYTES:
            raise Refusal(413, "Maximum content size limit (26214400) exceeded.")
        if not form.filename.lower().endswith(_AUDIO_ENDINGS):
            raise Refusal(400, f"Unrecognized file format. Supported formats: {list(_AUDIO_ENDINGS)}", "file")
        try:
            audio = self._told.read(form.file)
        except UnknownAudio as error:
            raise Refusal(400, f"demo double: {error}", "file", "invalid_value") from error
        if audio.duration_s < _SHORTEST_AUDIO_S:
            raise Refusal(
                400, "Audio file is too short. Minimum audio length is 0.1 seconds.", "file", "audio_too_short"
            )

        def transcribe(fault: Fault | None) -> dict[str, Any]:
            text = fault.text if fault and fault.kind == "hallucinate" else audio.text
            return envelopes.transcription_body(audio, text, wanted, fields.get("language"))

        schema = "CreateTranscriptionResponseJson"
        if wanted == "verbose_json":
            schema = "CreateTranscriptionResponseVerboseJson"
        reply = self._with_fault(entry, schema, transcribe)
        if wanted == "text" and reply.status == 200:
            return Reply(200, f"{json.loads(reply.body)['text']}\n".encode(), "text/plain; charset=utf-8")
        return reply

    def _speech(self, body: dict[str, Any], entry: dict[str, Any]) -> Reply:
        """A WAV of tones with the words in its ICMT chunk: marked as simulated, like every recording of the doubles."""
        contract.refuse_unknown("CreateSpeechRequest", body, {})
        _require(body, "model", "input", "voice")
        contract.refuse_invalid("CreateSpeechRequest", body)
        if body.get("response_format") != "wav":
            raise Refusal(400, "the demo double speaks WAV only", "response_format", "demo_double")
        fault = self._faults.take(entry["purpose"])
        entry["fault"] = fault.kind if fault else None
        if fault and fault.kind == "status":
            return Reply(fault.status, json.dumps(fault.error()).encode(), headers=dict(fault.headers))
        words = str(body["input"])
        return Reply(200, render_wav(Utterance(words, speaking_time_s(words)), "tones"), "audio/wav")

    def _with_fault(
        self,
        entry: dict[str, Any],
        schema: str,
        make: Callable[[Fault | None], dict[str, Any]],
        last: Callable[[dict[str, Any]], dict[str, Any]] | None = None,
    ) -> Reply:
        """The reply that ``make`` gives, checked against the contract, bent by the fault that is due."""
        fault = self._faults.take(entry["purpose"])
        entry["fault"] = fault.kind if fault else None
        if fault and fault.kind == "status":
            return Reply(fault.status, json.dumps(fault.error()).encode(), headers=dict(fault.headers))
        if fault and fault.kind == "hang":
            time.sleep(fault.seconds)
        body = make(fault)
        found = contract.problems(schema, body)
        if found:
            self._ledger.violation(entry, "response", found)
        if last:
            body = last(body)
        raw = json.dumps(body, ensure_ascii=False).encode()
        if fault and entry["purpose"] not in _WRITERS:  # here the body itself is all there is to spoil
            if fault.kind == "truncated_json":
                raw = raw[: len(raw) // 2]
            elif fault.kind == "malformed_json":
                raw = b"<html>upstream connect error</html>"
            elif fault.kind == "wrong_schema":
                raw = b'{"words": 1}'
        delivery = fault.kind if fault and fault.kind in ("trickle", "reset") else "whole"
        return Reply(200, raw, delivery=delivery)

    # -- the simulator's own doors -----------------------------------------------------------------------------

    def _simulator(self, method: str, path: str, query: dict[str, list[str]], body: bytes) -> Reply:
        match method, path:
            case "GET", "/simulator/health":
                return _json(200, {"status": "ok", "simulated": True, "service": "openai-double"})
            case "GET", "/simulator/requests":
                return _json(200, {"requests": self._ledger.requests((query.get("purpose") or [None])[0])})
            case "DELETE", "/simulator/requests":
                self._ledger.clear()
                return Reply(204, b"")
            case "GET", "/simulator/violations":
                return _json(200, {"violations": self._ledger.violations()})
            case "GET", "/simulator/counts":
                return _json(200, self._ledger.counts())
            case "PUT", "/simulator/words":
                try:
                    self._told.tell(json.loads(body)["texts"])
                except (ValueError, TypeError, KeyError) as error:
                    return _json(400, {"error": str(error)})
                return Reply(204, b"")
            case "GET", "/simulator/faults":
                return _json(200, {"faults": self._faults.view()})
            case "PUT", "/simulator/faults":
                try:
                    self._faults.replace(json.loads(body))
                except (ValueError, TypeError) as error:
                    return _json(400, {"error": str(error)})
                return _json(200, {"faults": self._faults.view()})
            case "DELETE", "/simulator/faults":
                self._faults.replace([])
                return Reply(204, b"")
        return _json(404, {"error": f"no such door: {method} {path}"})


def _read_body(headers: dict[str, str], body: bytes) -> tuple[_Form | None, Any, str]:
    """A request body taken apart: a form, or parsed JSON, and the text which the ledger keeps."""
    kind, options = parse_options_header(headers.get("content-type", ""))
    if kind == "multipart/form-data":
        form = _read_form(body, options)
        if form is None:
            return None, None, f"(multipart that cannot be read, {len(body)} bytes)"
        shown = form.fields | {
            "file": {
                "filename": form.filename,
                "bytes": len(form.file),
                "sha256": hashlib.sha256(form.file).hexdigest(),
            }
        }
        return form, None, json.dumps(shown, ensure_ascii=False)
    text = body.decode("utf-8", "replace")
    try:
        return None, json.loads(text) if text else None, text
    except ValueError:
        return None, None, text


def _read_form(body: bytes, options: dict[str, str]) -> _Form | None:
    parser = FormDataParser(max_form_memory_size=None, silent=False)
    try:
        _, values, files = parser.parse(io.BytesIO(body), "multipart/form-data", len(body), options)
    except ValueError:
        return None
    fields: dict[str, Any] = {}
    for name in values:
        plain = name.removesuffix("[]")
        fields[plain] = values.getlist(name) if name.endswith("[]") else values[name]
    for name, turn in (("temperature", float), ("stream", lambda text: {"true": True, "false": False}[text])):
        try:
            fields[name] = turn(fields[name])
        except (KeyError, ValueError):
            continue  # absent, or left as text for the contract to refuse
    uploaded = files.get("file")
    data = uploaded.read() if uploaded else b""
    if uploaded:
        fields["file"] = f"({len(data)} bytes)"
    return _Form(fields, data, (uploaded.filename or "") if uploaded else "")


def _formats_of(model: str) -> tuple[str, ...]:
    """What the contract lets this model answer in (AudioResponseFormat); subtitles are no business of the double."""
    name = model.removeprefix("demo-")
    if name.startswith("gpt-4o-transcribe-diarize"):
        return ("json", "text")
    if name.startswith(("gpt-4o-transcribe", "gpt-4o-mini-transcribe", "gpt-transcribe")):
        return ("json",)
    return ("json", "text", "verbose_json")


def _object(parsed: Any) -> dict[str, Any]:
    if not isinstance(parsed, dict):
        raise Refusal(400, "We could not parse the JSON body of your request.", None, "invalid_json")
    return parsed


def _require(body: dict[str, Any], *names: str) -> None:
    for name in names:
        if body.get(name) in (None, ""):
            raise Refusal(400, f"Missing required parameter: '{name}'.", name, "missing_required_parameter")


def _refuse_stream(body: dict[str, Any]) -> None:
    if body.get("stream"):
        raise Refusal(400, "the demo double does not stream", "stream", "demo_double")


def _json(status: int, body: object) -> Reply:
    return Reply(status, json.dumps(body, ensure_ascii=False).encode())


def _error(refusal: Refusal) -> Reply:
    return _json(
        refusal.status,
        {
            "error": {
                "message": refusal.message,
                "type": refusal.type,
                "param": refusal.param,
                "code": refusal.code,
            }
        },
    )

"""Every call to a model is paid for once and written down: a repeated task finds the reply of the first."""

import hashlib
import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from db.columns import new_id
from db.models import ModelCallRow
from db.repositories.model_calls import month_of, spent_usd
from db.unit_of_work import Database
from interview.trace import trace_id_of
from ivr.gateways.ports import (
    Embedder,
    GatewayError,
    LanguageModel,
    ModelCall,
    ModelReply,
    ModelSpan,
    Spans,
    Speaker,
    SpokenAudio,
    Transcriber,
    Trouble,
)
from ivr.gateways.prices import cost_usd
from ivr.services.alerts import BUDGET_EXCEEDED, tell_of_budget
from ivr.services.judging import PURPOSE as RATING

ANSWERED = "ok"
TRANSCRIPTION = "transcription"
EMBEDDING = "embedding"
SPEECH = "speech"
# Requests of these begin alike over many answers, and no candidate ever hears a reply: their marker, which stands
# before what repeats, is the same for the life of the process, so that servers can keep the beginning (prompt caching).
_BEGIN_ALIKE = frozenset({RATING})
# The code of an error that says that no model of the installation does this kind of work.
NOT_OFFERED = "not_offered"


class ModelLedger:
    """Asks models on behalf of one subject (a job, an answer, an interview, a recording).

    A reply is kept under subject, purpose, sample and the hash of what was asked; asking the same again brings that
    reply back and calls nobody. Rows are committed in transactions of their own, as soon as there is something to say,
    so no transaction of the caller's may be open. ``model``, ``transcriber`` and ``embedder`` are None when none is
    configured. ``model_names`` are the models of some purposes, ``model_name`` that of all others. Over ``budget_usd``
    in a calendar month (UTC, per organisation) nobody is asked any more; what was paid for is still found.
    """

    def __init__(
        self,
        database: Database,
        model: LanguageModel | None,
        clock: Callable[[], datetime],
        *,
        transcriber: Transcriber | None = None,
        model_name: str = "",
        model_names: Mapping[str, str] | None = None,
        transcribe_model_name: str = "",
        embedder: Embedder | None = None,
        embedding_model_name: str = "",
        speaker: Speaker | None = None,
        speech_model_name: str = "",
        budget_usd: Decimal | None = None,
        spans: Spans | None = None,
    ) -> None:
        self._database = database
        self._spans = spans
        self._model = model
        self._transcriber = transcriber
        self._clock = clock
        self._model_name = model_name
        self._model_names = dict(model_names or {})
        self._transcribe_model_name = transcribe_model_name
        self._embedder = embedder
        self._embedding_model_name = embedding_model_name
        self._speaker = speaker
        self._speech_model_name = speech_model_name
        self._budget_usd = budget_usd
        self._steady_marker = secrets.token_hex(8)

    def model_for(self, purpose: str) -> str:
        """The model that is configured for this purpose; what it calls itself in its replies may be longer."""
        return self._model_names.get(purpose, self._model_name)

    def ask(
        self,
        *,
        organisation_id: str,
        subject_id: str,
        purpose: str,
        instructions: str,
        payload: Mapping[str, Any],
        schema: Mapping[str, Any],
        prompt_version: str,
        sample: int = 0,
        interview_id: str | None = None,
    ) -> ModelReply:
        """The object that the model made of ``payload``; its call is the one that was paid for, now or earlier.

        Raises:
            GatewayError: as the port says, and Trouble.CONFIGURATION, code "not_configured", without a model. A reply
                that could not be used is in the ledger and is not brought back: asking again is a new call.
        """
        model, name = self._model, self.model_for(purpose)
        asked = _Asked(
            organisation_id, interview_id, subject_id, purpose, sample, prompt_version, name,
            _digest([instructions, payload, schema, name]),
        )  # fmt: skip
        return self._once(
            asked,
            None
            if model is None
            else lambda: model.ask(
                purpose=purpose,
                instructions=instructions,
                payload=payload,
                schema=schema,
                prompt_version=prompt_version,
                marker=self._marker(purpose),
            ),
        )

    def _marker(self, purpose: str) -> str:
        return self._steady_marker if purpose in _BEGIN_ALIKE else secrets.token_hex(8)

    def transcribe(
        self,
        audio: bytes,
        *,
        organisation_id: str,
        subject_id: str,
        language: str,
        content_type: str = "audio/wav",
        interview_id: str | None = None,
        sample: int = 0,
    ) -> ModelReply:
        """The text of a recording (``content``), from the ledger when these bytes were transcribed before.

        Raises:
            GatewayError: as the port says, and code "not_configured" without a transcriber.
        """
        transcriber = self._transcriber
        heard = [hashlib.sha256(audio).hexdigest(), language, self._transcribe_model_name]
        asked = _Asked(
            organisation_id, interview_id, subject_id, TRANSCRIPTION, sample, "", self._transcribe_model_name,
            _digest(heard),
        )  # fmt: skip
        return self._once(
            asked,
            None
            if transcriber is None
            else lambda: transcriber.transcribe(audio, language=language, content_type=content_type),
        )

    def embed(
        self, texts: Sequence[str], *, organisation_id: str, subject_id: str, interview_id: str | None = None
    ) -> ModelReply:
        """The vectors of these texts as the port says, from the ledger when they were made for this subject before.

        Raises:
            GatewayError: as the port says, and code "not_configured" without an embedder.
        """
        embedder = self._embedder
        asked = _Asked(
            organisation_id, interview_id, subject_id, EMBEDDING, 0, "", self._embedding_model_name,
            _digest([*texts, self._embedding_model_name]),
        )  # fmt: skip
        return self._once(asked, None if embedder is None else lambda: embedder.embed(texts))

    def speak(self, text: str, *, organisation_id: str, subject_id: str) -> SpokenAudio:
        """The text in sound. The audio itself is not kept here: whoever asks keeps it, and asks once.

        Raises:
            GatewayError: as the port says, and code "not_configured" without a speaker.
        """
        asked = _Asked(
            organisation_id, None, subject_id, SPEECH, 0, "", self._speech_model_name,
            _digest([text, self._speech_model_name, new_id()]),
        )  # fmt: skip
        if self._speaker is None:
            raise GatewayError("No model is configured.", trouble=Trouble.CONFIGURATION, code="not_configured")
        self._check_budget(organisation_id)
        try:
            made = self._speaker.speak(text)
        except GatewayError as error:
            self._insert(asked, error.code or error.trouble.value, error.call, None)
            raise
        self._insert(asked, ANSWERED, made.call, None)
        return made

    def _once(self, asked: "_Asked", call: Callable[[], ModelReply] | None) -> ModelReply:
        known = self._find(asked)
        if known is not None:
            return known
        if call is None:
            raise GatewayError("No model is configured.", trouble=Trouble.CONFIGURATION, code="not_configured")
        self._check_budget(asked.organisation_id)
        try:
            reply = call()
        except GatewayError as error:
            if error.code == NOT_OFFERED:
                raise  # nobody was asked
            # Unusable or lost: written down under a hash of its own, so that it is never found as a reply.
            self._insert(asked.unlike_any(), error.code or error.trouble.value, error.call, None)
            raise
        try:
            self._insert(asked, ANSWERED, reply.call, reply.content)
        except IntegrityError:
            # The same was asked at the same time, or its reply has been purged. The first reply counts if it is there.
            self._insert(asked.unlike_any(), "duplicate", reply.call, reply.content)
            return self._find(asked) or reply
        return reply

    def _check_budget(self, organisation_id: str) -> None:
        """Raises GatewayError, code "budget_exceeded", when the month's budget is used up, and has the operator told.

        Calls that are under way are not counted yet: the last few may go beyond it.
        """
        budget_usd, now = self._budget_usd, self._clock()
        if budget_usd is None:
            return
        with self._database.read() as session:
            spent = spent_usd(session, organisation_id, month_of(now))
        if spent < budget_usd:
            return
        sentence = f"The month's budget for models is used up: {spent:.2f} of {budget_usd:.2f} US dollars are spent."
        with self._database.write() as unit:
            tell_of_budget(unit.session, organisation_id, sentence, budget_usd, now)
        # Only a person or the next month ends it, so the work looks again now and then, as for other settings.
        raise GatewayError(sentence, trouble=Trouble.CONFIGURATION, code=BUDGET_EXCEEDED)

    def _find(self, asked: "_Asked") -> ModelReply | None:
        with self._database.read() as session:
            row = session.scalar(
                select(ModelCallRow).where(
                    ModelCallRow.organisation_id == asked.organisation_id,
                    ModelCallRow.subject_id == asked.subject_id,
                    ModelCallRow.purpose == asked.purpose,
                    ModelCallRow.sample == asked.sample,
                    ModelCallRow.request_hash == asked.request_hash,
                    ModelCallRow.outcome == ANSWERED,
                )
            )
        if row is None or row.reply is None:
            return None
        call = ModelCall(
            purpose=row.purpose,
            model=row.model,
            prompt_version=row.prompt_version,
            request=row.request or {},
            reply=row.reply,
            request_id=row.vendor_request_id,
            input_tokens=row.input_tokens,
            cached_tokens=row.cached_tokens,
            output_tokens=row.output_tokens,
            latency_ms=row.latency_ms,
            simulated=row.simulated,
        )
        return ModelReply(json.loads(row.reply), call)

    def _insert(self, asked: "_Asked", outcome: str, call: ModelCall | None, content: Any) -> None:
        row = ModelCallRow(
            organisation_id=asked.organisation_id,
            interview_id=asked.interview_id,
            subject_id=asked.subject_id,
            purpose=asked.purpose,
            sample=asked.sample,
            request_hash=asked.request_hash,
            model=asked.model,
            prompt_version=asked.prompt_version,
            outcome=outcome[:32],
            created_at=self._clock(),
        )
        if call is not None:
            row.model = call.model
            row.request = dict(call.request)
            # What was parsed rather than what was written: it is what a repeated task gets.
            row.reply = call.reply if content is None else json.dumps(content, ensure_ascii=False)
            row.vendor_request_id = call.request_id[:100]
            row.input_tokens = call.input_tokens
            row.cached_tokens = call.cached_tokens
            row.output_tokens = call.output_tokens
            row.cost_usd = cost_usd(call)
            row.latency_ms = call.latency_ms
            row.simulated = call.simulated
        with self._database.write() as unit:
            unit.session.add(row)
        if self._spans is not None:
            self._spans.model_call(_span(row, asked.model, call))


def _span(row: ModelCallRow, asked_model: str, call: ModelCall | None) -> ModelSpan:
    """The call as a trace shows it; an interview's calls are in one trace."""
    ended_ns = int(row.created_at.timestamp() * 1_000_000_000)
    return ModelSpan(
        trace_id=trace_id_of(row.interview_id or row.subject_id),
        operation={TRANSCRIPTION: "transcription", EMBEDDING: "embeddings"}.get(row.purpose, "chat"),
        model=asked_model or row.model,
        purpose=row.purpose,
        prompt_version=row.prompt_version,
        subject_id=row.subject_id,
        interview_id=row.interview_id,
        started_ns=ended_ns - (0 if call is None else call.latency_ms * 1_000_000),
        ended_ns=ended_ns,
        call=call,
        cost_usd=None if call is None else row.cost_usd,
        error=None if row.outcome in (ANSWERED, "duplicate") else row.outcome,
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    """The key under which a reply is kept, and what its row says besides."""

    organisation_id: str
    interview_id: str | None
    subject_id: str
    purpose: str
    sample: int
    prompt_version: str
    model: str
    request_hash: str

    def unlike_any(self) -> "_Asked":
        """The same under a hash that nobody looks for."""
        return replace(self, request_hash=_digest([self.request_hash, new_id()]))


def _digest(value: object) -> str:
    """SHA-256 (hex) of ``value`` as canonical JSON."""
    canonical = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()

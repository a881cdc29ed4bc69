"""Hearing a question (Q5): a recruiter listens to its words before a candidate does.

There is no voice in the web process: what nobody has heard yet is asked of a worker, kept under the hash of its text,
and there at the next look. The voice is not the telephone's; a test call has that one.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from db.models import SpokenState, SpokenText
from db.repositories import hearing as rows
from db.repositories import hiring, outbox
from db.unit_of_work import Database
from ivr.gateways.ports import FileStore
from ivr.services.context import Actor, Clock
from ivr.services.errors import NotFound, ServiceError
from ivr.services.views import AudioFile

LOOK_AGAIN_S = 2


@dataclass(frozen=True, slots=True)
class ToCome:
    """The sound is being made: look again after ``retry_after_s``."""

    retry_after_s: int = LOOK_AGAIN_S


class SpeechUnavailable(ServiceError):
    """Nobody can speak it now, and why."""

    def __init__(self, sentence: str, hint: str) -> None:
        super().__init__("speech_unavailable", sentence, hint)


class HearingService:
    """``model`` is what speaks, None when no model is configured."""

    def __init__(
        self, database: Database, store: FileStore, clock: Clock, ring: Callable[[], None], *, model: str | None
    ) -> None:
        self._database = database
        self._store = store
        self._clock = clock
        self._ring = ring
        self._model = model

    def question(self, actor: Actor, job_id: str, question_id: str) -> AudioFile | ToCome:
        """The sound of a question of the newest version, or that it is to come; asking often is asking once.

        Raises NotFound, SpeechUnavailable; what failed is tried anew by the next who asks after that.
        """
        with self._database.read() as session:
            job = hiring.job(session, actor.organisation_id, job_id)
            version = None if job is None else hiring.question_set(session, job.id)
            asked = None if version is None else next((q for q in version.questions if q.id == question_id), None)
            if job is None or asked is None:
                raise NotFound("question")
            words, language = asked.say_as or asked.text, job.language
            text_hash = self._hash(words, language)
            known = rows.spoken(session, actor.organisation_id, text_hash)
        if known is not None and known.state is SpokenState.READY:
            return _file(known)
        if self._model is None:
            raise SpeechUnavailable(
                "No model that speaks is configured, so a question cannot be heard here.",
                "Set OPENAI_API_KEY, or have the questions read to you by a test call.",
            )
        if known is None:
            self._want(actor, text_hash, words, language)
        elif known.state is SpokenState.FAILED:
            failure = known.failure or "It could not be spoken."
            self._want(actor, text_hash, words, language)
            raise SpeechUnavailable(failure, "It is being tried again: ask in a moment, or make a test call.")
        return ToCome()

    def read(self, audio: AudioFile, start: int, end: int) -> bytes:
        """Bytes ``start`` to ``end``, both included."""
        return self._store.read_range(audio.key, start, end)

    def _want(self, actor: Actor, text_hash: str, words: str, language: str) -> None:
        with self._database.write() as unit:
            session, now = unit.session, self._clock()
            rows.want(session, actor.organisation_id, text_hash, words, language, now)
            row = rows.spoken(session, actor.organisation_id, text_hash, lock=True)
            if row is not None and row.state is not SpokenState.READY:
                row.state, row.failure = SpokenState.WANTED, None
                outbox.add(
                    session, kind="speak_text", subject_id=row.id, organisation_id=actor.organisation_id, due_at=now,
                    request_id=actor.request_id,
                )  # fmt: skip
                unit.on_commit(self._ring)

    def _hash(self, words: str, language: str) -> str:
        """The same words by another model, or in another language, are another sound."""
        return hashlib.sha256("\n".join((self._model or "", language, words)).encode()).hexdigest()


def _file(spoken: SpokenText) -> AudioFile:
    return AudioFile(spoken.storage_key or "", spoken.size_bytes or 0, "audio/wav", "question.wav")

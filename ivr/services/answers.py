"""From a recording at the carrier to a transcript of ours: fetched by sid, kept, measured, and put into words once."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from db.models import (
    BROWSER_AUDIO,
    HEARD_BY_CARRIER,
    WRITTEN,
    Answer,
    AnswerState,
    Call,
    FollowUp,
    Interview,
    Job,
    Recording,
)
from db.repositories import candidate_questions, outbox, resume_questions
from db.repositories.events import record
from db.repositories.outbox import Lease
from db.unit_of_work import Database, UnitOfWork
from interview.dialogue import practice
from interview.events import UtteranceRecorded
from interview.lifecycle import CALL_TERMINAL
from interview.speech import SpeechFacts, is_asr_suspect, is_hallucination, is_silent, spoken_units
from ivr.gateways.ports import Carrier, FileStore, GatewayError, Trouble
from ivr.gateways.speech import UnreadableAudio, inspect_wav
from ivr.services.conversations import ConversationService
from ivr.services.follow_ups import may_follow_up
from ivr.services.model_ledger import ModelLedger
from ivr.services.practice import PracticeService
from ivr.services.word_deletion import file_key

# The action webhook of an utterance and the recording's callback race; the loser is seconds behind, not minutes.
ACTION_WAIT_S = 5
NO_SPEECH = "No speech was heard in the recording."


@dataclass(frozen=True, slots=True)
class _Take:
    """A recording with what it answers, or whose question besides the interview's own it belongs to, as one read found
    them."""

    recording: Recording
    answer: Answer | None
    interview: Interview
    call: Call
    language: str
    candidate_question_id: str | None
    resume_question_id: str | None

    @property
    def is_known(self) -> bool:
        return any(one is not None for one in (self.answer, self.candidate_question_id, self.resume_question_id))

    @property
    def is_from_browser(self) -> bool:
        """Whether its audio was brought to us by the candidate's browser, and is with no carrier."""
        return self.recording.recording_sid.startswith(BROWSER_AUDIO)

    @property
    def has_to_be_fetched(self) -> bool:
        """Whether its audio is not here, or nothing has been measured of it."""
        return self.recording.storage_key is None or (self.is_from_browser and self.recording.speech is None)

    @property
    def is_practice(self) -> bool:
        """Whether it was recorded where a practice answer was asked for."""
        return not self.is_known and self.recording.turn in practice.turns_of(self.interview.progress)


class AnswerService:
    """The worker's side of answers up to their words; ``RatingService`` goes on from there."""

    def __init__(
        self,
        database: Database,
        carrier: Carrier,
        store: FileStore,
        ledger: ModelLedger,
        conversations: ConversationService,
        practices: PracticeService,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._carrier = carrier
        self._store = store
        self._ledger = ledger
        self._conversations = conversations
        self._practices = practices
        self._clock = clock

    def transcribe_answer(self, lease: Lease) -> None:
        """Fetch the recording, keep it, and write down its words; an answer that has them is left alone."""
        take = self._take(lease.subject_id)
        if take is None:
            self._complete(lease)
            return
        if take.interview.words_deleted_at is not None:
            self._too_late(take, lease)
            return
        if take.is_practice:
            self._practise(take, lease)
            return
        if not take.is_known:
            take = self._find_its_answer(take, lease)
            if take is None:
                return
        has_audio = take.recording.heard_text is None
        audio = self._fetch(take) if has_audio and take.has_to_be_fetched else None
        answer = take.answer
        if take.candidate_question_id is not None:
            self._to_candidate_question(take, take.candidate_question_id, lease)
        elif take.resume_question_id is not None:
            self._to_resume_question(take, take.resume_question_id, lease)
        elif answer is None or answer.superseded or answer.state is not AnswerState.PENDING:
            self._complete(lease)
        elif answer.transcript is not None:
            self._to_rating(answer, lease)
        elif not has_audio:
            self._take_words(take, answer, lease)
        else:
            self._transcribe(take, answer, audio, lease)

    def give_up_transcribing(self, lease: Lease, error: GatewayError) -> None:
        """Waiting will not help: the answer says so, carries no number, and the interview goes on without it."""
        take = self._take(lease.subject_id)
        state = AnswerState.NEEDS_REVIEW if error.trouble is Trouble.OUTPUT else AnswerState.TECHNICAL_FAILURE
        with self._database.write() as unit:
            if take is not None:
                recording = unit.session.get_one(Recording, take.recording.id)
                recording.failure = error.message
                if take.is_practice:
                    outbox.add(
                        unit.session, kind="discard_practice", subject_id=recording.interview_id,
                        organisation_id=recording.organisation_id, due_at=self._clock(),
                    )  # fmt: skip
                answer = None if take.answer is None else unit.session.get_one(Answer, take.answer.id)
                if answer is not None and answer.state is AnswerState.PENDING and not answer.superseded:
                    self._settle(unit, answer.id, state, error.message, lease)
            outbox.complete(unit.session, lease)

    def delete_recording(self, lease: Lease) -> None:
        """Delete the carrier's copy once ours is verified."""
        with self._database.read() as session:
            recording = _recording(session, lease.subject_id)
        if recording is None or recording.storage_key is None or recording.carrier_deleted_at is not None:
            self._complete(lease)
            return
        self._carrier.delete_recording(recording.recording_sid)
        with self._database.write() as unit:
            row = unit.session.get(Recording, recording.id)
            if row is not None:  # a practice answer may be gone by now
                row.carrier_deleted_at = self._clock()
            outbox.complete(unit.session, lease)

    def _practise(self, take: _Take, lease: Lease) -> None:
        """A practice answer is fetched to be played back, and for nothing else."""
        if not practice.is_awaited(take.interview.progress, take.recording.turn):
            self._practices.discard(take.recording, lease)
            return
        if take.recording.storage_key is None:
            self._fetch(take)
        self._practices.offer(take.recording, lease)

    def _too_late(self, take: _Take, lease: Lease) -> None:
        """Its interview's words were deleted before this recording came: it is not even fetched."""
        with self._database.write() as unit:
            outbox.add(
                unit.session, kind="delete_carrier_copies", subject_id=take.interview.id,
                organisation_id=take.interview.organisation_id, due_at=self._clock(), request_id=lease.request_id,
            )  # fmt: skip
            outbox.complete(unit.session, lease)

    # --- whose words are these

    def _take(self, recording_sid: str) -> _Take | None:
        with self._database.read() as session:
            recording = _recording(session, recording_sid)
            if recording is None:
                return None
            interview = session.get_one(Interview, recording.interview_id)
            answer = session.scalars(select(Answer).where(Answer.recording_sid == recording_sid)).one_or_none()
            call = session.get_one(Call, recording.call_id)
            language = session.get_one(Job, interview.job_id).language
            asked = None if answer is not None else candidate_questions.of_recording(session, recording_sid)
            about = None if answer is not None else resume_questions.of_recording(session, recording_sid)
            return _Take(
                recording, answer, interview, call, language, None if asked is None else asked.id,
                None if about is None else about.id,
            )  # fmt: skip

    def _find_its_answer(self, take: _Take, lease: Lease) -> _Take | None:
        """A recording without an answer: its turn is still coming, or was never told to us, or meant something else."""
        recording, call = take.recording, take.call
        if call.status not in CALL_TERMINAL:
            with self._database.write() as unit:
                outbox.postpone(unit.session, lease, self._clock() + timedelta(seconds=ACTION_WAIT_S))
            return None
        if recording.turn == take.interview.progress.turn:
            event = UtteranceRecorded(recording.recording_sid, recording.duration_s or 0.0, "hangup")
            self._conversations.heard_late(call.id, recording.turn, event, call.carrier_sid or "")
        found = self._take(recording.recording_sid)
        if found is None or not found.is_known:
            # Nothing was asked when it was recorded, so it answers nothing; the audio is kept all the same.
            if recording.heard_text is None and take.has_to_be_fetched:
                self._fetch(take)
            self._complete(lease)
            return None
        return found

    # --- fetching

    def _fetch(self, take: _Take) -> bytes:
        """Bring the audio home: verified, stored, its waveform measured, the carrier's copy marked for deletion. What a
        browser brought is here already and only measured."""
        recording, is_here = take.recording, take.is_from_browser
        key = file_key(recording.organisation_id, recording.id)
        audio = self._store.get(key) if is_here else self._carrier.fetch_recording(recording.recording_sid)
        try:
            facts = inspect_wav(audio)
        except UnreadableAudio as error:
            # Not whole yet, or an error page: the next try may bring it; what was sent to us whole does not change.
            trouble = Trouble.SUBJECT if is_here else Trouble.RETRY
            raise GatewayError(error.sentence, trouble=trouble, code="not_ready") from error
        if not is_here:
            self._store.put(key, audio, "audio/wav")
        with self._database.write() as unit:
            row = unit.session.get_one(Recording, recording.id)
            speech = asdict(facts)
            peaks: Sequence[int] = speech.pop("peaks")
            row.storage_key, row.sha256, row.size_bytes = key, facts.sha256, len(audio)
            row.duration_s, row.speech, row.peaks = facts.duration_s, speech, list(peaks)
            row.fetched_at = self._clock()
            if not is_here:
                outbox.add(
                    unit.session, kind="delete_recording", subject_id=recording.recording_sid,
                    organisation_id=recording.organisation_id, due_at=self._clock(),
                )  # fmt: skip
        return audio

    # --- words

    def _transcribe(self, take: _Take, answer: Answer, audio: bytes | None, lease: Lease) -> None:
        with self._database.read() as session:
            recording = session.get_one(Recording, take.recording.id)
        facts = speech_facts(recording)
        if facts is not None and is_silent(facts):
            with self._database.write() as unit:
                self._settle(unit, answer.id, AnswerState.NO_RESPONSE, NO_SPEECH, lease)
                outbox.complete(unit.session, lease)
            return
        if audio is None:
            audio = self._store.get(recording.storage_key or "")
        reply = self._ledger.transcribe(
            subject_id=answer.id,
            organisation_id=answer.organisation_id,
            interview_id=answer.interview_id,
            audio=audio,
            language=take.language,
        )
        text = str(reply.content).strip()
        with self._database.write() as unit:
            row = unit.session.get_one(Answer, answer.id)
            row.simulated = row.simulated or reply.call.simulated
            self._write_words(unit, row, text, reply.call.model, facts, take.language, lease)

    def _take_words(self, take: _Take, answer: Answer, lease: Lease) -> None:
        """The carrier's words, or the candidate's own if they wrote, are the transcript; of a waveform nothing is
        known."""
        is_written = take.recording.recording_sid.startswith(WRITTEN)
        with self._database.write() as unit:
            pieces = unit.session.scalars(
                select(Recording.heard_text)
                .where(or_(Recording.id == take.recording.id, Recording.part_of == take.recording.recording_sid))
                .order_by(Recording.turn)
            )
            text = " ".join(piece.strip() for piece in pieces if piece)
            row = unit.session.get_one(Answer, answer.id)
            model = WRITTEN if is_written else HEARD_BY_CARRIER
            self._write_words(unit, row, text, model, None, take.language, lease)

    def _write_words(
        self, unit: UnitOfWork, row: Answer, text: str, model: str, facts: SpeechFacts | None, language: str,
        lease: Lease,
    ) -> None:  # fmt: skip
        row.transcript, row.transcript_model = text, model
        self._judge_words(unit, row, text, facts, language, lease)
        which = "follow_up" if row.is_follow_up else "question"
        record(
            unit.session, organisation_id=row.organisation_id,
            type="follow_up.transcribed" if row.is_follow_up else "answer.transcribed",
            subject_kind="interview", subject_id=row.interview_id, actor="system",
            data={which: row.question_id, "take": row.take}, request_id=lease.request_id, at=self._clock(),
        )  # fmt: skip
        outbox.complete(unit.session, lease)

    def _judge_words(
        self, unit: UnitOfWork, row: Answer, text: str, facts: SpeechFacts | None, language: str, lease: Lease
    ) -> None:
        """S22: words that were never said are no answer; words too fast to be true are for a person."""
        if facts is not None and is_hallucination(text, facts):
            self._settle(unit, row.id, AnswerState.NO_RESPONSE, NO_SPEECH, lease)
        elif not text:
            sentence = "Speech was heard, but no words were made out. A person should listen."
            self._settle(unit, row.id, AnswerState.NEEDS_REVIEW, sentence, lease)
        elif facts is not None and is_asr_suspect(spoken_units(text, language), facts.speech_s, language):
            sentence = "The transcript has more words than the recording has time for. A person should listen."
            self._settle(unit, row.id, AnswerState.NEEDS_REVIEW, sentence, lease)
        else:
            self._go_on(unit.session, row, lease)

    def _to_rating(self, answer: Answer, lease: Lease) -> None:
        with self._database.write() as unit:
            self._go_on(unit.session, unit.session.get_one(Answer, answer.id), lease)
            outbox.complete(unit.session, lease)

    def _to_candidate_question(self, take: _Take, question_id: str, lease: Lease) -> None:
        with self._database.write() as unit:
            outbox.add(
                unit.session, kind="answer_candidate_question", subject_id=question_id,
                organisation_id=take.recording.organisation_id, due_at=self._clock(), request_id=lease.request_id,
            )  # fmt: skip
            outbox.complete(unit.session, lease)

    def _to_resume_question(self, take: _Take, question_id: str, lease: Lease) -> None:
        with self._database.write() as unit:
            outbox.add(
                unit.session, kind="transcribe_resume_answer", subject_id=question_id,
                organisation_id=take.recording.organisation_id, due_at=self._clock(), request_id=lease.request_id,
            )  # fmt: skip
            outbox.complete(unit.session, lease)

    def _go_on(self, session: Session, row: Answer, lease: Lease) -> None:
        """What follows once an answer has its words: a follow-up while there is time for one, else its rating."""
        if may_follow_up(session, row):
            outbox.add(
                session, kind="write_follow_up", subject_id=row.id, organisation_id=row.organisation_id,
                due_at=self._clock(), request_id=lease.request_id,
            )  # fmt: skip
            return
        subject_id = _question_answer_id(session, row) if row.is_follow_up else row.id
        outbox.add(
            session, kind="score_answer", subject_id=subject_id, organisation_id=row.organisation_id,
            due_at=self._clock(), request_id=lease.request_id,
        )  # fmt: skip

    # --- endings

    def _settle(self, unit: UnitOfWork, answer_id: str, state: AnswerState, reason: str, lease: Lease) -> None:
        """An answer that needs no rating: its state, why, and the question whether the interview is done."""
        row = unit.session.get_one(Answer, answer_id)
        row.state, row.state_reason = state, reason
        if row.is_follow_up:
            self._go_on(unit.session, row, lease)
            return
        outbox.add(
            unit.session, kind="conclude_interview", subject_id=row.interview_id,
            organisation_id=row.organisation_id, due_at=self._clock(), request_id=lease.request_id,
        )  # fmt: skip

    def _complete(self, lease: Lease) -> None:
        with self._database.write() as unit:
            outbox.complete(unit.session, lease)


def _question_answer_id(session: Session, take: Answer) -> str:
    """The answer that this take of a follow-up is rated with."""
    return session.get_one(FollowUp, take.question_id).answer_id


def speech_facts(recording: Recording) -> SpeechFacts | None:
    """What the waveform showed, None before it was fetched."""
    if recording.speech is None:
        return None
    values = dict(recording.speech)
    values["intervals"] = tuple((start, end) for start, end in values["intervals"])
    values["pitches_hz"] = tuple(values.get("pitches_hz", ()))
    return SpeechFacts(**values, peaks=tuple(recording.peaks or ()))


def _recording(session: Session, recording_sid: str) -> Recording | None:
    return session.scalars(select(Recording).where(Recording.recording_sid == recording_sid)).one_or_none()

"""The candidate's own question, worked on while the last of ours is answered: its words, and among what the employer
approved the passage that answers it. What is told is that passage, word for word; a model only finds it. Whatever is
not found in time is for a person."""

import base64
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from db.models import WRITTEN, CandidateQuestion, CandidateQuestionState, Interview, Job, Recording
from db.repositories import candidate_questions as rows
from db.repositories import interviews, outbox
from db.repositories.events import record
from db.repositories.outbox import Lease
from db.unit_of_work import Database
from interview.answers import clean_for_judge, injection_spans
from interview.lifecycle import InterviewStatus
from interview.lint import check_question_text
from interview.passages import Passage, floats_of, nearest, passages_of
from interview.speech import is_asr_suspect, is_hallucination, is_silent, spoken_units
from ivr.gateways.ports import FileStore, GatewayError
from ivr.services.answers import speech_facts
from ivr.services.job_records import facts_from_plain
from ivr.services.model_ledger import ModelLedger

# Cosine similarity from which a passage counts as about the question, for OpenAI's text-embedding-3 models: texts of
# nothing in common lie at 0 to 0.2 there, a question and its answer mostly at 0.4 to 0.7 (decision 35).
MIN_SIMILARITY = 0.40
# A call of this interview is going on or still to come, so a reply may be told.
_MAY_BE_TOLD = frozenset(
    {
        InterviewStatus.DIALING, InterviewStatus.IN_PROGRESS, InterviewStatus.INTERRUPTED, InterviewStatus.QUEUED,
        InterviewStatus.SCHEDULED,
    }
)  # fmt: skip
_S = CandidateQuestionState


@dataclass(frozen=True, slots=True)
class _Case:
    question: CandidateQuestion
    recording: Recording
    job: Job


@dataclass(frozen=True, slots=True)
class _Heard:
    """The candidate's words, and which model made them out."""

    text: str
    model: str
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class _Found:
    """What is known at the end. ``why`` is the code of why no passage may be told, "" when ``passage`` is."""

    why: str = ""
    passage: Passage | None = None
    similarity: float | None = None
    model: str | None = None
    simulated: bool = False


class CandidateQuestionService:
    """Answers what candidates ask, as far as the employer has."""

    def __init__(
        self, database: Database, store: FileStore, ledger: ModelLedger, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._store = store
        self._ledger = ledger
        self._clock = clock

    def answer_candidate_question(self, lease: Lease) -> None:
        """Write down the words and what may be told; a question that has its words is left alone."""
        case = self._case(lease.subject_id)
        if case is None:
            self._complete(lease)
            return
        heard = self._hear(case)
        if heard is None:
            self._settle(case, None, None, lease)
        else:
            self._settle(case, heard, self._look_up(case, heard.text), lease)

    def give_up(self, lease: Lease, error: GatewayError) -> None:
        """Nobody can put it into words: a person listens."""
        with self._database.write() as unit:
            question = unit.session.get(CandidateQuestion, lease.subject_id)
            if question is not None and question.state is _S.ASKED:
                interview = unit.session.get_one(Interview, question.interview_id, with_for_update=True)
                interview.version += 1
                pass_on(unit.session, question, "unclear", self._clock(), lease.request_id)
            outbox.complete(unit.session, lease)

    # --- words

    def _case(self, question_id: str) -> _Case | None:
        with self._database.read() as session:
            question = session.get(CandidateQuestion, question_id)
            if question is None or question.transcript is not None or question.state is _S.NOTHING_SAID:
                return None
            recording = interviews.recording(session, question.organisation_id, question.recording_sid)
            if recording is None or (recording.storage_key is None and recording.heard_text is None):
                return None
            interview = session.get_one(Interview, question.interview_id)
            return _Case(question, recording, session.get_one(Job, interview.job_id))

    def _hear(self, case: _Case) -> _Heard | None:
        """The words (S22), as written where they were, None when nothing was said. Raises GatewayError."""
        if case.recording.heard_text is not None:
            return _Heard(case.recording.heard_text.strip(), WRITTEN)
        facts = speech_facts(case.recording)
        if facts is not None and is_silent(facts):
            return None
        heard = self._ledger.transcribe(
            subject_id=case.question.id,
            organisation_id=case.question.organisation_id,
            interview_id=case.question.interview_id,
            audio=self._store.get(case.recording.storage_key or ""),
            language=case.job.language,
        )
        if facts is not None and is_hallucination(str(heard.content), facts):
            return None
        return _Heard(str(heard.content).strip(), heard.call.model, heard.call.simulated)

    # --- what may be told

    def _look_up(self, case: _Case, text: str) -> _Found:
        language = case.job.language
        facts = speech_facts(case.recording)
        if not text or (facts and is_asr_suspect(spoken_units(text, language), facts.speech_s, language)):
            return _Found("unclear")
        words = clean_for_judge(text, language)
        if injection_spans(words):
            return _Found("instruction")
        if check_question_text(words, language):
            return _Found("protected_topic")
        told = [(fact.topic, fact.text) for fact in facts_from_plain(case.job.facts)]
        passages = passages_of(told, case.job.description, language)
        if not words or not passages:
            return _Found("no_passage")
        try:
            return self._nearest(case, words, passages)
        except GatewayError:
            # Whatever it is, the ledger has it; who asked is on the telephone and does not wait.
            return _Found("unavailable")

    def _nearest(self, case: _Case, words: str, passages: Sequence[Passage]) -> _Found:
        question = case.question
        asked = self._ledger.embed(
            [words], organisation_id=question.organisation_id, subject_id=question.id,
            interview_id=question.interview_id,
        )  # fmt: skip
        model = asked.call.model
        vectors = self._vectors(case, passages, model)
        best = nearest(_floats(asked.content[0]), [floats_of(vectors[_hash(passage)]) for passage in passages])
        if best is None:
            return _Found("unavailable", model=model)
        index, similarity = best
        if similarity < MIN_SIMILARITY:
            return _Found("no_passage", None, similarity, model, asked.call.simulated)
        return _Found("", passages[index], similarity, model, asked.call.simulated)

    def _vectors(self, case: _Case, passages: Sequence[Passage], model: str) -> dict[str, bytes]:
        """The vectors of the passages by their hashes: each is made once, when the first question needs it."""
        texts = {_hash(passage): passage.looked_for_by for passage in passages}
        organisation_id = case.question.organisation_id
        with self._database.read() as session:
            known = rows.vectors(session, organisation_id, model, texts.keys())
        missing = {content_hash: text for content_hash, text in texts.items() if content_hash not in known}
        if missing:
            made = self._ledger.embed(
                list(missing.values()), organisation_id=organisation_id, subject_id=case.job.id,
                interview_id=case.question.interview_id,
            )  # fmt: skip
            new = dict(zip(missing, map(base64.b64decode, made.content), strict=True))
            known |= new
            with self._database.write() as unit:
                rows.keep_vectors(
                    unit.session, organisation_id, made.call.model, new, simulated=made.call.simulated,
                    at=self._clock(),
                )  # fmt: skip
        return known

    # --- endings

    def _settle(self, case: _Case, heard: _Heard | None, found: _Found | None, lease: Lease) -> None:
        with self._database.write() as unit:
            session, now = unit.session, self._clock()
            # The webhooks' guarded writes see that there is something new: first the interview, then what hangs on it.
            interview = session.get_one(Interview, case.question.interview_id, with_for_update=True)
            question = session.get_one(CandidateQuestion, case.question.id, with_for_update=True)
            if question.recording_sid == case.question.recording_sid and question.transcript is None:
                interview.version += 1
                if heard is None or found is None:
                    question.state = _S.NOTHING_SAID
                    _tell(session, question, "candidate.question_nothing_said", now, lease.request_id)
                else:
                    _write_down(question, heard, found, now)
                    _decide(session, interview, question, found, now, lease)
            outbox.complete(session, lease)

    def _complete(self, lease: Lease) -> None:
        with self._database.write() as unit:
            outbox.complete(unit.session, lease)


def pass_on(
    session: Session, question: CandidateQuestion, why: str, now: datetime, request_id: str | None = None
) -> None:
    """A person is to answer: the dated request stands in the interview's timeline."""
    question.state, question.passed_on_at, question.passed_on_for = _S.PASSED_ON, now, why
    _tell(session, question, "candidate.question_passed_on", now, request_id, reason=why)


def pass_on_what_was_not_told(session: Session, interview: Interview, now: datetime) -> None:
    """No call is to come any more: what the candidate did not hear of is for a person."""
    question = rows.of_interview(session, interview.organisation_id, interview.id)
    if question is not None and question.state in {_S.ASKED, _S.READY}:
        pass_on(session, question, "not_told", now)


def _write_down(question: CandidateQuestion, heard: _Heard, found: _Found, now: datetime) -> None:
    question.transcript, question.transcript_model = heard.text, heard.model
    question.similarity, question.embedding_model, question.looked_up_at = found.similarity, found.model, now
    question.simulated = question.simulated or heard.simulated or found.simulated
    if found.passage is not None:
        question.passage, question.passage_source = found.passage.text, found.passage.source
        question.passage_topic = found.passage.topic or None


def _decide(
    session: Session, interview: Interview, question: CandidateQuestion, found: _Found, now: datetime, lease: Lease
) -> None:
    if question.state is _S.PASSED_ON:
        # The call was over first, and a person has been asked: what was found is there for them to see.
        question.passed_on_for = found.why or question.passed_on_for
    elif found.passage is None:
        pass_on(session, question, found.why, now, lease.request_id)
    elif interview.status in _MAY_BE_TOLD:
        question.state = _S.READY
        _tell(session, question, "candidate.question_looked_up", now, lease.request_id)
    else:
        pass_on(session, question, "not_told", now, lease.request_id)


def _tell(
    session: Session, question: CandidateQuestion, type_: str, now: datetime, request_id: str | None, **data: str
) -> None:
    record(
        session, organisation_id=question.organisation_id, type=type_, subject_kind="interview",
        subject_id=question.interview_id, actor="system", data=data, request_id=request_id,
        at=now,
    )  # fmt: skip


def _hash(passage: Passage) -> str:
    return hashlib.sha256(passage.looked_for_by.encode()).hexdigest()


def _floats(vector: str) -> tuple[float, ...]:
    return floats_of(base64.b64decode(vector))

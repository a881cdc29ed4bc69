"""The question about one candidate's résumé (Q7): written before the first call or not at all, and its answer's words.

Nobody waits for it. Neither the question nor what is said to it is given to any rater, counts in the coverage or moves
the result.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from db.columns import new_id
from db.models import WRITTEN, Candidate, Interview, Job, Recording, ResumeQuestion, ResumeQuestionState
from db.repositories import interviews, outbox
from db.repositories import resume_questions as rows
from db.repositories.events import record
from db.repositories.outbox import Lease
from db.unit_of_work import Database
from interview.reply_shape import misfits
from interview.resume import facts_for_rater
from interview.resume_question import problems_of
from interview.speech import is_asr_suspect, is_hallucination, is_silent, spoken_units
from ivr.gateways.ports import FileStore, GatewayError, ModelCall, Trouble
from ivr.gateways.prompts import load_prompt
from ivr.services.answers import speech_facts
from ivr.services.drafts import settings_from_plain
from ivr.services.model_ledger import ModelLedger
from ivr.services.question_checks import QuestionChecker
from ivr.services.terms import settings_in_force

PURPOSE = "resume_question"
WRITE_TASK = "write_resume_question"
# The second is the one repair.
TRIES = 2
_NO_FACTS = "The résumé holds nothing about work that could be asked about."
_NO_WORDS = "Speech was heard, but no words were made out. A person should listen."
_TOO_FAST = "The transcript has more words than the recording has time for. A person should listen."
_S = ResumeQuestionState
_TEXT_OR_NULL = {"type": ["string", "null"]}
RESUME_QUESTION_SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["about", "text"],
    "properties": {"about": _TEXT_OR_NULL, "text": _TEXT_OR_NULL},
}


@dataclass(frozen=True, slots=True)
class _Case:
    interview: Interview
    facts: Mapping[str, Any] | None
    payload: Mapping[str, Any]
    asked: tuple[str, ...]
    language: str


@dataclass(frozen=True, slots=True)
class _Written:
    """A usable question, or why there is none."""

    text: str | None = None
    about: str | None = None
    note: str | None = None
    call: ModelCall | None = None


@dataclass(frozen=True, slots=True)
class _Said:
    question: ResumeQuestion
    recording: Recording
    language: str


def want_question(
    session: Session, interview: Interview, terms: Mapping[str, Any] | None, candidate: Candidate, now: datetime,
    request_id: str | None,
) -> None:  # fmt: skip
    """Ask for this interview's question, if its terms wish for one and the résumé is read; never a reason to wait."""
    is_wished = settings_from_plain(terms or {}).resume_question and interview.purpose == "assessment"
    if is_wished and candidate.resume_facts is not None and candidate.erased_at is None:
        outbox.add(
            session, kind="write_resume_question", subject_id=interview.id, organisation_id=interview.organisation_id,
            due_at=now, request_id=request_id,
        )  # fmt: skip


def want_questions(session: Session, candidate: Candidate, now: datetime, request_id: str | None) -> None:
    """The same for all interviews that wait for a call when this candidate's résumé has just been read."""
    session.flush()
    for interview, terms in rows.waiting_interviews(session, candidate.organisation_id, candidate.id):
        want_question(session, interview, terms, candidate, now, request_id)


class ResumeQuestionService:
    """The worker's side: writes the question, and puts its answer into words."""

    def __init__(
        self, database: Database, store: FileStore, ledger: ModelLedger, checker: QuestionChecker,
        clock: Callable[[], datetime],
    ) -> None:  # fmt: skip
        self._database = database
        self._checker = checker
        self._store = store
        self._ledger = ledger
        self._clock = clock
        self._prompt = load_prompt("write_resume_question")

    # --- the question

    def write_resume_question(self, lease: Lease) -> None:
        """Store the question, or that there is none; nothing when the candidate is being called by now.

        Raises:
            GatewayError: RETRY, for the outbox.
        """
        case = self._case(lease)
        if case is None:
            self._complete(lease)
            return
        if case.facts is None or not (case.facts["role"] or case.facts["skills"]):
            self._settle(lease, _Written(note=_NO_FACTS))
            return
        try:
            written = self._write(case)
        except GatewayError as error:
            if error.trouble is Trouble.RETRY:
                raise
            # No operator is waited for: without a model the interview simply has no such question.
            self.give_up_writing(lease, error)
            return
        self._settle(lease, written)

    def give_up_writing(self, lease: Lease, error: GatewayError) -> None:
        """The interview has none, and says why."""
        self._settle(lease, _Written(note=f"No question was written: {error.message}"))

    def _case(self, lease: Lease) -> _Case | None:
        with self._database.read() as session:
            interview = interviews.interview(session, lease.organisation_id, lease.subject_id)
            if interview is None or not _is_open(session, interview):
                return None
            job = session.get_one(Job, interview.job_id)
            candidate = session.get_one(Candidate, interview.candidate_id)
            version = interviews.question_set(session, interview.organisation_id, interview.question_set_id)
        if version is None or candidate.resume_facts is None:
            return None
        if not settings_in_force(job, version).resume_question:
            return None
        # what may not be read by a rater is not read out to the candidate either
        facts = facts_for_rater(candidate.resume_facts, candidate.name, job.language)
        asked = tuple(question.text for question in version.questions)
        payload = {
            "language": job.language, "title": job.title, "job_text": job.description, "asked": list(asked),
            "resume_facts": facts,
        }  # fmt: skip
        return _Case(interview, facts, payload, asked, job.language)

    def _write(self, case: _Case) -> _Written:
        complaints: Sequence[str] = ()
        for number in range(TRIES):
            reply = self._ledger.ask(
                purpose=PURPOSE, subject_id=case.interview.id, sample=number, interview_id=case.interview.id,
                organisation_id=case.interview.organisation_id, instructions=self._prompt.text,
                payload={**case.payload, "complaints": list(complaints)}, schema=RESUME_QUESTION_SCHEMA,
                prompt_version=self._prompt.version,
            )  # fmt: skip
            if misfits(reply.content, RESUME_QUESTION_SCHEMA):
                complaints = ("The reply does not have the form that was asked for.",)
                continue
            text, about = (" ".join((reply.content[name] or "").split()) for name in ("text", "about"))
            if not text:
                return _Written(note="The model found nothing in the résumé to ask about.", call=reply.call)
            complaints = self._problems(case, text, about, number)
            if not complaints:
                return _Written(text, about, None, reply.call)
        return _Written(note=f"The question that was written may not be asked: {' '.join(complaints[:3])}")

    def _problems(self, case: _Case, text: str, about: str, number: int) -> tuple[str, ...]:
        """All that keeps a question from being asked: the rules, and what a model of its own says of its wording (Q3).

        Raises:
            GatewayError: the check cannot be had, or its reply cannot be used.
        """
        found = problems_of(text, about, case.facts or {}, case.asked, case.language)
        if found:
            return found
        interview = case.interview
        may_be_spoken = self._checker.passes(
            text, organisation_id=interview.organisation_id, subject_id=interview.id, interview_id=interview.id,
            language=case.language, sample=number,
        )  # fmt: skip
        return () if may_be_spoken else ("It asks for something that may not be asked, or suggests it.",)

    def _settle(self, lease: Lease, written: _Written) -> None:
        with self._database.write() as unit:
            session, now = unit.session, self._clock()
            # whoever dials holds the same lock: a question is there before the call, or never
            interview = interviews.interview(session, lease.organisation_id, lease.subject_id, lock=True)
            if interview is not None and _is_open(session, interview):
                call = written.call
                session.add(
                    ResumeQuestion(
                        id=new_id(), organisation_id=interview.organisation_id, interview_id=interview.id,
                        state=_S.READY if written.text else _S.NONE, text=written.text, about=written.about,
                        note=written.note, model=None if call is None else call.model,
                        prompt_version=self._prompt.version, simulated=call is not None and call.simulated,
                        created_at=now,
                    )
                )  # fmt: skip
                interview.version += 1
                type_ = "resume_question.written" if written.text else "resume_question.none"
                _tell(session, interview, type_, now, lease, prompt_version=self._prompt.version)
            outbox.complete(session, lease)

    # --- the answer

    def transcribe_resume_answer(self, lease: Lease) -> None:
        """Write down the words of the answer; one that has them is left alone."""
        said = self._said(lease)
        if said is None:
            self._complete(lease)
            return
        if said.recording.heard_text is not None:
            self._keep_words(lease, said, _S.ANSWERED, said.recording.heard_text.strip(), None, None, WRITTEN)
            return
        facts = speech_facts(said.recording)
        if facts is not None and is_silent(facts):
            self._keep_words(lease, said, _S.NOTHING_SAID, None, None, None)
            return
        heard = self._ledger.transcribe(
            subject_id=said.question.id, organisation_id=said.question.organisation_id,
            interview_id=said.question.interview_id, language=said.language,
            audio=self._store.get(said.recording.storage_key or ""),
        )  # fmt: skip
        text = str(heard.content).strip()
        if facts is not None and is_hallucination(text, facts):
            self._keep_words(lease, said, _S.NOTHING_SAID, None, None, heard.call)
            return
        is_suspect = facts is not None and is_asr_suspect(
            spoken_units(text, said.language), facts.speech_s, said.language
        )
        note = _NO_WORDS if not text else _TOO_FAST if is_suspect else None
        self._keep_words(lease, said, _S.ANSWERED, text or None, note, heard.call)

    def give_up_transcribing(self, lease: Lease, error: GatewayError) -> None:
        """Nobody can put it into words: a person listens."""
        said = self._said(lease)
        if said is None:
            self._complete(lease)
        else:
            self._keep_words(lease, said, _S.ANSWERED, None, error.message, None)

    def _said(self, lease: Lease) -> _Said | None:
        with self._database.read() as session:
            question = session.get(ResumeQuestion, lease.subject_id)
            if question is None or question.recording_sid is None or question.transcript is not None:
                return None
            recording = interviews.recording(session, question.organisation_id, question.recording_sid)
            interview = session.get_one(Interview, question.interview_id)
            if recording is None or interview.words_deleted_at is not None:
                return None
            if recording.storage_key is None and recording.heard_text is None:
                return None
            return _Said(question, recording, session.get_one(Job, interview.job_id).language)

    def _keep_words(
        self, lease: Lease, said: _Said, state: ResumeQuestionState, text: str | None, note: str | None,
        call: ModelCall | None, model: str | None = None,
    ) -> None:  # fmt: skip
        """``model`` is who made the words out where no model was called: the candidate wrote them."""
        with self._database.write() as unit:
            session = unit.session
            interview = session.get_one(Interview, said.question.interview_id, with_for_update=True)
            question = session.get_one(ResumeQuestion, said.question.id, with_for_update=True)
            # It may have been said anew in the same call, or the words may be gone.
            is_same = question.recording_sid == said.recording.recording_sid
            if is_same and question.transcript is None and interview.words_deleted_at is None:
                interview.version += 1
                question.state, question.transcript, question.note = state, text, note
                question.transcript_model = model if call is None else call.model
                question.simulated = question.simulated or (call is not None and call.simulated)
                _tell(session, interview, "resume_question.transcribed", self._clock(), lease)
            outbox.complete(session, lease)

    def _complete(self, lease: Lease) -> None:
        with self._database.write() as unit:
            outbox.complete(unit.session, lease)


def _is_open(session: Session, interview: Interview) -> bool:
    """Whether a question that is written now is there before anybody is dialled for it."""
    return (
        interview.status in rows.BEFORE_A_CALL
        and interview.words_deleted_at is None
        and rows.of_interview(session, interview.organisation_id, interview.id) is None
    )


def _tell(session: Session, interview: Interview, type_: str, now: datetime, lease: Lease, **data: str) -> None:
    record(
        session, organisation_id=interview.organisation_id, type=type_, subject_kind="interview",
        subject_id=interview.id, actor="system", data=data, request_id=lease.request_id, at=now,
    )  # fmt: skip

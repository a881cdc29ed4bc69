"""Rating the answers of interviews: what the judge says of each is stored once, with all that led to it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.columns import new_id
from db.models import Answer, AnswerRating, AnswerState, Candidate, Interview, Job, QuestionSet, Recording, ScoreSet
from db.repositories import outbox
from db.repositories.events import record
from db.repositories.outbox import Lease
from db.unit_of_work import Database
from interview.answers import SpeechInterval, Transcript
from interview.resume import facts_for_rater
from ivr.gateways.ports import ModelReply
from ivr.gateways.prompts import Prompt, load_prompt
from ivr.services.answers import speech_facts
from ivr.services.control_runs import ControlRunService
from ivr.services.follow_ups import FollowUpSaid, close_follow_up, settlement_of
from ivr.services.judging import PURPOSE, RATING_SCHEMA, Judge, JudgedAnswer, Judgement
from ivr.services.model_ledger import ModelLedger
from ivr.services.practice_privacy import is_practice
from ivr.services.terms import settings_in_force

__all__ = ["PURPOSE", "RATING_SCHEMA", "RatingService", "current_score_set"]

# A new score set asks anew: the replies of the set before it do not answer for it.
_NEXT_SET = 1000


@dataclass(frozen=True, slots=True)
class _Case:
    """One row to rate, as the judge gets it, and what must not change meanwhile."""

    answer: Answer
    judged: JudgedAnswer
    set_number: int
    follow_up: FollowUpSaid | None
    job_id: str
    question_set_id: str
    is_practice: bool = False


class RatingService:
    """Rates the answers of interviews. With ``controls``, none by a model or prompt that they do not bear out."""

    def __init__(
        self, database: Database, ledger: ModelLedger, clock: Callable[[], datetime], *, samples: int,
        controls: ControlRunService | None = None,
    ) -> None:  # fmt: skip
        self._database = database
        self._ledger = ledger
        self._clock = clock
        self._controls = controls
        own, about_resume = load_prompt("score_answer"), load_prompt("score_answer_with_resume")
        self._judge = Judge(own, samples=samples)
        # The rules about a résumé are given, and named in the version, only where one is given.
        both = Prompt(f"{own.text}\n\n{about_resume.text}", f"{own.version}+{about_resume.version}")
        self._judge_with_resume = Judge(both, samples=samples)

    def score_answer(self, lease: Lease) -> None:
        """Rate this answer and store the rating with all that led to it. An answer that is rated is left alone."""
        if self._waits(lease):
            return
        case = self._case(lease.subject_id)
        if case is None:
            with self._database.write() as unit:
                outbox.complete(unit.session, lease)
            return
        if self._controls is not None:
            self._controls.hold_back(case.answer.organisation_id, case.job_id, case.question_set_id)
        self._store(case, self._judge_of(case).rate(case.judged, self._asker(case)), lease)

    # --- reading

    def _waits(self, lease: Lease) -> bool:
        """Whether a follow-up to this answer is still to be heard; then the row is put off. What was never answered
        when its call ended is closed, so that nothing said later belongs to a rating made before."""
        now = self._clock()
        with self._database.read() as session:
            answer = session.get(Answer, lease.subject_id)
            if answer is None or answer.state is not AnswerState.PENDING or answer.superseded:
                return False
            found = settlement_of(session, answer, now)
        if found.wait_until is None and found.open_id is None:
            return False
        with self._database.write() as unit:
            if found.open_id is not None:
                close_follow_up(unit.session, found.open_id)
            elif found.wait_until is not None:
                outbox.postpone(unit.session, lease, found.wait_until)
        return found.wait_until is not None

    def _case(self, answer_id: str) -> _Case | None:
        with self._database.read() as session:
            answer = session.get(Answer, answer_id)
            if answer is None or answer.state is not AnswerState.PENDING or answer.superseded:
                return None
            words = _words(answer)
            if words is None:
                return None
            interview = session.get_one(Interview, answer.interview_id)
            job = session.get_one(Job, interview.job_id)
            version = session.get_one(QuestionSet, interview.question_set_id)
            question = next(q for q in version.questions if q.id == answer.question_id)
            said = settlement_of(session, answer, self._clock()).said
            transcript = _transcript(session, answer, words, job.language)
            follow_up = None
            if said is not None:
                follow_up = _transcript(session, said.take, _words(said.take) or "", job.language)
            settings = settings_in_force(job, version)
            resume = _resume(session, interview, job.language) if settings.resume_in_scoring else None
            set_number = session.scalar(
                select(func.max(ScoreSet.number)).where(ScoreSet.interview_id == answer.interview_id)
            )
        judged = JudgedAnswer(
            question, job.language, settings.weights, transcript, None if said is None else said.text, follow_up, resume
        )
        return _Case(answer, judged, set_number or 1, said, job.id, version.id, is_practice(interview))

    def _judge_of(self, case: _Case) -> Judge:
        return self._judge if case.judged.resume_facts is None else self._judge_with_resume

    def _asker(self, case: _Case) -> "_Asker":
        return _Asker(self._ledger, case.answer, _NEXT_SET * (case.set_number - 1))

    # --- writing

    def _store(self, case: _Case, judgement: Judgement, lease: Lease) -> None:
        score, samples, calls = judgement.score, judgement.samples, judgement.calls
        with self._database.write() as unit:
            session = unit.session
            # Before the answer is read: whoever corrects it or asks for another score set holds the same lock.
            set_id = current_score_set(session, case.answer.organisation_id, case.answer.interview_id)
            answer = session.get_one(Answer, case.answer.id)
            if _is_overtaken(case, answer, session.get_one(ScoreSet, set_id)):
                outbox.postpone(session, lease, self._clock())
                return
            answer.state = AnswerState(score.state.value)
            answer.state_reason = " ".join(reason.sentence for reason in score.review_reasons) or None
            answer.simulated = answer.simulated or any(call.simulated for call in calls)
            if case.follow_up is not None:
                session.get_one(Answer, case.follow_up.take.id).state = AnswerState.SCORED
            session.add(
                AnswerRating(
                    organisation_id=answer.organisation_id,
                    score_set_id=set_id,
                    interview_id=answer.interview_id,
                    answer_id=answer.id,
                    question_id=answer.question_id,
                    content=_plain(asdict(score)),
                    samples=[_plain(asdict(sample)) for sample in samples],
                    model=calls[0].model if calls else None,
                    prompt_version=self._judge_of(case).prompt.version,
                    simulated=any(call.simulated for call in calls),
                    created_at=self._clock(),
                )
            )
            outbox.add(
                session, kind="conclude_interview", subject_id=answer.interview_id,
                organisation_id=answer.organisation_id, due_at=self._clock(), request_id=lease.request_id,
            )  # fmt: skip
            record(
                session, organisation_id=answer.organisation_id, type="answer.scored", subject_kind="interview",
                subject_id=answer.interview_id, actor="system", request_id=lease.request_id, at=self._clock(),
                data={
                    "question": answer.question_id, "take": answer.take, "state": score.state.value,
                    "model": calls[0].model if calls else None, "prompt_version": self._judge.prompt.version,
                    "samples": len(samples), **({} if case.is_practice else {"answer10": score.answer10}),
                },
            )  # fmt: skip
            outbox.complete(session, lease)


@dataclass(frozen=True, slots=True)
class _Asker:
    """Asks the model by way of the ledger, on behalf of one answer."""

    ledger: ModelLedger
    answer: Answer
    first_sample: int

    def __call__(
        self,
        *,
        purpose: str,
        sample: int,
        instructions: str,
        payload: Mapping[str, Any],
        schema: Mapping[str, Any],
        prompt_version: str,
    ) -> ModelReply:
        return self.ledger.ask(
            purpose=purpose,
            subject_id=self.answer.id,
            sample=self.first_sample + sample,
            organisation_id=self.answer.organisation_id,
            interview_id=self.answer.interview_id,
            instructions=instructions,
            payload=payload,
            schema=schema,
            prompt_version=prompt_version,
        )


def _resume(session: Session, interview: Interview, language: str) -> Mapping[str, Any] | None:
    """What a rater may know of this candidate's résumé, None when it is not read or holds nothing of the kind."""
    candidate = session.get_one(Candidate, interview.candidate_id)
    facts = candidate.resume_facts
    return None if facts is None else facts_for_rater(facts, candidate.name, language)


def _is_overtaken(case: _Case, answer: Answer, newest: ScoreSet) -> bool:
    """Whether the words were corrected, or another score set begun, while the model was thinking."""
    return newest.number != case.set_number or _words(answer) != _words(case.answer)


def _transcript(session: Session, answer: Answer, words: str, language: str) -> Transcript:
    """The words of one take with the times of speech in its recording, as far as they are known."""
    recording = session.scalars(
        select(Recording).where(Recording.recording_sid == answer.recording_sid)
    ).one_or_none()
    facts = None if recording is None else speech_facts(recording)
    intervals = tuple(SpeechInterval(start, end) for start, end in facts.intervals) if facts else ()
    return Transcript(words, language, intervals)


def _words(answer: Answer) -> str | None:
    return answer.transcript_corrected or answer.transcript


def current_score_set(session: Session, organisation_id: str, interview_id: str) -> str:
    """The id of the interview's newest score set; the first is made when the first answer is rated."""
    # The interview's row lock lets two answers that are rated at once share one first set.
    session.get_one(Interview, interview_id, with_for_update=True)
    newest = session.scalars(
        select(ScoreSet).where(ScoreSet.interview_id == interview_id).order_by(ScoreSet.number.desc()).limit(1)
    ).one_or_none()
    if newest is None:
        newest = ScoreSet(
            id=new_id(), organisation_id=organisation_id, interview_id=interview_id, number=1, reason="first"
        )
        session.add(newest)
        session.flush()
    return newest.id


def _plain(value: Any) -> Any:
    """Enumerations and tuples as JSON has them."""
    return json.loads(json.dumps(value))

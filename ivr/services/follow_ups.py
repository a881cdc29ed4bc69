"""One question more about an answer, written while the call goes on, and what an answer's rating waits for because of
it. Nobody waits for a model: without a usable reply there is no follow-up."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from db.columns import new_id
from db.models import Answer, AnswerState, Call, FollowUp, FollowUpState, Interview, Job, QuestionSet
from db.repositories import follow_ups as rows
from db.repositories import outbox
from db.repositories.events import record
from db.repositories.outbox import Lease
from db.unit_of_work import Database
from interview.answers import clean_for_judge, fold, injection_spans
from interview.dialogue.moves import follow_up_of
from interview.lifecycle import CALL_TERMINAL, InterviewStatus
from interview.lint import check_question_text, check_spoken_form
from interview.question import Question
from interview.reply_shape import misfits
from interview.wording import wording_for
from ivr.gateways.ports import GatewayError, ModelCall
from ivr.gateways.prompts import load_prompt
from ivr.services.model_ledger import ModelLedger
from ivr.services.terms import settings_in_force

PURPOSE = "follow_up"
# What settles a follow-up asks for the rating itself; this is the net under it.
LOOK_AGAIN = timedelta(seconds=30)
# While a follow-up is the present question its answer may still be taken back.
PRESENT = timedelta(seconds=10)
# The last words of a call come a moment after the news that it has ended.
LAST_WORDS = timedelta(seconds=5)
# So many words in a row out of the rubric would tell the candidate what to say.
TELLING_WORDS = 5
_TALKING = frozenset({InterviewStatus.DIALING, InterviewStatus.IN_PROGRESS})
_OPEN = frozenset({FollowUpState.READY, FollowUpState.ASKED})

FOLLOW_UP_SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["needed", "neutral", "key_point_id", "text"],
    "properties": {
        "needed": {"type": "boolean"},
        "neutral": {"type": "boolean"},
        "key_point_id": {"type": ["string", "null"]},
        "text": {"type": ["string", "null"]},
    },
}


@dataclass(frozen=True, slots=True)
class FollowUpSaid:
    """A follow-up that was asked and the take that answers it."""

    text: str
    take: Answer


@dataclass(frozen=True, slots=True)
class Settlement:
    """What is known of an answer's follow-up: wait for it until then, or rate the answer with ``said``, if anything."""

    wait_until: datetime | None = None
    said: FollowUpSaid | None = None
    open_id: str | None = None


@dataclass(frozen=True, slots=True)
class _Case:
    answer: Answer
    question: Question
    language: str
    words: str


@dataclass(frozen=True, slots=True)
class _Written:
    text: str
    key_point_id: str | None
    call: ModelCall


class FollowUpService:
    """Writes follow-ups."""

    def __init__(self, database: Database, ledger: ModelLedger, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._ledger = ledger
        self._clock = clock
        self._prompt = load_prompt("write_follow_up")

    def write_follow_up(self, lease: Lease) -> None:
        """Store a follow-up to this answer if one is needed and still of use; then its rating can be asked for."""
        case = self._case(lease.subject_id)
        written = None if case is None else self._ask(case)
        with self._database.write() as unit:
            session, now = unit.session, self._clock()
            answer = session.get(Answer, lease.subject_id)
            due_at = now
            if answer is not None and case is not None and written is not None:
                # The webhooks' guarded writes see that there is something new, and two answers share one count.
                interview = session.get_one(Interview, answer.interview_id, with_for_update=True)
                if may_follow_up(session, answer):
                    interview.version += 1
                    self._store(session, answer, case, written, now, lease)
                    due_at = now + LOOK_AGAIN
            if answer is not None:
                outbox.add(
                    session, kind="score_answer", subject_id=answer.id, organisation_id=answer.organisation_id,
                    due_at=due_at, request_id=lease.request_id,
                )  # fmt: skip
            outbox.complete(session, lease)

    def _case(self, answer_id: str) -> _Case | None:
        with self._database.read() as session:
            answer = session.get(Answer, answer_id)
            if answer is None or not answer.transcript or not may_follow_up(session, answer):
                return None
            interview = session.get_one(Interview, answer.interview_id)
            version = session.get_one(QuestionSet, interview.question_set_id)
            question = next(q for q in version.questions if q.id == answer.question_id)
            language = session.get_one(Job, interview.job_id).language
        words = clean_for_judge(answer.transcript, language)
        # Whoever speaks to the grader does not get to choose what we say next.
        return None if injection_spans(words) else _Case(answer, question, language, words)

    def _ask(self, case: _Case) -> _Written | None:
        question = case.question
        payload = {
            "language": case.language,
            "question": {
                "text": question.text,
                "type": question.type.value,
                "key_points": [{"id": point.id, "text": point.text} for point in question.key_points],
            },
            "transcript": case.words,
        }
        try:
            reply = self._ledger.ask(
                purpose=PURPOSE, subject_id=case.answer.id, organisation_id=case.answer.organisation_id,
                interview_id=case.answer.interview_id, instructions=self._prompt.text, payload=payload,
                schema=FOLLOW_UP_SCHEMA, prompt_version=self._prompt.version,
            )  # fmt: skip
        except GatewayError:
            # Whatever it is, the ledger has it; the candidate is not kept waiting and the core answer can earn it all.
            return None
        return usable(reply.content, question, case.language, reply.call)

    def _store(
        self, session: Session, answer: Answer, case: _Case, written: _Written, now: datetime, lease: Lease
    ) -> None:
        follow_up = FollowUp(
            id=new_id(), organisation_id=answer.organisation_id, interview_id=answer.interview_id,
            call_id=answer.call_id, answer_id=answer.id, question_id=answer.question_id,
            key_point_id=written.key_point_id, neutral=written.key_point_id is None, about=case.question.competency,
            text=written.text, state=FollowUpState.READY, model=written.call.model,
            prompt_version=self._prompt.version, simulated=written.call.simulated, created_at=now,
        )  # fmt: skip
        session.add(follow_up)
        record(
            session, organisation_id=answer.organisation_id, type="follow_up.written", subject_kind="interview",
            subject_id=answer.interview_id, actor="system", request_id=lease.request_id,
            data={"question": answer.question_id, "follow_up": follow_up.id, "neutral": follow_up.neutral},
        )  # fmt: skip


def usable(reply: Any, question: Question, language: str, call: ModelCall) -> _Written | None:
    """The follow-up in a model's reply, None when none is needed or what it says may not be spoken (Q1, Q3)."""
    if misfits(reply, FOLLOW_UP_SCHEMA) or not reply["needed"]:
        return None
    if reply["neutral"]:
        return _Written(wording_for(language).own_words, None, call)
    text = (reply["text"] or "").strip()
    if reply["key_point_id"] not in {point.id for point in question.key_points}:
        return None
    if check_spoken_form(text, language) or check_question_text(text, language) or _tells(text, question):
        return None
    return _Written(text, reply["key_point_id"], call)


def _tells(text: str, question: Question) -> bool:
    """Whether the words of the rubric stand in the text, or it only repeats the question."""
    words = fold(text).split()
    rubric = [f" {fold(one)} " for one in (question.ideal_answer, *(point.text for point in question.key_points))]
    runs = (f" {' '.join(words[at : at + TELLING_WORDS])} " for at in range(len(words) - TELLING_WORDS + 1))
    return fold(text) == fold(question.text) or any(run in source for run in runs for source in rubric)


def may_follow_up(session: Session, answer: Answer) -> bool:
    """Whether a follow-up to this answer could still be asked: in its own call, within the job's maximum."""
    if answer.state is not AnswerState.PENDING or answer.superseded or answer.is_follow_up or answer.is_knockout:
        return False
    interview = session.get_one(Interview, answer.interview_id)
    if not _goes_on(session, interview, answer.call_id):
        return False
    job, version = session.get_one(Job, interview.job_id), session.get_one(QuestionSet, interview.question_set_id)
    most = settings_in_force(job, version).max_follow_ups
    if most == 0 or rows.to_answer(session, answer.id) is not None:
        return False
    return rows.count_written(session, interview.id) < most


def settlement_of(session: Session, answer: Answer, now: datetime) -> Settlement:
    """Whether this answer's rating waits for a follow-up (decision 9), and what was said to it."""
    follow_up = rows.to_answer(session, answer.id)
    if follow_up is None or follow_up.state in {FollowUpState.PASSED, FollowUpState.DROPPED}:
        return Settlement()
    interview = session.get_one(Interview, answer.interview_id)
    goes_on = _goes_on(session, interview, follow_up.call_id)
    if follow_up.state in _OPEN:
        if goes_on:
            return Settlement(wait_until=now + LOOK_AGAIN)
        ended_at = session.get_one(Call, follow_up.call_id).ended_at
        if follow_up.state is FollowUpState.ASKED and ended_at is not None and now < ended_at + LAST_WORDS:
            return Settlement(wait_until=ended_at + LAST_WORDS)
        return Settlement(open_id=follow_up.id)
    present = follow_up_of(interview.progress)
    if goes_on and present is not None and present.id == follow_up.id:
        return Settlement(wait_until=now + PRESENT)
    take = rows.newest_take(session, follow_up)
    if take is None or take.state not in {AnswerState.PENDING, AnswerState.SCORED}:
        return Settlement()
    if take.transcript is None:
        return Settlement(wait_until=now + LOOK_AGAIN)
    return Settlement(said=FollowUpSaid(follow_up.text, take))


def close_follow_up(session: Session, follow_up_id: str) -> None:
    """The call is over: what was never asked is dropped, what was asked was passed over."""
    follow_up = session.get_one(FollowUp, follow_up_id, with_for_update=True)
    if follow_up.state is FollowUpState.READY:
        follow_up.state = FollowUpState.DROPPED
    elif follow_up.state is FollowUpState.ASKED:
        follow_up.state = FollowUpState.PASSED


def _goes_on(session: Session, interview: Interview, call_id: str | None) -> bool:
    """Whether the conversation of this call has not ended."""
    call = None if call_id is None else session.get(Call, call_id)
    return (
        call is not None
        and call.attempt == interview.attempts
        and call.status not in CALL_TERMINAL
        and interview.status in _TALKING
    )

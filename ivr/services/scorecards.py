"""The result by rule as soon as the last answer is rated, and its words afterwards, which nobody waits for."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from db.models import (
    Answer,
    AnswerRating,
    AnswerState,
    FollowUp,
    Interview,
    Job,
    OutboxRow,
    QuestionSet,
    Result,
    Review,
    ScoreSet,
)
from db.repositories import outbox
from db.repositories.events import record
from db.repositories.outbox import Lease
from db.repositories.own_data import contested_questions
from db.unit_of_work import Database
from interview.lifecycle import InterviewStatus, check_move
from interview.lint import check_anchor_text, check_question_text
from interview.narrative import Allowed, check_narrative
from interview.question import Question
from interview.reply_shape import misfits
from interview.scorecard import (
    AnswerScore,
    KnockoutOutcome,
    KnockoutResult,
    Policy,
    ReviewReason,
    Scorecard,
    build_scorecard,
    unscored,
)
from interview.scorecard import AnswerState as ScoreState
from ivr.gateways.ports import GatewayError, Trouble
from ivr.gateways.prompts import load_prompt
from ivr.services.candidate_questions import pass_on_what_was_not_told
from ivr.services.model_ledger import NOT_OFFERED, ModelLedger
from ivr.services.practice_privacy import is_practice
from ivr.services.ratings import current_score_set
from ivr.services.terms import settings_in_force

PURPOSE = "interview_narrative"
# Decision 7: so long an interview is "processing"; then a person is told, and it still scores itself later.
PATIENCE = timedelta(minutes=15)
# How soon a waiting interview says why it waits.
LOOK_AGAIN = timedelta(seconds=20)
_OUR_FAULT = "A fault of ours kept the result from being computed. Rate the answers anew, or decide from the answers."
_OPEN_RESULT = frozenset({InterviewStatus.PROCESSING, InterviewStatus.NEEDS_REVIEW, InterviewStatus.COMPLETED})

NARRATIVE_SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["summary", "strengths", "improvements", "next_steps", "recommended_topics"],
    "properties": {
        "summary": {"type": "string"},
        "strengths": {"type": "array", "items": {"type": "string"}},
        "improvements": {"type": "array", "items": {"type": "string"}},
        "next_steps": {"type": "array", "items": {"type": "string"}},
        "recommended_topics": {"type": "array", "items": {"type": "string"}},
    },
}
_SCORES: TypeAdapter[AnswerScore] = TypeAdapter(AnswerScore)
_RESULT: TypeAdapter[Scorecard] = TypeAdapter(Scorecard)


@dataclass(frozen=True, slots=True)
class Standing:
    """The answers that count, one per question, and what is still to come."""

    scores: tuple[AnswerScore, ...]
    knockouts: tuple[KnockoutResult, ...]
    pending: tuple[Answer, ...]
    model: str | None
    prompt_version: str | None
    simulated: bool


class ScorecardService:
    """Concludes interviews."""

    def __init__(self, database: Database, ledger: ModelLedger, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._ledger = ledger
        self._clock = clock
        self._prompt = load_prompt("narrate_interview")

    def conclude_interview(self, lease: Lease) -> None:
        """The result, if every answer is final; else say what is waited for and look again."""
        with self._database.write() as unit:
            session, now = unit.session, self._clock()
            interview = session.get(Interview, lease.subject_id, with_for_update=True)
            # Of deleted words nothing is concluded anew: the result stays as it was.
            if interview is None or interview.status not in _OPEN_RESULT or interview.words_deleted_at is not None:
                outbox.complete(session, lease)
                return
            pass_on_what_was_not_told(session, interview, now)
            set_id = current_score_set(session, interview.organisation_id, interview.id)
            version = session.get_one(QuestionSet, interview.question_set_id)
            standing = standing_of(session, interview, version.questions, set_id)
            if standing.pending:
                self._wait(session, interview, set_id, standing, lease, now)
            else:
                self._conclude(session, interview, version.questions, set_id, standing, lease, now)

    def narrate_interview(self, lease: Lease) -> None:
        """Put the result into words, from ratings and verified quotes only; what fails the checks is left out."""
        with self._database.read() as session:
            newest = select(Result).where(Result.interview_id == lease.subject_id).order_by(Result.created_at.desc())
            result = session.scalars(newest.limit(1)).one_or_none()
            interview = session.get(Interview, lease.subject_id)
            if result is None or interview is None or result.narrative is not None or result.narrative_note is not None:
                self._complete(lease)
                return
            version = session.get_one(QuestionSet, interview.question_set_id)
            language = session.get_one(Job, interview.job_id).language
            scores = {
                row.question_id: _SCORES.validate_python(row.content)
                for row in session.scalars(
                    select(AnswerRating).where(AnswerRating.score_set_id == result.score_set_id)
                )
            }
        scored = [
            (question, scores[question.id])
            for question in version.questions
            if question.id in scores and scores[question.id].state is ScoreState.SCORED
        ]
        if not scored:
            self._keep_words(result, None, "There is no scored answer to write about.", lease)
            return
        try:
            reply = self._ledger.ask(
                purpose=PURPOSE, subject_id=result.id, sample=0, organisation_id=result.organisation_id,
                interview_id=interview.id, instructions=self._prompt.text,
                payload=narrative_payload(language, scored), schema=NARRATIVE_SCHEMA,
                prompt_version=self._prompt.version,
            )  # fmt: skip
        except GatewayError as error:
            if error.code == NOT_OFFERED:
                self._keep_words(result, None, f"Nobody was asked for a summary. {error.message}", lease)
                return
            if error.trouble is not Trouble.OUTPUT:
                raise
            self._keep_words(result, None, f"The model gave no usable summary: {error.message}", lease)
            return
        if misfits(reply.content, NARRATIVE_SCHEMA):
            note = "The model gave no usable summary: it does not have the form that was asked for."
            self._keep_words(result, None, note, lease)
            return
        problems = self._problems(reply.content, scored, result, language)
        if problems:
            note = "The summary was withheld, because it said what is not in the record: " + " ".join(problems[:3])
            self._keep_words(result, None, note, lease)
        else:
            self._keep_words(result, reply.content, None, lease)

    def settle_parked(self) -> int:
        """Show a person the interviews whose conclusion was given up because of a fault of ours (P5); how many. What is
        rated later, or asked for anew, concludes them after all."""
        with self._database.read() as session:
            parked = outbox.parked_for_good(session, ("conclude_interview",))
        shown = 0
        for row in parked:
            with self._database.write() as unit:
                session = unit.session
                interview = session.get(Interview, row.subject_id, with_for_update=True)
                if interview is None or interview.status is not InterviewStatus.PROCESSING:
                    continue
                _move(interview, InterviewStatus.NEEDS_REVIEW)
                interview.waiting_reason = _OUR_FAULT
                interview.next_action = interview.next_action_at = interview.next_action_why = None
                record(
                    session, organisation_id=interview.organisation_id, type="interview.needs_review",
                    subject_kind="interview", subject_id=interview.id, actor="system", data={"reason": "our_fault"},
                    request_id=row.request_id,
                )  # fmt: skip
                shown += 1
        return shown

    # --- concluding

    def _wait(
        self, session: Session, interview: Interview, set_id: str, standing: Standing, lease: Lease, now: datetime
    ) -> None:
        why = _why_waiting(session, standing.pending)
        since = interview.ended_at or now
        score_set = session.get_one(ScoreSet, set_id)
        if score_set.number > 1:
            # rated anew: the wait began when that was asked for, not when the call ended
            since = max(since, score_set.created_at)
        interview.waiting_reason = None if why is None else f"Waiting to be scored: {why}"
        interview.next_action = "score"
        interview.next_action_at = _next_try(session, standing.pending) or now + LOOK_AGAIN
        interview.next_action_why = interview.waiting_reason or "The answers are being transcribed and rated."
        interview.version += 1
        if now - since < PATIENCE:
            outbox.postpone(session, lease, min(now + LOOK_AGAIN, since + PATIENCE))
            return
        # Nobody decides over practice: it goes on waiting, and says why.
        if interview.status is InterviewStatus.PROCESSING and not is_practice(interview):
            _move(interview, InterviewStatus.NEEDS_REVIEW)
            self._tell(session, interview, "interview.needs_review", {"reason": "waiting"}, lease)
        # Each answer that is rated later asks for the conclusion again.
        outbox.complete(session, lease)

    def _conclude(
        self,
        session: Session,
        interview: Interview,
        questions: Sequence[Question],
        set_id: str,
        standing: Standing,
        lease: Lease,
        now: datetime,
    ) -> None:
        version = session.get_one(QuestionSet, interview.question_set_id)
        settings = settings_in_force(session.get_one(Job, interview.job_id), version)
        policy = Policy(settings.thresholds, settings.weights)
        contested = contested_questions(session, interview.id)
        card = build_scorecard(questions, standing.scores, standing.knockouts, policy, contested)
        content = json.loads(_RESULT.dump_json(card))
        result = session.scalars(select(Result).where(Result.score_set_id == set_id)).one_or_none()
        practised = is_practice(interview)
        needs_person = card.needs_review and not practised
        target = InterviewStatus.NEEDS_REVIEW if needs_person else InterviewStatus.COMPLETED
        is_settled = interview.status is target or (
            interview.status is InterviewStatus.COMPLETED and _is_reviewed(session, set_id)
        )
        if result is not None and result.content == content and is_settled:
            outbox.complete(session, lease)
            return
        if result is None:
            result = Result(
                organisation_id=interview.organisation_id, score_set_id=set_id, interview_id=interview.id,
                content=content, created_at=now,
            )  # fmt: skip
            session.add(result)
        result.content = content
        # Practice has neither a score nor a verdict, wherever somebody may come to look for one.
        result.overall_score = None if practised else card.overall10
        result.recommendation = None if practised or card.recommendation is None else card.recommendation.value
        result.needs_review = needs_person
        result.model, result.prompt_version = standing.model, standing.prompt_version
        result.simulated = interview.simulated or standing.simulated
        result.narrative = result.narrative_note = None
        interview.simulated = result.simulated
        if interview.status is not InterviewStatus.PROCESSING:
            _move(interview, InterviewStatus.PROCESSING)
        _move(interview, target)
        interview.concluded_at = now
        interview.waiting_reason = interview.next_action = interview.next_action_at = None
        interview.next_action_why = None
        session.flush()
        self._tell(
            session, interview, f"interview.{target.value}",
            {
                "recommendation": result.recommendation, "needs_review": needs_person,
                "overall10": result.overall_score, "model": standing.model, "prompt_version": standing.prompt_version,
            },
            lease,
        )  # fmt: skip
        # Neither can change anything about the result.
        outbox.add(
            session, kind="narrate_interview", subject_id=interview.id, organisation_id=interview.organisation_id,
            due_at=now, request_id=lease.request_id,
        )  # fmt: skip
        if not practised:
            outbox.add(
                session, kind="note_integrity", subject_id=interview.id, organisation_id=interview.organisation_id,
                due_at=now, request_id=lease.request_id,
            )  # fmt: skip
        outbox.complete(session, lease)

    def _tell(
        self, session: Session, interview: Interview, type_: str, data: Mapping[str, Any], lease: Lease
    ) -> None:
        record(
            session, organisation_id=interview.organisation_id, type=type_, subject_kind="interview",
            subject_id=interview.id, actor="system", data=data, request_id=lease.request_id, at=self._clock(),
        )  # fmt: skip

    # --- words

    def _problems(
        self, words: Any, scored: Sequence[tuple[Question, AnswerScore]], result: Result, language: str
    ) -> tuple[str, ...]:
        texts = [words["summary"], *words["strengths"], *words["improvements"], *words["next_steps"]]
        texts += words["recommended_topics"]
        sources = [question.text for question, _ in scored]
        sources += [question.competency for question, _ in scored]
        sources += [point.text for question, _ in scored for point in question.key_points]
        sources += [quote.text for _, score in scored for quote in score.evidence]
        allowed = Allowed(tuple(sources), (), result.recommendation)
        biased = [
            finding.sentence
            for text in texts
            for check in (check_anchor_text, check_question_text)
            for finding in check(text, language)
        ]
        return (*check_narrative(texts, allowed), *dict.fromkeys(biased))

    def _keep_words(self, written_of: Result, words: Any, note: str | None, lease: Lease) -> None:
        with self._database.write() as unit:
            session = unit.session
            # whoever changes the result holds the interview's lock
            session.get_one(Interview, written_of.interview_id, with_for_update=True)
            result = session.get_one(Result, written_of.id)
            if result.content != written_of.content:
                # It changed while the model was writing about what it was before.
                outbox.postpone(session, lease, self._clock())
                return
            result.narrative, result.narrative_note = words, note
            outbox.complete(session, lease)

    def _complete(self, lease: Lease) -> None:
        with self._database.write() as unit:
            outbox.complete(unit.session, lease)


def _is_reviewed(session: Session, score_set_id: str) -> bool:
    """Whether a person has decided over this score set: what has not changed since is not put before them again."""
    return session.scalar(select(Review.id).where(Review.score_set_id == score_set_id).limit(1)) is not None


def standing_of(
    session: Session, interview: Interview, questions: Sequence[Question], score_set_id: str
) -> Standing:
    """Where the answers of an interview stand in this score set."""
    kinds = {question.id: question for question in questions}
    takes = session.scalars(
        select(Answer)
        .where(Answer.interview_id == interview.id, Answer.superseded.is_(False), Answer.is_follow_up.is_(False))
        .order_by(Answer.take)
    ).all()
    # The last take of a question counts; a question passed over (take 0) and answered later is answered.
    newest = {answer.question_id: answer for answer in takes}
    ratings = {
        rating.answer_id: rating
        for rating in session.scalars(select(AnswerRating).where(AnswerRating.score_set_id == score_set_id))
    }
    scores: list[AnswerScore] = []
    knockouts: list[KnockoutResult] = []
    for question_id, answer in newest.items():
        if kinds[question_id].knockout:
            knockouts.append(_knockout(kinds[question_id], answer))
        elif answer.id in ratings and answer.state in {AnswerState.SCORED, AnswerState.NEEDS_REVIEW}:
            scores.append(_SCORES.validate_python(ratings[answer.id].content))
        else:
            reasons: tuple[ReviewReason, ...] = ()
            if answer.state is AnswerState.NEEDS_REVIEW and answer.state_reason:
                reasons = (ReviewReason("transcript", answer.state_reason, question_id),)
            scores.append(unscored(question_id, ScoreState(answer.state.value), reasons))
    core = [a for a in newest.values() if not kinds[a.question_id].knockout]
    first = next(iter(ratings.values()), None)
    return Standing(
        scores=tuple(scores),
        knockouts=tuple(knockouts),
        pending=tuple(answer for answer in core if answer.state is AnswerState.PENDING),
        model=first.model if first else None,
        prompt_version=first.prompt_version if first else None,
        simulated=any(rating.simulated for rating in ratings.values()),
    )


def _knockout(question: Question, answer: Answer) -> KnockoutResult:
    if answer.knockout_confirmed is not None:
        outcome = KnockoutOutcome.PASSED if answer.knockout_confirmed else KnockoutOutcome.FAILED
        return KnockoutResult(question.id, outcome, confirmed=True)
    if answer.said_yes is None:
        return KnockoutResult(question.id, KnockoutOutcome.UNCLEAR)
    met = answer.said_yes is (question.pass_rule != "no")  # noqa: S105
    return KnockoutResult(question.id, KnockoutOutcome.PASSED if met else KnockoutOutcome.FAILED)


def narrative_payload(language: str, scored: Sequence[tuple[Question, AnswerScore]]) -> dict[str, Any]:
    """Ratings and verified quotes, and nothing about the person (R19)."""
    return {
        "language": language,
        "answers": [
            {
                "question": question.text,
                "competency": question.competency,
                "type": question.type.value,
                "ratings": [
                    {
                        "criterion": criterion.id,
                        "rating": criterion.rating,
                        "reason": criterion.reason,
                        "quotes": [quote.text for quote in criterion.quotes],
                    }
                    for criterion in score.criteria
                ],
                "key_points_missing": list(score.concepts_missed),
            }
            for question, score in scored
        ],
    }


def _why_waiting(session: Session, pending: Sequence[Answer]) -> str | None:
    """What the tasks behind these answers last ran into, in words; None while they simply work."""
    row = session.scalars(_tasks_of(pending).where(OutboxRow.last_error.is_not(None)).limit(1)).one_or_none()
    if row is None:
        return None
    # After a death the error names a place in our code, which helps nobody who reads it here.
    return "a fault on our side, which is being tried again." if row.deaths else row.last_error


def _next_try(session: Session, pending: Sequence[Answer]) -> datetime | None:
    moments = [row.due_at for row in session.scalars(_tasks_of(pending))]
    return min(moments, default=None)


def _tasks_of(pending: Sequence[Answer]) -> Any:
    subjects = [answer.id for answer in pending] + [answer.recording_sid for answer in pending if answer.recording_sid]
    # An answer waits for the words of its follow-up.
    follow_ups = (
        select(Answer.recording_sid)
        .join(FollowUp, FollowUp.id == Answer.question_id)
        .where(FollowUp.answer_id.in_([answer.id for answer in pending]), Answer.recording_sid.is_not(None))
    )
    is_theirs = or_(OutboxRow.subject_id.in_(subjects), OutboxRow.subject_id.in_(follow_ups))
    return select(OutboxRow).where(is_theirs, OutboxRow.done_at.is_(None))


def _move(interview: Interview, target: InterviewStatus) -> None:
    check_move(interview.status, target)
    interview.status = target
    interview.version += 1

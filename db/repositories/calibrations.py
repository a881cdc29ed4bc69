"""Blind rating rounds: which answers can be in one, what people rated, and the model's frozen scores."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session, aliased

from db.models import (
    Answer,
    AnswerRating,
    CalibrationAnswer,
    CalibrationRating,
    CalibrationRound,
    FollowUp,
    Interview,
    QuestionSet,
    ScoreSet,
)
from db.repositories.paging import cut, page_of
from db.repositories.scores import Wanted
from interview.question import Question


@dataclass(frozen=True, slots=True)
class Scored:
    """An answer with the score 0-10 of its newest set, and who gave that."""

    answer_id: str
    score: float
    model: str | None
    prompt_version: str | None
    simulated: bool


@dataclass(frozen=True, slots=True)
class Words:
    """What was said to a question, and to a follow-up if there was one; None where it has been erased."""

    question: Question
    transcript: str | None
    follow_up: str | None
    follow_up_transcript: str | None


def scored(
    session: Session, wanted: Wanted, *, answer_ids: Collection[str] = (), limit: int = 2_000
) -> Sequence[Scored]:
    """Answers with words and a score in the newest score set of their interview, the latest rated first."""
    later = aliased(ScoreSet)
    newest = select(func.max(later.number)).where(later.interview_id == ScoreSet.interview_id).correlate(ScoreSet)
    score = AnswerRating.answer10
    simulated = AnswerRating.simulated.is_(True) | Answer.simulated.is_(True) | Interview.simulated.is_(True)
    statement = (
        select(Answer.id, score, AnswerRating.model, AnswerRating.prompt_version, simulated)
        .join(Answer, Answer.id == AnswerRating.answer_id)
        .join(ScoreSet, and_(ScoreSet.id == AnswerRating.score_set_id, ScoreSet.number == newest.scalar_subquery()))
        .join(Interview, Interview.id == AnswerRating.interview_id)
        .where(
            AnswerRating.organisation_id == wanted.organisation_id,
            Interview.purpose == "assessment",
            Answer.superseded.is_(False),
            Answer.is_follow_up.is_(False),
            Answer.transcript.is_not(None),
            score.is_not(None),
        )
        .order_by(AnswerRating.created_at.desc(), Answer.id)
        .limit(limit)
    )
    if wanted.job_id is not None:
        statement = statement.where(Interview.job_id == wanted.job_id)
    if answer_ids:
        statement = statement.where(Answer.id.in_(answer_ids))
    if not wanted.include_simulated:
        statement = statement.where(~simulated)
    rows: Any = session.execute(statement)
    return [Scored(id, found, model, version, bool(is_simulated)) for id, found, model, version, is_simulated in rows]


def round_of(session: Session, organisation_id: str, round_id: str, *, lock: bool = False) -> CalibrationRound | None:
    """The round, or None; ``lock`` lets one rater's levels be written at a time."""
    statement = select(CalibrationRound).where(
        CalibrationRound.organisation_id == organisation_id, CalibrationRound.id == round_id
    )
    return session.scalar(statement.with_for_update() if lock else statement)


def with_external_id(session: Session, organisation_id: str, external_id: str) -> CalibrationRound | None:
    """The round under the caller's own id, or None."""
    return session.scalar(
        select(CalibrationRound).where(
            CalibrationRound.organisation_id == organisation_id, CalibrationRound.external_id == external_id
        )
    )


def page(
    session: Session, organisation_id: str, *, job_id: str | None, limit: int, cursor: str | None
) -> tuple[Sequence[CalibrationRound], str | None]:
    """A page of rounds, newest first, and the next cursor. Raises BadCursor."""
    statement = _rounds(select(CalibrationRound), organisation_id, job_id)
    paged = page_of(statement, CalibrationRound.created_at, CalibrationRound.id, limit=limit, cursor=cursor)
    return cut(session.scalars(paged).all(), limit)


def count(session: Session, organisation_id: str, *, job_id: str | None) -> int:
    """How many rounds the whole list has."""
    return session.scalar(_rounds(select(func.count()).select_from(CalibrationRound), organisation_id, job_id)) or 0


def rounds_between(
    session: Session, wanted: Wanted, *, since: datetime | None, until: datetime | None, limit: int
) -> Sequence[CalibrationRound]:
    """The rounds begun in the period, newest first."""
    statement = _rounds(select(CalibrationRound), wanted.organisation_id, wanted.job_id)
    if since is not None:
        statement = statement.where(CalibrationRound.created_at >= since)
    if until is not None:
        statement = statement.where(CalibrationRound.created_at < until)
    if not wanted.include_simulated:
        statement = statement.where(CalibrationRound.simulated.is_(False))
    order = (CalibrationRound.created_at.desc(), CalibrationRound.id.desc())
    return session.scalars(statement.order_by(*order).limit(limit)).all()


def _rounds(statement: Select[Any], organisation_id: str, job_id: str | None) -> Select[Any]:
    statement = statement.where(CalibrationRound.organisation_id == organisation_id)
    return statement if job_id is None else statement.where(CalibrationRound.job_id == job_id)


def answers(session: Session, round_id: str) -> Sequence[CalibrationAnswer]:
    """The answers of a round in its order."""
    return session.scalars(
        select(CalibrationAnswer).where(CalibrationAnswer.round_id == round_id).order_by(CalibrationAnswer.position)
    ).all()


def ratings(session: Session, round_id: str) -> Sequence[CalibrationRating]:
    """All levels that people gave in a round."""
    return session.scalars(select(CalibrationRating).where(CalibrationRating.round_id == round_id)).all()


def words(session: Session, organisation_id: str, round_id: str) -> dict[str, Words]:
    """What a person reads to rate each answer of a round, by answer id: no score, no name, no interview."""
    statement = (
        select(Answer, QuestionSet, FollowUp)
        .join(CalibrationAnswer, CalibrationAnswer.answer_id == Answer.id)
        .join(Interview, Interview.id == Answer.interview_id)
        .join(QuestionSet, QuestionSet.id == Interview.question_set_id)
        .outerjoin(FollowUp, FollowUp.answer_id == Answer.id)
        .where(CalibrationAnswer.round_id == round_id, Answer.organisation_id == organisation_id)
    )
    found = session.execute(statement).all()
    asked = [follow_up.id for _, _, follow_up in found if follow_up is not None]
    takes = session.scalars(
        select(Answer).where(Answer.question_id.in_(asked), Answer.superseded.is_(False), Answer.is_follow_up)
    )
    said = {take.question_id: take.transcript_corrected or take.transcript for take in takes}
    return {
        answer.id: Words(
            next(question for question in version.questions if question.id == answer.question_id),
            answer.transcript_corrected or answer.transcript,
            None if follow_up is None or follow_up.id not in said else follow_up.text,
            None if follow_up is None else said.get(follow_up.id),
        )
        for answer, version, follow_up in found
    }

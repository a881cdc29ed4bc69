"""Answers that people have judged, page by page: words and levels, with nothing that says who spoke."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session

from db.models import (
    Answer,
    AnswerRating,
    AnswerState,
    CalibrationRating,
    FollowUp,
    FollowUpState,
    Interview,
    Job,
    QuestionSet,
    Review,
    ScoreSet,
)
from db.repositories.cohorts import Cohort, among, newest_number
from interview.question import Question


@dataclass(frozen=True, slots=True)
class Given:
    """What the model gave at the time, None where it gave no score."""

    score: float | None
    model: str | None
    prompt_version: str | None


@dataclass(frozen=True, slots=True)
class Judged:
    """One answer. ``criteria`` are people's ratings 1-5 by rater and criterion, ``levels`` their levels 1-5 of the
    whole answer by rater, from blind rounds. ``settings`` are the job's as its row keeps them."""

    answer_id: str
    interview_id: str
    job_id: str
    questions_version: int
    question: Question
    language: str
    settings: Mapping[str, Any]
    transcript: str
    state: AnswerState
    simulated: bool
    given: Given | None
    follow_up: tuple[str, str] | None = None
    criteria: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    levels: Mapping[str, int] = field(default_factory=dict)


def page(session: Session, cohort: Cohort, *, after: str | None, limit: int) -> tuple[Sequence[Judged], str | None]:
    """The answers of at most ``limit`` interviews, and the interview after which to go on, None at the end.

    Of an interview that a person reviewed all answers with words are there, of others those rated in blind rounds.
    """
    interviews = _interviews(session, cohort, after, limit)
    if not interviews:
        return (), None
    reviews = session.execute(
        select(Review.interview_id, Review.reviewer, Review.ratings)
        .where(Review.interview_id.in_(interviews))
        .order_by(Review.created_at, Review.id)
    ).all()
    reviewed = {interview_id for interview_id, _, _ in reviews}
    rows = session.execute(_answers(cohort, interviews)).all()
    answer_ids = [answer.id for answer, *_ in rows]
    levels = _levels(session, answer_ids)
    later = _follow_ups(session, answer_ids)
    criteria: dict[str, dict[str, dict[str, int]]] = {}
    for _, reviewer, ratings in reviews:
        for answer_id, given in (ratings or {}).items():
            criteria.setdefault(answer_id, {})[reviewer] = given
    found = []
    for answer, job_id, language, settings, version, questions, simulated, rating_id, score, model, prompt in rows:
        if answer.interview_id not in reviewed and answer.id not in levels:
            continue
        found.append(
            Judged(
                answer.id,
                answer.interview_id,
                job_id,
                version,
                next(question for question in questions if question.id == answer.question_id),
                language,
                settings,
                answer.transcript_corrected or answer.transcript,
                answer.state,
                simulated or answer.simulated,
                None if rating_id is None else Given(score, model, prompt),
                later.get(answer.id),
                criteria.get(answer.id, {}),
                levels.get(answer.id, {}),
            )
        )
    return found, interviews[-1] if len(interviews) == limit else None


def _interviews(session: Session, cohort: Cohort, after: str | None, limit: int) -> Sequence[str]:
    reviewed = exists().where(Review.interview_id == Interview.id).correlate(Interview)
    rated = (
        exists()
        .where(CalibrationRating.answer_id == Answer.id, Answer.interview_id == Interview.id)
        .correlate(Interview)
    )
    columns: Any = select(Interview.id)
    statement = among(columns, cohort).where(or_(reviewed, rated))
    if after is not None:
        statement = statement.where(Interview.id > after)
    return session.scalars(statement.order_by(Interview.id).limit(limit)).all()


def _answers(cohort: Cohort, interviews: Sequence[str]) -> Any:
    score = AnswerRating.answer10
    columns: Any = select(
        Answer, Job.id, Job.language, Job.settings, QuestionSet.version, QuestionSet.questions, Interview.simulated,
        AnswerRating.id, score, AnswerRating.model, AnswerRating.prompt_version,
    )  # fmt: skip
    statement = (
        columns.select_from(Answer)
        .join(Interview, Interview.id == Answer.interview_id)
        .join(Job, Job.id == Interview.job_id)
        .join(QuestionSet, QuestionSet.id == Interview.question_set_id)
        .outerjoin(ScoreSet, and_(ScoreSet.interview_id == Interview.id, ScoreSet.number == newest_number()))
        .outerjoin(
            AnswerRating, and_(AnswerRating.score_set_id == ScoreSet.id, AnswerRating.answer_id == Answer.id)
        )
        .where(
            Answer.interview_id.in_(interviews),
            Answer.superseded.is_(False),
            Answer.is_follow_up.is_(False),
            Answer.is_knockout.is_(False),
            Answer.transcript.is_not(None),
        )
        .order_by(Answer.interview_id, Answer.question_id, Answer.take)
    )
    return statement if cohort.include_simulated else statement.where(Answer.simulated.is_(False))


def _levels(session: Session, answer_ids: Collection[str]) -> dict[str, dict[str, int]]:
    """Of somebody who rated an answer in two rounds the later level counts."""
    rows = session.execute(
        select(CalibrationRating.answer_id, CalibrationRating.rater, CalibrationRating.level)
        .where(CalibrationRating.answer_id.in_(answer_ids))
        .order_by(CalibrationRating.created_at, CalibrationRating.id)
    )
    found: dict[str, dict[str, int]] = {}
    for answer_id, rater, level in rows:
        found.setdefault(answer_id, {})[rater] = level
    return found


def _follow_ups(session: Session, answer_ids: Collection[str]) -> dict[str, tuple[str, str]]:
    """What was asked later, and what was said to it, by answer."""
    take = select(Answer).where(Answer.is_follow_up.is_(True), Answer.superseded.is_(False)).subquery()
    rows = session.execute(
        select(FollowUp.answer_id, FollowUp.text, take.c.transcript_corrected, take.c.transcript)
        .join(take, take.c.question_id == FollowUp.id)
        .where(FollowUp.answer_id.in_(answer_ids), FollowUp.state == FollowUpState.ANSWERED)
    )
    return {
        answer_id: (text, corrected or heard)
        for answer_id, text, corrected, heard in rows
        if corrected or heard
    }

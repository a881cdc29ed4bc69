"""What came of each question and key point of the versions that were asked, summed by the database."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CTE, Float, case, cast, distinct, func, select, true
from sqlalchemy.orm import Session

from db.json_members import item_text, json_items
from db.models import (
    Answer,
    AnswerRating,
    AnswerState,
    FollowUp,
    FollowUpState,
    IntegrityNote,
    Interview,
    Job,
    QuestionSet,
)
from db.repositories.cohorts import Cohort, among, newest_sets
from interview.question import Question


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of one version."""

    question_set_id: str
    question_id: str


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a job's questions."""

    id: str
    job_id: str
    job_title: str
    number: int
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Moments:
    """Sums over the scores 0-10 of one question. ``pairs`` of them stand beside the same person's other scores, whose
    mean is the rest: the sums of both, of their squares and of their products."""

    count: int
    total: float
    squares: float
    low: float
    high: float
    pairs: int
    paired_total: float
    paired_squares: float
    rest_total: float
    rest_squares: float
    products: float


@dataclass(frozen=True, slots=True)
class PointTally:
    """How often a key point was covered, partly covered or missing in the answers that were rated."""

    covered: int = 0
    partial: int = 0
    missing: int = 0


def versions(session: Session, cohort: Cohort, *, limit: int) -> Sequence[Version]:
    """The versions that the cohort's interviews were held with, the newest first."""
    used: Any = select(Interview.question_set_id)
    statement = (
        select(QuestionSet.id, QuestionSet.job_id, Job.title, QuestionSet.version, QuestionSet.questions)
        .join(Job, Job.id == QuestionSet.job_id)
        .where(QuestionSet.id.in_(among(used, cohort)))
        .order_by(QuestionSet.created_at.desc(), QuestionSet.id)
        .limit(limit)
    )
    return [Version(*row) for row in session.execute(statement)]


def states(session: Session, cohort: Cohort, sets: Collection[str]) -> Mapping[Asked, Mapping[AnswerState, int]]:
    """How many takes that count are in each state, by question; requirements are left out."""
    columns: Any = select(Interview.question_set_id, Answer.question_id, Answer.state, func.count())
    statement = _counting(columns.select_from(Answer), cohort, sets)
    found: dict[Asked, dict[AnswerState, int]] = {}
    for set_id, question_id, state, count in session.execute(
        statement.group_by(Interview.question_set_id, Answer.question_id, Answer.state)
    ):
        found.setdefault(Asked(set_id, question_id), {})[state] = count
    return found


def moments(session: Session, cohort: Cohort, sets: Collection[str]) -> Mapping[Asked, Moments]:
    """The sums over each question's scores in the newest score sets."""
    scored = _scores(cohort, sets)
    others = func.count().over(partition_by=scored.c.interview_id) - 1
    in_all = func.sum(scored.c.score).over(partition_by=scored.c.interview_id)
    beside = select(
        scored.c.set_id, scored.c.question_id, scored.c.score,
        ((in_all - scored.c.score) / func.nullif(cast(others, Float), 0.0)).label("rest"),
    ).subquery()  # fmt: skip
    score, rest = beside.c.score, beside.c.rest
    paired = case((rest.is_not(None), score))
    statement = select(
        beside.c.set_id, beside.c.question_id, func.count(), func.sum(score), func.sum(score * score), func.min(score),
        func.max(score), func.count(rest), _sum(paired), _sum(paired * score), _sum(rest), _sum(rest * rest),
        _sum(score * rest),
    ).group_by(beside.c.set_id, beside.c.question_id)  # fmt: skip
    return {Asked(row[0], row[1]): Moments(*row[2:]) for row in session.execute(statement)}


def follow_ups(session: Session, cohort: Cohort, sets: Collection[str]) -> Mapping[Asked, int]:
    """How many answers were asked about once more, by question."""
    columns: Any = select(Interview.question_set_id, Answer.question_id, func.count(distinct(FollowUp.answer_id)))
    statement = _counting(
        columns.select_from(FollowUp).join(Answer, Answer.id == FollowUp.answer_id), cohort, sets
    ).where(FollowUp.state.in_([FollowUpState.ASKED, FollowUpState.ANSWERED, FollowUpState.PASSED]))
    rows = session.execute(statement.group_by(Interview.question_set_id, Answer.question_id))
    return {Asked(set_id, question_id): count for set_id, question_id, count in rows}


def key_points(session: Session, cohort: Cohort, sets: Collection[str]) -> Mapping[tuple[Asked, str], PointTally]:
    """What became of each key point in the ratings of the newest score sets, by question and the key point's id."""
    item = json_items(AnswerRating.content, "key_points").table_valued("value", joins_implicitly=True)
    point_id, status = item_text(item.c.value, "id"), item_text(item.c.value, "status")
    newest = newest_sets(cohort)
    columns: Any = select(
        newest.c.question_set_id, Answer.question_id, point_id.label("point"), status.label("became"), func.count()
    )
    statement = (
        _rated(columns, newest, cohort, sets)
        .join(item, true())
        .group_by(newest.c.question_set_id, Answer.question_id, "point", "became")
    )
    found: dict[tuple[Asked, str], dict[str, int]] = {}
    for set_id, question_id, point, became, count in session.execute(statement):
        found.setdefault((Asked(set_id, question_id), point), {})[became] = count
    return {
        key: PointTally(tally.get("covered", 0), tally.get("partial", 0), tally.get("missing", 0))
        for key, tally in found.items()
    }


def noted(session: Session, cohort: Cohort) -> tuple[int, int, Mapping[str, tuple[int, int]]]:
    """The interviews and answers with words, and by signal how many interviews and answers have a note of it."""
    columns: Any = select(func.count(distinct(Interview.id)), func.count())
    interviews, answers = session.execute(_counting(columns.select_from(Answer), cohort).where(_has_words())).one()
    by_signal: Any = select(
        IntegrityNote.signal, func.count(distinct(Interview.id)), func.count(distinct(IntegrityNote.answer_id))
    )
    statement = _counting(
        by_signal.select_from(IntegrityNote).join(Answer, Answer.id == IntegrityNote.answer_id), cohort
    )
    rows = session.execute(statement.where(_has_words()).group_by(IntegrityNote.signal))
    return interviews, answers, {signal: (people, notes) for signal, people, notes in rows}


def _counting(statement: Any, cohort: Cohort, sets: Collection[str] | None = None) -> Any:
    """The statement, which reads answers, for the takes that count of the cohort."""
    statement = among(statement.join(Interview, Interview.id == Answer.interview_id), cohort).where(
        Answer.superseded.is_(False), Answer.is_follow_up.is_(False), Answer.is_knockout.is_(False)
    )
    if sets is not None:
        statement = statement.where(Interview.question_set_id.in_(sets))
    return statement if cohort.include_simulated else statement.where(Answer.simulated.is_(False))


def _scores(cohort: Cohort, sets: Collection[str]) -> Any:
    newest, score = newest_sets(cohort), AnswerRating.answer10
    columns: Any = select(
        newest.c.question_set_id.label("set_id"), Answer.interview_id.label("interview_id"),
        Answer.question_id.label("question_id"), score.label("score"),
    )  # fmt: skip
    return _rated(columns, newest, cohort, sets).where(score.is_not(None)).subquery()


def _rated(columns: Any, newest: CTE, cohort: Cohort, sets: Collection[str]) -> Any:
    """The columns over the ratings in the newest score sets, of scored takes that count."""
    statement = (
        columns.select_from(newest)
        .join(AnswerRating, AnswerRating.score_set_id == newest.c.id)
        .join(Answer, Answer.id == AnswerRating.answer_id)
        .where(
            newest.c.question_set_id.in_(sets),
            Answer.state == AnswerState.SCORED,
            Answer.superseded.is_(False),
            Answer.is_follow_up.is_(False),
            Answer.is_knockout.is_(False),
        )
    )
    if cohort.include_simulated:
        return statement
    return statement.where(AnswerRating.simulated.is_(False), Answer.simulated.is_(False))


def _sum(value: Any) -> Any:
    return func.coalesce(func.sum(value), 0.0)


def _has_words() -> Any:
    return Answer.transcript.is_not(None)

"""Interviews counted: by status, by how far they came, by job, and people's decisions over their results."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from db.json_members import json_flag
from db.models import Answer, AnswerRating, Call, Interview, Job, Result, Review, ScoreSet
from db.moments import day_of, seconds_between
from db.repositories.cohorts import Cohort, among, newest_number, newest_sets
from interview.facts import CallOutcome
from interview.lifecycle import TERMINAL, InterviewStatus
from interview.statistics.decisions import Decided
from interview.statistics.funnel import STAGES, Stage, Standing

_S = InterviewStatus
# The conversation is over, and what was said is being assessed or has been.
_FINISHED = (_S.PROCESSING, _S.COMPLETED, _S.NEEDS_REVIEW)
# A person was there. Who hung up at the first sentence was there too.
_TALKED = tuple(
    outcome.value
    for outcome in CallOutcome
    if outcome not in {CallOutcome.BUSY, CallOutcome.NO_ANSWER, CallOutcome.VOICEMAIL, CallOutcome.FAILED}
)
_HUNG_UP_AT_DOOR = "hung_up_at_door"
_NOT_PLACED = "not_placed"


@dataclass(frozen=True, slots=True)
class JobTally:
    """One job's interviews. Scores are those of the newest score set, ``squares`` the sum of their squares."""

    job_id: str
    title: str
    company: str
    interviews: int
    started: int
    finished: int
    scored: int
    total: float
    squares: float
    hire: int
    consider: int
    reject: int
    reviewed: int


@dataclass(frozen=True, slots=True)
class ScoreSums:
    """How many results have a total, the sum of these and the sum of their squares."""

    scored: int
    total: float
    squares: float


@dataclass(frozen=True, slots=True)
class Completion:
    """``over`` interviews were begun and are over, ``whole`` of them came to their own end."""

    over: int
    whole: int


def statuses(session: Session, cohort: Cohort) -> Mapping[InterviewStatus, int]:
    """How many interviews are in each status; those without any are left out."""
    columns: Any = select(Interview.status, func.count())
    return {status: count for status, count in session.execute(among(columns, cohort).group_by(Interview.status))}


def standings(session: Session, cohort: Cohort) -> Sequence[Standing]:
    """How far everybody came, like ones together."""
    last = aliased(Call)
    newest_call = select(func.max(last.attempt)).where(last.interview_id == Interview.id).correlate(Interview)
    decided = exists().where(Review.interview_id == Interview.id).correlate(Interview)
    columns: Any = select(
        _place(decided).label("place"), Interview.status.label("status"), Interview.reason_code.label("reason"),
        Call.outcome.label("outcome"), Call.reason_code.label("call_reason"), decided.label("decided"),
        _is_whole().label("whole"),
    )  # fmt: skip
    each = among(
        columns.select_from(Interview)
        .outerjoin(Call, and_(Call.interview_id == Interview.id, Call.attempt == newest_call.scalar_subquery()))
        .outerjoin(ScoreSet, and_(ScoreSet.interview_id == Interview.id, ScoreSet.number == newest_number()))
        .outerjoin(Result, Result.score_set_id == ScoreSet.id),
        cohort,
    ).subquery()
    alike = (
        each.c.place, each.c.status, each.c.reason, each.c.outcome, each.c.call_reason, each.c.decided, each.c.whole
    )  # fmt: skip
    return [
        Standing(STAGES[place], status, count, reason, outcome, call_reason, bool(is_decided), bool(is_whole))
        for place, status, reason, outcome, call_reason, is_decided, is_whole, count in session.execute(
            select(*alike, func.count()).group_by(*alike)
        )
    ]


def completion(session: Session, cohort: Cohort) -> Completion:
    """Of the interviews that were begun and are over, how many came to their own end."""
    columns: Any = select(func.count(), func.sum(case((_is_whole(), 1), else_=0)))
    over, whole = session.execute(
        among(columns, cohort).where(
            Interview.started_at.is_not(None), Interview.status.in_([*TERMINAL, _S.PROCESSING])
        )
    ).one()
    return Completion(over, whole or 0)


def median_duration_s(session: Session, cohort: Cohort) -> float | None:
    """The median time from consent to the end of the last call over the whole interviews; None when there are none."""
    took = seconds_between(Interview.started_at, Interview.ended_at)
    columns: Any = select(took.label("took"))
    whole = among(columns, cohort).where(_is_whole(), took.is_not(None))
    count = session.scalar(select(func.count()).select_from(whole.subquery())) or 0
    if not count:
        return None
    middle = session.scalars(whole.order_by("took").offset((count - 1) // 2).limit(2 - count % 2)).all()
    return float(sum(middle) / len(middle))


def scores(session: Session, cohort: Cohort) -> ScoreSums:
    """The sums over the totals of the newest score sets."""
    score = Result.overall_score
    columns: Any = select(
        func.count(score), func.coalesce(func.sum(score), 0.0), func.coalesce(func.sum(score * score), 0.0)
    )
    statement = (
        columns.select_from(Interview)
        .join(ScoreSet, and_(ScoreSet.interview_id == Interview.id, ScoreSet.number == newest_number()))
        .join(Result, Result.score_set_id == ScoreSet.id)
    )
    return ScoreSums(*session.execute(among(statement, cohort)).one())


def by_job(session: Session, cohort: Cohort, *, limit: int) -> Sequence[JobTally]:
    """The jobs with interviews in the cohort, the newest job first."""

    def many(condition: ColumnElement[bool]) -> Any:
        return func.sum(case((condition, 1), else_=0))

    score, advice = Result.overall_score, Result.recommendation
    columns: Any = select(
        Job.id, Job.title, Job.company, func.count(), many(Interview.started_at.is_not(None)),
        many(Interview.status.in_(_FINISHED)), func.count(score), func.coalesce(func.sum(score), 0.0),
        func.coalesce(func.sum(score * score), 0.0), many(advice == "hire"), many(advice == "consider"),
        many(advice == "reject"), many(exists().where(Review.interview_id == Interview.id).correlate(Interview)),
    )  # fmt: skip
    statement = among(
        columns.select_from(Interview)
        .join(Job, Job.id == Interview.job_id)
        .outerjoin(ScoreSet, and_(ScoreSet.interview_id == Interview.id, ScoreSet.number == newest_number()))
        .outerjoin(Result, Result.score_set_id == ScoreSet.id),
        cohort,
    )
    statement = statement.group_by(Job.id, Job.title, Job.company, Job.created_at)
    return [JobTally(*row) for row in session.execute(statement.order_by(Job.created_at.desc(), Job.id).limit(limit))]


def decisions(session: Session, cohort: Cohort) -> Sequence[Decided]:
    """Each interview's latest decision beside the recommendation of the score set it was made over, counted by day.

    The cohort's period is here that of the decision.
    """
    day = day_of(Review.created_at)
    columns: Any = select(day, Result.recommendation, Review.decision, func.count())
    return _decided(session, columns.group_by(day, Result.recommendation, Review.decision), cohort)


def decisions_by_job(session: Session, cohort: Cohort) -> Mapping[str, Sequence[Decided]]:
    """The same by job; the cohort's period is that of the interview."""
    day = day_of(Review.created_at)
    columns: Any = select(Interview.job_id, day, Result.recommendation, Review.decision, func.count())
    statement = columns.group_by(Interview.job_id, day, Result.recommendation, Review.decision)
    found: dict[str, list[Decided]] = {}
    for job_id, at, recommended, decided, count in session.execute(among(_latest(statement), cohort)):
        found.setdefault(job_id, []).append(Decided(date.fromisoformat(at), recommended, decided, count))
    return found


def ratings_flagged(session: Session, cohort: Cohort) -> tuple[int, int]:
    """The answers rated in the newest score sets, and those of them whose reasons the bias check stopped (J15)."""
    is_hit = case((AnswerRating.bias_flag.is_(True), 1), else_=0)
    newest, columns = newest_sets(cohort), select(func.count(), func.sum(is_hit))
    statement = columns.select_from(AnswerRating).join(newest, newest.c.id == AnswerRating.score_set_id)
    rated, flagged = session.execute(statement).one()
    return rated, flagged or 0


def _decided(session: Session, statement: Any, cohort: Cohort) -> Sequence[Decided]:
    found: Any = session.execute(among(_latest(statement), cohort, at=Review.created_at))  # type: ignore[arg-type]
    return [Decided(date.fromisoformat(day), recommended, decided, count) for day, recommended, decided, count in found]


def _latest(statement: Any) -> Any:
    """Of several decisions over one interview the last one counts, as it does for the candidate."""
    later = aliased(Review)
    is_overtaken = exists().where(
        later.interview_id == Review.interview_id,
        or_(later.created_at > Review.created_at, and_(later.created_at == Review.created_at, later.id > Review.id)),
    )
    return (
        statement.select_from(Review)
        .join(Interview, Interview.id == Review.interview_id)
        .outerjoin(Result, Result.score_set_id == Review.score_set_id)
        .where(~is_overtaken)
    )


def _place(decided: ColumnElement[bool]) -> ColumnElement[int]:
    """How far an interview came, as a place in ``STAGES``."""

    def called(condition: ColumnElement[bool]) -> ColumnElement[bool]:
        return exists().where(Call.interview_id == Interview.id, condition).correlate(Interview)

    heard = exists().where(Answer.interview_id == Interview.id, Answer.is_follow_up.is_(False)).correlate(Interview)
    is_finished, has_score = Interview.status.in_(_FINISHED), Result.overall_score.is_not(None)
    place = {stage: number for number, stage in enumerate(STAGES)}
    return case(
        (and_(is_finished, has_score, decided), place[Stage.REVIEWED]),
        (and_(is_finished, has_score), place[Stage.SCORED]),
        (is_finished, place[Stage.FINISHED]),
        (or_(heard, json_flag(Interview.progress, "identified")), place[Stage.FIRST_QUESTION]),
        (Interview.started_at.is_not(None), place[Stage.CONSENTED]),
        (called(or_(Call.outcome.in_(_TALKED), Call.reason_code == _HUNG_UP_AT_DOOR)), place[Stage.REACHED]),
        (called(or_(Call.reason_code.is_(None), Call.reason_code != _NOT_PLACED)), place[Stage.DIALLED]),
        else_=place[Stage.INVITED],
    )


def _is_whole() -> ColumnElement[bool]:
    """The conversation came to its own end: in a call, or without one (in the browser or in writing)."""
    calls = exists().where(Call.interview_id == Interview.id).correlate(Interview)
    to_the_end = exists().where(Call.interview_id == Interview.id, Call.outcome == CallOutcome.COMPLETED.value)
    return and_(Interview.status.in_(_FINISHED), or_(to_the_end.correlate(Interview), ~calls))

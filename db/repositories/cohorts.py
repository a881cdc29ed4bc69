"""Whom the analytics are about, in one place: assessments of one organisation, simulated ones only when asked for."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CTE, ColumnElement, ScalarSelect, Select, and_, exists, func, select, text
from sqlalchemy.orm import Session, aliased

from db.models import Interview, Result, ScoreSet

PATIENCE_MS = 20_000


@dataclass(frozen=True, slots=True)
class Cohort:
    """The interviews made from ``since`` to before ``until``, for one job or all. Practice is never among them.

    An interview whose result a double has made is simulated as much as one that was held with a double.
    """

    organisation_id: str
    job_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    include_simulated: bool = False


def among(statement: Select[Any], cohort: Cohort, *, at: ColumnElement[datetime] | None = None) -> Select[Any]:
    """The statement, which reads interviews, for those of the cohort. ``at`` is the moment that the period is about,
    where that is another than when the interview was made."""
    moment: Any = Interview.created_at if at is None else at
    statement = statement.where(
        Interview.organisation_id == cohort.organisation_id, Interview.purpose == "assessment"
    )
    if cohort.job_id is not None:
        statement = statement.where(Interview.job_id == cohort.job_id)
    if cohort.since is not None:
        statement = statement.where(moment >= cohort.since)
    if cohort.until is not None:
        statement = statement.where(moment < cohort.until)
    if not cohort.include_simulated:
        made_up = exists().where(Result.interview_id == Interview.id, Result.simulated.is_(True)).correlate(Interview)
        statement = statement.where(Interview.simulated.is_(False), ~made_up)
    return statement


def may_take_long(session: Session) -> None:
    """Give the statements of this reading more time than those that a page or a call waits for: a long history is
    summed up in one go. SQLite knows no such limit."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"SET LOCAL statement_timeout = {PATIENCE_MS}"))


def newest_number() -> ScalarSelect[int]:
    """The number of an interview's newest score set; the statement around it reads interviews."""
    later = aliased(ScoreSet)
    return (
        select(func.max(later.number)).where(later.interview_id == Interview.id).correlate(Interview).scalar_subquery()
    )


def newest_sets(cohort: Cohort) -> CTE:
    """The newest score set of each interview of the cohort: ``id``, ``interview_id``, ``question_set_id``.

    Read once, before the ratings are: a planner that puts it among them asks for every rating anew which one is newest.
    """
    columns: Any = select(ScoreSet.id, ScoreSet.interview_id, Interview.question_set_id)
    statement = among(
        columns.select_from(Interview).join(
            ScoreSet, and_(ScoreSet.interview_id == Interview.id, ScoreSet.number == newest_number())
        ),
        cohort,
    )
    return statement.cte("newest_sets").prefix_with("MATERIALIZED")

"""Scores of answers over time, by the model and prompt version that gave them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from db.models import Answer, AnswerRating, Interview


@dataclass(frozen=True, slots=True)
class Rater:
    """A model with a version of the prompt, and when it last rated."""

    model: str
    prompt_version: str
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose scores: of one organisation, of one job or all; simulated ones only when they are asked for."""

    organisation_id: str
    job_id: str | None = None
    include_simulated: bool = False


def organisations(session: Session) -> Sequence[str]:
    """The ids of all organisations for which something was rated."""
    return session.scalars(select(AnswerRating.organisation_id).distinct().order_by(AnswerRating.organisation_id)).all()


def raters(session: Session, wanted: Wanted) -> Sequence[Rater]:
    """Every model and prompt version that rated something, the latest first."""
    last_at = func.max(AnswerRating.created_at)
    columns: Any = select(AnswerRating.model, AnswerRating.prompt_version, last_at)
    statement = (
        _of(columns, wanted)
        .where(AnswerRating.model.is_not(None), AnswerRating.prompt_version.is_not(None))
        .group_by(AnswerRating.model, AnswerRating.prompt_version)
        .order_by(last_at.desc(), AnswerRating.model, AnswerRating.prompt_version)
    )
    return [Rater(model, version, last) for model, version, last in session.execute(statement)]


def scores(
    session: Session, wanted: Wanted, rater: Rater, *, since: datetime | None, until: datetime, limit: int
) -> Sequence[float]:
    """The newest scores 0-10 that this rater gave from ``since`` to before ``until``, at most ``limit``.

    A rating that was carried over into a later score set counts once. Of 2 * ``limit`` ratings at most those are taken
    that have a score, so that the texts of no more are read.
    """
    columns: Any = select(func.min(AnswerRating.id).label("id"))
    newest = (
        _of(columns, wanted)
        .where(
            AnswerRating.model == rater.model,
            AnswerRating.prompt_version == rater.prompt_version,
            AnswerRating.created_at < until,
        )
        .group_by(AnswerRating.answer_id, AnswerRating.created_at)
        .order_by(AnswerRating.created_at.desc(), AnswerRating.answer_id)
        .limit(2 * limit)
    )
    if since is not None:
        newest = newest.where(AnswerRating.created_at >= since)
    chosen = newest.subquery()
    score = AnswerRating.answer10
    statement = (
        select(score)
        .join(chosen, chosen.c.id == AnswerRating.id)
        .where(score.is_not(None))
        .order_by(AnswerRating.created_at.desc(), AnswerRating.answer_id)
        .limit(limit)
    )
    return [found for found in session.scalars(statement) if found is not None]


def _of(statement: Select[Any], wanted: Wanted) -> Select[Any]:
    statement = (
        statement.join(Answer, Answer.id == AnswerRating.answer_id)
        .join(Interview, Interview.id == AnswerRating.interview_id)
        .where(
            AnswerRating.organisation_id == wanted.organisation_id,
            Interview.purpose == "assessment",
        )
    )
    if wanted.job_id is not None:
        statement = statement.where(Interview.job_id == wanted.job_id)
    if not wanted.include_simulated:
        statement = statement.where(
            AnswerRating.simulated.is_(False), Answer.simulated.is_(False), Interview.simulated.is_(False)
        )
    return statement

"""Interviews as people look through them: counted by status, and in other orders than the newest first.

Scores may be kept from a reader who has not listened yet (blind first). For them such a row has none: it is not found
by its recommendation, and its place in a list gives nothing away.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select, type_coerce
from sqlalchemy.orm import Session, aliased

from db.columns import UtcDateTime
from db.models import Candidate, DomainEvent, Interview, Job, Result, Review, ScoreSet
from db.repositories.blind_first import OPENED
from db.repositories.interviews import Listed, Wanted, conditions, listed_columns, with_wanted
from db.repositories.paging import after, decode_place, encode_place
from interview.lifecycle import InterviewStatus

_S = InterviewStatus
# Only a person gets these further.
FOR_A_PERSON = (_S.NEEDS_REVIEW, _S.UNREACHABLE, _S.FAILED)


class Order(StrEnum):
    """``waiting``: what needs a person first, whatever has waited longest before the rest."""

    NEWEST = "newest"
    WAITING = "waiting"
    SCORE = "score"


@dataclass(frozen=True, slots=True)
class Reader:
    """From whom scores may be kept: who it is, and the jobs whose scores are open to everybody at once."""

    name: str
    open_jobs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """How many interviews, and since when the first of them has been where it is."""

    count: int
    since: datetime


def job_settings(session: Session, organisation_id: str) -> Sequence[tuple[str, Mapping[str, Any]]]:
    """Every job's settings as the row keeps them, by its id."""
    found = session.execute(select(Job.id, Job.settings).where(Job.organisation_id == organisation_id))
    return [(id, settings) for id, settings in found]


def tallies(
    session: Session, organisation_id: str, wanted: Wanted, reader: Reader | None
) -> dict[InterviewStatus, Tally]:
    """How many interviews of the wanted kind are in each status."""
    columns: Any = select(Interview.status, func.count(), func.min(_since())).select_from(Interview)
    # What no condition speaks of is not joined: this counts everything there is.
    if wanted.q is not None:
        columns = columns.join(Candidate, Candidate.id == Interview.candidate_id)
    if wanted.recommendation is not None:
        later = aliased(ScoreSet)
        newest = select(func.max(later.number)).where(later.interview_id == Interview.id).correlate(Interview)
        columns = columns.join(
            ScoreSet, and_(ScoreSet.interview_id == Interview.id, ScoreSet.number == newest.scalar_subquery())
        ).join(Result, Result.score_set_id == ScoreSet.id)
    rules = [*conditions(organisation_id, wanted), *_only_open(wanted, reader)]
    found = session.execute(columns.where(*rules).group_by(Interview.status))
    return {status: Tally(count, since) for status, count, since in found}


def page(
    session: Session, organisation_id: str, wanted: Wanted, reader: Reader | None, *, order: Order, limit: int,
    cursor: str | None,
) -> tuple[Sequence[Listed], str | None]:  # fmt: skip
    """A page of interviews in this order, and the next cursor. Raises BadCursor, also for one of another order."""
    keys, types = _keys(order, reader)
    statement = with_wanted(listed_columns(), organisation_id, wanted).where(*_only_open(wanted, reader))
    if cursor is not None:
        statement = statement.where(after(keys, decode_place(cursor, types)))
    by = [key.desc() if falls else key.asc() for key, falls in keys]
    rows = session.execute(statement.add_columns(*(key for key, _ in keys)).order_by(*by).limit(limit + 1)).all()
    size = len(rows[0]) - len(keys) if rows else 0
    listed = [Listed(*row[:size]) for row in rows[:limit]]
    return listed, encode_place(rows[limit - 1][size:]) if len(rows) > limit else None


def some(session: Session, organisation_id: str, ids: Collection[str]) -> Sequence[Listed]:
    """Those of these interviews that are the organisation's, newest first."""
    statement = with_wanted(listed_columns(), organisation_id, Wanted()).where(Interview.id.in_(ids))
    rows = session.execute(statement.order_by(Interview.created_at.desc(), Interview.id.desc()))
    return [Listed(*row) for row in rows]


def _keys(order: Order, reader: Reader | None) -> tuple[list[tuple[ColumnElement[Any], bool]], list[type]]:
    """What the order goes by, each with whether it falls, and of which types that is."""
    newest: list[tuple[Any, bool]] = [(Interview.created_at, True), (Interview.id, True)]
    match order:
        case Order.NEWEST:
            return newest, [datetime, str]
        case Order.WAITING:
            rank = case((Interview.status.in_(FOR_A_PERSON), 0), else_=1)
            oldest: list[tuple[Any, bool]] = [(rank, False), (_since(), False), (Interview.id, False)]
            return oldest, [int, datetime, str]
        case Order.SCORE:
            score = Result.overall_score
            is_shown = score.is_not(None) if reader is None else and_(score.is_not(None), _is_open(reader))
            known = case((is_shown, score), else_=-1.0)
            return [(known, True), *newest], [float, datetime, str]


def _only_open(wanted: Wanted, reader: Reader | None) -> list[ColumnElement[bool]]:
    return [] if wanted.recommendation is None or reader is None else [_is_open(reader)]


def _is_open(reader: Reader) -> ColumnElement[bool]:
    """Whether this reader may see the score: see ``BlindFirstService``."""
    decided = exists().where(Review.interview_id == Interview.id).correlate(Interview)
    opened = exists().where(
        DomainEvent.subject_id == Interview.id, DomainEvent.type == OPENED, DomainEvent.actor == reader.name
    )
    return or_(Interview.job_id.in_(reader.open_jobs), decided, opened.correlate(Interview))


def _since() -> ColumnElement[Any]:
    """When the interview came to where it is, as far as that is written down."""
    moment = func.coalesce(Interview.concluded_at, Interview.ended_at, Interview.created_at)
    return type_coerce(moment, UtcDateTime())

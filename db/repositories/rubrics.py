"""Queries over the library of rubrics; each names the organisation."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from db.models import Rubric
from db.repositories.paging import cut, page_of


def rubric(session: Session, organisation_id: str, rubric_id: str, *, lock: bool = False) -> Rubric | None:
    """The rubric, or None; with ``lock`` nobody else changes it before this transaction ends."""
    statement = select(Rubric).where(Rubric.id == rubric_id, Rubric.organisation_id == organisation_id)
    return session.scalar(statement.with_for_update() if lock else statement)


def rubrics(
    session: Session, organisation_id: str, *, external_id: str | None, limit: int, cursor: str | None
) -> tuple[Sequence[Rubric], str | None]:
    """One page of rubrics, newest first, and the next cursor. Raises BadCursor."""
    statement = _rubrics(select(Rubric), organisation_id, external_id)
    page = page_of(statement, Rubric.created_at, Rubric.id, limit=limit, cursor=cursor)
    return cut(session.scalars(page).all(), limit)


def count_rubrics(session: Session, organisation_id: str, *, external_id: str | None) -> int:
    """How many rubrics the whole list has."""
    return session.scalar(_rubrics(select(func.count()).select_from(Rubric), organisation_id, external_id)) or 0


def rubric_with_external_id(session: Session, organisation_id: str, external_id: str) -> str | None:
    """The id of the rubric that has this external id."""
    found = select(Rubric.id).where(Rubric.organisation_id == organisation_id, Rubric.external_id == external_id)
    return session.scalar(found)


def _rubrics(statement: Select[Any], organisation_id: str, external_id: str | None) -> Select[Any]:
    statement = statement.where(Rubric.organisation_id == organisation_id)
    return statement if external_id is None else statement.where(Rubric.external_id == external_id)

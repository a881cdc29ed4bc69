"""What was last found out about the models that the settings name."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from db.models import WatchedModel


def keep(
    session: Session, model: str, looked_at: datetime, *, offered: bool | None, ends_on: date | None,
    problem: str | None,
) -> None:  # fmt: skip
    """Write down what was found; what was found before is forgotten."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    values = {"looked_at": looked_at, "offered": offered, "ends_on": ends_on, "problem": problem}
    made = insert(WatchedModel).values(model=model, **values)
    session.execute(made.on_conflict_do_update(index_elements=["model"], set_=values))


def found(session: Session, models: Collection[str]) -> dict[str, WatchedModel]:
    """What is known of these models, by name."""
    rows = session.scalars(select(WatchedModel).where(WatchedModel.model.in_(models)))
    return {row.model: row for row in rows}

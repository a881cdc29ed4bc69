"""What models said to the wording of questions."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from db.columns import new_id
from db.models import QuestionCheck


def checks_of(
    session: Session, organisation_id: str, hashes: Collection[str], *, prompt_version: str, model: str
) -> dict[str, QuestionCheck]:
    """What this model said under this prompt to the questions with these hashes, where it was asked."""
    rows = session.scalars(
        select(QuestionCheck).where(
            QuestionCheck.organisation_id == organisation_id,
            QuestionCheck.content_hash.in_(hashes),
            QuestionCheck.prompt_version == prompt_version,
            QuestionCheck.model == model,
        )
    )
    return {row.content_hash: row for row in rows}


def keep_check(session: Session, **values: Any) -> None:
    """Keep one verdict; the first one about the same words by the same model and prompt stays."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(insert(QuestionCheck).values(id=new_id(), **values).on_conflict_do_nothing())

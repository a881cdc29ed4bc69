"""Saved views: every query names the organisation, and whose they are."""

from collections.abc import Sequence

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from db.models import SavedView, User


def seen_by(session: Session, organisation_id: str, user_id: str) -> Sequence[tuple[SavedView, str]]:
    """A person's own views and those that others share, by name, each with its maker's name."""
    found = session.execute(
        select(SavedView, User.name)
        .join(User, User.id == SavedView.user_id)
        .where(
            SavedView.organisation_id == organisation_id,
            or_(SavedView.user_id == user_id, SavedView.is_shared.is_(True)),
        )
        .order_by(SavedView.name, SavedView.id)
    )
    return [(view, name) for view, name in found]


def own(session: Session, organisation_id: str, user_id: str, name: str) -> SavedView | None:
    """A person's view of this name."""
    return session.scalar(
        select(SavedView).where(
            SavedView.organisation_id == organisation_id, SavedView.user_id == user_id, SavedView.name == name
        )
    )


def count_own(session: Session, organisation_id: str, user_id: str) -> int:
    """How many a person has."""
    statement = select(func.count()).where(
        SavedView.organisation_id == organisation_id, SavedView.user_id == user_id
    )
    return session.scalar(statement) or 0


def one(session: Session, organisation_id: str, view_id: str) -> SavedView | None:
    """One view, whosever it is."""
    return session.scalar(
        select(SavedView).where(SavedView.organisation_id == organisation_id, SavedView.id == view_id)
    )

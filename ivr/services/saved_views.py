"""Saved views of the list of interviews: a name for a set of filters, one's own or everybody's."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError

from db.models import SavedView
from db.repositories import saved_views as rows
from db.unit_of_work import Database
from ivr.services.context import Clock
from ivr.services.errors import Conflict, Invalid, NotAllowed, NotFound
from ivr.services.logins import SessionUser
from ivr.services.roles import Permission, may

LONGEST_NAME = 60
MOST = 30


@dataclass(frozen=True, slots=True)
class SavedViewView:
    """A view that somebody sees; ``maker`` is whose it is, ``may_delete`` whether they may take it away."""

    id: str
    name: str
    filters: Mapping[str, str]
    is_shared: bool
    is_own: bool
    maker: str
    may_delete: bool


class SavedViewService:
    """Who may see the list may keep views of it; to share one is for those who decide. Filters are the page's."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def list(self, user: SessionUser) -> tuple[SavedViewView, ...]:
        """The person's own views and the shared ones, by name."""
        with self._database.read() as session:
            found = rows.seen_by(session, user.organisation_id, user.user_id)
            return tuple(
                SavedViewView(
                    id=row.id,
                    name=row.name,
                    filters=row.filters,
                    is_shared=row.is_shared,
                    is_own=row.user_id == user.user_id,
                    maker=maker,
                    may_delete=_may_delete(user, row),
                )
                for row, maker in found
            )

    def save(self, user: SessionUser, name: str, filters: Mapping[str, str], *, is_shared: bool) -> None:
        """Keep a view; the same name again keeps the newer filters. Raises Invalid, Conflict, NotAllowed."""
        name = " ".join(name.split())
        if not name or len(name) > LONGEST_NAME:
            raise Invalid("invalid_fields", f"Give the view a name of up to {LONGEST_NAME} characters.")
        if is_shared and not may(user.role, Permission.REVIEW):
            raise NotAllowed("role_too_low", "Your role lets you keep views for yourself only.")
        try:
            with self._database.write() as unit:
                session = unit.session
                row = rows.own(session, user.organisation_id, user.user_id, name)
                if row is None:
                    if rows.count_own(session, user.organisation_id, user.user_id) >= MOST:
                        raise Conflict("too_many", f"You have {MOST} views already.", "Delete one that you do not use.")
                    row = SavedView(
                        organisation_id=user.organisation_id, user_id=user.user_id, name=name, created_at=self._clock()
                    )
                    session.add(row)
                row.filters, row.is_shared = dict(filters), is_shared
        except IntegrityError:
            raise Conflict("too_late", "A view of this name was saved at the same moment.", "Try once more.") from None

    def delete(self, user: SessionUser, view_id: str) -> None:
        """Take a view away. Raises NotFound, for somebody else's own view too, and NotAllowed for a shared one."""
        with self._database.write() as unit:
            row = rows.one(unit.session, user.organisation_id, view_id)
            if row is None or not (row.is_shared or row.user_id == user.user_id):
                raise NotFound("view")
            if not _may_delete(user, row):
                raise NotAllowed("role_too_low", "Only who made this view, or an administrator, can delete it.")
            unit.session.delete(row)


def _may_delete(user: SessionUser, row: SavedView) -> bool:
    return row.user_id == user.user_id or (row.is_shared and may(user.role, Permission.ADMINISTER))

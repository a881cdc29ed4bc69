"""The list of interviews as people work through it: counted, ordered, and without what a reader is to hear first."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from sqlalchemy.orm import Session

from db.repositories import interview_lists as rows
from db.repositories.interview_lists import Order, Reader, Tally
from db.repositories.paging import BadCursor
from db.unit_of_work import Database
from ivr.services.blind_first import BlindFirstService
from ivr.services.drafts import InterviewFilters, Paged, settings_from_plain
from ivr.services.errors import Invalid
from ivr.services.interview_views import read_rows
from ivr.services.interviews import wanted_of
from ivr.services.views import InterviewView

__all__ = ["AT_ONCE", "InterviewListService", "Order", "Tally"]

# So many can be chosen and dealt with at once.
AT_ONCE = 100


class InterviewListService:
    """Every method takes the ``reader`` from whom scores may be kept (``user:…``), None for who is not led by them."""

    def __init__(self, database: Database, blind_first: BlindFirstService) -> None:
        self._database = database
        self._blind_first = blind_first

    def page(
        self, organisation_id: str, filters: InterviewFilters, reader: str | None, *, order: Order, limit: int,
        cursor: str | None = None,
    ) -> Paged[InterviewView]:  # fmt: skip
        """Interviews in this order. Raises Invalid: a cursor of another order, a status that there is not."""
        wanted = wanted_of(filters)
        with self._database.read() as session:
            sees = self._reader(session, organisation_id, filters, reader, order)
            try:
                found, following = rows.page(
                    session, organisation_id, wanted, sees, order=order, limit=limit, cursor=cursor
                )
            except BadCursor:
                raise Invalid("invalid_cursor", "The cursor is not one of ours.", "Begin at the first page.") from None
            return Paged(read_rows(session, organisation_id, found), following)

    def tallies(
        self, organisation_id: str, filters: InterviewFilters, reader: str | None
    ) -> Mapping[str, Tally]:
        """How many interviews are in each status and since when, in one query; statuses without any are left out."""
        with self._database.read() as session:
            sees = self._reader(session, organisation_id, filters, reader, Order.NEWEST)
            found = rows.tallies(session, organisation_id, wanted_of(filters), sees)
        return {status.value: tally for status, tally in found.items()}

    def some(self, organisation_id: str, ids: Collection[str]) -> tuple[InterviewView, ...]:
        """Those of these interviews that are the organisation's, newest first. Raises Invalid beyond a hundred."""
        if len(ids) > AT_ONCE:
            raise Invalid("too_many", f"At most {AT_ONCE} interviews can be chosen at once.", "Choose fewer.")
        with self._database.read() as session:
            return read_rows(session, organisation_id, rows.some(session, organisation_id, ids))

    def everything(
        self, organisation_id: str, filters: InterviewFilters, reader: str | None
    ) -> Iterator[InterviewView]:
        """Every interview that the filters let through, newest first, read page by page, as this reader may see it."""
        cursor = None
        while True:
            page = self.page(
                organisation_id, filters, reader, order=Order.NEWEST, limit=AT_ONCE, cursor=cursor
            )
            yield from self.as_seen_by(organisation_id, reader, page.items)
            if (cursor := page.next_cursor) is None:
                return

    def as_seen_by(
        self, organisation_id: str, reader: str | None, views: Collection[InterviewView]
    ) -> tuple[InterviewView, ...]:
        """The interviews without the scores and recommendations that this reader is not to see yet."""
        scored = [view.id for view in views if view.overall_score is not None or view.recommendation is not None]
        if reader is None or not scored:
            return tuple(views)
        hidden = self._blind_first.hidden_from(organisation_id, reader, scored)
        return tuple(
            replace(view, overall_score=None, recommendation=None) if view.id in hidden else view for view in views
        )

    def _reader(
        self, session: Session, organisation_id: str, filters: InterviewFilters, reader: str | None, order: Order
    ) -> Reader | None:
        """Asked for only where a score would decide over what is found, or in which order."""
        if reader is None or (filters.recommendation is None and order is not Order.SCORE):
            return None
        jobs = rows.job_settings(session, organisation_id)
        return Reader(reader, tuple(id for id, settings in jobs if not settings_from_plain(settings).blind_first))

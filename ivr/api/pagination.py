"""Lists: which part is asked for, and how it is shown."""

from typing import Annotated, Any, Literal

from pydantic import Field

from ivr.api.schemas.base import Query
from ivr.services.drafts import Page, Paged


class PageQuery(Query):
    """What every list takes."""

    limit: Annotated[int, Field(ge=1, le=100, description="How many at most.")] = 25
    cursor: Annotated[str | None, Field(max_length=400, description="next_cursor of the page before.")] = None
    include: Annotated[Literal["total"] | None, Field(description="total: count them all.")] = None

    def page(self) -> Page:
        """The page as the services take it."""
        return Page(self.limit, self.cursor, self.include == "total")


def envelope(paged: Paged[Any], items: list[Any]) -> dict[str, Any]:
    """The list as it is shown."""
    shown: dict[str, Any] = {"data": items, "next_cursor": paged.next_cursor}
    return shown if paged.total is None else {**shown, "total": paged.total}

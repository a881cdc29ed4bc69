"""Lists newest first, page by page: the cursor names the last row seen, so that new rows shift nothing."""

import base64
import binascii
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Protocol, TypeVar

from sqlalchemy import ColumnElement, Select, and_, or_


class BadCursor(ValueError):
    """A cursor that was not made here."""


class Dated(Protocol):
    """A row with the two columns that order a list."""

    @property
    def id(self) -> str: ...

    @property
    def created_at(self) -> datetime: ...


Row = TypeVar("Row", bound=Dated)


def encode_cursor(created_at: datetime, id: str) -> str:
    """An opaque, URL-safe word for the place after this row."""
    text = json.dumps([created_at.astimezone(UTC).isoformat(), id], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode_cursor(cursor: str) -> tuple[datetime, str]:
    """(created_at, id) of the last row seen. Raises BadCursor."""
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        moment, id = json.loads(text)
        created_at = datetime.fromisoformat(moment)
    except (binascii.Error, ValueError, TypeError) as error:
        raise BadCursor("not a cursor") from error
    if created_at.tzinfo is None or not isinstance(id, str):
        raise BadCursor("not a cursor")
    return created_at, id


def page_of(
    statement: Select[Any], created_at: ColumnElement[datetime] | Any, id: ColumnElement[str] | Any,
    *, limit: int, cursor: str | None,
) -> Select[Any]:  # fmt: skip
    """The statement ordered newest first, from after the cursor, with one row more than ``limit``.

    The extra row only tells that there is a next page: give all rows to ``cut``. Raises BadCursor.
    """
    if cursor is not None:
        moment, last_id = decode_cursor(cursor)
        statement = statement.where(or_(created_at < moment, and_(created_at == moment, id < last_id)))
    return statement.order_by(created_at.desc(), id.desc()).limit(limit + 1)


def cut(rows: Sequence[Row], limit: int) -> tuple[Sequence[Row], str | None]:
    """The page's rows, and the cursor of the next page or None."""
    if len(rows) <= limit:
        return rows, None
    last = rows[limit - 1]
    return rows[:limit], encode_cursor(last.created_at, last.id)

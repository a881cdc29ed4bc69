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


def encode_place(values: Sequence[Any]) -> str:
    """An opaque, URL-safe word for a place in a list that is ordered by more than one thing; moments as datetimes."""
    plain = [{"at": one.astimezone(UTC).isoformat()} if isinstance(one, datetime) else one for one in values]
    return base64.urlsafe_b64encode(json.dumps(plain, separators=(",", ":")).encode()).decode().rstrip("=")


def decode_place(cursor: str, types: Sequence[type]) -> list[Any]:
    """The values of the last row seen, one of each of these types. Raises BadCursor."""
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        plain = json.loads(text)
        values = [datetime.fromisoformat(one["at"]) if isinstance(one, dict) else one for one in plain]
    except (binascii.Error, ValueError, TypeError, KeyError) as error:
        raise BadCursor("not a cursor") from error
    fits = len(values) == len(types) and all(map(isinstance, values, types))
    if not fits or any(isinstance(one, datetime) and one.tzinfo is None for one in values):
        raise BadCursor("not a cursor")
    return values


def after(keys: Sequence[tuple[ColumnElement[Any], bool]], values: Sequence[Any]) -> ColumnElement[bool]:
    """The rows behind these values in an order by several keys, each with whether it falls."""
    behind: list[ColumnElement[bool]] = []
    for number, ((key, falls), value) in enumerate(zip(keys, values, strict=True)):
        equal = [other == seen for (other, _), seen in zip(keys[:number], values, strict=False)]
        behind.append(and_(*equal, key < value if falls else key > value))
    return or_(*behind)


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

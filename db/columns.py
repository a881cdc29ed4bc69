"""Column types that keep frozen core values as JSON, whole status words, and times in UTC."""

from datetime import UTC, datetime
from enum import StrEnum
from functools import cached_property
from typing import Any, TypeVar
from uuid import uuid4

from pydantic import TypeAdapter
from sqlalchemy import DateTime, Dialect, Enum, Text, TypeDecorator


def new_id() -> str:
    """A random UUID as text: the form of every id in the product."""
    return str(uuid4())


def utc_now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC. Naive values are refused; SQLite, which has no zones, gets UTC without one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


T = TypeVar("T")


class Frozen(TypeDecorator[T]):
    """A frozen core value (or a plain JSON shape) as JSON text, checked by pydantic on its way back."""

    impl = Text
    cache_ok = True

    def __init__(self, shape: Any) -> None:
        super().__init__()
        self.shape = shape

    @cached_property
    def _adapter(self) -> TypeAdapter[T]:
        # Made at the first use: a web process that only answers the telephone never needs most of them.
        return TypeAdapter(self.shape)

    def process_bind_param(self, value: T | None, dialect: Dialect) -> str | None:
        return None if value is None else self._adapter.dump_json(value).decode()

    def process_result_value(self, value: Any | None, dialect: Dialect) -> T | None:
        return None if value is None else self._adapter.validate_json(value)


def word_of(kind: type[StrEnum]) -> Enum:
    """A status column: whole words in the database, the enumeration in Python."""
    return Enum(kind, native_enum=False, create_constraint=False, length=32, values_callable=_values)


def _values(kind: type[StrEnum]) -> list[str]:
    return [member.value for member in kind]

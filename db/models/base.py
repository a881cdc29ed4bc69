"""What every table has in common."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, MetaData, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from db.columns import Frozen, UtcDateTime, new_id, utc_now

__all__ = ["Base", "Identified", "Owned", "Plain", "StringMap", "Strings"]

Plain: Frozen[dict[str, Any]] = Frozen(dict[str, Any])
StringMap: Frozen[dict[str, str]] = Frozen(dict[str, str])
Strings: Frozen[list[str]] = Frozen(list[str])


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Identified:
    """A UUID as key and the moment of creation."""

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime(), default=utc_now)


class Owned(Identified):
    """A row of one organisation: every query names it."""

    organisation_id: Mapped[str] = mapped_column(String(36), ForeignKey("organisations.id"), index=True)

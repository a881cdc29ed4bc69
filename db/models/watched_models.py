"""What was last found out about each model that the settings name."""

from datetime import date, datetime

from sqlalchemy import Boolean, Date, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from db.columns import UtcDateTime
from db.models.base import Base


class WatchedModel(Base):
    """One model of the installation, as a worker found it at its daily look. ``offered`` is None while its server could
    not be asked, and ``problem`` then says why; ``ends_on`` is its shutdown date where the server tells one."""

    __tablename__ = "watched_models"

    model: Mapped[str] = mapped_column(String(100), primary_key=True)
    looked_at: Mapped[datetime] = mapped_column(UtcDateTime())
    offered: Mapped[bool | None] = mapped_column(Boolean)
    ends_on: Mapped[date | None] = mapped_column(Date)
    problem: Mapped[str | None] = mapped_column(Text)

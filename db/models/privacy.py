"""An erasure: the receipt that says what was removed, where and when."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from db.columns import Frozen, UtcDateTime
from db.models.base import Base, Owned


class Erasure(Owned, Base):
    """One person is to be forgotten, or all interviews of one job. ``why`` is "request" or "retention".

    ``removed`` lists ``{what, where, count, at}``, added to as the work goes on; ``own_done_at`` is when nothing of the
    person was left in our database and file store. What the carrier still holds is read from its copies' own rows.
    ``link_hash`` is the SHA-256 of the link behind which the person asked for it: the link is gone by then, and whoever
    has it may still see the receipt, which says nothing about anybody.
    """

    __tablename__ = "erasures"

    candidate_id: Mapped[str | None] = mapped_column(ForeignKey("candidates.id"), unique=True)
    job_id: Mapped[str | None] = mapped_column(ForeignKey("jobs.id"), unique=True)
    why: Mapped[str] = mapped_column(String(16))
    requested_by: Mapped[str] = mapped_column(String(320))
    removed: Mapped[list[dict[str, Any]]] = mapped_column(Frozen(list[dict[str, Any]]), default=list)
    own_done_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    link_hash: Mapped[str | None] = mapped_column(String(64), index=True)

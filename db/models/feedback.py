"""What a candidate may be told about an interview, drafted by a model or written by a person, and released by one."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Boolean, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from db.columns import UtcDateTime, word_of
from db.models.base import Base, Owned, Strings


class FeedbackState(StrEnum):
    """``drafting``: a worker is to draft it; ``draft``: a person reads and changes it; ``released``: it is told."""

    DRAFTING = "drafting"
    DRAFT = "draft"
    RELEASED = "released"


class FeedbackSheet(Owned, Base):
    """The one sheet of an interview. ``written_by`` is "model" or "person", empty while nobody has written anything;
    ``note`` is why there is no draft; ``score_set_id`` are the ratings that a model's draft rests on, ``drafts`` how
    many were asked for. Once released it does not change any more."""

    __tablename__ = "feedback_sheets"

    interview_id: Mapped[str] = mapped_column(ForeignKey("interviews.id"), unique=True)
    state: Mapped[FeedbackState] = mapped_column(word_of(FeedbackState))
    strengths: Mapped[list[str]] = mapped_column(Strings, default=list)
    topics: Mapped[list[str]] = mapped_column(Strings, default=list)
    written_by: Mapped[str | None] = mapped_column(String(16))
    note: Mapped[str | None] = mapped_column(Text)
    score_set_id: Mapped[str | None] = mapped_column(String(36))
    drafts: Mapped[int] = mapped_column(Integer, default=0)
    model: Mapped[str | None] = mapped_column(String(100))
    prompt_version: Mapped[str | None] = mapped_column(String(100))
    simulated: Mapped[bool] = mapped_column(Boolean, default=False)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime())
    released_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    released_by: Mapped[str | None] = mapped_column(String(320))

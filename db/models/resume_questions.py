"""The question about one candidate's résumé that comes last in their interview, and what was said to it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Boolean, Float, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from db.columns import UtcDateTime, word_of
from db.models.base import Base, Owned


class ResumeQuestionState(StrEnum):
    """``none``: there is no usable question; ``ready``: it may be asked; ``asked``: it was spoken; ``answered``: what
    was said to it is recorded; ``passed``: nothing was said to it; ``nothing_said``: the recording holds no words."""

    NONE = "none"
    READY = "ready"
    ASKED = "asked"
    ANSWERED = "answered"
    PASSED = "passed"
    NOTHING_SAID = "nothing_said"


class ResumeQuestion(Owned, Base):
    """The one such question of an interview. It is shown to people and is part of nothing that is rated: the answer is
    no row of ``answers``. ``note`` is why there is no question, or why its answer has no words."""

    __tablename__ = "resume_questions"

    interview_id: Mapped[str] = mapped_column(ForeignKey("interviews.id"), unique=True)
    state: Mapped[ResumeQuestionState] = mapped_column(word_of(ResumeQuestionState))
    text: Mapped[str | None] = mapped_column(Text)
    about: Mapped[str | None] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)
    model: Mapped[str | None] = mapped_column(String(100))
    prompt_version: Mapped[str | None] = mapped_column(String(100))
    call_id: Mapped[str | None] = mapped_column(ForeignKey("calls.id"))
    turn: Mapped[int | None] = mapped_column(Integer)
    recording_sid: Mapped[str | None] = mapped_column(String(64), unique=True)
    duration_s: Mapped[float] = mapped_column(Float, default=0.0)
    partial: Mapped[bool] = mapped_column(Boolean, default=False)
    transcript: Mapped[str | None] = mapped_column(Text)
    transcript_model: Mapped[str | None] = mapped_column(String(100))
    simulated: Mapped[bool] = mapped_column(Boolean, default=False)
    asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime())

"""What recruiters listen to before candidates do: questions put into sound, and test calls to their own telephone."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Boolean, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.columns import UtcDateTime, word_of
from db.models.base import Base, Owned


class SpokenState(StrEnum):
    """``wanted``: a worker is to make it; ``ready``: it can be heard; ``failed``: it could not be made."""

    WANTED = "wanted"
    READY = "ready"
    FAILED = "failed"


class SpokenText(Owned, Base):
    """A text as a voice speaks it, made once for each text, language and voice (``text_hash``). ``failure`` says why
    there is none."""

    __tablename__ = "spoken_texts"
    __table_args__ = (UniqueConstraint("organisation_id", "text_hash"),)

    text_hash: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(16))
    state: Mapped[SpokenState] = mapped_column(word_of(SpokenState))
    storage_key: Mapped[str | None] = mapped_column(String(255))
    size_bytes: Mapped[int | None] = mapped_column(Integer)
    failure: Mapped[str | None] = mapped_column(Text)
    model: Mapped[str | None] = mapped_column(String(100))
    simulated: Mapped[bool] = mapped_column(Boolean, default=False)


class TestCallState(StrEnum):
    """``refused``: the gate said no when it was to be dialled; ``lost``: nobody knows what became of it."""

    __test__ = False  # pytest: no test

    QUEUED = "queued"
    DIALING = "dialing"
    RINGING = "ringing"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    FAILED = "failed"
    REFUSED = "refused"
    LOST = "lost"


class TestCall(Owned, Base):
    """A call that reads a job's questions to whoever asked for it. It is no interview: nothing is recorded or rated,
    and no table of interviews, calls or answers knows of it. ``turn`` is where it stands, ``heard`` how many questions
    were read; ``reason`` says in words how it ended if it did not end well."""

    __test__ = False  # pytest: no test
    __tablename__ = "test_calls"

    job_id: Mapped[str] = mapped_column(ForeignKey("jobs.id"), index=True)
    question_set_id: Mapped[str] = mapped_column(ForeignKey("question_sets.id"))
    phone: Mapped[str] = mapped_column(String(32))
    state: Mapped[TestCallState] = mapped_column(word_of(TestCallState))
    reason_code: Mapped[str | None] = mapped_column(String(64))
    reason: Mapped[str | None] = mapped_column(Text)
    turn: Mapped[int] = mapped_column(Integer, default=0)
    heard: Mapped[int] = mapped_column(Integer, default=0)
    carrier_sid: Mapped[str | None] = mapped_column(String(64), unique=True)
    asked_by: Mapped[str] = mapped_column(String(320))
    dialed_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    duration_s: Mapped[int | None] = mapped_column(Integer)
    simulated: Mapped[bool] = mapped_column(Boolean, default=False)

"""What candidates ask about a job, what they may be told, and the vectors by which the one is found for the other."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Boolean, Float, ForeignKey, Integer, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.columns import UtcDateTime, word_of
from db.models.base import Base, Owned


class CandidateQuestionState(StrEnum):
    """``ready``: a passage is found and will be told at the end of the call; ``answered``: it was told;
    ``passed_on``: a person is to answer; ``nothing_said``: the recording holds no words."""

    ASKED = "asked"
    READY = "ready"
    ANSWERED = "answered"
    PASSED_ON = "passed_on"
    NOTHING_SAID = "nothing_said"


class CandidateQuestion(Owned, Base):
    """The one question of an interview's candidate; one asked again in the same offer takes the row over.

    ``passage`` is approved text of the job, as it was when it was looked for. ``passed_on_for`` is the code of why a
    person is to answer. It is shown to people and is part of nothing that is rated.
    """

    __tablename__ = "candidate_questions"

    interview_id: Mapped[str] = mapped_column(ForeignKey("interviews.id"), unique=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"))
    turn: Mapped[int] = mapped_column(Integer)
    recording_sid: Mapped[str] = mapped_column(String(64), unique=True)
    duration_s: Mapped[float] = mapped_column(Float)
    partial: Mapped[bool] = mapped_column(Boolean, default=False)
    state: Mapped[CandidateQuestionState] = mapped_column(
        word_of(CandidateQuestionState), default=CandidateQuestionState.ASKED
    )
    transcript: Mapped[str | None] = mapped_column(Text)
    transcript_model: Mapped[str | None] = mapped_column(String(100))
    passage: Mapped[str | None] = mapped_column(Text)
    passage_source: Mapped[str | None] = mapped_column(String(16))
    passage_topic: Mapped[str | None] = mapped_column(Text)
    similarity: Mapped[float | None] = mapped_column(Float)
    embedding_model: Mapped[str | None] = mapped_column(String(100))
    looked_up_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    passed_on_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    passed_on_for: Mapped[str | None] = mapped_column(String(32))
    simulated: Mapped[bool] = mapped_column(Boolean, default=False)


class PassageVector(Owned, Base):
    """The vector of a text by one model: 32-bit floats, little-endian. Made once for each text."""

    __tablename__ = "passage_vectors"
    __table_args__ = (UniqueConstraint("organisation_id", "model", "content_hash"),)

    model: Mapped[str] = mapped_column(String(100))
    content_hash: Mapped[str] = mapped_column(String(64))
    vector: Mapped[bytes] = mapped_column(LargeBinary)
    simulated: Mapped[bool] = mapped_column(Boolean, default=False)

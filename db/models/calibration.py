"""What the rating is measured by: rounds that people rate blind, and control answers that are rated again and again."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Boolean, Float, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.columns import UtcDateTime, word_of
from db.models.base import Base, Owned, StringMap, Strings


class CalibrationRound(Owned, Base):
    """Answers that the people in ``raters`` rate without seeing a score; ``job_id`` is None for answers of any job."""

    __tablename__ = "calibration_rounds"
    __table_args__ = (UniqueConstraint("organisation_id", "external_id"),)

    name: Mapped[str] = mapped_column(String(200))
    job_id: Mapped[str | None] = mapped_column(ForeignKey("jobs.id"), index=True)
    raters: Mapped[list[str]] = mapped_column(Strings)
    created_by: Mapped[str] = mapped_column(String(320))
    external_id: Mapped[str | None] = mapped_column(String(255))
    labels: Mapped[dict[str, str]] = mapped_column("metadata", StringMap, default=dict)
    simulated: Mapped[bool] = mapped_column(Boolean, default=False)


class CalibrationAnswer(Owned, Base):
    """One answer of a round with the model's score 0-10 as it was when the round began.

    ``answer_id`` is no foreign key: the round's numbers stay when an answer is erased, its words do not.
    """

    __tablename__ = "calibration_answers"
    __table_args__ = (UniqueConstraint("round_id", "position"), UniqueConstraint("round_id", "answer_id"))

    round_id: Mapped[str] = mapped_column(ForeignKey("calibration_rounds.id"))
    position: Mapped[int] = mapped_column(Integer)
    answer_id: Mapped[str] = mapped_column(String(36), index=True)
    score: Mapped[float] = mapped_column(Float)
    model: Mapped[str | None] = mapped_column(String(100))
    prompt_version: Mapped[str | None] = mapped_column(String(100))


class CalibrationRating(Owned, Base):
    """The level 1-5 that one person gave to one answer of a round."""

    __tablename__ = "calibration_ratings"
    __table_args__ = (UniqueConstraint("round_id", "rater", "answer_id"),)

    round_id: Mapped[str] = mapped_column(ForeignKey("calibration_rounds.id"))
    answer_id: Mapped[str] = mapped_column(String(36))
    rater: Mapped[str] = mapped_column(String(320))
    level: Mapped[int] = mapped_column(Integer)


class ControlRunStatus(StrEnum):
    """``pending``: answers are being rated; ``first``: it froze the scores; the others are the core's words."""

    PENDING = "pending"
    FAILED = "failed"
    FIRST = "first"
    INSUFFICIENT = "insufficient"
    INCOMPLETE = "incomplete"
    OK = "ok"
    DRIFTED = "drifted"


class ControlAnswer(Owned, Base):
    """Words written for one question of one version, with the score 0-10 that they are known by (``score``, None
    until it is given or first rated). ``retired_at`` once another set has taken its place."""

    __tablename__ = "control_answers"

    job_id: Mapped[str] = mapped_column(ForeignKey("jobs.id"), index=True)
    question_set_id: Mapped[str] = mapped_column(ForeignKey("question_sets.id"), index=True)
    question_id: Mapped[str] = mapped_column(String(36))
    position: Mapped[int] = mapped_column(Integer)
    transcript: Mapped[str] = mapped_column(Text)
    score: Mapped[float | None] = mapped_column(Float)
    frozen_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    model: Mapped[str | None] = mapped_column(String(100))
    prompt_version: Mapped[str | None] = mapped_column(String(100))
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class ControlRun(Owned, Base):
    """One rating of a version's control answers: by which model and prompt, why, and what it came to.

    ``number`` counts the runs of a version, so that of two begun at once one is refused.
    """

    __tablename__ = "control_runs"
    __table_args__ = (UniqueConstraint("question_set_id", "number"),)

    job_id: Mapped[str] = mapped_column(ForeignKey("jobs.id"), index=True)
    question_set_id: Mapped[str] = mapped_column(ForeignKey("question_sets.id"), index=True)
    number: Mapped[int] = mapped_column(Integer)
    reason: Mapped[str] = mapped_column(String(32))
    model: Mapped[str | None] = mapped_column(String(100))
    prompt_version: Mapped[str | None] = mapped_column(String(100))
    status: Mapped[ControlRunStatus] = mapped_column(word_of(ControlRunStatus), default=ControlRunStatus.PENDING)
    compared: Mapped[int] = mapped_column(Integer, default=0)
    missing: Mapped[int] = mapped_column(Integer, default=0)
    mean_change: Mapped[float | None] = mapped_column(Float)
    sentence: Mapped[str | None] = mapped_column(Text)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    simulated: Mapped[bool] = mapped_column(Boolean, default=False)


class ControlScore(Owned, Base):
    """What one control answer got in one run; None when it got no score."""

    __tablename__ = "control_scores"
    __table_args__ = (UniqueConstraint("run_id", "control_answer_id"),)

    run_id: Mapped[str] = mapped_column(ForeignKey("control_runs.id"))
    control_answer_id: Mapped[str] = mapped_column(ForeignKey("control_answers.id"), index=True)
    score: Mapped[float | None] = mapped_column(Float)

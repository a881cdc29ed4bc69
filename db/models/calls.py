"""Interviews, the calls they are held in, and the pace of dialling."""

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.columns import Frozen, UtcDateTime, word_of
from db.models.base import Base, Owned, StringMap
from interview.lifecycle import OPEN, CallStatus, InterviewStatus
from interview.progress import Progress

_OPEN_WORDS = ", ".join(f"'{status.value}'" for status in sorted(OPEN))


class Interview(Owned, Base):
    """One candidate through one frozen set of questions, over as many calls as it takes.

    ``version`` guards every write. ``phone`` is the number as it was when the interview was made: the gate looks at
    the candidate's present number again before each dial. ``next_action_*`` says what happens next, when and why.
    ``wanted_at``: when somebody asked for the next call at once, None when nobody did. ``words_deleted_at``: when the
    audio and all words were deleted, for "retention" or "erasure" (``words_deleted_for``); whatever comes later is
    deleted too.
    """

    __tablename__ = "interviews"
    __table_args__ = (
        UniqueConstraint("organisation_id", "external_id"),
        # Two open interviews of one person for one job cannot exist, however the requests race.
        Index(
            "uq_interviews_one_open",
            "job_id",
            "candidate_id",
            "purpose",
            unique=True,
            sqlite_where=text(f"status IN ({_OPEN_WORDS})"),
            postgresql_where=text(f"status IN ({_OPEN_WORDS})"),
        ),
        Index("ix_interviews_list", "organisation_id", "created_at", "id"),
    )

    job_id: Mapped[str] = mapped_column(ForeignKey("jobs.id"), index=True)
    candidate_id: Mapped[str] = mapped_column(ForeignKey("candidates.id"), index=True)
    question_set_id: Mapped[str] = mapped_column(ForeignKey("question_sets.id"))
    purpose: Mapped[str] = mapped_column(String(16), default="assessment")
    status: Mapped[InterviewStatus] = mapped_column(word_of(InterviewStatus), index=True)
    version: Mapped[int] = mapped_column(Integer, default=0)
    progress: Mapped[Progress] = mapped_column(Frozen(Progress))
    call_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    wanted_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    calls_that_rang: Mapped[int] = mapped_column(Integer, default=0)
    last_rang_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    hang_up_requested: Mapped[bool] = mapped_column(Boolean, default=False)
    next_action: Mapped[str | None] = mapped_column(String(64))
    next_action_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    next_action_why: Mapped[str | None] = mapped_column(Text)
    waiting_reason: Mapped[str | None] = mapped_column(Text)
    reason_code: Mapped[str | None] = mapped_column(String(64))
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    concluded_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    words_deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    words_deleted_for: Mapped[str | None] = mapped_column(String(16))
    external_id: Mapped[str | None] = mapped_column(String(255))
    labels: Mapped[dict[str, str]] = mapped_column("metadata", StringMap, default=dict)
    simulated: Mapped[bool] = mapped_column(Boolean, default=False)


class Call(Owned, Base):
    """One attempt to reach the candidate. The row is committed before the carrier is asked (decision: never redial
    blindly), so ``carrier_sid`` is empty until the carrier or its first signed webhook brings it.

    ``direction`` is outbound, inbound, or browser: a sitting behind the candidate's link, which no carrier knows of.
    ``practice_recording_id`` is the practice answer of listen ``practice_turn`` while it can be played back.
    """

    __tablename__ = "calls"
    __table_args__ = (
        UniqueConstraint("interview_id", "attempt"),
        Index("ix_calls_status", "status"),
        Index("ix_calls_created_at", "created_at"),
    )

    interview_id: Mapped[str] = mapped_column(ForeignKey("interviews.id"), index=True)
    attempt: Mapped[int] = mapped_column(Integer)
    direction: Mapped[str] = mapped_column(String(16), default="outbound")
    phone: Mapped[str] = mapped_column(String(20), index=True)
    carrier_sid: Mapped[str | None] = mapped_column(String(64), unique=True)
    status: Mapped[CallStatus] = mapped_column(word_of(CallStatus))
    sequence_number: Mapped[int] = mapped_column(Integer, default=-1)
    outcome: Mapped[str | None] = mapped_column(String(32))
    reason_code: Mapped[str | None] = mapped_column(String(64))
    answered_by: Mapped[str | None] = mapped_column(String(32))
    rang_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    duration_s: Mapped[int | None] = mapped_column(Integer)
    ended_by: Mapped[str | None] = mapped_column(String(16))
    price: Mapped[str | None] = mapped_column(String(16))
    price_unit: Mapped[str | None] = mapped_column(String(8))
    error_code: Mapped[str | None] = mapped_column(String(32))
    error_sentence: Mapped[str | None] = mapped_column(Text)
    events: Mapped[list[dict[str, Any]]] = mapped_column(Frozen(list[dict[str, Any]]), default=list)
    practice_turn: Mapped[int | None] = mapped_column(Integer)
    practice_recording_id: Mapped[str | None] = mapped_column(String(36))
    carrier_deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    simulated: Mapped[bool] = mapped_column(Boolean, default=False)


# ``Call.direction`` of an interview that is answered behind the candidate's link.
IN_BROWSER = "browser"


class DialPace(Base):
    """One row per line ("dial"): the next moment at which a call may be placed. Its row lock makes dialling orderly.

    ``opened_at`` and ``open_until`` are its circuit breaker's, None while that is closed.
    """

    __tablename__ = "dial_pace"

    line: Mapped[str] = mapped_column(String(32), primary_key=True)
    next_at: Mapped[datetime] = mapped_column(UtcDateTime())
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    open_until: Mapped[datetime | None] = mapped_column(UtcDateTime())

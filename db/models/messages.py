"""Messages to candidates and from them, and the tries of callers to open an interview with a code."""

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.columns import UtcDateTime
from db.models.base import Base, Identified, Owned


class Message(Owned, Base):
    """One text message or e-mail (``channel``). ``event_key`` names what it is about ("missed_call:<call id>"): nothing
    is said twice the same way. The number is kept as it was; an e-mail goes to the address that the candidate has.

    ``status``: ``waiting`` (not sent yet), ``sending`` (the carrier is being asked), ``unknown`` (it may have been
    sent), then the carrier's own words (``queued``, ``sent``, ``delivered``, ``undelivered``, ``failed``), or
    ``received``. Only what we received keeps its ``body``; ours is made anew from the wording.
    """

    __tablename__ = "messages"
    __table_args__ = (UniqueConstraint("organisation_id", "channel", "event_key"),)

    interview_id: Mapped[str | None] = mapped_column(ForeignKey("interviews.id"), index=True)
    direction: Mapped[str] = mapped_column(String(16), default="outbound")
    channel: Mapped[str] = mapped_column(String(8), default="sms")
    kind: Mapped[str] = mapped_column(String(32))
    event_key: Mapped[str] = mapped_column(String(64))
    phone: Mapped[str | None] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(16))
    carrier_sid: Mapped[str | None] = mapped_column(String(64), index=True)
    error_code: Mapped[str | None] = mapped_column(String(32))
    body: Mapped[str | None] = mapped_column(Text)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    carrier_deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    simulated: Mapped[bool] = mapped_column(Boolean, default=False)


class CallInAttempt(Identified, Base):
    """A wrong code: counted by the caller's number, so that nobody guesses for long; forgotten after a day."""

    __tablename__ = "call_in_attempts"
    __table_args__ = (
        UniqueConstraint("carrier_sid", "attempt"),
        Index("ix_call_in_attempts_phone", "phone", "created_at"),
    )

    phone: Mapped[str] = mapped_column(String(20))
    carrier_sid: Mapped[str] = mapped_column(String(64))
    attempt: Mapped[int] = mapped_column(Integer)

"""Campaigns: many people called for one job at a pace, and who belongs to them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Boolean, Float, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.columns import UtcDateTime, word_of
from db.models.base import Base, Owned, StringMap


class CampaignStatus(StrEnum):
    RUNNING = "running"
    PAUSED = "paused"
    CANCELED = "canceled"


class MemberState(StrEnum):
    """``waiting``: not invited yet; ``invited``: has an interview; ``refused``: the gate or the file said no."""

    WAITING = "waiting"
    INVITED = "invited"
    REFUSED = "refused"
    CANCELED = "canceled"


class Campaign(Owned, Base):
    """``next_dial_at`` is the first moment that nobody has reserved yet; the row's lock makes its dialling orderly.
    ``last_dial_at`` is when somebody of it was last dialled. Both keep ``calls_per_minute``. ``paused_why`` is None
    unless it was paused by itself."""

    __tablename__ = "campaigns"
    __table_args__ = (
        UniqueConstraint("organisation_id", "external_id"),
        Index("ix_campaigns_list", "organisation_id", "created_at", "id"),
    )

    job_id: Mapped[str] = mapped_column(ForeignKey("jobs.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    status: Mapped[CampaignStatus] = mapped_column(word_of(CampaignStatus), default=CampaignStatus.RUNNING)
    paused_why: Mapped[str | None] = mapped_column(Text)
    start_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    calls_per_minute: Mapped[float | None] = mapped_column(Float)
    max_concurrent: Mapped[int | None] = mapped_column(Integer)
    next_dial_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    last_dial_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    created_by: Mapped[str] = mapped_column(String(320))
    external_id: Mapped[str | None] = mapped_column(String(255))
    labels: Mapped[dict[str, str]] = mapped_column("metadata", StringMap, default=dict)
    simulated: Mapped[bool] = mapped_column(Boolean, default=False)


class CampaignMember(Owned, Base):
    """One person of a campaign, or a line of its file that names nobody (then ``code`` and ``sentence`` say why).

    ``slot_at`` is the moment in the campaign's pace that is reserved for the next call to this person.
    """

    __tablename__ = "campaign_members"
    __table_args__ = (
        UniqueConstraint("campaign_id", "position"),
        UniqueConstraint("campaign_id", "candidate_id"),
        UniqueConstraint("interview_id"),
        Index("ix_campaign_members_state", "campaign_id", "state", "position"),
    )

    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaigns.id"))
    position: Mapped[int] = mapped_column(Integer)
    row: Mapped[int | None] = mapped_column(Integer)
    candidate_id: Mapped[str | None] = mapped_column(ForeignKey("candidates.id"), index=True)
    interview_id: Mapped[str | None] = mapped_column(ForeignKey("interviews.id"))
    state: Mapped[MemberState] = mapped_column(word_of(MemberState), default=MemberState.WAITING)
    code: Mapped[str | None] = mapped_column(String(64))
    sentence: Mapped[str | None] = mapped_column(Text)
    slot_at: Mapped[datetime | None] = mapped_column(UtcDateTime())

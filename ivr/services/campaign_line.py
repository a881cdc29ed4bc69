"""A campaign's own line: whose turn it is at its pace, with its number of calls at once, and not while it is paused."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from db.models import Campaign, CampaignMember, CampaignStatus, Interview
from db.repositories import campaigns as rows
from db.repositories.events import record
from interview.lifecycle import InterviewStatus

PAUSED = "campaign paused"
# Why somebody whose turn at the campaign's pace is reserved waits.
IN_TURN = "Waiting for its turn in the campaign's pace."
_PAUSED_WHY = "The campaign is paused: nobody of it is dialled until somebody resumes it."
_CANCELED_WHY = "The campaign was canceled before this person was reached."
# Resuming wakes those who were held; this look is only the net.
PAUSE_RECHECK = timedelta(minutes=5)
# A dial may come this much early against the one before it, which a worker was late with.
_JITTER = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Turn:
    """The person's turn has come. ``taken`` is to be called when the call is written down, ``passed`` when the gate
    says no."""

    campaign: Campaign | None = None
    member: CampaignMember | None = None

    def taken(self, now: datetime) -> None:
        """This was a dial of the campaign."""
        if self.campaign is not None and self.member is not None:
            self.campaign.last_dial_at = now
            self.member.slot_at = None

    def passed(self) -> None:
        """The slot goes unused; the next try asks for another."""
        if self.member is not None:
            self.member.slot_at = None


@dataclass(frozen=True, slots=True)
class Wait:
    """Not yet: what comes next, when, and why."""

    at: datetime
    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Over:
    """The campaign was canceled: this person is not dialled any more."""

    why: str = _CANCELED_WHY


def interval(campaign: Campaign, between: timedelta) -> timedelta:
    """The time from one dial of the campaign to the next; never less than ``between``, that of all dials."""
    if campaign.calls_per_minute is None:
        return between
    return max(between, timedelta(seconds=60 / campaign.calls_per_minute))


def reserve(campaign: Campaign, at: datetime, between: timedelta) -> datetime:
    """The first moment from ``at`` on that nobody of the campaign has, now reserved."""
    slot = at if campaign.next_dial_at is None else max(at, campaign.next_dial_at)
    campaign.next_dial_at = slot + interval(campaign, between)
    return slot


def stop(session: Session, interview: Interview, sentence: str, now: datetime) -> None:
    """Nobody else of the interview's campaign is dialled until somebody resumes it: each would meet the same."""
    member = rows.member_of(session, interview.id)
    campaign = None if member is None else rows.locked(session, member.campaign_id)
    if campaign is None or campaign.status is not CampaignStatus.RUNNING:
        return
    campaign.status = CampaignStatus.PAUSED
    campaign.paused_why = f"Paused, as nobody can be called: {sentence} Put it right, then resume the campaign."
    record(
        session, organisation_id=campaign.organisation_id, type="campaign.paused", subject_kind="campaign",
        subject_id=campaign.id, actor="system", data={"reason": sentence}, at=now,
    )  # fmt: skip


def turn_of(
    session: Session, interview: Interview, now: datetime, between: timedelta, longest_call: timedelta
) -> Turn | Wait | Over:
    """Whether the interview's campaign lets it be dialled now. The campaign stays locked until the commit.

    An interview that has begun is finished even when its campaign is canceled.
    """
    member = rows.member_of(session, interview.id)
    if member is None:
        return Turn()
    campaign = rows.locked(session, member.campaign_id)
    if campaign.status is CampaignStatus.CANCELED and interview.status is not InterviewStatus.INTERRUPTED:
        return Over()
    if campaign.status is CampaignStatus.PAUSED:
        member.slot_at = None
        return Wait(now + PAUSE_RECHECK, PAUSED, campaign.paused_why or _PAUSED_WHY)
    every = interval(campaign, between)
    earliest = now if campaign.last_dial_at is None else campaign.last_dial_at + every
    is_too_early = earliest - now > min(_JITTER, every / 2)
    if member.slot_at is None or (member.slot_at <= now and is_too_early):
        # after a standstill many slots lie in the past: all but the first ask for new ones
        member.slot_at = reserve(campaign, max(now, earliest) if is_too_early else now, between)
    if member.slot_at > now:
        return Wait(member.slot_at, "call", IN_TURN)
    if campaign.max_concurrent is not None:
        active = rows.active_calls(session, campaign.id, now - longest_call)
        if active >= campaign.max_concurrent:
            member.slot_at = reserve(campaign, now + every, between)
            why = f"All lines of the campaign are in use: {active} of {campaign.max_concurrent} calls at once."
            return Wait(member.slot_at, "call", why)
    return Turn(campaign, member)

"""Campaigns, their members, and what came of them: every query names the organisation or a campaign of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, case, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from db.models import (
    Call,
    Campaign,
    CampaignMember,
    Candidate,
    Consent,
    Interview,
    MemberState,
    OptOut,
    Result,
    ScoreSet,
)
from db.repositories.paging import cut, page_of
from interview.lifecycle import CALL_TERMINAL, OPEN, InterviewStatus

UNDIALLED = (InterviewStatus.SCHEDULED, InterviewStatus.QUEUED)
_TO_CALL = (*UNDIALLED, InterviewStatus.INTERRUPTED)
_MANY = 1_000  # values in one IN: SQLite takes 32,766 parameters, PostgreSQL 65,535


@dataclass(frozen=True, slots=True)
class Line:
    """A member with what a table of results shows of the person and the interview."""

    member: CampaignMember
    candidate: Candidate | None
    interview: Interview | None
    overall_score: float | None
    recommendation: str | None

    @property
    def id(self) -> str:
        """The member's."""
        return self.member.id


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a campaign is: members by state, interviews by status, calls to come, and how long calls last."""

    states: dict[MemberState, int]
    statuses: dict[InterviewStatus, int]
    to_call: int
    last_planned_at: datetime | None
    mean_call_s: float | None


def campaign(session: Session, organisation_id: str, campaign_id: str, *, lock: bool = False) -> Campaign | None:
    """The campaign, or None; ``lock`` keeps its dialling away until the transaction ends."""
    found = select(Campaign).where(Campaign.organisation_id == organisation_id, Campaign.id == campaign_id)
    return session.scalar(found.with_for_update() if lock else found)


def with_external_id(session: Session, organisation_id: str, external_id: str) -> Campaign | None:
    """The campaign under the caller's own id, or None."""
    return session.scalar(
        select(Campaign).where(Campaign.organisation_id == organisation_id, Campaign.external_id == external_id)
    )


def page(
    session: Session, organisation_id: str, *, job_id: str | None, external_id: str | None, limit: int,
    cursor: str | None,
) -> tuple[Sequence[Campaign], str | None]:  # fmt: skip
    """A page of campaigns, newest first, and the next cursor. Raises BadCursor."""
    statement = _wanted(select(Campaign), organisation_id, job_id, external_id)
    paged = page_of(statement, Campaign.created_at, Campaign.id, limit=limit, cursor=cursor)
    return cut(session.scalars(paged).all(), limit)


def count(session: Session, organisation_id: str, *, job_id: str | None, external_id: str | None) -> int:
    """How many campaigns the whole list has."""
    statement = _wanted(select(func.count()).select_from(Campaign), organisation_id, job_id, external_id)
    return session.scalar(statement) or 0


def _wanted(
    statement: Select[Any], organisation_id: str, job_id: str | None, external_id: str | None
) -> Select[Any]:
    statement = statement.where(Campaign.organisation_id == organisation_id)
    if job_id is not None:
        statement = statement.where(Campaign.job_id == job_id)
    if external_id is not None:
        statement = statement.where(Campaign.external_id == external_id)
    return statement


# --- the dialling ------------------------------------------------------------------------------------------------


def member_of(session: Session, interview_id: str) -> CampaignMember | None:
    """The membership under which this interview was made, or None."""
    return session.scalar(select(CampaignMember).where(CampaignMember.interview_id == interview_id))


def locked(session: Session, campaign_id: str) -> Campaign:
    """The campaign of a member: one dial of it at a time from here to the commit."""
    return session.scalars(
        select(Campaign).where(Campaign.id == campaign_id).with_for_update().execution_options(populate_existing=True)
    ).one()


def active_calls(session: Session, campaign_id: str, since: datetime) -> int:
    """Calls of this campaign under way that began after ``since``."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Call)
            .join(CampaignMember, CampaignMember.interview_id == Call.interview_id)
            .where(
                CampaignMember.campaign_id == campaign_id,
                Call.status.not_in(CALL_TERMINAL),
                Call.created_at > since,
            )
        )
        or 0
    )


# --- what the task does, some members at a time ------------------------------------------------------------------


def waiting_members(session: Session, campaign_id: str, limit: int) -> Sequence[str]:
    """Ids of members who are to be invited, in their order."""
    return session.scalars(
        select(CampaignMember.id)
        .where(CampaignMember.campaign_id == campaign_id, CampaignMember.state == MemberState.WAITING)
        .order_by(CampaignMember.position)
        .limit(limit)
    ).all()


def member(session: Session, member_id: str) -> CampaignMember:
    """The member, locked."""
    return session.scalars(select(CampaignMember).where(CampaignMember.id == member_id).with_for_update()).one()


def undialled(session: Session, campaign_id: str, limit: int) -> Sequence[str]:
    """Ids of interviews that nobody is on the line for and that have not begun to be answered."""
    return session.scalars(_interviews(campaign_id).where(Interview.status.in_(UNDIALLED)).limit(limit)).all()


def held(session: Session, campaign_id: str, next_action: str, limit: int) -> Sequence[str]:
    """Ids of interviews that wait for this and nothing else."""
    waiting = _interviews(campaign_id).where(Interview.status.in_(_TO_CALL), Interview.next_action == next_action)
    return session.scalars(waiting.limit(limit)).all()


def _interviews(campaign_id: str) -> Select[Any]:
    return (
        select(Interview.id)
        .join(CampaignMember, CampaignMember.interview_id == Interview.id)
        .where(CampaignMember.campaign_id == campaign_id)
        .order_by(CampaignMember.position)
    )


def cancel_waiting(session: Session, campaign_id: str) -> None:
    """Nobody else is invited."""
    session.execute(
        update(CampaignMember)
        .where(CampaignMember.campaign_id == campaign_id, CampaignMember.state == MemberState.WAITING)
        .values(state=MemberState.CANCELED)
        .execution_options(synchronize_session=False)
    )


# --- how far it is -----------------------------------------------------------------------------------------------


def standings(session: Session, campaign_ids: Collection[str]) -> dict[str, Standing]:
    """How far each of these campaigns is, in three statements."""
    states: dict[str, dict[MemberState, int]] = {id: {} for id in campaign_ids}
    of_these = CampaignMember.campaign_id.in_(campaign_ids)
    members = select(CampaignMember.campaign_id, CampaignMember.state, func.count()).where(of_these)
    for id, state, number in session.execute(members.group_by(CampaignMember.campaign_id, CampaignMember.state)):
        states[id][state] = number
    statuses: dict[str, dict[InterviewStatus, int]] = {id: {} for id in campaign_ids}
    planned: dict[str, datetime] = {}
    to_call = case((Interview.status.in_(_TO_CALL), Interview.next_action_at))
    interviews = (
        select(CampaignMember.campaign_id, Interview.status, func.count(), func.max(to_call))
        .join(Interview, Interview.id == CampaignMember.interview_id)
        .where(of_these)
        .group_by(CampaignMember.campaign_id, Interview.status)
    )
    for id, status, number, last in session.execute(interviews):
        statuses[id][status] = number
        if last is not None:
            planned[id] = max(last, planned.get(id, last))
    lasting = (
        select(CampaignMember.campaign_id, func.avg(Call.duration_s))
        .join(Call, Call.interview_id == CampaignMember.interview_id)
        .where(of_these, Call.status.in_(CALL_TERMINAL))
        .group_by(CampaignMember.campaign_id)
    )
    means = {id: float(mean) for id, mean in session.execute(lasting) if mean is not None}
    return {
        id: Standing(
            states[id],
            statuses[id],
            sum(number for status, number in statuses[id].items() if status in _TO_CALL),
            planned.get(id),
            means.get(id),
        )
        for id in campaign_ids
    }


def lines(
    session: Session, campaign_id: str, *, after: int = -1, limit: int | None = None, state: MemberState | None = None
) -> Sequence[Line]:
    """Members in their order, from behind position ``after``, with person, interview and newest result."""
    later = aliased(ScoreSet)
    newest = select(func.max(later.number)).where(later.interview_id == Interview.id).correlate(Interview)
    statement: Any = (
        select(CampaignMember, Candidate, Interview, Result.overall_score, Result.recommendation)
        .outerjoin(Candidate, Candidate.id == CampaignMember.candidate_id)
        .outerjoin(Interview, Interview.id == CampaignMember.interview_id)
        .outerjoin(ScoreSet, and_(ScoreSet.interview_id == Interview.id, ScoreSet.number == newest.scalar_subquery()))
        .outerjoin(Result, Result.score_set_id == ScoreSet.id)
        .where(CampaignMember.campaign_id == campaign_id, CampaignMember.position > after)
        .order_by(CampaignMember.position)
    )
    if state is not None:
        statement = statement.where(CampaignMember.state == state)
    if limit is not None:
        statement = statement.limit(limit)
    return [Line(*row) for row in session.execute(statement)]


# --- what the gate asks about many people at once ----------------------------------------------------------------


def candidates(session: Session, organisation_id: str, ids: Sequence[str]) -> dict[str, Candidate]:
    """These people of the organisation, but for erased ones, by id."""
    found: dict[str, Candidate] = {}
    for part in _parts(ids):
        statement = select(Candidate).where(
            Candidate.organisation_id == organisation_id, Candidate.id.in_(part), Candidate.erased_at.is_(None)
        )
        found |= {row.id: row for row in session.scalars(statement)}
    return found


def opted_out(session: Session, organisation_id: str, phones: Sequence[str]) -> set[str]:
    """Those of the numbers that must not be called."""
    found: set[str] = set()
    for part in _parts(phones):
        statement = select(OptOut.phone).where(OptOut.organisation_id == organisation_id, OptOut.phone.in_(part))
        found |= set(session.scalars(statement))
    return found


def consenting(session: Session, job_id: str, candidate_ids: Sequence[str]) -> set[str]:
    """Those of the people with consent on file, which one for the whole job is too."""
    found: set[str] = set()
    for part in _parts(candidate_ids):
        statement = select(Consent.candidate_id).where(Consent.candidate_id.in_(part), Consent.withdrawn_at.is_(None))
        found |= {id for id in session.scalars(statement) if id is not None}
    for_all = select(Consent.id).where(
        Consent.job_id == job_id, Consent.candidate_id.is_(None), Consent.withdrawn_at.is_(None)
    )
    return set(candidate_ids) if session.scalar(for_all.limit(1)) is not None else found


def interviewed(session: Session, job_id: str, candidate_ids: Sequence[str], purpose: str) -> dict[str, str]:
    """Those of the people with an open interview for this job, each with its status."""
    found: dict[str, str] = {}
    for part in _parts(candidate_ids):
        statement = select(Interview.candidate_id, Interview.status).where(
            Interview.job_id == job_id, Interview.candidate_id.in_(part), Interview.purpose == purpose,
            Interview.status.in_(OPEN),
        )  # fmt: skip
        found |= {id: status.value for id, status in session.execute(statement)}
    return found


def calls_since(session: Session, phones: Sequence[str], since: datetime, not_placed: str) -> dict[str, int]:
    """How often each of the numbers was called since then; dials that the carrier never got do not count."""
    found: dict[str, int] = {}
    was_placed = or_(Call.reason_code.is_(None), Call.reason_code != not_placed)
    for part in _parts(phones):
        statement = select(Call.phone, func.count()).where(Call.phone.in_(part), Call.created_at >= since, was_placed)
        found |= {phone: number for phone, number in session.execute(statement.group_by(Call.phone))}
    return found


def rang_since(
    session: Session, organisation_id: str, phones: Sequence[str], since: datetime
) -> dict[str, datetime]:
    """When each of the telephones last rang for the organisation; those that did not ring since then are left out."""
    found: dict[str, datetime] = {}
    for part in _parts(phones):
        statement = select(Call.phone, func.max(Call.rang_at)).where(
            Call.organisation_id == organisation_id, Call.phone.in_(part), Call.direction == "outbound",
            Call.rang_at >= since,
        )  # fmt: skip
        rows = session.execute(statement.group_by(Call.phone))
        found |= {phone: rang_at for phone, rang_at in rows if rang_at is not None}
    return found


def _parts(values: Sequence[str]) -> Sequence[Sequence[str]]:
    return [values[start : start + _MANY] for start in range(0, len(values), _MANY)]


"""Campaigns as people see them: how far they are, when they will be through, and their table of results."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from db.models import Campaign, CampaignStatus, MemberState
from db.repositories.campaigns import Line, Standing
from interview.arithmetic import shown
from interview.lifecycle import TERMINAL
from interview.pseudonym import masked_number, shown_number
from ivr.services.campaign_line import interval
from ivr.services.csv_people import defused
from ivr.services.results import duration_s


@dataclass(frozen=True, slots=True)
class CampaignView:
    """``status`` is scheduled, running, paused, completed or canceled. ``counts`` says how many people are in which
    status of an interview, still waiting to be invited, or refused. ``progress`` runs from 0 to 1; ``eta`` is when
    the last first call or call back is expected, None when nobody is to be called (now). ``paused_why`` says why it was
    paused by itself, None when a person did it."""

    id: str
    job_id: str
    name: str
    status: str
    paused_why: str | None
    start_at: datetime | None
    calls_per_minute: float | None
    max_concurrent: int | None
    total: int
    counts: Mapping[str, int]
    progress: float
    eta: datetime | None
    external_id: str | None
    metadata: Mapping[str, str]
    simulated: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class MemberView:
    """One person of a campaign: ``status`` is that of the interview, or waiting, refused or canceled; ``sentence`` says
    why nobody was invited. ``position`` counts from 0; ``name`` and ``phone`` are None for a line that names nobody."""

    position: int
    row: int | None
    candidate_id: str | None
    interview_id: str | None
    name: str | None
    phone: str | None = field(repr=False)
    status: str
    sentence: str | None
    attempts: int
    next_call_at: datetime | None
    ended_at: datetime | None
    overall_score: float | None
    recommendation: str | None


@dataclass(frozen=True, slots=True)
class PlannedRowView:
    """One person of a dry run: when they would be called, or the code and sentence of why not."""

    row: int | None
    candidate_id: str | None
    name: str | None
    phone: str | None = field(repr=False)
    call_at: datetime | None
    code: str | None = None
    sentence: str | None = None


@dataclass(frozen=True, slots=True)
class CampaignPlanView:
    """A dry run: nothing was written and nobody is called. The times hold if a line is always free."""

    dry_run: bool
    total: int
    would_call: int
    refused: int
    first_call_at: datetime | None
    last_call_at: datetime | None
    rows: tuple[PlannedRowView, ...]


def campaign_view(campaign: Campaign, standing: Standing, now: datetime, between: timedelta) -> CampaignView:
    """The campaign with its counts; ``between`` is the time between any two dials."""
    counts = {state.value: standing.states.get(state, 0) for state in (MemberState.WAITING, MemberState.REFUSED)}
    for status, number in sorted(standing.statuses.items()):
        counts[status.value] = number
    canceled = standing.states.get(MemberState.CANCELED, 0)
    if canceled:
        counts["canceled"] = counts.get("canceled", 0) + canceled
    total = sum(standing.states.values())
    ended = sum(number for status, number in standing.statuses.items() if status in TERMINAL)
    done = ended + canceled + counts["refused"]
    return CampaignView(
        id=campaign.id,
        job_id=campaign.job_id,
        name=campaign.name,
        status=_status(campaign, done == total, now),
        paused_why=campaign.paused_why,
        start_at=campaign.start_at,
        calls_per_minute=campaign.calls_per_minute,
        max_concurrent=campaign.max_concurrent,
        total=total,
        counts=counts,
        progress=round(done / total, 4) if total else 1.0,
        eta=_eta(campaign, standing, now, between),
        external_id=campaign.external_id,
        metadata=campaign.labels,
        simulated=campaign.simulated,
        created_at=campaign.created_at,
    )


def member_view(line: Line) -> MemberView:
    """One person of a campaign, with what came of the call so far."""
    member, person, interview = line.member, line.candidate, line.interview
    calls = interview is not None and interview.next_action == "call" and interview.status not in TERMINAL
    return MemberView(
        position=member.position,
        row=member.row,
        candidate_id=None if person is None or person.erased_at is not None else person.id,
        interview_id=member.interview_id,
        name=None if person is None else person.name,
        phone=None if person is None else person.phone,
        status=member.state.value if interview is None else interview.status.value,
        sentence=member.sentence if interview is None else interview.waiting_reason or interview.next_action_why,
        attempts=0 if interview is None else interview.attempts,
        next_call_at=interview.next_action_at if interview is not None and calls else None,
        ended_at=None if interview is None else interview.ended_at,
        overall_score=line.overall_score,
        recommendation=line.recommendation,
    )


def _status(campaign: Campaign, is_through: bool, now: datetime) -> str:
    if campaign.status is CampaignStatus.CANCELED:
        return "canceled"
    if is_through:
        return "completed"
    if campaign.status is CampaignStatus.PAUSED:
        return "paused"
    return "scheduled" if campaign.start_at is not None and campaign.start_at > now else "running"


def _eta(campaign: Campaign, standing: Standing, now: datetime, between: timedelta) -> datetime | None:
    left = standing.to_call + standing.states.get(MemberState.WAITING, 0)
    if campaign.status is not CampaignStatus.RUNNING or not left:
        return None
    start = max(now, campaign.start_at or now)
    moments = [start + (left - 1) * interval(campaign, between), standing.last_planned_at or start]
    if campaign.max_concurrent is not None and standing.mean_call_s is not None:
        moments.append(start + timedelta(seconds=left * standing.mean_call_s / campaign.max_concurrent))
    return max(moments)


_HEADER = (
    "row", "name", "phone", "email", "external_id", "candidate_id", "interview_id", "status", "reason", "attempts",
    "next_call_at", "started_at", "ended_at", "duration_s", "overall_score", "recommendation", "needs_review",
    "simulated",
)  # fmt: skip


def results_csv(lines: Sequence[Line], *, with_numbers: bool) -> str:
    """One line a person, formula-safe; numbers are masked unless ``with_numbers``. CRLF between lines (RFC 4180)."""
    sheet = io.StringIO(newline="")
    writer = csv.writer(sheet)
    writer.writerow(_HEADER)
    for line in lines:
        writer.writerow([defused(cell) for cell in _cells(line, with_numbers)])
    return sheet.getvalue()


def _cells(line: Line, with_numbers: bool) -> Sequence[object]:
    member, person, interview = line.member, line.candidate, line.interview
    phone = None
    if person is not None:
        phone = shown_number(person.phone) if with_numbers else masked_number(person.phone)
    about = (
        member.row if member.row is not None else member.position + 1,
        person and person.name,
        phone,
        (person and person.email) if with_numbers else None,
        person and person.external_id,
        member.candidate_id,
        member.interview_id,
    )
    if interview is None:
        status = "refused" if member.state is MemberState.REFUSED else member.state.value
        return (*about, status, f"{member.code}: {member.sentence}" if member.code else None, *[None] * 9)
    took_s = duration_s(interview)
    is_ended = interview.status in TERMINAL
    return (
        *about,
        interview.status.value,
        interview.reason_code,
        interview.attempts,
        None if is_ended or interview.next_action != "call" else _moment(interview.next_action_at),
        _moment(interview.started_at),
        _moment(interview.ended_at),
        None if took_s is None else int(took_s),
        None if line.overall_score is None else shown(line.overall_score),
        line.recommendation,
        "yes" if interview.status.value == "needs_review" else "no",
        "yes" if interview.simulated else "no",
    )


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"

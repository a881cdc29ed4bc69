"""Calling many people for one job: a list or a file in, a dry run, pause, resume, cancel, and what came of it.

Everybody is invited by a task, a few at a time, so that a long list keeps no webhook waiting and survives any restart.
Pace, concurrency and pauses are kept where calls are placed (``campaign_line``), whoever makes a call due.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db.columns import new_id
from db.models import Campaign, CampaignMember, CampaignStatus, Job, JobStatus, MemberState
from db.repositories import campaigns as rows
from db.repositories import hiring, outbox
from db.repositories.events import CAMPAIGN_VIEWED, record
from db.repositories.outbox import Lease
from db.unit_of_work import Database
from interview.gate import GateReason
from interview.phone import PhoneNumber
from ivr.services.campaign_line import IN_TURN, PAUSED, interval, reserve
from ivr.services.campaign_plan import Person, Planned, facts_of, plan
from ivr.services.campaign_views import (
    CampaignPlanView,
    CampaignView,
    MemberView,
    PlannedRowView,
    campaign_view,
    member_view,
    results_csv,
)
from ivr.services.context import Actor, Clock, system_actor
from ivr.services.csv_people import MAX_ROWS, read_people
from ivr.services.dialing import Gate
from ivr.services.drafts import CampaignDraft, CampaignFilters, InviteDraft, Page, Paged
from ivr.services.errors import Conflict, FieldProblem, Invalid, NotFound, Refused, ServiceError
from ivr.services.imports import ImportService, sorted_out
from ivr.services.interviews import InterviewService
from ivr.services.sightings import Sightings

# Members invited in one go of the task, each in a transaction of its own.
AT_ONCE = 100
RECHECK = timedelta(minutes=5)
_PURPOSE = "assessment"
# What a person lifts for all: the members wait rather than being refused.
_WAIT_FOR_PERSON = frozenset({GateReason.STOPPED.value, GateReason.BUDGET_EXCEEDED.value})


@dataclass(frozen=True, slots=True)
class _Listed:
    """One person of a new campaign, or a line that names nobody."""

    row: int | None
    candidate_id: str | None
    name: str | None = None
    person: Person | None = None
    code: str | None = None
    sentence: str | None = None


class CampaignService:
    """``ring`` is called after commits that left work to do."""

    def __init__(
        self,
        database: Database,
        gate: Gate,
        interviews: InterviewService,
        imports: ImportService,
        clock: Clock,
        ring: Callable[[], None],
        *,
        calls_per_second: float,
        simulated: bool = False,
    ) -> None:
        self._database = database
        self._gate = gate
        self._interviews = interviews
        self._imports = imports
        self._clock = clock
        self._ring = ring
        self._between = timedelta(seconds=1 / calls_per_second)
        self._simulated = simulated

    # --- beginning

    def create(self, actor: Actor, draft: CampaignDraft) -> CampaignView:
        """The new campaign; everybody on its list is invited in the background, or refused with a reason.

        Raises NotFound, Invalid (the list or the file), Refused ``questions_not_approved``, Conflict: ``job_closed``,
        ``external_id_exists`` with ``campaign_id``.
        """
        with self._database.read() as session:
            _callable_job(session, actor.organisation_id, draft.job_id)
            self._refuse_taken(session, actor.organisation_id, draft.external_id)
        listed = self._listed(actor, draft)
        try:
            with self._database.write() as unit:
                campaign = self._add(unit.session, actor, draft, listed)
                unit.on_commit(self._ring)
                return self._answer(unit.session, actor, campaign)
        except IntegrityError:
            # another request took the external_id in this very moment
            with self._database.read() as session:
                self._refuse_taken(session, actor.organisation_id, draft.external_id)
            raise

    def plan(self, organisation_id: str, draft: CampaignDraft) -> CampaignPlanView:
        """What would happen: for each person when they would be called first, or why not. Nothing is written.

        Raises as ``create``.
        """
        now = self._clock()
        start = max(now, draft.start_at or now)
        with self._database.read() as session:
            job = _callable_job(session, organisation_id, draft.job_id)
            listed = self._looked_up(session, organisation_id, draft)
            known = [one.candidate_id for one in listed if one.candidate_id is not None]
            standing = rows.interviewed(session, job.id, known, _PURPOSE)
            listed = [_with_interview(one, standing) for one in listed]
            open_ones = [one for one in listed if one.code is None and one.person is not None]
            facts = facts_of(session, self._gate, job, [one.person for one in open_ones if one.person], now)
        every = interval(Campaign(calls_per_minute=draft.calls_per_minute), self._between)
        turns = iter(plan(facts, start, every))
        found = [_planned(one, Planned(None) if one.code is not None else next(turns)) for one in listed]
        moments = [row.call_at for row in found if row.call_at is not None]
        return CampaignPlanView(
            dry_run=True,
            total=len(found),
            would_call=len(moments),
            refused=len(found) - len(moments),
            first_call_at=min(moments, default=None),
            last_call_at=max(moments, default=None),
            rows=tuple(found),
        )

    # --- reading

    def get(self, organisation_id: str, campaign_id: str) -> CampaignView:
        """The campaign and how far it is. Raises NotFound."""
        with self._database.read() as session:
            return self._view(session, _known(rows.campaign(session, organisation_id, campaign_id)))

    def list(self, organisation_id: str, filters: CampaignFilters, page: Page) -> Paged[CampaignView]:
        """Campaigns, newest first."""
        wanted = {"job_id": filters.job_id, "external_id": filters.external_id}
        with self._database.read() as session:
            found, cursor = rows.page(session, organisation_id, **wanted, limit=page.limit, cursor=page.cursor)
            total = rows.count(session, organisation_id, **wanted) if page.with_total else None
            standings = rows.standings(session, [campaign.id for campaign in found])
            now = self._clock()
            views = [campaign_view(one, standings[one.id], now, self._between) for one in found]
            return Paged(tuple(views), cursor, total)

    def members(
        self, organisation_id: str, campaign_id: str, *, after: int = -1, limit: int = 50, refused: bool = False
    ) -> Sequence[MemberView]:
        """People of the campaign in its order, from behind position ``after``; ``refused`` those alone who are called
        by nobody. Raises NotFound."""
        with self._database.read() as session:
            campaign = _known(rows.campaign(session, organisation_id, campaign_id))
            state = MemberState.REFUSED if refused else None
            found = rows.lines(session, campaign.id, after=after, limit=limit, state=state)
            return [member_view(line) for line in found]

    def results_csv(
        self, organisation_id: str, campaign_id: str, *, with_numbers: bool, seen_by: Actor | None = None
    ) -> str:
        """Everybody of the campaign and what came of the call, as CSV. Raises NotFound."""
        with self._database.read() as session:
            campaign = _known(rows.campaign(session, organisation_id, campaign_id))
            sheet = results_csv(rows.lines(session, campaign.id), with_numbers=with_numbers)
        Sightings(self._database, self._clock).note(seen_by, CAMPAIGN_VIEWED, "campaign", campaign_id)
        return sheet

    # --- steering. Each may be pressed twice.

    def pause(self, actor: Actor, campaign_id: str) -> CampaignView:
        """Nobody else is dialled until it is resumed; calls under way finish. Raises NotFound, Conflict."""
        return self._steer(actor, campaign_id, CampaignStatus.PAUSED)

    def resume(self, actor: Actor, campaign_id: str) -> CampaignView:
        """Dialling goes on at the campaign's pace. Raises NotFound, Conflict."""
        return self._steer(actor, campaign_id, CampaignStatus.RUNNING)

    def cancel(self, actor: Actor, campaign_id: str) -> CampaignView:
        """Nobody else is dialled, for good; calls under way finish, and what was said is assessed. Raises NotFound."""
        return self._steer(actor, campaign_id, CampaignStatus.CANCELED)

    # --- the task

    def run_campaign(self, lease: Lease) -> None:
        """Do what the campaign's status asks for: invite who waits, wake who was held, or let go of all."""
        with self._database.read() as session:
            campaign = rows.campaign(session, lease.organisation_id, lease.subject_id)
            status = CampaignStatus.PAUSED if campaign is None else campaign.status
            waiting = rows.waiting_members(session, lease.subject_id, AT_ONCE + 1)
            asleep = self._asleep(session, lease.subject_id, status)
        for start in range(0, len(asleep), AT_ONCE):
            self._wake(lease, asleep[start : start + AT_ONCE])
        again_at = None
        if status is CampaignStatus.RUNNING:
            actor = system_actor(lease.organisation_id, lease.request_id)
            again_at = self._clock() if len(waiting) > AT_ONCE else None
            for member_id in waiting[:AT_ONCE]:
                if not self._invite(actor, lease.subject_id, member_id):
                    again_at = self._clock() + RECHECK
                    break
        with self._database.write() as unit:
            if again_at is None:
                outbox.complete(unit.session, lease)
            else:
                outbox.postpone(unit.session, lease, again_at)
            unit.on_commit(self._ring)

    def _invite(self, actor: Actor, campaign_id: str, member_id: str) -> bool:
        """False when nobody can be invited for now."""
        try:
            return self._invite_once(actor, campaign_id, member_id)
        except IntegrityError:
            # Somebody invited the same person in this very moment: the second time that interview is found.
            return self._invite_once(actor, campaign_id, member_id)

    def _invite_once(self, actor: Actor, campaign_id: str, member_id: str) -> bool:
        with self._database.write() as unit:
            session, now = unit.session, self._clock()
            campaign = rows.locked(session, campaign_id)
            member = rows.member(session, member_id)
            if campaign.status is not CampaignStatus.RUNNING:
                return False
            if member.state is not MemberState.WAITING or member.candidate_id is None:
                return True
            slot = max(now, campaign.start_at or now, campaign.next_dial_at or now)
            try:
                draft = InviteDraft(campaign.job_id, member.candidate_id, purpose=_PURPOSE)
                interview = self._interviews.enter(session, actor, draft, not_before=slot)
            except (Refused, Conflict, NotFound) as error:
                if error.code in _WAIT_FOR_PERSON:
                    return False
                _refuse(member, error)
                return True
            member.state, member.interview_id = MemberState.INVITED, interview.id
            if interview.next_action_at == slot:
                member.slot_at = reserve(campaign, slot, self._between)
                if slot > now:
                    interview.next_action_why = IN_TURN
            unit.on_commit(self._ring)
            return True

    def _asleep(self, session: Session, campaign_id: str, status: CampaignStatus) -> Sequence[str]:
        """Interviews whose call is to be looked at now: held ones after a pause, all undialled ones of a canceled
        campaign, which then end."""
        match status:
            case CampaignStatus.RUNNING:
                return rows.held(session, campaign_id, PAUSED, MAX_ROWS)
            case CampaignStatus.CANCELED:
                return rows.undialled(session, campaign_id, MAX_ROWS)
            case CampaignStatus.PAUSED:
                return ()

    def _wake(self, lease: Lease, interview_ids: Sequence[str]) -> None:
        with self._database.write() as unit:
            for interview_id in interview_ids:
                outbox.add(
                    unit.session, kind="place_call", subject_id=interview_id, organisation_id=lease.organisation_id,
                    due_at=self._clock(), request_id=lease.request_id,
                )  # fmt: skip
            unit.on_commit(self._ring)

    # --- inside

    def _listed(self, actor: Actor, draft: CampaignDraft) -> Sequence[_Listed]:
        """Everybody of the draft; people of a file are entered."""
        _one_list(draft)
        if not draft.csv:
            with self._database.read() as session:
                return self._looked_up(session, actor.organisation_id, draft)
        entered = self._imports.run(replace(actor, answering=None), draft.csv, country=draft.country)
        return [_Listed(row.row, row.candidate_id, code=row.code, sentence=row.sentence) for row in entered.rows]

    def _looked_up(self, session: Session, organisation_id: str, draft: CampaignDraft) -> Sequence[_Listed]:
        """Everybody of the draft, nothing written. Raises Invalid."""
        _one_list(draft)
        if draft.csv:
            return _of_file(session, organisation_id, draft)
        known = rows.candidates(session, organisation_id, draft.candidate_ids)
        problems = []
        seen: set[str] = set()
        for place, id in enumerate(draft.candidate_ids):
            if id not in known:
                problems.append(FieldProblem(f"candidate_ids.{place}", "not_found", "There is no such candidate."))
            elif id in seen:
                problems.append(FieldProblem(f"candidate_ids.{place}", "repeated", "This person is named twice."))
            seen.add(id)
        if problems:
            raise Invalid("invalid_fields", "Some people of the list cannot be called.", problems=problems[:50])
        found = [known[id] for id in draft.candidate_ids]
        return [
            _Listed(None, one.id, one.name, Person(PhoneNumber(one.phone), one.timezone, one.id)) for one in found
        ]

    def _add(self, session: Session, actor: Actor, draft: CampaignDraft, listed: Sequence[_Listed]) -> Campaign:
        now = self._clock()
        campaign = Campaign(
            id=new_id(), organisation_id=actor.organisation_id, job_id=draft.job_id, name=draft.name,
            status=CampaignStatus.RUNNING, start_at=draft.start_at, calls_per_minute=draft.calls_per_minute,
            max_concurrent=draft.max_concurrent, created_by=actor.name, external_id=draft.external_id,
            labels=dict(draft.metadata), simulated=self._simulated, created_at=now,
        )  # fmt: skip
        session.add(campaign)
        session.flush()
        session.add_all(
            CampaignMember(
                organisation_id=actor.organisation_id, campaign_id=campaign.id, position=position, row=one.row,
                candidate_id=one.candidate_id, created_at=now, code=one.code, sentence=one.sentence,
                state=MemberState.WAITING if one.code is None else MemberState.REFUSED,
            )
            for position, one in enumerate(listed)
        )  # fmt: skip
        self._tell(session, actor, campaign, "campaign.created", people=len(listed))
        self._have_it_run(session, actor, campaign)
        return campaign

    def _steer(self, actor: Actor, campaign_id: str, status: CampaignStatus) -> CampaignView:
        with self._database.write() as unit:
            session = unit.session
            campaign = _known(rows.campaign(session, actor.organisation_id, campaign_id, lock=True))
            if campaign.status is not status:
                if campaign.status is CampaignStatus.CANCELED:
                    raise Conflict(
                        "wrong_status", "The campaign was canceled, for good.", "Make a new one with who is left.",
                        extra={"campaign_status": "canceled"},
                    )  # fmt: skip
                campaign.status, campaign.paused_why = status, None
                self._tell(session, actor, campaign, f"campaign.{_DONE[status]}")
                if status is CampaignStatus.CANCELED:
                    rows.cancel_waiting(session, campaign.id)
                self._have_it_run(session, actor, campaign)
                unit.on_commit(self._ring)
            return self._answer(session, actor, campaign)

    def _have_it_run(self, session: Session, actor: Actor, campaign: Campaign) -> None:
        outbox.add(
            session, kind="run_campaign", subject_id=campaign.id, organisation_id=campaign.organisation_id,
            due_at=self._clock(), request_id=actor.request_id,
        )  # fmt: skip

    def _refuse_taken(self, session: Session, organisation_id: str, external_id: str | None) -> None:
        taken = external_id and rows.with_external_id(session, organisation_id, external_id)
        if taken:
            raise Conflict(
                "external_id_exists", "A campaign with this external_id exists already.",
                "Read that one, or use another external_id.", extra={"campaign_id": taken.id},
            )  # fmt: skip

    def _tell(self, session: Session, actor: Actor, campaign: Campaign, type_: str, **data: int) -> None:
        record(
            session, organisation_id=campaign.organisation_id, type=type_, subject_kind="campaign",
            subject_id=campaign.id, actor=actor.name, data=data, request_id=actor.request_id, at=self._clock(),
        )  # fmt: skip

    def _view(self, session: Session, campaign: Campaign) -> CampaignView:
        standing = rows.standings(session, [campaign.id])[campaign.id]
        return campaign_view(campaign, standing, self._clock(), self._between)

    def _answer(self, session: Session, actor: Actor, campaign: Campaign) -> CampaignView:
        session.flush()
        view = self._view(session, campaign)
        actor.remember(session, view)
        return view


_DONE = {
    CampaignStatus.RUNNING: "resumed",
    CampaignStatus.PAUSED: "paused",
    CampaignStatus.CANCELED: "canceled",
}


def _of_file(session: Session, organisation_id: str, draft: CampaignDraft) -> Sequence[_Listed]:
    """The lines of the file, each with the person who has its number already, if there is one."""
    lines, refused = sorted_out(read_people(draft.csv).lines, draft.country)
    known = hiring.candidates_by_phone(session, organisation_id, [line.number.e164 for line in lines])
    ids = [line.draft.external_id for line in lines if line.draft.external_id is not None]
    taken = hiring.external_ids_taken(session, organisation_id, ids)
    found = [_Listed(row.row, None, code=row.code, sentence=row.sentence) for row in refused]
    for line in lines:
        one = known.get(line.number.e164)
        id = None if one is None else one.id
        zone = line.draft.timezone or (None if one is None else one.timezone)
        person = Person(line.number, zone, id, line.draft.consent is not None)
        if taken.get(line.draft.external_id or "", id) != id:
            sentence = "Another candidate has this external_id."
            found.append(_Listed(line.row, None, line.draft.name, person, "external_id_exists", sentence))
        else:
            found.append(_Listed(line.row, id, line.draft.name, person))
    return sorted(found, key=lambda one: one.row or 0)


def _callable_job(session: Session, organisation_id: str, job_id: str) -> Job:
    job = hiring.job(session, organisation_id, job_id)
    if job is None:
        raise NotFound("job")
    if job.status is JobStatus.CLOSED:
        raise Conflict("job_closed", "The job is closed: nobody is called for it.", "Make a new job.")
    if job.approved_set_id is None:
        raise Refused(
            GateReason.QUESTIONS_NOT_APPROVED.value,
            "The questions of this job have not been approved yet.",
            "Read the questions and approve them; approving opens the job for calls.",
        )
    return job


def _one_list(draft: CampaignDraft) -> None:
    if bool(draft.candidate_ids) == bool(draft.csv):
        problem = FieldProblem("candidate_ids", "required", "Name the people by candidate_ids or as csv, one of both.")
        raise Invalid("invalid_fields", problem.message, problems=[problem])


def _with_interview(one: _Listed, standing: dict[str, str]) -> _Listed:
    status = standing.get(one.candidate_id or "")
    if one.code is not None or status is None:
        return one
    sentence = f"This person has an interview for this job already; it is {status}."
    return replace(one, code="interview_exists", sentence=sentence)


def _planned(one: _Listed, turn: Planned) -> PlannedRowView:
    return PlannedRowView(
        row=one.row,
        candidate_id=one.candidate_id,
        name=one.name,
        phone=None if one.person is None else one.person.number.e164,
        call_at=turn.at,
        code=one.code or turn.code,
        sentence=one.sentence or turn.sentence,
    )


def _refuse(member: CampaignMember, error: ServiceError) -> None:
    member.state, member.code = MemberState.REFUSED, error.code
    member.sentence = f"{error.sentence} {error.hint}".strip()


def _known(campaign: Campaign | None) -> Campaign:
    if campaign is None:
        raise NotFound("campaign")
    return campaign

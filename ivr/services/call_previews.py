"""What would happen if this person were invited now: asked of the very use case that invites, and taken back."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db.models import Candidate
from db.repositories import hiring
from db.repositories import interviews as rows
from db.unit_of_work import Database
from interview.gate import every_check
from ivr.services.candidates import CandidateService
from ivr.services.context import Actor, Clock
from ivr.services.dialing import Gate
from ivr.services.drafts import InviteDraft
from ivr.services.errors import Conflict, FieldProblem, Invalid, NotFound, Refused
from ivr.services.interviews import InterviewService
from ivr.services.numbers import number_of


@dataclass(frozen=True, slots=True)
class CheckView:
    """One rule of the gate at the time of the call; ``code`` and the rest are None when it lets the call through.
    ``retry_at`` is when waiting mends it."""

    rule: str
    code: str | None = None
    sentence: str | None = None
    hint: str | None = None
    retry_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RefusalView:
    """Why nobody would be called. ``interview_id`` is the interview that stands in the way, if one does."""

    code: str
    sentence: str
    hint: str
    interview_id: str | None = None


@dataclass(frozen=True, slots=True)
class CallPreviewView:
    """Nothing was written and nobody is called. Either ``call_at`` and ``why`` say when the telephone would ring first,
    or ``refused`` says why not. ``candidate_id`` is None for somebody who is not entered yet; ``zones`` are the clocks
    that the candidate may have, one of their own when ``has_own_zone``; ``checks`` are about ``wished_at``, if a time
    was wished for, else about now."""

    job_id: str
    candidate_id: str | None
    name: str
    phone: str = field(repr=False)
    zones: tuple[str, ...]
    has_own_zone: bool
    now: datetime
    wished_at: datetime | None
    call_at: datetime | None
    why: str
    refused: RefusalView | None
    checks: tuple[CheckView, ...]


class CallPreviewService:
    """``InterviewService.invite`` in a transaction that is rolled back, and every rule of the gate beside it."""

    def __init__(
        self, database: Database, gate: Gate, candidates: CandidateService, interviews: InterviewService, clock: Clock
    ) -> None:
        self._database = database
        self._gate = gate
        self._candidates = candidates
        self._interviews = interviews
        self._clock = clock

    def preview(self, actor: Actor, draft: InviteDraft) -> CallPreviewView:
        """What ``invite`` would do with this draft. Raises NotFound, Invalid: what is wrong with the draft itself."""
        asker = replace(actor, answering=None)
        try:
            return self._look(asker, draft)
        except IntegrityError:
            # Somebody else entered the same person in this very moment: the second time they are found.
            return self._look(asker, draft)

    def _look(self, actor: Actor, draft: InviteDraft) -> CallPreviewView:
        try:
            with self._database.write() as unit:
                raise _OnlyLooking(self._found(unit.session, actor, draft))
        except _OnlyLooking as looked:
            return looked.found

    def _found(self, session: Session, actor: Actor, draft: InviteDraft) -> CallPreviewView:
        job = rows.job(session, actor.organisation_id, draft.job_id)
        if job is None:
            raise NotFound("job")
        candidate, is_new = self._person(session, actor, draft)
        at = max(self._clock(), draft.call_at or datetime.min.replace(tzinfo=UTC))
        facts = self._gate.facts(session, job=job, candidate=candidate, interview=None, now=at)
        call_at, why, refused = None, "", None
        try:
            invited = self._interviews.enter(
                session, actor, replace(draft, candidate_id=candidate.id, candidate=None, external_id=None)
            )
        except (Refused, Conflict) as error:
            refused = RefusalView(error.code, error.sentence, error.hint, error.extra.get("interview_id"))
        else:
            call_at, why = invited.next_action_at, invited.next_action_why or ""
        return CallPreviewView(
            job_id=job.id,
            candidate_id=None if is_new else candidate.id,
            name=candidate.name,
            phone=candidate.phone,
            zones=facts.zones,
            has_own_zone=candidate.timezone is not None,
            # Looked up last: a call that is due at once is not one for later.
            now=self._clock(),
            wished_at=draft.call_at,
            call_at=call_at,
            why=why,
            refused=refused,
            checks=tuple(
                CheckView(one.rule)
                if one.refused is None
                else CheckView(
                    one.rule, one.refused.reason.value, one.refused.sentence, one.refused.hint, one.refused.retry_at
                )
                for one in every_check(facts)
            ),
        )

    def _person(self, session: Session, actor: Actor, draft: InviteDraft) -> tuple[Candidate, bool]:
        """The candidate, and whether they would be entered by this invitation."""
        if draft.candidate_id is not None:
            known = hiring.candidate(session, actor.organisation_id, draft.candidate_id)
            if known is None:
                raise NotFound("candidate")
            return known, False
        if draft.candidate is None:
            problem = FieldProblem("candidate_id", "required", "Choose somebody, or enter somebody new.")
            raise Invalid("invalid_fields", problem.message, problems=[problem])
        number = number_of(draft.candidate.phone, draft.candidate.country)
        is_new = hiring.candidate_by_phone(session, actor.organisation_id, number.e164) is None
        candidate = self._candidates.merge(session, actor, draft.candidate)
        session.flush()
        return candidate, is_new


class _OnlyLooking(Exception):
    """Takes back what a look wrote."""

    def __init__(self, found: CallPreviewView) -> None:
        super().__init__("only looking")
        self.found = found

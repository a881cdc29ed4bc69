"""The life of an interview as people steer it: invited, called at once or later, tried again, hung up, canceled."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db.columns import new_id
from db.models import Candidate, Interview, Job, JobStatus
from db.repositories import interviews as rows
from db.repositories import outbox
from db.repositories.events import ANSWER_HEARD, INTERVIEW_VIEWED, RESULT_VIEWED, record
from db.repositories.interviews import Wanted
from db.unit_of_work import Database
from interview.gate import GateReason
from interview.gate import Refused as GateRefused
from interview.lifecycle import InterviewStatus, check_move
from interview.machine import begin
from interview.script import Script
from ivr.services.candidate_questions import pass_on_what_was_not_told
from ivr.services.candidates import CandidateService
from ivr.services.context import Actor, Clock
from ivr.services.dialing import Gate
from ivr.services.drafts import (
    AnswerPatch,
    InterviewFilters,
    InviteDraft,
    KnockoutDraft,
    Page,
    Paged,
    ReviewDraft,
    settings_from_plain,
)
from ivr.services.errors import Conflict, FieldProblem, Invalid, NotFound, Refused
from ivr.services.interview_views import event_view, read_interview, read_rows
from ivr.services.messages import SEND_EMAIL, SEND_SMS, invitation_key
from ivr.services.practice_questions import questions_for
from ivr.services.results import ResultService
from ivr.services.resume_questions import want_question
from ivr.services.reviews import ReviewService
from ivr.services.sightings import Sightings
from ivr.services.views import AudioFile, EventView, InterviewView, PeaksView, ResultView, ReviewView
from ivr.services.word_deletion import refuse_deleted

# A time that lies a little in the past means now: clocks differ, and requests take a moment.
PAST_ALLOWED = timedelta(minutes=5)

_S = InterviewStatus
# What a person may do with an interview depends on where it stands: wait for a call, be on the line, be over.
WAITING = frozenset({_S.SCHEDULED, _S.QUEUED, _S.INTERRUPTED})
ON_THE_LINE = frozenset({_S.DIALING, _S.IN_PROGRESS})
CANCELABLE = WAITING | ON_THE_LINE
NOT_REACHED = frozenset({_S.UNREACHABLE, _S.FAILED})


class InterviewService:
    """Everything that programs and people do with interviews; answers and decisions it passes on."""

    def __init__(
        self,
        database: Database,
        gate: Gate,
        candidates: CandidateService,
        results: ResultService,
        reviews: ReviewService,
        clock: Clock,
        ring: Callable[[], None],
        *,
        simulated: bool = False,
        sends_texts: bool = False,
        sends_mail: bool = False,
        sightings: Sightings | None = None,
    ) -> None:
        self._database = database
        self._gate = gate
        self._candidates = candidates
        self._results = results
        self._reviews = reviews
        self._clock = clock
        self._ring = ring
        self._simulated = simulated
        self._sends_texts = sends_texts
        self._sends_mail = sends_mail
        self._sightings = sightings or Sightings(database, clock)

    # --- inviting

    def invite(self, actor: Actor, draft: InviteDraft) -> InterviewView:
        """A new interview, to be called now, at the time that was asked for, or at the next allowed hour.

        Raises NotFound, Refused with the gate's code, and Conflict: ``job_closed``, ``no_practice_questions``,
        ``external_id_exists`` and ``interview_exists``, both with ``interview_id`` in ``extra``.
        """
        try:
            return self._invite_once(actor, draft)
        except IntegrityError:
            # Another request wrote the person, the interview or the external_id first: they are found the second time.
            return self._invite_once(actor, draft)

    def _invite_once(self, actor: Actor, draft: InviteDraft) -> InterviewView:
        with self._database.write() as unit:
            interview = self.enter(unit.session, actor, draft)
            unit.on_commit(self._ring)
            return self._answer(unit.session, actor, interview)

    def enter(
        self, session: Session, actor: Actor, draft: InviteDraft, *, not_before: datetime | None = None
    ) -> Interview:
        """As ``invite``, in the caller's transaction; the first call is not due before ``not_before``.

        Raises IntegrityError when another request was first with the same person or external_id.
        """
        now = self._clock()
        job = rows.job(session, actor.organisation_id, draft.job_id)
        if job is None:
            raise NotFound("job")
        if job.status is JobStatus.CLOSED:
            raise Conflict("job_closed", "The job is closed: nobody is called for it.", "Make a new job.")
        candidate = self._person(session, actor, draft)
        standing = rows.open_interview(session, actor.organisation_id, job.id, candidate.id, draft.purpose)
        if standing is not None:
            raise _exists(standing)
        if draft.external_id is not None:
            taken = rows.interview_by_external_id(session, actor.organisation_id, draft.external_id)
            if taken is not None:
                raise _external_id_taken(taken)
        earliest = now if not_before is None else max(now, not_before)
        at, why = self._first_call(session, job, candidate, draft.call_at, earliest)
        version = questions_for(session, job, draft.purpose, now)
        if version is None:
            raise _questions_not_approved()
        status = _S.SCHEDULED if at > now else _S.QUEUED
        interview = Interview(
            id=new_id(), organisation_id=actor.organisation_id, job_id=job.id, candidate_id=candidate.id,
            question_set_id=version.id, purpose=draft.purpose, status=status,
            progress=begin(Script(job.company, job.title, job.language, version.spoken)),
            call_at=draft.call_at if at > now else None, next_action="call", next_action_at=at, next_action_why=why,
            external_id=draft.external_id, labels=dict(draft.metadata), simulated=self._simulated, created_at=now,
        )  # fmt: skip
        session.add(interview)
        session.flush()
        self._tell(session, actor, interview, f"interview.{status.value}", job=job.id, call_at=at.isoformat())
        self._call(session, actor, interview, at)
        want_question(session, interview, version.terms, candidate, now, actor.request_id)
        if self._sends_texts or self._sends_mail:
            outbox.add(
                session, kind=SEND_SMS if self._sends_texts else SEND_EMAIL, subject_id=invitation_key(interview.id),
                organisation_id=interview.organisation_id, due_at=now, request_id=actor.request_id,
            )  # fmt: skip
        return interview

    def _person(self, session: Session, actor: Actor, draft: InviteDraft) -> Candidate:
        if draft.candidate_id is not None:
            candidate = rows.candidate(session, actor.organisation_id, draft.candidate_id)
            if candidate is None:
                raise NotFound("candidate")
            return candidate
        if draft.candidate is None:
            problem = FieldProblem("candidate_id", "required", "Name the person by candidate_id or as candidate.")
            raise Invalid("invalid_fields", problem.message, problems=[problem])
        candidate = self._candidates.merge(session, actor, draft.candidate)
        session.flush()
        return candidate

    def _first_call(
        self, session: Session, job: Job, candidate: Candidate, call_at: datetime | None, now: datetime
    ) -> tuple[datetime, str]:
        """When to call first, and why then. Raises Refused for what no waiting mends, or a forbidden wish."""
        if call_at is not None:
            return self._wished_call(session, job, candidate, call_at, now)
        refused = self._check(session, job, candidate, None, now)
        if refused is None:
            return now, "The call is due."
        at = _when_or_raise(refused)
        # What stands behind the hours (attempts, budget) is looked at for the hour at which they open.
        later = self._check(session, job, candidate, None, at)
        if later is not None:
            at = max(at, _when_or_raise(later))
        return at, refused.sentence

    def _wished_call(
        self, session: Session, job: Job, candidate: Candidate, call_at: datetime, now: datetime
    ) -> tuple[datetime, str]:
        if call_at < now - PAST_ALLOWED:
            problem = FieldProblem("call_at", "in_the_past", "This time is over; leave it out to call now.")
            raise Invalid("invalid_fields", problem.message, problems=[problem])
        at = max(call_at, now)
        refused = self._check(session, job, candidate, None, at)
        if refused is None:
            return at, "The call was set for this time."
        _when_or_raise(refused)
        if refused.reason is GateReason.OUTSIDE_CALLING_HOURS:
            raise _refused(refused)
        # Limits that pass with time are looked at again when the time has come.
        return at, "The call was set for this time."

    # --- reading

    def get(self, organisation_id: str, interview_id: str, seen_by: Actor | None = None) -> InterviewView:
        """The interview with its calls, answers, result, reviews and timeline. Raises NotFound."""
        with self._database.read() as session:
            view = self._results.traced(read_interview(session, organisation_id, interview_id))
        self._sightings.note(seen_by, INTERVIEW_VIEWED, "interview", interview_id)
        return view

    def list(self, organisation_id: str, filters: InterviewFilters, page: Page) -> Paged[InterviewView]:
        """Interviews newest first, in short."""
        wanted = wanted_of(filters)
        with self._database.read() as session:
            found, next_cursor = rows.page(session, organisation_id, wanted, limit=page.limit, cursor=page.cursor)
            total = rows.count(session, organisation_id, wanted) if page.with_total else None
            return Paged(read_rows(session, organisation_id, found), next_cursor, total)

    def events(self, organisation_id: str, interview_id: str, page: Page) -> Paged[EventView]:
        """What happened to the interview, newest first. Raises NotFound."""
        with self._database.read() as session:
            if rows.interview(session, organisation_id, interview_id) is None:
                raise NotFound("interview")
            found, next_cursor = rows.events(
                session, organisation_id, interview_id, limit=page.limit, cursor=page.cursor
            )
            total = rows.count_events(session, organisation_id, interview_id) if page.with_total else None
            return Paged(tuple(event_view(event) for event in found), next_cursor, total)

    # --- steering. Each may be pressed twice: what is so already is answered as it is.

    def cancel(self, actor: Actor, interview_id: str) -> InterviewView:
        """Nobody is called any more; a call that is under way ends politely at the next turn.

        Raises NotFound, Conflict ``wrong_status``.
        """
        with self._database.write() as unit:
            session, now = unit.session, self._clock()
            interview = _locked(session, actor, interview_id)
            if interview.status is not _S.CANCELED:
                if interview.status not in CANCELABLE:
                    raise _wrong_status(interview, "canceled")
                # Its next webhook finds a canceled interview and says goodbye.
                interview.hang_up_requested = interview.status in ON_THE_LINE
                _move(interview, _S.CANCELED)
                interview.ended_at = now
                interview.waiting_reason = interview.next_action = interview.next_action_at = None
                interview.next_action_why = None
                pass_on_what_was_not_told(session, interview, now)
                self._tell(session, actor, interview, "interview.canceled")
            return self._answer(session, actor, interview)

    def hang_up(self, actor: Actor, interview_id: str) -> InterviewView:
        """The call ends politely at its next turn; what was said is assessed.

        Raises NotFound, Conflict ``wrong_status`` when nobody is on the line.
        """
        with self._database.write() as unit:
            session = unit.session
            interview = _locked(session, actor, interview_id)
            if interview.status not in ON_THE_LINE and not interview.hang_up_requested:
                raise _wrong_status(interview, "hung up")
            if not interview.hang_up_requested:
                interview.hang_up_requested = True
                interview.version += 1
                self._tell(session, actor, interview, "interview.hang_up_requested")
            return self._answer(session, actor, interview)

    def call_now(self, actor: Actor, interview_id: str) -> InterviewView:
        """The candidate is called as soon as a line is free.

        Raises NotFound, Conflict ``wrong_status``, Refused with the gate's code: hours and limits hold here too.
        """
        with self._database.write() as unit:
            session, now = unit.session, self._clock()
            interview = _locked(session, actor, interview_id)
            if interview.status in WAITING:
                interview.wanted_at = now
                refused = self._check_again(session, interview, now)
                if refused is not None:
                    raise _refused(refused)
                if interview.status is _S.SCHEDULED:
                    _move(interview, _S.QUEUED)
                interview.call_at = None
                self._due(session, actor, interview, now, "A person asked for the call at once.")
                self._tell(session, actor, interview, "interview.call_now")
                unit.on_commit(self._ring)
            elif interview.status not in ON_THE_LINE:
                raise _wrong_status(interview, "called now")
            return self._answer(session, actor, interview)

    def retry(self, actor: Actor, interview_id: str) -> InterviewView:
        """One attempt more for somebody who was not reached, now or at the next allowed hour.

        Raises NotFound, Conflict ``wrong_status`` and ``interview_exists``, Refused with the gate's code.
        """
        try:
            return self._retry(actor, interview_id)
        except IntegrityError as error:
            raise self._standing_of(actor, interview_id, error) from error

    def _retry(self, actor: Actor, interview_id: str) -> InterviewView:
        with self._database.write() as unit:
            session, now = unit.session, self._clock()
            interview = _locked(session, actor, interview_id)
            refuse_deleted(interview)
            if interview.status in NOT_REACHED:
                job = session.get_one(Job, interview.job_id)
                # The limit of attempts is for calls that nobody asked for: a person's wish is worth one more.
                most = settings_from_plain(job.settings).max_attempts
                interview.calls_that_rang = min(interview.calls_that_rang, most - 1)
                at, why = now, "A person asked for another attempt."
                interview.wanted_at = now
                refused = self._check_again(session, interview, now)
                if refused is not None:
                    at, why = _when_or_raise(refused), refused.sentence
                _move(interview, _S.QUEUED)
                if refused is not None:
                    _move(interview, _S.SCHEDULED)
                interview.ended_at = interview.reason_code = interview.waiting_reason = None
                interview.hang_up_requested = False
                self._due(session, actor, interview, at, why)
                self._tell(session, actor, interview, "interview.retried", call_at=at.isoformat())
                unit.on_commit(self._ring)
            elif interview.status not in WAITING | ON_THE_LINE:
                raise _wrong_status(interview, "tried again")
            return self._answer(session, actor, interview)

    # --- answers and decisions

    def result(self, organisation_id: str, interview_id: str, seen_by: Actor | None = None) -> ResultView:
        """See ``ResultService.result``."""
        view = self._results.result(organisation_id, interview_id)
        self._sightings.note(seen_by, RESULT_VIEWED, "interview", interview_id)
        return view

    def audio(
        self, organisation_id: str, interview_id: str, answer_id: str, seen_by: Actor | None = None
    ) -> AudioFile:
        """See ``ResultService.audio``."""
        file = self._results.audio(organisation_id, interview_id, answer_id)
        self._sightings.note(seen_by, ANSWER_HEARD, "interview", interview_id, answer=answer_id)
        return file

    def read_audio(self, audio: AudioFile, start: int, end: int) -> bytes:
        """See ``ResultService.read_audio``."""
        return self._results.read_audio(audio, start, end)

    def peaks(self, organisation_id: str, interview_id: str, answer_id: str) -> PeaksView:
        """See ``ResultService.peaks``."""
        return self._results.peaks(organisation_id, interview_id, answer_id)

    def all_peaks(self, organisation_id: str, interview_id: str) -> Mapping[str, PeaksView]:
        """See ``ResultService.all_peaks``."""
        return self._results.all_peaks(organisation_id, interview_id)

    def patch_answer(self, actor: Actor, interview_id: str, answer_id: str, patch: AnswerPatch) -> InterviewView:
        """See ``ReviewService.patch_answer``."""
        return self._reviews.patch_answer(actor, interview_id, answer_id, patch)

    def confirm_knockout(self, actor: Actor, interview_id: str, answer_id: str, draft: KnockoutDraft) -> InterviewView:
        """See ``ReviewService.confirm_knockout``."""
        return self._reviews.confirm_knockout(actor, interview_id, answer_id, draft)

    def rescore(self, actor: Actor, interview_id: str) -> InterviewView:
        """See ``ReviewService.rescore``."""
        return self._reviews.rescore(actor, interview_id)

    def review(self, actor: Actor, interview_id: str, draft: ReviewDraft) -> ReviewView:
        """See ``ReviewService.review``."""
        return self._reviews.review(actor, interview_id, draft)

    # --- inside

    def _check(
        self, session: Session, job: Job, candidate: Candidate, interview: Interview | None, now: datetime
    ) -> GateRefused | None:
        verdict = self._gate.check(session, job=job, candidate=candidate, interview=interview, now=now)
        if isinstance(verdict, GateRefused) and verdict.reason is not GateReason.LINE_BUSY:
            return verdict
        # A call that is due waits for a free line by itself, a few seconds at a time.
        return None

    def _check_again(self, session: Session, interview: Interview, now: datetime) -> GateRefused | None:
        job = session.get_one(Job, interview.job_id)
        candidate = rows.candidate(session, interview.organisation_id, interview.candidate_id)
        if candidate is None:
            raise NotFound("candidate")
        return self._check(session, job, candidate, interview, now)

    def _due(self, session: Session, actor: Actor, interview: Interview, at: datetime, why: str) -> None:
        interview.next_action, interview.next_action_at, interview.next_action_why = "call", at, why
        interview.version += 1
        self._call(session, actor, interview, at)

    def _call(self, session: Session, actor: Actor, interview: Interview, at: datetime) -> None:
        outbox.add(
            session, kind="place_call", subject_id=interview.id, organisation_id=interview.organisation_id, due_at=at,
            request_id=actor.request_id,
        )  # fmt: skip

    def _tell(self, session: Session, actor: Actor, interview: Interview, type_: str, **data: str) -> None:
        record(
            session, organisation_id=interview.organisation_id, type=type_, subject_kind="interview",
            subject_id=interview.id, actor=actor.name, data=data, request_id=actor.request_id, at=self._clock(),
        )  # fmt: skip

    def _answer(self, session: Session, actor: Actor, interview: Interview) -> InterviewView:
        view = read_interview(session, actor.organisation_id, interview.id)
        actor.remember(session, view)
        return view

    def _standing_of(self, actor: Actor, interview_id: str, error: IntegrityError) -> Exception:
        """Why an interview could not be opened again: another of the same person for the same job is open."""
        with self._database.read() as session:
            interview = rows.interview(session, actor.organisation_id, interview_id)
            standing = interview and rows.open_interview(
                session, actor.organisation_id, interview.job_id, interview.candidate_id, interview.purpose
            )
        return error if standing is None else _exists(standing)


def wanted_of(filters: InterviewFilters) -> Wanted:
    """The filters as the rows are asked for. Raises Invalid for a status that there is not."""
    try:
        statuses = tuple(InterviewStatus(word) for word in filters.statuses)
    except ValueError:
        problem = FieldProblem("status", "not_a_choice", "There is no such status of an interview.")
        raise Invalid("invalid_fields", problem.message, problems=[problem]) from None
    return Wanted(
        job_id=filters.job_id,
        candidate_id=filters.candidate_id,
        statuses=statuses,
        recommendation=filters.recommendation,
        needs_review=filters.needs_review,
        purpose=filters.purpose,
        created_from=filters.created_from,
        created_to=filters.created_to,
        external_id=filters.external_id,
        q=filters.q,
    )


def _locked(session: Session, actor: Actor, interview_id: str) -> Interview:
    interview = rows.interview(session, actor.organisation_id, interview_id, lock=True)
    if interview is None:
        raise NotFound("interview")
    return interview


def _move(interview: Interview, target: InterviewStatus) -> None:
    check_move(interview.status, target)
    interview.status = target
    interview.version += 1


def _when_or_raise(refused: GateRefused) -> datetime:
    """When it may be tried again. Raises Refused for what stays so until a person acts."""
    if refused.retry_at is None:
        raise _refused(refused)
    return refused.retry_at


def _refused(refused: GateRefused) -> Refused:
    return Refused(refused.reason.value, refused.sentence, refused.hint)


def _questions_not_approved() -> Refused:
    return Refused(
        GateReason.QUESTIONS_NOT_APPROVED.value,
        "The questions of this job have not been approved yet.",
        "Read the questions and approve them; approving opens the job for calls.",
    )


def _exists(standing: Interview) -> Conflict:
    return Conflict(
        "interview_exists",
        f"This person has an interview for this job already; it is {standing.status.value}.",
        "Follow that one, or cancel it before you invite again.",
        extra={"interview_id": standing.id},
    )


def _external_id_taken(taken: Interview) -> Conflict:
    return Conflict(
        "external_id_exists",
        "An interview with this external_id exists already.",
        "Read that one, or use another external_id.",
        extra={"interview_id": taken.id},
    )


def _wrong_status(interview: Interview, what: str) -> Conflict:
    return Conflict(
        "wrong_status",
        f"The interview is {interview.status.value} and cannot be {what}.",
        "Read the interview to see what is possible now.",
        extra={"interview_status": interview.status.value},
    )

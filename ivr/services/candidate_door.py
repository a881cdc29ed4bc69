"""What a candidate does behind their link: see where it stands, be called now, pick a time, ask for a person, opt out.

Opening changes nothing; each change locks the interview, looks at its status and may be asked twice.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db.models import Interview, RequestKind
from db.repositories import calling_in, candidate_requests, feedback, links, outbox, sittings
from db.repositories.events import record
from db.repositories.links import Behind
from db.unit_of_work import Database
from interview.appointments import may_choose, possible_times
from interview.call_in import CallIn
from interview.gate import Allowed, DialFacts, GateReason, Verdict, may_dial
from interview.lifecycle import InterviewStatus, check_move, moves_to
from interview.phone import PhoneNumber
from interview.purpose import Purpose
from ivr.services.appointments import calendar_file
from ivr.services.coaching import result_of
from ivr.services.context import Clock
from ivr.services.dialing import Gate
from ivr.services.drafts import settings_from_plain
from ivr.services.errors import ServiceError
from ivr.services.feedback_views import ReleasedFeedback
from ivr.services.letters import chosen_time_of, minutes_of, zone_of
from ivr.services.links import CandidateLinks
from ivr.services.messages import SEND_EMAIL, SEND_SMS
from ivr.services.opting_out import opt_out
from ivr.services.practice_privacy import is_practice
from ivr.services.turn_records import REMIND_BEFORE, reminder_key

_S = InterviewStatus
_WAITING = frozenset({_S.SCHEDULED, _S.QUEUED, _S.INTERRUPTED})
_ON_THE_LINE = frozenset({_S.DIALING, _S.IN_PROGRESS})
_OVER = frozenset({_S.PROCESSING, _S.COMPLETED, _S.NEEDS_REVIEW})
# Whoever was not reached may still take part: their own wish is worth another call.
_OPEN = _WAITING | {_S.UNREACHABLE}
_STANDINGS = {
    _S.DIALING: "calling", _S.IN_PROGRESS: "calling", _S.UNREACHABLE: "unreached", _S.PROCESSING: "over",
    _S.COMPLETED: "over", _S.NEEDS_REVIEW: "over", _S.OPTED_OUT: "opted_out", _S.CANCELED: "canceled",
    _S.FAILED: "canceled",
}  # fmt: skip
# What waiting mends, in the door's own codes; all else is for the company to mend.
_CODES = {
    GateReason.OUTSIDE_CALLING_HOURS: "outside_calling_hours", GateReason.DAILY_LIMIT: "daily_limit",
    GateReason.COOLING_DOWN: "daily_limit",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class DoorView:
    """What stands behind a link, in the words of its page.

    ``standing``: soon, planned, chosen, calling, answering (in a browser), interrupted, unreached, over, declined,
    opted_out or canceled. ``can_answer``: the questions can be answered behind the link, too. ``at``
    is when the call is planned, ``zone`` the candidate's clock, ``company_zone`` the company's where it is another.
    ``can_call`` and ``next_call_at`` (when it is not allowed now) are about calling at once. ``has_feedback``: a person
    has released a feedback sheet, or the report on the candidate's own practice is there.
    """

    standing: str
    status: str
    company: str
    job_title: str
    language: str
    minutes: int
    digits: str
    at: datetime | None
    zone: str
    company_zone: str | None
    times: tuple[datetime, ...]
    can_act: bool
    can_answer: bool
    can_call: bool
    next_call_at: datetime | None
    can_stop: bool
    call_in: CallIn | None = field(repr=False)
    has_feedback: bool = False
    simulated: bool = False
    purpose: str = Purpose.ASSESSMENT.value

    @property
    def is_practice(self) -> bool:
        """Whether it is the candidate's own practice."""
        return self.purpose == Purpose.PRACTICE.value


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """An appointment for the candidate's calendar."""

    data: bytes


class NotNow(ServiceError):
    """It cannot be done now. ``next_at`` is when it may be, if that is known."""

    def __init__(self, code: str, sentence: str, next_at: datetime | None = None) -> None:
        super().__init__(code, sentence, "See next_at." if next_at else "Open the link to see what is possible.")
        self.next_at = next_at


class NoFeedback(ServiceError):
    """No feedback sheet is released to the candidate (yet)."""

    def __init__(self, company: str, language: str) -> None:
        super().__init__("feedback_not_released", "There is no feedback to read yet.", "Look again another day.")
        self.company = company
        self.language = language


class CandidateDoor:
    """``call_in`` tells how an interview's candidate reaches us; ``remind_by`` how a reminder is sent, if at all."""

    def __init__(
        self,
        database: Database,
        gate: Gate,
        candidate_links: CandidateLinks,
        clock: Clock,
        ring: Callable[[], None],
        *,
        call_in: Callable[[str], CallIn],
        remind_by: str | None,
        mail_sender: str | None,
    ) -> None:
        self._database = database
        self._gate = gate
        self._links = candidate_links
        self._clock = clock
        self._ring = ring
        self._call_in = call_in
        self._remind_by = remind_by
        self._mail_sender = mail_sender

    # --- looking

    def look(self, token: str) -> DoorView:
        """What the link shows. Raises UnknownLink, ExpiredLink."""
        with self._database.read() as session:
            now = self._clock()
            return self._view(session, self._links.open(session, token, now), now)

    def organisation_of(self, token: str) -> str:
        """Whose link it is. Raises UnknownLink, ExpiredLink."""
        with self._database.read() as session:
            return self._links.open(session, token, self._clock()).interview.organisation_id

    def calendar(self, token: str) -> CalendarFile | None:
        """The chosen time as a file, None when there is none. Raises UnknownLink, ExpiredLink."""
        with self._database.read() as session:
            now = self._clock()
            found = self._links.open(session, token, now)
            at = chosen_time_of(found.interview)
            if at is None:
                return None
            made = calendar_file(
                interview_id=found.interview.id, company=found.job.company, at=at,
                minutes=minutes_of(found.job, found.questions), sequence=found.interview.version, now=now,
                sender=self._mail_sender,
            )  # fmt: skip
            return CalendarFile(made)

    def feedback(self, token: str) -> ReleasedFeedback:
        """What a person has released to the candidate. Raises UnknownLink, ExpiredLink, NoFeedback."""
        with self._database.read() as session:
            found = self._links.open(session, token, self._clock())
            sheet = feedback.released(session, found.interview.organisation_id, found.interview.id)
            if sheet is None or sheet.released_at is None:
                raise NoFeedback(found.job.company, found.job.language)
            return ReleasedFeedback(
                tuple(sheet.strengths), tuple(sheet.topics), sheet.released_at, found.job.company, found.job.title,
                found.job.language, sheet.simulated or found.interview.simulated,
            )  # fmt: skip

    # --- changing

    def call_now(self, token: str, request_id: str | None = None) -> DoorView:
        """The telephone rings as soon as a line is free. Raises UnknownLink, ExpiredLink, NotNow."""

        def change(session: Session, found: Behind, now: datetime) -> None:
            interview = found.interview
            if interview.status in _ON_THE_LINE:
                return
            wake(found)
            interview.wanted_at = now
            verdict = self._gate.check(session, job=found.job, candidate=found.candidate, interview=interview, now=now)
            _let_through(verdict)
            if interview.status is _S.SCHEDULED:
                move(interview, _S.QUEUED)
            interview.call_at = None
            self._due(session, interview, now, "The candidate asked to be called at once.", request_id)
            self._tell(session, interview, "interview.call_now", now, request_id)

        return self._change(token, change)

    def schedule(self, token: str, at: datetime, request_id: str | None = None) -> DoorView:
        """The call is set for this time. Raises UnknownLink, ExpiredLink, NotNow."""

        def change(session: Session, found: Behind, now: datetime) -> None:
            interview = found.interview
            if interview.status in _ON_THE_LINE:
                raise busy()
            if chosen_time_of(interview) == at:
                return
            wake(found)
            facts = self._facts(session, found, now)
            if not may_choose(at, now, facts.zones, facts.calling_hours, facts.hours_limit):
                raise NotNow("outside_calling_hours", "This time cannot be chosen.")
            verdict = may_dial(self._facts(session, found, at))
            if not isinstance(verdict, Allowed) and verdict.retry_at is None:
                _let_through(verdict)
            calling_in.withdraw(session, "place_call", interview.id, now)
            if links.has_open_work(session, "place_call", interview.id):
                raise busy()  # a worker has taken the call up in this very moment
            if interview.status is not _S.SCHEDULED:
                move(interview, _S.SCHEDULED)
            interview.call_at = at
            self._due(session, interview, at, "The candidate chose this time.", request_id)
            self._tell(session, interview, "interview.scheduled", now, request_id, when=at.isoformat())
            if self._remind_by is not None and at - now >= 2 * REMIND_BEFORE:
                outbox.add(
                    session, kind=SEND_SMS if self._remind_by == "sms" else SEND_EMAIL,
                    subject_id=reminder_key(interview.id, at), organisation_id=interview.organisation_id,
                    due_at=at - REMIND_BEFORE, request_id=request_id,
                )  # fmt: skip

        return self._change(token, change)

    def ask_for_person(self, token: str, request_id: str | None = None) -> DoorView:
        """A person is asked for: no more automated calls. Raises UnknownLink, ExpiredLink, NotNow."""

        def change(session: Session, found: Behind, now: datetime) -> None:
            interview = found.interview
            if interview.status is _S.DECLINED:
                return
            if interview.status in _ON_THE_LINE:
                raise busy()
            wake(found)
            for status in moves_to(interview.status, _S.DECLINED):
                move(interview, status)
            interview.ended_at, interview.reason_code, interview.call_at = now, "human_requested", None
            interview.next_action = interview.next_action_at = interview.next_action_why = None
            interview.waiting_reason = None
            calling_in.withdraw(session, "place_call", interview.id, now)
            self._tell(session, interview, "candidate.asked_for_person", now, request_id)
            candidate_requests.add(
                session, kind=RequestKind.HUMAN, source="link", candidate_id=interview.candidate_id,
                interview_id=interview.id, organisation_id=interview.organisation_id, created_by="candidate", at=now,
            )  # fmt: skip
            data = {"outcome": "human_requested", "reason": "human_requested"}
            self._tell(session, interview, "interview.declined", now, request_id, **data)

        return self._change(token, change)

    def stop(self, token: str, request_id: str | None = None) -> DoorView:
        """The person is never called again by this organisation. Raises UnknownLink, ExpiredLink."""

        def change(session: Session, found: Behind, now: datetime) -> None:
            opt_out(session, found.candidate, "link", now)
            is_on_the_line = found.interview.status in _ON_THE_LINE and sittings.open_sitting(
                session, found.interview
            ) is None  # fmt: skip
            # who answers in a browser is not called, and goes on
            if is_on_the_line and not found.interview.hang_up_requested:
                found.interview.hang_up_requested = True
                found.interview.version += 1

        return self._change(token, change)

    # --- inside

    def _change(self, token: str, change: Callable[[Session, Behind, datetime], None]) -> DoorView:
        try:
            with self._database.write() as unit:
                session, now = unit.session, self._clock()
                found = self._links.open(session, token, now)
                session.refresh(found.interview, with_for_update=True)
                change(session, found, now)
                session.flush()
                unit.on_commit(self._ring)
                return self._view(session, found, now)
        except IntegrityError:
            # The person has another interview for this job by now: this one cannot be opened again.
            raise closed() from None

    def _due(
        self, session: Session, interview: Interview, at: datetime, why: str, request_id: str | None
    ) -> None:
        interview.next_action, interview.next_action_at, interview.next_action_why = "call", at, why
        interview.waiting_reason = None
        interview.version += 1
        outbox.add(
            session, kind="place_call", subject_id=interview.id, organisation_id=interview.organisation_id, due_at=at,
            request_id=request_id,
        )  # fmt: skip

    def _tell(
        self, session: Session, interview: Interview, type_: str, now: datetime, request_id: str | None, **data: str
    ) -> None:
        record(
            session, organisation_id=interview.organisation_id, type=type_, subject_kind="interview",
            subject_id=interview.id, actor="candidate", data={"by": "link", **data}, request_id=request_id, at=now,
        )  # fmt: skip

    def _facts(self, session: Session, found: Behind, now: datetime) -> DialFacts:
        return self._gate.facts(
            session, job=found.job, candidate=found.candidate, interview=found.interview, now=now, is_wanted=True
        )

    def _view(self, session: Session, found: Behind, now: datetime) -> DoorView:
        interview, job = found.interview, found.job
        facts = self._facts(session, found, now)
        is_open = interview.status in _OPEN and not facts.is_opted_out
        in_browser = sittings.open_sitting(session, interview) is not None
        verdict = may_dial(facts)
        zone, theirs = zone_of(found.candidate), settings_from_plain(job.settings).timezone
        times: tuple[datetime, ...] = ()
        if is_open:
            times = possible_times(now, facts.zones, facts.calling_hours, facts.hours_limit)
        next_call_at = None if isinstance(verdict, Allowed) else verdict.retry_at
        is_soon = isinstance(verdict, Allowed) or verdict.reason in {
            GateReason.LINE_BUSY, GateReason.ATTEMPTS_EXHAUSTED
        }  # fmt: skip
        at = interview.next_action_at if interview.status in _WAITING else None
        if at is not None and next_call_at is not None and not is_soon:
            at = max(at, next_call_at)  # a call that is due is not made before the hours allow it
        return DoorView(
            standing=(
                "answering" if in_browser else "opted_out" if facts.is_opted_out else _standing(interview, at, now)
            ),
            status=interview.status.value,
            company=job.company,
            job_title=job.title,
            language=job.language,
            minutes=minutes_of(job, found.questions),
            digits=PhoneNumber(found.candidate.phone).e164[-2:],
            at=at,
            zone=zone,
            company_zone=theirs if theirs != zone else None,
            times=times,
            can_act=is_open,
            can_answer=is_open or in_browser,
            can_call=is_open and is_soon,
            next_call_at=None if is_soon else next_call_at,
            can_stop=not facts.is_opted_out,
            call_in=self._call_in(interview.id) if interview.status in _WAITING and is_open else None,
            has_feedback=interview.status in _OVER and _has_feedback(session, found),
            simulated=interview.simulated,
            purpose=interview.purpose,
        )


def _has_feedback(session: Session, found: Behind) -> bool:
    if is_practice(found.interview):
        return result_of(session, found) is not None
    return feedback.released(session, found.interview.organisation_id, found.interview.id) is not None


def wake(found: Behind) -> None:
    """Let an interview be acted upon: it waits, or waited in vain. Raises NotNow."""
    interview = found.interview
    if interview.status not in _OPEN:
        raise closed()
    if interview.status is _S.UNREACHABLE:
        move(interview, _S.QUEUED)
        most = settings_from_plain(found.job.settings).max_attempts
        # The limit of attempts is for calls that nobody asked for.
        interview.calls_that_rang = min(interview.calls_that_rang, most - 1)
        interview.ended_at = interview.reason_code = interview.waiting_reason = None
        interview.hang_up_requested = False


def _standing(interview: Interview, at: datetime | None, now: datetime) -> str:
    status = interview.status
    if status in _STANDINGS:
        return _STANDINGS[status]
    if status is _S.DECLINED:
        return "declined"
    if chosen_time_of(interview) is not None:
        return "chosen"
    if status is _S.INTERRUPTED:
        return "interrupted"
    return "planned" if at is not None and at > now else "soon"


def _let_through(verdict: Verdict) -> None:
    """Raises NotNow for what the gate refuses; a busy line is waited for."""
    if isinstance(verdict, Allowed) or verdict.reason is GateReason.LINE_BUSY:
        return
    code = _CODES.get(verdict.reason, "cannot_call")
    if code == "cannot_call" or verdict.retry_at is None:
        raise NotNow("cannot_call", "This number cannot be called at the moment.", verdict.retry_at)
    raise NotNow(code, "It is not possible now; next_at says when it is.", verdict.retry_at)


def move(interview: Interview, target: InterviewStatus) -> None:
    check_move(interview.status, target)
    interview.status = target
    interview.version += 1


def busy() -> NotNow:
    return NotNow("on_the_line", "The candidate is being called, or on the telephone, at this moment.")


def closed() -> NotNow:
    return NotNow("wrong_status", "The interview is over; nothing can be changed any more.")

"""Placing a call, and finding out what became of it. A person is dialled at most once for one start: the row is
committed before the carrier is asked, and an unclear answer is looked up, never dialled again."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from db.models import Call, Candidate, DialPace, Interview, Job, OutboxRow, QuestionSet
from db.repositories import line, outbox
from db.repositories.events import record
from db.repositories.outbox import Lease
from db.unit_of_work import Database, UnitOfWork
from interview.gate import Allowed, GateReason, Refused
from interview.lifecycle import CALL_TERMINAL, CallStatus, InterviewStatus, check_move, moves_to
from interview.phone import PhoneNumber
from ivr.callbacks import Callbacks
from ivr.gateways.ports import Carrier, CarrierCall, DialRequest, GatewayError, Trouble
from ivr.services import breaker
from ivr.services.alerts import tell_of_configuration
from ivr.services.call_basis import basis_of
from ivr.services.campaign_line import Over, Wait, stop, turn_of
from ivr.services.conversations import CallNews, ConversationService
from ivr.services.dialing import LONGEST_CALL, NOT_PLACED, Gate, is_on_the_line
from ivr.services.drafts import settings_from_plain
from ivr.services.earlier_calls import asked_at, reason_of, refuse_if_called
from ivr.services.outbox import CONFIGURATION_RECHECK_S
from ivr.services.terms import settings_in_force

RING_TIMEOUT_S = 30
# After a dial the carrier is asked what became of the call, should its own callbacks not come.
RECONCILE_AFTER_S = 60
RECONCILE_EVERY_S = 60
# A call whose creation was unclear is looked for this long before it counts as never placed.
UNCLEAR_FOR_S = 90
# A worker that stood still for longer between writing the row and asking the carrier does not ask any more: with a
# request's own deadline this ends before the call may count as never placed and be dialled by somebody else.
DIAL_WITHIN_S = 45
# The carrier's clock may be behind ours by as much.
CLOCKS_DIFFER_S = 60
LINE_WAIT_S = 3
_WAITING = frozenset({InterviewStatus.SCHEDULED, InterviewStatus.QUEUED, InterviewStatus.INTERRUPTED})


@dataclass(frozen=True, slots=True)
class _Dial:
    call_id: str
    request: DialRequest
    asked_at: datetime
    written_at: datetime


class CallService:
    """The worker's side of calls; what webhooks do is ``ConversationService``'s."""

    def __init__(
        self,
        database: Database,
        carrier: Carrier,
        gate: Gate,
        conversations: ConversationService,
        callbacks: Callbacks,
        clock: Callable[[], datetime],
        *,
        calls_per_second: float,
    ) -> None:
        self._database = database
        self._carrier = carrier
        self._gate = gate
        self._conversations = conversations
        self._callbacks = callbacks
        self._clock = clock
        self._between = timedelta(seconds=1 / calls_per_second)

    def place_call(self, lease: Lease) -> None:
        """Dial the interview's candidate if the gate still says yes; else say when or why not."""
        with self._database.write() as unit:
            dial = self._prepare(unit, lease)
        if dial is None:
            return
        try:
            refuse_if_called(self._database, self._carrier, dial.request.to, dial.asked_at)
            if self._clock() - dial.written_at > timedelta(seconds=DIAL_WITHIN_S):
                return
            placed = self._carrier.place_call(dial.request)
        except GatewayError as error:
            self._not_placed(dial.call_id, lease, error)
        else:
            self._bind(dial.call_id, placed, lease)

    def reconcile_call(self, lease: Lease) -> None:
        """Ask the carrier what became of a call, and for recordings we were never told about."""
        with self._database.read() as session:
            call = session.get(Call, lease.subject_id)
        # Of a call that the carrier refused there is nothing to find: a later one to the number is not it.
        if call is None or (call.carrier_sid is None and call.status in CALL_TERMINAL):
            with self._database.write() as unit:
                outbox.complete(unit.session, lease)
            return
        if call.carrier_sid is None:
            self._look_for(call, lease)
            return
        try:
            truth = self._carrier.fetch_call(call.carrier_sid)
        except GatewayError as error:
            if error.trouble is not Trouble.SUBJECT:
                raise
            # The carrier knows nothing of it: whatever it was, it is over.
            news = CallNews(call.carrier_sid, CallStatus.FAILED, None, error_code=error.code)
            self._conversations.status_changed(call.id, news)
            return
        if call.status not in CALL_TERMINAL:
            self._conversations.status_changed(call.id, _news(truth))
        if truth.status in CALL_TERMINAL:
            self._collect_recordings(call.id, call.carrier_sid)
        with self._database.write() as unit:
            if truth.status in CALL_TERMINAL:
                _keep_price(unit.session, call.id, truth)
                outbox.complete(unit.session, lease)
            else:
                outbox.postpone(unit.session, lease, self._clock() + timedelta(seconds=RECONCILE_EVERY_S))

    def settle_parked(self) -> int:
        """End in words what was given up because of a fault of ours (P5): a dial that cannot be made, a call that
        cannot be asked about. How many pieces of work that were."""
        with self._database.read() as session:
            parked = outbox.parked_for_good(session, ("place_call", "reconcile_call"))
        for row in parked:
            if row.kind == "place_call":
                self._settle_dial(row.id, row.subject_id)
            else:
                self._settle_call(row.id, row.subject_id)
        return len(parked)

    def _settle_dial(self, outbox_id: str, interview_id: str) -> None:
        with self._database.write() as unit:
            session = unit.session
            interview = session.get(Interview, interview_id, with_for_update=True)
            row = session.get_one(OutboxRow, outbox_id, with_for_update=True)
            if row.parked_reason is None:
                return
            if interview is not None and interview.status in _WAITING:
                interview.reason_code = "our_fault"
                self._close(session, interview, InterviewStatus.FAILED, _OUR_FAULT, self._clock(), row.request_id)
            row.done_at = self._clock()

    def _settle_call(self, outbox_id: str, call_id: str) -> None:
        with self._database.read() as session:
            call = session.get(Call, call_id)
            if call is not None and self._clock() < _latest_end(session, call):
                return  # it may still be talked on
        if call is not None and call.carrier_sid is not None and call.status not in CALL_TERMINAL:
            # Its recordings are still asked for, so the row is open again and settled at another time.
            self._conversations.status_changed(call.id, CallNews(call.carrier_sid, CallStatus.FAILED, None))
            return
        with self._database.write() as unit:
            session, now = unit.session, self._clock()
            if call is not None and call.status not in CALL_TERMINAL:
                interview = session.get_one(Interview, call.interview_id, with_for_update=True)
                call = session.get_one(Call, call.id, with_for_update=True)
                if call.carrier_sid is not None:
                    return
                call.status, call.outcome, call.ended_at = CallStatus.FAILED, "failed", now
                if interview.status is InterviewStatus.DIALING:
                    interview.reason_code = "our_fault"
                    self._close(session, interview, InterviewStatus.FAILED, _OUR_FAULT, now, None)
            row = session.get_one(OutboxRow, outbox_id, with_for_update=True)
            if row.parked_reason is not None:
                row.done_at = now

    # --- before the dial

    def _prepare(self, unit: UnitOfWork, lease: Lease) -> _Dial | None:
        session, now = unit.session, self._clock()
        interview = session.get(Interview, lease.subject_id, with_for_update=True)
        if interview is None or interview.status not in _WAITING:
            self._clear_up(session, interview, lease, now)
            return None
        job = session.get_one(Job, interview.job_id)
        candidate = session.get_one(Candidate, interview.candidate_id)
        turn = turn_of(session, interview, now, self._between, LONGEST_CALL)
        match turn:
            case Wait():
                _wait(interview, turn.what, turn.at, turn.why)
                outbox.postpone(session, lease, turn.at)
                return None
            case Over():
                interview.reason_code = "campaign_canceled"
                self._close(session, interview, InterviewStatus.CANCELED, turn.why, now, lease.request_id)
                outbox.complete(session, lease)
                return None
        # One dialler at a time from here to the commit, so that each counts the calls of those before it.
        pace = line.lock(session, now)
        breaker.settle(session, pace, interview.organisation_id, now)
        if is_on_the_line(session, candidate.phone, now):
            again_at = now + timedelta(seconds=LINE_WAIT_S)
            _wait(interview, "call", again_at, _WAITING_FOR_LINE)
            outbox.postpone(session, lease, again_at)
            return None
        if not lease.paced:
            slot = self._reserve(pace, now)
            if slot > now + timedelta(milliseconds=20):
                _wait(interview, "call", slot, _WAITING_FOR_LINE)
                outbox.postpone(session, lease, slot, paced=True)
                return None
        match self._gate.check(session, job=job, candidate=candidate, interview=interview, now=now):
            case Allowed():
                turn.taken(now)
                return self._commit_to_dial(session, lease, interview, job, candidate, now)
            case Refused() as refused:
                turn.passed()
                self._refused(session, lease, interview, refused, now)
                return None

    def _clear_up(self, session: Session, interview: Interview | None, lease: Lease, now: datetime) -> None:
        """Not waiting to be dialled: done, or an earlier run died between writing the row and hearing the carrier."""
        if interview is not None and interview.status is InterviewStatus.DIALING:
            call = _call_of(session, interview.id, interview.attempts)
            if call is not None and call.carrier_sid is None and call.status is CallStatus.PLACING:
                self._watch(session, call, now)
        outbox.complete(session, lease)

    def _commit_to_dial(
        self, session: Session, lease: Lease, interview: Interview, job: Job, candidate: Candidate, now: datetime
    ) -> _Dial:
        outbox.hold(session, lease)
        options = settings_from_plain(job.settings)
        terms = settings_in_force(job, session.get_one(QuestionSet, interview.question_set_id))
        if interview.status is not InterviewStatus.QUEUED:
            _move(interview, InterviewStatus.QUEUED)
        _move(interview, InterviewStatus.DIALING)
        asked = asked_at(session, interview)
        interview.attempts += 1
        interview.waiting_reason = interview.wanted_at = None
        interview.hang_up_requested = False
        _wait(interview, "call", now, "The candidate's telephone is being dialled.")
        call = Call(
            organisation_id=interview.organisation_id,
            interview_id=interview.id,
            attempt=interview.attempts,
            phone=candidate.phone,
            status=CallStatus.PLACING,
            created_at=now,
            simulated=interview.simulated,
        )
        session.add(call)
        session.flush()
        self._watch(session, call, now)
        record(
            session, organisation_id=interview.organisation_id, type="call.placing", subject_kind="interview",
            subject_id=interview.id, actor="system", request_id=lease.request_id,
            data={"call": call.attempt} | basis_of(session, interview, job),
        )  # fmt: skip
        return _Dial(
            call.id,
            DialRequest(
                to=PhoneNumber(candidate.phone),
                answered_url=self._callbacks.answered(call.id),
                status_url=self._callbacks.status(call.id),
                fallback_url=self._callbacks.fallback(job.language),
                amd_url=self._callbacks.amd(call.id) if options.amd else None,
                ring_timeout_s=RING_TIMEOUT_S,
                time_limit_s=terms.max_call_minutes * 60,
            ),
            asked,
            now,
        )

    def _watch(self, session: Session, call: Call, now: datetime) -> None:
        outbox.add(
            session,
            kind="reconcile_call",
            subject_id=call.id,
            organisation_id=call.organisation_id,
            due_at=now + timedelta(seconds=RECONCILE_AFTER_S),
        )

    def _reserve(self, pace: DialPace, now: datetime) -> datetime:
        """The moment at which this call may be placed: one slot each."""
        slot = max(now, pace.next_at)
        pace.next_at = slot + self._between
        return slot

    def _refused(
        self, session: Session, lease: Lease, interview: Interview, refused: Refused, now: datetime
    ) -> None:
        why = refused.sentence
        interview.waiting_reason = None
        if refused.reason is GateReason.LINE_BUSY:
            again_at = now + timedelta(seconds=LINE_WAIT_S)
            _wait(interview, "call", again_at, why)
            # the slot in the pace is given back by asking for a new one
            outbox.postpone(session, lease, again_at)
        elif refused.retry_at is not None:
            if interview.status is InterviewStatus.QUEUED:
                _move(interview, InterviewStatus.SCHEDULED)
            _wait(interview, "call", refused.retry_at, why)
            outbox.postpone(session, lease, refused.retry_at)
        elif refused.reason in _WAIT_FOR_PERSON:
            again_at = now + timedelta(minutes=5)
            _wait(interview, "call", again_at, f"{why} {refused.hint}")
            outbox.postpone(session, lease, again_at)
        else:
            self._give_up(session, lease, interview, refused, now)

    def _give_up(self, session: Session, lease: Lease, interview: Interview, refused: Refused, now: datetime) -> None:
        interview.reason_code = refused.reason.value
        ending = _ENDINGS.get(refused.reason, InterviewStatus.FAILED)
        self._close(session, interview, ending, f"{refused.sentence} {refused.hint}", now, lease.request_id)
        outbox.complete(session, lease)

    def _close(
        self, session: Session, interview: Interview, ending: InterviewStatus, why: str, now: datetime,
        request_id: str | None,
    ) -> None:  # fmt: skip
        """No more calls: it ends and says why; but what was said in a call before is assessed."""
        has_begun = interview.status is InterviewStatus.INTERRUPTED or interview.progress.answered > 0
        if has_begun and ending is not InterviewStatus.OPTED_OUT:
            ending = InterviewStatus.PROCESSING
        for status in moves_to(interview.status, ending):
            _move(interview, status)
        if ending is InterviewStatus.PROCESSING:
            _wait(interview, "score", now, "The answers are being transcribed and rated.")
            outbox.add(
                session, kind="conclude_interview", subject_id=interview.id,
                organisation_id=interview.organisation_id, due_at=now,
            )  # fmt: skip
        else:
            interview.next_action = interview.next_action_at = None
            interview.next_action_why = why
        interview.waiting_reason = None
        interview.ended_at = now
        record(
            session, organisation_id=interview.organisation_id, type=_EVENTS[ending], subject_kind="interview",
            subject_id=interview.id, actor="system", data={"reason": interview.reason_code},
            request_id=request_id,
        )  # fmt: skip

    # --- after the dial

    def _bind(self, call_id: str, placed: CarrierCall, lease: Lease) -> None:
        with self._database.write() as unit:
            # The first signed webhook may have come before this answer; whoever is first binds the sid.
            unit.session.execute(
                update(Call)
                .where(Call.id == call_id, Call.carrier_sid.is_(None))
                .values(carrier_sid=placed.carrier_sid, simulated=placed.simulated)
            )
            unit.session.execute(
                update(Call)
                .where(Call.id == call_id, Call.status == CallStatus.PLACING)
                .values(status=CallStatus.QUEUED)
            )
            outbox.complete(unit.session, lease)

    def _not_placed(self, call_id: str, lease: Lease, error: GatewayError) -> None:
        with self._database.write() as unit:
            session, now = unit.session, self._clock()
            call = session.get_one(Call, call_id)
            if error.unclear:
                # The person's telephone may be ringing: look it up soon, and dial nothing until that is clear.
                call.error_code, call.error_sentence = error.code or "unclear", error.message
                outbox.add(
                    session, kind="reconcile_call", subject_id=call.id, organisation_id=call.organisation_id,
                    due_at=now + timedelta(seconds=2),
                )  # fmt: skip
                outbox.complete(session, lease)
                return
            interview = session.get_one(Interview, call.interview_id, with_for_update=True)
            self._never_rang(session, call, interview, error.code, error.message, now)
            if interview.status is not InterviewStatus.DIALING:
                # canceled meanwhile: there is nothing to arrange any more
                outbox.complete(session, lease)
                return
            if error.trouble is Trouble.SUBJECT:
                interview.reason_code = reason_of(session, interview, error, now)
                self._close(session, interview, InterviewStatus.FAILED, error.message, now, lease.request_id)
                outbox.complete(session, lease)
                return
            _move(interview, InterviewStatus.QUEUED)
            if error.trouble is Trouble.CONFIGURATION:
                tell_of_configuration(session, interview.organisation_id, error, now)
                stop(session, interview, error.message, now)
                again_at = now + timedelta(seconds=CONFIGURATION_RECHECK_S)
                interview.waiting_reason = f"Waiting for configuration: {error.message}"
                _wait(interview, "call", again_at, interview.waiting_reason)
                outbox.postpone(session, lease, again_at)
            else:
                wait_s = error.retry_after_s or min(2.0 ** min(lease.attempt, 6), 60.0)
                again_at = now + timedelta(seconds=wait_s)
                _wait(interview, "call", again_at, error.message)
                outbox.retry_later(session, lease, again_at, error.message)

    def _look_for(self, call: Call, lease: Lease) -> None:
        """A call without a sid: find it at the carrier, or conclude after a while that it was never placed."""
        since = call.created_at - timedelta(seconds=CLOCKS_DIFFER_S)
        found = self._carrier.find_calls(PhoneNumber(call.phone), since)
        with self._database.write() as unit:
            session, now = unit.session, self._clock()
            # first the interview, then its call: in the order of the webhooks
            interview = session.get_one(Interview, call.interview_id, with_for_update=True)
            call = session.get_one(Call, call.id, with_for_update=True)
            if call.carrier_sid is not None:
                outbox.postpone(session, lease, now)
                return
            known = line.known_sids(session, [one.carrier_sid for one in found])
            unknown = [one for one in found if one.carrier_sid not in known]
            if unknown:
                # nothing else of ours dials this number meanwhile; of others' calls ours is the nearest in time
                written_at = call.created_at
                ours = min(unknown, key=lambda one: abs((one.created_at or written_at) - written_at))
                call.carrier_sid = ours.carrier_sid
                call.status = CallStatus.QUEUED
                call.error_code = call.error_sentence = None
                outbox.postpone(session, lease, now)
            elif now - call.created_at < timedelta(seconds=UNCLEAR_FOR_S):
                outbox.postpone(session, lease, now + timedelta(seconds=10))
            else:
                sentence = call.error_sentence or "The carrier never heard of this call."
                self._never_rang(session, call, interview, call.error_code or "not_placed", sentence, now)
                if interview.status is InterviewStatus.DIALING:
                    _move(interview, InterviewStatus.QUEUED)
                    _wait(interview, "call", now, "The last attempt never reached the carrier.")
                    outbox.add(
                        session, kind="place_call", subject_id=interview.id,
                        organisation_id=interview.organisation_id, due_at=now,
                    )  # fmt: skip
                outbox.complete(session, lease)

    def _never_rang(
        self, session: Session, call: Call, interview: Interview, code: str, sentence: str, now: datetime
    ) -> None:
        call.status = CallStatus.FAILED
        call.outcome, call.reason_code = "failed", NOT_PLACED
        call.error_code, call.error_sentence = code, sentence
        call.ended_at = now
        record(
            session, organisation_id=interview.organisation_id, type="call.failed", subject_kind="interview",
            subject_id=interview.id, actor="system", data={"call": call.attempt, "code": code}, request_id=None,
        )  # fmt: skip

    def _collect_recordings(self, call_id: str, carrier_sid: str) -> None:
        """Recordings at the carrier that no webhook told us about; each answer's audio is fetched by its sid."""
        for recording in self._carrier.recordings_of(carrier_sid):
            self._conversations.recording_found(call_id, carrier_sid, recording.recording_sid, recording.duration_s)


# Refusals that a person lifts: the interview waits and says so, and is looked at again by itself.
_WAIT_FOR_PERSON = frozenset({GateReason.STOPPED, GateReason.BUDGET_EXCEEDED, GateReason.QUESTIONS_NOT_APPROVED})
_OUR_FAULT = "A fault of ours keeps this person from being called. Try again; the log tells what went wrong."
_WAITING_FOR_LINE = "Waiting for the next free moment to dial."
# What a refusal for good makes of an interview in which nothing was said; any other reason: failed.
_ENDINGS = {
    GateReason.OPTED_OUT: InterviewStatus.OPTED_OUT,
    GateReason.ATTEMPTS_EXHAUSTED: InterviewStatus.UNREACHABLE,
}
_EVENTS = {
    InterviewStatus.PROCESSING: "interview.processing",
    InterviewStatus.OPTED_OUT: "candidate.opted_out",
    InterviewStatus.UNREACHABLE: "interview.unreachable",
    InterviewStatus.FAILED: "interview.failed",
    InterviewStatus.CANCELED: "interview.canceled",
}


def _move(interview: Interview, target: InterviewStatus) -> None:
    check_move(interview.status, target)
    interview.status = target
    interview.version += 1


def _wait(interview: Interview, what: str, at: datetime, why: str) -> None:
    interview.next_action, interview.next_action_at, interview.next_action_why = what, at, why
    interview.version += 1


def _latest_end(session: Session, call: Call) -> datetime:
    """When the carrier has ended the call at the latest, if it was ever made."""
    interview = session.get_one(Interview, call.interview_id)
    job, version = session.get_one(Job, interview.job_id), session.get_one(QuestionSet, interview.question_set_id)
    limit = timedelta(minutes=settings_in_force(job, version).max_call_minutes)
    return call.created_at + limit + timedelta(seconds=RING_TIMEOUT_S + UNCLEAR_FOR_S)


def _call_of(session: Session, interview_id: str, attempt: int) -> Call | None:
    return session.scalar(select(Call).where(Call.interview_id == interview_id, Call.attempt == attempt))


def _news(truth: CarrierCall) -> CallNews:
    return CallNews(truth.carrier_sid, truth.status, None, truth.duration_s, truth.answered_by)


def _keep_price(session: Session, call_id: str, truth: CarrierCall) -> None:
    if truth.price is not None:
        session.execute(
            update(Call).where(Call.id == call_id).values(price=truth.price, price_unit=truth.price_unit)
        )

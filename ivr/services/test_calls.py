"""Test calls (Q5) as their asker and the carrier meet them: a job's questions read to a telephone on the list.

A test call is no interview: it has a table of its own, nothing of it is recorded or rated, and no analysis counts it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from db.columns import new_id
from db.models import Candidate, Job, QuestionSet, TestCall, TestCallState
from db.repositories import hearing as rows
from db.repositories import hiring, outbox
from db.repositories.events import record
from db.unit_of_work import Database
from interview.events import Event
from interview.gate import GateReason, Refused, Verdict, may_dial
from interview.lifecycle import CallStatus
from interview.script import Script
from interview.test_call import last_place, next_place, step_at
from ivr.services.context import Actor, Clock
from ivr.services.conversations import CallNews, Spoken
from ivr.services.dialing import Gate
from ivr.services.drafts import Page, Paged
from ivr.services.errors import Conflict, NotAllowed, NotFound
from ivr.services.errors import Refused as NotCalled
from ivr.services.numbers import number_of
from ivr.services.terms import settings_in_force

# Nothing of a test call goes on for longer: what is not known to be over by then is lost.
LONGEST = timedelta(minutes=20)
_UNDER_WAY = frozenset({TestCallState.DIALING, TestCallState.RINGING, TestCallState.IN_PROGRESS})
_STATES = {
    CallStatus.RINGING: TestCallState.RINGING, CallStatus.IN_PROGRESS: TestCallState.IN_PROGRESS,
    CallStatus.COMPLETED: TestCallState.COMPLETED, CallStatus.BUSY: TestCallState.BUSY,
    CallStatus.NO_ANSWER: TestCallState.NO_ANSWER, CallStatus.FAILED: TestCallState.FAILED,
    CallStatus.CANCELED: TestCallState.FAILED,
}  # fmt: skip
_LOST = "The telephone company has not said what became of this call."


@dataclass(frozen=True, slots=True)
class TestCallView:
    """What became of a test call. ``status`` is queued, dialing, ringing, in_progress, completed, busy, no_answer,
    failed, refused (by the gate when it was to be dialled) or lost (nobody knows); ``questions_read`` how many of
    ``questions`` were read out."""

    __test__ = False  # pytest: no test

    id: str
    job_id: str
    questions_version: int
    phone: str
    status: str
    reason_code: str | None
    reason: str | None
    questions: int
    questions_read: int
    asked_by: str
    created_at: datetime
    ended_at: datetime | None
    duration_s: int | None
    simulated: bool


class TestCallService:
    """What a recruiter asks for, and what the carrier's webhooks bring."""

    __test__ = False  # pytest: no test

    def __init__(self, database: Database, gate: Gate, clock: Clock, ring: Callable[[], None]) -> None:
        self._database = database
        self._gate = gate
        self._clock = clock
        self._ring = ring

    def start(self, actor: Actor, job_id: str, phone: str) -> TestCallView:
        """A call that reads the newest questions, drafts too, to this number as soon as a line is free.

        Raises NotFound, Invalid ``number_invalid``, Conflict ``questions_not_ready``, Refused with the gate's code.
        """
        number = number_of(phone, None)
        with self._database.write() as unit:
            session, now = unit.session, self._clock()
            job = hiring.job(session, actor.organisation_id, job_id)
            if job is None:
                raise NotFound("job")
            version = hiring.question_set(session, job.id)
            if version is None or not version.questions:
                raise Conflict("questions_not_ready", "The job has no questions to read out yet.", "Have them written.")
            verdict = gate_for_test(session, self._gate, job, number.e164, now)
            if isinstance(verdict, Refused) and verdict.reason is not GateReason.LINE_BUSY:  # which is waited for
                raise NotCalled(verdict.reason.value, verdict.sentence, verdict.hint)
            row = TestCall(
                id=new_id(), organisation_id=job.organisation_id, job_id=job.id, question_set_id=version.id,
                phone=number.e164, state=TestCallState.QUEUED, turn=0, heard=0, asked_by=actor.name, created_at=now,
            )  # fmt: skip
            session.add(row)
            session.flush()
            outbox.add(
                session, kind="place_test_call", subject_id=row.id, organisation_id=row.organisation_id, due_at=now,
                request_id=actor.request_id,
            )  # fmt: skip
            record(
                session, organisation_id=row.organisation_id, type="job.test_call_requested", subject_kind="job",
                subject_id=job.id, actor=actor.name, request_id=actor.request_id, at=now,
                data={"test_call": row.id, "to": number.masked, "questions_version": version.version},
            )  # fmt: skip
            unit.on_commit(self._ring)
            view = _view(row, version, now)
            actor.remember(session, view)
            return view

    def list(self, organisation_id: str, job_id: str, page: Page) -> Paged[TestCallView]:
        """The test calls of a job, newest first. Raises NotFound."""
        with self._database.read() as session:
            if hiring.job(session, organisation_id, job_id) is None:
                raise NotFound("job")
            found, cursor = rows.test_calls(session, organisation_id, job_id, limit=page.limit, cursor=page.cursor)
            total = rows.count_test_calls(session, organisation_id, job_id) if page.with_total else None
            now = self._clock()
            views = tuple(_view(row, session.get_one(QuestionSet, row.question_set_id), now) for row in found)
            return Paged(views, cursor, total)

    # --- the carrier

    def take_turn(self, test_call_id: str, turn: int, event: Event | None, carrier_sid: str) -> Spoken:
        """What is said now; ``event`` is None when somebody has just picked up. A turn that was taken is repeated.

        Raises NotFound, NotAllowed for another CallSid.
        """
        with self._database.write() as unit:
            session = unit.session
            row = _bound(session, test_call_id, carrier_sid)
            script = _script(session, row)
            if row.state in _UNDER_WAY | {TestCallState.QUEUED}:
                row.state = TestCallState.IN_PROGRESS
            if event is not None and turn == row.turn and row.heard < last_place(script):
                row.heard, row.turn = next_place(script, row.heard, event), row.turn + 1
            return Spoken(step_at(script, row.heard), script, row.id, row.turn)

    def status_changed(self, test_call_id: str, news: CallNews) -> None:
        """The carrier tells how far the call is; what is over stays over. Raises as ``take_turn``."""
        with self._database.write() as unit:
            session = unit.session
            row = _bound(session, test_call_id, news.carrier_sid)
            state = _STATES.get(news.status)
            if state is None or row.state not in _UNDER_WAY | {TestCallState.QUEUED}:
                return
            if state is TestCallState.RINGING and row.state is TestCallState.IN_PROGRESS:
                return
            row.state = state
            if state not in _UNDER_WAY:
                row.duration_s = news.duration_s
                row.reason_code = news.error_code
                settle(session, row, self._clock())


def gate_for_test(
    session: Session, gate: Gate, job: Job, phone: str, now: datetime, *, besides: str | None = None
) -> Verdict:
    """The gate's word on a test call: as for a candidate, but that whoever asks for it has consented, and drafts may be
    read. Test calls ``besides`` this one count among the day's."""
    nobody = Candidate(id=new_id(), organisation_id=job.organisation_id, name="", phone=phone)
    with session.no_autoflush:
        facts = gate.facts(session, job=job, candidate=nobody, interview=None, now=now, is_wanted=True)
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    to_number = rows.test_calls_since(session, day, phone=phone, besides=besides)
    to_all = rows.test_calls_since(session, day, besides=besides)
    return may_dial(
        replace(
            facts,
            has_consent=True,
            questions_approved=True,
            calls_today_number=facts.calls_today_number + to_number,
            calls_today=facts.calls_today + to_all,
        )
    )


def settle(session: Session, row: TestCall, now: datetime) -> None:
    """The call is over: when, and an event in the job's record."""
    row.ended_at = row.ended_at or now
    record(
        session, organisation_id=row.organisation_id, type="job.test_call_ended", subject_kind="job",
        subject_id=row.job_id, actor="system", at=now,
        data={"test_call": row.id, "status": row.state.value, "reason": row.reason_code},
    )  # fmt: skip


def _bound(session: Session, test_call_id: str, carrier_sid: str) -> TestCall:
    """The row, locked; the first signed webhook binds the carrier's sid."""
    row = session.get(TestCall, test_call_id, with_for_update=True)
    if row is None:
        raise NotFound("call")
    if row.carrier_sid is not None and row.carrier_sid != carrier_sid:
        raise NotAllowed("wrong_call", "This call belongs to another CallSid.")
    row.carrier_sid = carrier_sid
    return row


def _script(session: Session, row: TestCall) -> Script:
    """The script as a candidate's call would have it, without a candidate."""
    job = session.get_one(Job, row.job_id)
    version = session.get_one(QuestionSet, row.question_set_id)
    options = settings_in_force(job, version)
    return Script(
        company=job.say_as.get("company") or job.company,
        job_title=job.say_as.get("title") or job.title,
        language=job.language,
        questions=version.spoken,
        voice=options.voice,
        answer_max_s=options.answer_max_s,
        max_call_minutes=options.max_call_minutes,
        practises=options.practice,
        may_ask=True,
    )


def _view(row: TestCall, version: QuestionSet, now: datetime) -> TestCallView:
    is_lost = row.state in _UNDER_WAY and row.dialed_at is not None and now - row.dialed_at > LONGEST
    count = len(version.questions)
    return TestCallView(
        id=row.id,
        job_id=row.job_id,
        questions_version=version.version,
        phone=row.phone,
        status=TestCallState.LOST.value if is_lost else row.state.value,
        reason_code=row.reason_code,
        reason=_LOST if is_lost else row.reason,
        questions=count,
        questions_read=min(row.heard, count),
        asked_by=row.asked_by,
        created_at=row.created_at,
        ended_at=row.ended_at,
        duration_s=row.duration_s,
        simulated=row.simulated,
    )

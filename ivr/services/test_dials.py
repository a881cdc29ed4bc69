"""Places test calls in a worker: the gate once more, then one dial, which is never repeated by itself."""

from collections.abc import Callable
from datetime import datetime, timedelta

from db.models import Job, TestCall, TestCallState
from db.repositories import line, outbox
from db.repositories.outbox import Lease
from db.unit_of_work import Database
from interview.gate import GateReason, Refused
from interview.phone import PhoneNumber
from ivr.callbacks import Callbacks
from ivr.gateways.ports import Carrier, CarrierCall, DialRequest, GatewayError
from ivr.services.dialing import Gate
from ivr.services.test_calls import LONGEST, gate_for_test, settle

RING_TIMEOUT_S = 30
LINE_WAIT_S = 3
_UNCLEAR = "It is not known whether the telephone company has placed this call."


class TestDialService:
    """The worker's side of test calls."""

    __test__ = False  # pytest: no test

    def __init__(
        self,
        database: Database,
        carrier: Carrier,
        gate: Gate,
        callbacks: Callbacks,
        clock: Callable[[], datetime],
        *,
        calls_per_second: float,
    ) -> None:
        self._database = database
        self._carrier = carrier
        self._gate = gate
        self._callbacks = callbacks
        self._clock = clock
        self._between = timedelta(seconds=1 / calls_per_second)

    def place_test_call(self, lease: Lease) -> None:
        """Dial, if the gate still says yes. Whoever asked sees what came of it and may ask again."""
        request = self._prepare(lease)
        if request is None:
            return
        try:
            placed = self._carrier.place_call(request)
        except GatewayError as error:
            self._not_placed(lease, error)
        else:
            self._placed(lease, placed)

    def _prepare(self, lease: Lease) -> DialRequest | None:
        with self._database.write() as unit:
            session, now = unit.session, self._clock()
            row = session.get(TestCall, lease.subject_id, with_for_update=True)
            if row is None or row.state is not TestCallState.QUEUED:
                if row is not None and row.state is TestCallState.DIALING and row.carrier_sid is None:
                    # An earlier run died between writing the row and hearing the carrier: nobody is dialled twice.
                    row.state, row.reason = TestCallState.LOST, _UNCLEAR
                    settle(session, row, now)
                outbox.complete(session, lease)
                return None
            job = session.get_one(Job, row.job_id)
            pace = line.lock(session, now)
            row.state = TestCallState.DIALING
            verdict = gate_for_test(session, self._gate, job, row.phone, now, besides=row.id)
            if isinstance(verdict, Refused):
                if verdict.reason is GateReason.LINE_BUSY and now - row.created_at < LONGEST:
                    row.state = TestCallState.QUEUED
                    outbox.postpone(session, lease, now + timedelta(seconds=LINE_WAIT_S))
                    return None
                row.state, row.reason_code = TestCallState.REFUSED, verdict.reason.value
                row.reason = verdict.sentence
                settle(session, row, now)
                outbox.complete(session, lease)
                return None
            slot = max(now, pace.next_at)
            if slot > now + timedelta(milliseconds=20) and not lease.paced:
                pace.next_at, row.state = slot + self._between, TestCallState.QUEUED
                outbox.postpone(session, lease, slot, paced=True)
                return None
            if not lease.paced:
                pace.next_at = slot + self._between
            row.dialed_at = now
            return DialRequest(
                to=PhoneNumber(row.phone),
                answered_url=self._callbacks.test_answered(row.id),
                status_url=self._callbacks.test_status(row.id),
                fallback_url=self._callbacks.fallback(job.language),
                amd_url=None,
                ring_timeout_s=RING_TIMEOUT_S,
                time_limit_s=int(LONGEST.total_seconds()),
            )

    def _placed(self, lease: Lease, placed: CarrierCall) -> None:
        with self._database.write() as unit:
            row = unit.session.get_one(TestCall, lease.subject_id, with_for_update=True)
            # The first signed webhook may have come before this answer.
            row.carrier_sid = row.carrier_sid or placed.carrier_sid
            row.simulated = placed.simulated
            outbox.complete(unit.session, lease)

    def _not_placed(self, lease: Lease, error: GatewayError) -> None:
        with self._database.write() as unit:
            row = unit.session.get_one(TestCall, lease.subject_id, with_for_update=True)
            if row.state is TestCallState.DIALING and row.carrier_sid is None:
                row.state = TestCallState.LOST if error.unclear else TestCallState.FAILED
                row.reason_code, row.reason = error.code or None, _UNCLEAR if error.unclear else error.message
                settle(unit.session, row, self._clock())
            outbox.complete(unit.session, lease)

"""What must happen next, done under a lease: who may try, when to try again, and when to stop trying."""

import random
import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import structlog
from sqlalchemy.orm import Session

from db.repositories import outbox as rows
from db.repositories.outbox import DatabaseUnavailable, Lease, LeaseLost
from db.unit_of_work import Database
from ivr.gateways.ports import GatewayError, Trouble

LEASE_S = 90.0
# A bell that nobody took up is rung again after this: RQ's queue may have been lost with Redis.
CLAIM_S = 40.0
# Longer than any sum of a task's own time limits: work that still runs then is stuck, and its lease is let go.
LONGEST_WORK_S = 600.0
LONGEST_BACK_OFF_S = 60.0
# A vendor may ask for patience, but not for an hour of it.
LONGEST_RETRY_AFTER_S = 300.0
# With the sweep's 30 s, work resumes within two minutes of the fix.
CONFIGURATION_RECHECK_S = 75.0

# Attempts before the service gives the work up. What is not here is tried for as long as it takes: an outage of a
# model or of the carrier must end nothing by itself. Twenty attempts are about a quarter of an hour.
BUDGETS: Mapping[str, int] = {
    "place_call": 20,
    # Somebody waits for these at a screen and has another way: the question bank, their own judgement or words, another
    # file.
    "write_questions": 8,
    "check_questions": 8,
    "read_resume": 8,
    "draft_feedback": 8,
    "speak_text": 8,
    # The résumé can be read without it.
    "draft_profile": 20,
    # The interview goes on without it, and a call may come any moment.
    "write_resume_question": 8,
    # About an hour: a message that comes later than that tells what everybody knows.
    "send_sms": 60,
    "send_email": 60,
    "send_account_email": 60,
}
# The same by what is wrong: a recording that is never there, or only ever an error page.
BUDGETS_BY_CODE: Mapping[str, int] = {"not_ready": 20, "not_audio": 20}
DATABASE_ATTEMPTS = 20
GIVEN_UP = "given_up"

Work = Callable[[Lease], None]
GiveUp = Callable[[Lease, GatewayError], None]

_log = structlog.stdlib.get_logger(__name__)


class Outbox:
    """One process's hands on the outbox. ``owner`` names the process in the rows that it holds."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        *,
        owner: str = "",
        lease_s: float = LEASE_S,
        claim_s: float = CLAIM_S,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._database = database
        self._clock = clock
        self._owner = owner
        self._lease_s = lease_s
        self._claim_s = claim_s
        self._chance = chance
        self._running: dict[str, float] = {}
        self._guard = threading.Lock()

    # the relay's side

    def claim(self, limit: int) -> list[Lease]:
        """Up to ``limit`` due rows, claimed for as long as a bell may take to be heard."""
        return rows.claim_due(self._database, self._clock(), self._owner, limit, self._claim_s)

    def release(self, lease: Lease) -> None:
        """Give a claim back that could not be passed on; it stays due and has cost no attempt."""
        rows.release(self._database, lease)

    def seconds_to_next(self) -> float | None:
        """How long until something can be claimed: 0 when there is something now, None when nothing waits."""
        now = self._clock()
        due = rows.next_due(self._database, now)
        return None if due is None else max(0.0, (due - now).total_seconds())

    # the worker's side

    def start(self, outbox_id: str, generation: int) -> Lease | None:
        """Take up what the bell named; None when it is no longer ours to do."""
        lease = rows.start(
            self._database, outbox_id, generation, now=self._clock(), owner=self._owner, lease_s=self._lease_s
        )
        if lease is not None:
            with self._guard:
                self._running[outbox_id] = time.monotonic()
        return lease

    def run(self, lease: Lease, work: Work, give_up: GiveUp | None = None) -> str:
        """Do the work and settle its row, whatever happens; raises nothing. Back comes in a word how it ended.

        Work that returned without settling its row is complete. A failure that no waiting will mend, and a budget
        that is used up, go to ``give_up``, which settles the row in the transaction that writes the failure down;
        without one the row is parked.
        """
        try:
            return self._attempt(lease, work, give_up)
        except LeaseLost:
            _log.info("task.lease_lost", outbox_id=lease.outbox_id)
            return "lease_lost"
        except DatabaseUnavailable as error:
            # Nothing can be written down now: the lease runs out and the row is claimed anew.
            _log.warning("task.unsettled", outbox_id=lease.outbox_id, error=type(error).__name__)
        except Exception:
            _log.exception("task.unsettled", outbox_id=lease.outbox_id)
        finally:
            with self._guard:
                self._running.pop(lease.outbox_id, None)
        return "unsettled"

    def _attempt(self, lease: Lease, work: Work, give_up: GiveUp | None) -> str:
        try:
            work(lease)
            if not lease.ended:
                self._settle(lambda session: rows.complete(session, lease))
            return "done"
        except LeaseLost:
            raise
        except GatewayError as error:
            return self._failed(lease, error, give_up)
        except DatabaseUnavailable as error:
            self._database_failed(lease, error)
            return "database_away"
        except Exception as error:
            _log.exception("task.crashed", outbox_id=lease.outbox_id, attempt=lease.attempt)
            self._crashed(lease, _describe(error))
            return "crashed"

    # the maintenance loop's side

    def renew_running(self) -> int:
        """Lengthen the leases of what this process is doing, stuck work excepted; how many."""
        oldest = time.monotonic() - LONGEST_WORK_S
        with self._guard:
            running = [outbox_id for outbox_id, since in self._running.items() if since > oldest]
        return rows.renew(self._database, self._owner, running, now=self._clock(), lease_s=self._lease_s)

    def running_count(self) -> int:
        """How many pieces of work this process is doing."""
        with self._guard:
            return len(self._running)

    def sweep(self) -> int:
        """Let work that waits for configuration look again when its time has come; how many."""
        return rows.unpark_due(self._database, self._clock())

    # what becomes of a failure

    def _failed(self, lease: Lease, error: GatewayError, give_up: GiveUp | None) -> str:
        reason = f"{error.code}: {error.message}" if error.code else error.message
        match error.trouble:
            case Trouble.CONFIGURATION:
                due_at = self._in(CONFIGURATION_RECHECK_S, spread=0.2)
                _log.warning("task.waiting_for_configuration", code=error.code)
                self._settle(
                    lambda session: rows.park(session, lease, rows.WAITING_FOR_CONFIGURATION, reason, due_at=due_at)
                )
                return rows.WAITING_FOR_CONFIGURATION
            case Trouble.RETRY if not self._is_used_up(lease, error):
                due_at = self._in(max(_back_off_s(lease.attempt), _patience_s(error)), spread=0.25)
                _log.warning("task.retry", attempt=lease.attempt, code=error.code)
                self._settle(lambda session: rows.retry_later(session, lease, due_at, reason))
                return "retry"
            case _:
                _log.warning("task.given_up", attempt=lease.attempt, code=error.code)
                if give_up is None:
                    self._settle(lambda session: rows.park(session, lease, GIVEN_UP, reason))
                else:
                    give_up(lease, error)
                return GIVEN_UP

    def _database_failed(self, lease: Lease, error: Exception) -> None:
        _log.warning("task.database_unavailable", attempt=lease.attempt, error=type(error).__name__)
        reason = _describe(error)
        if lease.attempt >= DATABASE_ATTEMPTS:
            self._settle(lambda session: rows.park(session, lease, rows.POISON, reason))
            return
        due_at = self._in(_back_off_s(lease.attempt), spread=0.25)
        self._settle(lambda session: rows.retry_later(session, lease, due_at, reason))

    def _crashed(self, lease: Lease, reason: str) -> None:
        due_at = self._in(_back_off_s(lease.attempt), spread=0.25)
        with self._database.write() as unit:
            parked = rows.crash(unit.session, lease, due_at, reason)
        if parked:
            _log.error("task.parked", reason=rows.POISON)

    def _settle(self, ending: Callable[[Session], None]) -> None:
        with self._database.write() as unit:
            ending(unit.session)

    def _is_used_up(self, lease: Lease, error: GatewayError) -> bool:
        budgets = [BUDGETS.get(lease.kind), BUDGETS_BY_CODE.get(error.code)]
        return any(budget is not None and lease.attempt >= budget for budget in budgets)

    def _in(self, delay_s: float, *, spread: float) -> datetime:
        return self._clock() + timedelta(seconds=delay_s * (1 + spread * self._chance()))


def _back_off_s(attempt: int) -> float:
    """2, 4, 8, … 60 seconds after the first, second, third, … attempt."""
    return min(LONGEST_BACK_OFF_S, 2.0 ** min(attempt, 10))


def _patience_s(error: GatewayError) -> float:
    return min(error.retry_after_s or 0.0, LONGEST_RETRY_AFTER_S)


def _describe(error: Exception) -> str:
    """The kind of an unexpected error and where it arose; not its words, which may carry somebody's data."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f" at {place.tb_frame.f_globals.get('__name__', '?')}:{place.tb_lineno}" if place is not None else ""
    return f"{type(error).__name__}{where}"

"""The relay: claims due outbox rows and rings RQ for them, no faster than the threads can hear."""

import threading
from collections.abc import Callable
from typing import Protocol

import structlog

from db.repositories.outbox import DatabaseUnavailable, Lease
from ivr.gateways.ports import GatewayError
from ivr.gateways.rq_tasks import Ring, RqTasks

# The net under every bell that may get lost.
SWEEP_S = 30.0
# SQLite has no notices: the relay looks.
SQLITE_POLL_S = 0.1
# While the queue is full.
_BUSY_S = 0.05
_LARGEST_CLAIM = 128
_LONGEST_OUTAGE_WAIT_S = 5.0

_log = structlog.stdlib.get_logger(__name__)


class Claims(Protocol):
    """What the relay needs of the outbox (``ivr.services.outbox.Outbox``)."""

    def seconds_to_next(self) -> float | None: ...
    def claim(self, limit: int) -> list[Lease]: ...
    def release(self, lease: Lease) -> None: ...


class Relay:
    """One a worker process. ``listen`` blocks in a thread of its own and calls its first argument at each notice;
    ``on_outage`` is told what is away, once per outage."""

    def __init__(
        self,
        outbox: Claims,
        tasks: RqTasks,
        *,
        threads: int,
        look_every_s: float = SWEEP_S,
        listen: Callable[[Callable[[], None], threading.Event], None] | None = None,
        on_outage: Callable[[str], None] = lambda part: None,
    ) -> None:
        self._outbox = outbox
        self._tasks = tasks
        self._most_waiting = 2 * threads
        self._look_every_s = look_every_s
        self._listen = listen
        self._on_outage = on_outage
        self._woken = threading.Event()
        self._stop = threading.Event()
        self._running: list[threading.Thread] = []
        self._outage: str | None = None
        self._outage_wait_s = 0.0

    def start(self) -> None:
        """Begin in threads of its own."""
        self._running = [threading.Thread(target=self._run, name="relay", daemon=True)]
        if self._listen is not None:
            self._running.append(
                threading.Thread(target=self._listen, args=(self.wake, self._stop), name="listener", daemon=True)
            )
        for thread in self._running:
            thread.start()

    def wake(self) -> None:
        """There may be something new. Never blocks."""
        self._woken.set()

    def stop(self, timeout_s: float = 5.0) -> None:
        """Claim nothing more; what was claimed and not taken up is rung again elsewhere when its claim ends."""
        self._stop.set()
        self._woken.set()
        for thread in self._running:
            thread.join(timeout_s)

    def _run(self) -> None:
        while not self._stop.is_set():
            wait_s = self.step()
            if wait_s > 0:
                self._woken.wait(wait_s)
            self._woken.clear()

    def step(self) -> float:
        """Pass on what is due, as far as there is room; how many seconds until there may be more to do."""
        try:
            wait_s = self._step()
        except GatewayError as error:
            return self._away("redis", error)
        except DatabaseUnavailable as error:
            return self._away("database", error)
        except Exception as error:
            _log.exception("relay.failed")
            return self._away("relay", error)
        if self._outage is not None:
            _log.warning("relay.resumed", after=self._outage)
            self._outage, self._outage_wait_s = None, 0.0
        return wait_s

    def _step(self) -> float:
        until_next_s = self._outbox.seconds_to_next()
        if until_next_s is None or until_next_s > 0:
            return self._look_every_s if until_next_s is None else min(until_next_s, self._look_every_s)
        room = min(self._most_waiting - self._tasks.waiting(), _LARGEST_CLAIM)
        if room <= 0:
            return _BUSY_S
        claimed = self._outbox.claim(room)
        if not claimed:
            # Another relay was quicker, or what was due is parked by now.
            return min(_BUSY_S, self._look_every_s)
        try:
            self._tasks.enqueue_many([Ring(lease.kind, lease.outbox_id, lease.generation) for lease in claimed])
        except GatewayError:
            for lease in claimed:
                self._outbox.release(lease)
            raise
        return 0.0

    def _away(self, what: str, error: Exception) -> float:
        """Say once per outage that something is away; how long to wait before looking again."""
        if self._outage is None:
            _log.warning("relay.waiting", away=what, error=type(error).__name__)
            self._on_outage(what)
        self._outage = what
        self._outage_wait_s = min(_LONGEST_OUTAGE_WAIT_S, max(0.25, 2 * self._outage_wait_s))
        # A ring must not shorten this wait: each would be one more attempt at what is down.
        self._stop.wait(self._outage_wait_s)
        return 0.0

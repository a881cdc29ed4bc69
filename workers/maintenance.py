"""What a worker process does beside its tasks: keeps leases alive, gives a sign of life, runs the periodic work."""

import threading
import time
from collections.abc import Iterable

import structlog

from db.repositories.outbox import DatabaseUnavailable
from ivr.gateways.ports import GatewayError
from ivr.services.periodic import Periodic

_log = structlog.stdlib.get_logger(__name__)


class Maintenance:
    """One thread that runs each ``Periodic`` in its turn, the first time at once.

    Something that takes long holds up the others of its loop, so what must not wait (leases) has a loop of its own.
    """

    def __init__(self, name: str, work: Iterable[Periodic]) -> None:
        self._name = name
        self._work = tuple(work)
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._failing: set[str] = set()

    def start(self) -> None:
        """Begin in a thread of its own."""
        self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
        self._thread.start()

    def stop(self, timeout_s: float = 5.0) -> None:
        """End after what is running now."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout_s)

    def _run(self) -> None:
        due = {one.name: time.monotonic() for one in self._work}
        while not self._stop.is_set():
            for one in self._work:
                if due[one.name] <= time.monotonic() and not self._stop.is_set():
                    self._once(one)
                    due[one.name] = time.monotonic() + one.every_s
            self._stop.wait(max(0.05, min(due.values(), default=time.monotonic() + 1) - time.monotonic()))

    def _once(self, one: Periodic) -> None:
        try:
            one.call()
        except (*DatabaseUnavailable, GatewayError) as error:
            if one.name not in self._failing:
                _log.warning("maintenance.waiting", work=one.name, error=type(error).__name__)
            self._failing.add(one.name)
        except Exception:
            if one.name not in self._failing:
                _log.exception("maintenance.failed", work=one.name)
            self._failing.add(one.name)
        else:
            if one.name in self._failing:
                _log.info("maintenance.resumed", work=one.name)
            self._failing.discard(one.name)

"""Rung after a commit that wrote outbox rows: sets an event and returns, so that no web request waits for anybody."""

import os
import threading
import time
from collections.abc import Callable

import structlog

from db import notices

# Notices sent within this time are one.
_COALESCE_S = 0.005
_BACK_OFF_S = 1.0

_log = structlog.stdlib.get_logger(__name__)


class Bell:
    """One process's bell.

    In a worker the relay hangs itself on it (``answer_with``). Elsewhere, on PostgreSQL, a thread of its own passes
    the ring on as NOTIFY; on SQLite the relay looks by itself.
    """

    def __init__(self, database_url: str) -> None:
        self._url = database_url
        self._passes_on = database_url.startswith("postgresql")
        self._rung = threading.Event()
        self._answer: Callable[[], None] | None = None
        self._guard = threading.Lock()
        self._thread_of: int | None = None
        self._closed = threading.Event()

    def ring(self) -> None:
        """Something is due. Never blocks, never raises."""
        answer = self._answer
        if answer is not None:
            answer()
            return
        if self._passes_on:
            self._rung.set()
            # A forked process has the flag of its parent's thread but not the thread.
            if self._thread_of != os.getpid():
                self._begin()

    def answer_with(self, answer: Callable[[], None]) -> None:
        """Have ``answer`` called, quickly and without raising, at every ring in this process."""
        self._answer = answer

    def close(self) -> None:
        """Let the passing thread end; for tests and orderly exits."""
        self._closed.set()
        self._rung.set()

    def _begin(self) -> None:
        with self._guard:
            if self._thread_of == os.getpid():
                return
            threading.Thread(target=self._pass_on, name="bell", daemon=True).start()
            self._thread_of = os.getpid()

    def _pass_on(self) -> None:
        is_away = False
        while not self._closed.is_set():
            try:
                with notices.connect(self._url) as connection:
                    is_away = False
                    while True:
                        self._rung.wait()
                        if self._closed.is_set():
                            return
                        time.sleep(_COALESCE_S)
                        self._rung.clear()
                        notices.notify(connection)
            except notices.Unavailable as error:
                # The ring that was lost is caught by the relay's sweep; the next one gets a new connection.
                if not is_away:
                    _log.warning("bell.database_away", error=type(error).__name__)
                is_away = True
                self._closed.wait(_BACK_OFF_S)
                self._rung.set()

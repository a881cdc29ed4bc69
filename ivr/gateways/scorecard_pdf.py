"""Scorecards set by typst, each in a process of its own: the web process stays small, and a webhook never waits."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import structlog

from ivr.gateways.ports import GatewayError, Trouble

_TYPESETTER = Path(__file__).with_name("typesetter.py")
# A scorecard takes a tenth of a second; what takes this long never ends.
_WALL_CLOCK_S = 8.0
# As many are set at once, and as many more wait this long for a turn: every other thread is for the carrier's webhooks.
_AT_ONCE = 2
_PATIENCE_S = 4.0

# typst fetches packages through this proxy, where nobody listens: were the template to import one, nothing would leave.
NO_NETWORK = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), "http://127.0.0.1:1")

log = structlog.get_logger("viva.scorecards")


class ChildProcessPrinter:
    """Prints scorecards in child processes, a few at once, with limits on memory and time."""

    def __init__(
        self, *, wall_clock_s: float = _WALL_CLOCK_S, at_once: int = _AT_ONCE, patience_s: float = _PATIENCE_S
    ) -> None:
        self._wall_clock_s = wall_clock_s
        self._patience_s = patience_s
        self._slots = threading.BoundedSemaphore(at_once)
        self._places = threading.BoundedSemaphore(2 * at_once)

    def print_pdf(self, report: bytes) -> bytes:
        """See ``ScorecardPrinter.print_pdf``."""
        if not self._places.acquire(blocking=False):
            raise _busy()
        try:
            if not self._slots.acquire(timeout=self._patience_s):
                raise _busy()
            try:
                pdf, told = self._ask_child(report)
            finally:
                self._slots.release()
        finally:
            self._places.release()
        if told:
            log.warning("scorecard printed with warnings", warnings=len(told.splitlines()), first=_first(told))
        return pdf

    def _ask_child(self, report: bytes) -> tuple[bytes, str]:
        # The same interpreter, isolated (-I), with nothing of our environment: no secret can leak into the paper.
        child = subprocess.Popen(  # noqa: S603 - a fixed program; the report goes in by stdin
            [sys.executable, "-I", str(_TYPESETTER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=NO_NETWORK,
            cwd="/",
            start_new_session=True,
        )
        try:
            pdf, told = child.communicate(report, timeout=self._wall_clock_s)
        except subprocess.TimeoutExpired:
            raise GatewayError("the typesetter took too long", trouble=Trouble.SUBJECT, code="too_slow") from None
        finally:
            _end(child)
        words = told.decode("utf-8", "replace")
        if child.returncode in (-signal.SIGXCPU, -signal.SIGKILL, -signal.SIGALRM):
            raise GatewayError("the typesetter took too long", trouble=Trouble.SUBJECT, code="too_slow")
        if child.returncode != 0 or not pdf.startswith(b"%PDF-"):
            raise GatewayError(f"the typesetter failed: {_last(words)}", trouble=Trouble.SUBJECT, code="broken")
        return pdf, words


def _busy() -> GatewayError:
    return GatewayError("too many scorecards at once", trouble=Trouble.RETRY, code="busy")


def _first(told: str) -> str:
    """Which rule was broken, without the words around it: they may be a candidate's."""
    return told.split("\n", 1)[0].partition("`")[0][:120]


def _last(told: str) -> str:
    """The kind of the error that ended the child, without its words."""
    lines = [line for line in told.splitlines() if line and not line.startswith(" ")]
    return lines[-1].partition(":")[0][:120] if lines else "no word"


def _end(child: subprocess.Popen[bytes]) -> None:
    """Kill the child's whole group if the child is still there, reap it and close its pipes."""
    if child.poll() is None:
        # Not reaped yet, so its process id cannot have been given to anybody else.
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
    for pipe in (child.stdin, child.stdout, child.stderr):
        if pipe is not None:
            pipe.close()

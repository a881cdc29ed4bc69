"""gunicorn as the product runs it, one worker process, with whichever app is measured inside."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from scripts.benchmarks.carrier import ACCOUNT_SID, AUTH_TOKEN, BASE_URL, PHONE_NUMBER

ROOT = Path(__file__).resolve().parents[2]
_START_S = 30.0
_TICKS_PER_S = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Server:
    """A running server. ``worker_pid`` is the process that answers; the other is gunicorn's master."""

    port: int
    worker_pid: int

    def cpu_s(self) -> float:
        """Processor time of the worker so far, its own and the kernel's for it."""
        # https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html: 14 utime, 15 stime; the name may hold spaces
        fields = Path(f"/proc/{self.worker_pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS_PER_S


@contextlib.contextmanager
def gunicorn(app: str, environment: Mapping[str, str]) -> Iterator[Server]:
    """The app under the product's own gunicorn.conf.py on a free loopback port.

    Two settings differ, for every app alike: the address, and that the worker is not replaced after so many requests.
    """
    port = _free_port()
    command = (
        sys.executable, "-m", "gunicorn", "--config", str(ROOT / "gunicorn.conf.py"), "--bind", f"127.0.0.1:{port}",
        "--workers", "1", "--max-requests", "0", "--log-level", "warning", app,
    )  # fmt: skip
    with tempfile.TemporaryFile() as log:
        # A session of its own, so that Ctrl-C at the terminal reaches this program only, which then ends the other.
        master = subprocess.Popen(
            command, cwd=ROOT, env=dict(environment), stdout=log, stderr=log, start_new_session=True
        )
        try:
            _wait(master, port)
            yield Server(port, _only_child(master.pid))
            if master.poll() is not None:
                raise RuntimeError(f"{app} ended while it was measured")
        except BaseException:
            log.seek(0)
            sys.stderr.write(log.read().decode(errors="replace")[-4000:])
            raise
        finally:
            _end(master)


def product_environment(database_url: str, **more: str) -> dict[str, str]:
    """What the product is told: nothing of this machine's own settings but where programs are."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    return {
        **kept,
        "PYTHONPATH": str(ROOT),
        "DATABASE_URL": database_url,
        "SECRET_KEY": "benchmark-secret-of-no-installation",
        "WEBHOOK_BASE_URL": BASE_URL,
        "TWILIO_ACCOUNT_SID": ACCOUNT_SID,
        "TWILIO_AUTH_TOKEN": AUTH_TOKEN,
        "TWILIO_PHONE_NUMBER": PHONE_NUMBER,
        # Nobody listens there: a webhook that asked Redis for anything would fail.
        "REDIS_URL": f"redis://127.0.0.1:{_free_port()}/0",
        **more,
    }


def _wait(master: "subprocess.Popen[bytes]", port: int) -> None:
    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline:
        if master.poll() is not None:
            raise RuntimeError("the server ended while starting")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1) as probe:
            # gunicorn listens before its worker has loaded the app: an answer, whatever it says, means it has.
            probe.settimeout(_START_S)
            probe.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
            if probe.recv(16).startswith(b"HTTP/"):
                return
        time.sleep(0.02)
    raise RuntimeError(f"the server did not answer within {_START_S:.0f} s")


def _only_child(pid: int) -> int:
    (child,) = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return int(child)


def _end(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

"""Starts the product and its doubles as separate processes on free loopback ports, and ends each by its own id."""

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO

ROOT = Path(__file__).resolve().parents[2]
_START_S = 40.0


class StageError(Exception):
    """A process did not come up; the message says which and shows the end of what it printed."""


@dataclass
class Process:
    """One running program with its log."""

    name: str
    popen: subprocess.Popen[bytes]
    log: Path

    @property
    def pid(self) -> int:
        return self.popen.pid

    @property
    def is_alive(self) -> bool:
        return self.popen.poll() is None

    def tail(self, lines: int = 15) -> str:
        """The end of what it printed."""
        with contextlib.suppress(OSError):
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])
        return ""


@dataclass
class Stage:
    """``speed`` scales waiting on the line (not the length of recorded speech). ``database_url`` None is a new SQLite.

    ``settings`` are further environment variables of the product, as an operator would set them.
    """

    numbers: Sequence[str]
    speed: float = 60.0
    database_url: str | None = None
    redis_url: str | None = None
    workers: int = 1
    worker_threads: int = 16
    model_latency_ms: int = 50
    settings: Mapping[str, str] = field(default_factory=dict)

    def __enter__(self) -> "Stage":
        self.folder = Path(tempfile.mkdtemp(prefix="viva-"))
        self.processes: dict[str, Process] = {}
        self._logs: list[IO[bytes]] = []
        self.api_key = secrets.token_urlsafe(24)
        self.account_sid = "AC" + secrets.token_hex(16)
        self.auth_token = secrets.token_hex(16)
        self.model_key = "sk-demo-" + secrets.token_hex(8)
        self.web_port = _free_port()
        self.web_url = f"http://127.0.0.1:{self.web_port}"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    # --- starting

    def start_doubles(self) -> None:
        """The carrier, the model and the mail server, each a program of its own."""
        self.carrier_url = self._start_double(
            "carrier", "scripts.simulator.carrier", "--account-sid", self.account_sid, "--auth-token", self.auth_token,
            "--speed", str(self.speed),
        )  # fmt: skip
        self.start_model()
        self.mail_url = self._start_double("mail", "scripts.simulator.smtp")
        self.smtp_port = int((self.folder / "mail.smtp-port").read_text())

    def start_model(self) -> None:
        """The model alone, for what asks for no telephone."""
        self.model_url = self._start_double(
            "model", "scripts.simulator.openai_double", "--api-key", self.model_key, "--latency-ms",
            str(self.model_latency_ms),
        )  # fmt: skip

    def migrate(self) -> None:
        """The Procfile's release step."""
        done = subprocess.run(
            [sys.executable, "-m", "db.migrate"], cwd=ROOT, env=self.environment(), capture_output=True, check=False
        )
        if done.returncode:
            raise StageError(f"the migrations failed:\n{done.stderr.decode(errors='replace')[-2000:]}")

    def start_product(self) -> None:
        """The unchanged web app and its workers, as the Procfile starts them; ready when /readyz says so."""
        for number in range(1, self.workers + 1):
            self.start_worker(number)
        self.start_web()
        self._wait_until(lambda: _answers(f"{self.web_url}/readyz"), "the product", ["web", "worker-1"])

    def start_web(self) -> None:
        """One gunicorn with its own configuration file."""
        self._spawn("web", sys.executable, "-m", "gunicorn", "--chdir", str(ROOT), "ivr.wsgi:make_app()")

    def start_worker(self, number: int) -> None:
        """One worker process."""
        self._spawn(f"worker-{number}", sys.executable, "-m", "workers.main")

    def environment(self) -> dict[str, str]:
        """What the product is told: loopback addresses of the doubles, a whitelist of the simulated people."""
        database = self.database_url or f"sqlite:///{self.folder}/viva.sqlite3"
        given = {
            "DATABASE_URL": database,
            "STORAGE_URL": f"file://{self.folder}/files",
            "INSTANCE_DIR": str(self.folder / "instance"),
            "SECRET_KEY": secrets.token_urlsafe(32) if not hasattr(self, "_secret") else self._secret,
            "API_KEY": self.api_key,
            "WHITELISTED_NUMBERS": ",".join(self.numbers),
            "WEBHOOK_BASE_URL": self.web_url,
            "TWILIO_ACCOUNT_SID": self.account_sid,
            "TWILIO_AUTH_TOKEN": self.auth_token,
            "TWILIO_PHONE_NUMBER": "+14155550100",
            "TWILIO_MESSAGING_SERVICE_SID": "MG" + self.account_sid[2:],
            "TWILIO_API_BASE_URL": getattr(self, "carrier_url", ""),
            "OPENAI_API_KEY": self.model_key,
            "OPENAI_BASE_URL": f"{getattr(self, 'model_url', '')}/v1",
            "OPENAI_MODEL": "demo-gpt",
            "OPENAI_TRANSCRIBE_MODEL": "demo-transcribe",
            "SMTP_URL": f"smtp://127.0.0.1:{getattr(self, 'smtp_port', 25)}?from=interviews@example.com",
            "OPENAI_EMBEDDING_MODEL": "demo-embedding",
            # The demonstration is to work at night too; the app is the same.
            "CALLING_HOURS_LIMIT": "00:00-24:00",
            "CALLS_PER_SECOND": "20",
            "MAX_CONCURRENT_CALLS": "20",
            "WORKER_THREADS": str(self.worker_threads),
            "RATE_LIMIT_PER_MINUTE": "6000",
            "RATE_LIMIT_INTERVIEWS_PER_MINUTE": "6000",
            "PORT": str(self.web_port),
            "SIMULATED": "1",
            "LOG_LEVEL": "INFO",
        }
        if self.redis_url:
            given["REDIS_URL"] = self.redis_url
        self._secret = given["SECRET_KEY"]
        keep = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
        return {**keep, "PYTHONPATH": str(ROOT), **given, **self.settings}

    def _start_double(self, name: str, module: str, *arguments: str) -> str:
        port_file = self.folder / f"{name}.port"  # of its HTTP side
        self._spawn(name, sys.executable, "-m", module, "--port", "0", "--port-file", str(port_file), *arguments)
        self._wait_until(lambda: port_file.exists() and bool(port_file.read_text().strip()), name, [name])
        return f"http://127.0.0.1:{port_file.read_text().strip()}"

    def _spawn(self, name: str, *command: str) -> Process:
        path = self.folder / f"{name}.log"
        log = path.open("ab")
        self._logs.append(log)
        # A session of its own, so that Ctrl-C at the terminal reaches this program only, which then ends the others.
        popen = subprocess.Popen(
            command, cwd=ROOT, env=self.environment(), stdout=log, stderr=subprocess.STDOUT, start_new_session=True
        )
        process = Process(name, popen, path)
        self.processes[name] = process
        return process

    def _wait_until(self, is_ready: "object", what: str, names: Sequence[str]) -> None:
        deadline = time.monotonic() + _START_S
        while time.monotonic() < deadline:
            for name in names:
                process = self.processes[name]
                if not process.is_alive:
                    raise StageError(f"{name} ended while starting:\n{process.tail()}")
            if callable(is_ready) and is_ready():
                return
            time.sleep(0.05)
        tails = "\n".join(f"--- {name}\n{self.processes[name].tail()}" for name in names)
        raise StageError(f"{what} was not ready after {_START_S:.0f} s:\n{tails}")

    # --- ending

    def kill(self, name: str) -> None:
        """End one program at once with all its processes, as a crash of its machine would."""
        process = self.processes[name]
        os.killpg(process.pid, signal.SIGKILL)
        process.popen.wait(10)

    def stop(self) -> None:
        """End every process this stage started, by its id: politely, then not."""
        running = [process for process in reversed(self.processes.values()) if process.is_alive]
        for process in running:
            with contextlib.suppress(ProcessLookupError):
                process.popen.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + 10
        for process in running:
            try:
                process.popen.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.popen.kill()
                process.popen.wait(10)
        for log in self._logs:
            log.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as reply:  # noqa: S310
            return bool(reply.status == 200)
    except OSError:
        return False

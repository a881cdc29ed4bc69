"""A deploy while people are on the telephone: real gunicorn with two processes, replaced under a stream of webhooks."""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue

import pytest

from db.unit_of_work import Database
from scripts.benchmarks.carrier import Answer, answers
from scripts.benchmarks.seed import seed_calls
from scripts.benchmarks.servers import product_environment
from tests.test_metrics import samples_of

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
CALLS = 600
CALLERS = 4


class Gunicorn:
    """The web process of the Procfile, two of them, on a free port."""

    def __init__(self, database_url: str, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        environment = product_environment(database_url, WEB_CONCURRENCY="2", PORT=str(self.port), TMPDIR=str(folder))
        command = [sys.executable, "-m", "gunicorn", "--log-level", "warning", "ivr.wsgi:make_app()"]
        self._log = (folder / "gunicorn.log").open("wb")
        self.master = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=self._log, stderr=self._log)

    def children(self) -> set[int]:
        listed = Path(f"/proc/{self.master.pid}/task/{self.master.pid}/children").read_text()
        return {int(pid) for pid in listed.split()}

    def ask(self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> tuple[int, str]:
        """One request over a connection of its own, as the carrier's come."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=15)
        try:
            connection.request(method, path, body, headers or {})
            reply = connection.getresponse()
            return reply.status, reply.read().decode()
        finally:
            connection.close()

    def wait_until_up(self) -> None:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            with suppress(OSError, http.client.HTTPException):
                if self.ask("GET", "/healthz")[0] == 200:
                    return
            time.sleep(0.05)
        raise AssertionError("gunicorn did not start")

    def replace_workers(self) -> None:
        """What a reload of the service does, and its end."""
        before = self.children()
        subprocess.run([ROOT / "scripts" / "reload_web", str(self.master.pid), "3"], check=True)
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            if len(self.children()) == 2 and not self.children() & before:
                return
            time.sleep(0.05)
        raise AssertionError("the processes were not replaced")

    def end(self) -> None:
        self.master.terminate()
        self.master.wait(30)
        self._log.close()


@pytest.fixture
def server(sqlite_url: str, tmp_path: Path) -> Iterator[Gunicorn]:
    server = Gunicorn(sqlite_url, tmp_path)
    server.wait_until_up()
    yield server
    server.end()


def test_replacing_every_process_fails_no_webhook(server: Gunicorn, sqlite_url: str, tmp_path: Path) -> None:
    database = Database(sqlite_url)
    waiting: SimpleQueue[list[Answer]] = SimpleQueue()
    for call in seed_calls(database, CALLS):
        waiting.put(answers(call))
    database.dispose()
    statuses: list[int | str] = []
    ending = threading.Event()

    def talk() -> None:
        while not ending.is_set():
            try:
                turns = waiting.get_nowait()
            except Empty:
                return
            for answer in turns:
                try:
                    statuses.append(server.ask("POST", answer.path, answer.body, answer.headers)[0])
                except (OSError, http.client.HTTPException) as error:
                    statuses.append(type(error).__name__)
                time.sleep(0.005)

    callers = [threading.Thread(target=talk) for _ in range(CALLERS)]
    for caller in callers:
        caller.start()
    server.replace_workers()
    during = len(statuses)
    ending.set()
    for caller in callers:
        caller.join()

    assert during > 100 and not waiting.empty(), "the stream ended before the processes were replaced"
    assert set(statuses) == {200}
    # Whichever process answers tells for all, those included that are gone.
    counted = samples_of(server.ask("GET", "/metrics")[1])
    assert counted['viva_webhooks_total{kind="take_turn",status="200"}'] == len(statuses)
    assert counted['viva_webhook_seconds_count{kind="take_turn"}'] == len(statuses)
    assert len(list(tmp_path.glob("viva-metrics-*"))) == 1
    server.end()
    assert list(tmp_path.glob("viva-metrics-*")) == []

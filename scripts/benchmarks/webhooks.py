"""Side by side on the same server: a constant, the product's answer webhook, and the same webhook in Django."""

import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import text

from db.unit_of_work import Database
from scripts.benchmarks.carrier import SeededCall
from scripts.benchmarks.drain import Drained, drain
from scripts.benchmarks.servers import ROOT, Server, gunicorn, product_environment

CONNECTIONS = 16
ROUNDS = 5
_APPS = {
    "constant": ("scripts.benchmarks.peers.constant:make_app()", 0.7),
    "product": ("ivr.wsgi:make_app()", 1.4),
    "django": ("scripts.benchmarks.peers.django_webhook:make_app()", 1.4),
}
_WARM_S = 0.4


@dataclass
class Measured:
    """One app over all rounds."""

    rounds: list[dict[str, Any]] = field(default_factory=list)
    drained: Drained = Drained(0.0, 0.0)

    @property
    def rates(self) -> list[float]:
        """Requests a second by round, with the draining of what they left behind charged."""
        return [1 / (one["seconds"] / one["requests"] + self.drained.seconds) for one in self.rounds]

    @property
    def cpu_s(self) -> list[float]:
        """The worker's processor seconds a request, by round, with those of the draining."""
        return [one["server_cpu_s"] / one["requests"] + self.drained.cpu_s for one in self.rounds]


class Callers:
    """The load generator of one server, waiting for its rounds."""

    def __init__(self, server: Server, calls: Path) -> None:
        self._server = server
        self.process = subprocess.Popen(
            [sys.executable, "-m", "scripts.benchmarks.load", str(calls)],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True,
        )  # fmt: skip

    def wait_ready(self) -> None:
        """Until it has read its calls."""
        self._line()

    def play(self, seconds: float) -> dict[str, Any]:
        """One round. Raises RuntimeError when a request failed or the calls were used up."""
        assert self.process.stdin is not None
        before_s = self._server.cpu_s()
        self.process.stdin.write(
            json.dumps({"port": self._server.port, "seconds": seconds, "connections": CONNECTIONS}) + "\n"
        )
        self.process.stdin.flush()
        played: dict[str, Any] = json.loads(self._line())
        played["server_cpu_s"] = self._server.cpu_s() - before_s
        played["load_1m"] = os.getloadavg()[0]
        waits = sorted(played.pop("milliseconds"))
        played["p50_ms"], played["p99_ms"] = waits[len(waits) // 2], waits[int(len(waits) * 0.99)]
        if played["failed"] or played["used_up"]:
            raise RuntimeError(f"a round that does not count: {played}")
        return played

    def _line(self) -> str:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("the load generator ended")
        return line

    def end(self) -> None:
        """Let it go."""
        assert self.process.stdin is not None and self.process.stdout is not None
        with contextlib.suppress(OSError):
            self.process.stdin.close()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(5)
        self.process.stdout.close()


def measure(product_url: str, peer_url: str, calls: list[SeededCall]) -> dict[str, Measured]:
    """Play the rounds in turn, then drain the outbox of both databases.

    Both databases hold ``calls``. Raises RuntimeError when a request failed, or when a database holds another number
    of answers than were sent: what did less than the whole work is no measurement.
    """
    measured = {name: Measured() for name in _APPS}
    urls = {"constant": product_url, "product": product_url, "django": peer_url}
    with contextlib.ExitStack() as stack:
        file = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "calls.json"
        file.write_text(json.dumps([asdict(call) for call in calls]))
        callers = {}
        for name, (app, _) in _APPS.items():
            server = stack.enter_context(gunicorn(app, product_environment(urls[name])))
            callers[name] = stack.enter_context(callers_of(server, file))
        sent = dict.fromkeys(_APPS, 0)
        for each in callers.values():
            each.wait_ready()
        for number in range(ROUNDS + 1):
            for name in _APPS if number % 2 else reversed(_APPS):
                played = callers[name].play(_APPS[name][1] if number else _WARM_S)
                sent[name] += played["requests"]
                if number:
                    measured[name].rounds.append(played)
    for name in ("product", "django"):
        database = Database(urls[name])
        try:
            with database.engine.connect() as connection:
                kept = connection.execute(text("SELECT count(*) FROM answers")).scalar_one()
            if kept != sent[name]:
                raise RuntimeError(f"{name}: {sent[name]} answers were sent and {kept} kept")
            measured[name].drained = drain(database)
        finally:
            database.dispose()
    return measured


def ratio(above: list[float], below: list[float]) -> float:
    """The median of the rounds' own ratios: neighbours in time share the machine's mood."""
    return statistics.median(a / b for a, b in zip(above, below, strict=True))


@contextlib.contextmanager
def callers_of(server: Server, file: Path) -> Iterator[Callers]:
    """A load generator for this server, with the calls that stand in the file."""
    callers = Callers(server, file)
    try:
        yield callers
    finally:
        callers.end()

"""What a web process carries and what one webhook costs, in counts: no machine changes them (performance G4, G14)."""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from db.unit_of_work import Database
from ivr.app import create_app
from ivr.bootstrap import build_services
from ivr.settings import Settings
from ivr.webhooks import blueprint as webhooks
from scripts.benchmarks.carrier import ACCOUNT_SID, AUTH_TOKEN, BASE_URL, PHONE_NUMBER, answers
from scripts.benchmarks.seed import seed_calls
from scripts.benchmarks.servers import product_environment
from scripts.benchmarks.wire import CountingWire
from tests.conftest import PostgresServer
from tests.statements import heard

ROOT = Path(__file__).resolve().parents[1]

# Builds the web process from its environment, lets it serve a call's answers, and says what it has loaded.
_SERVE = """
import json, os, sys
from ivr.wsgi import make_app
client = make_app().test_client()
from db.unit_of_work import Database
from scripts.benchmarks.carrier import answers
from scripts.benchmarks.seed import seed_calls
database = Database(os.environ["DATABASE_URL"])
(call,) = seed_calls(database, 1)
replies = [client.post(a.path, data=a.body, headers=a.headers) for a in answers(call)]
statuses = [reply.status_code for reply in replies]
print(json.dumps({"statuses": statuses, "first": replies[0].text, "modules": sorted(sys.modules)}))
"""
# What is opened by the first who wants it, and no webhook waits for.
_OTHERS = ("ivr.app", "ivr.bootstrap", "ivr.services.catalog", "ivr.api.operations", "ivr.dashboard", "ivr.candidate")
_HEAVY = (
    "openai", "pdfplumber", "pdfminer", "docx", "twilio.rest", "rq", "workers", "webrtcvad", "soundfile", "numpy",
    "redis", "limits", "typst", "authlib", "joserfc", "boto3", "botocore", "sentry_sdk", *_OTHERS,
)  # fmt: skip


class RedisPort:
    """Listens where Redis would, says nothing, and counts who comes."""

    def __init__(self) -> None:
        self.visits = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"redis://127.0.0.1:{self._listener.getsockname()[1]}/0"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Nobody can come any more."""
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self.visits += 1
                connection.close()


@pytest.fixture
def redis_port() -> Iterator[RedisPort]:
    port = RedisPort()
    yield port
    port.close()


# Everybody else comes at once to a process where nobody but the carrier has been yet.
_OPEN = """
import json, threading
from ivr.wsgi import make_app
app = make_app()
seen, gate = [], threading.Barrier(8)
def visit(path):
    gate.wait()
    seen.append([path, app.test_client().get(path).status_code])
paths = ["/api/v1/openapi.json", "/api/v1/jobs", "/login", "/docs"] * 2
visitors = [threading.Thread(target=visit, args=(path,)) for path in paths]
for visitor in visitors: visitor.start()
for visitor in visitors: visitor.join()
watcher = app.test_client()
print(json.dumps({
    "seen": sorted(seen), "metrics": watcher.get("/metrics").text, "elsewhere": watcher.get("/nowhere").status_code,
    "unsigned": watcher.post("/webhooks/voice/answered/7a1f6a7e-0f0b-4c5d-9d53-2f8a1b6c0d11").status_code,
    "healthz": watcher.get("/healthz").status_code,
}))
"""


def test_the_other_doors_open_for_the_first_who_come(sqlite_url: str, redis_port: RedisPort) -> None:
    environment = product_environment(sqlite_url, REDIS_URL=redis_port.url)
    done = subprocess.run([sys.executable, "-c", _OPEN], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    expected = {"/api/v1/jobs": 401, "/api/v1/openapi.json": 200, "/docs": 200, "/login": 200}
    assert found["seen"] == sorted([path, status] for path, status in expected.items() for _ in range(2))
    assert (found["elsewhere"], found["unsigned"], found["healthz"]) == (404, 403, 200)
    # counted together, whichever half of the process answered
    assert 'viva_http_requests_total{method="GET",route="/api/v1/jobs",status="401"} 2.0' in found["metrics"]


def test_a_web_process_that_served_a_call_has_loaded_no_vendor(sqlite_url: str, redis_port: RedisPort) -> None:
    environment = product_environment(sqlite_url, REDIS_URL=redis_port.url, STORAGE_URL="s3://bucket/prefix")
    done = subprocess.run([sys.executable, "-c", _SERVE], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert set(found["statuses"]) == {200}
    assert "<Record" in found["first"]
    heavy = [name for name in found["modules"] if any(name == lib or name.startswith(f"{lib}.") for lib in _HEAVY)]
    assert heavy == []
    assert redis_port.visits == 0


@pytest.fixture
def wire(postgres_server: PostgresServer, tmp_path: Path) -> Iterator[CountingWire]:
    opened = CountingWire(tmp_path, Path(postgres_server.address))
    yield opened
    opened.close()


def _settings(database_url: str, redis_url: str) -> Settings:
    return Settings(
        database_url=database_url, redis_url=redis_url, secret_key="secret-of-this-test-only",
        webhook_base_url=BASE_URL, twilio_account_sid=ACCOUNT_SID, twilio_auth_token=AUTH_TOKEN,
        twilio_phone_number=PHONE_NUMBER,
    )  # fmt: skip


def test_an_answer_webhook_is_two_round_trips_and_asks_redis_nothing(
    postgres_url: str, postgres_server: PostgresServer, wire: CountingWire, tmp_path: Path, redis_port: RedisPort
) -> None:
    """Counted where they happen, on the way to the server: preparing, BEGIN and COMMIT would show here too."""
    seeding = Database(postgres_url)
    warm, *calls = seed_calls(seeding, 4)
    seeding.dispose()
    settings = _settings(postgres_url.replace(postgres_server.address, str(tmp_path)), redis_port.url)
    services = build_services(settings)
    client = create_app(services, settings, doors=(webhooks,), redis_url=redis_port.url).test_client()
    # What is sent for the first and second time is prepared on the way: three calls' ends are in here.
    for call in (warm, *calls[:2]):
        for answer in answers(call):
            assert client.post(answer.path, data=answer.body, headers=answer.headers).status_code == 200

    trips = []
    for answer in answers(calls[2]):
        before = wire.round_trips
        reply = client.post(answer.path, data=answer.body, headers=answer.headers)
        assert reply.status_code == 200
        trips.append(wire.round_trips - before)
    services.bell.close()
    services.database.dispose()

    assert trips == [2] * len(trips)
    assert redis_port.visits == 0


def test_the_two_statements_are_one_read_and_one_write(postgres_url: str, redis_port: RedisPort) -> None:
    settings = _settings(postgres_url, redis_port.url)
    services = build_services(settings)
    client = create_app(services, settings, doors=(webhooks,), redis_url=redis_port.url).test_client()
    (call,) = seed_calls(services.database, 1)
    for answer in answers(call):
        with heard(services.database) as statements:
            assert client.post(answer.path, data=answer.body, headers=answer.headers).status_code == 200
        assert [statement.split()[0] for statement in statements] == ["SELECT", "WITH"]
    services.bell.close()
    services.database.dispose()


def test_connections_that_the_server_has_ended_are_replaced_without_a_failed_webhook(
    postgres_url: str, postgres_server: PostgresServer, redis_port: RedisPort
) -> None:
    """The pool may hold several that died together: one retry must be enough for all of them."""
    settings = _settings(postgres_url, redis_port.url)
    services = build_services(settings)
    client = create_app(services, settings, doors=(webhooks,), redis_url=redis_port.url).test_client()
    (call,) = seed_calls(services.database, 1)
    opened = [services.database.engine.connect() for _ in range(4)]
    for connection in opened:
        connection.close()
    name = postgres_url.rpartition("/")[2].partition("?")[0]
    postgres_server.run(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")  # noqa: S608

    statuses = [client.post(a.path, data=a.body, headers=a.headers).status_code for a in answers(call)]

    assert set(statuses) == {200}
    services.bell.close()
    services.database.dispose()


def test_webhooks_ask_the_line_s_services_alone() -> None:
    """The other doors may not be open yet when the carrier asks: what a webhook needs is there from the start."""
    files = sorted((Path(__file__).parent.parent / "ivr" / "webhooks").glob("*.py"))
    assert files and [file.name for file in files if "current_services" in file.read_text()] == []

"""The operator's commands against the real API on a loopback port."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from werkzeug.serving import make_server

from ivr.bootstrap import build_services
from scripts.cli import calling
from scripts.demonstration.client import wait_for
from scripts.viva import viva
from tests.api.conftest import FIRST_KEY, Caller, make_settings
from tests.api.test_over_services import app, fits, ready_job, services  # noqa: F401 - fixtures

SHEET = "name;phone;time zone;fax\nAnn [red];+14155550123;America/New_York;1\nCid;12;;\n"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One database is enough for a command line."""
    return sqlite_url


@pytest.fixture
def url(app: Flask) -> Iterator[str]:  # noqa: F811
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(10)
    server.server_close()


@pytest.fixture
def run(url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Result]:
    monkeypatch.setattr(calling.console, "width", 200)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(calling, "WATCH_EVERY_S", 0.05)

    def command(*arguments: str, key: str = FIRST_KEY) -> Result:
        return CliRunner().invoke(viva, [*arguments, "--url", url, "--key", key])

    return command


@pytest.fixture
def sheet(tmp_path: Path) -> str:
    path = tmp_path / "people.csv"
    path.write_bytes(SHEET.encode("utf-16"))
    return str(path)


@pytest.fixture
def client(app: Flask) -> Caller:  # noqa: F811
    return Caller(app, FIRST_KEY)


def test_import(run: Any, sheet: str, client: Caller) -> None:
    dry = run("import", sheet, "--dry-run")
    assert "1 would be created" in dry.output and client.get("/candidates").json["data"] == []
    done = run("import", sheet)
    assert done.exit_code == 1, "there was an error in the file, and a script is to notice"
    assert "Row 3:" in done.output and "Columns left out: fax" in done.output and "1 created" in done.output
    assert len(client.get("/candidates").json["data"]) == 1


def test_campaign(run: Any, sheet: str, client: Caller, fits: Any) -> None:  # noqa: F811
    job_id = ready_job(client, fits)
    client.post("/whitelist", json={"pattern": "+1415555*"})
    dry = run("campaign", job_id, sheet, "--dry-run", "--calls-per-minute", "6")
    assert "1 of 2 would be called" in dry.output and "Ann [red]" in dry.output
    started = run("campaign", job_id, sheet, "--no-watch", "--max-concurrent", "2", "--name", "Spring")
    assert started.exit_code == 0 and "with 2 people" in started.output
    campaign = client.get("/campaigns").json["data"][0]
    assert (campaign["name"], campaign["max_concurrent"]) == ("Spring", 2)
    client.post(f"/campaigns/{campaign['id']}/cancel")

    def cancel_the_next() -> None:
        newest = wait_for(
            lambda: client.get("/campaigns").json["data"][0], lambda one: one["name"] == "people", timeout_s=20
        )
        client.post(f"/campaigns/{newest['id']}/cancel")

    other = threading.Thread(target=cancel_the_next)
    other.start()
    watched = run("campaign", job_id, sheet)
    other.join(20)
    assert watched.exit_code == 0 and "canceled: 1 refused, 1 canceled" in watched.output


def test_call_and_what_the_api_refuses(run: Any, client: Caller, fits: Any) -> None:  # noqa: F811
    job_id = ready_job(client, fits)
    refused = run("call", job_id, "+14155550123")
    assert refused.exit_code == 1 and "not on your list" in refused.output
    client.post("/whitelist", json={"pattern": "+14155550123"})
    called = run("call", job_id, "+14155550123", "--no-watch", "--consent", "asked")
    assert called.exit_code == 0 and client.get("/interviews").json["data"][0]["id"] in called.output
    assert "API key" in run("call", job_id, "+14155550123", key="wrong").output


def test_nobody_there() -> None:
    found = CliRunner().invoke(viva, ["call", "j", "+1", "--url", "http://127.0.0.1:9", "--key", "k"])
    assert found.exit_code == 1 and "cannot be reached" in found.output


def test_an_organisation_and_its_first_administrator(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = make_settings()
    for name in ("secret_key", "api_key", "twilio_auth_token"):
        monkeypatch.setenv(name.upper(), getattr(settings, name).get_secret_value())
    for name in ("webhook_base_url", "twilio_account_sid", "twilio_phone_number"):
        monkeypatch.setenv(name.upper(), getattr(settings, name))
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    monkeypatch.setenv("STORAGE_URL", f"file://{tmp_path}/files")
    monkeypatch.chdir(tmp_path)

    def make(short: str, email: str, *more: str) -> Result:
        given = ["organisation", "--name", "Harbour Kitchen", "--short", short, "--admin", email, *more]
        return CliRunner().invoke(viva, given)

    made = make("harbour", "mara@example.com", "--key")
    assert made.exit_code == 0, made.output
    link, key = made.output.split()
    assert link.startswith("https://calls.example.com/login/password/") and key.startswith("vv_")
    built = build_services(make_settings(database_url=sqlite_url, storage_url=f"file://{tmp_path}/files"))
    identity = built.access.authenticate_key(key)
    assert built.organisations.organisation(identity.organisation_id).slug == "harbour"
    person = built.logins.session_user(built.logins.choose_password(link.rpartition("/")[2], "a-long-enough-password"))
    assert person is not None and (person.role.value, person.organisation_id) == ("admin", identity.organisation_id)
    built.database.dispose()

    for short, email in (("harbour", "new@example.com"), ("second", "mara@example.com"), ("Not Good", "n@example.com")):
        refused = make(short, email)
        assert refused.exit_code == 1 and "Error: " in refused.output, refused.output

"""scripts/check_setup against the doubles and against what operators get wrong: one line a piece, never a secret."""

from __future__ import annotations

import base64
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from db import migrate
from ivr.settings import Settings
from scripts import http_probe, setup_check
from scripts.finding import Finding
from scripts.http_probe import Unreachable, fetch
from scripts.setup_check import (
    check_address,
    check_database,
    check_mail,
    check_python,
    check_redis,
    check_settings,
    check_storage,
    secrets_in,
)
from scripts.simulator.carrier.exchange import Config
from scripts.simulator.carrier.server import Carrier
from scripts.simulator.openai_double.server import make_server
from scripts.simulator.smtp.server import MailDouble
from scripts.vendor_checks import (
    check_budget,
    check_embeddings,
    check_models,
    check_models_by_purpose,
    check_own_model,
    check_twilio,
)

ACCOUNT = "AC" + "0" * 31 + "1"
TOKEN = "canary-token-0123456789abcdef"
KEY = "sk-canary-0123456789"
PHONE = "+14155550100"
TODAY = date(2026, 3, 2)


def settings(**changes: Any) -> Settings:
    given = {
        "secret_key": "canary-secret-0123456789", "webhook_base_url": "https://calls.example.com",
        "twilio_account_sid": ACCOUNT, "twilio_auth_token": TOKEN, "twilio_phone_number": PHONE,
    }  # fmt: skip
    return Settings(**{**given, **changes})


@pytest.fixture
def start_carrier() -> Iterator[Callable[..., str]]:
    """Starts carrier doubles; the base URL of each."""
    running: list[Carrier] = []

    def start(**changes: Any) -> str:
        given = {"account_sid": ACCOUNT, "auth_token": TOKEN, "base_url": "", "numbers": (PHONE,), **changes}
        running.append(Carrier(Config(**given)))
        running[-1].start()
        return running[-1].base_url

    yield start
    for carrier in running:
        carrier.stop()


@pytest.fixture
def model_url() -> Iterator[str]:
    """The OpenAI double's base URL."""
    server = make_server(0, KEY)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    server.server_close()
    thread.join(5)


@pytest.fixture
def serve() -> Iterator[Callable[..., str]]:
    """Starts servers which answer every GET with the same status and JSON; the base URL of each."""
    running: list[ThreadingHTTPServer] = []

    def start(status: int, body: Any, **headers: str) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                data = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name.replace("_", "-"), value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: Any) -> None:
                """Tests read no log."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        running.append(server)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


@pytest.fixture
def nobody() -> str:
    """An address where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


def fine(finding: Finding) -> str:
    assert finding.is_fine, finding.line()
    assert finding.line().startswith("ok ")
    return finding.note


def wrong(finding: Finding, *words: str) -> None:
    """Not fine, told in one line with these words, and with something to do."""
    assert not finding.is_fine and finding.remedy
    line = finding.line()
    assert line.startswith("WRONG ") and "\n" not in line and " -> " in line
    for word in words:
        assert word in line


# --- this machine -----------------------------------------------------------------------------------------------------


def test_python():
    assert "packages in" in fine(check_python())


def test_python_without_a_package(monkeypatch):
    known = setup_check._installed
    monkeypatch.setattr(setup_check, "_installed", lambda name: None if name == "flask" else known(name))
    wrong(check_python(), "flask are not installed", "requirements.txt")


def test_settings_are_told_sentence_by_sentence(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    findings, made = check_settings()
    assert made is None and len(findings) == 5
    for finding in findings:
        wrong(finding, "is not set", "cp .env.example .env")
    (tmp_path / ".env").write_text("PORT=1\n")
    wrong(check_settings()[0][0], "put it right in .env")


def test_settings_worth_a_word(monkeypatch):
    for name, value in {
        "SECRET_KEY": "canary-secret-0123456789", "WEBHOOK_BASE_URL": "https://calls.example.com",
        "TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN, "TWILIO_PHONE_NUMBER": PHONE,
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("WHITELISTED_NUMBERS", raising=False)
    (finding,), made = check_settings()
    assert made is not None and "WHITELISTED_NUMBERS is empty" in fine(finding)


def test_database_at_the_newest_schema(database_url):
    assert "the newest" in fine(check_database(settings(database_url=database_url)))


def test_database_without_its_tables(database_url):
    migrate.downgrade(database_url, "base")
    wrong(check_database(settings(database_url=database_url)), "no revision", "python -m db.migrate")


def test_database_of_a_newer_program(database):
    with database.write() as unit:
        unit.session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    url = database.engine.url.render_as_string(hide_password=False)
    wrong(check_database(settings(database_url=url)), "newer than this program")


def test_a_sqlite_file_that_is_not_there_is_not_made(tmp_path):
    path = tmp_path / "instance" / "viva.sqlite3"
    wrong(check_database(settings(database_url=f"sqlite:///{path}")), f"no {path} yet", "python -m db.migrate")
    assert not path.parent.exists()


def test_a_file_that_is_no_database(tmp_path):
    path = tmp_path / "viva.sqlite3"
    path.write_text("not a database, but long enough to be taken for the beginning of one" * 20)
    wrong(check_database(settings(database_url=f"sqlite:///{path}")), "not a database", "DATABASE_URL")


def test_a_postgresql_that_is_not_there(nobody):
    host = nobody.removeprefix("http://")
    found = check_database(settings(database_url=f"postgres://viva:canary-password@{host}/viva"))
    wrong(found, "does not answer", "DATABASE_URL")
    assert "canary" not in found.line()


def test_redis_that_answers(redis_url):
    assert "answers" in fine(check_redis(settings(redis_url=redis_url)))


def test_redis_that_does_not(nobody):
    found = check_redis(settings(redis_url=nobody.replace("http://", "redis://:canary-password@")))
    wrong(found, "nobody answers at 127.0.0.1", "empty REDIS_URL")
    assert "canary" not in found.line()


def test_redis_with_another_password(redis_server):
    import redis

    with redis.Redis.from_url(redis_server.url) as client:
        client.config_set("requirepass", "the-real-one")
    wrong(check_redis(settings(redis_url=redis_server.url)), "REDIS_URL")
    given = redis_server.url.replace("redis://", "redis://:canary-password@")
    wrong(check_redis(settings(redis_url=given)), "refuses the password")


def test_embedded_redis_will_be_started(tmp_path):
    found = check_redis(settings(instance_dir=tmp_path / "instance"))
    assert "a worker will start" in fine(found)
    assert not (tmp_path / "instance").exists()


def test_no_redis_to_be_had(tmp_path, monkeypatch):
    def none_here() -> str:
        raise setup_check.RedisMissing("There is no Redis: set REDIS_URL, or install redis-server.")

    monkeypatch.setattr(setup_check, "find_binary", none_here)
    wrong(check_redis(settings(instance_dir=tmp_path)), "There is no Redis", "install redis-server")


def test_storage(tmp_path):
    folder = tmp_path / "not" / "there" / "yet"
    assert "it will be made" in fine(check_storage(settings(storage_url=f"file://{folder}")))
    assert not (tmp_path / "not").exists()
    folder.mkdir(parents=True)
    assert fine(check_storage(settings(storage_url=f"file://{folder}"))) == f"{folder} can be written"
    assert list(folder.iterdir()) == []


def test_storage_that_is_a_file(tmp_path):
    (tmp_path / "files").write_text("")
    wrong(check_storage(settings(storage_url=f"file://{tmp_path}/files")), "not a directory", "STORAGE_URL")


def test_storage_that_takes_nothing():
    """Nobody can write there, root included."""
    wrong(check_storage(settings(storage_url="file:///proc/1")), "cannot be written", "STORAGE_URL")


def test_storage_without_room(tmp_path, monkeypatch):
    monkeypatch.setattr(setup_check, "ROOM_FOR_RECORDINGS", 2**62)
    wrong(check_storage(settings(storage_url=f"file://{tmp_path}")), "MB are free", "make room")


# --- Twilio -----------------------------------------------------------------------------------------------------------


def simulated(base: str, **changes: Any) -> Settings:
    return settings(twilio_api_base_url=base, simulated=True, **changes)


def test_twilio_account_and_number(start_carrier):
    account, number = check_twilio(simulated(start_carrier()))
    assert "full account" in fine(account)
    assert "0100 belongs to the account" in fine(number)
    assert PHONE not in number.line()


def test_twilio_with_wrong_credentials(start_carrier):
    (found,) = check_twilio(simulated(start_carrier(), twilio_auth_token="canary-of-another-account"))
    wrong(found, "refuses the credentials", "Auth Token")
    assert "canary" not in found.line()


def test_a_trial_account_is_told_what_it_will_get(start_carrier):
    account, number = check_twilio(simulated(start_carrier(is_trial=True)))
    wrong(account, "<Record>", "verified", "upgrade", "ANSWER_MODE=speech")
    fine(number)


def test_a_trial_account_that_is_not_to_record_is_told_what_it_gets(start_carrier):
    account, _ = check_twilio(simulated(start_carrier(is_trial=True), answer_mode="speech"))
    assert "trial account" in fine(account) and "without any audio" in fine(account)


def test_a_full_account_is_told_that_it_could_record(start_carrier):
    account, _ = check_twilio(simulated(start_carrier(), answer_mode="speech"))
    assert "ANSWER_MODE=record" in fine(account)


def test_a_number_of_somebody_else(start_carrier):
    _, number = check_twilio(simulated(start_carrier(numbers=("+14155550199",))))
    wrong(number, "0100 does not belong", "TWILIO_PHONE_NUMBER")


def test_a_number_without_voice(serve):
    rows = [{"phone_number": PHONE + "9"}, {"phone_number": PHONE, "capabilities": {"voice": False, "sms": True}}]
    body = {"sid": ACCOUNT, "status": "active", "type": "Full", "incoming_phone_numbers": rows}
    _, number = check_twilio(settings(twilio_api_base_url=serve(200, body)))
    wrong(number, "cannot make calls")


@pytest.mark.parametrize(
    ("status", "body", "word"),
    [
        (200, {"sid": ACCOUNT, "status": "suspended", "type": "Full"}, "suspended"),
        (200, b"<html>a login page</html>", "not Twilio's answer"),
        (302, b"", "not Twilio's answer"),
        (404, {}, "does not know this account"),
        (429, {}, "cannot answer now"),
        (503, b"", "cannot answer now"),
    ],
)
def test_what_else_twilio_may_say(serve, status, body, word):
    wrong(check_twilio(settings(twilio_api_base_url=serve(status, body)))[0], word)


def test_twilio_that_cannot_be_reached(nobody):
    wrong(check_twilio(settings(twilio_api_base_url=nobody))[0], "nobody listens there", "firewall")


def test_a_double_by_mistake(start_carrier):
    wrong(check_twilio(settings(twilio_api_base_url=start_carrier()))[0], "a double answers", "SIMULATED=1")


def test_no_double_where_one_is_meant(serve):
    body = {"sid": ACCOUNT, "status": "active", "type": "Full"}
    wrong(check_twilio(simulated(serve(200, body)))[0], "no double answers", "SIMULATED=0")


# --- models -----------------------------------------------------------------------------------------------------------


def modelled(base: str, **changes: Any) -> Settings:
    given = {"openai_api_key": KEY, "openai_base_url": base, "openai_model": "demo-gpt"}
    return settings(**{**given, "openai_transcribe_model": "demo-transcribe", **changes})


def on_doubles(base: str, **changes: Any) -> Settings:
    return modelled(base, simulated=True, twilio_api_base_url="http://127.0.0.1:9", **changes)


def test_both_models(model_url):
    text, speech = check_models(on_doubles(model_url), TODAY)
    assert (fine(text), fine(speech)) == ("demo-gpt", "demo-transcribe")


def test_the_embedding_model(model_url):
    (found,) = check_embeddings(on_doubles(model_url, openai_embedding_model="demo-embedding"), TODAY)
    assert fine(found) == "demo-embedding"
    (found,) = check_embeddings(on_doubles(model_url), TODAY)
    wrong(found, "no model text-embedding-3-small", "OPENAI_EMBEDDING_MODEL")
    assert check_embeddings(settings(), TODAY) == []


def test_no_key_is_no_fault():
    text, speech = check_models(settings(), TODAY)
    assert "wait to be scored" in fine(text) and fine(speech)


def test_a_wrong_key(model_url):
    for found in check_models(on_doubles(model_url, openai_api_key="sk-canary-of-yesterday"), TODAY):
        wrong(found, "refuses the key", "OPENAI_API_KEY")
        assert "canary" not in found.line()


def test_a_model_that_is_not_there(model_url):
    text, speech = check_models(on_doubles(model_url, openai_model="gpt-of-dreams"), TODAY)
    wrong(text, "no model gpt-of-dreams", "OPENAI_MODEL")
    fine(speech)


def test_speech_from_a_server_of_its_own(model_url, nobody):
    text, speech = check_models(
        on_doubles(nobody, openai_transcribe_base_url=model_url, openai_transcribe_api_key=KEY), TODAY
    )
    wrong(text, "nobody listens there", "OPENAI_BASE_URL")
    fine(speech)
    text, speech = check_models(
        on_doubles(model_url, openai_transcribe_base_url=model_url, openai_transcribe_api_key="sk-canary"), TODAY
    )
    fine(text)
    wrong(speech, "OPENAI_TRANSCRIBE_API_KEY")


@pytest.mark.parametrize(
    ("shutdown", "ok", "word"),
    [
        (None, True, "demo-gpt"),
        ("2026-03-01", False, "was shut down on 2026-03-01"),
        ("2026-03-02", False, "was shut down"),
        ("2026-04-01", True, "name a newer model in OPENAI_MODEL before"),
        ("2027-12-31", True, "until 2027-12-31"),
        ("soon", True, "demo-gpt"),
        (20270101, True, "demo-gpt"),
    ],
)
def test_a_model_s_end(serve, shutdown, ok, word):
    rows = [{"id": "demo-gpt", "shutdown_date": shutdown}, {"id": "demo-transcribe"}]
    text, speech = check_models(modelled(serve(200, {"object": "list", "data": rows})), TODAY)
    assert text.is_fine is ok and word in text.line()
    assert fine(speech) == "demo-transcribe"


@pytest.mark.parametrize(
    ("status", "body", "word"), [(404, {}, "no list of models"), (200, [1], "no list"), (500, {}, "cannot answer now")]
)
def test_servers_that_list_no_models(serve, status, body, word):
    wrong(check_models(modelled(serve(status, body)), TODAY)[0], word)


def test_the_table_knows_an_end_that_the_server_does_not_tell(serve):
    rows = [{"id": "gpt-4o"}, {"id": "demo-transcribe"}]
    base = serve(200, {"data": rows})
    (text, _) = check_models(modelled(base, openai_model="gpt-4o"), date(2026, 12, 1))
    assert "2027-01-14" in fine(text) and "name a newer model" in text.note
    wrong(check_models(modelled(base, openai_model="gpt-4o"), date(2027, 1, 14))[0], "was shut down on 2027-01-14")


def test_the_model_of_each_purpose(model_url):
    names = {"questions": "demo-gpt", "checking": "demo-gpt", "scoring": "gpt-of-dreams", "writing": "demo-gpt"}
    named = on_doubles(model_url, **{f"openai_model_{purpose}": name for purpose, name in names.items()})
    questions, checking, ratings, writing = check_models_by_purpose(named, TODAY)
    assert fine(questions) == fine(checking) == fine(writing) == "demo-gpt"
    wrong(ratings, "no model gpt-of-dreams", "OPENAI_MODEL_SCORING")
    assert check_models_by_purpose(on_doubles(model_url), TODAY) == []
    assert check_models_by_purpose(settings(openai_model_scoring="x"), TODAY) == []


def own(base: str, **changes: Any) -> Settings:
    return settings(ai_model_api_endpoint=base, ai_model_name="house-rater", ai_model_version="7", **changes)


def test_a_model_server_of_one_s_own(serve, nobody):
    (found,) = check_own_model(own(serve(404, {})))
    assert "house-rater@7 writes questions and rates answers" in fine(found)
    (found,) = check_own_model(own(nobody))
    wrong(found, "nobody listens there", "AI_MODEL_API_ENDPOINT")
    (found,) = check_own_model(own(serve(404, {}, X_Simulated="1")))
    wrong(found, "a double answers at AI_MODEL_API_ENDPOINT")
    assert check_own_model(settings()) == []
    text, _ = check_models(own(nobody), TODAY)
    assert "no follow-ups and no summaries" in fine(text)


def test_a_budget_that_does_not_see_the_costs():
    assert check_budget(settings()) == []
    (found,) = check_budget(settings(monthly_budget_usd=20))
    assert "20.00 US dollars" in fine(found)
    (found,) = check_budget(own("http://127.0.0.1:9", monthly_budget_usd=20, openai_model_writing="gpt-6-luna"))
    wrong(found, "the price of house-rater@7 is not known", "prices.json")


def test_a_model_double_by_mistake(model_url):
    wrong(check_models(modelled(model_url), TODAY)[0], "a double answers at OPENAI_BASE_URL")


# --- the public address -----------------------------------------------------------------------------------------------


def test_an_address_that_answers(serve):
    base = serve(200, {"status": "ok"})
    note = fine(check_address(settings(webhook_base_url=base, simulated=True, twilio_api_base_url=base)))
    assert "only a call shows whether Twilio sees it too" in note


def test_a_loopback_address_is_nothing_for_twilio(serve):
    wrong(check_address(settings(webhook_base_url=serve(200, {"status": "ok"}))), "not https", "tunnel")


@pytest.mark.parametrize("address", ["10.1.2.3", "127.0.0.1", "192.168.0.7", "169.254.1.1", "fe80::1%eth0", "::1"])
def test_a_name_for_a_private_address(address):
    wrong(check_address(settings(), lambda host: ["93.184.216.34", address]), "where Twilio cannot reach it")


def test_a_name_that_does_not_resolve():
    wrong(check_address(settings(), lambda host: []), "calls.example.com is not known", "DNS")


def test_an_address_where_nothing_answers(nobody):
    found = check_address(settings(webhook_base_url=nobody, simulated=True, twilio_api_base_url=nobody))
    wrong(found, "nobody listens there", "scripts/serve")


@pytest.mark.parametrize(("status", "body"), [(200, b"hello"), (200, {"status": "fine"}), (502, {"status": "ok"})])
def test_somebody_else_at_the_address(serve, status, body):
    base = serve(status, body)
    found = check_address(settings(webhook_base_url=base, simulated=True, twilio_api_base_url=base))
    wrong(found, "something else answers")


def test_names_are_resolved():
    assert "127.0.0.1" in setup_check.resolve("localhost")
    assert setup_check.resolve("no-such-name.invalid") == []


# --- asking -----------------------------------------------------------------------------------------------------------


def test_redirects_are_not_followed(serve):
    elsewhere = serve(200, {"status": "ok"})
    assert fetch(serve(302, b"", Location=elsewhere)).status == 302


def test_silence_and_trickle_end(monkeypatch):
    """A server that takes the connection and says nothing, or one byte at a time for ever."""
    monkeypatch.setattr(http_probe, "TIMEOUT_S", 0.4)
    stop = threading.Event()

    def trickle(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        with connection:
            while not stop.wait(0.05):
                try:
                    connection.sendall(b"1\r\nx\r\n")
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(Unreachable, match=r"within 0\.4 s"):
        fetch(f"http://127.0.0.1:{silent.getsockname()[1]}/")
    with socket.create_server(("127.0.0.1", 0)) as slow:
        thread = threading.Thread(target=lambda: trickle(slow.accept()[0]), daemon=True)
        thread.start()
        with pytest.raises(Unreachable, match="no end"):
            fetch(f"http://127.0.0.1:{slow.getsockname()[1]}/")
        stop.set()
        thread.join(5)


# --- the program ------------------------------------------------------------------------------------------------------


def run(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """The program as its wrapper starts it, in an otherwise empty environment and folder."""
    return subprocess.run(
        [sys.executable, "-m", "scripts.setup_check"],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(setup_check.ROOT), **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.slow
def test_the_whole_program(tmp_path, sqlite_url, redis_url, start_carrier, model_url, serve):
    (tmp_path / ".env").write_text(f"SECRET_KEY=canary-secret-0123456789\nTWILIO_AUTH_TOKEN='{TOKEN}'\nPORT=1\n")
    good = {
        "DATABASE_URL": sqlite_url, "REDIS_URL": redis_url, "STORAGE_URL": f"file://{tmp_path}/files",
        "WEBHOOK_BASE_URL": serve(200, {"status": "ok"}), "TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_PHONE_NUMBER": PHONE,
        "TWILIO_API_BASE_URL": start_carrier(), "OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": model_url,
        "OPENAI_MODEL": "demo-gpt", "OPENAI_TRANSCRIBE_MODEL": "demo-transcribe",
        "OPENAI_EMBEDDING_MODEL": "demo-embedding", "SIMULATED": "1",
    }  # fmt: skip
    done = run(tmp_path, **good)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    lines = done.stdout.splitlines()
    assert [line[7:22].strip() for line in lines[:-2]] == [
        "Python", "settings", "database", "Redis", "storage", "Twilio account", "Twilio number", "e-mail",
        "text model", "speech model", "embedding model", "public address",
    ]  # fmt: skip
    assert all(line.startswith("ok ") for line in lines[:-2]) and lines[-1] == "All is fine."

    bad = run(tmp_path, **{**good, "OPENAI_API_KEY": "sk-canary-of-yesterday", "REDIS_URL": "redis://:canary@127.0.0.1:1"})
    assert bad.returncode == 1 and bad.stderr == ""
    assert [line[7:22].strip() for line in bad.stdout.splitlines() if line.startswith("WRONG")] == [
        "Redis", "text model", "speech model", "embedding model",
    ]  # fmt: skip
    assert bad.stdout.endswith("4 of 12 need something.\n")
    assert "canary" not in done.stdout + bad.stdout


def test_without_any_settings(tmp_path):
    done = run(tmp_path)
    assert done.returncode == 1 and done.stderr == ""
    assert "TWILIO_ACCOUNT_SID is not set" in done.stdout and "not tried" in done.stdout


def test_secrets_are_known_wherever_they_stand():
    found = secrets_in(
        {
            "SECRET_KEY": "the-secret", "API_KEY": "", "PORT": "8000", "REDIS_URL": "redis://:red%20is@host",
            "DATABASE_URL": "postgres://viva:pass%2Fword@host/viva", "METRICS_TOKEN": "abc",
        }
    )  # fmt: skip
    assert found == sorted({"the-secret", "red%20is", "red is", "pass%2Fword", "pass/word"}, key=len, reverse=True)


# --- e-mail


@pytest.fixture
def mail_double() -> Iterator[MailDouble]:
    double = MailDouble(login=base64.b64encode(b"\0jobs\0canary-password-0123").decode())
    double.start()
    yield double
    double.stop()


def test_without_a_mail_server_nothing_is_tried() -> None:
    assert check_mail(settings()).line() == "ok     e-mail          no SMTP_URL: candidates get no e-mails"


def test_a_mail_server_is_logged_in_to_and_sent_nothing(mail_double: MailDouble) -> None:
    given = settings(smtp_url=mail_url(mail_double.port, "canary-password-0123"), **SIMULATED)
    found = check_mail(given)
    assert found.is_fine and "takes the login" in found.note and mail_double.mailbox.mails == []


@pytest.mark.parametrize(("password", "more"), [("wrong-password-01", True), ("canary-password-0123", False)])
def test_a_mail_server_that_will_not_do(mail_double: MailDouble, password: str, more: bool) -> None:
    given = settings(smtp_url=mail_url(mail_double.port, password), **(SIMULATED if more else {}))
    found = check_mail(given)
    assert not found.is_fine and "SMTP_URL" in found.remedy and password not in found.line()
    assert ("refuses the login" if more else "simulated mail server") in found.trouble


def test_no_mail_server_there() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert "cannot be reached" in check_mail(settings(smtp_url=mail_url(port, "pw"), **SIMULATED)).trouble


SIMULATED = {"simulated": True, "twilio_api_base_url": "http://127.0.0.1:9"}


def mail_url(port: int, password: str) -> str:
    return f"smtp://jobs:{password}@127.0.0.1:{port}?from=jobs@example.com"

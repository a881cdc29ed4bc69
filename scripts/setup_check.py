"""Tries each outside piece of an installation and says in one line whether it works, and if not, what to do.

Nothing is changed anywhere: a probe file is written and removed, everything else is only read.
"""

import importlib.metadata
import ipaddress
import os
import re
import shutil
import socket
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

import redis
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, make_url
from sqlalchemy.exc import DBAPIError

from db.engine import make_engine
from db.migrate import config_for
from ivr.gateways.ports import GatewayError
from ivr.gateways.redis_server import RedisMissing, RedisUnusable, find_binary, redis_url
from ivr.gateways.smtp_mailer import SmtpMailer
from ivr.settings import BadSettings, Settings, load_settings
from scripts.finding import Finding
from scripts.http_probe import TIMEOUT_S, Unreachable, fetch
from scripts.vendor_checks import (
    check_budget,
    check_embeddings,
    check_models,
    check_models_by_purpose,
    check_own_model,
    check_twilio,
)
from scripts.viva import load_env_file

ROOT = Path(__file__).resolve().parent.parent
ROOM_FOR_RECORDINGS = 500 * 1024 * 1024


# --- this machine -----------------------------------------------------------------------------------------------------


def check_python() -> Finding:
    """An environment of its own, with the packages at the versions that were tested. Too old a Python does not get
    here: the wrapper stops it."""
    piece = "Python"
    version = ".".join(str(part) for part in sys.version_info[:3])
    if sys.prefix == sys.base_prefix:
        return Finding(piece, trouble="this Python is no virtual environment", remedy="run scripts/check_setup")
    # Lines with a marker are for some machines only.
    wanted = re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+) \\$", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    astray = [name for name, pinned in wanted if _installed(name) != pinned]
    if astray:
        names = ", ".join(astray[:3]) + (" and others" if len(astray) > 3 else "")
        return Finding(
            piece,
            trouble=f"{names} are not installed as requirements.txt says",
            remedy="pip install --require-hashes -r requirements.txt",
        )
    return Finding(piece, f"{version} with {len(wanted)} packages in {sys.prefix}")


def _installed(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def check_settings() -> tuple[list[Finding], Settings | None]:
    """One finding a sentence; the settings themselves when there is nothing to say against them."""
    piece = "settings"
    try:
        settings = load_settings()
    except BadSettings as error:
        remedy = "put it right in .env" if Path(".env").is_file() else "cp .env.example .env and fill it in"
        return [Finding(piece, trouble=sentence.rstrip("."), remedy=remedy) for sentence in error.sentences], None
    notes = ["every value is well-formed"]
    if settings.simulated:
        notes.append("SIMULATED=1: nobody is called")
    if not settings.whitelisted_numbers:
        notes.append("WHITELISTED_NUMBERS is empty: only numbers that the API lists are called")
    if settings.api_key is None:
        notes.append("API_KEY is empty: a first key has to be made by a person who is logged in")
    return [Finding(piece, "; ".join(notes))], settings


def check_database(settings: Settings) -> Finding:
    """Whether it answers, may be written, and has the newest schema."""
    piece = "database"
    migrate = "run python -m db.migrate (scripts/serve does it too)"
    if settings.is_sqlite:
        path = Path(make_url(settings.database_url).database or "")
        if not path.exists():
            if not _can_write_below(path.parent):
                return Finding(piece, trouble=f"{path.parent} cannot be written", remedy="change its owner or its mode")
            return Finding(piece, trouble=f"there is no {path} yet", remedy=migrate)
        if not os.access(path, os.W_OK) or not os.access(path.parent, os.W_OK):
            return Finding(piece, trouble=f"{path} cannot be written", remedy="change its owner or its mode")
    engine = make_engine(settings.database_url, pool_size=1)
    try:
        with engine.connect() as connection:
            heads = set(MigrationContext.configure(connection).get_current_heads())
            is_empty = not inspect(connection).get_table_names()
    except DBAPIError as error:
        first = (str(error.orig).strip() or type(error.orig).__name__).splitlines()[0].rstrip(".")
        return Finding(piece, trouble=f"it does not answer: {first}", remedy="check DATABASE_URL and the server")
    finally:
        engine.dispose()
    script = ScriptDirectory.from_config(config_for(settings.database_url))
    name = "SQLite" if settings.is_sqlite else "PostgreSQL"
    if is_empty:
        return Finding(piece, trouble=f"{name} answers and has no tables yet", remedy=migrate)
    if heads == set(script.get_heads()):
        return Finding(piece, f"{name} at revision {', '.join(sorted(heads))}, the newest")
    known = {revision.revision for revision in script.walk_revisions()}
    if heads - known:
        return Finding(piece, trouble="its schema is newer than this program", remedy="update the program")
    return Finding(piece, trouble=f"its schema is at {', '.join(sorted(heads)) or 'no revision'}", remedy=migrate)


def check_redis(settings: Settings) -> Finding:
    """The Redis of REDIS_URL, or the one that a worker will start here."""
    piece = "Redis"
    try:
        url = redis_url(settings.redis_url, settings.instance_dir)
        embedded = None if settings.redis_url else find_binary()
    except (RedisMissing, RedisUnusable) as error:
        trouble, _, remedy = str(error).rstrip(".").partition(": ")
        return Finding(piece, trouble=trouble, remedy=remedy or "set REDIS_URL")
    try:
        with redis.Redis.from_url(url, socket_timeout=TIMEOUT_S, socket_connect_timeout=TIMEOUT_S) as client:
            version = client.info("server")["redis_version"]
    except redis.AuthenticationError:
        return Finding(piece, trouble="it refuses the password", remedy="check the user and password in REDIS_URL")
    except redis.ConnectionError:
        if embedded:
            return Finding(piece, f"not running; a worker will start {embedded}")
        where = urlsplit(url)
        return Finding(
            piece,
            trouble=f"nobody answers at {where.hostname or where.path}",
            remedy="start it, or empty REDIS_URL to have one started here",
        )
    except redis.RedisError as error:
        return Finding(piece, trouble=f"it does not answer properly: {type(error).__name__}", remedy="check REDIS_URL")
    return Finding(piece, f"{version} answers" + (", started by a worker of this machine" if embedded else ""))


def check_storage(settings: Settings) -> Finding:
    """Whether recordings can be written, and whether there is room for them."""
    piece = "storage"
    if settings.storage_url.startswith("s3://"):
        return _check_bucket(settings)
    folder = Path(settings.storage_url.removeprefix("file://"))
    existing = _nearest(folder)
    remedy = "change its owner or its mode, or name another directory in STORAGE_URL"
    if not existing.is_dir():
        return Finding(piece, trouble=f"{existing} is not a directory", remedy="name another one in STORAGE_URL")
    if not _can_write_below(folder):
        return Finding(piece, trouble=f"{existing} cannot be written", remedy=remedy)
    free = shutil.disk_usage(existing).free
    if free < ROOM_FOR_RECORDINGS:
        return Finding(piece, trouble=f"only {free // 2**20} MB are free at {existing}", remedy="make room")
    return Finding(piece, f"{folder} can be written{'' if folder.exists() else ' (it will be made)'}")


def _check_bucket(settings: Settings) -> Finding:
    from ivr.bootstrap_line import file_store
    from ivr.gateways.ports import GatewayError

    piece, where = "storage", settings.storage_url
    try:
        file_store(settings).check()
    except BadSettings as error:
        return Finding(piece, trouble="boto3 is not installed", remedy=error.sentences[0])
    except GatewayError as error:
        remedy = "make the bucket, or give its keys the rights to read, write, delete and list versions"
        return Finding(piece, trouble=error.message, remedy=remedy)
    return Finding(piece, f"{where} can be written, read and erased")


def _nearest(folder: Path) -> Path:
    """The folder, or what exists of the way to it."""
    folder = folder.absolute()
    while not folder.exists():
        folder = folder.parent
    return folder


def _can_write_below(folder: Path) -> bool:
    try:
        with tempfile.TemporaryFile(dir=_nearest(folder)) as probe:
            probe.write(b"probe")
            probe.flush()
            os.fsync(probe.fileno())
    except OSError:
        return False
    return True


# --- e-mail ---------------------------------------------------------------------------------------------------------


def check_mail(settings: Settings) -> Finding:
    """Whether the mail server of SMTP_URL can be spoken to: encrypted, logged in. Nothing is sent."""
    piece = "e-mail"
    server = settings.mail_server
    if server is None:
        return Finding(piece, "no SMTP_URL: candidates get no e-mails")
    mailer = SmtpMailer(
        host=server.host, port=server.port, implicit_tls=server.implicit_tls, user=server.user,
        password=server.password, sender=server.sender, simulated=settings.simulated, total_s=TIMEOUT_S * 2,
    )  # fmt: skip
    try:
        with mailer.session():
            pass
    except GatewayError as error:
        trouble = error.message.rstrip(".")
        remedy = "try again later" if error.code.startswith("4") else "check SMTP_URL: host, port, user and password"
        return Finding(piece, trouble=trouble, remedy=remedy)
    login = "takes the login" if server.user else "asks for no login"
    return Finding(piece, f"{server.host} answers and {login}; only an e-mail shows whether {server.sender} may send")


# --- the public address -----------------------------------------------------------------------------------------------


def resolve(host: str) -> list[str]:
    """The addresses of a name; empty when there are none within TIMEOUT_S."""
    found: list[str] = []

    def ask() -> None:
        with suppress(OSError, UnicodeError):
            found.extend(str(entry[4][0]) for entry in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM))

    # The system's resolver knows no time-out of ours.
    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(TIMEOUT_S)
    return list(dict.fromkeys(found))


def check_address(settings: Settings, resolver: Callable[[str], Sequence[str]] = resolve) -> Finding:
    """Whether the address that Twilio is given can be a public one, and whether the product answers there."""
    piece = "public address"
    base = settings.webhook_base_url
    host = urlsplit(base).hostname or ""
    addresses = resolver(host)
    tunnel = "set WEBHOOK_BASE_URL to a public https address (a domain with a certificate, or a tunnel)"
    if not addresses:
        return Finding(piece, trouble=f"{host} is not known", remedy="make its DNS record, or correct WEBHOOK_BASE_URL")
    if not settings.simulated:
        if urlsplit(base).scheme != "https":
            return Finding(piece, trouble=f"{base} is not https", remedy=tunnel)
        hidden = [address for address in addresses if not ipaddress.ip_address(address.partition("%")[0]).is_global]
        if hidden:
            return Finding(piece, trouble=f"{host} is {hidden[0]}, where Twilio cannot reach it", remedy=tunnel)
    try:
        answer = fetch(f"{base}/healthz")
    except Unreachable as error:
        return Finding(
            piece,
            trouble=f"the product does not answer at {base}: {error}",
            remedy="start it (scripts/serve), check proxy or tunnel, and run this again",
        )
    if answer.status != 200 or answer.body != {"status": "ok"}:
        return Finding(
            piece,
            trouble=f"something else answers at {base} (HTTP {answer.status})",
            remedy="lead it to the web process's port",
        )
    return Finding(piece, f"{base} answers, seen from this machine; only a call shows whether Twilio sees it too")


# --- all of it --------------------------------------------------------------------------------------------------------


def check_everything(today: date) -> list[Finding]:
    """All findings, in the order in which they are worth repairing."""
    told, settings = check_settings()
    findings = [check_python(), *told]
    if settings is None:
        return [*findings, Finding("all others", trouble="not tried", remedy="put the settings right first")]
    return [
        *findings,
        check_database(settings),
        check_redis(settings),
        check_storage(settings),
        *check_twilio(settings),
        check_mail(settings),
        *check_models(settings, today),
        *check_models_by_purpose(settings, today),
        *check_embeddings(settings, today),
        *check_own_model(settings),
        *check_budget(settings),
        check_address(settings),
    ]


def secrets_in(environment: Mapping[str, str]) -> list[str]:
    """Every value that must not be seen: secrets, and the passwords inside addresses; longest first."""
    values: set[str] = set()
    for name, field in Settings.model_fields.items():
        value = environment.get(name.upper(), "")
        if "Secret" in str(field.annotation):
            values.add(value)
        with suppress(ValueError):
            password = urlsplit(value).password or ""
            values |= {password, unquote(password)}
    return sorted((value for value in values if len(value) > 3), key=len, reverse=True)


def main() -> int:
    """Print one line a piece; 0 when all is fine, else 1."""
    load_env_file()
    hidden = secrets_in(os.environ)
    findings = check_everything(datetime.now(UTC).date())
    for finding in findings:
        line = finding.line()
        # The pieces take care of it themselves; a vendor's error message need not.
        for secret in hidden:
            line = line.replace(secret, "***")
        print(line)
    wrong = sum(not finding.is_fine for finding in findings)
    print(f"\n{wrong} of {len(findings)} need something." if wrong else "\nAll is fine.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

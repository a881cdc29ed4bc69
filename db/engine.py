"""The engine of either database, set so that what is committed is safe and nothing waits for ever."""

from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.pool import QueuePool

SQLITE_BUSY_S = 5
STATEMENT_TIMEOUT_MS = 5_000
LOCK_TIMEOUT_MS = 3_000


def make_engine(url: str, *, pool_size: int = 16) -> Engine:
    """An engine for SQLite (WAL, synchronous=FULL, foreign keys) or PostgreSQL (statement and lock time-outs).

    SQLite connections are in driver autocommit: transactions begin where ``Database`` says so, with BEGIN IMMEDIATE
    for writers, so that a reader never has to be promoted and fail.
    """
    if make_url(url).get_backend_name() == "sqlite":
        return _make_sqlite(url, pool_size)
    return create_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=5,
        # what a statement carried (names, numbers, words) stays out of tracebacks and logs
        hide_parameters=True,
        pool_pre_ping=False,
        pool_recycle=1800,
        connect_args={
            "connect_timeout": 3,
            # A network that swallows all ends a connection in seconds, not in the quarter of an hour of the kernel.
            "tcp_user_timeout": 8_000,
            "keepalives_idle": 5,
            "keepalives_interval": 2,
            "keepalives_count": 3,
            # psycopg 3 prepares a statement on its first use: the webhook's two statements are few and hot.
            "prepare_threshold": 1,
            "options": (
                f"-c statement_timeout={STATEMENT_TIMEOUT_MS} -c lock_timeout={LOCK_TIMEOUT_MS}"
                " -c idle_in_transaction_session_timeout=15000 -c synchronous_commit=on -c timezone=UTC"
            ),
        },
    )


def _make_sqlite(url: str, pool_size: int) -> Engine:
    engine = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=5,
        # what a statement carried (names, numbers, words) stays out of tracebacks and logs
        hide_parameters=True,
        connect_args={"timeout": SQLITE_BUSY_S, "check_same_thread": False, "isolation_level": None},
    )

    @event.listens_for(engine, "connect")
    def _pragmas(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        # FULL: a commit has reached the disk when it returns (reliability P1).
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute(f"PRAGMA busy_timeout={SQLITE_BUSY_S * 1000}")
        cursor.close()

    return engine

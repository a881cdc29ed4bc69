"""A PostgreSQL of this run's own, with its default durability: what is committed has reached the disk."""

import contextlib
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import psycopg


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """The socket folder of a fresh server; its processes are ended and its files deleted afterwards."""
    with warnings.catch_warnings():
        # It says where it keeps its lock when XDG_RUNTIME_DIR is not set.
        warnings.simplefilter("ignore")
        import pgserver
    server = pgserver.get_server(Path(tempfile.mkdtemp(prefix="viva-bench-pg-")), cleanup_mode="delete")
    try:
        yield str(server.get_postmaster_info().socket_dir)
    finally:
        server.cleanup()


def create_database(socket_dir: str, name: str, *, like: str | None = None) -> str:
    """The SQLAlchemy URL of a new database, a copy of ``like`` when given."""
    template = f" TEMPLATE {like}" if like else ""
    with psycopg.connect(f"postgresql://postgres@/postgres?host={socket_dir}", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}{template}")  # type: ignore[arg-type]
        durable = {
            setting: connection.execute(f"SHOW {setting}").fetchone()  # type: ignore[arg-type]
            for setting in ("fsync", "synchronous_commit")
        }
    if set(durable.values()) != {("on",)}:
        raise RuntimeError(f"this PostgreSQL does not write through to the disk: {durable}")
    return f"postgresql+psycopg://postgres@/{name}?host={socket_dir}"

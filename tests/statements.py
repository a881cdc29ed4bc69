"""Counts what is really sent to a database, whichever way it goes there."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy import event

from db.unit_of_work import Database


@contextmanager
def heard(database: Database) -> Iterator[list[str]]:
    """The statements that this thread gives to the driver while the block runs, in order."""
    statements: list[str] = []
    with _traced(database, statements) if database.is_sqlite else _wrapped(statements):
        yield statements


@contextmanager
def _traced(database: Database, statements: list[str]) -> Iterator[None]:
    def listen(connection: Any, *_: Any) -> None:
        connection.set_trace_callback(statements.append)

    def stop(connection: Any, *_: Any) -> None:
        if connection is not None:
            connection.set_trace_callback(None)

    event.listen(database.engine, "checkout", listen)
    event.listen(database.engine, "checkin", stop)
    try:
        yield
    finally:
        event.remove(database.engine, "checkout", listen)
        event.remove(database.engine, "checkin", stop)


@contextmanager
def _wrapped(statements: list[str]) -> Iterator[None]:
    """Connections stay open for long and pass through no event: the driver's cursor itself is made to listen."""
    real, here = psycopg.Cursor.execute, threading.get_ident()

    def execute(self: Any, query: Any, *arguments: Any, **options: Any) -> Any:
        if threading.get_ident() == here:
            statements.append(str(query))
        return real(self, query, *arguments, **options)

    psycopg.Cursor.execute = execute  # type: ignore[method-assign]
    try:
        yield
    finally:
        psycopg.Cursor.execute = real  # type: ignore[method-assign]

"""PostgreSQL's NOTIFY and LISTEN on connections of their own, so that neither waits for the pool nor holds it up."""

import threading
from collections.abc import Callable
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import make_url

OUTBOX_CHANNEL = "outbox"
_CONNECT_S = 3
_LISTEN_SLICE_S = 1.0
_BACK_OFF_S = 1.0

Unavailable = psycopg.Error


def connect(url: str) -> psycopg.Connection[Any]:
    """A connection in autocommit to the database that this SQLAlchemy URL names. Raises Unavailable."""
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(address, autocommit=True, connect_timeout=_CONNECT_S)


def notify(connection: psycopg.Connection[Any]) -> None:
    """Tell whoever listens that the outbox has something new. Raises Unavailable."""
    connection.execute(sql.SQL("NOTIFY {}").format(sql.Identifier(OUTBOX_CHANNEL)))


def listen(url: str, heard: Callable[[], None], stop: threading.Event) -> None:
    """Call ``heard`` at every notice until ``stop``; after a lost connection too, as notices may have been missed."""
    while not stop.is_set():
        try:
            with connect(url) as connection:
                connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(OUTBOX_CHANNEL)))
                heard()
                while not stop.is_set():
                    for _ in connection.notifies(timeout=_LISTEN_SLICE_S, stop_after=1):
                        heard()
        except Unavailable:
            # Meanwhile the relay's sweep is the net.
            stop.wait(_BACK_OFF_S)

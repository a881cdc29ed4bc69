"""One transaction at a time: where units of work open and close, and what follows their commit."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, text
from sqlalchemy.orm import Session

from db.engine import make_engine

# In a session's ``info``: its transaction asks for an announcement.
ANNOUNCES = "announces"


class UnitOfWork:
    """One writing transaction. ``on_commit`` callbacks run after the commit, outside the transaction."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._after: list[Callable[[], None]] = []

    def on_commit(self, callback: Callable[[], None]) -> None:
        """Run ``callback`` once the transaction is committed; never when it is rolled back."""
        self._after.append(callback)

    def run_callbacks(self) -> None:
        """Called by Database when the commit has returned."""
        for callback in self._after:
            callback()


class Database:
    """The database of one process: reads, writes, and the lean connection for webhooks.

    SQLite allows one writer; with many threads its busy handler starves some of them for seconds, so each process
    has one writer lane (a lock) in front of it.
    """

    def __init__(self, url: str, *, pool_size: int = 16) -> None:
        self.engine: Engine = make_engine(url, pool_size=pool_size)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        # Called after each commit that announced an event; whoever wrote it need not know that somebody listens.
        self.ring: Callable[[], None] = lambda: None
        self._lane = threading.Lock()
        self._writing = threading.local()

    @contextmanager
    def write(self) -> Iterator[UnitOfWork]:
        """A transaction that commits at the end of the block and rolls back when it raises."""
        with self.writer_lane(), self.engine.connect() as connection:
            self._begin_immediate(connection)
            with Session(bind=connection, expire_on_commit=False, autoflush=True) as session:
                unit = UnitOfWork(session)
                try:
                    yield unit
                    session.flush()
                    self._commit(connection)
                except BaseException:
                    session.rollback()
                    self._rollback(connection)
                    raise
        unit.run_callbacks()
        if session.info.get(ANNOUNCES):
            self.ring()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session for reading; nothing of it is written."""
        with Session(bind=self.engine, expire_on_commit=False, autoflush=False) as session:
            yield session

    @contextmanager
    def writer_lane(self) -> Iterator[None]:
        """SQLite: wait for this process's turn to write. PostgreSQL: nothing to wait for."""
        if not self.is_sqlite:
            yield
            return
        if getattr(self._writing, "active", False):
            raise RuntimeError("a unit of work is already open in this thread")
        with self._lane:
            self._writing.active = True
            try:
                yield
            finally:
                self._writing.active = False

    def ping(self) -> None:
        """Raise if the database does not answer."""
        with self.engine.connect() as connection:
            connection.execute(text("SELECT 1"))

    def dispose(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()

    # The SQLite driver is in autocommit: BEGIN and COMMIT are ours. On PostgreSQL SQLAlchemy's own are used.

    def _begin_immediate(self, connection: Connection) -> None:
        if self.is_sqlite:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    def _commit(self, connection: Connection) -> None:
        if self.is_sqlite:
            connection.exec_driver_sql("COMMIT")
        connection.commit()

    def _rollback(self, connection: Connection) -> None:
        if self.is_sqlite and connection.in_transaction():
            raw = connection.connection.driver_connection
            if raw is not None and raw.in_transaction:
                raw.rollback()
        connection.rollback()

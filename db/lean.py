"""Pooled connections without SQLAlchemy's Connection and Result around them, for the few statements that are hot.

Their bookkeeping costs more than the statements themselves. Limits, time-outs and the errors raised stay SQLAlchemy's.
"""

from collections import deque
from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import Engine, PoolProxiedConnection, QueuePool
from sqlalchemy.exc import DBAPIError

T = TypeVar("T")


class LeanConnections:
    """Hands out the driver's own cursors, in the driver's autocommit.

    On PostgreSQL some of the pool's connections are kept at hand in autocommit, as long as the pool has others to give:
    switching one and taking it through the pool takes longer than to run a statement.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        # SQLite's driver is in autocommit already (db/engine.py).
        self._switches = engine.dialect.name != "sqlite"
        self._at_hand: deque[PoolProxiedConnection] = deque()

    def run(self, work: Callable[[Any], T]) -> T:
        """What ``work`` makes of a cursor; done once more on a fresh connection if the old one was dead.

        Raises SQLAlchemy's DBAPIError family and, when no connection comes free in time, its TimeoutError.
        """
        try:
            return self._run(work)
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
        return self._run(work)

    def close(self) -> None:
        """Give back what is at hand; the pool closes it in its own time."""
        while self._at_hand:
            self._give_back(self._at_hand.pop())

    def _run(self, work: Callable[[Any], T]) -> T:
        driver_error = self._engine.dialect.loaded_dbapi.Error
        try:
            pooled = self._take()
        except driver_error as error:
            raise self._translated(error, is_dead=False) from error
        connection = pooled.driver_connection
        is_dead = False
        try:
            cursor = connection.cursor()  # type: ignore[union-attr]
            try:
                return work(cursor)
            finally:
                cursor.close()
        except driver_error as error:
            is_dead = self._engine.dialect.is_disconnect(error, connection, None)
            raise self._translated(error, is_dead=is_dead) from error
        except BaseException:
            # It may have been broken off in the middle of a statement: nobody is to find that connection again.
            pooled.invalidate()
            raise
        finally:
            if is_dead:
                pooled.invalidate()
                # Whatever ended this connection has ended the others that wait.
                self.close()
                self._engine.dispose()
            elif pooled.is_valid:
                self._put_down(pooled)

    def _take(self) -> PoolProxiedConnection:
        try:
            return self._at_hand.pop()
        except IndexError:
            pooled = self._engine.raw_connection()
        if self._switches:
            pooled.driver_connection.autocommit = True  # type: ignore[union-attr]
        return pooled

    def _put_down(self, pooled: PoolProxiedConnection) -> None:
        pool = self._engine.pool
        # Beyond the pool's size somebody may be waiting for a connection, and would not see one that is kept here.
        if self._switches and isinstance(pool, QueuePool) and pool.checkedout() < pool.size():
            self._at_hand.append(pooled)
        else:
            self._give_back(pooled)

    def _give_back(self, pooled: PoolProxiedConnection) -> None:
        connection: Any = pooled.driver_connection
        if self._switches and connection is not None and not connection.closed:
            connection.autocommit = False
        pooled.close()

    def _translated(self, error: Exception, *, is_dead: bool) -> Exception:
        dialect = self._engine.dialect
        return DBAPIError.instance(
            None, None, error, dialect.loaded_dbapi.Error, hide_parameters=True, connection_invalidated=is_dead,
            dialect=dialect,
        )  # fmt: skip

"""Moments of the UTC clock, taken apart by the database itself: rows are counted by day without loading them."""

from typing import Any

from sqlalchemy import Float, String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction


class day_of(GenericFunction[str]):  # noqa: N801 - it is called as SQL's functions are
    """``day_of(column)``: the day (UTC) of a moment as "2026-03-02"."""

    type = String()
    inherit_cache = True


@compiles(day_of, "sqlite")
def _day_on_sqlite(element: Any, compiler: Any, **more: Any) -> str:
    (column,) = element.clauses
    return f"strftime('%Y-%m-%d', {compiler.process(column, **more)})"


@compiles(day_of, "postgresql")
def _day_on_postgresql(element: Any, compiler: Any, **more: Any) -> str:
    (column,) = element.clauses
    return f"to_char({compiler.process(column, **more)} AT TIME ZONE 'UTC', 'YYYY-MM-DD')"


class seconds_between(GenericFunction[float]):  # noqa: N801
    """``seconds_between(start, end)``: how many seconds lie between two moments, NULL when one is missing."""

    type = Float()
    inherit_cache = True


@compiles(seconds_between, "sqlite")
def _seconds_on_sqlite(element: Any, compiler: Any, **more: Any) -> str:
    start, end = (compiler.process(clause, **more) for clause in element.clauses)
    # A julianday is exact to about 0.04 ms, which is nothing beside a telephone call.
    return f"round((julianday({end}) - julianday({start})) * 86400, 3)"


@compiles(seconds_between, "postgresql")
def _seconds_on_postgresql(element: Any, compiler: Any, **more: Any) -> str:
    start, end = (compiler.process(clause, **more) for clause in element.clauses)
    return f"CAST(extract(epoch FROM ({end} - {start})) AS FLOAT)"

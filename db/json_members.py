"""A number out of a JSON text, read by the database itself: thousands of ratings are looked at without loading them."""

from typing import Any

from sqlalchemy import Float
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction


class json_number(GenericFunction[float]):  # noqa: N801 - it is called as SQL's functions are
    """``json_number(column, "member")``: the member of the object in this text column, NULL when it has none."""

    type = Float()
    inherit_cache = True


@compiles(json_number, "sqlite")
def _on_sqlite(element: Any, compiler: Any, **more: Any) -> str:
    column, member = element.clauses
    return f"json_extract({compiler.process(column, **more)}, '$.' || {compiler.process(member, **more)})"


@compiles(json_number, "postgresql")
def _on_postgresql(element: Any, compiler: Any, **more: Any) -> str:
    column, member = element.clauses
    return f"CAST(CAST({compiler.process(column, **more)} AS JSONB) ->> {compiler.process(member, **more)} AS FLOAT)"

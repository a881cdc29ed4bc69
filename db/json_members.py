"""Members of a JSON text, read by the database itself: thousands of ratings are looked at without loading them."""

from typing import Any

from sqlalchemy import Boolean, Text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction


class json_flag(GenericFunction[bool]):  # noqa: N801 - it is called as SQL's functions are
    """``json_flag(column, "member")``: whether that member of the object in this text column is true; false when it
    has none."""

    type = Boolean()
    inherit_cache = True


@compiles(json_flag, "sqlite")
def _flag_on_sqlite(element: Any, compiler: Any, **more: Any) -> str:
    column, member = element.clauses
    found = f"json_extract({compiler.process(column, **more)}, '$.' || {compiler.process(member, **more)})"
    return f"(coalesce({found}, 0) = 1)"


@compiles(json_flag, "postgresql")
def _flag_on_postgresql(element: Any, compiler: Any, **more: Any) -> str:
    column, member = element.clauses
    found = f"CAST({compiler.process(column, **more)} AS JSONB) ->> {compiler.process(member, **more)}"
    return f"(coalesce({found}, '') = 'true')"


class json_items(GenericFunction[str]):  # noqa: N801
    """``json_items(column, "member").table_valued("value")``: a row for each item of the list under that member."""

    inherit_cache = True


@compiles(json_items, "sqlite")
def _items_on_sqlite(element: Any, compiler: Any, **more: Any) -> str:
    column, member = element.clauses
    return f"json_each({compiler.process(column, **more)}, '$.' || {compiler.process(member, **more)})"


@compiles(json_items, "postgresql")
def _items_on_postgresql(element: Any, compiler: Any, **more: Any) -> str:
    column, member = element.clauses
    found = f"CAST({compiler.process(column, **more)} AS JSONB) -> CAST({compiler.process(member, **more)} AS TEXT)"
    return f"jsonb_array_elements({found})"


class item_text(GenericFunction[str]):  # noqa: N801
    """``item_text(value, "member")``: a text member of an item out of ``json_items``, NULL when it has none."""

    type = Text()
    inherit_cache = True


@compiles(item_text, "sqlite")
def _text_on_sqlite(element: Any, compiler: Any, **more: Any) -> str:
    item, member = element.clauses
    return f"json_extract({compiler.process(item, **more)}, '$.' || {compiler.process(member, **more)})"


@compiles(item_text, "postgresql")
def _text_on_postgresql(element: Any, compiler: Any, **more: Any) -> str:
    item, member = element.clauses
    return f"({compiler.process(item, **more)} ->> CAST({compiler.process(member, **more)} AS TEXT))"

"""Pages by cursor with a way back: the address carries where one came from."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import request

# How many pages back "Newer" knows the way; from further on it leads to the newest.
_TRAIL = 20


@dataclass(frozen=True, slots=True)
class Ways:
    """Where the neighbours of a page are; None where there is none."""

    older: str | None
    newer: str | None


def cursor() -> str | None:
    """From where on this request lists."""
    return request.args.get("cursor") or None


def ways(path: str, kept: Mapping[str, str], next_cursor: str | None) -> Ways:
    """The neighbours of the page that this request shows; ``kept`` stays in their addresses."""
    here = cursor()
    trail = [part for part in request.args.get("trail", "").split(",") if part][-_TRAIL:]
    older = newer = None
    if next_cursor is not None:
        older = _href(path, kept, next_cursor, [*trail, here or "-"][-_TRAIL:])
    if here is not None:
        *rest, last = trail or ["-"]
        newer = _href(path, kept, None if last == "-" else last, rest)
    return Ways(older, newer)


def _href(path: str, kept: Mapping[str, str], cursor: str | None, trail: list[str]) -> str:
    pairs = {**kept, "cursor": cursor or "", "trail": ",".join(trail)}
    query = urlencode({name: value for name, value in pairs.items() if value})
    return f"{path}?{query}" if query else path

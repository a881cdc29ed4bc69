"""Under which keys files are kept, whichever store keeps them."""

import re

# Parts of our own making: no dot at the start, so neither ".." nor a store's unfinished files can be named.
_KEY = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")
_LONGEST_KEY = 512
_LONGEST_PART = 200


class BadKey(ValueError):
    """A key that is not of our own making; it never reaches a store."""


def parts_of(key: str) -> list[str]:
    """The key's parts. Raises BadKey."""
    parts = key.split("/")
    if len(key) > _LONGEST_KEY or not _KEY.fullmatch(key) or any(len(part) > _LONGEST_PART for part in parts):
        raise BadKey("not a key of this store")
    return parts


def check_range(start: int, end: int) -> None:
    """Both ends included. Raises ValueError."""
    if start < 0 or end < start:
        raise ValueError(f"no range of bytes: {start} to {end}")

"""Lines of the whitelist and opt-outs in words."""

from collections.abc import Callable, Mapping
from typing import Any

from interview.phone import InvalidPhoneNumber, WhitelistPattern
from ivr.dashboard.words import masked, plain

_WHERE = {
    "api": "to a program of yours",
    "dashboard": "to somebody here",
    "call": "in a call",
    "link": "behind their link",
    "sms": "by text message",
}


def listed(pattern: str) -> str:
    """A line of the list: a number masked, a prefix in full, as it names nobody."""
    try:
        parsed = WhitelistPattern.parse(pattern)
    except InvalidPhoneNumber:
        return "•••"
    return parsed.text if parsed.is_prefix else masked(pattern)


def opted_out_where(source: str) -> str:
    """Where somebody said that they want no calls."""
    return _WHERE.get(source, plain(source).lower())


FILTERS: Mapping[str, Callable[..., Any]] = {"listed": listed, "opted_out_where": opted_out_where}

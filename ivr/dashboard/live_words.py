"""Where a call stands, in the words of the page of live calls."""

from collections.abc import Callable, Mapping
from typing import Any

from ivr.dashboard.words import on_the_phone
from ivr.services.live_calls import LiveCallView


def where(call: LiveCallView) -> str:
    """``Ringing``, ``Question 2 of 5``, ``Asked once more, question 2 of 5``, or what else is being talked about."""
    if call.status == "dialing":
        return "Ringing"
    said = on_the_phone(call.progress) or "On the phone"
    return f"Asked once more, {said[:1].lower()}{said[1:]}" if call.is_follow_up else said.removesuffix(".")


FILTERS: Mapping[str, Callable[..., Any]] = {"where": where}

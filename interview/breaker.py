"""The circuit breaker: when too many of the last calls fail, calling pauses before more candidates are troubled.

Closed, calls are placed. Half of those of the last two minutes failed: it opens, and no call is placed. When the pause
is over one call is let through to try: if it connects the breaker closes, if it fails the pause starts anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

WINDOW = timedelta(minutes=2)
# Two failures of three prove nothing.
LEAST_CALLS = 6
PAUSE = timedelta(minutes=5)
# While the call that tries is on its way, the next one looks again this much later.
TRY_WAIT = timedelta(seconds=15)


class Fate(StrEnum):
    """What became of a call as far as the line is concerned: busy and unanswered telephones have been reached."""

    CONNECTED = "connected"
    FAILED = "failed"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class PlacedCall:
    """A call, the moment (aware) at which it was placed, and what became of it."""

    placed_at: datetime
    fate: Fate


@dataclass(frozen=True, slots=True)
class Breaker:
    """``opened_at``: when it opened, None while it is closed; ``open_until``: until then no call is placed."""

    opened_at: datetime | None = None
    open_until: datetime | None = None


def judge(breaker: Breaker, calls: Sequence[PlacedCall], now: datetime) -> Breaker:
    """The breaker as the last calls make it. ``calls`` are those since ``looked_back_to``, in any order."""
    if breaker.open_until is None or breaker.opened_at is None:
        fates = [call.fate for call in calls if call.placed_at > now - WINDOW and call.fate is not Fate.OPEN]
        if len(fates) >= LEAST_CALLS and 2 * fates.count(Fate.FAILED) >= len(fates):
            return Breaker(now, now + PAUSE)
        return breaker
    if now < breaker.open_until:
        return breaker
    tries = [call.fate for call in calls if call.placed_at >= breaker.open_until]
    if Fate.CONNECTED in tries:
        return Breaker()
    if Fate.FAILED in tries:
        return replace(breaker, open_until=now + PAUSE)
    return breaker


def closed_until(breaker: Breaker, calls: Sequence[PlacedCall], now: datetime) -> datetime | None:
    """Until when no call may be placed, None when one may; ``breaker`` is already judged."""
    if breaker.open_until is None:
        return None
    if now < breaker.open_until:
        return breaker.open_until
    is_tried = any(call.placed_at >= breaker.open_until for call in calls)
    return now + TRY_WAIT if is_tried else None


def looked_back_to(breaker: Breaker, now: datetime) -> datetime:
    """From when on calls matter."""
    return min(now - WINDOW, breaker.open_until or now)

"""The times that a candidate may choose for a call: on the half hour, where calling is allowed."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from interview.calling_hours import CallingHours, HoursLimit, allowed_at

EVERY = timedelta(minutes=30)
# Sooner is "call me now"; later than this nobody plans for one telephone call.
NOT_BEFORE = timedelta(minutes=15)
DAYS_AHEAD = 7


def possible_times(
    now: datetime, zones: Sequence[str], hours: CallingHours, limit: HoursLimit, days: int = DAYS_AHEAD
) -> tuple[datetime, ...]:
    """Every time (UTC) in the coming days that may be chosen, the earliest first.

    Half hours of UTC are half hours of nearly every clock; where a clock is off by a quarter of an hour, so are they.
    """
    first = now.astimezone(UTC) + NOT_BEFORE
    whole = first.replace(minute=0, second=0, microsecond=0)
    start = whole + EVERY * -((whole - first) // EVERY)
    steps = int(timedelta(days=days) / EVERY)
    times = (start + EVERY * step for step in range(steps))
    return tuple(at for at in times if allowed_at(at, zones, hours, limit))


def may_choose(
    at: datetime, now: datetime, zones: Sequence[str], hours: CallingHours, limit: HoursLimit
) -> bool:
    """Whether a wished time lies ahead, not too far, in the hours; it need not be on the half hour."""
    return now + NOT_BEFORE / 3 <= at <= now + timedelta(days=DAYS_AHEAD + 1) and allowed_at(at, zones, hours, limit)

"""When to ring again: after a call that reached nobody, and when a candidate asked to be called later."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from interview.calling_hours import CallingHours, HoursLimit, allowed_at, next_allowed
from interview.facts import CallOutcome, Later

_EVENING = time(18, 30)
NO_LIMIT = HoursLimit(time(0), time(0))


# After these the next call need not be far away, whatever the job's waits are: minutes at most. A line that is busy is
# soon free, who was cut off waits to go on, and a call that never reached a telephone has troubled nobody.
SOONER = {CallOutcome.BUSY: 10, CallOutcome.INTERRUPTED: 3, CallOutcome.FAILED: 5}


@dataclass(frozen=True, slots=True)
class RedialPolicy:
    """``max_attempts`` caps the calls that rang, over all reasons; ``retry_minutes`` are the waits in turn, the last
    one for all after it. ``after`` has the waits of its own that the job has for an outcome."""

    max_attempts: int = 3
    retry_minutes: tuple[int, ...] = (60, 240)
    after: Mapping[CallOutcome, tuple[int, ...]] = field(default_factory=dict)

    def next_try(self, calls_that_rang: int, now: datetime, outcome: CallOutcome) -> datetime | None:
        """When to ring again after that many calls that rang, the last with this outcome; None when the attempts are
        used up."""
        if calls_that_rang >= self.max_attempts:
            return None
        waits = self._waits(outcome)
        if not waits:
            return now
        return now + timedelta(minutes=waits[min(max(calls_that_rang, 1), len(waits)) - 1])

    def _waits(self, outcome: CallOutcome) -> tuple[int, ...]:
        own = self.after.get(outcome)
        if own:
            return own
        most = SOONER.get(outcome)
        return self.retry_minutes if most is None else tuple(min(wait, most) for wait in self.retry_minutes)


def chosen_time(
    when: Later, now: datetime, zones: Sequence[str], hours: CallingHours, limit: HoursLimit
) -> datetime:
    """The moment a candidate meant on their own clock (the first of ``zones``), or the first one after it at which they
    may be called. In the evening "this evening" is an hour from now, and too late for that it is the next evening."""
    clock = ZoneInfo(zones[0]) if zones else UTC
    local = now.astimezone(clock)
    evening = local.replace(hour=_EVENING.hour, minute=_EVENING.minute, second=0, microsecond=0)
    match when:
        case Later.IN_15_MINUTES:
            meant = now + timedelta(minutes=15)
        case Later.THIS_EVENING if local < evening:
            meant = evening
        case Later.THIS_EVENING:
            meant = now + timedelta(hours=1)
            if not allowed_at(meant, zones, hours, limit):
                meant = evening + timedelta(days=1)
        case Later.SAME_TIME_TOMORROW:
            meant = local + timedelta(days=1)
    return next_allowed(meant, zones, hours, limit) or meant.astimezone(UTC)

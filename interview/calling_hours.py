"""When a telephone may ring: an operator's limit and a job's hours, on every clock that the candidate may have."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import IntEnum
from zoneinfo import ZoneInfo

_HORIZON_DAYS = 15  # two whole weeks and the rest of today: whatever recurs weekly is met, in summer and winter time
_DAY_MINUTES = 24 * 60
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])|24:00")
DAY_WORDS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class Weekday(IntEnum):
    """Days as ``datetime.weekday`` counts them."""

    MON = 0
    TUE = 1
    WED = 2
    THU = 3
    FRI = 4
    SAT = 5
    SUN = 6


class InvalidHours(ValueError):
    """Hours that cannot be kept; the sentence is for the person who wrote them."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class HoursLimit:
    """The operator's hard limit on the candidate's clock, from ``start`` until before ``end``, every day.

    An ``end`` of 00:00 is the midnight that closes the day, written 24:00.
    """

    start: time
    end: time

    def __post_init__(self) -> None:
        _refuse_backward(self.start, self.end)

    @classmethod
    def parse(cls, text: str) -> HoursLimit:
        """``08:00-21:00``; ``00:00-24:00`` is no limit. InvalidHours for anything else."""
        start, dash, end = (part.strip() for part in text.partition("-"))
        if not dash:
            raise InvalidHours("Hours are written as two times with a dash between them, such as 08:00-21:00.")
        return cls(_clock_time(start, is_end=False), _clock_time(end, is_end=True))

    @property
    def is_whole_day(self) -> bool:
        """Whether every hour is allowed."""
        return self.start == time(0) and self.end == time(0)

    def __str__(self) -> str:
        return f"{_written(self.start)}-{_written(self.end, is_end=True)}"


@dataclass(frozen=True, slots=True)
class CallingHours:
    """A job's own hours on the candidate's clock, from ``start`` until before ``end`` on ``days``.

    An ``end`` of 00:00 is the midnight that closes the day, written 24:00.
    """

    start: time
    end: time
    days: frozenset[Weekday]

    def __post_init__(self) -> None:
        _refuse_backward(self.start, self.end)
        if not self.days:
            raise InvalidHours("Calling hours need at least one day of the week.")

    @classmethod
    def parse(cls, start: str, end: str, days: Iterable[str]) -> CallingHours:
        """From ``"09:00"``, ``"20:00"`` and ``["mon", "tue"]``. InvalidHours for anything else."""
        try:
            named = frozenset(Weekday[day.strip().upper()] for day in days)
        except KeyError:
            raise InvalidHours("Days are written mon, tue, wed, thu, fri, sat, sun.") from None
        return cls(_clock_time(start, is_end=False), _clock_time(end, is_end=True), named)

    def __str__(self) -> str:
        return f"{_written(self.start)}-{_written(self.end, is_end=True)} {_written_days(self.days)}"


def allowed_at(instant: datetime, zones: Sequence[str], hours: CallingHours, limit: HoursLimit) -> bool:
    """Whether ``instant`` (aware) lies in the job's hours and the hard limit in every one of ``zones``.

    Without a usable zone nobody's clock can be read: False, unless the limit is the whole day.
    """
    clocks = clocks_of(zones)
    if clocks is None:
        return limit.is_whole_day
    return _is_open(instant, clocks, window_of(hours, limit), hours.days)


def next_allowed(now: datetime, zones: Sequence[str], hours: CallingHours, limit: HoursLimit) -> datetime | None:
    """The earliest instant (UTC) from ``now`` on that is allowed in every zone, or None when no such hour exists.

    A window that opens inside the hour which summer time leaves out opens when that hour has been skipped.
    """
    start = now.astimezone(UTC)
    clocks = clocks_of(zones)
    if clocks is None:
        return start if limit.is_whole_day else None
    window = window_of(hours, limit)
    if window[0] >= window[1]:
        return None
    # A window can only open where a day's window begins, or where a clock is changed (forward or back) into it.
    moments = {start}
    for clock in clocks:
        moments.update(_openings(start, clock, window[0]))
        moments.update(_clock_changes(start, clock))
    reachable = (moment for moment in sorted(moments) if moment >= start)
    return next((moment for moment in reachable if _is_open(moment, clocks, window, hours.days)), None)


def _clock_time(text: str, *, is_end: bool) -> time:
    found = _CLOCK.fullmatch(text.strip())
    if found is None or (found[1] is None and not is_end):
        raise InvalidHours("Times are written with two digits each, from 00:00 to 23:59, or 24:00 as an end.")
    if found[1] is None:
        return time(0)
    if is_end and found[0] == "00:00":
        raise InvalidHours("The end of a day is written 24:00.")
    return time(int(found[1]), int(found[2]))


def _refuse_backward(start: time, end: time) -> None:
    if _minute(start) >= (_minute(end) or _DAY_MINUTES):
        raise InvalidHours("Hours must end after they start, on the same day.")


def _minute(clock: time) -> int:
    return clock.hour * 60 + clock.minute


def _written(clock: time, *, is_end: bool = False) -> str:
    return "24:00" if is_end and clock == time(0) else f"{clock:%H:%M}"


def _written_days(days: frozenset[Weekday]) -> str:
    ordered = sorted(days)
    if len(ordered) == 7:
        return "every day"
    if len(ordered) > 2 and ordered[-1] - ordered[0] == len(ordered) - 1:
        return f"{DAY_WORDS[ordered[0]]} to {DAY_WORDS[ordered[-1]]}"
    return ", ".join(DAY_WORDS[day] for day in ordered)


def local_words(instant: datetime, clock: ZoneInfo) -> str:
    local = instant.astimezone(clock)
    return f"{DAY_WORDS[local.weekday()]}, {local:%Y-%m-%d} at {local:%H:%M}"


def window_of(hours: CallingHours, limit: HoursLimit) -> tuple[int, int]:
    """Minutes of the day from which, and before which, both allow a call."""
    ends = (_minute(hours.end) or _DAY_MINUTES, _minute(limit.end) or _DAY_MINUTES)
    return max(_minute(hours.start), _minute(limit.start)), min(ends)


def clocks_of(zones: Sequence[str]) -> tuple[ZoneInfo, ...] | None:
    """The zones' clocks; None when there is no zone, or a name among them that no clock has."""
    try:
        return tuple(ZoneInfo(zone) for zone in dict.fromkeys(zones)) or None
    except (KeyError, ValueError, OSError):  # unknown; malformed such as "../x"; a folder of zones such as "Europe"
        return None


def _is_open(
    instant: datetime, clocks: tuple[ZoneInfo, ...], window: tuple[int, int], days: frozenset[Weekday]
) -> bool:
    for clock in clocks:
        local = instant.astimezone(clock)
        if local.weekday() not in days or not window[0] <= _minute(local.time()) < window[1]:
            return False
    return True


def _openings(start: datetime, clock: ZoneInfo, opens_minute: int) -> Iterator[datetime]:
    """When the clock shows the opening time, both times on the night when that hour comes twice."""
    first = start.astimezone(clock).date()
    opens = time(opens_minute // 60, opens_minute % 60)
    for day in range(_HORIZON_DAYS):
        for fold in (0, 1):
            local = datetime.combine(first + timedelta(days=day), opens, clock).replace(fold=fold)
            yield local.astimezone(UTC)


def _clock_changes(start: datetime, clock: ZoneInfo) -> Iterator[datetime]:
    """The instants at which the clock is put forward or back, to the minute."""
    before = start.replace(second=0, microsecond=0)
    for _ in range(_HORIZON_DAYS):
        after = before + timedelta(days=1)
        if _offset(before, clock) != _offset(after, clock):
            low, high = 0, _DAY_MINUTES
            while high - low > 1:
                middle = (low + high) // 2
                same = _offset(before + timedelta(minutes=middle), clock) == _offset(before, clock)
                low, high = (middle, high) if same else (low, middle)
            yield before + timedelta(minutes=high)
        before = after


def _offset(instant: datetime, clock: ZoneInfo) -> timedelta | None:
    return instant.astimezone(clock).utcoffset()

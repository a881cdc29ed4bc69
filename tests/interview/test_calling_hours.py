"""Calling hours, on one clock and on several, through the nights when clocks change."""

from datetime import UTC, datetime, time, timedelta

import pytest

from interview.calling_hours import CallingHours, HoursLimit, InvalidHours, Weekday, allowed_at, next_allowed

EVERY_DAY = frozenset(Weekday)
WEEKDAYS = EVERY_DAY - {Weekday.SAT, Weekday.SUN}
NO_LIMIT = HoursLimit.parse("00:00-24:00")


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("08:00-21:00", time(8), time(21)),
        (" 08:30 - 20:15 ", time(8, 30), time(20, 15)),
        ("00:00-24:00", time(0), time(0)),
        ("20:00-24:00", time(20), time(0)),
    ],
)
def test_a_limit_is_read(text: str, start: time, end: time) -> None:
    limit = HoursLimit.parse(text)
    assert (limit.start, limit.end) == (start, end)
    assert HoursLimit.parse(str(limit)) == limit
    assert limit.is_whole_day is (text == "00:00-24:00")


@pytest.mark.parametrize(
    "text",
    ["", "8-21", "08:00", "21:00-08:00", "08:00-08:00", "08:00-25:00", "24:00-24:00", "08:60-21:00", "00:00-00:00"],
)
def test_a_limit_that_cannot_be_kept_is_refused(text: str) -> None:
    with pytest.raises(InvalidHours):
        HoursLimit.parse(text)


def test_calling_hours_are_read() -> None:
    hours = CallingHours.parse("09:00", "20:00", ["mon", "TUE", "fri"])
    assert hours == CallingHours(time(9), time(20), frozenset({Weekday.MON, Weekday.TUE, Weekday.FRI}))
    assert str(hours) == "09:00-20:00 Monday, Tuesday, Friday"
    assert str(CallingHours(time(9), time(0), WEEKDAYS)) == "09:00-24:00 Monday to Friday"


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [("09:00", "20:00", []), ("09:00", "20:00", ["monday"]), ("20:00", "09:00", ["mon"]), ("9", "20:00", ["mon"])],
)
def test_calling_hours_that_cannot_be_kept_are_refused(start: str, end: str, days: list[str]) -> None:
    with pytest.raises(InvalidHours):
        CallingHours.parse(start, end, days)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def hours_of(text: str, days: frozenset[Weekday] = EVERY_DAY) -> CallingHours:
    limit = HoursLimit.parse(text)
    return CallingHours(limit.start, limit.end, days)


LONDON, BERLIN, NEW_YORK = "Europe/London", "Europe/Berlin", "America/New_York"


@pytest.mark.parametrize(
    ("now", "zones", "hours", "limit", "expected"),
    [
        # open now, to the last minute; closed at the very end
        ("2026-06-03T09:00", (LONDON,), "10:00-20:00", "08:00-21:00", "2026-06-03T09:00"),
        ("2026-06-03T18:59:59", (LONDON,), "10:00-20:00", "08:00-21:00", "2026-06-03T18:59:59"),
        ("2026-06-03T19:00", (LONDON,), "10:00-20:00", "08:00-21:00", "2026-06-04T09:00"),
        # the limit narrows the job's hours
        ("2026-06-03T00:00", (LONDON,), "06:00-23:00", "08:00-21:00", "2026-06-03T07:00"),
        # two zones: open where both are; New York 09:00 is London 14:00
        ("2026-06-03T07:00", (LONDON, NEW_YORK), "09:00-20:00", "08:00-21:00", "2026-06-03T13:00"),
        # never open in both: twelve hours apart. Twenty-one hours apart is three, on another day
        ("2026-06-03T07:00", ("Pacific/Pago_Pago", "Pacific/Guam"), "09:00-20:00", "08:00-21:00", "2026-06-03T23:00"),
        ("2026-06-03T07:00", (NEW_YORK, "Asia/Singapore"), "09:00-20:00", "08:00-21:00", None),
        ("2026-06-03T07:00", (LONDON,), "21:00-22:00", "08:00-21:00", None),
        # 2026-03-29, Europe goes forward at 01:00 UTC: nine in the morning comes an hour earlier
        ("2026-03-28T20:00", (BERLIN,), "09:00-20:00", "08:00-21:00", "2026-03-29T07:00"),
        ("2026-03-27T20:00", (BERLIN,), "09:00-20:00", "08:00-21:00", "2026-03-28T08:00"),
        ("2026-03-28T21:00", (LONDON,), "09:00-20:00", "08:00-21:00", "2026-03-29T08:00"),
        # an opening inside the hour that does not exist (02:30 in Berlin): when it has been skipped
        ("2026-03-29T00:00", (BERLIN,), "02:30-20:00", "00:00-24:00", "2026-03-29T01:00"),
        # a window that lies wholly inside the skipped hour: the next day
        ("2026-03-29T00:00", (BERLIN,), "02:15-02:45", "00:00-24:00", "2026-03-30T00:15"),
        # 2026-11-01, New York goes back at 06:00 UTC: nine in the morning comes an hour later
        ("2026-11-01T02:00", (NEW_YORK,), "09:00-20:00", "08:00-21:00", "2026-11-01T14:00"),
        ("2026-10-31T02:00", (NEW_YORK,), "09:00-20:00", "08:00-21:00", "2026-10-31T13:00"),
        # 01:30 comes twice there: open the first time, again the second, and for 01:00-01:20 both times
        ("2026-11-01T05:00", (NEW_YORK,), "01:30-01:45", "00:00-24:00", "2026-11-01T05:30"),
        ("2026-11-01T05:50", (NEW_YORK,), "01:30-01:45", "00:00-24:00", "2026-11-01T06:30"),
        ("2026-11-01T05:40", (NEW_YORK,), "00:30-01:20", "00:00-24:00", "2026-11-01T06:00"),
        # Europe has gone back (2026-10-25) and the United States have not: four hours apart for a week
        ("2026-10-26T01:00", (LONDON, NEW_YORK), "09:00-20:00", "08:00-21:00", "2026-10-26T13:00"),
        ("2026-11-02T01:00", (LONDON, NEW_YORK), "09:00-20:00", "08:00-21:00", "2026-11-02T14:00"),
        # whole days
        ("2026-03-29T00:59", (BERLIN,), "00:00-24:00", "00:00-24:00", "2026-03-29T00:59"),
        # no zone, or one that no clock has
        ("2026-06-03T12:00", (), "09:00-20:00", "08:00-21:00", None),
        ("2026-06-03T12:00", ("Mars/Olympus",), "09:00-20:00", "08:00-21:00", None),
        ("2026-06-03T12:00", ("../etc/passwd",), "09:00-20:00", "08:00-21:00", None),
        ("2026-06-03T12:00", ("Europe",), "09:00-20:00", "08:00-21:00", None),
        ("2026-06-03T12:00", (), "09:00-20:00", "00:00-24:00", "2026-06-03T12:00"),
    ],
)
def test_the_next_allowed_hour(now: str, zones: tuple[str, ...], hours: str, limit: str, expected: str | None) -> None:
    answer = next_allowed(utc(now), zones, hours_of(hours), HoursLimit.parse(limit))
    assert answer == (utc(expected) if expected else None)


def test_days_are_the_candidates_days() -> None:
    saturday_in_auckland = utc("2026-06-05T21:30")  # Friday evening in UTC, Saturday 09:30 there
    hours, zones = hours_of("09:00-20:00", WEEKDAYS), ("Pacific/Auckland",)
    assert not allowed_at(saturday_in_auckland, zones, hours, NO_LIMIT)
    assert next_allowed(saturday_in_auckland, zones, hours, NO_LIMIT) == utc("2026-06-07T21:00")


def test_a_single_day_is_found_a_week_away() -> None:
    hours = hours_of("09:00-20:00", frozenset({Weekday.WED}))
    assert next_allowed(utc("2026-06-03T20:00"), ("UTC",), hours, NO_LIMIT) == utc("2026-06-10T09:00")


@pytest.mark.parametrize(
    ("night", "zone"),
    [("2026-03-28T20:00", BERLIN), ("2026-11-01T00:00", NEW_YORK), ("2026-10-03T10:00", "Australia/Lord_Howe")],
)
@pytest.mark.parametrize("window", ["09:00-20:00", "01:15-01:45", "02:30-03:30", "00:00-24:00", "00:30-01:20"])
def test_the_next_allowed_minute_is_the_one_found_by_looking_at_every_minute(
    night: str, zone: str, window: str
) -> None:
    hours, limit = hours_of(window), NO_LIMIT
    minutes = [utc(night) + timedelta(minutes=minute) for minute in range(36 * 60)]
    open_minutes = [minute for minute in minutes if allowed_at(minute, (zone,), hours, limit)]
    for start in minutes[: 12 * 60 : 7]:
        assert next_allowed(start, (zone,), hours, limit) == next(minute for minute in open_minutes if minute >= start)

"""When the telephone rings again: after calls that reached nobody, and at the time that a candidate chose."""

from datetime import UTC, datetime, timedelta

import pytest

from interview.calling_hours import CallingHours, HoursLimit, allowed_at
from interview.facts import CallOutcome, Later
from interview.redial import NO_LIMIT, RedialPolicy, chosen_time

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAYTIME = CallingHours.parse("09:00", "20:00", WEEK)
WORKDAYS = CallingHours.parse("09:00", "18:00", WEEK[:5])
NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
_O = CallOutcome
LONDON, NEW_YORK = ("Europe/London",), ("America/New_York",)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("when", "now", "zones", "hours", "expected"),
    [
        (Later.IN_15_MINUTES, "2026-03-02 10:00", LONDON, DAYTIME, "2026-03-02 10:15"),
        # a quarter of an hour later nobody may be called any more
        (Later.IN_15_MINUTES, "2026-03-02 19:50", LONDON, DAYTIME, "2026-03-03 09:00"),
        (Later.IN_15_MINUTES, "2026-03-06 17:50", LONDON, WORKDAYS, "2026-03-09 09:00"),
        (Later.THIS_EVENING, "2026-03-02 10:00", LONDON, DAYTIME, "2026-03-02 18:30"),
        (Later.THIS_EVENING, "2026-03-02 15:00", NEW_YORK, DAYTIME, "2026-03-02 23:30"),
        # evenings lie outside of the job's hours
        (Later.THIS_EVENING, "2026-03-02 10:00", LONDON, WORKDAYS, "2026-03-03 09:00"),
        # asked in the evening: later this evening, and when that is too late, the next one
        (Later.THIS_EVENING, "2026-03-02 18:45", LONDON, DAYTIME, "2026-03-02 19:45"),
        (Later.THIS_EVENING, "2026-03-02 19:30", LONDON, DAYTIME, "2026-03-03 18:30"),
        (Later.SAME_TIME_TOMORROW, "2026-03-02 10:07", LONDON, DAYTIME, "2026-03-03 10:07"),
        # who called in at night is not called at night
        (Later.SAME_TIME_TOMORROW, "2026-03-02 23:00", LONDON, DAYTIME, "2026-03-04 09:00"),
        (Later.SAME_TIME_TOMORROW, "2026-03-06 10:00", LONDON, WORKDAYS, "2026-03-09 09:00"),
        # the same time on the clock, also over the night on which it changes
        (Later.SAME_TIME_TOMORROW, "2026-03-28 10:00", LONDON, DAYTIME, "2026-03-29 09:00"),
        # several zones: allowed in all of them
        (Later.IN_15_MINUTES, "2026-03-02 09:30", (*LONDON, *NEW_YORK), DAYTIME, "2026-03-02 14:00"),
        (Later.IN_15_MINUTES, "2026-03-02 03:00", (), DAYTIME, "2026-03-02 03:15"),
    ],
)
def test_the_time_that_a_candidate_chose_lies_in_the_calling_hours(when, now, zones, hours, expected):
    chosen = chosen_time(when, at(now), zones, hours, NO_LIMIT)
    assert chosen == at(expected)
    if zones:
        assert allowed_at(chosen, zones, hours, NO_LIMIT)


def test_the_limit_for_all_calls_holds_for_chosen_times_too():
    hours = CallingHours.parse("00:00", "24:00", WEEK)
    chosen = chosen_time(Later.IN_15_MINUTES, at("2026-03-02 20:50"), LONDON, hours, HoursLimit.parse("08:00-21:00"))
    assert chosen == at("2026-03-03 08:00")


def test_hours_that_never_come_leave_the_time_that_was_meant():
    hours = CallingHours.parse("22:00", "23:00", WEEK)
    limit = HoursLimit.parse("08:00-21:00")
    assert chosen_time(Later.IN_15_MINUTES, at("2026-03-02 10:00"), LONDON, hours, limit) == at("2026-03-02 10:15")


@pytest.mark.parametrize(
    ("policy", "rang", "outcome", "minutes"),
    [
        # the job's own waits, in turn
        (RedialPolicy(3, (60, 240)), 0, _O.NO_ANSWER, 60),
        (RedialPolicy(3, (60, 240)), 1, _O.NO_ANSWER, 60),
        (RedialPolicy(3, (60, 240)), 2, _O.VOICEMAIL, 240),
        (RedialPolicy(9, (60, 240)), 5, _O.NO_ANSWER, 240),
        (RedialPolicy(2, ()), 1, _O.NO_ANSWER, 0),
        # one cap over all outcomes
        *[(RedialPolicy(3, (60, 240)), 3, outcome, None) for outcome in _O],
        # sooner where nobody needs the wait, and never later than the job says
        (RedialPolicy(3, (60, 240)), 1, _O.BUSY, 10),
        (RedialPolicy(3, (60, 240)), 2, _O.INTERRUPTED, 3),
        (RedialPolicy(3, (60, 240)), 0, _O.FAILED, 5),
        (RedialPolicy(3, (0,)), 1, _O.BUSY, 0),
        (RedialPolicy(3, (2, 240)), 1, _O.INTERRUPTED, 2),
        # unless the job has waits of its own for it
        (RedialPolicy(3, (60,), {_O.BUSY: (30, 45)}), 1, _O.BUSY, 30),
        (RedialPolicy(3, (60,), {_O.BUSY: (30, 45)}), 2, _O.BUSY, 45),
        (RedialPolicy(3, (60,), {_O.VOICEMAIL: (720,)}), 1, _O.VOICEMAIL, 720),
        (RedialPolicy(3, (60,), {_O.VOICEMAIL: (720,)}), 1, _O.NO_ANSWER, 60),
        (RedialPolicy(3, (60,), {_O.INTERRUPTED: (0,)}), 1, _O.INTERRUPTED, 0),
    ],
)
def test_the_waits_between_calls(policy: RedialPolicy, rang: int, outcome: CallOutcome, minutes: int | None) -> None:
    expected = None if minutes is None else NOW + timedelta(minutes=minutes)
    assert policy.next_try(rang, NOW, outcome) == expected

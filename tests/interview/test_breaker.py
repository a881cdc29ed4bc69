"""The circuit breaker: closed, open, and the one call that tries."""

from datetime import UTC, datetime, timedelta

import pytest

from interview.breaker import (
    LEAST_CALLS,
    PAUSE,
    TRY_WAIT,
    WINDOW,
    Breaker,
    Fate,
    PlacedCall,
    closed_until,
    judge,
    looked_back_to,
)

NOW = datetime(2026, 6, 3, 19, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
FATES = {"c": Fate.CONNECTED, "f": Fate.FAILED, "o": Fate.OPEN}
OPENED = Breaker(NOW - PAUSE, NOW)


def calls(fates: str, first: datetime = NOW - timedelta(seconds=60)) -> list[PlacedCall]:
    """A second apart, the first when said."""
    return [PlacedCall(first + number * SECOND, FATES[fate]) for number, fate in enumerate(fates)]


@pytest.mark.parametrize(
    ("fates", "opens"),
    [
        ("", False),
        ("f" * (LEAST_CALLS - 1), False),
        ("f" * LEAST_CALLS, True),
        ("fffccc", True),
        ("ffcccc", False),
        ("fffcccc", False),
        # a call that is still going on says nothing yet
        ("fffoooo", False),
        ("fffcccoooo", True),
    ],
)
def test_it_opens_when_half_of_the_last_calls_failed(fates: str, opens: bool) -> None:
    judged = judge(Breaker(), calls(fates), NOW)
    assert judged == (Breaker(NOW, NOW + PAUSE) if opens else Breaker())
    assert closed_until(judged, calls(fates), NOW) == (NOW + PAUSE if opens else None)


def test_only_the_last_two_minutes_count() -> None:
    assert judge(Breaker(), calls("f" * 20, NOW - WINDOW - 20 * SECOND), NOW) == Breaker()
    assert judge(Breaker(), calls("f" * 20, NOW - WINDOW + SECOND), NOW).opened_at == NOW


def test_while_it_is_open_nothing_is_placed_and_nothing_changes_it() -> None:
    now = NOW - SECOND
    assert judge(OPENED, calls("cccccc"), now) == OPENED
    assert closed_until(OPENED, calls("cccccc"), now) == NOW


def test_after_the_pause_one_call_tries() -> None:
    failed_before = calls("ffffff")
    assert judge(OPENED, failed_before, NOW) == OPENED
    assert closed_until(OPENED, failed_before, NOW) is None, "one may try"
    on_its_way = [*failed_before, PlacedCall(NOW, Fate.OPEN)]
    later = NOW + 5 * SECOND
    assert judge(OPENED, on_its_way, later) == OPENED
    assert closed_until(OPENED, on_its_way, later) == later + TRY_WAIT, "and no second one meanwhile"


def test_a_call_that_connects_closes_it() -> None:
    assert judge(OPENED, [*calls("ffffff"), PlacedCall(NOW, Fate.CONNECTED)], NOW + SECOND) == Breaker()


def test_a_call_that_fails_starts_the_pause_anew() -> None:
    later = NOW + 40 * SECOND
    judged = judge(OPENED, [PlacedCall(NOW, Fate.FAILED)], later)
    assert judged == Breaker(OPENED.opened_at, later + PAUSE), "it is still the same opening"


def test_calls_since_the_end_of_the_pause_are_looked_at_however_long_ago() -> None:
    assert looked_back_to(Breaker(), NOW) == NOW - WINDOW
    assert looked_back_to(OPENED, NOW + timedelta(hours=3)) == NOW
    assert looked_back_to(Breaker(NOW, NOW + PAUSE), NOW) == NOW - WINDOW

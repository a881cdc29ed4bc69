"""One refusal of the gate a test, and the order of the rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from interview.calling_hours import CallingHours, HoursLimit, Weekday
from interview.gate import Allowed, DialFacts, GateReason, Refused, every_check, may_dial
from interview.phone import NumberClass, PhoneNumber, WhitelistPattern

EVERY_DAY = frozenset(Weekday)
WEEKDAYS = EVERY_DAY - {Weekday.SAT, Weekday.SUN}
NO_LIMIT = HoursLimit.parse("00:00-24:00")
ALL_DAY = CallingHours(time(0), time(0), EVERY_DAY)
NUMBER = PhoneNumber("+14155550100")
NOON = datetime(2026, 6, 3, 19, 0, tzinfo=UTC)  # a Wednesday, noon in Los Angeles


def facts(**changes: Any) -> DialFacts:
    """A call that may be dialled, with what a test is about changed."""
    allowed = DialFacts(
        number=NUMBER,
        number_class=NUMBER.number_class,
        whitelist=(WhitelistPattern.parse("+1415*"),),
        is_opted_out=False,
        has_consent=True,
        now=NOON,
        zones=("America/Los_Angeles",),
        calling_hours=CallingHours(time(9), time(20), WEEKDAYS),
        hours_limit=HoursLimit.parse("08:00-21:00"),
        calls_that_rang=0,
        max_attempts=3,
        last_rang_at=None,
        cooldown_minutes=60,
        active_calls=0,
        max_concurrent=2,
        calls_today_number=0,
        max_calls_per_number_per_day=3,
        calls_today=0,
        max_calls_per_day=100,
        spent_usd=Decimal("1.20"),
        budget_usd=Decimal("50"),
        is_stopped=False,
        breaker_open_until=None,
        questions_approved=True,
    )
    return replace(allowed, **changes)


# Every rule that refuses, in the order of the rules: what breaks it, its reason, and when to try again.
NEXT_UTC_DAY = datetime(2026, 6, 4, 0, 0, tzinfo=UTC)  # 17:00 in Los Angeles, inside the hours
REFUSALS: list[tuple[dict[str, Any], GateReason, datetime | None]] = [
    ({"whitelist": ()}, GateReason.NOT_WHITELISTED, None),
    ({"number_class": NumberClass.PREMIUM}, GateReason.NUMBER_CLASS, None),
    ({"is_opted_out": True}, GateReason.OPTED_OUT, None),
    ({"has_consent": False}, GateReason.NO_CONSENT, None),
    ({"questions_approved": False}, GateReason.QUESTIONS_NOT_APPROVED, None),
    ({"is_stopped": True}, GateReason.STOPPED, None),
    ({"hours_limit": HoursLimit.parse("13:00-21:00")}, GateReason.OUTSIDE_CALLING_HOURS, NOON + timedelta(hours=1)),
    ({"calls_that_rang": 3}, GateReason.ATTEMPTS_EXHAUSTED, None),
    ({"last_rang_at": NOON - timedelta(minutes=59)}, GateReason.COOLING_DOWN, NOON + timedelta(minutes=1)),
    ({"calls_today_number": 3}, GateReason.DAILY_LIMIT, NEXT_UTC_DAY),
    ({"calls_today": 100}, GateReason.DAILY_LIMIT, NEXT_UTC_DAY),
    ({"active_calls": 2}, GateReason.LINE_BUSY, NOON + timedelta(minutes=1)),
    ({"spent_usd": Decimal("50.00")}, GateReason.BUDGET_EXCEEDED, None),
    ({"breaker_open_until": NOON + timedelta(minutes=5)}, GateReason.CIRCUIT_OPEN, NOON + timedelta(minutes=5)),
]


def test_an_ordinary_call_may_be_dialled() -> None:
    assert may_dial(facts()) == Allowed()


@pytest.mark.parametrize(("change", "reason", "retry_at"), REFUSALS)
def test_each_rule_refuses_with_its_own_reason(
    change: dict[str, Any], reason: GateReason, retry_at: datetime | None
) -> None:
    verdict = may_dial(facts(**change))
    assert isinstance(verdict, Refused)
    assert verdict.reason is reason
    assert verdict.retry_at == retry_at
    assert verdict.sentence.endswith(".")
    assert verdict.hint.endswith(".")


@pytest.mark.parametrize("first", range(len(REFUSALS)))
def test_of_several_refusals_the_first_in_order_is_told(first: int) -> None:
    changes: dict[str, Any] = {}
    for change, _, _ in REFUSALS[first:]:
        changes |= change
    verdict = may_dial(facts(**changes))
    assert isinstance(verdict, Refused)
    assert verdict.reason is REFUSALS[first][1]


def test_no_sentence_holds_the_whole_number() -> None:
    for change, _, _ in [*REFUSALS, ({"zones": ()}, None, None), ({"zones": ("Mars/Olympus",)}, None, None)]:
        verdict = may_dial(facts(**change))
        assert isinstance(verdict, Refused)
        assert "4155550100" not in f"{verdict} {facts(**change)}"


@pytest.mark.parametrize(
    "kind",
    [
        NumberClass.PREMIUM,
        NumberClass.SHARED_COST,
        NumberClass.EMERGENCY_OR_SHORT,
        NumberClass.UAN,
        NumberClass.PAGER,
        NumberClass.VOICEMAIL,
    ],
)
def test_a_class_that_is_never_dialled_is_refused_even_when_listed(kind: NumberClass) -> None:
    verdict = may_dial(facts(number_class=kind, whitelist=(WhitelistPattern(NUMBER.e164, is_prefix=False),)))
    assert isinstance(verdict, Refused)
    assert verdict.reason is GateReason.NUMBER_CLASS


@pytest.mark.parametrize(
    "kind",
    [
        NumberClass.MOBILE,
        NumberClass.FIXED,
        NumberClass.FIXED_OR_MOBILE,
        NumberClass.VOIP,
        NumberClass.PERSONAL,
        NumberClass.TOLL_FREE,
        NumberClass.UNKNOWN,
    ],
)
def test_the_other_classes_are_left_to_the_whitelist(kind: NumberClass) -> None:
    assert may_dial(facts(number_class=kind)) == Allowed()


def test_a_stored_number_of_an_impossible_length_is_invalid() -> None:
    number = PhoneNumber("+141555501")
    verdict = may_dial(facts(number=number, number_class=NumberClass.UNKNOWN))
    assert isinstance(verdict, Refused)
    assert verdict.reason is GateReason.NUMBER_INVALID


@pytest.mark.parametrize(
    "change",
    [
        {"calls_that_rang": 2},
        {"last_rang_at": NOON - timedelta(minutes=60)},
        {"last_rang_at": NOON, "cooldown_minutes": 0},
        {"active_calls": 1},
        {"calls_today_number": 2},
        {"calls_today": 99},
        {"spent_usd": Decimal("49.99")},
        {"spent_usd": Decimal("1000"), "budget_usd": None},
        {"breaker_open_until": NOON},
    ],
)
def test_just_inside_each_limit_the_call_may_be_dialled(change: dict[str, Any]) -> None:
    assert may_dial(facts(**change)) == Allowed()


def test_a_pause_that_ends_at_night_is_over_when_the_hours_open() -> None:
    evening = datetime(2026, 6, 6, 2, 30, tzinfo=UTC)  # Friday 19:30 in Los Angeles
    verdict = may_dial(facts(now=evening, last_rang_at=evening))
    assert isinstance(verdict, Refused)
    assert verdict.reason is GateReason.COOLING_DOWN
    assert verdict.retry_at == datetime(2026, 6, 8, 16, 0, tzinfo=UTC)  # Monday 09:00


def test_an_instant_without_a_zone_is_a_fault_of_the_caller() -> None:
    with pytest.raises(ValueError, match="time zone"):
        facts(now=datetime(2026, 6, 3, 12, 0))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"now": utc("2026-06-03T05:14")}, ("22:14", "Tuesday", "America/Los_Angeles", "09:00-20:00", "08:00-21:00")),
        ({"zones": ()}, ("time zone", "not known")),
        ({"calling_hours": CallingHours(time(21), time(23), EVERY_DAY)}, ("wholly outside", "21:00-23:00")),
        ({"zones": ("America/New_York", "Asia/Singapore")}, ("any of 2 time zones", "no hour")),
        (
            {"zones": ("Europe/London", "America/Los_Angeles"), "now": utc("2026-06-03T08:00")},
            ("any of 2 time zones", "not allowed"),
        ),
    ],
)
def test_the_sentence_says_which_hours_stand_in_the_way(change: dict[str, Any], words: tuple[str, ...]) -> None:
    verdict = may_dial(facts(**change))
    assert isinstance(verdict, Refused)
    assert verdict.reason is GateReason.OUTSIDE_CALLING_HOURS
    for word in words:
        assert word in verdict.sentence


def test_an_unknown_zone_is_no_obstacle_where_the_operator_sets_no_limit() -> None:
    assert may_dial(facts(zones=(), hours_limit=NO_LIMIT, calling_hours=ALL_DAY)) == Allowed()


def test_each_rule_is_told_by_itself_in_the_order_of_the_gate() -> None:
    assert [check.refused for check in every_check(facts())] == [None] * 14
    wrong = facts(whitelist=(), is_stopped=True, active_calls=2)
    told = {check.rule: check.refused.reason for check in every_check(wrong) if check.refused is not None}
    assert told == {
        "whitelist": GateReason.NOT_WHITELISTED, "stop_switch": GateReason.STOPPED, "lines": GateReason.LINE_BUSY,
    }  # fmt: skip
    first = next(check.refused for check in every_check(wrong) if check.refused is not None)
    assert may_dial(wrong) == first

"""People's decisions beside the recommendations they were made over, by hand."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from interview.statistics.decisions import Decided, Override, Period, agreement_of, over_time

MONDAY = date(2026, 3, 2)


def some(recommended: str | None, decided: str, count: int = 1, day: date = MONDAY) -> Decided:
    return Decided(day, recommended, decided, count)


def test_R20_share_interval_and_overrides_by_direction():
    found = agreement_of(
        [some("hire", "hire", 6), some("consider", "hire", 2), some("hire", "reject"), some("reject", "reject"),
         some(None, "reject", 3)]
    )  # fmt: skip
    assert (found.reviewed, found.compared, found.agreed, found.share) == (13, 10, 7, 0.7)
    # Wilson for 7 of 10 with z 1.96: (0.3968, 0.8922), https://en.wikipedia.org/wiki/Binomial_proportion_confidence_interval
    assert found.low == pytest.approx(0.3968, abs=1e-4) and found.high == pytest.approx(0.8922, abs=1e-4)
    assert (found.milder, found.stricter) == (2, 1)
    assert found.overrides == (Override("consider", "hire", 2), Override("hire", "reject", 1))


def test_R20_kappa_only_where_there_is_enough():
    # 30 decisions, 24 the same. By chance: hire 15/30 * 15/30 + reject 15/30 * 15/30 = .5; kappa (.8 - .5) / .5
    enough = [some("hire", "hire", 12), some("reject", "reject", 12), some("hire", "reject", 3),
              some("reject", "hire", 3)]  # fmt: skip
    assert agreement_of(enough).kappa == pytest.approx(0.6)
    assert agreement_of([*enough[:3], some("reject", "hire", 2)]).kappa is None, "29 are too few"
    assert agreement_of([some("hire", "hire", 40)]).kappa is None, "chance alone agrees as much"


def test_R20_nothing_decided_is_no_number():
    found = agreement_of([])
    assert (found.reviewed, found.share, found.low, found.high, found.kappa) == (0, None, None, None, None)
    assert over_time([], Period.WEEK) == ()


@pytest.mark.parametrize(
    ("period", "starts"),
    [
        (Period.WEEK, [date(2025, 12, 29), date(2026, 1, 5), date(2026, 1, 12)]),
        (Period.MONTH, [date(2025, 12, 1), date(2026, 1, 1)]),
    ],
)
def test_R20_every_period_from_the_first_to_the_last(period: Period, starts: list[date]):
    first, last = date(2025, 12, 31), date(2026, 1, 18)
    found = over_time([some("hire", "hire", day=last), some("hire", "reject", day=first)], period)
    assert [one.since for one in found] == starts
    assert [one.until for one in found[:-1]] == starts[1:], "one begins where the other ends"
    assert [one.agreement.compared for one in found] == [1, *[0] * (len(starts) - 2), 1]
    assert sum(one.agreement.agreed for one in found) == 1
    assert found[-1].until - last <= timedelta(days=31)

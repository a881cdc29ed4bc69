"""What models and the carrier cost, by group, an interview and a month."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from db.columns import new_id
from db.models import Call, ModelCallRow
from db.unit_of_work import Database
from ivr.services.costs import CostService, costs_csv
from ivr.services.errors import NotFound
from ivr.services.statistics_drafts import AnalyticsFilters
from tests.analytics import DAY, House
from tests.factories import NOW, make_job, make_organisation
from tests.fakes import FrozenClock

ALL = AnalyticsFilters()


@pytest.fixture
def house(database: Database) -> House:
    return House(database)


def pay(
    house: House, cost: str | None, *, interview_id: str | None = None, subject_id: str | None = None,
    purpose: str = "rating", model: str = "m-1", at: datetime = NOW, **values: Any,
) -> None:  # fmt: skip
    with house.database.write() as unit:
        unit.session.add(
            ModelCallRow(
                organisation_id=house.organisation_id, interview_id=interview_id, subject_id=subject_id or new_id(),
                purpose=purpose, request_hash=new_id(), model=model, prompt_version="p-1", outcome="ok",
                input_tokens=100, cached_tokens=40, output_tokens=10,
                cost_usd=None if cost is None else Decimal(cost), created_at=at, **values,
            )
        )  # fmt: skip


def test_costs_by_what_they_were_for(house: House, clock: FrozenClock):
    first, second = house.assessed(), house.assessed()
    practice = house.assessed(purpose="practice")
    pay(house, "0.010000", interview_id=first)
    pay(house, "0.020001", interview_id=first, model="m-2", at=NOW - DAY)
    pay(house, "0.006000", interview_id=second, purpose="transcription")
    pay(house, "0.004000", interview_id=practice)
    pay(house, "0.100000", subject_id=house.job_id, purpose="questions")
    pay(house, None, interview_id=second, purpose="embedding")
    pay(house, "9.000000", interview_id=first, simulated=True)
    service = CostService(house.database, clock)
    view = service.report(house.organisation_id, ALL)
    assert view.group_by == "purpose"
    assert [(row.group, row.calls, row.unpriced, row.cost_usd) for row in view.rows] == [
        ("questions", 1, 0, "0.1"), ("rating", 3, 0, "0.034001"), ("transcription", 1, 0, "0.006"),
        ("embedding", 1, 1, "0"),
    ]  # fmt: skip
    assert (view.calls, view.unpriced, view.total_usd) == (6, 1, "0.140001")
    # the two assessments alone: 0.036001 / 2, without the practice and without the questions
    assert (view.interviews, view.per_interview_usd) == (2, "0.018")
    rating = view.rows[1]
    assert (rating.input_tokens, rating.cached_tokens, rating.output_tokens) == (300, 120, 30)

    def told(group: str, filters: AnalyticsFilters = ALL) -> list[tuple[str | None, str | None, str]]:
        found = service.report(house.organisation_id, filters, group).rows
        return [(row.group, row.title, row.cost_usd) for row in found]

    assert told("model") == [("m-1", None, "0.12"), ("m-2", None, "0.020001")]
    assert told("job") == [(house.job_id, "Line Cook", "0.140001")]
    assert told("day") == [("2026-03-01", None, "0.020001"), ("2026-03-02", None, "0.12")]
    assert told("month") == [("2026-03", None, "0.140001")]
    assert told("day", AnalyticsFilters(until=NOW)) == [("2026-03-01", None, "0.020001")]
    other = make_job(house.database, house.organisation_id)
    assert told("purpose", AnalyticsFilters(job_id=other)) == []
    assert told("day", AnalyticsFilters(include_simulated=True))[-1] == ("2026-03-02", None, "9.12")
    (row, *_) = csv.DictReader(io.StringIO(costs_csv(service.report(house.organisation_id, ALL, "job"))))
    assert (row["job"], row["title"], row["calls"], row["cost_usd"]) == (house.job_id, "Line Cook", "6", "0.140001")
    with pytest.raises(NotFound):
        service.report(make_organisation(house.database), AnalyticsFilters(job_id=other))


def test_nothing_spent_is_nothing_by_an_interview(house: House, clock: FrozenClock):
    view = CostService(house.database, clock).report(house.organisation_id, ALL)
    assert (view.rows, view.total_usd, view.interviews, view.per_interview_usd) == ((), "0", 0, None)
    assert (view.month.spent_usd, view.month.budget_usd, view.month.used) == ("0", None, None)


def test_where_the_month_is_heading(house: House, clock: FrozenClock):
    # on 2 March at 10:00 34 of 744 hours have passed
    pay(house, "3.400000")
    pay(house, "50.000000", at=datetime(2026, 2, 28, 23, 59, tzinfo=UTC))
    pay(house, "50.000000", simulated=True)
    month = CostService(house.database, clock, budget_usd=Decimal(100)).report(house.organisation_id, ALL).month
    assert (month.since, month.spent_usd, month.projected_usd) == (datetime(2026, 3, 1, tzinfo=UTC), "3.4", "74.4")
    assert (month.budget_usd, month.used) == ("100", 0.034)
    early = FrozenClock(datetime(2026, 3, 1, 23, 0, tzinfo=UTC))
    assert CostService(house.database, early).report(house.organisation_id, ALL).month.projected_usd is None


def test_what_the_carrier_asked_for(house: House, clock: FrozenClock):
    # Twilio states what it takes as a negative number
    for price, unit in (("-0.0085", "USD"), ("-0.0085", "USD"), (None, None), ("-0.02", "EUR")):
        id = house.assessed()
        with house.database.write() as unit_of_work:
            call = unit_of_work.session.query(Call).filter(Call.interview_id == id).one()
            call.price, call.price_unit = price, unit
    view = CostService(house.database, clock).report(house.organisation_id, ALL)
    assert [(one.unit, one.calls, one.unpriced, one.amount) for one in view.carrier] == [
        ("EUR", 1, 0, "0.02"), ("USD", 3, 1, "0.017"),
    ]  # fmt: skip
    later = CostService(house.database, clock).report(house.organisation_id, AnalyticsFilters(since=NOW + DAY))
    assert later.carrier == ()

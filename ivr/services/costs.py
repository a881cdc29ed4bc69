"""What interviews cost: models by purpose, model, job or time, the carrier, and where the month is heading."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation

from db.repositories import costs as rows
from db.repositories.costs import CarrierPrice, CostGroup, Spent
from db.repositories.model_calls import month_of, spent_usd
from db.unit_of_work import Database
from ivr.services.context import Clock
from ivr.services.insights import cohort_of
from ivr.services.statistics_drafts import AnalyticsFilters
from ivr.services.tables import table_csv

MOST_GROUPS = 400
# From fewer hours no month can be told.
LEAST_FOR_PROJECTION = timedelta(days=1)
_CENTS = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class CostRowView:
    """Calls to models of one group; ``group`` is None for what belongs to no job. ``unpriced`` calls have no price in
    the price table and are not in ``cost_usd``."""

    group: str | None
    title: str | None
    calls: int
    unpriced: int
    input_tokens: int
    cached_tokens: int
    output_tokens: int
    cost_usd: str


@dataclass(frozen=True, slots=True)
class CarrierCostView:
    """What the carrier has asked for in one currency; ``unpriced`` calls have no price yet."""

    unit: str
    calls: int
    unpriced: int
    amount: str


@dataclass(frozen=True, slots=True)
class MonthView:
    """This calendar month (UTC), real calls to models of all jobs, simulated ones never.

    ``projected_usd`` goes on at the month's pace so far, None on its first day; ``budget_usd`` is the installation's
    limit, None without one, and ``used`` the share of it that is spent.
    """

    since: datetime
    spent_usd: str
    projected_usd: str | None
    budget_usd: str | None
    used: float | None


@dataclass(frozen=True, slots=True)
class CostsView:
    """Money of the period, whatever it was spent on: practice costs too. Amounts are decimal texts.

    ``per_interview_usd`` is what models asked for assessments, divided by those ``interviews`` they were asked for.
    """

    job_id: str | None
    since: datetime | None
    until: datetime | None
    include_simulated: bool
    group_by: str
    rows: tuple[CostRowView, ...]
    calls: int
    unpriced: int
    total_usd: str
    interviews: int
    per_interview_usd: str | None
    carrier: tuple[CarrierCostView, ...]
    month: MonthView


class CostService:
    """Adds up the ledger. ``budget_usd`` is the month's limit, None for none."""

    def __init__(self, database: Database, clock: Clock, *, budget_usd: Decimal | None = None) -> None:
        self._database = database
        self._clock = clock
        self._budget_usd = budget_usd

    def report(self, organisation_id: str, filters: AnalyticsFilters, group_by: str = "purpose") -> CostsView:
        """What the period cost, by ``group_by``: purpose, model, job, day or month.

        Raises NotFound for a job that is not the organisation's.
        """
        now, group = self._clock(), CostGroup(group_by)
        with self._database.read() as session:
            cohort = cohort_of(session, organisation_id, filters)
            found = rows.by_group(session, cohort, group, limit=MOST_GROUPS)
            # Models are few: their sum is the whole, however many groups there are of the kind asked for.
            models = found if group is CostGroup.MODEL else rows.by_group(
                session, cohort, CostGroup.MODEL, limit=MOST_GROUPS
            )  # fmt: skip
            mean = rows.per_interview(session, cohort)
            prices = rows.carrier_prices(session, cohort)
            spent = spent_usd(session, organisation_id, month_of(now))
        return CostsView(
            filters.job_id,
            filters.since,
            filters.until,
            filters.include_simulated,
            group.value,
            tuple(map(_row, found)),
            sum(one.calls for one in models),
            sum(one.unpriced for one in models),
            usd(sum((one.cost_usd for one in models), Decimal(0))),
            mean.interviews,
            usd(mean.cost_usd / mean.interviews) if mean.interviews else None,
            carrier_costs(prices),
            self._month(now, spent),
        )

    def month(self, organisation_id: str) -> MonthView:
        """What this month has cost so far, and where it is heading."""
        now = self._clock()
        with self._database.read() as session:
            return self._month(now, spent_usd(session, organisation_id, month_of(now)))

    def _month(self, now: datetime, spent: Decimal) -> MonthView:
        since = month_of(now)
        length = (since + timedelta(days=32)).replace(day=1) - since
        passed, budget = now - since, self._budget_usd
        return MonthView(
            since,
            usd(spent),
            usd(spent * Decimal(length / passed)) if passed >= LEAST_FOR_PROJECTION else None,
            None if budget is None else usd(budget),
            float(spent / budget) if budget else None,
        )


def costs_csv(view: CostsView) -> str:
    """One line a group."""
    header = (
        view.group_by, "title", "calls", "unpriced", "input_tokens", "cached_tokens", "output_tokens", "cost_usd"
    )  # fmt: skip
    return table_csv(
        header,
        [
            (
                one.group, one.title, one.calls, one.unpriced, one.input_tokens, one.cached_tokens, one.output_tokens,
                one.cost_usd,
            )
            for one in view.rows
        ],
    )  # fmt: skip


def _row(one: Spent) -> CostRowView:
    return CostRowView(
        one.group, one.title, one.calls, one.unpriced, one.input_tokens, one.cached_tokens, one.output_tokens,
        usd(one.cost_usd),
    )  # fmt: skip


def carrier_costs(prices: Sequence[CarrierPrice]) -> tuple[CarrierCostView, ...]:
    """What the carrier has asked for, by currency."""
    amounts: defaultdict[str, Decimal] = defaultdict(Decimal)
    calls: defaultdict[str, int] = defaultdict(int)
    unpriced: defaultdict[str, int] = defaultdict(int)
    for one in prices:
        unit = one.unit or "USD"
        calls[unit] += one.calls
        try:
            # Twilio states what it takes as a negative number: https://www.twilio.com/docs/voice/api/call-resource
            amounts[unit] += abs(Decimal(one.price or "")) * one.calls
        except InvalidOperation:
            unpriced[unit] += one.calls
    return tuple(CarrierCostView(unit, calls[unit], unpriced[unit], usd(amounts[unit])) for unit in sorted(calls))


def usd(amount: Decimal) -> str:
    """The amount with six places at most and without the zeros that say nothing."""
    return f"{amount.quantize(_CENTS).normalize():f}"

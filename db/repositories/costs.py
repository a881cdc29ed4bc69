"""What models and the carrier have asked for, by what it was for: money of a period, whoever it was spent on."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import case, desc, distinct, func, select
from sqlalchemy.orm import Session, aliased

from db.models import Call, Interview, Job, ModelCallRow
from db.moments import day_of
from db.repositories.cohorts import Cohort


class CostGroup(StrEnum):
    PURPOSE = "purpose"
    MODEL = "model"
    JOB = "job"
    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Spent:
    """Calls to models of one group. ``unpriced`` of them have no price in our table and are not in ``cost_usd``.

    ``group`` is a job's id where jobs are the groups, None for what belongs to none.
    """

    group: str | None
    title: str | None
    calls: int
    unpriced: int
    input_tokens: int
    cached_tokens: int
    output_tokens: int
    cost_usd: Decimal


@dataclass(frozen=True, slots=True)
class CarrierPrice:
    """``calls`` calls for which the carrier has asked this price, as it writes it; None while it has not said."""

    price: str | None
    unit: str | None
    calls: int


@dataclass(frozen=True, slots=True)
class PerInterview:
    """What the models asked for ``interviews`` assessments."""

    interviews: int
    cost_usd: Decimal


def by_group(session: Session, cohort: Cohort, group: CostGroup, *, limit: int) -> Sequence[Spent]:
    """Each group with what it cost, the dearest first; days and months in their order, the latest ``limit``."""
    call = ModelCallRow
    owner, of_job = aliased(Interview), aliased(Job)
    key: Any = {
        CostGroup.PURPOSE: call.purpose,
        CostGroup.MODEL: call.model,
        CostGroup.JOB: of_job.id,
        CostGroup.DAY: day_of(call.created_at),
        CostGroup.MONTH: func.substr(day_of(call.created_at), 1, 7),
    }[group]
    title: Any = func.max(of_job.title)
    cost = func.coalesce(func.sum(call.cost_usd), 0)
    statement: Any = _in_period(
        select(
            key.label("key"), title, func.count(), func.sum(case((call.cost_usd.is_(None), 1), else_=0)),
            func.sum(call.input_tokens), func.sum(call.cached_tokens), func.sum(call.output_tokens), cost.label("cost"),
        ).select_from(call),
        cohort, owner, of_job,
    ).group_by("key")  # fmt: skip
    is_time = group in {CostGroup.DAY, CostGroup.MONTH}
    rows: Any = session.execute(statement.order_by(desc("key" if is_time else "cost"), "key").limit(limit))
    found = [
        Spent(
            row[0], row[1] if group is CostGroup.JOB else None, row[2], row[3], row[4], row[5], row[6],
            Decimal(str(row[7])),
        )
        for row in rows
    ]  # fmt: skip
    return found[::-1] if is_time else found


def per_interview(session: Session, cohort: Cohort) -> PerInterview:
    """The assessments for which a model was asked in the period, and what those calls cost together."""
    owner, of_job = aliased(Interview), aliased(Job)
    columns: Any = select(
        func.count(distinct(ModelCallRow.interview_id)), func.coalesce(func.sum(ModelCallRow.cost_usd), 0)
    )
    interviews, cost = session.execute(
        _in_period(columns.select_from(ModelCallRow), cohort, owner, of_job).where(owner.purpose == "assessment")
    ).one()
    return PerInterview(interviews, Decimal(str(cost)))


def carrier_prices(session: Session, cohort: Cohort) -> Sequence[CarrierPrice]:
    """The prices of the period's calls, like ones together."""
    moment = func.coalesce(Call.answered_at, Call.rang_at, Call.created_at)
    statement = (
        select(Call.price, Call.price_unit, func.count())
        .join(Interview, Interview.id == Call.interview_id)
        .where(Call.organisation_id == cohort.organisation_id)
        .group_by(Call.price, Call.price_unit)
    )
    if cohort.job_id is not None:
        statement = statement.where(Interview.job_id == cohort.job_id)
    if cohort.since is not None:
        statement = statement.where(moment >= cohort.since)
    if cohort.until is not None:
        statement = statement.where(moment < cohort.until)
    if not cohort.include_simulated:
        statement = statement.where(Call.simulated.is_(False))
    return [CarrierPrice(*row) for row in session.execute(statement)]


def _in_period(statement: Any, cohort: Cohort, owner: Any, of_job: Any) -> Any:
    """Calls with the interview and the job that they were for, as far as there is one."""
    call = ModelCallRow
    statement = (
        statement.outerjoin(owner, owner.id == call.interview_id)
        # Questions are written for a job before anybody is invited.
        .outerjoin(of_job, of_job.id == func.coalesce(owner.job_id, call.subject_id))
        .where(call.organisation_id == cohort.organisation_id)
    )
    if cohort.job_id is not None:
        statement = statement.where(of_job.id == cohort.job_id)
    if cohort.since is not None:
        statement = statement.where(call.created_at >= cohort.since)
    if cohort.until is not None:
        statement = statement.where(call.created_at < cohort.until)
    return statement if cohort.include_simulated else statement.where(call.simulated.is_(False))

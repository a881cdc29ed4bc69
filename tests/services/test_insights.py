"""Interviews counted over real rows: at a glance, stage by stage, job by job, and decisions over time."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from db.models import Job
from db.repositories.cohorts import may_take_long
from db.unit_of_work import Database
from interview.statistics.decisions import Period
from ivr.services.errors import NotFound
from ivr.services.insights import InsightService, funnel_csv, jobs_csv, summary_csv
from ivr.services.statistics_drafts import AnalyticsFilters
from tests.analytics import DAY, House, S, fourteen_invited
from tests.factories import NOW, make_job, make_organisation
from tests.statements import heard


@pytest.fixture
def house(database: Database) -> House:
    return House(database)


@pytest.fixture
def service(database: Database) -> InsightService:
    return InsightService(database)


def lines_of(table: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(table)))


def test_how_far_everybody_came_and_why_others_stopped(house: House, service: InsightService):
    fourteen_invited(house)
    view = service.funnel(house.organisation_id, AnalyticsFilters())
    assert [(one.stage.value, one.count) for one in view.stages] == [
        ("invited", 14), ("dialled", 12), ("reached", 10), ("consented", 8), ("first_question", 7), ("finished", 6),
        ("scored", 3), ("reviewed", 2),
    ]  # fmt: skip
    lost = {
        one.stage.value: {loss.reason: (loss.count, loss.still_open) for loss in one.losses} for one in view.stages
    }
    assert lost == {
        "invited": {},
        "dialled": {"waiting": (1, 1), "canceled": (1, 0)},
        "reached": {"busy": (1, 1), "voicemail": (1, 0)},
        "consented": {"opted_out": (1, 0), "hung_up_at_door": (1, 0)},
        "first_question": {"wrong_person": (1, 0)},
        "finished": {"hung_up": (1, 1)},
        "scored": {"being_scored": (1, 1), "no_score": (1, 1), "decided_without_score": (1, 0)},
        "reviewed": {"awaiting_review": (1, 1)},
    }
    assert view.cut_short == 1
    scored = view.stages[6]
    assert (scored.of_previous, scored.of_all) == (3 / 6, 3 / 14)
    table = lines_of(funnel_csv(view))
    assert [row["count"] for row in table if not row["lost_for"]] == ["14", "12", "10", "8", "7", "6", "3", "2"]
    assert [row["still_open"] for row in table if (row["stage"], row["lost_for"]) == ("reached", "busy")] == ["1"]


def test_a_period_at_a_glance(house: House, service: InsightService):
    made = fourteen_invited(house)
    rated = house.result(made["unreviewed"], 7.0, "hire", number=2)
    house.answer(made["unreviewed"], "q1", 7.0, score_set_id=rated, bias=True)
    house.answer(made["unreviewed"], "q2", 7.0, score_set_id=rated)
    view = service.summary(house.organisation_id, AnalyticsFilters())
    assert view.interviews == 14
    assert view.by_status == {
        "canceled": 1, "completed": 3, "declined": 1, "interrupted": 1, "needs_review": 2, "opted_out": 1,
        "processing": 1, "queued": 1, "scheduled": 1, "unreachable": 2,
    }  # fmt: skip
    # begun and over: the wrong person, and the six that were assessed, one of these by a part
    assert (view.completion.count, view.completion.total) == (5, 7)
    # 300, 400, 500, 700, 900: the one of 60 s did not come to its end
    assert view.median_duration_s == pytest.approx(500.0, abs=0.01)
    # the second score set counts: 7, 6, 4
    assert view.scores.scored == 3 and view.scores.mean == pytest.approx(17 / 3)
    assert view.scores.deviation == pytest.approx((7 / 3) ** 0.5)
    assert [(job.interviews, job.scores.mean) for job in view.jobs] == [(14, pytest.approx(17 / 3))]
    assert (view.bias_flags.count, view.bias_flags.total, view.bias_flags.share) == (1, 2, 0.5)
    found = view.review_agreement
    assert (found.reviewed, found.compared, found.agreed, found.share) == (3, 2, 1, 0.5)
    assert (found.milder, found.stricter, found.kappa) == (1, 0, None)
    table = {(row["figure"], row["of"]): row for row in lines_of(summary_csv(view))}
    assert table["completion", ""]["count"] == "5" and table["interviews", "declined"]["count"] == "1"
    assert float(table["mean_score", "all"]["value"]) == pytest.approx(17 / 3)


def test_J15_what_the_bias_check_stopped_is_counted(house: House, service: InsightService):
    for is_stopped in (True, True, False, False, False):
        id = house.assessed()
        made = house.result(id, 6.0, "consider")
        house.answer(id, "q1", 6.0, score_set_id=made, bias=is_stopped)
    # rated anew, and this time without a hit: the newest score set counts
    house.answer(id, "q2", 6.0, score_set_id=house.result(id, 6.0, "consider", number=2))
    practice = house.assessed(purpose="practice")
    house.answer(practice, "q1", 6.0, score_set_id=house.result(practice, 6.0, None), bias=True)
    found = service.summary(house.organisation_id, AnalyticsFilters()).bias_flags
    assert (found.count, found.total, found.share) == (2, 5, 0.4)


def test_an_even_number_has_its_median_in_the_middle(house: House, service: InsightService):
    for took_s in (100.0, 900.0, 200.0, 400.0):
        house.assessed(took_s=took_s)
    view = service.summary(house.organisation_id, AnalyticsFilters())
    assert view.median_duration_s == pytest.approx(300.0, abs=0.01)


def test_nothing_yet_is_no_number(house: House, service: InsightService):
    view = service.summary(house.organisation_id, AnalyticsFilters(), Period.WEEK)
    assert view.interviews == 0 and view.by_status == {} and view.jobs == ()
    assert view.completion.share is None and view.median_duration_s is None and view.scores.mean is None
    assert view.review_agreement.share is None and view.review_agreement_over_time == ()
    assert [one.of_all for one in service.funnel(house.organisation_id, AnalyticsFilters()).stages] == [None] * 8


def test_which_part_of_the_data(house: House, service: InsightService):
    old = house.assessed(at=NOW - 40 * DAY)
    house.result(old, 5.0, "consider")
    other_job = make_job(house.database, house.organisation_id)
    house.result(house.assessed(job_id=other_job), 6.0, "consider")
    house.result(house.assessed(simulated=True), 9.0, "hire")

    def scored(**filters: Any) -> tuple[int, float | None]:
        found = service.summary(house.organisation_id, AnalyticsFilters(**filters)).scores
        return found.scored, found.mean

    assert scored() == (2, 5.5)
    assert scored(since=NOW - DAY) == (1, 6.0) and scored(until=NOW - DAY) == (1, 5.0)
    assert scored(since=NOW, until=NOW) == (0, None)
    assert scored(job_id=other_job) == (1, 6.0)
    assert scored(include_simulated=True) == (3, pytest.approx(20 / 3))
    stranger = make_organisation(house.database)
    assert service.summary(stranger, AnalyticsFilters()).interviews == 0
    for report in (service.summary, service.funnel, service.jobs):
        with pytest.raises(NotFound):
            report(stranger, AnalyticsFilters(job_id=other_job))


def test_R20_agreement_week_by_week_and_month_by_month(house: House, service: InsightService):
    # Monday 2 March 2026 and the three weeks before it; the week of 16 February has none, 1 March was a Sunday
    for at, recommended, decided in (
        (NOW - 21 * DAY, "hire", "hire"),
        (NOW - 16 * DAY, "hire", "consider"),
        (NOW - 1 * DAY, "consider", "consider"),
        (NOW - 1 * DAY, "reject", "consider"),
        (NOW, "hire", "hire"),
        (NOW, None, "reject"),
    ):
        house.reviewed(None if recommended is None else 6.0, recommended, decided, at)
    view = service.summary(house.organisation_id, AnalyticsFilters(), Period.WEEK)
    weeks = [
        (one.since, one.agreement.reviewed, one.agreement.compared, one.agreement.agreed, one.agreement.share)
        for one in view.review_agreement_over_time
    ]
    assert weeks == [
        (date(2026, 2, 9), 2, 2, 1, 0.5),
        (date(2026, 2, 16), 0, 0, 0, None),
        (date(2026, 2, 23), 2, 2, 1, 0.5),
        (date(2026, 3, 2), 2, 1, 1, 1.0),
    ]
    assert view.group_by == "week" and view.review_agreement.compared == 5
    assert (view.review_agreement.milder, view.review_agreement.stricter) == (1, 1)
    months = service.summary(house.organisation_id, AnalyticsFilters(), Period.MONTH).review_agreement_over_time
    assert [(one.since, one.until, one.agreement.reviewed) for one in months] == [
        (date(2026, 2, 1), date(2026, 3, 1), 2), (date(2026, 3, 1), date(2026, 4, 1), 4),
    ]  # fmt: skip
    # the period is that of the decision, not of the interview, and a line has the same numbers
    march = service.summary(house.organisation_id, AnalyticsFilters(since=NOW - timedelta(hours=10)), Period.WEEK)
    (row,) = lines_of(summary_csv(march))
    assert (row["from"], row["to"], row["reviewed"], row["compared"], row["share"]) == (
        "2026-03-02", "2026-03-09", "2", "1", "1.0",
    )  # fmt: skip


def test_R20_the_last_decision_counts_beside_the_advice_it_was_made_over(house: House, service: InsightService):
    id = house.assessed()
    first = house.result(id, 8.0, "hire")
    house.review(id, first, "hire", NOW - 2 * DAY)
    house.review(id, first, "reject", NOW - DAY)
    # a later score set recommends what the person decided: that is no agreement with what was seen
    house.result(id, 4.0, "reject", number=2)
    found = service.summary(house.organisation_id, AnalyticsFilters()).review_agreement
    assert (found.reviewed, found.compared, found.agreed, found.stricter) == (1, 1, 0, 1)
    (override,) = found.overrides
    assert (override.recommended, override.decided, override.count) == ("hire", "reject", 1)


def test_R20_agreement_leaves_simulated_and_practised_ones_out(house: House, service: InsightService):
    for values in ({"simulated": True}, {"purpose": "practice"}):
        id = house.assessed(**values)
        house.review(id, house.result(id, 8.0, "hire"), "hire")
    assert service.summary(house.organisation_id, AnalyticsFilters()).review_agreement.reviewed == 0
    seen = service.summary(house.organisation_id, AnalyticsFilters(include_simulated=True)).review_agreement
    assert seen.reviewed == 1


def test_jobs_beside_each_other(house: House, service: InsightService):
    fourteen_invited(house)
    other = House(house.database, house.organisation_id)
    other.reviewed(9.0, "hire", "hire")
    view = service.jobs(house.organisation_id, AnalyticsFilters())
    by_id = {job.job_id: job for job in view.jobs}
    first, second = by_id[house.job_id], by_id[other.job_id]
    assert (first.interviews, first.started, first.finished, first.scores.scored, first.reviewed) == (14, 8, 6, 3, 3)
    assert first.recommendations == {"hire": 1, "consider": 1, "reject": 1}
    assert (first.review_agreement.compared, first.review_agreement.share) == (2, 0.5)
    assert (second.interviews, second.scores.mean, second.scores.deviation) == (1, 9.0, None)
    assert second.review_agreement.share == 1.0
    table = {row["job_id"]: row for row in lines_of(jobs_csv(view))}
    assert table[house.job_id]["finished"] == "6" and table[other.job_id]["mean_score"] == "9.0"


def test_a_title_is_no_formula(house: House, service: InsightService):
    with house.database.write() as unit:
        unit.session.get_one(Job, house.job_id).title = "=HYPERLINK(1)"
    house.assessed()
    for table in (
        jobs_csv(service.jobs(house.organisation_id, AnalyticsFilters())),
        summary_csv(service.summary(house.organisation_id, AnalyticsFilters())),
    ):
        assert "'=HYPERLINK(1)" in table and ",=" not in table


def test_a_long_history_may_take_longer_than_a_page(database: Database):
    if database.is_sqlite:
        pytest.skip("SQLite ends no statement")
    with database.read() as session:
        may_take_long(session)
        assert session.scalar(text("SHOW statement_timeout")) == "20s"
    with database.read() as session:
        assert session.scalar(text("SHOW statement_timeout")) == "5s", "nobody else's statements get more"


def test_a_report_asks_as_often_for_many_as_for_few(house: House, service: InsightService):
    def asked() -> int:
        with heard(house.database) as statements:
            service.summary(house.organisation_id, AnalyticsFilters(), Period.WEEK)
            service.funnel(house.organisation_id, AnalyticsFilters())
            service.jobs(house.organisation_id, AnalyticsFilters())
        return sum(statement.lstrip().upper().startswith("SELECT") for statement in statements)

    fourteen_invited(house)
    few = asked()
    for number in range(12):
        house.reviewed(5.0 + number / 4, "consider", "hire", NOW - number * DAY)
        house.interview(S.QUEUED, job_id=make_job(house.database, house.organisation_id))
    assert asked() == few <= 14

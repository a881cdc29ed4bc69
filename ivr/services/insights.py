"""Interviews over a period: at a glance, how far they came, job by job, and whether people follow the advice (R20)."""

from collections.abc import Mapping, Sequence
from dataclasses import fields

from sqlalchemy.orm import Session

from db.repositories import hiring
from db.repositories import insights as rows
from db.repositories.cohorts import Cohort, may_take_long
from db.repositories.insights import JobTally, ScoreSums
from db.unit_of_work import Database
from interview.statistics.decisions import Decided, Period, PeriodAgreement, agreement_of, over_time
from interview.statistics.distributions import wilson
from interview.statistics.funnel import STAGES, Stage, funnel
from interview.statistics.items import deviation_of, mean_of
from ivr.services.errors import NotFound
from ivr.services.insight_views import (
    FunnelView,
    GlanceView,
    JobInsightsView,
    JobInsightView,
    JobScoresView,
    ScoresView,
    ShareView,
    SummaryView,
)
from ivr.services.statistics_drafts import AnalyticsFilters
from ivr.services.tables import table_csv

MOST_JOBS = 200
_RECOMMENDED = ("hire", "consider", "reject")


class InsightService:
    """Counts interviews. Each report costs a handful of queries, however many interviews there are."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def summary(
        self, organisation_id: str, filters: AnalyticsFilters, period: Period | None = None
    ) -> SummaryView:
        """The period at a glance, with agreement by ``period`` where one is asked for.

        Raises NotFound for a job that is not the organisation's.
        """
        seen = self.glance(organisation_id, filters, period)
        given = {one.name: getattr(seen, one.name) for one in fields(seen)}
        return SummaryView(**given, bias_flags=self.bias_flags(organisation_id, filters))

    def bias_flags(self, organisation_id: str, filters: AnalyticsFilters) -> ShareView:
        """Of the answers that were rated, those whose reasons the bias check stopped. Raises NotFound likewise."""
        with self._database.read() as session:
            rated, flagged = rows.ratings_flagged(session, cohort_of(session, organisation_id, filters))
        return share_of(flagged, rated)

    def glance(
        self, organisation_id: str, filters: AnalyticsFilters, period: Period | None = None
    ) -> GlanceView:
        """The summary without what looks at every rating of the period. Raises NotFound likewise."""
        with self._database.read() as session:
            cohort = cohort_of(session, organisation_id, filters)
            by_status = rows.statuses(session, cohort)
            completion = rows.completion(session, cohort)
            median_s = rows.median_duration_s(session, cohort)
            jobs = rows.by_job(session, cohort, limit=MOST_JOBS)
            # Where no job is left out the jobs' sums are the whole: a pass over all results less.
            scores = _summed(jobs) if len(jobs) < MOST_JOBS else rows.scores(session, cohort)
            decisions = rows.decisions(session, cohort)
        return GlanceView(
            filters.job_id,
            filters.since,
            filters.until,
            filters.include_simulated,
            sum(by_status.values()),
            {status.value: by_status[status] for status in sorted(by_status)},
            share_of(completion.whole, completion.over),
            median_s,
            _scores(scores.scored, scores.total, scores.squares),
            tuple(
                JobScoresView(
                    job.job_id, job.title, job.company, job.interviews, _scores(job.scored, job.total, job.squares)
                )
                for job in jobs
            ),
            agreement_of(decisions),
            None if period is None else period.value,
            () if period is None else over_time(decisions, period),
        )

    def funnel(self, organisation_id: str, filters: AnalyticsFilters) -> FunnelView:
        """How far the interviews came and why others stopped. Raises NotFound as the summary does."""
        with self._database.read() as session:
            standings = rows.standings(session, cohort_of(session, organisation_id, filters))
        finished = STAGES.index(Stage.FINISHED)
        return FunnelView(
            filters.job_id,
            filters.since,
            filters.until,
            filters.include_simulated,
            funnel(standings),
            sum(one.count for one in standings if STAGES.index(one.furthest) >= finished and not one.is_whole),
        )

    def jobs(self, organisation_id: str, filters: AnalyticsFilters) -> JobInsightsView:
        """Job by job. Raises NotFound as the summary does."""
        with self._database.read() as session:
            cohort = cohort_of(session, organisation_id, filters)
            jobs = rows.by_job(session, cohort, limit=MOST_JOBS)
            decisions = rows.decisions_by_job(session, cohort)
        return JobInsightsView(
            filters.job_id,
            filters.since,
            filters.until,
            filters.include_simulated,
            tuple(_job(job, decisions) for job in jobs),
        )


_AGREEMENT = ("reviewed", "compared", "agreed", "share", "low", "high", "kappa", "milder", "stricter")


def summary_csv(view: SummaryView) -> str:
    """The series where one was asked for; else a line for each figure, with what it is a part of."""
    if view.group_by is not None:
        header = ("from", "to", *_AGREEMENT)
        return table_csv(header, [_period_cells(one) for one in view.review_agreement_over_time])
    found = view.review_agreement
    lines: list[Sequence[object]] = [("interviews", "all", view.interviews, None, None)]
    lines += [("interviews", status, count, view.interviews, None) for status, count in view.by_status.items()]
    lines += [
        ("completion", "", view.completion.count, view.completion.total, view.completion.share),
        ("median_duration_s", "", None, view.completion.count, view.median_duration_s),
        ("mean_score", "all", view.scores.scored, view.interviews, view.scores.mean),
    ]
    lines += [("mean_score", job.title, job.scores.scored, job.interviews, job.scores.mean) for job in view.jobs]
    lines += [
        ("review_agreement", "", found.agreed, found.compared, found.share),
        ("review_kappa", "", None, found.compared, found.kappa),
        ("bias_flags", "", view.bias_flags.count, view.bias_flags.total, view.bias_flags.share),
    ]
    return table_csv(("figure", "of", "count", "total", "value"), lines)


def funnel_csv(view: FunnelView) -> str:
    """One line a stage and, under it, one for each reason why others did not come to it."""
    lines: list[Sequence[object]] = []
    for one in view.stages:
        lines.append((one.stage.value, "", one.count, one.of_previous, one.of_all, None))
        lines += [(one.stage.value, loss.reason, loss.count, None, None, loss.still_open) for loss in one.losses]
    return table_csv(("stage", "lost_for", "count", "of_previous", "of_all", "still_open"), lines)


def jobs_csv(view: JobInsightsView) -> str:
    """One line a job."""
    header = (
        "job_id", "title", "company", "interviews", "started", "finished", "scored", "mean_score", "deviation", "hire",
        "consider", "reject", *_AGREEMENT,
    )  # fmt: skip
    return table_csv(
        header,
        [
            (
                job.job_id, job.title, job.company, job.interviews, job.started, job.finished, job.scores.scored,
                job.scores.mean, job.scores.deviation, *(job.recommendations[word] for word in _RECOMMENDED),
                *(getattr(job.review_agreement, name) for name in _AGREEMENT),
            )
            for job in view.jobs
        ],
    )  # fmt: skip


def cohort_of(session: Session, organisation_id: str, filters: AnalyticsFilters) -> Cohort:
    """Whom these filters are about; reading about them may take long. Raises NotFound for a job of somebody else's."""
    if filters.job_id is not None and hiring.job(session, organisation_id, filters.job_id) is None:
        raise NotFound("job")
    may_take_long(session)
    return Cohort(organisation_id, filters.job_id, filters.since, filters.until, filters.include_simulated)


def share_of(count: int, total: int) -> ShareView:
    """A share with its interval."""
    if not total:
        return ShareView(count, total, None, None, None)
    low, high = wilson(count, total)
    return ShareView(count, total, count / total, low, high)


def _summed(jobs: Sequence[JobTally]) -> ScoreSums:
    return ScoreSums(
        sum(job.scored for job in jobs), sum(job.total for job in jobs), sum(job.squares for job in jobs)
    )


def _scores(scored: int, total: float, squares: float) -> ScoresView:
    return ScoresView(scored, mean_of(scored, total), deviation_of(scored, total, squares))


def _job(job: JobTally, decisions: Mapping[str, Sequence[Decided]]) -> JobInsightView:
    return JobInsightView(
        job.job_id,
        job.title,
        job.company,
        job.interviews,
        job.started,
        job.finished,
        _scores(job.scored, job.total, job.squares),
        {"hire": job.hire, "consider": job.consider, "reject": job.reject},
        job.reviewed,
        agreement_of(decisions.get(job.job_id, ())),
    )


def _period_cells(one: PeriodAgreement) -> Sequence[object]:
    return (
        one.since.isoformat(), one.until.isoformat(), *(getattr(one.agreement, name) for name in _AGREEMENT)
    )  # fmt: skip

"""Whether a model with its prompt still scores as it did (F31): the period asked for beside the time before it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from db.repositories import controls, hiring
from db.repositories import scores as rows
from db.repositories.scores import Wanted
from db.unit_of_work import Database
from interview.statistics.drift import Drift, DriftStatus, drift
from ivr.services.alerts import tell_of_score_drift
from ivr.services.context import Clock
from ivr.services.control_views import ControlRunView, run_view
from ivr.services.controls import blocks
from ivr.services.errors import NotFound
from ivr.services.statistics_drafts import AnalyticsFilters
from ivr.services.tables import table_csv

PERIOD = timedelta(days=30)
# More tell no more, and each is looked at.
LARGEST_WINDOW = 2_000
MOST_VERSIONS = 50
MOST_RUNS = 50


@dataclass(frozen=True, slots=True)
class VersionDriftView:
    """One model with one version of the prompt. Under 30 scores in either window there is no number."""

    model: str
    prompt_version: str
    last_rated_at: datetime
    drift: Drift


@dataclass(frozen=True, slots=True)
class DriftReportView:
    """``after`` is from ``since`` to ``until``, ``before`` the same version's scores until ``since``.

    ``controls`` are the last 50 runs over control answers, newest first.
    """

    job_id: str | None
    since: datetime
    until: datetime
    include_simulated: bool
    versions: tuple[VersionDriftView, ...]
    controls: tuple[ControlRunView, ...]


class DriftService:
    """Compares scores over time, and raises the alarm when they moved."""

    def __init__(self, database: Database, clock: Clock, *, largest_window: int = LARGEST_WINDOW) -> None:
        self._database = database
        self._clock = clock
        self._largest_window = largest_window

    def report(self, organisation_id: str, filters: AnalyticsFilters) -> DriftReportView:
        """Each version's last 30 days, or the period asked for, beside up to 2,000 of its scores before.

        Raises NotFound for a job that is not the organisation's.
        """
        until = filters.until or self._clock()
        since = filters.since or until - PERIOD
        wanted = Wanted(organisation_id, filters.job_id, filters.include_simulated)
        with self._database.read() as session:
            if filters.job_id is not None and hiring.job(session, organisation_id, filters.job_id) is None:
                raise NotFound("job")
            versions = []
            for rater in rows.raters(session, wanted)[:MOST_VERSIONS]:
                before = rows.scores(session, wanted, rater, since=None, until=since, limit=self._largest_window)
                after = rows.scores(session, wanted, rater, since=since, until=until, limit=self._largest_window)
                versions.append(
                    VersionDriftView(rater.model, rater.prompt_version, rater.last_at, drift(before, after))
                )
            runs = controls.runs(session, wanted, limit=MOST_RUNS)
        return DriftReportView(
            filters.job_id,
            since,
            until,
            filters.include_simulated,
            tuple(versions),
            tuple(run_view(run, blocks=blocks(run)) for run in runs),
        )

    def watch(self) -> int:
        """Tell each organisation of the versions whose last 30 days are an alarm; of how many."""
        with self._database.read() as session:
            organisation_ids = rows.organisations(session)
        alarms = 0
        for organisation_id in organisation_ids:
            for version in self.report(organisation_id, AnalyticsFilters()).versions:
                if version.drift.status is DriftStatus.ALARM:
                    alarms += 1
                    sentence = " ".join(version.drift.reasons)
                    rater = f"{version.model}:{version.prompt_version}"
                    with self._database.write() as unit:
                        tell_of_score_drift(unit.session, organisation_id, rater, sentence, self._clock())
        return alarms


_HEADER = (
    "model", "prompt_version", "status", "before", "after", "mean_before", "mean_after", "mean_change", "welch_p",
    "ks", "ks_p", "psi", "psi_bound", "reasons",
)  # fmt: skip


def drift_csv(view: DriftReportView) -> str:
    """One line a version."""
    return table_csv(_HEADER, [_cells(version) for version in view.versions])


def _cells(version: VersionDriftView) -> Sequence[object]:
    found = version.drift
    return (
        version.model, version.prompt_version, found.status, found.before, found.after, found.mean_before,
        found.mean_after, found.mean_change, found.welch_p, found.ks, found.ks_p, found.psi, found.psi_bound,
        " ".join(found.reasons),
    )  # fmt: skip

"""Jobs at a glance, for people who choose among them: counts of interviews, and the versions of the questions."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from db.repositories import hiring
from db.repositories import job_overviews as rows
from db.unit_of_work import Database
from interview.lifecycle import InterviewStatus
from ivr.services.errors import NotFound

_S = InterviewStatus
_FOR_A_PERSON = frozenset({_S.NEEDS_REVIEW, _S.UNREACHABLE, _S.FAILED})
_TO_COME = frozenset({_S.SCHEDULED, _S.QUEUED, _S.DIALING, _S.IN_PROGRESS, _S.INTERRUPTED, _S.PROCESSING})


@dataclass(frozen=True, slots=True)
class InterviewCounts:
    """How many interviews a job has, and of them how many are not over yet (``to_come``) or wait for a person."""

    total: int = 0
    to_come: int = 0
    for_a_person: int = 0


@dataclass(frozen=True, slots=True)
class VersionView:
    """One version of a job's questions, without them; ``status`` is draft or approved, ``model_check`` as in
    ModelCheckView, ``interviews`` how many are held by it."""

    version: int
    source: str
    content_hash: str
    model: str | None
    model_check: str
    created_at: datetime
    approved_at: datetime | None
    approved_by: str | None
    simulated: bool
    interviews: int

    @property
    def status(self) -> str:
        """Whether people may be asked it."""
        return "draft" if self.approved_at is None else "approved"


class JobOverviewService:
    """Reads; changes nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def by_status(self, organisation_id: str) -> Mapping[str, int]:
        """How many jobs there are of each status."""
        with self._database.read() as session:
            return Counter(rows.jobs_by_status(session, organisation_id))

    def interviews(self, organisation_id: str, job_ids: Collection[str]) -> Mapping[str, InterviewCounts]:
        """The counts of each of these jobs, by its id; one query for all."""
        if not job_ids:
            return {}
        found: dict[str, Counter[InterviewStatus]] = defaultdict(Counter)
        with self._database.read() as session:
            for job_id, status, count in rows.interviews_by_status(session, organisation_id, job_ids):
                found[job_id][InterviewStatus(status)] += count
        return {
            job_id: InterviewCounts(
                found[job_id].total(),
                sum(found[job_id][status] for status in _TO_COME),
                sum(found[job_id][status] for status in _FOR_A_PERSON),
            )
            for job_id in job_ids
        }

    def versions(self, organisation_id: str, job_id: str) -> tuple[VersionView, ...]:
        """Every version, the newest first. Raises NotFound."""
        with self._database.read() as session:
            if hiring.job(session, organisation_id, job_id) is None:
                raise NotFound("job")
            return tuple(
                VersionView(
                    version=row.version,
                    source=row.source,
                    content_hash=row.content_hash,
                    model=row.model,
                    model_check="not_checked" if row.model_check is None else row.model_check.value,
                    created_at=row.created_at,
                    approved_at=row.approved_at,
                    approved_by=row.approved_by,
                    simulated=row.simulated,
                    interviews=row.interviews,
                )
                for row in rows.versions(session, job_id)
            )

    def writing_since(self, job_id: str) -> datetime | None:
        """When questions were last asked of the model for this job; the caller has read the job."""
        with self._database.read() as session:
            return rows.last_event_at(session, job_id, "job.questions_requested")

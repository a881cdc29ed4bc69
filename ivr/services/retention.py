"""What is older than its job allows is deleted, a little at a time: words, audio, people, and what models were sent."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

from db.repositories import privacy as rows
from db.repositories.events import record
from db.repositories.organisations import retention_days
from db.unit_of_work import Database
from ivr.gateways.ports import FileStore
from ivr.services.context import system_actor
from ivr.services.drafts import JobSettings, settings_from_plain
from ivr.services.erasures import ErasureService
from ivr.services.word_deletion import RETENTION, delete_words, file_key

DAY_S = 86_400.0
# Interviews are locked one by one and model calls by the hundred, so that nobody waits for a purge.
AT_ONCE = 50
CALLS_AT_ONCE = 200


class RetentionService:
    """The daily purge. It may run twice at once and stop anywhere: the next run goes on from what the rows say."""

    def __init__(
        self, database: Database, store: FileStore, erasures: ErasureService, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._store = store
        self._erasures = erasures
        self._clock = clock

    def purge(self) -> Counter[str]:
        """Delete what is older than ``retention_days`` (the job's, else the organisation's) and ``raw_model_log_days``
        say; how much of each kind."""
        found: Counter[str] = Counter()
        found["files"] += self._delete_files()
        with self._database.read() as session:
            jobs = rows.jobs_with_settings(session)
            organisations_days = retention_days(session)
        for job_id, organisation_id, plain in jobs:
            settings = settings_from_plain(plain)
            days = settings.retention_days or organisations_days.get(organisation_id)
            if days is not None:
                found += self._purge_words(job_id, self._days_ago(days))
            found["model_exchanges"] += self._purge_exchange(job_id, self._days_ago(settings.raw_model_log_days))
        found["model_exchanges"] += self._purge_exchange(None, self._days_ago(JobSettings().raw_model_log_days))
        return +found

    def _days_ago(self, days: int) -> datetime:
        return self._clock() - timedelta(days=days)

    def _purge_words(self, job_id: str, before: datetime) -> Counter[str]:
        found: Counter[str] = Counter()
        while True:
            with self._database.read() as session:
                batch = rows.over_since(session, job_id, before, AT_ONCE)
            for interview_id in batch:
                found += self._purge_one(interview_id)
            if len(batch) < AT_ONCE:
                return found

    def _purge_one(self, interview_id: str) -> Counter[str]:
        """First the rows, so that nobody is shown a file that is not there any more; then the files."""
        with self._database.write() as unit:
            session, now = unit.session, self._clock()
            # First the person, then the interview: in the order of whoever erases a person.
            candidate = rows.candidate_of(session, interview_id)
            interview = rows.interview(session, interview_id)
            if interview is None or interview.words_deleted_at is not None:
                return Counter()
            found = delete_words(session, interview, RETENTION, now)
            found["interviews"] = 1
            record(
                session, organisation_id=interview.organisation_id, type="interview.words_deleted",
                subject_kind="interview", subject_id=interview.id, actor="system", at=now,
                data={"why": RETENTION, "removed": dict(found)},
            )  # fmt: skip
            session.flush()
            is_last = candidate is not None and not rows.keeps_words(session, candidate.id)
            if candidate is not None and is_last and rows.erasure_of(session, candidate.id) is None:
                # Nothing that this person said is left, so nothing needs to know any more who it was.
                self._erasures.begin(session, system_actor(interview.organisation_id), candidate, RETENTION)
        found["files"] += self._delete_files(interview_id)
        return found

    def _delete_files(self, interview_id: str | None = None) -> int:
        """Delete audio whose words are deleted: of one interview, or whatever an earlier run left behind."""
        deleted = 0
        while True:
            with self._database.read() as session:
                batch = rows.with_files_left(session, interview_id, AT_ONCE)
            for recording_id, organisation_id, key in batch:
                for one in {key, file_key(organisation_id, recording_id)}:
                    self._store.delete(one)
                with self._database.write() as unit:
                    rows.file_is_gone(unit.session, recording_id)
                deleted += 1
            if len(batch) < AT_ONCE:
                return deleted

    def _purge_exchange(self, job_id: str | None, before: datetime) -> int:
        emptied = 0
        while True:
            with self._database.write() as unit:
                now = rows.forget_old_exchange(unit.session, job_id, before, CALLS_AT_ONCE)
            emptied += now
            if now < CALLS_AT_ONCE:
                return emptied

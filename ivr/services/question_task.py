"""The worker's side of a job's questions: have them written, or say on the job why there are none."""

from sqlalchemy.orm import Session

from db.models import Job, JobStatus, QuestionsStatus
from db.repositories import hiring as rows
from db.repositories import outbox
from db.repositories.outbox import Lease
from db.unit_of_work import Database
from ivr.gateways.ports import GatewayError, Trouble
from ivr.services import job_records as records
from ivr.services.context import system_actor
from ivr.services.drafts import settings_from_plain
from ivr.services.errors import Invalid
from ivr.services.question_sets import NewSet, QuestionSets
from ivr.services.question_writing import CannotWrite, QuestionWriter


class QuestionTask:
    """One task for one job; no transaction is open while the model is at work."""

    def __init__(self, database: Database, sets: QuestionSets, writer: QuestionWriter) -> None:
        self._database = database
        self._sets = sets
        self._writer = writer

    def write_questions(self, lease: Lease) -> None:
        """The task: ask the model, check, keep what passes. Work that is no longer wanted is left quietly.

        Raises:
            GatewayError: RETRY and CONFIGURATION, for the outbox; the reason is on the job meanwhile.
        """
        with self._database.read() as session:
            job = rows.job(session, lease.organisation_id, lease.subject_id)
            if job is None or not _is_wanted(job):
                job = None
            else:
                assignment = records.assignment_of(job, rows.question_set(session, job.id))
        if job is None:
            self._complete(lease)
            return
        try:
            written = self._writer.write(assignment)
        except CannotWrite as cannot:
            self._fail(lease, assignment.round, cannot.sentence)
            return
        except GatewayError as error:
            if error.trouble is Trouble.SUBJECT:
                self._fail(lease, assignment.round, f"The model does not take this job description. {error.message}")
                return
            self._note(lease, assignment.round, error.message)
            raise
        actor = system_actor(lease.organisation_id, lease.request_id)
        with self._database.write() as unit:
            job = self._still_wanted(unit.session, lease, assignment.round)
            if job is not None:
                former = rows.question_set(unit.session, job.id)
                questions = (
                    records.renumbered(written.drafts, former)
                    if former is not None and assignment.slots
                    else records.numbered(written.drafts, [None] * len(written.drafts), None)
                )
                # Said of a whole set: one question anew is the model's, whatever stands beside it.
                source = "rubric" if assignment.spec.given and not assignment.only_fills else "model"
                made = NewSet(questions, source, written.call, self._writer.prompt_version)
                self._sets.finish(unit, job, made, actor)
            outbox.complete(unit.session, lease)

    def give_up(self, lease: Lease, error: GatewayError) -> None:
        """The outbox has no patience left: the job says why it has no questions."""
        with self._database.read() as session:
            job = rows.job(session, lease.organisation_id, lease.subject_id)
        self._fail(lease, 0 if job is None else job.steering.get("round", 1), error.message)

    def _fail(self, lease: Lease, round: int, reason: str) -> None:
        """No questions from the model: the bank's where the job wants that, else a failure that says why."""
        actor = system_actor(lease.organisation_id, lease.request_id)
        with self._database.write() as unit:
            job = self._still_wanted(unit.session, lease, round)
            if job is not None:
                wants_bank = settings_from_plain(job.settings).on_generation_failure == "bank"
                if wants_bank and not job.steering.get("replace"):
                    try:
                        self._sets.take_bank(unit, job, actor)
                    except Invalid as error:
                        reason = f"{reason} {error.sentence}"
                if job.questions_status is QuestionsStatus.GENERATING:
                    job.questions_status, job.questions_error = QuestionsStatus.FAILED, reason
                    self._sets.record(unit.session, actor, job.id, "job.questions_failed", {"reason": reason[:500]})
            outbox.complete(unit.session, lease)

    def _note(self, lease: Lease, round: int, reason: str) -> None:
        """Say on the job what its questions are waiting for."""
        with self._database.write() as unit:
            job = self._still_wanted(unit.session, lease, round)
            if job is not None:
                job.questions_error = reason

    def _complete(self, lease: Lease) -> None:
        with self._database.write() as unit:
            outbox.complete(unit.session, lease)

    def _still_wanted(self, session: Session, lease: Lease, round: int) -> Job | None:
        """The job, unless somebody wrote, chose or asked for other questions while the model was at work."""
        job = rows.job(session, lease.organisation_id, lease.subject_id, lock=True)
        return job if job is not None and _is_wanted(job) and job.steering.get("round", 1) == round else None


def _is_wanted(job: Job) -> bool:
    return job.questions_status is QuestionsStatus.GENERATING and job.status is not JobStatus.CLOSED

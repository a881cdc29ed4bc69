"""The worker's side of a version's check: have the model read the questions, or say on them why it did not."""

from sqlalchemy.orm import Session

from db.models import Job, JobStatus, ModelCheck, QuestionSet
from db.repositories import hiring as rows
from db.repositories import outbox
from db.repositories.outbox import Lease
from db.unit_of_work import Database
from ivr.gateways.ports import GatewayError, Trouble
from ivr.services.context import system_actor
from ivr.services.model_ledger import NOT_OFFERED
from ivr.services.question_checks import QuestionChecker
from ivr.services.question_set_checks import QuestionSetChecks, round_of
from ivr.services.question_sets import QuestionSets
from ivr.services.question_writing import as_draft

# No model of this installation does it, and waiting brings none.
_NOBODY = frozenset({NOT_OFFERED, "not_configured"})


class QuestionCheckTask:
    """One task for one version; no transaction is open while the model is at work."""

    def __init__(
        self, database: Database, sets: QuestionSets, checks: QuestionSetChecks, checker: QuestionChecker
    ) -> None:
        self._database = database
        self._sets = sets
        self._checks = checks
        self._checker = checker

    def check_questions(self, lease: Lease) -> None:
        """The task: ask the model, write down what it says. A version that is no longer wanted is left quietly.

        Raises:
            GatewayError: RETRY and CONFIGURATION, for the outbox; the reason is on the questions meanwhile.
        """
        with self._database.read() as session:
            found = self._wanted(session, lease)
        if found is not None:
            job, made = found
            try:
                self._checker.check(
                    organisation_id=made.organisation_id, job_id=job.id, language=job.language,
                    drafts=[as_draft(question) for question in made.questions], round=round_of(made),
                )  # fmt: skip
            except GatewayError as error:
                if error.trouble in (Trouble.OUTPUT, Trouble.SUBJECT) or error.code in _NOBODY:
                    self.give_up(lease, error)
                    return
                # For a setting only a person or the next month can be waited for: nobody is kept from deciding.
                self._note(lease, error.message, is_over=error.trouble is Trouble.CONFIGURATION)
                raise
        with self._database.write() as unit:
            found = self._wanted(unit.session, lease, lock=True)
            if found is not None and self._checks.settle(unit.session, *found):
                self._sets.checked(unit.session, *found, system_actor(lease.organisation_id, lease.request_id))
            outbox.complete(unit.session, lease)

    def give_up(self, lease: Lease, error: GatewayError) -> None:
        """The model could not be had, or said nothing that can be used: the questions say so."""
        with self._database.write() as unit:
            self._end(unit.session, lease, error.message)
            outbox.complete(unit.session, lease)

    def _note(self, lease: Lease, reason: str, *, is_over: bool) -> None:
        with self._database.write() as unit:
            if is_over:
                self._end(unit.session, lease, reason)
            elif (found := self._wanted(unit.session, lease, lock=True)) is not None:
                self._checks.wait(*found, reason)

    def _end(self, session: Session, lease: Lease, reason: str) -> None:
        found = self._wanted(session, lease, lock=True)
        if found is None:
            return
        job, made = found
        was = made.model_check
        self._checks.give_up(job, made, reason)
        if was is not ModelCheck.UNAVAILABLE:
            self._sets.checked(session, job, made, system_actor(lease.organisation_id, lease.request_id))

    def _wanted(self, session: Session, lease: Lease, *, lock: bool = False) -> tuple[Job, QuestionSet] | None:
        """The version with its job, unless it was settled, approved or followed by another meanwhile."""
        made = session.get(QuestionSet, lease.subject_id)
        job = None if made is None else rows.job(session, lease.organisation_id, made.job_id, lock=lock)
        if made is None or job is None or job.status is JobStatus.CLOSED or made.version != job.questions_version:
            return None
        session.refresh(made)
        is_open = made.approved_at is None and made.model_check in (ModelCheck.CHECKING, ModelCheck.UNAVAILABLE)
        return (job, made) if is_open else None

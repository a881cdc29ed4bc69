"""Versions of a job's questions: numbered, checked, taken from the bank, approved and frozen."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from db.columns import new_id
from db.models import Job, JobStatus, QuestionSet, QuestionsStatus
from db.repositories import events, outbox
from db.repositories import hiring as rows
from db.unit_of_work import UnitOfWork
from interview.purpose import Purpose
from interview.question import Question, content_hash
from interview.question_rules import MAX_QUESTIONS, MIN_QUESTIONS, Lint, QuestionDraft, check_questions
from interview.script import spoken
from ivr.gateways.ports import ModelCall
from ivr.services import job_records as records
from ivr.services.context import Actor
from ivr.services.errors import FieldProblem
from ivr.services.question_bank import bank_questions
from ivr.services.question_set_checks import CLEARED, QuestionSetChecks, open_matter
from ivr.services.terms import terms_ahead, terms_of

WRITE_QUESTIONS = "write_questions"


@dataclass(frozen=True, slots=True)
class NewSet:
    """The next version of a job's questions, before it has a number."""

    questions: tuple[Question, ...]
    source: str
    call: ModelCall | None = None
    prompt_version: str | None = None


class QuestionSets:
    """Moves within one transaction of the caller's, which holds the job's row."""

    def __init__(
        self, clock: Callable[[], datetime], rules: Lint, checks: QuestionSetChecks, ring: Callable[[], None]
    ) -> None:
        self._clock = clock
        self._rules = rules
        self._checks = checks
        self._ring = ring

    def begin(self, unit: UnitOfWork, job: Job, actor: Actor) -> None:
        """Have the whole set made: by the model, in the background, unless a rubric's questions are all of it."""
        spec = records.spec_of(job.steering, job.language)
        core = sum(not draft.knockout for draft in spec.given)
        if core < spec.question_count:
            self.request(unit, job, actor)
            return
        former = rows.question_set(unit.session, job.id)
        questions = (
            records.numbered(spec.given, [None] * len(spec.given), None)
            if former is None
            else records.renumbered(spec.given, former)
        )
        self.finish(unit, job, NewSet(questions, "rubric"), actor)

    def request(self, unit: UnitOfWork, job: Job, actor: Actor) -> None:
        """Have the model write, in the background, what the job's steering asks for."""
        job.questions_status, job.questions_error = QuestionsStatus.GENERATING, None
        outbox.add(
            unit.session,
            kind=WRITE_QUESTIONS,
            subject_id=job.id,
            organisation_id=job.organisation_id,
            due_at=self._clock(),
            request_id=actor.request_id,
        )
        unit.on_commit(self._ring)
        self.record(unit.session, actor, job.id, "job.questions_requested", {"round": job.steering["round"]})

    def take_bank(self, unit: UnitOfWork, job: Job, actor: Actor) -> None:
        """The built-in bank's questions become the newest version, after those that a rubric gives. Raises Invalid when
        it has none in this language."""
        spec = records.spec_of(job.steering, job.language)
        practised = rows.texts_asked(unit.session, job.id, Purpose.PRACTICE)
        drafts = (*spec.given, *bank_questions(spec, practised))
        # A task that is still at work finds another round and leaves its result.
        begin_round(job, replace=[])
        questions = records.numbered(drafts, [None] * len(drafts), None)
        self.finish(unit, job, NewSet(questions, "bank"), actor)

    def finish(self, unit: UnitOfWork, job: Job, new: NewSet, actor: Actor) -> None:
        """Questions nobody typed are ready: a draft, or approved where the job was created so, as soon as their wording
        has passed the model's check too."""
        made = self.add(unit, job, new, actor)
        self.settle(job, made)
        data = {"version": made.version, "source": made.source, "model_check": made.model_check}
        self.record(unit.session, actor, job.id, "job.questions_ready", data)
        self._approve_if_wished(unit.session, job, made, actor)

    def checked(self, session: Session, job: Job, made: QuestionSet, actor: Actor) -> None:
        """The model's check of the newest version is over, or could not be had."""
        data = {"version": made.version, "model_check": made.model_check}
        self.record(session, actor, job.id, "job.questions_checked", data)
        if job.questions_status is QuestionsStatus.DRAFT:
            self.settle(job, made)
            self._approve_if_wished(session, job, made, actor)

    def _approve_if_wished(self, session: Session, job: Job, made: QuestionSet, actor: Actor) -> None:
        if job.approve_when_ready and made.source != "human" and made.model_check in CLEARED:
            self.approve(session, job, made, actor)

    def settle(self, job: Job, newest: QuestionSet) -> None:
        """The newest version stands; whatever was being written is not waited for."""
        job.questions_status = QuestionsStatus.DRAFT if newest.approved_at is None else QuestionsStatus.APPROVED
        job.questions_error = None if newest.approved_at else open_matter(newest)

    def approve(self, session: Session, job: Job, newest: QuestionSet, actor: Actor) -> None:
        """Freeze this version with the job's settings of now, and open the job with it. A version that was approved
        under other settings stays as it is; the same questions become the next one."""
        if newest.approved_at is not None and terms_ahead(job.settings, newest.terms):
            same = NewSet(newest.questions, newest.source, prompt_version=newest.prompt_version)
            again = self._next(session, job, same)
            again.model, again.simulated = newest.model, newest.simulated
            again.model_check, again.model_check_details = newest.model_check, newest.model_check_details
            again.model_checked_at = newest.model_checked_at
            newest = again
        if newest.approved_at is None:
            newest.approved_at, newest.approved_by = self._clock(), actor.name
            newest.terms = terms_of(job.settings)
            data = {
                "version": newest.version, "content_hash": newest.content_hash, "model_check": newest.model_check,
                "terms": newest.terms,
            }  # fmt: skip
            self.record(session, actor, job.id, "job.questions_approved", data)
        job.approved_set_id, job.status = newest.id, JobStatus.OPEN
        job.questions_status, job.questions_error = QuestionsStatus.APPROVED, None

    def take_terms(self, session: Session, job: Job) -> None:
        """Settings have changed: while nobody has an interview of the approved version, it is held under them."""
        version = None if job.approved_set_id is None else session.get_one(QuestionSet, job.approved_set_id)
        if version is not None and not rows.is_in_use(session, version.id):
            version.terms = terms_of(job.settings)

    def add(self, unit: UnitOfWork, job: Job, new: NewSet, actor: Actor) -> QuestionSet:
        """The next version, flushed, its wording checked or on the way to be; former ones stay as they are."""
        made = self._next(unit.session, job, new)
        self._checks.look(unit, job, made, actor.request_id)
        unit.session.flush()
        return made

    def _next(self, session: Session, job: Job, new: NewSet) -> QuestionSet:
        newest = rows.question_set(session, job.id)
        spec = records.spec_of(job.steering, job.language)
        made = QuestionSet(
            id=new_id(),
            organisation_id=job.organisation_id,
            job_id=job.id,
            version=(newest.version if newest else 0) + 1,
            source=new.source,
            content_hash=content_hash(new.questions),
            questions=new.questions,
            spoken=spoken(new.questions),
            skill_coverage=records.coverage_of(new.questions, spec),
            model=new.call.model if new.call else None,
            prompt_version=new.prompt_version,
            simulated=new.call.simulated if new.call else False,
            created_at=self._clock(),
        )
        session.add(made)
        job.questions_version = made.version
        job.simulated = job.simulated or made.simulated
        session.flush()
        return made

    def problems(self, job: Job, drafts: Sequence[QuestionDraft]) -> Sequence[FieldProblem]:
        """What keeps a set that a person chose or approves from being asked; wishes for its mix are theirs to drop."""
        count = sum(not draft.knockout for draft in drafts)
        if not MIN_QUESTIONS <= count <= MAX_QUESTIONS:
            sentence = f"An interview has {MIN_QUESTIONS} to {MAX_QUESTIONS} core questions; these are {count}."
            return [FieldProblem("questions", "question_count_out_of_range", sentence)]
        spec = records.human_spec(
            [draft.must_ask for draft in drafts], count, records.spec_of(job.steering, job.language)
        )
        found = check_questions(drafts, spec, job.description, self._rules, evidence_required=False)
        return [records.field_problem(problem) for problem in found]

    def record(
        self, session: Session, actor: Actor, job_id: str, type: str, data: dict[str, Any] | None = None
    ) -> None:
        """One domain event about the job."""
        events.record(
            session,
            organisation_id=actor.organisation_id,
            type=type,
            subject_kind="job",
            subject_id=job_id,
            actor=actor.name,
            data=data,
            request_id=actor.request_id,
            at=self._clock(),
        )


def begin_round(job: Job, *, replace: Sequence[str]) -> None:
    """Start another try: its requests to the model are new ones, and a task of an earlier try leaves its result.

    ``replace`` are the ids of the questions to be written anew, none for all.
    """
    job.steering = dict(job.steering) | {"round": job.steering.get("round", 1) + 1, "replace": list(replace)}

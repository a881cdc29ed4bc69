"""Jobs and their questions, as people handle them: entered, changed, edited, approved, closed."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db.columns import new_id
from db.models import Consent, Job, JobStatus, ModelCheck, QuestionSet, QuestionsStatus
from db.repositories import hiring as rows
from db.repositories.outbox import Lease
from db.unit_of_work import Database
from interview import lint
from interview.question import content_hash
from interview.question_rules import Lint, conflicts
from interview.wording import UnsupportedLanguage, supported_languages, wording_for
from ivr.gateways.ports import DocumentKind, FileStore, GatewayError, TextExtractor
from ivr.services import job_records as records
from ivr.services.context import Actor
from ivr.services.documents import media_type, read_upload
from ivr.services.drafts import (
    JobDraft,
    JobFilters,
    JobPatch,
    Page,
    Paged,
    QuestionEdit,
    Unset,
    Upload,
    overlay_settings,
    settings_from_plain,
    settings_to_plain,
)
from ivr.services.errors import Conflict, FieldProblem, Invalid, NotFound
from ivr.services.job_editions import edition_of
from ivr.services.job_rubrics import RUBRIC, refuse_other_language, rubric_to_plain, take_over
from ivr.services.question_check_task import QuestionCheckTask
from ivr.services.question_checks import QuestionChecker
from ivr.services.question_set_checks import QuestionSetChecks, refusal_of
from ivr.services.question_sets import NewSet, QuestionSets, begin_round
from ivr.services.question_task import QuestionTask
from ivr.services.question_writing import QuestionWriter, as_draft
from ivr.services.views import JobView, QuestionSetView, StoredFile

NO_CONSENT_BASIS = "required"


class JobService:
    """``writer`` is used by the worker's task alone, and ``checker`` asks its model only there; ``ring`` is called
    after commits that left work to do."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        store: FileStore,
        extractor: TextExtractor,
        writer: QuestionWriter,
        checker: QuestionChecker,
        *,
        ring: Callable[[], None] = lambda: None,
        rules: Lint = lint,
    ) -> None:
        self._database = database
        self._clock = clock
        self._store = store
        self._extractor = extractor
        self._rules = rules
        self._checks = QuestionSetChecks(clock, checker, ring)
        self._sets = QuestionSets(clock, rules, self._checks, ring)
        self._task = QuestionTask(database, self._sets, writer)
        self._check_task = QuestionCheckTask(database, self._sets, self._checks, checker)

    # --- jobs

    def create(self, actor: Actor, draft: JobDraft, file: Upload | None = None) -> JobView:
        """The new job, its questions on their way.

        Raises:
            Invalid: description_missing, wishes_conflict, invalid_fields (language, rubric_id, settings), or what is
                wrong with the file.
            Conflict: external_id_exists.
        """
        description = (draft.description or "").strip()
        if bool(description) == (file is not None):
            sentence = "Give the description as text or as a file, one of the two."
            raise Invalid("description_missing", sentence, "Send `description`, or `file` in multipart/form-data.")
        steering: dict[str, Any] = records.wishes_of(draft)
        if draft.rubric_id is not None:
            with self._database.read() as session:
                rubric = take_over(session, actor.organisation_id, draft.rubric_id, draft.language)
            steering[RUBRIC] = rubric_to_plain(rubric)
        self._check_wishes(steering, draft.language)
        job = Job(
            id=new_id(),
            organisation_id=actor.organisation_id,
            title=draft.title,
            say_as=records.say_as_to_plain(draft.say_as),
            description=description,
            language=draft.language,
            steering=steering | {"round": 1},
            settings=settings_to_plain(draft.settings),
            facts=records.facts_to_plain(draft.facts),
            approve_when_ready=draft.approve,
            external_id=draft.external_id,
            labels=dict(draft.metadata),
            status=JobStatus.DRAFT,
            questions_status=QuestionsStatus.GENERATING,
            questions_version=0,
            created_at=self._clock(),
        )
        if file is not None:
            read = read_upload(self._extractor, file, "file")
            job.description, job.description_kind = read.text, read.kind.value
            job.description_key = f"{actor.organisation_id}/descriptions/{job.id}.{read.kind.value}"
            self._store.put(job.description_key, file.data, media_type(read.kind))
        try:
            with self._database.write() as unit:
                self._refuse_taken(unit.session, actor.organisation_id, draft.external_id)
                job.company = draft.company or rows.organisation(unit.session, actor.organisation_id).name
                unit.session.add(job)
                unit.session.flush()
                self._keep_consent_basis(unit.session, job, draft.settings.consent, actor)
                self._sets.record(unit.session, actor, job.id, "job.created", {"has_file": file is not None})
                self._sets.begin(unit, job, actor)
                actor.remember(unit.session, _views(unit.session, [job])[0])
        except Exception as error:
            if job.description_key is not None:
                self._store.delete(job.description_key)
            if isinstance(error, IntegrityError):
                raise _taken() from None
            raise
        return self.get(actor.organisation_id, job.id)

    def get(self, organisation_id: str, job_id: str) -> JobView:
        """The job. Raises NotFound."""
        with self._database.read() as session:
            return _views(session, [_known(rows.job(session, organisation_id, job_id))])[0]

    def titles(self, organisation_id: str, job_ids: Collection[str]) -> Mapping[str, str]:
        """What these jobs are called, by id; ids of other organisations are left out."""
        with self._database.read() as session:
            return rows.job_titles(session, organisation_id, job_ids)

    def list(self, organisation_id: str, filters: JobFilters | None = None, page: Page | None = None) -> Paged[JobView]:
        """Jobs, newest first."""
        filters, page = filters or JobFilters(), page or Page()
        wanted = {"status": filters.status, "external_id": filters.external_id, "q": filters.q}
        with self._database.read() as session:
            found, cursor = rows.jobs(session, organisation_id, **wanted, limit=page.limit, cursor=page.cursor)
            total = rows.count_jobs(session, organisation_id, **wanted) if page.with_total else None
            return Paged(tuple(_views(session, found)), cursor, total)

    def patch(self, actor: Actor, job_id: str, patch: JobPatch, *, edition: str | None = None) -> JobView:
        """The changed job. Questions stay as they are: ``generate`` writes them anew by the changed wishes.

        ``edition`` is that of the job as whoever changes it has seen it, None to change it as it is by now.

        Raises:
            NotFound, Invalid: wishes_conflict, invalid_fields. Conflict: job_closed, job_changed, external_id_exists.
        """
        try:
            with self._database.write() as unit:
                job = self._open_job(unit.session, actor, job_id)
                if edition not in (None, edition_of(_views(unit.session, [job])[0])):
                    raise Conflict("job_changed", "Somebody has changed this job meanwhile.", "Read it again.")
                changed = self._apply(unit.session, job, patch, actor)
                if changed:
                    self._sets.record(unit.session, actor, job.id, "job.changed", {"fields": changed})
        except IntegrityError:
            raise _taken() from None
        return self.get(actor.organisation_id, job_id)

    def close(self, actor: Actor, job_id: str) -> JobView:
        """The closed job: nobody is invited to it any more. Closing a closed one changes nothing. Raises NotFound."""
        with self._database.write() as unit:
            job = _known(rows.job(unit.session, actor.organisation_id, job_id, lock=True))
            if job.status is not JobStatus.CLOSED:
                job.status = JobStatus.CLOSED
                self._sets.record(unit.session, actor, job.id, "job.closed")
        return self.get(actor.organisation_id, job_id)

    def description(self, organisation_id: str, job_id: str) -> StoredFile:
        """The description's file as it was sent, or its text. Raises NotFound."""
        with self._database.read() as session:
            job = _known(rows.job(session, organisation_id, job_id))
        if job.description_key is None or job.description_kind is None:
            return StoredFile(job.description.encode(), "text/plain; charset=utf-8", "job-description.txt")
        kind = DocumentKind(job.description_kind)
        return StoredFile(self._store.get(job.description_key), media_type(kind), f"job-description.{kind.value}")

    # --- questions, as people handle them

    def questions(self, organisation_id: str, job_id: str, version: int | None = None) -> QuestionSetView:
        """That version of the questions, or the newest. Raises NotFound, Conflict questions_not_ready."""
        with self._database.read() as session:
            job = _known(rows.job(session, organisation_id, job_id))
            found = rows.question_set(session, job.id, version)
            if found is None and version is not None and job.questions_version:
                raise NotFound("version of the questions")
            if found is None:
                raise _not_ready(job)
            return records.set_view(found)

    def problems_of(self, organisation_id: str, job_id: str, edits: Sequence[QuestionEdit]) -> Sequence[FieldProblem]:
        """What the rules find in questions that are still being written, at the fields of ``replace_questions``.
        Nothing is kept. Raises NotFound."""
        with self._database.read() as session:
            job = _known(rows.job(session, organisation_id, job_id))
            return self._edited(job, edits, rows.question_set(session, job.id))[1]

    def replace_questions(
        self, actor: Actor, job_id: str, edits: Sequence[QuestionEdit], *, version: int | None = None
    ) -> QuestionSetView:
        """The next version, as a person wrote it; an approved one stays as it is. The same again changes nothing, but a
        model's check that could not be had is tried again.

        ``version`` is the one that was edited (0: there was none), None to replace whichever is the newest.

        Raises:
            Invalid: questions_invalid, with each problem at its field.
            NotFound, Conflict: job_closed, questions_changed.
        """
        with self._database.write() as unit:
            job = self._open_job(unit.session, actor, job_id)
            _refuse_other_version(job, version)
            former = rows.question_set(unit.session, job.id)
            edited, problems = self._edited(job, edits, former)
            if problems:
                raise _invalid(problems)
            questions = records.numbered(edited.drafts, [edit.id for edit in edits], former)
            if former is None or former.content_hash != content_hash(questions):
                former = self._sets.add(unit, job, NewSet(questions, "human"), actor)
                self._sets.record(unit.session, actor, job.id, "job.questions_edited", {"version": former.version})
            else:
                self._checks.look_again(unit, job, former, actor.request_id)
            self._sets.settle(job, former)
        return self.questions(actor.organisation_id, job_id)

    def generate(self, actor: Actor, job_id: str, source: str = "model") -> JobView:
        """Have the questions written anew by the model, or take the built-in bank's.

        Raises:
            Conflict: questions_generating (the bank may be taken even then), job_closed. NotFound. Invalid: no bank in
                the job's language.
        """
        with self._database.write() as unit:
            job = self._open_job(unit.session, actor, job_id)
            if source == "bank":
                self._sets.take_bank(unit, job, actor)
            else:
                _refuse_generating(job)
                begin_round(job, replace=[])
                self._sets.begin(unit, job, actor)
        return self.get(actor.organisation_id, job_id)

    def regenerate_question(self, actor: Actor, job_id: str, question_id: str) -> JobView:
        """Have another question written in place of this one; the others stay.

        Raises:
            NotFound, Conflict: questions_generating, questions_not_ready, job_closed.
        """
        with self._database.write() as unit:
            job = self._open_job(unit.session, actor, job_id)
            _refuse_generating(job)
            current = rows.question_set(unit.session, job.id)
            if current is None:
                raise _not_ready(job)
            found = next((question for question in current.questions if question.id == question_id), None)
            if found is None:
                raise NotFound("question")
            if found.knockout:
                raise Conflict("wrong_status", "Knockouts are not written anew.", "Edit the question, or remove it.")
            begin_round(job, replace=[question_id])
            self._sets.request(unit, job, actor)
        return self.get(actor.organisation_id, job_id)

    def approve(
        self, actor: Actor, job_id: str, *, without_model_check: bool = False, version: int | None = None
    ) -> JobView:
        """The open job: the newest version is frozen with the settings that it is asked and scored under, and calls
        may begin. Approving it again changes nothing, unless such settings have changed since: then the same questions
        are approved as the next version.

        ``without_model_check``: a person has looked at the wording where no model could. ``version`` is the one that
        was read, None to approve whichever is the newest.

        Raises:
            Conflict: questions_not_ready, questions_generating, questions_being_checked, questions_unchecked,
                questions_changed, job_closed. Invalid: questions_invalid. NotFound.
        """
        with self._database.write() as unit:
            job = self._open_job(unit.session, actor, job_id)
            _refuse_other_version(job, version)
            _refuse_generating(job)
            newest = rows.question_set(unit.session, job.id)
            if newest is None:
                raise _not_ready(job)
            problems = self._sets.problems(job, [as_draft(question) for question in newest.questions])
            if problems:
                raise _invalid(problems)
            refusal = None
            if newest.approved_at is None:
                if newest.model_check is not ModelCheck.UNAVAILABLE:
                    self._checks.look_again(unit, job, newest, actor.request_id)
                refusal = refusal_of(newest, without_model_check=without_model_check)
            if refusal is None:
                self._sets.approve(unit.session, job, newest, actor)
        if refusal is not None:
            # Raised here: a check that this request began goes on.
            raise refusal
        return self.get(actor.organisation_id, job_id)

    # --- questions, as the worker writes them

    def write_questions(self, lease: Lease) -> None:
        """The task of the outbox kind of this name, see QuestionTask."""
        self._task.write_questions(lease)

    def give_up(self, lease: Lease, error: GatewayError) -> None:
        """What the outbox calls when the model could not be had for too long."""
        self._task.give_up(lease, error)

    def check_questions(self, lease: Lease) -> None:
        """The task of the outbox kind of this name, see QuestionCheckTask."""
        self._check_task.check_questions(lease)

    def give_up_checking(self, lease: Lease, error: GatewayError) -> None:
        """The same for the check of their wording."""
        self._check_task.give_up(lease, error)

    # --- moves

    def _apply(self, session: Session, job: Job, patch: JobPatch, actor: Actor) -> Sequence[str]:
        """Write the patch into the row; the names of the fields that it named."""
        changed = [name for name in JobPatch.__dataclass_fields__ if not isinstance(getattr(patch, name), Unset)]
        wishes = records.wishes_of(patch)
        language = job.language if isinstance(patch.language, Unset) else patch.language
        if wishes or language != job.language:
            steering = dict(job.steering) | wishes
            refuse_other_language(steering, job.language, language)
            self._check_wishes(steering, language)
            if language != job.language and job.approved_set_id is not None:
                sentence = "The approved questions are in the job's present language."
                raise Conflict("wrong_status", sentence, "Create another job for another language.")
            job.steering, job.language = steering, language
        if not isinstance(patch.description, Unset):
            if not patch.description.strip():
                raise Invalid("description_missing", "The description is empty.")
            # The file that was sent no longer says what the job is.
            job.description, job.description_key, job.description_kind = patch.description.strip(), None, None
        if not isinstance(patch.title, Unset):
            job.title = patch.title
        if not isinstance(patch.company, Unset):
            job.company = patch.company or rows.organisation(session, job.organisation_id).name
        if not isinstance(patch.say_as, Unset):
            job.say_as = records.say_as_to_plain(patch.say_as)
        if not isinstance(patch.facts, Unset):
            job.facts = records.facts_to_plain(patch.facts)
        if not isinstance(patch.metadata, Unset):
            job.labels = dict(patch.metadata)
        if not isinstance(patch.external_id, Unset) and patch.external_id != job.external_id:
            self._refuse_taken(session, job.organisation_id, patch.external_id)
            job.external_id = patch.external_id
        if not isinstance(patch.settings, Unset):
            settings = overlay_settings(settings_from_plain(job.settings), patch.settings)
            job.settings = settings_to_plain(settings)
            self._sets.take_terms(session, job)
            self._keep_consent_basis(session, job, settings.consent, actor)
        session.flush()
        return changed

    def _keep_consent_basis(self, session: Session, job: Job, basis: str, actor: Actor) -> None:
        """Decision 16: a basis that covers all candidates stands in the consents, with the text that it is about."""
        standing = rows.open_consents(session, job_id=job.id)
        if any(consent.basis == basis for consent in standing):
            return
        for consent in standing:
            consent.withdrawn_at = self._clock()
        if basis != NO_CONSENT_BASIS:
            session.add(
                Consent(
                    organisation_id=job.organisation_id,
                    job_id=job.id,
                    basis=basis,
                    text_version=rows.organisation(session, job.organisation_id).consent_text_version,
                    obtained_at=self._clock(),
                    source=actor.kind,
                    created_at=self._clock(),
                )
            )
            self._sets.record(session, actor, job.id, "job.consent_basis_set", {"basis": basis})
        elif standing:
            self._sets.record(session, actor, job.id, "job.consent_basis_withdrawn")

    # --- checks

    def _check_wishes(self, steering: dict[str, Any], language: str) -> None:
        try:
            wording_for(language)
        except UnsupportedLanguage:
            known = ", ".join(supported_languages())
            sentence = f"Interviews are not held in this language; they are in: {known}."
            raise Invalid(
                "invalid_fields", sentence, problems=[FieldProblem("language", "unsupported_language", sentence)]
            ) from None
        found = conflicts(records.spec_of(steering, language), self._rules)
        if found:
            raise Invalid(
                "wishes_conflict",
                found[0].sentence,
                "Change one of the wishes.",
                problems=[FieldProblem(one.field, one.code, one.sentence) for one in found],
            )

    def _edited(
        self, job: Job, edits: Sequence[QuestionEdit], former: QuestionSet | None
    ) -> tuple[records.Edited, Sequence[FieldProblem]]:
        """The edits as drafts, and everything that keeps them from being asked."""
        edited = records.drafts_of(edits, records.spec_of(job.steering, job.language), former)
        return edited, [*edited.problems, *self._sets.problems(job, edited.drafts)]

    def _open_job(self, session: Session, actor: Actor, job_id: str) -> Job:
        job = _known(rows.job(session, actor.organisation_id, job_id, lock=True))
        if job.status is JobStatus.CLOSED:
            raise Conflict("job_closed", "The job is closed.", "Create a new job.")
        return job

    def _refuse_taken(self, session: Session, organisation_id: str, external_id: str | None) -> None:
        if external_id is not None and rows.job_with_external_id(session, organisation_id, external_id) is not None:
            raise _taken()


def _views(session: Session, jobs: Sequence[Job]) -> list[JobView]:
    found = rows.set_summaries(session, [job.id for job in jobs]) if jobs else ()
    versions = {row.id: row for row in found}
    coverage = {row.job_id: row.skill_coverage for row in found}
    return [
        records.job_view(job, version and version.version, version and version.terms, coverage.get(job.id, ()))
        for job in jobs
        for version in [versions.get(job.approved_set_id or "")]
    ]


def _known(job: Job | None) -> Job:
    if job is None:
        raise NotFound("job")
    return job


def _refuse_generating(job: Job) -> None:
    if job.questions_status is QuestionsStatus.GENERATING:
        raise Conflict("questions_generating", "The questions are being written.", "Read the job again in a moment.")


def _refuse_other_version(job: Job, version: int | None) -> None:
    if version not in (None, job.questions_version):
        sentence = f"There is a newer version of the questions by now: {job.questions_version}."
        raise Conflict("questions_changed", sentence, "Read it, and decide what of yours is to go into the next one.")


def _not_ready(job: Job) -> Conflict:
    hint = job.questions_error or "Read the job again in a moment, or have its questions generated."
    return Conflict("questions_not_ready", "The job has no questions yet.", hint)


def _taken() -> Conflict:
    return Conflict("external_id_exists", "Another job has this external_id.", "Use that job, or another external_id.")


def _invalid(problems: Sequence[FieldProblem]) -> Invalid:
    return Invalid(
        "questions_invalid",
        "Some questions cannot be asked like this.",
        "Change what the errors name and send all the questions again.",
        problems=problems,
    )

"""The library of rubrics: competencies with weights and anchors, and questions, that jobs of an organisation start
from. What stands in it passes the checks that a job's own questions pass, but for the evidence in a job text."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db.columns import new_id
from db.models import Rubric
from db.repositories import events
from db.repositories import rubrics as rows
from db.unit_of_work import Database
from interview import lint
from interview.question import Question
from interview.question_rules import InterviewType, Lint, QuestionDraft, QuestionSpec, assemble, check_questions
from interview.rubric_library import Competency, check_competencies
from interview.wording import UnsupportedLanguage, supported_languages, wording_for
from ivr.services import job_records
from ivr.services.context import Actor
from ivr.services.drafts import Page, Paged, RubricDraft, RubricFilters
from ivr.services.errors import Conflict, FieldProblem, Invalid, NotFound


@dataclass(frozen=True, slots=True)
class RubricView:
    """A rubric as doors show it; its questions are numbered by place, as they would be in a job of their own."""

    id: str
    name: str
    language: str
    competencies: tuple[Competency, ...]
    questions: tuple[Question, ...]
    external_id: str | None
    metadata: Mapping[str, str]
    created_at: datetime
    updated_at: datetime


class RubricService:
    """``rules`` are the wording checks."""

    def __init__(self, database: Database, clock: Callable[[], datetime], *, rules: Lint = lint) -> None:
        self._database = database
        self._clock = clock
        self._rules = rules

    def create(self, actor: Actor, draft: RubricDraft) -> RubricView:
        """The new rubric. Raises Invalid rubric_invalid with each problem at its field, Conflict external_id_exists."""
        self._check(draft)
        now = self._clock()
        rubric = Rubric(id=new_id(), organisation_id=actor.organisation_id, created_at=now)
        self._write(rubric, draft)
        try:
            with self._database.write() as unit:
                self._refuse_taken(unit.session, rubric, draft.external_id)
                unit.session.add(rubric)
                unit.session.flush()
                self._record(unit.session, actor, rubric.id, "rubric.created")
                actor.remember(unit.session, _view(rubric))
        except IntegrityError:
            raise _taken() from None
        return self.get(actor.organisation_id, rubric.id)

    def get(self, organisation_id: str, rubric_id: str) -> RubricView:
        """The rubric. Raises NotFound."""
        with self._database.read() as session:
            return _view(_known(rows.rubric(session, organisation_id, rubric_id)))

    def list(
        self, organisation_id: str, filters: RubricFilters | None = None, page: Page | None = None
    ) -> Paged[RubricView]:
        """Rubrics, newest first."""
        filters, page = filters or RubricFilters(), page or Page()
        wanted = {"external_id": filters.external_id}
        with self._database.read() as session:
            found, cursor = rows.rubrics(session, organisation_id, **wanted, limit=page.limit, cursor=page.cursor)
            total = rows.count_rubrics(session, organisation_id, **wanted) if page.with_total else None
            return Paged(tuple(_view(rubric) for rubric in found), cursor, total)

    def replace(self, actor: Actor, rubric_id: str, draft: RubricDraft) -> RubricView:
        """The rubric as it is now; jobs that started from it stay as they are. The same again changes nothing.

        Raises:
            NotFound, Invalid: rubric_invalid. Conflict: external_id_exists.
        """
        self._check(draft)
        try:
            with self._database.write() as unit:
                rubric = _known(rows.rubric(unit.session, actor.organisation_id, rubric_id, lock=True))
                before = _content(rubric)
                self._refuse_taken(unit.session, rubric, draft.external_id)
                self._write(rubric, draft)
                if _content(rubric) != before:
                    self._record(unit.session, actor, rubric.id, "rubric.changed")
        except IntegrityError:
            raise _taken() from None
        return self.get(actor.organisation_id, rubric_id)

    # --- moves

    def _write(self, rubric: Rubric, draft: RubricDraft) -> None:
        given = (draft.name, draft.language, draft.competencies, drafts_of(draft), draft.external_id)
        if rubric.updated_at is not None and _content(rubric) == (*given, dict(draft.metadata)):
            return
        rubric.name, rubric.language, rubric.competencies, rubric.questions, rubric.external_id = given
        rubric.labels, rubric.updated_at = dict(draft.metadata), self._clock()

    def _check(self, draft: RubricDraft) -> None:
        problems = [*_language_problems(draft.language)]
        for one in check_competencies(draft.competencies, draft.language, self._rules):
            problems.append(FieldProblem(f"competencies.{one.index}.{one.part}", one.code, one.sentence))
        questions = drafts_of(draft)
        spec = QuestionSpec(
            question_count=sum(not question.knockout for question in questions),
            interview_type=InterviewType.GENERAL,
            language=draft.language,
        )
        found = check_questions(questions, spec, "", self._rules, evidence_required=False)
        problems += [job_records.field_problem(problem) for problem in found]
        if problems:
            sentence = "Some of the rubric cannot be asked or rated like this."
            raise Invalid("rubric_invalid", sentence, "Change what the errors name.", problems=problems)

    def _refuse_taken(self, session: Session, rubric: Rubric, external_id: str | None) -> None:
        if external_id is None:
            return
        if rows.rubric_with_external_id(session, rubric.organisation_id, external_id) not in (None, rubric.id):
            raise _taken()

    def _record(self, session: Session, actor: Actor, rubric_id: str, type: str) -> None:
        events.record(
            session,
            organisation_id=actor.organisation_id,
            type=type,
            subject_kind="rubric",
            subject_id=rubric_id,
            actor=actor.name,
            data=None,
            request_id=actor.request_id,
            at=self._clock(),
        )


def drafts_of(draft: RubricDraft) -> tuple[QuestionDraft, ...]:
    """The questions as the rules read them: they rest on no job's text and fulfil no job's wish yet."""
    edited = job_records.drafts_of(draft.questions, QuestionSpec(), None)
    return edited.drafts


def _language_problems(language: str) -> Sequence[FieldProblem]:
    try:
        wording_for(language)
    except UnsupportedLanguage:
        sentence = f"Interviews are not held in this language; they are in: {', '.join(supported_languages())}."
        return [FieldProblem("language", "unsupported_language", sentence)]
    return []


def _content(rubric: Rubric) -> tuple[Any, ...]:
    return (
        rubric.name, rubric.language, rubric.competencies, rubric.questions, rubric.external_id, dict(rubric.labels),
    )  # fmt: skip


def _view(rubric: Rubric) -> RubricView:
    return RubricView(
        id=rubric.id,
        name=rubric.name,
        language=rubric.language,
        competencies=rubric.competencies,
        questions=assemble(rubric.questions),
        external_id=rubric.external_id,
        metadata=dict(rubric.labels),
        created_at=rubric.created_at,
        updated_at=rubric.updated_at,
    )


def _known(rubric: Rubric | None) -> Rubric:
    if rubric is None:
        raise NotFound("rubric")
    return rubric


def _taken() -> Conflict:
    sentence = "Another rubric has this external_id."
    return Conflict("external_id_exists", sentence, "Use that rubric, or another external_id.")

"""Between a job's row and what services speak of: its wishes for questions, its questions, its view."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from db.models import Job, QuestionSet
from interview.folding import fold
from interview.question import Anchors, Difficulty, Question
from interview.question_rules import InterviewType, Problem, QuestionDraft, QuestionSpec, assemble, skill_coverage
from ivr.services.drafts import Fact, JobDraft, JobPatch, QuestionEdit, SayAs, Unset, settings_from_plain
from ivr.services.errors import FieldProblem
from ivr.services.job_rubrics import given_questions, rubric_for_model, rubric_of
from ivr.services.question_check_views import check_view
from ivr.services.question_writing import Assignment, Complaint, as_draft
from ivr.services.terms import terms_ahead
from ivr.services.views import JobView, QuestionSetView, SkillCoverageView

WISHES = (
    "question_count", "interview_type", "difficulty", "instructions", "skills", "stack", "evaluation_focus",
    "experience_level", "must_ask",
)  # fmt: skip
_ANOTHER = "The recruiter wants another question in place of this one."
# The check's code -> the part of a question that it is about; what is not here is about the text.
_PARTS = {
    "competency_missing": "competency", "weight_out_of_range": "weight", "max_seconds_out_of_range": "max_seconds",
    "evidence_not_in_job": "job_evidence", "pass_rule_missing": "pass_rule", "pass_rule_unexpected": "pass_rule",
    "key_points_count": "key_points", "key_points_repeated": "key_points", "anchors_missing": "anchors",
    "ideal_answer_missing": "ideal_answer", "ideal_answer_too_long": "ideal_answer", "must_ask_reworded": "must_ask",
}  # fmt: skip


# --- wishes ------------------------------------------------------------------------------------------------------


def wishes_of(source: JobDraft | JobPatch) -> dict[str, Any]:
    """What was said about the questions, as the plain values that ``Job.steering`` keeps."""
    given = {name: getattr(source, name) for name in WISHES}
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in given.items()
        if not isinstance(value, Unset)
    }


def spec_of(steering: Mapping[str, Any], language: str) -> QuestionSpec:
    """The wishes as the rules take them, with what the job took over from a rubric."""
    defaults = QuestionSpec()
    rubric = rubric_of(steering)
    must_ask = tuple(steering.get("must_ask", ()))
    return QuestionSpec(
        question_count=steering.get("question_count", defaults.question_count),
        interview_type=InterviewType(steering.get("interview_type", defaults.interview_type)),
        skills=tuple(steering.get("skills", ())),
        must_ask=must_ask,
        difficulty=Difficulty(steering.get("difficulty", defaults.difficulty)),
        language=language,
        given=() if rubric is None else given_questions(rubric, must_ask),
        competencies=() if rubric is None else rubric.competencies,
    )


def assignment_of(job: Job, current: QuestionSet | None) -> Assignment:
    """What the writer is to do: a whole set, or another question for each id in ``steering["replace"]``."""
    spec = spec_of(job.steering, job.language)
    replaced = set(job.steering.get("replace", ()))
    wishes = {name: value for name, value in job.steering.items() if name in WISHES and name != "question_count"}
    rubric = rubric_of(job.steering)
    if rubric is not None:
        wishes["rubric"] = rubric_for_model(rubric)
    whole = Assignment(
        organisation_id=job.organisation_id,
        job_id=job.id,
        title=job.title,
        company=job.company,
        job_text=job.description,
        wishes={"skills": [], "must_ask": [], "interview_type": spec.interview_type.value} | wishes,
        spec=spec,
        round=job.steering.get("round", 1),
        slots=_places(spec),
        competencies=spec.competencies,
    )
    if current is None or not replaced:
        return whole
    slots = tuple(None if question.id in replaced else as_draft(question) for question in current.questions)
    kept = [draft for draft in slots if draft is not None]
    gone = [question for question in current.questions if question.id in replaced]
    standing = {draft.text for draft in kept}
    given = tuple(draft for draft in spec.given if draft.text in standing)
    claims = [draft.must_ask for draft in kept] + [question.must_ask for question in gone]
    return replace(
        whole,
        # A set may have been edited away from the first wishes: the new question has to fit the set as it is.
        spec=replace(human_spec(claims, len([q for q in current.questions if not q.knockout]), spec), given=given),
        slots=slots,
        complaints=tuple(Complaint(question.text, (_ANOTHER,)) for question in gone),
        evidence_required=all(draft.job_evidence or draft.text in {one.text for one in given} for draft in kept),
        only_fills=True,
    )


def _places(spec: QuestionSpec) -> tuple[QuestionDraft | None, ...]:
    """The places of a set that starts with given questions, None where one is to be written; none without any."""
    if not spec.given:
        return ()
    core = [draft for draft in spec.given if not draft.knockout]
    gaps = (None,) * max(0, spec.question_count - len(core))
    return (*core, *gaps, *(draft for draft in spec.given if draft.knockout))


def human_spec(claims: Iterable[str | None], count: int, wished: QuestionSpec) -> QuestionSpec:
    """What a set that a person chose has to be: as many questions as it has, each claim of a sentence kept."""
    known = {fold(sentence): sentence for sentence in wished.must_ask}
    claimed = dict.fromkeys(known[fold(claim)] for claim in claims if claim and fold(claim) in known)
    return QuestionSpec(
        question_count=count,
        interview_type=InterviewType.GENERAL,
        must_ask=tuple(claimed),
        difficulty=wished.difficulty,
        language=wished.language,
    )


# --- questions ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Edited:
    """What a recruiter sent: the drafts as the rules read them, and the problems of their ids."""

    drafts: tuple[QuestionDraft, ...]
    problems: tuple[FieldProblem, ...]


def drafts_of(edits: Sequence[QuestionEdit], wished: QuestionSpec, former: QuestionSet | None) -> Edited:
    """The edits as drafts. A claim to a sentence that nobody wishes for any more is dropped."""
    known = {question.id for question in former.questions} if former else set()
    wishes = {fold(sentence) for sentence in wished.must_ask}
    problems: list[FieldProblem] = []
    seen: set[str] = set()
    for index, edit in enumerate(edits):
        if edit.id is not None and edit.id not in known:
            problems.append(FieldProblem(f"questions.{index}.id", "unknown_id", "The version before has no such id."))
        elif edit.id is not None and edit.id in seen:
            problems.append(FieldProblem(f"questions.{index}.id", "repeated", "Two questions have this id."))
        seen.add(edit.id or "")
    drafts = tuple(
        QuestionDraft(
            text=edit.text.strip(),
            competency=edit.competency.strip(),
            type=edit.type,
            difficulty=edit.difficulty,
            key_points=edit.key_points,
            anchors=edit.anchors or Anchors(one="", three="", five=""),
            ideal_answer=edit.ideal_answer,
            knockout=edit.knockout,
            pass_rule=edit.pass_rule,
            weight=edit.weight,
            max_seconds=edit.max_seconds,
            job_evidence=edit.job_evidence,
            skill=edit.skill,
            must_ask=edit.must_ask if edit.must_ask and fold(edit.must_ask) in wishes else None,
            say_as=edit.say_as,
        )
        for edit in edits
    )
    return Edited(drafts, tuple(problems))


def numbered(
    drafts: Sequence[QuestionDraft], ids: Sequence[str | None], former: QuestionSet | None
) -> tuple[Question, ...]:
    """The questions under the ids they had; new ones get numbers that the version before does not use."""
    taken = {question.id for question in former.questions} if former else set()
    taken |= {id for id in ids if id is not None}
    found: list[Question] = []
    for question, id in zip(assemble(drafts), ids, strict=True):
        if id is None:
            letter = "k" if question.knockout else "q"
            id = next(name for number in range(1, 1000) if (name := f"{letter}{number}") not in taken)
            taken.add(id)
        found.append(replace(question, id=id))
    return tuple(found)


def renumbered(drafts: Sequence[QuestionDraft], former: QuestionSet) -> tuple[Question, ...]:
    """The questions with those of the version before under their old ids."""
    ids = {_sameness(as_draft(question)): question.id for question in former.questions}
    return numbered(drafts, [ids.get(_sameness(draft)) for draft in drafts], former)


def _sameness(draft: QuestionDraft) -> tuple[str, str, str, bool]:
    return draft.text, draft.competency, draft.type.value, draft.knockout


def coverage_of(questions: Iterable[Question], spec: QuestionSpec) -> list[dict[str, Any]]:
    """Which questions cover each skill, as ``QuestionSet.skill_coverage`` keeps it."""
    return [{"skill": one.skill, "question_ids": list(one.question_ids)} for one in skill_coverage(questions, spec)]


def field_problem(problem: Problem) -> FieldProblem:
    """A finding of the checks, at the field that it is about."""
    if problem.question_index is None:
        return FieldProblem("questions", problem.code, problem.sentence)
    part = problem.part or _PARTS.get(problem.code, "text")
    return FieldProblem(f"questions.{problem.question_index}.{part}", problem.code, problem.sentence)


# --- views -------------------------------------------------------------------------------------------------------


def job_view(
    job: Job, approved_version: int | None, terms: Mapping[str, Any] | None, coverage: Sequence[Mapping[str, Any]]
) -> JobView:
    """The job as doors show it; ``terms`` are the approved version's."""
    wishes = job.steering
    spec = spec_of(wishes, job.language)
    return JobView(
        id=job.id,
        title=job.title,
        company=job.company,
        say_as=SayAs(job.say_as.get("title"), job.say_as.get("company")),
        description=job.description,
        description_file=job.description_kind if job.description_key else None,
        language=job.language,
        question_count=spec.question_count,
        interview_type=spec.interview_type.value,
        difficulty=spec.difficulty.value,
        instructions=wishes.get("instructions"),
        skills=spec.skills,
        stack=tuple(wishes.get("stack", ())),
        evaluation_focus=tuple(wishes.get("evaluation_focus", ())),
        experience_level=wishes.get("experience_level"),
        must_ask=spec.must_ask,
        rubric_id=(wishes.get("rubric") or {}).get("id"),
        facts=facts_from_plain(job.facts),
        approve=job.approve_when_ready,
        settings=settings_from_plain(job.settings),
        settings_pending=terms_ahead(job.settings, terms),
        status=job.status.value,
        questions_status=job.questions_status.value,
        questions_error=job.questions_error,
        questions_version=job.questions_version,
        approved_version=approved_version,
        skill_coverage=_coverage_view(coverage),
        external_id=job.external_id,
        metadata=dict(job.labels),
        simulated=job.simulated,
        created_at=job.created_at,
    )


def set_view(found: QuestionSet) -> QuestionSetView:
    """One version of the questions as doors show it."""
    return QuestionSetView(
        job_id=found.job_id,
        version=found.version,
        content_hash=found.content_hash,
        status="draft" if found.approved_at is None else "approved",
        source=found.source,
        skill_coverage=_coverage_view(found.skill_coverage),
        questions=found.questions,
        model=found.model,
        prompt_version=found.prompt_version,
        model_check=check_view(found),
        approved_at=found.approved_at,
        approved_by=found.approved_by,
        simulated=found.simulated,
        created_at=found.created_at,
    )


def _coverage_view(plain: Sequence[Mapping[str, Any]]) -> tuple[SkillCoverageView, ...]:
    return tuple(SkillCoverageView(one["skill"], tuple(one["question_ids"])) for one in plain)


def facts_to_plain(facts: Iterable[Fact]) -> dict[str, Any]:
    """The facts as ``Job.facts`` keeps them."""
    return {"facts": [{"topic": fact.topic, "text": fact.text} for fact in facts]}


def facts_from_plain(plain: Mapping[str, Any]) -> tuple[Fact, ...]:
    """The facts that ``Job.facts`` keeps."""
    return tuple(Fact(one["topic"], one["text"]) for one in plain.get("facts", ()))


def say_as_to_plain(say_as: SayAs) -> dict[str, str]:
    """The pronunciations as ``Job.say_as`` keeps them."""
    given = {"title": say_as.title, "company": say_as.company}
    return {name: text for name, text in given.items() if text}

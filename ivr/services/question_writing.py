"""Has the questions of a job written: asks the model, checks what comes by rule and by a second model call, and asks
once more for what fell short."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from interview import lint
from interview.question import Anchors, Question
from interview.question_rules import (
    BadDrafts,
    Lint,
    Problem,
    QuestionDraft,
    QuestionSpec,
    check_questions,
    parse_drafts,
)
from interview.rubric_library import Competency
from ivr.gateways.ports import GatewayError, ModelCall, Trouble
from ivr.gateways.prompts import load_prompt
from ivr.services.job_rubrics import by_rubric
from ivr.services.model_ledger import ModelLedger
from ivr.services.question_checks import QuestionChecker
from ivr.services.question_schema import QUESTIONS_SCHEMA

PURPOSE = "interview_questions"
_TRIES = 2
_SHOWN_PROBLEMS = 3


@dataclass(frozen=True, slots=True)
class Complaint:
    """A question that may not come again, and why; an empty ``text`` speaks of the whole set."""

    text: str
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Assignment:
    """What is to be written. ``wishes`` are the payload's fields about the questions; ``round`` numbers the tries of
    one job, so that asking again is a new question to the model and a repeated task is not.

    ``slots`` are the places of a set of which questions are there already: those stay, and None is where one is
    wanted. ``only_fills``: nothing is wanted but for those places, no knockout either. ``competencies`` are a rubric's,
    which weighs and anchors their questions. ``evidence_required`` is False among questions that a person wrote.
    """

    organisation_id: str
    job_id: str
    title: str
    company: str
    job_text: str
    wishes: Mapping[str, Any]
    spec: QuestionSpec
    round: int
    slots: tuple[QuestionDraft | None, ...] = ()
    complaints: tuple[Complaint, ...] = ()
    evidence_required: bool = True
    only_fills: bool = False
    competencies: tuple[Competency, ...] = ()

    @property
    def fixed(self) -> tuple[QuestionDraft, ...]:
        """The questions that stay."""
        return tuple(draft for draft in self.slots if draft is not None)


@dataclass(frozen=True, slots=True)
class Written:
    """Questions that pass every check that could be made, the fixed ones among them at their place. Without the model's
    check of their wording they are still to be checked."""

    drafts: tuple[QuestionDraft, ...]
    call: ModelCall


class CannotWrite(Exception):
    """The model was asked twice and its questions still fall short; ``sentence`` is for a recruiter."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class QuestionWriter:
    """Assignment in, checked questions out; every call goes through the ledger."""

    def __init__(self, ledger: ModelLedger, checker: QuestionChecker, *, rules: Lint = lint) -> None:
        self._ledger = ledger
        self._checker = checker
        self._rules = rules
        self._prompt = load_prompt("write_questions")

    @property
    def prompt_version(self) -> str:
        """The version of the instructions in use."""
        return self._prompt.version

    def write(self, assignment: Assignment) -> Written:
        """The questions.

        Raises:
            CannotWrite: the second try fell short too.
            GatewayError: the model cannot be had (RETRY, CONFIGURATION) or refuses this very text (SUBJECT).
        """
        kept, order = assignment.fixed, assignment.slots
        complaints = assignment.complaints
        why: tuple[str, ...] = ()
        for step in range(_TRIES):
            try:
                fresh, call = self._ask(assignment, kept, complaints, step)
            except _Unusable as unusable:
                why = unusable.problems
                complaints = (*assignment.complaints, Complaint("", why))
                continue
            if assignment.only_fills:
                fresh = tuple(draft for draft in fresh if not draft.knockout)
            drafts = (*kept, *fresh)
            order = _filled(order, fresh)
            problems = self._problems(assignment, drafts)
            problems += self._refused_by_model(assignment, drafts, problems)
            faulty = {problem.question_index for problem in problems}
            kept = tuple(draft for index, draft in enumerate(drafts) if index not in faulty)
            stays = {id(draft) for draft in kept}
            # What is one too many, or a knockout that is none, can go without anything in its place.
            if not problems or not self._problems(assignment, kept):
                return Written(tuple(draft for draft in order if draft is not None and id(draft) in stays), call)
            order = tuple(draft if id(draft) in stays else None for draft in order)
            complaints = _complaints(drafts, problems)
            why = tuple(sentence for complaint in complaints for sentence in complaint.problems)
        raise CannotWrite(_for_recruiters(why))

    def _ask(
        self,
        assignment: Assignment,
        kept: tuple[QuestionDraft, ...],
        complaints: tuple[Complaint, ...],
        step: int,
    ) -> tuple[tuple[QuestionDraft, ...], ModelCall]:
        try:
            reply = self._ledger.ask(
                organisation_id=assignment.organisation_id,
                subject_id=assignment.job_id,
                purpose=PURPOSE,
                instructions=self._prompt.text,
                payload=payload_of(assignment, kept, complaints),
                schema=QUESTIONS_SCHEMA,
                prompt_version=self._prompt.version,
                sample=assignment.round * _TRIES + step,
            )
        except GatewayError as error:
            if error.trouble is not Trouble.OUTPUT:
                raise
            raise _Unusable((error.message,)) from None
        try:
            drafts = parse_drafts(reply.content)
        except BadDrafts as bad:
            raise _Unusable(bad.problems) from None
        return tuple(by_rubric(draft, assignment.competencies) for draft in drafts), reply.call

    def _problems(self, assignment: Assignment, drafts: Sequence[QuestionDraft]) -> tuple[Problem, ...]:
        """What is wrong with the drafts, the fixed ones aside: they come first and were accepted before."""
        fixed = len(assignment.fixed)
        return tuple(
            problem
            for problem in check_questions(
                drafts,
                assignment.spec,
                assignment.job_text,
                self._rules,
                evidence_required=assignment.evidence_required,
            )
            if problem.question_index is None or problem.question_index >= fixed
        )


    def _refused_by_model(
        self, assignment: Assignment, drafts: Sequence[QuestionDraft], problems: Sequence[Problem]
    ) -> tuple[Problem, ...]:
        """What the model's check finds in the drafts that the rules let through, the fixed ones aside: those are not
        ours to mend. Nothing when the model cannot be had: the questions are kept and wait for their check."""
        faulty = {problem.question_index for problem in problems}
        places = [index for index in range(len(drafts)) if index not in faulty]
        if not places:
            return ()
        try:
            checked = self._checker.check(
                organisation_id=assignment.organisation_id, job_id=assignment.job_id,
                language=assignment.spec.language, drafts=[drafts[index] for index in places],
            )  # fmt: skip
        except GatewayError:
            return ()
        return tuple(
            Problem(index, objection.topic, objection.sentence)
            for index, one in zip(places, checked, strict=True)
            for objection in one.objections
            if index >= len(assignment.fixed)
        )


class _Unusable(Exception):
    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def payload_of(
    assignment: Assignment, kept: Sequence[QuestionDraft], complaints: Sequence[Complaint]
) -> dict[str, Any]:
    """The data that the prompt speaks of."""
    return {
        "title": assignment.title,
        "company": assignment.company,
        "language": assignment.spec.language,
        "question_count": assignment.spec.question_count,
        **assignment.wishes,
        "keep": [draft_as_replied(draft) for draft in kept],
        "complaints": [{"text": one.text, "problems": list(one.problems)} for one in complaints],
        "job_text": assignment.job_text,
    }


def draft_as_replied(draft: QuestionDraft) -> dict[str, Any]:
    """The draft in the shape in which the model writes one."""
    anchors = draft.anchors
    return {
        "text": draft.text,
        "competency": draft.competency,
        "type": draft.type.value,
        "difficulty": draft.difficulty.value,
        "key_points": [{"text": point} for point in draft.key_points],
        "anchors": {"1": anchors.one, "2": anchors.two, "3": anchors.three, "4": anchors.four, "5": anchors.five},
        "ideal_answer": draft.ideal_answer,
        "knockout": draft.knockout,
        "pass_rule": draft.pass_rule,
        "weight": draft.weight,
        "max_seconds": draft.max_seconds,
        "job_evidence": draft.job_evidence,
        "skill": draft.skill,
        "must_ask": draft.must_ask,
    }


def as_draft(question: Question) -> QuestionDraft:
    """An accepted question as a draft again, to be kept beside new ones."""
    return QuestionDraft(
        text=question.text,
        competency=question.competency,
        type=question.type,
        difficulty=question.difficulty,
        key_points=tuple(point.text for point in question.key_points),
        anchors=question.anchors or Anchors(one="", three="", five=""),
        ideal_answer=question.ideal_answer,
        knockout=question.knockout,
        pass_rule=question.pass_rule,
        weight=question.weight,
        max_seconds=question.max_seconds,
        job_evidence=question.job_evidence,
        skill=question.skill,
        must_ask=question.must_ask,
        say_as=question.say_as,
    )


def _filled(order: Sequence[QuestionDraft | None], fresh: Sequence[QuestionDraft]) -> tuple[QuestionDraft | None, ...]:
    """The order with new core questions in the gaps, the others after it."""
    waiting = [draft for draft in fresh if not draft.knockout]
    placed = [waiting.pop(0) if draft is None and waiting else draft for draft in order]
    return (*placed, *waiting, *(draft for draft in fresh if draft.knockout))


def _complaints(drafts: Sequence[QuestionDraft], problems: Sequence[Problem]) -> tuple[Complaint, ...]:
    """The problems by the question that has them, those of the whole set last."""
    found: dict[int | None, list[str]] = {}
    for problem in sorted(problems, key=lambda one: (one.question_index is None, one.question_index or 0)):
        found.setdefault(problem.question_index, []).append(problem.sentence)
    return tuple(
        Complaint("" if index is None else drafts[index].text, tuple(dict.fromkeys(sentences)))
        for index, sentences in found.items()
    )


def _for_recruiters(problems: Sequence[str]) -> str:
    shown = " ".join(dict.fromkeys(problems[:_SHOWN_PROBLEMS]))
    return (
        f"The model was asked twice and its questions still do not pass the checks: {shown} "
        "Try again, say more in the job description, ask for less, or write the questions yourself."
    )

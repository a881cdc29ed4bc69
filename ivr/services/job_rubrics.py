"""What a job took over from a rubric of the library: kept with the job, so that a later change of the rubric changes no
job that started from it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, cast

from pydantic import TypeAdapter
from sqlalchemy.orm import Session

from db.repositories import rubrics as rows
from interview.folding import fold
from interview.question_rules import QuestionDraft
from interview.rubric_library import Competency
from interview.wording import base_language
from ivr.services.errors import FieldProblem, Invalid

# Its place in ``Job.steering``.
RUBRIC = "rubric"


@dataclass(frozen=True, slots=True)
class JobRubric:
    """A rubric at the moment when a job started from it."""

    id: str
    competencies: tuple[Competency, ...] = ()
    questions: tuple[QuestionDraft, ...] = ()


def take_over(session: Session, organisation_id: str, rubric_id: str, language: str) -> JobRubric:
    """The rubric as a job in ``language`` takes it over.

    Raises:
        Invalid: there is no such rubric in this organisation, or it is in another language.
    """
    rubric = rows.rubric(session, organisation_id, rubric_id)
    if rubric is None:
        sentence = "There is no such rubric."
        raise Invalid("invalid_fields", sentence, problems=[FieldProblem("rubric_id", "unknown_id", sentence)])
    if base_language(rubric.language) != base_language(language):
        raise _other_language()
    return JobRubric(rubric.id, rubric.competencies, rubric.questions)


def refuse_other_language(steering: Mapping[str, Any], before: str, after: str) -> None:
    """Raises Invalid wishes_conflict when a job with a rubric is to change into another language."""
    if RUBRIC in steering and base_language(before) != base_language(after):
        raise _other_language()


def rubric_to_plain(rubric: JobRubric) -> dict[str, Any]:
    """As ``Job.steering`` keeps it."""
    return cast("dict[str, Any]", _adapter().dump_python(rubric, mode="json"))


def rubric_of(steering: Mapping[str, Any]) -> JobRubric | None:
    """What ``Job.steering`` keeps of a rubric."""
    plain = steering.get(RUBRIC)
    return None if plain is None else _adapter().validate_python(plain)


def given_questions(rubric: JobRubric, must_ask: tuple[str, ...]) -> tuple[QuestionDraft, ...]:
    """The rubric's questions, core first; one that says a sentence that must be asked stands for it."""
    wishes = {fold(sentence): sentence for sentence in must_ask}
    claimed = [replace(draft, must_ask=wishes.get(fold(draft.text))) for draft in rubric.questions]
    return tuple(sorted(claimed, key=lambda draft: draft.knockout))


def rubric_for_model(rubric: JobRubric) -> dict[str, Any]:
    """What the model is told of it; its questions are among those to keep."""
    return {
        "competencies": [
            {
                "name": competency.name,
                "weight": competency.weight,
                "anchors": None
                if (anchors := competency.anchors) is None
                else {"1": anchors.one, "2": anchors.two, "3": anchors.three, "4": anchors.four, "5": anchors.five},
            }
            for competency in rubric.competencies
        ]
    }


def by_rubric(draft: QuestionDraft, competencies: tuple[Competency, ...]) -> QuestionDraft:
    """The draft as the rubric weighs and anchors its competency; what it does not name stays as it is written."""
    for competency in competencies:
        if not draft.knockout and fold(competency.name) == fold(draft.competency):
            anchors = competency.anchors or draft.anchors
            return replace(draft, competency=competency.name, weight=competency.weight, anchors=anchors)
    return draft


@cache
def _adapter() -> TypeAdapter[JobRubric]:
    return TypeAdapter(JobRubric)


def _other_language() -> Invalid:
    sentence = "The rubric is in another language than the job."
    problem = FieldProblem("rubric_id", "rubric_language", sentence)
    return Invalid("wishes_conflict", sentence, "Use a rubric in the job's language.", problems=[problem])

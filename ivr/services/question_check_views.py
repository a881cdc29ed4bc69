"""The model's check of a version's wording as doors show it."""

from dataclasses import dataclass
from datetime import datetime

from db.models import QuestionSet
from interview.question_check import Objection, Part


@dataclass(frozen=True, slots=True)
class ObjectionView:
    """What the check found at one part of one question; ``index`` counts from 0."""

    question_id: str
    index: int
    part: str
    topic: str
    message: str


@dataclass(frozen=True, slots=True)
class ModelCheckView:
    """``status``: not_checked, checking, passed, refused, unavailable or not_needed; ``reason`` is why it waits or
    could not be had. Model and prompt are those that passed or refused the questions."""

    status: str
    reason: str | None
    objections: tuple[ObjectionView, ...]
    model: str | None
    prompt_version: str | None
    checked_at: datetime | None


def check_view(made: QuestionSet) -> ModelCheckView:
    """How far it is, and what it found."""
    details = made.model_check_details or {}
    return ModelCheckView(
        status="not_checked" if made.model_check is None else made.model_check.value,
        reason=details.get("reason"),
        objections=objections_of(made),
        model=details.get("model"),
        prompt_version=details.get("prompt_version"),
        checked_at=made.model_checked_at,
    )


def objections_of(made: QuestionSet) -> tuple[ObjectionView, ...]:
    """What it found, in the questions' order."""
    places = {question.id: index for index, question in enumerate(made.questions)}
    return tuple(
        ObjectionView(
            question_id=one["question_id"],
            index=places[one["question_id"]],
            part=one["part"],
            topic=one["topic"],
            message=Objection(Part(one["part"]), one["topic"], one["reason"]).sentence,
        )
        for one in (made.model_check_details or {}).get("objections", ())
    )

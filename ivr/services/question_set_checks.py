"""How far the model's check of a version of the questions is, and what that means for approving it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from db.models import Job, ModelCheck, QuestionSet
from db.repositories import outbox
from db.unit_of_work import UnitOfWork
from interview.wording import base_language
from ivr.services.errors import Conflict, FieldProblem, Invalid, ServiceError
from ivr.services.question_check_views import objections_of
from ivr.services.question_checks import Checked, QuestionChecker
from ivr.services.question_writing import as_draft

CHECK_QUESTIONS = "check_questions"
CLEARED = frozenset({ModelCheck.PASSED, ModelCheck.NOT_NEEDED})


class QuestionSetChecks:
    """Moves within one transaction of the caller's, which holds the job's row."""

    def __init__(self, clock: Callable[[], datetime], checker: QuestionChecker, ring: Callable[[], None]) -> None:
        self._clock = clock
        self._checker = checker
        self._ring = ring

    def look(self, unit: UnitOfWork, job: Job, made: QuestionSet, request_id: str | None) -> None:
        """Say of this version what is known of its wording; what is not known a worker asks the model."""
        if self.settle(unit.session, job, made):
            return
        round = (made.model_check_details or {}).get("round", 0) + 1
        self._write(job, made, ModelCheck.CHECKING, round=round)
        outbox.add(
            unit.session, kind=CHECK_QUESTIONS, subject_id=made.id, organisation_id=made.organisation_id,
            due_at=self._clock(), request_id=request_id,
        )  # fmt: skip
        unit.on_commit(self._ring)

    def look_again(self, unit: UnitOfWork, job: Job, made: QuestionSet, request_id: str | None) -> None:
        """The same for a version that stands: one whose check could not be had, was in another language, or was a
        refusal by another model or prompt gets another try; what has passed or is on its way stays."""
        details = _details(made)
        is_other = details.get("language") != base_language(job.language)
        if made.model_check is ModelCheck.REFUSED:
            said_by = (details.get("model"), details.get("prompt_version"))
            is_other = is_other or said_by != (self._checker.model, self._checker.prompt_version)
        if made.approved_at is None and (is_other or made.model_check in (None, ModelCheck.UNAVAILABLE)):
            self.look(unit, job, made, request_id)

    def settle(self, session: Session, job: Job, made: QuestionSet) -> bool:
        """Write down whether the wording passes, if all of it is known by now; whether it was."""
        drafts = [as_draft(question) for question in made.questions]
        known = self._checker.known(session, made.organisation_id, job.language, drafts)
        found = [one for one in known if one is not None]
        if len(found) < len(known):
            return False
        if all(one.by_us for one in found):
            self._write(job, made, ModelCheck.NOT_NEEDED)
            return True
        objections = _objections(made, found)
        state = ModelCheck.REFUSED if objections else ModelCheck.PASSED
        self._write(
            job, made, state, objections=objections, model=self._checker.model,
            prompt_version=self._checker.prompt_version,
        )  # fmt: skip
        made.simulated = made.simulated or any(one.simulated for one in found)
        job.simulated = job.simulated or made.simulated
        return True

    def wait(self, job: Job, made: QuestionSet, reason: str) -> None:
        """It is still to come: what it waits for."""
        self._write(job, made, ModelCheck.CHECKING, reason=reason)

    def give_up(self, job: Job, made: QuestionSet, reason: str) -> None:
        """The model could not be had for it: a person may approve the questions all the same."""
        self._write(job, made, ModelCheck.UNAVAILABLE, reason=reason)

    def _write(self, job: Job, made: QuestionSet, state: ModelCheck, **details: Any) -> None:
        kept = {"language": base_language(job.language), "round": (made.model_check_details or {}).get("round", 0)}
        made.model_check, made.model_check_details = state, kept | details
        is_over = state not in (ModelCheck.CHECKING, ModelCheck.UNAVAILABLE)
        made.model_checked_at = self._clock() if is_over else None


def refusal_of(made: QuestionSet, *, without_model_check: bool) -> ServiceError | None:
    """Why this version cannot be approved as far as the model's check goes; None when it can.

    ``without_model_check``: a person takes on what a model that cannot be had would have looked at.
    """
    reason = _details(made).get("reason")
    match made.model_check:
        case ModelCheck.PASSED | ModelCheck.NOT_NEEDED:
            return None
        case ModelCheck.REFUSED:
            return Invalid(
                "questions_invalid", "Some questions cannot be asked like this.",
                "Change what the errors name and send all the questions again.",
                problems=[
                    FieldProblem(f"questions.{one.index}.{one.part}", one.topic, one.message)
                    for one in objections_of(made)
                ],
            )  # fmt: skip
        case ModelCheck.UNAVAILABLE if without_model_check:
            return None
        case ModelCheck.UNAVAILABLE:
            hint = (
                "Look at the wording yourself and approve with `without_model_check` true, or send the questions again "
                "to have the check tried again."
            )
            return Conflict("questions_unchecked", f"No model has checked the wording: {reason}", hint)
        case _:
            sentence = "A model is checking the wording of the questions."
            hint = (
                "Approve again in a few seconds (under another Idempotency-Key, if you send one); `model_check` of the "
                "questions says when it is done."
            )
            return Conflict("questions_being_checked", sentence if reason is None else f"{sentence} {reason}", hint)


def open_matter(made: QuestionSet) -> str | None:
    """What a recruiter has to know of this version's check, for the job; None when there is nothing to do."""
    match made.model_check:
        case ModelCheck.REFUSED:
            said = dict.fromkeys(f"Question {one.index + 1}: {one.message}" for one in objections_of(made))
            return f"{' '.join(said)} Edit these questions, or have them written anew."
        case ModelCheck.UNAVAILABLE:
            return (
                f"No model has checked the wording: {_details(made).get('reason')} "
                "Look at it yourself, then approve the questions."
            )
        case _:
            return None


def round_of(made: QuestionSet) -> int:
    """Which try this is, so that asking again is a new question to the model and a repeated task is not."""
    return int(_details(made).get("round", 0))


def _details(made: QuestionSet) -> Mapping[str, Any]:
    return made.model_check_details or {}


def _objections(made: QuestionSet, found: list[Checked]) -> list[dict[str, str]]:
    return [
        {"question_id": question.id, "part": one.part.value, "topic": one.topic, "reason": one.reason}
        for question, checked in zip(made.questions, found, strict=True)
        for one in checked.objections
    ]

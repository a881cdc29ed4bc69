"""What a candidate practises with: questions of the built-in bank that no version of the job's own questions has."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from db.columns import new_id
from db.models import Job, ModelCheck, QuestionSet
from db.repositories import hiring
from db.repositories import interviews as rows
from interview.folding import fold
from interview.purpose import Purpose
from interview.question import content_hash
from interview.script import spoken
from ivr.services import job_records as records
from ivr.services.errors import Conflict
from ivr.services.question_bank import practice_questions
from ivr.services.question_writing import as_draft
from ivr.services.terms import terms_of

# What is about the person rather than the conversation stays out of practice.
_NOT_PRACTISED = {"resume_question": False, "resume_in_scoring": False}


def questions_for(session: Session, job: Job, purpose: str, now: datetime) -> QuestionSet | None:
    """The version that an interview of this purpose is held with; None while the job's own are not approved: until
    then nobody knows what practice must not ask.

    Raises Conflict ``no_practice_questions``, and IntegrityError when another request made the same version first.
    """
    own = rows.question_set(session, job.organisation_id, job.approved_set_id)
    if own is None or purpose != Purpose.PRACTICE.value:
        return own
    standing = hiring.practice_set(session, job.id)
    asked = hiring.texts_asked(session, job.id, Purpose.ASSESSMENT)
    terms = terms_of(job.settings) | _NOT_PRACTISED
    is_good = standing is not None and standing.terms == terms and not _gives_away(standing, asked)
    return standing if is_good else _next(session, job, standing, asked, terms, now)


def _gives_away(standing: QuestionSet, asked: Sequence[str]) -> bool:
    """Whether the job itself asks by now what was only practised before."""
    return not {fold(text) for text in asked}.isdisjoint(fold(question.text) for question in standing.questions)


def _next(
    session: Session, job: Job, former: QuestionSet | None, asked: Sequence[str], terms: dict[str, Any], now: datetime
) -> QuestionSet:
    own = hiring.question_set(session, job.id)
    drafts = practice_questions(
        records.spec_of(job.steering, job.language), asked, [] if own is None else map(as_draft, own.questions)
    )
    if not drafts:
        raise Conflict(
            "no_practice_questions",
            "The job asks everything that the built-in bank has for practice.",
            "Practice needs questions which the job does not ask: write some of the job's own in other words.",
        )
    questions = records.numbered(drafts, [None] * len(drafts), None)
    made = QuestionSet(
        id=new_id(), organisation_id=job.organisation_id, job_id=job.id, purpose=Purpose.PRACTICE.value,
        version=(former.version if former else 0) + 1, source="bank", content_hash=content_hash(questions),
        questions=questions, spoken=spoken(questions), terms=terms, model_check=ModelCheck.NOT_NEEDED, created_at=now,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made

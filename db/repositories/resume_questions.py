"""Questions about a candidate's résumé as workers and readers look for them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Interview, QuestionSet, ResumeQuestion
from interview.lifecycle import InterviewStatus

# Nobody is being called: a question that is written now is there before the next dial.
BEFORE_A_CALL = frozenset({InterviewStatus.SCHEDULED, InterviewStatus.QUEUED, InterviewStatus.INTERRUPTED})


def of_interview(session: Session, organisation_id: str, interview_id: str) -> ResumeQuestion | None:
    """What was to be asked in this interview, or None."""
    return session.scalar(
        select(ResumeQuestion).where(
            ResumeQuestion.organisation_id == organisation_id, ResumeQuestion.interview_id == interview_id
        )
    )


def of_recording(session: Session, recording_sid: str) -> ResumeQuestion | None:
    """The question that this recording answers, or None."""
    return session.scalar(select(ResumeQuestion).where(ResumeQuestion.recording_sid == recording_sid))


def waiting_interviews(
    session: Session, organisation_id: str, candidate_id: str
) -> Sequence[tuple[Interview, dict[str, Any] | None]]:
    """This person's interviews that nobody is being called for and that have no such question yet, with the terms
    of their versions."""
    found = session.execute(
        select(Interview, QuestionSet.terms)
        .join(QuestionSet, QuestionSet.id == Interview.question_set_id)
        .outerjoin(ResumeQuestion, ResumeQuestion.interview_id == Interview.id)
        .where(
            Interview.organisation_id == organisation_id,
            Interview.candidate_id == candidate_id,
            Interview.status.in_(BEFORE_A_CALL),
            ResumeQuestion.id.is_(None),
        )
        .order_by(Interview.created_at, Interview.id)
    )
    return [(interview, terms) for interview, terms in found]

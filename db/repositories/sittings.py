"""Sittings: interviews that are answered behind the candidate's link, and what was answered in them."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import IN_BROWSER, Answer, Call, CandidateQuestion, Interview, Recording, ResumeQuestion
from interview.lifecycle import CALL_TERMINAL, CallStatus, InterviewStatus


def open_sitting(session: Session, interview: Interview) -> Call | None:
    """The sitting that goes on in this interview, if one does."""
    if interview.status is not InterviewStatus.IN_PROGRESS:
        return None
    return session.scalar(
        select(Call).where(
            Call.interview_id == interview.id, Call.attempt == interview.attempts, Call.direction == IN_BROWSER,
            Call.status.not_in(CALL_TERMINAL),
        )
    )  # fmt: skip


def last_of(session: Session, interview_id: str) -> Call | None:
    """The last call or sitting of an interview."""
    return session.scalar(
        select(Call).where(Call.interview_id == interview_id).order_by(Call.attempt.desc()).limit(1)
    )


def answered(session: Session, interview_id: str, question_id: str, take: int | None) -> Answer | None:
    """The answer that has this take of this question, or its last one; takes that were passed over do not count."""
    found = select(Answer).where(
        Answer.interview_id == interview_id, Answer.question_id == question_id, Answer.take > 0
    )
    if take is not None:
        found = found.where(Answer.take == take)
    return session.scalar(found.order_by(Answer.take.desc()).limit(1))


def own_question(session: Session, interview_id: str) -> CandidateQuestion | None:
    """What the candidate asked about the job."""
    return session.scalar(select(CandidateQuestion).where(CandidateQuestion.interview_id == interview_id))


def is_resume_question_answered(session: Session, interview_id: str) -> bool:
    """Whether the question about the candidate's own résumé has an answer."""
    found = select(ResumeQuestion.recording_sid).where(ResumeQuestion.interview_id == interview_id)
    return session.scalar(found) is not None


def recording(session: Session, recording_sid: str) -> Recording | None:
    """The recording of this name."""
    return session.scalar(select(Recording).where(Recording.recording_sid == recording_sid))


def last_heard_at(session: Session, call: Call) -> datetime:
    """When something was last answered in this sitting, else when it began."""
    began = call.answered_at or call.created_at
    moments = [
        session.scalar(select(func.max(kind.created_at)).where(kind.call_id == call.id)) for kind in (Answer, Recording)
    ]
    return max(began, *(moment for moment in moments if moment is not None))


def close_all(session: Session, interview_id: str, now: datetime) -> None:
    """Nobody sits in this interview any more."""
    for call in session.scalars(
        select(Call).where(
            Call.interview_id == interview_id, Call.direction == IN_BROWSER, Call.status.not_in(CALL_TERMINAL)
        )
    ):
        call.status, call.ended_at = CallStatus.COMPLETED, now

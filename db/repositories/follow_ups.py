"""Follow-ups as the worker looks for them: by the answer that one is about, and by what was said to it."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import Answer, FollowUp


def to_answer(session: Session, answer_id: str) -> FollowUp | None:
    """The follow-up about this answer, or None."""
    return session.scalar(select(FollowUp).where(FollowUp.answer_id == answer_id))


def count_written(session: Session, interview_id: str) -> int:
    """How many were written in an interview, whatever became of them."""
    return session.scalar(select(func.count()).where(FollowUp.interview_id == interview_id)) or 0


def newest_take(session: Session, follow_up: FollowUp) -> Answer | None:
    """What was said to a follow-up, as far as it still counts."""
    return session.scalar(
        select(Answer)
        .where(
            Answer.interview_id == follow_up.interview_id,
            Answer.question_id == follow_up.id,
            Answer.superseded.is_(False),
        )
        .order_by(Answer.take.desc())
        .limit(1)
    )

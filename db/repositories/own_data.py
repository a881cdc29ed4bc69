"""What a candidate may see of their own interview."""

from collections.abc import Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import Answer, CandidateRequest, FollowUp, RequestKind


def answers_of(session: Session, interview_id: str) -> Sequence[Answer]:
    """The takes that count, in the order in which they were given, follow-ups too."""
    return session.scalars(
        select(Answer)
        .where(Answer.interview_id == interview_id, Answer.superseded.is_(False))
        .order_by(Answer.created_at, Answer.turn, Answer.id)
    ).all()


def follow_up_texts(session: Session, interview_id: str) -> Mapping[str, str]:
    """What was asked once more, by id."""
    found = session.execute(select(FollowUp.id, FollowUp.text).where(FollowUp.interview_id == interview_id))
    return {row.id: row.text for row in found}


def contested(session: Session, interview_id: str) -> frozenset[str]:
    """The answers of which the candidate said that something is wrong, as long as nobody has resolved it."""
    return frozenset(
        answer_id
        for answer_id in session.scalars(
            select(CandidateRequest.answer_id).where(
                CandidateRequest.interview_id == interview_id, CandidateRequest.kind == RequestKind.CONTEST,
                CandidateRequest.resolved_at.is_(None),
            )
        )
        if answer_id is not None
    )  # fmt: skip


def contested_questions(session: Session, interview_id: str) -> frozenset[str]:
    """The questions to which these answers were given; that of a follow-up's answer is the one it went back to."""
    went_back_to = func.coalesce(FollowUp.question_id, Answer.question_id)
    statement = select(went_back_to).select_from(Answer).outerjoin(FollowUp, FollowUp.id == Answer.question_id)
    return frozenset(session.scalars(statement.where(Answer.id.in_(contested(session, interview_id)))))


def open_data_request(session: Session, candidate_id: str) -> CandidateRequest | None:
    """The request of this person for their data that nobody has resolved."""
    return session.scalar(
        select(CandidateRequest)
        .where(
            CandidateRequest.candidate_id == candidate_id, CandidateRequest.kind == RequestKind.DATA,
            CandidateRequest.resolved_at.is_(None),
        )
        .limit(1)
    )  # fmt: skip

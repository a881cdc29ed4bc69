"""All rows that belong to one person, table by table, as they stand."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from db.models import (
    Answer,
    AnswerRating,
    Base,
    Call,
    CallInAttempt,
    CampaignMember,
    Candidate,
    CandidateLink,
    CandidateQuestion,
    CandidateRequest,
    Consent,
    DomainEvent,
    FeedbackSheet,
    FollowUp,
    IntegrityNote,
    Interview,
    Message,
    ModelCallRow,
    OptOut,
    QuestionSet,
    Recording,
    Result,
    ResumeQuestion,
    Review,
    ScoreSet,
    WhitelistEntry,
)

# What tells nobody anything about the person, or opens a door.
_LEFT_OUT = frozenset({"token_hash", "request_hash", "peaks", "organisation_id"})


def rows_of(
    session: Session, organisation_id: str, candidate_id: str
) -> Mapping[str, Sequence[Mapping[str, Any]]] | None:
    """The rows by table, None for somebody unknown or erased."""
    candidate = session.scalar(
        select(Candidate).where(
            Candidate.organisation_id == organisation_id, Candidate.id == candidate_id, Candidate.erased_at.is_(None)
        )
    )
    if candidate is None:
        return None
    ids = session.scalars(select(Interview.id).where(Interview.candidate_id == candidate_id)).all()
    answers = select(Answer.id).where(Answer.interview_id.in_(ids))
    found: dict[str, Sequence[Mapping[str, Any]]] = {}
    which: Sequence[tuple[type[Base], ColumnElement[bool]]] = (
        (Candidate, Candidate.id == candidate_id),
        (Consent, Consent.candidate_id == candidate_id),
        (Interview, Interview.id.in_(ids)),
        (Call, Call.interview_id.in_(ids)),
        (Recording, Recording.interview_id.in_(ids)),
        (Answer, Answer.interview_id.in_(ids)),
        (FollowUp, FollowUp.interview_id.in_(ids)),
        (ScoreSet, ScoreSet.interview_id.in_(ids)),
        (AnswerRating, AnswerRating.interview_id.in_(ids)),
        (Result, Result.interview_id.in_(ids)),
        (Review, Review.interview_id.in_(ids)),
        (FeedbackSheet, FeedbackSheet.interview_id.in_(ids)),
        (IntegrityNote, IntegrityNote.interview_id.in_(ids)),
        (CandidateQuestion, CandidateQuestion.interview_id.in_(ids)),
        (ResumeQuestion, ResumeQuestion.interview_id.in_(ids)),
        (CandidateRequest, CandidateRequest.candidate_id == candidate_id),
        (CandidateLink, CandidateLink.interview_id.in_(ids)),
        (CampaignMember, CampaignMember.candidate_id == candidate_id),
        (
            ModelCallRow,
            or_(
                ModelCallRow.interview_id.in_(ids), ModelCallRow.subject_id.in_(answers),
                ModelCallRow.subject_id == candidate_id,
            ),
        ),
        (
            Message,
            (Message.organisation_id == organisation_id)
            & or_(Message.interview_id.in_(ids), Message.phone == candidate.phone),
        ),
        (DomainEvent, DomainEvent.subject_id.in_([candidate_id, *ids])),
        (OptOut, (OptOut.organisation_id == organisation_id) & (OptOut.phone == candidate.phone)),
        (
            WhitelistEntry,
            (WhitelistEntry.organisation_id == organisation_id) & (WhitelistEntry.pattern == candidate.phone),
        ),
        (CallInAttempt, CallInAttempt.phone == candidate.phone),
    )  # fmt: skip
    for kind, is_theirs in which:
        table = kind.__table__
        columns = [column for column in table.columns if column.name not in _LEFT_OUT]
        rows = session.execute(select(*columns).where(is_theirs).order_by(table.c.created_at, table.c.id))
        found[kind.__tablename__] = [dict(row) for row in rows.mappings()]
    return found


def questions_asked(session: Session, candidate_id: str) -> Mapping[str, Sequence[Mapping[str, str]]]:
    """(id, text) of the questions of each of the person's interviews."""
    found = session.execute(
        select(Interview.id, QuestionSet.spoken)
        .join(QuestionSet, QuestionSet.id == Interview.question_set_id)
        .where(Interview.candidate_id == candidate_id)
        .order_by(Interview.created_at)
    )
    return {row.id: [{"id": question.id, "text": question.text} for question in row.spoken] for row in found}

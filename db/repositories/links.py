"""Candidates' links: made, found by the hash of their token, revoked."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from db.models import Candidate, CandidateLink, Interview, Job, OutboxRow, QuestionSet


@dataclass(frozen=True, slots=True)
class Behind:
    """A link with the interview it leads to, and what belongs to that."""

    link: CandidateLink
    interview: Interview
    job: Job
    candidate: Candidate
    questions: QuestionSet


def behind(session: Session, token_hash: str) -> Behind | None:
    """What this token leads to, whether or not it still may."""
    row = session.execute(
        select(CandidateLink, Interview, Job, Candidate, QuestionSet)
        .join(Interview, Interview.id == CandidateLink.interview_id)
        .join(Job, Job.id == Interview.job_id)
        .join(Candidate, Candidate.id == Interview.candidate_id)
        .join(QuestionSet, QuestionSet.id == Interview.question_set_id)
        .where(CandidateLink.token_hash == token_hash)
    ).one_or_none()
    return None if row is None else Behind(*row)


def live(session: Session, interview_id: str, now: datetime) -> CandidateLink | None:
    """The newest link of this interview that may be used."""
    return session.scalar(
        select(CandidateLink)
        .where(
            CandidateLink.interview_id == interview_id,
            CandidateLink.revoked_at.is_(None),
            CandidateLink.expires_at > now,
        )
        .order_by(CandidateLink.created_at.desc(), CandidateLink.id)
        .limit(1)
    )


def get(session: Session, organisation_id: str, link_id: str) -> CandidateLink | None:
    """One link of this organisation."""
    return session.scalar(
        select(CandidateLink).where(CandidateLink.organisation_id == organisation_id, CandidateLink.id == link_id)
    )


def revoke_all(session: Session, interview_id: str, now: datetime) -> None:
    """End every link of this interview."""
    session.execute(
        update(CandidateLink)
        .where(CandidateLink.interview_id == interview_id, CandidateLink.revoked_at.is_(None))
        .values(revoked_at=now)
        .execution_options(synchronize_session=False)
    )


def has_open_work(session: Session, kind: str, subject_id: str) -> bool:
    """Whether this work is waiting or being done."""
    found = select(OutboxRow.id).where(
        OutboxRow.kind == kind, OutboxRow.subject_id == subject_id, OutboxRow.done_at.is_(None)
    )
    return session.scalar(found.limit(1)) is not None

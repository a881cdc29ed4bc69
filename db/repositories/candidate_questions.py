"""The candidate's own question as workers and readers look for it, and the vectors of what may be told."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import bindparam, select, text
from sqlalchemy.orm import Session

from db.columns import UtcDateTime, new_id
from db.models import CandidateQuestion, PassageVector

# Two workers may make the vector of the same text at the same time; either is as good.
_KEEP = text(
    "INSERT INTO passage_vectors (id, created_at, organisation_id, model, content_hash, vector, simulated) "
    "VALUES (:id, :at, :organisation_id, :model, :content_hash, :vector, :simulated) ON CONFLICT DO NOTHING"
).bindparams(bindparam("at", type_=UtcDateTime()))


def of_recording(session: Session, recording_sid: str) -> CandidateQuestion | None:
    """The question that this recording holds, or None."""
    return session.scalar(select(CandidateQuestion).where(CandidateQuestion.recording_sid == recording_sid))


def of_interview(session: Session, organisation_id: str, interview_id: str) -> CandidateQuestion | None:
    """What the candidate of an interview asked, or None."""
    return session.scalar(
        select(CandidateQuestion).where(
            CandidateQuestion.organisation_id == organisation_id, CandidateQuestion.interview_id == interview_id
        )
    )


def vectors(session: Session, organisation_id: str, model: str, hashes: Collection[str]) -> dict[str, bytes]:
    """The vectors that there are of these texts by this model, by the texts' hashes."""
    found = session.execute(
        select(PassageVector.content_hash, PassageVector.vector).where(
            PassageVector.organisation_id == organisation_id,
            PassageVector.model == model,
            PassageVector.content_hash.in_(hashes),
        )
    )
    return {content_hash: vector for content_hash, vector in found}


def keep_vectors(
    session: Session, organisation_id: str, model: str, made: Mapping[str, bytes], *, simulated: bool, at: datetime
) -> None:
    """Keep vectors under the hashes of their texts; one that is there already stays."""
    for content_hash, vector in made.items():
        session.execute(
            _KEEP,
            {
                "id": new_id(), "at": at, "organisation_id": organisation_id, "model": model,
                "content_hash": content_hash, "vector": vector, "simulated": simulated,
            },
        )  # fmt: skip

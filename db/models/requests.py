"""What candidates ask of a person: to be spoken with, to have an answer looked at again, to have their data."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.columns import UtcDateTime, word_of
from db.models.base import Base, Owned, StringMap


class RequestKind(StrEnum):
    """``human``: a person instead of the automated interview; ``contest``: an answer is to be looked at again;
    ``data``: to have, correct or delete what is held."""

    HUMAN = "human"
    CONTEST = "contest"
    DATA = "data"


class CandidateRequest(Owned, Base):
    """One thing that a candidate asked for; open until ``resolved_at``, in the hands of ``taken_by`` if anybody's.

    ``source`` is where they asked: "call", "link", or "recruiter" when somebody wrote down what reached them otherwise.
    ``reason`` holds the candidate's own words and ``note`` a person's, both until the candidate is forgotten.
    """

    __tablename__ = "candidate_requests"
    __table_args__ = (
        Index("ix_candidate_requests_list", "organisation_id", "created_at", "id"),
        UniqueConstraint("organisation_id", "external_id"),
    )

    kind: Mapped[RequestKind] = mapped_column(word_of(RequestKind))
    source: Mapped[str] = mapped_column(String(16))
    candidate_id: Mapped[str] = mapped_column(ForeignKey("candidates.id"), index=True)
    interview_id: Mapped[str | None] = mapped_column(ForeignKey("interviews.id"), index=True)
    answer_id: Mapped[str | None] = mapped_column(ForeignKey("answers.id"))
    reason: Mapped[str | None] = mapped_column(Text)
    created_by: Mapped[str] = mapped_column(String(320))
    note: Mapped[str | None] = mapped_column(Text)
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    taken_by: Mapped[str | None] = mapped_column(String(320))
    resolved_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    resolved_by: Mapped[str | None] = mapped_column(String(320))
    external_id: Mapped[str | None] = mapped_column(String(255))
    labels: Mapped[dict[str, str]] = mapped_column("metadata", StringMap, default=dict)

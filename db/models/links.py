"""Candidates' links: what remains of each is the hash of its secret."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from db.columns import UtcDateTime
from db.models.base import Base, Owned


class CandidateLink(Owned, Base):
    """One way into one interview for its candidate, until ``expires_at`` or until it is revoked.

    The token is derived from the key and ``id`` (`interview/link.py`); only its SHA-256 is kept. ``created_by`` names
    who asked for it, as in domain events ("key:…", "system").
    """

    __tablename__ = "candidate_links"

    interview_id: Mapped[str] = mapped_column(ForeignKey("interviews.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime())
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    created_by: Mapped[str] = mapped_column(String(320))

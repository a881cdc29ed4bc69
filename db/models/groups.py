"""What candidates said of themselves for the fairness of the whole: apart from all else, and never about a person."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from db.columns import UtcDateTime
from db.models.base import Base, Owned, StringMap


class CandidateGroups(Owned, Base):
    """One person's voluntary statement, by attribute ("sex": "female").

    Only the repository of groups reads it, and gives out groups beside outcomes, never beside a name. It goes with the
    person: the database itself deletes it with the candidate's row.
    """

    __tablename__ = "candidate_groups"

    candidate_id: Mapped[str] = mapped_column(
        String(36), ForeignKey("candidates.id", ondelete="CASCADE"), unique=True
    )
    groups: Mapped[dict[str, str]] = mapped_column(StringMap)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime())

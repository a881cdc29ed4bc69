"""What a person may want to look at in an answer; nothing that is rated or decided reads this table."""

from sqlalchemy import Float, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, Owned


class IntegrityNote(Owned, Base):
    """One observation about one answer, as ``interview.integrity.Note`` says it; made anew with every result."""

    __tablename__ = "integrity_notes"
    __table_args__ = (UniqueConstraint("answer_id", "signal"),)

    interview_id: Mapped[str] = mapped_column(ForeignKey("interviews.id"), index=True)
    answer_id: Mapped[str] = mapped_column(ForeignKey("answers.id"))
    signal: Mapped[str] = mapped_column(String(32))
    value: Mapped[float] = mapped_column(Float)
    unit: Mapped[str] = mapped_column(String(32))
    reliability: Mapped[str] = mapped_column(String(16))
    offset_s: Mapped[float | None] = mapped_column(Float)
    other_answer_id: Mapped[str | None] = mapped_column(String(36))

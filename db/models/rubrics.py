"""Rubrics of an organisation's library, from which jobs start."""

from datetime import datetime

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.columns import Frozen, UtcDateTime
from db.models.base import Base, Owned, StringMap
from interview.question_drafts import QuestionDraft
from interview.rubric_library import Competency


class Rubric(Owned, Base):
    """Competencies with weights and anchors, and questions, for use in many jobs. A job keeps what it took over, so
    that a change here changes no job."""

    __tablename__ = "rubrics"
    __table_args__ = (
        UniqueConstraint("organisation_id", "external_id"),
        Index("ix_rubrics_list", "organisation_id", "created_at", "id"),
    )

    name: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(16))
    competencies: Mapped[tuple[Competency, ...]] = mapped_column(Frozen(tuple[Competency, ...]))
    questions: Mapped[tuple[QuestionDraft, ...]] = mapped_column(Frozen(tuple[QuestionDraft, ...]))
    external_id: Mapped[str | None] = mapped_column(String(255))
    labels: Mapped[dict[str, str]] = mapped_column("metadata", StringMap, default=dict)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime())

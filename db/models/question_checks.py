"""What a model said to the wording of a question, so that the same words are checked once."""

from typing import Any

from sqlalchemy import Boolean, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.columns import Frozen
from db.models.base import Base, Owned


class QuestionCheck(Owned, Base):
    """One question's verdict by one model and prompt. ``content_hash`` is of the words that were read;
    ``objections`` are ``{part, topic, reason}``, none when the question may be used."""

    __tablename__ = "question_checks"
    __table_args__ = (
        UniqueConstraint(
            "organisation_id", "content_hash", "prompt_version", "model", name="uq_question_checks_wording"
        ),
    )

    content_hash: Mapped[str] = mapped_column(String(64))
    prompt_version: Mapped[str] = mapped_column(String(100))
    model: Mapped[str] = mapped_column(String(100))
    objections: Mapped[list[dict[str, Any]]] = mapped_column(Frozen(list[dict[str, Any]]), default=list)
    simulated: Mapped[bool] = mapped_column(Boolean, default=False)

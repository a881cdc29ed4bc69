"""Jobs, their versions of questions, candidates, and what they consented to."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.columns import Frozen, UtcDateTime, word_of
from db.models.base import Base, Owned, Plain, StringMap
from interview.purpose import Purpose
from interview.question import Question
from interview.resume import ResumeFacts
from interview.script import Accommodations, SpokenQuestion


class JobStatus(StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


class QuestionsStatus(StrEnum):
    GENERATING = "generating"
    DRAFT = "draft"
    APPROVED = "approved"
    FAILED = "failed"


class ModelCheck(StrEnum):
    """How far the model's check of a version's wording is. ``unavailable``: the model could not be had for it;
    ``not_needed``: all its questions are the built-in bank's."""

    CHECKING = "checking"
    PASSED = "passed"
    REFUSED = "refused"
    UNAVAILABLE = "unavailable"
    NOT_NEEDED = "not_needed"


class ResumeStatus(StrEnum):
    NONE = "none"
    PARSING = "parsing"
    READY = "ready"
    NO_TEXT = "no_text"
    FAILED = "failed"


class Job(Owned, Base):
    """``steering`` holds what shapes the questions (count, type, skills, must-ask, …), ``settings`` how the job's
    calls and scores are run; both as validated by the API's schema."""

    __tablename__ = "jobs"
    __table_args__ = (UniqueConstraint("organisation_id", "external_id"),)

    title: Mapped[str] = mapped_column(String(200))
    company: Mapped[str] = mapped_column(String(200))
    say_as: Mapped[dict[str, str]] = mapped_column(StringMap, default=dict)
    description: Mapped[str] = mapped_column(Text, default="")
    description_key: Mapped[str | None] = mapped_column(String(255))
    description_kind: Mapped[str | None] = mapped_column(String(8))
    language: Mapped[str] = mapped_column(String(16))
    steering: Mapped[dict[str, Any]] = mapped_column(Plain, default=dict)
    settings: Mapped[dict[str, Any]] = mapped_column(Plain, default=dict)
    facts: Mapped[dict[str, Any]] = mapped_column(Plain, default=dict)
    status: Mapped[JobStatus] = mapped_column(word_of(JobStatus), default=JobStatus.DRAFT)
    questions_status: Mapped[QuestionsStatus] = mapped_column(
        word_of(QuestionsStatus), default=QuestionsStatus.GENERATING
    )
    questions_error: Mapped[str | None] = mapped_column(Text)
    questions_version: Mapped[int] = mapped_column(Integer, default=0)
    approved_set_id: Mapped[str | None] = mapped_column(String(36))
    approve_when_ready: Mapped[bool] = mapped_column(Boolean, default=False)
    external_id: Mapped[str | None] = mapped_column(String(255))
    labels: Mapped[dict[str, str]] = mapped_column("metadata", StringMap, default=dict)
    simulated: Mapped[bool] = mapped_column(Boolean, default=False)


class QuestionSet(Owned, Base):
    """One version of a job's questions. Approval freezes it; an edit makes the next version.

    ``spoken`` is what the telephone needs of it, kept apart so that a webhook reads little. ``terms`` are the job's
    settings that decide what is asked and how it is scored, as they were at approval. ``model_check`` is None for
    versions from before there was one; its details are ``{reason, objections, model, prompt_version, round}``.
    ``purpose`` practice: what candidates practise with, numbered apart from the job's own questions.
    """

    __tablename__ = "question_sets"
    __table_args__ = (UniqueConstraint("job_id", "purpose", "version"),)

    job_id: Mapped[str] = mapped_column(ForeignKey("jobs.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(16), default=Purpose.ASSESSMENT.value)
    version: Mapped[int] = mapped_column(Integer)
    source: Mapped[str] = mapped_column(String(16))
    content_hash: Mapped[str] = mapped_column(String(64))
    questions: Mapped[tuple[Question, ...]] = mapped_column(Frozen(tuple[Question, ...]))
    spoken: Mapped[tuple[SpokenQuestion, ...]] = mapped_column(Frozen(tuple[SpokenQuestion, ...]))
    skill_coverage: Mapped[list[dict[str, Any]]] = mapped_column(Frozen(list[dict[str, Any]]), default=list)
    model: Mapped[str | None] = mapped_column(String(100))
    prompt_version: Mapped[str | None] = mapped_column(String(100))
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    approved_by: Mapped[str | None] = mapped_column(String(100))
    terms: Mapped[dict[str, Any] | None] = mapped_column(Plain)
    model_check: Mapped[ModelCheck | None] = mapped_column(word_of(ModelCheck))
    model_check_details: Mapped[dict[str, Any] | None] = mapped_column(Plain)
    model_checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    simulated: Mapped[bool] = mapped_column(Boolean, default=False)


class Candidate(Owned, Base):
    """A person; ``say_as`` is how the call pronounces the name, where its spelling does not tell. ``resume_facts`` are
    what was found in the résumé, ``profile`` what people see and change."""

    __tablename__ = "candidates"
    __table_args__ = (UniqueConstraint("organisation_id", "phone"), UniqueConstraint("organisation_id", "external_id"))

    name: Mapped[str] = mapped_column(String(200))
    say_as: Mapped[str | None] = mapped_column(String(200))
    phone: Mapped[str] = mapped_column(String(20))
    email: Mapped[str | None] = mapped_column(String(254))
    language: Mapped[str | None] = mapped_column(String(16))
    timezone: Mapped[str | None] = mapped_column(String(64))
    profile: Mapped[dict[str, Any]] = mapped_column(Plain, default=dict)
    accommodations: Mapped[Accommodations] = mapped_column(Frozen(Accommodations), default=Accommodations)
    resume_status: Mapped[ResumeStatus] = mapped_column(word_of(ResumeStatus), default=ResumeStatus.NONE)
    resume_reason: Mapped[str | None] = mapped_column(Text)
    resume_key: Mapped[str | None] = mapped_column(String(255))
    resume_kind: Mapped[str | None] = mapped_column(String(8))
    resume_text: Mapped[str | None] = mapped_column(Text)
    resume_hidden_text: Mapped[bool] = mapped_column(Boolean, default=False)
    resume_facts: Mapped[ResumeFacts | None] = mapped_column(Frozen(ResumeFacts))
    external_id: Mapped[str | None] = mapped_column(String(255))
    labels: Mapped[dict[str, str]] = mapped_column("metadata", StringMap, default=dict)
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class Consent(Owned, Base):
    """Consent on file for one candidate, or a basis that covers all candidates of a job. Withdrawn, never deleted."""

    __tablename__ = "consents"

    candidate_id: Mapped[str | None] = mapped_column(ForeignKey("candidates.id"), index=True)
    job_id: Mapped[str | None] = mapped_column(ForeignKey("jobs.id"), index=True)
    interview_id: Mapped[str | None] = mapped_column(String(36))
    basis: Mapped[str] = mapped_column(String(64))
    text_version: Mapped[str] = mapped_column(String(64))
    obtained_at: Mapped[datetime] = mapped_column(UtcDateTime())
    source: Mapped[str] = mapped_column(String(64))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime())

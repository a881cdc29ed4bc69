"""What candidates said, and what was made of it: recordings, answers, score sets, results, reviews."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Boolean, Float, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.columns import Frozen, UtcDateTime, word_of
from db.models.base import Base, Owned, Plain, StringMap

# ``Answer.transcript_model`` where the words are those of the carrier's speech recognition.
HEARD_BY_CARRIER = "carrier"
# The same where the candidate wrote the answer: there was nothing to hear. Its recording's name begins so, too.
WRITTEN = "written"
# How the name of a recording begins that a browser made: it came to us whole, and no carrier has a copy.
BROWSER_AUDIO = "browser-"


class AnswerState(StrEnum):
    SCORED = "scored"
    NO_RESPONSE = "no_response"
    SKIPPED = "skipped"
    TECHNICAL_FAILURE = "technical_failure"
    NEEDS_REVIEW = "needs_review"
    PENDING = "pending"


class FollowUpState(StrEnum):
    """``answered`` and ``passed`` are the candidate's doing; ``dropped``: its answer was rated without it."""

    READY = "ready"
    ASKED = "asked"
    ANSWERED = "answered"
    PASSED = "passed"
    DROPPED = "dropped"


class Recording(Owned, Base):
    """The audio of one turn. Made by whichever webhook brings its sid first; ``storage_key`` once ours is verified.

    Where answers are not recorded it has the carrier's words instead (``heard_text``), under a name of ours; the
    further pieces of the same answer are ``part_of`` the first. So has an answer that was written (``WRITTEN``). What a
    browser recorded (``BROWSER_AUDIO``) is stored when its row is made, and measured by a worker.
    """

    __tablename__ = "recordings"
    __table_args__ = (Index("ix_recordings_turn", "call_id", "turn"),)

    interview_id: Mapped[str] = mapped_column(ForeignKey("interviews.id"), index=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"))
    turn: Mapped[int] = mapped_column(Integer)
    recording_sid: Mapped[str] = mapped_column(String(64), unique=True)
    duration_s: Mapped[float | None] = mapped_column(Float)
    storage_key: Mapped[str | None] = mapped_column(String(255))
    sha256: Mapped[str | None] = mapped_column(String(64))
    size_bytes: Mapped[int | None] = mapped_column(Integer)
    speech: Mapped[dict[str, Any] | None] = mapped_column(Plain)
    peaks: Mapped[list[int] | None] = mapped_column(Frozen(list[int]))
    fetched_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    carrier_deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    failure: Mapped[str | None] = mapped_column(Text)
    heard_text: Mapped[str | None] = mapped_column(Text)
    part_of: Mapped[str | None] = mapped_column(String(64), index=True)


class Answer(Owned, Base):
    """One take of one question. A question passed over has a take 0 without a recording.

    The takes of a follow-up stand here as well, under its id (``is_follow_up``); they are rated with their question.
    ``transcript`` is what the model heard and never changes; a person's correction stands beside it.
    """

    __tablename__ = "answers"
    __table_args__ = (UniqueConstraint("interview_id", "question_id", "take"),)

    interview_id: Mapped[str] = mapped_column(ForeignKey("interviews.id"), index=True)
    question_id: Mapped[str] = mapped_column(String(36), index=True)
    take: Mapped[int] = mapped_column(Integer)
    call_id: Mapped[str | None] = mapped_column(ForeignKey("calls.id"))
    turn: Mapped[int | None] = mapped_column(Integer)
    recording_sid: Mapped[str | None] = mapped_column(String(64), index=True)
    duration_s: Mapped[float] = mapped_column(Float, default=0.0)
    partial: Mapped[bool] = mapped_column(Boolean, default=False)
    superseded: Mapped[bool] = mapped_column(Boolean, default=False)
    state: Mapped[AnswerState] = mapped_column(word_of(AnswerState), default=AnswerState.PENDING)
    state_reason: Mapped[str | None] = mapped_column(Text)
    transcript: Mapped[str | None] = mapped_column(Text)
    transcript_corrected: Mapped[str | None] = mapped_column(Text)
    transcript_model: Mapped[str | None] = mapped_column(String(100))
    is_knockout: Mapped[bool] = mapped_column(Boolean, default=False)
    is_follow_up: Mapped[bool] = mapped_column(Boolean, default=False)
    said_yes: Mapped[bool | None] = mapped_column(Boolean)
    knockout_confirmed: Mapped[bool | None] = mapped_column(Boolean)
    human_feedback: Mapped[str | None] = mapped_column(Text)
    simulated: Mapped[bool] = mapped_column(Boolean, default=False)


class FollowUp(Owned, Base):
    """One question more about one answer, for the call in which that was given. ``about`` is what the answer was about
    in a few words; ``key_point_id`` is empty when the candidate is asked to say it in other words (``neutral``)."""

    __tablename__ = "follow_ups"

    interview_id: Mapped[str] = mapped_column(ForeignKey("interviews.id"), index=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"), index=True)
    answer_id: Mapped[str] = mapped_column(ForeignKey("answers.id"), unique=True)
    question_id: Mapped[str] = mapped_column(String(36))
    key_point_id: Mapped[str | None] = mapped_column(String(36))
    neutral: Mapped[bool] = mapped_column(Boolean, default=False)
    about: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[FollowUpState] = mapped_column(word_of(FollowUpState), default=FollowUpState.READY)
    model: Mapped[str | None] = mapped_column(String(100))
    prompt_version: Mapped[str | None] = mapped_column(String(100))
    simulated: Mapped[bool] = mapped_column(Boolean, default=False)


class ScoreSet(Owned, Base):
    """One full scoring of an interview; a rescore adds the next ``number`` and overwrites nothing."""

    __tablename__ = "score_sets"
    __table_args__ = (UniqueConstraint("interview_id", "number"),)

    interview_id: Mapped[str] = mapped_column(ForeignKey("interviews.id"), index=True)
    number: Mapped[int] = mapped_column(Integer)
    reason: Mapped[str] = mapped_column(String(64))


def _in_content(name: str) -> Callable[[Any], Any]:
    """What a new row's ``content`` says under this name."""

    def read(context: Any) -> Any:
        return context.get_current_parameters()["content"].get(name)

    return read


class AnswerRating(Owned, Base):
    """What one answer got in one score set: ``content`` is the core's AnswerScore, ``samples`` what the model said.

    ``answer10`` and ``bias_flag`` are the content's own, beside it: statistics look at thousands of ratings, and taking
    each text apart took most of their time. Neither changes when words are deleted from the content.
    """

    __tablename__ = "answer_ratings"
    __table_args__ = (UniqueConstraint("score_set_id", "answer_id"),)

    score_set_id: Mapped[str] = mapped_column(ForeignKey("score_sets.id"))
    interview_id: Mapped[str] = mapped_column(ForeignKey("interviews.id"), index=True)
    answer_id: Mapped[str] = mapped_column(ForeignKey("answers.id"), index=True)
    question_id: Mapped[str] = mapped_column(String(36))
    content: Mapped[dict[str, Any]] = mapped_column(Plain)
    answer10: Mapped[float | None] = mapped_column(Float, default=_in_content("answer10"))
    bias_flag: Mapped[bool | None] = mapped_column(Boolean, default=_in_content("bias_flag"))
    samples: Mapped[list[dict[str, Any]]] = mapped_column(Frozen(list[dict[str, Any]]), default=list)
    model: Mapped[str | None] = mapped_column(String(100))
    prompt_version: Mapped[str | None] = mapped_column(String(100))
    simulated: Mapped[bool] = mapped_column(Boolean, default=False)


class Result(Owned, Base):
    """The result of one score set by rule; ``narrative`` follows later and may be missing."""

    __tablename__ = "results"

    score_set_id: Mapped[str] = mapped_column(ForeignKey("score_sets.id"), unique=True)
    interview_id: Mapped[str] = mapped_column(ForeignKey("interviews.id"), index=True)
    overall_score: Mapped[float | None] = mapped_column(Float)
    recommendation: Mapped[str | None] = mapped_column(String(16))
    needs_review: Mapped[bool] = mapped_column(Boolean, default=False)
    content: Mapped[dict[str, Any]] = mapped_column(Plain)
    narrative: Mapped[dict[str, Any] | None] = mapped_column(Plain)
    narrative_note: Mapped[str | None] = mapped_column(Text)
    model: Mapped[str | None] = mapped_column(String(100))
    prompt_version: Mapped[str | None] = mapped_column(String(100))
    simulated: Mapped[bool] = mapped_column(Boolean, default=False)


class Review(Owned, Base):
    """A person's decision over a result; both are kept."""

    __tablename__ = "reviews"
    __table_args__ = (UniqueConstraint("organisation_id", "external_id"),)

    interview_id: Mapped[str] = mapped_column(ForeignKey("interviews.id"), index=True)
    score_set_id: Mapped[str | None] = mapped_column(ForeignKey("score_sets.id"))
    reviewer: Mapped[str] = mapped_column(String(320))
    decision: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(Text)
    ratings: Mapped[dict[str, Any] | None] = mapped_column(Plain)
    external_id: Mapped[str | None] = mapped_column(String(255))
    labels: Mapped[dict[str, str]] = mapped_column("metadata", StringMap, default=dict)

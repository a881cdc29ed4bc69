"""Interviews, answers and reviews as the API takes and shows them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal, TypeVar
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from interview.feedback import MAX_ENTRIES, MAX_ENTRY_CHARS
from interview.lifecycle import InterviewStatus
from interview.link import LONGEST_LINK
from ivr.api.pagination import PageQuery
from ivr.api.schemas.base import Body, ExternalId, Line, LongProse, Metadata, Prose, Query, Shown, Word, named, unset
from ivr.api.schemas.candidates import CandidateIn
from ivr.api.schemas.jobs import QuestionShown
from ivr.services.candidate_question_views import CandidateQuestionView, PassageView
from ivr.services.drafts import AnswerPatch, InterviewFilters, InviteDraft, KnockoutDraft, ReviewDraft
from ivr.services.feedback import FeedbackDraft
from ivr.services.integrity_views import IntegrityNoteView
from ivr.services.invitations import LinkDraft
from ivr.services.resume_question_views import ResumeQuestionView
from ivr.services.views import (
    AnswerScoreSetView,
    AnswerView,
    CallView,
    CandidateRef,
    CriterionView,
    EventView,
    FollowUpView,
    InterviewView,
    JobRef,
    KeyPointView,
    NextAction,
    ProgressView,
    QuoteView,
    ReasonView,
    ResultView,
    ReviewView,
    SpeechView,
)
from ivr.services.word_deletion import DeletionView

Decision = Literal["hire", "consider", "reject"]
Rating = Annotated[int, Field(ge=1, le=5)]


class InviteIn(Body):
    """Who is to be called about what: a candidate by id, or the person inline."""

    job_id: UUID
    candidate_id: UUID | None = None
    candidate: CandidateIn | None = None
    call_at: AwareDatetime | None = None
    purpose: Literal["assessment", "practice"] = "assessment"
    external_id: ExternalId | None = None
    metadata: Metadata = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_person(self) -> "InviteIn":
        if (self.candidate_id is None) == (self.candidate is None):
            raise ValueError("name the person by candidate_id or inline as candidate, not both")
        return self

    def draft(self) -> InviteDraft:
        """The invitation as the service takes it."""
        return InviteDraft(
            job_id=str(self.job_id),
            candidate_id=None if self.candidate_id is None else str(self.candidate_id),
            candidate=None if self.candidate is None else self.candidate.draft(),
            call_at=self.call_at,
            purpose=self.purpose,
            external_id=self.external_id,
            metadata=self.metadata,
        )


class LinkIn(Body):
    """A link for the candidate: how it is sent, if at all, and how long it works."""

    send: Annotated[tuple[Literal["sms", "email"], ...], Field(max_length=2)] = ()
    expires_in_hours: Annotated[
        Annotated[int, Field(ge=1, le=LONGEST_LINK // timedelta(hours=1))] | None,
        Field(description="Two weeks when not given."),
    ] = None
    revoke_earlier: Annotated[bool, Field(description="End the links that were made before.")] = False

    def draft(self) -> LinkDraft:
        """The wish as the service takes it."""
        return LinkDraft(self.send, self.expires_in_hours, self.revoke_earlier)


class InterviewFilterQuery(Query):
    """Which interviews are meant; ``status`` may be repeated."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    job_id: UUID | None = None
    candidate_id: UUID | None = None
    status: Annotated[tuple[InterviewStatus, ...], Field(max_length=13)] = ()
    recommendation: Decision | None = None
    needs_review: bool | None = None
    purpose: Literal["assessment", "practice"] | None = None
    created_from: Annotated[AwareDatetime | None, Field(alias="from")] = None
    created_to: Annotated[AwareDatetime | None, Field(alias="to")] = None
    external_id: ExternalId | None = None
    q: Annotated[Line | None, Field(description="Looked for in the candidate's name.")] = None

    def filters(self) -> InterviewFilters:
        """The filters as the service takes them."""
        return InterviewFilters(
            job_id=None if self.job_id is None else str(self.job_id),
            candidate_id=None if self.candidate_id is None else str(self.candidate_id),
            statuses=tuple(status.value for status in self.status),
            recommendation=self.recommendation,
            needs_review=self.needs_review,
            purpose=self.purpose,
            created_from=self.created_from,
            created_to=self.created_to,
            external_id=self.external_id,
            q=self.q,
        )


class InterviewQuery(InterviewFilterQuery, PageQuery):
    """Which interviews to list; ``status`` may be repeated."""


class InterviewExportQuery(InterviewFilterQuery):
    """Which interviews to download, and in which form."""

    format: Literal["csv", "json"] = "csv"


class AnswerPatchIn(Body):
    """A corrected transcript (null takes the correction back) or a person's feedback."""

    transcript: LongProse | None = Field(default_factory=unset)
    human_feedback: Prose | None = Field(default_factory=unset)

    def patch(self) -> AnswerPatch:
        """The changes as the service takes them."""
        return AnswerPatch(**named(self))


class KnockoutIn(Body):
    """A person says whether the requirement is met."""

    passed: bool
    reason: Prose | None = None

    def draft(self) -> KnockoutDraft:
        """The word of that person."""
        return KnockoutDraft(self.passed, self.reason)


class ReviewIn(Body):
    """A person's decision over a result; ``ratings`` are their own, by answer id and criterion."""

    decision: Decision
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=20, max_length=4000)]
    ratings: Annotated[dict[Word, dict[Word, Rating]], Field(max_length=50)] | None = None
    external_id: ExternalId | None = None
    metadata: Metadata = Field(default_factory=dict)

    def draft(self) -> ReviewDraft:
        """The decision as the service takes it."""
        return ReviewDraft(self.decision, self.reason, self.ratings, self.external_id, self.metadata)


FeedbackEntries = Annotated[
    tuple[Annotated[Line, StringConstraints(max_length=MAX_ENTRY_CHARS)], ...], Field(max_length=MAX_ENTRIES)
]


class FeedbackIn(Body):
    """What the candidate may be told: texts that are not sent stay as they are. No rating, no number, no verdict."""

    strengths: FeedbackEntries | None = None
    topics: Annotated[FeedbackEntries | None, Field(description="What is worth working on.")] = None
    release: Annotated[
        bool,
        Field(description="False keeps the texts for now; false without any texts has a draft written by a worker."),
    ] = True

    def draft(self) -> FeedbackDraft:
        """The wish as the service takes it."""
        return FeedbackDraft(self.strengths, self.topics, self.release)


class AnswerShown(Shown):
    """One take of one question; numbers only in the state ``scored``."""

    id: str
    question: QuestionShown
    take: int
    follow_up: FollowUpView | None
    state: str
    state_reason: str | None
    audio_url: str | None
    duration_s: float
    partial: bool
    superseded: bool
    transcript: str | None
    transcript_original: str | None
    transcript_note: str | None = Field(description="Why there are no words any more: when, and by what rule.")
    transcript_source: Literal["model", "carrier", "written"] | None = Field(
        description="Whose words they are: our speech model's, the telephone company's where answers are not recorded, "
        "or the candidate's own where they wrote."
    )
    words_approximate: bool
    key_points: tuple[KeyPointView, ...]
    criteria: tuple[CriterionView, ...]
    score: float | None
    score_100: float | None
    understanding: int | None
    explainability: int | None
    evidence: tuple[QuoteView, ...]
    critique: str
    ideal_answer: str
    concepts_missed: tuple[str, ...]
    off_topic: bool
    is_correct: bool | None
    bias_flag: bool
    review_reasons: tuple[ReasonView, ...]
    integrity_notes: tuple[IntegrityNoteView, ...]
    speech: SpeechView | None
    human_feedback: str | None
    score_sets: tuple[AnswerScoreSetView, ...]
    said_yes: bool | None
    knockout_confirmed: bool | None
    simulated: bool

    @classmethod
    def of(cls, view: AnswerView, interview_id: str) -> "AnswerShown":
        """As shown."""
        url = f"/api/v1/interviews/{interview_id}/answers/{view.id}/audio" if view.has_audio else None
        return _copied(cls, view, question=QuestionShown.of(view.question), audio_url=url)


class CandidateQuestionShown(Shown):
    """The candidate's own question and what became of it; it is never rated."""

    id: str
    state: Literal["asked", "ready", "answered", "passed_on", "nothing_said"]
    text: str | None
    text_note: str | None
    answer: str | None
    passage: PassageView | None
    reason_code: str | None
    reason: str | None
    audio_url: str | None
    duration_s: float
    partial: bool
    asked_at: datetime
    told_at: datetime | None
    passed_on_at: datetime | None
    simulated: bool

    @classmethod
    def of(cls, view: CandidateQuestionView, interview_id: str) -> "CandidateQuestionShown":
        """As shown."""
        url = f"/api/v1/interviews/{interview_id}/answers/{view.id}/audio" if view.has_audio else None
        return _copied(cls, view, audio_url=url)


class ResumeQuestionShown(Shown):
    """The question about the candidate's own résumé and what was said to it; it is never rated."""

    id: str
    state: Literal["none", "ready", "asked", "answered", "passed", "nothing_said"]
    text: str | None
    about: str | None
    note: str | None
    transcript: str | None
    text_note: str | None
    audio_url: str | None
    duration_s: float
    partial: bool
    asked_at: datetime | None
    model: str | None
    prompt_version: str | None
    simulated: bool

    @classmethod
    def of(cls, view: ResumeQuestionView, interview_id: str) -> "ResumeQuestionShown":
        """As shown."""
        url = f"/api/v1/interviews/{interview_id}/answers/{view.id}/audio" if view.has_audio else None
        return _copied(cls, view, audio_url=url)


class InterviewRow(Shown):
    """An interview in a list."""

    id: str
    job_id: str
    candidate_id: str
    job: JobRef
    candidate: CandidateRef
    purpose: str
    status: str
    progress: ProgressView
    next_action: NextAction | None
    waiting_reason: str | None
    reason_code: str | None
    call_at: datetime | None
    attempts: int
    max_attempts: int
    hang_up_requested: bool
    started_at: datetime | None
    ended_at: datetime | None
    duration_s: int | None
    overall_score: float | None
    recommendation: str | None
    needs_review: bool
    external_id: str | None
    metadata: Mapping[str, str]
    simulated: bool
    created_at: datetime
    deletion: DeletionView | None

    @classmethod
    def of(cls, view: InterviewView) -> "InterviewRow":
        """As shown in a list."""
        return _copied(cls, view)


class InterviewShown(InterviewRow):
    """An interview with all that belongs to it."""

    calls: tuple[CallView, ...]
    answers: tuple[AnswerShown, ...]
    result: ResultView | None
    reviews: tuple[ReviewView, ...]
    timeline: tuple[EventView, ...]
    candidate_question: CandidateQuestionShown | None
    resume_question: ResumeQuestionShown | None

    @classmethod
    def of(cls, view: InterviewView) -> "InterviewShown":
        """As shown alone."""
        asked, about = view.candidate_question, view.resume_question
        return _copied(
            cls,
            view,
            answers=tuple(AnswerShown.of(answer, view.id) for answer in view.answers),
            candidate_question=None if asked is None else CandidateQuestionShown.of(asked, view.id),
            resume_question=None if about is None else ResumeQuestionShown.of(about, view.id),
        )


M = TypeVar("M", bound=BaseModel)


def _copied(cls: type[M], view: object, **own: Any) -> M:
    """The model with the view's fields; they were checked where they were made."""
    return cls.model_construct(
        **{name: getattr(view, name) for name in cls.model_fields if name not in own}, **own
    )

"""What services give back: frozen values under the field names of the API contract, never rows of the database.

Phone numbers are whole here; a door masks them for readers who may not see them. Times are aware and in UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from interview.question import Question
from interview.script import Accommodations
from ivr.services.candidate_question_views import CandidateQuestionView
from ivr.services.drafts import Fact, JobSettings, Profile, SayAs
from ivr.services.event_views import EventView as EventView
from ivr.services.feedback_views import FeedbackView
from ivr.services.integrity_views import IntegrityNoteView
from ivr.services.question_check_views import ModelCheckView
from ivr.services.resume_question_views import ResumeQuestionView
from ivr.services.word_deletion import DeletionView

# --- jobs --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SkillCoverageView:
    """Which questions cover a skill that was named; none means it is not covered."""

    skill: str
    question_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class JobView:
    """A job with all that it was given. ``description_file`` is the kind of the file ("pdf", …) if one was sent.
    ``settings_pending`` names settings that differ from what the approved version was approved with: they hold for
    interviews of the next one."""

    id: str
    title: str
    company: str
    say_as: SayAs
    description: str
    description_file: str | None
    language: str
    question_count: int
    interview_type: str
    difficulty: str
    instructions: str | None
    skills: tuple[str, ...]
    stack: tuple[str, ...]
    evaluation_focus: tuple[str, ...]
    experience_level: str | None
    must_ask: tuple[str, ...]
    rubric_id: str | None
    facts: tuple[Fact, ...]
    approve: bool
    settings: JobSettings
    settings_pending: tuple[str, ...]
    status: str
    questions_status: str
    questions_error: str | None
    questions_version: int
    approved_version: int | None
    skill_coverage: tuple[SkillCoverageView, ...]
    external_id: str | None
    metadata: Mapping[str, str]
    simulated: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class QuestionSetView:
    """One version of a job's questions, in their order; ``source`` is model, bank, human or rubric (a ``model`` that
    is named then wrote the rest)."""

    job_id: str
    version: int
    content_hash: str
    status: str
    source: str
    skill_coverage: tuple[SkillCoverageView, ...]
    questions: tuple[Question, ...]
    model: str | None
    prompt_version: str | None
    model_check: ModelCheckView
    approved_at: datetime | None
    approved_by: str | None
    simulated: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file for download; ``filename`` is made by us."""

    data: bytes = field(repr=False)
    content_type: str
    filename: str


# --- candidates --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ConsentView:
    """Consent on file."""

    basis: str
    text_version: str
    obtained_at: datetime
    source: str
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CandidateView:
    """A person; ``consent`` is the latest that was not withdrawn. ``resume_reason`` says why a résumé is unread."""

    id: str
    name: str
    say_as: str | None
    phone: str = field(repr=False)
    email: str | None = field(repr=False)
    language: str | None
    timezone: str | None
    profile: Profile
    consent: ConsentView | None
    accommodations: Accommodations
    resume_status: str
    resume_reason: str | None
    external_id: str | None
    metadata: Mapping[str, str]
    created_at: datetime


# --- interviews --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NextAction:
    """What happens next by itself, or waits for a person (``at`` None)."""

    what: str
    at: datetime | None
    why: str


@dataclass(frozen=True, slots=True)
class ProgressView:
    """Where the conversation stands; ``question_index`` counts from 0, ``total`` and ``answered`` count core ones."""

    phase: str
    question_index: int
    total: int
    answered: int
    paused: bool


@dataclass(frozen=True, slots=True)
class ErrorView:
    """What the carrier or we say went wrong."""

    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class CostView:
    """Money as the vendor stated it, a decimal as text."""

    amount: str
    unit: str


@dataclass(frozen=True, slots=True)
class CallView:
    """One attempt to reach the candidate."""

    id: str
    attempt: int
    direction: str
    carrier_sid: str | None
    status: str
    outcome: str | None
    reason_code: str | None
    answered_by: str | None
    started_at: datetime | None
    ended_at: datetime | None
    duration_s: int | None
    ended_by: str | None
    cost: CostView | None
    error: ErrorView | None
    simulated: bool


@dataclass(frozen=True, slots=True)
class FollowUpView:
    """The follow-up question to an answer and what was said to it."""

    text: str
    transcript: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class QuoteView:
    """Words of the candidate; ``start_s`` is None when the audio's times are unknown."""

    text: str = field(repr=False)
    start_s: float | None
    verified: bool


@dataclass(frozen=True, slots=True)
class KeyPointView:
    """What became of a key point: covered, partial or missing; None before it is scored."""

    id: str
    text: str
    status: str | None
    quote: QuoteView | None


@dataclass(frozen=True, slots=True)
class CriterionView:
    """The rating 1-5 of one criterion, None when not rated."""

    id: str
    rating: float | None
    reason: str = field(repr=False)
    quotes: tuple[QuoteView, ...] = ()


@dataclass(frozen=True, slots=True)
class SpeechView:
    """What the waveform tells, never scored."""

    words_per_minute: float | None
    filler_words: int | None
    longest_pause_s: float | None
    response_time_s: float | None


@dataclass(frozen=True, slots=True)
class ReasonView:
    """Why a person should look."""

    code: str
    sentence: str
    question_id: str | None = None


@dataclass(frozen=True, slots=True)
class AnswerScoreSetView:
    """What this answer got in one score set; None where it carries no number."""

    number: int
    reason: str
    created_at: datetime
    state: str
    score: float | None


@dataclass(frozen=True, slots=True)
class RatedByView:
    """Who rated an answer, and how far the samples were apart: ``sample_ratings`` are each sample's by criterion, None
    where a sample left it open. Empty where what the model said was deleted."""

    model: str | None
    prompt_version: str | None
    rated_at: datetime
    sample_ratings: Mapping[str, tuple[int | None, ...]]

    @property
    def samples(self) -> int:
        """How many there were."""
        return max(map(len, self.sample_ratings.values()), default=0)

    @property
    def resume_given(self) -> bool:
        """Whether the rater also got facts from the résumé: the version names the rules about one only then."""
        return "+score_answer_with_resume" in (self.prompt_version or "")


@dataclass(frozen=True, slots=True)
class AnswerView:
    """One take of one question. Numbers only when ``scored``; ``understanding`` and ``explainability`` are 1-10.
    ``transcript`` is the corrected one, if any; ``transcript_note`` says why it is gone. ``heard`` are the stretches of
    speech in the audio, from and to in seconds."""

    id: str
    question: Question
    take: int
    follow_up: FollowUpView | None
    state: str
    state_reason: str | None
    has_audio: bool
    duration_s: float
    partial: bool
    superseded: bool
    transcript: str | None = field(repr=False)
    transcript_original: str | None = field(repr=False)
    transcript_source: Literal["model", "carrier", "written"] | None
    words_approximate: bool
    key_points: tuple[KeyPointView, ...]
    criteria: tuple[CriterionView, ...]
    score: float | None
    score_100: float | None
    understanding: int | None
    explainability: int | None
    evidence: tuple[QuoteView, ...]
    critique: str = field(repr=False)
    ideal_answer: str
    concepts_missed: tuple[str, ...]
    off_topic: bool
    is_correct: bool | None
    bias_flag: bool
    review_reasons: tuple[ReasonView, ...]
    integrity_notes: tuple[IntegrityNoteView, ...]
    speech: SpeechView | None
    human_feedback: str | None = field(repr=False)
    score_sets: tuple[AnswerScoreSetView, ...]
    said_yes: bool | None
    knockout_confirmed: bool | None
    simulated: bool
    transcript_note: str | None = None
    rated_by: RatedByView | None = None
    heard: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class CompetencyView:
    """The weighted mean 0-10 of a competency's scored questions."""

    name: str
    weight: float
    score: float | None


@dataclass(frozen=True, slots=True)
class PolicyView:
    """The rules by which a result was made, and in words how it came about."""

    version: str
    thresholds: Mapping[str, float]
    weights: Mapping[str, float]
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReviewView:
    """A person's decision."""

    id: str
    reviewer: str
    decision: str
    reason: str = field(repr=False)
    ratings: Mapping[str, Any] | None
    created_at: datetime
    external_id: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ResultView:
    """The result by rule; all scores 0-10. The words (``summary`` to ``recommended_topics``) follow later: until then
    they are None or empty and ``narrative_note`` says why."""

    interview_id: str
    overall_score: float | None
    overall_score_100: float | None
    overall_rating: str
    recommendation: str | None
    hire_recommendation: bool | None
    provisional: bool
    needs_review: bool
    review_reasons: tuple[ReasonView, ...]
    borderline: bool
    coverage: float
    certainty: float | None
    dimension_scores: Mapping[str, float]
    criterion_scores: Mapping[str, float]
    type_scores: Mapping[str, float]
    competencies: tuple[CompetencyView, ...]
    questions_total: int
    questions_attempted: int
    questions_correct: int
    average_response_time_s: float | None
    completion_time_s: float | None
    strengths: tuple[str, ...]
    improvements: tuple[str, ...]
    concepts_missed: tuple[str, ...]
    recommended_topics: tuple[str, ...]
    summary: str | None
    next_steps: tuple[str, ...]
    narrative_note: str | None
    policy: PolicyView
    score_set: int
    model: str | None
    prompt_version: str | None
    human_review: ReviewView | None
    cost: CostView | None
    trace_url: str | None
    simulated: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class JobRef:
    """The job of an interview, in short."""

    id: str
    title: str
    company: str
    language: str
    question_set_version: int


@dataclass(frozen=True, slots=True)
class CandidateRef:
    """The candidate of an interview, in short."""

    id: str
    name: str
    phone: str = field(repr=False)
    external_id: str | None


@dataclass(frozen=True, slots=True)
class InterviewView:
    """One candidate through one set of questions; in a list with the score, but without what stands at the end.
    ``words_until`` is when retention deletes audio and words, None where nothing sets an end."""

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
    calls: tuple[CallView, ...] = ()
    answers: tuple[AnswerView, ...] = ()
    result: ResultView | None = None
    reviews: tuple[ReviewView, ...] = ()
    timeline: tuple[EventView, ...] = ()
    candidate_question: CandidateQuestionView | None = None
    resume_question: ResumeQuestionView | None = None
    feedback: FeedbackView | None = None
    deletion: DeletionView | None = None
    words_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class AudioFile:
    """Where the audio of an answer is kept: the door reads the ranges that it needs from the store."""

    key: str
    size: int
    content_type: str
    filename: str


@dataclass(frozen=True, slots=True)
class PeaksView:
    """The waveform's loudness 0-100 in equal steps over ``duration_s``."""

    peaks: tuple[int, ...]
    duration_s: float

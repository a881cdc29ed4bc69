"""The scorecard as data: what ``report.json`` holds and what the PDF is made from, and nothing besides."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from ivr.services.views import CostView, JobRef, ResultView, ReviewView, SpeechView

VERSION = "1"


@dataclass(frozen=True, slots=True)
class ReportCandidateView:
    """Who was interviewed; ``phone`` shows its last four digits only, whoever asks."""

    id: str
    name: str
    phone: str
    external_id: str | None


@dataclass(frozen=True, slots=True)
class ReportQuoteView:
    """Words of the candidate on which a rating rests; ``number`` counts within the answer, ``start_s`` is None when it
    is not known where they are in the audio."""

    number: int
    text: str = field(repr=False)
    start_s: float | None
    in_follow_up: bool


@dataclass(frozen=True, slots=True)
class ReportPieceView:
    """A stretch of a transcript and the numbers of the quotes that run over it; all pieces together are the whole."""

    text: str = field(repr=False)
    quotes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ReportCriterionView:
    """The rating 1-5 of one criterion, None when not rated; ``samples`` are the single ratings behind it."""

    id: str
    rating: float | None
    reason: str = field(repr=False)
    quotes: tuple[int, ...]
    samples: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class ReportKeyPointView:
    """What became of a key point; ``status`` is None when it was not looked at."""

    text: str
    status: str | None
    quotes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ReportLevelView:
    """A level of the rubric with its anchor, empty where it was left to the rater."""

    number: int
    text: str
    is_nearest: bool


@dataclass(frozen=True, slots=True)
class ReportNoteView:
    """An integrity note: for a person's ear, no part of any score. ``at_s`` is seconds into the answer."""

    signal: str
    sentence: str
    at_s: float | None
    reliability: str
    innocent_explanations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReportRatedByView:
    """Who rated an answer and in how many samples; ``resume_given`` says that facts from the résumé were given too."""

    model: str | None
    prompt_version: str | None
    samples: int
    rated_at: datetime
    resume_given: bool


@dataclass(frozen=True, slots=True)
class ReportFollowUpView:
    """What was asked once more and what was said to it."""

    text: str
    transcript: tuple[ReportPieceView, ...]


@dataclass(frozen=True, slots=True)
class ReportAnswerView:
    """A core question and the take that counts; numbers only when ``scored``. ``peaks`` are the waveform, 0-100."""

    number: int
    answer_id: str
    question_id: str
    question: str
    competency: str
    type: str
    weight_share: float | None
    state: str
    state_reason: str | None
    score: float | None
    levels: tuple[ReportLevelView, ...]
    criteria: tuple[ReportCriterionView, ...]
    key_points: tuple[ReportKeyPointView, ...]
    quotes: tuple[ReportQuoteView, ...]
    transcript: tuple[ReportPieceView, ...]
    transcript_corrected: bool
    transcript_source: Literal["model", "carrier", "written"] | None
    transcript_note: str | None
    times_approximate: bool
    follow_up: ReportFollowUpView | None
    review_reasons: tuple[str, ...]
    human_feedback: str | None = field(repr=False)
    duration_s: float
    partial: bool
    earlier_takes: int
    speech: SpeechView | None
    rated_by: ReportRatedByView | None
    integrity_notes: tuple[ReportNoteView, ...]
    peaks: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ReportRequirementView:
    """A yes-or-no question on top: no part of the score."""

    number: int
    question: str
    outcome: Literal["met", "not_met", "unclear"]
    said_yes: bool | None
    needed: Literal["yes", "no"]
    confirmed_by_person: bool


@dataclass(frozen=True, slots=True)
class ReportSpanView:
    """A stretch of the call picture, in seconds; ``question`` is the number of the answer's question."""

    start_s: float
    end_s: float
    question: int | None


@dataclass(frozen=True, slots=True)
class ReportPictureView:
    """The calls laid end to end, and where in them the answers were given."""

    duration_s: float
    calls: tuple[ReportSpanView, ...]
    answers: tuple[ReportSpanView, ...]


@dataclass(frozen=True, slots=True)
class ReportRecordView:
    """By what, when and for how much: ``questions_hash`` is the SHA-256 of the approved questions and their rubric.
    ``audio_deleted_on`` is the day of deletion, past or planned; None where nothing sets an end."""

    questions_version: int
    questions_hash: str
    score_set: int | None
    policy_version: str | None
    model: str | None
    prompt_version: str | None
    transcribed_by: tuple[str, ...]
    calls: int
    cost: CostView | None
    audio_deleted_on: datetime | None
    words_deleted: str | None


@dataclass(frozen=True, slots=True)
class ReportView:
    """An interview for somebody who was not there. ``as_of`` is the last change that it shows, ``how`` says in
    sentences how the result came about, ``provisional`` stays true until a person has decided over this score set."""

    version: str
    interview_id: str
    external_id: str | None
    purpose: str
    status: str
    simulated: bool
    as_of: datetime
    started_at: datetime | None
    duration_s: int | None
    job: JobRef
    candidate: ReportCandidateView
    provisional: bool
    result: ResultView | None
    how: tuple[str, ...]
    why_no_result: str | None
    review_reasons: tuple[str, ...]
    requirements: tuple[ReportRequirementView, ...]
    picture: ReportPictureView | None
    answers: tuple[ReportAnswerView, ...]
    candidate_question: str | None
    reviews: tuple[ReviewView, ...]
    record: ReportRecordView

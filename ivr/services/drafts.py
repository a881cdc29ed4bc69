"""What a door hands to a service: requests already parsed and typed, with the defaults of the API contract."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from pydantic import TypeAdapter, ValidationError

from db.repositories.paging import BadCursor, decode_cursor
from interview.arithmetic import Weights
from interview.calling_hours import CallingHours, InvalidHours
from interview.question import Anchors, Difficulty, QuestionType
from interview.question_rules import InterviewType
from interview.rubric_library import Competency
from interview.scorecard import Thresholds
from interview.script import Accommodations
from ivr.services.errors import FieldProblem, Invalid
from ivr.services.problems import field_problems

if TYPE_CHECKING:
    from db.models import Consent

__all__ = [
    "UNSET", "Accommodations", "AnswerPatch", "CallingHoursSetting", "CampaignDraft", "CampaignFilters",
    "CandidateDraft", "CandidateFilters", "CandidatePatch", "ConsentDraft", "Fact", "InterviewFilters",
    "InviteDraft", "JobDraft", "JobFilters", "JobPatch", "JobSettings", "KnockoutDraft", "Page", "Paged", "Profile",
    "QuestionEdit", "ReviewDraft", "RubricDraft", "RubricFilters", "SayAs", "Thresholds", "Unset", "Upload", "Weights",
    "overlay_settings", "settings_from_plain", "settings_to_plain",
]  # fmt: skip

T = TypeVar("T")


class Unset(Enum):
    """A field that a PATCH did not name; None is a value of its own there."""

    UNSET = "unset"


UNSET = Unset.UNSET


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was sent. ``filename`` is the sender's and is shown at most, never used as a path."""

    data: bytes = field(repr=False)
    filename: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list: at most ``limit`` rows after ``cursor``, newest first; ``with_total`` counts them all.

    Raises Invalid for a cursor that was not made here.
    """

    limit: int = 25
    cursor: str | None = None
    with_total: bool = False

    def __post_init__(self) -> None:
        try:
            if self.cursor is not None:
                decode_cursor(self.cursor)
        except BadCursor:
            raise Invalid(
                "invalid_cursor", "The cursor is not one of ours.", "Send next_cursor of the page before, unchanged."
            ) from None


@dataclass(frozen=True, slots=True)
class Paged(Generic[T]):
    """Part of a list; ``next_cursor`` is None at its end, ``total`` None unless it was asked for."""

    items: tuple[T, ...]
    next_cursor: str | None = None
    total: int | None = None


# --- jobs --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SayAs:
    """How the title and the company are pronounced, in letters of the job's language."""

    title: str | None = None
    company: str | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that may be told to a candidate who asks."""

    topic: str
    text: str


@dataclass(frozen=True, slots=True)
class CallingHoursSetting:
    """On the candidate's clock, from ``start`` until before ``end`` ("24:00" is legal) on ``days`` ("mon", …)."""

    start: str = "09:00"
    end: str = "20:00"
    days: tuple[str, ...] = ("mon", "tue", "wed", "thu", "fri")

    def hours(self) -> CallingHours:
        """As the gate wants them. Raises interview.gate.InvalidHours."""
        return CallingHours.parse(self.start, self.end, self.days)


@dataclass(frozen=True, slots=True)
class RetryMinutesAfter:
    """Waits of their own after a call's outcome, in minutes like ``retry_minutes``; None leaves it to the policy."""

    busy: tuple[int, ...] | None = None
    no_answer: tuple[int, ...] | None = None
    voicemail: tuple[int, ...] | None = None
    interrupted: tuple[int, ...] | None = None
    failed: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class JobSettings:
    """How a job's calls and scores are run; kept as JSON in ``Job.settings``.

    ``retry_minutes[n]`` is the wait before attempt n + 2, the last one for all after it. ``consent`` is "required" or
    the name of a basis that covers all candidates of the job. ``timezone`` is the clock of the job's own people.
    """

    thresholds: Thresholds = Thresholds()
    weights: Weights = Weights()
    max_follow_ups: int = 2
    max_attempts: int = 3
    retry_minutes: tuple[int, ...] = (60, 240)
    retry_minutes_after: RetryMinutesAfter = RetryMinutesAfter()
    calling_hours: CallingHoursSetting = CallingHoursSetting()
    answer_max_s: int = 180
    max_call_minutes: int = 30
    retakes: int = 1
    practice: bool = False
    voice: str | None = None
    resume_in_scoring: bool = False
    resume_question: bool = False
    blind_first: bool = True
    amd: bool = True
    on_generation_failure: str = "fail"
    consent: str = "required"
    retention_days: int | None = None
    raw_model_log_days: int = 30
    timezone: str | None = None


@cache
def _settings_adapter() -> TypeAdapter[JobSettings]:
    return TypeAdapter(JobSettings)


def settings_to_plain(settings: JobSettings) -> dict[str, Any]:
    """The settings as the JSON object that ``Job.settings`` keeps."""
    return cast("dict[str, Any]", _settings_adapter().dump_python(settings, mode="json"))


def settings_from_plain(plain: Mapping[str, Any]) -> JobSettings:
    """The settings that ``Job.settings`` keeps; what is not in it has its default. Raises pydantic.ValidationError."""
    return _settings_adapter().validate_python(dict(plain))


def overlay_settings(current: JobSettings, given: Mapping[str, Any]) -> JobSettings:
    """``current`` with what ``given`` names, one level deep too (``{"thresholds": {"hire": 8}}`` keeps ``consider``).

    Raises Invalid, naming each field, when they do not go together.
    """
    plain = settings_to_plain(current)
    for name, value in given.items():
        before = plain.get(name)
        plain[name] = {**before, **value} if isinstance(before, dict) and isinstance(value, Mapping) else value
    try:
        settings = settings_from_plain(plain)
        settings.calling_hours.hours()
        return settings
    except InvalidHours as error:
        problem = FieldProblem("settings.calling_hours", "invalid", error.sentence)
        raise Invalid("invalid_fields", error.sentence, problems=[problem]) from None
    except ValidationError as error:
        raise Invalid(
            "invalid_fields", "Some settings do not go together.", problems=field_problems(error, "settings")
        ) from None


@dataclass(frozen=True, slots=True)
class JobDraft:
    """A job as wished for. ``description`` is None when it comes as a file; ``company`` None means the organisation."""

    title: str
    company: str | None = None
    say_as: SayAs = SayAs()
    description: str | None = None
    language: str = "en-US"
    question_count: int = 6
    interview_type: InterviewType = InterviewType.MIXED
    difficulty: Difficulty = Difficulty.MEDIUM
    instructions: str | None = None
    skills: tuple[str, ...] = ()
    stack: tuple[str, ...] = ()
    evaluation_focus: tuple[str, ...] = ()
    experience_level: str | None = None
    must_ask: tuple[str, ...] = ()
    rubric_id: str | None = None
    facts: tuple[Fact, ...] = ()
    approve: bool = False
    settings: JobSettings = JobSettings()
    external_id: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class JobPatch:
    """Changes to a job. ``settings`` holds only what is to change, see ``overlay_settings``."""

    title: str | Unset = UNSET
    company: str | None | Unset = UNSET
    say_as: SayAs | Unset = UNSET
    description: str | Unset = UNSET
    language: str | Unset = UNSET
    question_count: int | Unset = UNSET
    interview_type: InterviewType | Unset = UNSET
    difficulty: Difficulty | Unset = UNSET
    instructions: str | None | Unset = UNSET
    skills: tuple[str, ...] | Unset = UNSET
    stack: tuple[str, ...] | Unset = UNSET
    evaluation_focus: tuple[str, ...] | Unset = UNSET
    experience_level: str | None | Unset = UNSET
    must_ask: tuple[str, ...] | Unset = UNSET
    facts: tuple[Fact, ...] | Unset = UNSET
    settings: Mapping[str, Any] | Unset = UNSET
    external_id: str | None | Unset = UNSET
    metadata: Mapping[str, str] | Unset = UNSET


@dataclass(frozen=True, slots=True)
class JobFilters:
    """Which jobs to list; ``q`` is looked for in the title and the company."""

    status: str | None = None
    external_id: str | None = None
    q: str | None = None


@dataclass(frozen=True, slots=True)
class QuestionEdit:
    """One question as a recruiter wrote it for ``PUT /jobs/{id}/questions``; ``id`` keeps that of a former version.

    ``key_points`` are texts: they are numbered by place. ``weight`` 0.5-3, ``max_seconds`` 60-180.
    """

    text: str
    competency: str
    type: QuestionType
    difficulty: Difficulty = Difficulty.MEDIUM
    weight: float = 1.0
    max_seconds: int = 120
    key_points: tuple[str, ...] = ()
    anchors: Anchors | None = None
    ideal_answer: str = ""
    job_evidence: str = ""
    knockout: bool = False
    pass_rule: str | None = None
    say_as: str | None = None
    skill: str | None = None
    must_ask: str | None = None
    id: str | None = None


# --- rubrics -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RubricDraft:
    """A rubric as wished for, whole; its questions name no id, no evidence and no wish of a job."""

    name: str
    language: str = "en-US"
    competencies: tuple[Competency, ...] = ()
    questions: tuple[QuestionEdit, ...] = ()
    external_id: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RubricFilters:
    """Which rubrics to list."""

    external_id: str | None = None


# --- candidates --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Profile:
    """Drafted from the résumé and editable; never used for scoring."""

    role: str | None = None
    company: str | None = None
    years: float | None = None
    skills: tuple[str, ...] = ()
    education: tuple[str, ...] = ()
    bio: str | None = None


@dataclass(frozen=True, slots=True)
class ConsentDraft:
    """Consent that was obtained outside; ``text_version`` None is the organisation's present text, ``obtained_at``
    None is now."""

    basis: str
    text_version: str | None = None
    obtained_at: datetime | None = None
    source: str = "api"

    def adds_to(self, latest: "Consent | None") -> bool:
        """Whether this says more than the consent on file, which an import may repeat each time."""
        if latest is None or latest.basis != self.basis:
            return True
        newer = self.obtained_at is not None and self.obtained_at > latest.obtained_at
        return newer or self.text_version not in (None, latest.text_version)


@dataclass(frozen=True, slots=True)
class CandidateDraft:
    """A person to be called. ``phone`` as it was written: E.164, or national with ``country``."""

    name: str
    phone: str = field(repr=False)
    say_as: str | None = None
    country: str | None = None
    email: str | None = field(default=None, repr=False)
    language: str | None = None
    timezone: str | None = None
    profile: Profile | None = None
    consent: ConsentDraft | None = None
    accommodations: Accommodations | None = None
    external_id: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CandidatePatch:
    """Changes to a candidate; ``consent`` adds one, ``None`` withdraws what there is."""

    name: str | Unset = UNSET
    say_as: str | None | Unset = UNSET
    phone: str | Unset = field(default=UNSET, repr=False)
    country: str | None = None
    email: str | None | Unset = field(default=UNSET, repr=False)
    language: str | None | Unset = UNSET
    timezone: str | None | Unset = UNSET
    profile: Profile | None | Unset = UNSET
    consent: ConsentDraft | None | Unset = UNSET
    accommodations: Accommodations | Unset = UNSET
    external_id: str | None | Unset = UNSET
    metadata: Mapping[str, str] | Unset = UNSET


@dataclass(frozen=True, slots=True)
class CandidateFilters:
    """Which candidates to list; ``q`` is looked for in the name and the e-mail address."""

    external_id: str | None = None
    q: str | None = None


# --- interviews --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class InviteDraft:
    """Who is to be called about what; exactly one of ``candidate_id`` and ``candidate`` is set. ``call_at`` in UTC."""

    job_id: str
    candidate_id: str | None = None
    candidate: CandidateDraft | None = None
    call_at: datetime | None = None
    purpose: str = "assessment"
    external_id: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CampaignDraft:
    """Whom to call for a job: ``candidate_ids``, or the people of the CSV file ``csv``, one of the two.

    ``calls_per_minute`` None is as fast as all dialling goes, ``max_concurrent`` None as many as there are lines.
    """

    job_id: str
    name: str
    candidate_ids: tuple[str, ...] = ()
    csv: bytes = field(default=b"", repr=False)
    country: str | None = None
    start_at: datetime | None = None
    calls_per_minute: float | None = None
    max_concurrent: int | None = None
    external_id: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CampaignFilters:
    """Which campaigns to list."""

    job_id: str | None = None
    external_id: str | None = None


@dataclass(frozen=True, slots=True)
class InterviewFilters:
    """Which interviews to list; ``statuses`` empty means all, ``q`` is looked for in the candidate's name."""

    job_id: str | None = None
    candidate_id: str | None = None
    statuses: tuple[str, ...] = ()
    recommendation: str | None = None
    needs_review: bool | None = None
    purpose: str | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None
    external_id: str | None = None
    q: str | None = None


@dataclass(frozen=True, slots=True)
class AnswerPatch:
    """A person's correction of a transcript (None takes it back) or their feedback on an answer."""

    transcript: str | None | Unset = field(default=UNSET, repr=False)
    human_feedback: str | None | Unset = field(default=UNSET, repr=False)


@dataclass(frozen=True, slots=True)
class KnockoutDraft:
    """A person says whether a requirement is met."""

    passed: bool
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class ReviewDraft:
    """A person's decision over a result: ``decision`` is hire, consider or reject; ``reason`` 20 characters or more.

    ``ratings`` are the reviewer's own, 1-5 by criterion, by answer id.
    """

    decision: str
    reason: str = field(repr=False)
    ratings: Mapping[str, Mapping[str, int]] | None = None
    external_id: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)

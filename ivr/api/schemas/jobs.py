"""Jobs and their questions as the API takes and shows them."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, Literal, Self, cast
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from interview.question import Anchors, Difficulty, Question, QuestionType
from interview.question_rules import InterviewType
from ivr.api.pagination import PageQuery
from ivr.api.schemas.base import (
    Body,
    ExternalId,
    Language,
    Line,
    LongProse,
    Metadata,
    Name,
    Phone,
    Prose,
    Query,
    Shown,
    Word,
    named,
    unset,
)
from ivr.api.schemas.candidates import Zone
from ivr.services.drafts import (
    Fact,
    JobDraft,
    JobFilters,
    JobPatch,
    JobSettings,
    QuestionEdit,
    SayAs,
    overlay_settings,
)
from ivr.services.question_check_views import ModelCheckView
from ivr.services.views import QuestionSetView, SkillCoverageView

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Clock = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$", examples=["09:00"])]
Words = Annotated[tuple[Line, ...], Field(max_length=30)]
Waits = Annotated[tuple[Annotated[int, Field(ge=0, le=20_160)], ...], Field(min_length=1, max_length=10)]


class ThresholdsIn(Body):
    """At or above hire is hire, below consider is reject."""

    hire: float = Field(default=7.0, ge=0, le=10)
    consider: float = Field(default=5.0, ge=0, le=10)


class WeightsIn(Body):
    """What each dimension counts; content at least half of the whole."""

    content: float = Field(default=50.0, ge=0, le=100)
    communication: float = Field(default=30.0, ge=0, le=100)
    behavioral: float = Field(default=20.0, ge=0, le=100)


class CallingHoursIn(Body):
    """On the candidate's clock, from start until before end."""

    start: Clock = "09:00"
    end: Clock = "20:00"
    days: Annotated[tuple[Day, ...], Field(min_length=1, max_length=7)] = ("mon", "tue", "wed", "thu", "fri")


class RetryMinutesAfterIn(Body):
    """Waits of their own after a call's outcome; without them an engaged line is tried after 10 minutes at most, a
    call that broke off after 3, one that never got through after 5, and all others as retry_minutes says."""

    busy: Waits | None = None
    no_answer: Waits | None = None
    voicemail: Waits | None = None
    interrupted: Waits | None = None
    failed: Waits | None = None


class JobSettingsIn(Body):
    """How the job's calls and scores are run; what is not named keeps its default, or its value in a PATCH."""

    thresholds: ThresholdsIn = ThresholdsIn()
    weights: WeightsIn = WeightsIn()
    max_follow_ups: int = Field(default=2, ge=0, le=5)
    max_attempts: int = Field(default=3, ge=1, le=10)
    retry_minutes: Waits = (60, 240)
    retry_minutes_after: RetryMinutesAfterIn = RetryMinutesAfterIn()
    calling_hours: CallingHoursIn = CallingHoursIn()
    answer_max_s: int = Field(default=180, ge=30, le=180)
    max_call_minutes: int = Field(default=30, ge=5, le=120)
    retakes: int = Field(default=1, ge=0, le=5)
    practice: bool = False
    voice: Annotated[str, Field(max_length=64, pattern=r"^[A-Za-z0-9._-]+$")] | None = None
    resume_in_scoring: Annotated[
        bool, Field(description="Raters get role, years and skills from the résumé, in a block of their own.")
    ] = False
    resume_question: Annotated[
        bool,
        Field(
            description="One question about the candidate's own résumé comes last, if it is written before the call; "
            "it is never rated."
        ),
    ] = False
    blind_first: bool = True
    amd: bool = True
    on_generation_failure: Literal["fail", "bank"] = "fail"
    consent: Word = "required"
    retention_days: Annotated[int, Field(ge=1, le=3650)] | None = None
    raw_model_log_days: int = Field(default=30, ge=0, le=3650)
    timezone: Annotated[
        Zone | None, Field(description="Your own clock: candidates who pick a time see it beside theirs.")
    ] = None

    def given(self) -> dict[str, Any]:
        """What the sender named, as plain values."""
        return self.model_dump(mode="json", exclude_unset=True)


class FactIn(Body):
    """Something that may be told to a candidate who asks."""

    topic: Line
    text: Annotated[Prose, Field(min_length=1)]


class SayAsIn(Body):
    """How the title and the company are pronounced."""

    title: Line | None = None
    company: Line | None = None


class JobIn(Body):
    """A job: with its description as text, or as a file in multipart/form-data."""

    title: Name
    company: Name | None = None
    say_as: SayAsIn = SayAsIn()
    description: LongProse | None = None
    language: Language = "en-US"
    question_count: int = Field(default=6, ge=3, le=10)
    interview_type: InterviewType = InterviewType.MIXED
    difficulty: Difficulty = Difficulty.MEDIUM
    instructions: Prose | None = None
    skills: Words = ()
    stack: Words = ()
    evaluation_focus: Words = ()
    experience_level: Line | None = None
    must_ask: Annotated[tuple[Line, ...], Field(max_length=10)] = ()
    rubric_id: Annotated[UUID | None, Field(description="A rubric of the library to start from.")] = None
    facts: Annotated[tuple[FactIn, ...], Field(max_length=50)] = ()
    approve: bool = False
    settings: JobSettingsIn = JobSettingsIn()
    external_id: ExternalId | None = None
    metadata: Metadata = Field(default_factory=dict)

    def draft(self) -> JobDraft:
        """The job as the service takes it. Raises Invalid when settings do not go together."""
        return JobDraft(
            title=self.title,
            company=self.company,
            say_as=SayAs(self.say_as.title, self.say_as.company),
            description=self.description,
            language=self.language,
            question_count=self.question_count,
            interview_type=self.interview_type,
            difficulty=self.difficulty,
            instructions=self.instructions,
            skills=self.skills,
            stack=self.stack,
            evaluation_focus=self.evaluation_focus,
            experience_level=self.experience_level,
            must_ask=self.must_ask,
            rubric_id=None if self.rubric_id is None else str(self.rubric_id),
            facts=_facts(self.facts),
            approve=self.approve,
            settings=overlay_settings(JobSettings(), self.settings.given()),
            external_id=self.external_id,
            metadata=self.metadata,
        )


class EraseQuery(Query):
    """Whether the job's interviews are erased as well."""

    erase: Annotated[bool, Field(description="Delete what was said in its interviews, for good.")] = False


class JobPatchIn(Body):
    """Changes to a job; what is not named stays."""

    title: Name = Field(default_factory=unset)
    company: Name | None = Field(default_factory=unset)
    say_as: SayAsIn = Field(default_factory=unset)
    description: LongProse = Field(default_factory=unset)
    language: Language = Field(default_factory=unset)
    question_count: int = Field(default_factory=unset, ge=3, le=10)
    interview_type: InterviewType = Field(default_factory=unset)
    difficulty: Difficulty = Field(default_factory=unset)
    instructions: Prose | None = Field(default_factory=unset)
    skills: Words = Field(default_factory=unset)
    stack: Words = Field(default_factory=unset)
    evaluation_focus: Words = Field(default_factory=unset)
    experience_level: Line | None = Field(default_factory=unset)
    must_ask: Annotated[tuple[Line, ...], Field(max_length=10)] = Field(default_factory=unset)
    facts: Annotated[tuple[FactIn, ...], Field(max_length=50)] = Field(default_factory=unset)
    settings: JobSettingsIn = Field(default_factory=unset)
    external_id: ExternalId | None = Field(default_factory=unset)
    metadata: Metadata = Field(default_factory=unset)

    def patch(self) -> JobPatch:
        """The changes as the service takes them."""
        changes = named(self)
        if "say_as" in changes:
            changes["say_as"] = SayAs(self.say_as.title, self.say_as.company)
        if "facts" in changes:
            changes["facts"] = _facts(self.facts)
        if "settings" in changes:
            changes["settings"] = self.settings.given()
        return JobPatch(**changes)


class JobQuery(PageQuery):
    """Which jobs to list."""

    status: Literal["draft", "open", "closed"] | None = None
    external_id: ExternalId | None = None
    q: Annotated[Line | None, Field(description="Looked for in title and company.")] = None

    def filters(self) -> JobFilters:
        """The filters as the service takes them."""
        return JobFilters(self.status, self.external_id, self.q)


class QuestionsQuery(Query):
    """Which version of the questions is wanted; the newest when none is named."""

    version: Annotated[int | None, Field(ge=1, le=1_000_000)] = None


# --- questions ---------------------------------------------------------------------------------------------------


class QuestionKeyPoint(Shown):
    """Something a full answer contains."""

    id: str
    text: str


class AnchorsShown(BaseModel):
    """What an answer rated 1 to 5 sounds like; 2 and 4 may be left to the rater."""

    model_config = ConfigDict(populate_by_name=True, frozen=True, extra="forbid")

    one: Annotated[Prose, Field(alias="1")]
    two: Annotated[Prose | None, Field(alias="2")] = None
    three: Annotated[Prose, Field(alias="3")]
    four: Annotated[Prose | None, Field(alias="4")] = None
    five: Annotated[Prose, Field(alias="5")]

    @classmethod
    def of(cls, anchors: Anchors | None) -> "AnchorsShown | None":
        """As shown; None for a question that is not rated."""
        if anchors is None:
            return None
        return cls(one=anchors.one, two=anchors.two, three=anchors.three, four=anchors.four, five=anchors.five)

    def value(self) -> Anchors:
        """The anchors as the core takes them."""
        return Anchors(one=self.one, three=self.three, five=self.five, two=self.two, four=self.four)


class ReusableQuestionShown(Shown):
    """A question with what a good answer shows; ``index`` counts from 0."""

    id: str
    index: int | None
    text: str
    competency: str
    type: QuestionType
    dimensions: tuple[str, ...]
    difficulty: Difficulty
    weight: float
    knockout: bool
    pass_rule: str | None
    key_points: tuple[QuestionKeyPoint, ...]
    anchors: AnchorsShown | None
    ideal_answer: str
    max_seconds: int
    say_as: str | None
    skill: str | None

    @classmethod
    def of(cls, question: Question, index: int | None = None) -> Self:
        """As shown, at its place in the set where that is known."""
        written: dict[str, Any] = {
            "index": index,
            "dimensions": tuple(dimension.value for dimension in question.dimensions),
            "key_points": tuple(QuestionKeyPoint(id=point.id, text=point.text) for point in question.key_points),
            "anchors": AnchorsShown.of(question.anchors),
        }
        same = {name: getattr(question, name) for name in cls.model_fields if name not in written}
        return cast(Self, cls.model_construct(**written, **same))


class QuestionShown(ReusableQuestionShown):
    """A question of one job, with the piece of its text and the given sentence that it comes from."""

    job_evidence: str
    must_ask: str | None


class QuestionSetShown(Shown):
    """One version of a job's questions."""

    job_id: str
    version: int
    content_hash: str
    status: str
    source: str
    skill_coverage: tuple[SkillCoverageView, ...]
    questions: tuple[QuestionShown, ...]
    model: str | None
    prompt_version: str | None
    model_check: ModelCheckView
    approved_at: datetime | None
    approved_by: str | None
    simulated: bool
    created_at: datetime

    @classmethod
    def of(cls, view: QuestionSetView) -> "QuestionSetShown":
        """As shown."""
        return cls.model_construct(
            **{name: getattr(view, name) for name in cls.model_fields if name != "questions"},
            questions=tuple(QuestionShown.of(question, index) for index, question in enumerate(view.questions)),
        )


class KeyPointIn(Body):
    """A key point as shown; the id is made anew."""

    id: Word | None = None
    text: Line


class ReusableQuestionIn(Body):
    """A question as a recruiter wrote it, for any job. What was read with GET may be sent back: ``id``, ``index`` and
    ``dimensions`` follow from place and type and are not looked at."""

    id: Word | None = None
    index: int | None = None
    text: Line
    competency: Line
    type: QuestionType
    dimensions: tuple[str, ...] | None = Field(default=None, max_length=3)
    difficulty: Difficulty = Difficulty.MEDIUM
    weight: float = Field(default=1.0, ge=0.5, le=3)
    knockout: bool = False
    pass_rule: Literal["yes", "no"] | None = None
    key_points: Annotated[tuple[Line | KeyPointIn, ...], Field(max_length=6)] = ()
    anchors: AnchorsShown | None = None
    ideal_answer: Prose = ""
    max_seconds: int = Field(default=120, ge=60, le=180)
    say_as: Line | None = None
    skill: Line | None = None

    @model_validator(mode="after")
    def _knockout_has_rule(self) -> Self:
        if self.knockout != (self.pass_rule is not None):
            raise ValueError("a knockout needs its pass_rule, and only a knockout has one")
        return self

    def edit(self) -> QuestionEdit:
        """The question as the service takes it."""
        return QuestionEdit(
            text=self.text,
            competency=self.competency,
            type=self.type,
            difficulty=self.difficulty,
            weight=self.weight,
            max_seconds=self.max_seconds,
            key_points=tuple(point if isinstance(point, str) else point.text for point in self.key_points),
            anchors=None if self.anchors is None else self.anchors.value(),
            ideal_answer=self.ideal_answer,
            knockout=self.knockout,
            pass_rule=self.pass_rule,
            say_as=self.say_as,
            skill=self.skill,
        )


class QuestionIn(ReusableQuestionIn):
    """A question of one job. What was read with GET may be sent back: ``index`` and ``dimensions`` follow from place
    and type and are not looked at; ``id`` says which question it goes on from."""

    job_evidence: Prose = ""
    must_ask: Line | None = None

    def edit(self) -> QuestionEdit:
        """The question as the service takes it."""
        return replace(super().edit(), job_evidence=self.job_evidence, must_ask=self.must_ask, id=self.id)


class QuestionsIn(Body):
    """All the questions of the next version, in order."""

    questions: Annotated[tuple[QuestionIn, ...], Field(min_length=3, max_length=12)]

    def edits(self) -> tuple[QuestionEdit, ...]:
        """The questions as the service takes them."""
        return tuple(question.edit() for question in self.questions)


class GenerateIn(Body):
    """Where new questions come from."""

    source: Literal["model", "bank"] = "model"


class ApproveIn(Body):
    """Approval of the newest version."""

    without_model_check: Annotated[
        bool, Field(description="A person has looked at the wording, because no model could be had for that.")
    ] = False


def _facts(facts: tuple[FactIn, ...]) -> tuple[Fact, ...]:
    return tuple(Fact(fact.topic, fact.text) for fact in facts)


class TestCallIn(Body):
    """Where the questions are to be read out: a number on the list."""

    __test__ = False  # pytest: no test

    phone: Phone

"""Rubrics of the library as the API takes and shows them."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, model_validator

from interview.question import Anchors, Difficulty, QuestionType
from interview.rubric_library import MAX_COMPETENCY_WEIGHT, MIN_COMPETENCY_WEIGHT, Competency
from ivr.api.pagination import PageQuery
from ivr.api.schemas.base import Body, ExternalId, Language, Line, Metadata, Name, Prose, Shown, Word
from ivr.api.schemas.jobs import AnchorsShown, KeyPointIn, QuestionKeyPoint, QuestionShown
from ivr.services.drafts import QuestionEdit, RubricDraft, RubricFilters
from ivr.services.rubrics import RubricView


class RubricCompetencyIn(Body):
    """What questions of this name weigh, and how their answers are anchored; without anchors each question has its
    own."""

    name: Name
    weight: float = Field(default=1.0, ge=MIN_COMPETENCY_WEIGHT, le=MAX_COMPETENCY_WEIGHT)
    anchors: AnchorsShown | None = None

    def value(self) -> Competency:
        """The competency as the core takes it."""
        return Competency(self.name, self.weight, _anchors(self.anchors))


class RubricQuestionIn(Body):
    """A question for many jobs. What was read with GET may be sent back: ``id``, ``index`` and ``dimensions`` follow
    from place and type and are not looked at."""

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
    def _knockout_has_rule(self) -> "RubricQuestionIn":
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
            anchors=_anchors(self.anchors),
            ideal_answer=self.ideal_answer,
            knockout=self.knockout,
            pass_rule=self.pass_rule,
            say_as=self.say_as,
            skill=self.skill,
        )


class RubricIn(Body):
    """A rubric, whole."""

    name: Name
    language: Language = "en-US"
    competencies: Annotated[tuple[RubricCompetencyIn, ...], Field(max_length=10)] = ()
    questions: Annotated[tuple[RubricQuestionIn, ...], Field(max_length=12)] = ()
    external_id: ExternalId | None = None
    metadata: Metadata = Field(default_factory=dict)

    def draft(self) -> RubricDraft:
        """The rubric as the service takes it."""
        return RubricDraft(
            name=self.name,
            language=self.language,
            competencies=tuple(competency.value() for competency in self.competencies),
            questions=tuple(question.edit() for question in self.questions),
            external_id=self.external_id,
            metadata=self.metadata,
        )


class RubricQuery(PageQuery):
    """Which rubrics to list."""

    external_id: ExternalId | None = None

    def filters(self) -> RubricFilters:
        """The filters as the service takes them."""
        return RubricFilters(self.external_id)


class RubricCompetencyShown(Shown):
    """A competency with its weight and anchors."""

    name: str
    weight: float
    anchors: AnchorsShown | None


class RubricQuestionShown(Shown):
    """A question for many jobs; ``index`` counts from 0."""

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


class RubricShown(Shown):
    """A rubric of the library."""

    id: str
    name: str
    language: str
    competencies: tuple[RubricCompetencyShown, ...]
    questions: tuple[RubricQuestionShown, ...]
    external_id: str | None
    metadata: dict[str, str]
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, view: RubricView) -> "RubricShown":
        """As shown."""
        return cls.model_construct(
            **{name: getattr(view, name) for name in cls.model_fields if name not in ("competencies", "questions")},
            competencies=tuple(
                RubricCompetencyShown(name=one.name, weight=one.weight, anchors=AnchorsShown.of(one.anchors))
                for one in view.competencies
            ),
            questions=tuple(_question(QuestionShown.of(one, index)) for index, one in enumerate(view.questions)),
        )


def _question(shown: QuestionShown) -> RubricQuestionShown:
    return RubricQuestionShown.model_construct(
        **{name: getattr(shown, name) for name in RubricQuestionShown.model_fields}
    )


def _anchors(anchors: AnchorsShown | None) -> Anchors | None:
    if anchors is None:
        return None
    return Anchors(one=anchors.one, three=anchors.three, five=anchors.five, two=anchors.two, four=anchors.four)

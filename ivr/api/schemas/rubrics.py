"""Rubrics of the library as the API takes and shows them."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from interview.rubric_library import MAX_COMPETENCY_WEIGHT, MIN_COMPETENCY_WEIGHT, Competency
from ivr.api.pagination import PageQuery
from ivr.api.schemas.base import Body, ExternalId, Language, Metadata, Name, Shown
from ivr.api.schemas.jobs import AnchorsShown, ReusableQuestionIn, ReusableQuestionShown
from ivr.services.drafts import RubricDraft, RubricFilters
from ivr.services.rubrics import RubricView


class RubricCompetencyIn(Body):
    """What questions of this name weigh, and how their answers are anchored; without anchors each question has its
    own."""

    name: Name
    weight: float = Field(default=1.0, ge=MIN_COMPETENCY_WEIGHT, le=MAX_COMPETENCY_WEIGHT)
    anchors: AnchorsShown | None = None

    def value(self) -> Competency:
        """The competency as the core takes it."""
        return Competency(self.name, self.weight, None if self.anchors is None else self.anchors.value())


class RubricIn(Body):
    """A rubric, whole."""

    name: Name
    language: Language = "en-US"
    competencies: Annotated[tuple[RubricCompetencyIn, ...], Field(max_length=10)] = ()
    questions: Annotated[tuple[ReusableQuestionIn, ...], Field(max_length=12)] = ()
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


class RubricShown(Shown):
    """A rubric of the library."""

    id: str
    name: str
    language: str
    competencies: tuple[RubricCompetencyShown, ...]
    questions: tuple[ReusableQuestionShown, ...]
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
            questions=tuple(ReusableQuestionShown.of(one, index) for index, one in enumerate(view.questions)),
        )

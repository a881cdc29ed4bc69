"""Analytics, groups, rating rounds and control answers as the API takes them."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, ConfigDict, Field, StringConstraints

from interview.statistics.decisions import Period
from ivr.api.pagination import PageQuery
from ivr.api.schemas.base import Body, ExternalId, Line, LongProse, Metadata, Name, Query, Word
from ivr.services.statistics_drafts import AnalyticsFilters, CalibrationDraft, ControlAnswerDraft, LevelsDraft


class PeriodQuery(Query):
    """Which part of the data."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    job_id: UUID | None = None
    since: Annotated[AwareDatetime | None, Field(alias="from", description="From this moment on.")] = None
    until: Annotated[AwareDatetime | None, Field(alias="to", description="Before this moment.")] = None
    include_simulated: Annotated[bool, Field(description="Count simulated interviews too.")] = False

    def filters(self) -> AnalyticsFilters:
        """The filters as the services take them."""
        job_id = None if self.job_id is None else str(self.job_id)
        return AnalyticsFilters(job_id, self.since, self.until, self.include_simulated, self.attributes())

    def attributes(self) -> tuple[str, ...]:
        """What the groups are made of, where that can be chosen."""
        return ()


class DatasetQuery(PeriodQuery):
    """The same, and which answers."""

    rated: Annotated[bool, Field(description="Only answers to which a person has given ratings.")] = False


class AnalyticsQuery(PeriodQuery):
    """The same, and in what form."""

    format: Annotated[Literal["json", "csv"] | None, Field(description="csv, as Accept: text/csv does.")] = None


class FairnessQuery(AnalyticsQuery):
    """The same, and which attributes are joined into one."""

    group_by: Annotated[
        tuple[Word, ...], Field(max_length=3, description="Attributes whose combinations are the groups.")
    ] = ()

    def attributes(self) -> tuple[str, ...]:
        """What the groups are made of, in the spelling in which they are kept."""
        return tuple(dict.fromkeys(" ".join(name.casefold().split()) for name in self.group_by))


class ComparisonQuery(Query):
    """Which question, and of which version."""

    question_id: Annotated[str, StringConstraints(min_length=1, max_length=36)]
    version: Annotated[
        int | None, Field(ge=1, le=1_000_000, description="An approved version; else the one approved last.")
    ] = None
    include_simulated: Annotated[bool, Field(description="Show simulated interviews too.")] = False


class SummaryQuery(AnalyticsQuery):
    """The same, and by which time agreement is told."""

    group_by: Annotated[
        Period | None, Field(description="Adds how people's decisions agreed with the advice, by week or by month.")
    ] = None


class CostsQuery(AnalyticsQuery):
    """The same, and what the money is told by."""

    group_by: Annotated[
        Literal["purpose", "model", "job", "day", "month"], Field(description="What a line is about.")
    ] = "purpose"


class GroupsIn(Body):
    """What a candidate chose to say, by attribute; an empty object deletes it. Never used for a person's result."""

    groups: Annotated[
        dict[Word, Word], Field(max_length=10, examples=[{"sex": "female", "age": "40 and over"}])
    ]


class CalibrationIn(Body):
    """A blind rating round: who rates, and which answers; without answer_ids they are chosen over all levels."""

    name: Name
    raters: Annotated[tuple[Line, ...], Field(min_length=2, max_length=20, description="Names or e-mail addresses.")]
    job_id: UUID | None = None
    answer_ids: Annotated[tuple[UUID, ...], Field(max_length=500)] = ()
    count: Annotated[int, Field(ge=30, le=500, description="How many, where they are chosen.")] = 40
    include_simulated: bool = False
    external_id: ExternalId | None = None
    metadata: Metadata = Field(default_factory=dict)

    def draft(self) -> CalibrationDraft:
        """The round as the service takes it."""
        return CalibrationDraft(
            name=self.name,
            raters=self.raters,
            job_id=None if self.job_id is None else str(self.job_id),
            answer_ids=tuple(str(id) for id in self.answer_ids),
            count=self.count,
            include_simulated=self.include_simulated,
            external_id=self.external_id,
            metadata=self.metadata,
        )


class CalibrationQuery(PageQuery):
    """Which rounds to list."""

    job_id: UUID | None = None


class LevelIn(Body):
    """One answer's level, from 1 (lowest) to 5."""

    answer_id: UUID
    level: Annotated[int, Field(ge=1, le=5)]


class LevelsIn(Body):
    """One person's levels; they may come in parts, and a level sent again replaces the earlier one."""

    rater: Line
    levels: Annotated[tuple[LevelIn, ...], Field(min_length=1, max_length=500)]

    def draft(self) -> LevelsDraft:
        """The levels as the service takes them."""
        return LevelsDraft(self.rater, {str(one.answer_id): one.level for one in self.levels})


class ControlAnswerIn(Body):
    """Words of your own for a question; without a score the first rating freezes one."""

    question_id: Annotated[str, StringConstraints(min_length=1, max_length=36)]
    transcript: Annotated[LongProse, Field(min_length=1, max_length=6_000)]
    score: Annotated[float | None, Field(ge=0, le=10, allow_inf_nan=False)] = None


class ControlAnswersIn(Body):
    """The control answers of the job's approved questions, all of them: what is not named is retired."""

    answers: Annotated[tuple[ControlAnswerIn, ...], Field(max_length=40)]

    def drafts(self) -> tuple[ControlAnswerDraft, ...]:
        """The answers as the service takes them."""
        return tuple(ControlAnswerDraft(one.question_id, one.transcript, one.score) for one in self.answers)

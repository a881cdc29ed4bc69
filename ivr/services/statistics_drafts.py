"""What a door asks of the statistics: which part of the data, and a rating round to begin."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class AnalyticsFilters:
    """One job or all, from ``since`` to before ``until``; simulated rows only when they are asked for.

    ``group_by`` names attributes whose combinations are the groups; empty means each attribute by itself.
    """

    job_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    include_simulated: bool = False
    group_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CalibrationDraft:
    """A round to begin: these answers, or ``count`` of the scored ones chosen by rule; ``raters`` are the people."""

    name: str
    raters: tuple[str, ...]
    job_id: str | None = None
    answer_ids: tuple[str, ...] = ()
    count: int = 40
    include_simulated: bool = False
    external_id: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LevelsDraft:
    """The levels 1-5 that one person gives, by answer id."""

    rater: str
    levels: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ControlAnswerDraft:
    """Words for one question, and the score 0-10 that they are known by; None lets the first rating say it."""

    question_id: str
    transcript: str
    score: float | None = None

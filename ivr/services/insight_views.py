"""What the analytics show of interviews, jobs, questions and key points; numbers in full precision."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from interview.statistics.decisions import DecisionAgreement, PeriodAgreement
from interview.statistics.funnel import StageCount


@dataclass(frozen=True, slots=True)
class ShareView:
    """``count`` of ``total``: the share (0-1) and Wilson's interval of 95 %, None where there is nothing to share."""

    count: int
    total: int
    share: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class ScoresView:
    """``scored`` results with their mean and standard deviation (0-10); None where there are too few for one."""

    scored: int
    mean: float | None
    deviation: float | None


@dataclass(frozen=True, slots=True)
class JobScoresView:
    """One job's scores, in short."""

    job_id: str
    title: str
    company: str
    interviews: int
    scores: ScoresView


@dataclass(frozen=True, slots=True)
class GlanceView:
    """The interviews made in the period, without a look at every rating.

    ``completion``: of those that were begun and are over, the share that came to their own end. ``median_duration_s``
    runs from consent to the end of the last call, over those. ``review_agreement`` and its series are about decisions
    made in the period; the series has a line for each week or month that ``group_by`` asks for, and is empty without.
    """

    job_id: str | None
    since: datetime | None
    until: datetime | None
    include_simulated: bool
    interviews: int
    by_status: Mapping[str, int]
    completion: ShareView
    median_duration_s: float | None
    scores: ScoresView
    jobs: tuple[JobScoresView, ...]
    review_agreement: DecisionAgreement
    group_by: str | None
    review_agreement_over_time: tuple[PeriodAgreement, ...]


@dataclass(frozen=True, slots=True)
class SummaryView(GlanceView):
    """The same and, as ``bias_flags``, of the answers that were rated those whose reasons the bias check stopped."""

    bias_flags: ShareView


@dataclass(frozen=True, slots=True)
class FunnelView:
    """How far the interviews made in the period came, stage by stage, and why the others stopped.

    ``cut_short`` of the finished ones were assessed by a part: they broke off or were ended early.
    """

    job_id: str | None
    since: datetime | None
    until: datetime | None
    include_simulated: bool
    stages: tuple[StageCount, ...]
    cut_short: int


@dataclass(frozen=True, slots=True)
class JobInsightView:
    """One job's interviews of the period. ``recommendations`` are those of the newest score sets."""

    job_id: str
    title: str
    company: str
    interviews: int
    started: int
    finished: int
    scores: ScoresView
    recommendations: Mapping[str, int]
    reviewed: int
    review_agreement: DecisionAgreement


@dataclass(frozen=True, slots=True)
class JobInsightsView:
    """The jobs with interviews in the period, the newest job first, 200 at most."""

    job_id: str | None
    since: datetime | None
    until: datetime | None
    include_simulated: bool
    jobs: tuple[JobInsightView, ...]


@dataclass(frozen=True, slots=True)
class QuestionInsightView:
    """One question of one version.

    ``asked`` times somebody had the chance to answer; ``states`` says what came of it, by state of the answer. ``low``
    and ``high`` are the lowest and the highest score 0-10. ``item_rest_correlation``: how its scores go with the mean
    of the same person's other scores, over ``pairs`` people; None under 10 and where nothing varies.
    """

    job_id: str
    job_title: str
    questions_version: int
    question_id: str
    text: str
    competency: str
    asked: int
    states: Mapping[str, int]
    skipped: ShareView
    no_response: ShareView
    followed_up: ShareView
    scores: ScoresView
    low: float | None
    high: float | None
    pairs: int
    item_rest_correlation: float | None


@dataclass(frozen=True, slots=True)
class QuestionInsightsView:
    """The core questions of the versions that the period's interviews were held with, 50 versions at most."""

    job_id: str | None
    since: datetime | None
    until: datetime | None
    include_simulated: bool
    questions: tuple[QuestionInsightView, ...]


@dataclass(frozen=True, slots=True)
class ConceptView:
    """A key point and what became of it in the answers that were scored."""

    job_id: str
    job_title: str
    questions_version: int
    question_id: str
    key_point_id: str
    text: str
    competency: str
    covered: int
    partial: int
    missing: ShareView


@dataclass(frozen=True, slots=True)
class ConceptsView:
    """The key points, those missed most first, 200 at most. By the lower end of the interval, so that one of one does
    not stand before forty of fifty."""

    job_id: str | None
    since: datetime | None
    until: datetime | None
    include_simulated: bool
    concepts: tuple[ConceptView, ...]


@dataclass(frozen=True, slots=True)
class SignalView:
    """How often one kind of note was made. Counts from 1 to 4 are ``few`` and not told, so that nobody is found."""

    signal: str
    few: bool
    interviews: int | None
    answers: int | None
    share_of_answers: float | None


@dataclass(frozen=True, slots=True)
class IntegrityInsightView:
    """Notes over many interviews, never about a person. Under 30 interviews with words there is no number at all:
    ``status`` is then ``insufficient``."""

    job_id: str | None
    since: datetime | None
    until: datetime | None
    include_simulated: bool
    status: str
    interviews: int
    answers: int | None
    signals: tuple[SignalView, ...]

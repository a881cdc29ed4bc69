"""What came of questions and key points, and of integrity notes in sum: which ask well, what is missed most."""

from collections.abc import Mapping, Sequence

from db.models import AnswerState
from db.repositories import question_statistics as rows
from db.repositories.question_statistics import Asked, Moments, PointTally, Version
from db.unit_of_work import Database
from interview.integrity import Signal
from interview.question import Question
from interview.statistics.items import correlation_of, deviation_of, mean_of
from ivr.services.insight_views import (
    ConceptsView,
    ConceptView,
    IntegrityInsightView,
    QuestionInsightsView,
    QuestionInsightView,
    ScoresView,
    SignalView,
)
from ivr.services.insights import cohort_of, share_of
from ivr.services.statistics_drafts import AnalyticsFilters
from ivr.services.tables import table_csv

MOST_VERSIONS = 50
MOST_CONCEPTS = 200
# Under so many interviews nothing is told of integrity notes; a count under the other could be one person.
LEAST_INTERVIEWS = 30
FEW = 5
# Whoever was asked: what is lost or still waits was asked too.
_STATES = tuple(AnswerState)


class QuestionInsightService:
    """Sums over answers by question, by key point and by kind of note; nothing of it is about one person."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def questions(self, organisation_id: str, filters: AnalyticsFilters) -> QuestionInsightsView:
        """Question by question, the newest version first. Raises NotFound for a job that is not the organisation's."""
        with self._database.read() as session:
            cohort = cohort_of(session, organisation_id, filters)
            versions = rows.versions(session, cohort, limit=MOST_VERSIONS)
            sets = [version.id for version in versions]
            states = rows.states(session, cohort, sets)
            moments = rows.moments(session, cohort, sets)
            followed = rows.follow_ups(session, cohort, sets)
        return QuestionInsightsView(
            filters.job_id,
            filters.since,
            filters.until,
            filters.include_simulated,
            tuple(
                _question(version, question, states.get(at, {}), moments.get(at), followed.get(at, 0))
                for version in versions
                for question in version.questions
                if not question.knockout
                for at in (Asked(version.id, question.id),)
            ),
        )

    def concepts(self, organisation_id: str, filters: AnalyticsFilters) -> ConceptsView:
        """The key points that are missed most. Raises NotFound as the questions do."""
        with self._database.read() as session:
            cohort = cohort_of(session, organisation_id, filters)
            versions = rows.versions(session, cohort, limit=MOST_VERSIONS)
            tallies = rows.key_points(session, cohort, [version.id for version in versions])
        found = [
            _concept(version, question, point.id, point.text, tally)
            for version in versions
            for question in version.questions
            for point in question.key_points
            if (tally := tallies.get((Asked(version.id, question.id), point.id))) is not None
        ]
        # The sort is stable: what is missed alike stays in the order of the questions.
        found.sort(key=lambda one: (-(one.missing.low or 0.0), -one.missing.count))
        return ConceptsView(
            filters.job_id, filters.since, filters.until, filters.include_simulated, tuple(found[:MOST_CONCEPTS])
        )

    def integrity(self, organisation_id: str, filters: AnalyticsFilters) -> IntegrityInsightView:
        """How often each kind of note is made, from 30 interviews on. Raises NotFound as the questions do."""
        with self._database.read() as session:
            interviews, answers, signals = rows.noted(session, cohort_of(session, organisation_id, filters))
        is_enough = interviews >= LEAST_INTERVIEWS
        return IntegrityInsightView(
            filters.job_id,
            filters.since,
            filters.until,
            filters.include_simulated,
            "ok" if is_enough else "insufficient",
            interviews,
            answers if is_enough else None,
            tuple(_signal(signal.value, signals.get(signal.value, (0, 0)), answers) for signal in Signal)
            if is_enough
            else (),
        )


def questions_csv(view: QuestionInsightsView) -> str:
    """One line a question."""
    header = (
        "job_id", "job_title", "questions_version", "question_id", "text", "competency", "asked",
        *(state.value for state in _STATES), "skip_rate", "no_response_rate", "follow_up_rate", "mean_score",
        "deviation", "low", "high", "pairs", "item_rest_correlation",
    )  # fmt: skip
    return table_csv(
        header,
        [
            (
                one.job_id, one.job_title, one.questions_version, one.question_id, one.text, one.competency, one.asked,
                *(one.states[state.value] for state in _STATES), one.skipped.share, one.no_response.share,
                one.followed_up.share, one.scores.mean, one.scores.deviation, one.low, one.high, one.pairs,
                one.item_rest_correlation,
            )
            for one in view.questions
        ],
    )  # fmt: skip


def concepts_csv(view: ConceptsView) -> str:
    """One line a key point."""
    header = (
        "job_id", "job_title", "questions_version", "question_id", "key_point_id", "text", "competency", "rated",
        "covered", "partial", "missing", "missing_share", "low", "high",
    )  # fmt: skip
    return table_csv(
        header,
        [
            (
                one.job_id, one.job_title, one.questions_version, one.question_id, one.key_point_id, one.text,
                one.competency, one.missing.total, one.covered, one.partial, one.missing.count, one.missing.share,
                one.missing.low, one.missing.high,
            )
            for one in view.concepts
        ],
    )  # fmt: skip


def integrity_csv(view: IntegrityInsightView) -> str:
    """One line a signal; none where there are too few interviews."""
    return table_csv(
        ("signal", "few", "interviews", "answers", "share_of_answers"),
        [(one.signal, str(one.few).lower(), one.interviews, one.answers, one.share_of_answers) for one in view.signals],
    )


def _question(
    version: Version, question: Question, states: Mapping[AnswerState, int], found: Moments | None, followed: int
) -> QuestionInsightView:
    asked = sum(states.values())
    answered = asked - states.get(AnswerState.SKIPPED, 0) - states.get(AnswerState.NO_RESPONSE, 0)
    scores, correlation = ScoresView(0, None, None), None
    if found is not None:
        scores = ScoresView(
            found.count, mean_of(found.count, found.total), deviation_of(found.count, found.total, found.squares)
        )
        correlation = correlation_of(
            found.pairs, (found.paired_total, found.paired_squares), (found.rest_total, found.rest_squares),
            found.products,
        )  # fmt: skip
    return QuestionInsightView(
        version.job_id,
        version.job_title,
        version.number,
        question.id,
        question.text,
        question.competency,
        asked,
        {state.value: states.get(state, 0) for state in _STATES},
        share_of(states.get(AnswerState.SKIPPED, 0), asked),
        share_of(states.get(AnswerState.NO_RESPONSE, 0), asked),
        share_of(min(followed, answered), answered),
        scores,
        None if found is None else found.low,
        None if found is None else found.high,
        0 if found is None else found.pairs,
        correlation,
    )


def _concept(version: Version, question: Question, id: str, text: str, tally: PointTally) -> ConceptView:
    return ConceptView(
        version.job_id,
        version.job_title,
        version.number,
        question.id,
        id,
        text,
        question.competency,
        tally.covered,
        tally.partial,
        share_of(tally.missing, tally.covered + tally.partial + tally.missing),
    )


def _signal(signal: str, found: Sequence[int], all_answers: int) -> SignalView:
    interviews, answers = found
    if 0 < interviews < FEW:
        return SignalView(signal, True, None, None, None)
    return SignalView(signal, False, interviews, answers, answers / all_answers if all_answers else None)

"""The report on a candidate's own practice: what was told, what was missing, and how a full answer may sound.

It is made from the ratings when the candidate opens it; nobody releases it, and nobody else reads it. No number is in
it, and no verdict: the words of a summary that would tell one are left out.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy.orm import Session

from db.models import AnswerState, Interview, QuestionSet, Result
from db.repositories import interviews as rows
from db.repositories.links import Behind
from db.unit_of_work import Database
from interview.feedback import MAX_ENTRIES, Sheet, check_sheet
from interview.lifecycle import InterviewStatus
from interview.question import KeyPoint, Question
from interview.scorecard import AnswerScore
from interview.scorecard import AnswerState as ScoreState
from ivr.services.context import Clock
from ivr.services.errors import ServiceError
from ivr.services.feedback import sources_of
from ivr.services.links import CandidateLinks
from ivr.services.practice_privacy import is_practice

_CONCLUDED = frozenset({InterviewStatus.COMPLETED, InterviewStatus.NEEDS_REVIEW})
_SCORES: TypeAdapter[AnswerScore] = TypeAdapter(AnswerScore)
_COVERED = "covered"
# What the candidate passed over, or said nothing to; what else has no score is a fault of ours.
_LEFT_OUT = frozenset({AnswerState.SKIPPED, AnswerState.NO_RESPONSE})


@dataclass(frozen=True, slots=True)
class CoachedQuestion:
    """One question with what a full answer has: ``covered`` was told, ``missing`` was told in part or not at all.
    ``state`` is told, left_out (then nothing is covered) or not_assessed (then nothing is known of it)."""

    question: str
    state: str
    covered: tuple[str, ...]
    missing: tuple[str, ...]
    example: str


@dataclass(frozen=True, slots=True)
class CoachingReport:
    """What a candidate reads about their practice; ``strengths`` and ``topics`` come a moment after the rest."""

    strengths: tuple[str, ...]
    topics: tuple[str, ...]
    questions: tuple[CoachedQuestion, ...]
    made_at: datetime
    company: str
    job_title: str
    language: str
    simulated: bool


class NoReport(ServiceError):
    """The practice is not over, or being rated; or what was said in it is deleted."""

    def __init__(self, language: str) -> None:
        hint = "Look again a few minutes after the last answer."
        super().__init__("report_not_ready", "There is no report yet.", hint)
        self.language = language


class CoachingService:
    """Reads reports behind candidates' links."""

    def __init__(self, database: Database, links: CandidateLinks, clock: Clock) -> None:
        self._database = database
        self._links = links
        self._clock = clock

    def report(self, token: str) -> CoachingReport | None:
        """The report on this practice; None when the link is to no practice. Raises UnknownLink, ExpiredLink, NoReport.
        """
        with self._database.read() as session:
            found = self._links.open(session, token, self._clock())
            if not is_practice(found.interview):
                return None
            result = result_of(session, found)
            if result is None:
                raise NoReport(found.job.language)
            return _report(session, found, result)


def result_of(session: Session, found: Behind) -> Result | None:
    """What a report is made from; None while there is nothing, or nothing any more, to tell."""
    interview = found.interview
    if interview.status not in _CONCLUDED or interview.words_deleted_at is not None:
        return None
    sets = rows.score_sets(session, interview.organisation_id, interview.id)
    return rows.result_of(session, interview.organisation_id, sets[-1].id) if sets else None


def _report(session: Session, found: Behind, result: Result) -> CoachingReport:
    interview, job = found.interview, found.job
    scores = {
        row.question_id: _SCORES.validate_python(row.content)
        for row in rows.ratings_in(session, interview.organisation_id, result.score_set_id)
    }
    told = result.narrative or {}
    sources = sources_of(session, interview)

    def may_be_told(field: str) -> tuple[str, ...]:
        texts = [text for text in told.get(field, ()) if not check_sheet(Sheet((text,)), sources, job.language)]
        return tuple(texts[:MAX_ENTRIES])

    return CoachingReport(
        strengths=may_be_told("strengths"),
        topics=may_be_told("improvements"),
        questions=_coached(found.questions, scores, _answered(session, interview)),
        made_at=result.created_at,
        company=job.company,
        job_title=job.title,
        language=job.language,
        simulated=result.simulated,
    )


def _answered(session: Session, interview: Interview) -> frozenset[str]:
    """The ids of the questions to which something was said, or should have been heard."""
    return frozenset(
        answer.question_id
        for answer in rows.answers(session, interview.organisation_id, interview.id)
        if not answer.superseded and answer.state not in _LEFT_OUT
    )


def _coached(
    version: QuestionSet, scores: Mapping[str, AnswerScore], answered: Collection[str]
) -> tuple[CoachedQuestion, ...]:
    return tuple(
        _one(question, scores.get(question.id), is_answered=question.id in answered)
        for question in version.questions
        if not question.knockout
    )


def _one(question: Question, score: AnswerScore | None, *, is_answered: bool) -> CoachedQuestion:
    points = question.key_points
    if not is_answered:
        return CoachedQuestion(question.text, "left_out", (), _texts(points), question.ideal_answer)
    if score is None or score.state is not ScoreState.SCORED:
        return CoachedQuestion(question.text, "not_assessed", (), (), question.ideal_answer)
    told = {point.id for point in score.key_points if point.status == _COVERED}
    covered = _texts(point for point in points if point.id in told)
    missing = _texts(point for point in points if point.id not in told)
    return CoachedQuestion(question.text, "told", covered, missing, question.ideal_answer)


def _texts(points: Iterable[KeyPoint]) -> tuple[str, ...]:
    return tuple(point.text for point in points)

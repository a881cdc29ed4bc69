"""The same question across candidates of one version: whose questions differ by a word are not compared."""

from collections.abc import Collection
from dataclasses import dataclass

from pydantic import TypeAdapter
from sqlalchemy.orm import Session

from db.models import AnswerState, Job, QuestionSet
from db.repositories import comparisons as rows
from db.repositories import hiring
from db.repositories.cohorts import Cohort
from db.repositories.comparisons import Said
from db.unit_of_work import Database
from interview.arithmetic import shown
from interview.question import Question
from interview.scorecard import AnswerScore
from interview.statistics.items import deviation_of, mean_of, percentile_of
from ivr.services.blind_first import BlindFirstService
from ivr.services.context import Actor
from ivr.services.errors import Conflict, NotFound
from ivr.services.insight_views import ScoresView
from ivr.services.views import QuoteView

MOST_PEOPLE = 500
_SCORE: TypeAdapter[AnswerScore] = TypeAdapter(AnswerScore)


@dataclass(frozen=True, slots=True)
class ComparedPoint:
    """A key point and what became of it: covered, partial or missing; None where it is not told or not known."""

    id: str
    text: str
    status: str | None


@dataclass(frozen=True, slots=True)
class ComparedAnswer:
    """What one person said. ``hidden``: the reader is to hear the answers before scores are shown (blind first), so
    there is no score and no quote here and it is in no number. ``percentile`` (0-100) is told from ten scores on;
    ``quotes`` are those that the score rests on."""

    interview_id: str
    answer_id: str
    candidate_id: str
    candidate_name: str
    candidate_external_id: str | None
    state: str
    transcript: str | None
    hidden: bool
    score: float | None
    percentile: float | None
    key_points: tuple[ComparedPoint, ...]
    quotes: tuple[QuoteView, ...]
    has_audio: bool
    simulated: bool


@dataclass(frozen=True, slots=True)
class ComparisonView:
    """One question of one version and everybody who was asked it, the newest interview first, 500 at most.

    The order tells nothing of scores. ``scores`` is over those that this reader may see.
    """

    job_id: str
    questions_version: int
    content_hash: str
    question_id: str
    text: str
    competency: str
    scores: ScoresView
    answers: tuple[ComparedAnswer, ...]


class ComparisonService:
    """Puts answers beside each other."""

    def __init__(self, database: Database, blind_first: BlindFirstService) -> None:
        self._database = database
        self._blind_first = blind_first

    def compare(
        self, actor: Actor, job_id: str, question_id: str, *, version: int | None = None,
        include_simulated: bool = False, decides: bool = True,
    ) -> ComparisonView:  # fmt: skip
        """The question as ``actor`` may see it, of the version approved last unless another is named. Who never
        ``decides`` is not led by a score, and has none kept back.

        Raises NotFound (job, version, question), Conflict ``questions_not_approved``.
        """
        with self._database.read() as session:
            job = hiring.job(session, actor.organisation_id, job_id)
            if job is None:
                raise NotFound("job")
            asked = _version(session, job, version)
            question = next(
                (one for one in asked.questions if one.id == question_id and not one.knockout), None
            )
            if question is None:
                raise NotFound("question")
            cohort = Cohort(actor.organisation_id, job_id, include_simulated=include_simulated)
            said = rows.said_to(session, cohort, asked.id, question_id, limit=MOST_PEOPLE)
        asked_of = [one.interview_id for one in said] if decides else []
        hidden = self._blind_first.hidden_from(actor.organisation_id, actor.name, asked_of)
        return _view(job_id, asked, question, said, hidden)


def _version(session: Session, job: Job, version: int | None) -> QuestionSet:
    if version is not None:
        found = rows.approved_version(session, job.id, version)
        if found is None:
            raise NotFound("approved version")
        return found
    if job.approved_set_id is None:
        raise Conflict(
            "questions_not_approved", "Nobody has been asked anything yet: this job has no approved questions.",
            "Approve the questions first.",
        )  # fmt: skip
    return session.get_one(QuestionSet, job.approved_set_id)


def _view(
    job_id: str, version: QuestionSet, question: Question, said: Collection[Said], hidden: Collection[str]
) -> ComparisonView:
    ratings = {one.answer_id: _SCORE.validate_python(one.content) for one in said if one.content is not None}
    seen = {
        one.answer_id: score
        for one in said
        if one.interview_id not in hidden
        and one.state is AnswerState.SCORED
        and (rating := ratings.get(one.answer_id)) is not None
        and (score := rating.answer10) is not None
    }
    scores = list(seen.values())
    total, squares = sum(scores), sum(score * score for score in scores)
    return ComparisonView(
        job_id,
        version.version,
        version.content_hash,
        question.id,
        question.text,
        question.competency,
        ScoresView(len(scores), mean_of(len(scores), total), deviation_of(len(scores), total, squares)),
        tuple(
            ComparedAnswer(
                one.interview_id,
                one.answer_id,
                one.candidate_id,
                one.candidate_name,
                one.candidate_external_id,
                one.state.value,
                one.transcript,
                one.interview_id in hidden,
                shown(seen[one.answer_id]) if one.answer_id in seen else None,
                percentile_of(seen[one.answer_id], scores) if one.answer_id in seen else None,
                _points(question, None if one.interview_id in hidden else ratings.get(one.answer_id)),
                () if one.interview_id in hidden else _quotes(ratings.get(one.answer_id)),
                one.has_audio,
                one.simulated,
            )
            for one in said
        ),
    )


def _quotes(rating: AnswerScore | None) -> tuple[QuoteView, ...]:
    """Each that was found in what was said, once."""
    if rating is None:
        return ()
    everything = [quote for criterion in rating.criteria for quote in criterion.quotes]
    everything += [point.quote for point in rating.key_points if point.quote is not None]
    everything += rating.evidence
    return tuple({one.text: QuoteView(one.text, one.start_s, True) for one in everything if one.verified}.values())


def _points(question: Question, rating: AnswerScore | None) -> tuple[ComparedPoint, ...]:
    became = {} if rating is None else {point.id: point.status for point in rating.key_points}
    return tuple(ComparedPoint(point.id, point.text, became.get(point.id)) for point in question.key_points)

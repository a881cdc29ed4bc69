"""The result of an interview as people read it, and the sound of its answers."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from pydantic import TypeAdapter
from sqlalchemy.orm import Session

from db.models import Answer, Call, CandidateQuestion, Interview, Recording, Result, ResumeQuestion, Review, ScoreSet
from db.repositories import candidate_questions, resume_questions
from db.repositories import interviews as rows
from db.unit_of_work import Database
from interview.arithmetic import exact, mean, shown
from interview.lifecycle import InterviewStatus
from interview.scorecard import Scorecard
from interview.trace import trace_url
from ivr.gateways.ports import FileStore
from ivr.services.errors import Conflict, NotFound
from ivr.services.practice_privacy import is_practice, refuse_practice
from ivr.services.views import (
    AudioFile,
    CompetencyView,
    CostView,
    InterviewView,
    PeaksView,
    PolicyView,
    ReasonView,
    ResultView,
    ReviewView,
)
from ivr.services.word_deletion import why_deleted

_CONCLUDED = frozenset({InterviewStatus.COMPLETED, InterviewStatus.NEEDS_REVIEW})
_CARD: TypeAdapter[Scorecard] = TypeAdapter(Scorecard)
_USD = "USD"
_LOUDEST = 255
_WORDS_TO_COME = "The summary is being written."


class ResultService:
    """Reads results and recordings. ``trace_url_template`` is where the traces of model calls can be looked at."""

    def __init__(self, database: Database, store: FileStore, trace_url_template: str | None = None) -> None:
        self._database = database
        self._store = store
        self._trace_url_template = trace_url_template

    def result(self, organisation_id: str, interview_id: str) -> ResultView:
        """The result by the newest score set.

        Raises NotFound, Conflict ``practice_is_private``, and ``not_ready`` with the present status while there is
        none.
        """
        with self._database.read() as session:
            interview = rows.interview(session, organisation_id, interview_id)
            if interview is None:
                raise NotFound("interview")
            refuse_practice(interview)
            sets = rows.score_sets(session, organisation_id, interview_id)
            view = read_result(
                session,
                interview,
                sets[-1] if sets else None,
                calls=rows.calls(session, organisation_id, interview_id),
                answers=rows.answers(session, organisation_id, interview_id),
                recordings=rows.recordings(session, organisation_id, interview_id),
                reviews=rows.reviews(session, organisation_id, interview_id),
            )
            if view is None:
                raise not_ready(interview)
            return self._with_trace(view)

    def traced(self, view: InterviewView) -> InterviewView:
        """The interview with its result's ``trace_url``."""
        return view if view.result is None else replace(view, result=self._with_trace(view.result))

    def _with_trace(self, view: ResultView) -> ResultView:
        template = self._trace_url_template
        return view if template is None else replace(view, trace_url=trace_url(template, view.interview_id))

    def audio(self, organisation_id: str, interview_id: str, answer_id: str) -> AudioFile:
        """Where the audio of an answer is kept. Raises NotFound, Conflict ``no_audio``, ``practice_is_private``."""
        recording = self._recording(organisation_id, interview_id, answer_id)
        if recording.storage_key is None or recording.size_bytes is None:
            raise _no_audio(None)
        return AudioFile(recording.storage_key, recording.size_bytes, "audio/wav", f"answer-{answer_id}.wav")

    def read_audio(self, audio: AudioFile, start: int, end: int) -> bytes:
        """Bytes ``start`` to ``end``, both included."""
        return self._store.read_range(audio.key, start, end)

    def peaks(self, organisation_id: str, interview_id: str, answer_id: str) -> PeaksView:
        """The waveform of an answer. Raises NotFound, Conflict ``no_audio``, ``practice_is_private``."""
        recording = self._recording(organisation_id, interview_id, answer_id)
        if recording.peaks is None or recording.duration_s is None:
            raise _no_audio(None)
        return _peaks_view(recording.peaks, recording.duration_s)

    def all_peaks(self, organisation_id: str, interview_id: str) -> Mapping[str, PeaksView]:
        """The waveforms of an interview's answers by their ids; those without audio are left out. Raises NotFound."""
        with self._database.read() as session:
            interview = rows.interview(session, organisation_id, interview_id)
            if interview is None:
                raise NotFound("interview")
            if why_deleted(interview) is not None or is_practice(interview):
                return {}
            found = rows.peaks(session, organisation_id, interview_id)
            return {answer_id: _peaks_view(heights, length) for answer_id, (heights, length) in found.items()}

    def _recording(self, organisation_id: str, interview_id: str, answer_id: str) -> Recording:
        with self._database.read() as session:
            said: Answer | CandidateQuestion | ResumeQuestion | None
            said = rows.answer(session, organisation_id, interview_id, answer_id)
            if said is None:
                # What the candidate asked, and what they said of their résumé, can be heard like what they answered.
                asked = candidate_questions.of_interview(session, organisation_id, interview_id)
                about = resume_questions.of_interview(session, organisation_id, interview_id)
                said = next((one for one in (asked, about) if one is not None and one.id == answer_id), None)
            if said is None:
                raise NotFound("answer")
            interview = rows.interview(session, organisation_id, interview_id)
            if interview is not None:
                refuse_practice(interview)
            recording = None
            if said.recording_sid is not None:
                recording = rows.recording(session, organisation_id, said.recording_sid)
            deleted = None if interview is None else why_deleted(interview)
            if recording is None or recording.interview_id != interview_id or deleted is not None:
                raise _no_audio(deleted)
            return recording


def _peaks_view(heights: Sequence[int], duration_s: float) -> PeaksView:
    return PeaksView(tuple((peak * 100 + _LOUDEST // 2) // _LOUDEST for peak in heights), duration_s)


def read_result(
    session: Session,
    interview: Interview,
    newest_set: ScoreSet | None,
    *,
    calls: Sequence[Call],
    answers: Sequence[Answer],
    recordings: Mapping[str, Recording],
    reviews: Sequence[Review],
) -> ResultView | None:
    """The result by the newest score set; None while the interview is not concluded by it."""
    if newest_set is None or interview.status not in _CONCLUDED:
        return None
    result = rows.result_of(session, interview.organisation_id, newest_set.id)
    if result is None:
        return None
    decided = [review for review in reviews if review.score_set_id == newest_set.id]
    return result_view(
        interview,
        result,
        newest_set.number,
        # A decision over an older score set was made over other numbers: this result still waits for one.
        human_review=review_view(decided[-1]) if decided else None,
        average_response_time_s=_response_time_s(answers, recordings),
        cost=_cost(rows.model_cost_usd(session, interview.organisation_id, interview.id), calls),
    )


def result_view(
    interview: Interview,
    result: Result,
    score_set: int,
    *,
    human_review: ReviewView | None,
    average_response_time_s: float | None,
    cost: CostView | None,
) -> ResultView:
    """A stored result as it is shown: one decimal, half up."""
    card = _CARD.validate_python(result.content)
    narrative = result.narrative or {}
    note = why_deleted(interview) or result.narrative_note
    if result.narrative is None and note is None:
        note = _WORDS_TO_COME
    return ResultView(
        interview_id=interview.id,
        overall_score=_shown(card.overall10),
        overall_score_100=_shown(card.overall100),
        overall_rating=card.overall_rating,
        recommendation=None if card.recommendation is None else card.recommendation.value,
        hire_recommendation=card.hire_recommendation,
        provisional=human_review is None,
        needs_review=interview.status is InterviewStatus.NEEDS_REVIEW,
        review_reasons=tuple(ReasonView(r.code, r.sentence, r.question_id) for r in card.review_reasons),
        borderline=card.borderline,
        coverage=round(card.coverage, 2),
        certainty=_shown(card.certainty),
        dimension_scores=_all_shown(card.dimension_scores),
        criterion_scores=_all_shown(card.criterion_scores),
        type_scores=_all_shown(card.type_scores),
        competencies=tuple(CompetencyView(c.name, c.weight, _shown(c.score)) for c in card.competencies),
        questions_total=card.questions_total,
        questions_attempted=card.questions_attempted,
        questions_correct=card.questions_correct,
        average_response_time_s=average_response_time_s,
        completion_time_s=duration_s(interview),
        strengths=tuple(narrative.get("strengths", ())),
        improvements=tuple(narrative.get("improvements", ())),
        concepts_missed=card.concepts_missed,
        recommended_topics=tuple(narrative.get("recommended_topics", ())),
        summary=narrative.get("summary"),
        next_steps=tuple(narrative.get("next_steps", ())),
        narrative_note=note,
        policy=_policy(card),
        score_set=score_set,
        model=result.model,
        prompt_version=result.prompt_version,
        human_review=human_review,
        cost=cost,
        trace_url=None,
        simulated=result.simulated,
        created_at=result.created_at,
    )


def review_view(review: Review) -> ReviewView:
    """A person's decision as it is shown."""
    return ReviewView(
        review.id, review.reviewer, review.decision, review.reason, review.ratings, review.created_at,
        review.external_id, dict(review.labels),
    )  # fmt: skip


def duration_s(interview: Interview) -> float | None:
    """Seconds from the candidate's consent to the end of the last call; None before that."""
    if interview.started_at is None or interview.ended_at is None:
        return None
    return (interview.ended_at - interview.started_at).total_seconds()


def call_cost(call: Call) -> CostView | None:
    """What the carrier asked for the call; None until it has said so."""
    amount = _price(call)
    return None if amount is None else CostView(f"{amount:f}", call.price_unit or _USD)


def not_ready(interview: Interview) -> Conflict:
    """There is no result yet, and why."""
    sentence = f"The interview is {interview.status.value}; there is no result yet."
    if interview.next_action_why:
        sentence += f" {interview.next_action_why}"
    return Conflict(
        "not_ready",
        sentence,
        "Ask again when the status is completed or needs_review.",
        extra={"interview_status": interview.status.value},
    )


def _response_time_s(answers: Sequence[Answer], recordings: Mapping[str, Recording]) -> float | None:
    """The mean time to the first word over the answers that count."""
    heard = (recordings.get(answer.recording_sid or "") for answer in answers if not answer.superseded)
    times = [row.speech.get("time_to_first_word_s") for row in heard if row is not None and row.speech is not None]
    average: Fraction | None = mean(exact(time) for time in times if time is not None)
    return None if average is None else shown(float(average))


def _cost(models_usd: Decimal | None, calls: Sequence[Call]) -> CostView | None:
    """Models and calls together, in US dollars: a carrier's price in another currency stands at its call only."""
    prices = [price for call in calls if call.price_unit == _USD and (price := _price(call)) is not None]
    if models_usd is None and not prices:
        return None
    return CostView(f"{sum(prices, models_usd or Decimal(0)):f}", _USD)


def _price(call: Call) -> Decimal | None:
    if call.price is None:
        return None
    try:
        # Twilio states what it takes as a negative number: https://www.twilio.com/docs/voice/api/call-resource
        return abs(Decimal(call.price))
    except InvalidOperation:
        return None


def _policy(card: Scorecard) -> PolicyView:
    thresholds, weights = card.policy.thresholds, card.policy.weights
    return PolicyView(
        version=card.policy.version,
        thresholds={"hire": thresholds.hire, "consider": thresholds.consider},
        weights={
            "content": weights.content, "communication": weights.communication, "behavioral": weights.behavioral,
        },
        steps=card.steps,
    )  # fmt: skip


def _no_audio(deleted: str | None) -> Conflict:
    if deleted is not None:
        return Conflict("no_audio", f"There is no audio of this answer any more. {deleted}", "Scores and states stay.")
    return Conflict(
        "no_audio",
        "There is no audio of this answer.",
        "The audio is there once it has been fetched from the carrier; a question passed over has none.",
    )


def _all_shown(scores: Mapping[str, float]) -> dict[str, float]:
    return {name: shown(score) for name, score in scores.items()}


def _shown(number: float | None) -> float | None:
    return None if number is None else shown(number)

"""One take of one question as people see it: a number only where it was scored, quotes with their time in the audio."""

from collections.abc import Mapping, Sequence
from typing import Literal

from pydantic import TypeAdapter

from db.models import (
    HEARD_BY_CARRIER,
    WRITTEN,
    Answer,
    AnswerRating,
    AnswerState,
    FollowUp,
    IntegrityNote,
    Recording,
    ScoreSet,
)
from interview.arithmetic import shown
from interview.question import Question
from interview.scorecard import AnswerScore, Quote
from interview.speech import filler_count, spoken_units, words_per_minute
from ivr.services.integrity_views import note_view
from ivr.services.views import (
    AnswerScoreSetView,
    AnswerView,
    CriterionView,
    FollowUpView,
    KeyPointView,
    QuoteView,
    RatedByView,
    ReasonView,
    SpeechView,
)

# In these states an answer shows what its rating came to; in the others an older rating no longer says anything.
_RATED = frozenset({AnswerState.SCORED, AnswerState.NEEDS_REVIEW})
_SCORE: TypeAdapter[AnswerScore] = TypeAdapter(AnswerScore)

Ratings = Sequence[tuple[ScoreSet, AnswerRating]]


def answer_views(
    answers: Sequence[Answer],
    questions: Mapping[str, Question],
    ratings: Mapping[str, Ratings],
    recordings: Mapping[str, Recording],
    *,
    follow_ups: Mapping[str, tuple[FollowUp, Answer | None]],
    notes: Mapping[str, Sequence[IntegrityNote]],
    newest_set: ScoreSet | None,
    language: str,
    deleted: str | None = None,
) -> tuple[AnswerView, ...]:
    """The takes in the order in which ``questions`` names them, of one question the first take first. ``deleted`` says
    when and why their words were deleted, if they were."""
    order = {question_id: place for place, question_id in enumerate(questions)}
    return tuple(
        answer_view(
            answer,
            questions[answer.question_id],
            ratings.get(answer.id, ()),
            recordings.get(answer.recording_sid or ""),
            follow_up=_follow_up(*follow_ups[answer.id]) if answer.id in follow_ups else None,
            notes=notes.get(answer.id, ()),
            newest_set=newest_set,
            language=language,
            deleted=deleted,
        )
        for answer in sorted(answers, key=lambda answer: (order[answer.question_id], answer.take))
    )


def answer_view(
    answer: Answer,
    question: Question,
    ratings: Ratings,
    recording: Recording | None,
    *,
    follow_up: FollowUpView | None = None,
    notes: Sequence[IntegrityNote] = (),
    newest_set: ScoreSet | None,
    language: str,
    deleted: str | None = None,
) -> AnswerView:
    """One take; ``ratings`` are all it ever got, and the one in ``newest_set`` counts."""
    score = current_score(answer, ratings, newest_set)
    is_scored = answer.state is AnswerState.SCORED and score is not None and score.answer10 is not None
    numbers = score if is_scored else None
    words = _words(answer)
    quotes = () if score is None else tuple(quote for criterion in score.criteria for quote in criterion.quotes)
    return AnswerView(
        id=answer.id,
        question=question,
        take=answer.take,
        follow_up=follow_up,
        state=answer.state.value,
        state_reason=answer.state_reason,
        has_audio=deleted is None and recording is not None and recording.storage_key is not None,
        duration_s=answer.duration_s,
        partial=answer.partial,
        superseded=answer.superseded,
        transcript=words,
        transcript_original=answer.transcript,
        transcript_note=deleted if words is None else None,
        transcript_source=_source(answer),
        words_approximate=any(quote.approximate for quote in quotes) if quotes else words is not None,
        key_points=_key_points(question, score),
        criteria=_criteria(score, with_numbers=is_scored),
        score=_shown(numbers.answer10 if numbers else None),
        score_100=_shown(numbers.score_100 if numbers else None),
        understanding=numbers.understanding if numbers else None,
        explainability=numbers.explainability if numbers else None,
        evidence=tuple(map(_quote, score.evidence)) if score else (),
        critique=score.critique if score else "",
        ideal_answer=question.ideal_answer,
        concepts_missed=score.concepts_missed if score else (),
        off_topic=bool(score and score.off_topic),
        is_correct=numbers.is_correct if numbers else None,
        bias_flag=bool(score and score.bias_flag),
        review_reasons=_reasons(answer, score),
        integrity_notes=tuple(map(note_view, notes)),
        speech=_speech(answer, recording, language),
        human_feedback=answer.human_feedback,
        score_sets=tuple(_score_set(score_set, rating) for score_set, rating in ratings),
        said_yes=answer.said_yes,
        knockout_confirmed=answer.knockout_confirmed,
        simulated=answer.simulated,
        rated_by=None if score is None else _rated_by(ratings, newest_set),
        heard=_heard(recording),
    )


def current_score(answer: Answer, ratings: Ratings, newest_set: ScoreSet | None) -> AnswerScore | None:
    """What the answer got in the newest score set, None while it waits to be rated there."""
    if newest_set is None or answer.state not in _RATED:
        return None
    found = _newest(ratings, newest_set)
    return None if found is None else _SCORE.validate_python(found.content)


def _newest(ratings: Ratings, newest_set: ScoreSet | None) -> AnswerRating | None:
    if newest_set is None:
        return None
    return next((rating for score_set, rating in ratings if score_set.id == newest_set.id), None)


def _rated_by(ratings: Ratings, newest_set: ScoreSet | None) -> RatedByView | None:
    rating = _newest(ratings, newest_set)
    if rating is None:
        return None
    samples: dict[str, list[int | None]] = {}
    for sample in rating.samples:
        for criterion in sample.get("criteria", ()):
            samples.setdefault(criterion["id"], []).append(criterion["rating"])
    told = {criterion: tuple(given) for criterion, given in samples.items()}
    return RatedByView(rating.model, rating.prompt_version, rating.created_at, told)


def _criteria(score: AnswerScore | None, *, with_numbers: bool) -> tuple[CriterionView, ...]:
    if score is None:
        return ()
    return tuple(
        CriterionView(
            id=criterion.id,
            rating=_shown(criterion.rating) if with_numbers else None,
            reason=criterion.reason,
            quotes=tuple(map(_quote, criterion.quotes)),
        )
        for criterion in score.criteria
    )


def _key_points(question: Question, score: AnswerScore | None) -> tuple[KeyPointView, ...]:
    if score is None or not score.key_points:
        return tuple(KeyPointView(point.id, point.text, None, None) for point in question.key_points)
    return tuple(
        KeyPointView(point.id, point.text, point.status, None if point.quote is None else _quote(point.quote))
        for point in score.key_points
    )


def _reasons(answer: Answer, score: AnswerScore | None) -> tuple[ReasonView, ...]:
    if score is not None:
        return tuple(ReasonView(r.code, r.sentence, answer.question_id) for r in score.review_reasons)
    if answer.state is AnswerState.NEEDS_REVIEW and answer.state_reason:
        return (ReasonView("transcript", answer.state_reason, answer.question_id),)
    return ()


def _speech(answer: Answer, recording: Recording | None, language: str) -> SpeechView | None:
    if recording is None or recording.speech is None:
        return None
    facts = recording.speech
    words = _words(answer)
    pace = None if words is None else words_per_minute(spoken_units(words, language), facts["speech_s"])
    return SpeechView(
        words_per_minute=_shown(pace),
        # a person's correction may leave out what the candidate uttered: fillers are counted where they were heard
        filler_words=None if answer.transcript is None else filler_count(answer.transcript, language),
        longest_pause_s=_shown(facts["longest_pause_s"]),
        response_time_s=_shown(facts["time_to_first_word_s"]),
    )


def _heard(recording: Recording | None) -> tuple[tuple[float, float], ...]:
    facts = None if recording is None else recording.speech
    return () if facts is None else tuple((start, end) for start, end in facts["intervals"])


def _source(answer: Answer) -> Literal["model", "carrier", "written"] | None:
    if answer.transcript is None:
        return None
    if answer.transcript_model == WRITTEN:
        return "written"
    return "carrier" if answer.transcript_model == HEARD_BY_CARRIER else "model"


def _words(answer: Answer) -> str | None:
    return answer.transcript_corrected if answer.transcript_corrected is not None else answer.transcript


def _score_set(score_set: ScoreSet, rating: AnswerRating) -> AnswerScoreSetView:
    score = _SCORE.validate_python(rating.content)
    return AnswerScoreSetView(
        score_set.number, score_set.reason, rating.created_at, score.state.value, _shown(score.answer10)
    )


def _follow_up(follow_up: FollowUp, take: Answer | None) -> FollowUpView:
    return FollowUpView(follow_up.text, None if take is None else _words(take))


def _quote(quote: Quote) -> QuoteView:
    """A quote from the follow-up has no place in the audio of the answer."""
    return QuoteView(quote.text, None if quote.in_follow_up else quote.start_s, quote.verified)


def _shown(number: float | None) -> float | None:
    return None if number is None else shown(number)

"""Takes the words out of an interview's rows and leaves scores and states: what retention and erasure have in common.

Files and the carrier's copies are deleted afterwards, by whoever asked; until then a recording keeps the key of its
file, and readers already see that it is deleted.
"""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import TypeAdapter
from sqlalchemy.orm import Session

from db.models import (
    Answer,
    AnswerRating,
    AnswerState,
    CandidateQuestion,
    FeedbackSheet,
    FeedbackState,
    Interview,
    Recording,
    Result,
    ResumeQuestion,
)
from db.repositories import candidate_requests, outbox, webhooks
from db.repositories import privacy as rows
from interview.scorecard import AnswerScore, Scorecard
from interview.wordless import GONE, card_without_words, without_words
from ivr.services.errors import WordsDeleted

RETENTION, ERASURE = "retention", "erasure"
NEVER_RATED = "The words were deleted before they were rated."
# What hears of it last (a worker in the middle of its work) has settled by then.
COPIES_AFTER = timedelta(seconds=30)
_SCORE: TypeAdapter[AnswerScore] = TypeAdapter(AnswerScore)
_CARD: TypeAdapter[Scorecard] = TypeAdapter(Scorecard)


@dataclass(frozen=True, slots=True)
class DeletionView:
    """That audio and words were deleted; ``why`` is retention or erasure."""

    at: datetime
    why: str
    sentence: str


def delete_words(session: Session, interview: Interview, why: str, now: datetime) -> Counter[str]:
    """Empty everything that was said in this interview and written about it; how many of each kind there were.

    May be repeated: what comes in later is emptied the next time. The caller holds the interview's lock.
    """
    said = rows.said_in(session, interview.id)
    if interview.words_deleted_at is None:
        interview.words_deleted_at, interview.words_deleted_for = now, why
        interview.version += 1
    elif why == ERASURE:
        interview.words_deleted_for = why
    found: Counter[str] = Counter()
    for recording in said.recordings:
        found["recordings"] += recording.storage_key is not None
        found["transcripts"] += recording.heard_text is not None
        _empty_recording(recording)
    for answer in said.answers:
        found["transcripts"] += answer.transcript is not None or answer.transcript_corrected is not None
        _empty_answer(answer)
    for follow_up in said.follow_ups:
        found["follow_up_questions"] += bool(follow_up.text)
        follow_up.text = ""
    for rating in said.ratings:
        found["ratings_with_quotes"] += _empty_rating(rating)
    for result in said.results:
        found["summaries"] += _empty_result(result)
    for asked in said.questions:
        found["candidate_questions"] += asked.transcript is not None
        _empty_question(asked)
    for about in said.resume_questions:
        found["resume_questions"] += about.text is not None or about.transcript is not None
        _empty_resume_question(about)
    for sheet in said.sheets:
        found["feedback_sheets"] += bool(sheet.strengths or sheet.topics)
        _empty_sheet(sheet)
    found["requests"] = candidate_requests.forget_words(session, interview.id)
    found["integrity_notes"] = rows.delete_notes(session, interview.id)
    subjects = subjects_of(interview, said)
    found["model_exchanges"] = rows.forget_model_exchange(session, subjects, interview.id)
    found["webhook_answers"] = webhooks.forget_answers_about(session, [interview.id])
    rows.withdraw_work(session, subjects, now)
    outbox.add(
        session, kind="delete_carrier_copies", subject_id=interview.id, organisation_id=interview.organisation_id,
        due_at=now + COPIES_AFTER,
    )  # fmt: skip
    return +found


def subjects_of(interview: Interview, said: rows.Said) -> frozenset[str]:
    """What work and model calls about this interview name as their subject."""
    sids = {recording.recording_sid for recording in said.recordings}
    sids |= {answer.recording_sid for answer in said.answers if answer.recording_sid is not None}
    ids = {one.id for one in said.answers} | {one.id for one in said.results}
    ids |= {one.id for one in said.questions} | {one.id for one in said.follow_ups}
    ids |= {one.id for one in said.sheets} | {one.id for one in said.resume_questions}
    return frozenset({interview.id, *sids, *ids})


def file_key(organisation_id: str, recording_id: str) -> str:
    """Under which key the audio of a recording is kept, whether or not its row says so yet."""
    return f"{organisation_id}/recordings/{recording_id}.wav"


def why_deleted(interview: Interview) -> str | None:
    """One sentence for whoever looks for the words; None while they are there."""
    if interview.words_deleted_at is None:
        return None
    day = interview.words_deleted_at.date().isoformat()
    if interview.words_deleted_for == ERASURE:
        return f"Deleted on {day} because the person asked to be forgotten."
    return f"Deleted by retention on {day}."


def deletion_of(interview: Interview) -> DeletionView | None:
    """The deletion as it is shown, None while nothing is deleted."""
    sentence = why_deleted(interview)
    if interview.words_deleted_at is None or sentence is None:
        return None
    return DeletionView(interview.words_deleted_at, interview.words_deleted_for or "", sentence)


def refuse_deleted(interview: Interview) -> None:
    """Raise WordsDeleted for what cannot be done without the words."""
    sentence = why_deleted(interview)
    if sentence is not None:
        raise WordsDeleted(f"The words of this interview are gone. {sentence}")


def _empty_recording(recording: Recording) -> None:
    recording.heard_text = recording.peaks = recording.sha256 = None
    if recording.speech is not None:
        # How long somebody spoke and paused stays as a number; the pitch of the voice and when it spoke do not.
        recording.speech = recording.speech | {"pitches_hz": [], "intervals": [], "sha256": ""}


def _empty_answer(answer: Answer) -> None:
    answer.transcript = answer.transcript_corrected = answer.human_feedback = None
    if answer.state is AnswerState.PENDING and not answer.superseded:
        answer.state, answer.state_reason = AnswerState.TECHNICAL_FAILURE, NEVER_RATED
    elif answer.state is AnswerState.NEEDS_REVIEW:
        answer.state_reason = GONE


def _empty_rating(rating: AnswerRating) -> bool:
    before = _SCORE.validate_python(rating.content)
    after = without_words(before)
    had_words = after != before or bool(rating.samples)
    if had_words:
        rating.content, rating.samples = json.loads(_SCORE.dump_json(after)), []
    return had_words


def _empty_result(result: Result) -> bool:
    had_words = result.narrative is not None
    if had_words or result.narrative_note != GONE:
        result.content = json.loads(_CARD.dump_json(card_without_words(_CARD.validate_python(result.content))))
        result.narrative, result.narrative_note = None, GONE
    return had_words


def _empty_question(asked: CandidateQuestion) -> None:
    asked.transcript = asked.passage = asked.passage_topic = None


def _empty_sheet(sheet: FeedbackSheet) -> None:
    sheet.strengths, sheet.topics = [], []
    if sheet.state is not FeedbackState.RELEASED:
        sheet.state, sheet.note = FeedbackState.DRAFT, GONE


def _empty_resume_question(about: ResumeQuestion) -> None:
    about.text = about.about = about.transcript = about.note = None

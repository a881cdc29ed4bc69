"""The candidate's own question as people see it: what was asked, found and told, and why a person is to answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from db.models import CandidateQuestion, CandidateQuestionState, Recording

# Why a person is to answer what a candidate asked.
PASSED_ON_FOR = {
    "no_passage": "Nothing that was approved to be told is about this.",
    "unavailable": "What was approved to be told could not be searched when this was asked.",
    "unclear": "The words could not be made out. A person should listen.",
    "instruction": "This may address the machine rather than ask about the job.",
    "protected_topic": "This touches a topic of which only a person should speak.",
    "not_in_time": "The call was over before an answer was found.",
    "not_told": "The call ended before an answer could be told.",
}


@dataclass(frozen=True, slots=True)
class PassageView:
    """What the employer approved to be told, as it was found for a question; ``source`` is fact or job_text."""

    text: str
    source: str
    topic: str | None
    similarity: float
    model: str
    found_at: datetime


@dataclass(frozen=True, slots=True)
class CandidateQuestionView:
    """The candidate's own question, which is part of nothing that is rated. ``state`` is asked, ready (to be told at
    the end of the call), answered, passed_on (a person is to answer) or nothing_said; ``answer`` is what was told;
    ``text_note`` says when and why the words were deleted, if they were."""

    id: str
    state: str
    text: str | None = field(repr=False)
    answer: str | None
    passage: PassageView | None
    reason_code: str | None
    reason: str | None
    has_audio: bool
    duration_s: float
    partial: bool
    asked_at: datetime
    told_at: datetime | None
    passed_on_at: datetime | None
    simulated: bool
    text_note: str | None = None


def candidate_question_view(
    asked: CandidateQuestion, recordings: Mapping[str, Recording], deleted: str | None = None
) -> CandidateQuestionView:
    """The candidate's own question, with what was found and told; ``deleted`` says when its words were deleted."""
    recording = recordings.get(asked.recording_sid)
    passage = None
    if asked.passage is not None and asked.looked_up_at is not None:
        passage = PassageView(
            asked.passage, asked.passage_source or "", asked.passage_topic, round(asked.similarity or 0.0, 3),
            asked.embedding_model or "", asked.looked_up_at,
        )  # fmt: skip
    return CandidateQuestionView(
        id=asked.id,
        state=asked.state.value,
        text=asked.transcript,
        text_note=deleted,
        answer=asked.passage if asked.state is CandidateQuestionState.ANSWERED else None,
        passage=passage,
        reason_code=asked.passed_on_for,
        reason=None if asked.passed_on_for is None else PASSED_ON_FOR.get(asked.passed_on_for),
        has_audio=deleted is None and recording is not None and recording.storage_key is not None,
        duration_s=asked.duration_s,
        partial=asked.partial,
        asked_at=asked.created_at,
        told_at=asked.told_at,
        passed_on_at=asked.passed_on_at,
        simulated=asked.simulated,
    )

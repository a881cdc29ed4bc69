"""The question about a candidate's résumé as people see it: what was asked last, and what was said to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from db.models import Recording, ResumeQuestion


@dataclass(frozen=True, slots=True)
class ResumeQuestionView:
    """It is part of nothing that is rated. ``state`` is none (``note`` says why), ready (to be asked), asked, answered,
    passed (nothing was said to it) or nothing_said; ``about`` is the fact of the résumé that it rests on; ``text_note``
    says when and why its words were deleted, if they were."""

    id: str
    state: str
    text: str | None
    about: str | None
    note: str | None
    transcript: str | None = field(repr=False)
    text_note: str | None
    has_audio: bool
    duration_s: float
    partial: bool
    asked_at: datetime | None
    model: str | None
    prompt_version: str | None
    simulated: bool


def resume_question_view(
    row: ResumeQuestion, recordings: Mapping[str, Recording], deleted: str | None = None
) -> ResumeQuestionView:
    """The question with its answer; ``deleted`` says when its words were deleted."""
    recording = recordings.get(row.recording_sid or "")
    return ResumeQuestionView(
        id=row.id,
        state=row.state.value,
        text=row.text,
        about=row.about,
        note=row.note,
        transcript=row.transcript,
        text_note=deleted,
        has_audio=deleted is None and recording is not None and recording.storage_key is not None,
        duration_s=row.duration_s,
        partial=row.partial,
        asked_at=row.asked_at,
        model=row.model,
        prompt_version=row.prompt_version,
        simulated=row.simulated,
    )

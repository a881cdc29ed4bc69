"""Integrity notes as people see them."""

from dataclasses import dataclass

from db.models import IntegrityNote
from interview.integrity_words import innocent_explanations


@dataclass(frozen=True, slots=True)
class IntegrityNoteView:
    """What a person may want to look at, never rated: ``value`` in ``unit``, ``offset`` in seconds into the answer."""

    signal: str
    value: float
    unit: str
    answer: str
    offset: float | None
    reliability: str
    innocent_explanations: tuple[str, ...]
    other_answer: str | None


def note_view(note: IntegrityNote) -> IntegrityNoteView:
    """A note as it is shown, never without its ordinary reasons."""
    return IntegrityNoteView(
        signal=note.signal,
        value=note.value,
        unit=note.unit,
        answer=note.answer_id,
        offset=note.offset_s,
        reliability=note.reliability,
        innocent_explanations=innocent_explanations(note.signal),
        other_answer=note.other_answer_id,
    )

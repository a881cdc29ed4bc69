"""Integrity notes as their task writes them and readers find them."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from db.models import Answer, IntegrityNote, Interview
from interview.purpose import Purpose


def of_interview(session: Session, organisation_id: str, interview_id: str) -> dict[str, list[IntegrityNote]]:
    """The notes about an interview's answers, by answer, oldest first."""
    found = session.scalars(
        select(IntegrityNote)
        .where(IntegrityNote.organisation_id == organisation_id, IntegrityNote.interview_id == interview_id)
        .order_by(IntegrityNote.created_at, IntegrityNote.id)
    )
    notes: dict[str, list[IntegrityNote]] = {}
    for note in found:
        notes.setdefault(note.answer_id, []).append(note)
    return notes


def replace(session: Session, interview_id: str, notes: Sequence[IntegrityNote]) -> None:
    """These notes in the place of those that the interview had."""
    session.execute(delete(IntegrityNote).where(IntegrityNote.interview_id == interview_id))
    session.add_all(notes)


def same_question_of_others(
    session: Session, organisation_id: str, candidate_id: str, question_ids: Collection[str], most: int
) -> Mapping[str, dict[str, str]]:
    """What other candidates said to the same questions: words by answer, by question; the newest ``most`` of each."""
    words = func.coalesce(Answer.transcript_corrected, Answer.transcript)
    found: dict[str, dict[str, str]] = {}
    for question_id in question_ids:
        rows = session.execute(
            select(Answer.id, words)
            .join(Interview, Interview.id == Answer.interview_id)
            .where(
                Answer.organisation_id == organisation_id,
                Answer.question_id == question_id,
                Answer.superseded.is_(False),
                Interview.candidate_id != candidate_id,
                Interview.purpose == Purpose.ASSESSMENT.value,
                words.is_not(None),
            )
            .order_by(Answer.created_at.desc())
            .limit(most)
        )
        found[question_id] = {answer_id: text for answer_id, text in rows}
    return found

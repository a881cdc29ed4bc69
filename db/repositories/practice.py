"""Practice answers: which there are, which may be played, and that none is left."""

from collections.abc import Sequence

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from db.models import Call, Recording


def kept(session: Session, interview_id: str, turns: Sequence[int]) -> Sequence[Recording]:
    """The recordings of these listens whose fetching has ended, well or badly."""
    found = select(Recording).where(
        Recording.interview_id == interview_id,
        Recording.turn.in_(turns),
        or_(Recording.storage_key.is_not(None), Recording.failure.is_not(None)),
    )
    return session.scalars(found).all()


def key_of_played(session: Session, recording_id: str) -> str | None:
    """Where the audio is kept of a recording that its call plays back; None for every other."""
    played = select(Recording.storage_key).join(Call, Call.practice_recording_id == Recording.id)
    return session.scalar(played.where(Recording.id == recording_id))


def forget(session: Session, recording_ids: Sequence[str]) -> None:
    """Leave nothing of these recordings."""
    played = update(Call).where(Call.practice_recording_id.in_(recording_ids))
    session.execute(played.values(practice_turn=None, practice_recording_id=None))
    session.execute(delete(Recording).where(Recording.id.in_(recording_ids)))

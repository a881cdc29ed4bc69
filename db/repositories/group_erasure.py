"""Forgetting what a person said of themselves; apart from the reading of it, so that whoever erases need not read."""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from db.models import CandidateGroups


def forget_groups(session: Session, candidate_id: str) -> None:
    """Nothing is known of this person any more. Called where a person is erased, too."""
    session.execute(delete(CandidateGroups).where(CandidateGroups.candidate_id == candidate_id))

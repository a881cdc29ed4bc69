"""Feedback sheets as they are written, released and read."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import FeedbackSheet, FeedbackState


def of_interview(
    session: Session, organisation_id: str, interview_id: str, *, lock: bool = False
) -> FeedbackSheet | None:
    """The sheet of an interview, or None while there is none."""
    found = select(FeedbackSheet).where(
        FeedbackSheet.organisation_id == organisation_id, FeedbackSheet.interview_id == interview_id
    )
    return session.scalar(found.with_for_update() if lock else found)


def get(session: Session, organisation_id: str, sheet_id: str) -> FeedbackSheet | None:
    """One sheet by its id, or None."""
    return session.scalar(
        select(FeedbackSheet).where(FeedbackSheet.organisation_id == organisation_id, FeedbackSheet.id == sheet_id)
    )


def released(session: Session, organisation_id: str, interview_id: str) -> FeedbackSheet | None:
    """The sheet that the candidate may read, or None; nor is there one when its words were deleted."""
    sheet = of_interview(session, organisation_id, interview_id)
    if sheet is None or sheet.state is not FeedbackState.RELEASED or not (sheet.strengths or sheet.topics):
        return None
    return sheet

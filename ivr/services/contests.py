"""What follows when a candidate says that something is wrong with an answer: a person looks at the result again.

The answer keeps its rating: nobody's word changes a number by itself. The result is concluded anew by the same rule,
which leaves it for a person while a contest is open, and no longer once a person has resolved it.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from db.models import Interview
from db.repositories import outbox
from interview.lifecycle import InterviewStatus
from ivr.services.practice_privacy import is_practice

# What is not concluded yet finds the contest when it is.
_CONCLUDED = frozenset({InterviewStatus.COMPLETED, InterviewStatus.NEEDS_REVIEW})


def reconsider(session: Session, interview: Interview, now: datetime, request_id: str | None) -> None:
    """Have the interview's result concluded anew; nobody reviews practice, or what was deleted."""
    if interview.status in _CONCLUDED and interview.words_deleted_at is None and not is_practice(interview):
        outbox.add(
            session, kind="conclude_interview", subject_id=interview.id, organisation_id=interview.organisation_id,
            due_at=now, request_id=request_id,
        )  # fmt: skip

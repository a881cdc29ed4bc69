"""A person who does not want to be called again: written down, and what waits for them ends."""

from datetime import datetime

from sqlalchemy.orm import Session

from db.models import Candidate, Interview
from db.repositories import messages as rows
from db.repositories.events import record
from interview.lifecycle import InterviewStatus, check_move

_S = InterviewStatus
_WAITING = frozenset({_S.SCHEDULED, _S.QUEUED, _S.INTERRUPTED})


def opt_out(session: Session, person: Candidate, source: str, now: datetime, *, by: str = "candidate") -> bool:
    """Never call or write to this person again; False when that was so already. ``source``: "sms", "link", "recruiter";
    ``by`` is the actor who wrote it down."""
    if not rows.opt_out(session, person.organisation_id, person.phone, source, now):
        return False
    record(
        session, organisation_id=person.organisation_id, type="candidate.opted_out", subject_kind="candidate",
        subject_id=person.id, actor=by, data={"source": source}, at=now,
    )  # fmt: skip
    for interview in rows.interviews_of(session, person.id, _WAITING):
        end(session, interview, source, now, by=by)
    return True


def end(session: Session, interview: Interview, source: str, now: datetime, *, by: str = "candidate") -> None:
    """An interview that waits is over because its candidate wants no calls."""
    check_move(interview.status, _S.OPTED_OUT)
    interview.status = _S.OPTED_OUT
    interview.version += 1
    interview.reason_code, interview.ended_at, interview.waiting_reason = "opted_out", now, None
    interview.next_action = interview.next_action_at = interview.next_action_why = None
    record(
        session, organisation_id=interview.organisation_id, type="candidate.opted_out", subject_kind="interview",
        subject_id=interview.id, actor=by, data={"source": source}, at=now,
    )  # fmt: skip

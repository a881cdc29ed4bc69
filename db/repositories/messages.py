"""Messages: the one row of an event and channel, what the carrier says of it, and whom a message to us concerns."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from db.columns import new_id
from db.models import Call, Candidate, Interview, Message, OptOut, Organisation
from interview.lifecycle import InterviewStatus


def of_event(session: Session, organisation_id: str, event_key: str, channel: str = "sms") -> Message | None:
    """The message about this event by this channel, if one was ever begun."""
    return session.scalar(
        select(Message)
        .where(
            Message.organisation_id == organisation_id, Message.event_key == event_key, Message.channel == channel
        )
        .with_for_update()
    )


def get(session: Session, message_id: str) -> Message | None:
    """One message, to be changed."""
    return session.get(Message, message_id, with_for_update=True)


def organisations(session: Session) -> Sequence[str]:
    """The ids of all organisations: they share the number, and so the sender."""
    return session.scalars(select(Organisation.id).order_by(Organisation.id)).all()


def people(session: Session, phone: str) -> Sequence[Candidate]:
    """Who has this number, one in each organisation at most; locked, so that copies of a text wait for each other."""
    found = select(Candidate).where(Candidate.phone == phone, Candidate.erased_at.is_(None))
    return session.scalars(found.order_by(Candidate.id).with_for_update()).all()


def interviews_of(
    session: Session, candidate_id: str, statuses: frozenset[InterviewStatus] | None = None
) -> Sequence[Interview]:
    """A person's interviews, newest first, in one of these statuses when given; locked."""
    found = select(Interview).where(Interview.candidate_id == candidate_id)
    if statuses is not None:
        found = found.where(Interview.status.in_(statuses))
    return session.scalars(found.order_by(Interview.created_at.desc()).with_for_update()).all()


def opt_out(session: Session, organisation_id: str, phone: str, source: str, now: datetime) -> bool:
    """Never call or write to this number again; False when that was so already."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = session.execute(
        insert(OptOut)
        .values(id=new_id(), created_at=now, organisation_id=organisation_id, phone=phone, source=source)
        .on_conflict_do_nothing(index_elements=["organisation_id", "phone"])
        .returning(OptOut.id)
    )
    return row.first() is not None


def take_back_opt_outs(session: Session, written_as: Collection[str], source: str) -> Sequence[str]:
    """End the opt-outs of a number that came this way, however it is written; the organisations that had one."""
    return session.scalars(
        delete(OptOut).where(OptOut.phone.in_(written_as), OptOut.source == source).returning(OptOut.organisation_id)
    ).all()


def interview(session: Session, organisation_id: str, interview_id: str) -> Interview | None:
    """One interview of this organisation."""
    return session.scalar(
        select(Interview).where(Interview.organisation_id == organisation_id, Interview.id == interview_id)
    )


def interview_of_call(session: Session, organisation_id: str, call_id: str) -> Interview | None:
    """The interview that a call was made for."""
    return session.scalar(
        select(Interview)
        .join(Call, Call.interview_id == Interview.id)
        .where(Call.organisation_id == organisation_id, Call.id == call_id)
    )

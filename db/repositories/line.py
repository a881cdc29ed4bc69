"""The line: its row, locked while somebody dials, and the calls that were placed over it."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import bindparam, func, select, text
from sqlalchemy.orm import Session

from db.columns import UtcDateTime
from db.models import Call, DialPace, TestCall
from interview.lifecycle import CallStatus

LINE = "dial"
_FIRST = text(
    "INSERT INTO dial_pace (line, next_at) VALUES (:line, :next_at) ON CONFLICT DO NOTHING"
).bindparams(bindparam("next_at", type_=UtcDateTime()))


def lock(session: Session, now: datetime) -> DialPace:
    """The line's row, locked until the commit: one dialler at a time, each counts the calls of those before it."""
    line = session.get(DialPace, LINE, with_for_update=True)
    if line is not None:
        return line
    session.execute(_FIRST, {"line": LINE, "next_at": now})
    return session.get_one(DialPace, LINE, with_for_update=True)


def look(session: Session) -> DialPace | None:
    """The line's row as it is, None before the first call."""
    return session.get(DialPace, LINE)


def last_ring_elsewhere(
    session: Session, organisation_id: str, phone: str, interview_id: str | None, since: datetime
) -> datetime | None:
    """When this telephone last rang since then for the organisation, in other interviews than this one."""
    rang = select(func.max(Call.rang_at)).where(
        Call.organisation_id == organisation_id, Call.phone == phone, Call.direction == "outbound",
        Call.rang_at >= since,
    )  # fmt: skip
    if interview_id is not None:
        rang = rang.where(Call.interview_id != interview_id)
    return session.scalar(rang)


def calls_since(session: Session, since: datetime) -> Sequence[Call]:
    """The calls that we placed since then, those that we took back ourselves left out."""
    placed = select(Call).where(
        Call.direction == "outbound", Call.created_at >= since, Call.status != CallStatus.CANCELED
    )
    return session.scalars(placed).all()


def last_call_at(session: Session, interview_id: str) -> datetime | None:
    """When we last set about calling for this interview."""
    return session.scalar(select(func.max(Call.created_at)).where(Call.interview_id == interview_id))


def known_sids(session: Session, carrier_sids: Collection[str]) -> set[str]:
    """Those of the carrier's calls that are calls of ours."""
    columns = (Call.carrier_sid, TestCall.carrier_sid)
    found = [session.scalars(select(column).where(column.in_(carrier_sids))) for column in columns]
    return {sid for sids in found for sid in sids if sid is not None}

"""The outbox: what must happen next, claimed with a lease; every ending is guarded by the lease's generation."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, bindparam, case, func, or_, select, text, update
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from db.columns import UtcDateTime, new_id, utc_now
from db.listening import somebody_listens
from db.models import OutboxRow
from db.unit_of_work import Database

# After this many deaths (a started row whose lease ran out, or an exception that nobody expected) a row waits for a
# person: whatever kills its workers must not do so for ever.
MAX_DEATHS = 5
POISON = "poison"
GIVEN_UP = "given_up"
WAITING_FOR_CONFIGURATION = "waiting_for_configuration"

# Failures of the database rather than of the work. SQLite reports a busy file this way too.
DatabaseUnavailable = (OperationalError, InterfaceError, PoolTimeout)

# What follows ON CONFLICT wherever an outbox row is written, here and on the lean path of the webhooks. One open row
# per kind and subject: the earlier due time wins, a parked row starts afresh, a row being worked on is due once more.
ON_CONFLICT = (
    "(kind, subject_id) WHERE done_at IS NULL DO UPDATE SET"
    " due_at = CASE WHEN excluded.due_at < outbox.due_at THEN excluded.due_at ELSE outbox.due_at END,"
    " attempt = CASE WHEN outbox.parked_reason IS NULL THEN outbox.attempt ELSE 0 END,"
    " deaths = CASE WHEN outbox.parked_reason IS NULL THEN outbox.deaths ELSE 0 END,"
    " parked_reason = NULL,"
    " again_at = CASE WHEN NOT outbox.started THEN outbox.again_at"
    " WHEN outbox.again_at < excluded.due_at THEN outbox.again_at ELSE excluded.due_at END"
)

_INTO = (
    "INSERT INTO outbox"
    " (id, created_at, organisation_id, kind, subject_id, due_at, request_id, attempt, generation, deaths,"
    " started, paced)"
)
_MOMENTS = (bindparam("created_at", type_=UtcDateTime()), bindparam("due_at", type_=UtcDateTime()))
_ADD = text(
    f"{_INTO} VALUES (:id, :created_at, :organisation_id, :kind, :subject_id, :due_at, :request_id, 0, 0, 0, false,"
    f" false) ON CONFLICT {ON_CONFLICT}"
).bindparams(*_MOMENTS)
_ADD_IF_LISTENED = text(
    f"{_INTO} SELECT CAST(:id AS TEXT), :created_at, CAST(:organisation_id AS TEXT), CAST(:kind AS TEXT),"
    " CAST(:subject_id AS TEXT), :due_at, CAST(:request_id AS TEXT), 0, 0, 0, false, false"
    f" WHERE {somebody_listens(':organisation_id', ':due_at')} ON CONFLICT {ON_CONFLICT}"
).bindparams(*_MOMENTS)


class LeaseLost(Exception):
    """Somebody else has this row by now: the late owner's whole transaction must be rolled back."""


@dataclass(slots=True)
class Lease:
    """The right to do one piece of work, until it is fenced by a later generation.

    ``attempt`` counts from 1 and not the times it was only postponed; ``paced`` says that a postponement had reserved
    this moment. ``ended`` is set by the call that settles the row, so that nobody settles it twice.
    """

    outbox_id: str
    kind: str
    subject_id: str
    organisation_id: str
    generation: int
    attempt: int
    request_id: str | None
    paced: bool = False
    ended: bool = False


def add(
    session: Session,
    *,
    kind: str,
    subject_id: str,
    organisation_id: str,
    due_at: datetime,
    request_id: str | None = None,
    if_listened: bool = False,
) -> None:
    """Say that this must happen; asking again while it is open changes at most when. With ``if_listened`` only where
    somebody listens to the organisation's events."""
    session.execute(
        _ADD_IF_LISTENED if if_listened else _ADD,
        {
            "id": new_id(),
            "created_at": utc_now(),
            "organisation_id": organisation_id,
            "kind": kind,
            "subject_id": subject_id,
            "due_at": due_at,
            "request_id": request_id,
        },
    )


_OPEN = (OutboxRow.done_at.is_(None), OutboxRow.parked_reason.is_(None))
_DIED = "the worker ended in the middle of this work"
_COLUMNS = (
    OutboxRow.id,
    OutboxRow.kind,
    OutboxRow.subject_id,
    OutboxRow.organisation_id,
    OutboxRow.generation,
    OutboxRow.attempt,
    OutboxRow.request_id,
    OutboxRow.paced,
)


def claim_due(database: Database, now: datetime, owner: str, limit: int, lease_s: float) -> list[Lease]:
    """Take up to ``limit`` due rows that nobody holds, earliest first, of those due at once the one asked for first.
    A row found started was a death; too many deaths park it."""
    free = or_(OutboxRow.lease_until.is_(None), OutboxRow.lease_until < now)
    in_turn = (OutboxRow.due_at, OutboxRow.created_at)
    due = select(OutboxRow.id).where(*_OPEN, OutboxRow.due_at <= now, free).order_by(*in_turn).limit(limit)
    if not database.is_sqlite:
        due = due.with_for_update(skip_locked=True)
    # A CTE that locks rows is evaluated once; a subquery in IN might be planned so that it claims beyond its limit.
    chosen = due.cte("due")
    deaths = OutboxRow.deaths + case((OutboxRow.started, 1), else_=0)
    until = _moment(now + timedelta(seconds=lease_s))
    poisoned = OutboxRow.started & (deaths >= MAX_DEATHS)
    statement = (
        update(OutboxRow)
        .where(OutboxRow.id.in_(select(chosen.c.id)))
        .values(
            owner=case((poisoned, None), else_=owner),
            lease_until=case((poisoned, None), else_=until),
            generation=OutboxRow.generation + 1,
            started=False,
            deaths=deaths,
            parked_reason=case((poisoned, POISON), else_=None),
            last_error=case((poisoned, func.coalesce(OutboxRow.last_error, _DIED)), else_=OutboxRow.last_error),
        )
        .returning(*_COLUMNS, OutboxRow.parked_reason, *in_turn)
        .execution_options(synchronize_session=False)
    )
    with database.write() as unit:
        claimed = unit.session.execute(statement).all()
    rows = sorted(claimed, key=lambda row: (row.due_at, row.created_at))
    return [_lease(row) for row in rows if row.parked_reason is None]


def start(
    database: Database, outbox_id: str, generation: int, *, now: datetime, owner: str, lease_s: float
) -> Lease | None:
    """Begin the claimed work; None when the row has been claimed anew, begun or ended since the bell rang."""
    statement = (
        update(OutboxRow)
        .where(OutboxRow.id == outbox_id, OutboxRow.generation == generation, ~OutboxRow.started, *_OPEN)
        .values(started=True, owner=owner, lease_until=now + timedelta(seconds=lease_s))
        .returning(*_COLUMNS)
        .execution_options(synchronize_session=False)
    )
    with database.write() as unit:
        row = unit.session.execute(statement).one_or_none()
    return None if row is None else _lease(row)


def renew(database: Database, owner: str, outbox_ids: Collection[str], *, now: datetime, lease_s: float) -> int:
    """Lengthen the leases of the work that ``owner`` is doing; how many were still its own."""
    if not outbox_ids:
        return 0
    with database.write() as unit:
        done = unit.session.execute(
            update(OutboxRow)
            .where(OutboxRow.id.in_(outbox_ids), OutboxRow.owner == owner, OutboxRow.started, *_OPEN)
            .values(lease_until=now + timedelta(seconds=lease_s))
            .execution_options(synchronize_session=False)
        )
    return _count(done)


def release(database: Database, lease: Lease) -> None:
    """Give back a claim that could not be passed on; it stays due. A claim that is no longer ours is left alone."""
    with database.write() as unit:
        unit.session.execute(
            update(OutboxRow)
            .where(OutboxRow.id == lease.outbox_id, OutboxRow.generation == lease.generation)
            .where(~OutboxRow.started, *_OPEN)
            .values(owner=None, lease_until=None, generation=OutboxRow.generation + 1)
            .execution_options(synchronize_session=False)
        )


def next_due(database: Database, now: datetime) -> datetime | None:
    """When the next row can be claimed (its due time, or the end of its lease); None when there is nothing."""
    free = (
        select(OutboxRow.due_at)
        .where(*_OPEN, OutboxRow.lease_until.is_(None))
        .order_by(OutboxRow.due_at)
        .limit(1)
        .scalar_subquery()
    )
    # A held row was due when it was claimed: rows of the far future need not be looked at.
    held = (
        select(func.min(OutboxRow.lease_until))
        .where(*_OPEN, OutboxRow.due_at <= now, OutboxRow.lease_until.is_not(None))
        .scalar_subquery()
    )
    with database.read() as session:
        moments: list[datetime] = [moment for moment in session.execute(select(free, held)).one() if moment is not None]
    return min(moments, default=None)


def unpark_due(database: Database, now: datetime) -> int:
    """Let work that waits for configuration try again when its time has come; how many rows."""
    with database.read() as session:
        waiting = session.scalars(
            select(OutboxRow.id).where(
                OutboxRow.done_at.is_(None),
                OutboxRow.parked_reason == WAITING_FOR_CONFIGURATION,
                OutboxRow.due_at <= now,
            )
        ).all()
    if not waiting:
        return 0
    with database.write() as unit:
        done = unit.session.execute(
            update(OutboxRow)
            .where(OutboxRow.id.in_(waiting), OutboxRow.parked_reason == WAITING_FOR_CONFIGURATION)
            .values(parked_reason=None)
            .execution_options(synchronize_session=False)
        )
    return _count(done)


def parked_for_good(session: Session, kinds: Collection[str]) -> Sequence[OutboxRow]:
    """Rows of these kinds that nothing takes up again by itself."""
    return session.scalars(
        select(OutboxRow)
        .where(
            OutboxRow.done_at.is_(None), OutboxRow.kind.in_(kinds), OutboxRow.parked_reason.in_((POISON, GIVEN_UP))
        )
        .order_by(OutboxRow.due_at)
        .limit(50)
    ).all()


def drop_due(session: Session, kinds: Collection[str], now: datetime, why: str) -> int:
    """Let open work of these kinds that is due be: nobody does it any more. How many rows."""
    done = session.execute(
        update(OutboxRow)
        .where(OutboxRow.done_at.is_(None), OutboxRow.kind.in_(kinds), OutboxRow.due_at <= _moment(now))
        .values(
            done_at=_moment(now), owner=None, lease_until=None, started=False, last_error=why,
            generation=OutboxRow.generation + 1,
        )
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    return _count(done)


# Endings, inside the transaction of the work. Each raises the generation, so that a bell which rings twice starts
# nothing, and frees the row.


def complete(session: Session, lease: Lease) -> None:
    """The work is done; if it was asked for again meanwhile, it is due once more. Raises LeaseLost."""
    again = OutboxRow.again_at
    _end(
        session,
        lease,
        done_at=case((again.is_(None), _moment(utc_now())), else_=None),
        due_at=func.coalesce(again, OutboxRow.due_at),
        attempt=case((again.is_(None), OutboxRow.attempt), else_=0),
        deaths=case((again.is_(None), OutboxRow.deaths), else_=0),
        paced=False,
    )


def retry_later(session: Session, lease: Lease, due_at: datetime, error: str) -> None:
    """This attempt failed; try again at ``due_at``, or earlier if somebody asked meanwhile. Raises LeaseLost."""
    _end(
        session,
        lease,
        attempt=OutboxRow.attempt + 1,
        due_at=_earlier(due_at),
        last_error=error,
        paced=False,
    )


def postpone(session: Session, lease: Lease, due_at: datetime, *, paced: bool = False) -> None:
    """Not yet: come back at ``due_at`` without counting an attempt. Raises LeaseLost."""
    _end(session, lease, due_at=_earlier(due_at), paced=paced)


def park(session: Session, lease: Lease, reason: str, error: str, *, due_at: datetime | None = None) -> None:
    """Wait for a person or a setting; ``due_at`` is when it looks again by itself (WAITING_FOR_CONFIGURATION only).
    Work that was asked for again meanwhile is not parked but due. Raises LeaseLost."""
    again = OutboxRow.again_at
    values: dict[str, Any] = {
        "parked_reason": case((again.is_(None), reason), else_=None),
        "last_error": error,
        "due_at": func.coalesce(again, OutboxRow.due_at if due_at is None else _moment(due_at)),
        "paced": False,
    }
    _end(session, lease, **values)


def crash(session: Session, lease: Lease, due_at: datetime, error: str) -> bool:
    """An exception that nobody expected: a death. True when it was one too many and the row is parked. Raises
    LeaseLost."""
    too_many = OutboxRow.deaths + 1 >= MAX_DEATHS
    _end(
        session,
        lease,
        deaths=OutboxRow.deaths + 1,
        attempt=OutboxRow.attempt + 1,
        due_at=_earlier(due_at),
        parked_reason=case((too_many, POISON), else_=None),
        last_error=error,
        paced=False,
    )
    return session.scalar(select(OutboxRow.parked_reason).where(OutboxRow.id == lease.outbox_id)) is not None


def hold(session: Session, lease: Lease) -> None:
    """Make sure, until the commit, that the work is still this lease's. Raises LeaseLost."""
    held = select(OutboxRow.id).where(
        OutboxRow.id == lease.outbox_id, OutboxRow.generation == lease.generation, OutboxRow.done_at.is_(None)
    )
    if session.scalar(held.with_for_update()) is None:
        raise LeaseLost(f"outbox row {lease.outbox_id} is no longer in generation {lease.generation}")


def _end(session: Session, lease: Lease, **values: Any) -> None:
    ended = session.execute(
        update(OutboxRow)
        .where(
            OutboxRow.id == lease.outbox_id,
            OutboxRow.generation == lease.generation,
            OutboxRow.done_at.is_(None),
        )
        .values(
            owner=None, lease_until=None, started=False, again_at=None, generation=OutboxRow.generation + 1, **values
        )
        .execution_options(synchronize_session=False)
    )
    if _count(ended) != 1:
        raise LeaseLost(f"outbox row {lease.outbox_id} is no longer in generation {lease.generation}")
    lease.ended = True


def _earlier(due_at: datetime) -> Any:
    moment = _moment(due_at)
    return case((OutboxRow.again_at < moment, OutboxRow.again_at), else_=moment)


def _moment(value: datetime) -> Any:
    return bindparam(None, value, UtcDateTime(), unique=True)


def _lease(row: Any) -> Lease:
    return Lease(
        outbox_id=row.id,
        kind=row.kind,
        subject_id=row.subject_id,
        organisation_id=row.organisation_id,
        generation=row.generation,
        attempt=row.attempt + 1,
        request_id=row.request_id,
        paced=row.paced,
    )


def _count(result: Any) -> int:
    assert isinstance(result, CursorResult)  # noqa: S101
    return result.rowcount

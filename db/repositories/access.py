"""Queries for organisations, keys, whom may be called, and answered POSTs."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, delete, func, or_, select, update
from sqlalchemy.orm import Session

from db.models import (
    ApiKey,
    DomainEvent,
    IdempotencyKey,
    OptOut,
    Organisation,
    WhitelistEntry,
)
from db.repositories.paging import cut, page_of

# --- organisations -----------------------------------------------------------------------------------------------


def organisation(session: Session, organisation_id: str) -> Organisation | None:
    """The organisation, or None."""
    return session.get(Organisation, organisation_id)


def organisation_by_slug(session: Session, slug: str) -> Organisation | None:
    """The organisation with this short name, or None."""
    return session.scalar(select(Organisation).where(Organisation.slug == slug))


# --- keys --------------------------------------------------------------------------------------------------------


def key_by_hash(session: Session, key_hash: str) -> ApiKey | None:
    """The key with this secret, or with this one before its last rotation, revoked or not, or None."""
    # Two looks, as one OR of both would make PostgreSQL read the whole table; the second is rare.
    found = session.scalar(select(ApiKey).where(ApiKey.key_hash == key_hash))
    return found or session.scalar(select(ApiKey).where(ApiKey.previous_hash == key_hash))


def key(session: Session, organisation_id: str, key_id: str, *, lock: bool = False) -> ApiKey | None:
    """A key of this organisation, or None."""
    statement = select(ApiKey).where(ApiKey.organisation_id == organisation_id, ApiKey.id == key_id)
    return session.scalar(statement.with_for_update() if lock else statement)


def keys(
    session: Session, organisation_id: str, *, limit: int, cursor: str | None
) -> tuple[Sequence[ApiKey], str | None]:
    """The organisation's keys, newest first, and the next cursor."""
    statement = select(ApiKey).where(ApiKey.organisation_id == organisation_id)
    rows = session.scalars(page_of(statement, ApiKey.created_at, ApiKey.id, limit=limit, cursor=cursor)).all()
    return cut(rows, limit)


def environment_keys(session: Session, organisation_id: str) -> Sequence[ApiKey]:
    """Keys that came from the environment and are in use."""
    return session.scalars(
        select(ApiKey).where(
            ApiKey.organisation_id == organisation_id, ApiKey.from_environment.is_(True), ApiKey.revoked_at.is_(None)
        )
    ).all()


def touch_key(session: Session, key_id: str, moment: datetime) -> None:
    """Write down when a key was last used."""
    session.execute(update(ApiKey).where(ApiKey.id == key_id).values(last_used_at=moment))


# --- whom may be called ------------------------------------------------------------------------------------------


def whitelist(
    session: Session, organisation_id: str, *, limit: int, cursor: str | None
) -> tuple[Sequence[WhitelistEntry], str | None]:
    """The organisation's own entries, newest first, and the next cursor."""
    statement = select(WhitelistEntry).where(WhitelistEntry.organisation_id == organisation_id)
    rows = session.scalars(
        page_of(statement, WhitelistEntry.created_at, WhitelistEntry.id, limit=limit, cursor=cursor)
    ).all()
    return cut(rows, limit)


def whitelist_patterns(session: Session, organisation_id: str, patterns: Sequence[str]) -> dict[str, WhitelistEntry]:
    """Which of these patterns are entered already."""
    found: dict[str, WhitelistEntry] = {}
    for start in range(0, len(patterns), 500):
        part = patterns[start : start + 500]
        for entry in session.scalars(
            select(WhitelistEntry).where(
                WhitelistEntry.organisation_id == organisation_id, WhitelistEntry.pattern.in_(part)
            )
        ):
            found[entry.pattern] = entry
    return found


def whitelist_entry(session: Session, organisation_id: str, entry_id: str) -> WhitelistEntry | None:
    """An entry of this organisation, or None."""
    return session.scalar(
        select(WhitelistEntry).where(
            WhitelistEntry.organisation_id == organisation_id, WhitelistEntry.id == entry_id
        )
    )


def whitelist_lines(session: Session, organisation_id: str, e164: str) -> Sequence[WhitelistEntry]:
    """Those of the organisation's lines that may concern this number: itself and all prefixes."""
    return session.scalars(
        select(WhitelistEntry)
        .where(
            WhitelistEntry.organisation_id == organisation_id,
            or_(WhitelistEntry.pattern == e164, WhitelistEntry.pattern.like("%*")),
        )
        .order_by(WhitelistEntry.pattern)
    ).all()


def opt_out_written_as(session: Session, organisation_id: str, written: Sequence[str]) -> OptOut | None:
    """The opt-out that is kept in one of these ways, or None."""
    kept = select(OptOut).where(OptOut.organisation_id == organisation_id, OptOut.phone.in_(written))
    return session.scalars(kept.limit(1)).first()


def opt_outs(
    session: Session, organisation_id: str, *, limit: int, cursor: str | None
) -> tuple[Sequence[OptOut], str | None]:
    """Numbers that must not be called, newest first, and the next cursor."""
    statement = select(OptOut).where(OptOut.organisation_id == organisation_id)
    rows = session.scalars(page_of(statement, OptOut.created_at, OptOut.id, limit=limit, cursor=cursor)).all()
    return cut(rows, limit)


def opt_out(session: Session, organisation_id: str, opt_out_id: str) -> OptOut | None:
    """An opt-out of this organisation, or None."""
    return session.scalar(select(OptOut).where(OptOut.organisation_id == organisation_id, OptOut.id == opt_out_id))


def opt_out_by_phone(session: Session, organisation_id: str, phone: str) -> OptOut | None:
    """The opt-out of this number, or None."""
    return session.scalar(select(OptOut).where(OptOut.organisation_id == organisation_id, OptOut.phone == phone))


def count_of(
    session: Session,
    kind: type[WhitelistEntry] | type[OptOut] | type[ApiKey] | type[DomainEvent],
    organisation_id: str,
) -> int:
    """How many rows of this kind the organisation has."""
    return session.scalar(select(func.count()).where(kind.organisation_id == organisation_id)) or 0


def events(
    session: Session, organisation_id: str, *, limit: int, cursor: str | None
) -> tuple[Sequence[DomainEvent], str | None]:
    """What happened in the organisation, newest first, and the next cursor."""
    statement = select(DomainEvent).where(DomainEvent.organisation_id == organisation_id)
    rows = session.scalars(page_of(statement, DomainEvent.created_at, DomainEvent.id, limit=limit, cursor=cursor))
    return cut(rows.all(), limit)


# --- answered POSTs ----------------------------------------------------------------------------------------------


def find_idempotency(session: Session, organisation_id: str, key: str, operation: str) -> IdempotencyKey | None:
    """The row of this key, or None."""
    return session.scalar(
        select(IdempotencyKey).where(
            IdempotencyKey.organisation_id == organisation_id,
            IdempotencyKey.key == key,
            IdempotencyKey.operation == operation,
        )
    )


def add_idempotency(
    session: Session, organisation_id: str, key: str, operation: str, body_hash: str, now: datetime
) -> IdempotencyKey:
    """A new lock. Raises sqlalchemy.exc.IntegrityError when another request was first."""
    row = IdempotencyKey(
        organisation_id=organisation_id,
        key=key,
        operation=operation,
        body_hash=body_hash,
        locked_at=now,
        created_at=now,
    )
    session.add(row)
    session.flush()
    return row


def take_over_idempotency(session: Session, id: str, locked_at: datetime, now: datetime) -> bool:
    """Whether the stale lock is ours now."""
    return _changed(
        session,
        update(IdempotencyKey)
        .where(IdempotencyKey.id == id, IdempotencyKey.locked_at == locked_at, IdempotencyKey.status.is_(None))
        .values(locked_at=now),
    )


def finish_idempotency(session: Session, id: str, locked_at: datetime, status: int, body: dict[str, Any]) -> bool:
    """Whether the answer was stored: not when somebody else has taken the lock over."""
    return _changed(
        session,
        update(IdempotencyKey)
        .where(IdempotencyKey.id == id, IdempotencyKey.locked_at == locked_at, IdempotencyKey.status.is_(None))
        .values(status=status, response=body),
    )


def delete_idempotency(session: Session, id: str, locked_at: datetime) -> None:
    """Forget a lock that has no answer."""
    session.execute(
        delete(IdempotencyKey).where(
            IdempotencyKey.id == id, IdempotencyKey.locked_at == locked_at, IdempotencyKey.status.is_(None)
        )
    )


def purge_idempotency(session: Session, before: datetime) -> int:
    """Delete rows made before this moment; how many."""
    result = session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < before))
    return cast("CursorResult[Any]", result).rowcount


def _changed(session: Session, statement: Any) -> bool:
    result = session.execute(statement.execution_options(synchronize_session=False))
    return cast("CursorResult[Any]", result).rowcount == 1

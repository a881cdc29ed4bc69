"""Queries for people with an account, their sessions and their one-time links."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, Select, func, select, update
from sqlalchemy.orm import Session

from db.models import LinkPurpose, LoginLink, Organisation, Role, User, UserSession
from db.repositories.paging import cut, page_of

# --- people ------------------------------------------------------------------------------------------------------


def user(session: Session, organisation_id: str, user_id: str) -> User | None:
    """A person of this organisation, or None."""
    return session.scalar(select(User).where(User.organisation_id == organisation_id, User.id == user_id))


def users(
    session: Session, organisation_id: str, *, role: Role | None, external_id: str | None, limit: int,
    cursor: str | None,
) -> tuple[Sequence[User], str | None]:  # fmt: skip
    """The organisation's people, newest first, and the next cursor."""
    statement = _wanted(select(User), organisation_id, role, external_id)
    return cut(
        session.scalars(page_of(statement, User.created_at, User.id, limit=limit, cursor=cursor)).all(), limit
    )


def count_users(session: Session, organisation_id: str, *, role: Role | None, external_id: str | None) -> int:
    """How many people the list has."""
    statement = _wanted(select(func.count()).select_from(User), organisation_id, role, external_id)
    return session.scalar(statement) or 0


def user_by_email(session: Session, email: str) -> User | None:
    """The user with this address (lower case), disabled or not, or None."""
    return session.scalar(select(User).where(User.email == email))


def user_with_external_id(session: Session, organisation_id: str, external_id: str) -> str | None:
    """The id of the person who has this external_id, or None."""
    return session.scalar(
        select(User.id).where(User.organisation_id == organisation_id, User.external_id == external_id)
    )


def other_admins(session: Session, organisation_id: str, user_id: str) -> int:
    """How many administrators there are beside this one. Locks the organisation: two who leave at the same moment come
    one after the other."""
    session.get_one(Organisation, organisation_id, with_for_update=True)
    statement = select(func.count()).where(
        User.organisation_id == organisation_id, User.role == Role.ADMIN, User.disabled_at.is_(None), User.id != user_id
    )
    return session.scalar(statement) or 0


def _wanted(
    statement: Select[Any], organisation_id: str, role: Role | None, external_id: str | None
) -> Select[Any]:
    statement = statement.where(User.organisation_id == organisation_id)
    if role is not None:
        statement = statement.where(User.role == role)
    if external_id is not None:
        statement = statement.where(User.external_id == external_id)
    return statement


# --- sessions ----------------------------------------------------------------------------------------------------


def user_of_session(session: Session, token_hash: str, now: datetime) -> User | None:
    """Whose live session this is, or None."""
    return session.scalar(
        select(User)
        .join(UserSession, UserSession.user_id == User.id)
        .where(
            UserSession.token_hash == token_hash,
            UserSession.ended_at.is_(None),
            UserSession.expires_at > now,
            User.disabled_at.is_(None),
        )
    )


def end_session(session: Session, token_hash: str, now: datetime) -> None:
    """End one session; one that is over stays as it is."""
    session.execute(
        update(UserSession)
        .where(UserSession.token_hash == token_hash, UserSession.ended_at.is_(None))
        .values(ended_at=now)
    )


def end_sessions_of(session: Session, user_id: str, now: datetime) -> None:
    """End every session of a user."""
    session.execute(
        update(UserSession).where(UserSession.user_id == user_id, UserSession.ended_at.is_(None)).values(ended_at=now)
    )


# --- one-time links ----------------------------------------------------------------------------------------------


def link(session: Session, organisation_id: str, link_id: str) -> LoginLink | None:
    """A link of this organisation, or None."""
    return session.scalar(
        select(LoginLink).where(LoginLink.organisation_id == organisation_id, LoginLink.id == link_id)
    )


def take_link(session: Session, token_hash: str, purposes: Sequence[LinkPurpose], now: datetime) -> User | None:
    """Use up a link, whoever comes first: its user, or None when it is unknown, used, too old or for something else."""
    taken = session.execute(
        update(LoginLink)
        .where(
            LoginLink.token_hash == token_hash,
            LoginLink.purpose.in_(purposes),
            LoginLink.used_at.is_(None),
            LoginLink.expires_at > now,
        )
        .values(used_at=now)
        .execution_options(synchronize_session=False)
    )
    if cast("CursorResult[Any]", taken).rowcount != 1:
        return None
    return session.scalar(
        select(User)
        .join(LoginLink, LoginLink.user_id == User.id)
        .where(LoginLink.token_hash == token_hash, User.disabled_at.is_(None))
    )


def void_links_of(session: Session, user_id: str, now: datetime) -> None:
    """Use up every link of a user."""
    session.execute(
        update(LoginLink).where(LoginLink.user_id == user_id, LoginLink.used_at.is_(None)).values(used_at=now)
    )

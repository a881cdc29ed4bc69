"""Queries for organisations and the words by which their candidates consent."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import CandidateLink, ConsentText, Organisation


def locked(session: Session, organisation_id: str) -> Organisation | None:
    """The organisation, so that whoever else would change it waits, or None."""
    return session.get(Organisation, organisation_id, with_for_update=True)


def not_stopped(session: Session) -> Sequence[Organisation]:
    """Those whose stop switch is not set."""
    return session.scalars(select(Organisation).where(~Organisation.is_stopped).order_by(Organisation.id)).all()


def of_link(session: Session, token_hash: str) -> Organisation | None:
    """Whose candidate's link this is, good or over, or None."""
    return session.scalar(
        select(Organisation)
        .join(CandidateLink, CandidateLink.organisation_id == Organisation.id)
        .where(CandidateLink.token_hash == token_hash)
    )


def consent_text(session: Session, organisation_id: str, version: str) -> ConsentText | None:
    """The words of this version, or None."""
    return session.scalar(
        select(ConsentText).where(ConsentText.organisation_id == organisation_id, ConsentText.version == version)
    )


def consent_texts(session: Session, organisation_id: str) -> Sequence[ConsentText]:
    """All versions, newest first."""
    return session.scalars(
        select(ConsentText)
        .where(ConsentText.organisation_id == organisation_id)
        .order_by(ConsentText.created_at.desc(), ConsentText.id)
    ).all()


def retention_days(session: Session) -> dict[str, int]:
    """How long organisations keep words whose jobs say nothing, by organisation; who says nothing either is not in."""
    found = session.execute(
        select(Organisation.id, Organisation.retention_days).where(Organisation.retention_days.is_not(None))
    )
    return {row.id: row.retention_days for row in found}

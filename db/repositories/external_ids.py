"""What an organisation's own systems call its objects: unique for each kind."""

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from db.models import ApiKey, OptOut, Review, WhitelistEntry

Kind = type[ApiKey] | type[OptOut] | type[Review] | type[WhitelistEntry]


def is_taken(session: Session, kind: Kind, organisation_id: str, external_id: str | None) -> bool:
    """Whether an object of this kind is known by this name; None names nothing."""
    if external_id is None:
        return False
    is_there = kind.organisation_id == organisation_id, kind.external_id == external_id
    return session.scalar(select(exists().where(*is_there))) or False

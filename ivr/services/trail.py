"""What somebody did, written into the record in the transaction that did it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from db.repositories import events
from ivr.services.context import Actor


def note(
    session: Session,
    actor: Actor,
    at: datetime,
    type: str,
    subject_kind: str,
    subject_id: str,
    data: Mapping[str, Any],
) -> None:
    """The event of ``actor``'s deed; ``data`` carries ids and words of ours."""
    events.record(
        session,
        organisation_id=actor.organisation_id,
        type=type,
        subject_kind=subject_kind,
        subject_id=subject_id,
        actor=actor.name,
        data=data,
        request_id=actor.request_id,
        at=at,
    )

"""Questions in sound and test calls, as services look for them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, func, select, text
from sqlalchemy.orm import Session

from db.columns import UtcDateTime, new_id
from db.models import SpokenText, TestCall
from db.repositories.paging import cut, page_of

# Two people may want to hear the same text at the same time; either row is as good.
_WANT = text(
    "INSERT INTO spoken_texts (id, created_at, organisation_id, text_hash, text, language, state, simulated) "
    "VALUES (:id, :at, :organisation_id, :text_hash, :text, :language, 'wanted', :simulated) ON CONFLICT DO NOTHING"
).bindparams(bindparam("at", type_=UtcDateTime()))


def spoken(session: Session, organisation_id: str, text_hash: str, *, lock: bool = False) -> SpokenText | None:
    """This text in sound, or what is known of it."""
    found = select(SpokenText).where(
        SpokenText.organisation_id == organisation_id, SpokenText.text_hash == text_hash
    )
    return session.scalar(found.with_for_update() if lock else found)


def want(
    session: Session, organisation_id: str, text_hash: str, words: str, language: str, at: datetime
) -> None:
    """Enter a text that is to be spoken, unless it is there."""
    session.execute(
        _WANT,
        {
            "id": new_id(), "at": at, "organisation_id": organisation_id, "text_hash": text_hash, "text": words,
            "language": language, "simulated": False,
        },
    )  # fmt: skip


def test_call(session: Session, organisation_id: str, test_call_id: str, *, lock: bool = False) -> TestCall | None:
    """One test call of this organisation."""
    found = select(TestCall).where(TestCall.organisation_id == organisation_id, TestCall.id == test_call_id)
    return session.scalar(found.with_for_update() if lock else found)


def test_calls(
    session: Session, organisation_id: str, job_id: str, *, limit: int, cursor: str | None
) -> tuple[Sequence[TestCall], str | None]:
    """One page of a job's test calls, newest first, and the next cursor. Raises BadCursor."""
    statement = select(TestCall).where(TestCall.organisation_id == organisation_id, TestCall.job_id == job_id)
    page = page_of(statement, TestCall.created_at, TestCall.id, limit=limit, cursor=cursor)
    return cut(session.scalars(page).all(), limit)


def count_test_calls(session: Session, organisation_id: str, job_id: str) -> int:
    """How many test calls of a job there were."""
    counted = select(func.count()).select_from(TestCall)
    return session.scalar(counted.where(TestCall.organisation_id == organisation_id, TestCall.job_id == job_id)) or 0


def test_calls_since(
    session: Session, since: datetime, *, phone: str | None = None, besides: str | None = None
) -> int:
    """How many test calls were asked for since then, to one number or to all, besides one of them."""
    found = select(func.count()).select_from(TestCall).where(TestCall.created_at >= since)
    if phone is not None:
        found = found.where(TestCall.phone == phone)
    if besides is not None:
        found = found.where(TestCall.id != besides)
    return session.scalar(found) or 0

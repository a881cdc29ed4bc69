"""The circuit breaker over the line's row and the calls that were placed: looked at before each dial."""

from datetime import datetime

from sqlalchemy.orm import Session

from db.models import Call, DialPace
from db.repositories import line
from interview.breaker import Breaker, Fate, PlacedCall, closed_until, judge, looked_back_to
from interview.lifecycle import CallStatus
from ivr.gateways.ports import Trouble
from ivr.gateways.twilio_errors import meaning_of
from ivr.services.alerts import tell_that_calling_pauses

_ON_THEIR_WAY = frozenset({CallStatus.PLACING, CallStatus.QUEUED})


def look(session: Session, now: datetime) -> datetime | None:
    """Until when no call may be placed, None when one may. Changes nothing."""
    row = line.look(session)
    if row is None:
        return None
    breaker = Breaker(row.opened_at, row.open_until)
    calls = _calls(session, breaker, now)
    return closed_until(judge(breaker, calls, now), calls, now)


def settle(session: Session, row: DialPace, organisation_id: str, now: datetime) -> None:
    """Write down what the last calls make of the breaker, and have the operator told when it opens; ``row`` is
    locked."""
    before = Breaker(row.opened_at, row.open_until)
    after = judge(before, _calls(session, before, now), now)
    row.opened_at, row.open_until = after.opened_at, after.open_until
    if after.opened_at is not None and before.opened_at is None:
        tell_that_calling_pauses(session, organisation_id, now)


def _calls(session: Session, breaker: Breaker, now: datetime) -> list[PlacedCall]:
    found = line.calls_since(session, looked_back_to(breaker, now))
    return [PlacedCall(call.created_at, _fate(call)) for call in found if not _is_the_numbers_own(call)]


def _is_the_numbers_own(call: Call) -> bool:
    """A number that does not exist says nothing about the line."""
    meaning = meaning_of(call.error_code) if call.status is CallStatus.FAILED and call.error_code else None
    return meaning is not None and meaning.trouble is Trouble.SUBJECT


def _fate(call: Call) -> Fate:
    """A fault of ours in the middle of a call fails it as well: the next candidate would hear the same apology."""
    if call.status is CallStatus.FAILED or call.reason_code == "our_fault":
        return Fate.FAILED
    return Fate.OPEN if call.status in _ON_THEIR_WAY else Fate.CONNECTED

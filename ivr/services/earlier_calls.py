"""Before a dial: does the carrier know of a call to this person that our records do not?

Then the database is older than what has happened, most likely restored from a backup, and the person has been called
for this very interview already. Nobody is called twice because of a fault of ours: only when a person asks for it.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from db.models import Interview
from db.repositories import line
from db.unit_of_work import Database
from interview.lifecycle import CallStatus
from interview.phone import PhoneNumber
from ivr.gateways.ports import Carrier, GatewayError, Trouble
from ivr.services.alerts import tell_of_unknown_calls
from ivr.services.turn_records import NUMBER_UNREACHABLE

CALLED_ALREADY = "called_already"
# These rang nobody's telephone.
_NOBODYS = frozenset({CallStatus.FAILED, CallStatus.CANCELED})


def asked_at(session: Session, interview: Interview) -> datetime:
    """Since when every call to this person should be in our records: the last call for the interview, or the moment
    at which somebody asked for one."""
    last = line.last_call_at(session, interview.id)
    return max(moment for moment in (interview.created_at, interview.wanted_at, last) if moment is not None)


def reason_of(session: Session, interview: Interview, error: GatewayError, now: datetime) -> str:
    """The interview's reason code for a dial that was refused for good; the operator is told of an older database."""
    if error.code != CALLED_ALREADY:
        return NUMBER_UNREACHABLE
    tell_of_unknown_calls(session, interview.organisation_id, error.message, now)
    return CALLED_ALREADY


def refuse_if_called(database: Database, carrier: Carrier, to: PhoneNumber, since: datetime) -> None:
    """Raises GatewayError (SUBJECT, ``called_already``) for a call since then that is not ours to know, and the
    carrier's own when it cannot be asked: nothing has been placed then."""
    found = [call for call in carrier.find_calls(to, since) if call.status not in _NOBODYS]
    if not found:
        return
    with database.read() as session:
        known = line.known_sids(session, [call.carrier_sid for call in found])
    stranger = next((call for call in found if call.carrier_sid not in known), None)
    if stranger is None:
        return
    at = "" if stranger.created_at is None else f" at {stranger.created_at:%Y-%m-%d %H:%M} UTC"
    raise GatewayError(
        f"The carrier knows of a call to this person{at} that is not in our records: they seem to have been restored"
        " from a backup. Nobody is called twice by mistake; call again only if you know that it is right.",
        trouble=Trouble.SUBJECT,
        code=CALLED_ALREADY,
    )

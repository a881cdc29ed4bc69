"""After a backup was put in the place of the database: what it asks for may have been done since, so nothing of it
reaches anybody before a person has looked."""

from dataclasses import dataclass

from db.repositories import organisations, outbox, watching
from db.unit_of_work import Database
from ivr.services.context import Actor, Clock
from ivr.services.trail import note

# What was to be sent by now was sent by then, as far as anybody can tell. Webhooks carry an id by which receivers know
# them again, and calls have a check of their own (earlier_calls).
_SENT_BY_THEN = ("send_sms", "send_email", "send_account_email")
_WHY = "let be: restored from a backup"


@dataclass(frozen=True, slots=True)
class Restored:
    """What was done: switches set, messages let be; and how many ``calls`` wait for the switch to be released."""

    stopped_organisations: int
    messages: int
    calls: int


class RestoreService:
    """For the operator's command line, before the first worker starts."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def settle(self) -> Restored:
        """Set every stop switch, and send none of the messages that are due. Doing it twice changes nothing."""
        with self._database.write() as unit:
            session, now = unit.session, self._clock()
            stopped = organisations.not_stopped(session)
            for row in stopped:
                row.is_stopped = True
                operator = Actor(row.id, "system:cli", "system")
                why = {"why": "restored from a backup"}
                note(session, operator, now, "organisation.stopped", "organisation", row.id, why)
            messages = outbox.drop_due(session, _SENT_BY_THEN, now, _WHY)
            calls = sum(one.rows for one in watching.outbox(session, now) if one.kind == "place_call")
        return Restored(len(stopped), messages, calls)

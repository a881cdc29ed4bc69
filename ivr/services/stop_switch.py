"""The stop switch: while it is set, nothing of the organisation's is dialled."""

from db.repositories import access as rows
from db.unit_of_work import Database
from ivr.services.context import Actor, Clock
from ivr.services.errors import NotFound
from ivr.services.organisations import OrganisationView, organisation_view
from ivr.services.trail import note


class StopSwitch:
    """Set by anybody who may call, released by an administrator."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def set_stopped(self, actor: Actor, *, stopped: bool) -> OrganisationView:
        """Turn the switch. Setting it twice changes nothing. Raises NotFound."""
        with self._database.write() as unit:
            row = rows.organisation(unit.session, actor.organisation_id)
            if row is None:
                raise NotFound("organisation")
            if row.is_stopped is not stopped:
                row.is_stopped = stopped
                word = "organisation.stopped" if stopped else "organisation.resumed"
                note(unit.session, actor, self._clock(), word, "organisation", row.id, {})
            view = organisation_view(row)
            actor.remember(unit.session, view)
            return view

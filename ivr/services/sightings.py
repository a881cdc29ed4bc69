"""Who looked at what: each person, each thing, once an hour at most, so that reading stays quick."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from uuid import UUID, uuid5

from db.repositories.events import record_once
from db.unit_of_work import Database
from ivr.services.context import Actor

# Names of views within our own ids; the number only has to be ours.
_OURS = UUID("6d0f6a8e-5f0e-4d43-9a57-1f1f6a4b2c10")
# So many are remembered by a process: a look that is repeated within the hour asks the database nothing.
_REMEMBERED = 10_000


class Sightings:
    """Writes views into the domain events, from where they are sealed into the chain like everything else.

    The event is committed before anything is shown: nobody reads unseen. Its id is made from who, what and the hour,
    so that many requests, processes and parts of one recording come to one row.
    """

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock
        self._known: OrderedDict[str, None] = OrderedDict()
        self._guard = threading.Lock()

    def note(self, actor: Actor | None, type_: str, subject_kind: str, subject_id: str, **data: str) -> None:
        """This actor looks at this; nothing is written if they did so already in this hour, or if it is ourselves."""
        if actor is None:
            return
        now = self._clock()
        told = [actor.organisation_id, actor.name, type_, subject_id, *sorted(data.values()), f"{now:%Y-%m-%dT%H}"]
        event_id = str(uuid5(_OURS, "\n".join(told)))
        with self._guard:
            if event_id in self._known:
                return
        with self._database.write() as unit:
            record_once(
                unit.session, event_id, at=now, organisation_id=actor.organisation_id, type=type_,
                subject_kind=subject_kind, subject_id=subject_id, actor=actor.name, data=dict(data),
                request_id=actor.request_id,
            )  # fmt: skip
        with self._guard:
            self._known[event_id] = None
            while len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)

"""How the house stands for one organisation: its parts, its line, its work, its models, its money, the last alerts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from db.models import WatchedModel
from db.repositories import access, events, watched_models
from db.unit_of_work import Database
from ivr.gateways.model_shutdowns import shutdown_of
from ivr.services import breaker
from ivr.services.context import Clock
from ivr.services.costs import CostService, MonthView
from ivr.services.errors import NotFound
from ivr.services.health import HealthService, Parts
from ivr.services.work import WorkView, work_view

ALERTS_SINCE = timedelta(days=14)
MOST_ALERTS = 10


@dataclass(frozen=True, slots=True)
class ModelStanding:
    """A model that the settings name, with the purposes that it serves. ``looked_at`` is when a worker last asked its
    server, ``offered`` whether it has it (None: it could not be asked, ``problem`` says why); ``ends_on`` is the day of
    its shutdown, if one is known."""

    name: str
    purposes: tuple[str, ...]
    looked_at: datetime | None
    offered: bool | None
    ends_on: date | None
    problem: str | None


@dataclass(frozen=True, slots=True)
class AlertView:
    """Something that the operator was told of: a sentence, and what to do."""

    at: datetime
    sentence: str
    what_to_do: str


@dataclass(frozen=True, slots=True)
class HouseStatus:
    """All of it. ``paused_until`` is when the circuit breaker lets a call try again, None while it is closed."""

    at: datetime
    parts: Parts
    is_stopped: bool
    paused_until: datetime | None
    work: WorkView
    models: tuple[ModelStanding, ...]
    has_model: bool
    month: MonthView
    alerts: tuple[AlertView, ...]


class HouseStatusService:
    """``models`` are those that the settings name, each with its purposes."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        health: HealthService,
        costs: CostService,
        models: Mapping[str, Sequence[str]],
        *,
        has_model: bool,
    ) -> None:
        self._database = database
        self._clock = clock
        self._health = health
        self._costs = costs
        self._models = {name: tuple(purposes) for name, purposes in models.items()}
        self._has_model = has_model

    def look(self, organisation_id: str) -> HouseStatus:
        """How everything stands now; half a second at most is waited for Redis. Raises NotFound."""
        parts, now = self._health.parts(), self._clock()
        month = self._costs.month(organisation_id)
        with self._database.read() as session:
            organisation = access.organisation(session, organisation_id)
            if organisation is None:
                raise NotFound("organisation")
            known = watched_models.found(session, list(self._models))
            told = events.alerts(session, organisation_id, now - ALERTS_SINCE, limit=MOST_ALERTS)
            return HouseStatus(
                at=now,
                parts=parts,
                is_stopped=organisation.is_stopped,
                paused_until=breaker.look(session, now),
                work=work_view(session, organisation_id, now),
                models=tuple(
                    _standing(name, purposes, known.get(name)) for name, purposes in sorted(self._models.items())
                ),
                has_model=self._has_model,
                month=month,
                alerts=tuple(
                    AlertView(one.created_at, str(one.data["sentence"]), str(one.data["what_to_do"])) for one in told
                ),
            )


def _standing(name: str, purposes: tuple[str, ...], found: WatchedModel | None) -> ModelStanding:
    if found is None:
        return ModelStanding(name, purposes, None, None, shutdown_of(name), None)
    return ModelStanding(
        name, purposes, found.looked_at, found.offered, found.ends_on or shutdown_of(name), found.problem
    )

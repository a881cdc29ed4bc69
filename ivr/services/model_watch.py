"""Warns in time when a configured model is unknown or will be shut down."""

from collections.abc import Callable, Sequence
from datetime import date, datetime

import structlog

from db.repositories import watched_models
from db.unit_of_work import Database
from ivr.gateways.model_shutdowns import shutdown_of
from ivr.gateways.ports import GatewayError, ModelCatalog

DAY_S = 24 * 3600.0

_log = structlog.stdlib.get_logger(__name__)


class ModelWatch:
    """Asks each catalog once a day for the models that the settings name; it only warns and stops nothing. What it
    found is kept in ``database`` for the page of the house's status."""

    def __init__(
        self,
        watched: Sequence[tuple[ModelCatalog, str]],
        clock: Callable[[], datetime],
        database: Database | None = None,
    ) -> None:
        self._watched = tuple(watched)
        self._clock = clock
        self._database = database

    def look(self) -> None:
        """One warning for each model that is not offered or has a shutdown date. Raises GatewayError.

        The date is the server's, else the one in our table, which also holds when the server cannot be asked.
        """
        failure: GatewayError | None = None
        for catalog, name in self._watched:
            ends_on = shutdown_of(name)
            try:
                offered = catalog.offered()
            except GatewayError as error:
                failure = error
                self._keep(name, None, ends_on, error.message)
            else:
                if name not in offered:
                    _log.warning("model.unknown", model=name)
                ends_on = offered.get(name) or ends_on
                self._keep(name, name in offered, ends_on, None)
            if ends_on is not None:
                days = (ends_on - self._clock().date()).days
                _log.warning("model.will_be_shut_down", model=name, on=ends_on.isoformat(), in_days=days)
        if failure is not None:
            raise failure

    def _keep(self, name: str, is_offered: bool | None, ends_on: date | None, problem: str | None) -> None:
        if self._database is None:
            return
        with self._database.write() as unit:
            watched_models.keep(
                unit.session, name, self._clock(), offered=is_offered, ends_on=ends_on, problem=problem
            )

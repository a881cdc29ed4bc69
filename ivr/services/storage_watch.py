"""Whether the bucket of files can be used: looked at when a worker starts, before an hour of answers is lost to it."""

from typing import Protocol

import structlog

from ivr.gateways.ports import GatewayError

_log = structlog.stdlib.get_logger(__name__)


class Checked(Protocol):
    """A store that can try itself."""

    def check(self) -> None: ...


class StorageWatch:
    """Says in the log what is wrong with a store. The worker goes on: work that needs a file waits for it anyway."""

    def __init__(self, store: Checked) -> None:
        self._store = store

    def look(self) -> None:
        """Try it once."""
        try:
            self._store.check()
        except GatewayError as error:
            _log.error("storage.unusable", why=error.message, what_to_do="scripts/check_setup tries it again.")

"""The house of the scenarios with a bad wire to each neighbour: Redis, the database, the carrier, the models."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError

from ivr.settings import Settings
from scripts.simulator.tcp_proxy import TcpProxy
from tests.scenarios.conftest import house_database_url
from tests.scenarios.house import House

__all__ = ["house_database_url"]

# While the database is away the carrier is told to come again.
_OUTAGE = re.compile(r"webhook was answered 503")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every one of them is a slow test."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.slow)


@dataclass
class Wires:
    """One to each neighbour; ``database`` only where there is a server."""

    redis: TcpProxy
    carrier: TcpProxy
    model: TcpProxy
    database: TcpProxy | None

    def all(self) -> list[TcpProxy]:
        """Those that are there."""
        return [one for one in (self.redis, self.carrier, self.model, self.database) if one is not None]

    def mend(self) -> None:
        """All of them are good wires again."""
        for one in self.all():
            one.set("pass")


class WiredHouse(House):
    """Everything that the product says to a neighbour goes over a wire of ``wires``."""

    def __init__(self, database_url: str, redis_url: str, folder: Path, **more: Any) -> None:
        redis = TcpProxy(("127.0.0.1", urlsplit(redis_url).port or 0))
        redis.start()
        database = None
        if database_url.startswith("postgresql"):
            # The server of the tests listens on a unix socket only; over the wire it is an address like any other.
            given = make_url(database_url)
            database = TcpProxy(Path(str(given.query["host"])) / ".s.PGSQL.5432")
            database.start()
            database_url = f"postgresql+psycopg://postgres@127.0.0.1:{database.port}/{given.database}"
        self._redis_wire, self._database_wire = redis, database
        super().__init__(database_url, f"redis://127.0.0.1:{redis.port}/0", folder, **more)

    def _make_settings(self) -> Settings:
        carrier = TcpProxy(("127.0.0.1", urlsplit(self.carrier_double.base_url).port or 0))
        model = TcpProxy(("127.0.0.1", self.model_double.server_port))
        for one in (carrier, model):
            one.start()
        self.wires = Wires(self._redis_wire, carrier, model, self._database_wire)
        settings = super()._make_settings()
        return settings.model_copy(
            update={
                "twilio_api_base_url": f"http://127.0.0.1:{carrier.port}",
                "openai_base_url": f"http://127.0.0.1:{model.port}/v1",
            }
        )

    def mend(self) -> None:
        """All wires are good again, and connections that broke meanwhile are known to be broken."""
        self.wires.mend()
        for services in (self.services, self.worker_services):
            for _ in range(3):
                with suppress(DBAPIError), services.database.read() as session:
                    session.execute(text("SELECT 1"))

    def stop(self) -> None:
        """End the house, then its wires."""
        self.wires.mend()
        super().stop()
        for one in self.wires.all():
            one.stop()


@pytest.fixture(scope="module")
def wired_house(
    house_database_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[WiredHouse]:
    """Up for the tests of one module."""
    running = WiredHouse(house_database_url, redis_url, tmp_path_factory.mktemp("house"))
    running.start()
    yield running
    running.stop()


@pytest.fixture
def house(wired_house: WiredHouse) -> Iterator[WiredHouse]:
    """For one test. Afterwards the wires are good, and nothing is left lying."""
    wired_house.mark()
    yield wired_house
    wired_house.mend()
    assert [one for one in wired_house.settle() if not _OUTAGE.search(one)] == []

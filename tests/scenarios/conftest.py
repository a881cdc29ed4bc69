"""A house a module: on SQLite, and for a module that asks for it on PostgreSQL too."""

import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.conftest import PostgresServer
from tests.scenarios.house import House

_databases = count(1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every scenario is a slow test."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="module")
def house_database_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A fresh migrated database of the kind that the module asks for, SQLite when it asks for none."""
    if getattr(request, "param", "sqlite") == "sqlite":
        path = tmp_path_factory.mktemp("house") / "viva.sqlite3"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = f"house_{next(_databases)}"
    server.run(f"CREATE DATABASE {name} TEMPLATE template_viva STRATEGY file_copy")
    yield server.url(name)
    server.run(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def delivery(request: pytest.FixtureRequest) -> str:
    """How the carrier's requests come; as they should when the module does not say."""
    return str(getattr(request, "param", "once"))


@pytest.fixture(scope="module")
def module_house(
    house_database_url: str, delivery: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """The product and its doubles, up for the tests of one module."""
    running = House(house_database_url, redis_url, tmp_path_factory.mktemp("house"), delivery=delivery)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def house(module_house: House) -> Iterator[House]:
    """The house for one test. Afterwards nothing is left lying, no contract was broken, every webhook was answered."""
    module_house.mark()
    yield module_house
    assert module_house.settle() == []

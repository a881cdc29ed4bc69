"""The dashboard over all real services on SQLite: people who log in, and interviews made as rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask

from db.models import Role
from db.unit_of_work import Database
from ivr.app import create_app
from ivr.bootstrap import build_services
from ivr.dashboard import blueprint
from ivr.services.catalog import Services
from ivr.services.context import Actor
from tests.api.conftest import make_settings
from tests.dashboard.conftest import PASSWORD
from tests.dashboard.visitor import Visitor


@dataclass
class Office:
    """An organisation with its app."""

    app: Flask
    services: Services
    organisation_id: str

    @property
    def database(self) -> Database:
        return self.services.database

    @property
    def system(self) -> Actor:
        return Actor(self.organisation_id, "system", "system")

    def app_with(self, services: Services) -> Flask:
        """The app over other services."""
        return create_app(services, services.settings, doors=(blueprint,))

    def enter(self, role: Role = Role.RECRUITER) -> Visitor:
        """A browser in which somebody with this role has logged in."""
        address = f"{role.value}@example.com"
        self.services.users.create_user(self.system, address, "Priya Natarajan", role, PASSWORD)
        visitor = Visitor(self.app.test_client())
        assert visitor.send("/login", email=address, password=PASSWORD).status_code == 303
        return visitor


@pytest.fixture
def office(sqlite_url: str, tmp_path: Path) -> Iterator[Office]:
    settings = make_settings(
        database_url=sqlite_url, redis_url="redis://127.0.0.1:9/0", storage_url=f"file://{tmp_path}/files",
        instance_dir=tmp_path, webhook_base_url="http://127.0.0.1:8000", rate_limit_logins_per_minute=1000,
        # The clock is the machine's own: whether somebody may be called must not depend on the hour of the test.
        calling_hours_limit="00:00-24:00",
    )  # fmt: skip
    services = build_services(settings)
    yield Office(create_app(services, settings, doors=(blueprint,)), services, services.access.ensure_first_key())
    services.database.dispose()

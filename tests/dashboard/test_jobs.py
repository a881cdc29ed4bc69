"""The pages about jobs over the real services: entered, written, edited, approved, tried out, compared, ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from db.models import Role
from ivr.app import create_app
from ivr.bootstrap import build_services
from ivr.dashboard import blueprint
from ivr.services.catalog import Services
from ivr.services.context import Actor
from tests.api.conftest import make_settings
from tests.dashboard.conftest import PASSWORD, Visitor
from tests.dashboard.test_pages import words_of
from tests.factories import make_job

PHONE = "+442079460199"


class Office:
    """A house with jobs, and people who look after them."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.organisation_id = services.access.ensure_first_key()
        self.app = create_app(services, services.settings, doors=(blueprint,))

    @property
    def system(self) -> Actor:
        return Actor(self.organisation_id, "system", "system")

    def enter(self, role: Role = Role.RECRUITER) -> Visitor:
        address = f"{role.value}@example.com"
        self.services.users.create_user(self.system, address, "Priya Natarajan", role, PASSWORD)
        visitor = Visitor(self.app.test_client())
        assert visitor.send("/login", email=address, password=PASSWORD).status_code == 303
        return visitor

    def job(self, **values: Any) -> str:
        return make_job(self.services.database, self.organisation_id, **{"questions": 4, **values})


@pytest.fixture
def office(sqlite_url: str, tmp_path: Path) -> Iterator[Office]:
    settings = make_settings(
        database_url=sqlite_url, redis_url="redis://127.0.0.1:9/0", storage_url=f"file://{tmp_path}/files",
        instance_dir=tmp_path, webhook_base_url="http://127.0.0.1:8000", rate_limit_logins_per_minute=1000,
        whitelisted_numbers=PHONE, calling_hours_limit="00:00-24:00",
    )  # fmt: skip
    built = build_services(settings)
    yield Office(built)
    built.database.dispose()


@pytest.fixture
def visitor(office: Office) -> Visitor:
    return office.enter()


Enter = Callable[[Role], Visitor]


def test_every_page_opens(office: Office, visitor: Visitor) -> None:
    job = office.job(knockouts=1)
    for path in ("/jobs", "/jobs/new", *(f"/jobs/{job}{more}" for more in (
        "", "/edit", "/facts", "/end", "/questions", "/versions", "/compare", "/questions/q1/hear",
    ))):  # fmt: skip
        page = visitor.get(path)
        assert page.status_code == 200, (path, words_of(page.text)[:2000])
        assert "style=" not in page.text and "onclick" not in page.text

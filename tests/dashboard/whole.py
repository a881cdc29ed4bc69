"""The dashboard over all real services on SQLite: what the pages of keys, requests, settings and status stand on."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from db.models import DomainEvent, Role
from db.unit_of_work import Database
from ivr.app import create_app
from ivr.bootstrap import build_services
from ivr.dashboard import blueprint
from ivr.services.catalog import Services
from ivr.services.context import Actor
from tests.api.conftest import make_settings
from tests.dashboard.visitor import Visitor
from tests.statements import heard

PASSWORD = "a-long-enough-password"


class Whole:
    """The app, its services, and whoever logs in."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.organisation_id = services.access.ensure_first_key()
        self.app: Flask = create_app(services, services.settings, doors=(blueprint,))

    @property
    def database(self) -> Database:
        return self.services.database

    @property
    def actor(self) -> Actor:
        return Actor(self.organisation_id, "user:somebody@example.com", "user")

    def enter(self, role: Role = Role.ADMIN, organisation_id: str | None = None) -> Visitor:
        """A browser in which somebody with this role has logged in."""
        organisation_id = organisation_id or self.organisation_id
        address = f"{role.value}@{organisation_id[:8]}.example.com"
        system = Actor(organisation_id, "system", "system")
        self.services.users.create_user(system, address, "Priya Natarajan", role, PASSWORD)
        visitor = Visitor(self.app.test_client())
        assert visitor.send("/login", email=address, password=PASSWORD).status_code == 303
        return visitor

    def events(self, type_: str) -> list[DomainEvent]:
        """What happened of this kind."""
        with self.database.read() as session:
            return list(session.query(DomainEvent).filter_by(type=type_))


def make_whole(sqlite_url: str, tmp_path: Path, **more: Any) -> Whole:
    """A house with settings of the test's own. Redis is away unless the test brings one."""
    given = {
        "database_url": sqlite_url, "redis_url": "redis://127.0.0.1:9/0", "storage_url": f"file://{tmp_path}/files",
        "instance_dir": tmp_path, "webhook_base_url": "http://127.0.0.1:8000", "rate_limit_logins_per_minute": 1000,
        "api_key": None,
    }  # fmt: skip
    return Whole(build_services(make_settings(**{**given, **more})))


@pytest.fixture
def whole(sqlite_url: str, tmp_path: Path) -> Iterator[Whole]:
    made = make_whole(sqlite_url, tmp_path)
    yield made
    made.database.dispose()


@contextmanager
def counted(whole: Whole) -> Iterator[list[str]]:
    """The SELECTs that the block asks."""
    selects: list[str] = []
    with heard(whole.database) as statements:
        yield selects
    selects += [one for one in statements if one.lstrip().upper().startswith("SELECT")]


def send_file(visitor: Visitor, path: str, form_at: str, name: str, data: bytes, filename: str) -> TestResponse:
    """Send a form with a file in it."""
    fields = {"csrf_token": visitor.token(form_at), name: (io.BytesIO(data), filename)}
    return visitor.client.post(path, data=fields, content_type="multipart/form-data")


def assert_plain(answer: TestResponse) -> None:
    """A page of ours: under the policy, without inline code, each id once, every label with its field."""
    html = answer.text
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert not re.search(r"\sstyle=|\son\w+=|<style", html)
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids)), sorted(one for one in ids if ids.count(one) > 1)
    assert set(re.findall(r'<label[^>]* for="([^"]+)"', html)) <= set(ids)
    assert not re.search(r"\bNone\b", html), "something was not there, and Python's word for it is shown"

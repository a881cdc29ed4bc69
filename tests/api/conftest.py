"""The API over real access, repeats and health on SQLite, and stand-ins for the services behind jobs and calls."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from db.models import Scope
from db.unit_of_work import Database
from ivr.app import create_app
from ivr.services.access import AccessService
from ivr.services.audit import AuditService
from ivr.services.call_lists import CallLists
from ivr.services.context import Actor
from ivr.services.drafts import JobDraft, JobFilters, JobPatch, Page, Paged, SayAs, Upload
from ivr.services.errors import Conflict, NotFound
from ivr.services.health import HealthService
from ivr.services.idempotency import IdempotencyService
from ivr.services.measures import MeasureService
from ivr.services.organisations import OrganisationService
from ivr.services.stop_switch import StopSwitch
from ivr.services.views import AudioFile, JobView, StoredFile
from ivr.settings import Settings
from tests.fakes import FrozenClock

FIRST_KEY = "the-first-key-of-all-0123456789"
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


def make_settings(**more: Any) -> Settings:
    """Settings that start, without the environment's."""
    given = {
        "secret_key": "test-secret-key-of-the-session",
        "api_key": FIRST_KEY,
        "webhook_base_url": "https://calls.example.com",
        "twilio_account_sid": "AC" + "0" * 32,
        "twilio_auth_token": "test-auth-token-of-the-carrier",
        "twilio_phone_number": "+14155550100",
        "rate_limit_per_minute": 10_000,
        "rate_limit_interviews_per_minute": 10_000,
    }
    return Settings(**{**given, **more})


class FakePulse:
    """Redis as the test wants it."""

    redis = True
    worker = True

    def answers(self) -> bool:
        return self.redis

    def worker_seen(self) -> bool:
        return self.worker

    def signs_of_life(self) -> list[float]:
        return [3.0] if self.worker else []

    def tallies(self) -> dict[str, float]:
        return {}


def job_view(id: str, draft: JobDraft | None = None) -> JobView:
    draft = draft or JobDraft(title="Nurse", company="Mercy")
    return JobView(
        id=id, title=draft.title, company=draft.company or "Default organisation", say_as=SayAs(), description="…",
        description_file=None, language=draft.language, question_count=draft.question_count,
        interview_type=draft.interview_type.value, difficulty=draft.difficulty.value, instructions=None,
        skills=draft.skills, stack=(), evaluation_focus=(), experience_level=None, must_ask=(),
        rubric_id=draft.rubric_id, facts=draft.facts,
        approve=draft.approve, settings=draft.settings, settings_pending=(), status="draft",
        questions_status="generating",
        questions_error=None, questions_version=0, approved_version=None, skill_coverage=(),
        external_id=draft.external_id, metadata=draft.metadata, simulated=False, created_at=NOW,
    )  # fmt: skip


@dataclass
class FakeJobs:
    """Keeps what it was asked; ``before`` may raise."""

    asked: list[tuple[Any, ...]] = field(default_factory=list)
    before: Callable[[], None] = lambda: None
    file: StoredFile | None = None

    def create(self, actor: Actor, draft: JobDraft, file: Upload | None) -> JobView:
        self.asked.append((actor, draft, file))
        self.before()
        return job_view(f"00000000-0000-4000-8000-{len(self.asked):012}", draft)

    def get(self, organisation_id: str, job_id: str) -> JobView:
        self.asked.append((organisation_id, job_id))
        raise NotFound("job")

    def list(self, organisation_id: str, filters: JobFilters, page: Page) -> Paged[JobView]:
        self.asked.append((organisation_id, filters, page))
        return Paged((job_view("00000000-0000-4000-8000-000000000001"),), None, 1 if page.with_total else None)

    def patch(self, actor: Actor, job_id: str, patch: JobPatch) -> JobView:
        self.asked.append((actor, job_id, patch))
        return job_view(job_id)

    def description(self, organisation_id: str, job_id: str) -> StoredFile:
        return StoredFile(b"%PDF-1.7 <script>", "application/pdf", "job-description.pdf")

    def close(self, actor: Actor, job_id: str) -> JobView:
        raise Conflict("job_closed", "This job is closed.", "Make a new one.", extra={"job_id": job_id})


@dataclass
class FakeInterviews:
    """One answer with ten bytes of audio."""

    data: bytes = b"0123456789"

    def audio(self, organisation_id: str, interview_id: str, answer_id: str, seen_by: Any = None) -> AudioFile:
        return AudioFile("org/recordings/one", len(self.data), "audio/wav", "answer.wav")

    def read_audio(self, audio: AudioFile, start: int, end: int) -> bytes:
        return self.data[start : end + 1]


def make_services(database: Database, clock: FrozenClock, settings: Settings) -> Any:
    """What the door is given."""
    access = AccessService(database, clock, settings, beside=lambda work: work())
    access.ensure_first_key()
    pulse = FakePulse()
    return SimpleNamespace(
        access=access,
        call_lists=CallLists(database, clock, settings),
        organisations=OrganisationService(database, None, clock),
        stop_switch=StopSwitch(database, clock),
        idempotency=IdempotencyService(database, clock),
        audit=AuditService(database, clock),
        health=HealthService(database, pulse),
        measures=MeasureService(database, pulse, clock, budget_usd=None),
        pulse=pulse,
        jobs=FakeJobs(),
        interviews=FakeInterviews(),
    )


@pytest.fixture
def settings() -> Settings:
    return make_settings()


@pytest.fixture
def sqlite_database(sqlite_url: str) -> Iterator[Database]:
    opened = Database(sqlite_url, pool_size=8)
    yield opened
    opened.dispose()


@pytest.fixture
def services(sqlite_database: Database, clock: FrozenClock, settings: Settings) -> Any:
    return make_services(sqlite_database, clock, settings)


@pytest.fixture
def app(services: Any, settings: Settings) -> Flask:
    return create_app(services, settings)


@pytest.fixture
def anonymous(app: Flask) -> FlaskClient:
    """A client without a key."""
    return app.test_client()


class Caller:
    """A client with a key."""

    def __init__(self, app: Flask, key: str) -> None:
        self.app = app
        self._client = app.test_client()
        self._headers = {"Authorization": f"Bearer {key}"}

    def __getattr__(self, method: str) -> Callable[..., Any]:
        send = getattr(self._client, method)

        def call(path: str, **more: Any) -> Any:
            headers = {**self._headers, **more.pop("headers", {})}
            return send(f"/api/v1{path}", headers=headers, **more)

        return call


@pytest.fixture
def client(app: Flask) -> Caller:
    """A client with the first key, which may do everything."""
    return Caller(app, FIRST_KEY)


@pytest.fixture
def caller_with(app: Flask, services: Any) -> Callable[..., Caller]:
    """A client whose key has only these scopes, in the default organisation."""

    def make(*scopes: Scope) -> Caller:
        organisation_id = services.access.ensure_first_key()
        made = services.access.create_key(Actor(organisation_id, "system", "system"), "Test", scopes)
        return Caller(app, made.key)

    return make

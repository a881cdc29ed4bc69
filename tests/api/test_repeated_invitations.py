"""An applicant tracking system that sends the same invitation fifty times at once: one interview, one call."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from db.columns import utc_now
from db.models import Interview, OutboxRow
from db.repositories import outbox
from ivr.app import create_app
from ivr.bootstrap import build_services
from ivr.services.calls import CallService
from ivr.services.catalog import Services
from ivr.services.dialing import Gate
from ivr.services.drafts import CallingHoursSetting, JobSettings
from tests.api.conftest import FIRST_KEY, Caller, make_settings
from tests.factories import make_candidate, make_job
from tests.fakes import FakeCarrier

REPEATS = 50
ALWAYS = CallingHoursSetting("00:00", "24:00", ("mon", "tue", "wed", "thu", "fri", "sat", "sun"))


@pytest.fixture
def services(database_url: str, tmp_path: Path) -> Iterator[Services]:
    built = build_services(
        make_settings(
            database_url=database_url, redis_url="redis://127.0.0.1:9/0", storage_url=f"file://{tmp_path}/files",
            instance_dir=tmp_path, calling_hours_limit="00:00-24:00",
        )
    )  # fmt: skip
    yield built
    built.database.dispose()


def test_fifty_repeats_at_once_are_one_interview_and_one_call(services: Services) -> None:
    database = services.database
    organisation_id = services.access.ensure_first_key()
    job_id = make_job(database, organisation_id, settings=JobSettings(calling_hours=ALWAYS))
    candidate_id = make_candidate(database, organisation_id)
    app = create_app(services, services.settings)
    body, headers = {"job_id": job_id, "candidate_id": candidate_id}, {"Idempotency-Key": "one-and-the-same"}

    def post(_: int) -> TestResponse:
        response: TestResponse = Caller(app, FIRST_KEY).post("/interviews", json=body, headers=headers)
        return response

    with ThreadPoolExecutor(REPEATS) as threads:
        answers = list(threads.map(post, range(REPEATS)))
    told = Counter(
        "running" if one.status_code == 409 else "again" if "Idempotency-Replayed" in one.headers else "first"
        for one in answers
    )
    assert told["first"] == 1 and sum(told.values()) == REPEATS
    assert {one.json["code"] for one in answers if one.status_code == 409} <= {"idempotency_in_progress"}
    last = post(0)
    assert last.status_code == 201 and last.headers["Idempotency-Replayed"] == "true"
    made = {one.json["id"] for one in [*answers, last] if one.status_code == 201}
    with database.read() as session:
        assert {row.id for row in session.scalars(select(Interview))} == made and len(made) == 1
        assert len(session.scalars(select(OutboxRow).where(OutboxRow.kind == "place_call")).all()) == 1

    carrier, later = FakeCarrier(utc_now), utc_now() + timedelta(seconds=5)
    calls = CallService(
        database, carrier, Gate(services.settings), services.conversations, services.callbacks, lambda: later,
        calls_per_second=100,
    )  # fmt: skip
    for _ in range(3):
        for claimed in outbox.claim_due(database, later, "test", 100, 60):
            lease = outbox.start(
                database, claimed.outbox_id, claimed.generation, now=later, owner="test", lease_s=60
            )
            if lease is not None and lease.kind == "place_call":
                calls.place_call(lease)
    assert len(carrier.placed) == 1

"""A repeated POST has its effect once and gets the first answer, on both databases and however many come at once."""

from __future__ import annotations

import io
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, select

from db.models import ApiKey, IdempotencyKey, OptOut
from db.unit_of_work import Database
from ivr.app import create_app
from ivr.services.drafts import Upload
from tests.api.conftest import FIRST_KEY, Caller, make_services, make_settings
from tests.api.test_errors import assert_problem
from tests.fakes import FrozenClock

KEY = {"Idempotency-Key": "order-1"}
NEW = {"name": "Repeated", "scopes": ["read"]}


def count(database: Database, kind: Any) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(kind)) or 0


def test_fifty_at_once_have_one_effect(database: Database, clock: FrozenClock) -> None:
    settings = make_settings()
    app = create_app(make_services(database, clock, settings), settings)
    before = count(database, ApiKey)

    def post(_: int) -> Any:
        return Caller(app, FIRST_KEY).post("/api-keys", json=NEW, headers=KEY)

    with ThreadPoolExecutor(16) as threads:
        responses = list(threads.map(post, range(50)))
    assert count(database, ApiKey) == before + 1
    first = [r for r in responses if r.status_code == 201 and "Idempotency-Replayed" not in r.headers]
    replays = [r for r in responses if r.headers.get("Idempotency-Replayed") == "true"]
    running = [r for r in responses if r.status_code == 409]
    assert len(first) == 1 and len(first) + len(replays) + len(running) == 50, Counter(r.status for r in responses)
    for response in running:
        assert_problem(response, 409, "idempotency_in_progress")
    last = post(0)
    assert last.headers["Idempotency-Replayed"] == "true" and last.status_code == 201
    assert last.json["id"] == first[0].json["id"]
    # The secret is in the first answer alone: it is stored nowhere.
    assert first[0].json["key"] and all(r.json["key"] is None for r in [*replays, last])


def test_another_body_is_a_conflict(client: Caller) -> None:
    assert client.post("/api-keys", json=NEW, headers=KEY).status_code == 201
    response = client.post("/api-keys", json={**NEW, "name": "Other"}, headers=KEY)
    assert_problem(response, 409, "idempotency_conflict")


def test_another_operation_or_another_key_is_another_request(client: Caller, app: Any) -> None:
    made = client.post("/api-keys", json={"name": "N", "scopes": ["admin", "write"]}, headers=KEY).json
    assert client.post("/opt-outs", json={"phone": "+14155550123"}, headers=KEY).status_code == 201
    other = Caller(app, made["key"]).post("/opt-outs", json={"phone": "+14155550199"}, headers=KEY)
    assert other.status_code == 201 and "Idempotency-Replayed" not in other.headers


def test_an_answer_is_kept_for_a_day(client: Caller, clock: FrozenClock, sqlite_database: Database) -> None:
    first = client.post("/api-keys", json=NEW, headers=KEY).json
    clock.advance(hours=23, minutes=59)
    assert client.post("/api-keys", json=NEW, headers=KEY).json["id"] == first["id"]
    clock.advance(minutes=2)
    assert client.post("/api-keys", json=NEW, headers=KEY).json["id"] != first["id"]
    assert count(sqlite_database, IdempotencyKey) == 1


def test_a_refusal_is_answered_again_the_same(client: Caller, services: Any) -> None:
    refused = {"phone": "+19005550123x"}
    first = client.post("/opt-outs", json=refused, headers=KEY)
    again = client.post("/opt-outs", json=refused, headers=KEY)
    assert_problem(first, 422, "number_invalid")
    assert again.status_code == 422 and again.content_type == "application/problem+json"
    assert again.headers["Idempotency-Replayed"] == "true" and again.json == first.json


def test_a_body_that_fits_no_schema_is_not_kept(client: Caller, sqlite_database: Database) -> None:
    assert client.post("/api-keys", json={"name": "N"}, headers=KEY).status_code == 422
    assert count(sqlite_database, IdempotencyKey) == 0
    assert client.post("/api-keys", json=NEW, headers=KEY).status_code == 201


def test_a_failure_of_ours_is_tried_again(client: Caller, services: Any, sqlite_database: Database) -> None:
    def explode() -> None:
        raise RuntimeError("no")

    services.jobs.before = explode
    assert client.post("/jobs", json={"title": "N"}, headers=KEY).status_code == 500
    services.jobs.before = lambda: None
    again = client.post("/jobs", json={"title": "N"}, headers=KEY)
    assert again.status_code == 201 and "Idempotency-Replayed" not in again.headers
    # A service that does not store its answer itself is repeated all the same.
    assert client.post("/jobs", json={"title": "N"}, headers=KEY).headers["Idempotency-Replayed"] == "true"
    assert len(services.jobs.asked) == 2


def test_a_lock_left_by_a_dead_process_is_taken_over(
    client: Caller, services: Any, clock: FrozenClock, sqlite_database: Database
) -> None:
    """Killed between ``begin`` and the commit: nobody releases the lock."""

    class Killed(BaseException):
        pass

    def die() -> None:
        raise Killed

    services.idempotency.release = lambda lock: None
    services.jobs.before = die
    with pytest.raises(Killed):
        client.post("/jobs", json={"title": "N"}, headers=KEY)
    services.jobs.before = lambda: None
    assert_problem(client.post("/jobs", json={"title": "N"}, headers=KEY), 409, "idempotency_in_progress")
    clock.advance(seconds=61)
    assert client.post("/jobs", json={"title": "N"}, headers=KEY).status_code == 201


def test_the_slow_first_owner_loses_its_effect(
    client: Caller, app: Any, services: Any, clock: FrozenClock, sqlite_database: Database
) -> None:
    """It took more than a minute, another request took over: the first transaction rolls back as a whole."""
    real = services.call_lists.add_opt_out
    turns = iter([True, False])

    def slow(*args: Any, **more: Any) -> Any:
        if next(turns):
            clock.advance(seconds=61)
            second = Caller(app, FIRST_KEY).post("/opt-outs", json={"phone": "+14155550123"}, headers=KEY)
            assert second.status_code == 201
            with sqlite_database.write() as unit:
                unit.session.delete(unit.session.scalars(select(OptOut)).one())
        return real(*args, **more)

    services.call_lists.add_opt_out = slow
    response = client.post("/opt-outs", json={"phone": "+14155550123"}, headers=KEY)
    assert_problem(response, 409, "idempotency_in_progress")
    assert count(sqlite_database, OptOut) == 0


def test_files_count_as_body(client: Caller, services: Any) -> None:
    def post(text: bytes) -> Any:
        return client.post("/jobs", data={"title": "N", "file": (io.BytesIO(text), "a.txt")}, headers=KEY)

    assert post(b"one").status_code == 201
    assert post(b"one").headers["Idempotency-Replayed"] == "true"
    assert_problem(post(b"two"), 409, "idempotency_conflict")
    assert services.jobs.asked[0][2] == Upload(b"one", "a.txt")


def test_a_key_of_the_wrong_form(client: Caller) -> None:
    for key in ("", "a" * 201, "ünfug"):
        response = client.post("/api-keys", json=NEW, headers={"Idempotency-Key": key})
        assert_problem(response, 422, "invalid_fields")


def test_purge(client: Caller, services: Any, clock: FrozenClock, sqlite_database: Database) -> None:
    client.post("/api-keys", json=NEW, headers=KEY)
    assert services.idempotency.purge() == 0
    clock.advance(hours=25)
    assert services.idempotency.purge() == 1 and count(sqlite_database, IdempotencyKey) == 0

"""The rules that hold for every endpoint, asked of every endpoint: limits, unknown fields, repeats, lists, numbers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select

from db.models import DomainEvent, OutboxRow, Scope
from ivr.api.operations import Operation
from ivr.api.requests import CSV_LIMIT, FILE_LIMIT, JSON_LIMIT
from ivr.app import create_app
from tests.api.conftest import Caller
from tests.api.test_errors import assert_problem
from tests.api.test_who_may_ask import (  # noqa: F401
    _PARAMETER,
    BODIES,
    QUERIES,
    Nowhere,
    World,
    by_name,
    send,
    world,
)

# What POST makes and what is not one of the organisation's own objects: a piece of work, a switch.
NOT_OBJECTS = {"import_candidates", "set_stop"}
# Members that are shown in the first answer alone, and where one of that name is none.
SECRETS = {"key", "secret", "url"}
NO_SECRET = {"create_webhook_endpoint": {"url"}}
CHANGING = [name for name, one in by_name().items() if one.body is not None]
POSTS = [name for name, one in by_name().items() if one.method == "POST"]
READS = [name for name, one in by_name().items() if one.method == "GET" and one.scope is Scope.READ]


def nowhere(operation: Operation) -> str:
    ids = Nowhere()
    return _PARAMETER.sub(lambda match: ids[match[1]], operation.path) + QUERIES.get(operation.name, "")


@pytest.mark.parametrize("name", list(by_name()))
def test_an_unknown_field_is_refused_by_name(world: World, name: str) -> None:  # noqa: F811
    operation, caller = by_name()[name], world.caller(world.third)
    method = getattr(caller, operation.method.lower())
    body = {"json": BODIES[name](world.third)} if name in BODIES else {}
    joint = "&" if name in QUERIES else "?"
    asked = assert_problem(method(f"{nowhere(operation)}{joint}colour=red", **body), 422, "invalid_fields")
    assert [(one["field"], one["code"]) for one in asked["errors"]] == [("colour", "unknown_field")]
    if operation.body is not None:
        sent = method(nowhere(operation), json={**body.get("json", {}), "colour": "red"})
        told = assert_problem(sent, 422, "invalid_fields")["errors"]
        assert ("colour", "unknown_field") in [(one["field"], one["code"]) for one in told]
        assert "red" not in sent.text


@pytest.mark.parametrize("name", CHANGING)
def test_a_body_has_its_limit(world: World, name: str) -> None:  # noqa: F811
    operation, caller = by_name()[name], world.caller(world.third)
    limit = operation.body_limit or JSON_LIMIT
    assert limit <= max(JSON_LIMIT, CSV_LIMIT) < FILE_LIMIT
    too_long = b'{"name": "' + b"x" * limit + b'"}'
    sent = getattr(caller, operation.method.lower())(
        nowhere(operation), data=too_long, content_type="application/json"
    )
    assert_problem(sent, 413, "too_large")


@pytest.mark.parametrize("name", POSTS)
def test_every_post_can_be_repeated(world: World, name: str) -> None:  # noqa: F811
    """The first answer again, a refusal too; the same key with another body is refused."""
    operation, caller = by_name()[name], world.caller(world.third)
    house = {**world.third, "new_phone": "+14155550144", "new_email": "again@example.com"}
    body = BODIES[name](house) if name in BODIES else {}
    headers = {"Idempotency-Key": f"again-{name}"}
    path = nowhere(operation)

    def post(text: str) -> Any:
        return caller.post(path, data=text, content_type="application/json", headers=headers)

    first, again = post(json.dumps(body)), post(json.dumps(body))
    assert first.status_code < 500 and "Idempotency-Replayed" not in first.headers
    assert again.status_code == first.status_code and again.headers["Idempotency-Replayed"] == "true"
    secrets = SECRETS - NO_SECRET.get(name, set())
    assert without(secrets, again.json) == without(secrets, first.json)
    assert not found_in(again.json, secrets), "what is shown once is not shown again"
    assert_problem(post(json.dumps(body) + " "), 409, "idempotency_conflict")
    world.services.stop_switch.set_stopped(_system(world), stopped=False)


def _system(world: World) -> Any:  # noqa: F811
    from ivr.services.context import Actor

    return Actor(world.third["organisation_id"], "system", "system")


def without(secrets: set[str], value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: without(secrets, item) for name, item in value.items() if name not in {*secrets, "request_id"}
        }
    return [without(secrets, item) for item in value] if isinstance(value, list) else value


def found_in(value: Any, secrets: set[str]) -> list[str]:
    if isinstance(value, dict):
        own = [str(item) for name, item in value.items() if name in secrets and item is not None]
        return own + [one for item in value.values() for one in found_in(item, secrets)]
    return [one for item in value for one in found_in(item, secrets)] if isinstance(value, list) else []


@pytest.mark.parametrize("name", READS)
def test_numbers_are_whole_only_for_who_may_write(world: World, name: str) -> None:  # noqa: F811
    seen = send(world.caller(world.ours, Scope.READ), by_name()[name], world.ours)
    assert b"+1415555" not in seen.data, "a whole number"


@pytest.mark.parametrize("name", [name for name, one in by_name().items() if one.is_list])
def test_lists_are_cut_as_asked(world: World, name: str) -> None:  # noqa: F811
    operation, caller = by_name()[name], world.caller(world.ours)
    path = _PARAMETER.sub(lambda match: world.ours[match[1]], operation.path)
    one = caller.get(f"{path}?limit=1&include=total").json
    assert len(one["data"]) == 1 and isinstance(one["total"], int) and one["total"] >= 1
    assert (one["next_cursor"] is None) is (one["total"] == 1)
    assert "total" not in caller.get(path).json
    for query in ("limit=0", "limit=101", "limit=x", "cursor=nonsense", "include=everything"):
        assert caller.get(f"{path}?{query}").status_code == 422, query
    if one["next_cursor"]:
        second = caller.get(f"{path}?limit=1&cursor={one['next_cursor']}").json
        assert second["data"] and second["data"] != one["data"]


@pytest.mark.parametrize(
    "name", [name for name in POSTS if "{" not in by_name()[name].path and name not in NOT_OBJECTS]
)
def test_every_object_takes_an_external_id_and_metadata(world: World, name: str) -> None:  # noqa: F811
    body = by_name()[name].body
    assert body is not None and {"external_id", "metadata"} <= set(body.model_fields)
    caller = world.caller(world.third)
    example = BODIES[name](world.third)
    pairs = {f"k{number}": "v" for number in range(21)}
    for metadata in (pairs, {"k": 1}, {"": "v"}, {"k": "v" * 501}):
        sent = caller.post(by_name()[name].path, json={**example, "metadata": metadata})
        refused = assert_problem(sent, 422, "invalid_fields")
        assert {one["field"].partition(".")[0] for one in refused["errors"]} == {"metadata"}


OWN = {"external_id": "own-1", "metadata": {"system": "ours"}}


@pytest.mark.parametrize("name", ["add_to_whitelist", "add_opt_out", "create_api_key", "create_review"])
def test_lines_keys_and_decisions_are_known_by_ones_own_id(world: World, name: str) -> None:  # noqa: F811
    operation, caller = by_name()[name], world.caller(world.ours)
    house = {**world.ours, "new_phone": "+14155550145"}
    path = _PARAMETER.sub(lambda match: world.ours[match[1]], operation.path)
    made = caller.post(path, json={**BODIES[name](house), **OWN})
    assert made.status_code < 300, made.text
    shown = made.json["data"][0] if name == "add_to_whitelist" else made.json
    assert {key: shown[key] for key in OWN} == OWN
    another = {**BODIES[name](house), "external_id": "own-1"}
    another |= {"pattern": "+14155550146"} if "pattern" in another else {}
    another |= {"phone": "+14155550147"} if "phone" in another else {}
    another |= {"reason": "Named neither the cause nor what was done."} if "reason" in another else {}
    refused = assert_problem(caller.post(path, json=another), 409, "external_id_exists")
    assert "own-1" not in refused["detail"]
    # another organisation may call its own so
    if name != "create_review":
        assert world.caller(world.third).post(path, json=another).status_code < 300


def test_a_limit_is_told_with_every_answer(world: World) -> None:  # noqa: F811
    caller = world.caller(world.ours)
    for response in (
        caller.get("/me"), caller.get("/jobs?colour=red"), caller.get(f"/jobs/{Nowhere()['job_id']}"),
        caller.post("/jobs", json={}), caller.delete(f"/whitelist/{Nowhere()['entry_id']}"),
    ):  # fmt: skip
        for header in ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "X-RateLimit-Limit",
                       "X-RateLimit-Remaining", "X-RateLimit-Reset"):  # fmt: skip
            assert response.headers[header].isdigit(), (response.status_code, header)
        assert response.headers["X-Request-ID"]


def test_a_request_id_reaches_the_record_and_the_tasks(world: World) -> None:  # noqa: F811
    caller = world.caller(world.ours)
    headers = {"X-Request-ID": "from-the-ats-7"}
    made = caller.post("/jobs", json={"title": "Cook", "description": "You solve problems."}, headers=headers)
    assert made.headers["X-Request-ID"] == "from-the-ats-7"
    with world.services.database.read() as session:
        tasks = session.scalars(select(OutboxRow).where(OutboxRow.subject_id == made.json["id"])).all()
        told = session.scalars(select(DomainEvent).where(DomainEvent.subject_id == made.json["id"])).all()
    assert tasks and {task.request_id for task in tasks} == {"from-the-ats-7"}
    assert told and {event.request_id for event in told} == {"from-the-ats-7"}
    odd = caller.get("/me", headers={"X-Request-ID": "<script>"})
    assert odd.headers["X-Request-ID"] not in {"", "<script>"}


def test_interviews_are_taken_along_as_csv_and_json(world: World) -> None:  # noqa: F811
    import csv
    import io
    import zipfile

    ours, reader = world.caller(world.ours), world.caller(world.ours, Scope.READ)
    evil = {"name": "=HYPERLINK(\"http://evil.example\")", "phone": "+14155550155"}
    job, person = {"job_id": world.ours["job_id"]}, ours.post("/candidates", json=evil).json["id"]
    ours.post("/whitelist", json={"pattern": "+14155550155"})
    ours.patch(f"/candidates/{person}", json={"consent": {"basis": "form", "source": "ats"}})
    made = ours.post("/interviews", json={**job, "candidate_id": person})
    assert made.status_code == 201, made.text
    listed = ours.get("/interviews?limit=100").json["data"]
    sheet = ours.get("/interviews/export")
    assert sheet.headers["Content-Disposition"] == "attachment; filename=interviews.csv"
    rows = list(csv.DictReader(io.StringIO(sheet.data.decode("utf-8-sig"), newline="")))
    assert [row["id"] for row in rows] == [one["id"] for one in listed] and len(rows) > 1
    assert rows[0]["candidate_name"].startswith("'=HYPERLINK") and rows[0]["phone"] == "'+14155550155"
    assert ours.get("/interviews/export?format=json").json == listed
    assert reader.get("/interviews/export?format=json").json == reader.get("/interviews?limit=100").json["data"]
    assert b"+14155550155" not in reader.get("/interviews/export").data
    assert ours.get("/interviews/export?status=declined&format=json").json == []
    assert len(ours.get("/interviews/export?status=declined").data.decode("utf-8-sig").splitlines()) == 1
    assert_problem(ours.get("/interviews/export?status=nonsense"), 422, "invalid_fields")

    archive = ours.get(f"/interviews/{world.ours['interview_id']}/audio.zip")
    with zipfile.ZipFile(io.BytesIO(archive.data)) as opened:
        assert opened.testzip() is None
        assert sorted(opened.namelist()) == ["question-q1-take-1.wav", "question-q2-take-1.wav"]
    assert int(archive.headers["Content-Length"]) == len(archive.data)
    events = ours.get("/audit?limit=100").json["data"]
    assert any(one["type"] == "answer.heard" and one["data"] == {"answers": 2, "as": "zip"} for one in events)
    assert_problem(ours.get(f"/interviews/{made.json['id']}/audio.zip"), 404, "no_audio")


def test_a_key_is_used_on_all_operations_under_one_limit(world: World) -> None:  # noqa: F811
    """Each key has its own count, over all paths."""
    settings = world.services.settings.model_copy(update={"rate_limit_per_minute": 3})
    app = create_app(world.services, settings)
    keys = [world.services.access.create_key(_system(world), "Few", ["read"]).key or "" for _ in range(2)]
    first, second = (Caller(app, key) for key in keys)
    assert [first.get(path).status_code for path in ("/me", "/jobs", "/candidates", "/rubrics")] == [200, 200, 200, 429]
    assert second.get("/me").status_code == 200


def test_a_job_is_closed_or_erased(world: World) -> None:  # noqa: F811
    ours, theirs = world.caller(world.ours), world.caller(world.theirs)
    job = {"title": "Cook", "description": "You solve problems."}
    path = f"/jobs/{ours.post('/jobs', json=job).json['id']}"
    key = {"Idempotency-Key": "nothing-to-do-with-it"}
    ours.post("/rubrics", json={"name": "Kept"}, headers=key)
    assert_problem(theirs.delete(f"{path}?erase=true"), 404, "not_found")
    assert_problem(ours.delete(f"{path}?erase=perhaps"), 422, "invalid_fields")
    closed = ours.delete(path)
    assert (closed.status_code, closed.json["status"]) == (200, "closed")
    erased = ours.delete(f"{path}?erase=true")
    assert (erased.status_code, erased.json["job_id"]) == (202, path.rpartition("/")[2])
    assert ours.get(f"/erasures/{erased.json['id']}").json == erased.json
    assert_problem(theirs.get(f"/erasures/{erased.json['id']}"), 404, "not_found")
    again = ours.post("/rubrics", json={"name": "Kept"}, headers=key)
    assert again.headers.get("Idempotency-Replayed") == "true", "a job without interviews forgets no answers of others"


@pytest.mark.parametrize("path", ["/whitelist", "/audit"])
def test_lists_with_something_beside_them_have_their_total_when_it_is_asked_for(world: World, path: str) -> None:  # noqa: F811
    caller = world.caller(world.ours)
    assert "total" not in caller.get(path).json
    assert caller.get(f"{path}?include=total").json["total"] >= 1

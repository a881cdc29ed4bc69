"""The door over the real services on both databases: what is answered fits the document, and stays in its house."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from sqlalchemy import func, select

from db.models import Interview, Organisation, Scope
from ivr.api.codes import CODES
from ivr.app import create_app
from ivr.bootstrap import build_services
from ivr.current import EXTENSION
from ivr.services.catalog import Services
from ivr.services.context import Actor
from ivr.services.outbox import Outbox
from tests.api.conftest import Caller, make_settings
from tests.api.test_errors import assert_problem

NUMBER = "+14155550123"
JOB_TEXT = "You will lead a ward of twelve nurses, plan shifts and train new colleagues in triage."


@pytest.fixture
def services(database_url: str, tmp_path: Path) -> Any:
    settings = make_settings(
        database_url=database_url,
        redis_url="redis://127.0.0.1:9/0",
        storage_url=f"file://{tmp_path}/files",
        instance_dir=tmp_path,
        calling_hours_limit="00:00-24:00",
    )
    built = build_services(settings)
    built.access.ensure_first_key()
    yield built
    built.database.dispose()


@pytest.fixture
def app(services: Services) -> Flask:
    return create_app(services, services.settings)


@pytest.fixture
def fits(app: Flask) -> Callable[[str, Any], Any]:
    """Checks an answer against its schema in the document and gives it back."""
    document = json.loads(app.test_client().get("/api/v1/openapi.json").data)
    registry = Registry().with_resource("urn:api", Resource.opaque(document))

    def check(name: str, response: Any) -> Any:
        assert response.status_code < 300, response.get_data(as_text=True)
        schema = {"$ref": f"urn:api#/components/schemas/{name}"}
        Draft202012Validator(schema, registry=registry).validate(response.json)
        return response.json

    return check


_ASKED = (
    "When have you led a ward through a hard week, and what did you do?",
    "How did you plan the shifts when several colleagues were away at once?",
    "Whom have you trained in triage, and how did you know that it worked?",
)


def question(number: int, **more: Any) -> dict[str, Any]:
    return {
        "text": _ASKED[number - 1],
        "competency": ("Leadership", "Planning", "Teaching")[number - 1],
        "type": "behavioral",
        "key_points": ["Says which ward it was", "Says what was done", "Says what came of it"],
        "anchors": {"1": "Names no ward.", "3": "Names a ward and an act.", "5": "Names ward, act and result."},
        "ideal_answer": "A ward, an act and its result.",
        "job_evidence": "lead a ward of twelve nurses",
        **more,
    }


def ready_job(client: Caller, fits: Callable[[str, Any], Any]) -> str:
    """A job that is open, its questions written by hand."""
    job = fits("Job", client.post("/jobs", json={
        "title": "Ward lead", "company": "Mercy", "description": JOB_TEXT, "question_count": 3,
        "settings": {"consent": "applicant_terms", "calling_hours": {
            "start": "00:00", "end": "24:00", "days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]}},
    }))  # fmt: skip
    written = client.put(f"/jobs/{job['id']}/questions", json={"questions": [question(n) for n in range(1, 4)]})
    questions = fits("QuestionSet", written)
    assert [q["index"] for q in questions["questions"]] == [0, 1, 2] and questions["source"] == "human"
    # What was read may be sent back as it is.
    fits("QuestionSet", client.put(f"/jobs/{job['id']}/questions", json={"questions": questions["questions"]}))
    approve = f"/jobs/{job['id']}/questions/approve"
    assert_problem(client.post(approve), 409, "questions_being_checked")
    assert questions["model_check"]["status"] == "checking"
    check_wording(client)
    seen = fits("QuestionSet", client.get(f"/jobs/{job['id']}/questions"))["model_check"]
    assert (seen["status"], seen["reason"]) == ("unavailable", "No model is configured.")
    problem = assert_problem(client.post(approve), 409, "questions_unchecked")
    assert "without_model_check" in problem["hint"]
    assert fits("Job", client.post(approve, json={"without_model_check": True}))["status"] == "open"
    return str(job["id"])


def check_wording(client: Caller) -> None:
    """What a worker without a model does after an edit."""
    services: Services = client.app.extensions[EXTENSION]
    worker = Outbox(services.database, services.clock, owner="test")
    for claimed in worker.claim(100):
        lease = worker.start(claimed.outbox_id, claimed.generation) if claimed.kind == "check_questions" else None
        if lease is None:
            worker.release(claimed)
        else:
            worker.run(lease, services.jobs.check_questions, services.jobs.give_up_checking)


def test_from_job_to_interview(client: Caller, app: Flask, services: Services, fits: Any) -> None:
    job_id = ready_job(client, fits)
    person = {"name": "Ann Lee", "phone": NUMBER, "email": "ann@example.com", "timezone": "America/New_York"}
    refused = client.post("/interviews", json={"job_id": job_id, "candidate": person})
    assert_problem(refused, 422, "not_whitelisted")
    assert NUMBER not in refused.get_data(as_text=True)
    fits("WhitelistAdded", client.post("/whitelist", json={"pattern": NUMBER}))

    invitation = {"job_id": job_id, "candidate": person, "metadata": {"team": "7"}}
    key = {"Idempotency-Key": "invite-ann"}
    made = fits("Interview", client.post("/interviews", json=invitation, headers=key))
    again = client.post("/interviews", json=invitation, headers=key)
    assert again.headers["Idempotency-Replayed"] == "true" and again.json == made
    with services.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Interview)) == 1
    exists = assert_problem(client.post("/interviews", json=invitation), 409, "interview_exists")
    assert exists["interview_id"] == made["id"]
    assert made["status"] in {"queued", "scheduled"} and made["next_action"]["what"]
    assert made["candidate"]["phone"] == NUMBER

    path = f"/interviews/{made['id']}"
    assert fits("Interview", client.get(path))["metadata"] == {"team": "7"}
    assert_problem(client.get(f"{path}/result"), 409, "not_ready")
    assert_problem(client.post(f"{path}/hang-up"), 409, "wrong_status")
    events = client.get(f"{path}/events").json["data"]
    assert events and all(event["subject_id"] for event in events)
    listed = client.get(f"/interviews?job_id={job_id}&status={made['status']}&include=total").json
    assert (listed["total"], [row["id"] for row in listed["data"]]) == (1, [made["id"]])
    assert client.get("/interviews?status=completed,failed").json["data"] == []
    assert fits("Interview", client.post(f"{path}/cancel"))["status"] == "canceled"

    organisation_id = services.access.ensure_first_key()
    reader = services.access.create_key(Actor(organisation_id, "system", "system"), "Reader", [Scope.READ])
    seen = Caller(app, reader.key or "")
    for shown in (path, "/interviews", "/candidates", f"/candidates/{made['candidate_id']}"):
        text = seen.get(shown).get_data(as_text=True)
        assert NUMBER not in text and "+1******0123" in text


def test_the_answer_is_stored_with_its_effect(client: Caller, services: Services) -> None:
    """A process killed just after the commit: the repeat finds the answer, and one thing was made."""

    def die(*_: Any) -> None:
        raise SystemExit("killed")

    key = {"Idempotency-Key": "once"}
    client.post("/whitelist", json={"pattern": NUMBER})
    requests = {
        "/jobs": {"title": "Ward lead", "description": JOB_TEXT},
        "/candidates": {"name": "Ann Lee", "phone": NUMBER},
        "/opt-outs": {"phone": NUMBER},
    }
    kept, services.idempotency.finish_alone = services.idempotency.finish_alone, die  # type: ignore[method-assign]
    first = {path: client.post(path, json=body, headers=key) for path, body in requests.items()}
    services.idempotency.finish_alone = kept  # type: ignore[method-assign]
    for path, body in requests.items():
        again = client.post(path, json=body, headers=key)
        assert again.status_code == 201 and again.headers["Idempotency-Replayed"] == "true"
        assert again.json == first[path].json
        assert len(client.get(path).json["data"]) == 1


def test_candidates_with_files(client: Caller, fits: Any) -> None:
    form = {
        "name": "Ann Lee", "phone": "(415) 555-0123", "country": "US", "external_id": "ats-1",
        "consent": '{"basis": "application form", "text_version": "3", "source": "ats"}',
        "profile": '{"role": "Nurse", "skills": ["triage"]}',
        "resume": (io.BytesIO(b"Ann Lee\nNurse in charge of a ward since 2019."), "cv.txt"),
    }  # fmt: skip
    made = fits("Candidate", client.post("/candidates", data=form))
    assert (made["phone"], made["resume_status"], made["consent"]["basis"]) == (NUMBER, "parsing", "application form")
    path = f"/candidates/{made['id']}"
    file = client.get(f"{path}/resume")
    assert file.data.startswith(b"Ann Lee") and file.headers["Content-Disposition"].startswith("attachment")
    twice = assert_problem(client.post("/candidates", json={"name": "A", "phone": NUMBER}), 409, "candidate_exists")
    assert twice["candidate_id"] == made["id"]
    changed = fits("Candidate", client.patch(path, json={"email": "ann@example.com", "consent": None}))
    assert (changed["email"], changed["consent"], changed["name"]) == ("ann@example.com", None, "Ann Lee")
    assert client.get("/candidates?external_id=ats-1").json["data"][0]["id"] == made["id"]
    assert client.get("/candidates?external_id=ats-2").json["data"] == []
    bad = {"name": "B", "phone": "+14155550199", "resume": (io.BytesIO(b"\x89PNG\r\n\x1a\n"), "cv.pdf")}
    assert_problem(client.post("/candidates", data=bad), 422, "unsupported_type")
    empty = {"name": "B", "phone": "+14155550199", "resume": (io.BytesIO(b""), "cv.pdf")}
    assert_problem(client.post("/candidates", data=empty), 422, "empty_file")
    assert_problem(client.post("/candidates", json={"name": "B", "phone": "911"}), 422, "number_invalid")


def test_nothing_of_another_house(client: Caller, app: Flask, services: Services, fits: Any) -> None:
    job_id = ready_job(client, fits)
    client.post("/whitelist", json={"pattern": NUMBER})
    person = {"name": "Ann Lee", "phone": NUMBER}
    interview = client.post("/interviews", json={"job_id": job_id, "candidate": person}).json
    with services.database.write() as unit:
        other = Organisation(name="Other", slug="other")
        unit.session.add(other)
        unit.session.flush()
        other_id = other.id
    made = services.access.create_key(Actor(other_id, "system", "system"), "Stranger", list(Scope))
    stranger = Caller(app, made.key or "")
    i, c = f"/interviews/{interview['id']}", f"/candidates/{interview['candidate_id']}"
    for path in (f"/jobs/{job_id}", f"/jobs/{job_id}/questions", f"/jobs/{job_id}/description", i, f"{i}/result",
                 f"{i}/events", f"{i}/answers/{job_id}/audio", f"{i}/answers/{job_id}/peaks", c,
                 f"{c}/resume"):  # fmt: skip
        assert_problem(stranger.get(path), 404, "not_found")
    for path in (f"{i}/cancel", f"{i}/retry", f"{i}/call-now", f"{i}/hang-up", f"{i}/rescore",
                 f"/jobs/{job_id}/questions/approve", f"/jobs/{job_id}/questions/generate"):  # fmt: skip
        assert_problem(stranger.post(path), 404, "not_found")
    assert_problem(stranger.patch(f"/jobs/{job_id}", json={"title": "Mine"}), 404, "not_found")
    assert_problem(stranger.patch(c, json={"name": "Mine"}), 404, "not_found")
    assert_problem(stranger.delete(f"/jobs/{job_id}"), 404, "not_found")
    for who in ({"candidate": person}, {"candidate_id": interview["candidate_id"]}):
        body = {"job_id": job_id, **who}
        assert_problem(stranger.post("/interviews", json=body), 404, "not_found")
    for path in ("/jobs", "/candidates", "/interviews", "/whitelist"):
        assert stranger.get(path).json["data"] == []
    # The same person and the same names may be theirs too.
    assert stranger.post("/candidates", json=person).status_code == 201


def test_every_code_of_the_services_stands_in_the_table() -> None:
    """Codes are read from the source: a refusal that nobody entered would have no title."""
    raised = re.compile(r"(?:Conflict|Invalid|Refused|NotAllowed|Unauthenticated)\(\s*\"([a-z_]+)\"")
    found = {code for path in Path("ivr/services").rglob("*.py") for code in raised.findall(path.read_text())}
    # wrong_call is said to the carrier, which gets no problem documents.
    assert len(found) > 10 and found - set(CODES) == {"wrong_call"} & found

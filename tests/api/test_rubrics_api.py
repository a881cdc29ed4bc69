"""The library of rubrics through the door: schemas, scopes, repeats, problems by field, and jobs that begin with it."""

from __future__ import annotations

import copy
from typing import Any

from flask import Flask

from db.models import Scope
from ivr.services.catalog import Services
from tests.api.conftest import Caller
from tests.api.test_campaigns_api import key_with
from tests.api.test_errors import assert_problem
from tests.api.test_over_services import JOB_TEXT, app, fits, services  # noqa: F401 - fixtures

ANCHORS = {"1": "Names no order.", "3": "Names an order.", "5": "Names an order, why, and who is told."}
QUESTION = {
    "text": "What do you do first when two patients need you at once?", "competency": "Choosing under pressure",
    "type": "situational", "key_points": ["looks at who is in danger", "calls for help", "tells who waits"],
    "anchors": ANCHORS, "ideal_answer": "I look at who is in danger, call for help and tell the one who waits.",
}  # fmt: skip
RUBRIC: dict[str, Any] = {
    "name": "Nursing", "language": "en-GB", "external_id": "r-1", "metadata": {"team": "ward"},
    "competencies": [{"name": "Choosing under pressure", "weight": 2, "anchors": ANCHORS}, {"name": "Handing over"}],
    "questions": [QUESTION],
}  # fmt: skip


def test_a_rubric_is_entered_read_listed_and_written_anew(client: Caller, fits: Any) -> None:  # noqa: F811
    key = {"Idempotency-Key": "one"}
    response = client.post("/rubrics", json=RUBRIC, headers=key)
    made = fits("Rubric", response)
    assert response.status_code == 201
    assert made["competencies"][0]["anchors"] == {**ANCHORS, "2": None, "4": None}
    assert made["competencies"][1] == {"name": "Handing over", "weight": 1.0, "anchors": None}
    assert made["questions"][0]["id"] == "q1" and "job_evidence" not in made["questions"][0]
    again = client.post("/rubrics", json=RUBRIC, headers=key)
    assert again.headers["Idempotency-Replayed"] == "true" and again.json == made

    path = f"/rubrics/{made['id']}"
    assert fits("Rubric", client.get(path)) == made
    listed = client.get("/rubrics?external_id=r-1&include=total").json
    assert listed == {"data": [made], "next_cursor": None, "total": 1}
    # what was read can be sent back
    shown = {name: value for name, value in made.items() if name not in ("id", "created_at", "updated_at")}
    assert fits("Rubric", client.put(path, json=shown)) == made
    changed = fits("Rubric", client.put(path, json={**RUBRIC, "name": "Ward", "questions": []}))
    assert (changed["name"], changed["questions"], changed["created_at"]) == ("Ward", [], made["created_at"])


def test_what_is_wrong_is_named_by_its_field(client: Caller) -> None:
    bad = copy.deepcopy(RUBRIC)
    bad["questions"][0]["text"] = "How old are you?"
    bad["competencies"][1]["anchors"] = {**ANCHORS, "5": "Sounds native and fluent."}
    problem = assert_problem(client.post("/rubrics", json=bad), 422, "rubric_invalid")
    assert {(one["field"], one["code"]) for one in problem["errors"]} == {
        ("questions.0.text", "age"), ("competencies.1.anchors", "native"), ("competencies.1.anchors", "fluent"),
    }  # fmt: skip
    for change in ({"weight": 1}, {"name": ""}, {"language": "en_US!"}, {"competencies": [{"name": "A", "weight": 4}]}):
        assert_problem(client.post("/rubrics", json={**RUBRIC, **change}), 422, "invalid_fields")
    with_evidence = {**RUBRIC, "questions": [{**QUESTION, "job_evidence": "lead a ward"}]}
    assert_problem(client.post("/rubrics", json=with_evidence), 422, "invalid_fields")


def test_Q7_a_job_may_wish_for_a_question_about_the_resume(client: Caller) -> None:
    asked = {"title": "Ward nurse", "description": JOB_TEXT, "settings": {"resume_question": True}}
    made = client.post("/jobs", json=asked)
    assert made.status_code == 201 and made.json["settings"]["resume_question"] is True


def test_scopes_and_other_houses(client: Caller, services: Services, app: Flask) -> None:  # noqa: F811
    made = client.post("/rubrics", json=RUBRIC).json
    reader = key_with(services, app, Scope.READ)
    assert reader.get(f"/rubrics/{made['id']}").json == made
    assert_problem(reader.post("/rubrics", json=RUBRIC), 403, "scope_missing")
    assert_problem(reader.put(f"/rubrics/{made['id']}", json=RUBRIC), 403, "scope_missing")
    nobody = "00000000-0000-4000-8000-000000000000"
    assert_problem(client.get(f"/rubrics/{nobody}"), 404, "not_found")
    assert_problem(client.put(f"/rubrics/{nobody}", json=RUBRIC), 404, "not_found")
    assert_problem(client.post("/rubrics", json=RUBRIC), 409, "external_id_exists")


def test_a_job_starts_from_a_rubric(client: Caller, fits: Any) -> None:  # noqa: F811
    rubric = client.post("/rubrics", json=RUBRIC).json
    asked = {"title": "Ward nurse", "description": JOB_TEXT, "rubric_id": rubric["id"], "question_count": 3}
    job = fits("Job", client.post("/jobs", json=asked))
    assert (job["rubric_id"], job["questions_status"]) == (rubric["id"], "generating")
    client.post(f"/jobs/{job['id']}/questions/generate", json={"source": "bank"})
    found = fits("QuestionSet", client.get(f"/jobs/{job['id']}/questions"))
    assert found["questions"][0]["text"] == QUESTION["text"] and len(found["questions"]) == 3

    whole = client.put(f"/rubrics/{rubric['id']}", json={**RUBRIC, "competencies": [], "questions": [
        {**QUESTION, "competency": f"Step {letter}", "text": f"How do you begin step {letter} of your work?"}
        for letter in "abc"
    ]})  # fmt: skip
    assert whole.status_code == 200
    job = fits("Job", client.post("/jobs", json=asked))
    assert job["questions_status"] == "draft"
    assert fits("QuestionSet", client.get(f"/jobs/{job['id']}/questions"))["source"] == "rubric"

    for id, code in (("nonsense", "invalid_fields"), ("00000000-0000-4000-8000-000000000000", "invalid_fields")):
        problem = assert_problem(client.post("/jobs", json={**asked, "rubric_id": id}), 422, code)
        assert problem["errors"][0]["field"] == "rubric_id"
    german = assert_problem(client.post("/jobs", json={**asked, "language": "de-DE"}), 422, "wishes_conflict")
    assert german["errors"][0]["code"] == "rubric_language"

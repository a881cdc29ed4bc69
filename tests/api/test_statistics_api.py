"""Fairness, drift, calibration and groups through the door: schemas, scopes, forms, repeats."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from db.models import CalibrationAnswer, Scope
from interview.statistics.calibration import level_of
from ivr.services.catalog import Services
from tests.api.conftest import Caller
from tests.api.test_campaigns_api import key_with
from tests.api.test_errors import assert_problem
from tests.api.test_over_services import app, fits, services  # noqa: F401 - fixtures
from tests.factories import NOW, make_interview, make_job
from tests.services.test_drift import make_ratings

FORMS = ("/analytics/fairness", "/analytics/drift", "/analytics/calibration")
NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def job_id(services: Services) -> str:  # noqa: F811
    """A job of the default organisation with 40 rated answers over all levels, and a candidate."""
    organisation_id = services.access.ensure_first_key()
    made = make_job(services.database, organisation_id)
    interview_id = make_interview(services.database, organisation_id=organisation_id, job_id=made)
    make_ratings(services.database, interview_id, [0.5, 2.5, 5.0, 7.5, 9.5] * 8, NOW)
    return made


def rows_of(response: Any) -> list[dict[str, str]]:
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert response.headers["Content-Disposition"].startswith("attachment")
    return list(csv.DictReader(io.StringIO(response.data.decode("utf-8-sig"))))


def test_F32_groups_are_the_admins_to_write_and_nobodys_to_read(
    client: Caller, services: Services, app: Flask, fits: Any  # noqa: F811
) -> None:
    person = client.post("/candidates", json={"name": "Ann Lee", "phone": "+14155550123"}).json
    path = f"/candidates/{person['id']}/groups"
    stored = fits("CandidateGroups", client.put(path, json={"groups": {"Sex": "Female", "age": "under 40"}}))
    assert stored["attributes"] == ["age", "sex"] and stored["candidate_id"] == person["id"]
    for shown in (f"/candidates/{person['id']}", "/candidates"):
        assert "emale" not in client.get(shown).get_data(as_text=True)
    assert_problem(client.get(path), 405, "method_not_allowed")
    recruiter = key_with(services, app, Scope.READ, Scope.WRITE, Scope.CALL)
    assert_problem(recruiter.put(path, json={"groups": {}}), 403, "scope_missing")
    assert_problem(recruiter.get("/analytics/fairness"), 403, "scope_missing")
    assert_problem(client.put(f"/candidates/{NOBODY}/groups", json={"groups": {}}), 404, "not_found")
    for body in ({}, {"groups": {"sex": 1}}, {"groups": {"sex": "<script>"}}, {"groups": {"": "x"}}, {"sex": "x"}):
        refused = client.put(path, json=body)
        assert_problem(refused, 422, "invalid_fields")
        assert "script" not in refused.get_data(as_text=True)
    assert fits("CandidateGroups", client.put(path, json={"groups": {}}))["attributes"] == []


def test_F32_fairness(client: Caller, fits: Any, job_id: str) -> None:  # noqa: F811
    view = fits("FairnessReport", client.get(f"/analytics/fairness?job_id={job_id}&group_by=sex,age"))
    assert view["job_id"] == job_id and view["attributes"] == [
        {"attribute": "sex × age", "people": 0, "known": 0, "median": None, "groups": []}
    ]
    assert "hire" in view["selected_by"]
    assert_problem(client.get("/analytics/fairness?group_by=a,b,c,d"), 422, "invalid_fields")


def test_F31_drift(client: Caller, services: Services, app: Flask, fits: Any, job_id: str) -> None:  # noqa: F811
    reader = key_with(services, app, Scope.READ)
    asked = f"/analytics/drift?job_id={job_id}&from=2026-03-01T00:00:00Z&to=2026-03-03T00:00:00Z"
    view = fits("DriftReport", reader.get(asked))
    (version,) = view["versions"]
    assert (version["model"], version["prompt_version"]) == ("m-1", "p-1")
    assert version["drift"]["status"] == "insufficient" and version["drift"]["after"] == 40
    assert version["drift"]["mean_change"] is None and version["drift"]["psi"] is None
    (row,) = rows_of(reader.get(asked + "&format=csv"))
    assert (row["model"], row["status"], row["after"], row["psi"]) == ("m-1", "insufficient", "40", "")


@pytest.mark.parametrize("path", FORMS)
def test_tables_come_as_csv_when_asked_for(client: Caller, path: str) -> None:
    assert rows_of(client.get(path + "?format=csv")) == []
    assert rows_of(client.get(path, headers={"Accept": "text/csv"})) == []
    assert client.get(path, headers={"Accept": "*/*"}).json["include_simulated"] is False
    assert client.get(path + "?format=json&include_simulated=true", headers={"Accept": "text/csv"}).json[
        "include_simulated"
    ]
    for query in ("?format=xml", "?from=yesterday", "?from=2026-03-01T00:00:00", "?job_id=7", "?until=2026-03-01"):
        assert_problem(client.get(path + query), 422, "invalid_fields")
    assert_problem(client.get(f"{path}?job_id={NOBODY}"), 404, "not_found")


def test_F33_a_round_from_begin_to_agreement(
    client: Caller, services: Services, app: Flask, fits: Any, job_id: str  # noqa: F811
) -> None:
    body = {"name": "May", "raters": ["anna@example.com", "ben@example.com"], "job_id": job_id, "external_id": "r-1",
            "metadata": {"quarter": "2"}}  # fmt: skip
    key = {"Idempotency-Key": "may"}
    answered = client.post("/calibrations", json=body, headers=key)
    assert answered.status_code == 201
    made = fits("Calibration", answered)
    again = client.post("/calibrations", json=body, headers=key)
    assert again.headers["Idempotency-Replayed"] == "true" and again.json == made
    assert [one["id"] for one in client.get("/calibrations").json["data"]] == [made["id"]]
    assert (made["external_id"], made["metadata"]) == ("r-1", {"quarter": "2"})
    taken = assert_problem(client.post("/calibrations", json=body), 409, "external_id_exists")
    assert taken["calibration_id"] == made["id"]
    path = f"/calibrations/{made['id']}"
    blind = fits("BlindAnswers", client.get(path + "/answers"))["answers"]
    assert len(blind) == made["answers"] == 40 and blind[0]["transcript"] == "I did."
    assert not {"score", "answer10", "interview_id", "levels"} & set(blind[0])

    with services.database.read() as session:
        model = {row.answer_id: level_of(row.score) for row in session.scalars(select(CalibrationAnswer))}
    levels = [{"answer_id": id, "level": level} for id, level in model.items()]
    for rater in body["raters"]:
        seen = fits("Calibration", client.post(path + "/ratings", json={"rater": rater, "levels": levels}))
    assert seen["rated"] == dict.fromkeys(body["raters"], 40) and fits("Calibration", client.get(path)) == seen
    report = fits("CalibrationReport", client.get("/analytics/calibration"))
    (found,) = report["rounds"]
    assert found["agreement"]["status"] == "ok" and found["agreement"]["human_ai"] == 1.0
    assert found["agreement"]["per_level"] == {str(level): 1.0 for level in range(1, 6)}
    (row,) = rows_of(client.get("/analytics/calibration?format=csv"))
    assert (row["name"], row["status"], row["human_human"], row["level_3"]) == ("May", "ok", "1.0", "1.0")

    reader = key_with(services, app, Scope.READ)
    assert_problem(reader.post("/calibrations", json=body), 403, "scope_missing")
    assert_problem(reader.post(path + "/ratings", json={"rater": "x", "levels": levels}), 403, "scope_missing")
    assert_problem(client.get(f"/calibrations/{NOBODY}"), 404, "not_found")
    carl = client.post(path + "/ratings", json={"rater": "carl", "levels": levels[:1]})
    assert_problem(carl, 422, "invalid_fields")
    for change in ({"raters": ["anna@example.com"]}, {"raters": ["a", "a"]}, {"count": 29}, {"answer_ids": ["1"]}):
        assert_problem(client.post("/calibrations", json={**body, **change}), 422, "invalid_fields")
    empty = make_job(services.database, services.access.ensure_first_key())
    few = client.post("/calibrations", json={**body, "job_id": empty, "external_id": "r-2"})
    assert_problem(few, 409, "too_few_answers")


def test_F31_control_answers(client: Caller, services: Services, app: Flask, fits: Any, job_id: str) -> None:  # noqa: F811
    path = f"/jobs/{job_id}/control-answers"
    assert fits("ControlAnswers", client.get(path)) == {
        "job_id": job_id, "questions_version": 1, "answers": [], "last_run": None,
    }  # fmt: skip
    answers = [{"question_id": "q1", "transcript": "I did.", "score": 4.5}, {"question_id": "q2", "transcript": "No."}]
    made = fits("ControlAnswers", client.put(path, json={"answers": answers}))
    assert [(one["question_id"], one["score"]) for one in made["answers"]] == [("q1", 4.5), ("q2", None)]
    assert made["last_run"]["status"] == "pending" and made["last_run"]["reason"] == "answers"
    assert fits("ControlAnswers", client.get(path)) == made
    assert fits("DriftReport", client.get("/analytics/drift"))["controls"][0]["id"] == made["last_run"]["id"]
    for bad in ({"score": 10.5}, {"score": "4"}, {"transcript": ""}, {"question_id": "q9"}, {"rating": 3}):
        assert_problem(client.put(path, json={"answers": [{**answers[0], **bad}]}), 422, "invalid_fields")
    reader = key_with(services, app, Scope.READ)
    assert_problem(reader.put(path, json={"answers": []}), 403, "scope_missing")
    assert_problem(client.get(f"/jobs/{NOBODY}/control-answers"), 404, "not_found")
    unready = make_job(services.database, services.access.ensure_first_key(), approved=False)
    assert_problem(client.get(f"/jobs/{unready}/control-answers"), 409, "questions_not_approved")

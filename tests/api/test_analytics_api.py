"""Summary, funnel, jobs, questions, concepts, integrity and costs through the door: schemas, scopes, forms."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from db.models import Scope
from ivr.services.catalog import Services
from tests.analytics import House, fourteen_invited
from tests.api.conftest import Caller
from tests.api.test_campaigns_api import key_with
from tests.api.test_errors import assert_problem
from tests.api.test_over_services import app, fits, services  # noqa: F401 - fixtures
from tests.api.test_statistics_api import NOBODY, rows_of
from tests.factories import make_job

SHAPES = {
    "summary": "Summary", "funnel": "Funnel", "jobs": "JobInsights", "questions": "QuestionInsights",
    "concepts": "Concepts", "integrity": "IntegrityInsight", "costs": "Costs",
}  # fmt: skip


@pytest.fixture
def house(services: Services) -> Iterator[House]:  # noqa: F811
    """Fourteen interviews in the default organisation."""
    found = House(services.database, services.access.ensure_first_key())
    made = fourteen_invited(found)
    again = found.result(made["unreviewed"], 8.0, "hire", number=2)
    found.answer(made["unreviewed"], "q1", 8.0, score_set_id=again, points=("covered", "missing"))
    yield found


@pytest.mark.parametrize("name", SHAPES)
def test_each_report_fits_the_document_and_comes_as_csv(
    client: Caller, services: Services, app: Flask, fits: Any, house: House, name: str  # noqa: F811
) -> None:
    reader = key_with(services, app, Scope.READ)
    path = f"/analytics/{name}"
    view = fits(SHAPES[name], reader.get(f"{path}?job_id={house.job_id}&from=2026-03-01T00:00:00Z"))
    assert view["job_id"] == house.job_id and view["include_simulated"] is False
    as_table = rows_of(reader.get(path, headers={"Accept": "text/csv"}))
    assert rows_of(reader.get(path + "?format=csv")) == as_table
    assert bool(as_table) is (name not in {"integrity", "costs"})
    assert reader.get(path + "?format=json", headers={"Accept": "text/csv"}).json["job_id"] is None
    for query in ("?format=xml", "?from=yesterday", "?to=2026-03-01", "?job_id=7", "?group_by=moon", "?page=2"):
        refused = assert_problem(reader.get(path + query), 422, "invalid_fields")
        assert refused["errors"][0]["field"] in {"format", "from", "to", "job_id", "group_by", "page"}
    assert_problem(reader.get(f"{path}?job_id={NOBODY}"), 404, "not_found")
    caller = key_with(services, app, Scope.CALL)
    assert_problem(caller.get(path), 403, "scope_missing")


def test_the_same_numbers_through_the_door(client: Caller, house: House) -> None:
    summary = client.get("/analytics/summary?group_by=month").json
    assert summary["interviews"] == 14 and summary["by_status"]["needs_review"] == 2
    assert summary["completion"]["total"] == 7 and summary["review_agreement"]["milder"] == 1
    (month,) = summary["review_agreement_over_time"]
    assert (month["since"], month["until"], month["agreement"]["reviewed"]) == ("2026-03-01", "2026-04-01", 3)
    assert [one["count"] for one in client.get("/analytics/funnel").json["stages"]] == [14, 12, 10, 8, 7, 6, 3, 2]
    assert client.get("/analytics/funnel?include_simulated=true").json["stages"][0]["count"] == 16
    (job,) = client.get("/analytics/jobs").json["jobs"]
    assert job["recommendations"] == {"hire": 1, "consider": 1, "reject": 1}
    question = client.get("/analytics/questions").json["questions"][0]
    assert question["scores"] == {"scored": 1, "mean": 8.0, "deviation": None}
    concept = client.get("/analytics/concepts").json["concepts"][0]
    assert (concept["key_point_id"], concept["missing"]["share"]) == ("k2", 1.0)
    assert client.get("/analytics/integrity").json["status"] == "insufficient"
    assert client.get("/analytics/costs?group_by=day").json["group_by"] == "day"
    rows = rows_of(client.get("/analytics/summary?group_by=week&format=csv"))
    assert [(row["from"], row["reviewed"]) for row in rows] == [("2026-03-02", "3")]


def test_the_dataset_is_the_admins(client: Caller, services: Services, app: Flask, house: House) -> None:  # noqa: F811
    id = house.assessed()
    made = house.result(id, 6.0, "consider")
    answer_id = house.answer(id, "q1", 6.25, score_set_id=made)
    house.review(id, made, "hire", ratings={answer_id: {"relevance": 4}})
    answered = client.get(f"/dataset.jsonl?job_id={house.job_id}&rated=true")
    assert answered.status_code == 200 and answered.headers["Content-Type"] == "application/jsonl; charset=utf-8"
    assert answered.headers["Content-Disposition"] == 'attachment; filename="dataset.jsonl"'
    (row,) = [json.loads(line) for line in answered.get_data(as_text=True).splitlines()]
    assert row["id"] == answer_id and row["ratings"][0]["criteria"] == {"relevance": 4}
    assert_problem(key_with(services, app, Scope.READ, Scope.WRITE).get("/dataset.jsonl"), 403, "scope_missing")
    assert_problem(client.get("/dataset.jsonl?format=csv"), 422, "invalid_fields")
    assert_problem(client.get(f"/dataset.jsonl?job_id={NOBODY}"), 404, "not_found")


def test_the_same_question_across_candidates(
    client: Caller, services: Services, app: Flask, fits: Any, house: House  # noqa: F811
) -> None:
    reader = key_with(services, app, Scope.READ)
    path = f"/jobs/{house.job_id}/comparison"
    view = fits("Comparison", reader.get(f"{path}?question_id=q1"))
    (answer,) = view["answers"]
    # nobody has decided, and this key has opened nothing
    assert answer["hidden"] and answer["score"] is None and answer["transcript"] and "phone" not in answer
    house.review(answer["interview_id"], None, "hire")
    (answer,) = fits("Comparison", reader.get(f"{path}?question_id=q1&version=1"))["answers"]
    assert (answer["hidden"], answer["score"], answer["percentile"]) == (False, 8.0, None)
    for query in ("", "?question_id=", "?question_id=q1&version=0", "?question_id=q1&limit=3"):
        assert_problem(reader.get(path + query), 422, "invalid_fields")
    assert_problem(reader.get(path + "?question_id=q9"), 404, "not_found")
    assert_problem(reader.get(f"/jobs/{NOBODY}/comparison?question_id=q1"), 404, "not_found")
    unready = make_job(services.database, house.organisation_id, approved=False)
    assert_problem(reader.get(f"/jobs/{unready}/comparison?question_id=q1"), 409, "questions_not_approved")
    assert_problem(key_with(services, app, Scope.CALL).get(path + "?question_id=q1"), 403, "scope_missing")

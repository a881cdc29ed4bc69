"""Campaigns and CSV files through the door: schemas, scopes, repeats, limits, masked numbers, safe cells."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from db.models import Scope
from ivr.app import create_app
from ivr.services.catalog import Services
from ivr.services.context import Actor
from tests.api.conftest import FIRST_KEY, Caller, make_settings
from tests.api.test_errors import assert_problem
from tests.api.test_over_services import app, fits, ready_job, services  # noqa: F401 - fixtures

SHEET = "name,phone,timezone\nAnn Lee,+14155550123,America/New_York\n@Bob,+14155550124,America/New_York\nCid,12,\n"


def key_with(services: Services, app: Flask, *scopes: Scope) -> Caller:  # noqa: F811
    actor = Actor(services.access.ensure_first_key(), "system", "system")
    return Caller(app, services.access.create_key(actor, "Narrow", list(scopes)).key or "")


def test_import(client: Caller, services: Services, app: Flask, fits: Any) -> None:  # noqa: F811
    planned = client.post("/candidates/import?dry_run=true", data=SHEET, content_type="text/csv",
                          headers={"Idempotency-Key": "one"})  # fmt: skip
    assert planned.status_code == 202 and planned.json["created"] == 2 and planned.json["dry_run"]
    assert client.get("/candidates").json["data"] == []
    done = client.post("/candidates/import", data=SHEET, content_type="text/csv", headers={"Idempotency-Key": "two"})
    assert done.status_code == 202
    view = fits("Import", done)
    assert [(row["row"], row["outcome"]) for row in view["rows"]] == [(2, "created"), (3, "created"), (4, "error")]
    again = client.post("/candidates/import", data=SHEET, content_type="text/csv", headers={"Idempotency-Key": "two"})
    assert again.headers["Idempotency-Replayed"] == "true" and again.json == view
    # a dry run is not the deed, though its body is the same
    mixed = client.post("/candidates/import", data=SHEET, content_type="text/csv", headers={"Idempotency-Key": "one"})
    assert_problem(mixed, 409, "idempotency_conflict")

    file = (io.BytesIO(SHEET.encode("utf-16")), "people.csv")
    assert fits("Import", client.post("/candidates/import", data={"file": file}))["unchanged"] == 2
    assert fits("Import", client.post("/candidates/import", json={"csv": SHEET}))["encoding"] == "utf-8"
    assert_problem(client.post("/candidates/import", json={}), 422, "empty_file")
    assert_problem(client.post("/candidates/import", json={"csv": "name\nAnn\n"}), 422, "csv_no_column")
    assert_problem(client.post("/candidates/import?dry=1", json={"csv": SHEET}), 422, "invalid_fields")
    too_large = client.post("/candidates/import", data=b"x" * (4 * 1024 * 1024), content_type="text/csv")
    assert_problem(too_large, 413, "too_large")
    reader = key_with(services, app, Scope.READ, Scope.CALL)
    assert_problem(reader.post("/candidates/import", json={"csv": SHEET}), 403, "scope_missing")


def test_campaign(client: Caller, services: Services, app: Flask, fits: Any) -> None:  # noqa: F811
    job_id = ready_job(client, fits)
    client.post("/whitelist", json={"pattern": "+1415555*"})
    asked = {"job_id": job_id, "name": "Spring", "csv": SHEET, "calls_per_minute": 30, "max_concurrent": 5}
    caller = key_with(services, app, Scope.CALL, Scope.READ)
    dry = caller.post("/campaigns?dry_run=true", json=asked)
    assert dry.status_code == 200
    plan = fits("CampaignPlan", dry)
    assert (plan["would_call"], plan["refused"], plan["rows"][2]["code"]) == (2, 1, "number_invalid")
    assert plan["rows"][0]["phone"] == "+1******0123" and plan["rows"][0]["call_at"].endswith("Z")
    assert client.get("/campaigns").json["data"] == [] and client.get("/candidates").json["data"] == []

    key = {"Idempotency-Key": "spring"}
    made = client.post("/campaigns", json=asked, headers=key)
    assert made.status_code == 201
    campaign = fits("Campaign", made)
    assert (campaign["status"], campaign["total"], campaign["counts"]) == ("running", 3, {"waiting": 2, "refused": 1})
    again = client.post("/campaigns", json=asked, headers=key)
    assert again.json == campaign and again.headers["Idempotency-Replayed"] == "true"
    assert len(client.get("/campaigns").json["data"]) == 1

    path = f"/campaigns/{campaign['id']}"
    assert fits("Campaign", client.post(f"{path}/pause"))["status"] == "paused"
    assert fits("Campaign", client.post(f"{path}/resume"))["status"] == "running"
    assert fits("Campaign", client.get(path))["eta"]
    sheet = client.get(f"{path}/results.csv")
    assert sheet.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert sheet.headers["Content-Disposition"].startswith("attachment")
    rows = list(csv.DictReader(io.StringIO(sheet.data.decode("utf-8-sig"))))
    assert [(row["name"], row["phone"], row["status"]) for row in rows] == [
        ("Ann Lee", "'+14155550123", "waiting"), ("'@Bob", "'+14155550124", "waiting"), ("", "", "refused"),
    ]  # fmt: skip
    masked = caller.get(f"{path}/results.csv").get_data(as_text=True)
    assert "+14155550123" not in masked and "******0123" in masked
    assert fits("Campaign", client.post(f"{path}/cancel"))["status"] == "canceled"
    assert_problem(client.post(f"{path}/resume"), 409, "wrong_status")

    reader = key_with(services, app, Scope.READ, Scope.WRITE)
    assert_problem(reader.post("/campaigns", json=asked), 403, "scope_missing")
    assert_problem(reader.post(f"{path}/pause"), 403, "scope_missing")
    assert_problem(client.get("/campaigns/00000000-0000-4000-8000-000000000000"), 404, "not_found")
    for change in ({"calls_per_minute": 0}, {"max_concurrent": 0}, {"name": ""}, {"pace": 3}, {"csv": ""}):
        assert_problem(client.post("/campaigns", json={**asked, **change}), 422,
                       "invalid_fields")  # fmt: skip


def test_a_campaign_of_a_form_with_a_file(client: Caller, fits: Any) -> None:  # noqa: F811
    job_id = ready_job(client, fits)
    form = {"job_id": job_id, "name": "File", "calls_per_minute": "12.5", "csv": (io.BytesIO(SHEET.encode()), "x.csv")}
    made = fits("Campaign", client.post("/campaigns", data=form))
    assert (made["total"], made["calls_per_minute"]) == (3, 12.5)


@pytest.mark.parametrize("limit", [2])
def test_campaigns_have_the_limit_of_interviews(services: Services, limit: int, tmp_path: Path) -> None:  # noqa: F811
    settings = make_settings(rate_limit_interviews_per_minute=limit)
    caller = Caller(create_app(services, settings), FIRST_KEY)
    for _ in range(limit):
        assert_problem(caller.post("/campaigns", json={}), 422, "invalid_fields")
    refused = caller.post("/campaigns", json={})
    assert_problem(refused, 429, "rate_limited")
    assert refused.headers["Retry-After"] and caller.get("/campaigns").status_code == 200

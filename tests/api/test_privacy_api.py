"""F34, F35 through the door: erasing and exporting a person, and the record of who read what."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from flask import Flask

from db.models import Scope
from ivr.services.catalog import Services
from tests.api.conftest import Caller
from tests.api.test_campaigns_api import key_with
from tests.api.test_errors import assert_problem
from tests.api.test_over_services import app, fits, ready_job, services  # noqa: F401 - fixtures

NUMBER = "+14155550123"


def invited(client: Caller, fits: Any) -> dict[str, Any]:  # noqa: F811
    fits("WhitelistAdded", client.post("/whitelist", json={"pattern": NUMBER}))
    person = {"name": "Ann Lee", "phone": NUMBER, "timezone": "America/New_York"}
    made = client.post("/interviews", json={"job_id": ready_job(client, fits), "candidate": person})
    found: dict[str, Any] = fits("Interview", made)
    return found


def test_F34_a_person_is_erased_and_the_receipt_is_found_again(client: Caller, fits: Any) -> None:  # noqa: F811
    interview = invited(client, fits)
    person = interview["candidate_id"]
    answer = client.delete(f"/candidates/{person}")
    assert answer.status_code == 202
    receipt = fits("Erasure", answer)
    assert receipt["candidate_id"] == person and receipt["requested_by"].startswith("key:")
    assert {one["what"] for one in receipt["removed"]} >= {"person", "whitelist_lines"}
    assert fits("Erasure", client.get(f"/erasures/{receipt['id']}")) == receipt
    assert client.delete(f"/candidates/{person}").json == receipt, "asked again it is the same receipt"
    assert_problem(client.get(f"/candidates/{person}"), 404, "not_found")
    assert client.get("/candidates").json["data"] == []
    shown = fits("Interview", client.get(f"/interviews/{interview['id']}"))
    assert (shown["status"], shown["reason_code"], shown["next_action"]) == ("canceled", "erased", None)
    assert shown["deletion"]["why"] == "erasure"
    assert shown["candidate"]["name"] == f"Person {person[:8]}"
    assert NUMBER not in client.get(f"/interviews/{interview['id']}").get_data(as_text=True)
    assert_problem(client.delete("/candidates/00000000-0000-4000-8000-000000000000"), 404, "not_found")


def test_F34_who_may_erase_and_export(
    client: Caller, services: Services, app: Flask, fits: Any  # noqa: F811
) -> None:  # fmt: skip
    person = invited(client, fits)["candidate_id"]
    reader = key_with(services, app, Scope.READ)
    assert_problem(reader.delete(f"/candidates/{person}"), 403, "scope_missing")
    assert_problem(reader.get(f"/candidates/{person}/export"), 403, "scope_missing")
    assert_problem(key_with(services, app, Scope.READ, Scope.WRITE).get(f"/candidates/{person}/export"), 403,
                   "scope_missing")  # fmt: skip


def test_F34_whoever_may_only_read_downloads_the_list_after_somebody_was_forgotten(
    client: Caller, services: Services, app: Flask, fits: Any  # noqa: F811
) -> None:  # fmt: skip
    client.delete(f"/candidates/{invited(client, fits)['candidate_id']}")
    reader = key_with(services, app, Scope.READ)
    for form in ("csv", "json"):
        sent = reader.get(f"/interviews/export?format={form}")
        assert sent.status_code == 200 and "******" in sent.text and NUMBER not in sent.text


def test_F34_an_export_is_a_zip_that_is_not_kept_by_anybody(client: Caller, fits: Any) -> None:  # noqa: F811
    person = invited(client, fits)["candidate_id"]
    sent = client.get(f"/candidates/{person}/export")
    assert sent.status_code == 200 and sent.content_type == "application/zip"
    assert sent.headers["Cache-Control"] == "no-store"
    assert sent.headers["Content-Disposition"] == f"attachment; filename=person-{person}.zip"
    with zipfile.ZipFile(io.BytesIO(sent.data)) as archive:
        assert {"person.json", "questions.json", "README.txt"} <= set(archive.namelist())
        assert NUMBER in archive.read("person.json").decode()
    client.delete(f"/candidates/{person}")
    assert_problem(client.get(f"/candidates/{person}/export"), 404, "not_found")


def test_F35_reads_of_an_interview_stand_in_the_record_and_the_chain_is_verified(
    client: Caller, services: Services, app: Flask, fits: Any  # noqa: F811
) -> None:  # fmt: skip
    interview = invited(client, fits)
    reader = key_with(services, app, Scope.READ)
    for _ in range(2):
        assert reader.get(f"/interviews/{interview['id']}").status_code == 200
    services.audit.seal()
    record = client.get("/audit?verify=true&limit=100").json
    views = [event for event in record["data"] if event["type"] == "interview.viewed"]
    assert [(event["actor"], event["subject_id"]) for event in views] == [("key:Narrow", interview["id"])]
    assert record["verification"]["intact"] and record["verification"]["unsealed"] == 0
    assert reader.get("/interviews/00000000-0000-4000-8000-000000000000").status_code == 404

"""Every refusal is a problem document with a code, and repeats nothing of what was sent."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from ivr.api.codes import CODES
from tests.api.conftest import Caller

CANARY = "kanarienvogel"
ID = "11111111-2222-4333-8444-555555555555"


def assert_problem(response: Any, status: int, code: str) -> dict[str, Any]:
    """The response is this problem, whole and without an echo."""
    assert response.status_code == status, response.get_data(as_text=True)
    assert response.content_type == "application/problem+json"
    body = json.loads(response.data)
    assert {"type", "title", "status", "detail", "code", "hint", "request_id"} <= set(body)
    assert (body["status"], body["code"]) == (status, code)
    assert code in CODES and CODES[code][0] == status
    assert body["title"] and body["detail"] and body["hint"]
    assert body["request_id"] == response.headers["X-Request-ID"]
    assert ("errors" in body) == (status == 422)
    text = response.get_data(as_text=True)
    assert CANARY not in text and "Traceback" not in text and ".py" not in text
    return body


def fields(body: dict[str, Any]) -> dict[str, str]:
    return {problem["field"]: problem["code"] for problem in body["errors"]}


def test_unknown_field_is_named(client: Caller) -> None:
    body = assert_problem(
        client.post("/jobs", json={"title": "Nurse", "titel": CANARY, "settings": {"max_attemps": 3}}),
        422, "invalid_fields",
    )  # fmt: skip
    assert fields(body) == {"titel": "unknown_field", "settings.max_attemps": "unknown_field"}


def test_a_field_name_that_is_no_name_is_not_repeated(client: Caller) -> None:
    body = assert_problem(
        client.post("/jobs", json={"title": "N", f"<b>{CANARY}</b>": 1}), 422, "invalid_fields"
    )
    assert fields(body) == {"(unnamed)": "unknown_field"}


@pytest.mark.parametrize(
    ("given", "field", "code"),
    [
        ({}, "title", "required"),
        ({"title": 5}, "title", "wrong_type"),
        ({"title": f"{CANARY}\u0000"}, "title", "invalid"),
        ({"title": f"{CANARY}\nsecond line"}, "title", "invalid"),
        ({"title": CANARY * 40}, "title", "too_long"),
        ({"title": "  "}, "title", "too_short"),
        ({"title": "N", "question_count": "6"}, "question_count", "wrong_type"),
        ({"title": "N", "question_count": 2}, "question_count", "out_of_range"),
        ({"title": "N", "question_count": 6.5}, "question_count", "wrong_type"),
        ({"title": "N", "interview_type": CANARY}, "interview_type", "not_a_choice"),
        ({"title": "N", "approve": "yes"}, "approve", "wrong_type"),
        ({"title": "N", "skills": CANARY}, "skills", "wrong_type"),
        ({"title": "N", "skills": [CANARY, 3]}, "skills.1", "wrong_type"),
        ({"title": "N", "language": f"{CANARY}!"}, "language", "invalid"),
        ({"title": "N", "settings": {"thresholds": {"hire": 4}}}, "settings.thresholds", "invalid"),
        ({"title": "N", "settings": {"weights": {"content": 20}}}, "settings.weights", "invalid"),
        (
            {"title": "N", "settings": {"calling_hours": {"start": "20:00", "end": "09:00"}}},
            "settings.calling_hours",
            "invalid",
        ),
        ({"title": "N", "settings": {"calling_hours": {"days": [CANARY]}}}, "settings.calling_hours.days.0",
         "not_a_choice"),
        ({"title": "N", "metadata": {str(n): "x" for n in range(21)}}, "metadata", "too_many"),
    ],
)  # fmt: skip
def test_each_bad_field_has_its_code(client: Caller, services: Any, given: Any, field: str, code: str) -> None:
    body = assert_problem(client.post("/jobs", json=given), 422, "invalid_fields")
    assert fields(body) == {field: code}
    assert not services.jobs.asked


@pytest.mark.parametrize(
    "raw", [b"{", b"", b'{"title": "N",}', b"\xff\xfe", b'{"title": "\\ud800"}', b"[" * 5000, b'{"a":' * 500]
)
def test_broken_json(client: Caller, raw: bytes) -> None:
    assert_problem(client.post("/jobs", data=raw, content_type="application/json"), 400, "invalid_json")


def test_a_body_that_is_no_object(client: Caller) -> None:
    assert_problem(client.post("/jobs", json=[CANARY]), 422, "invalid_fields")


def test_wrong_content_type(client: Caller) -> None:
    assert_problem(client.post("/jobs", data=b"<job/>", content_type="application/xml"), 415, "unsupported_media_type")
    form = {"resume": (io.BytesIO(b"x"), "x.txt")}
    assert_problem(client.post("/whitelist", data=form), 415, "unsupported_media_type")


@pytest.mark.parametrize("chunked", [False, True])
def test_oversized_json(client: Caller, chunked: bool) -> None:
    raw = json.dumps({"title": "N", "description": "x" * (1024 * 1024 + 10)}).encode()
    # A chunked body says nothing of its length; gunicorn marks its end for us.
    more: dict[str, Any] = (
        {"input_stream": io.BytesIO(raw), "environ_base": {"wsgi.input_terminated": True}} if chunked else {"data": raw}
    )
    assert_problem(client.post("/jobs", content_type="application/json", **more), 413, "too_large")


def test_oversized_file(client: Caller, services: Any) -> None:
    form = {"title": "N", "file": (io.BytesIO(b"x" * (10 * 1024 * 1024 + 1)), "job.txt")}
    assert_problem(client.post("/jobs", data=form), 413, "too_large")
    assert not services.jobs.asked


def test_unknown_address_and_method(client: Caller, anonymous: FlaskClient) -> None:
    assert_problem(client.get(f"/{CANARY}"), 404, "not_found")
    assert_problem(client.get("/jobs/not-an-id"), 404, "not_found")
    response = client.delete("/jobs")
    assert_problem(response, 405, "method_not_allowed")
    assert "GET" in response.headers["Allow"] and "POST" in response.headers["Allow"]
    assert anonymous.get("/elsewhere").content_type.startswith("text/html")


def test_what_a_service_refuses(client: Caller) -> None:
    assert_problem(client.get(f"/jobs/{ID}"), 404, "not_found")
    body = assert_problem(client.delete(f"/jobs/{ID}"), 409, "job_closed")
    assert body["job_id"] == ID


def test_a_failure_of_ours_says_nothing_of_the_inside(
    client: Caller, services: Any, caplog: pytest.LogCaptureFixture
) -> None:
    def explode() -> None:
        raise RuntimeError(f"cannot write {CANARY} to /var/lib/viva.py")

    services.jobs.before = explode
    assert_problem(client.post("/jobs", json={"title": "N"}), 500, "internal_error")


def test_query_by_schema(client: Caller) -> None:
    body = assert_problem(client.get(f"/jobs?limit=0&stauts={CANARY}&status={CANARY}"), 422, "invalid_fields")
    assert fields(body) == {"limit": "out_of_range", "stauts": "unknown_field", "status": "not_a_choice"}
    body = assert_problem(client.get("/jobs?limit=2&limit=3"), 422, "invalid_fields")
    assert fields(body) == {"limit": "repeated"}
    assert_problem(client.get(f"/jobs?cursor={CANARY}"), 422, "invalid_cursor")
    assert_problem(client.get("/me?verbose=1"), 422, "invalid_fields")


def test_every_code_has_a_status_and_title() -> None:
    assert all(400 <= status < 600 and title for status, title in CODES.values())

"""What gets through the door arrives whole: forms, files, lists, parts of audio, headers."""

from __future__ import annotations

import io
import json
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from interview.question import Difficulty
from ivr.app import create_app
from ivr.services.drafts import UNSET, Fact, JobDraft, JobFilters, JobPatch, Page, Upload
from tests.api.conftest import FIRST_KEY, Caller, make_settings
from tests.api.test_errors import ID, assert_problem, fields

AUDIO = f"/interviews/{ID}/answers/{ID}/audio"


def test_json_becomes_a_draft_with_the_contracts_defaults(client: Caller, services: Any) -> None:
    response = client.post("/jobs", json={"title": " Nurse ", "settings": {"thresholds": {"hire": 8}, "amd": False}})
    assert response.status_code == 201
    actor, draft, file = services.jobs.asked[0]
    assert (actor.name, actor.kind, actor.request_id) == ("key:API_KEY", "key", response.headers["X-Request-ID"])
    assert file is None
    assert (draft.title, draft.language, draft.question_count) == ("Nurse", "en-US", 6)
    assert (draft.settings.thresholds.hire, draft.settings.thresholds.consider) == (8.0, 5.0)
    assert draft.settings.amd is False and draft.settings.retry_minutes == (60, 240)
    shown = response.json
    assert shown["settings"]["calling_hours"]["days"] == ["mon", "tue", "wed", "thu", "fri"]
    assert shown["created_at"] == "2026-03-02T10:00:00Z"


def test_a_form_says_the_same_as_json(client: Caller, services: Any) -> None:
    form = {
        "title": "Nurse",
        "question_count": "5",
        "difficulty": "hard",
        "approve": "true",
        "skills": ["triage", "charting, fast"],
        "stack": '["EPIC"]',
        "settings": '{"max_attempts": 1}',
        "facts": '[{"topic": "pay", "text": "by the hour"}]',
        "metadata": '{"team": "7"}',
        "file": (io.BytesIO(b"%PDF-1.7 ..."), "../../job.pdf"),
    }
    assert client.post("/jobs", data=form).status_code == 201
    _, draft, file = services.jobs.asked[0]
    assert isinstance(draft, JobDraft)
    assert (draft.question_count, draft.difficulty, draft.approve) == (5, Difficulty.HARD, True)
    assert (draft.skills, draft.stack) == (("triage", "charting, fast"), ("EPIC",))
    assert draft.settings.max_attempts == 1 and draft.facts == (Fact("pay", "by the hour"),)
    assert dict(draft.metadata) == {"team": "7"}
    assert file == Upload(b"%PDF-1.7 ...", "../../job.pdf")


def test_a_form_is_refused_by_name(client: Caller) -> None:
    form = {
        "title": ["one", "two"],
        "titel": "x",
        "settings": "{",
        "resume": (io.BytesIO(b"x"), "x.txt"),
    }
    body = assert_problem(client.post("/jobs", data=form), 422, "invalid_fields")
    assert {"titel": "unknown_field", "settings": "invalid_json", "resume": "unknown_field"}.items() <= (
        fields(body).items()
    )
    two = {"title": "N", "file": [(io.BytesIO(b"1"), "1.txt"), (io.BytesIO(b"2"), "2.txt")]}
    assert fields(assert_problem(client.post("/jobs", data=two), 422, "invalid_fields")) == {"file": "repeated"}


def test_a_patch_carries_only_what_was_named(client: Caller, services: Any) -> None:
    given = {"company": None, "settings": {"thresholds": {"consider": 4}}, "skills": []}
    assert client.patch(f"/jobs/{ID}", json=given).status_code == 200
    patch = services.jobs.asked[0][2]
    assert patch == JobPatch(company=None, skills=(), settings={"thresholds": {"consider": 4.0}})
    assert patch.title is UNSET and patch.description is UNSET
    body = assert_problem(client.patch(f"/jobs/{ID}", json={"title": None}), 422, "invalid_fields")
    assert fields(body) == {"title": "wrong_type"}


def test_filters_and_page(client: Caller, services: Any) -> None:
    response = client.get("/jobs?status=open&q=nur&limit=5&include=total")
    assert response.json["total"] == 1 and response.json["next_cursor"] is None
    assert services.jobs.asked[0][1:] == (JobFilters("open", None, "nur"), Page(5, None, True))
    assert "total" not in client.get("/jobs").json


def test_pages_meet_without_gap_or_repeat(client: Caller, clock: Any) -> None:
    """Newest first, also among rows of the same moment, and while new rows arrive."""
    for number in range(7):
        if number % 3 == 0:
            clock.advance(seconds=1)
        client.post("/opt-outs", json={"phone": f"+1415555012{number}"})
    whole = client.get("/opt-outs?limit=100").json["data"]
    assert [row["created_at"] for row in whole] == sorted((row["created_at"] for row in whole), reverse=True)
    seen, cursor = [], ""
    while True:
        page = client.get(f"/opt-outs?limit=2{cursor}&include=total").json
        seen += page["data"]
        clock.advance(seconds=1)
        client.post("/opt-outs", json={"phone": f"+1415555013{len(seen)}"})
        if page["next_cursor"] is None:
            break
        assert page["total"] >= 7
        cursor = f"&cursor={page['next_cursor']}"
    assert seen == whole


def test_csv_of_numbers(client: Caller) -> None:
    rows = "number,note\r\n+14155550123,Ann\n\n+1415*,\n"
    response = client.post("/whitelist", data=rows.encode(), content_type="text/csv")
    assert response.status_code == 201
    assert [(row["pattern"], row["note"]) for row in response.json["data"]] == [("+14155550123", "Ann"), ("+1415*", "")]
    bad = b"+14155550123\n+1900555012345678\n+1*\n"
    body = assert_problem(client.post("/whitelist", data=bad, content_type="text/csv"), 422, "number_invalid")
    assert fields(body) == {"entries.1.pattern": "number_invalid", "entries.2.pattern": "number_invalid"}
    assert_problem(client.post("/whitelist", data=b"\xff\xfe\x00", content_type="text/csv"), 400, "bad_request")


@pytest.mark.parametrize(
    ("header", "status", "content", "content_range"),
    [
        (None, 200, b"0123456789", None),
        ("bytes=0-3", 206, b"0123", "bytes 0-3/10"),
        ("bytes=4-", 206, b"456789", "bytes 4-9/10"),
        ("bytes=-3", 206, b"789", "bytes 7-9/10"),
        ("bytes=-99", 206, b"0123456789", "bytes 0-9/10"),
        ("bytes=8-99", 206, b"89", "bytes 8-9/10"),
        ("bytes=10-", 416, b"", "bytes */10"),
        ("bytes=-0", 416, b"", "bytes */10"),
        ("bytes=5-2", 200, b"0123456789", None),
        ("bytes=0-1,4-5", 200, b"0123456789", None),
        ("lines=0-1", 200, b"0123456789", None),
        ("bytes=a-b", 200, b"0123456789", None),
    ],
)
def test_parts_of_audio(
    client: Caller, header: str | None, status: int, content: bytes, content_range: str | None
) -> None:
    response = client.get(AUDIO, headers={} if header is None else {"Range": header})
    assert (response.status_code, response.data) == (status, content)
    assert response.headers.get("Content-Range") == content_range
    assert response.headers["Accept-Ranges"] == "bytes"
    assert status == 416 or response.content_length == len(content)


def test_audio_is_not_sent_twice_and_not_mixed(client: Caller) -> None:
    etag = client.get(AUDIO).headers["ETag"]
    assert client.get(AUDIO, headers={"If-None-Match": etag}).status_code == 304
    part = {"Range": "bytes=0-1"}
    assert client.get(AUDIO, headers={**part, "If-Range": etag}).status_code == 206
    assert client.get(AUDIO, headers={**part, "If-Range": '"other"'}).status_code == 200
    head = client.head(AUDIO)
    assert (head.status_code, head.data, head.content_length) == (200, b"", 10)


def test_long_audio_is_read_in_pieces(client: Caller, services: Any) -> None:
    services.interviews.data = bytes(range(256)) * 2500
    reads: list[tuple[int, int]] = []
    real = services.interviews.read_audio

    def read(audio: Any, start: int, end: int) -> bytes:
        reads.append((start, end))
        return real(audio, start, end)

    services.interviews.read_audio = read
    assert client.get(AUDIO).data == services.interviews.data
    assert len(reads) == 3 and max(end - start for start, end in reads) < 256 * 1024


def test_files_are_saved_not_shown(client: Caller) -> None:
    response = client.get(f"/jobs/{ID}/description")
    assert response.headers["Content-Disposition"].startswith("attachment;")
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_request_ids(anonymous: FlaskClient) -> None:
    assert anonymous.get("/healthz", headers={"X-Request-ID": "abc-1.2_3"}).headers["X-Request-ID"] == "abc-1.2_3"
    for bad in ("a b", "x" * 65, "<script>", "-a", "ä"):
        made = anonymous.get("/healthz", headers={"X-Request-ID": bad}).headers["X-Request-ID"]
        assert re.fullmatch(r"[0-9a-f]{32}", made)


def test_security_headers(anonymous: FlaskClient, services: Any) -> None:
    for path in ("/healthz", "/api/v1/me", "/nowhere"):
        headers = anonymous.get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["Cache-Control"] == "no-store" and headers["Referrer-Policy"] == "no-referrer"
        assert headers["Strict-Transport-Security"].startswith("max-age=")
    local = create_app(services, make_settings(webhook_base_url="http://localhost:8000"))
    assert "Strict-Transport-Security" not in local.test_client().get("/healthz").headers


def test_trailing_slash(client: Caller) -> None:
    assert client.get("/jobs/").status_code == 200


def test_every_route_of_the_api_stands_in_its_document(app: Flask, anonymous: FlaskClient) -> None:
    from openapi_spec_validator import OpenAPIV31SpecValidator

    response = anonymous.get("/api/v1/openapi.json")
    document = json.loads(response.data)
    OpenAPIV31SpecValidator(document).validate()
    described = {
        (method.upper(), re.sub(r"\{\w+\}", "{}", path)) for path, item in document["paths"].items() for method in item
    }
    served = {
        (method, re.sub(r"<[^>]+>", "{}", rule.rule.removeprefix("/api/v1")))
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("api.") and rule.endpoint != "api.openapi"
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert described == served
    names = [operation["operationId"] for item in document["paths"].values() for operation in item.values()]
    assert len(names) == len(set(names))
    form = document["paths"]["/jobs"]["post"]["requestBody"]["content"]["multipart/form-data"]["schema"]
    assert {"file", "title"} <= set(form["properties"])


def test_what_is_served_fits_the_document(client: Caller, anonymous: FlaskClient) -> None:
    from jsonschema import Draft202012Validator
    from referencing import Registry, Resource

    document = json.loads(anonymous.get("/api/v1/openapi.json").data)
    registry = Registry().with_resource("urn:api", Resource.opaque(document))
    for name, shown in {
        "Job": client.post("/jobs", json={"title": "N", "metadata": {"a": "b"}}).json,
        "Me": client.get("/me").json,
        "OptOut": client.post("/opt-outs", json={"phone": "+14155550123"}).json,
        "Problem": client.get(f"/jobs/{ID}").json,
        "WhitelistPage": client.get("/whitelist").json,
        "Audit": client.get("/audit?verify=true").json,
    }.items():
        Draft202012Validator(
            {"$ref": f"urn:api#/components/schemas/{name}"}, registry=registry
        ).validate(shown)


def test_the_key_is_not_in_the_log(client: Caller, app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    client.get("/me")
    assert FIRST_KEY not in capsys.readouterr().out


def test_the_page_of_the_docs(anonymous: FlaskClient, client: Caller) -> None:
    """Every operation, schema and code stands on it, each link inside leads somewhere, and nothing on it runs."""
    response = anonymous.get("/docs")
    text = response.get_data(as_text=True)
    ids = set(re.findall(r'id="([^"]+)"', text))
    links = set(re.findall(r'href="#([^"]+)"', text))
    assert links <= ids
    document = json.loads(anonymous.get("/api/v1/openapi.json").data)
    names = {operation["operationId"] for item in document["paths"].values() for operation in item.values()}
    assert names | {f"schema-{name}" for name in document["components"]["schemas"]} <= ids
    assert "<script" not in text and "style=" not in text and "http" not in text.replace("https://json-schema", "")
    assert "script-src" not in response.headers["Content-Security-Policy"]
    style = re.search(r'href="([^"]+\.css)"', text)
    assert style is not None and anonymous.get(style[1]).status_code == 200
    problem = client.get(f"/jobs/{ID}").json["type"]
    assert problem.startswith("/docs#") and problem.removeprefix("/docs#") in ids

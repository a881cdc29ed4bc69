"""Bad input at the door, with the real reader of documents: a clear 4xx that helps, and nothing half done (P9)."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from db.models import Candidate, Job, OutboxRow
from ivr.app import create_app
from ivr.bootstrap import build_services
from ivr.services.catalog import Services
from tests.api.conftest import make_settings
from tests.gateways import material

WORDS = {"title": "Line Cook", "company": "Harbour Kitchen"}


@pytest.fixture
def services(sqlite_url: str, tmp_path: Path) -> Iterator[Services]:
    settings = make_settings(
        database_url=sqlite_url, redis_url="redis://127.0.0.1:9/0", storage_url=f"file://{tmp_path}/files",
        instance_dir=tmp_path,
    )  # fmt: skip
    built = build_services(settings)
    built.access.ensure_first_key()
    yield built
    built.database.dispose()


@pytest.fixture
def app(services: Services) -> Flask:
    return create_app(services, services.settings)


@pytest.fixture
def send(app: Flask, services: Services) -> Callable[..., Any]:
    key = services.settings.api_key
    assert key is not None
    headers = {"Authorization": f"Bearer {key.get_secret_value()}"}

    def post(path: str, **kwargs: Any) -> Any:
        return app.test_client().post(f"/api/v1{path}", headers=headers, **kwargs)

    return post


def scan() -> bytes:
    """A page that is only a picture."""
    return material.pdf(lambda canvas: canvas.drawImage(material.picture(), 100, 400, 200, 200))


def locked() -> bytes:
    return material.pdf(lambda canvas: material.lines(canvas, ["Cook wanted"]), password="secret")


FILES = [
    ("empty.pdf", lambda: b"", "empty_file"),
    ("spaces.txt", lambda: b"  \n ", "no_text"),
    ("noise.pdf", lambda: bytes(range(256)) * 40, "corrupt"),
    ("noise.bin", lambda: bytes(range(256)) * 40, "unsupported_type"),
    ("old.doc", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "unsupported_type"),
    ("broken.pdf", lambda: b"%PDF-1.7\n" + b"\xff" * 400, "corrupt"),
    ("scan.pdf", scan, "no_text"),
    ("locked.pdf", locked, "encrypted"),
    ("bomb.docx", material.word_zip_bomb, "too_large"),
    ("entities.docx", material.word_entity_bomb, None),
]


@pytest.mark.parametrize(("name", "make", "code"), FILES, ids=[name for name, _, _ in FILES])
def test_P9_a_bad_job_description_is_a_4xx_with_a_sentence_and_leaves_nothing(
    send: Callable[..., Any], services: Services, name: str, make: Callable[[], bytes], code: str | None
) -> None:
    reply = send("/jobs", data={**WORDS, "file": (io.BytesIO(make()), name)})
    assert 400 <= reply.status_code < 500, reply.get_data(as_text=True)
    problem = reply.json
    if code is not None:
        assert problem["code"] == code
    assert problem["detail"]
    assert problem["hint"]
    assert name not in reply.get_data(as_text=True)
    with services.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Job)) == 0
        assert session.scalar(select(func.count()).select_from(OutboxRow)) == 0
    files = services.settings.instance_dir / "files"
    assert not files.exists() or not [path for path in files.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("name", "make", "code"),
    [("empty.pdf", lambda: b"", "empty_file"), ("noise.bin", lambda: b"\0" * 600, "unsupported_type")],
)
def test_P9_a_bad_resume_is_refused_at_the_door_with_the_person_not_entered(
    send: Callable[..., Any], services: Services, name: str, make: Callable[[], bytes], code: str
) -> None:
    person = {"name": "Ada Example", "phone": "+14155550123", "resume": (io.BytesIO(make()), name)}
    reply = send("/candidates", data=person)
    assert (reply.status_code, reply.json["code"]) == (422, code)
    with services.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Candidate)) == 0


def test_a_file_over_ten_megabytes_is_413(send: Callable[..., Any]) -> None:
    person = {"name": "Ada", "phone": "+14155550123", "resume": (io.BytesIO(b"x" * (12 * 1024 * 1024)), "big.txt")}
    reply = send("/candidates", data=person)
    assert reply.status_code == 413
    assert reply.json["hint"]


@pytest.mark.parametrize(
    "phone", ["", "12", "+1", "not a number", "+44 900 123", "0900", "+999999999999999999", "++14155550123"]
)
def test_a_wrong_number_is_422_and_is_not_repeated(send: Callable[..., Any], phone: str) -> None:
    reply = send("/candidates", json={"name": "Ada Example", "phone": phone})
    assert reply.status_code == 422
    assert reply.json["errors"][0]["field"] == "phone"
    if len(phone) > 3:
        assert phone not in reply.get_data(as_text=True)


def test_an_unknown_field_is_422_by_name(send: Callable[..., Any]) -> None:
    reply = send("/candidates", json={"name": "Ada", "phone": "+14155550123", "salary": 1})
    assert reply.status_code == 422
    assert [problem["field"] for problem in reply.json["errors"]] == ["salary"]


def test_an_oversized_body_is_413(send: Callable[..., Any]) -> None:
    reply = send("/interviews", json={"job_id": "x" * 2_000_000})
    assert reply.status_code == 413


def test_what_is_no_json_is_400(send: Callable[..., Any]) -> None:
    reply = send("/interviews", data=b"{not json", content_type="application/json")
    assert reply.status_code == 400
    assert reply.json["code"]



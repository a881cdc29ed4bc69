"""The candidates' door over the real services on both databases: pages, forms, JSON, and what it keeps to itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from db.models import CandidateLink, Interview, Job
from ivr import candidate as door_package
from ivr.app import create_app
from ivr.bootstrap import build_services
from ivr.candidate import blueprint as candidate
from ivr.candidate.access import CHANGES_PER_MINUTE, LOOKS_PER_MINUTE
from ivr.dashboard import blueprint as dashboard
from ivr.services.catalog import Services
from ivr.services.context import Actor
from ivr.services.drafts import CallingHoursSetting, JobSettings, Upload
from ivr.services.invitations import LinkDraft
from ivr.services.organisations import OrganisationPatch
from tests.api.conftest import make_settings
from tests.factories import make_interview, make_job, make_organisation
from tests.services.test_organisations import png

FRONT_END = "https://jobs.example.com"
EVIL = '<script>alert(1)</script>"\'&'
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@pytest.fixture
def services(database_url: str, tmp_path: Path) -> Iterator[Services]:
    settings = make_settings(
        database_url=database_url, redis_url="redis://127.0.0.1:9/0", storage_url=f"file://{tmp_path}/files",
        instance_dir=tmp_path, calling_hours_limit="00:00-24:00", cors_origins=FRONT_END,
        candidate_link_url="https://interviews.example.com",
    )  # fmt: skip
    built = build_services(settings)
    yield built
    built.database.dispose()


@pytest.fixture
def app(services: Services) -> Flask:
    return create_app(services, services.settings, doors=(dashboard, candidate))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def link(services: Services, language: str = "en-US") -> tuple[str, str]:
    """The path of a new interview's link, and the interview's id."""
    organisation_id = make_organisation(services.database)
    always = JobSettings(calling_hours=CallingHoursSetting("00:00", "24:00", DAYS))
    job_id = make_job(services.database, organisation_id, language=language, settings=always)
    interview_id = make_interview(services.database, organisation_id=organisation_id, job_id=job_id)
    made = services.invitations.invite(Actor(organisation_id, "key:x", "key"), interview_id, LinkDraft())
    assert made.url is not None and made.url.startswith("https://interviews.example.com/c/")
    return made.url.removeprefix("https://interviews.example.com"), interview_id


def status_of(services: Services, path: str) -> str:
    return services.candidate_door.look(path.rpartition("/")[2]).status


def stamp(client: FlaskClient, path: str) -> str:
    return re.findall(r'name="stamp" value="([^"]+)"', client.get(path).text)[0]


def test_the_page_says_what_it_is_about_and_keeps_to_itself(client: FlaskClient, services: Services) -> None:
    path, _ = link(services)
    page = client.get(path)
    assert page.status_code == 200
    for words in ("Harbour Kitchen", "Line Cook", "about 4 minutes", "a computer asks", "reviewed by a person"):
        assert words in page.text
    assert "Ada Example" not in page.text, "the greeting never names the candidate either"
    headers = page.headers
    assert headers["Referrer-Policy"] == "no-referrer" and headers["Cache-Control"] == "no-store"
    assert "noindex" in headers["X-Robots-Tag"] and headers["X-Content-Type-Options"] == "nosniff"
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "script-src" not in policy and "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy and "form-action 'self'" in policy
    assert "Set-Cookie" not in headers and "Strict-Transport-Security" in headers


class Elements(HTMLParser):
    """Every element of a page with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_the_page_needs_no_script_and_nothing_from_elsewhere(client: FlaskClient, services: Services) -> None:
    path, _ = link(services)
    elements = Elements(client.get(path).text).found
    assert not [tag for tag, _ in elements if tag in {"script", "iframe", "img", "object", "style"}]
    assert not [name for _, given in elements for name in given if name.startswith("on") or name == "style"]
    targets = [str(given.get(name)) for _, given in elements for name in ("href", "src", "action") if given.get(name)]
    assert targets and all(target.startswith(("/c/", "#")) for target in targets)
    (icon,) = [given["href"] for tag, given in elements if tag == "link" and given.get("rel") == "icon"]
    assert client.get(str(icon)).content_type == "image/svg+xml; charset=utf-8"
    sheet = client.get("/c/static/page.css")
    assert sheet.status_code == 200 and "url(" not in sheet.text and "@import" not in sheet.text


@pytest.mark.parametrize(
    ("language", "words"),
    [("en-GB", "Call me now"), ("es-ES", "Entrevista por teléfono"), ("fr-FR", "Entretien par téléphone"),
     ("de-DE", "Gespräch am Telefon"), ("pt-PT", "Não me liguem mais"), ("hi-IN", "फ़ोन पर साक्षात्कार"),
     ("cmn-CN", "电话面试")],
)  # fmt: skip
def test_the_page_speaks_the_jobs_language(
    client: FlaskClient, services: Services, language: str, words: str
) -> None:
    path, interview_id = link(services, language)
    services.candidate_door.schedule(path.rpartition("/")[2], services.candidate_door.look(
        path.rpartition("/")[2]).times[0])  # fmt: skip
    page = client.get(path).text
    assert words in page and re.search(r'<html lang="(\w\w(-PT)?)">', page)


def test_each_change_is_a_press_on_the_pages_own_button(client: FlaskClient, services: Services) -> None:
    path, _ = link(services)
    done = client.post(f"{path}/human", data={"stamp": stamp(client, path)})
    assert (done.status_code, done.headers["Location"]) == (303, path)
    assert status_of(services, path) == "declined"


@pytest.mark.parametrize("button", ["call-now", "schedule", "human", "opt-out"])
def test_a_form_of_another_page_changes_nothing(client: FlaskClient, services: Services, button: str) -> None:
    path, _ = link(services)
    other, _ = link(services)
    for data, headers in (
        ({}, {}),
        ({"stamp": stamp(client, other)}, {}),
        ({"stamp": stamp(client, path)}, {"Sec-Fetch-Site": "cross-site"}),
        ({"stamp": path.rpartition("/")[2]}, {}),
    ):
        refused = client.post(f"{path}/{button}", data=data, headers=headers)
        assert refused.status_code == 400 and "open for too long" in refused.text
    assert client.post(f"{path}/{button}", data="{}", content_type="text/plain").status_code == 400
    assert status_of(services, path) == "queued"
    back = client.get(f"{path}/{button}")
    assert (back.status_code, back.headers["Location"]) == (303, path)


def test_a_form_without_a_time_says_so_on_the_page(client: FlaskClient, services: Services) -> None:
    path, _ = link(services)
    page = client.post(f"{path}/schedule", data={"stamp": stamp(client, path)})
    assert page.status_code == 409 and "cannot be chosen any more" in page.text and 'role="alert"' in page.text


def test_the_calendar_file_is_an_attachment(client: FlaskClient, services: Services) -> None:
    path, _ = link(services)
    assert client.get(f"{path}/appointment.ics").status_code == 303
    at = re.findall(r'name="at" value="([^"]+)"', client.get(path).text)[0]
    client.post(f"{path}/schedule", data={"stamp": stamp(client, path), "at": at})
    file = client.get(f"{path}/appointment.ics")
    assert file.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert file.headers["Content-Disposition"] == "attachment; filename=appointment.ics"
    assert b"BEGIN:VEVENT" in file.data and f"{path}/appointment.ics" in client.get(path).text


def test_names_are_text(client: FlaskClient, services: Services) -> None:
    path, _ = link(services)
    with services.database.write() as unit:
        for job in unit.session.query(Job):
            job.company = job.title = EVIL
    page = client.get(path).text
    assert "<script" not in page and "&lt;script&gt;" in page


# --- programs


def test_another_front_end_does_the_same_in_json(client: FlaskClient, services: Services) -> None:
    path, _ = link(services)
    seen = client.get(path, headers={"Accept": "application/json"}).json
    assert seen["standing"] == "soon" and seen["times"] and "token" not in seen and "phone" not in seen
    at = seen["times"][4]
    chosen = client.post(f"{path}/schedule", json={"at": at})
    assert chosen.status_code == 200 and chosen.json["at"] == at and chosen.json["status"] == "scheduled"
    assert client.post(f"{path}/call-now", json={}).json["status"] == "queued"
    assert client.post(f"{path}/opt-out", json={}).json["standing"] == "opted_out"
    refused = client.post(f"{path}/call-now", json={})
    assert refused.status_code == 409 and refused.json["code"] == "wrong_status"
    assert refused.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    "at", [None, 5, "", "tomorrow", "2026-03-02", "2026-03-02T10:00:00", "2" * 500, {"at": 1},
     "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"],
)  # fmt: skip
def test_a_time_that_is_none(client: FlaskClient, services: Services, at: Any) -> None:
    path, _ = link(services)
    refused = client.post(f"{path}/schedule", json={"at": at})
    assert refused.status_code in {409, 422} and status_of(services, path) == "queued"


@pytest.mark.parametrize("body", ["", "nonsense", "[]", "null"])
def test_a_body_that_is_none(client: FlaskClient, services: Services, body: str) -> None:
    path, _ = link(services)
    assert client.post(f"{path}/schedule", data=body, content_type="application/json").status_code == 422


def test_only_named_front_ends_are_let_in(client: FlaskClient, services: Services) -> None:
    path, _ = link(services)
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "Content-Type"}
    for origin, allowed in ((FRONT_END, FRONT_END), ("https://evil.example.com", None)):
        headers = {"Origin": origin}
        preflight = client.options(f"{path}/call-now", headers={**headers, **asked})
        assert preflight.headers.get("Access-Control-Allow-Origin") == allowed
        assert client.get(path, headers=headers).headers.get("Access-Control-Allow-Origin") == allowed
        assert "Access-Control-Allow-Credentials" not in preflight.headers
    assert status_of(services, path) == "queued"


# --- links that lead nowhere


@pytest.mark.parametrize("path", ["/c/nothing", "/c/", "/c/nothing/at/all", "/c/nothing/appointment.ics", "/c/a/human"])
def test_an_unknown_link_is_a_kind_page(client: FlaskClient, path: str) -> None:
    page = client.get(path, follow_redirects=True, headers={"Accept-Language": "fr-CH, de;q=0.5"})
    assert page.status_code == 404 and "Ce lien ne fonctionne pas" in page.text
    assert "noindex" in page.headers["X-Robots-Tag"] and "Log in" not in page.text


def test_an_expired_link_says_so_in_the_jobs_language(client: FlaskClient, services: Services) -> None:
    path, _ = link(services, "de-DE")
    with services.database.write() as unit:
        for row in unit.session.query(CandidateLink):
            row.expires_at = row.created_at
    page = client.get(path)
    assert page.status_code == 410 and "nicht mehr gültig" in page.text and "Harbour" not in page.text
    assert client.post(f"{path}/call-now", json={}).json["code"] == "link_expired"


def test_too_often(client: FlaskClient, services: Services) -> None:
    path, _ = link(services)
    other, _ = link(services)
    answers = [client.post(f"{path}/call-now", json={}).status_code for _ in range(CHANGES_PER_MINUTE + 1)]
    assert answers[-1] == 429 and set(answers[:-1]) == {200}
    refused = client.post(f"{path}/call-now", data={})
    assert refused.status_code == 429 and "too often" in refused.text and int(refused.headers["Retry-After"]) >= 1
    # who only looks is not locked out by it, and neither is anybody else
    assert client.get(path).status_code == 200 and client.post(f"{other}/call-now", json={}).status_code == 200
    looks = [client.get(path).status_code for _ in range(LOOKS_PER_MINUTE)]
    assert looks[0] == 200 and looks[-1] == 429
    assert client.get(other).status_code == 200
    assert client.get(path, environ_base={"REMOTE_ADDR": "192.0.2.7"}).status_code == 200


def test_a_fault_of_ours_is_said_kindly(client: FlaskClient, services: Services, app: Flask) -> None:
    path, _ = link(services)
    services.database.dispose()

    def broken(*_: Any) -> None:
        raise RuntimeError("secret detail")

    event.listen(services.database.engine, "before_cursor_execute", broken)
    page = client.get(path)
    event.remove(services.database.engine, "before_cursor_execute", broken)
    assert page.status_code == 500 and "The fault is ours" in page.text and "secret detail" not in page.text


def test_a_look_costs_few_statements(client: FlaskClient, services: Services) -> None:
    path, _ = link(services)
    client.get(path)
    seen: list[str] = []

    def count(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    event.listen(services.database.engine, "before_cursor_execute", count)
    client.get(path)
    event.remove(services.database.engine, "before_cursor_execute", count)
    assert len([one for one in seen if one.lstrip().upper().startswith("SELECT")]) <= 12


def test_every_template_of_the_door_escapes() -> None:
    folder = Path(str(door_package.__file__)).parent / "templates"
    for template in folder.rglob("*.html"):
        text = template.read_text(encoding="utf-8")
        assert "|safe" not in text and "autoescape" not in text, template


def test_the_page_shows_the_organisations_looks(client: FlaskClient, services: Services) -> None:
    path, interview_id = link(services)
    assert "branding.css" not in client.get(path).text, "nothing more to load for who has chosen nothing"
    with services.database.read() as session:
        organisation_id = session.get_one(Interview, interview_id).organisation_id
    actor = Actor(organisation_id, "key:x", "key")
    services.organisations.change(actor, OrganisationPatch(accent_colour="#6a1b9a"), Upload(png(), "logo.png"))
    page = client.get(path).text
    address = re.findall(rf'href="({path}/branding\.css\?v=\w+)"', page)[0]
    style = client.get(address)
    assert (style.status_code, style.content_type) == (200, "text/css; charset=utf-8")
    assert "--accent:light-dark(#6a1b9a," in style.text and "--soft:light-dark(" in style.text
    assert client.get(f"{path}/logo").data == png()
    other, _ = link(services)
    assert client.get(f"{other}/logo").status_code == 404
    assert client.get("/c/xxxxxxxxxxxxxxxxxxxxxx/branding.css").status_code == 404
    for _ in range(LOOKS_PER_MINUTE):
        client.get(address)
    assert client.get(path).status_code == 200, "what a page brings with it does not use up its looks"

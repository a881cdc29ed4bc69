"""R19 at the doors: the feedback sheet for programs, and behind the candidate's link."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from db.columns import utc_now
from db.models import Scope
from interview.wording.written import written_for
from ivr.app import create_app
from ivr.bootstrap import build_services
from ivr.candidate import blueprint as candidate
from ivr.services.catalog import Services
from ivr.services.context import Actor
from tests.api.conftest import Caller, make_settings
from tests.api.test_errors import assert_problem
from tests.factories import make_job, make_organisation
from tests.fakes import FrozenClock
from tests.pipeline import STRONG, Pipeline

REASON = "I heard both answers and agree with what is said."
EVIL = "<script>alert(1)</script> Say more."


@pytest.fixture
def services(database_url: str, tmp_path: Path) -> Iterator[Services]:
    settings = make_settings(
        database_url=database_url, redis_url="redis://127.0.0.1:9/0", storage_url=f"file://{tmp_path}/files",
        instance_dir=tmp_path, calling_hours_limit="00:00-24:00",
    )  # fmt: skip
    built = build_services(settings)
    built.access.ensure_first_key()
    yield built
    built.database.dispose()


@pytest.fixture
def app(services: Services) -> Flask:
    return create_app(services, services.settings, doors=(candidate,))


@pytest.fixture
def line(services: Services) -> Pipeline:
    organisation_id = services.access.ensure_first_key()
    # the door asks for work by the real clock
    return rated(Pipeline(services.database, FrozenClock(utc_now()), organisation_id=organisation_id))


def rated(line: Pipeline) -> Pipeline:
    line.model.replies["candidate_feedback"] = {"strengths": ["You “looked at the logs” first."], "topics": []}
    line.begin()
    line.say(STRONG)
    line.say(STRONG)
    line.work()
    return line


def test_R19_from_the_draft_to_the_candidate(client: Caller, line: Pipeline, app: Flask) -> None:
    path = f"/interviews/{line.interview_id}"
    assert client.get(f"{path}/feedback").json["status"] == "none"
    assert client.post(f"{path}/feedback", json={"release": False}).json["status"] == "drafting"
    line.later(seconds=60)
    drafted = client.get(f"{path}/feedback").json
    assert (drafted["status"], drafted["written_by"], drafted["strengths"]) == (
        "draft", "model", ["You “looked at the logs” first."],
    )  # fmt: skip
    assert_problem(client.post(f"{path}/feedback"), 409, "not_reviewed")
    assert client.post(f"{path}/reviews", json={"decision": "hire", "reason": REASON}).status_code == 201

    key = {"Idempotency-Key": "release"}
    sent = client.post(f"{path}/feedback", json={"topics": [EVIL]}, headers=key)
    assert (sent.status_code, sent.json["status"], sent.json["released_by"]) == (200, "released", "key:API_KEY")
    assert client.post(f"{path}/feedback", json={"topics": [EVIL]}, headers=key).headers["Idempotency-Replayed"]
    assert_problem(client.post(f"{path}/feedback", json={"topics": ["Other."]}), 409, "feedback_released")
    events = [event["type"] for event in client.get(f"{path}/events?limit=100").json["data"]]
    assert events.count("feedback.released") == 1

    link = client.post(f"{path}/invite", json={}).json["url"]
    door = "/c/" + link.rpartition("/")[2]
    browser = app.test_client()
    assert f'href="{door}/feedback"' in browser.get(door).text
    page = browser.get(f"{door}/feedback")
    assert page.status_code == 200
    assert "looked at the logs" in page.text and "says nothing about a decision" in page.text
    assert "<script" not in page.text and "&lt;script&gt;" in page.text
    for told in ("hire", "10.0", "Ada Example", "key:API"):
        assert told not in page.text
    assert page.headers["Cache-Control"] == "no-store" and "script-src" not in page.headers["Content-Security-Policy"]
    seen = browser.get(f"{door}/feedback", headers={"Accept": "application/json"}).json
    assert set(seen) == {
        "strengths", "topics", "released_at", "company", "job_title", "language", "simulated",
    } and seen["topics"] == [EVIL]  # fmt: skip


def test_R19_nothing_to_read_yet(client: Caller, line: Pipeline, services: Services, app: Flask) -> None:
    organisation_id = services.access.ensure_first_key()
    german = make_job(services.database, organisation_id, language="de-DE")
    other = Pipeline(services.database, line.clock, organisation_id=organisation_id, job_id=german, sid="CA" + "1" * 32)
    link = client.post(f"/interviews/{other.interview_id}/invite", json={}).json["url"]
    door = "/c/" + link.rpartition("/")[2]
    browser = app.test_client()
    assert "/feedback" not in browser.get(door).text
    page = browser.get(f"{door}/feedback")
    assert page.status_code == 404 and "noch keine Rückmeldung" in page.text
    refused = browser.get(f"{door}/feedback", headers={"Accept": "application/json"})
    assert (refused.status_code, refused.json["code"]) == (404, "feedback_not_released")
    assert browser.get("/c/nothing/feedback").status_code == 404
    assert_problem(client.post(f"/interviews/{line.interview_id}/invite", json={}), 409, "wrong_status")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"strengths": ["Your score is 4 out of 5."]}, "strengths.0"), ({"verdict": "hire"}, "verdict"),
        ({"topics": ["x"] * 7}, "topics"), ({"topics": ["x" * 301]}, "topics.0"), ({"topics": [""]}, "topics.0"),
        ({"topics": ["two\nlines"]}, "topics.0"), ({"release": "yes"}, "release"), ({"topics": "Say more."}, "topics"),
    ],
)  # fmt: skip
def test_R19_what_may_not_be_sent_is_named(client: Caller, line: Pipeline, body: dict[str, Any], field: str) -> None:
    code = "feedback_invalid" if field == "strengths.0" else "invalid_fields"
    problem = assert_problem(client.post(f"/interviews/{line.interview_id}/feedback", json=body), 422, code)
    assert {one["field"] for one in problem["errors"]} == {field}
    assert "4 out of 5." not in problem["detail"]


def test_R19_another_house_and_a_reader(client: Caller, line: Pipeline, services: Services, app: Flask) -> None:
    path = f"/interviews/{line.interview_id}/feedback"
    other = make_organisation(services.database)
    made = services.access.create_key(Actor(other, "system", "system"), "Stranger", list(Scope))
    stranger = Caller(app, made.key or "")
    assert_problem(stranger.get(path), 404, "not_found")
    assert_problem(stranger.post(path, json={"topics": ["Say more."]}), 404, "not_found")
    own = services.access.ensure_first_key()
    reader = Caller(app, services.access.create_key(Actor(own, "system", "system"), "R", [Scope.READ]).key or "")
    assert reader.get(path).status_code == 200
    assert_problem(reader.post(path, json={}), 403, "scope_missing")


@pytest.mark.parametrize("language", ["en", "es", "fr", "de", "pt", "pt-PT", "hi", "zh"])
def test_every_language_has_its_words(language: str) -> None:
    words = written_for(language)
    for text in (words.feedback_about, words.feedback_to_come):
        assert text.format(company="Acme").count("Acme") == 1
    assert words.feedback_title and words.feedback_strengths != words.feedback_topics

"""Answering behind the link over the real services on both databases: JSON for programs, forms for browsers without
scripts, and the candidate's own data."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from db.models import (
    Answer,
    Candidate,
    CandidateRequest,
    Consent,
    DomainEvent,
    IdempotencyKey,
    Interview,
    Recording,
    ResumeQuestion,
    ResumeQuestionState,
)
from interview.lifecycle import InterviewStatus
from ivr.app import create_app
from ivr.bootstrap import build_services
from ivr.candidate import blueprint as candidate
from ivr.candidate.access import PROOFS_PER_MINUTE
from ivr.services.catalog import Services
from ivr.services.context import Actor
from ivr.services.invitations import LinkDraft
from scripts.simulator.audio import Utterance, render_wav
from tests.api.conftest import make_settings
from tests.factories import make_answer, make_candidate, make_interview, make_job, make_organisation

FRONT_END = "https://jobs.example.com"
WAV = render_wav(Utterance("something", 8.0), "tones")
PHONE = "+14155550177"
JSON = {"Accept": "application/json"}


@pytest.fixture
def services(database_url: str, tmp_path: Path) -> Iterator[Services]:
    settings = make_settings(
        database_url=database_url, redis_url="redis://127.0.0.1:9/0", storage_url=f"file://{tmp_path}/files",
        instance_dir=tmp_path, cors_origins=FRONT_END, candidate_link_url="https://interviews.example.com",
    )  # fmt: skip
    built = build_services(settings)
    yield built
    built.database.dispose()


@pytest.fixture
def client(services: Services) -> FlaskClient:
    return make_app(services).test_client()


def make_app(services: Services) -> Flask:
    return create_app(services, services.settings, doors=(candidate,))


class Door:
    """A new interview behind its link."""

    def __init__(self, services: Services, *, language: str = "en-US", knockouts: int = 0, questions: int = 2) -> None:
        self.services = services
        self.organisation_id = make_organisation(services.database)
        self.candidate_id = make_candidate(services.database, self.organisation_id, phone=PHONE)
        job_id = make_job(
            services.database, self.organisation_id, language=language, questions=questions, knockouts=knockouts
        )
        self.id = make_interview(
            services.database, organisation_id=self.organisation_id, job_id=job_id, candidate_id=self.candidate_id
        )
        actor = Actor(self.organisation_id, "key:x", "key")
        url = services.invitations.invite(actor, self.id, LinkDraft()).url
        self.path = str(url).removeprefix("https://interviews.example.com")

    def interview(self) -> Interview:
        with self.services.database.read() as session:
            return session.get_one(Interview, self.id)

    def count(self, kind: type[Any]) -> int:
        with self.services.database.read() as session:
            return session.scalar(select(func.count()).select_from(kind)) or 0

    def stamp(self, client: FlaskClient, page: str = "") -> str:
        return re.findall(r'name="stamp" value="([^"]+)"', client.get(self.path + page).text)[0]


@pytest.fixture
def door(services: Services) -> Door:
    return Door(services)


def say(client: FlaskClient, door: Door, asked: dict[str, Any], text: str = "I did this and that.", **more: Any) -> Any:
    body = {"question_id": asked["question_id"], "response_type": "text", "response_text": text, **more}
    return client.post(f"{door.path}/response", json=body)


def speak(client: FlaskClient, door: Door, asked: dict[str, Any], audio: bytes = WAV, **headers: str) -> Any:
    body = {"question_id": asked["question_id"], "response_type": "audio", "take": str(asked["take"])}
    return client.post(
        f"{door.path}/response", data={**body, "audio": (io.BytesIO(audio), "a.wav")},
        headers={**JSON, "X-Requested-With": "fetch", **headers},
    )  # fmt: skip


# --- programs


def test_another_front_end_holds_an_interview_in_json(client: FlaskClient, door: Door) -> None:
    seen = client.get(door.path, headers=JSON).json
    assert seen["can_answer"] and "artificial intelligence" in seen["told"]
    early = client.get(f"{door.path}/question", headers=JSON)
    assert (early.status_code, early.json["code"]) == (409, "not_started")
    for body in ({}, {"consent": False}, {"consent": "true"}):
        refused = client.post(f"{door.path}/start", json=body)
        assert refused.status_code == 422 and refused.json["errors"][0]["field"] == "consent"
    assert door.count(Answer) == 0 and door.interview().status is InterviewStatus.QUEUED

    first = client.post(f"{door.path}/start", json={"consent": True}).json
    assert {name: first[name] for name in ("index", "total", "take", "max_seconds", "kind", "done")} == {
        "index": 1, "total": 2, "take": 1, "max_seconds": 120, "kind": "answer", "done": False,
    }  # fmt: skip
    assert first["text"].startswith("Tell me about a time") and first["question_id"] == "q1"
    assert client.get(f"{door.path}/question", headers=JSON).json == first
    own = speak(client, door, first).json
    assert own["kind"] == "own_question" and "like to know" in own["text"]
    last = client.post(f"{door.path}/response", json={"question_id": "own_question", "response_type": "skip"}).json
    assert last["question_id"] == "q2"
    done = say(client, door, last).json
    assert done["done"] and done["question_id"] is None and done["answered"] == 2
    assert client.post(f"{door.path}/complete", json={}).json == done
    assert client.get(f"{door.path}/question", headers=JSON).json["done"]
    assert door.interview().status is InterviewStatus.PROCESSING
    with door.services.database.read() as session:
        spoken, written = session.scalars(select(Recording).order_by(Recording.created_at))
        assert spoken.storage_key and door.services.store.get(spoken.storage_key) == WAV
        assert written.heard_text == "I did this and that." and written.storage_key is None



def test_a_key_is_for_one_request(client: FlaskClient, door: Door) -> None:
    asked = client.post(f"{door.path}/start", json={"consent": True}, headers={"Idempotency-Key": "start-1"}).json
    body = {"question_id": asked["question_id"], "response_type": "text", "response_text": "This and that.", "take": 1}

    def send(key: str, **changes: Any) -> Any:
        return client.post(f"{door.path}/response", json={**body, **changes}, headers={"Idempotency-Key": key})

    first, again = send("one"), send("one")
    assert first.status_code == again.status_code == 200
    assert "Idempotency-Replayed" not in first.headers and again.headers["Idempotency-Replayed"] == "true"
    assert not first.json["already_received"] and again.json["already_received"]
    assert first.json["question_id"] == again.json["question_id"]
    other = send("one", response_text="Something else.")
    assert (other.status_code, other.json["code"]) == (409, "idempotency_conflict")
    # a refusal is no use of the key
    assert send("two", response_type="video").status_code == 422
    assert send("two", question_id=first.json["question_id"]).status_code == 200
    assert send("x" * 201).status_code == 422
    assert door.count(Answer) == 1  # the second reply was their own question
    # the same key behind another link, or for another call, is another
    elsewhere = Door(door.services)
    started = client.post(f"{elsewhere.path}/start", json={"consent": True}, headers={"Idempotency-Key": "start-1"})
    assert started.status_code == 200 and "Idempotency-Replayed" not in started.headers
    with door.services.database.read() as session:
        kept = session.scalars(select(IdempotencyKey)).all()
        assert kept and all(not row.response for row in kept)
        assert "This and that." not in str([(row.key, row.response) for row in kept])


def test_a_recording_that_is_sent_again_is_the_same_request(client: FlaskClient, door: Door) -> None:
    asked = client.post(f"{door.path}/start", json={"consent": True}).json
    first = speak(client, door, asked, **{"Idempotency-Key": "voice-1"})
    again = speak(client, door, asked, **{"Idempotency-Key": "voice-1"})
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.headers["Idempotency-Replayed"] == "true" and door.count(Recording) == 1
    other = speak(client, door, asked, WAV + b"0", **{"Idempotency-Key": "voice-1"})
    assert (other.status_code, other.json["code"]) == (409, "idempotency_conflict")
    assert client.post(f"/c/{'x' * 22}/start", json={}, headers={"Idempotency-Key": "k"}).status_code == 404

def test_Q7_page_and_json_ask_about_the_resume_last_and_say_that_it_is_not_rated(
    client: FlaskClient, services: Services, door: Door
) -> None:
    with services.database.write() as unit:
        unit.session.add(
            ResumeQuestion(organisation_id=door.organisation_id, interview_id=door.id,
                           text="Your résumé names kilns. Which ones?", state=ResumeQuestionState.READY)
        )  # fmt: skip
    asked = client.post(f"{door.path}/start", json={"consent": True}).json
    note = r'<p class="small" id="about-resume"( hidden)?>'
    for _ in range(2):
        asked = say(client, door, asked).json
        page = client.get(f"{door.path}/question").text
        assert [hidden for hidden in re.findall(note, page)] == [" hidden"]
    last = say(client, door, asked).json
    assert (last["kind"], last["text"]) == ("resume_question", "Your résumé names kilns. Which ones?")
    assert not last["done"] and last["index"] == last["total"] == last["answered"] == 2
    page = client.get(f"{door.path}/question").text
    assert "Your résumé names kilns. Which ones?" in page and "it is not rated" in page
    assert [hidden for hidden in re.findall(note, page)] == [""]
    stamp = door.stamp(client, "/question")
    form = {"stamp": stamp, "question_id": last["question_id"], "take": "1", "response_type": "text"}
    sent = client.post(f"{door.path}/response", data={**form, "response_text": "The tall one."})
    assert sent.status_code == 303
    assert client.get(f"{door.path}/question", headers=JSON).json["done"]
    assert door.count(Answer) == 2 and door.interview().status is InterviewStatus.PROCESSING


def test_what_is_sent_twice_is_taken_once(client: FlaskClient, door: Door) -> None:
    first = client.post(f"{door.path}/start", json={"consent": True}).json
    answers = [speak(client, door, first) for _ in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 200]
    assert [one.json["already_received"] for one in answers] == [False, True, True]
    assert door.count(Answer) == door.count(Recording) == 1
    late = say(client, door, first, "Something else.")
    assert (late.status_code, late.json["code"]) == (409, "late_response")
    assert door.count(Answer) == 1 and door.count(Recording) == 2, "it is kept and answers nothing"


def test_ending_early_is_said_twice(client: FlaskClient, door: Door) -> None:
    client.post(f"{door.path}/start", json={"consent": True})
    refused = client.post(f"{door.path}/complete", json={})
    assert (refused.status_code, refused.json["code"]) == (409, "questions_left")
    assert client.post(f"{door.path}/complete", json={"end_early": True}).json["done"]
    assert door.interview().status is InterviewStatus.PROCESSING


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "question_id"),
        ({"question_id": "q1"}, "response_type"),
        ({"question_id": "q1", "response_type": "video"}, "response_type"),
        ({"question_id": "q1", "response_type": "text"}, "response_text"),
        ({"question_id": "q1", "response_type": "text", "response_text": ""}, "response_text"),
        ({"question_id": "q1", "response_type": "text", "response_text": 5}, "response_text"),
        ({"question_id": "q1", "response_type": "audio"}, "audio"),
        ({"question_id": "q1", "response_type": "text", "response_text": "x", "take": 0}, "take"),
        ({"question_id": "q1", "response_type": "text", "response_text": "x", "take": True}, "take"),
        ({"question_id": ["q1"], "response_type": "text", "response_text": "x"}, "question_id"),
        ({"question_id": "q1", "response_type": "text", "response_text": "x", "score": 10}, "score"),
    ],
)
def test_what_is_wrong_with_a_response_is_named(
    client: FlaskClient, door: Door, body: dict[str, Any], field: str
) -> None:
    client.post(f"{door.path}/start", json={"consent": True})
    refused = client.post(f"{door.path}/response", json=body)
    assert refused.status_code == 422 and [one["field"] for one in refused.json["errors"]] == [field]
    assert refused.headers["Content-Type"] == "application/problem+json" and door.count(Answer) == 0


@pytest.mark.parametrize(
    "audio", [b"", b"RIFF", b"\x1aE\xdf\xa3webm", WAV[:900], b"<html></html>", b"RIFF\x00\x00\x00\x00WAVEdata"]
)
def test_audio_that_is_no_wav_is_422(client: FlaskClient, door: Door, audio: bytes) -> None:
    first = client.post(f"{door.path}/start", json={"consent": True}).json
    refused = speak(client, door, first, audio)
    assert refused.status_code == 422 and refused.json["errors"][0]["field"] == "audio"
    assert door.count(Recording) == 0


def test_a_body_that_is_too_large_is_refused(client: FlaskClient, door: Door) -> None:
    first = client.post(f"{door.path}/start", json={"consent": True}).json
    assert speak(client, door, first, WAV + b"\x00" * (10 * 1024 * 1024)).status_code == 413
    assert door.count(Recording) == 0


def test_a_recording_comes_from_our_page_or_from_a_front_end_that_is_named(client: FlaskClient, door: Door) -> None:
    first = client.post(f"{door.path}/start", json={"consent": True}).json
    body = {"question_id": "q1", "response_type": "audio", "take": "1"}

    def send(**headers: str) -> int:
        sent = {**body, "audio": (io.BytesIO(WAV), "a.wav")}
        return client.post(f"{door.path}/response", data=sent, headers={**JSON, **headers}).status_code

    assert send() == 400 and send(Origin="https://evil.example.com") == 400
    assert door.count(Answer) == 0 and first["take"] == 1
    assert send(Origin=FRONT_END) == 200 and door.count(Answer) == 1


def test_front_ends_that_are_not_named_are_not_let_in(client: FlaskClient, door: Door) -> None:
    for origin, allowed in ((FRONT_END, FRONT_END), ("https://evil.example.com", None)):
        preflight = client.options(f"{door.path}/response", headers={
            "Origin": origin, "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "X-Requested-With",
        })  # fmt: skip
        assert preflight.headers.get("Access-Control-Allow-Origin") == allowed
    assert "X-Requested-With" in preflight.headers.get("Access-Control-Allow-Headers", "") or allowed is None


def test_in_the_middle_of_it_a_person_can_be_asked_for(client: FlaskClient, door: Door) -> None:
    first = client.post(f"{door.path}/start", json={"consent": True}).json
    assert client.get(door.path, headers=JSON).json["standing"] == "answering"
    assert "Go on with the interview" in client.get(door.path).text
    asked = client.post(f"{door.path}/human", json={}).json
    assert (asked["standing"], asked["can_answer"]) == ("declined", False)
    assert say(client, door, first).json["code"] == "wrong_status"
    with door.services.database.read() as session:
        assert [row.kind.value for row in session.scalars(select(CandidateRequest))] == ["human"]


def test_who_wants_no_calls_may_go_on_here(client: FlaskClient, door: Door) -> None:
    first = client.post(f"{door.path}/start", json={"consent": True}).json
    client.post(f"{door.path}/opt-out", json={})
    assert say(client, door, first).json["kind"] == "own_question"


def test_on_the_telephone_nothing_can_be_answered_here(client: FlaskClient, door: Door) -> None:
    with door.services.database.write() as unit:
        unit.session.get_one(Interview, door.id).status = InterviewStatus.DIALING
    for answer in (
        client.post(f"{door.path}/start", json={"consent": True}),
        client.get(f"{door.path}/question", headers=JSON),
        say(client, door, {"question_id": "q1"}),
    ):
        assert (answer.status_code, answer.json["code"]) == (409, "on_the_line")


# --- forms, without any script


def test_the_whole_interview_without_a_script(client: FlaskClient, services: Services) -> None:
    door = Door(services, knockouts=1)
    stamp = door.stamp(client)
    unticked = client.post(f"{door.path}/start", data={"stamp": stamp}, follow_redirects=True)
    assert "Please tick the box first." in unticked.text and door.interview().status is InterviewStatus.QUEUED
    page = client.post(f"{door.path}/start", data={"stamp": stamp, "consent": "yes"}, follow_redirects=True)
    assert "Question 1 of 3" in page.text and ">Yes<" in page.text
    page = post_shown(client, door, page.text, response_text="yes")
    assert "Question 2 of 3" in page.text
    empty = post_shown(client, door, page.text, response_text="  ")
    assert empty.status_code == 409 and "Please write your answer first." in empty.text
    page = post_shown(client, door, page.text, response_text="I talked to them.")
    assert "like to know about the job" in page.text
    page = post_shown(client, door, page.text, response_type="skip")
    assert "Question 3 of 3" in page.text
    page = post_shown(client, door, page.text, response_text="I counted the boxes.")
    assert "That was all" in page.text and door.interview().status is InterviewStatus.PROCESSING
    assert client.get(f"{door.path}/response").headers["Location"] == f"{door.path}/question"
    with services.database.read() as session:
        consent = session.scalars(select(Consent).where(Consent.interview_id == door.id)).one()
        assert (consent.source, consent.text_version) == ("browser", "door-1")


def post_shown(client: FlaskClient, door: Door, html: str, **given: str) -> Any:
    """Send the page's form with what its hidden fields say."""
    form = html[html.index('id="writing"') :]
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form[: form.index("</form>")]))
    return client.post(f"{door.path}/response", data={**fields, **given}, follow_redirects=True)


def test_a_form_of_another_page_starts_and_answers_nothing(client: FlaskClient, door: Door) -> None:
    written = {"question_id": "q1", "response_type": "text", "response_text": "x"}
    for path, data in (
        ("start", {"consent": "yes"}), ("response", written),
        ("complete", {"end_early": "yes"}), ("erase", {"phone": PHONE, "confirm": "yes"}), ("copy", {}),
        ("contest", {"answer_id": "x", "reason": "y"}), ("data", {"phone": PHONE}),
    ):  # fmt: skip
        assert client.post(f"{door.path}/{path}", data=data).status_code == 400, path
        crossed = {**data, "stamp": door.stamp(client)}
        sent = client.post(f"{door.path}/{path}", data=crossed, headers={"Sec-Fetch-Site": "cross-site"})
        assert sent.status_code == 400, path
    assert door.interview().status is InterviewStatus.QUEUED


def test_forms_that_come_too_late_lead_to_a_page_that_says_so(client: FlaskClient, door: Door) -> None:
    stamp = door.stamp(client)
    with door.services.database.write() as unit:
        unit.session.get_one(Interview, door.id).status = InterviewStatus.DIALING
    for path, data in (
        ("start", {"consent": "yes"}), ("complete", {"end_early": "yes"}),
        ("response", {"question_id": "q1", "response_type": "text", "response_text": "x"}),
    ):  # fmt: skip
        page = client.post(f"{door.path}/{path}", data={**data, "stamp": stamp}, follow_redirects=True)
        assert page.status_code == 200 and "on the telephone with us at this moment" in page.text, path


def test_opening_any_page_does_nothing(client: FlaskClient, door: Door) -> None:
    before = door.count(DomainEvent)
    for page in ("question", "practice", "data", "start", "response", "complete", "erase", "contest", "copy"):
        client.get(f"{door.path}/{page}")
    assert door.count(DomainEvent) == before and door.interview().version == 0
    assert client.get(f"{door.path}/receipt").status_code == 404


def test_only_pages_with_a_microphone_have_a_script_and_only_their_own(client: FlaskClient, door: Door) -> None:
    client.post(f"{door.path}/start", json={"consent": True})
    for page in ("/question", "/practice"):
        shown = client.get(door.path + page)
        policy = shown.headers["Content-Security-Policy"]
        assert "script-src 'self'" in policy and "unsafe" not in policy and "default-src 'none'" in policy
        scripts = re.findall(r"<script[^>]*>", shown.text)
        assert len(scripts) == 1 and 'src="/c/static/' in scripts[0]
        assert not re.search(r'\son\w+="|style="', shown.text) and shown.headers["Referrer-Policy"] == "no-referrer"
        assert shown.headers["Permissions-Policy"].startswith("microphone=(self)")
    for page in ("", "/data"):
        shown = client.get(door.path + page)
        assert "script-src" not in shown.headers["Content-Security-Policy"] and "<script" not in shown.text
        assert shown.headers["Permissions-Policy"].startswith("microphone=()")


@pytest.mark.parametrize(
    ("language", "words"),
    [("de-DE", "Frage 1 von 2"), ("es-ES", "Pregunta 1 de 2"), ("fr-FR", "Question 1 sur 2"),
     ("pt-BR", "Pergunta 1 de 2"), ("hi-IN", "सवाल 1"), ("cmn-CN", "第1题")],
)  # fmt: skip
def test_the_pages_speak_the_jobs_language(
    client: FlaskClient, services: Services, language: str, words: str
) -> None:
    door = Door(services, language=language)
    client.post(f"{door.path}/start", json={"consent": True})
    assert words in client.get(f"{door.path}/question").text
    for page in ("", "/practice", "/data"):
        assert client.get(door.path + page).status_code == 200


# --- the candidate's own data


@pytest.fixture
def answered(services: Services, door: Door) -> Door:
    make_answer(services.database, door.id, "q1", transcript="I named the course first.")
    return door


def test_data_is_shown_to_who_knows_the_number(client: FlaskClient, answered: Door) -> None:
    for wrong in ("", "0177", "+14155550178", "not a number"):
        refused = client.post(f"{answered.path}/data", json={"phone": wrong})
        assert refused.status_code == 422 and "Ada" not in refused.text and "course" not in refused.text


def test_numbers_cannot_be_tried_out(client: FlaskClient, answered: Door) -> None:
    tries = [client.post(f"{answered.path}/data", json={"phone": f"+1415555{n:04}"}) for n in range(6)]
    assert [one.status_code for one in tries] == [422] * PROOFS_PER_MINUTE + [429] * (6 - PROOFS_PER_MINUTE)


@pytest.mark.parametrize("number", [PHONE, "(415) 555-0177", "0415 555 0177", "555 0177"])
def test_the_number_may_be_written_as_people_write_it(client: FlaskClient, answered: Door, number: str) -> None:
    seen = client.post(f"{answered.path}/data", json={"phone": number}).json
    assert seen["name"] == "Ada Example" and seen["phone"] == PHONE
    (answer,) = seen["answers"]
    assert answer["words"] == "I named the course first." and answer["question"].startswith("Tell me")
    assert not {"score", "rating", "recommendation"} & set(json.dumps(seen).replace('"', " ").split())


def test_an_answer_is_contested_once_and_a_person_sees_it(client: FlaskClient, answered: Door) -> None:
    (answer,) = client.post(f"{answered.path}/data", json={"phone": PHONE}).json["answers"]
    body = {"answer_id": answer["id"], "reason": "I said cause, not course."}
    one, two = (client.post(f"{answered.path}/contest", json=body) for _ in range(2))
    assert one.status_code == two.status_code == 200 and one.json == two.json
    with answered.services.database.read() as session:
        (row,) = session.scalars(select(CandidateRequest))
        assert (row.kind.value, row.source, row.answer_id, row.reason) == (
            "contest", "link", answer["id"], "I said cause, not course.",
        )  # fmt: skip
        events = session.scalars(select(DomainEvent.type)).all()
        assert events.count("candidate.contested_answer") == 1
    assert client.post(f"{answered.path}/data", json={"phone": PHONE}).json["answers"][0]["contested"]
    empty = client.post(f"{answered.path}/contest", json={**body, "reason": " "})
    assert empty.status_code == 422 and empty.json["errors"][0]["field"] == "reason"


def test_another_persons_answer_is_not_there(client: FlaskClient, services: Services, answered: Door) -> None:
    other = make_interview(services.database, organisation_id=answered.organisation_id)
    theirs = make_answer(services.database, other, "q1")
    for answer_id in (theirs, "nothing", "00000000-0000-0000-0000-000000000000"):
        refused = client.post(f"{answered.path}/contest", json={"answer_id": answer_id, "reason": "Wrong."})
        assert refused.status_code == 404
    assert answered.count(CandidateRequest) == 0


def test_data_is_deleted_after_two_yeses_and_the_link_shows_the_receipt(client: FlaskClient, answered: Door) -> None:
    path = answered.path
    for body in ({"phone": PHONE}, {"phone": PHONE, "confirm": False}, {"phone": "+14155550178", "confirm": True}):
        assert client.post(f"{path}/erase", json=body).status_code == 422
    done = client.post(f"{path}/erase", json={"phone": PHONE, "confirm": True})
    assert done.status_code == 200 and done.json["status"] == "under_way"
    receipt = client.get(f"{path}/receipt", headers=JSON)
    assert receipt.status_code == 200 and receipt.json["id"] == done.json["id"]
    page = client.get(f"{path}/receipt")
    assert "Your data is deleted" in page.text and done.json["id"] in page.text
    for text in (page.text, receipt.text):
        assert "Ada" not in text and "0177" not in text and "course" not in text
    assert client.get(path).headers["Location"] == f"{path}/receipt", "the link leads to nothing else"
    assert client.get(path, headers=JSON).status_code == 404 and client.get(f"{path}/data").status_code == 404
    with answered.services.database.read() as session:
        person = session.get_one(Candidate, answered.candidate_id)
        assert person.erased_at is not None and person.name.startswith("Person")
        assert session.scalars(select(Answer.transcript)).all() == [None]


def test_who_is_in_the_middle_of_it_can_delete_too(client: FlaskClient, services: Services, door: Door) -> None:
    first = client.post(f"{door.path}/start", json={"consent": True}).json
    speak(client, door, first)
    assert client.post(f"{door.path}/erase", json={"phone": PHONE, "confirm": True}).status_code == 200
    assert door.interview().status is InterviewStatus.CANCELED
    assert say(client, door, first).status_code == 404, "nothing can be said any more"


def test_the_same_with_forms(client: FlaskClient, answered: Door) -> None:
    stamp = answered.stamp(client, "/data")
    wrong = client.post(f"{answered.path}/data", data={"stamp": stamp, "phone": "123456"})
    assert wrong.status_code == 422 and "not the number" in wrong.text
    page = client.post(f"{answered.path}/data", data={"stamp": stamp, "phone": PHONE})
    assert "I named the course first." in page.text and "Ada Example" in page.text
    answer_id = re.findall(r'name="answer_id" value="([^"]+)"', page.text)[0]
    same = {"stamp": stamp, "phone": PHONE}
    again = client.post(f"{answered.path}/contest", data={**same, "answer_id": answer_id, "reason": "I said cause."})
    assert "A person looks at it" in again.text
    copied = client.post(f"{answered.path}/copy", data=same)
    assert "has your request for a copy" in copied.text
    gone = client.post(f"{answered.path}/erase", data={**same, "confirm": "yes"})
    assert gone.status_code == 303 and gone.headers["Location"] == f"{answered.path}/receipt"
    assert answered.count(CandidateRequest) == 0, "what they asked for is forgotten with them"

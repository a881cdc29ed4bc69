"""Practice over the real services on both databases: invited beside an interview, private, and in no number."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from db.models import Answer, DomainEvent, IntegrityNote, Job
from db.repositories.events import record
from ivr.api.event_payloads import payload
from ivr.app import create_app
from ivr.bootstrap import build_services
from ivr.services.catalog import Services
from ivr.services.event_objects import EventObjects
from tests.analytics import House
from tests.api.conftest import FIRST_KEY, Caller, make_settings
from tests.api.test_errors import assert_problem
from tests.factories import NOW, make_candidate

REPORTS = (
    "/analytics/summary", "/analytics/funnel", "/analytics/jobs", "/analytics/questions", "/analytics/concepts",
    "/analytics/integrity", "/analytics/drift", "/analytics/fairness", "/analytics/calibration", "/dataset.jsonl",
)  # fmt: skip


@pytest.fixture
def services(database_url: str, tmp_path: Path) -> Any:
    settings = make_settings(
        database_url=database_url, redis_url="redis://127.0.0.1:9/0", storage_url=f"file://{tmp_path}/files",
        instance_dir=tmp_path, calling_hours_limit="00:00-24:00",
    )  # fmt: skip
    built = build_services(settings)
    yield built
    built.database.dispose()


@pytest.fixture
def app(services: Services) -> Flask:
    return create_app(services, services.settings)


@pytest.fixture
def house(services: Services) -> House:
    organisation_id = services.access.ensure_first_key()
    assert organisation_id is not None
    return House(services.database, organisation_id)


@pytest.fixture
def client(app: Flask, house: House) -> Caller:
    return Caller(app, FIRST_KEY)


def invite(client: Caller, house: House, candidate_id: str, purpose: str, **more: Any) -> Any:
    at = (NOW.replace(year=2099) + timedelta(days=1)).isoformat()
    body = {"job_id": house.job_id, "candidate_id": candidate_id, "purpose": purpose, "call_at": at, **more}
    return client.post("/interviews", json=body)


def test_one_practises_beside_the_interview_with_other_questions(client: Caller, house: House) -> None:
    candidate_id = make_candidate(house.database, house.organisation_id)
    practice = invite(client, house, candidate_id, "practice")
    assert (practice.status_code, practice.json["purpose"], practice.json["status"]) == (201, "practice", "scheduled")
    real = invite(client, house, candidate_id, "assessment")
    assert (real.status_code, real.json["purpose"]) == (201, "assessment")
    for purpose, standing in (("practice", practice), ("assessment", real)):
        refused = assert_problem(invite(client, house, candidate_id, purpose), 409, "interview_exists")
        assert refused["interview_id"] == standing.json["id"]
    assert (practice.json["progress"]["total"], real.json["progress"]["total"]) == (3, 2)
    listed = {one["id"]: one["purpose"] for one in client.get("/interviews").json["data"]}
    assert listed == {practice.json["id"]: "practice", real.json["id"]: "assessment"}
    for purpose in ("practice", "assessment"):
        found = client.get(f"/interviews?purpose={purpose}&include=total").json
        assert (found["total"], found["data"][0]["purpose"]) == (1, purpose)
    assert_problem(client.get("/interviews?purpose=fun"), 422, "invalid_fields")
    assert_problem(invite(client, house, candidate_id, "rehearsal"), 422, "invalid_fields")
    # the job's own versions are as they were
    assert client.get(f"/jobs/{house.job_id}").json["questions_version"] == 1
    assert client.get(f"/jobs/{house.job_id}/questions").json["version"] == 1


def test_practice_for_a_closed_job_or_without_questions_is_refused(client: Caller, house: House) -> None:
    candidate_id = make_candidate(house.database, house.organisation_id)
    with house.database.write() as unit:
        unit.session.get_one(Job, house.job_id).approved_set_id = None
    assert_problem(invite(client, house, candidate_id, "practice"), 409, "questions_not_approved")


def practised(house: House, **values: Any) -> str:
    """A practice that is over, rated as if it were an interview, with all that could be counted of one."""
    id = house.assessed(purpose="practice", **values)
    made = house.result(id, 9.5, "hire")
    for question in ("q1", "q2"):
        house.answer(id, question, 9.5, score_set_id=made, points=("covered", "missing", "missing"), bias=True)
    house.review(id, made, "reject")
    return id


def note_of(answer: Answer) -> IntegrityNote:
    return IntegrityNote(
        organisation_id=answer.organisation_id, interview_id=answer.interview_id, answer_id=answer.id,
        signal="same_words", value=1.0, unit="share",
        reliability="medium", created_at=NOW,
    )  # fmt: skip


def counted(house: House, scores: tuple[float, ...] = (4.0, 6.0, 8.0)) -> None:
    for score in scores:
        id = house.assessed()
        made = house.result(id, score, "consider")
        for question in ("q1", "q2"):
            house.answer(id, question, score, score_set_id=made, points=("covered", "partial", "missing"))
        house.review(id, made, "consider")


def told(client: Caller, house: House) -> dict[str, Any]:
    """What every report says, as JSON and as CSV, of one job and grouped, and the comparison of a question."""
    found: dict[str, Any] = {}
    for path in REPORTS:
        for query in ("", f"?job_id={house.job_id}"):
            found[path + query] = client.get(path + query).get_data(as_text=True)
        if path.startswith("/analytics"):
            answer = client.get(path, headers={"Accept": "text/csv"})
            assert answer.status_code == 200 and answer.mimetype == "text/csv", path
            found[path + " csv"] = answer.get_data(as_text=True)
    for question in ("q1", "q2"):
        path = f"/jobs/{house.job_id}/comparison?question_id={question}"
        found[path] = client.get(path).json
    for recommendation in ("hire", "consider", "reject"):
        path = f"/interviews?recommendation={recommendation}&include=total"
        found[path] = client.get(path).json["total"]
    return found


def test_no_number_counts_practice(client: Caller, house: House) -> None:
    counted(house)
    before = told(client, house)
    assert before["/interviews?recommendation=consider&include=total"] == 3
    assert len(before["/dataset.jsonl"].splitlines()) > 1
    for _ in range(4):
        id = practised(house)
        with house.database.write() as unit:
            for answer in unit.session.scalars(select(Answer).where(Answer.interview_id == id)):
                unit.session.add(note_of(answer))
    assert _without_moments(told(client, house)) == _without_moments(before)


def _without_moments(found: dict[str, Any]) -> dict[str, Any]:
    moment = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)")
    return {name: moment.sub("…", text) if isinstance(text, str) else text for name, text in found.items()}


def test_a_calibration_round_takes_no_practised_answer(client: Caller, house: House) -> None:
    for _ in range(16):
        practised(house)
    body = {"name": "First", "raters": ["anna@example.com", "ben@example.com"], "count": 30}
    assert_problem(client.post("/calibrations", json=body), 409, "too_few_answers")


def test_what_was_said_in_practice_is_shown_to_nobody_here(client: Caller, house: House) -> None:
    id = practised(house)
    with house.database.read() as session:
        answer_id = session.scalars(select(Answer.id).where(Answer.interview_id == id).limit(1)).one()
    seen = client.get(f"/interviews/{id}").json
    assert (seen["purpose"], seen["status"]) == ("practice", "completed")
    assert (seen["overall_score"], seen["recommendation"], seen["result"], seen["answers"]) == (None, None, None, [])
    one = f"/interviews/{id}/answers/{answer_id}"
    for response in (
        client.get(f"/interviews/{id}/result"), client.get(f"/interviews/{id}/report.json"),
        client.get(f"/interviews/{id}/scorecard.pdf"), client.get(f"{one}/audio"), client.get(f"{one}/peaks"),
        client.patch(one, json={"human_feedback": "Well said."}), client.post(f"{one}/knockout", json={"passed": True}),
        client.post(f"/interviews/{id}/reviews", json={"decision": "hire", "reason": "It was convincing throughout."}),
        client.get(f"/interviews/{id}/feedback"), client.post(f"/interviews/{id}/feedback", json={"release": False}),
    ):  # fmt: skip
        assert_problem(response, 409, "practice_is_private")
    row = next(line for line in client.get("/interviews/export").text.splitlines() if id in line)
    assert ",practice," in row and "9.5" not in row and "hire" not in row
    assert "9.5" not in client.get(f"/interviews/{id}/events").text


def test_messages_say_that_it_is_practice_and_none_is_about_its_answers(services: Services, house: House) -> None:
    id = practised(house)
    objects = EventObjects(services.database, services.jobs, services.candidates, services.interviews)

    def announced(type_: str, **data: Any) -> Any:
        with house.database.write() as unit:
            record(
                unit.session, organisation_id=house.organisation_id, type=type_, subject_kind="interview",
                subject_id=id, actor="system", data=data, at=NOW,
            )  # fmt: skip
        with house.database.read() as session:
            event = session.scalars(select(DomainEvent).where(DomainEvent.type == type_)).one()
        return objects.announcement(event)

    over = announced("interview.completed")
    assert over is not None
    data = payload(over)["data"]
    assert (data["purpose"], data["result"], data["answers"]) == ("practice", None, [])
    assert announced("answer.scored", question="q1", take=1) is None
    assert announced("review.created", review="x") is None

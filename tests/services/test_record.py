"""F35: the record holds what a decision rests on: consent, calls, versions, prompts, models, ratings, decisions."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from db.models import DomainEvent, Interview, Job
from db.turns import TurnStore
from db.unit_of_work import Database
from interview.machine import current_step
from ivr.bootstrap import build_services
from ivr.services.audit import AuditService
from ivr.services.call_basis import basis_of
from ivr.services.context import Actor
from ivr.services.drafts import ReviewDraft
from ivr.services.reviews import ReviewService
from ivr.services.sightings import Sightings
from tests.api.conftest import make_settings
from tests.fakes import FrozenClock
from tests.pipeline import STRONG, Pipeline
from tests.statements import heard


def events_of(database: Database, type_: str) -> list[DomainEvent]:
    with database.read() as session:
        found = select(DomainEvent).where(DomainEvent.type == type_).order_by(DomainEvent.created_at)
        return list(session.scalars(found))


@pytest.fixture
def line(database: Database, clock: FrozenClock) -> Pipeline:
    pipeline = Pipeline(database, clock)
    pipeline.begin()
    pipeline.say(STRONG)
    pipeline.say(STRONG)
    pipeline.work()
    return pipeline


def test_F35_a_rating_is_recorded_with_its_model_and_the_hash_of_its_prompt(line: Pipeline) -> None:
    scored = events_of(line.database, "answer.scored")
    assert len(scored) == 2
    for event in scored:
        assert event.data["model"] == "fake-demo" and event.data["answer10"] == 10.0
        assert re.fullmatch(r"score_answer@[0-9a-f]{12}", event.data["prompt_version"])


def test_F35_a_suggestion_and_a_decision_are_recorded(line: Pipeline) -> None:
    (concluded,) = events_of(line.database, "interview.completed")
    assert concluded.data["recommendation"] == "hire" and concluded.data["overall10"] == 10.0
    assert concluded.data["model"] == "fake-demo" and "@" in concluded.data["prompt_version"]
    interview = line.interview()
    actor = Actor(interview.organisation_id, "user:anna@example.com", "user")
    draft = ReviewDraft("consider", "I want to hear one more case of hers.")
    ReviewService(line.database, line.clock, lambda: None).review(actor, interview.id, draft)
    (decided,) = events_of(line.database, "review.created")
    assert (decided.actor, decided.data["decision"]) == ("user:anna@example.com", "consider")


def test_F34_F35_what_a_call_rests_on_is_what_is_spoken(database: Database, clock: FrozenClock) -> None:
    """The stored disclosure is word for word the first sentence of the call, pronunciation included."""
    line = Pipeline(database, clock)
    with database.write() as unit:
        job = unit.session.get_one(Job, line.interview().job_id)
        job.say_as = {"company": "Harbour Kit Chen"}
    with database.read() as session:
        interview = session.get_one(Interview, line.interview_id)
        basis = basis_of(session, interview, session.get_one(Job, interview.job_id))
    line.conversations.answered(line.call_id, line.sid)
    state = TurnStore(database).read(line.call_id)
    assert state is not None
    assert current_step(state.script, state.progress).prompts[0].text == basis["disclosure"]
    assert "Harbour Kit Chen" in basis["disclosure"]
    assert re.fullmatch(r"[0-9a-f]{12}", basis["disclosure_version"])
    assert basis["consent"] == {"basis": "application", "text_version": "1"}
    assert basis["questions_version"] == 1 and len(basis["content_hash"]) == 64


# --- who looked ------------------------------------------------------------------------------------------------------


def test_F35_a_view_is_recorded_once_a_person_thing_and_hour(database: Database, clock: FrozenClock) -> None:
    line = Pipeline(database, clock)
    org = line.interview().organisation_id
    anna, ben = (Actor(org, f"user:{name}@example.com", "user", "req-1") for name in ("anna", "ben"))
    here, elsewhere = Sightings(database, clock), Sightings(database, clock)
    for _ in range(3):
        here.note(anna, "interview.viewed", "interview", line.interview_id)
        elsewhere.note(anna, "interview.viewed", "interview", line.interview_id)
    assert len(events_of(database, "interview.viewed")) == 1
    here.note(ben, "interview.viewed", "interview", line.interview_id)
    here.note(anna, "answer.heard", "interview", line.interview_id, answer="a1")
    here.note(anna, "answer.heard", "interview", line.interview_id, answer="a2")
    clock.advance(hours=1)
    here.note(anna, "interview.viewed", "interview", line.interview_id)
    assert [event.actor for event in events_of(database, "interview.viewed")] == [
        "user:anna@example.com", "user:ben@example.com", "user:anna@example.com",
    ]  # fmt: skip
    assert [event.data for event in events_of(database, "answer.heard")] == [{"answer": "a1"}, {"answer": "a2"}]


def test_F35_a_look_that_is_repeated_asks_the_database_nothing(database: Database, clock: FrozenClock) -> None:
    line = Pipeline(database, clock)
    sightings = Sightings(database, clock)
    anna = Actor(line.interview().organisation_id, "user:anna@example.com", "user")
    with heard(database) as first:
        sightings.note(anna, "interview.viewed", "interview", line.interview_id)
    with heard(database) as again:
        sightings.note(anna, "interview.viewed", "interview", line.interview_id)
    assert len([one for one in first if "INSERT" in one.upper()]) == 1
    assert list(again) == []


def test_F35_views_are_sealed_into_the_chain_and_stay_out_of_the_timeline(line: Pipeline) -> None:
    interview = line.interview()
    anna = Actor(interview.organisation_id, "user:anna@example.com", "user")
    Sightings(line.database, line.clock).note(anna, "interview.viewed", "interview", interview.id)
    audit = AuditService(line.database, line.clock)
    audit.seal()
    verified = audit.verify(interview.organisation_id)
    assert verified.is_intact and verified.unsealed == 0
    with line.database.read() as session:
        assert verified.length == session.scalar(select(func.count()).select_from(DomainEvent))


@pytest.fixture
def services(line: Pipeline, database_url: str, tmp_path: Path) -> Any:
    settings = make_settings(
        database_url=database_url, redis_url="redis://127.0.0.1:9/0", storage_url=f"file://{tmp_path}/files",
        instance_dir=tmp_path, trace_url_template="https://traces.example.com/{trace_id}",
    )  # fmt: skip
    built = build_services(settings)
    yield built
    built.database.dispose()


def test_F35_reading_an_interview_its_result_and_its_audio_leaves_an_event_each(line: Pipeline, services: Any) -> None:
    interview = line.interview()
    answer = line.answer("q1")
    anna = Actor(interview.organisation_id, "user:anna@example.com", "user", "req-7")
    shown = services.interviews.get(interview.organisation_id, interview.id, anna)
    services.interviews.result(interview.organisation_id, interview.id, anna)
    services.interviews.audio(interview.organisation_id, interview.id, answer.id, anna)
    services.interviews.audio(interview.organisation_id, interview.id, answer.id, anna)
    for type_ in ("interview.viewed", "result.viewed", "answer.heard"):
        (event,) = events_of(line.database, type_)
        assert (event.actor, event.subject_id, event.request_id) == (anna.name, interview.id, "req-7")
    again = services.interviews.get(interview.organisation_id, interview.id)
    assert again.timeline == shown.timeline, "who looked is no part of what happened"


def test_F36_a_result_says_where_its_trace_is(line: Pipeline, services: Any) -> None:
    interview = line.interview()
    url = f"https://traces.example.com/{interview.id.replace('-', '')}"
    assert services.interviews.result(interview.organisation_id, interview.id).trace_url == url
    assert services.interviews.get(interview.organisation_id, interview.id).result.trace_url == url

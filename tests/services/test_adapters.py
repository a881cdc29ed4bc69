"""Every way to reach a model, from the settings to the record: questions written, answers rated, a summary or why none.

And what each way sends: rules first, the question, then the answer, and nothing about the person (J9).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from db.models import AnswerState, Candidate, ModelCallRow
from db.unit_of_work import Database
from interview.lifecycle import InterviewStatus
from ivr import bootstrap_models
from ivr.gateways.ports import LanguageModel
from ivr.model_choice import models_in_use
from ivr.services.drafts import JobDraft
from ivr.services.errors import Conflict
from ivr.services.model_ledger import ModelLedger
from ivr.settings import Settings, load_settings
from scripts.simulator.model_server.server import make_server
from tests.fakes import FrozenClock
from tests.gateways.doubles import KEY, Double, running, served
from tests.pipeline import STRONG, Pipeline
from tests.services.test_jobs import Office, refused

SAMPLE = (Path(__file__).parents[2] / "scripts/samples/job_descriptions/04_backend_software_engineer.txt").read_text()
LACKS = {
    "responses": (), "chat": (), "auto": ("responses",), "chat in JSON mode": ("json_schema",),
    "auto in JSON mode": ("responses", "json_schema"),
}  # fmt: skip
WAYS = (*LACKS, "own server", "own server alone")


@dataclass
class Way:
    """One configuration with the doubles behind it; ``close`` what was opened."""

    name: str
    settings: Settings
    openai: Double
    own: Double
    model: LanguageModel

    def rating_requests(self) -> list[dict[str, Any]]:
        """The requests for ratings, as they went over the wire."""
        double = self.own if self.name.startswith("own") else self.openai
        return [
            json.loads(seen["body"]) for seen in double.requests()
            if seen["purpose"] == "answer_rating" and seen["status"] == 200
        ]  # fmt: skip


@pytest.fixture(scope="module")
def doubles() -> Iterator[Callable[[str], tuple[Double, Double]]]:
    with ExitStack() as stack:
        own = stack.enter_context(served(make_server(0, "own-secret")))
        kept: dict[tuple[str, ...], Double] = {}

        def pair(way: str) -> tuple[Double, Double]:
            lacks = LACKS.get(way, ())
            if lacks not in kept:
                kept[lacks] = stack.enter_context(running(*lacks))
            kept[lacks].forget()
            own.forget()
            return kept[lacks], own

        yield pair


def settings_for(name: str, openai: Double, own: Double) -> Settings:
    chosen: dict[str, Any] = {
        "secret_key": "a-secret-key-of-this-test", "webhook_base_url": "https://calls.example.com",
        "twilio_account_sid": "AC" + "0" * 32, "twilio_auth_token": "an-auth-token-of-this-test",
        "twilio_phone_number": "+14155550100", "twilio_api_base_url": "http://127.0.0.1:9", "simulated": True,
        "openai_model_questions": "writer-1", "openai_model_scoring": "rater-2",
        "openai_model_checking": "checker-3",
    }  # fmt: skip
    if name != "own server alone":
        chosen |= {"openai_api_key": KEY, "openai_base_url": f"{openai.url}/v1"}
        chosen["openai_api"] = name.split(" ")[0] if name in LACKS else "responses"
    if name.startswith("own"):
        chosen |= {
            "ai_model_api_endpoint": own.url, "ai_model_api_key": "own-secret", "ai_model_name": "house-rater",
            "ai_model_version": "7",
        }  # fmt: skip
    return load_settings(**chosen)


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, doubles: Callable[[str], tuple[Double, Double]]) -> Iterator[Way]:
    openai, own = doubles(request.param)
    settings = settings_for(request.param, openai, own)
    client = bootstrap_models.text_client(settings)
    model = bootstrap_models.language_model(client, settings)
    assert model is not None
    yield Way(request.param, settings, openai, own, model)
    if client is not None:
        client.close()


def test_questions_are_written_whatever_the_way(database: Database, clock: FrozenClock, way: Way) -> None:
    office = Office(database, clock)
    ledger = ModelLedger(database, way.model, clock, model_name="m", model_names=models_in_use(way.settings))
    office.service = office.made_on(ledger)
    job = office.ready(JobDraft(title="Backend Engineer", company="Northwind", description=SAMPLE))
    assert (job.questions_status, job.questions_error) == ("draft", None)
    assert len([q for q in office.questions(job.id).questions if not q.knockout]) == 6
    [call] = [one for one in _calls(database) if one.purpose == "interview_questions"]
    assert call.model == ("demo-house-rater@7" if way.name.startswith("own") else "demo-writer-1")
    assert way.openai.violations() == way.own.violations() == []


def test_Q3_the_wording_is_checked_whatever_the_way_or_it_is_said_that_nobody_does_it(
    database: Database, clock: FrozenClock, way: Way
) -> None:
    office = Office(database, clock)
    ledger = ModelLedger(database, way.model, clock, model_name="m", model_names=models_in_use(way.settings))
    office.service = office.made_on(ledger)
    job = office.ready(JobDraft(title="Backend Engineer", company="Northwind", description=SAMPLE, approve=True))
    if way.name == "own server alone":
        assert (job.status, office.questions(job.id).model_check.status) == ("draft", "checking")
        office.check()
        check = office.questions(job.id).model_check
        assert check.status == "unavailable" and "OPENAI_API_KEY is missing" in (check.reason or "")
        assert office.job(job.id).status == "draft", "nobody approved what nobody checked"
        refused(Conflict, "questions_unchecked", lambda: office.service.approve(office.actor, job.id))
        assert office.service.approve(office.actor, job.id, without_model_check=True).status == "open"
        assert [one for one in _calls(database) if one.purpose == "question_check"] == []
    else:
        assert (job.status, office.questions(job.id).model_check.status) == ("open", "passed")
        [call] = [one for one in _calls(database) if one.purpose == "question_check"]
        assert call.model == "demo-checker-3" and call.outcome == "ok" and call.input_tokens > 500
    assert office.is_settled() and way.openai.violations() == way.own.violations() == []


def test_answers_are_rated_whatever_the_way(database: Database, clock: FrozenClock, way: Way) -> None:
    line = _rated(database, clock, way)
    assert line.answer("q1").state is line.answer("q2").state is AnswerState.SCORED
    result = line.result()
    assert result is not None and result.overall_score is not None
    assert line.interview().status is InterviewStatus.COMPLETED
    wanted = "demo-house-rater@7" if way.name.startswith("own") else "demo-rater-2"
    assert {rating.model for rating in line.ratings_stored()} == {wanted} == {result.model}
    for rating in line.ratings_stored():
        quotes = [quote["text"] for criterion in rating.content["criteria"] for quote in criterion["quotes"]]
        assert quotes and all(quote in STRONG for quote in quotes)
    if way.name == "own server alone":
        assert result.narrative is None
        assert "OPENAI_API_KEY is missing" in (result.narrative_note or "")
    else:
        assert result.narrative is not None and result.narrative["summary"]
    assert way.openai.violations() == way.own.violations() == []
    assert not [row for row in line.open_tasks() if row.kind != "delete_recording"], "nothing is left waiting"


def test_J9_the_wire_carries_rules_then_the_question_then_the_answer(
    database: Database, clock: FrozenClock, way: Way
) -> None:
    line = _rated(database, clock, way)
    with database.read() as session:
        person = session.scalars(select(Candidate)).one()
    asked = way.rating_requests()
    assert len(asked) >= 2
    for body in asked:
        told = json.dumps(body, ensure_ascii=False)
        # As the model reads it: the system's message is first, wherever it stands in the JSON.
        read = f"{_rules_of(body)}\n{json.dumps(_data_of(body))}"
        places = ["You rate one spoken answer", '"ideal_answer": "', '"criteria": [', "looked at the logs and saw it"]
        assert [read.index(place) for place in places] == sorted(read.index(place) for place in places)
        assert read.rindex("looked at the logs and saw it") == read.index("looked at the logs and saw it")
        for forbidden in (
            person.name, person.phone, person.phone[-4:], line.interview_id, line.call_id, person.id, "practice",
            "words_per_minute", "overall",
        ):  # fmt: skip
            assert forbidden not in told
        assert set(_data_of(body)) == {"question", "criteria", "transcript", "follow_up"}
        assert list(_data_of(body))[-2:] == ["transcript", "follow_up"]
    # the rules are the same bytes whatever is asked; the marker before the question is one for the process (ledger)
    first, second = (_rules_of(body) for body in asked[:2])
    assert first == second


def test_J10_junk_is_repaired_once_with_its_problems_whatever_the_way(
    database: Database, clock: FrozenClock, way: Way
) -> None:
    double = way.own if way.name.startswith("own") else way.openai
    double.fault(kind="lie", lies=["out_of_range"], purpose="answer_rating", times=1)
    line = Pipeline(database, clock, model=way.model, model_names=models_in_use(way.settings))
    line.begin()
    _answer_and_leave(line)
    assert line.answer("q1").state is AnswerState.SCORED
    first, second = way.rating_requests()
    assert "Mend exactly this" not in _rules_of(first)
    assert "Mend exactly this" in _rules_of(second) and "rating" in _rules_of(second).split("Mend exactly this")[1]


def test_J10_junk_twice_is_a_persons_whatever_the_way(database: Database, clock: FrozenClock, way: Way) -> None:
    double = way.own if way.name.startswith("own") else way.openai
    double.fault(kind="wrong_schema", purpose="answer_rating", times=None)
    line = Pipeline(database, clock, model=way.model, model_names=models_in_use(way.settings))
    line.begin()
    _answer_and_leave(line)
    assert line.answer("q1").state is AnswerState.NEEDS_REVIEW
    assert line.ratings_stored()[0].content["answer10"] is None
    assert len(way.rating_requests()) == 2


def test_without_any_model_there_is_none(doubles: Any) -> None:
    openai, own = doubles("responses")
    settings = settings_for("own server alone", openai, own).model_copy(update={"ai_model_api_endpoint": None})
    assert not settings.has_model
    assert bootstrap_models.language_model(bootstrap_models.text_client(settings), settings) is None


def _rated(database: Database, clock: FrozenClock, way: Way) -> Pipeline:
    line = Pipeline(database, clock, model=way.model, model_names=models_in_use(way.settings))
    line.begin()
    line.say(STRONG)
    line.say(STRONG)
    line.work()
    line.later(minutes=1)
    return line


def _answer_and_leave(line: Pipeline) -> None:
    """One answer; with the call over, no follow-up to it is waited for."""
    line.say(STRONG)
    line.hang_up()
    line.work()
    line.later(minutes=1)


def _rules_of(body: dict[str, Any]) -> str:
    if "messages" in body:
        return str(body["messages"][0]["content"])
    return str(body["instructions"])


def _data_of(body: dict[str, Any]) -> dict[str, Any]:
    if isinstance(body.get("input"), dict):
        return dict(body["input"])
    message = body["messages"][1] if "messages" in body else body["input"][0]
    return dict(json.loads(message["content"].split("\n")[-2]))


def _calls(database: Database) -> list[ModelCallRow]:
    with database.read() as session:
        return list(session.scalars(select(ModelCallRow).where(ModelCallRow.outcome == "ok")))

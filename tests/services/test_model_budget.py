"""MONTHLY_BUDGET_USD: over it no model is asked, work waits with its reason, and the operator hears of it once."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, update

from db.models import AnswerState, DomainEvent, ModelCallRow, OutboxRow
from db.repositories.events import ALERT
from db.unit_of_work import Database
from interview.lifecycle import InterviewStatus
from ivr.gateways.ports import GatewayError, Trouble
from ivr.services.model_ledger import ModelLedger
from tests.factories import make_organisation
from tests.fakes import FakeEmbedder, FakeLanguageModel, FakeTranscriber, FrozenClock
from tests.pipeline import STRONG, Pipeline, rates


@pytest.fixture
def organisation_id(database: Database) -> str:
    return make_organisation(database)


def ask(ledger: ModelLedger, organisation_id: str, **changes: Any) -> Any:
    asked: dict[str, Any] = {
        "organisation_id": organisation_id, "subject_id": "a1", "purpose": "answer_rating", "instructions": "Rate.",
        "payload": {}, "schema": {}, "prompt_version": "1",
    }  # fmt: skip
    return ledger.ask(**(asked | changes)).content


def spend(database: Database, clock: FrozenClock, organisation_id: str, usd: str, **values: Any) -> None:
    with database.write() as unit:
        unit.session.add(
            ModelCallRow(
                organisation_id=organisation_id, subject_id="earlier", purpose="answer_rating", sample=0,
                request_hash=f"{usd}{len(values)}", model="m", prompt_version="1", outcome="ok",
                cost_usd=Decimal(usd), created_at=values.get("created_at", clock()),
                simulated=values.get("simulated", False),
            )
        )  # fmt: skip


def alerts(database: Database) -> list[DomainEvent]:
    with database.read() as session:
        return list(session.scalars(select(DomainEvent).where(DomainEvent.type == ALERT)))


def refused(call: Any) -> GatewayError:
    with pytest.raises(GatewayError) as caught:
        call()
    return caught.value


def test_F36_over_the_budget_nobody_is_asked(database: Database, clock: FrozenClock, organisation_id: str) -> None:
    model, heard, embedder = FakeLanguageModel({"answer_rating": {"n": 1}}), FakeTranscriber({}), FakeEmbedder()
    ledger = ModelLedger(
        database, model, clock, transcriber=heard, embedder=embedder, budget_usd=Decimal("5")
    )
    spend(database, clock, organisation_id, "4.999999")
    assert ask(ledger, organisation_id) == {"n": 1}
    spend(database, clock, organisation_id, "0.000001")
    for call in (
        lambda: ask(ledger, organisation_id, sample=1),
        lambda: ledger.transcribe(b"RIFF", organisation_id=organisation_id, subject_id="r", language="en-US"),
        lambda: ledger.embed(["x"], organisation_id=organisation_id, subject_id="q"),
    ):
        error = refused(call)
        assert (error.trouble, error.code) == (Trouble.CONFIGURATION, "budget_exceeded")
        assert "5.00 of 5.00 US dollars" in error.message
    assert len(model.asked) == 1 and heard.heard == [] and embedder.asked == []
    # what was paid for before is still there
    assert ask(ledger, organisation_id) == {"n": 1}


def test_F36_the_operator_is_told_once_a_month_and_budget(
    database: Database, clock: FrozenClock, organisation_id: str
) -> None:
    model = FakeLanguageModel({"answer_rating": {"n": 1}})
    spend(database, clock, organisation_id, "5")
    for days in (0, 1, 5):
        clock.advance(days=days)
        refused(lambda: ask(ModelLedger(database, model, clock, budget_usd=Decimal("5")), organisation_id))
    [alert] = alerts(database)
    assert alert.data["code"] == "budget_exceeded:5"
    assert "5.00 of 5.00" in alert.data["sentence"] and "MONTHLY_BUDGET_USD" in alert.data["what_to_do"]
    with database.read() as session:
        assert [row.kind for row in session.scalars(select(OutboxRow))] == ["send_alert"]
    refused(lambda: ask(ModelLedger(database, model, clock, budget_usd=Decimal("4")), organisation_id))
    assert len(alerts(database)) == 2
    assert ask(ModelLedger(database, model, clock, budget_usd=Decimal("6")), organisation_id) == {"n": 1}


def test_F36_only_this_month_s_real_money_of_this_organisation_counts(
    database: Database, clock: FrozenClock, organisation_id: str
) -> None:
    other = make_organisation(database, slug="other")
    spend(database, clock, organisation_id, "100", created_at=clock() - timedelta(days=31))
    spend(database, clock, organisation_id, "101", simulated=True)
    spend(database, clock, other, "102")
    ledger = ModelLedger(database, FakeLanguageModel({"answer_rating": {"n": 1}}), clock, budget_usd=Decimal("5"))
    assert ask(ledger, organisation_id) == {"n": 1}
    assert refused(lambda: ask(ledger, other)).code == "budget_exceeded"


def test_F36_a_budget_of_nothing_asks_nobody(database: Database, clock: FrozenClock, organisation_id: str) -> None:
    ledger = ModelLedger(database, FakeLanguageModel({}), clock, budget_usd=Decimal(0))
    assert refused(lambda: ask(ledger, organisation_id)).code == "budget_exceeded"


def test_F36_answers_wait_with_the_reason_and_are_rated_when_the_month_is_over(
    database: Database, clock: FrozenClock
) -> None:
    line = Pipeline(database, clock, budget_usd=Decimal("5"))
    line.model.replies["answer_rating"] = rates(5)
    line.begin()
    line.say(STRONG)
    line.say(STRONG)
    spend(database, clock, line.interview().organisation_id, "5")
    line.work()
    line.later(seconds=30)
    interview = line.interview()
    assert interview.status is InterviewStatus.PROCESSING and line.answer("q1").state is AnswerState.PENDING
    assert (interview.waiting_reason or "").startswith("Waiting to be scored: budget_exceeded: The month's budget")
    assert interview.next_action_at is not None and line.transcriber.heard == []
    with database.write() as unit:
        unit.session.execute(update(ModelCallRow).values(created_at=clock() - timedelta(days=40)))
    line.clock.advance(minutes=2)
    line.outbox.sweep()
    line.work()
    line.clock.advance(minutes=2)
    line.outbox.sweep()
    line.work()
    line.later(minutes=1)
    result = line.result()
    assert result is not None and result.recommendation == "hire"

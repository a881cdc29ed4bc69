"""The model ledger: a reply is paid for once, and every call, used or not, leaves its row."""

from __future__ import annotations

import threading
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, update

from db.models import ModelCallRow, Organisation
from db.unit_of_work import Database
from ivr.gateways.ports import GatewayError, ModelCall, ModelReply, ModelSpan, Trouble
from ivr.services.model_ledger import ModelLedger
from tests.fakes import FakeLanguageModel, FakeTranscriber, FrozenClock, model_call

PAYLOAD = {"transcript": "I checked twice.", "criteria": [{"id": "relevance"}]}
SCHEMA = {"type": "object"}


@pytest.fixture
def organisation_id(database: Database) -> str:
    return _organisation(database, "first")


def _organisation(database: Database, slug: str) -> str:
    organisation = Organisation(name="Northgate", slug=slug)
    with database.write() as unit:
        unit.session.add(organisation)
        unit.session.flush()
        return organisation.id


def rows(database: Database) -> list[ModelCallRow]:
    with database.read() as session:
        return list(session.scalars(select(ModelCallRow).order_by(ModelCallRow.created_at, ModelCallRow.outcome)))


def ask(ledger: ModelLedger, organisation_id: str, **changes: Any) -> ModelReply:
    question: dict[str, Any] = {
        "organisation_id": organisation_id, "subject_id": "answer-1", "purpose": "answer_rating",
        "instructions": "Rate.", "payload": PAYLOAD, "schema": SCHEMA, "prompt_version": "score@1",
    }  # fmt: skip
    return ledger.ask(**question | changes)


def test_the_same_question_is_asked_and_paid_for_once(
    database: Database, clock: FrozenClock, organisation_id: str
) -> None:
    model = FakeLanguageModel({"answer_rating": [{"n": 1, "words": "déjà “vu”"}, {"n": 2}]})
    first = ask(ModelLedger(database, model, clock, model_name="gpt-6-luna"), organisation_id)
    # Another process, after a crash.
    again = ask(ModelLedger(database, model, clock, model_name="gpt-6-luna"), organisation_id)
    assert first.content == again.content == {"n": 1, "words": "déjà “vu”"}
    assert model.count("answer_rating") == 1
    assert (again.call.model, again.call.request_id, again.call.input_tokens) == (
        first.call.model, first.call.request_id, first.call.input_tokens,
    )  # fmt: skip
    [row] = rows(database)
    assert (row.outcome, row.organisation_id, row.subject_id, row.sample) == ("ok", organisation_id, "answer-1", 0)
    assert (row.prompt_version, row.vendor_request_id, row.created_at) == ("score@1", "req_fake", clock())
    assert row.simulated and row.input_tokens > 0 and row.output_tokens > 0
    assert row.request == {"payload": PAYLOAD}


@pytest.mark.parametrize(
    "change",
    [
        {"sample": 1},
        {"subject_id": "answer-2"},
        {"purpose": "interview_narrative"},
        {"payload": {"transcript": "I checked once."}},
        {"instructions": "Rate. Mend this."},
        {"schema": {"type": "array"}},
    ],
)
def test_anything_else_is_another_question(
    database: Database, clock: FrozenClock, organisation_id: str, change: dict[str, Any]
) -> None:
    model = FakeLanguageModel({"answer_rating": {"n": 1}, "interview_narrative": {"n": 1}})
    ledger = ModelLedger(database, model, clock)
    ask(ledger, organisation_id)
    ask(ledger, organisation_id, **change)
    assert len(model.asked) == len(rows(database)) == 2


def test_another_model_or_organisation_does_not_share_replies(
    database: Database, clock: FrozenClock, organisation_id: str
) -> None:
    model = FakeLanguageModel({"answer_rating": [{"n": 1}, {"n": 2}, {"n": 3}]})
    ask(ModelLedger(database, model, clock, model_name="old"), organisation_id)
    assert ask(ModelLedger(database, model, clock, model_name="new"), organisation_id).content == {"n": 2}
    other = _organisation(database, "second")
    assert ask(ModelLedger(database, model, clock, model_name="new"), other, subject_id="answer-9").content == {"n": 3}


def test_each_purpose_is_asked_under_its_own_model_s_name(
    database: Database, clock: FrozenClock, organisation_id: str
) -> None:
    model = FakeLanguageModel({"answer_rating": [{"n": 1}, {"n": 2}], "interview_narrative": {"n": 3}})

    def by(**names: str) -> ModelLedger:
        return ModelLedger(database, model, clock, model_name="all", model_names=names)

    assert ask(by(answer_rating="old"), organisation_id).content == {"n": 1}
    assert ask(by(answer_rating="new"), organisation_id).content == {"n": 2}
    # Another purpose's model is no reason to ask this one anew.
    assert ask(by(answer_rating="old", interview_narrative="x"), organisation_id).content == {"n": 1}
    error = GatewayError("Too slow.", trouble=Trouble.RETRY, code="timeout")
    model.replies["answer_rating"] = error
    with pytest.raises(GatewayError):
        ask(by(answer_rating="newest"), organisation_id)
    assert [row.model for row in rows(database) if row.outcome == "timeout"] == ["newest"]


def test_work_that_no_model_does_leaves_no_row(database: Database, clock: FrozenClock, organisation_id: str) -> None:
    missing = GatewayError("Nobody does this.", trouble=Trouble.CONFIGURATION, code="not_offered")
    with pytest.raises(GatewayError):
        ask(ModelLedger(database, FakeLanguageModel({"answer_rating": missing}), clock), organisation_id)
    assert rows(database) == []


def test_I26_what_a_candidate_may_hear_has_a_marker_of_its_own_each_time(
    database: Database, clock: FrozenClock, organisation_id: str
) -> None:
    model = FakeLanguageModel({"follow_up": {"n": 1}})
    ledger = ModelLedger(database, model, clock)
    for sample in range(2):
        ask(ledger, organisation_id, purpose="follow_up", sample=sample)
    first, second = (asked.marker for asked in model.asked)
    assert first != second and len(first) == 16


def test_I26_ratings_begin_alike_in_one_process_and_otherwise_in_the_next(
    database: Database, clock: FrozenClock, organisation_id: str
) -> None:
    model = FakeLanguageModel({"answer_rating": {"n": 1}})
    ledger = ModelLedger(database, model, clock)
    for sample in range(2):
        ask(ledger, organisation_id, sample=sample)
    ask(ModelLedger(database, model, clock), organisation_id, sample=2)
    first, second, other = (asked.marker for asked in model.asked)
    assert first == second != other and len(other) == 16


def test_an_unusable_reply_is_written_down_and_not_used_again(
    database: Database, clock: FrozenClock, organisation_id: str
) -> None:
    wasted = model_call("answer_rating", {"payload": {}}, "no JSON", "score@1", False)
    model = FakeLanguageModel(
        {
            "answer_rating": [
                GatewayError("Not JSON.", trouble=Trouble.OUTPUT, code="malformed", call=wasted),
                GatewayError("Not JSON.", trouble=Trouble.OUTPUT, code="malformed", call=wasted),
                GatewayError("Too slow.", trouble=Trouble.RETRY, code="timeout"),
                {"n": 1},
            ]
        }
    )
    ledger = ModelLedger(database, model, clock, model_name="gpt-6-luna")
    for code in ("malformed", "malformed", "timeout"):
        with pytest.raises(GatewayError) as caught:
            ask(ledger, organisation_id)
        assert caught.value.code == code
        clock.advance(seconds=1)
    assert ask(ledger, organisation_id).content == {"n": 1}
    found = rows(database)
    assert [row.outcome for row in found] == ["malformed", "malformed", "timeout", "ok"]
    assert found[0].output_tokens > 0 and found[0].reply == "no JSON"
    assert (found[2].output_tokens, found[2].cost_usd, found[2].model) == (0, None, "gpt-6-luna")


def test_the_cost_stands_in_the_row(database: Database, clock: FrozenClock, organisation_id: str) -> None:
    class Priced(FakeLanguageModel):
        def ask(self, **asked: Any) -> ModelReply:
            call = ModelCall(
                purpose=asked["purpose"], model="gpt-6-luna", prompt_version="", request={}, reply="", request_id="r",
                input_tokens=1000, cached_tokens=500, output_tokens=2000, latency_ms=5, simulated=False,
            )  # fmt: skip
            return ModelReply({"n": 1}, call)

    ask(ModelLedger(database, Priced(), clock), organisation_id)
    ask(ModelLedger(database, FakeLanguageModel({"answer_rating": {"n": 1}}), clock), organisation_id, sample=1)
    costs = {row.model: row.cost_usd for row in rows(database)}
    # 500 * 0.10 + 500 * 0.01 + 2000 * 0.50 dollars a million; the fake's model has no known price.
    assert costs == {"gpt-6-luna": Decimal("0.001055"), "fake-demo": None}


def test_without_a_model_nothing_is_written_and_what_is_known_is_found(
    database: Database, clock: FrozenClock, organisation_id: str
) -> None:
    ask(ModelLedger(database, FakeLanguageModel({"answer_rating": {"n": 1}}), clock), organisation_id)
    bare = ModelLedger(database, None, clock)
    assert ask(bare, organisation_id).content == {"n": 1}
    for attempt in (lambda: ask(bare, organisation_id, sample=1), lambda: hear(bare, organisation_id, b"RIFF")):
        with pytest.raises(GatewayError) as caught:
            attempt()
        assert (caught.value.trouble, caught.value.code) == (Trouble.CONFIGURATION, "not_configured")
    assert len(rows(database)) == 1


def test_a_purged_reply_is_asked_for_again(database: Database, clock: FrozenClock, organisation_id: str) -> None:
    model = FakeLanguageModel({"answer_rating": [{"n": 1}, {"n": 2}]})
    ledger = ModelLedger(database, model, clock)
    ask(ledger, organisation_id)
    with database.write() as unit:
        unit.session.execute(update(ModelCallRow).values(request=None, reply=None))
    assert ask(ledger, organisation_id).content == {"n": 2}
    assert sorted(row.outcome for row in rows(database)) == ["duplicate", "ok"]


def test_two_who_ask_at_once_go_on_with_one_reply(database: Database, clock: FrozenClock, organisation_id: str) -> None:
    meeting = threading.Barrier(2, timeout=20)

    class Slow(FakeLanguageModel):
        def ask(self, **asked: Any) -> ModelReply:
            meeting.wait()
            return super().ask(**asked)

    model = Slow({"answer_rating": [{"n": 1}, {"n": 2}]})
    replies: list[Any] = []
    ledger = ModelLedger(database, model, clock)
    threads = [threading.Thread(target=lambda: replies.append(ask(ledger, organisation_id).content)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(replies) == 2 and replies[0] == replies[1]
    assert sorted(row.outcome for row in rows(database)) == ["duplicate", "ok"]


def hear(ledger: ModelLedger, organisation_id: str, audio: bytes, language: str = "en-US") -> ModelReply:
    return ledger.transcribe(audio, organisation_id=organisation_id, subject_id="RE1", language=language)


def test_a_recording_is_transcribed_once(database: Database, clock: FrozenClock, organisation_id: str) -> None:
    transcriber = FakeTranscriber({b"RIFF1": "I checked “twice”.", b"RIFF2": ""})
    ledger = ModelLedger(database, None, clock, transcriber=transcriber, transcribe_model_name="gpt-transcribe")
    assert hear(ledger, organisation_id, b"RIFF1").content == "I checked “twice”."
    assert hear(ledger, organisation_id, b"RIFF1").content == "I checked “twice”."
    assert hear(ledger, organisation_id, b"RIFF2").content == ""
    assert hear(ledger, organisation_id, b"RIFF2").content == ""
    assert transcriber.heard == [b"RIFF1", b"RIFF2"]
    assert {row.purpose for row in rows(database)} == {"transcription"}
    # The audio itself is never in the ledger.
    assert all("RIFF" not in str(row.request) for row in rows(database))
    hear(ledger, organisation_id, b"RIFF1", language="fr-FR")
    assert len(transcriber.heard) == 3


class KeptSpans:
    """Keeps the spans that it was given."""

    def __init__(self) -> None:
        self.spans: list[ModelSpan] = []

    def model_call(self, span: ModelSpan) -> None:
        self.spans.append(span)


def test_F36_every_call_that_is_made_has_one_span_and_a_reply_from_the_ledger_none(
    database: Database, clock: FrozenClock, organisation_id: str
) -> None:
    spans = KeptSpans()
    refused = GatewayError("no", trouble=Trouble.OUTPUT, code="refusal")
    model = FakeLanguageModel({"answer_rating": [refused, {"n": 1}]})
    ledger = ModelLedger(database, model, clock, model_name="gpt-6-luna", spans=spans)
    interview_id = "0b4e5a2c-7d0f-4a65-9d6e-2f1c3b4a5d6e"
    with pytest.raises(GatewayError):
        ask(ledger, organisation_id, interview_id=interview_id)
    for _ in range(2):
        ask(ledger, organisation_id, interview_id=interview_id)
    failed, made = spans.spans
    assert (failed.error, failed.call) == ("refusal", None)
    assert (made.error, made.operation, made.model, made.prompt_version) == (None, "chat", "gpt-6-luna", "score@1")
    assert made.call is not None and made.ended_ns - made.started_ns == made.call.latency_ms * 1_000_000
    assert {span.trace_id for span in spans.spans} == {interview_id.replace("-", "")}
    assert len(rows(database)) == 2

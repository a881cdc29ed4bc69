"""Control answers: frozen with their version, rated every week, and in the way of a change that moves scores."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from db.models import AnswerRating, ControlAnswer, ControlRun, DomainEvent, OutboxRow
from db.repositories import outbox as rows
from db.repositories.events import ALERT
from db.unit_of_work import Database
from ivr.gateways.ports import GatewayError, Trouble
from ivr.services.context import Actor
from ivr.services.control_runs import ControlRunService
from ivr.services.controls import ControlService
from ivr.services.drift import DriftService
from ivr.services.errors import Conflict, Invalid, NotFound
from ivr.services.model_ledger import ModelLedger
from ivr.services.outbox import Outbox
from ivr.services.ratings import RatingService
from ivr.services.statistics_drafts import AnalyticsFilters, ControlAnswerDraft
from tests.factories import make_answer, make_interview, make_job, make_organisation
from tests.fakes import FakeLanguageModel, FrozenClock
from tests.pipeline import STRONG, rates

WEAK = "I do not quite remember what happened there in the end."


class House:
    """A job with control answers and a worker whose model is whatever the test says."""

    def __init__(self, database: Database, clock: FrozenClock) -> None:
        self.database, self.clock = database, clock
        self.organisation_id = make_organisation(database)
        self.job_id = make_job(database, self.organisation_id, knockouts=1)
        self.actor = Actor(self.organisation_id, "user:anna@example.com", "user")
        self.rung = 0
        self.service = ControlService(database, clock, self.ring)
        self.outbox = Outbox(database, clock, owner="test", chance=lambda: 0.0)
        self.use("m-1")

    def ring(self) -> None:
        self.rung += 1

    def use(self, name: str, rating: int = 5, *, simulated: bool = False) -> None:
        """From now on the worker asks this model, which gives every answer the same rating."""
        self.model = FakeLanguageModel(
            {"answer_rating": rates(rating, "looked at the logs")}, simulated=simulated
        )
        ledger = ModelLedger(self.database, self.model, self.clock, model_name=name)
        self.runs = ControlRunService(self.database, ledger, self.clock, samples=1)
        self.ratings = RatingService(self.database, ledger, self.clock, samples=1, controls=self.runs)

    def put(self, *drafts: ControlAnswerDraft) -> Any:
        return self.service.put(self.actor, self.job_id, drafts)

    def get(self) -> Any:
        return self.service.get(self.organisation_id, self.job_id)

    def work(self) -> None:
        """What is due, as a worker does it."""
        doing: dict[str, Any] = {
            "rate_controls": (self.runs.rate_controls, self.runs.give_up),
            "score_answer": (self.ratings.score_answer, None),
        }  # fmt: skip
        rows.unpark_due(self.database, self.clock())
        for claimed in rows.claim_due(self.database, self.clock(), "test", 50, 60):
            if claimed.kind in doing:
                lease = self.outbox.start(claimed.outbox_id, claimed.generation)
                if lease is not None:
                    self.outbox.run(lease, *doing[claimed.kind])

    def all(self, kind: type[Any]) -> list[Any]:
        with self.database.read() as session:
            return list(session.scalars(select(kind).order_by(kind.created_at, kind.id)))

    def alerts(self) -> list[dict[str, Any]]:
        return [event.data for event in self.all(DomainEvent) if event.type == ALERT]

    def answer(self) -> str:
        """An interview's answer that waits to be rated."""
        interview_id = make_interview(self.database, organisation_id=self.organisation_id, job_id=self.job_id)
        answer_id = make_answer(self.database, interview_id, "q1", transcript=STRONG)
        with self.database.write() as unit:
            rows.add(
                unit.session, kind="score_answer", subject_id=answer_id, organisation_id=self.organisation_id,
                due_at=self.clock(),
            )  # fmt: skip
        return answer_id

    def is_rated(self, answer_id: str) -> bool:
        return any(rating.answer_id == answer_id for rating in self.all(AnswerRating))


@pytest.fixture
def house(database: Database, clock: FrozenClock) -> House:
    return House(database, clock)


def strong(score: float | None = None) -> ControlAnswerDraft:
    return ControlAnswerDraft("q1", STRONG, score)


def test_F31_the_first_rating_freezes_what_has_no_score(house: House):
    shown = house.put(strong(), ControlAnswerDraft("q2", STRONG, 9.5))
    assert [one.score for one in shown.answers] == [None, 9.5] and shown.last_run.status == "pending"
    assert house.rung == 1
    house.work()
    first, second = house.get().answers
    assert first.score == first.last_score == 10.0 and first.frozen_at is not None
    assert (first.model, second.model) == ("m-1", None), "a person's score is no model's"
    run = house.get().last_run
    assert (run.status, run.compared, run.missing, run.blocks) == ("drifted", 1, 0, False)
    assert run.mean_change == 0.5 and "0.50" in run.sentence
    (alert,) = house.alerts()
    assert alert["code"] == f"control_drift:{house.job_id}" and "0.50" in alert["sentence"]
    assert any(row.kind == "send_alert" for row in house.all(OutboxRow))


def test_F31_the_judge_gets_the_words_and_nothing_else(house: House):
    house.put(strong())
    house.work()
    (asked,) = house.model.asked
    assert asked.payload["transcript"] == STRONG and asked.payload["question"]["text"].startswith("Tell me")
    assert set(asked.payload) == {"question", "criteria", "transcript", "follow_up"}
    # once more costs nothing: the run has ended
    (run,) = house.all(ControlRun)
    assert run.status == "first"


def test_F31_rated_every_week(house: House):
    house.put(strong(10.0))
    house.work()
    assert house.get().last_run.status == "ok" and house.runs.begin_due() == 0
    house.clock.advance(days=6, hours=23)
    assert house.runs.begin_due() == 0
    house.clock.advance(hours=1)
    assert house.runs.begin_due() == 1
    assert house.runs.begin_due() == 0, "another worker finds it begun"
    house.work()
    run = house.get().last_run
    assert (run.reason, run.status, run.mean_change) == ("weekly", "ok", 0.0)
    assert house.model.count("answer_rating") == 2, "each run asks anew"
    assert house.alerts() == []


def test_F31_a_week_later_the_same_model_scores_otherwise(house: House):
    """It is told, and nothing waits: nothing was changed here that could be taken back."""
    house.put(strong(10.0))
    house.work()
    house.clock.advance(days=7)
    house.use("m-1", rating=4)
    house.runs.begin_due()
    house.work()
    run = house.get().last_run
    assert (run.reason, run.status, run.mean_change, run.blocks) == ("weekly", "drifted", 2.5, False)
    assert len(house.alerts()) == 1
    answer_id = house.answer()
    house.work()
    assert house.is_rated(answer_id)
    (shown, _) = DriftService(house.database, house.clock).report(
        house.organisation_id, AnalyticsFilters(include_simulated=True)
    ).controls
    assert shown.id == run.id and shown.status == "drifted"


def test_F31_a_change_of_the_model_waits_for_the_control_answers(house: House):
    house.put(strong(10.0))
    house.work()
    house.use("m-2", rating=5)
    answer_id = house.answer()
    house.work()
    assert not house.is_rated(answer_id), "the control answers first"
    run = house.get().last_run
    assert (run.reason, run.model, run.status, run.blocks) == ("change", "m-2", "pending", True)
    (waiting,) = [row for row in house.all(OutboxRow) if row.kind == "score_answer"]
    assert waiting.parked_reason and "control_pending" in waiting.last_error
    house.work()
    assert house.get().last_run.status == "ok"
    house.clock.advance(minutes=2)
    house.work()
    assert house.is_rated(answer_id) and house.alerts() == []


def test_F31_a_change_that_moves_them_is_blocked(house: House):
    house.put(strong(10.0))
    house.work()
    house.use("m-2", rating=4)
    answer_id = house.answer()
    house.work()
    house.work()
    run = house.get().last_run
    assert (run.status, run.mean_change, run.blocks) == ("drifted", 2.5, True)
    (alert,) = house.alerts()
    assert "Answers of this job wait" in alert["what_to_do"]
    for _ in range(3):
        house.clock.advance(minutes=2)
        house.work()
    assert not house.is_rated(answer_id) and house.runs.begin_due() == 0
    # the way back: the model before is rated once more, and found to be what it was
    house.use("m-1", rating=5)
    house.clock.advance(minutes=2)
    house.work()
    house.work()
    house.clock.advance(minutes=2)
    house.work()
    assert house.is_rated(answer_id) and not house.get().last_run.blocks


def test_F31_a_person_may_accept_a_change_by_new_scores(house: House):
    house.put(strong(10.0))
    house.work()
    house.use("m-2", rating=4)
    answer_id = house.answer()
    house.work()
    house.work()
    assert house.get().last_run.blocks
    # other answers beside the old scores lift nothing
    shown = house.put(strong(10.0), ControlAnswerDraft("q2", STRONG, 7.5))
    assert shown.last_run.reason == "change" and shown.last_run.blocks
    house.work()
    assert house.get().last_run.status == "drifted"
    house.put(strong(7.5), ControlAnswerDraft("q2", STRONG, 7.5))
    house.work()
    assert house.get().last_run.status == "ok" and not house.get().last_run.blocks
    house.clock.advance(minutes=2)
    house.work()
    assert house.is_rated(answer_id)


def test_F31_an_answer_that_gets_no_score_any_more_proves_nothing(house: House):
    house.put(strong(10.0))
    house.work()
    house.use("m-2")
    house.model.replies["answer_rating"] = {"nonsense": True}
    assert house.runs.begin_due() == 1
    house.work()
    run = house.get().last_run
    assert (run.status, run.compared, run.missing, run.mean_change, run.blocks) == ("incomplete", 0, 1, None, True)
    assert len(house.alerts()) == 1


def test_F31_what_the_model_refuses_for_good_is_told(house: House):
    house.put(strong(10.0))
    house.model.replies["answer_rating"] = GatewayError("No.", trouble=Trouble.SUBJECT, code="refused")
    house.work()
    run = house.get().last_run
    assert (run.status, run.mean_change) == ("failed", None) and "No." in run.sentence
    assert house.runs.begin_due() == 0
    house.use("m-1")
    house.clock.advance(hours=1)
    assert house.runs.begin_due() == 1
    house.work()
    assert house.get().last_run.status == "ok"


def test_F31_without_control_answers_nothing_waits(house: House):
    answer_id = house.answer()
    house.work()
    assert house.is_rated(answer_id) and house.runs.begin_due() == 0 and house.all(ControlRun) == []
    house.put(strong(10.0))
    house.work()
    house.put()
    assert house.get().answers == () and house.runs.begin_due() == 0
    house.use("m-2", rating=1)
    later = house.answer()
    house.work()
    assert house.is_rated(later)


def test_F31_the_same_words_keep_their_score(house: House):
    house.put(strong(), ControlAnswerDraft("q2", WEAK, 2.0))
    house.work()
    runs = len(house.all(ControlRun))
    house.put(ControlAnswerDraft("q2", WEAK), strong())
    assert [(one.question_id, one.score) for one in house.get().answers] == [("q2", 2.0), ("q1", 10.0)]
    assert len(house.all(ControlRun)) == runs, "another order is no other set"
    house.put(strong())
    assert [one.question_id for one in house.get().answers] == ["q1"]
    assert len(house.all(ControlAnswer)) == 2, "what is retired stays for the runs that rated it"


def test_F31_what_is_no_control_answer(house: House):
    for drafts in (
        [ControlAnswerDraft("q9", STRONG, 5.0)],
        [ControlAnswerDraft("k1", STRONG, 5.0)],
        [ControlAnswerDraft("q1", "  ", 5.0)],
        [strong(1.0), strong(2.0)],
    ):
        with pytest.raises(Invalid):
            house.put(*drafts)
    assert house.all(ControlAnswer) == []
    unready = make_job(house.database, house.organisation_id, approved=False)
    with pytest.raises(Conflict):
        house.service.put(house.actor, unready, [strong()])
    stranger = make_organisation(house.database)
    with pytest.raises(NotFound):
        house.service.get(stranger, house.job_id)
    with pytest.raises(NotFound):
        house.service.put(Actor(stranger, "key:x", "key"), house.job_id, [])

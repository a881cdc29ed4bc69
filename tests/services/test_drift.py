"""Drift over real rows: which ratings make a window, version by version."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from db.columns import new_id
from db.models import Answer, AnswerRating, AnswerState, DomainEvent, Interview, ScoreSet
from db.repositories.events import ALERT
from db.unit_of_work import Database
from interview.statistics.drift import DriftStatus
from ivr.services.drift import DriftService, drift_csv
from ivr.services.errors import NotFound
from ivr.services.statistics_drafts import AnalyticsFilters
from tests.factories import NOW, make_interview, make_organisation
from tests.fakes import FrozenClock

DAY = timedelta(days=1)
STEADY = [4.0, 5.0, 6.0, 7.0, 8.0, 6.5] * 6


def make_ratings(
    database: Database, interview_id: str, scores: Sequence[float | None], at: datetime, *, model: str = "m-1",
    prompt: str = "p-1", number: int = 1, simulated: bool = False,
) -> list[str]:  # fmt: skip
    """One take more of the first question for each score, rated at this time; the answers' ids."""
    with database.write() as unit:
        session = unit.session
        interview = session.get_one(Interview, interview_id)
        score_set = ScoreSet(
            id=new_id(), organisation_id=interview.organisation_id, interview_id=interview_id,
            number=number, reason="first",
        )  # fmt: skip
        session.add(score_set)
        session.flush()
        ids = []
        for take, score in enumerate(scores):
            answer = Answer(
                id=new_id(), organisation_id=interview.organisation_id, interview_id=interview_id, question_id="q1",
                take=1_000 * number + take, state=AnswerState.SCORED, transcript="I did.", created_at=at,
            )  # fmt: skip
            session.add(answer)
            ids.append(answer.id)
            session.flush()
            session.add(
                AnswerRating(
                    organisation_id=interview.organisation_id, score_set_id=score_set.id, interview_id=interview_id,
                    answer_id=answer.id, question_id="q1", content={"state": "scored", "answer10": score}, samples=[],
                    model=model, prompt_version=prompt, simulated=simulated, created_at=at,
                )
            )  # fmt: skip
    return ids


class House:
    def __init__(self, database: Database, clock: FrozenClock) -> None:
        self.database = database
        self.service = DriftService(database, clock)
        self.organisation_id = make_organisation(database)
        self.interview_id = make_interview(database, organisation_id=self.organisation_id)
        self.number = 0

    def rate(self, scores: Sequence[float | None], at: datetime, **values: Any) -> None:
        self.number += 1
        make_ratings(self.database, self.interview_id, scores, at, **({"number": self.number} | values))

    def report(self, **filters: Any) -> Any:
        return self.service.report(self.organisation_id, AnalyticsFilters(**filters))


@pytest.fixture
def house(database: Database, clock: FrozenClock) -> House:
    return House(database, clock)


def test_F31_the_last_thirty_days_beside_the_time_before(house: House):
    house.rate(STEADY, NOW - 60 * DAY)
    house.rate([score - 1.5 for score in STEADY], NOW - DAY)
    house.rate([None] * 40, NOW - DAY)
    (found,) = house.report().versions
    assert (found.model, found.prompt_version, found.last_rated_at) == ("m-1", "p-1", NOW - DAY)
    assert found.drift.status is DriftStatus.ALARM and found.drift.mean_change == -1.5
    assert (found.drift.before, found.drift.after) == (36, 36), "an answer without a score is in no window"
    # seen another day, the same scores are all old
    house.number += 1
    calm = house.report(until=NOW - 50 * DAY, since=NOW - 70 * DAY).versions[0]
    assert calm.drift.status is DriftStatus.INSUFFICIENT and calm.drift.mean_change is None
    table = drift_csv(house.report()).split("\r\n")
    assert table[1].startswith("m-1,p-1,alarm,36,36,6.08") and ",-1.5," in table[1], "a minus sign stays a minus sign"


def test_F31_an_alarm_is_told_once_a_week(house: House, clock: FrozenClock):
    def alerts() -> list[Any]:
        with house.database.read() as session:
            events = session.scalars(select(DomainEvent).order_by(DomainEvent.created_at)).all()
        return [event.data for event in events if event.type == ALERT]

    house.rate(STEADY, NOW - 60 * DAY)
    house.rate(STEADY, NOW - DAY, prompt="p-2")
    assert house.service.watch() == 0 and alerts() == []
    house.rate([score - 1.5 for score in STEADY], NOW - DAY)
    for _ in range(3):
        assert house.service.watch() == 1
        clock.advance(days=2)
    (told,) = alerts()
    assert told["code"] == "score_drift:m-1:p-1" and "-1.50" in told["sentence"]
    clock.advance(days=1, hours=1)
    house.service.watch()
    assert len(alerts()) == 2


def test_F31_each_model_and_prompt_by_itself(house: House):
    house.rate(STEADY, NOW - 60 * DAY)
    house.rate(STEADY, NOW - 10 * DAY)
    house.rate([9.0] * 40, NOW - 2 * DAY, prompt="p-2")
    house.rate([1.0] * 40, NOW - 1 * DAY, model="m-2")
    found = house.report().versions
    assert [(one.model, one.prompt_version, one.drift.status.value) for one in found] == [
        ("m-2", "p-1", "insufficient"), ("m-1", "p-2", "insufficient"), ("m-1", "p-1", "ok"),
    ]  # fmt: skip


def test_F31_simulated_and_practised_scores_are_left_out(house: House):
    house.rate(STEADY, NOW - 60 * DAY)
    house.rate(STEADY, NOW - 10 * DAY, simulated=True)
    practice = make_interview(house.database, organisation_id=house.organisation_id, purpose="practice")
    make_ratings(house.database, practice, STEADY, NOW - DAY)
    assert house.report().versions[0].drift.after == 0
    assert house.report(include_simulated=True).versions[0].drift.after == 36


def test_F31_a_rating_carried_over_counts_once(house: House):
    """A corrected transcript makes a new score set, into which the other ratings are copied as they were."""
    house.rate(STEADY, NOW - DAY)
    with house.database.write() as unit:
        session = unit.session
        later = ScoreSet(
            id=new_id(), organisation_id=house.organisation_id, interview_id=house.interview_id, number=9, reason="x"
        )
        session.add(later)
        session.flush()
        for rating in session.query(AnswerRating).all():
            copy = json.loads(json.dumps(rating.content))
            session.add(
                AnswerRating(
                    organisation_id=house.organisation_id, score_set_id=later.id, interview_id=rating.interview_id,
                    answer_id=rating.answer_id, question_id="q1", content=copy, samples=[], model=rating.model,
                    prompt_version=rating.prompt_version, created_at=rating.created_at,
                )
            )  # fmt: skip
    assert house.report().versions[0].drift.after == 36


def test_F31_one_job_or_all_of_one_house(house: House):
    house.rate(STEADY, NOW - DAY)
    other = make_interview(house.database, organisation_id=house.organisation_id)
    make_ratings(house.database, other, STEADY, NOW - DAY)
    with house.database.read() as session:
        job_id = session.get_one(Interview, other).job_id
    assert house.report().versions[0].drift.after == 72
    assert house.report(job_id=job_id).versions[0].drift.after == 36
    stranger = make_organisation(house.database)
    assert house.service.report(stranger, AnalyticsFilters()).versions == ()
    with pytest.raises(NotFound):
        house.service.report(stranger, AnalyticsFilters(job_id=job_id))


def test_F31_a_window_holds_the_newest_scores(house: House, clock: FrozenClock):
    """Windows are bounded, so that a long history costs no more than a short one."""
    house.rate([1.0] * 50, NOW - 20 * DAY)
    house.rate([9.0] * 40, NOW - 2 * DAY)
    house.service = DriftService(house.database, clock, largest_window=40)
    (found,) = house.report(since=NOW - DAY).versions
    assert found.drift.before == 40
    house.rate(STEADY, NOW)
    (found,) = house.report(since=NOW - DAY, until=NOW + DAY).versions
    assert found.drift.mean_before == 9.0

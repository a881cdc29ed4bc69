"""Blind rating rounds over real rows: which answers, what people see, and what they come to."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest
from sqlalchemy import select

from db.models import Answer, CalibrationAnswer, FollowUp, FollowUpState
from db.unit_of_work import Database
from interview.statistics.calibration import CalibrationStatus, level_of
from ivr.services.calibrations import BlindAnswerView, CalibrationService, calibration_csv
from ivr.services.context import Actor
from ivr.services.drafts import Page
from ivr.services.errors import Conflict, Invalid, NotFound
from ivr.services.statistics_drafts import AnalyticsFilters, CalibrationDraft, LevelsDraft
from tests.factories import NOW, make_call, make_interview, make_organisation
from tests.fakes import FrozenClock
from tests.services.test_drift import make_ratings

ANNA, BEN = "anna@example.com", "ben@example.com"
# More threes than anything else, as in life.
SCORES = [5.0] * 40 + [0.5, 2.5, 7.5, 9.5] * 6


class House:
    def __init__(self, database: Database, clock: FrozenClock) -> None:
        self.database = database
        self.service = CalibrationService(database, clock)
        self.organisation_id = make_organisation(database)
        self.actor = Actor(self.organisation_id, "user:owner@example.com", "user")
        self.interview_id = make_interview(database, organisation_id=self.organisation_id)

    def begin(self, **values: Any) -> Any:
        return self.service.create(self.actor, CalibrationDraft(**({"name": "May", "raters": (ANNA, BEN)} | values)))

    def frozen(self, round_id: str) -> dict[str, float]:
        with self.database.read() as session:
            rows = session.scalars(select(CalibrationAnswer).where(CalibrationAnswer.round_id == round_id))
            return {row.answer_id: row.score for row in rows}

    def rate(self, round_id: str, rater: str, levels: dict[str, int]) -> Any:
        return self.service.rate(self.actor, round_id, LevelsDraft(rater, levels))

    def agreement(self, **filters: Any) -> Any:
        (found,) = self.service.report(self.organisation_id, AnalyticsFilters(**filters)).rounds
        return found.agreement


@pytest.fixture
def house(database: Database, clock: FrozenClock) -> House:
    return House(database, clock)


def test_F33_a_round_takes_answers_of_all_levels(house: House):
    make_ratings(house.database, house.interview_id, SCORES, NOW)
    made = house.begin(count=30)
    assert (made.answers, made.rated, made.simulated) == (30, {ANNA: 0, BEN: 0}, False)
    levels = [level_of(score) for score in house.frozen(made.id).values()]
    assert {level: levels.count(level) for level in range(1, 6)} == {1: 6, 2: 6, 3: 6, 4: 6, 5: 6}
    assert house.service.get(house.organisation_id, made.id) == made
    assert house.service.list(house.organisation_id, None, Page(with_total=True)).total == 1


def test_F33_raters_see_no_score(house: House):
    ids = make_ratings(house.database, house.interview_id, SCORES, NOW)
    call_id = make_call(house.database, house.interview_id)
    with house.database.write() as unit:
        follow_up = FollowUp(
            id="f1", organisation_id=house.organisation_id, interview_id=house.interview_id, call_id=call_id,
            answer_id=ids[0], question_id="q1", about="it", text="And what came of it?", state=FollowUpState.ANSWERED,
        )  # fmt: skip
        unit.session.add(follow_up)
        unit.session.add(
            Answer(
                organisation_id=house.organisation_id, interview_id=house.interview_id, question_id="f1", take=1,
                is_follow_up=True, transcript="It held.",
            )
        )  # fmt: skip
        unit.session.get_one(Answer, ids[1]).transcript = None
    made = house.begin(answer_ids=tuple(ids[0:1] + ids[2:33]))
    shown = house.service.answers(house.organisation_id, made.id).answers
    assert [one.position for one in shown] == list(range(32))
    assert {one.answer_id for one in shown} == {*ids[0:1], *ids[2:33]}
    assert {field.name for field in fields(BlindAnswerView)} == {
        "answer_id", "position", "question", "competency", "key_points", "anchors", "ideal_answer", "transcript",
        "follow_up", "follow_up_transcript",
    }  # fmt: skip
    first = next(one for one in shown if one.answer_id == ids[0])
    assert (first.follow_up, first.follow_up_transcript) == ("And what came of it?", "It held.")
    assert first.transcript == "I did." and first.anchors["5"] and len(first.key_points) == 3
    # the order is that of a hash, not of scores or of time
    assert [one.answer_id for one in shown] != [*ids[0:1], *ids[2:33]]
    # words that were erased later are gone from the round too
    with house.database.write() as unit:
        unit.session.get_one(Answer, ids[2]).transcript = None
    later = house.service.answers(house.organisation_id, made.id).answers
    assert [one.transcript for one in later if one.answer_id == ids[2]] == [None]
    with pytest.raises(Invalid):
        house.begin(answer_ids=tuple(ids[1:40]))


def test_F33_from_blind_levels_to_agreement(house: House):
    make_ratings(house.database, house.interview_id, SCORES, NOW)
    made = house.begin(count=40)
    model = {id: level_of(score) for id, score in house.frozen(made.id).items()}
    assert house.agreement().status is CalibrationStatus.INSUFFICIENT
    house.rate(made.id, ANNA, model)
    assert house.rate(made.id, BEN, dict(list(model.items())[:29])).rated == {ANNA: 40, BEN: 29}
    few = house.agreement()
    assert few.status is CalibrationStatus.INSUFFICIENT and few.answers == 29 and few.human_ai is None
    # the rest in a second part, and one level again
    last = list(model)[-1]
    house.rate(made.id, BEN, {id: 3 for id in list(model)[29:]})
    assert house.rate(made.id, BEN, {last: model[last]}).rated == {ANNA: 40, BEN: 40}
    found = house.agreement()
    assert found.status is CalibrationStatus.OK and 0 < found.human_human < 1 and found.human_ai > found.human_human
    turned = {id: 6 - level for id, level in model.items()}
    house.rate(made.id, ANNA, turned)
    house.rate(made.id, BEN, turned)
    warned = house.agreement()
    assert warned.status is CalibrationStatus.WARN and warned.human_human == 1.0 and warned.human_ai < 0
    report = house.service.report(house.organisation_id, AnalyticsFilters())
    lines = calibration_csv(report).split("\r\n")
    assert lines[0].startswith("calibration_id,name")
    assert lines[1].startswith(f"{made.id},May,2026-03-02T10:00:00Z,warn,2,40,1.0,-")


def test_F33_the_models_score_is_frozen_with_the_round(house: House):
    make_ratings(house.database, house.interview_id, [5.0] * 30, NOW, number=1)
    made = house.begin()
    make_ratings(house.database, house.interview_id, [9.0] * 30, NOW, number=2)
    assert set(house.frozen(made.id).values()) == {5.0}
    # the newest score set alone counts for the next round
    assert set(house.frozen(house.begin().id).values()) == {9.0}


def test_F33_what_a_round_needs(house: House):
    make_ratings(house.database, house.interview_id, [5.0] * 29, NOW)
    with pytest.raises(Conflict) as few:
        house.begin()
    assert few.value.code == "too_few_answers" and "29" in few.value.sentence
    for raters in ((ANNA,), (ANNA, ANNA)):
        with pytest.raises(Invalid):
            house.begin(raters=raters)
    with pytest.raises(NotFound):
        house.begin(job_id="00000000-0000-4000-8000-000000000000")


def test_F33_simulated_answers_only_when_asked_for(house: House):
    make_ratings(house.database, house.interview_id, [5.0] * 30, NOW, simulated=True)
    with pytest.raises(Conflict):
        house.begin()
    made = house.begin(include_simulated=True)
    assert made.simulated
    assert house.service.report(house.organisation_id, AnalyticsFilters()).rounds == ()
    assert len(house.service.report(house.organisation_id, AnalyticsFilters(include_simulated=True)).rounds) == 1


def test_F33_only_raters_of_the_round_and_levels_of_its_answers(house: House):
    ids = make_ratings(house.database, house.interview_id, [5.0] * 31, NOW)
    made = house.begin(answer_ids=tuple(ids[:30]))
    for rater, levels in ((("carl"), {ids[0]: 3}), (ANNA, {ids[30]: 3}), (ANNA, {ids[0]: 6}), (ANNA, {ids[0]: 0})):
        with pytest.raises(Invalid):
            house.rate(made.id, rater, levels)
    assert house.service.get(house.organisation_id, made.id).rated == {ANNA: 0, BEN: 0}
    stranger = make_organisation(house.database)
    for call in (house.service.get, house.service.answers):
        with pytest.raises(NotFound):
            call(stranger, made.id)
    with pytest.raises(NotFound):
        house.service.rate(Actor(stranger, "key:x", "key"), made.id, LevelsDraft(ANNA, {ids[0]: 3}))
    assert house.service.list(stranger, None, Page()).items == ()

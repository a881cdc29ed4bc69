"""Reviewed answers leave the house in the format that the measuring program reads, and nobody is named in them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from db.models import (
    Answer,
    AnswerState,
    CalibrationRating,
    CalibrationRound,
    Candidate,
    DomainEvent,
    FollowUpState,
    Interview,
)
from db.unit_of_work import Database
from interview.question import Dimension
from ivr.services.context import Actor
from ivr.services.dataset import DatasetService
from ivr.services.errors import NotFound
from ivr.services.statistics_drafts import AnalyticsFilters
from scripts.evaluation.reading import read_sets
from tests.analytics import DAY, House
from tests.factories import NOW, make_organisation
from tests.fakes import FrozenClock
from tests.statements import heard

ANNA, BEN = "anna@example.com", "ben@example.com"
ALL = AnalyticsFilters()


@pytest.fixture
def house(database: Database) -> House:
    return House(database)


@pytest.fixture
def service(house: House, clock: FrozenClock) -> DatasetService:
    return DatasetService(house.database, clock, "a-secret-of-this-test", at_a_time=2)


def actor(house: House) -> Actor:
    return Actor(house.organisation_id, "key:Demo", "key")


def reviewed(house: House, *, ratings: bool = False, **values: Any) -> tuple[str, str]:
    """An interview that Anna has decided, with its first answer."""
    id = house.assessed(**values)
    made = house.result(id, 6.0, "consider")
    answer_id = house.answer(id, "q1", 6.25, score_set_id=made)
    given = {answer_id: {"relevance": 4, "clarity": 3}} if ratings else None
    house.review(id, made, "hire", ratings=given, reviewer=f"user:{ANNA}")
    return id, answer_id


def rate_blind(house: House, answer_id: str, **levels: int) -> None:
    with house.database.write() as unit:
        made = CalibrationRound(
            organisation_id=house.organisation_id, name="May", raters=[ANNA, BEN], created_by="user:x"
        )
        unit.session.add(made)
        unit.session.flush()
        for rater, level in zip((ANNA, BEN), levels.values(), strict=False):
            unit.session.add(
                CalibrationRating(
                    organisation_id=house.organisation_id, round_id=made.id, answer_id=answer_id, rater=rater,
                    level=level,
                )
            )  # fmt: skip


def rows_of(service: DatasetService, house: House, **more: Any) -> dict[str, dict[str, Any]]:
    filters = more.pop("filters", ALL)
    rows = [json.loads(line) for line in service.lines(actor(house), filters, **more)]
    return {row["id"]: row for row in rows}


def test_what_leaves_is_read_by_the_measuring_program(house: House, service: DatasetService, tmp_path: Path):
    interview_id, answer_id = reviewed(house, ratings=True)
    house.follow_up(answer_id, FollowUpState.ANSWERED, "What came of it?", "It held all winter.")
    rate_blind(house, answer_id, anna=4, ben=2)
    others = [reviewed(house)[1] for _ in range(4)]
    path = tmp_path / "dataset.jsonl"
    path.write_text("".join(service.lines(actor(house), ALL)), encoding="utf-8")
    found = read_sets([path])
    assert not found.problems
    by_id = {answer.id: answer for answer in found.answers}
    assert set(by_id) == {answer_id, *others}
    read = by_id[answer_id]
    assert read.judged.transcript.text == "I stopped the line and called."
    assert (read.judged.follow_up, read.judged.follow_up_transcript.text) == (  # type: ignore[union-attr]
        "What came of it?", "It held all winter.",
    )  # fmt: skip
    assert read.judged.question.key_points[0].text == "names the cause of problem 1"
    assert read.judged.question.dimensions == (Dimension.CONTENT, Dimension.COMMUNICATION, Dimension.BEHAVIORAL)
    assert read.judged.weights.content == 50.0
    ratings = sorted((one.overall, dict(one.criteria)) for one in read.ratings)
    # Anna reviewed and rated blind: she is one person
    assert ratings == [(2, {}), (4, {"relevance": 4, "clarity": 3})]
    row = rows_of(service, house)[answer_id]
    assert row["metadata"] == {
        "interview_id": interview_id, "job_id": house.job_id, "questions_version": 1, "state": "scored",
        "score": 6.25, "model": "m-1", "prompt_version": "p-1", "simulated": False,
    }  # fmt: skip


def test_nobody_is_named(house: House, service: DatasetService):
    id, answer_id = reviewed(house, ratings=True)
    rate_blind(house, answer_id, anna=4, ben=2)
    with house.database.write() as unit:
        person = unit.session.get_one(Candidate, unit.session.get_one(Interview, id).candidate_id)
        person.name, person.email = "Zebulon Quick", "zebulon@example.net"
        phone, candidate_id = person.phone, person.id
    text = "".join(service.lines(actor(house), ALL))
    for secret in ("Zebulon", "example.net", phone, candidate_id, ANNA, BEN, "anna", "It says so in the answers"):
        assert secret not in text
    raters = [one["rater"] for one in json.loads(text)["ratings"]]
    assert all(rater.startswith("rater-") for rater in raters) and len(set(raters)) == 2
    # the same person in every row, and another under another secret
    other = DatasetService(house.database, FrozenClock(NOW), "another-secret")
    assert not {one["rater"] for one in rows_of(other, house)[answer_id]["ratings"]} & set(raters)


def test_which_answers_are_in_it(house: House, service: DatasetService):
    _, plain = reviewed(house)
    _, rated = reviewed(house, ratings=True)
    unreviewed = house.assessed()
    blind, passed_by = (
        house.answer(unreviewed, question_id, 5.0, score_set_id=None) for question_id in ("q1", "q2")
    )
    rate_blind(house, blind, anna=3)
    id, corrected = reviewed(house, ratings=True)
    with house.database.write() as unit:
        unit.session.get_one(Answer, corrected).transcript_corrected = "I stopped the belt and called."
    house.answer(id, "q2", None, state=AnswerState.SKIPPED, transcript=None, take=0)
    house.answer(id, "q2", 9.0, take=8, superseded=True)
    house.answer(id, "k1", None, is_knockout=True)
    house.answer(id, "q2", None, take=3, transcript="Um, uh.")
    for values in ({"simulated": True}, {"purpose": "practice"}):
        reviewed(house, ratings=True, **values)
    found = rows_of(service, house)
    assert set(found) == {plain, rated, blind, corrected} and passed_by not in found
    assert found[corrected]["transcript"] == "I stopped the belt and called."
    assert found[plain]["ratings"] == [] and found[blind]["metadata"]["score"] is None
    assert set(rows_of(service, house, only_rated=True)) == {rated, blind, corrected}
    assert len(rows_of(service, house, filters=AnalyticsFilters(include_simulated=True))) == 5
    assert rows_of(service, house, filters=AnalyticsFilters(since=NOW + DAY)) == {}
    stranger = make_organisation(house.database)
    asks = Actor(stranger, "key:Other", "key")
    assert list(service.lines(asks, ALL)) == []
    with pytest.raises(NotFound):
        service.lines(asks, AnalyticsFilters(job_id=house.job_id))


def test_taking_it_is_written_down_and_read_page_by_page(house: House, service: DatasetService):
    ids = {reviewed(house)[1] for _ in range(5)}
    with heard(house.database) as statements:
        lines = service.lines(actor(house), ALL)
        first = json.loads(next(lines))["id"]
        early = len(statements)
        rest = {json.loads(line)["id"] for line in lines}
        assert len(statements) > early, "later pages are read when they are asked for"
    assert {first, *rest} == ids and first not in rest
    with house.database.read() as session:
        events = session.scalars(select(DomainEvent).where(DomainEvent.type == "dataset.exported")).all()
    assert [(event.actor, event.subject_id) for event in events] == [("key:Demo", house.organisation_id)]


def test_words_that_were_deleted_are_not_in_it(house: House, service: DatasetService):
    _, answer_id = reviewed(house, ratings=True)
    with house.database.write() as unit:
        unit.session.get_one(Answer, answer_id).transcript = None
    assert rows_of(service, house) == {}

"""The terms of an interview are frozen with the approved version: everybody on one version meets the same interview."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from db.models import FollowUp, Job, QuestionSet, Result
from db.turns import TurnStore
from db.unit_of_work import Database
from ivr.services.context import Actor
from ivr.services.drafts import JobPatch, JobSettings
from ivr.services.jobs import JobService
from ivr.services.model_ledger import ModelLedger
from ivr.services.question_writing import QuestionWriter
from tests.factories import make_job, make_organisation
from tests.fakes import FakeExtractor, FakeFileStore, FrozenClock
from tests.pipeline import NO_FOLLOW_UP, SID, STRONG, Pipeline
from tests.services.test_follow_ups import WEAK, asks
from tests.services.test_question_versions import edits_of

CHANGED = {"max_follow_ups": 0, "retakes": 3, "thresholds": {"hire": 9.9, "consider": 9.8}}


class House:
    """A job with an approved version, and the recruiter who changes its settings."""

    def __init__(self, database: Database, clock: FrozenClock) -> None:
        self.database, self.clock = database, clock
        self.organisation_id = make_organisation(database)
        self.job_id = make_job(database, self.organisation_id, questions=3, settings=JobSettings(max_follow_ups=1))
        writer = QuestionWriter(ModelLedger(database, None, clock))
        self.jobs = JobService(database, clock, FakeFileStore(), FakeExtractor(), writer)
        self.anna = Actor(self.organisation_id, "user:anna", "user", "req-1")

    def interview(self, sid: str = SID) -> Pipeline:
        line = Pipeline(self.database, self.clock, sid=sid, organisation_id=self.organisation_id, job_id=self.job_id)
        line.model.replies["follow_up"] = asks
        return line

    def change(self) -> tuple[str, ...]:
        return self.jobs.patch(self.anna, self.job_id, JobPatch(settings=CHANGED)).settings_pending


@pytest.fixture
def house(database: Database, clock: FrozenClock) -> House:
    return House(database, clock)


def script_of(line: Pipeline):  # type: ignore[no-untyped-def]
    state = TurnStore(line.database).read(line.call_id)
    assert state is not None
    return state.script


def test_Q6_a_change_of_settings_in_the_middle_changes_nothing_for_those_who_come_later(house: House) -> None:
    first = house.interview()
    assert house.change() == ("thresholds", "max_follow_ups", "retakes")
    later = house.interview("CA" + "7" * 32)
    for line in (first, later):
        assert (script_of(line).max_follow_ups, script_of(line).retakes) == (1, 1)
    later.begin()
    later.say(WEAK)
    later.work()
    assert len(later.all(FollowUp)) == 1, "the second person is asked back like the first"


def test_R17_thresholds_are_those_of_the_version_that_was_asked(house: House) -> None:
    line = house.interview()
    house.change()
    line.model.replies["follow_up"] = NO_FOLLOW_UP
    line.begin()
    for _ in range(3):
        line.say(STRONG)
    line.hang_up()
    line.later(seconds=60)
    (result,) = line.all(Result)
    assert result.recommendation == "hire"
    assert result.content["policy"]["thresholds"] == {"hire": 7.0, "consider": 5.0}


def test_nobody_was_invited_yet_so_the_change_holds_at_once(house: House) -> None:
    assert house.change() == ()
    assert script_of(house.interview()).max_follow_ups == 0


def test_approving_again_makes_the_next_version_with_the_same_questions(house: House) -> None:
    written = house.jobs.questions(house.organisation_id, house.job_id)
    house.jobs.replace_questions(house.anna, house.job_id, edits_of(written))
    house.jobs.approve(house.anna, house.job_id)
    first = house.interview()
    house.change()
    shown = house.jobs.approve(house.anna, house.job_id)
    assert (shown.approved_version, shown.settings_pending) == (3, ())
    with house.database.read() as session:
        _, old, new = session.scalars(select(QuestionSet).order_by(QuestionSet.version))
        assert (old.content_hash, old.questions, old.source) == (new.content_hash, new.questions, new.source)
        assert old.terms is not None and new.terms is not None
        assert (old.terms["max_follow_ups"], new.terms["max_follow_ups"]) == (1, 0)
    assert script_of(house.interview("CA" + "7" * 32)).max_follow_ups == 0
    assert script_of(first).max_follow_ups == 1
    assert house.jobs.approve(house.anna, house.job_id).approved_version == 3, "once more changes nothing"


def test_when_and_how_often_to_call_is_not_frozen(house: House) -> None:
    line = house.interview()
    patch = JobPatch(settings={"max_attempts": 5, "calling_hours": {"end": "18:00"}})
    assert house.jobs.patch(house.anna, house.job_id, patch).settings_pending == ()
    state = TurnStore(line.database).read(line.call_id)
    assert state is not None and json.loads(state.settings)["max_attempts"] == 5
    with house.database.read() as session:
        assert session.get_one(Job, house.job_id).settings["calling_hours"]["end"] == "18:00"

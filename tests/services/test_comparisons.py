"""The same question across candidates: one version, blind first, and no rank among a few."""

from __future__ import annotations

import pytest

from db.models import AnswerState, Candidate, Interview, Job, QuestionSet
from db.unit_of_work import Database
from ivr.services.blind_first import BlindFirstService
from ivr.services.comparisons import ComparisonService
from ivr.services.context import Actor
from ivr.services.drafts import JobSettings, settings_to_plain
from ivr.services.errors import Conflict, NotFound
from tests.analytics import DAY, House
from tests.factories import NOW, make_job, make_organisation

ANNA = "user:anna@example.com"


@pytest.fixture
def house(database: Database) -> House:
    found = House(database)
    _blind_first(found, on=False)
    return found


@pytest.fixture
def service(database: Database) -> ComparisonService:
    return ComparisonService(database, BlindFirstService(database))


def _blind_first(house: House, *, on: bool) -> None:
    with house.database.write() as unit:
        unit.session.get_one(Job, house.job_id).settings = settings_to_plain(JobSettings(blind_first=on))


def anna(house: House) -> Actor:
    return Actor(house.organisation_id, ANNA, "user")


def said(house: House, score: float | None, **values: object) -> str:
    id = house.assessed(**values)
    made = house.result(id, score, "consider")
    state = AnswerState.NEEDS_REVIEW if score is None else AnswerState.SCORED
    points = ("covered", "missing", "partial")
    house.answer(id, "q1", score, score_set_id=made, state=state, points=points)
    return id


def test_a_percentile_from_ten_people_on(house: House, service: ComparisonService):
    scores = [2.0, 3.0, 4.0, 5.0, 5.0, 6.0, 7.0, 8.0, 9.0]
    for number, score in enumerate(scores):
        said(house, score, at=NOW - number * DAY)
    said(house, None)
    nine = service.compare(anna(house), house.job_id, "q1")
    assert nine.scores.scored == 9 and {one.percentile for one in nine.answers} == {None}
    last = said(house, 10.0, at=NOW + DAY)
    view = service.compare(anna(house), house.job_id, "q1")
    by_score = {one.score: one.percentile for one in view.answers}
    # of ten: nobody below and half of itself; three below and half of two; nine below and half of itself
    assert (by_score[2.0], by_score[5.0], by_score[10.0]) == (5.0, 40.0, 95.0) and by_score[None] is None
    assert view.scores.mean == pytest.approx(5.9) and view.answers[0].interview_id == last
    assert (view.questions_version, view.question_id, len(view.answers)) == (1, "q1", 11)
    assert [point.status for point in view.answers[0].key_points] == ["covered", "missing", "partial"]


def test_R20_scores_that_are_to_be_heard_first_are_in_no_number(house: House, service: ComparisonService):
    _blind_first(house, on=True)
    kept, opened, decided = said(house, 2.0), said(house, 6.0), said(house, 8.0)
    BlindFirstService(house.database).open_result(anna(house), opened)
    house.review(decided, None, "hire", reviewer="user:ben@example.com")
    view = service.compare(anna(house), house.job_id, "q1")
    by_id = {one.interview_id: one for one in view.answers}
    assert by_id[kept].hidden and by_id[kept].score is None and by_id[kept].transcript
    assert {point.status for point in by_id[kept].key_points} == {None}
    assert (by_id[opened].score, by_id[decided].score) == (6.0, 8.0)
    assert (view.scores.scored, view.scores.mean) == (2, 7.0), "a mean with it would give the hidden score away"
    ben = service.compare(Actor(house.organisation_id, "user:ben@example.com", "user"), house.job_id, "q1")
    assert ben.scores.scored == 1, "each reader has opened their own"


def test_one_version_at_a_time_and_nothing_made_up(house: House, service: ComparisonService):
    first = said(house, 5.0)
    for values in ({"simulated": True}, {"purpose": "practice"}):
        said(house, 9.0, **values)
    with house.database.write() as unit:
        session = unit.session
        old = session.get_one(QuestionSet, session.get_one(Interview, first).question_set_id)
        newer = QuestionSet(
            organisation_id=house.organisation_id, job_id=house.job_id, version=2, source="human",
            content_hash="0" * 64, questions=old.questions, spoken=old.spoken, approved_at=NOW,
        )  # fmt: skip
        draft = QuestionSet(
            organisation_id=house.organisation_id, job_id=house.job_id, version=3, source="human",
            content_hash="1" * 64, questions=old.questions, spoken=old.spoken,
        )  # fmt: skip
        session.add_all([newer, draft])
        session.flush()
        session.get_one(Job, house.job_id).approved_set_id = newer.id
    second = said(house, 7.0)
    assert [one.interview_id for one in service.compare(anna(house), house.job_id, "q1").answers] == [second]
    earlier = service.compare(anna(house), house.job_id, "q1", version=1)
    assert [one.interview_id for one in earlier.answers] == [first]
    assert len(service.compare(anna(house), house.job_id, "q1", version=1, include_simulated=True).answers) == 2
    for version, question_id in ((3, "q1"), (4, "q1"), (None, "q9")):
        with pytest.raises(NotFound):
            service.compare(anna(house), house.job_id, question_id, version=version)


def test_other_houses_and_jobs_without_questions(house: House, service: ComparisonService):
    said(house, 5.0)
    stranger = Actor(make_organisation(house.database), "key:Other", "key")
    with pytest.raises(NotFound):
        service.compare(stranger, house.job_id, "q1")
    unready = make_job(house.database, house.organisation_id, approved=False)
    with pytest.raises(Conflict, match="no approved questions"):
        service.compare(anna(house), unready, "q1")


def test_no_number_of_a_telephone_is_in_it(house: House, service: ComparisonService):
    id = said(house, 5.0)
    with house.database.read() as session:
        phone = session.get_one(Candidate, session.get_one(Interview, id).candidate_id).phone
    assert phone not in repr(service.compare(anna(house), house.job_id, "q1"))

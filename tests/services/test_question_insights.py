"""Questions, key points and integrity notes in sum, over rows that are counted by hand."""

from __future__ import annotations

import csv
import io

import pytest

from db.models import AnswerState, FollowUpState, IntegrityNote
from db.unit_of_work import Database
from interview.statistics.agreement import pearson
from ivr.services.errors import NotFound
from ivr.services.question_insights import (
    QuestionInsightService,
    concepts_csv,
    integrity_csv,
    questions_csv,
)
from ivr.services.statistics_drafts import AnalyticsFilters
from tests.analytics import House
from tests.factories import make_job, make_organisation
from tests.statements import heard

ALL = AnalyticsFilters()
FIRST = [2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 5.0, 5.0]
SECOND = [1.0, 4.0, 3.0, 6.0, 5.0, 8.0, 7.0, 10.0, 2.0, 9.0]


@pytest.fixture
def house(database: Database) -> House:
    return House(database)


@pytest.fixture
def service(database: Database) -> QuestionInsightService:
    return QuestionInsightService(database)


def rated(house: House, first: float, second: float | None, **values: object) -> str:
    """An interview with both questions scored, or the first alone; its id."""
    id = house.assessed(**values)
    made = house.result(id, first, "consider")
    house.answer(id, "q1", first, score_set_id=made)
    if second is not None:
        house.answer(id, "q2", second, score_set_id=made)
    return id


def test_a_question_by_its_scores(house: House, service: QuestionInsightService):
    for first, second in zip(FIRST, SECOND, strict=True):
        rated(house, first, second)
    rated(house, 10.0, None)
    one, two = service.questions(house.organisation_id, ALL).questions
    assert (one.question_id, one.questions_version, one.asked, one.scores.scored) == ("q1", 1, 11, 11)
    assert (one.low, one.high, one.scores.mean) == (2.0, 10.0, pytest.approx(64 / 11))
    # squares 334 + 100, less 64 * 64 / 11, over ten
    assert one.scores.deviation == pytest.approx(((434 - 64 * 64 / 11) / 10) ** 0.5)
    # whoever has no other score stands beside nothing
    assert one.pairs == two.pairs == 10
    assert one.item_rest_correlation == pytest.approx(pearson(FIRST, SECOND))
    assert two.scores.mean == pytest.approx(5.5) and two.item_rest_correlation == one.item_rest_correlation


def test_the_rest_is_the_mean_of_the_other_scores(database: Database, service: QuestionInsightService):
    house = House(database)
    house.job_id = make_job(database, house.organisation_id, questions=3)
    third = [value / 2 for value in reversed(FIRST)]
    for number, scores in enumerate(zip(FIRST, SECOND, third, strict=True)):
        id = house.assessed()
        made = house.result(id, 5.0, "consider")
        for question_id, score in zip(("q1", "q2", "q3"), scores, strict=True):
            if not (number == 9 and question_id == "q3"):
                house.answer(id, question_id, score, score_set_id=made)
    one, _, three = service.questions(house.organisation_id, ALL).questions
    rest = [(b + c) / 2 for b, c in zip(SECOND, third, strict=True)][:9] + [SECOND[9]]
    assert one.item_rest_correlation == pytest.approx(pearson(FIRST, rest))
    assert three.pairs == 9 and three.item_rest_correlation is None


def test_who_said_nothing_skipped_or_was_asked_once_more(house: House, service: QuestionInsightService):
    for state in ("scored", "scored", "needs_review", "skipped", "no_response", "no_response", "technical_failure"):
        id = house.assessed()
        made = house.result(id, 6.0, "consider")
        is_passed = state in {"skipped", "no_response"}
        answer_id = house.answer(
            id, "q1", 6.0 if state == "scored" else None, score_set_id=made, state=AnswerState(state),
            take=0 if is_passed else 1, transcript=None if is_passed else "I did.",
        )  # fmt: skip
        # a take that was replaced, a requirement, and what was said to a follow-up count for nothing here
        house.answer(id, "q1", 9.0, score_set_id=None, take=7, superseded=True)
        house.answer(id, "k1", None, is_knockout=True)
        if state == "needs_review":
            house.follow_up(answer_id, FollowUpState.READY)
        if state == "scored":
            house.follow_up(answer_id, FollowUpState.ANSWERED)
    one, two = service.questions(house.organisation_id, ALL).questions
    assert one.states == {
        "scored": 2, "needs_review": 1, "skipped": 1, "no_response": 2, "technical_failure": 1, "pending": 0,
    }  # fmt: skip
    assert (one.asked, one.skipped.share, one.no_response.share) == (7, 1 / 7, 2 / 7)
    # asked about once more: two of the four who said something
    assert (one.followed_up.count, one.followed_up.total) == (2, 4)
    assert (one.scores.scored, one.scores.mean, one.scores.deviation) == (2, 6.0, 0.0)
    assert (two.asked, two.scores.mean, two.low, two.skipped.share) == (0, None, None, None)


def test_the_newest_score_set_counts_and_versions_stand_apart(house: House, service: QuestionInsightService):
    id = rated(house, 3.0, 3.0)
    again = house.result(id, 8.0, "hire", number=2)
    house.answer(id, "q1", 8.0, score_set_id=again, take=2)
    other = make_job(house.database, house.organisation_id)
    rated(house, 1.0, 1.0, job_id=other)
    rated(house, 10.0, 10.0, simulated=True)
    rated(house, 10.0, 10.0, purpose="practice")
    found = service.questions(house.organisation_id, AnalyticsFilters(job_id=house.job_id)).questions
    assert [(one.job_id, one.scores.mean) for one in found] == [(house.job_id, 8.0), (house.job_id, None)]
    assert len(service.questions(house.organisation_id, ALL).questions) == 4
    seen = service.questions(house.organisation_id, AnalyticsFilters(house.job_id, include_simulated=True)).questions
    assert seen[0].scores.mean == 9.0
    stranger = make_organisation(house.database)
    assert service.questions(stranger, ALL).questions == ()
    for report in (service.questions, service.concepts, service.integrity):
        with pytest.raises(NotFound):
            report(stranger, AnalyticsFilters(job_id=other))


def test_key_points_missed_most_stand_first(house: House, service: QuestionInsightService):
    statuses = [("covered", "missing", "partial"), ("covered", "missing", "missing"), ("missing", "missing", "covered"),
                ("covered", "missing", "covered")]  # fmt: skip
    for points in statuses:
        id = house.assessed()
        made = house.result(id, 6.0, "consider")
        house.answer(id, "q1", 6.0, score_set_id=made, points=points)
    id = house.assessed()
    lonely = house.result(id, 6.0, "consider")
    house.answer(id, "q2", 6.0, score_set_id=lonely, points=["missing"])
    # what is left to a person has no key points to count
    house.answer(id, "q1", None, score_set_id=lonely, points=["missing"], state=AnswerState.NEEDS_REVIEW)
    found = service.concepts(house.organisation_id, ALL).concepts
    assert [(one.question_id, one.key_point_id, one.covered, one.partial, one.missing.count) for one in found] == [
        ("q1", "k2", 0, 0, 4), ("q2", "k1", 0, 0, 1), ("q1", "k1", 3, 0, 1), ("q1", "k3", 2, 1, 1),
    ]  # fmt: skip
    assert found[0].missing.share == 1.0 and found[0].text == "explains the steps taken for problem 1"
    assert 0.5 < (found[0].missing.low or 0) < 0.52, "Wilson for four of four"
    (row, *_) = csv.DictReader(io.StringIO(concepts_csv(service.concepts(house.organisation_id, ALL))))
    assert (row["key_point_id"], row["rated"], row["missing_share"]) == ("k2", "4", "1.0")
    (row, *_) = csv.DictReader(io.StringIO(questions_csv(service.questions(house.organisation_id, ALL))))
    assert (row["asked"], row["scored"], row["needs_review"], row["item_rest_correlation"]) == ("5", "4", "1", "")


def test_A25_integrity_is_silent_under_thirty_interviews_and_about_few(house: House, service: QuestionInsightService):
    def noted(count: int, signals: tuple[str, ...]) -> None:
        for _ in range(count):
            id = house.assessed()
            answer_ids = [house.answer(id, question_id, None) for question_id in ("q1", "q2")]
            with house.database.write() as unit:
                for signal in signals:
                    unit.session.add(
                        IntegrityNote(
                            organisation_id=house.organisation_id, interview_id=id, answer_id=answer_ids[0],
                            signal=signal, value=5.0, unit="s", reliability="low",
                        )
                    )  # fmt: skip

    noted(6, ("long_gap",))
    noted(4, ("textbook_wording",))
    noted(19, ())
    few = service.integrity(house.organisation_id, ALL)
    assert (few.status, few.interviews, few.answers, few.signals) == ("insufficient", 29, None, ())
    assert integrity_csv(few).splitlines() == ["signal,few,interviews,answers,share_of_answers"]
    noted(1, ())
    enough = service.integrity(house.organisation_id, ALL)
    assert (enough.status, enough.interviews, enough.answers) == ("ok", 30, 60)
    told = {one.signal: (one.few, one.interviews, one.answers, one.share_of_answers) for one in enough.signals}
    assert told["long_gap"] == (False, 6, 6, 0.1)
    assert told["textbook_wording"] == (True, None, None, None), "four could be found out"
    assert told["duplicate_text"] == (False, 0, 0, 0.0) and len(told) == 7
    assert "textbook_wording,true,,," in integrity_csv(enough)


def test_as_many_queries_for_many_as_for_few(house: House, service: QuestionInsightService):
    def asked() -> int:
        with heard(house.database) as statements:
            service.questions(house.organisation_id, ALL)
            service.concepts(house.organisation_id, ALL)
            service.integrity(house.organisation_id, ALL)
        return sum(statement.lstrip().upper().startswith("SELECT") for statement in statements)

    rated(house, 5.0, 6.0)
    few = asked()
    for first, second in zip(FIRST, SECOND, strict=True):
        rated(house, first, second, job_id=make_job(house.database, house.organisation_id))
    assert asked() == few <= 8

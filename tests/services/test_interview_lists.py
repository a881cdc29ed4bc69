"""The list of interviews on both databases: counted, ordered page by page, and silent about what is heard first."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from db.models import Interview, Job
from db.repositories.events import record
from db.unit_of_work import Database
from interview.lifecycle import InterviewStatus
from ivr.services.blind_first import BlindFirstService
from ivr.services.drafts import InterviewFilters, JobSettings, settings_to_plain
from ivr.services.errors import Invalid
from ivr.services.interview_lists import InterviewListService, Order
from tests.analytics import House
from tests.factories import NOW, make_interview
from tests.statements import heard

S = InterviewStatus
ANNA = "user:anna@example.com"
ALL = InterviewFilters()


@pytest.fixture
def house(database: Database) -> House:
    return House(database)


@pytest.fixture
def lists(database: Database) -> InterviewListService:
    return InterviewListService(database, BlindFirstService(database))


def read(
    lists: InterviewListService, house: House, order: Order, reader: str | None = None, filters: InterviewFilters = ALL
) -> list[str]:
    """The ids of all pages, two rows a page."""
    found: list[str] = []
    cursor = None
    while True:
        page = lists.page(house.organisation_id, filters, reader, order=order, limit=2, cursor=cursor)
        found += [one.id for one in page.items]
        if (cursor := page.next_cursor) is None:
            return found


def test_what_needs_a_person_comes_first_and_longest_first(house: House, lists: InterviewListService) -> None:
    done = house.assessed(at=NOW - timedelta(days=9))
    late = house.assessed(S.NEEDS_REVIEW, at=NOW - timedelta(days=1))
    early = house.interview(S.UNREACHABLE, at=NOW - timedelta(days=5))
    same = [house.assessed(S.NEEDS_REVIEW, at=NOW - timedelta(days=3)) for _ in range(3)]
    found = read(lists, house, Order.WAITING)
    assert found == [early, *sorted(same), late, done]
    newest = read(lists, house, Order.NEWEST)
    assert newest[0] == late and newest[-1] == done and sorted(newest) == sorted(found)


def test_the_highest_score_first_and_none_at_the_end(house: House, lists: InterviewListService) -> None:
    scores = {}
    for number, score in enumerate((6.5, None, 8.0, 8.0, 3.25)):
        id = house.assessed(at=NOW - timedelta(hours=number))
        house.result(id, score, None if score is None else "consider")
        scores[id] = score
    unrated = house.assessed()
    found = read(lists, house, Order.SCORE)
    assert len(found) == 6 and {found[-1], found[-2]} == {unrated, next(i for i, s in scores.items() if s is None)}
    assert all((scores[a] or 0) >= (scores[b] or 0) for a, b in pairwise(found[:4]))


def test_a_score_that_is_kept_back_decides_over_no_list(house: House, lists: InterviewListService) -> None:
    low, kept, decided, opened = (house.assessed(at=NOW + timedelta(minutes=n)) for n in range(4))
    for id, score in ((low, 2.0), (kept, 9.9), (decided, 8.0), (opened, 7.5)):
        set_id = house.result(id, score, "hire" if score > 7 else "reject")
        if id in (low, decided):
            house.review(id, set_id, "hire")
    with house.database.write() as unit:
        record(
            unit.session, organisation_id=house.organisation_id, type="result.opened", subject_kind="interview",
            subject_id=opened, actor=ANNA, at=NOW,
        )  # fmt: skip
    hires = InterviewFilters(recommendation="hire")
    assert read(lists, house, Order.SCORE, ANNA) == [decided, opened, low, kept]
    assert read(lists, house, Order.NEWEST, ANNA, hires) == [opened, decided]
    assert lists.tallies(house.organisation_id, hires, ANNA)["completed"].count == 2
    seen = {one.id: one.overall_score for one in lists.everything(house.organisation_id, ALL, ANNA)}
    assert seen == {low: 2.0, kept: None, decided: 8.0, opened: 7.5}
    # Whoever decides over nothing is not led by it; and where the job is not blind first, nobody is.
    assert read(lists, house, Order.NEWEST, None, hires) == [opened, decided, kept]
    with house.database.write() as unit:
        unit.session.get_one(Job, house.job_id).settings = settings_to_plain(JobSettings(blind_first=False))
    assert read(lists, house, Order.SCORE, ANNA) == [kept, decided, opened, low]


def test_everything_is_counted_in_one_query(house: House, lists: InterviewListService) -> None:
    make_interview(house.database)  # another organisation's
    first = NOW - timedelta(days=4)
    for at in (NOW, first):
        house.interview(S.UNREACHABLE, at=at)
    id = house.assessed(S.NEEDS_REVIEW)
    with house.database.write() as unit:
        unit.session.get_one(Interview, id).concluded_at = NOW + timedelta(hours=1)
    with heard(house.database) as statements:
        found = lists.tallies(house.organisation_id, ALL, ANNA)
    assert len([one for one in statements if "SELECT" in one]) == 1
    assert {status: tally.count for status, tally in found.items()} == {"unreachable": 2, "needs_review": 1}
    assert found["unreachable"].since == first and found["needs_review"].since == NOW + timedelta(hours=1)


def test_a_cursor_of_another_order_and_too_many_at_once_are_refused(house: House, lists: InterviewListService) -> None:
    for _ in range(3):
        house.assessed()
    page = lists.page(house.organisation_id, ALL, None, order=Order.NEWEST, limit=1)
    for cursor in (page.next_cursor, "nonsense", "W10"):
        with pytest.raises(Invalid, match="cursor"):
            lists.page(house.organisation_id, ALL, None, order=Order.WAITING, limit=1, cursor=cursor)
    with pytest.raises(Invalid, match="At most 100"):
        lists.some(house.organisation_id, [str(number) for number in range(101)])


def test_another_organisations_interviews_cannot_be_chosen(house: House, lists: InterviewListService) -> None:
    mine, foreign = house.assessed(), make_interview(house.database)
    assert [one.id for one in lists.some(house.organisation_id, [foreign, mine])] == [mine]

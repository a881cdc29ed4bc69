"""The list of interviews as a page: filters and orders in its address, saved views, files, and many at once."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest

from db.models import Candidate, Interview, Role
from interview.lifecycle import InterviewStatus
from interview.statistics.funnel import Loss, Stage, StageCount
from ivr.dashboard.list_address import Asked
from ivr.dashboard.list_funnel import funnel_svg, steps_of
from tests.analytics import House, fourteen_invited
from tests.dashboard.desks import Office, office
from tests.dashboard.test_pages import words_of
from tests.factories import make_interview, make_job
from tests.statements import heard

__all__ = ["office"]
S = InterviewStatus


@pytest.fixture
def house(office: Office) -> House:
    return House(office.database, office.organisation_id)


def named(house: House, id: str, name: str) -> str:
    with house.database.write() as unit:
        unit.session.get_one(Candidate, unit.session.get_one(Interview, id).candidate_id).name = name
    return id


def names(html: str) -> list[str]:
    """Who stands in the table, from the top."""
    return re.findall(r'class="nm" href="/interviews/[^"]+"><bdi>([^<]+)</bdi>', html)


def test_days_orders_and_searches_stand_in_the_address(office: Office, house: House) -> None:
    now = office.services.clock()
    named(house, house.assessed(at=now - timedelta(days=1)), "Newest")
    named(house, house.assessed(S.NEEDS_REVIEW, at=now - timedelta(days=3)), "Middle")
    named(house, house.interview(S.UNREACHABLE, at=now - timedelta(days=8)), "Oldest")
    visitor = office.enter()
    assert names(visitor.get("/interviews").text) == ["Newest", "Middle", "Oldest"]
    waiting = visitor.get("/interviews?sort=waiting")
    assert names(waiting.text) == ["Oldest", "Middle", "Newest"] and "Needs a person longest" in waiting.text
    since, until = ((now - timedelta(days=days)).date().isoformat() for days in (8, 3))
    both = visitor.get(f"/interviews?from={since}&to={until}")
    assert names(both.text) == ["Middle", "Oldest"]
    assert f'name="from" type="date" value="{since}"' in both.text and "All 2" in words_of(both.text)
    assert names(visitor.get("/interviews?from=yesterday&sort=luck&advice=yes").text) == ["Newest", "Middle", "Oldest"]
    assert "oldest:" in words_of(waiting.text)


def test_a_view_is_saved_without_the_name_that_was_searched_for(office: Office, house: House) -> None:
    house.assessed(S.NEEDS_REVIEW)
    recruiter, viewer = office.enter(), office.enter(Role.VIEWER)
    asked = "/interviews?view=person&q=Ada&sort=waiting"
    saved = recruiter.send(
        "/interviews/views", "/interviews", name="  To  listen to ", shared="yes", back=asked
    )
    assert saved.status_code == 303
    html = viewer.get("/interviews").text
    link = re.search(r'<span class="sv"><a href="([^"]+)"><bdi>To listen to</bdi><small> by', html)
    assert link is not None and link[1] == "/interviews?view=person&amp;sort=waiting", "a shared view is everybody's"
    here = viewer.get(link[1].replace("&amp;", "&")).text
    assert '<span class="sv on">' in here and "Delete the view" not in here, "whoever made it deletes it"
    mine = recruiter.get("/interviews?view=person&sort=waiting").text
    delete = re.search(r'action="(/interviews/views/[^"]+/delete)"', mine)
    assert delete is not None
    assert viewer.send(delete[1], "/interviews", back="/interviews").status_code == 403
    assert recruiter.send(delete[1], "/interviews", back="/interviews").status_code == 303
    assert "To listen to" not in recruiter.get("/interviews").text


def test_a_view_of_ones_own_is_nobody_elses(office: Office, house: House) -> None:
    house.assessed()
    viewer, recruiter = office.enter(Role.VIEWER), office.enter()
    saved = viewer.send("/interviews/views", "/interviews", name="Mine", back="/interviews?view=waiting")
    assert saved.status_code == 303
    html = viewer.get("/interviews?view=waiting").text
    delete = re.search(r'action="(/interviews/views/[^"]+/delete)"', html)
    assert delete is not None and "Everybody here sees it" not in html
    assert "Mine" not in words_of(recruiter.get("/interviews").text)
    assert recruiter.send(delete[1], "/interviews", back="/interviews").status_code == 404
    refused = viewer.send("/interviews/views", "/interviews", name="All", shared="yes", back="/interviews")
    assert refused.status_code == 403 and "for yourself only" in refused.text and 'value="All"' in refused.text
    empty = viewer.send("/interviews/views", "/interviews", name="   ", back="https://elsewhere.example/?view=person")
    assert empty.status_code == 422 and "Give the view a name" in empty.text


def test_the_list_as_a_file_keeps_back_what_is_heard_first(office: Office, house: House) -> None:
    decided, kept = (named(house, house.assessed(), name) for name in ("=cmd()", "Kept Back"))
    house.review(decided, house.result(decided, 8.0, "hire"), "hire")
    house.result(kept, 9.0, "hire")
    visitor = office.enter()
    answered = visitor.get("/interviews/export.csv?view=finished")
    assert answered.headers["Content-Disposition"].startswith("attachment")
    rows = {row["id"]: row for row in csv.DictReader(io.StringIO(answered.data.decode("utf-8-sig")))}
    assert rows[decided]["overall_score"] == "8.0" and rows[kept]["overall_score"] == rows[kept]["recommendation"] == ""
    assert rows[decided]["candidate_name"] == "'=cmd()" and "******" in rows[kept]["phone"]
    assert json.loads(visitor.get("/interviews/export.json?advice=hire").data)[0]["id"] == decided
    chosen = visitor.send("/interviews/chosen/export", "/interviews", id=kept, kind="json", back="/interviews")
    (only,) = json.loads(chosen.data)
    assert only["id"] == kept and only["overall_score"] is None
    assert visitor.get("/interviews/export.xml").status_code == 404


def test_many_are_canceled_at_once_and_each_refusal_is_told(office: Office) -> None:
    job = make_job(office.database, office.organisation_id)

    def make(status: InterviewStatus) -> str:
        return make_interview(office.database, organisation_id=office.organisation_id, job_id=job, status=status)

    queued, scheduled, over = make(S.QUEUED), make(S.SCHEDULED), make(S.COMPLETED)
    foreign = make_interview(office.database)
    recruiter = office.enter()

    def press(ids: list[str], **more: str) -> tuple[int, str]:
        token = recruiter.token("/interviews")
        data = {"csrf_token": token, "id": ids, "back": "/interviews?view=waiting", **more}
        sent = recruiter.client.post("/interviews/chosen/cancel", data=data)
        return sent.status_code, sent.headers.get("Location") or words_of(sent.text)

    status, text = press([queued, scheduled, foreign])
    assert status == 200 and "Cancel 2 interviews? Nobody is called for them any more" in text
    assert press([queued, scheduled], confirmed="yes") == (303, "/interviews?view=waiting&done=cancel.2")
    assert "2 interviews canceled." in words_of(recruiter.get("/interviews?view=waiting&done=cancel.2").text)
    status, text = press([over, queued], confirmed="yes")
    assert status == 409 and "1 canceled, 1 not" in text and "This is not possible any more." in text
    assert press([])[0] == 422
    reviewer = office.enter(Role.REVIEWER)
    assert "/interviews/chosen/cancel" not in reviewer.get("/interviews").text
    assert reviewer.send("/interviews/chosen/cancel", "/interviews", id=over, back="").status_code == 403
    with office.database.read() as session:
        assert session.get_one(Interview, foreign).status is S.QUEUED
        assert session.get_one(Interview, scheduled).status is S.CANCELED


def test_the_funnel_tells_why_others_did_not_come_so_far(office: Office, house: House) -> None:
    fourteen_invited(house)
    visitor = office.enter(Role.VIEWER)
    html = visitor.get("/interviews/funnel?from=2000-01-01").text
    text = words_of(html)
    assert "14 Invited" in text and "Said yes" in text and "− 1 line busy (still open)" in text
    part = visitor.get("/interviews/funnel?from=2000-01-01", headers={"HX-Request": "true"}).text
    assert "<html" not in part and 'id="funnel"' in part
    nobody = visitor.get("/interviews/funnel?from=2000-01-01&to=2000-01-02").text
    assert "Nobody was invited in this time" in nobody and "demo=1" in nobody


def test_eight_stages_become_five_steps_and_lose_nobody() -> None:
    busy, erased = Loss("busy", 2, 1), Loss("busy", 1, 0)
    counts = (10, 9, 6, 6, 5, 4, 4, 1)
    losses = {Stage.DIALLED: (erased,), Stage.REACHED: (busy, Loss("voicemail", 1, 0))}
    stages = [
        StageCount(stage, count, None, None, losses.get(stage, ()))
        for stage, count in zip(Stage, counts, strict=True)
    ]
    steps = steps_of(stages)
    assert [(one.title, one.count) for one in steps] == [
        ("Invited", 10), ("Reached", 6), ("Said yes", 6), ("Finished", 4), ("Decided", 1),
    ]  # fmt: skip
    assert steps[1].losses == (Loss("busy", 3, 1), Loss("voicemail", 1, 0)) and steps[1].share == 0.6
    drawn = ElementTree.fromstring(str(funnel_svg(steps)))  # noqa: S314 - our own words
    assert len(drawn) == 5
    assert ElementTree.fromstring(str(funnel_svg(steps_of(())))) is not None  # noqa: S314 - our own words


def test_an_address_says_itself_again() -> None:
    given = {
        "view": "person", "q": "Ada & Co", "from": "2026-03-01", "to": "2026-03-31", "advice": "hire", "sort": "score",
    }  # fmt: skip
    asked = Asked.of(given)
    assert asked.pairs() == given and asked.kept() == {name: value for name, value in given.items() if name != "q"}
    filters = asked.filters()
    assert filters.created_from is not None and filters.created_to is not None
    assert (filters.created_to - filters.created_from).days == 31, "the last day is whole"
    assert Asked.of({"from": "9999-12-31", "to": "0001-01-01", "view": "<b>", "cursor": ""}).pairs() == {}


def test_the_page_asks_the_database_the_same_however_many_there_are(office: Office, house: House) -> None:
    visitor = office.enter()
    counts = []
    for _ in range(2):
        for _ in range(12):
            id = house.assessed()
            house.result(id, 8.0, "hire")
        with heard(office.database) as statements:
            assert visitor.get("/interviews?sort=score").status_code == 200
        counts.append(len([one for one in statements if one.lstrip().startswith("SELECT")]))
    assert counts[0] == counts[1] <= 12

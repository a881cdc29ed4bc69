"""Campaigns on the pages: planned, started, watched, paused, taken up again, ended, and their results."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from werkzeug.test import TestResponse

from db.models import Campaign, CampaignMember, CampaignStatus, Candidate, Interview, OutboxRow, Role
from db.repositories import outbox
from db.unit_of_work import Database
from interview.lifecycle import InterviewStatus
from ivr.services.drafts import CampaignDraft
from tests.dashboard.calling_house import CallingHouse, make_calling_house
from tests.dashboard.test_pages import words_of
from tests.dashboard.visitor import Visitor
from tests.factories import make_job, make_organisation
from tests.fakes import FrozenClock
from tests.statements import heard

PAGE = "/campaigns/new"
NOBODY = "00000000-0000-4000-8000-000000000000"
FILE = "name,phone,consent_basis\nAna Ruiz,+442079460018,application\nBad Row,12,\nGrace Kim,+14155550141,application\n"


@pytest.fixture
def house(sqlite_url: str, clock: FrozenClock) -> Iterator[CallingHouse]:
    database = Database(sqlite_url, pool_size=8)
    yield make_calling_house(database, clock)
    database.dispose()


@pytest.fixture
def visitor(house: CallingHouse) -> Visitor:
    return house.enter()


def work(house: CallingHouse) -> None:
    """Do what the campaigns have left to do."""
    for lease in outbox.claim_due(house.database, house.clock(), "test", 50, 60.0):
        if lease.kind == "run_campaign":
            house.services.campaigns.run_campaign(lease)


def started(house: CallingHouse, *people: str, **values: object) -> str:
    """The id of a campaign whose people are invited."""
    job = house.job()
    made = house.services.campaigns.create(house.actor, CampaignDraft(job, "March intake", people, **values))
    work(house)
    found: str = made.id
    return found


def plan(visitor: Visitor, people: tuple[str, ...] = (), **fields: object) -> str:
    """The page after asking what would happen."""
    data = {"csrf_token": visitor.token(PAGE), "from": "chosen", "when": "now", "do": "plan", "person": list(people)}
    return visitor.client.post(PAGE, data=data | fields).text


def start(visitor: Visitor, **data: object) -> TestResponse:
    """The answer to the button that stands beside the plan."""
    fields: dict[str, object] = {"csrf_token": visitor.token(PAGE)} | data
    mark = re.search(r'name="planned" value="([^"]+)"', visitor.client.post(PAGE, data=fields | {"do": "plan"}).text)
    assert mark is not None
    return visitor.client.post(PAGE, data=fields | {"do": "start", "planned": mark[1]})


def test_an_empty_list_says_what_a_campaign_is(house: CallingHouse, visitor: Visitor) -> None:
    assert "No campaign yet" in visitor.get("/campaigns").text and f'href="{PAGE}"' in visitor.get("/campaigns").text
    assert "No job is ready" in visitor.get(PAGE).text
    reader = house.enter(Role.VIEWER)
    assert f'href="{PAGE}"' not in reader.get("/campaigns").text


def test_people_are_chosen_over_several_searches(house: CallingHouse, visitor: Visitor) -> None:
    house.job()
    ada, bob, cem = house.candidate("Ada"), house.candidate("Bob"), house.candidate("Cem")
    page = visitor.get(f"{PAGE}?person={ada}&person={NOBODY}").text
    assert f'value="{ada}" checked' in page and f'value="{bob}">' in page and NOBODY not in page
    data = {"csrf_token": visitor.token(PAGE), "person": [ada], "q": "cem", "do": "find", "name": "Kept"}
    found = visitor.client.post(PAGE, data=data).text
    assert f'value="{ada}" checked' in found and f'value="{cem}">' in found and bob not in found
    assert 'value="Kept"' in found


def test_a_trial_tells_each_persons_turn_or_the_reason_and_writes_nothing(
    house: CallingHouse, visitor: Visitor
) -> None:
    job = house.job()
    ada, bob = house.candidate("Ada", "+442079460018"), house.candidate("Bob", "+442079460019")
    out, silent = house.candidate("Out", "+442079460020"), house.candidate("Silent", consent=False)
    house.services.candidate_records.opt_out(house.actor, out)
    page = plan(visitor, (ada, bob, out, silent), job=job, name="March intake", pace="2")
    text = words_of(page)
    assert "2 would be called" in text and "2 would not" in text
    assert "2 Mar 2026, 10:00" in text and "has asked not to be called again" in text and "no consent on file" in text
    assert "Start and call 2 people" in text
    assert page.index("has asked not to be called") < page.rindex('datetime="2026-03-02T10:00:30Z"')
    assert house.all(Campaign) == []


def test_a_campaign_is_started_from_the_plan(house: CallingHouse, visitor: Visitor) -> None:
    job, ada = house.job(), house.candidate("Ada", "+442079460018")
    data = {"from": "chosen", "person": [ada], "job": job, "name": "March intake", "pace": "2.5", "at_once": "3",
            "when": "at", "at": "2026-03-03T10:00", "clock": "Europe/Berlin"}  # fmt: skip
    made = start(visitor, **data)
    (campaign,) = house.all(Campaign)
    assert (made.status_code, made.location) == (303, f"/campaigns/{campaign.id}")
    assert (campaign.calls_per_minute, campaign.max_concurrent) == (2.5, 3)
    assert campaign.start_at == datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
    page = visitor.get(made.location).text
    assert "Scheduled" in page and "2.5 calls a minute" in page and "Site Reliability Engineer" in page
    assert "March intake" in visitor.get("/campaigns").text


def test_nobody_starts_what_was_not_looked_at(house: CallingHouse, visitor: Visitor) -> None:
    job, ada, bob = house.job(), house.candidate("Ada"), house.candidate("Bob")
    planned = plan(visitor, (ada,), job=job, name="March")
    mark = re.search(r'name="planned" value="([^"]+)"', planned)
    assert mark is not None
    data = {"csrf_token": visitor.token(PAGE), "from": "chosen", "when": "now", "job": job, "name": "March",
            "do": "start", "planned": mark[1]}  # fmt: skip
    changed = visitor.client.post(PAGE, data=data | {"person": [ada, bob]})
    assert changed.status_code == 409 and "Nobody is called yet" in changed.text
    assert "Start and call 2 people" in words_of(changed.text) and house.all(Campaign) == []
    assert visitor.client.post(PAGE, data=data | {"person": [ada], "name": "April"}).status_code == 303


def test_a_file_is_planned_mended_and_its_people_entered_at_the_start(house: CallingHouse, visitor: Visitor) -> None:
    job = house.job()
    form = {"job": job, "name": "From a file", "from": "file"}
    page = plan(visitor, **form, file=(io.BytesIO(FILE.encode()), "people.csv"))
    text = words_of(page)
    assert "Bad Row,12," in page and "3 would not" in text and "not on your list" in text
    assert house.all(Candidate) == []
    assert start(visitor, **form, csv=FILE).status_code == 303
    assert {one.name for one in house.all(Candidate)} == {"Ana Ruiz", "Grace Kim"}
    assert len(house.all(CampaignMember)) == 3


def test_what_is_wrong_with_the_form_stands_beside_its_field(house: CallingHouse, visitor: Visitor) -> None:
    job, ada = house.job(), house.candidate("Ada")
    good = {"job": job, "name": "March"}
    for changes, field in (
        ({"job": ""}, "job"), ({"job": NOBODY}, ""), ({"name": ""}, "name"), ({"pace": "fast"}, "pace"),
        ({"pace": "0"}, "pace"), ({"at_once": "1.5"}, "at_once"), ({"when": "at"}, "at"),
        ({"from": "file", "csv": ""}, "csv"), ({"from": "file", "csv": "a,b\n1,2\n"}, ""),
    ):  # fmt: skip
        data = {"csrf_token": visitor.token(PAGE), "from": "chosen", "when": "now", "do": "plan", "person": [ada]}
        refused = visitor.client.post(PAGE, data=data | good | changes)
        assert refused.status_code in ({404} if changes.get("job") == NOBODY else {422}), changes
        assert not field or f'id="e-{field}"' in refused.text, changes
    nobody = plan(visitor, **good)
    assert "Tick whom to call" in nobody and 'value="March"' in nobody
    assert house.all(Campaign) == []


def test_the_page_of_a_campaign_shows_everybody_and_follows(house: CallingHouse, visitor: Visitor) -> None:
    ada, bob, out = house.candidate("Ada"), house.candidate("Bob"), house.candidate("Silent", consent=False)
    id = started(house, ada, bob, out)
    with house.database.write() as unit:
        first = next(one for one in unit.session.query(Interview) if one.candidate_id == ada)
        first.status, first.next_action, first.next_action_at = InterviewStatus.DECLINED, None, None
        first.next_action_why = None
    page = visitor.get(f"/campaigns/{id}").text
    text = words_of(page)
    assert "67% through" in text and "1 To be called" in text and "1 Declined" in text and "1 Not called" in text
    assert "no consent on file" in text and f'hx-get="/campaigns/{id}/state?was=running"' in page
    assert f'href="/interviews/{first.id}"' in page and "Not called (1)" in text
    refused = visitor.get(f"/campaigns/{id}?show=refused").text
    assert "Silent" in refused and "Bob" not in refused and "was=running&amp;show=refused" in refused
    part = visitor.get(f"/campaigns/{id}/state?was=running")
    assert "<html" not in part.text and "HX-Refresh" not in part.headers
    house.services.campaigns.pause(house.actor, id)
    assert visitor.get(f"/campaigns/{id}/state?was=running").headers["HX-Refresh"] == "true"


def test_many_people_come_in_parts_with_as_many_queries_as_few(house: CallingHouse, visitor: Visitor) -> None:
    few = started(house, *(house.candidate(f"A {number}") for number in range(3)))
    many = started(house, *(house.candidate(f"B {number:02}") for number in range(60)))
    visitor.get(f"/campaigns/{few}")
    with heard(house.database) as for_few:
        visitor.get(f"/campaigns/{few}")
    with heard(house.database) as for_many:
        page = visitor.get(f"/campaigns/{many}").text
    assert len(for_many) == len(for_few)
    assert "B 49" in page and "B 50" not in page and f'href="/campaigns/{many}?after=49"' in page
    rest = visitor.get(f"/campaigns/{many}?after=49").text
    assert "B 50" in rest and "B 49" not in rest and "From the beginning" in rest
    with heard(house.database) as listed:
        assert visitor.get("/campaigns").text.count('class="nm"') == 2
    assert len(listed) <= len(for_few)


def test_it_is_paused_taken_up_again_and_ended(house: CallingHouse, visitor: Visitor) -> None:
    id = started(house, house.candidate("Ada"))
    page = f"/campaigns/{id}"
    assert 'value="pause"' in visitor.get(page).text
    assert visitor.send(page, do="pause").status_code == 303
    assert 'value="resume"' in visitor.get(page).text and "hx-get" not in visitor.get(page).text
    assert visitor.send(page, do="resume").status_code == 303
    unsure = visitor.send(page, do="cancel")
    assert unsure.status_code == 422 and "cannot be taken up again" in unsure.text
    assert visitor.send(page, do="cancel", sure="yes").status_code == 303
    ended = visitor.get(page).text
    assert 'value="resume"' not in ended and 'id="cancel"' not in ended and "Canceled" in ended
    late = visitor.send(page, "/candidates/new", do="resume")
    assert late.status_code == 409 and "was canceled, for good" in late.text
    assert house.all(Campaign)[0].status is CampaignStatus.CANCELED
    assert visitor.send(page, "/candidates/new", do="explode").status_code == 422


def test_results_hold_whole_numbers_for_recruiters_alone(house: CallingHouse, visitor: Visitor) -> None:
    id = started(house, house.candidate("=Ada", "+442079460018"))
    own = visitor.get(f"/campaigns/{id}/results.csv")
    assert own.data.startswith(b"\xef\xbb\xbf") and "442079460018" in own.text and "'=Ada" in own.text
    reader = house.enter(Role.VIEWER)
    assert "2079460018" not in reader.get(f"/campaigns/{id}/results.csv").text
    page = reader.get(f"/campaigns/{id}").text
    assert 'name="do"' not in page and "2079460018" not in page
    assert reader.send(f"/campaigns/{id}", "/campaigns", do="pause").status_code == 403


def test_another_house_is_not_there(house: CallingHouse, visitor: Visitor) -> None:
    other = make_organisation(house.database)
    job = make_job(house.database, other)
    with house.database.write() as unit:
        theirs = Campaign(organisation_id=other, job_id=job, name="Theirs", created_by="x")
        unit.session.add(theirs)
        unit.session.flush()
        id = theirs.id
    for part in ("", "/state", "/results.csv"):
        assert visitor.get(f"/campaigns/{id}{part}").status_code == 404
    assert visitor.send(f"/campaigns/{id}", "/candidates/new", do="pause").status_code == 404
    assert "Theirs" not in visitor.get("/campaigns").text
    assert house.all(OutboxRow) == []


def test_the_bar_adds_up_to_the_whole(house: CallingHouse, visitor: Visitor) -> None:
    id = started(house, *(house.candidate(f"P {number}") for number in range(3)), house.candidate("S", consent=False))
    bar = re.search(r'<svg class="mix".*?</svg>', visitor.get(f"/campaigns/{id}").text, re.S)
    assert bar is not None
    widths = [float(width) for width in re.findall(r'x="[^"]+" width="([^"]+)"', bar[0])]
    assert widths == [75.0, 25.0]


def test_a_part_that_asks_after_the_session_is_over_leads_the_whole_page_to_the_login(house: CallingHouse) -> None:
    id = started(house, house.candidate())
    stranger = house.app.test_client()
    part = stranger.get(f"/campaigns/{id}/state?was=running", headers={"HX-Request": "true"})
    assert (part.status_code, part.headers["HX-Redirect"], part.data) == (200, "/login", b"")
    assert stranger.get(f"/campaigns/{id}").location == f"/login?next=%2Fcampaigns%2F{id}"

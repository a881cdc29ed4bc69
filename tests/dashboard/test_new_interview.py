"""The page before a call: what would happen is told with what to do about it, and the button does just that."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from db.models import Candidate, Interview, JobStatus, Organisation, OutboxRow, WhitelistEntry
from db.unit_of_work import Database
from interview.lifecycle import InterviewStatus
from tests.dashboard.calling_house import CallingHouse, make_calling_house
from tests.dashboard.test_pages import words_of
from tests.dashboard.visitor import Visitor
from tests.factories import make_candidate, make_job, make_organisation
from tests.fakes import FrozenClock

PAGE, LOOK = "/interviews/new", "/interviews/new/look"
NIGHT = datetime(2026, 3, 2, 22, 0, tzinfo=UTC)


@pytest.fixture
def house(sqlite_url: str, clock: FrozenClock) -> Iterator[CallingHouse]:
    database = Database(sqlite_url, pool_size=8)
    yield make_calling_house(database, clock)
    database.dispose()


@pytest.fixture
def visitor(house: CallingHouse) -> Visitor:
    return house.enter()


def look(visitor: Visitor, **fields: str) -> str:
    """The part of the page that tells what would happen."""
    seen = visitor.send(LOOK, PAGE, **({"who": "known", "when": "now", "clock": "candidate"} | fields))
    assert seen.status_code == 200
    assert "<html" not in seen.text
    return seen.text


def test_without_a_job_that_is_ready_the_page_leads_there(house: CallingHouse, visitor: Visitor) -> None:
    assert "No job is ready" in visitor.get(PAGE).text
    house.job("Line Cook", approved=False)
    page = visitor.get(PAGE).text
    assert "None of yours is so far" in page and 'href="/jobs"' in page
    assert f'href="{PAGE}"' in visitor.get("/interviews").text


def test_only_jobs_with_approved_questions_can_be_chosen_and_the_others_say_why(
    house: CallingHouse, visitor: Visitor
) -> None:
    ready, draft, closed = house.job("Ready"), house.job("Draft", approved=False), house.job("Closed")
    house.services.jobs.close(house.actor, closed)
    options = dict(re.findall(r'<option value="([^"]+)"([^<]*)<', visitor.get(PAGE).text))
    assert "disabled" not in options[ready]
    assert "disabled" in options[draft] and "questions not approved yet" in options[draft]
    assert "disabled" in options[closed] and "closed" in options[closed]
    assert {job.status for job in house.services.jobs.list(house.organisation_id).items} >= {JobStatus.CLOSED.value}


def test_whoever_may_be_called_is_called_by_the_button(house: CallingHouse, visitor: Visitor) -> None:
    job, person = house.job(), house.candidate("Ada", "+442079460018")
    page = visitor.get(f"{PAGE}?job={job}&candidate={person}").text
    text = words_of(page)
    assert "The telephone rings now" in text and "14 rules were asked, all say yes" in text
    assert "Mon 2 Mar, 10:00 Europe/London" in text and "$0.014" in text and "the price table" in text
    assert house.all(Interview) == [] and house.all(OutboxRow) == []
    made = visitor.send(PAGE, job=job, who="known", candidate=person, when="now", do="start")
    (interview,) = house.all(Interview)
    assert (made.status_code, made.location) == (303, f"/interviews/{interview.id}")
    assert visitor.get(made.location).status_code == 200
    again = visitor.send(PAGE, job=job, who="known", candidate=person, when="now", do="start")
    assert again.status_code == 409
    assert "Nobody is called." in again.text and f'href="/interviews/{interview.id}"' in again.text
    assert len(house.all(Interview)) == 1


def test_half_a_form_is_no_mistake(house: CallingHouse, visitor: Visitor) -> None:
    job = house.job()
    assert "Choose a job." in look(visitor)
    assert "Choose whom to call" in look(visitor, job=job)
    assert "Enter a name and a telephone number." in look(visitor, job=job, who="new", name="Ada")
    assert "Start the number with +" in look(visitor, job=job, who="new", name="Ada", phone="020 7946")
    wished = {"when": "at", "at": "2026-03-03T10:00", "clock": "candidate"}
    assert "Start the number with +" in look(visitor, job=job, who="new", name="Ada", phone="020 7946", **wished)
    refused = visitor.send(PAGE, job=job, who="new", name="Ada", phone="020 7946", **wished, do="start")
    assert refused.status_code == 422 and 'id="e-phone"' in refused.text
    pressed = visitor.send(PAGE, job=job, who="known", when="now", do="start")
    assert pressed.status_code == 422 and 'id="e-candidate"' in pressed.text
    nothing = visitor.send(PAGE, do="start")
    assert nothing.status_code == 422 and 'id="e-job"' in nothing.text


def test_each_refusal_says_what_to_do_and_leads_there(house: CallingHouse, visitor: Visitor) -> None:
    job = house.job()
    unlisted = house.candidate("Unlisted", "+442079460018", listed=False, consent=False)
    html = look(visitor, job=job, candidate=unlisted)
    assert "Nobody is called" in html and 'value="allow"' in html and f'href="/candidates/{unlisted}#consent"' in html
    out = house.candidate("Out", "+442079460019")
    house.services.candidate_records.opt_out(house.actor, out)
    assert f'href="/candidates/{out}#contacts"' in look(visitor, job=job, candidate=out)
    costly = house.candidate("Costly", "+19005550100")
    assert f'href="/candidates/{costly}/edit#f-phone"' in look(visitor, job=job, candidate=costly)
    draft = house.job("Draft", approved=False)
    fine = house.candidate("Fine", "+442079460020")
    assert f'href="/jobs/{draft}"' in look(visitor, job=draft, candidate=fine)
    with house.database.write() as unit:
        unit.session.get_one(Organisation, house.organisation_id).is_stopped = True
    stopped = look(visitor, job=job, candidate=fine)
    assert "Calling is stopped" in stopped and "An administrator can." in stopped


def test_a_number_is_put_on_the_list_without_leaving_the_page(house: CallingHouse, visitor: Visitor) -> None:
    job, person = house.job(), house.candidate("Ada", "+442079460018", listed=False)
    form = {"job": job, "who": "known", "candidate": person, "when": "now"}
    listed = visitor.send(PAGE, **form, do="allow")
    assert listed.status_code == 200 and "The telephone rings now" in listed.text
    assert [one.pattern for one in house.all(WhitelistEntry)] == ["+442079460018"]
    costly = house.candidate("Costly", "+19005550100", listed=False)
    refused = visitor.send(PAGE, **(form | {"candidate": costly}), do="allow")
    assert refused.status_code == 422 and "never dialled" in refused.text
    assert len(house.all(WhitelistEntry)) == 1


def test_at_night_both_clocks_say_when_it_will_ring(
    house: CallingHouse, visitor: Visitor, clock: FrozenClock
) -> None:
    job, person = house.job(), house.candidate("Ada", "+14155550141", timezone="America/Los_Angeles")
    clock.now = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
    text = words_of(look(visitor, job=job, candidate=person))
    assert "It rings later" in text and "It is 02:00 on Monday where the candidate is" in text
    assert "It rings, your clock 2 Mar 2026, 17:00" in text
    assert "It rings, their clock Mon 2 Mar, 09:00 America/Los Angeles" in text


def test_a_wished_time_is_read_on_the_chosen_clock(house: CallingHouse, visitor: Visitor, clock: FrozenClock) -> None:
    job, person = house.job(), house.candidate("Ada", "+14155550141", timezone="America/Los_Angeles")
    form = {"job": job, "candidate": person, "when": "at", "at": "2026-03-03T10:00"}
    assert "It rings, your clock 3 Mar 2026, 18:00" in words_of(look(visitor, **form))
    refused = look(visitor, **form, **{"clock": "Europe/Berlin"})
    assert "Nobody is called" in refused and 'name="next" value="2026-03-03T17:00"' in refused
    unlisted = house.candidate("Bob", "+14155550142", timezone="America/Los_Angeles", listed=False)
    both = look(visitor, **(form | {"candidate": unlisted, "clock": "UTC"}))
    assert 'value="allow"' in both and 'value="hours"' in both, "each with what to do about it"
    sent = visitor.send(PAGE, **form, who="known", clock="Europe/Berlin", do="hours", next="2026-03-03T17:00")
    assert 'value="2026-03-03T17:00"' in sent.text and "It rings later" in sent.text
    made = visitor.send(PAGE, **form, who="known", clock="candidate", do="start")
    assert made.status_code == 303
    (interview,) = house.all(Interview)
    assert (interview.call_at, interview.status) == (
        datetime(2026, 3, 3, 18, 0, tzinfo=UTC), InterviewStatus.SCHEDULED,
    )  # fmt: skip


def test_a_time_that_is_none_or_over_is_told_beside_its_field(house: CallingHouse, visitor: Visitor) -> None:
    job, person = house.job(), house.candidate("Ada", "+442079460018")
    form = {"job": job, "who": "known", "candidate": person, "when": "at", "clock": "UTC", "do": "start"}
    for at in ("", "soon", "2026-03-01T10:00"):
        refused = visitor.send(PAGE, **form, at=at)
        assert refused.status_code == 422 and 'id="e-at"' in refused.text, at
    assert house.all(Interview) == []


def test_somebody_new_is_entered_by_the_invitation_and_not_by_looking(house: CallingHouse, visitor: Visitor) -> None:
    job = house.job()
    form = {"job": job, "who": "new", "name": "Grace Kim", "phone": "020 7946 0018", "country": "GB",
            "consent": "spoken", "when": "now"}  # fmt: skip
    assert "not on your list" in look(visitor, **form)
    assert house.all(Candidate) == []
    assert "The telephone rings now" in visitor.send(PAGE, **form, do="allow").text
    made = visitor.send(PAGE, **form, do="start")
    assert made.status_code == 303
    (person,) = house.all(Candidate)
    assert (person.name, person.phone) == ("Grace Kim", "+442079460018")


def test_people_are_found_as_one_types_and_the_chosen_one_stays(house: CallingHouse, visitor: Visitor) -> None:
    ada, bob = house.candidate("Ada"), house.candidate("Bob")
    part = visitor.get(f"/interviews/new/people?q=bob&candidate={ada}").text
    assert f'value="{ada}" checked' in part and f'value="{bob}">' in part and "<html" not in part
    assert "Nobody found" in visitor.get("/interviews/new/people?q=zzz").text


def test_what_belongs_to_another_house_is_not_there(house: CallingHouse, visitor: Visitor) -> None:
    other = make_organisation(house.database)
    job, person = house.job(), house.candidate()
    foreign_job, foreign = make_job(house.database, other), make_candidate(house.database, other)
    for given in ({"job": foreign_job, "candidate": person}, {"job": job, "candidate": foreign}):
        assert visitor.get(f"{PAGE}?job={given['job']}&candidate={given['candidate']}").status_code == 404
        assert visitor.send(LOOK, PAGE, who="known", **given).status_code == 404
        assert visitor.send(PAGE, who="known", do="start", **given).status_code == 404
    assert house.all(Interview) == []

"""Candidates on the pages: found, entered, changed, their consent, the list of numbers, links, export and erasure."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator

import pytest

from db.models import Candidate, Consent, Erasure, Interview, OptOut, ResumeStatus, Role, WhitelistEntry
from db.unit_of_work import Database
from interview.lifecycle import InterviewStatus
from interview.script import Accommodations
from ivr.services.drafts import CandidatePatch
from tests.dashboard.calling_house import PEOPLE, CallingHouse, make_calling_house
from tests.dashboard.test_pages import words_of
from tests.dashboard.visitor import Visitor
from tests.factories import make_candidate, make_organisation
from tests.fakes import FrozenClock
from tests.statements import heard

NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def house(sqlite_url: str, clock: FrozenClock) -> Iterator[CallingHouse]:
    database = Database(sqlite_url, pool_size=8)
    yield make_calling_house(database, clock)
    database.dispose()


@pytest.fixture
def visitor(house: CallingHouse) -> Visitor:
    return house.enter()


def id_in(location: str) -> str:
    found = re.search(r"[0-9a-f-]{36}", location)
    assert found, location
    return found[0]


# --- the list


def test_the_list_tells_of_each_person_what_stands_in_the_way(house: CallingHouse, visitor: Visitor) -> None:
    empty = visitor.get("/candidates").text
    assert "Nobody here yet" in empty and 'href="/candidates/import"' in empty
    house.candidate("Zoë Nguyễn", "+442079460018")
    house.candidate("No Consent", "+442079460019", consent=False)
    house.candidate("Not Listed", "+442079460020", listed=False, email="listed@example.com")
    out = house.candidate("Wants None", "+442079460021")
    house.services.candidate_records.opt_out(house.actor, out)
    rows = {name: words_of(row) for row in re.findall(r"<tr>.*?</tr>", visitor.get("/candidates").text, re.S)
            for name in re.findall(r"<bdi>([^<]+)</bdi>", row)}  # fmt: skip
    assert "On the list" in rows["Zoë Nguyễn"] and "with the application" in rows["Zoë Nguyễn"]
    assert "none on file" in rows["No Consent"]
    assert "Not on the list" in rows["Not Listed"]
    assert "Wants no calls" in rows["Wants None"]
    page = visitor.get("/candidates").text
    assert "+44 ••• 0018" in page and "2079460018" not in page
    found = visitor.get("/candidates?q=listed@").text
    assert "1 candidate" in words_of(found) and "No Consent" not in found
    assert "Nobody found" in visitor.get("/candidates?q=zzz").text


def test_pages_lead_on_and_back_and_keep_the_search(house: CallingHouse, visitor: Visitor) -> None:
    for number in range(26):
        house.candidate(f"Person {number}")
    first = visitor.get("/candidates?q=Person").text
    assert "26 candidates" in words_of(first)
    older = re.search(r'href="([^"]+)" rel="next"', first)
    assert older is not None
    second = visitor.get(older[1].replace("&amp;", "&")).text
    assert second.count('class="nm"') == 1 and 'href="/candidates?q=Person" rel="prev"' in second
    assert visitor.get("/candidates?cursor=nonsense").status_code == 422


def test_the_list_asks_the_database_a_bounded_number_of_times(house: CallingHouse, visitor: Visitor) -> None:
    house.candidate()
    visitor.get("/candidates")
    with heard(house.database) as few:
        visitor.get("/candidates")
    for number in range(20):
        house.candidate(f"Person {number}")
    with heard(house.database) as many:
        assert visitor.get("/candidates").text.count('class="nm"') == 21
    assert len(many) == len(few)


# --- entering and changing


def test_somebody_is_entered_with_everything(house: CallingHouse, visitor: Visitor) -> None:
    form = {
        "csrf_token": visitor.token("/candidates/new"), "name": " Ana Ruiz ", "phone": "020 7946 0018",
        "country": "gb", "email": "ana@example.com", "timezone": "Europe/London", "consent": "written",
        "consent_at": "2026-02-27", "slower_speech": "yes", "list": "yes", "external_id": "ATS-7",
        "resume": (io.BytesIO(b"Cook since 2012"), "cv.txt"),
    }  # fmt: skip
    made = visitor.client.post("/candidates/new", data=form)
    assert made.status_code == 303, made.text
    (row,) = house.all(Candidate)
    assert (row.name, row.phone, row.email, row.external_id) == (
        "Ana Ruiz", "+442079460018", "ana@example.com", "ATS-7",
    )  # fmt: skip
    assert row.resume_status is ResumeStatus.PARSING and row.accommodations.slower_speech
    (consent,) = house.all(Consent)
    assert (consent.basis, consent.source, f"{consent.obtained_at:%Y-%m-%d}") == ("written", "dashboard", "2026-02-27")
    assert [one.pattern for one in house.all(WhitelistEntry)] == ["+442079460018"]
    page = visitor.get(made.location).text
    assert 'hx-trigger="every 3s"' in page and "Being read" in page
    waiting = visitor.get(f"{made.location}/reading")
    assert "HX-Refresh" not in waiting.headers
    with house.database.write() as unit:
        unit.session.get_one(Candidate, row.id).resume_status = ResumeStatus.READY
    assert visitor.get(f"{made.location}/reading").headers["HX-Refresh"] == "true"
    file = visitor.get(f"{made.location}/resume")
    assert file.data == b"Cook since 2012" and "attachment" in file.headers["Content-Disposition"]


WRONG = (
    ({"name": ""}, "Give a name"),
    ({"phone": ""}, "Give a telephone number."),
    ({"phone": "020 7946 0018"}, "Start the number with +"),
    ({"phone": "+44 12"}, "too short"),
    ({"country": "England"}, "2 characters at most"),
    ({"email": "nobody"}, "This is not an e-mail address."),
    ({"timezone": "London"}, "Choose a time zone"),
    ({"consent": "rumour"}, "Choose how consent was given."),
    ({"consent_at": "yesterday", "consent": "written"}, "This is no date and time."),
)


def test_what_cannot_be_taken_is_told_beside_its_field_and_stays(house: CallingHouse, visitor: Visitor) -> None:
    for changes, told in WRONG:
        form = {"name": "Ana Ruiz", "phone": "+442079460018", "say_as": "kept as typed"} | changes
        refused = visitor.send("/candidates/new", **form)
        assert refused.status_code == 422 and told in refused.text, changes
        assert f'id="e-{next(iter(changes))}"' in refused.text and "kept as typed" in refused.text, changes
    assert house.all(Candidate) == []


def test_a_file_that_is_no_resume_is_refused_and_nobody_is_entered(house: CallingHouse, visitor: Visitor) -> None:
    form = {
        "csrf_token": visitor.token("/candidates/new"), "name": "Ana", "phone": "+442079460018",
        "resume": (io.BytesIO(b"\x89PNG\r\n\x1a\n\0"), "cv.png"),
    }  # fmt: skip
    refused = visitor.client.post("/candidates/new", data=form)
    assert refused.status_code == 422 and 'value="Ana"' in refused.text and 'id="e-resume"' in refused.text
    assert house.all(Candidate) == []


def test_a_known_number_leads_to_its_person(house: CallingHouse, visitor: Visitor) -> None:
    known = house.candidate("Ada", "+442079460018")
    refused = visitor.send("/candidates/new", name="Ada Again", phone="+44 20 7946 0018")
    assert refused.status_code == 409 and f'href="/candidates/{known}"' in refused.text
    other = house.candidate("Bob", "+442079460019")
    taken = visitor.send(f"/candidates/{other}/edit", name="Bob", phone="+442079460018")
    assert taken.status_code == 409 and f'href="/candidates/{known}"' in taken.text


def test_a_number_of_a_kind_that_is_never_called_is_entered_but_not_listed(
    house: CallingHouse, visitor: Visitor
) -> None:
    made = visitor.send("/candidates/new", name="Premium", phone="+19005550100", list="yes")
    assert made.status_code == 303
    assert "could not be put on the list" in visitor.get(made.location).text
    assert house.all(WhitelistEntry) == []


def test_contacts_change_and_the_rest_stays(house: CallingHouse, visitor: Visitor) -> None:
    id = house.candidate("Ada", "+442079460018", email="ada@example.com", profile={"role": "Cook"})
    page = visitor.get(f"/candidates/{id}/edit").text
    assert 'value="+442079460018"' in page and 'value="ada@example.com"' in page
    sent = visitor.send(f"/candidates/{id}/edit", name="Ada L.", phone="+442079460018", email="", written="yes")
    assert (sent.status_code, sent.location) == (303, f"/candidates/{id}")
    (row,) = house.all(Candidate)
    assert (row.name, row.email, row.profile["role"], row.accommodations.written) == ("Ada L.", None, "Cook", True)
    assert len(house.all(Consent)) == 1


def test_the_profile_is_a_persons_to_change(house: CallingHouse, visitor: Visitor) -> None:
    id = house.candidate(profile={"role": "Cook", "drafted": ["role"]})
    page = f"/candidates/{id}"
    assert "Never used for scoring" in visitor.get(page).text
    sent = visitor.send(f"{page}/profile", page, role="Chef", years="7,5", skills="Fish\r\n\r\nBread", bio="<b>x</b>")
    assert (sent.status_code, sent.location) == (303, f"{page}#profile")
    (row,) = house.all(Candidate)
    assert (row.profile["role"], row.profile["years"], row.profile["skills"]) == ("Chef", 7.5, ["Fish", "Bread"])
    assert "&lt;b&gt;x&lt;/b&gt;" in visitor.get(page).text and "drafted" not in row.profile
    refused = visitor.send(f"{page}/profile", page, role="Chef de partie", years="many")
    assert refused.status_code == 422 and "Chef de partie" in refused.text and "from 0 to 80" in refused.text


# --- what may be done with a person


def test_consent_is_recorded_withdrawn_and_logged(house: CallingHouse, visitor: Visitor) -> None:
    id = house.candidate(consent=False)
    page = f"/candidates/{id}"
    assert "None on file" in visitor.get(page).text
    assert visitor.send(f"{page}/consent", page, do="give", consent="").status_code == 422
    assert visitor.send(f"{page}/consent", page, do="give", consent="spoken").status_code == 303
    assert "Given in a conversation" in words_of(visitor.get(page).text)
    assert visitor.send(f"{page}/consent", page, do="withdraw").status_code == 303
    text = words_of(visitor.get(page).text)
    assert "Withdrawn, was given in a conversation" in text and "entered here" in text


def test_a_number_is_put_on_the_list_and_an_opt_out_is_for_good(house: CallingHouse, visitor: Visitor) -> None:
    id = house.candidate("Ada", "+442079460018", listed=False)
    page = f"/candidates/{id}"
    waiting = house.interview(id, house.job())
    assert visitor.send(f"{page}/list", page).status_code == 303
    assert [one.pattern for one in house.all(WhitelistEntry)] == ["+442079460018"]
    unsure = visitor.send(f"{page}/opt-out", page)
    assert unsure.status_code == 422 and house.all(OptOut) == []
    assert visitor.send(f"{page}/opt-out", page, sure="yes").status_code == 303
    html = visitor.get(page).text
    assert "Wants no calls" in html and "/interviews/new?candidate=" not in html
    with house.database.read() as session:
        assert session.get_one(Interview, waiting).status is InterviewStatus.OPTED_OUT


def test_a_link_is_shown_once_or_sent(house: CallingHouse, visitor: Visitor) -> None:
    id = house.candidate("Ada", "+442079460018", timezone="Europe/London")
    page = f"/candidates/{id}"
    assert "There is nothing to answer" in visitor.get(page).text
    interview = house.interview(id, house.job())
    made = visitor.send(f"{page}/link", page, interview=interview, way="")
    assert made.status_code == 201 and made.headers["Cache-Control"] == "no-store"
    link = re.search(r'value="(http[^"]+/c/[^"]+)"', made.text)
    assert link is not None and link[1] not in visitor.get(page).text
    assert "On its way by text message" in visitor.send(f"{page}/link", page, interview=interview, way="sms").text
    no_mail = visitor.send(f"{page}/link", page, interview=interview, way="email")
    assert no_mail.status_code == 409 and "E-mail is not set up here." in no_mail.text
    foreign = house.interview(house.candidate("Bob"), house.job())
    assert visitor.send(f"{page}/link", page, interview=foreign).status_code == 404


def test_all_that_is_held_is_for_administrators_to_download(house: CallingHouse, visitor: Visitor) -> None:
    id = house.candidate("Ada")
    assert visitor.get(f"/candidates/{id}/export.zip").status_code == 403
    assert "export.zip" not in visitor.get(f"/candidates/{id}").text
    boss = house.enter(Role.ADMIN)
    assert f"/candidates/{id}/export.zip" in boss.get(f"/candidates/{id}").text
    file = boss.get(f"/candidates/{id}/export.zip")
    assert "person.json" in zipfile.ZipFile(io.BytesIO(file.data)).namelist()


def test_a_person_is_erased_by_typing_the_name_and_a_receipt_stays(house: CallingHouse, visitor: Visitor) -> None:
    id = house.candidate("Zoë Nguyễn-Łukasik")
    house.interview(id, house.job())
    page = f"/candidates/{id}/erase"
    assert "What is gone" in visitor.get(page).text
    wrong = visitor.send(page, name="Zoe")
    assert wrong.status_code == 422 and "This is not the name above" in wrong.text and house.all(Erasure) == []
    done = visitor.send(page, name="zoë  nguyễn-łukasik ")
    assert done.status_code == 303 and done.location.startswith("/erasures/")
    receipt = visitor.get(done.location).text
    assert "Under way." in receipt and 'hx-trigger="every 5s"' in receipt and "1 × person" in words_of(receipt)
    assert "recruiter@example.com" in receipt
    assert 'hx-get="' in visitor.get(f"{done.location}/state").text
    assert visitor.get(f"/candidates/{id}").status_code == 404
    assert "Zoë" not in visitor.get("/candidates").text


# --- who may


def test_whoever_reads_sees_no_number_and_no_button(house: CallingHouse) -> None:
    id = house.candidate("Ada", "+442079460018", email="ada@example.com")
    for role in (Role.VIEWER, Role.REVIEWER):
        reader = house.enter(role)
        page = reader.get(f"/candidates/{id}").text
        assert "2079460018" not in page and "ada@example.com" not in page
        assert '<form method="post" action="/candidates' not in page and f"/candidates/{id}/edit" not in page
        assert "/candidates/new" not in reader.get("/candidates").text
        for path in ("/candidates/new", "/candidates/import", f"/candidates/{id}/edit", f"/candidates/{id}/erase",
                     f"/candidates/{id}/resume", "/interviews/new", "/campaigns/new"):  # fmt: skip
            assert reader.get(path).status_code == 403, path
        for part in ("consent", "profile", "list", "opt-out", "link", "erase", "edit"):
            assert reader.send(f"/candidates/{id}/{part}", "/candidates", sure="yes", name="Ada").status_code == 403
    assert house.all(OptOut) == [] and house.all(Erasure) == []


def test_another_house_is_not_there(house: CallingHouse, visitor: Visitor) -> None:
    foreign = make_candidate(house.database, make_organisation(house.database))
    for id in (foreign, NOBODY):
        for part in ("", "/edit", "/erase", "/reading", "/resume"):
            assert visitor.get(f"/candidates/{id}{part}").status_code == 404
        for part in ("consent", "profile", "list", "opt-out", "link", "erase", "edit"):
            sent = visitor.send(f"/candidates/{id}/{part}", "/candidates/new", sure="yes", name="x", phone="+1",
                                consent="spoken", interview=NOBODY)  # fmt: skip
            assert sent.status_code == 404, part
    assert visitor.get(f"/erasures/{NOBODY}").status_code == 404


# --- files of people

FILE = (
    "name,phone,country,consent_basis,shoe size\nAnna Meyer,030 123456,DE,application,38\nBad Row,12,,,\n"
    "Ada Example,+442079460018,,,\n"
)


def test_a_file_is_tried_mended_and_entered(house: CallingHouse, visitor: Visitor) -> None:
    house.candidate("Ada Example", "+442079460018")
    form = {"csrf_token": visitor.token("/candidates/import"), "do": "check"}
    file = (io.BytesIO(FILE.encode("utf-16")), "p.csv")
    tried = visitor.client.post("/candidates/import", data=form | {"file": file})
    text = words_of(tried.text)
    assert tried.status_code == 200 and "1 new" in text and "1 known already" in text and "1 left out" in text
    assert "Nothing is entered yet." in text and "shoe size" in text
    assert re.search(r"2 Anna Meyer New|3 Bad Row Left out", text) and "Bad Row,12" in tried.text
    assert len(house.all(Candidate)) == 1
    mended = FILE.replace("Bad Row,12", "Good Row,+442079460019")
    done = visitor.client.post("/candidates/import", data=form | {"do": "enter", "csv": mended})
    assert done.status_code == 200 and "2 new" in words_of(done.text) and "Entered" in done.text
    assert {one.name for one in house.all(Candidate)} == {"Ada Example", "Anna Meyer", "Good Row"}
    assert 'value="enter"' not in done.text


def test_a_file_that_cannot_be_read_says_why(visitor: Visitor) -> None:
    empty = visitor.send("/candidates/import", do="check", csv="")
    assert empty.status_code == 422 and "The file is empty." in empty.text
    columns = visitor.send("/candidates/import", do="check", csv="who,where\nAda,here\n")
    assert columns.status_code == 422 and "names no column" in columns.text and "Ada,here" in columns.text
    country = visitor.send("/candidates/import", do="check", csv="name,phone\nAda,020\n", country="1")
    assert country.status_code == 422 and 'id="e-country"' in country.text
    large = {"csrf_token": visitor.token("/candidates/import"), "file": (io.BytesIO(b"x" * 2_200_000), "p.csv")}
    refused = visitor.client.post("/candidates/import", data=large)
    assert refused.status_code == 422 and "larger than 2 MB" in refused.text


def test_a_long_file_fits_the_form_it_is_mended_in(house: CallingHouse, visitor: Visitor) -> None:
    """More than a form may hold elsewhere."""
    rows = "".join(f"Person {n:05},12,{'x' * 180}\n" for n in range(4_900))
    sent = visitor.send("/candidates/import", do="check", csv=f"name,phone,note\n{rows}")
    assert sent.status_code == 200 and "4900 left out" in words_of(sent.text)
    assert sent.text.count("Left out") == 300


def test_names_of_every_script_are_shown(house: CallingHouse, visitor: Visitor) -> None:
    for name, phone, zone in PEOPLE:
        id = house.candidate(name, phone, timezone=zone)
        assert f"<h1><bdi>{name}</bdi></h1>" in visitor.get(f"/candidates/{id}").text


def test_accommodations_are_for_who_arranges_calls_and_not_for_who_judges(house: CallingHouse) -> None:
    id = house.candidate()
    house.services.candidates.patch(house.actor, id, CandidatePatch(accommodations=Accommodations(extra_time=True)))
    assert "Extra time." in house.enter(Role.RECRUITER).get(f"/candidates/{id}").text
    assert "Extra time" not in house.enter(Role.REVIEWER).get(f"/candidates/{id}").text

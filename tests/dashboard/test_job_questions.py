"""A job's questions on its pages: written, checked, approved, edited by hand, compared by version, and tried out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from db.models import Job, ModelCheck, Role
from tests.dashboard.conftest import Visitor
from tests.dashboard.job_office import PHONE, TEXT, Office, form_of, own_question, send
from tests.dashboard.test_pages import words_of
from tests.factories import make_interview

BAD = "How old are you, and when did you finish school?"


@pytest.fixture
def office(sqlite_url: str, tmp_path: Path) -> Iterator[Office]:
    opened = Office(sqlite_url, tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def visitor(office: Office) -> Visitor:
    return office.enter()


# --- how far the questions are ------------------------------------------------------------------------------------


def test_writing_is_shown_and_watched_until_it_is_done(office: Office, visitor: Visitor) -> None:
    job = office.entered()
    html = visitor.get(f"/jobs/{job}").text
    assert "The questions are being written" in html and "drafts 6 questions" in html
    watch = re.findall(r'hx-get="(/jobs/[^"]+/progress[^"]+)"', html)[0]
    assert visitor.get(watch).status_code == 204, "nothing new, nothing sent"
    office.work()
    news = visitor.get(watch)
    assert news.headers["HX-Refresh"] == "true"
    done = visitor.get(f"/jobs/{job}").text
    assert "Version 1 waits for your approval" in words_of(done) and "/progress" not in done
    assert "Wording checked by a model" in done


def test_a_failure_says_why_and_offers_every_way_on(office: Office, visitor: Visitor) -> None:
    job = office.entered()
    office.fail(job, "The model could not be had: no key is configured.")
    html = visitor.get(f"/jobs/{job}").text
    assert "The questions could not be written" in html and "no key is configured" in html
    for words in ("Try again", "Take the built-in questions", "Write them yourself"):
        assert words in html
    reader = office.enter(Role.VIEWER).get(f"/jobs/{job}").text
    assert "no key is configured" in reader and "Try again" not in reader
    assert send(visitor, f"/jobs/{job}/generate", {}).status_code == 303
    assert office.view(job).questions_status == "generating"
    again = send(visitor, f"/jobs/{job}/generate", {})
    assert again.status_code == 409 and "are being written" in again.text and "built-in" in again.text
    assert send(visitor, f"/jobs/{job}/generate", {"source": "bank"}).status_code == 303
    taken = words_of(visitor.get(f"/jobs/{job}").text)
    assert "built-in questions" in taken and "Checked before it was built in" in taken


def test_Q5_approving_opens_the_job(office: Office, visitor: Visitor) -> None:
    job = office.written()
    form = form_of(visitor.get(f"/jobs/{job}").text, f"/jobs/{job}/approve")
    assert send(visitor, f"/jobs/{job}/approve", form).status_code == 303
    assert office.view(job).status == "open" and "Version 1 is approved" in visitor.get(f"/jobs/{job}").text


def test_Q3_a_check_under_way_is_waited_for(office: Office, visitor: Visitor) -> None:
    job = office.written()
    editor = f"/jobs/{job}/questions"
    form = form_of(visitor.get(editor).text, editor)
    send(visitor, editor, form, **{"q0.text": "Which part of night work do you find hardest, and why is that?"})
    html = visitor.get(f"/jobs/{job}").text
    assert "The wording is being checked" in html and f'action="/jobs/{job}/approve"' not in html
    refused = send(visitor, f"/jobs/{job}/approve", {"version": "2"})
    text = words_of(refused.text)
    assert refused.status_code == 409 and "A model is checking the wording of the questions." in text
    assert "the page says when it is done" in text and "Idempotency" not in text
    office.work()
    assert send(visitor, f"/jobs/{job}/approve", {"version": "2"}).status_code == 303


def test_Q3_without_a_model_a_person_takes_the_wording_on(office: Office, visitor: Visitor) -> None:
    job = office.written()
    assert "without_model_check" not in visitor.get(f"/jobs/{job}").text, "only where no model could be had"
    office.set_check(job, ModelCheck.UNAVAILABLE, reason="No model is configured.")
    html = visitor.get(f"/jobs/{job}").text
    assert "No model could check the wording" in html and "No model is configured." in html
    refused = send(visitor, f"/jobs/{job}/approve", {"version": "1"})
    assert refused.status_code == 409 and "tick that you have" in refused.text and "`" not in words_of(refused.text)
    assert send(visitor, f"/jobs/{job}/approve", {"version": "1", "without_model_check": "yes"}).status_code == 303
    assert office.view(job).status == "open"


def test_Q3_what_the_model_objects_to_stands_beside_its_question(office: Office, visitor: Visitor) -> None:
    job = office.written()
    told = [{"question_id": "q2", "part": "anchors", "topic": "accent", "reason": "It speaks of how somebody sounds."}]
    office.set_check(job, ModelCheck.REFUSED, objections=told)
    html = visitor.get(f"/jobs/{job}").text
    assert "1 question needs other words" in html
    card = re.findall(r'<article class="card q jq" id="q2".*?</article>', html, re.S)[0]
    assert "It speaks of how somebody sounds." in card
    assert "how somebody sounds" not in re.findall(r'<article class="card q jq" id="q1".*?</article>', html, re.S)[0]
    editor = visitor.get(f"/jobs/{job}/questions").text
    assert "It speaks of how somebody sounds." in re.findall(r'<p class="fp" id="p1-anchors"[^>]*>([^<]+)', editor)[0]


def test_an_approval_is_of_what_was_read(office: Office, visitor: Visitor) -> None:
    job = office.written()
    form = form_of(visitor.get(f"/jobs/{job}").text, f"/jobs/{job}/approve")
    editor = f"/jobs/{job}/questions"
    edited = form_of(visitor.get(editor).text, editor)
    send(visitor, editor, edited, **{"q0.weight": "2"})
    office.work()
    refused = send(visitor, f"/jobs/{job}/approve", form)
    assert refused.status_code == 409 and "There is a newer version of the questions by now: 2." in refused.text
    assert office.view(job).status == "draft"


def test_settings_that_wait_for_an_approval_are_named(office: Office, visitor: Visitor) -> None:
    job = office.job()
    make_interview(office.database, organisation_id=office.organisation_id, job_id=job)
    form = form_of(visitor.get(f"/jobs/{job}/edit").text, f"/jobs/{job}/edit")
    assert send(visitor, f"/jobs/{job}/edit", form, **{"settings.thresholds.hire": "8"}).status_code == 303
    text = words_of(visitor.get(f"/jobs/{job}").text)
    assert "Settings have changed since it was approved: Thresholds." in text
    assert send(visitor, f"/jobs/{job}/approve", {"version": "1"}).status_code == 303
    assert office.view(job).approved_version == 2 and not office.view(job).settings_pending


def test_one_question_is_written_anew(office: Office, visitor: Visitor) -> None:
    job = office.written()
    before = office.questions(job).questions
    assert send(visitor, f"/jobs/{job}/questions/q2/regenerate", {}).status_code == 303
    office.work()
    after = office.questions(job).questions
    assert [one.text for one in after if one.id != "q2"][:1] == [before[0].text]
    gone = send(visitor, f"/jobs/{job}/questions/q99/regenerate", {})
    assert gone.status_code == 404


# --- editing -----------------------------------------------------------------------------------------------------


def test_what_is_shown_can_be_sent_back_and_is_the_same(office: Office, visitor: Visitor) -> None:
    job = office.written(description=f"{TEXT} You hold a current registration as a nurse.")
    assert any(one.knockout for one in office.questions(job).questions)
    editor = f"/jobs/{job}/questions"
    form = form_of(visitor.get(editor).text, editor)
    assert send(visitor, editor, form, do="save").status_code == 303
    assert office.view(job).questions_version == 1, "nothing was changed, so nothing new was made"


def test_Q5_an_edit_is_the_next_version(office: Office, visitor: Visitor) -> None:
    job = office.job()
    editor = f"/jobs/{job}/questions"
    form = form_of(visitor.get(editor).text, editor)
    changed = {
        "q0.text": "Tell me about a shift\r\nthat went wrong. What did you do?", "q0.weight": "2,5",
        "q0.max_seconds": "90",
        "q0.key_points": "one thing\r\n\r\nanother thing\r\na third thing", "q0.anchors.2": "Names one step.",
    }  # fmt: skip
    assert send(visitor, editor, form, **changed).status_code == 303
    first = office.questions(job).questions[0]
    assert first.id == "q1" and first.text == "Tell me about a shift that went wrong. What did you do?"
    assert (first.weight, first.max_seconds, first.anchors and first.anchors.two) == (2.5, 90, "Names one step.")
    assert [point.text for point in first.key_points] == ["one thing", "another thing", "a third thing"]
    assert office.questions(job, 1).questions[0].text != first.text, "the version before stays"
    assert office.view(job).approved_version == 1


def test_problems_stand_at_their_fields_and_the_text_is_kept(office: Office, visitor: Visitor) -> None:
    job = office.job()
    editor = f"/jobs/{job}/questions"
    form = form_of(visitor.get(editor).text, editor)
    changes = {
        "q0.text": BAD, "q1.anchors.5": "Speaks without an accent.", "q2.weight": "9",
        "q2.ideal_answer": "<i>kept</i>", "q2.job_evidence": "never said",
    }  # fmt: skip
    refused = send(visitor, editor, form, **changes)
    assert refused.status_code == 422 and office.view(job).questions_version == 1
    at = dict(re.findall(r'<p class="fp" id="(p\d-\w+)"[^>]*>([^<]+)</p>', refused.text))
    assert "age, birth or graduation year" in at["p0-text"] and "accent" in at["p1-anchors"]
    assert at["p2-weight"] == "Give a number from 0.5 to 3."
    assert at["p2-job_evidence"] == "This does not stand in the job description, word for word."
    assert BAD in refused.text and "&lt;i&gt;kept&lt;/i&gt;" in refused.text
    assert refused.text.count('aria-invalid="true"') >= 3


def test_the_wording_is_looked_at_while_somebody_types(office: Office, visitor: Visitor) -> None:
    job = office.job()
    editor = f"/jobs/{job}/questions"
    html = visitor.get(editor).text
    assert f'hx-post="{editor}/check"' in html and "hx-on" not in html
    form = form_of(html, editor)
    clean = send(visitor, f"{editor}/check", form)
    assert clean.status_code == 200 and not re.search(r">[^<\s][^<]*<", clean.text), "no problem, no word"
    found = send(visitor, f"{editor}/check", form, **{"q0.text": BAD, "q1.competency": "Native English"}).text
    assert re.search(r'<p id="p0-text" hx-swap-oob="innerHTML">[^<]*age', found)
    assert re.search(r'<p id="p1-competency" hx-swap-oob="innerHTML">[^<]+<', found)
    places = set(re.findall(r' id="(p\d-\w+|set-problems)"', found))
    assert places <= set(re.findall(r' id="(p\d-\w+|set-problems)"', html)), "each has its place on the page"
    assert office.view(job).questions_version == 1


def test_questions_are_moved_added_and_removed_without_javascript(office: Office, visitor: Visitor) -> None:
    job = office.job()
    editor = f"/jobs/{job}/questions"
    form = form_of(visitor.get(editor).text, editor)
    asked = [form[f"q{n}.text"] for n in range(3)]
    moved = send(visitor, editor, form, **{"do": "down.0", "q1.text": "Half of a"})
    assert moved.status_code == 200 and "not saved yet" in moved.text and office.view(job).questions_version == 1
    form = form_of(moved.text, editor)
    assert [form[f"q{n}.text"] for n in range(3)] == ["Half of a", asked[0], asked[2]]
    form = form_of(send(visitor, editor, form, **{"do": "remove.0"}).text, editor)
    form = form_of(send(visitor, editor, form, do="add_knockout").text, editor)
    form = form_of(send(visitor, editor, form, do="add").text, editor)
    assert form["q2.knockout"] == "yes" and form["q3.id"] == "" and "q3.knockout" not in form
    assert send(visitor, editor, form, do="up.99").status_code == 200, "nonsense moves nothing"
    new = {
        "q2.text": "Do you hold a food hygiene certificate?", "q2.pass_rule": "yes", "q2.competency": "Certificate",
        **own_question(3),
    }  # fmt: skip
    assert send(visitor, editor, form, do="save", **new).status_code == 303
    saved = office.questions(job).questions
    assert [one.id for one in saved][:2] == ["q1", "q3"] and saved[2].knockout and saved[2].pass_rule == "yes"
    assert [one.id for one in saved][3] not in ("q1", "q2", "q3"), "a new question is never taken for an old one"


def test_who_was_slower_is_told_what_to_do_and_loses_nothing(office: Office, visitor: Visitor) -> None:
    job = office.job()
    editor = f"/jobs/{job}/questions"
    mine, theirs = (form_of(visitor.get(editor).text, editor) for _ in range(2))
    theirs = form_of(send(visitor, editor, theirs, do="remove.2").text, editor)
    theirs = form_of(send(visitor, editor, theirs, do="add").text, editor)
    assert send(visitor, editor, theirs, **own_question(2)).status_code == 303
    late = send(visitor, editor, mine, **{"q0.text": "What did you do on your hardest shift?"})
    text = words_of(late.text)
    assert late.status_code == 409 and "Not saved: there is a version 2 by now, and you edited version 1." in text
    assert f'href="/jobs/{job}/versions?from=1&amp;to=2"' in late.text
    assert "What did you do on your hardest shift?" in late.text and office.view(job).questions_version == 2
    again = form_of(late.text, editor)
    assert again["version"] == "2" and again["q2.id"] == "", "what is gone there is a new question here"
    assert send(visitor, editor, again).status_code == 303
    assert office.questions(job).questions[0].text == "What did you do on your hardest shift?"


def test_what_differs_between_versions_is_shown_by_word(office: Office, visitor: Visitor) -> None:
    job = office.job()
    editor = f"/jobs/{job}/questions"
    form = form_of(visitor.get(editor).text, editor)
    text = form["q0.text"].replace("What did you do?", "What did they do?")
    send(visitor, editor, form, **{"q0.text": text, "q1.weight": "2"})
    html = visitor.get(f"/jobs/{job}/versions").text
    assert "From version 1 to version 2" in html and "<del>you</del>" in html and "<ins>they</ins>" in html
    assert "<del>1</del><ins>2</ins>" in html and html.count("chip cons") >= 2
    one = visitor.get(f"/jobs/{job}/versions?from=1&to=1").text
    assert "Version 1 as it is" in one and "<ins>" not in one
    assert visitor.get(f"/jobs/{job}/versions?from=7&to=x").status_code == 200


# --- trying it out -----------------------------------------------------------------------------------------------


def test_without_a_voice_it_is_said_why_nothing_is_heard(office: Office, visitor: Visitor) -> None:
    job = office.job()
    part = visitor.get(f"/jobs/{job}/questions/q1/hear", headers={"HX-Request": "true"})
    assert "No model that speaks is configured" in part.text and "<html" not in part.text
    assert "OPENAI_API_KEY" not in part.text
    whole = visitor.get(f"/jobs/{job}/questions/q1/hear")
    assert "<h1>Hear a question</h1>" in whole.text and "No model that speaks" in whole.text
    assert visitor.get(f"/jobs/{job}/questions/q9/hear").status_code == 404


def test_a_sound_that_is_being_made_is_asked_for_again(sqlite_url: str, tmp_path: Path) -> None:
    office = Office(sqlite_url, tmp_path, openai_api_key="sk-test")
    visitor, job = office.enter(), office.job()
    part = visitor.get(f"/jobs/{job}/questions/q1/hear", headers={"HX-Request": "true"}).text
    assert "Its sound is being made" in part and 'hx-trigger="load delay:1500ms"' in part
    assert visitor.get(f"/jobs/{job}/questions/q1/audio").status_code == 202
    office.close()


def test_a_test_call_says_why_not_and_what_becomes_of_it(office: Office, visitor: Visitor) -> None:
    job = office.job()
    with office.database.write() as unit:
        found = unit.session.get_one(Job, job)
        days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
        found.settings = found.settings | {"calling_hours": {"start": "00:00", "end": "24:00", "days": days}}
    page = words_of(visitor.get(f"/jobs/{job}").text)
    assert "You hear the opening and the 3 questions of version 1, approved" in page and "Nothing is recorded" in page
    path = f"/jobs/{job}/test-call"
    for phone, sentence in (("+442079460123", "is not on"), ("hello", "number")):
        refused = send(visitor, path, {"phone": phone})
        assert refused.status_code == 422 and f'value="{phone}"' in refused.text
        assert sentence in re.findall(r'id="test-call".*?role="alert">.*?<span>([^<]+)</span>', refused.text, re.S)[0]
    assert send(visitor, path, {"phone": PHONE}).location == f"/jobs/{job}#test-call"
    html = visitor.get(f"/jobs/{job}").text
    assert "Waits for a line" in html and 'hx-select="#calls"' in html
    assert PHONE not in html.replace(f'placeholder="{PHONE}"', ""), "masked as elsewhere"


def test_test_calls_are_limited(sqlite_url: str, tmp_path: Path) -> None:
    office = Office(sqlite_url, tmp_path, rate_limit_interviews_per_minute=1)
    visitor, job = office.enter(), office.job()
    codes = [send(visitor, f"/jobs/{job}/test-call", {"phone": "+442079460123"}).status_code for _ in range(2)]
    assert codes == [422, 429]
    office.close()

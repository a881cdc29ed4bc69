"""The pages about jobs over the real services: entered, written, changed, approved, tried out, compared, ended."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from db.models import DomainEvent, Job, JobStatus, Role
from interview.lifecycle import InterviewStatus
from interview.question import Question
from interview.wording import wording_for
from ivr.api.schemas.jobs import JobIn, JobSettingsIn, QuestionIn
from ivr.dashboard import job_fields, job_form, question_form
from ivr.dashboard.job_settings import SETTINGS
from ivr.dashboard.job_words import LANGUAGES
from ivr.services.drafts import JobDraft, RubricDraft
from tests.dashboard.conftest import Visitor
from tests.dashboard.job_office import PHONE, TEXT, Office, form_of, send
from tests.dashboard.test_pages import words_of
from tests.factories import make_interview, make_job, make_organisation
from tests.statements import heard

BAD = "How old are you, and when did you finish school?"


@pytest.fixture
def office(sqlite_url: str, tmp_path: Path) -> Iterator[Office]:
    opened = Office(sqlite_url, tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def visitor(office: Office) -> Visitor:
    return office.enter()


# --- the list ----------------------------------------------------------------------------------------------------


def test_an_empty_house_says_what_to_do(office: Office, visitor: Visitor) -> None:
    html = visitor.get("/jobs").text
    assert "No jobs yet" in html and 'href="/jobs/new"' in html
    reader = office.enter(Role.VIEWER).get("/jobs").text
    assert "No jobs yet" in reader and 'href="/jobs/new"' not in reader


def test_a_row_tells_where_a_job_stands(office: Office, visitor: Visitor) -> None:
    job = office.job()
    for status in (InterviewStatus.COMPLETED, InterviewStatus.NEEDS_REVIEW, InterviewStatus.QUEUED):
        make_interview(office.database, organisation_id=office.organisation_id, job_id=job, status=status)
    make_interview(
        office.database, organisation_id=office.organisation_id, job_id=job, status=InterviewStatus.COMPLETED,
        purpose="practice",
    )  # fmt: skip
    text = words_of(visitor.get("/jobs").text)
    assert "Line Cook Harbour Kitchen, English, United States Open Approved Version 1 3 interviews" in text
    assert "1 needs a person , 1 not over yet" in text or "1 needs a person, 1 not over yet" in text


def test_jobs_are_found_by_words_and_state_page_by_page(office: Office, visitor: Visitor) -> None:
    for _ in range(27):
        office.job()
    draft = office.entered(title="Night Nurse")
    first = visitor.get("/jobs").text
    assert first.count("<tr>") == 1 + 25 and "All 28" in words_of(first)
    older = re.findall(r'href="([^"]+)" rel="next"', first)[0].replace("&amp;", "&")
    assert visitor.get(older).text.count("<tr>") == 1 + 3 and "To the newest" in visitor.get(older).text
    assert draft in visitor.get("/jobs?view=draft").text and "Line Cook" not in visitor.get("/jobs?view=draft").text
    found = visitor.get("/jobs?q=nurs").text
    assert found.count("<tr>") == 1 + 1 and 'value="nurs"' in found
    assert "Nothing found" in visitor.get("/jobs?q=carpenter").text
    assert visitor.get("/jobs?view=nonsense").status_code == 200
    assert visitor.get("/jobs?cursor=nonsense").status_code == 422


def test_the_list_asks_the_database_as_often_for_many_as_for_one(office: Office, visitor: Visitor) -> None:
    counts = []
    for more in (1, 20):
        for _ in range(more):
            job = office.job()
            make_interview(office.database, organisation_id=office.organisation_id, job_id=job)
        with heard(office.database) as statements:
            assert visitor.get("/jobs").status_code == 200
        counts.append(len([one for one in statements if one.lstrip().upper().startswith("SELECT")]))
    assert counts[0] == counts[1] <= 9


# --- entering one ------------------------------------------------------------------------------------------------


def test_a_job_is_entered_with_text_and_every_wish(office: Office, visitor: Visitor) -> None:
    form = form_of(visitor.get("/jobs/new").text, "/jobs/new")
    sent = send(
        visitor, "/jobs/new", form, title=" Night  Nurse ", company="Northgate", description=TEXT, language="en-GB",
        question_count="5", interview_type="behavioral", difficulty="hard", skills="Handover\r\n\r\nMedicines",
        must_ask="What made you choose night work?", experience_level="two years", external_id="ATS-1",
        **{
            "say_as.company": "North Gate", "settings.thresholds.hire": "7,5", "settings.retry_minutes": "30; 90",
            "settings.calling_hours.start": "10:00", "settings.retention_days": "90",
            "settings.retry_minutes_after.busy": "5", "settings.consent": "applied_and_agreed",
        },
    )  # fmt: skip
    assert sent.status_code == 303
    job = office.view(sent.location.rsplit("/", 1)[1])
    assert (job.title, job.company, job.say_as.company, job.language) == (
        "Night Nurse", "Northgate", "North Gate", "en-GB",
    )  # fmt: skip
    assert (job.question_count, job.interview_type, job.difficulty) == (5, "behavioral", "hard")
    assert job.skills == ("Handover", "Medicines") and job.must_ask == ("What made you choose night work?",)
    settings = job.settings
    assert (settings.thresholds.hire, settings.thresholds.consider) == (7.5, 5.0)
    assert settings.retry_minutes == (30, 90) and settings.retry_minutes_after.busy == (5,)
    assert settings.calling_hours.start == "10:00" and len(settings.calling_hours.days) == 5
    assert settings.retention_days == 90 and settings.consent == "applied_and_agreed"
    assert settings.blind_first and settings.amd and not settings.practice, "ticks are as the form shows them"


def test_an_untouched_form_makes_the_contracts_defaults(office: Office, visitor: Visitor) -> None:
    form = form_of(visitor.get("/jobs/new").text, "/jobs/new")
    sent = send(visitor, "/jobs/new", form, title="Night Nurse", description=TEXT)
    job = office.view(sent.location.rsplit("/", 1)[1])
    plain = JobDraft(title="Night Nurse")
    assert job.settings == plain.settings and not job.approve
    assert (job.language, job.question_count, job.interview_type) == ("en-US", 6, "mixed")
    assert job.company == "Default organisation"


def test_a_description_comes_as_a_file_too(office: Office, visitor: Visitor) -> None:
    form = form_of(visitor.get("/jobs/new").text, "/jobs/new")
    sent = send(visitor, "/jobs/new", form, title="Night Nurse", file=(io.BytesIO(TEXT.encode()), "nurse.txt"))
    assert sent.status_code == 303
    job = office.view(sent.location.rsplit("/", 1)[1])
    assert job.description == TEXT and job.description_file == "txt"
    file = visitor.get(f"/jobs/{job.id}/description")
    assert file.data == TEXT.encode() and "attachment" in file.headers["Content-Disposition"]
    refused = send(visitor, "/jobs/new", form, title="Night Nurse", file=(io.BytesIO(b"\x89PNG\r\n\x1a\n00"), "a.png"))
    assert refused.status_code == 422 and "choose the file again" in refused.text
    assert 'value="Night Nurse"' in refused.text and "This is a picture" in refused.text


# What is filled in, the field that it is about, and what stands there then.
REFUSED = (
    ({"title": ""}, "title", "This is needed."),
    ({"description": ""}, "description", "Give the description as text or as a file"),
    ({"title": "x" * 201}, "title", "200 characters at most"),
    ({"question_count": "11"}, "question_count", "from 3 to 10"),
    ({"question_count": "six"}, "question_count", "from 3 to 10"),
    ({"language": "tlh"}, "language", "Choose one of the list."),
    ({"interview_type": "chat"}, "interview_type", "Choose one of the list."),
    ({"skills": "\n".join(f"skill {n}" for n in range(7))}, "skills", "7 skills are named"),
    ({"must_ask": BAD}, "must_ask", "age, birth or graduation"),
    ({"settings.thresholds.hire": "4"}, "settings.thresholds", "consider does not lie above hire"),
    ({"settings.weights.content": "40"}, "settings.weights", "at least 50"),
    ({"settings.max_attempts": "0"}, "settings.max_attempts", "from 1 to 10"),
    ({"settings.retry_minutes": "soon"}, "settings.retry_minutes", "whole numbers of minutes"),
    ({"settings.retry_minutes": ""}, "settings.retry_minutes", "one number of minutes at least"),
    ({"settings.calling_hours.start": "9 am"}, "settings.calling_hours.start", "a time such as 09:00"),
    ({"settings.calling_hours.start": "21:00"}, "settings.calling_hours", "must end after they start"),
    ({"settings.timezone": "Berlin"}, "settings.timezone", "Europe/Berlin"),
    ({"settings.voice": "a b"}, "settings.voice", "Polly.Amy-Neural"),
    ({"rubric_id": "10000000-0000-4000-8000-00000000000f"}, "rubric_id", "There is no such rubric."),
    ({"instructions": "a\x00b"}, "instructions", "control characters"),
)


def test_what_cannot_be_taken_is_said_at_its_field_and_nothing_is_lost(visitor: Visitor) -> None:
    form = form_of(visitor.get("/jobs/new").text, "/jobs/new")
    for changes, field, sentence in REFUSED:
        given = {"title": "Night Nurse", "description": TEXT, "company": "<b>Northgate</b>", **changes}
        refused = send(visitor, "/jobs/new", form, **given)
        assert refused.status_code in (404, 422), changes
        assert "&lt;b&gt;Northgate&lt;/b&gt;" in refused.text and "<b>Northgate" not in refused.text
        assert 'role="alert"' in refused.text, changes
        places = re.findall(r'<p class="fp"[^>]*>([^<]+)</p>', refused.text)
        places += re.findall(r'role="alert">.*?<span>([^<]+)</span>', refused.text) if field == "rubric_id" else []
        assert any(sentence in place for place in places), (changes, places)
        is_open = '<details class="card panel more set" open>' in refused.text
        assert is_open is field.startswith("settings"), changes
    assert "No jobs yet" in visitor.get("/jobs").text


def test_a_rubric_to_start_from_is_offered_and_taken_over(office: Office, visitor: Visitor) -> None:
    source = office.job()
    questions = [_reusable(one) for one in office.questions(source).questions]
    rubric = office.services.rubrics.create(office.system, RubricDraft(name="Kitchen", questions=tuple(questions)))
    html = visitor.get(f"/jobs/new?rubric={rubric.id}").text
    form = form_of(html, "/jobs/new")
    assert form["rubric_id"] == rubric.id and "Kitchen (English, United States, 3 questions)" in html
    sent = send(visitor, "/jobs/new", form, title="Cook", description=TEXT, question_count="3")
    job = office.view(sent.location.rsplit("/", 1)[1])
    assert job.rubric_id == rubric.id and office.questions(job.id).source == "rubric"


def _reusable(question: Question) -> Any:
    read = question_form.read_questions(question_form.entries_of([question]))
    assert not read.problems
    return replace(read.edits[0], id=None, job_evidence="", must_ask=None)


def test_the_form_takes_what_the_api_takes() -> None:
    """Each door checks what comes to it; this holds the two to the same limits."""
    api = JobIn.model_json_schema()["properties"]
    count = api["question_count"]
    assert (count["minimum"], count["maximum"]) == (job_form.LEAST_QUESTIONS, job_form.MOST_QUESTIONS)
    assert api["skills"]["maxItems"] == job_form.MOST_WISHES and api["must_ask"]["maxItems"] == job_form.MOST_SENTENCES
    assert api["title"]["maxLength"] == job_fields.LONGEST_NAME
    assert api["skills"]["items"]["maxLength"] == job_fields.LONGEST_LINE
    settings = JobSettingsIn.model_json_schema()
    for setting in SETTINGS:
        if setting.kind not in ("whole", "number", "optional"):
            continue
        *above, name = setting.name.split(".")
        owner = settings["properties"][above[0]]["default"] if above else None
        assert owner is None or name in owner, "the API has this setting too"
        shape = settings["$defs"][f"{above[0].capitalize()}In"]["properties"][name] if above else _of(settings, name)
        assert (shape["minimum"], shape["maximum"]) == (setting.least, setting.most), setting.name
    known = {path for path in _paths(settings)}
    assert {setting.name for setting in SETTINGS} == known, "every setting of the API has its field, and no more"
    question = QuestionIn.model_json_schema()["properties"]
    assert question["key_points"]["maxItems"] == question_form.MOST_POINTS
    for tag, _ in LANGUAGES:
        assert wording_for(tag)


def _of(schema: dict[str, Any], name: str) -> dict[str, Any]:
    found = schema["properties"][name]
    return next((one for one in found.get("anyOf", [found]) if one.get("type") != "null"), found)


def _paths(schema: dict[str, Any]) -> Iterator[str]:
    """The settings of the API by name, one level deep where they have parts."""
    for name, shape in schema["properties"].items():
        parts = schema["$defs"].get(shape.get("$ref", "").rsplit("/", 1)[-1], {}).get("properties")
        yield from (f"{name}.{part}" for part in parts) if parts else (name,)


# --- the job's own data -------------------------------------------------------------------------------------------


def test_an_edit_changes_what_was_changed_and_nothing_else(office: Office, visitor: Visitor) -> None:
    job = office.written(title="Night Nurse", skills=("Handover",))
    path = f"/jobs/{job}/edit"
    form = form_of(visitor.get(path).text, path)
    before = office.view(job)
    assert send(visitor, path, form).status_code == 303 and office.view(job) == before
    assert send(visitor, path, form, title="Night Nurse, 4 North", difficulty="hard").status_code == 303
    after = office.view(job)
    assert (after.title, after.difficulty, after.skills) == ("Night Nurse, 4 North", "hard", ("Handover",))
    with office.database.read() as session:
        told = [one.data for one in session.query(DomainEvent).filter_by(type="job.changed", subject_id=job)]
    assert told == [{"fields": ["title", "difficulty"]}]


def test_two_people_who_change_a_job_do_not_overwrite_each_other(office: Office, visitor: Visitor) -> None:
    job = office.job()
    path = f"/jobs/{job}/edit"
    mine = form_of(visitor.get(path).text, path)
    assert send(visitor, path, mine, title="Sous Chef").status_code == 303
    late = send(visitor, path, mine, company="Quay & Sons")
    assert late.status_code == 409 and "Somebody has changed this job since you opened the form" in late.text
    assert "Quay &amp; Sons" in late.text and office.view(job).company == "Harbour Kitchen"
    assert send(visitor, path, form_of(late.text, path)).status_code == 303
    assert office.view(job).company == "Quay & Sons"


def test_facts_are_written_and_changed(office: Office, visitor: Visitor) -> None:
    job = office.job()
    path = f"/jobs/{job}/facts"
    form = form_of(visitor.get(path).text, path)
    form.setlist("topic", ["Parking", "", ""])
    form.setlist("text", ["Free at night.", "", ""])
    assert send(visitor, path, form).location == f"/jobs/{job}#facts"
    assert [(one.topic, one.text) for one in office.view(job).facts] == [("Parking", "Free at night.")]
    assert "Free at night." in visitor.get(f"/jobs/{job}").text
    late = send(visitor, path, form)
    assert late.status_code == 409, "the form was made before"
    half = form_of(visitor.get(path).text, path)
    half.setlist("topic", ["Parking", "<b>Pay</b>"])
    half.setlist("text", ["Free at night.", ""])
    refused = send(visitor, path, half)
    assert refused.status_code == 422 and "needs both" in refused.text and "&lt;b&gt;Pay&lt;/b&gt;" in refused.text


def test_a_job_is_closed_and_then_read_only(office: Office, visitor: Visitor) -> None:
    job = office.job()
    assert send(visitor, f"/jobs/{job}/close", {}).status_code == 303
    html = visitor.get(f"/jobs/{job}").text
    assert "This job is closed" in html and "Edit the questions" not in html and 'name="phone"' in html
    refused = send(visitor, f"/jobs/{job}/approve", {"version": "1"})
    assert refused.status_code == 409 and "A closed job stays as it is." in refused.text


def test_erasing_takes_the_title_and_says_how_far_it_is(office: Office, visitor: Visitor) -> None:
    job = office.job()
    make_interview(office.database, organisation_id=office.organisation_id, job_id=job)
    unsure = send(visitor, f"/jobs/{job}/erase", {"title": "Lime Cook"})
    assert unsure.status_code == 422 and "Nothing was deleted." in unsure.text and 'value="Lime Cook"' in unsure.text
    assert office.view(job).status == "open"
    assert send(visitor, f"/jobs/{job}/erase", {"title": " line  cook"}).status_code == 303
    assert office.view(job).status == "closed"
    assert "is being erased" in words_of(visitor.get(f"/jobs/{job}").text)


# --- who may, and what is nobody's business ------------------------------------------------------------------------

READ = ("", "/versions", "/compare", "/description", "/questions/q1/hear", "/progress")
WRITE = ("/edit", "/facts", "/end", "/questions")
FORMS = (
    "/edit", "/facts", "/close", "/erase", "/approve", "/generate", "/questions", "/questions/check",
    "/questions/q1/regenerate", "/test-call",
)  # fmt: skip


@pytest.mark.parametrize("role", [Role.VIEWER, Role.REVIEWER])
def test_who_does_not_recruit_reads_only(office: Office, role: Role) -> None:
    job = office.job()
    visitor = office.enter(role)
    for path in READ:
        assert visitor.get(f"/jobs/{job}{path}").status_code == 200, path
    for path in ("/jobs/new", *(f"/jobs/{job}{path}" for path in WRITE)):
        assert visitor.get(path).status_code == 403, path
    for path in ("/jobs/new", *(f"/jobs/{job}{path}" for path in FORMS)):
        sent = visitor.send(path, "/interviews", title="Line Cook", phone=PHONE, version="1")
        assert sent.status_code == 403, path
    html = visitor.get(f"/jobs/{job}").text
    assert re.findall(r'<form[^>]*action="([^"]+)"', html) == ["/logout"], "no form that they may not send"
    assert "/edit" not in html and "/questions?open" not in html
    assert office.view(job).status == "open" and office.view(job).questions_version == 1


def test_another_houses_job_is_not_there(office: Office, visitor: Visitor) -> None:
    foreign = make_job(office.database, make_organisation(office.database), questions=3)
    for path in (*READ, *WRITE):
        assert visitor.get(f"/jobs/{foreign}{path}").status_code == 404, path
    token = visitor.token("/jobs/new")
    for path in FORMS:
        fields = {"csrf_token": token, "title": "Line Cook", "phone": PHONE, "version": "1"}
        assert visitor.client.post(f"/jobs/{foreign}{path}", data=fields).status_code == 404, path
    assert visitor.get("/jobs/nonsense").status_code == 404
    assert foreign not in visitor.get("/jobs").text
    with office.database.read() as session:
        assert session.get_one(Job, foreign).status is JobStatus.OPEN


def test_a_jobs_page_asks_the_database_a_bounded_number_of_times(office: Office, visitor: Visitor) -> None:
    counts = []
    for job in (office.job(questions=3), office.job(questions=10, knockouts=2)):
        with heard(office.database) as statements:
            assert visitor.get(f"/jobs/{job}").status_code == 200
        counts.append(len([one for one in statements if one.lstrip().upper().startswith("SELECT")]))
    assert counts[0] == counts[1] <= 16

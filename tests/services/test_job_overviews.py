"""Jobs at a glance, and edits that say what they are based on."""

from __future__ import annotations

from dataclasses import replace

from interview.lifecycle import InterviewStatus
from ivr.services.drafts import JobPatch
from ivr.services.errors import Conflict, NotFound
from ivr.services.job_editions import edition_of
from ivr.services.job_overviews import InterviewCounts, JobOverviewService
from tests.factories import make_interview, make_job, make_organisation
from tests.services.test_jobs import Office, edit_of, office, refused  # noqa: F401

S = InterviewStatus


def test_interviews_are_counted_for_each_job(office: Office) -> None:  # noqa: F811
    overviews = JobOverviewService(office.database)
    job, other, empty = (make_job(office.database, office.organisation_id) for _ in range(3))
    for status in (S.COMPLETED, S.COMPLETED, S.NEEDS_REVIEW, S.FAILED, S.QUEUED, S.PROCESSING, S.DECLINED):
        make_interview(office.database, organisation_id=office.organisation_id, job_id=job, status=status)
    make_interview(office.database, organisation_id=office.organisation_id, job_id=job, purpose="practice")
    make_interview(office.database, organisation_id=office.organisation_id, job_id=other, status=S.UNREACHABLE)
    foreign = make_organisation(office.database)
    assert overviews.interviews(office.organisation_id, [job, other, empty]) == {
        job: InterviewCounts(7, 2, 2), other: InterviewCounts(1, 0, 1), empty: InterviewCounts(),
    }  # fmt: skip
    assert overviews.interviews(foreign, [job])[job] == InterviewCounts()
    assert overviews.by_status(office.organisation_id) == {"open": 3} and overviews.by_status(foreign) == {}


def test_versions_are_listed_with_what_they_came_to(office: Office) -> None:  # noqa: F811
    overviews = JobOverviewService(office.database)
    job = office.ready()
    office.service.approve(office.actor, job.id)
    make_interview(office.database, organisation_id=office.organisation_id, job_id=job.id)
    edits = [edit_of(question) for question in office.questions(job.id).questions]
    office.service.replace_questions(office.actor, job.id, [replace(edits[0], weight=2.0), *edits[1:]])
    newest, first = overviews.versions(office.organisation_id, job.id)
    assert (newest.version, newest.source, newest.status, newest.interviews) == (2, "human", "draft", 0)
    assert (first.version, first.source, first.status, first.interviews) == (1, "model", "approved", 1)
    assert first.approved_by == "user:anna" and newest.approved_at is None
    assert first.model == office.questions(job.id, 1).model and first.content_hash != newest.content_hash
    assert overviews.writing_since(job.id) == job.created_at
    refused(NotFound, "not_found", lambda: overviews.versions(make_organisation(office.database), job.id))


def test_an_edit_of_an_older_version_is_refused(office: Office) -> None:  # noqa: F811
    job = office.ready()
    edits = [edit_of(question) for question in office.questions(job.id).questions]
    changed = [replace(edits[0], weight=2.0), *edits[1:]]
    assert office.service.replace_questions(office.actor, job.id, changed, version=1).version == 2
    late = lambda: office.service.replace_questions(office.actor, job.id, edits, version=1)  # noqa: E731
    assert "newer version of the questions by now: 2" in refused(Conflict, "questions_changed", late).sentence
    refused(Conflict, "questions_changed", lambda: office.service.approve(office.actor, job.id, version=1))
    assert office.service.replace_questions(office.actor, job.id, edits).version == 3, "who names none means the newest"


def test_a_change_of_another_edition_of_the_job_is_refused(office: Office) -> None:  # noqa: F811
    job = office.ready()
    seen = edition_of(job)
    office.service.approve(office.actor, job.id)
    assert edition_of(office.job(job.id)) == seen, "what moves by itself is nobody's edit"
    changed = office.service.patch(office.actor, job.id, JobPatch(title="Ward Nurse"), edition=seen)
    assert edition_of(changed) != seen
    late = lambda: office.service.patch(office.actor, job.id, JobPatch(company="X"), edition=seen)  # noqa: E731
    refused(Conflict, "job_changed", late)
    assert office.service.patch(office.actor, job.id, JobPatch(company="X")).company == "X"


def test_what_is_being_written_is_looked_at_and_not_kept(office: Office) -> None:  # noqa: F811
    job = office.ready()
    edits = [edit_of(question) for question in office.questions(job.id).questions]
    assert not office.service.problems_of(office.organisation_id, job.id, edits)
    bad = [replace(edits[0], text="How old are you?", say_as="How old are you?"), *edits[1:3]]
    found = {(one.field, one.code) for one in office.service.problems_of(office.organisation_id, job.id, bad)}
    assert {("questions.0.text", "age"), ("questions.0.say_as", "age")} <= found
    assert office.job(job.id).questions_version == 1
    refused(NotFound, "not_found", lambda: office.service.problems_of(make_organisation(office.database), job.id, bad))

"""The steps on an interview's page: which are offered to whom, what they do, and how a refusal is worded."""

from __future__ import annotations

from datetime import timedelta

import pytest

from db.models import Consent, Interview, Role
from interview.lifecycle import InterviewStatus
from ivr.dashboard.steps import told
from ivr.services.drafts import CallingHoursSetting, JobSettings
from ivr.services.errors import Conflict
from tests.analytics import House
from tests.dashboard.desks import Office, office
from tests.dashboard.test_pages import words_of
from tests.factories import make_interview, make_job

__all__ = ["office"]
S = InterviewStatus
BUTTONS = {
    "call-now": "Call now", "retry": "Try once more", "hang-up": "End it politely", "cancel": "Cancel it",
    "invite": "Make the link", "rescore": "Rate anew",
}  # fmt: skip


@pytest.fixture
def job(office: Office) -> str:
    """A job that calls at any hour."""
    hours = CallingHoursSetting("00:00", "24:00", ("mon", "tue", "wed", "thu", "fri", "sat", "sun"))
    return make_job(office.database, office.organisation_id, settings=JobSettings(calling_hours=hours))


def interview(office: Office, job: str, status: InterviewStatus, **values: object) -> str:
    return make_interview(
        office.database, organisation_id=office.organisation_id, job_id=job, status=status, **values
    )


def status_of(office: Office, id: str) -> InterviewStatus:
    with office.database.read() as session:
        return session.get_one(Interview, id).status


@pytest.mark.parametrize(
    ("status", "offered"),
    [
        (S.QUEUED, {"call-now", "invite", "cancel"}),
        (S.SCHEDULED, {"call-now", "invite", "cancel"}),
        (S.IN_PROGRESS, {"hang-up", "invite", "cancel"}),
        (S.UNREACHABLE, {"retry", "invite"}),
        (S.FAILED, {"retry"}),
        (S.CANCELED, set()),
        (S.PROCESSING, set()),
    ],
)
def test_a_page_offers_what_is_possible_where_it_stands(
    office: Office, job: str, status: InterviewStatus, offered: set[str]
) -> None:
    id = interview(office, job, status)
    html = office.enter().get(f"/interviews/{id}").text
    assert {name for name in BUTTONS if f'action="/interviews/{id}/{name}"' in html} == offered
    assert ("Next steps" in html) is bool(offered)
    viewer = office.enter(Role.VIEWER)
    assert "Next steps" not in viewer.get(f"/interviews/{id}").text
    for name in BUTTONS:
        assert viewer.send(f"/interviews/{id}/{name}", "/live").status_code == 403


def test_called_now_and_canceled(office: Office, job: str) -> None:
    at = office.services.clock() + timedelta(days=2)
    id = interview(office, job, S.SCHEDULED, next_action="call", next_action_at=at, next_action_why="It was set.")
    visitor, page = office.enter(), f"/interviews/{id}"
    assert visitor.send(f"{page}/call-now", page).status_code == 303
    assert status_of(office, id) is S.QUEUED
    assert "A person asked for the call at once." in words_of(visitor.get(page).text)
    assert visitor.send(f"{page}/cancel", page).status_code == 303
    assert status_of(office, id) is S.CANCELED
    late = visitor.send(f"{page}/call-now", page)
    assert late.status_code == 409
    assert "This is not possible any more. It has moved on since this page was loaded" in words_of(late.text)


def test_the_gates_refusal_is_read_on_the_page(office: Office, job: str) -> None:
    id = interview(office, job, S.QUEUED)
    with office.database.write() as unit:
        candidate_id = unit.session.get_one(Interview, id).candidate_id
        unit.session.query(Consent).filter(Consent.candidate_id == candidate_id).delete()
    visitor, page = office.enter(), f"/interviews/{id}"
    refused = visitor.send(f"{page}/call-now", page)
    assert refused.status_code == 422 and "consent" in words_of(refused.text).lower()
    assert "Call now" in refused.text and status_of(office, id) is S.QUEUED


def test_somebody_not_reached_is_tried_once_more(office: Office, job: str) -> None:
    id = interview(office, job, S.UNREACHABLE, reason_code="attempts_exhausted", attempts=3, calls_that_rang=3)
    visitor, page = office.enter(), f"/interviews/{id}"
    assert visitor.send(f"{page}/retry", page).status_code == 303
    assert status_of(office, id) in {S.QUEUED, S.SCHEDULED}


def test_a_link_is_shown_once_and_a_refused_one_keeps_the_form(office: Office, job: str) -> None:
    id = interview(office, job, S.QUEUED)
    visitor, page = office.enter(), f"/interviews/{id}"
    made = visitor.send(f"{page}/invite", page, lasts="72")
    assert made.status_code == 201 and made.headers["Cache-Control"] == "no-store"
    assert "/c/" in made.text and "The link is made." in made.text
    assert "/c/" not in visitor.get(page).text
    nonsense = visitor.send(f"{page}/invite", page, lasts="9000", revoke="yes")
    assert nonsense.status_code == 422 and "Choose how long" in nonsense.text
    assert 'name="revoke" value="yes" checked' in nonsense.text
    texted = visitor.send(f"{page}/invite", page, lasts="72", send="sms")
    assert texted.status_code == 409 and "Text messages are not set up here." in texted.text
    assert '<option value="72" selected>' in texted.text


def test_reviewers_have_answers_rated_anew_and_call_nobody(office: Office) -> None:
    id = House(office.database, office.organisation_id).assessed(S.NEEDS_REVIEW)
    visitor, page = office.enter(Role.REVIEWER), f"/interviews/{id}"
    assert visitor.send(f"{page}/cancel", page).status_code == 403
    refused = visitor.send(f"{page}/rescore", page)
    assert refused.status_code == 409 and "There is nothing to rate yet." in words_of(refused.text)


def test_another_organisations_interview_is_not_there(office: Office) -> None:
    foreign = make_interview(office.database)
    visitor = office.enter()
    for name in BUTTONS:
        assert visitor.send(f"/interviews/{foreign}/{name}", "/live", lasts="72").status_code == 404
    assert visitor.get(f"/interviews/{foreign}/audio.zip").status_code == 404


def test_no_audio_is_said_in_words(office: Office, job: str) -> None:
    id = interview(office, job, S.QUEUED)
    answered = office.enter().get(f"/interviews/{id}/audio.zip")
    assert answered.status_code == 409 and "There is no audio of this interview." in answered.text


def test_a_refusal_speaks_of_the_page_and_not_of_requests() -> None:
    error = Conflict("interview_exists", "This person has an interview already.", "Read GET /interviews.")
    assert told(error) == "This person has an interview already. Follow that one, or cancel it first."

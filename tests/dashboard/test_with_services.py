"""The pages over the real services: an interview taken by the real conversation and rated by the real rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from db.models import Interview, Job, Role, User
from db.unit_of_work import Database
from interview.lifecycle import InterviewStatus
from ivr.app import create_app
from ivr.dashboard import blueprint
from ivr.services.blind_first import BlindFirstService
from ivr.services.candidates import CandidateService
from ivr.services.context import Actor
from ivr.services.dialing import Gate
from ivr.services.drafts import settings_from_plain, settings_to_plain
from ivr.services.interviews import InterviewService
from ivr.services.jobs import JobService
from ivr.services.logins import LoginService
from ivr.services.organisations import OrganisationService
from ivr.services.results import ResultService
from ivr.services.reviews import ReviewService
from ivr.services.user_links import UserLinks
from ivr.services.users import UserService
from tests.dashboard.conftest import PASSWORD, Visitor, make_settings
from tests.dashboard.test_pages import words_of
from tests.factories import make_interview, make_organisation
from tests.fakes import FakeExtractor, FrozenClock
from tests.pipeline import STRONG, Pipeline


@pytest.fixture
def pipeline(database: Database, clock: FrozenClock) -> Pipeline:
    return Pipeline(database, clock, organisation_id=make_organisation(database), status=InterviewStatus.DIALING)


@pytest.fixture
def visitor(pipeline: Pipeline, clock: FrozenClock) -> Iterator[Visitor]:
    database, settings = pipeline.database, make_settings(rate_limit_logins_per_minute=1000)
    links = UserLinks(settings.webhook_base_url, settings.pin_secrets)
    users = UserService(database, clock, links)
    candidates = CandidateService(database, clock, pipeline.store, FakeExtractor(), ring=lambda: None)
    interviews = InterviewService(
        database, Gate(settings), candidates, ResultService(database, pipeline.store),
        ReviewService(database, clock, lambda: None), clock, lambda: None,
    )  # fmt: skip
    writer: Any = None  # no question is written here
    jobs = JobService(database, clock, pipeline.store, FakeExtractor(), writer, ring=lambda: None)
    services: Any = SimpleNamespace(
        settings=settings, logins=LoginService(database, clock, links), interviews=interviews, jobs=jobs,
        organisations=OrganisationService(database, pipeline.store, clock), blind_first=BlindFirstService(database),
    )  # fmt: skip
    organisation_id = organisation_of(pipeline)
    with database.write() as unit:
        unit.session.add(
            User(organisation_id=organisation_id, email="anna@example.com", name="Anna", role=Role.REVIEWER,
                 created_at=clock())
        )  # fmt: skip
    users.set_password(Actor(organisation_id, "system", "system"), "anna@example.com", PASSWORD)
    app = create_app(services, settings, doors=(blueprint,))
    entered = Visitor(app.test_client())
    assert entered.send("/login", email="anna@example.com", password=PASSWORD).status_code == 303
    yield entered


def organisation_of(pipeline: Pipeline) -> str:
    with pipeline.database.read() as session:
        return session.get_one(Interview, pipeline.interview_id).organisation_id


def test_R20_a_rated_interview_is_heard_first_and_then_read_and_decided(pipeline: Pipeline, visitor: Visitor) -> None:
    page = f"/interviews/{pipeline.interview_id}"
    pipeline.begin()
    assert "On the phone Question 1 of 2" in words_of(visitor.get("/interviews").text)
    pipeline.say(STRONG)
    pipeline.say(STRONG)
    pipeline.hang_up()
    waiting = words_of(visitor.get(page).text)
    assert "Being scored" in waiting and "of 10" not in waiting
    pipeline.work()

    row = words_of(visitor.get("/interviews?view=finished").text)
    assert "Ada Example" in row and "Listen first" in row and "10.0" not in row and "Hire" not in row
    blind = words_of(visitor.get(page).text)
    assert "Scores are kept back" in blind and STRONG in blind
    for told in ("10.0", "Recommendation, provisional", "Nearest to level", "It says what was done", "how the logs"):
        assert told not in blind
    assert visitor.send(f"{page}/open", page).status_code == 303
    assert visitor.send(f"{page}/open", page).status_code == 303

    row = words_of(visitor.get("/interviews?view=finished").text)
    assert "10.0 Hire" in row
    html = visitor.get(page).text
    assert html.count("Looked at scores and recommendation") == 1
    text = words_of(html)
    assert "Recommendation, provisional until a person decides Hire 10.0 of 10" in text
    assert "The candidate told how the logs were read." in text
    assert html.count("<mark id=") == 2 and ">looked at the logs<sup>" in html
    assert "Nearest to level 5 of 5." in text
    assert 'class="w" viewBox="0 0 528 36"' in html

    sound = html.split('<audio controls preload="none" src="')[1].split('"')[0]
    part = visitor.get(sound, headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.data) == (206, b"RIFF")

    sent = visitor.send(f"{page}/reviews", page, decision="consider", reason="I want to hear one more case of hers.")
    assert sent.status_code == 303, sent.text
    assert "Decision after review Consider" in words_of(visitor.get(page).text)
    short = visitor.send(f"{page}/reviews", page, decision="hire", reason="short")
    assert short.status_code == 422


def test_R20_who_decides_blind_is_then_shown_both(pipeline: Pipeline, visitor: Visitor) -> None:
    page = f"/interviews/{pipeline.interview_id}"
    pipeline.begin()
    pipeline.say(STRONG)
    pipeline.say(STRONG)
    pipeline.hang_up()
    pipeline.work()
    sent = visitor.send(f"{page}/reviews", page, decision="consider", reason="I want to hear one more case of hers.")
    assert sent.status_code == 303
    text = words_of(visitor.get(page).text)
    assert "Decision after review Consider 10.0 of 10" in text and "The rules had said Hire." in text
    assert "Looked at scores" not in text, "they had not"


def test_R20_a_job_may_do_without_blind_first(pipeline: Pipeline, visitor: Visitor) -> None:
    with pipeline.database.write() as unit:
        interview = unit.session.get_one(Interview, pipeline.interview_id)
        job = unit.session.get_one(Job, interview.job_id)
        job.settings = settings_to_plain(replace(settings_from_plain(job.settings), blind_first=False))
    pipeline.begin()
    pipeline.say(STRONG)
    pipeline.say(STRONG)
    pipeline.hang_up()
    pipeline.work()
    assert "provisional until a person decides Hire 10.0 of 10" in words_of(
        visitor.get(f"/interviews/{pipeline.interview_id}").text
    )


def test_an_interrupted_interview_says_what_comes_next(pipeline: Pipeline, visitor: Visitor) -> None:
    pipeline.begin()
    pipeline.say(STRONG)
    pipeline.hang_up()
    pipeline.work()
    text = words_of(visitor.get(f"/interviews/{pipeline.interview_id}").text)
    assert "Interrupted The call was interrupted. Try 2 of 3: 2 Mar 2026, 10:03." in text
    assert "1 of 2 questions were answered." in text
    assert "There is nothing to decide yet" in text and "Hire" not in text


def test_one_house_does_not_see_into_another(pipeline: Pipeline, visitor: Visitor) -> None:
    foreign = make_interview(pipeline.database)
    assert visitor.get(f"/interviews/{foreign}").status_code == 404
    assert foreign not in visitor.get("/interviews").text
    assert pipeline.interview_id in visitor.get("/interviews").text

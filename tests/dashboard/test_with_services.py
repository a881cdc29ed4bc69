"""The pages over the real services: an interview taken by the real conversation and rated by the real rules."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pypdfium2
import pytest

from db.models import Interview, Job, Role, User
from db.unit_of_work import Database
from interview.lifecycle import InterviewStatus
from ivr.app import create_app
from ivr.dashboard import blueprint
from ivr.gateways.scorecard_pdf import ChildProcessPrinter
from ivr.services.blind_first import BlindFirstService
from ivr.services.candidates import CandidateService
from ivr.services.context import Actor
from ivr.services.dialing import Gate
from ivr.services.drafts import settings_from_plain, settings_to_plain
from ivr.services.interview_lists import InterviewListService
from ivr.services.interviews import InterviewService
from ivr.services.jobs import JobService
from ivr.services.logins import LoginService
from ivr.services.organisations import OrganisationService
from ivr.services.reports import ReportService
from ivr.services.results import ResultService
from ivr.services.reviews import ReviewService
from ivr.services.saved_views import SavedViewService
from ivr.services.sightings import Sightings
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
    results = ResultService(database, pipeline.store)
    interviews = InterviewService(
        database, Gate(settings), candidates, results, ReviewService(database, clock, lambda: None), clock,
        lambda: None,
    )  # fmt: skip
    reports = ReportService(database, results, ChildProcessPrinter(), Sightings(database, clock))
    nobody: Any = None  # no question is written or checked here
    jobs = JobService(database, clock, pipeline.store, FakeExtractor(), nobody, nobody, ring=lambda: None)
    services: Any = SimpleNamespace(
        settings=settings, logins=LoginService(database, clock, links), interviews=interviews, jobs=jobs,
        organisations=OrganisationService(database, pipeline.store, clock), blind_first=BlindFirstService(database),
        feedback=pipeline.feedback, reports=reports, invitations=SimpleNamespace(ways=()),
        interview_lists=InterviewListService(database, BlindFirstService(database)),
        saved_views=SavedViewService(database, clock),
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

    row = words_of(visitor.get("/interviews?view=finished").text.partition("<tbody>")[2])
    assert "Ada Example" in row and "Listen first" in row and "10.0" not in row and "Hire" not in row
    # Neither the order, nor a filter, nor a file tells what is to be heard first.
    assert "Ada Example" not in visitor.get("/interviews?advice=hire").text
    assert "Listen first" in visitor.get("/interviews?sort=score").text
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
    assert html.count("<mark id=") == 2 and ">looked at the logs<sup>" in re.sub(r'</?span[^>]*>', "", html)
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


def test_R19_feedback_is_drafted_changed_and_released_on_the_page(pipeline: Pipeline, visitor: Visitor) -> None:
    page = f"/interviews/{pipeline.interview_id}"
    draft = {"strengths": ["You “looked at the logs”."], "topics": ["Tell more."]}
    pipeline.model.replies["candidate_feedback"] = draft
    pipeline.begin()
    pipeline.say(STRONG)
    pipeline.say(STRONG)
    pipeline.hang_up()
    pipeline.work()
    assert "Feedback for the candidate" not in visitor.get(page).text, "it would tell who listens first"
    visitor.send(f"{page}/reviews", page, decision="consider", reason="I want to hear one more case of hers.")

    assert visitor.send(f"{page}/feedback", page, do="draft").status_code == 303
    assert "A draft is being written." in words_of(visitor.get(page).text)
    pipeline.work()
    text = words_of(visitor.get(page).text)
    assert "Drafted by a model" in text and "You “looked at the logs”." in text

    mine = {"strengths": "You “looked at the logs”.\r\n\r\n", "topics": "You got 4 out of 5.\nTell what came of it."}
    refused = visitor.send(f"{page}/feedback", page, do="save", **mine)
    assert refused.status_code == 422 and "Tell what came of it." in refused.text, "what was written stays"
    assert "What to work on, entry 1: It gives a rating" in words_of(refused.text)
    mine["topics"] = "Tell what came of it."
    unread = visitor.send(f"{page}/feedback", page, do="release", **mine)
    assert unread.status_code == 422 and "tick the box" in unread.text
    assert pipeline.feedback.get(organisation_of(pipeline), pipeline.interview_id).status == "draft"
    assert visitor.send(f"{page}/feedback", page, do="release", read="yes", **mine).status_code == 303
    html = visitor.get(page).text
    assert "Released by anna@example.com" in words_of(html) and 'name="topics"' not in html
    assert "Feedback released to the candidate by anna@example.com" in words_of(html)
    again = visitor.send(f"{page}/feedback", page, do="save", **{**mine, "topics": "Other."})
    assert again.status_code == 409 and "does not change any more" in again.text


def test_R20_feedback_waits_for_the_decision_on_the_page_too(pipeline: Pipeline, visitor: Visitor) -> None:
    page = f"/interviews/{pipeline.interview_id}"
    pipeline.begin()
    pipeline.say(STRONG)
    pipeline.say(STRONG)
    pipeline.hang_up()
    pipeline.work()
    visitor.send(f"{page}/open", page)
    refused = visitor.send(f"{page}/feedback", page, do="release", read="yes", topics="Tell what came of it.")
    assert refused.status_code == 409 and "Record your decision first." in refused.text


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


def test_a_correction_is_rated_anew_and_the_paper_tells_the_whole(pipeline: Pipeline, visitor: Visitor) -> None:
    """From the call to the paper: the picture of the call, own ratings, corrected words, and who had decided."""
    page = f"/interviews/{pipeline.interview_id}"
    pipeline.begin()
    pipeline.say(STRONG)
    pipeline.say(STRONG)
    pipeline.hang_up()
    pipeline.work()
    assert visitor.get(f"{page}/scorecard.pdf").status_code == 409, "listen first"
    form = re.search(r'action="([^"]+/correction)"', visitor.get(page).text)
    assert form is not None
    words = STRONG.replace("nine hours", "five hours")
    sent = visitor.send(form[1], page, words=words, reason="She clearly says five.")
    assert sent.status_code == 303
    assert "Being scored" in words_of(visitor.get(page).text)
    assert visitor.get(f"{page}/scorecard.pdf").status_code == 409
    pipeline.work()
    html = visitor.get(page).text
    own = re.search(r'name="(rating:[^"]+:relevance)"', html)
    assert own is not None and "“She clearly says five.”" in words_of(html)
    reason = "I heard both answers and one is thin."
    assert visitor.send(f"{page}/reviews", page, decision="consider", reason=reason, **{own[1]: "2"}).status_code == 303
    assert "anna@example.com rated this answer: Relevance 2" in words_of(visitor.get(page).text)

    paper = visitor.get(f"{page}/scorecard.pdf")
    assert paper.status_code == 200
    sheets = pypdfium2.PdfDocument(paper.data)
    text = " ".join(" ".join(sheet.get_textpage().get_text_bounded() for sheet in sheets).split())
    for told in (
        "Ada Example", "Decision after review Consider 10.0 of 10", "The rules had said Hire.", "transcript corrected",
        "five hours down to two", "Own ratings for question 1: Relevance 2", "Score set, rules 2, version",
        "A person noted: “She clearly says five.”",
    ):  # fmt: skip
        assert told in text, told
    assert "nine hours" in text, "the other answer is as it was"

"""What candidates ask of a person: who sees it, who takes it on, what is shown of an answer, how it is closed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from db.models import AnswerState, Candidate, RequestKind, Role
from db.repositories import candidate_requests
from interview.lifecycle import InterviewStatus
from ivr.dashboard.request_words import due_by
from ivr.services.candidate_requests import RequestFilters
from ivr.services.drafts import Page
from tests.dashboard.test_pages import words_of
from tests.dashboard.whole import Whole, assert_plain, counted
from tests.factories import (
    NOW,
    make_answer,
    make_candidate,
    make_interview,
    make_job,
    make_organisation,
    make_rating,
    make_result,
)

WORDS = "I said <b>cause</b>, not clause."


def asked(whole: Whole, kind: RequestKind, *, at: datetime = NOW, name: str = "Ada Example", **more: Any) -> str:
    """A request behind the link of a candidate who has answered one question."""
    candidate_id = make_candidate(whole.database, whole.organisation_id)
    job_id = make_job(whole.database, whole.organisation_id)
    interview_id = make_interview(
        whole.database, organisation_id=whole.organisation_id, candidate_id=candidate_id, job_id=job_id,
        status=InterviewStatus.PROCESSING,
    )  # fmt: skip
    if kind is RequestKind.CONTEST:
        answer_id = make_answer(whole.database, interview_id, "q1", state=AnswerState.SCORED)
        make_rating(whole.database, answer_id, 6.4)
        make_result(whole.database, interview_id)
        more = {"answer_id": answer_id, "reason": WORDS, **more}
    with whole.database.write() as unit:
        unit.session.get_one(Candidate, candidate_id).name = name
        made = candidate_requests.add(
            unit.session, kind=kind, source="link", organisation_id=whole.organisation_id, candidate_id=candidate_id,
            interview_id=interview_id, created_by="candidate", at=at, **more,
        )  # fmt: skip
    return made.id


def test_open_ones_come_first_and_each_says_what_is_asked(whole: Whole) -> None:
    visitor = whole.enter(Role.VIEWER)
    empty = visitor.get("/requests")
    assert "Nobody waits" in empty.text
    human = asked(whole, RequestKind.HUMAN, name="Zoë <i>")
    asked(whole, RequestKind.CONTEST, at=NOW + timedelta(hours=1))
    closed = asked(whole, RequestKind.DATA, name="Closed One")
    whole.services.candidate_requests.resolve(whole.actor, closed, "Sent the file.")
    page = visitor.get("/requests")
    text = words_of(page.text)
    assert "Open 2" in text and "Closed 1" in text and "Closed One" not in text
    rows = page.text[page.text.index("<tbody>") :]
    assert rows.index("Contests an answer") < rows.index("Wants a person"), "newest first"
    assert "&lt;b&gt;cause&lt;/b&gt;" in page.text and "Zoë &lt;i&gt;" in page.text and "Nobody’s" in text
    assert "Closed One" in visitor.get("/requests?view=closed").text
    only = visitor.get("/requests?kind=human").text
    assert f"/requests/{human}" in only and "Contests an answer</span>" not in only
    assert "Nothing of this kind" in visitor.get("/requests?kind=data").text
    assert visitor.get("/requests?view=x&kind=x").status_code == 200
    for shown in (empty, page):
        assert_plain(shown)


def test_somebody_takes_it_on_and_the_others_see_it(whole: Whole) -> None:
    id = asked(whole, RequestKind.HUMAN)
    ann, bo = whole.enter(Role.REVIEWER), whole.enter(Role.RECRUITER)
    here = f"/requests/{id}"
    assert "Nobody has taken it on yet." in ann.get(here).text
    assert ann.send(f"{here}/take", here).location == here
    assert "In yours, since" in words_of(ann.get(here).text)
    assert ann.send(f"{here}/take", here).status_code == 303, "twice changes nothing"
    assert len(whole.events("request.taken")) == 1
    assert "reviewer@" in bo.get("/requests").text and "Take it over" in bo.get(here).text
    assert "In my hands<span>1</span>" in ann.get("/requests?view=mine").text
    assert "You hold nothing" in bo.get("/requests?view=mine").text
    assert bo.send(f"{here}/take", here).status_code == 303
    assert ann.send(f"{here}/take", here, put_down="yes").status_code == 303, "nobody's, whoever held it"
    assert whole.services.candidate_requests.get(whole.organisation_id, id).taken_by is None


def test_a_contested_answer_is_shown_and_leads_to_the_review(whole: Whole) -> None:
    id = asked(whole, RequestKind.CONTEST)
    asks = whole.services.candidate_requests.get(whole.organisation_id, id)
    reviewer = whole.enter(Role.REVIEWER)
    blind = reviewer.get(f"/requests/{id}")
    text = words_of(blind.text)
    assert "Asks to have an answer looked at again" in text and "I said &lt;b&gt;cause&lt;/b&gt;, not clause." in text
    assert "Question 1" in text and "explained the steps taken" in text
    assert "listen first" in text and "6.4" not in text, "R20: no score before it was heard"
    assert f'href="/interviews/{asks.interview_id}#q1"' in blind.text
    assert f'href="/interviews/{asks.interview_id}#decide"' in blind.text
    assert 'id="q1"' in reviewer.get(f"/interviews/{asks.interview_id}").text, "the link leads to the answer"
    assert reviewer.send(f"/interviews/{asks.interview_id}/open", "/requests").status_code == 303
    assert "6.4 of 10" in words_of(reviewer.get(f"/requests/{id}").text)
    assert_plain(blind)


def test_it_is_closed_with_a_note_once(whole: Whole) -> None:
    id = asked(whole, RequestKind.DATA, at=datetime.fromisoformat("2026-01-31T10:00:00+00:00"))
    visitor, here = whole.enter(Role.RECRUITER), f"/requests/{id}"
    assert "by 28 Feb 2026" in words_of(visitor.get(here).text)
    for note in ("", "   ", "x" * 4001, "a\x00b"):
        refused = visitor.send(f"{here}/close", here, note=note)
        assert refused.status_code == 422 and "how it was dealt with" in refused.text
    assert visitor.send(f"{here}/close", here, note="Sent the file.\r\nShe said thanks.").location == here
    seen = whole.services.candidate_requests.get(whole.organisation_id, id)
    assert (seen.status, seen.note) == ("resolved", "Sent the file.\nShe said thanks.")
    page = visitor.get(here)
    assert "How it was dealt with" in page.text and "Close the request" not in page.text
    again = visitor.send(f"{here}/close", "/interviews", note="Sent the file.\r\nShe said thanks.")
    assert again.status_code == 303, "the same note again changes nothing"
    late = visitor.send(f"{here}/close", "/interviews", note="Something else")
    assert late.status_code == 409 and "This request is resolved." in late.text
    assert visitor.send(f"{here}/take", "/interviews").status_code == 409
    assert_plain(page)


def test_viewers_read_and_another_house_finds_nothing(whole: Whole) -> None:
    id = asked(whole, RequestKind.CONTEST)
    viewer, here = whole.enter(Role.VIEWER), f"/requests/{id}"
    page = viewer.get(here)
    assert page.status_code == 200 and "Your role lets you read requests" in page.text
    assert f"{here}/take" not in page.text and f"{here}/close" not in page.text
    stranger = whole.enter(organisation_id=make_organisation(whole.database))
    assert "Nobody waits" in stranger.get("/requests").text and stranger.get(here).status_code == 404
    for path, fields in ((f"{here}/take", {}), (f"{here}/close", {"note": "mine"})):
        assert viewer.send(path, "/interviews", **fields).status_code == 403
        assert stranger.send(path, "/interviews", **fields).status_code == 404
    assert whole.services.candidate_requests.get(whole.organisation_id, id).status == "open"


def test_what_was_said_is_deleted_with_the_words(whole: Whole) -> None:
    id = asked(whole, RequestKind.CONTEST, reason=None)
    assert "What they wrote is deleted." in whole.enter(Role.VIEWER).get(f"/requests/{id}").text


def test_a_long_list_asks_as_often_as_a_short_one(whole: Whole) -> None:
    visitor, counts = whole.enter(Role.REVIEWER), []
    for number in range(30):
        asked(whole, RequestKind.HUMAN, at=NOW + timedelta(minutes=number), name=f"N{number:02}")
        if number in (0, 29):
            with counted(whole) as selects:
                page = visitor.get("/requests").text
            counts.append(len(selects))
    assert counts[0] == counts[1] <= 9
    assert "N29" in page and "N04" not in page and "/requests?cursor=" in page
    found = whole.services.candidate_requests.on_desk(whole.organisation_id, RequestFilters(), Page(2, None, True))
    assert found.total == 30 and [one.asker.name for one in found.items] == ["N29", "N28"]


@pytest.mark.parametrize(
    ("asked_on", "due_on"),
    [
        ("2026-01-31", "2026-02-28"), ("2028-01-31", "2028-02-29"), ("2026-12-15", "2027-01-15"),
        ("2026-03-01", "2026-04-01"),
    ],
)
def test_a_month_ends_with_the_month(asked_on: str, due_on: str) -> None:
    assert due_by(datetime.fromisoformat(asked_on)) == datetime.fromisoformat(due_on)

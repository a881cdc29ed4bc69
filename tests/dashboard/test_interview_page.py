"""What a reviewer does on the interview's page: see the call, take the paper along, rate, correct, confirm."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pytest

from db.models import Role
from ivr.services.drafts import UNSET
from ivr.services.views import ReviewView
from tests.dashboard.conftest import CALLING, HIRED, LEFT, NOW, SAID, STALLED, House, Visitor
from tests.dashboard.test_pages import words_of

ANSWER_1 = "30000000-0000-4000-8000-000000000001"
ANSWER_3 = "30000000-0000-4000-8000-000000000003"
KNOCKOUT = "30000000-0000-4000-8000-000000000009"
REASON = "I heard every answer and see it otherwise."


@pytest.fixture
def visitor(house: House) -> Visitor:
    return house.enter()


def test_the_scorecard_is_taken_along_and_its_reader_noted(house: House, visitor: Visitor) -> None:
    assert f'href="/interviews/{HIRED}/scorecard.pdf"' in visitor.get(f"/interviews/{HIRED}").text
    paper = visitor.get(f"/interviews/{HIRED}/scorecard.pdf")
    assert (paper.status_code, paper.content_type, paper.data[:5]) == (200, "application/pdf", b"%PDF-")
    assert paper.headers["Content-Disposition"] == f"attachment; filename=scorecard-{HIRED}.pdf"
    assert paper.headers["Cache-Control"] == "no-store"
    assert [actor.name for actor in house.reports.seen_by] == ["user:reviewer@example.com"]
    assert house.app.test_client().get(f"/interviews/{HIRED}/scorecard.pdf").status_code == 303, "log in first"


def test_R20_the_paper_shows_scores_so_it_waits_like_the_page(house: House, visitor: Visitor) -> None:
    house.blind_first.hidden.add(HIRED)
    assert "scorecard.pdf" not in visitor.get(f"/interviews/{HIRED}").text
    refused = visitor.get(f"/interviews/{HIRED}/scorecard.pdf")
    assert refused.status_code == 409 and "kept back until you have listened" in refused.text
    assert house.reports.seen_by == []
    visitor.send(f"/interviews/{HIRED}/open", form_at=f"/interviews/{HIRED}")
    assert visitor.get(f"/interviews/{HIRED}/scorecard.pdf").status_code == 200


def test_before_the_end_there_is_no_paper_to_take(visitor: Visitor) -> None:
    for interview in (CALLING, STALLED):
        assert "scorecard.pdf" not in visitor.get(f"/interviews/{interview}").text


def test_the_call_is_one_picture_whose_answers_lead_to_their_questions(visitor: Visitor) -> None:
    page = visitor.get(f"/interviews/{HIRED}").text
    picture = re.search(r'<svg class="call">.*?</svg>', page, re.S)
    assert picture is not None and picture[0].count('class="said"') == 3
    for number, at in ((1, "2:36"), (2, "5:36"), (3, "8:36")):
        assert f'<a href="#q{number}" aria-label="Question {number}, answered at {at}">' in picture[0]
    assert "Q1 2:36 Q2 5:36 Q3 8:36" in words_of(page)
    assert picture[0].count('class="loud"') >= 3
    assert '<svg class="call">' not in visitor.get(f"/interviews/{LEFT}").text, "no moment is known there"


def test_who_rated_and_each_sample_are_told(visitor: Visitor) -> None:
    text = words_of(visitor.get(f"/interviews/{HIRED}").text)
    assert "Who rated gpt-6-luna, prompt score_answer@12, 3 samples" in text
    assert "Relevance 4 4 3 Soundness 5 4 4" in text


def test_own_ratings_go_with_the_decision_and_stand_beside_the_models(house: House, visitor: Visitor) -> None:
    page = f"/interviews/{HIRED}"
    assert visitor.get(page).text.count('form="review"') == 21, "three questions with seven criteria each"
    sent = {f"rating:{ANSWER_1}:relevance": "3", f"rating:{ANSWER_1}:clarity": "", f"rating:{ANSWER_3}:soundness": "5",
            "rating:nonsense": "4", f"rating:{ANSWER_1}:reasoning": "x"}  # fmt: skip
    done = visitor.send(f"{page}/reviews", form_at=page, decision="consider", reason=REASON, **sent)
    assert done.status_code == 303
    ((_, _, draft),) = house.interviews.reviews
    assert draft.ratings == {ANSWER_1: {"relevance": 3}, ANSWER_3: {"soundness": 5}}
    text = words_of(visitor.get(page).text)
    assert text.count("rated this answer:") == 2
    assert "reviewer@example.com rated this answer: Relevance 3 ." in text.replace("3.", "3 .")


def test_without_own_ratings_none_are_sent_and_refused_ones_stay_chosen(house: House, visitor: Visitor) -> None:
    page = f"/interviews/{HIRED}"
    refused = visitor.send(
        f"{page}/reviews", form_at=page, decision="hire", reason="short", **{f"rating:{ANSWER_1}:clarity": "2"}
    )
    assert refused.status_code == 422 and '<option value="2" selected>' in refused.text
    visitor.send(f"{page}/reviews", form_at=page, decision="hire", reason=REASON)
    assert house.interviews.reviews[-1][2].ratings is None


def test_R20_blind_pages_take_own_ratings_and_show_nobodys(house: House, visitor: Visitor) -> None:
    (row,) = [one for one in house.interviews.rows if one.id == HIRED]
    review = ReviewView("r1", "user:ben@example.com", "hire", REASON, {ANSWER_1: {"relevance": 5}}, NOW)
    house.interviews.rows[house.interviews.rows.index(row)] = replace(row, reviews=(review,))
    house.blind_first.hidden.add(HIRED)
    page = visitor.get(f"/interviews/{HIRED}").text
    assert 'form="review"' in page and "rated this answer" not in page and "score_answer@12" not in page


def test_words_are_corrected_with_a_reason(house: House, visitor: Visitor) -> None:
    page = f"/interviews/{HIRED}"
    form = f"{page}/answers/{ANSWER_1}/correction"
    shown = visitor.get(page).text
    assert f'action="{form}"' in shown and f">{SAID}</textarea>" in unescape(shown)
    sent = SAID.replace("stop", "freeze") + "\r\nAnd more."
    assert visitor.send(form, form_at=page, words=sent, reason="At 0:02 it is freeze.").status_code == 303
    ((actor, answer_id, patch),) = house.interviews.patches
    assert (actor.name, answer_id) == ("user:reviewer@example.com", ANSWER_1)
    assert patch.transcript == sent.replace("\r\n", "\n") and patch.human_feedback == "At 0:02 it is freeze."


def test_a_correction_is_taken_back_by_its_own_button(house: House, visitor: Visitor) -> None:
    page = f"/interviews/{HIRED}"
    shown = visitor.get(page).text
    assert shown.count('name="take_back"') == 1, "of the answer that was corrected"
    form = f"{page}/answers/30000000-0000-4000-8000-000000000002/correction"
    visitor.send(form, form_at=page, words="whatever", reason="It was right before.", take_back="yes")
    assert house.interviews.patches[0][2].transcript is None
    assert house.interviews.patches[0][2].human_feedback is not UNSET


@pytest.mark.parametrize(("words", "reason", "problem"), [
    ("Other words.", "why", "Give a reason of 10 characters or more"),
    ("  ", "I heard nothing there.", "a correction cannot be empty"),
])  # fmt: skip
def test_a_refused_correction_comes_back_where_it_was_written(
    house: House, visitor: Visitor, words: str, reason: str, problem: str
) -> None:
    page = f"/interviews/{HIRED}"
    refused = visitor.send(f"{page}/answers/{ANSWER_1}/correction", form_at=page, words=words, reason=reason)
    assert refused.status_code == 422 and house.interviews.patches == []
    card = refused.text[refused.text.index('id="q1"') : refused.text.index('id="q2"')]
    assert problem in card and f'value="{reason}"' in card and '<details class="more fix" open>' in card
    assert problem not in refused.text[refused.text.index('id="q2"') :]


def test_a_requirement_that_is_not_met_is_confirmed_by_a_person(house: House, visitor: Visitor) -> None:
    page = f"/interviews/{HIRED}"
    assert "/knockout" not in visitor.get(page).text, "it is met"
    (row,) = [one for one in house.interviews.rows if one.id == HIRED]
    answers = tuple(replace(one, said_yes=False) if one.id == KNOCKOUT else one for one in row.answers)
    house.interviews.rows[house.interviews.rows.index(row)] = replace(row, answers=answers)
    form = f"{page}/answers/{KNOCKOUT}/knockout"
    assert f'action="{form}"' in visitor.get(page).text
    assert visitor.send(form, form_at=page, passed="no").status_code == 303
    assert visitor.send(form, form_at=page, passed="yes").status_code == 303
    assert [(one, passed) for _, one, passed in house.interviews.confirmed] == [(KNOCKOUT, False), (KNOCKOUT, True)]


def test_viewers_take_the_paper_along_and_change_nothing(house: House) -> None:
    viewer = house.enter(Role.VIEWER)
    page = f"/interviews/{HIRED}"
    shown = viewer.get(page).text
    assert "scorecard.pdf" in shown and viewer.get(f"{page}/scorecard.pdf").status_code == 200
    for name in ('form="review"', "/correction", "/knockout"):
        assert name not in shown
    form = f"{page}/answers/{ANSWER_1}/correction"
    token = viewer.token(page)
    data = {"csrf_token": token, "words": "Other.", "reason": "As I heard it."}
    assert viewer.client.post(form, data=data).status_code == 403
    assert viewer.client.post(f"{page}/answers/{KNOCKOUT}/knockout", data=data).status_code == 403
    assert house.interviews.patches == [] and house.interviews.confirmed == []


def test_which_questions_are_shown_stands_in_the_address(visitor: Visitor) -> None:
    page = f"/interviews/{LEFT}"

    def cards(query: str) -> list[str]:
        return re.findall(r'<article class="card q" id="(q\d)"', visitor.get(page + query).text)

    assert "All 2 For a person 1 Not scored 1" in words_of(visitor.get(page).text)
    assert cards("") == ["q1", "q2"] == cards("?show=all") == cards("?show=nonsense")
    assert cards("?show=person") == ["q2"] == cards("?show=unscored")
    assert 'aria-current="true">For a person' in visitor.get(page + "?show=person").text
    assert 'aria-label="Which questions"' not in visitor.get(f"/interviews/{HIRED}").text, "all are scored"


def test_the_record_says_when_the_audio_goes(house: House, visitor: Visitor) -> None:
    (row,) = [one for one in house.interviews.rows if one.id == HIRED]
    assert "Audio is deleted on" not in visitor.get(f"/interviews/{HIRED}").text
    house.interviews.rows[house.interviews.rows.index(row)] = replace(row, words_until=NOW.replace(month=6))
    assert "Audio is deleted on 2 Jun 2026, 10:00" in words_of(visitor.get(f"/interviews/{HIRED}").text)

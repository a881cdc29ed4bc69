"""The same question across candidates: heard before scores are shown, quotes where they were said, one version."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update

from db.models import AnswerRating, AnswerState, Call, Candidate, Interview, Job, Recording, Role
from ivr.services.drafts import JobSettings, settings_to_plain
from tests.analytics import House
from tests.dashboard.job_office import Office
from tests.dashboard.test_pages import words_of
from tests.statements import heard

SAID = "I stopped the line and called the head chef, because two orders were already late."
QUOTE = "stopped the line and called the head chef"


@pytest.fixture
def office(sqlite_url: str, tmp_path: Path) -> Iterator[Office]:
    opened = Office(sqlite_url, tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def house(office: Office) -> House:
    return House(office.database, office.organisation_id)


def asked(house: House, name: str, score: float | None, *, with_sound: bool = True, **values: object) -> str:
    """The interview of somebody who answered question q1."""
    id = house.assessed(**values)
    made = house.result(id, score, "consider")
    state = AnswerState.NEEDS_REVIEW if score is None else AnswerState.SCORED
    answer = house.answer(
        id, "q1", score, score_set_id=made, state=state, points=("covered", "missing", "partial"), transcript=SAID,
        recording_sid=f"RE{id[:30]}",
    )  # fmt: skip
    with house.database.write() as unit:
        session = unit.session
        interview = session.get_one(Interview, id)
        session.execute(update(Candidate).where(Candidate.id == interview.candidate_id).values(name=name))
        if score is not None:
            start = SAID.index(QUOTE)
            quote = {"text": QUOTE, "start_char": start, "end_char": start + len(QUOTE), "start_s": 1.5}
            rating = session.query(AnswerRating).filter_by(answer_id=answer).one()
            criterion = {"id": "relevance", "dimension": "content", "rating": 4.0, "reason": "It is."}
            rating.content = rating.content | {"criteria": [criterion | {"quotes": [quote]}]}
        if with_sound:
            session.add(
                Recording(
                    organisation_id=house.organisation_id, interview_id=id, turn=1,
                    call_id=session.query(Call).filter_by(interview_id=id).one().id,
                    recording_sid=f"RE{id[:30]}", storage_key=f"{house.organisation_id}/recordings/{answer}",
                )
            )  # fmt: skip
    return id


def blind_first(house: House, *, on: bool) -> None:
    with house.database.write() as unit:
        unit.session.get_one(Job, house.job_id).settings = settings_to_plain(JobSettings(blind_first=on))


def cards(html: str) -> dict[str, str]:
    """Each person's card as words, by name."""
    found = re.findall(r'<article class="card one".*?</article>', html, re.S)
    return {re.findall(r"<bdi>([^<]+)</bdi>", one)[0]: words_of(f"<main>{one}</main>") for one in found}


def test_answers_stand_side_by_side_with_scores_and_quotes_that_can_be_heard(office: Office, house: House) -> None:
    blind_first(house, on=False)
    first = asked(house, "Ada Example", 8.0)
    asked(house, "Bo <b>Example</b>", 4.0, with_sound=False)
    asked(house, "Cy Example", None)
    html = office.enter(Role.REVIEWER).get(f"/jobs/{house.job_id}/compare").text
    shown = cards(html)
    assert set(shown) == {"Ada Example", "Bo &lt;b&gt;Example&lt;/b&gt;", "Cy Example"}
    assert "8.0 of 10" in shown["Ada Example"] and "names the cause of problem 1 covered" in shown["Ada Example"]
    assert "Left for a person to judge" in shown["Cy Example"] and "of 10" not in shown["Cy Example"]
    assert f'data-seek="1.5">{QUOTE}</a><sup>' in html and html.count(f"<mark>{QUOTE}<sup>") == 1, "one without a sound"
    assert f'src="/interviews/{first}/answers/' in html and html.count("<audio") == 2, "where there is a sound"
    assert f'href="/interviews/{first}' in html and "<b>Example" not in html
    assert "2 with a score you may see: 4.0 to 8.0, mean 6.0" in words_of(html)


def test_R20_who_decides_sees_no_score_of_what_they_have_not_opened(office: Office, house: House) -> None:
    blind_first(house, on=True)
    opened, closed = asked(house, "Ada Example", 8.0), asked(house, "Bo Example", 4.0)
    visitor = office.enter(Role.REVIEWER)
    path = f"/jobs/{house.job_id}/compare?question_id=q1"
    before = visitor.get(path).text
    shown = cards(before)
    for name in ("Ada Example", "Bo Example"):
        assert "Listen first" in shown[name] and SAID in shown[name] and "of 10" not in shown[name]
        assert "covered" not in shown[name] and "<mark" not in before
    assert "2 answers are shown without scores and quotes" in before and "mean" not in words_of(before)
    assert visitor.send(f"/interviews/{opened}/open", "/jobs").status_code == 303
    after = cards(visitor.get(path).text)
    assert "8.0 of 10" in after["Ada Example"] and "Listen first" in after["Bo Example"]
    viewer = cards(office.enter(Role.VIEWER).get(path).text)
    assert "4.0 of 10" in viewer["Bo Example"], "who never decides is not led by it"
    assert closed


def test_some_are_put_beside_each_other_and_stay_from_question_to_question(office: Office, house: House) -> None:
    blind_first(house, on=False)
    ids = [asked(house, f"Person {n}", 5.0) for n in range(3)]
    visitor = office.enter(Role.VIEWER)
    html = visitor.get(f"/jobs/{house.job_id}/compare?question_id=q1&with={ids[0]}&with={ids[2]}").text
    assert set(cards(html)) == {"Person 0", "Person 2"} and "Show everybody" in html
    assert f"question_id=q2&amp;version=1&amp;with={ids[0]}&amp;with={ids[2]}" in html
    nothing = visitor.get(f"/jobs/{house.job_id}/compare?question_id=q2").text
    assert "No answers to this question yet" in nothing
    assert visitor.get(f"/jobs/{house.job_id}/compare?question_id=nonsense&version=99&start=x").status_code == 200


def test_many_are_shown_page_by_page_with_as_many_questions_to_the_database(office: Office, house: House) -> None:
    blind_first(house, on=False)
    asked(house, "Person 0", 5.0)
    visitor = office.enter(Role.VIEWER)
    path = f"/jobs/{house.job_id}/compare"
    counts = []
    for _ in range(2):
        with heard(office.database) as statements:
            page = visitor.get(path).text
        counts.append(len([one for one in statements if one.lstrip().upper().startswith("SELECT")]))
        for n in range(13):
            asked(house, f"Person {n + 1}", 5.0)
    assert counts[0] == counts[1] <= 12
    page = visitor.get(path).text
    assert page.count('<article class="card one"') == 12
    older = re.findall(r'href="([^"]+)" rel="next"', page)[0].replace("&amp;", "&")
    assert "13 to 24 of 27" in words_of(visitor.get(older).text)


def test_before_anything_is_approved_there_is_nothing_to_compare(office: Office) -> None:
    job = office.entered()
    assert "Nobody has been asked anything yet" in office.enter(Role.VIEWER).get(f"/jobs/{job}/compare").text

"""The pages of numbers over the real services: what stands on them, who sees what, and rating blind."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from db.models import CalibrationAnswer, CalibrationRating, CandidateGroups, DomainEvent, Interview, Job, Role
from interview.statistics.calibration import level_of
from ivr.app import create_app
from ivr.bootstrap import build_services
from ivr.dashboard import blueprint
from ivr.dashboard.insight_charts import amounts_over_time, budget, meter, shares_over_time
from ivr.services.catalog import Services
from ivr.services.context import Actor
from ivr.services.statistics_drafts import CalibrationDraft, LevelsDraft
from tests.analytics import House, fourteen_invited
from tests.api.conftest import make_settings
from tests.dashboard.conftest import PASSWORD, Visitor
from tests.dashboard.test_pages import words_of
from tests.factories import NOW, make_job
from tests.services.test_drift import make_ratings

PAGES = ("/insights", "/fairness", "/calibration")
ALL = "?period=all&all=1"


@pytest.fixture
def services(sqlite_url: str, tmp_path: Path) -> Iterator[Services]:
    settings = make_settings(
        database_url=sqlite_url, redis_url="redis://127.0.0.1:9/0", storage_url=f"file://{tmp_path}/files",
        instance_dir=tmp_path, webhook_base_url="http://127.0.0.1:8000", rate_limit_logins_per_minute=1000,
        monthly_budget_usd=50,
    )  # fmt: skip
    built = build_services(settings)
    yield built
    built.database.dispose()


@pytest.fixture
def house(services: Services) -> House:
    return House(services.database, services.access.ensure_first_key())


@pytest.fixture
def enter(services: Services, house: House) -> Callable[[Role], Visitor]:
    """A browser in which somebody with this role has logged in."""
    app = create_app(services, services.settings, doors=(blueprint,))

    def make(role: Role) -> Visitor:
        address, system = f"{role.value}@example.com", Actor(house.organisation_id, "system", "system")
        services.users.create_user(system, address, "Priya Natarajan", role, PASSWORD)
        visitor = Visitor(app.test_client())
        assert visitor.send("/login", email=address, password=PASSWORD).status_code == 303
        return visitor

    return make


def system(house: House) -> Actor:
    return Actor(house.organisation_id, "system", "system")


def begin_round(services: Services, house: House, *raters: str) -> str:
    """The id of a round of thirty answers of all levels."""
    make_ratings(services.database, house.assessed(), [0.5, 2.5, 5.0, 7.5, 9.5] * 6, NOW)
    draft = CalibrationDraft(name="May", raters=raters, count=30)
    return services.calibrations.create(system(house), draft).id


def test_a_period_in_numbers(house: House, enter: Callable[[Role], Visitor]):
    fourteen_invited(house)
    text = words_of(enter(Role.VIEWER).get("/insights" + ALL).text)
    assert "Interviews 14 invited in this period" in text
    assert "Completed 71% of 7 begun and over" in text
    assert "Median length 8:20 from consent to the end" in text
    assert "Mean score – from 5 results on, of 3" in text, "so few would give a score away that is to be heard first"
    assert "Agreement 50% with the advice, 9% to 91%, n = 2" in text
    assert "Called 12 86% of the step before" in text
    assert "1 × Wrong person" in text and "1 × Line busy still open" in text
    assert "1 of those whose conversation is over was assessed by a part" in text
    assert "Milder than advised 1" in text and "1 × advised consider, decided hire" in text
    assert "Cohen’s kappa from 30 decisions on" in text
    assert "Budget $50.00, 0% used" in text


def test_R20_a_mean_is_shown_from_five_results_on(house: House, enter: Callable[[Role], Visitor]):
    visitor = enter(Role.REVIEWER)
    for score, shown in ((3.0, "–"), (4.0, "–"), (5.0, "–"), (6.0, "–"), (7.0, "5.0 of 10, over 5 results")):
        id = house.assessed()
        house.answer(id, "q1", score, score_set_id=house.result(id, score, "consider"))
        text = words_of(visitor.get("/insights" + ALL).text)
        assert f"Mean score {shown}" in text
        assert ("5.0 n = 5" in text) is (score == 7.0)


def test_simulated_ones_are_counted_only_when_asked_for(house: House, enter: Callable[[Role], Visitor]):
    house.result(house.assessed(simulated=True), 9.0, "hire")
    visitor = enter(Role.VIEWER)
    assert "No interviews in this period" in words_of(visitor.get("/insights" + ALL).text)
    shown = words_of(visitor.get("/insights" + ALL + "&demo=1").text)
    assert "Interviews 1 invited" in shown and "demo, not an assessment" in shown


def test_the_choice_is_kept_and_nonsense_is_no_choice(house: House, enter: Callable[[Role], Visitor]):
    house.reviewed(6.0, "consider", "hire")
    visitor = enter(Role.VIEWER)
    html = visitor.get(f"/insights?period=all&job={house.job_id}&by=month").text
    assert '<option value="all" selected>' in html and f'<option value="{house.job_id}" selected>' in html
    assert f'href="/insights?period=all&amp;job={house.job_id}#agreement"' in html
    assert "Mar 2026" in html
    assert visitor.get("/insights?period=moon&by=year&demo=maybe").status_code == 200
    other = make_job(house.database, House(house.database).organisation_id)
    for path in PAGES:
        assert visitor.get(f"{path}?job={other}").status_code == 404


@pytest.mark.parametrize("path", PAGES)
def test_pages_obey_the_policy_and_say_when_there_is_nothing(
    house: House, enter: Callable[[Role], Visitor], path: str
) -> None:
    with house.database.write() as unit:
        unit.session.get_one(Job, house.job_id).title = "<script>alert(1)</script>"
    visitor = enter(Role.ADMIN)
    empty = visitor.get(path)
    assert "No " in words_of(empty.text)
    fourteen_invited(house)
    for response in (empty, visitor.get(path + ALL)):
        assert response.status_code == 200 and "style-src 'self'" in response.headers["Content-Security-Policy"]
        assert "<script>alert" not in response.text
        assert not re.search(r"\sstyle=|\son\w+=|<style", response.text)
        assert response.text.count('aria-current="page"') == 1
    house_less = Visitor(visitor.client.application.test_client())
    assert house_less.get(path).status_code == 303, "nobody gets in without having logged in"


def test_F32_groups_are_shown_to_administrators_alone(house: House, enter: Callable[[Role], Visitor]):
    for number in range(32):
        id = house.reviewed(6.0, "hire" if number % 4 else "reject", "hire" if number % 4 else "reject")
        with house.database.write() as unit:
            candidate_id = unit.session.get_one(Interview, id).candidate_id
            unit.session.add(
                CandidateGroups(
                    organisation_id=house.organisation_id, candidate_id=candidate_id,
                    groups={"sex": "female" if number < 16 else "male"}, updated_at=NOW,
                )
            )  # fmt: skip
    for role in (Role.VIEWER, Role.RECRUITER):
        text = enter(role).get("/fairness" + ALL).text
        assert "female" not in text and "shown to administrators only" in text
    shown = words_of(enter(Role.ADMIN).get("/fairness" + ALL).text)
    assert "32 of 32 assessed people said something" in shown and "12 of 16, 75%" in shown
    with house.database.read() as session:
        looks = session.scalars(select(DomainEvent).where(DomainEvent.type == "analytics.fairness_viewed")).all()
    assert [look.actor for look in looks] == ["user:admin@example.com"]


def test_F31_drift_says_when_there_are_too_few(house: House, enter: Callable[[Role], Visitor]):
    make_ratings(house.database, house.assessed(), [5.0] * 12, NOW)
    text = words_of(enter(Role.VIEWER).get("/fairness").text)
    assert "m-1 p-1" in text and "Too few scores" in text and "– → –" in text


def test_F33_one_rates_blind_and_then_sees_how_everybody_agrees(
    services: Services, house: House, enter: Callable[[Role], Visitor]
):
    round_id = begin_round(services, house, "Reviewer@Example.com", "ben@example.com")
    answers = services.calibrations.answers(house.organisation_id, round_id).answers
    with services.database.read() as session:
        model = {row.answer_id: level_of(row.score) for row in session.scalars(select(CalibrationAnswer))}
    services.calibrations.rate(system(house), round_id, LevelsDraft("ben@example.com", model))
    visitor = enter(Role.REVIEWER)
    listed = words_of(visitor.get("/calibration" + ALL).text)
    assert "0 of 30" in listed and "30 of 30" in listed and "shown to you when you have rated all" in listed
    assert "The model with people" not in listed
    path = f"/calibration/{round_id}"
    screen = visitor.get(path).text
    assert "Answer 1 of 30" in words_of(screen) and "I did." in screen and "checked" not in screen
    assert "answer10" not in screen and not re.search(r"\b(0\.5|2\.5|7\.5|9\.5)\b", words_of(screen))
    for number, answer in enumerate(answers):
        sent = visitor.send(
            f"{path}/levels", form_at=path, answer=answer.answer_id, at=str(answer.position),
            level=str(model[answer.answer_id]),
        )  # fmt: skip
        assert sent.status_code == 303 and sent.headers["Location"] == path
        if number == 0:
            assert "Answer 2 of 30" in words_of(visitor.get(path).text)
    assert "All 30 answers are rated" in words_of(visitor.get(path).text)
    again = visitor.get(f"{path}?at=3").text
    assert "Change level" in again and again.count("checked") == 1
    done = words_of(visitor.get("/calibration" + ALL).text)
    assert "The model with people 1.00" in done and "Agrees like people do" in done
    with services.database.read() as session:
        given = session.scalars(select(CalibrationRating).where(CalibrationRating.round_id == round_id)).all()
    assert {rating.rater for rating in given} == {"Reviewer@Example.com", "ben@example.com"} and len(given) == 60


def test_F33_only_raters_rate_and_only_with_a_level(
    services: Services, house: House, enter: Callable[[Role], Visitor]
):
    round_id = begin_round(services, house, "recruiter@example.com", "viewer@example.com")
    (first, *_) = services.calibrations.answers(house.organisation_id, round_id).answers
    path = f"/calibration/{round_id}"
    form = {"answer": first.answer_id, "at": "0", "level": "3"}
    stranger, viewer, rater = enter(Role.ADMIN), enter(Role.VIEWER), enter(Role.RECRUITER)
    assert "You do not rate in this round" in words_of(stranger.get(path).text)
    assert "Your role does not let you rate" in words_of(viewer.get(path).text)
    for visitor in (stranger, viewer):
        assert visitor.send(f"{path}/levels", form_at="/insights", **form).status_code == 403
    for change in ({"level": "6"}, {"level": ""}, {"answer": "somebody-else"}):
        refused = rater.send(f"{path}/levels", form_at=path, **(form | change))
        assert refused.status_code == 422 and "Answer 1 of 30" in words_of(refused.text)
    assert rater.client.post(f"{path}/levels", data=form).status_code == 400, "a form without its token"
    with services.database.read() as session:
        assert session.scalars(select(CalibrationRating)).all() == []
    other = House(house.database)
    theirs = begin_round(services, other, "recruiter@example.com", "ben@example.com")
    assert rater.get(f"/calibration/{theirs}").status_code == 404
    assert rater.get(f"{path}?at=99999999999").status_code == 200


def test_charts_are_numbers_and_escaped_names():
    assert 'class="none"' in meter(None) and 'width="62.5%"' in meter(0.625)
    assert 'x1="20.0%" x2="80.0%"' in meter(0.5, 0.2, 0.8)
    assert 'class="limit" x1="50.0%"' in budget(0.4, 2.0) and "limit" not in budget(0.4, 0.9)
    drawn = shares_over_time([("<b>", 1.0, 0.5, 1.0), ("2 Mar", None, None, None), ("9 Mar", 0.0, 0.0, 0.5)])
    assert drawn.count("<circle") == 2 and "trend" not in drawn, "nothing is drawn over a gap"
    assert "<b>" not in drawn and "&lt;b&gt;" in drawn
    assert 'cy="12.0"' in drawn and 'cy="162.0"' in drawn
    many = shares_over_time([(f"w{number}", 0.5, 0.4, 0.6) for number in range(40)])
    assert 0 < many.count(">w") <= 5 and ">w39<" in many and many.count('class="trend"') == 39
    columns = amounts_over_time([("1 Mar", 2.0), ("2 Mar", 0.0), ("3 Mar", 4.0)])
    assert re.findall(r'height="([\d.]+)" rx', columns) == ["75.0", "0.0", "150.0"] and "$4.00" in columns


def test_F33_a_recruiter_begins_a_round_on_the_page(
    services: Services, house: House, enter: Callable[[Role], Visitor]
):
    visitor, viewer = enter(Role.RECRUITER), enter(Role.VIEWER)
    assert "Begin a round" not in viewer.get("/calibration").text
    assert "It takes two people who may review" in words_of(visitor.get("/calibration").text)
    enter(Role.REVIEWER)
    both = ["recruiter@example.com", "reviewer@example.com"]
    form: dict[str, Any] = {"name": "Autumn", "rater": both, "job": ""}
    early = visitor.send("/calibration", form_at="/calibration", **form)
    assert early.status_code == 409 and "A round needs 30 scored answers; there are 0." in words_of(early.text)
    assert 'value="Autumn"' in early.text and early.text.count("checked") == 2, "what was typed is kept"
    make_ratings(services.database, house.assessed(), [0.5, 2.5, 5.0, 7.5, 9.5] * 6, NOW)
    alone = visitor.send("/calibration", form_at="/calibration", **(form | {"rater": ["recruiter@example.com"]}))
    assert alone.status_code == 422 and "choose two people" in words_of(alone.text)
    assert viewer.send("/calibration", form_at="/insights", **form).status_code == 403
    begun = visitor.send("/calibration", form_at="/calibration", **form)
    assert begun.status_code == 303
    listed = words_of(visitor.get(begun.headers["Location"]).text)
    assert "Autumn" in listed and "0 of 30" in listed and "reviewer@example.com" in listed
def test_what_looks_at_every_answer_comes_after_the_page(house: House, enter: Callable[[Role], Visitor]):
    fourteen_invited(house)
    visitor = enter(Role.VIEWER)
    html = visitor.get("/insights?period=all&by=month").text
    assert "Being counted." in html and "Budget" not in html
    parts = {
        "funnel": "Heard the first question", "concepts": "Key points missed most", "questions": "Asked again",
        "costs": "Budget",
    }  # fmt: skip
    for part, told in parts.items():
        path = f"/insights/{part}?period=all&by=month"
        assert f'hx-get="{path.replace("&", "&amp;")}"' in html
        alone = visitor.get(path, headers={"HX-Request": "true"}).text
        assert told in alone and "<html" not in alone
        assert visitor.get(path).location == "/insights?period=all&by=month&all=1", "a browser gets the whole page"
    assert visitor.get("/insights/everything").status_code == 404

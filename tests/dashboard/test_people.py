"""What each role may do on the pages, choosing a password by a link, and the organisation's own looks."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from db.models import Role
from ivr.dashboard.permissions import NEEDS, needed
from ivr.services.drafts import Page, Upload
from ivr.services.organisations import OrganisationPatch
from ivr.services.roles import Permission
from ivr.services.users import UserDraft, UserFilters, UserPatch
from tests.dashboard.conftest import HIRED, PASSWORD, House, Visitor
from tests.services.test_organisations import png

NEW = "a-new-and-long-password"
REASON = "Named the cause, the steps and the result."


def path_of(url: str | None) -> str:
    assert url is not None
    return re.sub(r"^https?://[^/]+", "", url)


def test_every_form_of_the_pages_names_who_may_send_it(house: House) -> None:
    """A form that nobody entered into the table asks for a recruiter: too much for some, so it is to be entered."""
    forms = {
        rule.endpoint
        for rule in house.app.url_map.iter_rules()
        if rule.endpoint.startswith("dashboard.") and rule.methods and "POST" in rule.methods
    }
    open_to_all = {"dashboard.log_in", "dashboard.use_link", "dashboard.choose_password", "dashboard.forgot"}
    assert forms - open_to_all <= set(NEEDS), "enter it into ivr/dashboard/permissions.py"
    assert set(NEEDS) <= {rule.endpoint for rule in house.app.url_map.iter_rules()}, "take off what is gone"
    assert needed("dashboard.unheard_of", "POST") is Permission.RECRUIT
    assert needed("dashboard.unheard_of", "GET") is Permission.VIEW


@pytest.mark.parametrize(
    ("role", "may_review"), [(Role.VIEWER, False), (Role.REVIEWER, True), (Role.RECRUITER, True), (Role.ADMIN, True)]
)
def test_who_may_decide(house: House, role: Role, may_review: bool) -> None:
    visitor = house.enter(role)
    page = f"/interviews/{HIRED}"
    assert visitor.get(page).status_code == 200
    assert ('name="decision"' in visitor.get(page).text) is may_review
    sent = visitor.send(f"{page}/reviews", "/interviews", decision="hire", reason=REASON)
    opened = visitor.send(f"{page}/open", "/interviews")
    assert (sent.status_code, opened.status_code) == ((303, 303) if may_review else (403, 403))
    assert bool(house.interviews.reviews) is may_review
    if not may_review:
        assert "Not for your role" in sent.text and "role of a reviewer" in sent.text


def test_another_role_counts_from_the_next_page_on(house: House) -> None:
    visitor = house.enter(Role.REVIEWER)
    boss = house.person(Role.ADMIN)
    user = house.logins.session_user(house.logins.login("reviewer@example.com", PASSWORD))
    assert boss and user is not None
    house.users.change(house.system, user.user_id, UserPatch(role=Role.VIEWER))
    assert visitor.get("/interviews").location.startswith("/login"), "they log in again, with their new role"
    again = Visitor(house.app.test_client())
    again.send("/login", email="reviewer@example.com", password=PASSWORD)
    refused = again.send(f"/interviews/{HIRED}/reviews", "/interviews", decision="hire", reason=REASON)
    assert refused.status_code == 403


def test_an_invitation_leads_to_a_password_and_in(house: House) -> None:
    invited = house.users.invite(house.system, UserDraft("new@example.com", "New One", Role.VIEWER))
    path = path_of(invited.invitation.url)
    scanner = house.app.test_client()
    assert [scanner.get(path).status_code for _ in range(3)] == [200, 200, 200]
    visitor = Visitor(house.app.test_client())
    unlike = visitor.send(path, password=NEW, again=NEW + "x")
    assert unlike.status_code == 422 and "not the same" in unlike.text and NEW not in unlike.text
    short = visitor.send(path, password="short", again="short")
    assert short.status_code == 422 and "12 characters" in short.text
    assert visitor.client.post(path, data={"password": NEW, "again": NEW}).status_code == 400, "no form token"
    came = visitor.send(path, password=NEW, again=NEW)
    assert (came.status_code, came.location) == (303, "/interviews")
    assert "New One" in visitor.get("/interviews").text
    late = Visitor(house.app.test_client()).send(path, password=NEW, again=NEW)
    assert late.status_code == 401 and "This link does not work" in late.text
    assert Visitor(house.app.test_client()).send("/login", email="new@example.com", password=NEW).status_code == 303


def test_a_reset_ends_the_sessions_of_whoever_had_the_password(house: House) -> None:
    thief = house.enter(Role.RECRUITER)
    someone = house.logins.session_user(house.logins.login("recruiter@example.com", PASSWORD))
    assert someone is not None
    link = house.users.password_link(house.system, someone.user_id)
    owner = Visitor(house.app.test_client())
    assert owner.send(path_of(link.url), password=NEW, again=NEW).status_code == 303
    assert thief.get("/interviews").status_code == 303 and owner.get("/interviews").status_code == 200


def test_links_are_limited_like_passwords(make_house: Callable[..., House]) -> None:
    house = make_house(rate_limit_logins_per_minute=2)
    visitor = Visitor(house.app.test_client())
    path = "/login/password/" + "x" * 43
    codes = [visitor.send(path, password=NEW, again=NEW).status_code for _ in range(3)]
    assert codes == [401, 401, 429]
    asked = [visitor.send("/login/forgot", "/login", email="anna@example.com").status_code for _ in range(3)]
    assert asked == [200, 200, 429]


def test_a_forgotten_password_reads_alike_for_everybody(make_house: Callable[..., House]) -> None:
    house = make_house(smtp_url="smtp://localhost:2525?from=jobs@example.com")
    known = house.person()
    visitor = Visitor(house.app.test_client())
    token = re.compile(r'value="[^"]+"')
    pages = [
        token.sub("", visitor.send("/login/forgot", email=email).text) for email in (known, "nobody@example.com")
    ]
    assert pages[0] == pages[1] and "If there is an account" in pages[0]
    assert "Send me a link" in visitor.get("/login/forgot").text


def test_without_mail_nobody_is_promised_any(house: House) -> None:
    text = house.app.test_client().get("/login/forgot").text
    assert "No e-mail is sent from here" in text and "Send me a link" not in text


def test_the_house_shows_its_own_looks(house: House) -> None:
    visitor = house.enter(Role.VIEWER)
    plain = visitor.get("/interviews").text
    assert "Default organisation" in plain
    actor: Any = house.system
    house.organisations.change(
        actor, OrganisationPatch(name="Harbour & Sons", accent_colour="#6a1b9a"), Upload(png(), "logo.png")
    )
    page = visitor.get("/interviews").text
    assert "Harbour &amp; Sons" in page
    address = re.findall(r'href="(/branding\.css\?v=\w+)"', page)[0]
    style = visitor.get(address)
    assert style.content_type == "text/css; charset=utf-8"
    assert "--accent:light-dark(#6a1b9a," in style.text and 'url("logo?v=' in style.text
    logo = visitor.get("/logo")
    assert (logo.content_type, logo.data) == ("image/png", png())
    assert logo.headers["X-Content-Type-Options"] == "nosniff"
    stranger = house.app.test_client()
    assert stranger.get("/logo").status_code == 303 and stranger.get(address).status_code == 303
    assert "Harbour" not in stranger.get("/login").text, "nobody has said yet whose house it is"


def test_a_fault_is_told_though_the_database_is_away(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page about it asks the database nothing more."""
    visitor = house.enter(Role.VIEWER)

    def away(*_: Any) -> Any:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(house.interviews, "list", away)
    monkeypatch.setattr(house.organisations, "branding", away)
    page = visitor.get("/interviews")
    assert page.status_code == 500 and "Something went wrong on our side" in page.text
    assert "secret detail" not in page.text


def test_people_are_looked_after_by_administrators(house: House) -> None:
    boss = house.enter(Role.ADMIN)
    page = boss.get("/people").text
    assert "Priya Natarajan" in page and "admin@example.com" in page
    made = boss.send("/people", email="new@example.com", name="<b>New</b>", role="reviewer")
    assert made.status_code == 201 and "&lt;b&gt;New&lt;/b&gt;" in made.text
    link = re.findall(r'value="(http[^"]+/login/password/[^"]+)"', made.text)[0]
    assert link not in boss.get("/people").text, "shown once"
    assert made.headers["Cache-Control"] == "no-store"
    comer = Visitor(house.app.test_client())
    assert comer.send(path_of(link), password=NEW, again=NEW).status_code == 303

    listed = {one.email: one.id for one in house.users.list(house.organisation_id, UserFilters(), Page()).items}
    new, admin = listed["new@example.com"], listed["admin@example.com"]
    assert boss.send(f"/people/{new}", "/people", role="viewer").location == "/people"
    assert comer.get("/interviews").status_code == 303, "logged out by the new role"
    again = boss.send(f"/people/{new}/link", "/people")
    assert again.status_code == 201 and "/login/password/" in again.text
    assert boss.send(f"/people/{new}", "/people", active="no").status_code == 303
    assert "Deactivated" in boss.get("/people").text
    assert boss.send(f"/people/{new}/link", "/people").status_code == 409
    for change in ({"role": "viewer"}, {"active": "no"}):
        refused = boss.send(f"/people/{admin}", "/people", **change)
        assert refused.status_code == 409 and "last administrator" in refused.text
    twice = boss.send("/people", email="admin@example.com", name="Twice", role="viewer")
    assert twice.status_code == 409 and 'value="Twice"' in twice.text
    assert boss.send("/people", email="x@example.com", name="X", role="emperor").status_code == 422


@pytest.mark.parametrize("role", [Role.VIEWER, Role.REVIEWER, Role.RECRUITER])
def test_nobody_else_sees_or_changes_people(house: House, role: Role) -> None:
    visitor = house.enter(role)
    assert 'href="/people"' not in visitor.get("/interviews").text
    assert visitor.get("/people").status_code == 403
    for path in ("/people", "/people/x", "/people/x/link"):
        assert visitor.send(path, "/interviews", email="n@example.com", name="N", role="admin").status_code == 403

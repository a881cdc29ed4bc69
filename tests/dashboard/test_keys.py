"""The page of programs' keys: made and shown once, given a new secret, revoked, for administrators alone."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from db.models import Role
from ivr.services.drafts import Page
from ivr.services.errors import Unauthenticated
from tests.dashboard.test_pages import words_of
from tests.dashboard.whole import Whole, assert_plain, counted, make_whole
from tests.factories import make_organisation


def secret_on(html: str) -> str:
    found = re.search(r'id="made" readonly value="(vv_[^"]+)"', html)
    assert found, "no secret is shown"
    return found[1]


def test_a_key_is_made_shown_once_and_works(whole: Whole) -> None:
    boss = whole.enter()
    assert "Make the first below" in boss.get("/keys").text
    fields = {"name": "Applicant <system>", "scopes": "write", "ends_on": "2099-12-31"}
    made = boss.send("/keys", **fields)
    assert made.status_code == 201 and made.headers["Cache-Control"] == "no-store"
    secret = secret_on(made.text)
    known = whole.services.access.authenticate_key(secret)
    assert (known.name, {scope.value for scope in known.scopes}) == ("Applicant <system>", {"write"})
    (key,) = whole.services.access.list_keys(whole.organisation_id, Page()).items
    assert key.expires_at == datetime(2100, 1, 1, tzinfo=UTC), "good through its last day"
    again = boss.get("/keys")
    assert secret not in again.text and "Applicant &lt;system&gt;" in again.text
    assert f"ends in {secret[-4:]}" in words_of(again.text).replace(" ,", ",")
    (event,) = whole.events("api_key.created")
    assert event.actor.startswith("user:admin@")
    assert_plain(made)
    assert_plain(again)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"name": "", "scopes": "read"}, "Give the key a name"),
        ({"name": "Reader"}, "Choose at least one thing"),
        ({"name": "Reader", "scopes": "emperor"}, "Scopes are: admin, call, read, write."),
        ({"name": "Reader", "scopes": "read", "ends_on": "soon"}, "Write the last day like"),
        ({"name": "Reader", "scopes": "read", "ends_on": "2020-01-01"}, "This must be a time to come."),
        ({"name": "Reader", "scopes": "read", "ends_on": "9999-12-31"}, "Write the last day like"),
    ],
)
def test_what_cannot_be_a_key_comes_back_as_it_was_typed(whole: Whole, fields: dict[str, str], told: str):
    answer = whole.enter().send("/keys", **fields)
    assert answer.status_code == 422 and told in words_of(answer.text)
    if fields["name"]:
        assert 'value="Reader"' in answer.text
    if "ends_on" in fields:
        assert f'value="{fields["ends_on"]}"' in answer.text
    assert whole.services.access.list_keys(whole.organisation_id, Page()).items == ()


def test_a_new_secret_overlaps_with_the_one_before(whole: Whole) -> None:
    boss, access = whole.enter(), whole.services.access
    first = access.create_key(whole.actor, "Reader", ["read"])
    assert first.key is not None
    turned = boss.send(f"/keys/{first.id}/rotate", "/keys", overlap="24")
    assert turned.status_code == 201
    second = secret_on(turned.text)
    assert access.authenticate_key(first.key).key_id == access.authenticate_key(second).key_id == first.id
    assert "the secret before too, until" in boss.get("/keys").text
    third = secret_on(boss.send(f"/keys/{first.id}/rotate", "/keys", overlap="0").text)
    assert access.authenticate_key(third).key_id == first.id
    for ended in (first.key, second):
        with pytest.raises(Unauthenticated):
            access.authenticate_key(ended)
    odd = boss.send(f"/keys/{first.id}/rotate", "/keys", overlap="100000")
    assert odd.status_code == 422 and access.authenticate_key(third)


def test_a_revoked_key_is_refused_and_cannot_come_back(whole: Whole) -> None:
    boss, access = whole.enter(), whole.services.access
    made = access.create_key(whole.actor, "Reader", ["read"])
    assert made.key is not None and access.authenticate_key(made.key)
    assert "This cannot be taken back." in boss.get("/keys").text
    assert boss.send(f"/keys/{made.id}/revoke", "/keys").location == "/keys"
    with pytest.raises(Unauthenticated):
        access.authenticate_key(made.key)
    page = boss.get("/keys").text
    assert "Revoked" in page and f"/keys/{made.id}/rotate" not in page
    late = boss.send(f"/keys/{made.id}/rotate", "/keys", overlap="24")
    assert late.status_code == 409 and "This key is revoked. Make a new one." in late.text


def test_the_key_of_the_environment_is_changed_there(sqlite_url: str, tmp_path: Path) -> None:
    house = make_whole(sqlite_url, tmp_path, api_key="key-of-the-environment-01")
    boss = house.enter()
    (key,) = house.services.access.list_keys(house.organisation_id, Page()).items
    page = boss.get("/keys").text
    assert "Comes from" in page and f"/keys/{key.id}/revoke" not in page
    for path, fields in ((f"/keys/{key.id}/revoke", {}), (f"/keys/{key.id}/rotate", {"overlap": "1"})):
        refused = boss.send(path, "/keys", **fields)
        assert refused.status_code == 409 and "comes from the environment" in refused.text
    house.database.dispose()


@pytest.mark.parametrize("role", [Role.VIEWER, Role.REVIEWER, Role.RECRUITER])
def test_nobody_else_sees_or_makes_keys(whole: Whole, role: Role) -> None:
    visitor = whole.enter(role)
    assert 'href="/keys"' not in visitor.get("/interviews").text
    assert visitor.get("/keys").status_code == 403
    sent = visitor.send("/keys", "/interviews", name="Mine", scopes="admin")
    assert sent.status_code == 403
    assert whole.services.access.list_keys(whole.organisation_id, Page()).items == ()


def test_another_houses_keys_are_not_there(whole: Whole) -> None:
    made = whole.services.access.create_key(whole.actor, "Reader of the first", ["read"])
    assert made.key is not None
    stranger = whole.enter(organisation_id=make_organisation(whole.database))
    assert "Reader of the first" not in stranger.get("/keys").text
    for path, fields in ((f"/keys/{made.id}/revoke", {}), (f"/keys/{made.id}/rotate", {"overlap": "0"})):
        assert stranger.send(path, "/keys", **fields).status_code == 404
    assert whole.services.access.authenticate_key(made.key)


def test_a_page_of_many_keys_asks_as_often_as_one_of_few(whole: Whole) -> None:
    boss, asked = whole.enter(), []
    for number in range(55):
        whole.services.access.create_key(whole.actor, f"Reader {number}", ["read"])
        if number in (0, 54):
            with counted(whole) as selects:
                page = boss.get("/keys")
            asked.append(len(selects))
    assert asked[0] == asked[1] <= 4
    older = re.search(r'href="(/keys\?cursor=[^"]+)" rel="next"', page.text)
    assert older and boss.get(older[1]).text.count("ends in <code>") == 5

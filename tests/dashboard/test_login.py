"""In and out: passwords, one-time links, form tokens, limits and cookies."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from db.models import Role
from tests.dashboard.conftest import HIRED, PASSWORD, House, Visitor

PAGES = ("/", "/interviews", f"/interviews/{HIRED}", f"/interviews/{HIRED}/answers/x/audio")


@pytest.mark.parametrize("path", PAGES)
def test_nobody_comes_in_without_a_session(house: House, path: str) -> None:
    answer = house.app.test_client().get(path)
    assert answer.status_code == 303
    assert answer.location.startswith("/login")


def test_a_password_opens_the_page_that_was_wanted(house: House) -> None:
    visitor = Visitor(house.app.test_client())
    wanted = visitor.get(f"/interviews/{HIRED}").location
    assert wanted == f"/login?next=%2Finterviews%2F{HIRED}"
    came = visitor.send("/login", wanted, email=house.person(), password=PASSWORD, next=f"/interviews/{HIRED}")
    assert (came.status_code, came.location) == (303, f"/interviews/{HIRED}")
    assert "Zoë" in visitor.get(came.location).text


@pytest.mark.parametrize(
    "elsewhere", ["//evil.example", "https://evil.example/x", "/\\evil.example", "javascript:alert(1)", "/logout", "x"]
)
def test_nobody_is_sent_to_a_foreign_place(house: House, elsewhere: str) -> None:
    visitor = Visitor(house.app.test_client())
    came = visitor.send("/login", email=house.person(), password=PASSWORD, next=elsewhere)
    assert came.location == "/interviews"


def test_a_wrong_password_and_an_unknown_address_read_alike(house: House) -> None:
    visitor = Visitor(house.app.test_client())
    wrong = visitor.send("/login", email=house.person(), password="not-the-password")
    unknown = visitor.send("/login", email="nobody@example.com", password="not-the-password")
    assert wrong.status_code == unknown.status_code == 401
    assert all("The address or the password is wrong." in page.text for page in (wrong, unknown))
    assert "not-the-password" not in wrong.text
    assert visitor.get("/interviews").status_code == 303


def test_a_form_without_its_token_does_nothing(house: House) -> None:
    client = house.app.test_client()
    refused = client.post("/login", data={"email": house.person(), "password": PASSWORD})
    assert refused.status_code == 400
    assert "This form is too old" in refused.text
    assert client.get("/interviews").status_code == 303


def test_the_token_of_a_stranger_ends_at_the_login(house: House) -> None:
    visitor = Visitor(house.app.test_client())
    before = visitor.token()
    visitor.send("/login", email=house.person(), password=PASSWORD)
    assert visitor.client.post("/logout", data={"csrf_token": before}).status_code == 400
    assert visitor.get("/interviews").status_code == 200


def test_opening_a_link_uses_nothing_up_and_its_button_does_once(house: House) -> None:
    path = f"/login/link/{house.logins.make_login_link(house.person())}"
    scanner = house.app.test_client()
    assert [scanner.get(path).status_code for _ in range(3)] == [200, 200, 200]
    visitor = Visitor(house.app.test_client())
    assert visitor.send(path).location == "/interviews"
    assert visitor.get("/interviews").status_code == 200
    second = Visitor(house.app.test_client()).send(path)
    assert second.status_code == 401
    assert "used already or is too old" in second.text


def test_a_link_that_was_never_made_is_refused(house: House) -> None:
    refused = Visitor(house.app.test_client()).send("/login/link/" + "x" * 43)
    assert refused.status_code == 401
    assert "This link does not work" in refused.text


def test_logging_out_ends_the_session_itself(house: House) -> None:
    visitor = house.enter()
    cookie = visitor.client.get_cookie("viva")
    assert cookie is not None
    assert visitor.send("/logout", "/interviews").location == "/login"
    thief = house.app.test_client()
    thief.set_cookie("viva", cookie.value)
    assert thief.get("/interviews").status_code == 303


def test_logging_out_takes_a_form(house: House) -> None:
    visitor = house.enter()
    assert visitor.get("/logout").status_code == 405
    assert visitor.client.post("/logout").status_code == 400
    assert visitor.get("/interviews").status_code == 200


def test_tries_are_limited_for_one_address_at_one_place(make_house: Callable[..., House]) -> None:
    house = make_house(rate_limit_logins_per_minute=3)
    visitor = Visitor(house.app.test_client())
    address = house.person()
    codes = [visitor.send("/login", email=address, password="wrong-password").status_code for _ in range(4)]
    assert codes == [401, 401, 401, 429]
    limited = visitor.send("/login", email=address.upper(), password=PASSWORD)
    assert limited.status_code == 429
    assert 1 <= int(limited.headers["Retry-After"]) <= 60
    elsewhere = house.app.test_client()
    token = Visitor(elsewhere).token()
    form = {"csrf_token": token, "email": address, "password": PASSWORD}
    assert elsewhere.post("/login", data=form, environ_base={"REMOTE_ADDR": "198.51.100.7"}).status_code == 303


def test_cookies_over_http_on_loopback(house: House) -> None:
    visitor = Visitor(house.app.test_client())
    came = visitor.send("/login", email=house.person(), password=PASSWORD)
    ours = next(value for value in came.headers.getlist("Set-Cookie") if value.startswith("viva="))
    assert "HttpOnly" in ours and "SameSite=Lax" in ours and "Path=/" in ours
    assert "Secure" not in ours


def test_cookies_over_https_are_bound_to_the_host(make_house: Callable[..., House]) -> None:
    house = make_house(webhook_base_url="https://calls.example.com")
    client = house.app.test_client()
    form = {"email": house.person(), "password": PASSWORD}
    page = client.get("/login", base_url="https://calls.example.com")
    token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
    came = client.post("/login", data={**form, "csrf_token": token}, base_url="https://calls.example.com")
    assert came.status_code == 303, came.text
    cookies = came.headers.getlist("Set-Cookie")
    ours = next(value for value in cookies if value.startswith("__Host-viva="))
    assert "Secure" in ours and "HttpOnly" in ours and "Domain" not in ours and "Path=/" in ours


def test_the_api_asks_for_no_form_token(house: House) -> None:
    answer = house.app.test_client().post("/api/v1/interviews", json={})
    assert answer.status_code == 401
    assert answer.content_type == "application/problem+json"


def test_a_disabled_session_is_over_at_once(house: House) -> None:
    visitor = house.enter(Role.VIEWER)
    house.users.set_password(house.system, "viewer@example.com", "another-long-password")
    assert visitor.get("/interviews").status_code == 303


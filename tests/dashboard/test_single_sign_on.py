"""Single sign-on against a provider over HTTP: who comes in, who does not, and what is not believed."""

from __future__ import annotations

import base64
import http.client
import json
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from sqlalchemy import select
from werkzeug.test import TestResponse

from db.models import DomainEvent, Role, User, UserSession
from ivr.current import EXTENSION
from ivr.dashboard import sso
from ivr.gateways.oidc_provider import KEPT_S, OidcProvider
from ivr.services.context import Actor
from ivr.services.single_sign_on import SingleSignOn
from tests.dashboard.conftest import HIRED, PASSWORD, House, Visitor
from tests.gateways.oidc_double import CLIENT_ID, CLIENT_SECRET, OidcDouble

ANNA = "anna@example.com"


@pytest.fixture
def provider() -> Iterator[OidcDouble]:
    double = OidcDouble()
    yield double
    double.close()


class Clock:
    """Seconds of our own clock."""

    def __init__(self) -> None:
        self.ahead_s = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead_s


class Office:
    """A house with single sign-on, and Anna who is invited to it."""

    def __init__(self, make_house: Callable[..., House], provider: OidcDouble, **more: Any) -> None:
        self.provider, self.clock = provider, Clock()
        self.house = make_house(
            oidc_issuer=provider.issuer, oidc_client_id=CLIENT_ID, oidc_client_secret=CLIENT_SECRET, **more
        )
        services = self.house.app.extensions[EXTENSION]
        gateway = OidcProvider(provider.issuer, CLIENT_ID, CLIENT_SECRET, clock_s=self.clock)
        services.single_sign_on = SingleSignOn(gateway, self.house.logins, "http://localhost")
        self.actor = Actor(self.house.organisation_id, "user:admin", "user")
        self.anna = self.house.users.create_user(self.actor, ANNA, "Anna", Role.RECRUITER, None).id
        self.visitor = Visitor(self.house.app.test_client())

    def leave(self, path: str = "/login/sso") -> str:
        """The address at the provider to which the browser is sent."""
        sent = self.visitor.get(path)
        assert sent.status_code == 303, sent.text
        assert sent.location.startswith(f"{self.provider.issuer}/authorize?")
        return sent.location

    def back(self, address: str) -> str:
        """The path with which the provider sends the browser back."""
        parts = urlsplit(address)
        connection = http.client.HTTPConnection(parts.netloc)
        connection.request("GET", f"{parts.path}?{parts.query}")
        location = connection.getresponse().headers["Location"]
        connection.close()
        return location.removeprefix("http://localhost")

    def come(self, path: str = "/login/sso") -> TestResponse:
        return self.visitor.get(self.back(self.leave(path)))

    def rows(self, kind: type[Any]) -> list[Any]:
        services = self.house.app.extensions[EXTENSION]
        with services.access._database.read() as session:
            return list(session.scalars(select(kind)))

    def refused(self, answer: TestResponse, status: int, words: str) -> None:
        assert answer.status_code == status, answer.text
        assert words in answer.text
        assert self.visitor.get("/interviews").status_code == 303
        assert self.rows(UserSession) == []


@pytest.fixture
def office(make_house: Callable[..., House], provider: OidcDouble) -> Office:
    return Office(make_house, provider)


def test_without_settings_there_is_no_such_thing(house: House) -> None:
    visitor = Visitor(house.app.test_client())
    assert "single sign-on" not in visitor.get("/login").text
    assert [visitor.get(path).status_code for path in ("/login/sso", "/login/sso/callback?code=x")] == [404, 404]


def test_whoever_is_invited_comes_in_to_the_page_that_was_wanted(office: Office) -> None:
    page = office.visitor.get(f"/login?next=/interviews/{HIRED}").text
    assert "Log in with single sign-on" in page
    asked = parse_qs(urlsplit(office.leave()).query)
    assert asked["scope"] == ["openid email"] and asked["code_challenge_method"] == ["S256"]
    assert len({asked[name][0] for name in ("state", "nonce", "code_challenge")}) == 3
    assert asked["redirect_uri"] == ["http://localhost/login/sso/callback"]
    came = office.come(f"/login/sso?next=/interviews/{HIRED}")
    assert (came.status_code, came.location) == (303, f"/interviews/{HIRED}")
    assert office.visitor.get("/interviews").status_code == 200
    (event,) = [one for one in office.rows(DomainEvent) if one.type == "user.logged_in"]
    assert (event.subject_id, event.actor, event.data) == (office.anna, f"user:{ANNA}", {"by": "single_sign_on"})
    assert next(one for one in office.rows(User) if one.id == office.anna).last_login_at is not None


def test_nobody_is_sent_to_a_foreign_place(office: Office) -> None:
    assert office.come("/login/sso?next=https://evil.example/").location == "/interviews"


def test_the_session_is_a_new_one(office: Office) -> None:
    office.come()
    first = office.visitor.client.get_cookie("viva")
    office.come()
    second = office.visitor.client.get_cookie("viva")
    assert first is not None and second is not None and first.value != second.value
    ended = [row.ended_at is not None for row in office.rows(UserSession)]
    assert sorted(ended) == [False, True]


@pytest.mark.parametrize("address", ["Anna@Example.com", " anna@example.com "])
def test_an_address_is_the_same_however_it_is_written(office: Office, address: str) -> None:
    office.provider.person["email"] = address
    assert office.come().location == "/interviews"


def test_an_unknown_person_gets_no_account(office: Office) -> None:
    office.provider.person["email"] = "stranger@example.com"
    office.refused(office.come(), 401, "There is no account here")
    assert {user.email for user in office.rows(User)} == {ANNA}


def test_a_deactivated_person_stays_outside(office: Office) -> None:
    office.house.users.deactivate(office.actor, office.anna)
    office.refused(office.come(), 401, "Your account here is deactivated")


@pytest.mark.parametrize("verified", [False, None, "true", 1])
def test_an_address_that_is_not_confirmed_proves_nothing(office: Office, verified: Any) -> None:
    office.provider.person["email_verified"] = verified
    office.refused(office.come(), 401, "has not confirmed your e-mail address")


def test_the_address_may_stand_in_the_userinfo(office: Office) -> None:
    office.provider.in_userinfo = True
    assert office.come().location == "/interviews"
    office.provider.claims = {"sub": "somebody-else"}
    assert office.come().status_code == 401


WRONG = {
    "another issuer": {"iss": "https://evil.example"},
    "another audience": {"aud": "somebody-else"},
    "for others too, not by us": {"aud": [CLIENT_ID, "other"], "azp": "other"},
    "expired": {"exp": int(time.time()) - 3600},
    "not yet": {"iat": int(time.time()) + 3600},
    "another login": {"nonce": "another"},
    "no login": {"nonce": None},
    "no subject": {"sub": None},
    "another access token": {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
}


@pytest.mark.parametrize("what", list(WRONG))
def test_an_id_token_that_is_not_right_is_not_believed(office: Office, what: str) -> None:
    office.provider.claims = WRONG[what]
    office.refused(office.come(), 401, "did not confirm who you are")


def _unsigned(claims: dict[str, Any]) -> str:
    def part(value: Any) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    return f"{part({'alg': 'none'})}.{part(claims)}."


FORGED: dict[str, Callable[[dict[str, Any]], str]] = {
    "another key of the same name": lambda said: jwt.encode(
        {"alg": "RS256", "kid": "k1"}, said, RSAKey.generate_key(2048, {"kid": "k1"})
    ),
    "an unknown key": lambda said: jwt.encode(
        {"alg": "RS256", "kid": "k9"}, said, RSAKey.generate_key(2048, {"kid": "k9"})
    ),
    "our own secret": lambda said: jwt.encode({"alg": "HS256"}, said, OctKey.import_key(CLIENT_SECRET)),
    "no signature": _unsigned,
    "nonsense": lambda said: "x.y.z",
}


@pytest.mark.parametrize("what", list(FORGED))
def test_a_token_that_somebody_else_signed_is_not_believed(office: Office, what: str) -> None:
    office.come()  # the keys are known
    office.visitor.send("/logout", "/interviews")
    office.provider.sign = FORGED[what]
    answer = office.come()
    assert answer.status_code == 401 and "did not confirm who you are" in answer.text
    assert office.visitor.get("/interviews").status_code == 303


def test_new_keys_are_asked_for_and_known_ones_are_not(office: Office) -> None:
    for _ in range(2):
        assert office.come().location == "/interviews"
    assert office.provider.asked.count("/keys") == 1
    office.provider.turn_keys()
    assert office.come().location == "/interviews"
    assert office.provider.asked.count("/keys") == 2
    office.clock.ahead_s = KEPT_S + 1
    office.provider.claims = {"exp": int(time.time()) + 2 * int(KEPT_S)}
    assert office.come().location == "/interviews"
    assert office.provider.asked.count("/keys") == 3


def test_a_state_is_good_once_in_its_own_browser_and_not_for_long(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = office.back(office.leave())
    stranger = office.house.app.test_client().get(path)
    assert stranger.status_code == 401 and "begun in another browser" in stranger.text
    assert office.visitor.get(path).location == "/interviews"
    again = office.visitor.get(path)
    assert again.status_code == 401 and "is over already" in again.text
    forged = office.back(office.leave()).replace("state=", "state=x")
    assert office.visitor.get(forged).status_code == 401
    late = office.back(office.leave())
    now = time.time()
    monkeypatch.setattr(sso.time, "time", lambda: now + 601)
    assert office.visitor.get(late).status_code == 401


def test_a_code_is_good_once(office: Office) -> None:
    code = parse_qs(urlsplit(office.back(office.leave())).query)["code"][0]
    state = parse_qs(urlsplit(office.leave()).query)["state"][0]
    # made for another login of the same browser: its PKCE verifier and nonce are others
    office.refused(office.visitor.get(f"/login/sso/callback?code={code}&state={state}"), 401, "did not confirm")


def test_whoever_says_no_at_the_provider_is_back_at_the_login(office: Office) -> None:
    state = parse_qs(urlsplit(office.leave()).query)["state"][0]
    answer = office.visitor.get(f"/login/sso/callback?error=access_denied&error_description=<b>&state={state}")
    office.refused(answer, 401, "was not completed")
    assert "<b>" not in answer.text


def test_while_the_provider_is_away_passwords_open_the_door(office: Office) -> None:
    office.provider.is_away = True
    answer = office.visitor.get("/login/sso")
    office.refused(answer, 503, "Single sign-on cannot be reached just now. Log in with your password")
    person = office.house.person()
    assert office.visitor.send("/login", email=person, password=PASSWORD).location == "/interviews"
    office.visitor.send("/logout", "/interviews")
    office.provider.is_away = False
    path = office.back(office.leave())
    office.provider.is_away = True
    answer = office.visitor.get(path)
    assert answer.status_code == 503 and "cannot be reached" in answer.text


@pytest.mark.parametrize("about", [
    {"issuer": "https://evil.example"}, {"token_endpoint": "http://elsewhere.example/token"},
    {"authorization_endpoint": None}, {"jwks_uri": "file:///etc/passwd"},
])  # fmt: skip
def test_a_provider_that_says_strange_things_is_not_used(office: Office, about: dict[str, Any]) -> None:
    office.provider.about = about
    answer = office.visitor.get("/login/sso")
    if answer.status_code == 303:  # where tokens are taken is asked for later
        answer = office.visitor.get(office.back(answer.location))
    office.refused(answer, 503, "not set up correctly")


def test_a_wrong_client_secret_is_the_operators_to_mend(office: Office) -> None:
    services = office.house.app.extensions[EXTENSION]
    gateway = OidcProvider(office.provider.issuer, CLIENT_ID, "wrong")
    services.single_sign_on = SingleSignOn(gateway, office.house.logins, "http://localhost")
    office.refused(office.come(), 503, "not set up correctly")


def test_a_provider_that_takes_the_secret_in_the_form(office: Office) -> None:
    office.provider.about = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    assert office.come().location == "/interviews"


def test_tries_are_limited(make_house: Callable[..., House], provider: OidcDouble) -> None:
    office = Office(make_house, provider, rate_limit_logins_per_minute=1)
    path = "/login/sso/callback?code=x&state=guess"
    assert [office.visitor.get(path).status_code for _ in range(2)] == [401, 429]
    codes = {office.visitor.get("/login/sso").status_code for _ in range(12)}
    assert codes == {303, 429}


def test_nothing_secret_is_in_the_address(office: Office) -> None:
    address = office.leave()
    with office.visitor.client.session_transaction() as session:
        kept = session["sso"]
    assert kept["verifier"] not in address and CLIENT_SECRET not in address

"""Coming in by password and by link, and how sessions end: on both databases."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import select

from db.models import LoginLink, Role, User, UserSession
from db.unit_of_work import Database
from ivr.services.errors import Invalid, NotFound, Unauthenticated
from ivr.services.logins import LoginService
from tests.fakes import FrozenClock
from tests.services.people import ANNA, PASSWORD, People, make_people


@pytest.fixture
def people(database: Database, clock: FrozenClock) -> People:
    return make_people(database, clock)


def refused(attempt: Callable[[], object]) -> str:
    with pytest.raises(Unauthenticated) as error:
        attempt()
    return error.value.code


def token_of(url: str | None) -> str:
    assert url is not None
    return url.rpartition("/")[2]


def test_login_by_password(people: People) -> None:
    made = people.users.create_user(people.actor, " Anna@Example.com ", "Anna", Role.RECRUITER, PASSWORD)
    token = people.logins.login("ANNA@example.com", PASSWORD)
    user = people.logins.session_user(token)
    assert user is not None and (user.user_id, user.email, user.role) == (made.id, ANNA, Role.RECRUITER)
    with people.database.read() as session:
        kept = session.scalars(select(User)).one()
        assert (kept.password_hash or "").startswith("$argon2id$") and PASSWORD not in (kept.password_hash or "")
        assert session.scalars(select(UserSession)).one().token_hash != token
    for email, password in ((ANNA, PASSWORD + "!"), ("nobody@example.com", PASSWORD), ("", "")):
        assert refused(lambda: people.logins.login(email, password)) == "login_failed"  # noqa: B023 - called at once
    people.logins.log_out(token)
    assert people.logins.session_user(token) is None


def test_a_session_ends_by_itself(people: People, clock: FrozenClock) -> None:
    people.add()
    token = people.logins.login(ANNA, PASSWORD)
    clock.advance(hours=11, minutes=59)
    assert people.logins.session_user(token) is not None
    clock.advance(minutes=2)
    assert people.logins.session_user(token) is None


def test_a_new_password_ends_sessions(people: People) -> None:
    people.add()
    token = people.logins.login(ANNA, PASSWORD)
    people.users.set_password(people.actor, ANNA, PASSWORD + " two")
    assert people.logins.session_user(token) is None
    assert refused(lambda: people.logins.login(ANNA, PASSWORD)) == "login_failed"
    assert people.logins.login(ANNA, PASSWORD + " two")
    for password in ("too short", "x" * 1025):
        with pytest.raises(Invalid):
            people.users.set_password(people.actor, ANNA, password)


def test_a_login_link_works_once(people: People, clock: FrozenClock) -> None:
    people.add(Role.VIEWER)
    link = people.logins.make_login_link(ANNA)

    def use(_: int) -> str | None:
        try:
            return people.logins.use_login_link(link)
        except Unauthenticated:
            return None

    with ThreadPoolExecutor(8) as threads:
        tokens = [token for token in threads.map(use, range(8)) if token is not None]
    assert len(tokens) == 1
    user = people.logins.session_user(tokens[0])
    assert user is not None and user.role is Role.VIEWER
    late = people.logins.make_login_link(ANNA)
    clock.advance(minutes=15)
    assert refused(lambda: people.logins.use_login_link(late)) == "login_link_invalid"
    with people.database.read() as session:
        assert link not in {row.token_hash for row in session.scalars(select(LoginLink))}
    with pytest.raises(NotFound):
        people.logins.make_login_link("nobody@example.com")


def test_a_link_serves_its_purpose_alone(people: People) -> None:
    """Who may log in for a moment by a login link cannot change the password with it, nor the other way round."""
    user_id = people.add()
    login = people.logins.make_login_link(ANNA)
    reset = token_of(people.users.password_link(people.actor, user_id).url)
    assert refused(lambda: people.logins.choose_password(login, PASSWORD + " two")) == "login_link_invalid"
    assert refused(lambda: people.logins.use_login_link(reset)) == "login_link_invalid"
    assert people.logins.choose_password(reset, PASSWORD + " two")


def test_choosing_a_password_ends_what_was_before(people: People) -> None:
    user_id = people.add()
    before = people.logins.login(ANNA, PASSWORD)
    first = token_of(people.users.password_link(people.actor, user_id).url)
    second = token_of(people.users.password_link(people.actor, user_id).url)
    assert refused(lambda: people.logins.choose_password(first, PASSWORD + " two")) == "login_link_invalid"
    with pytest.raises(Invalid):
        people.logins.choose_password(second, "too short")
    assert people.logins.session_user(before) is not None, "nothing has happened yet"
    token = people.logins.choose_password(second, PASSWORD + " two")
    assert people.logins.session_user(before) is None
    assert people.logins.session_user(token) is not None
    assert refused(lambda: people.logins.choose_password(second, PASSWORD)) == "login_link_invalid"
    assert refused(lambda: people.logins.login(ANNA, PASSWORD)) == "login_failed"


def test_a_reset_link_lasts_four_hours_and_an_invitation_seven_days(people: People, clock: FrozenClock) -> None:
    from ivr.services.users import UserDraft

    reset = people.users.password_link(people.actor, people.add())
    invited = people.users.invite(people.actor, UserDraft("new@example.com", "New", Role.VIEWER)).invitation
    assert (reset.expires_at - clock.now).total_seconds() == 4 * 3600
    assert (invited.expires_at - clock.now).total_seconds() == 7 * 86_400
    clock.advance(hours=4)
    over = refused(lambda: people.logins.choose_password(token_of(reset.url), PASSWORD))
    assert over == "login_link_invalid"
    assert people.logins.choose_password(token_of(invited.url), PASSWORD)


def test_a_link_of_a_key_that_is_gone_is_not_written_again(people: People) -> None:
    """A worker brings the address back from the present key or the one before; two rotations end it."""
    made = people.users.password_link(people.actor, people.add())
    with people.database.read() as session:
        row = session.scalars(select(LoginLink)).one()
    rotated = replace(people.links, secrets=("a-new-secret-0123456789", *people.links.secrets))
    assert rotated.url_of(row) == made.url
    assert replace(people.links, secrets=("a-new-secret-0123456789",)).url_of(row) is None


def test_whoever_forgot_is_told_nothing_and_sent_a_link(database: Database, clock: FrozenClock) -> None:
    people = make_people(database, clock, sends_mail=True)
    people.add()
    people.logins.forgot_password("nobody@example.com", "req-7")
    assert people.queued() == []
    people.logins.forgot_password(" ANNA@example.com", "req-7")
    [row] = people.queued()
    assert (row.kind, row.organisation_id, row.request_id) == (
        "send_account_email", people.actor.organisation_id, "req-7"
    )  # fmt: skip
    silent = LoginService(database, clock, people.links)
    silent.forgot_password(ANNA)
    assert len(people.queued()) == 1, "without SMTP nothing is sent"

"""Accounts: invitations, roles, their end, and the administrator who has to stay: on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select

from db.models import DomainEvent, LoginLink, Role
from db.repositories.outbox import claim_due, start
from db.unit_of_work import Database
from ivr.gateways.ports import GatewayError, Letter, SentLetter
from ivr.services.account_mail import AccountMail
from ivr.services.context import Actor
from ivr.services.drafts import Page
from ivr.services.errors import Conflict, Invalid, NotFound, Unauthenticated
from ivr.services.roles import PERMISSIONS, Permission, may
from ivr.services.users import UserDraft, UserFilters, UserPatch
from tests.factories import make_organisation
from tests.fakes import FrozenClock
from tests.services.people import ANNA, PASSWORD, People, make_people


@pytest.fixture
def people(database: Database, clock: FrozenClock) -> People:
    return make_people(database, clock)


def code_of(attempt: Any) -> str:
    with pytest.raises(Conflict) as refused:
        attempt()
    return refused.value.code


def test_an_invitation_is_shown_once_and_makes_an_account(people: People) -> None:
    draft = UserDraft("New@Example.com", "New One", Role.REVIEWER, external_id="hr-1", metadata={"team": "7"})
    remembered: list[Any] = []
    asking = Actor(people.actor.organisation_id, "key:test", "key", None, lambda _, view: remembered.append(view))
    made = people.users.invite(asking, draft)
    assert (made.email, made.role, made.status, made.external_id) == (
        "new@example.com", "reviewer", "invited", "hr-1"
    )  # fmt: skip
    assert made.metadata == {"team": "7"} and made.invitation.sent_by is None
    assert [one.invitation.url for one in remembered] == [None], "a repeated request does not show it again"
    url = made.invitation.url or ""
    assert url.startswith("https://calls.example.com/login/password/")
    token = people.logins.choose_password(url.rpartition("/")[2], PASSWORD)
    user = people.logins.session_user(token)
    assert user is not None and user.role is Role.REVIEWER
    seen = people.users.get(people.actor.organisation_id, made.id)
    assert seen.status == "active" and seen.last_login_at is not None
    with people.database.read() as session:
        told = [event.data for event in session.scalars(select(DomainEvent))]
        assert url.rpartition("/")[2] not in repr(told)


def test_one_account_an_address_and_an_external_id(people: People) -> None:
    people.users.invite(people.actor, UserDraft(ANNA, "Anna", Role.VIEWER, external_id="hr-1"))
    assert code_of(
        lambda: people.users.invite(people.actor, UserDraft("Anna@example.com", "Anna", Role.VIEWER))
    ) == "user_exists"  # fmt: skip
    other = people.users.invite(people.actor, UserDraft("b@example.com", "B", Role.VIEWER))
    for attempt in (
        lambda: people.users.invite(people.actor, UserDraft("c@example.com", "C", Role.VIEWER, external_id="hr-1")),
        lambda: people.users.change(people.actor, other.id, UserPatch(external_id="hr-1")),
    ):
        assert code_of(attempt) == "external_id_exists"
    with pytest.raises(Invalid):
        people.users.invite(people.actor, UserDraft("anna at example", "Anna", Role.VIEWER))
    elsewhere = Actor(make_organisation(people.database), "key:x", "key")
    assert people.users.invite(elsewhere, UserDraft("d@example.com", "D", Role.VIEWER, external_id="hr-1"))


def test_another_role_ends_sessions_at_once(people: People) -> None:
    people.add(Role.ADMIN, "boss@example.com")
    user_id = people.add(Role.RECRUITER)
    token = people.logins.login(ANNA, PASSWORD)
    people.users.change(people.actor, user_id, UserPatch(name="Anna B.", metadata={"a": "b"}))
    assert people.logins.session_user(token) is not None, "a new name ends nothing"
    assert people.users.change(people.actor, user_id, UserPatch(role=Role.VIEWER)).role == "viewer"
    assert people.logins.session_user(token) is None
    with people.database.read() as session:
        told = session.scalars(
            select(DomainEvent).where(DomainEvent.type == "user.changed").order_by(DomainEvent.created_at)
        ).all()
        assert {"role": ["recruiter", "viewer"]} in [event.data for event in told]


def test_a_deactivated_account_is_closed_in_every_way(people: People) -> None:
    people.add(Role.ADMIN, "boss@example.com")
    user_id = people.add(Role.RECRUITER)
    token = people.logins.login(ANNA, PASSWORD)
    login = people.logins.make_login_link(ANNA)
    reset = (people.users.password_link(people.actor, user_id).url or "").rpartition("/")[2]
    people.users.deactivate(people.actor, user_id)
    people.users.deactivate(people.actor, user_id)
    assert people.users.get(people.actor.organisation_id, user_id).status == "deactivated"
    assert people.logins.session_user(token) is None
    for attempt in (
        lambda: people.logins.login(ANNA, PASSWORD),
        lambda: people.logins.use_login_link(login),
        lambda: people.logins.choose_password(reset, PASSWORD),
    ):
        with pytest.raises(Unauthenticated):
            attempt()
    with pytest.raises(NotFound):
        people.logins.make_login_link(ANNA)
    assert code_of(lambda: people.users.password_link(people.actor, user_id)) == "user_deactivated"
    assert people.users.change(people.actor, user_id, UserPatch(active=True)).status == "active"
    assert people.logins.session_user(token) is None, "an old session does not come back"
    assert people.logins.login(ANNA, PASSWORD)


def test_the_last_administrator_stays(people: People) -> None:
    boss = people.add(Role.ADMIN, "boss@example.com")
    people.add(Role.RECRUITER)
    for attempt in (
        lambda: people.users.deactivate(people.actor, boss),
        lambda: people.users.change(people.actor, boss, UserPatch(active=False)),
        lambda: people.users.change(people.actor, boss, UserPatch(role=Role.RECRUITER)),
    ):
        assert code_of(attempt) == "last_admin"
    second = people.add(Role.ADMIN, "second@example.com")
    people.users.deactivate(people.actor, boss)
    assert code_of(lambda: people.users.deactivate(people.actor, second)) == "last_admin"
    # An administrator of another house does not count.
    elsewhere = Actor(make_organisation(people.database), "key:x", "key")
    people.users.create_user(elsewhere, "else@example.com", "Else", Role.ADMIN)
    assert code_of(lambda: people.users.deactivate(people.actor, second)) == "last_admin"


def test_two_administrators_do_not_leave_at_the_same_moment(people: People) -> None:
    admins = [people.add(Role.ADMIN, f"boss{n}@example.com") for n in range(4)]

    def leave(user_id: str) -> bool:
        try:
            people.users.deactivate(people.actor, user_id)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(leave, admins)) == [False, True, True, True]


def test_accounts_of_another_house(people: People) -> None:
    user_id = people.add()
    theirs = Actor(make_organisation(people.database), "key:x", "key")
    for attempt in (
        lambda: people.users.get(theirs.organisation_id, user_id),
        lambda: people.users.change(theirs, user_id, UserPatch(name="Mine")),
        lambda: people.users.deactivate(theirs, user_id),
        lambda: people.users.password_link(theirs, user_id),
        lambda: people.users.set_password(theirs, ANNA, PASSWORD + "!"),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert people.users.list(theirs.organisation_id, UserFilters(), Page()).items == ()


def test_the_list_is_filtered_counted_and_paged(people: People, clock: FrozenClock) -> None:
    for number in range(3):
        clock.advance(seconds=1)
        draft = UserDraft(f"p{number}@example.com", "P", Role.VIEWER, external_id=f"x{number}")
        people.users.invite(people.actor, draft)
    people.users.invite(people.actor, UserDraft("q@example.com", "Q", Role.ADMIN))
    organisation_id = people.actor.organisation_id
    first = people.users.list(organisation_id, UserFilters(role=Role.VIEWER), Page(limit=2, with_total=True))
    assert ([one.email for one in first.items], first.total) == (["p2@example.com", "p1@example.com"], 3)
    rest = people.users.list(organisation_id, UserFilters(role=Role.VIEWER), Page(limit=2, cursor=first.next_cursor))
    assert [one.email for one in rest.items] == ["p0@example.com"] and rest.next_cursor is None
    found = people.users.list(organisation_id, UserFilters(external_id="x1"), Page())
    assert [one.email for one in found.items] == ["p1@example.com"]


class Postbox:
    """Keeps letters, or fails as told."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.error: GatewayError | None = None

    def send(self, letter: Letter) -> SentLetter:
        if self.error is not None:
            raise self.error
        self.letters.append(letter)
        return SentLetter(letter.message_key, simulated=True)


def test_a_link_by_email_is_written_by_the_worker(database: Database, clock: FrozenClock) -> None:
    people = make_people(database, clock, sends_mail=True)
    postbox = Postbox()
    mail = AccountMail(database, postbox, people.links, clock)
    made = people.users.invite(people.actor, UserDraft("new@example.com", "<b>New</b>", Role.VIEWER, by_email=True))
    assert made.invitation.sent_by == "email"
    [row] = people.queued()
    assert (row.kind, row.request_id) == ("send_account_email", "req-1")
    assert (made.invitation.url or "").rpartition("/")[2] not in row.subject_id, "no secret in the queue"

    def run() -> None:
        [claimed] = claim_due(database, clock(), "test", 10, 60)
        lease = start(
            database, claimed.outbox_id, claimed.generation, now=clock(), owner="test", lease_s=60
        )
        assert lease is not None
        mail.send_account_email(lease)

    run()
    [letter] = postbox.letters
    assert letter.to == "new@example.com" and (made.invitation.url or "!") in letter.text
    assert (made.invitation.url or "!") in letter.html
    # A second link makes the first one's letter pointless; one that is used is not sent either.
    clock.advance(seconds=1)
    people.users.password_link(people.actor, made.id, by_email=True)
    last = people.users.password_link(people.actor, made.id)
    run()
    assert len(postbox.letters) == 1, "the link was replaced before the letter went out"
    assert people.logins.choose_password((last.url or "").rpartition("/")[2], PASSWORD)


def test_no_email_without_a_server(people: People) -> None:
    draft = UserDraft("new@example.com", "New", Role.VIEWER, by_email=True)
    assert code_of(lambda: people.users.invite(people.actor, draft)) == "channel_unavailable"
    with people.database.read() as session:
        assert session.scalars(select(LoginLink)).all() == []
    assert people.users.list(people.actor.organisation_id, UserFilters(), Page()).items == ()


def test_roles_grow_from_reading_to_administering() -> None:
    steps = [PERMISSIONS[role] for role in (Role.VIEWER, Role.REVIEWER, Role.RECRUITER, Role.ADMIN)]
    assert all(less < more for less, more in zip(steps, steps[1:], strict=False))
    assert set(PERMISSIONS) == set(Role) and steps[-1] == set(Permission)
    assert not may(Role.VIEWER, Permission.REVIEW) and not may(Role.REVIEWER, Permission.RECRUIT)
    assert may(Role.RECRUITER, Permission.REVIEW) and not may(Role.RECRUITER, Permission.ADMINISTER)

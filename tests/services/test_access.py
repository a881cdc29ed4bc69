"""Keys, users, sessions, the lists of who may be called: on both databases."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, select

from db.models import ApiKey, LoginLink, Organisation, Role, Scope, User, UserSession
from db.unit_of_work import Database
from ivr.services.access import ALL_SCOPES, AccessService, WhitelistDraft
from ivr.services.context import Actor
from ivr.services.drafts import Page
from ivr.services.errors import Conflict, Invalid, NotAllowed, NotFound, Unauthenticated
from tests.api.conftest import FIRST_KEY, make_settings
from tests.factories import make_organisation
from tests.fakes import FrozenClock

PASSWORD = "correct horse battery staple"


class Seconds:
    """A monotonic clock that the test moves."""

    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def service(database: Database, clock: FrozenClock, seconds: Seconds) -> AccessService:
    return access_service(database, clock, seconds)


def access_service(database: Database, clock: FrozenClock, seconds: Seconds, **settings: Any) -> AccessService:
    return AccessService(
        database, clock, make_settings(**settings), beside=lambda work: work(), monotonic_s=seconds
    )


def system(organisation_id: str) -> Actor:
    return Actor(organisation_id, "system", "system")


def test_the_first_key(service: AccessService, database: Database) -> None:
    organisation_id = service.ensure_first_key()
    assert service.ensure_first_key() == organisation_id
    identity = service.authenticate_key(FIRST_KEY)
    assert (identity.organisation_id, identity.scopes) == (organisation_id, ALL_SCOPES)
    with database.read() as session:
        row = session.scalars(select(ApiKey)).one()
    assert FIRST_KEY not in repr(vars(row)) and row.hint == FIRST_KEY[-4:]


def test_a_new_first_key_replaces_the_old_and_may_come_back(
    service: AccessService, database: Database, clock: FrozenClock, seconds: Seconds
) -> None:
    service.ensure_first_key()
    other = "another-first-key-0123456789"
    changed = access_service(database, clock, seconds, api_key=other)
    changed.ensure_first_key()
    assert changed.authenticate_key(other).name == "API_KEY"
    with pytest.raises(Unauthenticated):
        changed.authenticate_key(FIRST_KEY)
    back = access_service(database, clock, seconds)
    back.ensure_first_key()
    assert back.authenticate_key(FIRST_KEY).scopes == ALL_SCOPES
    removed = access_service(database, clock, seconds, api_key=None)
    removed.ensure_first_key()
    with pytest.raises(Unauthenticated):
        removed.authenticate_key(FIRST_KEY)


def test_many_processes_make_the_first_key_at_once(database: Database, clock: FrozenClock, seconds: Seconds) -> None:
    with ThreadPoolExecutor(8) as threads:
        found = set(threads.map(lambda _: access_service(database, clock, seconds).ensure_first_key(), range(8)))
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(ApiKey)) == 1
        assert session.scalar(select(func.count()).select_from(Organisation)) == 1
    assert len(found) == 1


def test_an_identity_is_remembered_for_half_a_minute(
    service: AccessService, database: Database, clock: FrozenClock, seconds: Seconds
) -> None:
    organisation_id = service.ensure_first_key()
    made = service.create_key(system(organisation_id), "Robot", ["read"])
    assert made.key is not None
    service.authenticate_key(made.key)
    # Another process revokes it: this one knows for 30 s more and not longer.
    access_service(database, clock, seconds).revoke_key(system(organisation_id), made.id)
    seconds.now_s = 29.9
    assert service.authenticate_key(made.key).scopes == {Scope.READ}
    seconds.now_s = 30.0
    with pytest.raises(Unauthenticated):
        service.authenticate_key(made.key)


def test_last_use_is_written_once_a_minute(service: AccessService, clock: FrozenClock, database: Database) -> None:
    organisation_id = service.ensure_first_key()

    def last_used() -> Any:
        return service.list_keys(organisation_id, Page()).items[0].last_used_at

    assert last_used() is None
    service.authenticate_key(FIRST_KEY)
    first = clock.now
    assert last_used() == first
    clock.advance(seconds=59)
    service.authenticate_key(FIRST_KEY)
    assert last_used() == first
    clock.advance(seconds=1)
    service.authenticate_key(FIRST_KEY)
    assert last_used() == clock.now


@pytest.mark.parametrize("scopes", [[], ["root"], ["read", "root"]])
def test_scopes_come_from_the_list(service: AccessService, scopes: list[str]) -> None:
    with pytest.raises(Invalid):
        service.create_key(system(service.ensure_first_key()), "Robot", scopes)


def test_login_by_password(service: AccessService, clock: FrozenClock, database: Database) -> None:
    actor = system(service.ensure_first_key())
    made = service.create_user(actor, " Anna@Example.com ", "Anna", Role.RECRUITER, PASSWORD)
    token = service.login("ANNA@example.com", PASSWORD)
    user = service.session_user(token)
    assert user is not None and (user.user_id, user.email, user.role) == (made.id, "anna@example.com", Role.RECRUITER)
    with database.read() as session:
        assert PASSWORD not in (session.scalars(select(User)).one().password_hash or "")
        assert session.scalars(select(UserSession)).one().token_hash != token
    for email, password in (("anna@example.com", PASSWORD + "!"), ("nobody@example.com", PASSWORD), ("", "")):
        with pytest.raises(Unauthenticated):
            service.login(email, password)
    service.log_out(token)
    assert service.session_user(token) is None


def test_a_session_ends_by_itself(service: AccessService, clock: FrozenClock) -> None:
    service.create_user(system(service.ensure_first_key()), "anna@example.com", "Anna", Role.ADMIN, PASSWORD)
    token = service.login("anna@example.com", PASSWORD)
    clock.advance(hours=11, minutes=59)
    assert service.session_user(token) is not None
    clock.advance(minutes=2)
    assert service.session_user(token) is None


def test_a_new_password_ends_sessions(service: AccessService) -> None:
    actor = system(service.ensure_first_key())
    service.create_user(actor, "anna@example.com", "Anna", Role.ADMIN, PASSWORD)
    token = service.login("anna@example.com", PASSWORD)
    service.set_password(actor, "anna@example.com", PASSWORD + " two")
    assert service.session_user(token) is None
    with pytest.raises(Unauthenticated):
        service.login("anna@example.com", PASSWORD)
    assert service.login("anna@example.com", PASSWORD + " two")
    with pytest.raises(Invalid):
        service.set_password(actor, "anna@example.com", "too short")


def test_a_disabled_user_is_out(service: AccessService, database: Database, clock: FrozenClock) -> None:
    service.create_user(system(service.ensure_first_key()), "anna@example.com", "Anna", Role.ADMIN, PASSWORD)
    token, link = service.login("anna@example.com", PASSWORD), service.make_login_link("anna@example.com")
    with database.write() as unit:
        unit.session.scalars(select(User)).one().disabled_at = clock.now
    assert service.session_user(token) is None
    for attempt in (
        lambda: service.login("anna@example.com", PASSWORD),
        lambda: service.use_login_link(link),
    ):
        with pytest.raises(Unauthenticated):
            attempt()
    with pytest.raises(NotFound):
        service.make_login_link("anna@example.com")


def test_a_login_link_works_once(service: AccessService, clock: FrozenClock, database: Database) -> None:
    service.create_user(system(service.ensure_first_key()), "anna@example.com", "Anna", Role.VIEWER)
    link = service.make_login_link("anna@example.com")

    def use(_: int) -> str | None:
        try:
            return service.use_login_link(link)
        except Unauthenticated:
            return None

    with ThreadPoolExecutor(8) as threads:
        tokens = [token for token in threads.map(use, range(8)) if token is not None]
    assert len(tokens) == 1
    user = service.session_user(tokens[0])
    assert user is not None and user.role is Role.VIEWER
    late = service.make_login_link("anna@example.com")
    clock.advance(minutes=15)
    assert use_late(service, late)
    with database.read() as session:
        assert link not in {row.token_hash for row in session.scalars(select(LoginLink))}


def use_late(service: AccessService, link: str) -> bool:
    with pytest.raises(Unauthenticated):
        service.use_login_link(link)
    return True


def test_one_account_an_address(service: AccessService) -> None:
    actor = system(service.ensure_first_key())
    service.create_user(actor, "anna@example.com", "Anna", Role.VIEWER)
    with pytest.raises(Conflict, match="account"):
        service.create_user(actor, "Anna@example.com", "Anna", Role.VIEWER)
    with pytest.raises(Invalid):
        service.create_user(actor, "anna at example", "Anna", Role.VIEWER)


def test_the_whitelist(service: AccessService, database: Database) -> None:
    actor = system(make_organisation(database))
    views = service.add_to_whitelist(
        actor, [WhitelistDraft("+1 (415) 555-0123", "Ann"), WhitelistDraft("+4420*")], may_add_prefixes=True
    )
    assert [(view.pattern, view.note) for view in views] == [("+14155550123", "Ann"), ("+4420*", "")]
    again = service.add_to_whitelist(actor, [WhitelistDraft("+14155550123", "Other")], may_add_prefixes=False)
    assert again[0] == views[0]
    assert len(service.list_whitelist(actor.organisation_id, Page()).items) == 2
    service.remove_from_whitelist(actor, views[0].id or "")
    with pytest.raises(NotFound):
        service.remove_from_whitelist(actor, views[0].id or "")
    assert service.list_whitelist(actor.organisation_id, Page(with_total=True)).total == 1


@pytest.mark.parametrize(
    ("pattern", "code"),
    [("+1*", "number_invalid"), ("call me", "number_invalid"), ("+19005550123", "number_class"),
     ("+449098790123", "number_class")],
)  # fmt: skip
def test_what_cannot_be_listed_lists_nothing(
    service: AccessService, database: Database, pattern: str, code: str
) -> None:
    actor = system(make_organisation(database))
    with pytest.raises(Invalid) as refused:
        service.add_to_whitelist(
            actor, [WhitelistDraft("+14155550123"), WhitelistDraft(pattern)], may_add_prefixes=True
        )
    assert [(problem.field, problem.code) for problem in refused.value.problems] == [("entries.1.pattern", code)]
    assert service.list_whitelist(actor.organisation_id, Page()).items == ()


def test_a_prefix_needs_leave(service: AccessService, database: Database) -> None:
    with pytest.raises(NotAllowed):
        service.add_to_whitelist(
            system(make_organisation(database)), [WhitelistDraft("+1415*")], may_add_prefixes=False
        )


def test_the_floor_of_the_environment(database: Database, clock: FrozenClock, seconds: Seconds) -> None:
    service = access_service(database, clock, seconds, whitelisted_numbers="+14155550123,+4420*")
    assert [(entry.pattern, entry.source) for entry in service.whitelist_floor()] == [
        ("+14155550123", "environment"), ("+4420*", "environment")
    ]  # fmt: skip


def test_opt_outs(service: AccessService, database: Database) -> None:
    actor = system(make_organisation(database))
    made = service.add_opt_out(actor, "(415) 555-0123", "US")
    assert made.phone == "+14155550123" and service.add_opt_out(actor, "+14155550123") == made
    events = service.audit_events(actor.organisation_id, Page()).items
    assert [event.type for event in events] == ["candidate.opted_out"]
    assert events[0].data == {"phone": "+1******0123"}
    service.remove_opt_out(actor, made.id)
    assert service.list_opt_outs(actor.organisation_id, Page()).items == ()
    with pytest.raises(Invalid):
        service.add_opt_out(actor, "555")


def test_each_organisation_has_its_own(service: AccessService, database: Database) -> None:
    ours, theirs = system(make_organisation(database)), system(make_organisation(database))
    entry = service.add_to_whitelist(ours, [WhitelistDraft("+14155550123")], may_add_prefixes=True)[0]
    opt_out = service.add_opt_out(ours, "+14155550199")
    key = service.create_key(ours, "Robot", ["read"])
    service.create_user(ours, "anna@example.com", "Anna", Role.ADMIN, PASSWORD)
    strange: list[Callable[[], object]] = [
        lambda: service.remove_from_whitelist(theirs, entry.id or ""),
        lambda: service.remove_opt_out(theirs, opt_out.id),
        lambda: service.revoke_key(theirs, key.id),
        lambda: service.set_password(theirs, "anna@example.com", PASSWORD + "!"),
    ]
    for attempt in strange:
        with pytest.raises(NotFound):
            attempt()
    service.set_stopped(ours, stopped=True)
    assert not service.organisation(theirs.organisation_id).is_stopped
    assert service.organisation(ours.organisation_id).is_stopped
    for page in (service.list_whitelist, service.list_opt_outs, service.list_keys, service.audit_events):
        assert page(theirs.organisation_id, Page()).items == ()

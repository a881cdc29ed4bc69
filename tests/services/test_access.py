"""Keys: the first one, scopes, rotation, their end: on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from db.models import ApiKey, Organisation, Scope
from db.unit_of_work import Database
from ivr.services.access import ALL_SCOPES, AccessService
from ivr.services.context import Actor
from ivr.services.drafts import Page
from ivr.services.errors import Conflict, Invalid, NotFound, Unauthenticated
from tests.api.conftest import FIRST_KEY, make_settings
from tests.factories import make_organisation
from tests.fakes import FrozenClock


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


def test_a_rotated_key_has_two_secrets_for_a_while(
    service: AccessService, database: Database, clock: FrozenClock, seconds: Seconds
) -> None:
    actor = system(service.ensure_first_key())
    made = service.create_key(actor, "Robot", ["read"])
    rotated = service.rotate_key(actor, made.id, timedelta(hours=2))
    assert rotated.id == made.id and rotated.key not in (None, made.key)
    assert rotated.previous_valid_until == clock.now + timedelta(hours=2)
    for key in (made.key, rotated.key):
        assert service.authenticate_key(key or "").key_id == made.id
    # 20 s before its end the old secret is remembered for 20 s and not for 30.
    clock.advance(hours=1, minutes=59, seconds=40)
    seconds.now_s = 7180.0
    assert service.authenticate_key(made.key or "").key_id == made.id
    clock.advance(seconds=20)
    seconds.now_s = 7200.0
    with pytest.raises(Unauthenticated):
        service.authenticate_key(made.key or "")
    assert service.authenticate_key(rotated.key or "").key_id == made.id
    listed = {one.id: one for one in service.list_keys(actor.organisation_id, Page()).items}
    assert listed[made.id].previous_valid_until is None


def test_a_second_rotation_ends_the_secret_before_the_last(service: AccessService) -> None:
    actor = system(service.ensure_first_key())
    first = service.create_key(actor, "Robot", ["read"])
    service.authenticate_key(first.key or "")
    second = service.rotate_key(actor, first.id)
    third = service.rotate_key(actor, first.id)
    with pytest.raises(Unauthenticated):
        service.authenticate_key(first.key or "")
    assert {service.authenticate_key(one.key or "").key_id for one in (second, third)} == {first.id}
    last = service.rotate_key(actor, first.id, timedelta(0))
    for ended in (second, third):
        with pytest.raises(Unauthenticated):
            service.authenticate_key(ended.key or "")
    service.revoke_key(actor, first.id)
    with pytest.raises(Unauthenticated):
        service.authenticate_key(last.key or "")
    with pytest.raises(Conflict) as refused:
        service.rotate_key(actor, first.id)
    assert refused.value.code == "key_revoked"


def test_revoking_ends_both_secrets(service: AccessService) -> None:
    actor = system(service.ensure_first_key())
    first = service.create_key(actor, "Robot", ["read"])
    second = service.rotate_key(actor, first.id)
    for one in (first, second):
        service.authenticate_key(one.key or "")
    service.revoke_key(actor, first.id)
    for one in (first, second):
        with pytest.raises(Unauthenticated):
            service.authenticate_key(one.key or "")


def test_a_key_with_an_end(service: AccessService, clock: FrozenClock, seconds: Seconds) -> None:
    actor = system(service.ensure_first_key())
    made = service.create_key(actor, "Robot", ["read"], expires_at=clock.now + timedelta(minutes=10))
    assert service.authenticate_key(made.key or "").name == "Robot"
    clock.advance(minutes=10)
    seconds.now_s = 600.0
    with pytest.raises(Unauthenticated):
        service.authenticate_key(made.key or "")
    with pytest.raises(Invalid):
        service.create_key(actor, "Robot", ["read"], expires_at=clock.now)


def test_the_key_of_the_environment_is_changed_there(service: AccessService) -> None:
    actor = system(service.ensure_first_key())
    key_id = service.authenticate_key(FIRST_KEY).key_id
    for attempt in (lambda: service.revoke_key(actor, key_id), lambda: service.rotate_key(actor, key_id)):
        with pytest.raises(Conflict) as refused:
            attempt()
        assert refused.value.code == "key_from_environment"


def test_keys_of_another_house(service: AccessService, database: Database) -> None:
    ours, theirs = system(make_organisation(database)), system(make_organisation(database))
    key = service.create_key(ours, "Robot", ["read"])
    for attempt in (lambda: service.revoke_key(theirs, key.id), lambda: service.rotate_key(theirs, key.id)):
        with pytest.raises(NotFound):
            attempt()
    assert service.list_keys(theirs.organisation_id, Page()).items == ()

"""The audit chain: what was sealed is still what happened, or verification says where it is not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from db.columns import new_id
from db.models import AuditEntry, DomainEvent, Organisation
from db.repositories import events
from db.unit_of_work import Database
from ivr.services.audit import START, AuditService, canonical
from tests.fakes import FrozenClock


@pytest.fixture
def org(database: Database) -> str:
    return make_organisation(database, "one")


def make_organisation(database: Database, slug: str) -> str:
    with database.write() as unit:
        organisation = Organisation(id=new_id(), name=slug, slug=slug)
        unit.session.add(organisation)
    return organisation.id


@pytest.fixture
def audit(database: Database, clock: FrozenClock) -> AuditService:
    return AuditService(database, clock)


def happen(database: Database, clock: FrozenClock, org: str, count: int, *, ago_s: float = 0) -> list[str]:
    """``count`` events a second apart; their ids in order."""
    with database.write() as unit:
        happened = [
            events.record(
                unit.session,
                organisation_id=org,
                type="interview.started",
                subject_kind="interview",
                subject_id="i-1",
                actor="candidate",
                data={"number": number, "z": [1.5, None], "ä": "ü"},
                at=clock.advance(seconds=1) - timedelta(seconds=ago_s),
            )
            for number in range(count)
        ]
    return [event.id for event in happened]


def chain(database: Database, org: str) -> list[AuditEntry]:
    with database.read() as session:
        return list(
            session.scalars(
                select(AuditEntry).where(AuditEntry.organisation_id == org).order_by(AuditEntry.sequence)
            )
        )


def tamper(database: Database, *statements: tuple[str, dict[str, object]]) -> None:
    """What somebody with the database's own password could do: no foreign keys in the way."""
    with database.engine.connect() as connection:
        free, bound = (
            ("PRAGMA foreign_keys=OFF", "PRAGMA foreign_keys=ON")
            if database.is_sqlite
            else ("SET session_replication_role = replica", "SET session_replication_role = DEFAULT")
        )
        connection.exec_driver_sql(free)
        for statement, parameters in statements:
            assert connection.execute(text(statement), parameters).rowcount == 1
        connection.exec_driver_sql(bound)
        connection.commit()


def test_events_are_chained_in_order_and_once(
    database: Database, clock: FrozenClock, audit: AuditService, org: str
) -> None:
    assert audit.verify(org).head == START
    first = happen(database, clock, org, 5)
    assert audit.verify(org).unsealed == 5
    assert [audit.seal(2), audit.seal(), audit.seal()] == [2, 3, 0]
    second = happen(database, clock, org, 2)
    late = happen(database, clock, org, 1, ago_s=3600)
    assert audit.seal() == 3
    entries = chain(database, org)
    assert [entry.event_id for entry in entries] == first + late + second
    assert [entry.sequence for entry in entries] == list(range(1, 9))
    found = audit.verify(org)
    assert (found.is_intact, found.length, found.head, found.unsealed) == (True, 8, entries[-1].hash, 0)


def test_each_organisation_has_a_chain_of_its_own(
    database: Database, clock: FrozenClock, audit: AuditService, org: str
) -> None:
    other = make_organisation(database, "two")
    for owner in (org, other, org, other, org):
        happen(database, clock, owner, 1)
    assert audit.seal() == 5
    assert (audit.verify(org).length, audit.verify(other).length) == (3, 2)


@pytest.mark.parametrize(
    "change",
    [
        "type = 'interview.canceled'",
        "actor = 'user:somebody'",
        "data = '{}'",
        "subject_id = 'i-2'",
        "request_id = 'x'",
        "created_at = '2020-01-01 00:00:00.000000'",
    ],
)
def test_a_changed_event_is_found(
    database: Database, clock: FrozenClock, audit: AuditService, org: str, change: str
) -> None:
    ids = happen(database, clock, org, 4)
    audit.seal()
    tamper(database, (f"UPDATE domain_events SET {change} WHERE id = :id", {"id": ids[2]}))  # noqa: S608
    found = audit.verify(org)
    assert (found.is_intact, found.broken_at) == (False, 3)
    assert found.problem == "The event of link 3 was changed after it was sealed."


def test_a_removed_event_is_found(database: Database, clock: FrozenClock, audit: AuditService, org: str) -> None:
    ids = happen(database, clock, org, 4)
    audit.seal()
    tamper(database, ("DELETE FROM domain_events WHERE id = :id", {"id": ids[1]}))
    found = audit.verify(org)
    assert (found.broken_at, found.problem) == (2, "The event of link 2 was removed.")


def test_a_removed_link_is_found_even_when_those_after_it_are_renumbered(
    database: Database, clock: FrozenClock, audit: AuditService, org: str
) -> None:
    ids = happen(database, clock, org, 3)
    audit.seal()
    tamper(
        database,
        ("DELETE FROM audit_entries WHERE event_id = :id", {"id": ids[1]}),
        ("DELETE FROM domain_events WHERE id = :id", {"id": ids[1]}),
    )
    assert audit.verify(org).problem == "Link 2 is missing from the chain."
    tamper(database, ("UPDATE audit_entries SET sequence = 2 WHERE event_id = :id", {"id": ids[2]}))
    assert audit.verify(org).problem == "Link 2 does not follow the link before it."


def test_an_event_moved_to_another_organisation_is_found(
    database: Database, clock: FrozenClock, audit: AuditService, org: str
) -> None:
    other = make_organisation(database, "two")
    ids = happen(database, clock, org, 2)
    audit.seal()
    tamper(database, ("UPDATE domain_events SET organisation_id = :o WHERE id = :id", {"o": other, "id": ids[0]}))
    assert audit.verify(org).broken_at == 1


def test_one_sealer_at_a_time(postgres_url: str, clock: FrozenClock) -> None:
    database = Database(postgres_url, pool_size=4)
    org = make_organisation(database, "one")
    happen(database, clock, org, 2)
    audit = AuditService(database, clock)
    with database.engine.connect() as other:
        other.execute(text("SELECT pg_advisory_xact_lock(7221104553)"))
        assert audit.seal() == 0
        other.rollback()
    assert audit.seal() == 2
    database.dispose()


def test_the_canonical_form_is_one() -> None:
    assert canonical({"b": 1, "a": {"ü": None}}) == '{"a":{"ü":null},"b":1}'.encode()
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical({"a": float("nan")})


def test_events_of_a_subject_come_oldest_first(database: Database, clock: FrozenClock, org: str) -> None:
    ids = happen(database, clock, org, 3)
    with database.read() as session:
        found = events.of_subject(session, org, "i-1")
        assert [event.id for event in found] == ids
        assert isinstance(found[0], DomainEvent)
        assert events.of_subject(session, new_id(), "i-1") == []

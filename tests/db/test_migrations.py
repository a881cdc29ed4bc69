"""The revisions build exactly what the models say, on both databases, and can be undone and done again."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, insert, inspect, text, update
from sqlalchemy.exc import IntegrityError

from db import migrate
from db.columns import new_id
from db.engine import make_engine
from db.models import Base, Interview, OutboxRow
from interview.lifecycle import OPEN, InterviewStatus
from interview.progress import Progress
from tests.conftest import PostgresServer
from tests.factories import NOW, make_candidate, make_interview, make_job, make_organisation

_numbers = count(1)


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without a table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/deeper/empty.sqlite3"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = f"empty_{next(_numbers)}"
    server.run(f"CREATE DATABASE {name}")
    yield server.url(name)
    server.run(f"DROP DATABASE {name} WITH (FORCE)")


def engine_of(url: str) -> Engine:
    return make_engine(url, pool_size=2)


def portrait(connection: Connection) -> dict[str, Any]:
    """Tables with their columns, keys and constraints as the database itself tells them, and every index's own SQL."""
    inspector = inspect(connection)
    seen: dict[str, Any] = {}
    for table in inspector.get_table_names():
        if table == "alembic_version":
            continue
        seen[table] = {
            "columns": {
                column["name"]: (str(column["type"]), column["nullable"], column["default"])
                for column in inspector.get_columns(table)
            },
            "primary": sorted(inspector.get_pk_constraint(table)["constrained_columns"]),
            "foreign": sorted(
                (key["constrained_columns"], key["referred_table"], key["referred_columns"], str(key["options"]))
                for key in inspector.get_foreign_keys(table)
            ),
            "unique": sorted(sorted(key["column_names"]) for key in inspector.get_unique_constraints(table)),
        }
    if connection.dialect.name == "sqlite":
        rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"))
    else:
        rows = connection.execute(
            text("SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> :versions"),
            {"versions": "alembic_version"},
        )
    seen["indexes"] = {name: " ".join(sql.split()) for name, sql in rows}
    return seen


def portrait_of(url: str) -> dict[str, Any]:
    engine = engine_of(url)
    with engine.connect() as connection:
        seen = portrait(connection)
    engine.dispose()
    return seen


def tables(url: str) -> set[str]:
    engine = engine_of(url)
    found = set(inspect(engine).get_table_names())
    engine.dispose()
    return found


# --- there and back ---------------------------------------------------------------------------------------------------


def test_up_down_and_up_again(empty_url: str):
    migrate.upgrade(empty_url)
    first = portrait_of(empty_url)
    assert set(Base.metadata.tables) <= tables(empty_url)
    migrate.downgrade(empty_url, "base")
    assert tables(empty_url) <= {"alembic_version"}, "nothing is left behind"
    migrate.upgrade(empty_url)
    assert portrait_of(empty_url) == first


def test_upgrading_twice_changes_nothing_and_keeps_the_rows(empty_url: str):
    migrate.upgrade(empty_url)
    engine = engine_of(empty_url)
    with engine.connect() as connection:
        connection.execute(insert(OutboxRow).values(**outbox_values()))
        connection.commit()
    migrate.upgrade(empty_url)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM outbox")).scalar() == 1
    engine.dispose()


def test_each_revision_follows_one_other():
    script = ScriptDirectory.from_config(migrate.config_for("sqlite://"))
    assert len(script.get_heads()) == 1 and len(script.get_bases()) == 1
    assert [revision.revision for revision in script.walk_revisions()] == sorted(
        (revision.revision for revision in script.walk_revisions()), reverse=True
    )


# --- the schema is the models' ----------------------------------------------------------------------------------------


def differences(connection: Connection) -> list[Any]:
    context = MigrationContext.configure(
        connection, opts={"compare_type": True, "target_metadata": Base.metadata}
    )
    return compare_metadata(context, Base.metadata)


def test_nothing_is_left_to_migrate(empty_url: str):
    migrate.upgrade(empty_url)
    engine = engine_of(empty_url)
    with engine.connect() as connection:
        assert differences(connection) == []
    engine.dispose()


def test_a_difference_would_be_seen(empty_url: str):
    migrate.upgrade(empty_url)
    engine = engine_of(empty_url)
    with engine.connect() as connection:
        connection.execute(text("ALTER TABLE outbox ADD COLUMN surplus INTEGER"))
        connection.execute(text("DROP INDEX ix_outbox_due"))
        assert sorted(difference[0] for difference in differences(connection)) == ["add_index", "remove_column"]
        connection.rollback()
    engine.dispose()


def test_migrated_and_made_from_the_models_look_the_same(empty_url: str):
    """Alembic does not compare the conditions of partial indexes; the two portraits do."""
    engine = engine_of(migrated_url := empty_url)
    migrate.upgrade(migrated_url)
    migrated = portrait_of(migrated_url)
    migrate.downgrade(migrated_url, "base")
    with engine.connect() as connection:
        Base.metadata.create_all(connection)
        connection.commit()
    made = portrait_of(migrated_url)
    engine.dispose()
    for table, shape in made.items():
        assert migrated[table] == shape, table
    assert migrated == made
    assert "WHERE" in made["indexes"]["uq_outbox_open"] and "WHERE" in made["indexes"]["uq_interviews_one_open"]


# --- what must not be there twice -------------------------------------------------------------------------------------


def outbox_values(**changes: Any) -> dict[str, Any]:
    values = {
        "id": new_id(), "created_at": NOW, "organisation_id": "org", "kind": "score_answer", "subject_id": "a1",
        "due_at": NOW, "attempt": 0, "generation": 0, "started": False, "deaths": 0, "paced": False,
    }  # fmt: skip
    return {**values, **changes}


def refuses(engine: Engine, statement: Any) -> bool:
    """Whether the database itself says no."""
    with engine.connect() as connection:
        try:
            connection.execute(statement)
            connection.commit()
        except IntegrityError:
            connection.rollback()
            return True
    return False


def test_one_open_outbox_row_of_a_kind_and_subject(database):
    engine = database.engine
    first = outbox_values()
    assert not refuses(engine, insert(OutboxRow).values(**first))
    assert refuses(engine, insert(OutboxRow).values(**outbox_values()))
    assert refuses(engine, insert(OutboxRow).values(**outbox_values(parked_reason="poison"))), "parked is open too"
    assert not refuses(engine, insert(OutboxRow).values(**outbox_values(subject_id="a2")))
    assert not refuses(engine, insert(OutboxRow).values(**outbox_values(kind="transcribe_answer")))
    assert not refuses(engine, insert(OutboxRow).values(**outbox_values(done_at=NOW))), "done ones do not count"
    assert not refuses(engine, update(OutboxRow).where(OutboxRow.id == first["id"]).values(done_at=NOW))
    again = outbox_values()
    assert not refuses(engine, insert(OutboxRow).values(**again)), "the work may be asked for once more"
    assert refuses(engine, update(OutboxRow).where(OutboxRow.id == first["id"]).values(done_at=None))


@pytest.fixture
def pair(database):
    """One organisation's job and candidate with one interview, scheduled."""
    organisation_id = make_organisation(database)
    job_id = make_job(database, organisation_id)
    candidate_id = make_candidate(database, organisation_id)
    interview_id = make_interview(database, organisation_id=organisation_id, job_id=job_id, candidate_id=candidate_id)
    return database.engine, interview_id


def copy_of(engine: Engine, interview_id: str, **changes: Any) -> Any:
    """A statement that inserts the same interview under another id."""
    with engine.connect() as connection:
        row = connection.execute(Interview.__table__.select().where(Interview.id == interview_id)).mappings().one()
    assert isinstance(row["progress"], Progress)
    return insert(Interview.__table__).values({**row, "id": new_id(), "external_id": None, **changes})


@pytest.mark.parametrize("status", sorted(InterviewStatus))
def test_one_open_interview_of_a_person_for_a_job(pair, status):
    """Whatever open status the first one is in; a closed one makes room."""
    engine, interview_id = pair
    assert not refuses(engine, update(Interview).where(Interview.id == interview_id).values(status=status))
    second = copy_of(engine, interview_id, status=InterviewStatus.SCHEDULED)
    assert refuses(engine, second) == (status in OPEN)


def test_a_practice_interview_stands_beside(pair):
    engine, interview_id = pair
    assert not refuses(engine, copy_of(engine, interview_id, purpose="practice"))
    assert refuses(engine, copy_of(engine, interview_id, purpose="practice"))

"""PostgreSQL's statements of a webhook's write, each one text made from the names of what is written."""

import re
from functools import lru_cache

from db.listening import somebody_listens

# Which of the call's own columns a row of these tables carries.
INHERITED = {
    "recordings": ("organisation_id", "interview_id"),
    "outbox": ("organisation_id",),
}


def call_assignment(name: str) -> str:
    """A call's sid and moments are written once; the first to know them wins."""
    if name in {"carrier_sid", "answered_at", "rang_at", "ended_at"}:
        return f"{name} = COALESCE({name}, :c_{name})"
    return f"{name} = :c_{name}"


@lru_cache(maxsize=256)
def write_statement(
    interview: tuple[str, ...],
    call: tuple[str, ...],
    inserts: tuple[tuple[str, tuple[str, ...], str, bool], ...],
    back: bool,
    followed_up: bool,
    question: tuple[str, ...] = (),
    resume: tuple[str, ...] = (),
) -> str:
    """The whole write: everything hangs on the interview's row still having its version. Of each insert are given its
    table, columns, what follows ON CONFLICT, and whether it is only for organisations that somebody listens to."""
    sets = "".join(f"{name} = :i_{name}, " for name in interview)
    parts = [
        f"moved AS (UPDATE interviews SET {sets}version = version + 1 "  # noqa: S608
        "WHERE id = :interview_id AND version = :v RETURNING id)"
    ]
    if call:
        assignments = ", ".join(call_assignment(name) for name in call)
        parts.append(f"called AS (UPDATE calls SET {assignments} FROM moved WHERE calls.id = :call_id)")  # noqa: S608
    if back:
        parts.append(
            "taken_back AS (UPDATE answers SET superseded = true FROM moved, "
            "jsonb_to_recordset(CAST(:taken_back AS jsonb)) AS r(q text, t int) "
            "WHERE answers.interview_id = moved.id AND answers.question_id = r.q AND answers.take = r.t)"
        )
    if followed_up:
        parts.append(
            "followed_up AS (UPDATE follow_ups SET state = r.s FROM moved, "
            "jsonb_to_recordset(CAST(:followed_up AS jsonb)) AS r(f text, s text) WHERE follow_ups.id = r.f)"
        )
    for table, prefix, columns in (("candidate_questions", "q", question), ("resume_questions", "r", resume)):
        if columns:
            sets = ", ".join(f"{name} = :{prefix}_{name}" for name in columns)
            parts.append(
                f"of_{table} AS (UPDATE {table} SET {sets} FROM moved "  # noqa: S608
                f"WHERE {table}.interview_id = moved.id)"
            )
    for number, (table, columns, conflict, if_listened) in enumerate(inserts):
        names = ", ".join(columns)
        values = ", ".join(f"r.{name}" for name in columns)
        parts.append(
            f"new_{number} AS (INSERT INTO {table} ({names}) SELECT {values} FROM moved, "  # noqa: S608
            f"jsonb_populate_recordset(CAST(NULL AS {table}), CAST(:rows_{number} AS jsonb)) AS r"
            f"{' WHERE ' + somebody_listens('r.organisation_id', 'r.created_at') if if_listened else ''}"
            f"{' ON CONFLICT ' + conflict if conflict else ''})"
        )
    return f"WITH {', '.join(parts)} SELECT count(*) FROM moved"  # noqa: S608


@lru_cache(maxsize=16)
def insert_statement(inserts: tuple[tuple[str, tuple[str, ...], str], ...]) -> str:
    """Rows for a call that is named by its id and the carrier's."""
    parts = [
        "bound AS (UPDATE calls SET carrier_sid = :sid WHERE id = :call_id "
        "AND (carrier_sid = :sid OR carrier_sid IS NULL) RETURNING organisation_id, interview_id)"
    ]
    for number, (table, columns, conflict) in enumerate(inserts):
        inherited = INHERITED[table]
        names = ", ".join((*columns, *inherited))
        values = ", ".join((*(f"r.{name}" for name in columns), *(f"bound.{name}" for name in inherited)))
        parts.append(
            f"new_{number} AS (INSERT INTO {table} ({names}) SELECT {values} FROM bound, "  # noqa: S608
            f"jsonb_populate_recordset(CAST(NULL AS {table}), CAST(:rows_{number} AS jsonb)) AS r"
            f"{' ON CONFLICT ' + conflict if conflict else ''})"
        )
    return f"WITH {', '.join(parts)} SELECT count(*) FROM bound"  # noqa: S608


@lru_cache(maxsize=512)
def for_psycopg(sql: str) -> str:
    """``:name`` as psycopg's ``%(name)s``; our texts hold no other colon."""
    return re.sub(r":([a-z_0-9]+)", r"%(\1)s", sql.replace("%", "%%"))

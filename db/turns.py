"""The lean path of a webhook: one statement that reads a call with all it needs, one guarded write.

No ORM here: its unit of work is the largest part of a webhook's time. PostgreSQL gets the whole write as one
statement (data-modifying CTEs in autocommit, so BEGIN and COMMIT cost no round trips of their own); SQLite, which has
no round trips, gets the same rows in one immediate transaction. Statements are few, fixed texts: the driver prepares
them.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TypeVar

from pydantic import TypeAdapter

from db.columns import UtcDateTime, new_id
from db.lean import LeanConnections
from db.listening import somebody_listens
from db.turn_statements import INHERITED, call_assignment, for_psycopg, insert_statement, write_statement
from db.unit_of_work import Database
from interview.lifecycle import CallStatus, InterviewStatus
from interview.progress import Progress
from interview.purpose import Purpose
from interview.script import Accommodations, FollowUp, Script, SpokenQuestion

T = TypeVar("T")

_COLUMNS = """
       c.id AS call_id, c.interview_id, c.organisation_id, c.attempt, c.carrier_sid, c.status AS call_status,
       c.sequence_number, c.answered_at, c.rang_at IS NOT NULL AS has_rung, c.answered_by,
       c.outcome, c.phone, i.status, i.version, i.progress, i.attempts, i.calls_that_rang, i.hang_up_requested,
       i.job_id, i.candidate_id, i.simulated, j.company, j.title, j.language, j.say_as, j.settings, n.name,
       n.say_as AS spoken_name, n.accommodations, n.timezone, q.spoken, q.terms,
       c.direction, c.practice_turn, c.practice_recording_id, i.call_at, i.purpose, r.text AS resume_question
"""
# The names in order: asking the driver for them at every read costs more than the rest of it.
_NAMES = tuple(re.split(r"[ .]", column.strip())[-1] for column in _COLUMNS.split(","))
_NAMES += ("follow_ups", "candidate_question")
# Those of this call which nobody has dealt with; the answer that one is about may have been taken back since.
_FOLLOW_UP = "'{0}', f.{0}".format
_FOLLOW_UP_COLUMNS = ", ".join(
    map(_FOLLOW_UP, ("id", "question_id", "about", "text", "answer_id", "state", "created_at"))
)
_FOLLOW_UPS = """
FROM follow_ups f JOIN answers a ON a.id = f.answer_id
WHERE f.call_id = c.id AND f.state IN ('ready', 'asked') AND NOT a.superseded
"""
_QUESTION = "'state', w.state, 'turn', w.turn, 'passage', w.passage"
_QUESTIONS = "FROM candidate_questions w WHERE w.interview_id = i.id"
_FROM = """
FROM calls c
JOIN interviews i ON i.id = c.interview_id
JOIN jobs j ON j.id = i.job_id
JOIN candidates n ON n.id = i.candidate_id
JOIN question_sets q ON q.id = i.question_set_id
LEFT JOIN resume_questions r ON r.interview_id = i.id
WHERE c.id = :call_id
"""
_READ_SQLITE = (
    f"SELECT {_COLUMNS}, (SELECT json_group_array(json_object({_FOLLOW_UP_COLUMNS})) {_FOLLOW_UPS}), "  # noqa: S608
    f"(SELECT json_object({_QUESTION}) {_QUESTIONS}) {_FROM}"
)
_READ_POSTGRES = (
    f"SELECT {_COLUMNS}, (SELECT CAST(json_agg(json_build_object({_FOLLOW_UP_COLUMNS})) AS text) "  # noqa: S608
    f"{_FOLLOW_UPS}), (SELECT CAST(json_build_object({_QUESTION}) AS text) {_QUESTIONS}) {_FROM}"
)

_PROGRESS: TypeAdapter[Progress] = TypeAdapter(Progress)
_SPOKEN: TypeAdapter[tuple[SpokenQuestion, ...]] = TypeAdapter(tuple[SpokenQuestion, ...])
_ACCOMMODATIONS: TypeAdapter[Accommodations] = TypeAdapter(Accommodations)
_MOMENT = UtcDateTime()
_LISTENED = somebody_listens(":organisation_id", ":created_at")


@dataclass(frozen=True, slots=True)
class OpenFollowUp:
    """A follow-up of this call that is ready or was asked, and the answer it is about."""

    follow_up: FollowUp
    answer_id: str
    was_asked: bool


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """The candidate's own question: its state, the listen that recorded it, and what may be told, if anything."""

    state: str
    turn: int
    passage: str | None


@dataclass(frozen=True, slots=True)
class CallState:
    """A call, its interview and its script, as one read found them. ``settings`` are the job's, unparsed JSON;
    ``is_inbound``: the candidate came to us, by telephone or in a browser. ``practice`` is the listen whose practice
    answer can be played, and its recording's id."""

    call_id: str
    interview_id: str
    organisation_id: str
    attempt: int
    carrier_sid: str | None
    call_status: CallStatus
    sequence_number: int
    answered_at: datetime | None
    has_rung: bool
    answered_by: str | None
    outcome: str | None
    phone: str
    status: InterviewStatus
    version: int
    progress: Progress
    attempts: int
    calls_that_rang: int
    hang_up_requested: bool
    job_id: str
    candidate_id: str
    simulated: bool
    timezone: str | None
    settings: str
    script: Script
    is_inbound: bool = False
    call_at: datetime | None = None
    follow_ups: tuple[OpenFollowUp, ...] = ()
    candidate_question: AskedQuestion | None = None
    practice: tuple[int, str] | None = None

    @property
    def was_answered(self) -> bool:
        """Whether somebody or something picked up."""
        return self.answered_at is not None

    @property
    def is_current(self) -> bool:
        """False for a call that a later attempt has replaced."""
        return self.attempt == self.attempts


@dataclass(frozen=True, slots=True)
class Insert:
    """Rows for one table; every row has the same columns. ``on_conflict`` is SQL after ON CONFLICT, or "" for none.
    With ``if_listened`` they are only written where somebody listens to the organisation's events."""

    table: str
    rows: Sequence[Mapping[str, Any]]
    on_conflict: str = ""
    if_listened: bool = False


@dataclass(slots=True)
class TurnWrite:
    """All that one webhook establishes: columns to set on the interview and the call, and rows to add.
    ``superseded`` are takes (question id, number) that no longer count, ``follow_ups`` new states by id,
    ``candidate_question`` columns to set on the question that the candidate asked before, ``resume_question`` those of
    the question about their résumé.

    ``interview`` is written only if the row still has ``version``; everything else hangs on that.
    """

    call_id: str
    interview_id: str
    version: int
    interview: dict[str, Any] = field(default_factory=dict)
    call: dict[str, Any] = field(default_factory=dict)
    inserts: list[Insert] = field(default_factory=list)
    superseded: list[tuple[str, int]] = field(default_factory=list)
    follow_ups: dict[str, str] = field(default_factory=dict)
    candidate_question: dict[str, Any] = field(default_factory=dict)
    resume_question: dict[str, Any] = field(default_factory=dict)


class TurnStore:
    """Reads and writes what a webhook needs, in one round trip each."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._dialect = database.engine.dialect
        self._lean = LeanConnections(database.engine)
        self._read = _READ_SQLITE if database.is_sqlite else _READ_POSTGRES

    def read(self, call_id: str) -> CallState | None:
        """The call with everything around it, or None when it is not ours."""
        row = self._lean.run(lambda cursor: self._run(cursor, self._read, {"call_id": call_id}).fetchone())
        return None if row is None else _state(dict(zip(_NAMES, row, strict=True)))

    def write(self, turn: TurnWrite) -> bool:
        """Write all of it or nothing; False when somebody else has written since ``version`` was read."""
        with self._database.writer_lane():
            if self._database.is_sqlite:
                return self._lean.run(lambda cursor: self._write_in_transaction(cursor, turn))
            return self._lean.run(lambda cursor: self._write_at_once(cursor, turn))

    def insert_for_call(self, call_id: str, carrier_sid: str, inserts: Sequence[Insert]) -> bool:
        """Add rows if this call exists and its carrier sid is ``carrier_sid`` (or not known yet); else False.

        The first webhook binds the sid. Each row takes ``organisation_id`` and ``interview_id`` from the call.
        """
        with self._database.writer_lane():
            if self._database.is_sqlite:
                return self._lean.run(lambda c: self._insert_in_transaction(c, call_id, carrier_sid, inserts))
            return self._lean.run(lambda c: self._insert_at_once(c, call_id, carrier_sid, inserts))

    def note_answered_by(self, call_id: str, carrier_sid: str, answered_by: str) -> bool:
        """Keep what answering machine detection said; False when there is no such call with this sid."""
        sql = (
            "UPDATE calls SET answered_by = :by WHERE id = :call_id AND (carrier_sid = :sid OR carrier_sid IS NULL)"
        )
        parameters = {"by": answered_by, "call_id": call_id, "sid": carrier_sid}
        with self._database.writer_lane():
            return bool(self._lean.run(lambda cursor: self._run(cursor, sql, parameters).rowcount))

    # --- PostgreSQL: one statement

    def _write_at_once(self, cursor: Any, turn: TurnWrite) -> bool:
        sql = write_statement(
            tuple(turn.interview),
            tuple(turn.call),
            tuple((one.table, tuple(one.rows[0]), one.on_conflict, one.if_listened) for one in turn.inserts),
            bool(turn.superseded),
            bool(turn.follow_ups),
            tuple(turn.candidate_question),
            tuple(turn.resume_question),
        )
        parameters: dict[str, Any] = {"interview_id": turn.interview_id, "call_id": turn.call_id, "v": turn.version}
        parameters |= {f"i_{name}": self._value(value) for name, value in turn.interview.items()}
        parameters |= {f"c_{name}": self._value(value) for name, value in turn.call.items()}
        parameters |= {f"q_{name}": self._value(value) for name, value in turn.candidate_question.items()}
        parameters |= {f"r_{name}": self._value(value) for name, value in turn.resume_question.items()}
        for number, insert in enumerate(turn.inserts):
            parameters[f"rows_{number}"] = self._rows(insert)
        if turn.superseded:
            parameters["taken_back"] = json.dumps([{"q": q, "t": t} for q, t in turn.superseded])
        if turn.follow_ups:
            parameters["followed_up"] = json.dumps([{"f": id, "s": state} for id, state in turn.follow_ups.items()])
        return bool(self._run(cursor, sql, parameters).fetchone()[0])

    def _insert_at_once(
        self, cursor: Any, call_id: str, carrier_sid: str, inserts: Sequence[Insert]
    ) -> bool:
        sql = insert_statement(tuple((i.table, tuple(i.rows[0]), i.on_conflict) for i in inserts))
        parameters: dict[str, Any] = {"call_id": call_id, "sid": carrier_sid}
        for number, insert in enumerate(inserts):
            parameters[f"rows_{number}"] = self._rows(insert)
        return bool(self._run(cursor, sql, parameters).fetchone()[0])

    def _rows(self, insert: Insert) -> str:
        # What JSON knows is passed by: the encoder asks about moments only.
        return json.dumps(insert.rows, default=self._value)

    # --- SQLite: one immediate transaction

    def _write_in_transaction(self, cursor: Any, turn: TurnWrite) -> bool:
        def work() -> bool:
            sets = ", ".join(f"{name} = :i_{name}" for name in turn.interview)
            parameters = {f"i_{name}": self._value(value) for name, value in turn.interview.items()}
            moved = self._run(
                cursor,
                f"UPDATE interviews SET {sets + ', ' if sets else ''}version = version + 1 "  # noqa: S608
                "WHERE id = :interview_id AND version = :v",
                {**parameters, "interview_id": turn.interview_id, "v": turn.version},
            )
            if moved.rowcount == 0:
                return False
            if turn.call:
                sets = ", ".join(call_assignment(name) for name in turn.call)
                parameters = {f"c_{name}": self._value(value) for name, value in turn.call.items()}
                self._run(
                    cursor,
                    f"UPDATE calls SET {sets} WHERE id = :call_id",  # noqa: S608
                    {**parameters, "call_id": turn.call_id},
                )
            for question_id, take in turn.superseded:
                self._run(
                    cursor,
                    "UPDATE answers SET superseded = 1 WHERE interview_id = :i AND question_id = :q AND take = :t",
                    {"i": turn.interview_id, "q": question_id, "t": take},
                )
            for follow_up_id, state in turn.follow_ups.items():
                self._run(cursor, "UPDATE follow_ups SET state = :s WHERE id = :f", {"f": follow_up_id, "s": state})
            for table, columns in (
                ("candidate_questions", turn.candidate_question), ("resume_questions", turn.resume_question)
            ):  # fmt: skip
                if columns:
                    sets = ", ".join(f"{name} = :q_{name}" for name in columns)
                    parameters = {f"q_{name}": self._value(value) for name, value in columns.items()}
                    self._run(
                        cursor,
                        f"UPDATE {table} SET {sets} WHERE interview_id = :i",  # noqa: S608
                        {**parameters, "i": turn.interview_id},
                    )
            self._insert_rows(cursor, turn.inserts, {})
            return True

        return _in_transaction(cursor, work)

    def _insert_in_transaction(
        self, cursor: Any, call_id: str, carrier_sid: str, inserts: Sequence[Insert]
    ) -> bool:
        def work() -> bool:
            row = self._run(
                cursor,
                "UPDATE calls SET carrier_sid = :sid WHERE id = :call_id "
                "AND (carrier_sid = :sid OR carrier_sid IS NULL) RETURNING organisation_id, interview_id",
                {"call_id": call_id, "sid": carrier_sid},
            ).fetchone()
            if row is None:
                return False
            self._insert_rows(cursor, inserts, {"organisation_id": row[0], "interview_id": row[1]})
            return True

        return _in_transaction(cursor, work)

    def _insert_rows(self, cursor: Any, inserts: Sequence[Insert], inherited: dict[str, str]) -> None:
        for insert in inserts:
            extra = {k: v for k, v in inherited.items() if k in INHERITED[insert.table]} if inherited else {}
            for row in insert.rows:
                values = {name: self._value(value) for name, value in row.items()} | extra
                names = ", ".join(values)
                marks = ", ".join(f":{name}" for name in values)
                conflict = f" ON CONFLICT {insert.on_conflict}" if insert.on_conflict else ""
                given = f"SELECT {marks} WHERE {_LISTENED}" if insert.if_listened else f"VALUES ({marks})"
                self._run(cursor, f"INSERT INTO {insert.table} ({names}) {given}{conflict}", values)  # noqa: S608

    # --- both

    def _run(self, cursor: Any, sql: str, parameters: dict[str, Any]) -> Any:
        return cursor.execute(sql if self._database.is_sqlite else for_psycopg(sql), parameters)

    def _value(self, value: Any) -> Any:
        if isinstance(value, Progress):
            return _PROGRESS.dump_json(value).decode()
        if isinstance(value, datetime):
            moment = _MOMENT.process_bind_param(value, self._dialect)
            # the text that SQLAlchemy's own DateTime keeps in SQLite
            return moment.strftime("%Y-%m-%d %H:%M:%S.%f") if self._database.is_sqlite and moment else str(moment)
        return value


def _in_transaction(cursor: Any, work: Callable[[], bool]) -> bool:
    cursor.execute("BEGIN IMMEDIATE")
    try:
        done = work()
        cursor.execute("COMMIT" if done else "ROLLBACK")
    except BaseException:
        with suppress(Exception):
            cursor.execute("ROLLBACK")
        raise
    return done


def _state(row: Mapping[str, Any]) -> CallState:
    return CallState(
        call_id=row["call_id"],
        interview_id=row["interview_id"],
        organisation_id=row["organisation_id"],
        attempt=row["attempt"],
        carrier_sid=row["carrier_sid"],
        call_status=CallStatus(row["call_status"]),
        sequence_number=row["sequence_number"],
        answered_at=_moment_of(row["answered_at"]),
        has_rung=bool(row["has_rung"]),
        answered_by=row["answered_by"],
        outcome=row["outcome"],
        phone=row["phone"],
        status=InterviewStatus(row["status"]),
        version=row["version"],
        progress=_PROGRESS.validate_json(row["progress"]),
        attempts=row["attempts"],
        calls_that_rang=row["calls_that_rang"],
        hang_up_requested=bool(row["hang_up_requested"]),
        job_id=row["job_id"],
        candidate_id=row["candidate_id"],
        simulated=bool(row["simulated"]),
        timezone=row["timezone"],
        settings=row["settings"],
        script=script_of(
            row["spoken"],
            row["company"],
            row["title"],
            row["language"],
            row["say_as"],
            row["terms"] or row["settings"],
            row["spoken_name"] or row["name"],
            row["accommodations"],
            row["purpose"],
            row["resume_question"],
        ),
        is_inbound=row["direction"] != "outbound",
        call_at=_moment_of(row["call_at"]),
        follow_ups=_open_follow_ups(row["follow_ups"]),
        practice=None if row["practice_turn"] is None else (row["practice_turn"], row["practice_recording_id"]),
        candidate_question=None if row["candidate_question"] is None else _asked(row["candidate_question"]),
    )


def _asked(row: str) -> AskedQuestion:
    return AskedQuestion(**json.loads(row))


def _open_follow_ups(rows: str | None) -> tuple[OpenFollowUp, ...]:
    if rows is None or rows == "[]":
        return ()
    return tuple(
        OpenFollowUp(
            FollowUp(row["id"], row["question_id"], row["about"], row["text"]),
            row["answer_id"],
            row["state"] == "asked",
        )
        for row in sorted(json.loads(rows), key=lambda row: str(row["created_at"]))
    )


def _moment_of(value: Any) -> datetime | None:
    """A moment as the driver gives it: PostgreSQL's with its zone, SQLite's as text in UTC."""
    if value is None:
        return None
    moment: datetime = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@lru_cache(maxsize=1024)
def script_of(
    spoken: str,
    company: str,
    title: str,
    language: str,
    say_as: str,
    terms: str,
    name: str,
    accommodations: str,
    purpose: str = "assessment",
    resume_question: str | None = None,
) -> Script:
    """The script for one person from the columns' texts; cached, as every webhook of a call asks for the same one."""
    pronounced = json.loads(say_as)
    options = json.loads(terms)
    return Script(
        company=pronounced.get("company") or company,
        job_title=pronounced.get("title") or title,
        language=language,
        questions=_SPOKEN.validate_json(spoken),
        candidate_name=name,
        voice=options.get("voice"),
        accommodations=_ACCOMMODATIONS.validate_json(accommodations),
        answer_max_s=int(options.get("answer_max_s", 180)),
        max_call_minutes=int(options.get("max_call_minutes", 30)),
        retakes=int(options.get("retakes", 1)),
        max_follow_ups=int(options.get("max_follow_ups", 2)),
        practises=bool(options.get("practice", False)),
        # whoever practises has no employer before them to ask
        may_ask=purpose == Purpose.ASSESSMENT,
        is_coaching=purpose == Purpose.PRACTICE,
        resume_question=resume_question,
    )


def new_row(**values: Any) -> dict[str, Any]:
    """A row with an id of its own."""
    return {"id": new_id(), **values}

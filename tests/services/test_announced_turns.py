"""What announcing costs the telephone: nothing where nobody listens and nothing in the middle of a call; and what is
told of a whole call, from its first key to its result."""

from __future__ import annotations

import pytest

from db.columns import new_id
from db.models import DomainEvent, OutboxRow, WebhookEndpoint
from db.repositories import webhooks as rows
from db.unit_of_work import Database
from interview.events import DigitsPressed, UtteranceRecorded
from tests.fakes import FrozenClock, TickingClock
from tests.pipeline import SID, STRONG, Pipeline
from tests.statements import heard

ASKING = ("SELECT", "WITH")


def listen(database: Database, organisation_id: str, clock: FrozenClock) -> None:
    with database.write() as unit:
        unit.session.add(
            WebhookEndpoint(
                id=new_id(), organisation_id=organisation_id, created_at=clock(), updated_at=clock(), labels={},
                url="https://ats.example.com/", events=["*"], sealed_secret="sealed",
            )
        )  # fmt: skip


def announcements(line: Pipeline) -> list[str]:
    """The events that are to be announced, by type, in the order in which they happened."""
    asked = {row.subject_id for row in line.all(OutboxRow) if row.kind == "announce_event"}
    return [event.type for event in line.all(DomainEvent) if event.id in asked]


@pytest.fixture
def line(database: Database, clock: FrozenClock) -> Pipeline:
    return Pipeline(database, clock)


def statements_of_a_start(line: Pipeline, database: Database) -> list[str]:
    line.turn = line.conversations.answered(line.call_id, line.sid).turn
    with heard(database) as statements:
        line.turn = line.conversations.take_turn(line.call_id, line.turn, DigitsPressed("1"), SID).turn
    return statements


def test_the_first_key_is_announced_in_the_same_write(line: Pipeline, database: Database, clock: FrozenClock) -> None:
    listen(database, line.interview().organisation_id, clock)
    statements = statements_of_a_start(line, database)
    assert announcements(line) == ["interview.started"]
    if not database.is_sqlite:
        assert len([one for one in statements if one.lstrip().upper().startswith(ASKING)]) == 2, statements
    else:
        assert sum("INSERT INTO outbox" in one for one in statements) == 1


def test_without_a_listener_no_row_is_written(line: Pipeline, database: Database) -> None:
    statements_of_a_start(line, database)
    assert announcements(line) == [] and [row.kind for row in line.all(OutboxRow)] == []


def test_an_answer_costs_the_call_what_it_did_before(line: Pipeline, database: Database, clock: FrozenClock) -> None:
    """Nothing of what a call's answers bring at once is announced: the statements are the same with and without."""
    line.begin()
    counts = []
    for number in range(2):
        with heard(database) as statements:
            event = UtteranceRecorded(f"RE{number}" + "f" * 31, 12.0, "#")
            line.turn = line.conversations.take_turn(line.call_id, line.turn, event, SID).turn
        counts.append(len(statements))
        listen(database, line.interview().organisation_id, clock)
    assert counts[0] == counts[1] and not any("webhook_endpoints" in one for one in statements)
    assert announcements(line) == []


def test_a_stream_counts_as_a_listener_for_as_long_as_it_lasts(
    line: Pipeline, database: Database, clock: FrozenClock
) -> None:
    organisation_id = line.interview().organisation_id
    with database.write() as unit:
        rows.keep_streaming(unit.session, organisation_id, clock())
    statements_of_a_start(line, database)
    assert announcements(line) == [], "it is over"
    with database.write() as unit:
        rows.keep_streaming(unit.session, organisation_id, clock.now.replace(year=2027))
        rows.keep_streaming(unit.session, organisation_id, clock())  # a shorter one does not shorten it
    line.hang_up()
    assert announcements(line) == ["interview.interrupted"]


def test_a_whole_call_is_told(database: Database) -> None:
    clock = TickingClock()
    line = Pipeline(database, clock)
    listen(database, line.interview().organisation_id, clock)
    line.begin()
    while line.interview().progress.phase.value == "asking":
        line.say(STRONG)
    line.hang_up()
    line.work()
    told = announcements(line)
    answers = told.count("answer.transcribed")
    assert told[0] == "interview.started" and answers >= 2 and told.count("answer.scored") == answers
    assert told[-1] in {"interview.completed", "interview.needs_review"}
    assert set(told) <= {"interview.started", "answer.transcribed", "answer.scored", told[-1]}

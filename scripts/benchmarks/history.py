"""An organisation with a long history on PostgreSQL: thousands of interviews with all that belongs to them.

Written by the database itself (history.sql), as half a million rows from Python would take longer than all that is
measured.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import text

from db.columns import new_id
from db.models import Role, User
from db.unit_of_work import Database
from interview.progress import Phase, Progress, QuestionState
from interview.question import Question
from interview.scorecard import (
    AnswerScore,
    AnswerState,
    CriterionScore,
    KeyPointScore,
    Policy,
    Quote,
    Scorecard,
    build_scorecard,
)
from scripts.benchmarks.seed import QUESTIONS, seed_job

_QUOTE = "looked at the logs and saw it there"
_SAID = (
    "I named the cause first, because I looked at the logs and saw it there. I explained the steps taken to the team "
    "in order, and we measured the result: it went from nine hours down to two. "
) * 6
_STATEMENTS = Path(__file__).with_name("history.sql")


@dataclass(frozen=True, slots=True)
class History:
    """Whose it is, a person who may see it, and the ids of some interviews that were held."""

    organisation_id: str
    email: str
    interview_ids: tuple[str, ...]


def seed_history(database: Database, interviews: int) -> History:
    """That many interviews of one job over half a year, two thirds of them held, rated and mostly decided."""
    organisation_id, job_id, set_id = new_id(), new_id(), new_id()
    email = f"bench-{organisation_id[:8]}@example.com"
    with database.write() as unit:
        session = unit.session
        questions = seed_job(session, organisation_id, job_id, set_id)
        session.add(User(organisation_id=organisation_id, email=email, name="Bench", role=Role.RECRUITER))
        session.flush()
        values = _values(questions) | {
            "org": organisation_id, "job": job_id, "set": set_id, "many": interviews, "questions": QUESTIONS,
            "reader": f"user:{email}",
        }  # fmt: skip
        for statement in _STATEMENTS.read_text().split(";\n"):
            if statement.strip():
                # A colon that is no value's, as of a cast, is kept from being read as one.
                session.execute(text(statement.replace("::", "\\:\\:")), values)
        found = session.execute(
            text(
                "SELECT id FROM interviews WHERE organisation_id = :org AND status = 'completed' ORDER BY id LIMIT 200"
            ),
            values,
        )
        ids = tuple(found.scalars())
    _settle(database)
    return History(organisation_id, email, ids)


def _settle(database: Database) -> None:
    """What autovacuum does within a minute of such a load, so that plans are those of a database that has lived."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SET statement_timeout = 0"))
        connection.execute(text("VACUUM ANALYZE"))


def _values(questions: tuple[Question, ...]) -> dict[str, Any]:
    scores = [_score(question) for question in questions]
    card = build_scorecard(questions, scores, [], Policy())
    over = Progress(
        phase=Phase.ENDED, turn=9, states=(QuestionState.ANSWERED,) * QUESTIONS, takes=(1,) * QUESTIONS, consented=True,
        identified=True,
    )  # fmt: skip
    begun = Progress(states=(QuestionState.OPEN,) * QUESTIONS, takes=(0,) * QUESTIONS)
    samples = [{"criteria": [{"id": "relevance", "rating": rating}]} for rating in (4, 4, 5)]
    return {
        "over": _json(Progress, over), "begun": _json(Progress, begun), "card": _json(Scorecard, card),
        "score": _json(AnswerScore, scores[0]), "samples": json.dumps(samples), "said": _SAID,
        "peaks": json.dumps([number * 37 % 256 for number in range(240)]),
        "speech": json.dumps(
            {
                "duration_s": 41.0, "speech_s": 36.0, "intervals": [[0.4, 18.0], [20.0, 38.4]],
                "longest_pause_s": 2.0, "time_to_first_word_s": 0.4,
            }
        ),
        "narrative": json.dumps(
            {
                "summary": "Names the cause and the result.", "strengths": ["Looked at the logs."], "improvements": [],
                "next_steps": [], "recommended_topics": [],
            }
        ),
    }  # fmt: skip


def _score(question: Question) -> AnswerScore:
    at = _SAID.index(_QUOTE)
    quote = Quote(_QUOTE, at, at + len(_QUOTE), 8.0)
    return AnswerScore(
        question.id, state=AnswerState.SCORED, answer10=7.25,
        dimension_ratings={one.value: 4.0 for one in question.dimensions},
        dimension_scores={one.value: 7.25 for one in question.dimensions}, understanding=8, explainability=7,
        is_correct=True, certainty=95.0,
        criteria=(CriterionScore("relevance", question.dimensions[0], 4.0, "It fits.", (quote,)),),
        key_points=tuple(
            KeyPointScore(point.id, point.text, status)
            for point, status in zip(question.key_points, ("missing", "covered", "partial"), strict=True)
        ),
        concepts_missed=("names the cause",), critique="Names no cause.", evidence=(quote,), quotes_claimed=1,
        quotes_verified=1,
    )  # fmt: skip


def _json(kind: Any, value: Any) -> str:
    return TypeAdapter(kind).dump_json(value).decode()

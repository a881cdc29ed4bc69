"""Q5: an interview keeps the version that it was begun with, and everybody on one version hears the same questions."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

from sqlalchemy import select

from db.models import Interview, QuestionSet
from db.turns import TurnStore
from db.unit_of_work import Database
from interview.machine import current_step
from interview.question import content_hash
from interview.script import Accommodations
from ivr.services.context import Actor
from ivr.services.drafts import QuestionEdit
from ivr.services.jobs import JobService
from ivr.services.model_ledger import ModelLedger
from ivr.services.question_writing import QuestionWriter
from ivr.services.views import QuestionSetView
from tests.factories import make_candidate, make_job, make_organisation
from tests.fakes import FakeExtractor, FakeFileStore, FrozenClock
from tests.pipeline import STRONG, Pipeline


def _jobs(database: Database, clock: FrozenClock) -> JobService:
    writer = QuestionWriter(ModelLedger(database, None, clock))
    return JobService(database, clock, FakeFileStore(), FakeExtractor(), writer)


def edits_of(version: QuestionSetView, **first: object) -> list[QuestionEdit]:
    """The version's questions as they are, the first one changed."""
    edits = [
        QuestionEdit(
            text=question.text.replace("Tell me about", "Can you tell me about").replace(". What did you do?", "?"),
            competency=question.competency, type=question.type, anchors=question.anchors,
            key_points=tuple(point.text for point in question.key_points), ideal_answer=question.ideal_answer,
            id=question.id,
        )
        for question in version.questions
    ]  # fmt: skip
    return [replace(edits[0], **first), *edits[1:]]  # type: ignore[arg-type]


def _questions(line: Pipeline) -> bytes:
    """The core questions as the telephone has them, byte for byte."""
    state = TurnStore(line.database).read(line.call_id)
    assert state is not None
    asked = [asdict(question) for question in state.script.questions if not question.knockout]
    return json.dumps(asked, ensure_ascii=False).encode()


def _heard(line: Pipeline) -> list[str]:
    """The text of each core question as it is spoken, while the candidate answers one after the other."""
    line.begin()
    spoken = []
    for _ in range(3):
        state = TurnStore(line.database).read(line.call_id)
        assert state is not None
        spoken.append(" ".join(prompt.text for prompt in current_step(state.script, state.progress).prompts))
        line.say(STRONG)
    return spoken


def test_Q5_one_version_is_byte_identical_for_everybody_and_an_interview_keeps_its_own(
    database: Database, clock: FrozenClock
) -> None:
    organisation_id = make_organisation(database)
    job_id = make_job(database, organisation_id, questions=3)
    actor = Actor(organisation_id, "user:anna", "user", "req-1")
    jobs = _jobs(database, clock)
    people = [
        make_candidate(database, organisation_id),
        make_candidate(database, organisation_id, accommodations=Accommodations(slower_speech=True)),
        make_candidate(database, organisation_id, resume_text="I solved problem number 7 in 1999."),
    ]

    def invited(number: int) -> Pipeline:
        return Pipeline(
            database, clock, organisation_id=organisation_id, job_id=job_id, candidate_id=people[number],
            sid=f"CA{number:032x}",
        )  # fmt: skip

    first, second = invited(0), invited(1)
    before = _questions(first)
    frozen = jobs.questions(organisation_id, job_id)

    edited = jobs.replace_questions(actor, job_id, edits_of(frozen, text="Which problem did you solve last, and how?"))
    assert (edited.version, edited.status) == (2, "draft")
    assert _questions(first) == _questions(second) == before, "an edit reaches nobody who is on an older version"
    jobs.approve(actor, job_id)
    third = invited(2)

    assert _questions(first) == _questions(second) == before != _questions(third)
    with database.read() as session:
        versions = {kept.id: kept.version for kept in session.scalars(select(QuestionSet))}
        used = [versions[session.get_one(Interview, line.interview_id).question_set_id] for line in (first, second)]
        assert used == [1, 1]
        assert versions[session.get_one(Interview, third.interview_id).question_set_id] == 2
        for kept in session.scalars(select(QuestionSet)):
            assert kept.content_hash == content_hash(kept.questions)
    assert jobs.questions(organisation_id, job_id, 1) == frozen

    assert _heard(first) == _heard(second), "in the same order too"

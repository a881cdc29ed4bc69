"""Rows for a measurement: one job, and many people who are on the telephone, each about to answer its questions."""

from uuid import uuid4

from sqlalchemy import insert
from sqlalchemy.orm import Session

from db.columns import new_id, utc_now
from db.models import Call, Candidate, Interview, Job, JobStatus, Organisation, QuestionSet, QuestionsStatus
from db.unit_of_work import Database
from interview.lifecycle import CallStatus, InterviewStatus
from interview.progress import Phase, Progress, QuestionState
from interview.question import DIMENSIONS_BY_TYPE, Anchors, Difficulty, KeyPoint, Question, QuestionType, content_hash
from interview.script import spoken
from scripts.benchmarks.carrier import SeededCall

# What an interview of the product has by default (assessment.md).
QUESTIONS = 6
_FIRST_TURN = 2


def seed_calls(database: Database, calls: int) -> list[SeededCall]:
    """That many calls in progress, at their first question, in one organisation."""
    organisation_id, job_id, set_id, now = new_id(), new_id(), new_id(), utc_now()
    progress = Progress(
        phase=Phase.ASKING,
        turn=_FIRST_TURN,
        states=(QuestionState.OPEN,) * QUESTIONS,
        takes=(0,) * QUESTIONS,
        consented=True,
        identified=True,
    )
    people, interviews, lines, seeded = [], [], [], []
    for number in range(calls):
        person, interview, call = new_id(), new_id(), new_id()
        phone, sid = f"+1415{number:07d}", f"CA{uuid4().hex}"
        own = {"organisation_id": organisation_id, "created_at": now}
        people.append({"id": person, "name": f"Candidate {number}", "phone": phone, "timezone": "Europe/London"} | own)
        interviews.append(
            {
                "id": interview, "job_id": job_id, "candidate_id": person, "question_set_id": set_id, "attempts": 1,
                "calls_that_rang": 1, "status": InterviewStatus.IN_PROGRESS, "progress": progress,
            } | own
        )  # fmt: skip
        lines.append(
            {
                "id": call, "interview_id": interview, "attempt": 1, "phone": phone, "carrier_sid": sid,
                "status": CallStatus.IN_PROGRESS, "answered_at": now, "rang_at": now,
            } | own
        )  # fmt: skip
        # Before the last question candidates are asked for one of their own, which is no answer.
        seeded.append(SeededCall(call, sid, tuple(range(_FIRST_TURN, _FIRST_TURN + QUESTIONS - 1))))
    with database.write() as unit:
        session = unit.session
        seed_job(session, organisation_id, job_id, set_id)
        for table, rows in ((Candidate, people), (Interview, interviews), (Call, lines)):
            session.execute(insert(table), rows)
    return seeded


def seed_job(session: Session, organisation_id: str, job_id: str, set_id: str) -> tuple[Question, ...]:
    """An organisation with one open job and its approved questions, which are returned."""
    now = utc_now()
    questions = tuple(_question(number) for number in range(1, QUESTIONS + 1))
    session.add(Organisation(id=organisation_id, name="Benchmark", slug=f"bench-{organisation_id[:8]}"))
    session.flush()
    session.add(
        Job(
            id=job_id, organisation_id=organisation_id, title="Electrician", company="Oak & Sons",
            language="en-US", description="You find faults and mend them.", settings={}, status=JobStatus.OPEN,
            questions_status=QuestionsStatus.APPROVED, questions_version=1, steering={}, created_at=now,
        )
    )  # fmt: skip
    session.flush()
    session.add(
        QuestionSet(
            id=set_id, organisation_id=organisation_id, job_id=job_id, version=1, source="model",
            content_hash=content_hash(questions), questions=questions, spoken=spoken(questions), created_at=now,
            approved_at=now, approved_by="user:bench",
        )
    )  # fmt: skip
    session.flush()
    return questions


def _question(number: int) -> Question:
    kind = QuestionType.BEHAVIORAL
    return Question(
        id=f"q{number}",
        text=f"Tell me about a time when you found fault number {number} in an installation. What did you do?",
        competency=f"Competency {number}",
        type=kind,
        difficulty=Difficulty.MEDIUM,
        dimensions=DIMENSIONS_BY_TYPE[kind],
        weight=1.0,
        max_seconds=120,
        key_points=tuple(KeyPoint(f"k{point}", f"names step {point} of fault {number}") for point in (1, 2, 3)),
        anchors=Anchors(one="Says nothing concrete.", three="Names some steps.", five="Names cause, steps and result."),
        ideal_answer=f"I found the cause of fault {number}, explained the steps and measured the result.",
        job_evidence="find faults",
        knockout=False,
        pass_rule=None,
    )

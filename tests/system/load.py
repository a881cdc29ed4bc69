"""Many interviews at once over the doubles, and what must be true of the record afterwards."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from db.models import (
    Answer,
    AnswerRating,
    AnswerState,
    Call,
    FollowUp,
    Interview,
    ModelCallRow,
    OutboxRow,
    Recording,
    Result,
)
from interview.lifecycle import TERMINAL, InterviewStatus
from scripts.demonstration.cast import FOLLOW_UP, Part, reactions
from scripts.demonstration.client import Http
from scripts.demonstration.stage import ROOT, Stage

_SAMPLE = ROOT / "scripts" / "samples" / "job_descriptions" / "02_warehouse_operative.txt"
_MANNERS = (("strong", "hire"), ("mixed", "consider"), ("weak", "reject"))
ALWAYS_OPEN = {"start": "00:00", "end": "24:00", "days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]}


def numbers(count: int) -> list[str]:
    """Fictional numbers, each its own."""
    return [f"+1212555{n:04d}" for n in range(count)]


@dataclass(frozen=True)
class Crowd:
    """The people who were invited: interview ids by number, and what each should come to."""

    interviews: dict[str, str]
    parts: dict[str, Part]
    questions: Sequence[dict[str, Any]]


def api_of(stage: Stage) -> Http:
    return Http(f"{stage.web_url}/api/v1", {"Authorization": f"Bearer {stage.api_key}"})


def open_job(api: Http, *, questions: int = 3, **settings: Any) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """An approved job and its questions."""
    from scripts.demonstration.client import wait_for

    body = {
        "title": "Warehouse Operative", "company": "Northgate Logistics", "question_count": questions,
        "interview_type": "mixed", "description": _SAMPLE.read_text(encoding="utf-8"), "approve": True,
        "settings": {"consent": "applied_and_agreed", "calling_hours": ALWAYS_OPEN, **settings},
    }  # fmt: skip
    job = api.post("/jobs", body)
    job = wait_for(
        lambda: api.get(f"/jobs/{job['id']}"), lambda seen: seen["questions_status"] != "generating", timeout_s=40
    )
    assert job["questions_status"] == "approved", job["questions_error"]
    return job, api.get(f"/jobs/{job['id']}/questions")["questions"]


def invite(stage: Stage, api: Http, job: dict[str, Any], questions: list[dict[str, Any]], who: list[str]) -> Crowd:
    """One interview for each number; every third is strong, mixed or weak."""
    carrier = Http(stage.carrier_url)
    interviews, parts = {}, {}
    for index, phone in enumerate(who):
        manner, expected = _MANNERS[index % 3]
        part = Part(f"Person {index}", phone, manner, expected)
        carrier.put(f"/simulator/people/{phone}", _nothing_to_add(reactions(part, questions), manner))
        made = api.post("/interviews", {"job_id": job["id"], "candidate": {"name": part.name, "phone": phone}})
        interviews[phone], parts[phone] = made["id"], part
    return Crowd(interviews, parts, questions)


def _nothing_to_add(person: dict[str, Any], manner: str) -> dict[str, Any]:
    """Who knows half of it says no more when asked again, so that what they come to does not hang on who is asked."""
    if manner == "mixed":
        for rule in person["reactions"]:
            if FOLLOW_UP in rule["when_heard"]:
                rule["say"] = "No, that is all that I can say about it, I am sorry."
    return person


class Record:
    """The database as it stands at the end, read from outside the app."""

    def __init__(self, url: str) -> None:
        self.engine = create_engine(url)

    def all(self, kind: type[Any]) -> list[Any]:
        with Session(self.engine) as session:
            return list(session.scalars(select(kind)))

    def count_open(self) -> int:
        """Interviews that are neither at an end nor waiting for a later call."""
        waiting = {InterviewStatus.INTERRUPTED, InterviewStatus.SCHEDULED}
        return sum(i.status not in TERMINAL and i.status not in waiting for i in self.all(Interview))

    def close(self) -> None:
        self.engine.dispose()


def broken_promises(record: Record, carrier: Http, crowd: Crowd, *, may_need_review: bool = False) -> list[str]:
    """One sentence for each promise of reliability.md that the record breaks."""
    problems: list[str] = []
    by_id = {interview.id: interview for interview in record.all(Interview)}
    results = {result.interview_id: result for result in record.all(Result)}
    for phone, interview_id in crowd.interviews.items():
        interview, part = by_id[interview_id], crowd.parts[phone]
        if interview.status is not InterviewStatus.COMPLETED:
            if not (may_need_review and interview.status in TERMINAL | {InterviewStatus.INTERRUPTED}):
                problems.append(f"{part.name} is {interview.status.value} ({interview.next_action_why})")
            continue
        if interview_id not in results or results[interview_id].recommendation != part.expected:
            got = results[interview_id].recommendation if interview_id in results else None
            problems.append(f"{part.name} ({part.manner}) came to {got}")
    dials = carrier.get("/simulator/ledger")["dials"]
    ours = Counter(call.phone for call in record.all(Call) if call.carrier_sid is not None)
    problems += [f"{n} dialled {dials.get(n, 0)} times" for n in crowd.interviews if dials.get(n, 0) != ours[n]]
    problems += [f"{n} dialled {count} times" for n, count in dials.items() if count > 1 and not may_need_review]
    problems += _answers(record)
    problems += [f"contract: {v}" for v in carrier.get("/simulator/violations")["violations"][:5]]
    left = [row for row in record.all(OutboxRow) if row.done_at is None and row.kind not in {"reconcile_call"}]
    problems += [f"left lying: {row.kind} {row.last_error} {row.parked_reason}" for row in left if not may_need_review]
    return problems


def _answers(record: Record) -> list[str]:
    problems = []
    answers = record.all(Answer)
    ratings = Counter(rating.answer_id for rating in record.all(AnswerRating))
    recordings = {recording.recording_sid: recording for recording in record.all(Recording)}
    problems += [f"an answer has {count} ratings" for count in ratings.values() if count > 1]
    takes = Counter((a.interview_id, a.question_id, a.take) for a in answers)
    problems += [f"take {key} is there {count} times" for key, count in takes.items() if count > 1]
    asked_about = {one.id: one.answer_id for one in record.all(FollowUp)}
    for answer in answers:
        # a follow-up is rated together with the answer that it is about
        rated = asked_about[answer.question_id] if answer.is_follow_up else answer.id
        if answer.state is AnswerState.SCORED and not answer.is_knockout and not ratings[rated]:
            problems.append("an answer counts as scored without a rating")
        recording = recordings.get(answer.recording_sid or "")
        if answer.recording_sid and (recording is None or recording.storage_key is None):
            problems.append(f"the audio of an answer is not here ({answer.state.value}: {answer.state_reason})")
        if answer.state is AnswerState.PENDING:
            problems.append("an answer still waits")
    paid = Counter(
        (call.subject_id, call.purpose, call.sample, call.request_hash)
        for call in record.all(ModelCallRow)
        if call.outcome == "ok"
    )
    problems += ["a model call was paid for twice" for count in paid.values() if count > 1]
    return problems

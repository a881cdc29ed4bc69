"""What must be true of the record after many interviews, beside what the outside saw of them."""

from collections import Counter
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
from scripts.demonstration.client import Http
from scripts.soaking.crowd import Crowd


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

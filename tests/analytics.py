"""A data set for the analytics, small enough to count by hand: whole interviews as rows, as far as each one came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from db.columns import new_id
from db.models import (
    Answer,
    AnswerRating,
    AnswerState,
    Call,
    FollowUp,
    FollowUpState,
    Interview,
    Result,
    Review,
    ScoreSet,
)
from db.unit_of_work import Database
from interview.lifecycle import CallStatus, InterviewStatus
from interview.progress import Progress
from tests.factories import NOW, make_interview, make_job, make_organisation

S = InterviewStatus
DAY = timedelta(days=1)


class House:
    """One job of two questions, in an organisation of its own unless one is given."""

    def __init__(self, database: Database, organisation_id: str | None = None) -> None:
        self.database = database
        self.organisation_id = organisation_id or make_organisation(database)
        self.job_id = make_job(database, self.organisation_id)

    def interview(
        self, status: InterviewStatus, *, calls: Sequence[tuple[str | None, str | None]] = (), started: bool = False,
        identified: bool = False, took_s: float | None = None, at: datetime = NOW, job_id: str | None = None,
        **values: Any,
    ) -> str:  # fmt: skip
        """An interview's id; each call is (outcome, reason code)."""
        id = make_interview(
            self.database, organisation_id=self.organisation_id, job_id=job_id or self.job_id, status=status,
            started_at=at if started or took_s is not None else None,
            ended_at=None if took_s is None else at + timedelta(seconds=took_s), **values,
        )  # fmt: skip
        with self.database.write() as unit:
            found = unit.session.get_one(Interview, id)
            found.created_at = at
            found.progress = Progress(**{**_plain(found.progress), "consented": started, "identified": identified})
            for attempt, (outcome, reason) in enumerate(calls, 1):
                unit.session.add(
                    Call(
                        id=new_id(), organisation_id=self.organisation_id, interview_id=id, attempt=attempt,
                        phone="+14155550199", carrier_sid=f"CA{new_id()[:30]}", status=CallStatus.COMPLETED,
                        outcome=outcome, reason_code=reason, created_at=at,
                    )
                )  # fmt: skip
        return id

    def assessed(self, status: InterviewStatus = S.COMPLETED, *, took_s: float = 600.0, **values: Any) -> str:
        """An interview that came to its own end."""
        ended = {"calls": [("completed", None)], "identified": True, "took_s": took_s, "started": True}
        return self.interview(status, **{**ended, **values})

    def result(
        self, interview_id: str, score: float | None, recommendation: str | None, *, number: int = 1,
        simulated: bool = False,
    ) -> str:  # fmt: skip
        """The id of a score set with its result."""
        with self.database.write() as unit:
            made = ScoreSet(
                id=new_id(), organisation_id=self.organisation_id, interview_id=interview_id, number=number,
                reason="first", created_at=NOW,
            )  # fmt: skip
            unit.session.add(made)
            unit.session.flush()
            unit.session.add(
                Result(
                    organisation_id=self.organisation_id, score_set_id=made.id, interview_id=interview_id,
                    overall_score=score, recommendation=recommendation, content={}, simulated=simulated,
                    created_at=NOW,
                )
            )  # fmt: skip
        return made.id

    def review(
        self, interview_id: str, score_set_id: str | None, decision: str, at: datetime = NOW,
        ratings: dict[str, Any] | None = None, reviewer: str = "user:anna@example.com",
    ) -> None:  # fmt: skip
        """A person's decision."""
        with self.database.write() as unit:
            unit.session.add(
                Review(
                    organisation_id=self.organisation_id, interview_id=interview_id, score_set_id=score_set_id,
                    reviewer=reviewer, decision=decision, reason="It says so in the answers.", ratings=ratings,
                    created_at=at,
                )
            )  # fmt: skip

    def reviewed(self, score: float | None, recommendation: str | None, decision: str, at: datetime = NOW) -> str:
        """An interview that a person has decided."""
        id = self.assessed()
        self.review(id, self.result(id, score, recommendation), decision, at)
        return id

    def answer(
        self, interview_id: str, question_id: str, score: float | None, *, score_set_id: str | None = None,
        state: AnswerState = AnswerState.SCORED, points: Sequence[str] = (), bias: bool = False, take: int = 1,
        **values: Any,
    ) -> str:  # fmt: skip
        """The id of an answer, rated in this score set if there is one; ``points`` are the key points' statuses."""
        with self.database.write() as unit:
            made = Answer(
                id=new_id(), organisation_id=self.organisation_id, interview_id=interview_id, question_id=question_id,
                take=take, state=state, created_at=NOW, **({"transcript": "I stopped the line and called."} | values),
            )  # fmt: skip
            unit.session.add(made)
            unit.session.flush()
            if score_set_id is not None:
                content = {
                    "question_id": question_id, "state": state.value, "answer10": score, "bias_flag": bias,
                    "key_points": [
                        {"id": f"k{number}", "text": "…", "status": status} for number, status in enumerate(points, 1)
                    ],
                }  # fmt: skip
                unit.session.add(
                    AnswerRating(
                        organisation_id=self.organisation_id, score_set_id=score_set_id, interview_id=interview_id,
                        answer_id=made.id, question_id=question_id, content=content, model="m-1", prompt_version="p-1",
                        created_at=NOW,
                    )
                )  # fmt: skip
        return made.id

    def follow_up(self, answer_id: str, state: FollowUpState, text: str = "And then?", said: str | None = None) -> str:
        """The id of a follow-up about this answer, with what was ``said`` to it."""
        with self.database.write() as unit:
            answer = unit.session.get_one(Answer, answer_id)
            call = unit.session.scalars(select(Call).where(Call.interview_id == answer.interview_id)).first()
            assert call is not None
            made = FollowUp(
                id=new_id(), organisation_id=self.organisation_id, interview_id=answer.interview_id, call_id=call.id,
                answer_id=answer_id, question_id=answer.question_id, about="it", text=text, state=state,
            )  # fmt: skip
            unit.session.add(made)
            if said is not None:
                unit.session.add(
                    Answer(
                        organisation_id=self.organisation_id, interview_id=answer.interview_id, question_id=made.id,
                        take=1, state=AnswerState.SCORED, is_follow_up=True, transcript=said,
                    )
                )  # fmt: skip
        return made.id


def fourteen_invited(house: House) -> dict[str, str]:
    """Fourteen interviews, each stopped for another reason or not at all, and four that no report is about."""
    made = {
        "waiting": house.interview(S.SCHEDULED),
        "canceled": house.interview(S.CANCELED),
        "busy": house.interview(S.QUEUED, calls=[("busy", None)]),
        "voicemail": house.interview(S.UNREACHABLE, calls=[("no_answer", None), ("voicemail", "no_key")]),
        "opted_out": house.interview(S.OPTED_OUT, calls=[("opted_out", None)]),
        "hung_up_at_door": house.interview(S.UNREACHABLE, calls=[("no_answer", "hung_up_at_door")]),
        "wrong_person": house.interview(
            S.DECLINED, calls=[("declined", "wrong_person")], started=True, reason_code="wrong_person"
        ),
        "hung_up": house.interview(S.INTERRUPTED, calls=[("interrupted", "hung_up")], started=True, identified=True),
        "being_scored": house.assessed(S.PROCESSING, took_s=300.0),
        "no_score": house.assessed(S.NEEDS_REVIEW, took_s=400.0),
        "unreviewed": house.assessed(took_s=500.0),
        "milder": house.assessed(took_s=900.0),
        "short": house.assessed(calls=[("interrupted", "ended_by_candidate")], took_s=60.0),
        "decided_without_score": house.assessed(S.NEEDS_REVIEW, took_s=700.0),
    }
    house.result(made["no_score"], None, None)
    house.result(made["unreviewed"], 8.0, "hire")
    house.review(made["milder"], house.result(made["milder"], 6.0, "consider"), "hire")
    house.review(made["short"], house.result(made["short"], 4.0, "reject"), "reject")
    house.review(made["decided_without_score"], house.result(made["decided_without_score"], None, None), "reject")
    house.result(house.assessed(purpose="practice"), 9.0, "hire")
    house.result(house.assessed(simulated=True), 9.0, "hire")
    house.result(house.assessed(), 9.0, "hire", simulated=True)
    other = House(house.database)
    other.result(other.assessed(), 9.0, "hire")
    return made


def _plain(progress: Progress) -> dict[str, Any]:
    return {name: getattr(progress, name) for name in asdict(progress)}

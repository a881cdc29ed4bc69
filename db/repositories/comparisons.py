"""What different people said to the same question of the same version."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from db.models import Answer, AnswerRating, AnswerState, Candidate, Interview, QuestionSet, Recording, ScoreSet
from db.repositories.cohorts import Cohort, among, newest_number
from interview.purpose import Purpose


@dataclass(frozen=True, slots=True)
class Said:
    """One person's take that counts; ``content`` is its rating in the newest score set, None where it has none."""

    interview_id: str
    invited_at: datetime
    candidate_id: str
    candidate_name: str
    candidate_external_id: str | None
    answer_id: str
    state: AnswerState
    transcript: str | None
    content: dict[str, Any] | None
    has_audio: bool
    simulated: bool


def approved_version(session: Session, job_id: str, version: int) -> QuestionSet | None:
    """That version of the job's questions, if it was ever approved: drafts are asked of nobody."""
    return session.scalar(
        select(QuestionSet).where(
            QuestionSet.job_id == job_id, QuestionSet.purpose == Purpose.ASSESSMENT.value,
            QuestionSet.version == version, QuestionSet.approved_at.is_not(None),
        )
    )  # fmt: skip


def said_to(session: Session, cohort: Cohort, question_set_id: str, question_id: str, *, limit: int) -> Sequence[Said]:
    """What was said to the question, of the newest interviews ``limit`` at most."""
    words = Answer.transcript_corrected, Answer.transcript
    columns: Any = select(
        Interview.id, Interview.created_at, Candidate.id, Candidate.name, Candidate.external_id, Answer.id,
        Answer.state, *words, AnswerRating.content, Recording.storage_key, Interview.simulated,
    )  # fmt: skip
    statement = (
        columns.select_from(Answer)
        .join(Interview, Interview.id == Answer.interview_id)
        .join(Candidate, Candidate.id == Interview.candidate_id)
        .outerjoin(ScoreSet, and_(ScoreSet.interview_id == Interview.id, ScoreSet.number == newest_number()))
        .outerjoin(
            AnswerRating, and_(AnswerRating.score_set_id == ScoreSet.id, AnswerRating.answer_id == Answer.id)
        )
        .outerjoin(Recording, Recording.recording_sid == Answer.recording_sid)
        .where(
            Interview.question_set_id == question_set_id,
            Answer.question_id == question_id,
            Answer.superseded.is_(False),
            Answer.is_follow_up.is_(False),
        )
        .order_by(Interview.created_at.desc(), Interview.id)
        .limit(limit)
    )
    return [
        Said(
            id, at, candidate_id, name, external_id, answer_id, state, corrected or heard, content, key is not None,
            simulated,
        )
        for id, at, candidate_id, name, external_id, answer_id, state, corrected, heard, content, key, simulated in (
            session.execute(among(statement, cohort))
        )
    ]  # fmt: skip

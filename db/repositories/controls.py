"""Control answers of a version of a job's questions, and the runs in which they were rated."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from db.models import ControlAnswer, ControlRun, ControlScore, Job, JobStatus
from db.repositories.scores import Wanted


@dataclass(frozen=True, slots=True)
class Watched:
    """A version that is in use and has control answers."""

    organisation_id: str
    job_id: str
    question_set_id: str


def live(session: Session, question_set_id: str) -> Sequence[ControlAnswer]:
    """The control answers that count now, in their order."""
    return session.scalars(
        select(ControlAnswer)
        .where(ControlAnswer.question_set_id == question_set_id, ControlAnswer.retired_at.is_(None))
        .order_by(ControlAnswer.position, ControlAnswer.id)
    ).all()


def watched(session: Session) -> Sequence[Watched]:
    """Of all open jobs the approved version, where it has control answers."""
    statement = (
        select(ControlAnswer.organisation_id, ControlAnswer.job_id, ControlAnswer.question_set_id)
        .join(Job, and_(Job.id == ControlAnswer.job_id, Job.approved_set_id == ControlAnswer.question_set_id))
        .where(ControlAnswer.retired_at.is_(None), Job.status == JobStatus.OPEN)
        .distinct()
        .order_by(ControlAnswer.job_id)
    )
    return [Watched(*row) for row in session.execute(statement)]


def run(session: Session, run_id: str, *, lock: bool = False) -> ControlRun | None:
    """The run, or None."""
    statement = select(ControlRun).where(ControlRun.id == run_id)
    return session.scalar(statement.with_for_update() if lock else statement)


def newest_run(session: Session, question_set_id: str) -> ControlRun | None:
    """The last run that was begun for this version, or None."""
    return session.scalar(
        select(ControlRun)
        .where(ControlRun.question_set_id == question_set_id)
        .order_by(ControlRun.number.desc())
        .limit(1)
    )


def runs(session: Session, wanted: Wanted, *, limit: int) -> Sequence[ControlRun]:
    """The last runs of one job or all, newest first."""
    statement = select(ControlRun).where(ControlRun.organisation_id == wanted.organisation_id)
    if wanted.job_id is not None:
        statement = statement.where(ControlRun.job_id == wanted.job_id)
    if not wanted.include_simulated:
        statement = statement.where(ControlRun.simulated.is_(False))
    order = (ControlRun.created_at.desc(), ControlRun.number.desc(), ControlRun.id)
    return session.scalars(statement.order_by(*order).limit(limit)).all()


def scores(session: Session, run_id: str) -> dict[str, float | None]:
    """What each control answer got in this run, by its id."""
    rows = session.execute(
        select(ControlScore.control_answer_id, ControlScore.score).where(ControlScore.run_id == run_id)
    )
    return {id: score for id, score in rows}

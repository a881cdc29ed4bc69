"""Control answers and their runs as they are shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from db.models import ControlAnswer, ControlRun


@dataclass(frozen=True, slots=True)
class ControlRunView:
    """One rating of the control answers. ``mean_change`` is the mean of the absolute changes from the frozen scores;
    ``missing`` had a score and got none. ``blocks``: answers of this job wait, see ``sentence``."""

    id: str
    job_id: str
    reason: str
    status: str
    model: str | None
    prompt_version: str | None
    compared: int
    missing: int
    mean_change: float | None
    sentence: str | None
    blocks: bool
    created_at: datetime
    ended_at: datetime | None
    simulated: bool


@dataclass(frozen=True, slots=True)
class ControlAnswerView:
    """Words for one question, the score 0-10 they are known by, and what they got last."""

    id: str
    question_id: str
    transcript: str
    score: float | None
    frozen_at: datetime | None
    model: str | None
    prompt_version: str | None
    last_score: float | None


@dataclass(frozen=True, slots=True)
class ControlAnswersView:
    """The control answers of the job's approved version, and the last run over them."""

    job_id: str
    questions_version: int
    answers: tuple[ControlAnswerView, ...]
    last_run: ControlRunView | None


def run_view(run: ControlRun, *, blocks: bool) -> ControlRunView:
    """The run as it is shown."""
    return ControlRunView(
        run.id,
        run.job_id,
        run.reason,
        run.status.value,
        run.model,
        run.prompt_version,
        run.compared,
        run.missing,
        run.mean_change,
        run.sentence,
        blocks,
        run.created_at,
        run.ended_at,
        run.simulated,
    )


def answer_views(
    answers: Sequence[ControlAnswer], last: Mapping[str, float | None]
) -> tuple[ControlAnswerView, ...]:
    """The answers as they are shown, each with what it got last."""
    return tuple(
        ControlAnswerView(
            one.id,
            one.question_id,
            one.transcript,
            one.score,
            one.frozen_at,
            one.model,
            one.prompt_version,
            last.get(one.id),
        )
        for one in answers
    )

"""Control answers of a job (F31): words with known scores, by which a change of the rating shows."""

from collections.abc import Callable, Sequence

from sqlalchemy.orm import Session

from db.columns import new_id
from db.models import ControlAnswer, ControlRun, ControlRunStatus, Job, QuestionSet
from db.repositories import controls as rows
from db.repositories import hiring, outbox
from db.repositories.events import record
from db.unit_of_work import Database
from ivr.services.context import Actor, Clock
from ivr.services.control_views import ControlAnswersView, answer_views, run_view
from ivr.services.errors import Conflict, FieldProblem, Invalid, NotFound
from ivr.services.statistics_drafts import ControlAnswerDraft

# Why a run was begun: other answers, a week that has passed, or a model or prompt that nothing was rated by before.
ANSWERS = "answers"
WEEKLY = "weekly"
CHANGE = "change"
_GOOD = (ControlRunStatus.OK, ControlRunStatus.FIRST, ControlRunStatus.INSUFFICIENT)


class ControlService:
    """Keeps the control answers; a worker rates them."""

    def __init__(self, database: Database, clock: Clock, ring: Callable[[], None]) -> None:
        self._database = database
        self._clock = clock
        self._ring = ring

    def get(self, organisation_id: str, job_id: str) -> ControlAnswersView:
        """The control answers of the approved version. Raises NotFound, Conflict ``questions_not_approved``."""
        with self._database.read() as session:
            return _view(session, *_approved(session, organisation_id, job_id))

    def put(self, actor: Actor, job_id: str, drafts: Sequence[ControlAnswerDraft]) -> ControlAnswersView:
        """The approved version with exactly these control answers, which are rated shortly.

        What is there already in the same words keeps its frozen score, unless another is named; the rest is retired.
        Raises NotFound, Conflict ``questions_not_approved``, Invalid.
        """
        with self._database.write() as unit:
            session, now = unit.session, self._clock()
            job, version = _approved(session, actor.organisation_id, job_id, lock=True)
            _check(version, drafts)
            known = {(one.question_id, one.transcript): one for one in rows.live(session, version.id)}
            kept, changed = set(), 0
            for position, draft in enumerate(drafts):
                answer = known.get((draft.question_id, draft.transcript))
                if answer is None:
                    answer = ControlAnswer(
                        id=new_id(), organisation_id=actor.organisation_id, job_id=job.id, question_set_id=version.id,
                        question_id=draft.question_id, transcript=draft.transcript, created_at=now,
                    )  # fmt: skip
                    session.add(answer)
                    changed += 1
                answer.position = position
                if draft.score is not None and draft.score != answer.score:
                    # A person's score: no model gave it.
                    answer.score, answer.frozen_at, answer.model, answer.prompt_version = draft.score, now, None, None
                    changed += 1
                kept.add(answer.id)
            for answer in known.values():
                if answer.id not in kept:
                    answer.retired_at = now
                    changed += 1
            session.flush()
            if changed:
                record(
                    session, organisation_id=actor.organisation_id, type="job.control_answers_changed",
                    subject_kind="job", subject_id=job.id, actor=actor.name, request_id=actor.request_id, at=now,
                    data={"version": version.version, "answers": len(drafts)},
                )  # fmt: skip
                if drafts:
                    # A change that did not hold is tried against the new scores before it may rate anybody.
                    reason = CHANGE if blocks(rows.newest_run(session, version.id)) else ANSWERS
                    begin_run(session, job, version.id, reason, self._clock, request_id=actor.request_id)
                    unit.on_commit(self._ring)
            return _view(session, job, version)


def begin_run(
    session: Session, job: Job, question_set_id: str, reason: str, clock: Clock, *,
    model: str | None = None, prompt_version: str | None = None, request_id: str | None = None,
) -> ControlRun:  # fmt: skip
    """A new run and the work that does it. The caller holds the job's lock, so that there is one at a time."""
    now, newest = clock(), rows.newest_run(session, question_set_id)
    run = ControlRun(
        id=new_id(),
        organisation_id=job.organisation_id,
        job_id=job.id,
        question_set_id=question_set_id,
        number=1 if newest is None else newest.number + 1,
        reason=reason,
        model=model,
        prompt_version=prompt_version,
        status=ControlRunStatus.PENDING,
        created_at=now,
    )
    session.add(run)
    session.flush()
    outbox.add(
        session, kind="rate_controls", subject_id=run.id, organisation_id=job.organisation_id, due_at=now,
        request_id=request_id,
    )  # fmt: skip
    return run


def blocks(run: ControlRun | None) -> bool:
    """Whether answers must not be rated: a change of model or prompt that is not proven to change no score."""
    return run is not None and run.reason == CHANGE and run.status not in _GOOD


def _approved(
    session: Session, organisation_id: str, job_id: str, *, lock: bool = False
) -> tuple[Job, QuestionSet]:
    job = hiring.job(session, organisation_id, job_id, lock=lock)
    if job is None:
        raise NotFound("job")
    if job.approved_set_id is None:
        raise Conflict(
            "questions_not_approved",
            "Control answers belong to approved questions, and this job has none yet.",
            "Approve the questions first.",
        )
    return job, session.get_one(QuestionSet, job.approved_set_id)


def _check(version: QuestionSet, drafts: Sequence[ControlAnswerDraft]) -> None:
    rated = {question.id for question in version.questions if not question.knockout}
    problems = [
        FieldProblem(f"answers.{n}.question_id", "invalid", "No approved question that is rated has this id.")
        for n, draft in enumerate(drafts)
        if draft.question_id not in rated
    ]
    problems += [
        FieldProblem(f"answers.{n}.transcript", "too_short", "Write what would be said.")
        for n, draft in enumerate(drafts)
        if not draft.transcript.strip()
    ]
    if len({(draft.question_id, draft.transcript) for draft in drafts}) < len(drafts):
        problems.append(FieldProblem("answers", "repeated", "The same words stand here twice for one question."))
    if problems:
        raise Invalid("invalid_fields", "These control answers cannot be kept.", problems=problems)


def _view(session: Session, job: Job, version: QuestionSet) -> ControlAnswersView:
    run = rows.newest_run(session, version.id)
    last = {} if run is None else rows.scores(session, run.id)
    return ControlAnswersView(
        job.id,
        version.version,
        answer_views(rows.live(session, version.id), last),
        None if run is None else run_view(run, blocks=blocks(run)),
    )

"""Rating the control answers (F31): every week, and before a model or prompt change may rate anybody."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from db.models import ControlAnswer, ControlRun, ControlRunStatus, ControlScore, Job, QuestionSet
from db.repositories import controls as rows
from db.repositories import hiring, outbox
from db.repositories.events import record
from db.repositories.outbox import Lease
from db.unit_of_work import Database
from interview.answers import Transcript
from interview.statistics.drift import ControlCheck, ControlStatus, check_controls
from ivr.gateways.ports import GatewayError, ModelReply, Trouble
from ivr.gateways.prompts import load_prompt
from ivr.services.alerts import tell_of_drift
from ivr.services.controls import CHANGE, WEEKLY, begin_run, blocks
from ivr.services.judging import PURPOSE, Judge, JudgedAnswer, Judgement
from ivr.services.model_ledger import ModelLedger
from ivr.services.terms import settings_in_force

EVERY = timedelta(days=7)
AFTER_FAILURE = timedelta(hours=1)
_STATUS = {
    ControlStatus.OK: ControlRunStatus.OK,
    ControlStatus.DRIFTED: ControlRunStatus.DRIFTED,
    ControlStatus.INCOMPLETE: ControlRunStatus.INCOMPLETE,
    ControlStatus.INSUFFICIENT: ControlRunStatus.INSUFFICIENT,
}


class ControlRunService:
    """Begins runs and does them; a change that the control answers do not bear out keeps answers waiting."""

    def __init__(
        self, database: Database, ledger: ModelLedger, clock: Callable[[], datetime], *, samples: int
    ) -> None:
        self._database = database
        self._ledger = ledger
        self._clock = clock
        self._judge = Judge(load_prompt("score_answer"), samples=samples)

    # --- when

    def begin_due(self) -> int:
        """Begin a run for each version in use whose last one is a week old or was by another model or prompt."""
        begun = 0
        with self._database.read() as session:
            watched = rows.watched(session)
        for one in watched:
            with self._database.write() as unit:
                # The lock lets one of several workers begin it.
                job = hiring.job(unit.session, one.organisation_id, one.job_id, lock=True)
                reason = self._reason(rows.newest_run(unit.session, one.question_set_id))
                if job is not None and reason is not None:
                    self._begin(unit.session, job, one.question_set_id, reason)
                    begun += 1
        return begun

    def hold_back(self, organisation_id: str, job_id: str, question_set_id: str) -> None:
        """Return if answers to this version may be rated by the model and prompt in use.

        Raises:
            GatewayError: Trouble.CONFIGURATION, so that the answer waits: ``control_pending`` while a change is being
                checked, ``control_drift`` when it moved the control answers.
        """
        with self._database.read() as session:
            if not rows.live(session, question_set_id):
                return
            run = rows.newest_run(session, question_set_id)
        if self._reason(run) == CHANGE:
            with self._database.write() as unit:
                job = hiring.job(unit.session, organisation_id, job_id, lock=True)
                run = rows.newest_run(unit.session, question_set_id)
                if job is not None and self._reason(run) == CHANGE:
                    run = self._begin(unit.session, job, question_set_id, CHANGE)
        if run is None or not blocks(run):
            return
        if run.status is ControlRunStatus.PENDING:
            sentence = "The model or its prompt is new: the control answers are rated first."
            raise GatewayError(sentence, trouble=Trouble.CONFIGURATION, code="control_pending")
        raise GatewayError(run.sentence or "", trouble=Trouble.CONFIGURATION, code="control_drift")

    def _reason(self, run: ControlRun | None) -> str | None:
        """Why a new run is due after this one, or None."""
        if run is None:
            return WEEKLY
        if run.status is ControlRunStatus.PENDING and run.model is None:
            return None
        if (run.model, run.prompt_version) != self._rater:
            return CHANGE
        wait = AFTER_FAILURE if run.status is ControlRunStatus.FAILED else EVERY
        is_old = run.status is not ControlRunStatus.PENDING and run.created_at <= self._clock() - wait
        # A change that did not hold stays one until it does.
        return (CHANGE if blocks(run) else WEEKLY) if is_old else None

    @property
    def _rater(self) -> tuple[str, str]:
        return self._ledger.model_for(PURPOSE), self._judge.prompt.version

    def _begin(self, session: Session, job: Job, question_set_id: str, reason: str) -> ControlRun:
        model, prompt_version = self._rater
        return begin_run(
            session, job, question_set_id, reason, self._clock, model=model, prompt_version=prompt_version
        )

    # --- doing it

    def rate_controls(self, lease: Lease) -> None:
        """Rate all control answers of the run and compare them with their frozen scores; those that have none get it.

        Raises GatewayError; what was paid for is in the ledger, so the next try goes on from there.
        """
        with self._database.read() as session:
            run = rows.run(session, lease.subject_id)
            if run is None or run.status is not ControlRunStatus.PENDING:
                return
            job = session.get_one(Job, run.job_id)
            version = session.get_one(QuestionSet, run.question_set_id)
            answers = rows.live(session, run.question_set_id)
        judged = {one.id: self._judge.rate(_judged(one, job, version), _Asker(self._ledger, run)) for one in answers}
        self._store(lease, answers, judged)

    def give_up(self, lease: Lease, error: GatewayError) -> None:
        """The model refuses them for good: the run has failed, and a person is told."""
        with self._database.write() as unit:
            run = rows.run(unit.session, lease.subject_id, lock=True)
            if run is not None and run.status is ControlRunStatus.PENDING:
                run.model, run.prompt_version = self._rater
                sentence = f"The control answers could not be rated: {error.message}"
                self._end(unit.session, run, ControlRunStatus.FAILED, sentence)
            outbox.complete(unit.session, lease)

    def _store(self, lease: Lease, answers: Sequence[ControlAnswer], judged: Mapping[str, Judgement]) -> None:
        with self._database.write() as unit:
            session, now = unit.session, self._clock()
            run = rows.run(session, lease.subject_id, lock=True)
            if run is None or run.status is not ControlRunStatus.PENDING:
                outbox.complete(session, lease)
                return
            run.model, run.prompt_version = self._rater
            run.simulated = any(call.simulated for judgement in judged.values() for call in judgement.calls)
            frozen: list[float] = []
            rescored: list[float | None] = []
            for one in answers:
                score = judged[one.id].score.answer10
                session.add(
                    ControlScore(
                        organisation_id=run.organisation_id, run_id=run.id, control_answer_id=one.id, score=score,
                        created_at=now,
                    )
                )  # fmt: skip
                if one.score is None:
                    answer = session.get_one(ControlAnswer, one.id)
                    if answer.score is None and score is not None:
                        answer.score, answer.frozen_at = score, now
                        answer.model, answer.prompt_version = run.model, run.prompt_version
                else:
                    frozen.append(one.score)
                    rescored.append(score)
            check = check_controls(frozen, rescored)
            run.compared, run.missing, run.mean_change = check.compared, check.missing, check.mean_change
            is_first = not frozen and any(judgement.score.answer10 is not None for judgement in judged.values())
            self._end(session, run, ControlRunStatus.FIRST if is_first else _STATUS[check.status], _sentence(check))
            outbox.complete(session, lease)

    def _end(self, session: Session, run: ControlRun, status: ControlRunStatus, sentence: str | None) -> None:
        now = self._clock()
        run.status, run.sentence, run.ended_at = status, sentence, now
        record(
            session, organisation_id=run.organisation_id, type="job.controls_rated", subject_kind="job",
            subject_id=run.job_id, actor="system", at=now,
            data={"run": run.id, "reason": run.reason, "status": status.value, "mean_change": run.mean_change},
        )  # fmt: skip
        if status in (ControlRunStatus.DRIFTED, ControlRunStatus.INCOMPLETE, ControlRunStatus.FAILED):
            tell_of_drift(session, run.organisation_id, run.job_id, sentence or "", now, is_blocking=blocks(run))


@dataclass(frozen=True, slots=True)
class _Asker:
    """Asks the model by way of the ledger, on behalf of one run: every run is asked anew."""

    ledger: ModelLedger
    run: ControlRun

    def __call__(
        self,
        *,
        purpose: str,
        sample: int,
        instructions: str,
        payload: Mapping[str, Any],
        schema: Mapping[str, Any],
        prompt_version: str,
    ) -> ModelReply:
        return self.ledger.ask(
            purpose=purpose,
            subject_id=self.run.id,
            sample=sample,
            organisation_id=self.run.organisation_id,
            instructions=instructions,
            payload=payload,
            schema=schema,
            prompt_version=prompt_version,
        )


def _judged(answer: ControlAnswer, job: Job, version: QuestionSet) -> JudgedAnswer:
    question = next(one for one in version.questions if one.id == answer.question_id)
    weights = settings_in_force(job, version).weights
    return JudgedAnswer(question, job.language, weights, Transcript(answer.transcript, job.language))


def _sentence(check: ControlCheck) -> str | None:
    match check.status:
        case ControlStatus.DRIFTED:
            return f"The control answers moved by {check.mean_change:.2f} on average; 0.30 is the most that may be."
        case ControlStatus.INCOMPLETE:
            return f"{check.missing} control answers that had a score got none."
        case _:
            return None

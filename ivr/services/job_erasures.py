"""Erasing a job: it is closed, and what was said in its interviews is deleted here and at the carrier.

The people stay, as they may have other interviews; each of them can be erased alone.
"""

from collections import Counter
from collections.abc import Callable

from sqlalchemy.orm import Session

from db.columns import new_id
from db.models import Erasure, Job, JobStatus
from db.repositories import hiring, outbox
from db.repositories import privacy as rows
from db.repositories.outbox import Lease
from db.unit_of_work import Database
from interview.lifecycle import CALL_TERMINAL
from ivr.gateways.ports import FileStore
from ivr.services.context import Actor, Clock
from ivr.services.erasures import (
    DATABASE,
    FILES,
    LOOK_AGAIN,
    REQUEST,
    ErasureView,
    end_interview,
    files_are_gone,
    files_of,
    forget_interviews,
    interviews_of,
    note_removed,
    receipt_of,
    subjects_in,
)
from ivr.services.errors import NotFound
from ivr.services.trail import note
from ivr.services.word_deletion import ERASURE


class JobErasureService:
    """The same road as a person's erasure: rows at once, files and carrier's copies by tasks, one receipt."""

    def __init__(self, database: Database, store: FileStore, clock: Clock, ring: Callable[[], None]) -> None:
        self._database = database
        self._store = store
        self._clock = clock
        self._ring = ring

    def request(self, actor: Actor, job_id: str) -> ErasureView:
        """Close the job and erase its interviews; the receipt so far. Asked again, the same one. Raises NotFound."""
        with self._database.write() as unit:
            session = unit.session
            job = hiring.job(session, actor.organisation_id, job_id, lock=True)
            if job is None:
                raise NotFound("job")
            erasure = rows.erasure_of_job(session, job_id)
            if erasure is None:
                erasure = self._begin(session, actor, job)
                unit.on_commit(self._ring)
            view = receipt_of(session, erasure)
            actor.remember(session, view)
            return view

    def of_job(self, organisation_id: str, job_id: str) -> ErasureView | None:
        """The receipt of this job's erasure, None while nobody has asked for one. Raises NotFound."""
        with self._database.read() as session:
            if hiring.job(session, organisation_id, job_id) is None:
                raise NotFound("job")
            erasure = rows.erasure_of_job(session, job_id)
            return None if erasure is None else receipt_of(session, erasure)

    def _begin(self, session: Session, actor: Actor, job: Job) -> Erasure:
        now = self._clock()
        if job.status is not JobStatus.CLOSED:
            job.status = JobStatus.CLOSED
            note(session, actor, now, "job.closed", "job", job.id, {})
        erasure = Erasure(
            id=new_id(), organisation_id=job.organisation_id, job_id=job.id, why=REQUEST, requested_by=actor.name,
            removed=[], created_at=now,
        )  # fmt: skip
        session.add(erasure)
        interviews = rows.interviews_of_job(session, job.id, lock=True)
        for interview in interviews:
            end_interview(session, actor, interview, now)
        note_removed(erasure, self._forget(session, erasure), DATABASE, now)
        session.flush()
        outbox.add(
            session, kind="erase_job", subject_id=erasure.id, organisation_id=job.organisation_id, due_at=now,
            request_id=actor.request_id,
        )  # fmt: skip
        told = {"erasure": erasure.id, "interviews": len(interviews)}
        note(session, actor, now, "job.erasure_requested", "job", job.id, told)
        return erasure

    def erase_job(self, lease: Lease) -> None:
        """The task: delete the files, and what a worker in the middle of its work has written meanwhile; again until
        nobody is at work on these interviews. Raises GatewayError from the store, and the outbox tries again."""
        with self._database.read() as session:
            erasure = rows.erasure(session, lease.organisation_id, lease.subject_id)
            stored, perhaps = frozenset[str](), frozenset[str]()
            if erasure is not None and erasure.own_done_at is None:
                stored, perhaps = files_of(session, interviews_of(session, erasure))
        for key in stored | perhaps:
            self._store.delete(key)
        with self._database.write() as unit:
            session, now = unit.session, self._clock()
            found = rows.erasure(session, lease.organisation_id, lease.subject_id)
            if found is None or found.own_done_at is not None or self._finish(session, found, stored):
                outbox.complete(session, lease)
            else:
                outbox.postpone(session, lease, now + LOOK_AGAIN)
            unit.on_commit(self._ring)

    def _finish(self, session: Session, erasure: Erasure, deleted: frozenset[str]) -> bool:
        """Write down that the files in ``deleted`` are gone; whether nothing more can come."""
        now = self._clock()
        interviews = interviews_of(session, erasure, lock=True)
        gone, is_new_there = files_are_gone(session, interviews, deleted)
        note_removed(erasure, gone, FILES, now)
        late = self._forget(session, erasure)
        note_removed(erasure, late, DATABASE, now)
        calls = rows.calls_of(session, [interview.id for interview in interviews])
        busy = rows.is_being_worked_on(session, subjects_in(session, interviews))
        if busy or late or is_new_there or any(call.status not in CALL_TERMINAL for call in calls):
            return False
        erasure.own_done_at = now
        actor = Actor(erasure.organisation_id, "system", "system")
        note(session, actor, now, "job.erased", "job", erasure.job_id or "", {"erasure": erasure.id})
        return True

    def _forget(self, session: Session, erasure: Erasure) -> Counter[str]:
        """Empty what is known of the job's interviews; how much of each kind there was. May be repeated."""
        interviews = interviews_of(session, erasure)
        ids = [interview.id for interview in interviews]
        found = forget_interviews(session, interviews, ERASURE, self._clock())
        rows.withdraw_work(session, subjects_in(session, interviews), self._clock())
        found["messages"] += rows.forget_messages(session, erasure.organisation_id, ids, ())
        found["links"] += rows.delete_links(session, ids)
        found["answered_requests"] += rows.forget_answered_requests(session, erasure.organisation_id, ids)
        return +found

"""A job's interviews are erased, with a receipt, and nothing else is: on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from db.models import Answer, AnswerState, Candidate, Interview, Job, JobStatus, OutboxRow
from db.repositories import outbox
from db.unit_of_work import Database
from interview.lifecycle import CallStatus, InterviewStatus
from ivr.gateways.file_recordings import DirectoryStore
from ivr.gateways.ports import FileMissing
from ivr.services.context import Actor
from ivr.services.erasures import ErasureService
from ivr.services.errors import NotFound
from ivr.services.job_erasures import JobErasureService
from tests.factories import (
    SAID,
    make_answer,
    make_call,
    make_candidate,
    make_interview,
    make_job,
    make_organisation,
    make_rating,
    make_recording,
    make_result,
)
from tests.fakes import FrozenClock


class House:
    """An organisation with two jobs, and one person interviewed for both."""

    def __init__(self, database: Database, store: DirectoryStore, clock: FrozenClock) -> None:
        self.database, self.store, self.clock = database, store, clock
        self.service = JobErasureService(database, store, clock, lambda: None)
        self.receipts = ErasureService(database, store, clock, lambda: None, secrets=("a-secret-0123456789",))
        self.organisation_id = make_organisation(database)
        self.actor = Actor(self.organisation_id, "key:test", "key", "req-1")
        self.candidate_id = make_candidate(database, self.organisation_id)
        self.jobs = [make_job(database, self.organisation_id) for _ in range(2)]
        self.sids: list[str] = []
        self.interviews = [self._interview(job_id, number) for number, job_id in enumerate(self.jobs, start=1)]

    def _interview(self, job_id: str, number: int) -> str:
        interview_id = make_interview(
            self.database, organisation_id=self.organisation_id, job_id=job_id, candidate_id=self.candidate_id,
            external_id=f"ats-{number}",
        )  # fmt: skip
        call_id = make_call(
            self.database, interview_id, carrier_sid=f"CA{number:032x}", status=CallStatus.COMPLETED
        )
        sid = make_recording(self.database, call_id, number=number)
        self.store.put(f"{sid}.wav", b"sound", "audio/wav")
        self.sids.append(sid)
        answer_id = make_answer(
            self.database, interview_id, "q1", recording_sid=sid, state=AnswerState.SCORED
        )
        make_rating(self.database, answer_id)
        make_result(self.database, interview_id, status=InterviewStatus.COMPLETED)
        return interview_id

    def work(self) -> None:
        """What is due of the erasure's own work."""
        for claimed in outbox.claim_due(self.database, self.clock(), "test", 100, 60):
            lease = outbox.start(
                self.database, claimed.outbox_id, claimed.generation, now=self.clock(), owner="test", lease_s=60
            )
            if lease is not None and lease.kind == "erase_job":
                self.service.erase_job(lease)

    def said(self, interview_id: str) -> list[str | None]:
        with self.database.read() as session:
            return list(session.scalars(select(Answer.transcript).where(Answer.interview_id == interview_id)))


@pytest.fixture
def house(database: Database, tmp_path: Path, clock: FrozenClock) -> House:
    return House(database, DirectoryStore(tmp_path / "files"), clock)


def test_the_jobs_words_go_and_everything_else_stays(house: House) -> None:
    receipt = house.service.request(house.actor, house.jobs[0])
    assert (receipt.job_id, receipt.candidate_id, receipt.status) == (house.jobs[0], None, "under_way")
    assert {one.what for one in receipt.removed} >= {"transcripts", "ratings_with_quotes"}
    assert house.said(house.interviews[0]) == [None] and house.said(house.interviews[1]) == [SAID]
    with house.database.read() as session:
        assert session.get_one(Job, house.jobs[0]).status is JobStatus.CLOSED
        assert session.get_one(Job, house.jobs[1]).status is JobStatus.OPEN
        assert session.get_one(Candidate, house.candidate_id).erased_at is None
        first, second = (session.get_one(Interview, id) for id in house.interviews)
        assert (first.words_deleted_for, first.external_id) == ("erasure", None)
        assert (second.words_deleted_at, second.external_id) == (None, "ats-2")
        [task] = session.scalars(select(OutboxRow).where(OutboxRow.kind == "erase_job"))
        assert task.request_id == "req-1"
    assert house.store.get(f"{house.sids[0]}.wav"), "the file is the worker's"
    house.work()
    with pytest.raises(FileMissing):
        house.store.get(f"{house.sids[0]}.wav")
    assert house.store.get(f"{house.sids[1]}.wav")
    seen = house.receipts.receipt(house.organisation_id, receipt.id)
    assert seen.own_done_at is not None and "recordings" in {one.what for one in seen.removed if one.where == "files"}
    assert {one.where for one in seen.under_way} == {"carrier"}, "the carrier's copies have a task of their own"


def test_whoever_waits_is_not_called_any_more(house: House) -> None:
    other = make_candidate(house.database, house.organisation_id)
    waiting = make_interview(
        house.database, organisation_id=house.organisation_id, job_id=house.jobs[0], candidate_id=other
    )
    house.service.request(house.actor, house.jobs[0])
    with house.database.read() as session:
        assert session.get_one(Interview, waiting).status is InterviewStatus.CANCELED


def test_what_is_written_meanwhile_is_deleted_too(house: House) -> None:
    receipt = house.service.request(house.actor, house.jobs[0])
    with house.database.write() as unit:
        answer = unit.session.scalars(select(Answer).where(Answer.interview_id == house.interviews[0])).one()
        answer.transcript = "Written by a worker that was in the middle of it."
    house.work()
    assert house.said(house.interviews[0]) == [None]
    assert house.receipts.receipt(house.organisation_id, receipt.id).own_done_at is None, "it looks once more"
    house.clock.advance(seconds=31)
    house.work()
    assert house.receipts.receipt(house.organisation_id, receipt.id).own_done_at == house.clock.now


def test_asked_again_it_is_the_same_receipt_and_of_another_house_there_is_none(house: House) -> None:
    receipt = house.service.request(house.actor, house.jobs[0])
    assert house.service.request(house.actor, house.jobs[0]).id == receipt.id
    stranger = Actor(make_organisation(house.database), "key:x", "key")
    for attempt in (
        lambda: house.service.request(stranger, house.jobs[1]),
        lambda: house.receipts.receipt(stranger.organisation_id, receipt.id),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert house.said(house.interviews[1]) == [SAID]

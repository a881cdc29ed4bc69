"""F34: what is older than its job allows is deleted, in small pieces, from wherever an earlier run had stopped."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from db.columns import new_id
from db.models import (
    Answer,
    AnswerRating,
    Candidate,
    DomainEvent,
    Erasure,
    IntegrityNote,
    Job,
    ModelCallRow,
    Recording,
    Result,
)
from db.unit_of_work import Database
from interview.lifecycle import InterviewStatus
from ivr.gateways.file_recordings import DirectoryStore
from ivr.gateways.ports import FileMissing, GatewayError, Trouble
from ivr.services.context import Actor
from ivr.services.drafts import AnswerPatch, JobSettings, settings_to_plain
from ivr.services.erasures import ErasureService
from ivr.services.errors import Conflict, WordsDeleted
from ivr.services.interview_views import read_interview
from ivr.services.results import ResultService
from ivr.services.retention import RetentionService
from ivr.services.reviews import ReviewService
from tests.factories import make_answer, make_candidate, make_interview, make_job, make_organisation
from tests.fakes import FakeFileStore, FrozenClock
from tests.pipeline import STRONG, Pipeline

DAYS = 30
SECRET = "a-secret-for-pseudonyms"  # noqa: S105


class Archive:
    """An interview that was held and concluded, with a store of files on the disk."""

    def __init__(self, database: Database, clock: FrozenClock, store: Any, days: int | None = DAYS) -> None:
        self.database, self.clock, self.store = database, clock, store
        self.line = Pipeline(database, clock)
        self.line.store = self.line.answers._store = store
        self.organisation_id = self.line.interview().organisation_id
        self.job_id = self.line.interview().job_id
        self.candidate_id = self.line.interview().candidate_id
        self.set_days(days)
        erasures = ErasureService(database, store, clock, lambda: None, secrets=(SECRET,))
        self.service = RetentionService(database, store, erasures, clock)

    def set_days(self, days: int | None, raw: int = 3650) -> None:
        with self.database.write() as unit:
            job = unit.session.get_one(Job, self.job_id)
            job.settings = settings_to_plain(JobSettings(retention_days=days, raw_model_log_days=raw))

    def talk(self) -> None:
        """Two answers, the first said twice: the earlier take is superseded and never transcribed."""
        self.line.begin()
        self.line.say(STRONG)
        self.line.say(STRONG)
        self.line.work()
        self.line.hang_up()
        self.line.work()
        with self.database.write() as unit:
            answer = unit.session.scalars(select(Answer).limit(1)).one()
            old = Recording(
                id=new_id(), organisation_id=self.organisation_id, interview_id=answer.interview_id,
                call_id=self.line.call_id, turn=99, recording_sid="RE" + "d" * 32, duration_s=3.0, peaks=[1],
                carrier_deleted_at=self.clock(),
            )  # fmt: skip
            old.storage_key = f"{self.organisation_id}/recordings/{old.id}.wav"
            unit.session.add(old)
            unit.session.add(
                IntegrityNote(
                    organisation_id=self.organisation_id, interview_id=answer.interview_id, answer_id=answer.id,
                    signal="long_gap", value=9.0, unit="s", reliability="low",
                )
            )  # fmt: skip
            unit.session.add(
                Answer(
                    organisation_id=self.organisation_id, interview_id=answer.interview_id, question_id="q1", take=9,
                    superseded=True, recording_sid=old.recording_sid,
                )
            )  # fmt: skip
        self.store.put(old.storage_key, b"RIFF", "audio/wav")

    def keys(self) -> list[str]:
        with self.database.read() as session:
            keys = session.scalars(select(Recording.storage_key).where(Recording.storage_key.is_not(None))).all()
        return sorted(key for key in keys if key is not None)

    def is_there(self, key: str) -> bool:
        try:
            return bool(self.store.size(key))
        except FileMissing:
            return False

    def words(self) -> list[Any]:
        with self.database.read() as session:
            found = [answer.transcript for answer in session.scalars(select(Answer))]
            found += [rating.samples or None for rating in session.scalars(select(AnswerRating))]
            found += [result.narrative for result in session.scalars(select(Result))]
            found += [call.request for call in session.scalars(select(ModelCallRow))]
            found += list(session.scalars(select(IntegrityNote.id)))
        return [one for one in found if one is not None]


@pytest.fixture
def archive(database: Database, clock: FrozenClock, tmp_path: Path) -> Archive:
    held = Archive(database, clock, DirectoryStore(tmp_path / "files"))
    held.talk()
    return held


def test_F34_nothing_is_deleted_before_its_time_nor_without_a_rule(archive: Archive) -> None:
    before, keys = archive.words(), archive.keys()
    assert len(keys) == 3
    archive.clock.advance(days=DAYS - 1)
    archive.service.purge()
    archive.set_days(None)
    archive.clock.advance(days=1000)
    archive.service.purge()
    assert archive.words() == before and archive.keys() == keys
    assert all(map(archive.is_there, keys))


def test_F34_when_its_time_is_over_the_words_are_gone_and_scores_stay(archive: Archive) -> None:
    keys = archive.keys()
    with archive.database.read() as session:
        before = read_interview(session, archive.organisation_id, archive.line.interview_id)
    archive.clock.advance(days=DAYS, minutes=1)
    found = archive.service.purge()
    assert found["interviews"] == 1 and found["transcripts"] == 2 and found["files"] == 3
    assert archive.words() == [] and archive.keys() == []
    assert not any(map(archive.is_there, keys)), "the file of the superseded take too"
    with archive.database.read() as session:
        after = read_interview(session, archive.organisation_id, archive.line.interview_id)
        event = session.scalars(select(DomainEvent).where(DomainEvent.type == "interview.words_deleted")).one()
    assert after.result is not None and before.result is not None
    assert after.result.overall_score == before.result.overall_score == 10.0
    assert [answer.state for answer in after.answers] == [answer.state for answer in before.answers]
    assert event.data["why"] == "retention" and event.data["removed"]["transcripts"] == 2


def test_F34_what_is_shown_says_deleted_by_retention_and_when(archive: Archive) -> None:
    archive.clock.advance(days=DAYS, minutes=1)
    archive.service.purge()
    day = archive.clock().date().isoformat()
    with archive.database.read() as session:
        shown = read_interview(session, archive.organisation_id, archive.line.interview_id)
    sentence = f"Deleted by retention on {day}."
    assert shown.deletion is not None and (shown.deletion.why, shown.deletion.sentence) == ("retention", sentence)
    assert {answer.transcript_note for answer in shown.answers} == {sentence}
    assert not any(answer.has_audio for answer in shown.answers)
    assert shown.result is not None and shown.result.narrative_note == sentence
    with pytest.raises(Conflict) as gone:
        ResultService(archive.database, archive.store).audio(
            archive.organisation_id, archive.line.interview_id, shown.answers[0].id
        )
    assert gone.value.code == "no_audio" and sentence in gone.value.sentence


def test_F34_a_crash_in_the_middle_is_picked_up_by_the_next_run(archive: Archive, clock: FrozenClock) -> None:
    store = archive.store
    failing = FakeFileStore()
    failing.fail("delete", RuntimeError("killed"))
    keys = archive.keys()
    archive.clock.advance(days=DAYS, minutes=1)
    archive.service._store = failing
    with pytest.raises(RuntimeError):
        archive.service.purge()
    with archive.database.read() as session:
        shown = read_interview(session, archive.organisation_id, archive.line.interview_id)
    assert not any(answer.has_audio for answer in shown.answers), "what is about to be deleted is not offered"
    assert archive.keys() == keys, "and their keys are kept until they are"
    archive.service._store = store
    archive.service.purge()
    assert archive.keys() == [] and not any(map(archive.is_there, keys))


def test_F34_a_second_run_finds_nothing_more(archive: Archive) -> None:
    archive.clock.advance(days=DAYS, minutes=1)
    archive.service.purge()
    assert archive.service.purge() == {}
    with archive.database.read() as session:
        events = session.scalars(select(DomainEvent.type)).all()
    assert events.count("interview.words_deleted") == 1


def test_F34_a_store_that_is_away_ends_the_run_and_not_the_promise(archive: Archive) -> None:
    archive.clock.advance(days=DAYS, minutes=1)
    away = FakeFileStore()
    away.fail("delete", GatewayError("away", trouble=Trouble.RETRY))
    store, archive.service._store = archive.store, away
    with pytest.raises(GatewayError):
        archive.service.purge()
    archive.service._store = store
    assert archive.service.purge()["files"] == 3


def test_F34_many_interviews_are_purged_in_batches(
    database: Database, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ivr.services.retention.AT_ONCE", 3)
    store = FakeFileStore()
    archive = Archive(database, clock, store)
    ids = [
        make_interview(
            database, organisation_id=archive.organisation_id, job_id=archive.job_id, status=InterviewStatus.COMPLETED,
            ended_at=clock() - timedelta(days=DAYS + number),
        )
        for number in range(1, 8)
    ]  # fmt: skip
    for interview_id in ids:
        make_answer(database, interview_id, "q1")
    still_open = make_interview(
        database, organisation_id=archive.organisation_id, job_id=archive.job_id, status=InterviewStatus.QUEUED
    )
    make_answer(database, still_open, "q1")
    assert archive.service.purge()["interviews"] == 7
    with database.read() as session:
        left = session.scalars(select(Answer.interview_id).where(Answer.transcript.is_not(None))).all()
    assert left == [still_open], "an interview that is not over keeps its words"


def test_F34_a_person_of_whom_nothing_is_left_becomes_a_pseudonym(archive: Archive) -> None:
    archive.clock.advance(days=DAYS, minutes=1)
    archive.service.purge()
    with archive.database.read() as session:
        person = session.get_one(Candidate, archive.candidate_id)
        receipt = session.scalars(select(Erasure)).one()
    assert person.erased_at is not None and person.name == f"Person {person.id[:8]}"
    assert (receipt.candidate_id, receipt.why, receipt.requested_by) == (person.id, "retention", "system")


def test_F34_a_person_with_another_interview_keeps_the_name_until_that_is_over_too(archive: Archive) -> None:
    other_job = make_job(archive.database, archive.organisation_id)
    make_interview(
        archive.database, organisation_id=archive.organisation_id, job_id=other_job, candidate_id=archive.candidate_id
    )
    archive.clock.advance(days=DAYS, minutes=1)
    archive.service.purge()
    with archive.database.read() as session:
        person = session.get_one(Candidate, archive.candidate_id)
    assert person.erased_at is None and person.name == "Ada Example"
    assert archive.words() == []


def test_F34_what_needs_the_words_is_refused_afterwards(archive: Archive) -> None:
    archive.clock.advance(days=DAYS, minutes=1)
    archive.service.purge()
    reviews = ReviewService(archive.database, archive.clock, lambda: None)
    actor = Actor(archive.organisation_id, "user:anna", "user")
    answer = archive.line.answer("q1")
    asks: tuple[Callable[[], object], ...] = (
        lambda: reviews.rescore(actor, archive.line.interview_id),
        lambda: reviews.patch_answer(
            actor, archive.line.interview_id, answer.id, AnswerPatch(transcript="It was so.")
        ),
    )
    for ask in asks:
        with pytest.raises(WordsDeleted) as refused:
            ask()
        assert refused.value.code == "words_deleted" and "Deleted by retention on" in refused.value.sentence


# --- F34, F36: what models were sent and answered --------------------------------------------------------------------


def make_model_call(database: Database, organisation_id: str, at: Any, **values: Any) -> str:
    row = ModelCallRow(
        id=new_id(), organisation_id=organisation_id, created_at=at,
        **(
            {
                "subject_id": new_id(), "purpose": "answer_rating", "request_hash": new_id(), "model": "m",
                "prompt_version": "p@1", "outcome": "ok", "request": {"words": "secret"}, "reply": '"secret"',
                "input_tokens": 10, "output_tokens": 5, "cost_usd": "0.001",
            }
            | values
        ),
    )  # fmt: skip
    with database.write() as unit:
        unit.session.add(row)
    return row.id


def test_F36_request_and_reply_are_purged_after_the_jobs_days_and_the_numbers_stay(
    database: Database, clock: FrozenClock
) -> None:
    organisation_id = make_organisation(database)
    short = make_job(database, organisation_id, settings=JobSettings(raw_model_log_days=5))
    long = make_job(database, organisation_id, settings=JobSettings(raw_model_log_days=50))
    person = make_candidate(database, organisation_id)
    of_short = make_interview(database, organisation_id=organisation_id, job_id=short, candidate_id=person)
    of_long = make_interview(database, organisation_id=organisation_id, job_id=long, candidate_id=person)
    old, older, new = clock() - timedelta(days=10), clock() - timedelta(days=60), clock() - timedelta(days=1)
    purged = {
        make_model_call(database, organisation_id, old, interview_id=of_short),
        make_model_call(database, organisation_id, old, subject_id=short, purpose="questions"),
        make_model_call(database, organisation_id, older, interview_id=of_long),
        make_model_call(database, organisation_id, older),
    }
    kept = {
        make_model_call(database, organisation_id, old, interview_id=of_long),
        make_model_call(database, organisation_id, new, interview_id=of_short),
        make_model_call(database, organisation_id, old),
    }
    store = FakeFileStore()
    erasures = ErasureService(database, store, clock, lambda: None, secrets=(SECRET,))
    service = RetentionService(database, store, erasures, clock)
    assert service.purge()["model_exchanges"] == len(purged)
    assert service.purge() == {}
    with database.read() as session:
        rows = session.scalars(select(ModelCallRow)).all()
    assert {row.id for row in rows if row.request is None and row.reply is None} == purged
    assert {row.id for row in rows if row.request is not None and row.reply is not None} == kept
    assert {(row.input_tokens, row.output_tokens, str(row.cost_usd)) for row in rows} == {(10, 5, "0.001000")}

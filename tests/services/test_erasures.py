"""F34: a person who asks to be forgotten is found nowhere afterwards, and the receipt says what was removed."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import LargeBinary, select, text

from db.columns import new_id
from db.models import (
    Answer,
    Base,
    Call,
    CallInAttempt,
    Candidate,
    CandidateGroups,
    CandidateLink,
    CandidateQuestion,
    Consent,
    DomainEvent,
    IdempotencyKey,
    Interview,
    Job,
    Message,
    OptOut,
    OutboxRow,
    Recording,
    Result,
    ResumeStatus,
    Review,
)
from db.repositories import outbox as outbox_rows
from db.unit_of_work import Database
from interview.gate import Refused
from interview.lifecycle import CallStatus, InterviewStatus
from interview.pseudonym import is_pseudonym, pseudonym_of
from interview.resume import ResumeFacts
from ivr.gateways.ports import GatewayError, Trouble
from ivr.services.audit import AuditService
from ivr.services.carrier_copies import CarrierCopies
from ivr.services.context import Actor
from ivr.services.dialing import Gate
from ivr.services.erasures import ErasureService
from ivr.services.errors import NotFound
from ivr.services.exports import ExportService
from ivr.services.interview_views import read_interview
from tests.api.conftest import make_settings
from tests.factories import make_candidate, make_interview, make_job
from tests.fakes import FakeFileStore, FakeMessenger, FrozenClock
from tests.pipeline import Pipeline, rates

NAME = "Zenobia Quartermain"
PHONE = "+14155557391"
# What identifies the person, or was said by her: none of it may be found again, in whatever letters.
SPOKEN = "I looked at the logs of the zephyrine turbine and found that the flumigator had jammed."
ASKED = "Is there a creche for my zwillinge?"
WROTE = "Please call my cousin Wilhelmina instead"
RESUME = "Zenobia Quartermain, flumigator engineer, Kratzburg Institute"
TRACES = (
    "zenobia", "quartermain", "4155557391", "zephyrine", "flumigator", "zwillinge", "wilhelmina", "kratzburg",
    "zq@example.org", "ats-77", "zembla",
)  # fmt: skip
SECRET = "a-secret-for-pseudonyms"  # noqa: S105


class Office:
    """An interview that was held, and everything around it that knows the person."""

    def __init__(self, database: Database, clock: FrozenClock) -> None:
        self.database, self.clock = database, clock
        self.settings = make_settings(pseudonym_key=SECRET)
        self.line = Pipeline(database, clock, curious=True)
        self.line.model.replies["answer_rating"] = rates(5, "the logs of the zephyrine turbine")
        self.store, self.carrier, self.messenger = self.line.store, self.line.carrier, FakeMessenger()
        with database.write() as unit:
            interview = unit.session.get_one(Interview, self.line.interview_id)
            self.organisation_id, self.candidate_id = interview.organisation_id, interview.candidate_id
            self.job_id = interview.job_id
        self.actor = Actor(self.organisation_id, "key:Test", "key", "req-1")
        self.erasures = ErasureService(
            database, self.store, clock, lambda: None, secrets=self.settings.pseudonym_secrets
        )
        self.copies = CarrierCopies(database, self.carrier, self.messenger, clock)
        self._fill_person()

    def _fill_person(self) -> None:
        key = f"{self.organisation_id}/resumes/{self.candidate_id}/{new_id()}.txt"
        self.store.put(key, RESUME.encode(), "text/plain")
        with self.database.write() as unit:
            person = unit.session.get_one(Candidate, self.candidate_id)
            old = person.phone
            person.name, person.say_as, person.phone = NAME, "Zenobia", PHONE
            person.email, person.external_id, person.labels = "zq@example.org", "ats-77", {"nick": "Zenobia"}
            person.profile = {"role": "flumigator engineer", "bio": RESUME}
            person.resume_key, person.resume_kind, person.resume_text = key, "txt", RESUME
            person.resume_status, person.resume_facts = ResumeStatus.READY, ResumeFacts(bio=RESUME)
            unit.session.execute(text("UPDATE calls SET phone = :new WHERE phone = :old"), {"new": PHONE, "old": old})
            unit.session.execute(
                text("UPDATE whitelist_entries SET pattern = :new, note = :note WHERE pattern = :old"),
                {"new": PHONE, "old": old, "note": NAME},
            )

    def talk(self) -> None:
        """The whole call and all that follows from it."""
        self.line.begin()
        self.line.say(SPOKEN)
        self.line.say(ASKED)
        self.line.say(SPOKEN)
        self.line.work()
        self.line.hang_up()
        self.line.work()

    def surround(self) -> None:
        """What else knows of the person: messages, links, decisions, remembered answers, tries to call in."""
        with self.database.write() as unit:
            session, now = unit.session, self.clock()
            own: dict[str, Any] = {"organisation_id": self.organisation_id, "created_at": now}
            theirs = own | {"interview_id": self.line.interview_id}
            session.add_all(
                [
                    Message(
                        **theirs, direction="inbound", kind="reply", event_key="reply:1", phone=PHONE,
                        status="received", carrier_sid="SM" + "a" * 32, body=WROTE,
                    ),
                    Message(
                        **theirs, kind="invitation", event_key="invitation:1", phone=PHONE, status="sent",
                        carrier_sid="SM" + "b" * 32,
                    ),
                    CandidateLink(
                        **theirs, token_hash="0" * 64, expires_at=now + timedelta(days=9), created_by="system"
                    ),
                    Review(
                        **theirs, reviewer="user:anna@example.com", decision="hire",
                        reason="Zenobia knew her flumigator very well.",
                    ),
                    IdempotencyKey(
                        **own, key="invite-1", operation="create_candidate", body_hash="1" * 64, locked_at=now,
                        status=201, response={"id": self.candidate_id, "name": NAME, "phone": PHONE},
                    ),
                    OptOut(**own, phone=PHONE, source="link"),
                    Recording(  # a piece of an answer that the carrier only heard
                        **theirs, call_id=self.line.call_id, turn=77, recording_sid="said-77", heard_text=SPOKEN,
                    ),
                    CandidateGroups(
                        **own, candidate_id=self.candidate_id, groups={"descent": "zembla"}, updated_at=now
                    ),
                    CallInAttempt(phone=PHONE, carrier_sid="CA" + "9" * 32, attempt=1, created_at=now),
                ]
            )  # fmt: skip
            row = session.scalars(select(OutboxRow).limit(1)).one()
            row.last_error = f"the number {PHONE} is busy"
            interview = session.get_one(Interview, self.line.interview_id)
            interview.external_id, interview.labels = "ats-77-b", {"who": NAME}
            answer = session.scalars(select(Answer).where(Answer.transcript.is_not(None)).limit(1)).one()
            answer.transcript_corrected, answer.human_feedback = SPOKEN + " Really.", "Well said, Zenobia."

    def work(self, *, rounds: int = 12, kinds: tuple[str, ...] = ("erase_candidate", "delete_carrier_copies")) -> None:
        """Do what is due of the deletion, and a minute later what is due then."""
        doing = {
            "erase_candidate": self.erasures.erase_candidate,
            "delete_carrier_copies": self.copies.delete_carrier_copies,
        }
        for _ in range(rounds):
            leases = outbox_rows.claim_due(self.database, self.clock(), "test", 50, 10)
            for claimed in leases:
                lease = self.line.outbox.start(claimed.outbox_id, claimed.generation)
                if lease is not None and claimed.kind in doing and claimed.kind in kinds:
                    self.line.outbox.run(lease, doing[claimed.kind])
            self.clock.advance(seconds=61)

    def open_work(self, kind: str) -> list[OutboxRow]:
        with self.database.read() as session:
            found = select(OutboxRow).where(OutboxRow.kind == kind, OutboxRow.done_at.is_(None))
            return list(session.scalars(found))


@pytest.fixture
def office(database: Database, clock: FrozenClock) -> Office:
    return Office(database, clock)


def everything(database: Database) -> Iterator[tuple[str, str, str]]:
    """Every cell of every table as text, with its place; bytes as their letters."""
    with database.engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            for row in connection.execute(text(f"SELECT * FROM {table.name}")).mappings():  # noqa: S608
                for name, value in row.items():
                    is_bytes = isinstance(table.c[name].type, LargeBinary)
                    shown = bytes(value).decode("latin-1") if is_bytes and value is not None else str(value)
                    yield f"{table.name}.{name}", shown, str(row.get("id", ""))


def found_in(database: Database, store: FakeFileStore) -> dict[str, set[str]]:
    """Where each trace of the person is found."""
    found: dict[str, set[str]] = {}
    for place, value, _ in everything(database):
        for trace in TRACES:
            if trace in value.lower():
                found.setdefault(trace, set()).add(place)
    for key, data in store.files.items():
        for trace in TRACES:
            if trace in key.lower() or trace.encode() in data.lower():
                found.setdefault(trace, set()).add(f"file {key}")
    return found


def test_F34_after_an_erasure_nothing_of_the_person_is_found_in_any_table_or_file(office: Office) -> None:
    office.talk()
    office.surround()
    before = found_in(office.database, office.store)
    assert set(before) == set(TRACES), "each trace is really there to be found"
    assert {
        "answers.transcript", "model_calls.reply", "answer_ratings.content", "messages.body", "recordings.heard_text",
        "candidates.resume_facts", "candidate_groups.groups", "idempotency_keys.response", "outbox.last_error",
    } <= set().union(*before.values())  # fmt: skip
    assert any(key.endswith(".wav") for key in office.store.files)
    office.erasures.request(office.actor, office.candidate_id)
    office.work()
    assert found_in(office.database, office.store) == {}
    assert office.store.files == {}
    with office.database.read() as session:
        for recording in session.scalars(select(Recording)):
            assert recording.storage_key is None and recording.peaks is None and recording.sha256 is None


def test_F34_scores_states_and_the_record_stay_as_a_stub(office: Office) -> None:
    office.talk()
    with office.database.read() as session:
        before = read_interview(session, office.organisation_id, office.line.interview_id)
    assert before.result is not None and before.result.overall_score == 10.0
    office.erasures.request(office.actor, office.candidate_id)
    office.work()
    with office.database.read() as session:
        after = read_interview(session, office.organisation_id, office.line.interview_id)
    assert after.result is not None
    assert (after.result.overall_score, after.result.recommendation) == (10.0, "hire")
    assert [answer.score for answer in after.answers] == [answer.score for answer in before.answers]
    assert [answer.state for answer in after.answers] == [answer.state for answer in before.answers]
    kept = [event.type for event in after.timeline]
    assert kept[: len(before.timeline)] == [event.type for event in before.timeline]


def test_F34_what_is_shown_afterwards_says_that_it_was_deleted_and_when(office: Office) -> None:
    office.talk()
    office.erasures.request(office.actor, office.candidate_id)
    with office.database.read() as session:
        shown = read_interview(session, office.organisation_id, office.line.interview_id)
    assert shown.deletion is not None and shown.deletion.why == "erasure"
    day = office.clock().date().isoformat()
    assert shown.deletion.sentence == f"Deleted on {day} because the person asked to be forgotten."
    for answer in shown.answers:
        assert not answer.has_audio, "the file is still to be deleted, and is offered to nobody"
        assert answer.transcript is None and answer.transcript_note == shown.deletion.sentence
        assert not any(criterion.quotes for criterion in answer.criteria)
    assert shown.result is not None and shown.result.summary is None
    assert shown.result.narrative_note == shown.deletion.sentence
    assert shown.candidate.name == f"Person {office.candidate_id[:8]}"


def test_F34_the_receipt_counts_what_was_removed_and_what_is_under_way(office: Office) -> None:
    office.talk()
    office.surround()
    first = office.erasures.request(office.actor, office.candidate_id)
    assert first.status == "under_way"
    in_tables = {one.what: one.count for one in first.removed if one.where == "database"}
    assert in_tables["transcripts"] == 3 and in_tables["candidate_questions"] == 1
    assert in_tables["messages"] == 2 and in_tables["links"] == 1 and in_tables["summaries"] == 1
    assert in_tables["person"] == 1 and in_tables["resume_text"] == 1 and in_tables["ratings_with_quotes"] == 2
    assert {(one.what, one.where) for one in first.under_way} == {
        ("files", "files"), ("calls", "carrier"), ("messages", "carrier"),
    }  # fmt: skip
    office.work()
    done = office.erasures.receipt(office.organisation_id, first.id)
    assert (done.status, done.under_way) == ("done", ())
    assert done.own_done_at is not None
    in_files = {one.what: one.count for one in done.removed if one.where == "files"}
    assert in_files == {"recordings": 3, "resume_file": 1}
    at_carrier = {one.what: one.count for one in done.removed if one.where == "carrier"}
    assert at_carrier == {"recordings": 3, "calls": 1, "messages": 2}
    with pytest.raises(NotFound):
        office.erasures.receipt("another-organisation", first.id)


def test_F34_the_carriers_copies_are_deleted_as_often_as_it_takes(office: Office) -> None:
    office.talk()
    office.surround()
    stray = "RE" + "f" * 32
    office.carrier.add_recording(office.line.sid, stray, b"RIFF")
    asked = office.erasures.request(office.actor, office.candidate_id)
    busy = GatewayError("The carrier is down.", trouble=Trouble.RETRY, code="503")
    office.carrier.fail("recordings_of", busy)
    office.carrier.fail("delete_call", busy)
    office.clock.advance(seconds=31)
    office.work(rounds=1, kinds=("delete_carrier_copies",))
    receipt = office.erasures.receipt(office.organisation_id, asked.id)
    waiting = {one.what: one for one in receipt.under_way if one.where == "carrier"}
    assert waiting["calls"].count == 1 and waiting["calls"].note == "503: The carrier is down."
    office.work()
    assert stray in office.carrier.deleted, "one that no webhook told us of"
    assert office.line.sid in office.carrier.deleted
    assert sorted(office.messenger.deleted) == ["SM" + "a" * 32, "SM" + "b" * 32]
    assert office.erasures.receipt(office.organisation_id, asked.id).status == "done"


def test_F34_a_call_that_was_deleted_and_not_written_down_is_no_trouble(office: Office) -> None:
    office.talk()
    asked = office.erasures.request(office.actor, office.candidate_id)
    gone = GatewayError("The carrier knows no such call.", trouble=Trouble.SUBJECT, code="20404")
    office.carrier.fail("recordings_of", gone, gone, gone)
    office.work()
    assert office.erasures.receipt(office.organisation_id, asked.id).status == "done"


def test_F34_asked_twice_it_is_done_once(office: Office) -> None:
    office.talk()
    first = office.erasures.request(office.actor, office.candidate_id)
    again = office.erasures.request(office.actor, office.candidate_id)
    assert again == first
    office.work()
    done = office.erasures.request(office.actor, office.candidate_id)
    assert done.id == first.id and done.status == "done"
    with office.database.read() as session:
        events = session.scalars(select(DomainEvent.type).where(DomainEvent.subject_id == office.candidate_id)).all()
    assert events.count("candidate.erasure_requested") == 1 and events.count("candidate.erased") == 1


def test_F34_a_store_that_fails_holds_nothing_up_for_good(office: Office) -> None:
    office.talk()
    asked = office.erasures.request(office.actor, office.candidate_id)
    office.store.fail("delete", GatewayError("The disk is busy.", trouble=Trouble.RETRY, code="storage"))
    office.work(rounds=1)
    receipt = office.erasures.receipt(office.organisation_id, asked.id)
    assert [one.note for one in receipt.under_way if one.where == "files"] == ["storage: The disk is busy."]
    office.work()
    assert office.store.files == {}
    assert office.erasures.receipt(office.organisation_id, asked.id).status == "done"


def test_F34_a_call_under_way_ends_politely_and_what_it_brings_is_deleted_too(office: Office) -> None:
    line = office.line
    line.begin()
    line.say(SPOKEN)
    office.erasures.request(office.actor, office.candidate_id)
    interview = line.interview()
    assert interview.status is InterviewStatus.CANCELED and interview.hang_up_requested
    assert (interview.next_action, interview.reason_code) == (None, "erased")
    office.work(rounds=2)
    with office.database.read() as session:
        call = session.get_one(Call, line.call_id)
    assert call.phone == PHONE, "as long as it is not over it is looked for by its number"
    # The recording that was going on comes in, and then the line is gone.
    late = line.say(SPOKEN, action=False)
    line.hang_up()
    line.work(kinds=("transcribe_answer",))
    office.work()
    assert found_in(office.database, office.store) == {}
    assert late in office.carrier.deleted and line.transcriber.heard == []
    assert office.store.files == {}


def test_F34_what_a_worker_was_in_the_middle_of_is_emptied_when_it_has_ended(office: Office) -> None:
    line = office.line
    line.begin()
    line.say(SPOKEN)
    line.press("#")
    line.say(SPOKEN)
    line.work(kinds=("transcribe_answer", "write_follow_up"))
    office.clock.advance(seconds=61)
    lease = next(
        lease for lease in outbox_rows.claim_due(office.database, office.clock(), "other", 50, 60)
        if lease.kind == "score_answer"
    )  # fmt: skip
    started = line.outbox.start(lease.outbox_id, lease.generation)
    assert started is not None
    asked = office.erasures.request(office.actor, office.candidate_id)
    line.hang_up()
    office.work(rounds=2)
    assert office.erasures.receipt(office.organisation_id, asked.id).own_done_at is None, "a worker is still busy"
    with office.database.write() as unit:  # what it had in its hands it writes down now
        answer = unit.session.scalars(select(Answer).where(Answer.id == started.subject_id)).one()
        answer.transcript = SPOKEN
        outbox_rows.complete(unit.session, started)
    office.work()
    assert office.erasures.receipt(office.organisation_id, asked.id).own_done_at is not None
    assert found_in(office.database, office.store) == {}


def test_F34_a_file_that_is_kept_while_others_are_deleted_is_deleted_next(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.talk()
    office.erasures.request(office.actor, office.candidate_id)
    delete, late = office.store.delete, "o/recordings/late.wav"

    def delete_and_keep_another(key: str) -> None:
        delete(key)
        monkeypatch.setattr(office.store, "delete", delete)
        office.store.put(late, b"words", "audio/wav")
        with office.database.write() as unit:
            recording = unit.session.scalars(select(Recording).where(Recording.storage_key.is_not(None))).first()
            assert recording is not None
            recording.storage_key = late

    monkeypatch.setattr(office.store, "delete", delete_and_keep_another)
    office.work(rounds=1)
    assert late in office.store.files
    office.work()
    assert office.store.files == {}


def test_F34_an_opt_out_holds_though_nobody_can_read_the_number(office: Office) -> None:
    with office.database.write() as unit:
        unit.session.add(OptOut(organisation_id=office.organisation_id, phone=PHONE, source="call"))
    office.erasures.request(office.actor, office.candidate_id)
    with office.database.read() as session:
        kept = session.scalars(select(OptOut)).one().phone
        person = session.get_one(Candidate, office.candidate_id)
    assert kept == pseudonym_of(SECRET, PHONE) and is_pseudonym(person.phone)
    again = make_candidate(office.database, office.organisation_id, phone=PHONE)
    with office.database.read() as session:
        verdict = Gate(office.settings).check(
            session, job=session.get_one(Job, office.job_id), candidate=session.get_one(Candidate, again),
            interview=None, now=office.clock(),
        )  # fmt: skip
    assert isinstance(verdict, Refused) and verdict.reason.value == "opted_out"
    other = make_candidate(office.database, office.organisation_id, phone="+14155557392")
    with office.database.read() as session:
        verdict = Gate(office.settings).check(
            session, job=session.get_one(Job, office.job_id), candidate=session.get_one(Candidate, other),
            interview=None, now=office.clock(),
        )  # fmt: skip
    assert not (isinstance(verdict, Refused) and verdict.reason.value == "opted_out")


def test_F34_another_person_and_another_organisation_lose_nothing(office: Office) -> None:
    office.talk()
    other_job = make_job(office.database, office.organisation_id)
    bystander = make_interview(office.database, organisation_id=office.organisation_id, job_id=other_job)
    elsewhere = make_interview(office.database)
    with office.database.write() as unit:
        for interview_id in (bystander, elsewhere):
            interview = unit.session.get_one(Interview, interview_id)
            person = unit.session.get_one(Candidate, interview.candidate_id)
            unit.session.add(
                Answer(
                    organisation_id=interview.organisation_id, interview_id=interview_id, question_id="q1", take=1,
                    transcript="I also fixed it.",
                )
            )  # fmt: skip
            unit.session.add(
                Message(
                    organisation_id=interview.organisation_id, interview_id=interview_id, kind="reply",
                    event_key="r", phone=PHONE if interview_id == elsewhere else person.phone, status="received",
                    body="hello",
                )
            )  # fmt: skip
    office.erasures.request(office.actor, office.candidate_id)
    office.work()
    with office.database.read() as session:
        for interview_id in (bystander, elsewhere):
            interview = session.get_one(Interview, interview_id)
            person = session.get_one(Candidate, interview.candidate_id)
            assert person.name == "Ada Example" and person.erased_at is None and not is_pseudonym(person.phone)
            assert interview.status is InterviewStatus.QUEUED and interview.words_deleted_at is None
            assert session.scalars(select(Answer.transcript).where(Answer.interview_id == interview_id)).all() == [
                "I also fixed it."
            ]
            assert session.scalars(select(Message.body).where(Message.interview_id == interview_id)).all() == ["hello"]
    with pytest.raises(NotFound):
        office.erasures.request(Actor("another", "key:x", "key"), office.candidate_id)


def test_F34_consent_is_withdrawn_and_kept_as_what_it_was(office: Office) -> None:
    office.erasures.request(office.actor, office.candidate_id)
    with office.database.read() as session:
        consent = session.scalars(select(Consent).where(Consent.candidate_id == office.candidate_id)).one()
    assert consent.withdrawn_at == office.clock()
    assert (consent.basis, consent.text_version) == ("application", "1")


def test_F34_the_chain_of_what_happened_is_whole_after_an_erasure(office: Office) -> None:
    office.talk()
    audit = AuditService(office.database, office.clock)
    audit.seal()
    office.erasures.request(office.actor, office.candidate_id)
    office.work()
    audit.seal()
    verified = audit.verify(office.organisation_id)
    assert verified.is_intact and verified.unsealed == 0


def test_F34_an_interview_in_its_assessment_needs_review_and_is_not_rated_any_more(office: Office) -> None:
    line = office.line
    line.begin()
    line.say(SPOKEN)
    line.press("#")
    line.say(SPOKEN)
    line.hang_up()
    assert line.interview().status is InterviewStatus.PROCESSING
    office.erasures.request(office.actor, office.candidate_id)
    line.work()
    office.work()
    interview = line.interview()
    assert interview.status is InterviewStatus.NEEDS_REVIEW and interview.reason_code == "erased"
    assert line.model.count("answer_rating") == 0 and line.transcriber.heard == []
    with office.database.read() as session:
        assert session.scalars(select(Result)).all() == []
        states = {answer.state.value for answer in session.scalars(select(Answer))}
    assert states == {"technical_failure"}, "an answer that was never rated carries no number and waits for nobody"


def test_F34_an_export_holds_all_that_is_held(office: Office) -> None:
    office.talk()
    office.surround()
    made = ExportService(office.database, office.store, office.clock).export(office.actor, office.candidate_id)
    data = b"".join(made.parts())
    assert len(data) == made.size
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        names = set(archive.namelist())
        person = json.loads(archive.read("person.json"))
        words = archive.read("person.json").decode().lower()
        audio = [archive.read(name) for name in sorted(names) if name.endswith(".wav")]
        assert archive.read("files/resume.txt").decode() == RESUME
    assert audio and set(audio) == {data for key, data in office.store.files.items() if key.endswith(".wav")}
    assert all(trace in words for trace in TRACES if trace != "zembla"), "groups are kept apart, never beside a name"
    for table in ("answers", "answer_ratings", "results", "reviews", "messages", "candidate_questions", "model_calls"):
        assert person[table], table
    assert "token_hash" not in words
    with office.database.read() as session:
        event = session.scalars(select(DomainEvent).where(DomainEvent.type == "candidate.exported")).one()
    assert event.actor == "key:Test"


def test_F34_of_an_erased_person_there_is_nothing_to_export(office: Office) -> None:
    office.erasures.request(office.actor, office.candidate_id)
    with pytest.raises(NotFound):
        ExportService(office.database, office.store, office.clock).export(office.actor, office.candidate_id)


def test_F34_a_person_without_interviews_is_forgotten_as_well(office: Office) -> None:
    alone = make_candidate(office.database, office.organisation_id, phone="+14155557399", email="a@example.com")
    asked = office.erasures.request(office.actor, alone)
    office.work()
    assert office.erasures.receipt(office.organisation_id, asked.id).status == "done"
    with office.database.read() as session:
        person = session.get_one(Candidate, alone)
    assert (person.email, person.name) == (None, f"Person {alone[:8]}")


def test_F34_nothing_is_left_waiting_after_an_erasure(office: Office) -> None:
    office.talk()
    office.surround()
    with office.database.write() as unit:
        for kind, subject in (
            ("place_call", office.line.interview_id), ("send_sms", f"invitation:{office.line.interview_id}"),
            ("send_sms", f"missed_call:{office.line.call_id}"), ("read_resume", office.candidate_id),
        ):  # fmt: skip
            outbox_rows.add(
                unit.session, kind=kind, subject_id=subject, organisation_id=office.organisation_id,
                due_at=office.clock(),
            )  # fmt: skip
    office.erasures.request(office.actor, office.candidate_id)
    office.work()
    for kind in ("place_call", "send_sms", "read_resume", "delete_carrier_copies", "erase_candidate"):
        assert office.open_work(kind) == [], kind
    with office.database.read() as session:
        assert session.scalars(select(CandidateQuestion.transcript)).all() == [None]
        assert {call.status for call in session.scalars(select(Call))} == {CallStatus.COMPLETED}

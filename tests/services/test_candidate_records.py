"""Beside a candidate: the consent log, how the number stands, and an opt-out that somebody writes down for them."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from db.models import Candidate, DomainEvent, Interview, OptOut
from db.unit_of_work import Database
from interview.lifecycle import InterviewStatus
from interview.pseudonym import pseudonym_of
from ivr.services.candidate_records import CandidateRecordService, NumberStanding
from ivr.services.candidates import CandidateService
from ivr.services.context import Actor
from ivr.services.dialing import Gate
from ivr.services.drafts import CandidatePatch, ConsentDraft
from ivr.services.errors import NotFound
from tests.factories import make_candidate, make_interview, make_organisation
from tests.fakes import FakeExtractor, FakeFileStore, FrozenClock
from tests.services.test_interviews import settings


@pytest.fixture
def records(database: Database, clock: FrozenClock) -> CandidateRecordService:
    return CandidateRecordService(database, Gate(settings(whitelisted_numbers="+4420*")), clock)


def test_the_log_keeps_what_was_withdrawn(
    records: CandidateRecordService, database: Database, clock: FrozenClock
) -> None:
    organisation_id = make_organisation(database)
    person = make_candidate(database, organisation_id)
    people = CandidateService(database, clock, FakeFileStore(), FakeExtractor())
    actor = Actor(organisation_id, "user:anna@example.com", "user")
    people.patch(actor, person, CandidatePatch(consent=None))
    clock.advance(minutes=1)
    people.patch(actor, person, CandidatePatch(consent=ConsentDraft("written", source="dashboard")))
    log = records.consents(organisation_id, person)
    assert [(one.basis, one.source, one.withdrawn_at is not None) for one in log] == [
        ("written", "dashboard", False), ("application", "api", True),
    ]  # fmt: skip
    with pytest.raises(NotFound):
        records.consents(make_organisation(database), person)


def test_numbers_stand_on_the_list_by_themselves_by_prefix_or_not_at_all(
    records: CandidateRecordService, database: Database
) -> None:
    organisation_id, other = make_organisation(database), make_organisation(database)
    make_candidate(database, organisation_id, phone="+14155559001")
    make_candidate(database, other, phone="+14155559002")
    erased = pseudonym_of(settings().pseudonym_secrets[0], "+14155559003")
    with database.write() as unit:
        unit.session.add(OptOut(organisation_id=organisation_id, phone="+14155559001", source="sms"))
        unit.session.add(OptOut(organisation_id=organisation_id, phone=erased, source="sms"))
    phones = ["+14155559001", "+14155559002", "+14155559003", "+442079460018"]
    assert records.standings(organisation_id, phones) == {
        "+14155559001": NumberStanding(is_listed=True, is_opted_out=True),
        "+14155559002": NumberStanding(is_listed=False, is_opted_out=False),
        "+14155559003": NumberStanding(is_listed=False, is_opted_out=True),
        "+442079460018": NumberStanding(is_listed=True, is_opted_out=False),
    }
    assert records.standings(organisation_id, []) == {}


def test_an_opt_out_on_a_persons_word_ends_what_waits(records: CandidateRecordService, database: Database) -> None:
    organisation_id = make_organisation(database)
    person = make_candidate(database, organisation_id)
    waiting = make_interview(database, organisation_id=organisation_id, candidate_id=person)
    over = make_interview(
        database, organisation_id=organisation_id, candidate_id=person, status=InterviewStatus.COMPLETED
    )
    actor = Actor(organisation_id, "user:anna@example.com", "user")
    assert records.opt_out(actor, person) and not records.opt_out(actor, person)
    with database.read() as session:
        assert session.get_one(Interview, waiting).status is InterviewStatus.OPTED_OUT
        assert session.get_one(Interview, over).status is InterviewStatus.COMPLETED
        phone = session.get_one(Candidate, person).phone
        assert [(row.phone, row.source) for row in session.scalars(select(OptOut))] == [(phone, "recruiter")]
        told = session.scalars(select(DomainEvent).where(DomainEvent.type == "candidate.opted_out")).all()
    assert {(event.subject_kind, event.actor) for event in told} == {
        ("candidate", "user:anna@example.com"), ("interview", "user:anna@example.com"),
    }  # fmt: skip
    with pytest.raises(NotFound):
        records.opt_out(Actor(make_organisation(database), "user:x", "user"), person)

"""Candidates: entered once per number, consent kept with its text, résumés read in the background."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from db.models import Candidate, Consent, DomainEvent, Interview, Organisation, OutboxRow
from db.repositories import outbox
from db.repositories.outbox import Lease
from db.turns import TurnStore
from db.unit_of_work import Database
from interview.lifecycle import InterviewStatus
from interview.script import Accommodations
from ivr.gateways.documents import ChildProcessTextExtractor
from ivr.gateways.ports import GatewayError, Trouble, UnreadableDocument
from ivr.services.candidates import CandidateService
from ivr.services.context import Actor
from ivr.services.drafts import (
    CandidateDraft,
    CandidateFilters,
    CandidatePatch,
    ConsentDraft,
    Page,
    Profile,
    Upload,
)
from ivr.services.errors import Conflict, Invalid, NotFound, ServiceError
from tests.factories import make_call, make_interview, make_organisation
from tests.fakes import FakeExtractor, FakeFileStore, FrozenClock

ANNA = CandidateDraft(name="Anna Berg", phone="+14155550101")


class Office:
    """The service with everything around it."""

    def __init__(self, database: Database, clock: FrozenClock) -> None:
        self.database = database
        self.clock = clock
        self.store = FakeFileStore()
        self.extractor = FakeExtractor()
        self.rung = 0
        self.service = self.made_with(self.extractor)
        self.organisation_id = make_organisation(database)
        self.actor = Actor(self.organisation_id, "key:Demo", "key", "req-1")

    def made_with(self, extractor: Any) -> CandidateService:
        return CandidateService(self.database, self.clock, self.store, extractor, ring=self._ring)

    def _ring(self) -> None:
        self.rung += 1

    def lease(self) -> Lease:
        [claimed] = outbox.claim_due(self.database, self.clock(), "test", 10, 60)
        started = outbox.start(
            self.database, claimed.outbox_id, claimed.generation, now=self.clock(), owner="test", lease_s=60
        )
        assert started is not None
        return started

    def events(self) -> list[str]:
        with self.database.read() as session:
            return list(session.scalars(select(DomainEvent.type).order_by(DomainEvent.created_at, DomainEvent.type)))

    def count(self, model: Any) -> int:
        with self.database.read() as session:
            return session.scalar(select(func.count()).select_from(model)) or 0


@pytest.fixture
def office(database: Database, clock: FrozenClock) -> Office:
    return Office(database, clock)


def refused(kind: type[ServiceError], code: str, call: Any) -> ServiceError:
    with pytest.raises(kind) as caught:
        call()
    assert caught.value.code == code
    return caught.value


# --- entering ----------------------------------------------------------------------------------------------------


def test_the_call_pronounces_the_name_as_it_is_told_to(office: Office) -> None:
    made = office.service.create(office.actor, CandidateDraft(name="Siobhán Nguyễn", phone="+14155550101"))
    assert made.say_as is None and spoken_name(office, made.id) == "Siobhán Nguyễn"
    told = office.service.patch(office.actor, made.id, CandidatePatch(say_as="Shivawn Win"))
    assert told.say_as == "Shivawn Win" and told.name == "Siobhán Nguyễn"
    assert spoken_name(office, made.id) == "Shivawn Win"
    office.service.patch(office.actor, made.id, CandidatePatch(say_as=None))
    assert spoken_name(office, made.id) == "Siobhán Nguyễn"


def spoken_name(office: Office, candidate_id: str) -> str:
    """The name as the next call of this candidate has it."""
    made = make_interview(office.database, organisation_id=office.actor.organisation_id, candidate_id=candidate_id)
    call = make_call(office.database, made, carrier_sid=None)
    state = TurnStore(office.database).read(call)
    assert state is not None
    with office.database.write() as unit:
        unit.session.get_one(Interview, made).status = InterviewStatus.CANCELED
    return state.script.candidate_name


def test_a_candidate_is_kept_as_entered(office: Office) -> None:
    draft = CandidateDraft(
        name=" Anna Berg ", phone="(415) 555-0101", country="US", email="anna@example.com", language="en-GB",
        timezone="America/New_York", profile=Profile(role="Cook", years=3.5, skills=("knives",)),
        accommodations=Accommodations(slower_speech=True), external_id="A-1", metadata={"source": "fair"},
    )  # fmt: skip
    seen = office.service.create(office.actor, draft)
    assert (seen.name, seen.phone, seen.email) == ("Anna Berg", "+14155550101", "anna@example.com")
    assert seen.profile == Profile(role="Cook", years=3.5, skills=("knives",))
    assert seen.accommodations.slower_speech and seen.timezone == "America/New_York"
    assert (seen.external_id, dict(seen.metadata)) == ("A-1", {"source": "fair"})
    assert (seen.resume_status, seen.consent) == ("none", None)
    assert office.service.get(office.organisation_id, seen.id) == seen
    assert office.events() == ["candidate.created"]


@pytest.mark.parametrize(
    ("phone", "country"), [("not a number", None), ("4155550101", None), ("+1", None), ("112", "DE")]
)
def test_a_number_that_is_none_is_refused_at_its_field(office: Office, phone: str, country: str | None) -> None:
    error = refused(
        Invalid,
        "number_invalid",
        lambda: office.service.create(office.actor, replace(ANNA, phone=phone, country=country)),
    )
    assert isinstance(error, Invalid)
    [problem] = error.problems
    assert (problem.field, problem.code) == ("phone", "number_invalid")
    assert phone not in problem.message and office.count(Candidate) == 0


def test_the_same_number_twice_names_the_one_who_has_it(office: Office) -> None:
    first = office.service.create(office.actor, ANNA)
    again = replace(ANNA, name="A. Berg", phone="+1 (415) 555-0101")
    error = refused(Conflict, "candidate_exists", lambda: office.service.create(office.actor, again))
    assert error.extra == {"candidate_id": first.id}
    other = Actor(make_organisation(office.database), "key:Other", "key")
    assert office.service.create(other, ANNA).id != first.id


def test_an_external_id_is_given_once(office: Office) -> None:
    office.service.create(office.actor, replace(ANNA, external_id="A-1"))
    draft = replace(ANNA, phone="+14155550102", external_id="A-1")
    refused(Conflict, "external_id_exists", lambda: office.service.create(office.actor, draft))


def test_two_who_enter_the_same_person_at_once_make_one(office: Office) -> None:
    outcomes: list[str] = []

    def enter() -> None:
        try:
            outcomes.append(office.service.create(office.actor, ANNA).id)
        except Conflict as error:
            outcomes.append(error.code + ":" + error.extra["candidate_id"])

    threads = [threading.Thread(target=enter) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    [made] = [outcome for outcome in outcomes if ":" not in outcome]
    assert sorted(outcomes) == sorted([made, *[f"candidate_exists:{made}"] * 5])


# --- consent -----------------------------------------------------------------------------------------------------


def test_consent_is_kept_with_the_text_that_was_shown(office: Office) -> None:
    with office.database.write() as unit:
        unit.session.get_one(Organisation, office.organisation_id).consent_text_version = "2026-02"
    obtained = datetime(2026, 2, 27, 9, 0, tzinfo=UTC)
    seen = office.service.create(office.actor, replace(ANNA, consent=ConsentDraft("form", obtained_at=obtained)))
    assert seen.consent is not None
    assert (seen.consent.basis, seen.consent.text_version, seen.consent.obtained_at) == ("form", "2026-02", obtained)
    assert "candidate.consent_given" in office.events()


def test_consent_can_be_withdrawn_and_is_never_deleted(office: Office) -> None:
    seen = office.service.create(office.actor, replace(ANNA, consent=ConsentDraft("form", "v1")))
    office.clock.advance(hours=1)
    newer = office.service.patch(office.actor, seen.id, CandidatePatch(consent=ConsentDraft("call", "v2")))
    assert newer.consent is not None and newer.consent.basis == "call"
    assert office.service.patch(office.actor, seen.id, CandidatePatch(consent=None)).consent is None
    with office.database.read() as session:
        rows = session.scalars(select(Consent)).all()
    assert len(rows) == 2 and all(row.withdrawn_at == office.clock() for row in rows)
    assert "candidate.consent_withdrawn" in office.events()


# --- changing and finding ----------------------------------------------------------------------------------------


def test_a_patch_changes_what_it_names(office: Office) -> None:
    seen = office.service.create(office.actor, replace(ANNA, email="a@example.com", metadata={"a": "1"}))
    patch = CandidatePatch(name="Anna Holm", phone="020 7946 0018", country="GB", email=None, profile=None)
    changed = office.service.patch(office.actor, seen.id, patch)
    assert (changed.name, changed.phone, changed.email) == ("Anna Holm", "+442079460018", None)
    assert dict(changed.metadata) == {"a": "1"}
    with office.database.read() as session:
        event = session.scalars(select(DomainEvent).where(DomainEvent.type == "candidate.changed")).one()
    assert event.data == {"fields": ["name", "phone", "email", "profile"]} and event.actor == "key:Demo"


def test_a_patch_cannot_take_somebody_elses_number_or_name(office: Office) -> None:
    first = office.service.create(office.actor, replace(ANNA, external_id="A-1"))
    second = office.service.create(office.actor, replace(ANNA, phone="+14155550102"))
    change = office.service.patch
    error = refused(
        Conflict, "candidate_exists", lambda: change(office.actor, second.id, CandidatePatch(phone=first.phone))
    )
    assert error.extra == {"candidate_id": first.id}
    refused(Conflict, "external_id_exists", lambda: change(office.actor, second.id, CandidatePatch(external_id="A-1")))
    assert change(office.actor, first.id, CandidatePatch(phone=first.phone, external_id="A-1")) == first
    refused(Invalid, "number_invalid", lambda: change(office.actor, first.id, CandidatePatch(phone="0")))


def test_another_organisation_sees_nobody(office: Office) -> None:
    seen = office.service.create(office.actor, ANNA, Upload(b"my life", "cv.txt"))
    other = make_organisation(office.database)
    stranger = Actor(other, "key:Other", "key")
    for call in (
        lambda: office.service.get(other, seen.id),
        lambda: office.service.resume(other, seen.id),
        lambda: office.service.resume_text(other, seen.id),
        lambda: office.service.patch(stranger, seen.id, CandidatePatch(name="Mine")),
        lambda: office.service.replace_resume(stranger, seen.id, Upload(b"x")),
    ):
        refused(NotFound, "not_found", call)
    assert office.service.list(other).items == ()


def test_lists_are_newest_first_in_pages_and_can_be_searched(office: Office) -> None:
    names = ["Ada Lovelace", "Grace Hopper", "100% Real", "Mary_Ann", "Zoë Quinn"]
    for index, name in enumerate(names):
        office.clock.advance(seconds=1)
        office.service.create(
            office.actor,
            CandidateDraft(name=name, phone=f"+1415555020{index}", email=f"{name[:3].lower()}@x.org", external_id=name),
        )
    first = office.service.list(office.organisation_id, page=Page(limit=2, with_total=True))
    assert [one.name for one in first.items] == ["Zoë Quinn", "Mary_Ann"] and first.total == 5
    rest = office.service.list(office.organisation_id, page=Page(limit=10, cursor=first.next_cursor))
    assert [one.name for one in rest.items] == ["100% Real", "Grace Hopper", "Ada Lovelace"]
    assert rest.next_cursor is None and rest.total is None

    def found(q: str) -> list[str]:
        page = office.service.list(office.organisation_id, CandidateFilters(q=q), Page(with_total=True))
        assert page.total == len(page.items)
        return [one.name for one in page.items]

    assert found("LOVE") == ["Ada Lovelace"] and found("%") == ["100% Real"] and found("_") == ["Mary_Ann"]
    assert found("gra@x") == ["Grace Hopper"] and found("nobody") == []
    by_id = office.service.list(office.organisation_id, CandidateFilters(external_id="Mary_Ann"))
    assert [one.name for one in by_id.items] == ["Mary_Ann"]


# --- merging -----------------------------------------------------------------------------------------------------


def merge(office: Office, draft: CandidateDraft) -> str:
    with office.database.write() as unit:
        candidate = office.service.merge(unit.session, office.actor, draft)
        unit.session.flush()
        return candidate.id


def test_an_unknown_number_is_entered(office: Office) -> None:
    seen = office.service.get(office.organisation_id, merge(office, replace(ANNA, consent=ConsentDraft("form"))))
    assert (seen.name, seen.phone) == ("Anna Berg", "+14155550101") and seen.consent is not None


def test_a_known_number_takes_over_what_is_newer_and_not_empty(office: Office) -> None:
    known = office.service.create(
        office.actor,
        replace(
            ANNA, email="old@example.com", timezone="Europe/Berlin", metadata={"a": "1", "b": "1"},
            profile=Profile(role="Cook", company="Harbour", skills=("knives",)), consent=ConsentDraft("form", "v1"),
        ),
    )  # fmt: skip
    office.clock.advance(days=1)
    newer = CandidateDraft(
        name="Anna Holm", phone="+1 415 555 0101", email="new@example.com", metadata={"b": "2"},
        profile=Profile(role="Chef"), consent=ConsentDraft("form", "v1"),
    )  # fmt: skip
    assert merge(office, newer) == known.id
    seen = office.service.get(office.organisation_id, known.id)
    assert (seen.name, seen.email, seen.timezone) == ("Anna Holm", "new@example.com", "Europe/Berlin")
    assert dict(seen.metadata) == {"a": "1", "b": "2"}
    assert seen.profile == Profile(role="Chef", company="Harbour", skills=("knives",))
    assert office.count(Consent) == 1
    assert merge(office, replace(newer, consent=ConsentDraft("form", "v2"))) == known.id
    assert office.count(Consent) == 2


def test_merging_the_same_again_changes_nothing(office: Office) -> None:
    draft = replace(ANNA, email="a@example.com", consent=ConsentDraft("form"))
    before = office.service.get(office.organisation_id, merge(office, draft))
    events = office.events()
    merge(office, draft)
    assert office.service.get(office.organisation_id, before.id) == before
    assert office.events() == events


def test_merging_refuses_a_bad_number_and_a_taken_external_id(office: Office) -> None:
    office.service.create(office.actor, replace(ANNA, external_id="A-1"))
    error = refused(Invalid, "number_invalid", lambda: merge(office, replace(ANNA, phone="nope")))
    assert isinstance(error, Invalid) and error.problems[0].field == "candidate.phone"
    for phone in ("+14155550102", "+14155550103"):
        refused(
            Conflict,
            "external_id_exists",
            lambda phone=phone: merge(office, replace(ANNA, phone=phone, external_id="A-1")),
        )


# --- résumés -----------------------------------------------------------------------------------------------------


def test_a_resume_is_kept_and_read_in_the_background(office: Office) -> None:
    seen = office.service.create(office.actor, ANNA, Upload(b"%PDF-Ten years of soup.", "../../etc/passwd"))
    assert seen.resume_status == "parsing" and office.rung == 1
    refused(NotFound, "not_found", lambda: office.service.resume_text(office.organisation_id, seen.id))
    file = office.service.resume(office.organisation_id, seen.id)
    assert (file.data, file.content_type, file.filename) == (
        b"%PDF-Ten years of soup.", "application/pdf", "resume.pdf",
    )  # fmt: skip
    assert all("passwd" not in key and key.startswith(office.organisation_id) for key in office.store.files)
    office.service.read_resume(office.lease())
    read = office.service.get(office.organisation_id, seen.id)
    assert (read.resume_status, read.resume_reason) == ("ready", None)
    assert office.service.resume_text(office.organisation_id, seen.id) == "Ten years of soup."
    assert office.events()[-1] == "candidate.resume_read"
    with office.database.read() as session:
        tasks = {row.kind: row.done_at is not None for row in session.scalars(select(OutboxRow))}
    assert tasks == {"read_resume": True, "draft_profile": False} and office.rung == 2


@pytest.mark.parametrize(
    ("code", "status"), [("no_text", "no_text"), ("corrupt", "failed"), ("encrypted", "failed"), ("too_slow", "failed")]
)
def test_an_unreadable_resume_says_why(office: Office, code: str, status: str) -> None:
    seen = office.service.create(office.actor, ANNA, Upload(b"%PDF-x", "cv.pdf"))
    office.extractor.unreadable = UnreadableDocument(code, "It cannot be read.", "Send another.")
    office.service.read_resume(office.lease())
    read = office.service.get(office.organisation_id, seen.id)
    assert (read.resume_status, read.resume_reason) == (status, "It cannot be read. Send another.")


def test_hidden_text_is_reported(office: Office) -> None:
    seen = office.service.create(office.actor, ANNA, Upload(b"%PDF-x", "cv.pdf"))
    office.extractor.hidden_text_found = True
    office.service.read_resume(office.lease())
    read = office.service.get(office.organisation_id, seen.id)
    assert read.resume_status == "ready" and "invisible" in (read.resume_reason or "")


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"", "empty_file"), (b"\x00\x01\x02" * 50, "corrupt"), (b"\x89PNG\r\n", "unsupported_type")],
)
def test_a_file_that_is_no_document_is_refused_at_the_door(office: Office, data: bytes, code: str) -> None:
    service = office.made_with(ChildProcessTextExtractor())
    error = refused(Invalid, code, lambda: service.create(office.actor, ANNA, Upload(data, "cv.pdf")))
    assert isinstance(error, Invalid) and error.problems[0].field == "resume" and error.hint
    assert office.count(Candidate) == 0 and office.store.files == {}


def test_a_refused_candidate_leaves_no_file_behind(office: Office) -> None:
    office.service.create(office.actor, ANNA)
    refused(
        Conflict, "candidate_exists", lambda: office.service.create(office.actor, ANNA, Upload(b"my life", "cv.txt"))
    )
    assert office.store.files == {}


def test_a_new_resume_takes_the_place_of_the_old_one(office: Office) -> None:
    seen = office.service.create(office.actor, ANNA, Upload(b"old life", "cv.txt"))
    lease = office.lease()
    office.service.replace_resume(office.actor, seen.id, Upload(b"new life", "cv.txt"))
    assert [data for data in office.store.files.values()] == [b"new life"]
    # The task that was under way for the old file is due once more and reads the new one.
    office.service.read_resume(lease)
    assert office.service.resume_text(office.organisation_id, seen.id) == "new life"


def test_reading_twice_and_reading_a_lost_file(office: Office) -> None:
    seen = office.service.create(office.actor, ANNA, Upload(b"my life", "cv.txt"))
    lease = office.lease()
    office.store.files.clear()
    office.service.read_resume(lease)
    read = office.service.get(office.organisation_id, seen.id)
    assert read.resume_status == "failed" and "Send it again" in (read.resume_reason or "")
    refused(NotFound, "not_found", lambda: office.service.resume(office.organisation_id, seen.id))


def test_a_store_that_stays_away_is_given_up_with_a_reason(office: Office) -> None:
    seen = office.service.create(office.actor, ANNA, Upload(b"my life", "cv.txt"))
    away = GatewayError("The file store does not answer.", trouble=Trouble.RETRY, code="timeout")
    office.store.fail("get", away)
    lease = office.lease()
    with pytest.raises(GatewayError):
        office.service.read_resume(lease)
    assert office.service.get(office.organisation_id, seen.id).resume_status == "parsing"
    office.service.give_up(lease, away)
    read = office.service.get(office.organisation_id, seen.id)
    assert (read.resume_status, read.resume_reason) == ("failed", "The file store does not answer.")


def test_no_event_carries_a_number_or_a_name(office: Office) -> None:
    seen = office.service.create(office.actor, replace(ANNA, email="anna@example.com"), Upload(b"my life", "cv.txt"))
    office.clock.advance(seconds=timedelta(seconds=1).seconds)
    office.service.patch(office.actor, seen.id, CandidatePatch(phone="+14155550199", name="Anna Holm"))
    with office.database.read() as session:
        told = " ".join(str(event.data) for event in session.scalars(select(DomainEvent)))
    assert not any(secret in told for secret in ("Anna", "5550", "example.com", "my life"))

"""The look before the click: word for word what inviting would do, and nothing of it is written."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from db.models import Candidate, Consent, DomainEvent, Interview, OptOut, Organisation, OutboxRow, WhitelistEntry
from db.unit_of_work import Database
from ivr.services.call_previews import CallPreviewService, CallPreviewView
from ivr.services.candidates import CandidateService
from ivr.services.cost_estimates import CostEstimateService
from ivr.services.dialing import Gate
from ivr.services.drafts import CandidateDraft, ConsentDraft, InviteDraft
from ivr.services.errors import Invalid, NotFound, Refused
from tests.factories import make_job, make_organisation
from tests.fakes import FakeExtractor, FakeFileStore, FrozenClock, TickingClock
from tests.services.test_interviews import Desk, settings

EVENING = datetime(2026, 3, 2, 21, 30, tzinfo=UTC)
NEW = CandidateDraft("Grace Kim", "020 7946 0018", country="GB", consent=ConsentDraft("application"))


class Look:
    """The service beside the desk that really invites."""

    def __init__(self, desk: Desk, clock: FrozenClock, **changes: object) -> None:
        people = CandidateService(desk.database, clock, FakeFileStore(), FakeExtractor())
        self.desk = desk
        self.previews = CallPreviewService(desk.database, Gate(settings(**changes)), people, desk.interviews, clock)

    def look(self, **values: Any) -> CallPreviewView:
        given = {"job_id": self.desk.job_id, "candidate_id": self.desk.candidate_id} | values
        return self.previews.preview(self.desk.actor, InviteDraft(**given))

    def rows(self) -> dict[str, int]:
        kinds = (Candidate, Consent, DomainEvent, Interview, OutboxRow, WhitelistEntry)
        with self.desk.database.read() as session:
            return {kind.__name__: session.scalar(select(func.count()).select_from(kind)) or 0 for kind in kinds}


@pytest.fixture
def look(database: Database, clock: FrozenClock) -> Look:
    return Look(Desk(database, clock), clock)


def failing(found: CallPreviewView) -> list[str]:
    return [check.rule for check in found.checks if check.code is not None]


def test_whoever_may_be_called_is_called_now_and_nothing_is_written(look: Look, clock: FrozenClock) -> None:
    before = look.rows()
    found = look.look()
    assert (found.call_at, found.why, found.refused) == (clock(), "The call is due.", None)
    assert failing(found) == [] and len(found.checks) == 14
    assert (found.zones, found.has_own_zone) == (("Europe/London",), True)
    assert look.rows() == before and look.desk.rings == 0


def test_it_says_what_inviting_then_does(look: Look, clock: FrozenClock) -> None:
    clock.now = EVENING
    found = look.look()
    assert failing(found) == ["hours"] and found.refused is None
    invited = look.desk.invite()
    assert invited.next_action is not None
    assert (invited.next_action.at, invited.next_action.why) == (found.call_at, found.why)
    again = look.look()
    assert again.refused is not None and again.call_at is None
    assert (again.refused.code, again.refused.interview_id) == ("interview_exists", invited.id)


def test_while_time_passes_a_call_that_is_due_is_not_one_for_later(database: Database) -> None:
    clock = TickingClock()
    found = Look(Desk(database, clock), clock).look()
    assert found.call_at is not None and found.call_at <= found.now


def test_everything_that_is_wrong_is_told_at_once(look: Look) -> None:
    desk = look.desk
    with desk.database.write() as unit:
        person = unit.session.get_one(Candidate, desk.candidate_id)
        unit.session.add(OptOut(organisation_id=desk.organisation_id, phone=person.phone, source="sms"))
        unit.session.get_one(Organisation, desk.organisation_id).is_stopped = True
        for entry in unit.session.scalars(select(WhitelistEntry)):
            unit.session.delete(entry)
    found = look.look()
    assert failing(found) == ["whitelist", "opt_out", "stop_switch"]
    assert found.refused is not None and found.refused.code == "not_whitelisted"
    with pytest.raises(Refused) as refused:
        desk.invite()
    assert (refused.value.code, refused.value.sentence) == (found.refused.code, found.refused.sentence)


def test_a_wished_time_is_looked_at_as_it_will_be_then(look: Look, clock: FrozenClock) -> None:
    night = datetime(2026, 3, 3, 2, 0, tzinfo=UTC)
    found = look.look(call_at=night)
    assert found.refused is not None and found.refused.code == "outside_calling_hours"
    (hours,) = (check for check in found.checks if check.rule == "hours")
    assert hours.retry_at == datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
    later = look.look(call_at=hours.retry_at)
    assert (later.call_at, later.refused) == (hours.retry_at, None)


def test_somebody_new_is_looked_at_without_being_entered(look: Look) -> None:
    before = look.rows()
    found = look.look(candidate_id=None, candidate=NEW)
    assert found.candidate_id is None and found.name == "Grace Kim" and failing(found) == ["whitelist"]
    without = look.look(candidate_id=None, candidate=CandidateDraft("Grace Kim", "+442079460018"))
    assert failing(without) == ["whitelist", "consent"]
    assert look.rows() == before


def test_a_known_number_is_that_person(look: Look) -> None:
    with look.desk.database.read() as session:
        phone = session.get_one(Candidate, look.desk.candidate_id).phone
    found = look.look(candidate_id=None, candidate=CandidateDraft("Ada New", phone))
    assert (found.candidate_id, found.name, failing(found)) == (look.desk.candidate_id, "Ada New", [])
    assert look.look().name == "Ada Example"


def test_what_cannot_be_looked_at_is_refused(look: Look) -> None:
    foreign = make_job(look.desk.database, make_organisation(look.desk.database))
    with pytest.raises(NotFound):
        look.look(job_id=foreign)
    with pytest.raises(NotFound):
        look.look(candidate_id="00000000-0000-4000-8000-000000000000")
    with pytest.raises(Invalid) as invalid:
        look.look(candidate_id=None, candidate=CandidateDraft("Grace", "12"))
    assert invalid.value.code == "number_invalid"
    with pytest.raises(Invalid):
        look.look(candidate_id=None)


def test_an_unapproved_job_is_refused_in_words(look: Look) -> None:
    draft = make_job(look.desk.database, look.desk.organisation_id, approved=False)
    found = look.look(job_id=draft)
    assert found.refused is not None and found.refused.code == "questions_not_approved"


def test_without_a_past_an_estimate_goes_by_the_price_table(look: Look, clock: FrozenClock) -> None:
    desk = look.desk
    estimates = CostEstimateService(
        desk.database, clock, rating_model="gpt-6-luna", transcribe_model="gpt-transcribe", samples=3
    )
    found = estimates.of_interview(desk.organisation_id, desk.job_id)
    # 3 answers of 120 s, six tenths used, at $0.0045 a minute; 9 ratings of 2,000 and 800 tokens at $0.10 and $0.50
    assert (found.basis, found.models_usd, found.interviews, found.carrier) == ("prices", "0.0216", 0, ())
    unknown = CostEstimateService(
        desk.database, clock, rating_model="own", transcribe_model="gpt-transcribe", samples=3
    ).of_interview(desk.organisation_id, desk.job_id)
    assert (unknown.basis, unknown.models_usd) == ("unknown", None)
    with pytest.raises(NotFound):
        estimates.of_interview(make_organisation(desk.database), desk.job_id)

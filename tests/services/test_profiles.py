"""A candidate's profile, drafted from the résumé by a worker: backed by its text, a person's to change, not scored."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from db.models import Candidate, DomainEvent, OutboxRow
from db.unit_of_work import Database
from interview.resume import ResumeFacts
from ivr.gateways.ports import GatewayError, LanguageModel, Trouble
from ivr.services.drafts import CandidateDraft, CandidatePatch, Profile, Upload
from ivr.services.model_ledger import ModelLedger
from ivr.services.profiles import ProfileService, pieces
from scripts.simulator.openai_double.profile import draft_profile
from tests.fakes import FakeLanguageModel, FrozenClock
from tests.services.test_candidates import ANNA, Office
from tests.services.test_jobs import Double, running_double  # noqa: F401 - a fixture

RESUME = """Anna Berg, anna@example.org
Shift Leader, Harbour Kitchen, 2019 to today
12 years of experience in large kitchens
Skills: knife work, allergen plans, HACCP
Diploma of the Hotel School Lausanne, 1999
I led a brigade of nine and cut waste by a third.
"""
DRAFTED = Profile(
    "Shift Leader", "Harbour Kitchen", 12.0, ("knife work", "allergen plans", "HACCP"),
    ("Diploma of the Hotel School Lausanne, 1999",),
    "12 years of experience in large kitchens I led a brigade of nine and cut waste by a third.",
)  # fmt: skip


class Desk(Office):
    """The candidates' office with somebody who reads résumés."""

    def __init__(self, database: Database, clock: FrozenClock) -> None:
        super().__init__(database, clock)
        self.model = FakeLanguageModel({"candidate_profile": draft_profile})
        self.profiles = self.reader(self.model)

    def reader(self, model: LanguageModel | None) -> ProfileService:
        return ProfileService(self.database, ModelLedger(self.database, model, self.clock, model_name="m"), self.clock)

    def entered(self, resume: str = RESUME, draft: CandidateDraft = ANNA) -> str:
        """The id of somebody whose résumé has been read and not yet looked into."""
        seen = self.service.create(self.actor, draft, Upload(resume.encode(), "cv.txt"))
        self.service.read_resume(self.lease())
        return seen.id

    def profile(self, candidate_id: str) -> Profile:
        return self.service.get(self.organisation_id, candidate_id).profile

    def facts(self, candidate_id: str) -> ResumeFacts | None:
        with self.database.read() as session:
            return session.get_one(Candidate, candidate_id).resume_facts

    def open_kinds(self) -> list[str]:
        with self.database.read() as session:
            return [row.kind for row in session.scalars(select(OutboxRow)) if row.done_at is None]


@pytest.fixture
def desk(database: Database, clock: FrozenClock) -> Desk:
    return Desk(database, clock)


def test_a_profile_is_drafted_once_the_resume_is_read(desk: Desk) -> None:
    someone = desk.entered()
    assert desk.profile(someone) == Profile()
    desk.profiles.draft_profile(desk.lease())
    assert desk.profile(someone) == DRAFTED
    assert desk.open_kinds() == [] and desk.events()[-1] == "candidate.resume_read"
    assert "candidate.profile_drafted" in desk.events()
    [asked] = desk.model.asked
    assert asked.payload == {"resume": [RESUME.strip()]} and "Harbour" not in asked.instructions
    with desk.database.read() as session:
        told = " ".join(str(event.data) for event in session.scalars(select(DomainEvent)))
    assert "Harbour" not in told and "knife" not in told


def test_the_double_answers_in_the_schema_of_strict_mode(desk: Desk, running_double: Double) -> None:  # noqa: F811
    running_double.faults()
    someone = desk.entered()
    desk.reader(running_double.model).draft_profile(desk.lease())
    assert desk.profile(someone) == DRAFTED


def test_what_the_resume_does_not_say_is_dropped(desk: Desk) -> None:
    desk.model.replies["candidate_profile"] = {
        "role": "Chief of everything", "company": "Harbour Kitchen",
        "years": {"number": 30, "quote": "12 years of experience"}, "skills": ["HACCP", "rocket science"],
        "education": ["Doctor of Physics"], "bio": ["Please hire this person at once."],
    }  # fmt: skip
    someone = desk.entered()
    desk.profiles.draft_profile(desk.lease())
    assert desk.profile(someone) == Profile(company="Harbour Kitchen", skills=("HACCP",))


def test_what_a_person_wrote_stays_and_can_be_changed(desk: Desk) -> None:
    typed = CandidateDraft(name="Anna Berg", phone="+14155550101", profile=Profile(role="Cook", skills=("soup",)))
    someone = desk.entered(draft=typed)
    desk.profiles.draft_profile(desk.lease())
    seen = desk.profile(someone)
    assert (seen.role, seen.skills, seen.company) == ("Cook", ("soup",), "Harbour Kitchen")
    mine = Profile(role="Head Cook", company="Quay", years=2.0)
    assert desk.service.patch(desk.actor, someone, CandidatePatch(profile=mine)).profile == mine
    desk.service.replace_resume(desk.actor, someone, Upload(RESUME.encode(), "cv.txt"))
    desk.service.read_resume(desk.lease())
    desk.profiles.draft_profile(desk.lease())
    seen = desk.profile(someone)
    assert (seen.role, seen.company, seen.years) == ("Head Cook", "Quay", 2.0) and seen.skills == DRAFTED.skills


def test_a_newer_resume_takes_the_place_of_the_earlier_draft(desk: Desk) -> None:
    someone = desk.entered()
    desk.profiles.draft_profile(desk.lease())
    desk.service.replace_resume(desk.actor, someone, Upload(b"Night Porter, Quay Hotel, 2024 to today", "cv.txt"))
    assert desk.facts(someone) is None, "nothing of the former file is left for a rater"
    desk.service.read_resume(desk.lease())
    desk.profiles.draft_profile(desk.lease())
    seen = desk.profile(someone)
    assert (seen.role, seen.company, seen.years, seen.skills) == ("Night Porter", "Quay Hotel", None, ())


def test_a_resume_that_was_replaced_meanwhile_is_left_to_its_own_task(desk: Desk) -> None:
    someone = desk.entered()

    def slow(payload: Any) -> Any:
        desk.service.replace_resume(desk.actor, someone, Upload(b"Night Porter, Quay Hotel, 2024 to today", "cv.txt"))
        return draft_profile(payload)

    desk.model.replies["candidate_profile"] = slow
    desk.profiles.draft_profile(desk.lease())
    assert desk.profile(someone) == Profile() and desk.open_kinds() == ["read_resume"]


@pytest.mark.parametrize("trouble", list(Trouble))
def test_a_model_that_fails_leaves_the_profile_empty(desk: Desk, trouble: Trouble) -> None:
    error = GatewayError("It is down.", trouble=trouble, code="down")
    desk.model.replies["candidate_profile"] = error
    someone = desk.entered()
    lease = desk.lease()
    if trouble in (Trouble.RETRY, Trouble.CONFIGURATION):
        with pytest.raises(GatewayError):
            desk.profiles.draft_profile(lease)
        assert desk.open_kinds() == ["draft_profile"]
        desk.profiles.give_up(lease, error)
    else:
        desk.profiles.draft_profile(lease)
    assert desk.profile(someone) == Profile() and desk.open_kinds() == []
    assert "candidate.profile_not_drafted" in desk.events()


def test_an_unreadable_resume_drafts_nothing(desk: Desk) -> None:
    seen = desk.service.create(desk.actor, ANNA, Upload(b"%PDF-", "cv.pdf"))
    desk.service.read_resume(desk.lease())
    assert desk.service.get(desk.organisation_id, seen.id).resume_status == "no_text" and desk.open_kinds() == []


def test_a_long_resume_goes_in_pieces_that_lose_nothing(desk: Desk) -> None:
    long = "\n".join(f"Line {number} of a long working life" for number in range(400))
    sent = pieces(long)
    assert len(sent) > 1 and "\n".join(sent) == long and all(len(piece) <= 6000 for piece in sent)
    assert [len(piece) for piece in pieces("x" * 99_000)] == [5_500] * 4
    assert pieces(" ") == []

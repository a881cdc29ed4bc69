"""A house with the real services behind the pages of candidates, new interviews and campaigns, in frozen time."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from flask import Flask

from db.models import Candidate, Interview, Job, Role
from db.unit_of_work import Database
from interview.lifecycle import InterviewStatus
from ivr.app import create_app
from ivr.dashboard import blueprint
from ivr.services.access import AccessService
from ivr.services.blind_first import BlindFirstService
from ivr.services.call_lists import CallLists
from ivr.services.call_previews import CallPreviewService
from ivr.services.campaigns import CampaignService
from ivr.services.candidate_records import CandidateRecordService
from ivr.services.candidates import CandidateService
from ivr.services.context import Actor
from ivr.services.cost_estimates import CostEstimateService
from ivr.services.dialing import Gate
from ivr.services.erasures import ErasureService
from ivr.services.exports import ExportService
from ivr.services.imports import ImportService
from ivr.services.insights import InsightService
from ivr.services.interview_lists import InterviewListService
from ivr.services.interviews import InterviewService
from ivr.services.invitations import InvitationService
from ivr.services.jobs import JobService
from ivr.services.links import CandidateLinks
from ivr.services.logins import LoginService
from ivr.services.organisations import OrganisationService
from ivr.services.results import ResultService
from ivr.services.reviews import ReviewService
from ivr.services.saved_views import SavedViewService
from ivr.services.user_links import UserLinks
from ivr.services.users import UserService
from tests.dashboard.conftest import PASSWORD, make_settings
from tests.dashboard.visitor import Visitor
from tests.factories import make_candidate, make_interview, make_job
from tests.fakes import FakeExtractor, FakeFileStore, FrozenClock

PEOPLE = (
    ("Zoë Nguyễn-Łukasik", "+442079460018", "Europe/London"), ("محمد الفارسي", "+442079460019", None),
    ("Niamh Ní Bhriain", "+353209134567", "Europe/Dublin"), ("Grace Kim", "+14155550141", "America/Los_Angeles"),
    ("Lucía Fernández-Ortiz", "+34910606060", None),
)  # fmt: skip


@dataclass
class CallingHouse:
    """The app and what is behind it."""

    app: Flask
    services: Any
    database: Database
    clock: FrozenClock
    organisation_id: str

    @property
    def logins(self) -> LoginService:
        found: LoginService = self.services.logins
        return found

    @property
    def actor(self) -> Actor:
        return Actor(self.organisation_id, "user:test@example.com", "user")

    def person(self, role: Role = Role.REVIEWER, email: str | None = None) -> str:
        """The address of a new account with ``PASSWORD``."""
        address = email or f"{role.value}@example.com"
        self.services.users.create_user(self.actor, address, "Priya Natarajan", role, PASSWORD)
        return address

    def enter(self, role: Role = Role.RECRUITER) -> Visitor:
        """A browser in which somebody with this role has logged in."""
        visitor = Visitor(self.app.test_client())
        came = visitor.send("/login", email=self.person(role), password=PASSWORD)
        assert came.status_code == 303, came.text
        return visitor

    def job(self, title: str = "Site Reliability Engineer", **values: Any) -> str:
        job_id = make_job(self.database, self.organisation_id, **values)
        with self.database.write() as unit:
            unit.session.get_one(Job, job_id).title = title
        return job_id

    def candidate(self, name: str = "Ada Example", phone: str | None = None, **values: Any) -> str:
        candidate_id = make_candidate(self.database, self.organisation_id, phone=phone, **values)
        with self.database.write() as unit:
            unit.session.get_one(Candidate, candidate_id).name = name
        return candidate_id

    def interview(self, candidate_id: str, job_id: str, status: InterviewStatus = InterviewStatus.QUEUED) -> str:
        return make_interview(
            self.database, organisation_id=self.organisation_id, job_id=job_id, candidate_id=candidate_id, status=status
        )

    def all(self, kind: type[Any]) -> list[Any]:
        with self.database.read() as session:
            return list(session.query(kind))

    def interviews_of(self, candidate_id: str) -> list[Interview]:
        return [one for one in self.all(Interview) if one.candidate_id == candidate_id]


def make_calling_house(database: Database, clock: FrozenClock, **more: Any) -> CallingHouse:
    """The house; ``more`` are settings."""
    settings = make_settings(**{"rate_limit_logins_per_minute": 1000, **more})
    organisation_id = AccessService(database, clock, settings, beside=lambda work: work()).ensure_first_key()
    store, extractor = FakeFileStore(), FakeExtractor()
    gate, links = Gate(settings), UserLinks(settings.webhook_base_url, settings.pin_secrets)
    candidates = CandidateService(database, clock, store, extractor)
    interviews = InterviewService(
        database, gate, candidates, ResultService(database, store), ReviewService(database, clock, lambda: None),
        clock, lambda: None,
    )  # fmt: skip
    imports = ImportService(database, candidates)
    nobody: Any = None  # no question is written or checked here
    services: Any = SimpleNamespace(
        settings=settings,
        clock=clock,
        logins=LoginService(database, clock, links),
        users=UserService(database, clock, links),
        organisations=OrganisationService(database, store, clock),
        jobs=JobService(database, clock, store, extractor, nobody, nobody, ring=lambda: None),
        candidates=candidates,
        candidate_records=CandidateRecordService(database, gate, clock),
        call_lists=CallLists(database, clock, settings),
        call_previews=CallPreviewService(database, gate, candidates, interviews, clock),
        cost_estimates=CostEstimateService(
            database, clock, rating_model="gpt-6-luna", transcribe_model="gpt-transcribe", samples=3
        ),
        interviews=interviews,
        imports=imports,
        campaigns=CampaignService(
            database, gate, interviews, imports, clock, lambda: None, calls_per_second=settings.calls_per_second
        ),
        blind_first=BlindFirstService(database),
        interview_lists=InterviewListService(database, BlindFirstService(database)),
        saved_views=SavedViewService(database, clock),
        insights=InsightService(database),
        invitations=InvitationService(
            database, gate, CandidateLinks(settings.webhook_base_url, settings.pin_secrets), clock, lambda: None,
            sends=frozenset({"sms"}),
        ),
        exports=ExportService(database, store, clock),
        erasures=ErasureService(database, store, clock, lambda: None, secrets=settings.pseudonym_secrets),
    )  # fmt: skip
    app = create_app(services, settings, doors=(blueprint,))
    return CallingHouse(app, services, database, clock, organisation_id)


__all__ = ["PEOPLE", "CallingHouse", "make_calling_house"]

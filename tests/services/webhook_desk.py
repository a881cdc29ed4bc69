"""Everything between an event and a receiver: the real services over a database, with the receiver played by a fake."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from db.models import DomainEvent, OutboxRow, WebhookEndpoint
from db.repositories import outbox as outbox_rows
from db.repositories.events import record
from db.unit_of_work import Database
from ivr.api.event_payloads import payload
from ivr.gateways.ports import GatewayError, Trouble, WebhookReply
from ivr.services.announcements import AnnouncementService
from ivr.services.candidates import CandidateService
from ivr.services.context import Actor
from ivr.services.drafts import Page
from ivr.services.event_objects import EventObjects
from ivr.services.outbox import Outbox
from ivr.services.sealing import Seal
from ivr.services.webhook_deliveries import Slots, WebhookDeliveryService
from ivr.services.webhook_endpoints import WebhookEndpointService
from ivr.services.webhook_views import DeliveryView, NewWebhookEndpointView, WebhookEndpointDraft
from tests.factories import make_candidate, make_interview, make_job, make_organisation
from tests.fakes import FakeExtractor, FakeFileStore, FrozenClock

SECRETS = ("the-present-key-of-this-test", "the-former-key-of-this-test")
OK = WebhookReply(200, "thanks", 12)
AWAY = GatewayError("Nobody answers.", trouble=Trouble.RETRY, code="unreachable")


@dataclass
class FakeReceiver:
    """Answers what it was told to, one thing after the other, and then 200 for ever."""

    replies: list[WebhookReply | GatewayError] = field(default_factory=list)
    got: list[tuple[str, Mapping[str, str], bytes]] = field(default_factory=list)
    before: Callable[[], None] = lambda: None

    def send(self, url: str, headers: Mapping[str, str], body: bytes) -> WebhookReply:
        self.got.append((url, dict(headers), body))
        self.before()
        reply = self.replies.pop(0) if self.replies else OK
        if isinstance(reply, GatewayError):
            raise reply
        return reply

    @property
    def ids(self) -> list[str]:
        return [headers["webhook-id"] for _, headers, _ in self.got]

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, _, body in self.got]


@dataclass
class FakeNews:
    """What live streams would have been told."""

    told: list[str] = field(default_factory=list)

    def tell(self, organisation_id: str) -> None:
        self.told.append(organisation_id)

    @contextmanager
    def hearing(self, organisation_id: str) -> Iterator[FakeNews]:
        yield self

    def wait(self, timeout_s: float) -> bool:
        return False


class WebhookDesk:
    """One organisation with an interview, endpoints as they are entered, and the outbox worked by hand."""

    def __init__(self, database: Database, clock: FrozenClock, *, slots: int = 8) -> None:
        from ivr.services.interviews import InterviewService
        from ivr.services.jobs import JobService
        from ivr.services.results import ResultService
        from ivr.services.reviews import ReviewService

        self.database, self.clock = database, clock
        self.receiver, self.news = FakeReceiver(), FakeNews()
        store = FakeFileStore()
        candidates = CandidateService(database, clock, store, FakeExtractor())
        interviews = InterviewService(
            database, None, candidates, ResultService(database, store), ReviewService(database, clock, lambda: None),
            clock, lambda: None,
        )  # type: ignore[arg-type]  # fmt: skip  # nobody is dialled here
        self.interviews = interviews
        nobody: Any = None  # no question is written or checked here
        jobs = JobService(database, clock, store, FakeExtractor(), nobody, nobody)
        self.objects = EventObjects(database, jobs, candidates, interviews)
        seal = Seal(SECRETS[:1], "webhooks")
        self.endpoints = WebhookEndpointService(database, clock, seal, lambda: None)
        self.announcements = AnnouncementService(database, self.news, clock)
        self.deliveries = WebhookDeliveryService(
            database, self.receiver, seal, self.objects, payload, clock, slots=Slots(slots), chance=lambda: 0.0
        )
        self.outbox = Outbox(database, clock, owner="test", chance=lambda: 0.0)
        self.organisation_id = make_organisation(database)
        self.job_id = make_job(database, self.organisation_id)
        self.candidate_id = make_candidate(database, self.organisation_id)
        self.interview_id = make_interview(
            database, organisation_id=self.organisation_id, job_id=self.job_id, candidate_id=self.candidate_id
        )
        self.actor = Actor(self.organisation_id, "key:Test", "key", "req-1")

    # --- what people do

    def enter(self, *events: str, url: str = "https://ats.example.com/hooks") -> NewWebhookEndpointView:
        self.clock.advance(seconds=1)
        return self.endpoints.create(self.actor, WebhookEndpointDraft(url, events or ("*",)))

    def happen(self, type: str = "interview.started", **values: Any) -> str:
        """Something that happens in a transaction of its own; the event's id."""
        given = {"subject_kind": "interview", "subject_id": self.interview_id, "organisation_id": self.organisation_id}
        with self.database.write() as unit:
            return record(unit.session, type=type, actor="candidate", at=self.clock(), **{**given, **values}).id

    def log(self, endpoint_id: str) -> tuple[DeliveryView, ...]:
        return self.endpoints.deliveries(self.organisation_id, endpoint_id, None, None, Page()).items

    # --- what a worker does

    def work(self) -> int:
        """Do what is due now, until nothing is; how much that was."""
        doing = {
            "announce_event": self.announcements.announce_event,
            "deliver_webhook": self.deliveries.deliver_webhook,
        }
        done = 0
        while leases := outbox_rows.claim_due(self.database, self.clock(), "test", 50, 60):
            for claimed in leases:
                if claimed.kind in doing:
                    lease = self.outbox.start(claimed.outbox_id, claimed.generation)
                    assert lease is not None
                    self.outbox.run(lease, doing[claimed.kind])
                    done += 1
        return done

    # --- the record

    def endpoint(self, endpoint_id: str) -> WebhookEndpoint:
        with self.database.read() as session:
            return session.get_one(WebhookEndpoint, endpoint_id)

    def all(self, kind: type[Any]) -> list[Any]:
        with self.database.read() as session:
            return list(session.scalars(select(kind).order_by(kind.created_at, kind.id)))

    def asked(self, kind: str) -> list[OutboxRow]:
        return [row for row in self.all(OutboxRow) if row.kind == kind]

    def events(self, type: str) -> list[DomainEvent]:
        return [one for one in self.all(DomainEvent) if one.type == type]


def is_signed(headers: Mapping[str, str], body: bytes, secret: str) -> bool:
    """As a receiver looks at it, written anew here."""
    key = base64.b64decode(secret.split("_")[1])
    signed = b".".join([headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body])
    wanted = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return any(hmac.compare_digest(wanted, one) for one in headers["webhook-signature"].split(" "))



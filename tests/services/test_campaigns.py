"""Campaigns over a carrier in memory: pace, calls at once, hours, pauses, restarts; nobody is dialled twice."""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select, update

from db.models import (
    Call,
    Campaign,
    CampaignMember,
    Candidate,
    DomainEvent,
    Interview,
    Job,
    OptOut,
    Organisation,
    OutboxRow,
    WhitelistEntry,
)
from db.repositories import outbox
from db.turns import TurnStore
from db.unit_of_work import Database
from interview.lifecycle import CALL_TERMINAL, CallStatus, InterviewStatus
from ivr.callbacks import Callbacks
from ivr.gateways.ports import GatewayError, Trouble
from ivr.services.alerts import AlertService
from ivr.services.calls import CallService
from ivr.services.campaign_line import PAUSED
from ivr.services.campaigns import CampaignService
from ivr.services.candidates import CandidateService
from ivr.services.context import Actor
from ivr.services.conversations import CallNews, ConversationService
from ivr.services.dialing import Gate
from ivr.services.drafts import CampaignDraft, CampaignFilters, JobSettings, Page
from ivr.services.errors import Conflict, Invalid, NotFound, Refused
from ivr.services.imports import ImportService
from ivr.services.interviews import InterviewService
from ivr.services.results import ResultService
from ivr.services.reviews import ReviewService
from tests.factories import make_candidate, make_interview, make_job, make_organisation
from tests.fakes import FakeCarrier, FakeExtractor, FakeFileStore, FrozenClock
from tests.services.test_calls import settings

LEASE_S = 60


class Floor:
    """A call centre: every service, the outbox worked by hand in frozen time, and calls that end by themselves."""

    def __init__(self, database: Database, clock: FrozenClock, *, talk_s: float = 50, **changes: object) -> None:
        self.database, self.clock, self.talk_s = database, clock, talk_s
        self.changes = {"max_concurrent_calls": 100, **changes}
        self.carrier = FakeCarrier(clock)
        self.ends: list[tuple[datetime, int, str, str]] = []
        self.dials: list[tuple[datetime, str]] = []
        self.restart()
        self.organisation_id = make_organisation(database)
        self.actor = Actor(self.organisation_id, "key:Demo", "key", "req-1")
        self.job_id = make_job(database, self.organisation_id, settings=JobSettings(max_attempts=1))

    def restart(self) -> None:
        """New service objects, as after the end of every process."""
        database, clock, given = self.database, self.clock, settings(**self.changes)
        people = CandidateService(database, clock, FakeFileStore(), FakeExtractor())
        self.imports = ImportService(database, people)
        self.interviews = InterviewService(
            database, Gate(given), people, ResultService(database, FakeFileStore()),
            ReviewService(database, clock, lambda: None), clock, lambda: None,
        )  # fmt: skip
        self.campaigns = CampaignService(
            database, Gate(given), self.interviews, self.imports, clock, lambda: None,
            calls_per_second=given.calls_per_second,
        )  # fmt: skip
        self.alerts = AlertService(database, None, clock)
        self.conversations = ConversationService(TurnStore(database), clock, lambda: None)
        self.calls = CallService(
            database, self.carrier, Gate(given), self.conversations, Callbacks(given.webhook_base_url), clock,
            calls_per_second=given.calls_per_second,
        )  # fmt: skip

    def people(self, number: int, **values: Any) -> tuple[str, ...]:
        return tuple(make_candidate(self.database, self.organisation_id, **values) for _ in range(number))

    def start(self, ids: tuple[str, ...] = (), **values: Any) -> str:
        draft = CampaignDraft(self.job_id, "Spring", candidate_ids=ids, **values)
        return self.campaigns.create(self.actor, draft).id

    # time

    def run_until(self, end: datetime | None = None) -> None:
        """Do everything that falls due, moment by moment, until ``end`` or until nothing is left."""
        while True:
            due = outbox.next_due(self.database, self.clock())
            moment = min([m for m in (due, self.ends[0][0] if self.ends else None) if m is not None], default=None)
            if moment is None or (end is not None and moment > end):
                break
            self.clock.now = max(self.clock(), moment)
            self.work()
        if end is not None:
            self.clock.now = max(self.clock(), end)

    def work(self) -> None:
        while self.ends and self.ends[0][0] <= self.clock():
            _, _, call_id, sid = heappop(self.ends)
            self.carrier.set_call(sid, status=CallStatus.NO_ANSWER)
            self.conversations.status_changed(call_id, CallNews(sid, CallStatus.NO_ANSWER, 1))
        for lease in outbox.claim_due(self.database, self.clock(), "test", 100, LEASE_S):
            started = outbox.start(
                self.database, lease.outbox_id, lease.generation, now=self.clock(), owner="test", lease_s=LEASE_S
            )
            assert started is not None
            before = len(self.carrier.placed)
            try:
                others: dict[str, Any] = {"run_campaign": self.campaigns, "send_alert": self.alerts}
                getattr(others.get(lease.kind, self.calls), lease.kind)(started)
            finally:
                if len(self.carrier.placed) > before:
                    self._dialled(before)

    def _dialled(self, place: int) -> None:
        request = self.carrier.placed[place]
        self.dials.append((self.clock(), request.to.e164))
        with self.database.read() as session:
            call = session.scalars(
                select(Call).where(Call.phone == request.to.e164).order_by(Call.created_at.desc()).limit(1)
            ).one()
        end = self.clock() + timedelta(seconds=self.talk_s)
        heappush(self.ends, (end, place, call.id, f"CA{place + 1:032x}"))

    def rows(self, kind: type[Any]) -> list[Any]:
        with self.database.read() as session:
            return list(session.scalars(select(kind)))

    def statuses(self) -> Counter[str]:
        return Counter(interview.status.value for interview in self.rows(Interview))


@pytest.fixture
def floor(database: Database, clock: FrozenClock) -> Floor:
    return Floor(database, clock)


def most_in(times: list[datetime], window: timedelta) -> int:
    """The most moments in any half-open window."""
    return max(sum(1 for other in times[n : n + 200] if other - at < window) for n, at in enumerate(times))


@pytest.mark.slow
def test_500_people_at_a_pace_with_calls_at_once_and_hours_across_a_restart(
    database: Database, clock: FrozenClock
) -> None:
    clock.now = datetime(2026, 3, 2, 19, 50, tzinfo=UTC)
    floor = Floor(database, clock)
    with database.write() as unit:
        unit.session.add(WhitelistEntry(organisation_id=floor.organisation_id, pattern="+1415555*"))
    zones = {f"+1415555{n:04d}": ("Europe/London", "America/New_York")[n % 2] for n in range(500)}
    sheet = "name,phone,timezone,consent_basis\n" + "".join(
        f"Person {n},{phone},{zone},application\n" for n, (phone, zone) in enumerate(zones.items())
    )
    campaign_id = floor.start(csv=sheet.encode(), calls_per_minute=30, max_concurrent=20)
    floor.run_until(datetime(2026, 3, 2, 19, 54, tzinfo=UTC))
    before = len(floor.dials)
    assert 90 <= before <= 121

    # Everything ends in the middle: one worker after its dial was made, others with work they had only claimed.
    floor.carrier.fail("place_call", KeyboardInterrupt(), effect=True)
    with pytest.raises(KeyboardInterrupt):
        floor.run_until(datetime(2026, 3, 2, 20, 30, tzinfo=UTC))
    outbox.claim_due(database, clock() + timedelta(seconds=20), "killed", 5, LEASE_S)
    clock.advance(minutes=2)
    floor.restart()
    floor.run_until(datetime(2026, 3, 3, 12, 0, tzinfo=UTC))

    dialled = Counter(phone for _, phone in floor.dials)
    assert set(dialled) == set(zones) and set(dialled.values()) == {1}, "everybody, and nobody twice"
    times = [at for at, _ in floor.dials]
    assert times == sorted(times)
    assert most_in(times, timedelta(seconds=60)) <= 31
    assert min(later - at for at, later in zip(times, times[1:], strict=False)) >= timedelta(seconds=1)
    for at, phone in floor.dials:
        local = at.astimezone(ZoneInfo(zones[phone]))
        assert 9 <= local.hour < 20, (phone, local)
    talk = timedelta(seconds=floor.talk_s)
    for n, at in enumerate(times):
        assert sum(1 for other in times[max(0, n - 60) : n + 1] if other <= at < other + talk) <= 20
    tomorrow = [at for at, phone in floor.dials if at.date().day == 3 and zones[phone] == "Europe/London"]
    assert tomorrow and min(tomorrow) == datetime(2026, 3, 3, 9, 0, tzinfo=UTC), "to the second when the hours open"
    shown = floor.campaigns.get(floor.organisation_id, campaign_id)
    assert (shown.status, shown.progress, shown.eta, shown.counts["unreachable"]) == ("completed", 1.0, None, 500)


def test_a_dry_run_says_the_moments_at_which_they_are_then_called(database: Database, clock: FrozenClock) -> None:
    clock.now = datetime(2026, 3, 2, 19, 59, 30, tzinfo=UTC)
    floor = Floor(database, clock, talk_s=5)
    ids = floor.people(12)
    draft = CampaignDraft(floor.job_id, "Spring", candidate_ids=ids, calls_per_minute=12)
    plan = floor.campaigns.plan(floor.organisation_id, draft)
    assert floor.rows(Campaign) == [] and floor.rows(Interview) == []
    floor.campaigns.create(floor.actor, draft)
    floor.run_until(clock() + timedelta(days=1))
    planned = sorted(row.call_at for row in plan.rows if row.call_at)
    assert planned == [at for at, _ in floor.dials]
    assert planned[5:7] == [
        datetime(2026, 3, 2, 19, 59, 55, tzinfo=UTC), datetime(2026, 3, 3, 9, 0, tzinfo=UTC),
    ]  # fmt: skip
    assert (plan.would_call, plan.refused, plan.first_call_at, plan.last_call_at) == (12, 0, planned[0], planned[-1])


def test_a_dry_run_names_each_reason(floor: Floor) -> None:
    good, out = floor.people(2)
    unlisted = make_candidate(floor.database, floor.organisation_id, listed=False)
    silent = make_candidate(floor.database, floor.organisation_id, consent=False)
    busy = make_candidate(floor.database, floor.organisation_id)
    make_interview(floor.database, organisation_id=floor.organisation_id, job_id=floor.job_id, candidate_id=busy)
    with floor.database.write() as unit:
        phone = unit.session.get_one(Candidate, out).phone
        unit.session.add(OptOut(organisation_id=floor.organisation_id, phone=phone, source="api"))
    ids = (good, out, unlisted, silent, busy)
    plan = floor.campaigns.plan(floor.organisation_id, CampaignDraft(floor.job_id, "x", candidate_ids=ids))
    expected = [None, "opted_out", "not_whitelisted", "no_consent", "interview_exists"]
    assert [row.code for row in plan.rows] == expected
    assert all(row.sentence for row in plan.rows if row.code)
    # and the deed says the same, person by person
    campaign_id = floor.start(ids)
    floor.run_until(floor.clock() + timedelta(minutes=1))
    members = {member.candidate_id: member for member in floor.rows(CampaignMember)}
    assert [members[id].code for id in ids] == expected
    shown = floor.campaigns.get(floor.organisation_id, campaign_id)
    assert (shown.counts["refused"], shown.total) == (4, 5)
    assert len(floor.dials) == 1


def test_a_dry_run_counts_the_daily_limit(database: Database, clock: FrozenClock) -> None:
    floor = Floor(database, clock, max_calls_per_day=3)
    ids = floor.people(5)
    plan = floor.campaigns.plan(floor.organisation_id, CampaignDraft(floor.job_id, "x", candidate_ids=ids))
    days = Counter(row.call_at.date().isoformat() for row in plan.rows if row.call_at)
    assert days == {"2026-03-02": 3, "2026-03-03": 2}


def test_a_pause_holds_everybody_and_resuming_goes_on(floor: Floor) -> None:
    campaign_id = floor.start(floor.people(10), calls_per_minute=60)
    floor.run_until(floor.clock() + timedelta(seconds=2.5))
    assert len(floor.dials) == 3
    shown = floor.campaigns.pause(floor.actor, campaign_id)
    assert (shown.status, shown.eta) == ("paused", None)
    floor.run_until(floor.clock() + timedelta(minutes=20))
    assert len(floor.dials) == 3
    held = [one for one in floor.rows(Interview) if one.status is InterviewStatus.SCHEDULED]
    assert {one.next_action for one in held} == {PAUSED} and all(one.next_action_at for one in held)
    assert floor.campaigns.pause(floor.actor, campaign_id).status == "paused", "twice is once"
    assert floor.campaigns.resume(floor.actor, campaign_id).status == "running"
    begin = floor.clock()
    floor.run_until(begin + timedelta(minutes=2))
    times = [at for at, _ in floor.dials][3:]
    assert len(times) == 7 and times[0] - begin <= timedelta(seconds=8)
    assert all(later - at >= timedelta(seconds=1) for at, later in zip(times, times[1:], strict=False))


def test_settings_with_which_nobody_can_be_called_stop_the_campaign_and_say_so(floor: Floor) -> None:
    refused = GatewayError("Twilio refuses our credentials.", trouble=Trouble.CONFIGURATION, code="20003")
    campaign_id = floor.start(floor.people(5), calls_per_minute=60)
    floor.carrier.fail("place_call", refused)
    floor.run_until(floor.clock() + timedelta(minutes=10))
    assert floor.dials == [], "one was refused, and the others were not even tried"
    shown = floor.campaigns.get(floor.organisation_id, campaign_id)
    assert shown.status == "paused" and "Twilio refuses our credentials." in (shown.paused_why or "")
    assert "resume" in (shown.paused_why or "")
    assert [event.data for event in floor.rows(DomainEvent) if event.type == "campaign.paused"] == [
        {"reason": "Twilio refuses our credentials."}
    ]
    resumed = floor.campaigns.resume(floor.actor, campaign_id)
    assert (resumed.status, resumed.paused_why) == ("running", None)
    floor.run_until(floor.clock() + timedelta(minutes=2))
    assert len(floor.dials) == 5, "who was refused is called as well"


def test_a_campaign_paused_at_once_dials_nobody(floor: Floor) -> None:
    campaign_id = floor.start(floor.people(3))
    floor.campaigns.pause(floor.actor, campaign_id)
    floor.run_until(floor.clock() + timedelta(hours=1))
    assert floor.dials == [] and floor.rows(Interview) == []
    floor.campaigns.resume(floor.actor, campaign_id)
    floor.run_until(floor.clock() + timedelta(minutes=1))
    assert len(floor.dials) == 3


def test_a_cancel_ends_what_was_not_dialled_and_lets_calls_finish(floor: Floor) -> None:
    campaign_id = floor.start(floor.people(6), calls_per_minute=60)
    floor.run_until(floor.clock() + timedelta(seconds=1.5))
    assert floor.statuses() == {"dialing": 2, "scheduled": 4}
    floor.campaigns.cancel(floor.actor, campaign_id)
    floor.run_until(floor.clock() + timedelta(seconds=1))
    assert floor.statuses() == {"dialing": 2, "canceled": 4}
    floor.run_until(floor.clock() + timedelta(minutes=10))
    assert len(floor.dials) == 2 and floor.carrier.ended == []
    assert floor.statuses() == {"unreachable": 2, "canceled": 4}
    assert {one.reason_code for one in floor.rows(Interview) if one.status is InterviewStatus.CANCELED} == {
        "campaign_canceled"
    }
    with pytest.raises(Conflict, match="for good"):
        floor.campaigns.resume(floor.actor, campaign_id)
    shown = floor.campaigns.get(floor.organisation_id, campaign_id)
    assert (shown.status, shown.progress, shown.counts["canceled"]) == ("canceled", 1.0, 4)


def test_a_cancel_holds_even_before_its_task_has_run(floor: Floor) -> None:
    campaign_id = floor.start(floor.people(2), calls_per_minute=60)
    floor.work()
    floor.campaigns.cancel(floor.actor, campaign_id)
    with floor.database.write() as unit:
        unit.session.execute(
            update(OutboxRow).where(OutboxRow.kind == "run_campaign").values(due_at=datetime(2030, 1, 1, tzinfo=UTC))
        )
    floor.run_until(floor.clock() + timedelta(minutes=5))
    assert len(floor.dials) <= 1 and floor.statuses()["canceled"] >= 1


def test_a_campaign_begins_when_it_was_told_to(floor: Floor) -> None:
    at = floor.clock() + timedelta(hours=2)
    campaign_id = floor.start(floor.people(3), start_at=at, calls_per_minute=30)
    floor.run_until(floor.clock() + timedelta(hours=1))
    shown = floor.campaigns.get(floor.organisation_id, campaign_id)
    assert floor.dials == [] and shown.status == "scheduled"
    assert shown.eta == at + timedelta(seconds=4)
    floor.run_until(at + timedelta(minutes=1))
    assert [moment - at for moment, _ in floor.dials] == [timedelta(seconds=s) for s in (0, 2, 4)]


def test_two_campaigns_keep_a_pace_each_and_the_pace_of_all(database: Database, clock: FrozenClock) -> None:
    floor = Floor(database, clock, calls_per_second=1.0)
    floor.start(floor.people(6), calls_per_minute=60)
    floor.start(floor.people(6), calls_per_minute=60)
    floor.run_until(clock() + timedelta(minutes=2))
    times = [at for at, _ in floor.dials]
    assert len(times) == 12
    assert min(later - at for at, later in zip(times, times[1:], strict=False)) >= timedelta(seconds=1)


def test_the_stop_switch_refuses_nobody_for_good(floor: Floor) -> None:
    with floor.database.write() as unit:
        unit.session.get_one(Organisation, floor.organisation_id).is_stopped = True
    floor.start(floor.people(2))
    floor.run_until(floor.clock() + timedelta(minutes=7))
    assert floor.dials == []
    with floor.database.write() as unit:
        unit.session.get_one(Organisation, floor.organisation_id).is_stopped = False
    floor.run_until(floor.clock() + timedelta(minutes=6))
    assert len(floor.dials) == 2


def test_lines_of_a_file_that_name_nobody_are_shown_and_the_others_called(floor: Floor) -> None:
    with floor.database.write() as unit:
        unit.session.add(WhitelistEntry(organisation_id=floor.organisation_id, pattern="+1415556*"))
    people = (("Ada", "+14155560001"), ("Bob", "12"), ("=cmd|x", "+14155560003"), ("Ada", "+14155560001"))
    sheet = "name;phone;consent;time zone\n" + "".join(f"{n};{p};form;Europe/London\n" for n, p in people)
    draft = CampaignDraft(floor.job_id, "File", csv=sheet.encode())
    plan = floor.campaigns.plan(floor.organisation_id, draft)
    assert [(row.row, row.code) for row in plan.rows] == [
        (2, None), (3, "number_invalid"), (4, None), (5, "duplicate_row"),
    ]  # fmt: skip
    assert floor.rows(Candidate) == []
    campaign_id = floor.campaigns.create(floor.actor, draft).id
    floor.run_until(floor.clock() + timedelta(minutes=5))
    text = floor.campaigns.results_csv(floor.organisation_id, campaign_id, with_numbers=True)
    lines = list(csv.DictReader(io.StringIO(text)))
    assert [(line["row"], line["status"]) for line in lines] == [
        ("2", "unreachable"), ("3", "refused"), ("4", "unreachable"), ("5", "refused"),
    ]  # fmt: skip
    assert lines[2]["name"] == "'=cmd|x" and lines[0]["phone"] == "'+14155560001"
    assert lines[1]["reason"].startswith("number_invalid: ")
    masked = floor.campaigns.results_csv(floor.organisation_id, campaign_id, with_numbers=False)
    assert "+14155560001" not in masked and "'+1******0001" in masked


def test_wrong_lists_are_refused_whole(floor: Floor) -> None:
    one, other = floor.people(2)
    stranger = make_candidate(floor.database, make_organisation(floor.database))
    with pytest.raises(Invalid) as refused:
        floor.start((one, stranger, one, other))
    assert [(problem.field, problem.code) for problem in refused.value.problems] == [
        ("candidate_ids.1", "not_found"), ("candidate_ids.2", "repeated"),
    ]  # fmt: skip
    with pytest.raises(Invalid):
        floor.start((one,), csv=b"name,phone\nAda,+14155560001\n")
    with pytest.raises(Invalid):
        floor.start(())
    with pytest.raises(NotFound):
        floor.campaigns.create(floor.actor, CampaignDraft("00000000-0000-4000-8000-000000000000", "x", (one,)))
    floor.job_id = make_job(floor.database, floor.organisation_id, approved=False)
    with pytest.raises(Refused):
        floor.start((one,))
    assert floor.rows(Campaign) == []


def test_campaigns_stay_in_their_house_and_their_external_id_is_theirs(floor: Floor) -> None:
    campaign_id = floor.start(floor.people(1), external_id="spring")
    with pytest.raises(Conflict) as taken:
        floor.start(floor.people(1), external_id="spring")
    assert taken.value.extra == {"campaign_id": campaign_id}
    elsewhere = make_organisation(floor.database)
    stranger = Actor(elsewhere, "key:Other", "key")
    for ask in (floor.campaigns.pause, floor.campaigns.resume, floor.campaigns.cancel):
        with pytest.raises(NotFound):
            ask(stranger, campaign_id)
    with pytest.raises(NotFound):
        floor.campaigns.results_csv(elsewhere, campaign_id, with_numbers=True)
    assert floor.campaigns.list(elsewhere, CampaignFilters(), Page()).items == ()
    listed = floor.campaigns.list(floor.organisation_id, CampaignFilters(external_id="spring"), Page(with_total=True))
    assert ([one.id for one in listed.items], listed.total) == ([campaign_id], 1)


def test_P7_a_number_taken_off_the_list_during_a_campaign_is_not_dialled(floor: Floor) -> None:
    floor.start(floor.people(3), calls_per_minute=60)
    floor.work()
    with floor.database.write() as unit:
        for entry in unit.session.scalars(select(WhitelistEntry)):
            unit.session.delete(entry)
    floor.run_until(floor.clock() + timedelta(minutes=5))
    assert len(floor.dials) <= 1
    assert floor.statuses()["failed"] >= 2


def test_the_fakes_are_honest(floor: Floor) -> None:
    """What the loop above counts is what the database has."""
    floor.start(floor.people(2))
    floor.run_until(floor.clock() + timedelta(minutes=5))
    with floor.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Call)) == len(floor.dials) == 2
        assert set(session.scalars(select(Call.status))) <= CALL_TERMINAL
        assert session.get_one(Job, floor.job_id).approved_set_id is not None

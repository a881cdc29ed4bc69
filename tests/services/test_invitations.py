"""Links and what candidates do behind them, on both databases with the real gate and a frozen clock."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy import func, select, update

from db.models import (
    Call,
    Candidate,
    CandidateLink,
    DomainEvent,
    Interview,
    Job,
    Message,
    OptOut,
    Organisation,
    OutboxRow,
)
from db.repositories import outbox as outbox_rows
from db.unit_of_work import Database
from interview.call_in import CallIn, pin_of
from interview.lifecycle import InterviewStatus
from interview.link import TOKEN_LENGTH
from ivr.callbacks import Callbacks
from ivr.gateways.ports import GatewayError, Trouble
from ivr.services.candidate_door import CandidateDoor, NotNow
from ivr.services.context import Actor
from ivr.services.dialing import Gate
from ivr.services.drafts import CallingHoursSetting, JobSettings
from ivr.services.errors import Conflict, NotFound, Refused
from ivr.services.invitations import InvitationService, LinkDraft
from ivr.services.links import CandidateLinks, ExpiredLink, UnknownLink
from ivr.services.messages import MessageService, invitation_key, link_key
from ivr.services.outbox import Outbox
from tests.factories import make_call, make_candidate, make_interview, make_job, make_organisation
from tests.fakes import FakeMailer, FakeMessenger, FrozenClock
from tests.webhooks.conftest import make_settings

BASE = "https://interviews.example.com"
OURS = "+14155550100"
S = InterviewStatus


class House:
    """One interview that waits, everything around its link, and a worker for messages."""

    def __init__(self, database: Database, clock: FrozenClock, **person: Any) -> None:
        self.database, self.clock = database, clock
        self.messenger, self.mailer = FakeMessenger(), FakeMailer()
        self.organisation_id = make_organisation(database)
        self.actor = Actor(self.organisation_id, "key:Test", "key")
        self.candidate_id = make_candidate(
            database, self.organisation_id, **{"email": "ann@example.com", "timezone": "America/New_York"} | person
        )
        hours = CallingHoursSetting(days=("mon", "tue", "wed", "thu", "fri"))
        self.job_id = make_job(
            database, self.organisation_id, settings=JobSettings(calling_hours=hours, timezone="Europe/London")
        )
        self.id = make_interview(
            database, organisation_id=self.organisation_id, job_id=self.job_id, candidate_id=self.candidate_id,
            next_action="call", next_action_at=clock(),
        )  # fmt: skip
        self.use(("a-secret", None))
        self.outbox = Outbox(database, clock, owner="test", chance=lambda: 0.0)

    def use(self, keys: tuple[str, str | None], *, sends: frozenset[str] = frozenset({"sms", "email"})) -> None:
        """The services under these keys (the present one, the one before)."""
        gate = Gate(make_settings())
        links = CandidateLinks(BASE, tuple(key for key in keys if key is not None))

        def call_in(interview_id: str) -> CallIn:
            return CallIn(OURS, pin_of(keys[0], interview_id))

        self.rung = 0

        def ring() -> None:
            self.rung += 1

        self.invitations = InvitationService(self.database, gate, links, self.clock, ring, sends=sends)
        self.door = CandidateDoor(
            self.database, gate, links, self.clock, ring, call_in=call_in,
            remind_by="sms" if "sms" in sends else "email" if sends else None, mail_sender="jobs@example.com",
        )  # fmt: skip
        self.messages = MessageService(
            self.database, self.messenger, gate, Callbacks("https://calls.example.com"), self.clock, call_in=call_in,
            language="en-US", mailer=self.mailer, links=links, mail_sender="jobs@example.com",
        )  # fmt: skip

    def invite(self, **draft: Any) -> str:
        """A new link's token."""
        url = self.invitations.invite(self.actor, self.id, LinkDraft(**draft)).url
        assert url is not None and url.startswith(f"{BASE}/c/")
        return url.rpartition("/")[2]

    def interview(self) -> Interview:
        with self.database.read() as session:
            return session.get_one(Interview, self.id)

    def set(self, **values: Any) -> None:
        with self.database.write() as unit:
            unit.session.execute(update(Interview).where(Interview.id == self.id).values(**values))

    def ask(self, kind: str, key: str) -> None:
        with self.database.write() as unit:
            outbox_rows.add(
                unit.session, kind=kind, subject_id=key, organisation_id=self.organisation_id, due_at=self.clock()
            )

    def work(self) -> None:
        """Send what is due."""
        for claimed in self.outbox.claim(10):
            if claimed.kind not in ("send_sms", "send_email"):
                continue
            lease = self.outbox.start(claimed.outbox_id, claimed.generation)
            assert lease is not None
            send = self.messages.send_sms if lease.kind == "send_sms" else self.messages.send_email
            self.outbox.run(lease, send, self.messages.give_up)

    def open_work(self, kind: str) -> list[OutboxRow]:
        with self.database.read() as session:
            return list(
                session.scalars(select(OutboxRow).where(OutboxRow.kind == kind, OutboxRow.done_at.is_(None)))
            )

    def events(self, type_: str) -> list[DomainEvent]:
        with self.database.read() as session:
            return list(session.scalars(select(DomainEvent).where(DomainEvent.type == type_)))

    def count(self, model: Any) -> int:
        with self.database.read() as session:
            return session.scalar(select(func.count()).select_from(model)) or 0


@pytest.fixture
def house(database: Database, clock: FrozenClock) -> House:
    """Monday, 10:00 in London and 5:00 in New York, where the candidate is; calls from 9:00."""
    clock.now += timedelta(hours=5)  # 10:00 in New York
    return House(database, clock)


# --- the link


def test_only_the_hash_of_a_token_is_kept(house: House) -> None:
    token = house.invite()
    with house.database.read() as session:
        (link,) = session.scalars(select(CandidateLink))
        everything = str([{c.name: getattr(link, c.key) for c in CandidateLink.__table__.columns}])
        told = " ".join(str(event.data) for event in session.scalars(select(DomainEvent)))
    assert len(token) == TOKEN_LENGTH and token not in everything + told
    assert (link.created_by, link.expires_at) == ("key:Test", house.clock() + timedelta(days=14))
    (event,) = house.events("interview.invited")
    assert event.actor == "key:Test" and event.data["link"] == link.id and event.data["sent_by"] == []


def test_a_link_ends_when_it_says_so(house: House) -> None:
    token = house.invite(expires_in_hours=2)
    house.clock.advance(hours=1, minutes=59)
    assert house.door.look(token).standing == "soon"
    house.clock.advance(minutes=1)
    for act in (house.door.look, house.door.call_now, house.door.ask_for_person, house.door.stop, house.door.calendar):
        with pytest.raises(ExpiredLink):
            act(token)
    with pytest.raises(ExpiredLink):
        house.door.schedule(token, house.clock())


def test_links_stand_side_by_side_until_one_ends_the_others(house: House) -> None:
    first, second = house.invite(), house.invite()
    assert first != second and house.door.look(first) == house.door.look(second)
    third = house.invite(revoke_earlier=True)
    for token in (first, second):
        with pytest.raises(UnknownLink):
            house.door.look(token)
    assert house.door.look(third).standing == "soon"


@pytest.mark.parametrize("token", ["", "A" * 22, "A" * 21, "A" * 500, "ü" * 22, "../../etc", "' OR 1=1 --"])
def test_a_token_that_is_not_ours(house: House, token: str) -> None:
    house.invite()
    with pytest.raises(UnknownLink):
        house.door.look(token)


def test_a_key_in_rotation_keeps_links_alive_and_a_key_that_is_gone_ends_them(house: House) -> None:
    token = house.invite()
    house.use(("b-secret", "a-secret"))
    assert house.door.look(token).standing == "soon"
    house.use(("c-secret", "b-secret"))
    with pytest.raises(UnknownLink):
        house.door.look(token)
    # a message then carries a new one
    house.ask("send_sms", invitation_key(house.id))
    house.work()
    sent = house.messenger.sent[0][1].split("/c/")[1][:TOKEN_LENGTH]
    assert house.door.look(sent).standing == "soon"


def test_who_is_erased_has_no_link(house: House) -> None:
    token = house.invite()
    with house.database.write() as unit:
        unit.session.get_one(Candidate, house.candidate_id).erased_at = house.clock()
    with pytest.raises(UnknownLink):
        house.door.look(token)
    with pytest.raises(NotFound):
        house.invite()


@pytest.mark.parametrize("status", sorted({*S} - {S.SCHEDULED, S.QUEUED, S.INTERRUPTED, S.DIALING, S.IN_PROGRESS,
                                                  S.UNREACHABLE}))  # fmt: skip
def test_nobody_is_invited_to_what_is_over(house: House, status: InterviewStatus) -> None:
    house.set(status=status)
    with pytest.raises(Conflict) as caught:
        house.invite(send=("sms",))
    assert caught.value.code == "wrong_status" and house.count(CandidateLink) == 0


def test_another_organisation_sees_nothing(house: House) -> None:
    foreign = Actor(make_organisation(house.database), "key:Foreign", "key")
    with pytest.raises(NotFound):
        house.invitations.invite(foreign, house.id, LinkDraft())


@pytest.mark.parametrize(
    ("person", "code"), [({"consent": False}, "no_consent"), ({"listed": False}, "not_whitelisted")]
)
def test_who_may_not_be_written_to_gets_no_link(
    database: Database, clock: FrozenClock, person: dict[str, bool], code: str
) -> None:
    with pytest.raises(Refused) as caught:
        House(database, clock, **person).invite()
    assert caught.value.code == code


def test_who_has_opted_out_gets_no_link(house: House) -> None:
    house.door.stop(house.invite())
    house.set(status=S.QUEUED)
    with pytest.raises(Refused) as caught:
        house.invite()
    assert caught.value.code == "opted_out"


@pytest.mark.parametrize(("sends", "way"), [({"sms"}, "email"), ({"email"}, "sms"), (set(), "sms")])
def test_a_way_that_is_not_set_up_is_said_and_makes_nothing(house: House, sends: set[str], way: str) -> None:
    house.use(("a-secret", None), sends=frozenset(sends))
    with pytest.raises(Conflict) as caught:
        house.invite(send=(way,))
    assert caught.value.code == "channel_unavailable" and house.count(CandidateLink) == 0


def test_who_has_no_address_is_not_mailed(database: Database, clock: FrozenClock) -> None:
    with pytest.raises(Conflict, match="no e-mail address"):
        House(database, clock, email=None).invite(send=("email",))


# --- what is sent


def test_both_ways_carry_the_very_link_number_and_code(house: House) -> None:
    token = house.invite(send=("email", "sms"))
    assert house.rung == 1
    house.work()
    ((_, text, _),), (letter,) = house.messenger.sent, house.mailer.sent
    pin = pin_of("a-secret", house.id)
    for written in (text, letter.text, letter.html):
        assert f"{BASE}/c/{token}" in written and OURS in written and pin in written
    assert letter.to == "ann@example.com" and letter.sender_name == "Harbour Kitchen" and letter.calendar is None
    assert "Line Cook" in letter.text and "Line Cook" not in text
    assert house.count(CandidateLink) == 1
    with house.database.read() as session:
        kept = {message.channel: message for message in session.scalars(select(Message))}
    assert kept["email"].phone is None and kept["email"].status == "sent" and kept["email"].kind == "invitation"
    assert "ann@example.com" not in str([event.data for event in house.events("message.sent")])


def test_an_invitation_is_sent_once_each_way_and_a_new_link_is_a_new_one(house: House) -> None:
    house.invite(send=("email",))
    with house.database.read() as session:
        (link,) = session.scalars(select(CandidateLink))
    for _ in range(3):
        house.work()
        house.ask("send_email", link_key(link.id))
    house.work()
    assert len(house.mailer.sent) == 1
    house.invite(send=("email",))
    house.work()
    assert len(house.mailer.sent) == 2


def test_a_revoked_link_is_not_sent_any_more(house: House) -> None:
    house.invite(send=("email",))
    house.invite(revoke_earlier=True)
    house.work()
    assert house.mailer.sent == [] and house.open_work("send_email") == []


def test_an_unclear_e_mail_is_not_sent_again(house: House) -> None:
    unclear = GatewayError("broke off", trouble=Trouble.RETRY, code="broken_connection", unclear=True)
    house.mailer.fail("send", unclear, effect=True)
    house.invite(send=("email",))
    house.work()
    house.clock.advance(minutes=5)
    house.work()
    with house.database.read() as session:
        (message,) = session.scalars(select(Message))
    assert len(house.mailer.sent) == 1 and (message.status, message.error_code) == ("unknown", "broken_connection")


def test_a_busy_mail_server_is_asked_again_and_a_wrong_address_is_not(house: House) -> None:
    house.mailer.fail(
        "send", GatewayError("busy", trouble=Trouble.RETRY, code="451"),
        GatewayError("no such user", trouble=Trouble.SUBJECT, code="550"),
    )  # fmt: skip
    house.invite(send=("email",))
    house.work()
    assert len(house.open_work("send_email")) == 1
    house.clock.advance(minutes=5)
    house.work()
    with house.database.read() as session:
        (message,) = session.scalars(select(Message))
    assert (message.status, message.error_code) == ("failed", "550") and house.open_work("send_email") == []


def test_at_night_an_e_mail_goes_and_a_text_waits(house: House) -> None:
    house.clock.advance(hours=13)  # 23:00 in New York
    house.invite(send=("sms", "email"))
    house.work()
    assert len(house.mailer.sent) == 1 and house.messenger.sent == []
    assert house.open_work("send_sms")[0].due_at == datetime.fromisoformat("2026-03-03T14:00:00+00:00")


def test_a_number_that_takes_no_texts_is_told_by_e_mail(house: House) -> None:
    house.messenger.fail("send_sms", GatewayError("no", trouble=Trouble.SUBJECT, code="21614"))
    house.ask("send_sms", invitation_key(house.id))
    house.work()
    house.work()
    assert house.messenger.sent == [] and len(house.mailer.sent) == 1
    assert house.door.look(house.mailer.sent[0].text.split("/c/")[1][:TOKEN_LENGTH]).standing == "soon"


def test_who_told_the_sender_to_stop_gets_no_e_mail_instead(house: House) -> None:
    house.messenger.fail("send_sms", GatewayError("stopped", trouble=Trouble.SUBJECT, code="21610"))
    house.ask("send_sms", invitation_key(house.id))
    house.work()
    house.work()
    assert house.mailer.sent == [] and house.interview().status is S.OPTED_OUT


@pytest.mark.parametrize(("kind", "words"), [("missed_call", "we missed you"), ("reminder", "in about 15 minutes")])
def test_other_messages_go_by_e_mail_too(house: House, kind: str, words: str) -> None:
    if kind == "missed_call":
        key = f"missed_call:{make_call(house.database, house.id)}"
        house.set(status=S.QUEUED)
    else:
        at = house.clock() + timedelta(minutes=15)
        house.set(status=S.SCHEDULED, next_action_at=at, call_at=at)
        key = f"reminder:{house.id}:{int(at.timestamp()) // 60}"
    house.ask("send_email", key)
    house.work()
    (letter,) = house.mailer.sent
    assert words in letter.text and pin_of("a-secret", house.id) in letter.text and "/c/" in letter.html
    assert house.count(CandidateLink) == 1


def test_names_are_data_in_an_e_mail(house: House) -> None:
    with house.database.write() as unit:
        job = unit.session.get_one(Job, house.job_id)
        job.company, job.title = 'Acme\r\nBcc: x@example.com <script>"&', "Cook</p><script>alert(1)</script>"
    house.invite(send=("email",))
    house.work()
    (letter,) = house.mailer.sent
    assert "\n" not in letter.subject + letter.sender_name and "\r" not in letter.subject + letter.sender_name
    assert "<script" not in letter.html and "&lt;script&gt;" in letter.html


# --- what candidates do


def test_called_at_once(house: House) -> None:
    house.set(status=S.SCHEDULED, call_at=house.clock() + timedelta(days=1))
    token = house.invite()
    house.rung = 0
    view = house.door.call_now(token, "request-1")
    seen = house.interview()
    assert (seen.status, seen.call_at, seen.next_action_at) == (S.QUEUED, None, house.clock())
    assert view.standing == "soon" and house.rung == 1
    (row,) = house.open_work("place_call")
    assert row.due_at == house.clock() and row.request_id == "request-1"
    (event,) = house.events("interview.call_now")
    assert (event.actor, event.data["by"]) == ("candidate", "link")
    house.door.call_now(token)
    assert len(house.open_work("place_call")) == 1


def test_at_night_nobody_is_called_even_if_they_ask(house: House) -> None:
    house.clock.advance(hours=13)  # Monday, 23:00 in New York
    token = house.invite()
    view = house.door.look(token)
    opens = datetime.fromisoformat("2026-03-03T14:00:00+00:00")
    assert not view.can_call and view.next_call_at == opens and view.times[0] == opens
    with pytest.raises(NotNow) as caught:
        house.door.call_now(token)
    assert (caught.value.code, caught.value.next_at) == ("outside_calling_hours", opens)
    assert house.open_work("place_call") == [] and house.events("interview.call_now") == []


def test_enough_calls_for_one_day(house: House) -> None:
    for _ in range(3):
        make_call(house.database, house.id, carrier_sid=None)
    with house.database.write() as unit:
        unit.session.execute(update(Call).values(status="completed", created_at=house.clock()))
    house.set(status=S.QUEUED)
    with pytest.raises(NotNow) as caught:
        house.door.call_now(house.invite())
    assert caught.value.code == "daily_limit" and caught.value.next_at is not None


def test_whom_we_may_not_call_is_told_to_turn_to_the_company(house: House) -> None:
    token = house.invite()
    with house.database.write() as unit:
        unit.session.get_one(Organisation, house.organisation_id).is_stopped = True
    for act in (house.door.call_now, lambda one: house.door.schedule(one, house.clock() + timedelta(hours=2))):
        with pytest.raises(NotNow) as caught:
            act(token)
        assert caught.value.code == "cannot_call"


def test_a_time_is_set_moved_and_given_as_a_file(house: House) -> None:
    token = house.invite()
    house.ask("place_call", house.id)
    first, second = house.door.look(token).times[2], house.door.look(token).times[8]
    view = house.door.schedule(token, first)
    seen = house.interview()
    assert (seen.status, seen.call_at, seen.next_action_at) == (S.SCHEDULED, first, first)
    assert (view.standing, view.at, view.zone, view.company_zone) == (
        "chosen", first, "America/New_York", "Europe/London"
    )  # fmt: skip
    assert [row.due_at for row in house.open_work("place_call")] == [first]
    assert [row.due_at for row in house.open_work("send_sms")] == [first - timedelta(minutes=15)]
    one = event_of(house, token)
    version = house.interview().version
    house.door.schedule(token, first)  # pressed twice
    assert house.interview().version == version and event_of(house, token)["sequence"] == one["sequence"]
    house.door.schedule(token, second)
    other = event_of(house, token)
    assert [row.due_at for row in house.open_work("place_call")] == [second]
    assert (other["uid"], other.start) == (one["uid"], second) and other["sequence"] > one["sequence"]
    assert other.end - other.start == timedelta(minutes=view.minutes)
    raw = house.door.calendar(token)
    assert raw is not None
    for secret in (b"Line Cook", token.encode(), OURS.encode(), b"Ada"):
        assert secret not in raw.data
    # the reminder of the first time finds out that it is none any more
    house.clock.now = first - timedelta(minutes=15)
    house.work()
    assert house.messenger.sent == []
    house.clock.now = second - timedelta(minutes=15)
    house.work()
    assert len(house.messenger.sent) == 1


def event_of(house: House, token: str) -> Any:
    file = house.door.calendar(token)
    assert file is not None
    (event,) = Calendar.from_ical(file.data).events
    return event


@pytest.mark.parametrize("wish", [timedelta(0), timedelta(hours=-3), timedelta(hours=12), timedelta(days=30)])
def test_a_time_that_cannot_be(house: House, wish: timedelta) -> None:
    token = house.invite()
    with pytest.raises(NotNow) as caught:
        house.door.schedule(token, house.clock() + wish)
    assert caught.value.code == "outside_calling_hours" and house.interview().status is S.QUEUED


def test_a_call_that_is_just_being_placed_is_not_moved(house: House) -> None:
    token = house.invite()
    house.ask("place_call", house.id)
    (claimed,) = house.outbox.claim(10)
    assert house.outbox.start(claimed.outbox_id, claimed.generation) is not None
    with pytest.raises(NotNow) as caught:
        house.door.schedule(token, house.clock() + timedelta(hours=2))
    assert caught.value.code == "on_the_line" and house.interview().status is S.QUEUED


@pytest.mark.parametrize("status", [S.DIALING, S.IN_PROGRESS])
def test_on_the_telephone_the_link_waits(house: House, status: InterviewStatus) -> None:
    token = house.invite()
    house.set(status=status)
    assert house.door.call_now(token).standing == "calling" and house.interview().status is status
    for act in (house.door.ask_for_person, lambda one: house.door.schedule(one, house.clock() + timedelta(hours=2))):
        with pytest.raises(NotNow):
            act(token)
    # but no call is wished for any more: this one ends politely, and no other comes
    assert house.door.stop(token).standing == "opted_out"
    assert house.interview().hang_up_requested and house.count(OptOut) == 1


@pytest.mark.parametrize("status", [S.SCHEDULED, S.QUEUED, S.INTERRUPTED, S.UNREACHABLE])
def test_a_person_is_asked_for(house: House, status: InterviewStatus) -> None:
    token = house.invite()
    house.ask("place_call", house.id)
    house.set(status=status)
    for _ in range(2):
        assert house.door.ask_for_person(token).standing == "declined"
    seen = house.interview()
    assert (seen.status, seen.reason_code, seen.next_action) == (S.DECLINED, "human_requested", None)
    assert len(house.events("candidate.asked_for_person")) == 1 and house.open_work("place_call") == []


def test_no_more_calls_for_any_job_of_this_organisation(house: House) -> None:
    other = make_interview(
        house.database, organisation_id=house.organisation_id, candidate_id=house.candidate_id,
        job_id=make_job(house.database, house.organisation_id),
    )  # fmt: skip
    token = house.invite()
    for _ in range(2):
        assert house.door.stop(token).standing == "opted_out"
    with house.database.read() as session:
        assert session.get_one(Interview, other).status is S.OPTED_OUT
        assert [row.source for row in session.scalars(select(OptOut))] == ["link"]
    assert house.interview().status is S.OPTED_OUT


def test_whoever_was_not_reached_may_still_take_part(house: House) -> None:
    house.set(status=S.UNREACHABLE, calls_that_rang=3, ended_at=house.clock(), reason_code="attempts_exhausted")
    token = house.invite(send=("email",))
    house.work()
    assert len(house.mailer.sent) == 1
    view = house.door.look(token)
    assert (view.standing, view.can_act, view.can_call) == ("unreached", True, True)
    assert house.interview().status is S.UNREACHABLE
    house.door.call_now(token)
    seen = house.interview()
    assert (seen.status, seen.calls_that_rang, seen.ended_at, seen.reason_code) == (S.QUEUED, 2, None, None)


def test_not_when_another_interview_for_the_job_is_open(house: House) -> None:
    token = house.invite()
    house.set(status=S.UNREACHABLE)
    make_interview(
        house.database, organisation_id=house.organisation_id, job_id=house.job_id, candidate_id=house.candidate_id
    )
    with pytest.raises(NotNow) as caught:
        house.door.call_now(token)
    assert caught.value.code == "wrong_status" and house.interview().status is S.UNREACHABLE


@pytest.mark.parametrize("status", [S.PROCESSING, S.COMPLETED, S.NEEDS_REVIEW, S.CANCELED, S.DECLINED, S.FAILED])
def test_what_is_over_stays_over(house: House, status: InterviewStatus) -> None:
    token = house.invite()
    house.set(status=status)
    view = house.door.look(token)
    assert (view.can_act, view.can_call, view.times, view.call_in) == (False, False, (), None)
    for act in (house.door.call_now, lambda one: house.door.schedule(one, house.clock() + timedelta(hours=2))):
        with pytest.raises(NotNow):
            act(token)
    assert house.interview().status is status


def test_looking_changes_nothing(house: House) -> None:
    token = house.invite()
    before = house.interview().version, house.count(DomainEvent), house.count(OutboxRow)
    for _ in range(5):
        house.door.look(token)
        assert house.door.calendar(token) is None
    assert (house.interview().version, house.count(DomainEvent), house.count(OutboxRow)) == before

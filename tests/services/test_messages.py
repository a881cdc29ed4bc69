"""What we write to candidates and what they write to us, on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from db.models import Candidate, DomainEvent, Interview, Message, OptOut, Organisation, OutboxRow
from db.repositories import outbox as outbox_rows
from db.turns import TurnStore
from db.unit_of_work import Database
from interview.call_in import CallIn, pin_of
from interview.events import DigitsPressed
from interview.lifecycle import CallStatus, InterviewStatus
from interview.phone import PhoneNumber
from ivr.callbacks import Callbacks
from ivr.gateways.ports import GatewayError, Trouble
from ivr.services.conversations import CallNews, ConversationService
from ivr.services.dialing import Gate
from ivr.services.messages import MessageService, TextReceived, invitation_key
from ivr.services.outbox import Outbox
from tests.factories import make_call, make_candidate, make_interview, make_organisation
from tests.fakes import FakeMessenger, FrozenClock
from tests.webhooks.conftest import make_settings

OURS = "+14155550100"
PHONE = "+14155559001"
SID = "CA" + "0" * 32


class Post:
    """A candidate who may be written to, the service that writes, and its outbox."""

    def __init__(self, database: Database, clock: FrozenClock, *, listed: bool = True, consent: bool = True) -> None:
        self.database, self.clock, self.messenger = database, clock, FakeMessenger()
        self.service = MessageService(
            database, self.messenger, Gate(make_settings()), Callbacks("https://calls.example.com"), clock,
            call_in=lambda id_: CallIn(OURS, pin_of("a-secret", id_)), language="en-US",
        )  # fmt: skip
        self.conversations = ConversationService(TurnStore(database), clock, lambda: None, sends_texts=True)
        self.outbox = Outbox(database, clock, owner="test", chance=lambda: 0.0)
        self.organisation_id = make_organisation(database)
        self.candidate_id = make_candidate(
            database, self.organisation_id, phone=PHONE, listed=listed, consent=consent
        )
        self.id = make_interview(database, organisation_id=self.organisation_id, candidate_id=self.candidate_id)

    def ask(self, key: str | None = None) -> None:
        with self.database.write() as unit:
            outbox_rows.add(
                unit.session, kind="send_sms", subject_id=key or invitation_key(self.id),
                organisation_id=self.organisation_id, due_at=self.clock(),
            )  # fmt: skip

    def work(self) -> None:
        """Do what is due, as a worker would."""
        for claimed in self.outbox.claim(10):
            lease = self.outbox.start(claimed.outbox_id, claimed.generation)
            assert lease is not None and lease.kind == "send_sms"
            self.outbox.run(lease, self.service.send_sms, self.service.give_up)

    def messages(self) -> list[Message]:
        with self.database.read() as session:
            return list(session.scalars(select(Message).order_by(Message.created_at)))

    def open_work(self) -> list[OutboxRow]:
        with self.database.read() as session:
            found = select(OutboxRow).where(OutboxRow.done_at.is_(None), OutboxRow.kind == "send_sms")
            return list(session.scalars(found))

    def set_status(self, status: InterviewStatus) -> None:
        with self.database.write() as unit:
            unit.session.get_one(Interview, self.id).status = status

    def interview(self) -> Interview:
        with self.database.read() as session:
            return session.get_one(Interview, self.id)

    def events(self) -> list[str]:
        with self.database.read() as session:
            return list(session.scalars(select(DomainEvent.type)))

    def write(self, body: str, *, number: int = 1, sender: str = PHONE, is_handled: bool = False) -> str | None:
        return self.service.received(TextReceived(f"SM{number:032x}", sender, body, is_handled))

    def opted_out(self) -> set[tuple[str, str]]:
        with self.database.read() as session:
            return {(row.organisation_id, row.source) for row in session.scalars(select(OptOut))}


@pytest.fixture
def post(database: Database, clock: FrozenClock) -> Post:
    return Post(database, clock)


def test_an_invitation_names_the_company_the_number_and_the_code_and_no_more(post: Post) -> None:
    post.ask()
    post.work()
    ((to, body, status_url),) = post.messenger.sent
    (message,) = post.messages()
    assert to == PHONE and status_url is not None and f"/webhooks/sms/status/{message.id}" in status_url
    assert body == (
        "Harbour Kitchen: our automated telephone line will call you. To call us yourself: "
        f"{OURS}, code {pin_of('a-secret', post.id)}. Reply STOP to hear no more from us."
    )
    assert "Line Cook" not in body and message.body is None
    assert (message.status, message.kind) == ("accepted", "invitation") and post.open_work() == []
    assert "message.sent" in post.events()


def test_one_event_is_told_once(post: Post) -> None:
    for _ in range(3):
        post.ask()
        post.work()
    assert len(post.messenger.sent) == 1 and len(post.messages()) == 1


@pytest.mark.parametrize("given", [{"listed": False}, {"consent": False}])
def test_who_may_not_be_called_is_not_written_to(database: Database, clock: FrozenClock, given: dict) -> None:
    post = Post(database, clock, **given)
    post.ask()
    post.work()
    assert post.messenger.sent == [] and post.messages() == [] and post.open_work() == []


def test_an_opted_out_number_is_not_written_to(post: Post) -> None:
    post.ask()
    post.write("stop")
    post.work()
    assert post.messenger.sent == []


def test_nobody_is_written_to_at_night(post: Post) -> None:
    post.clock.advance(hours=12)  # 22:00 in London
    post.ask()
    post.work()
    assert post.messenger.sent == []
    (waiting,) = post.open_work()
    assert waiting.due_at.hour == 9 and waiting.attempt == 0
    post.clock.now = waiting.due_at
    post.work()
    assert len(post.messenger.sent) == 1


@pytest.mark.parametrize("status", ["completed", "canceled", "declined", "processing"])
def test_what_is_over_is_not_written_about(post: Post, status: str) -> None:
    post.set_status(InterviewStatus(status))
    post.ask()
    post.work()
    assert post.messenger.sent == [] and post.open_work() == []


def test_an_unclear_answer_is_not_sent_again(post: Post) -> None:
    unclear = GatewayError("timed out", trouble=Trouble.RETRY, code="timeout", unclear=True)
    post.messenger.fail("send_sms", unclear, effect=True)
    post.ask()
    post.work()
    post.clock.advance(minutes=5)
    post.ask()
    post.work()
    assert len(post.messenger.sent) == 1 and post.messages()[0].status == "unknown"


def test_a_worker_that_died_while_asking_does_not_send_twice(post: Post) -> None:
    post.messenger.fail("send_sms", SystemError("killed"), effect=True)
    post.ask()
    post.work()
    post.clock.advance(minutes=5)
    post.work()
    assert len(post.messenger.sent) == 1 and post.messages()[0].status == "unknown" and post.open_work() == []


def test_a_refusal_that_passes_is_tried_again(post: Post) -> None:
    post.messenger.fail("send_sms", GatewayError("busy", trouble=Trouble.RETRY, code="20429"))
    post.ask()
    post.work()
    assert post.messages()[0].status == "waiting" and len(post.open_work()) == 1
    post.clock.advance(minutes=5)
    post.work()
    assert len(post.messenger.sent) == 1 and post.messages()[0].status == "accepted"


def test_a_number_that_takes_no_texts_is_written_down(post: Post) -> None:
    post.messenger.fail("send_sms", GatewayError("no", trouble=Trouble.SUBJECT, code="21614"))
    post.ask()
    post.work()
    (message,) = post.messages()
    assert (message.status, message.error_code) == ("failed", "21614") and post.opted_out() == set()
    assert post.interview().status is InterviewStatus.QUEUED


def test_a_stop_that_only_the_carrier_heard_counts_as_well(post: Post) -> None:
    post.messenger.fail("send_sms", GatewayError("stopped", trouble=Trouble.SUBJECT, code="21610"))
    post.ask()
    post.work()
    assert (post.organisation_id, "sms") in post.opted_out()
    assert post.interview().status is InterviewStatus.OPTED_OUT


def test_news_of_a_message_only_moves_it_on(post: Post) -> None:
    post.ask()
    post.work()
    (message,) = post.messages()
    for news, now in (("sent", "sent"), ("queued", "sent"), ("delivered", "delivered"), ("failed", "delivered")):
        post.service.status_changed(message.id, news, None)
        assert post.messages()[0].status == now
    post.service.status_changed("00000000-0000-4000-8000-000000000000", "sent", None)


def test_a_message_that_did_not_arrive_says_why(post: Post) -> None:
    post.ask()
    post.work()
    post.service.status_changed(post.messages()[0].id, "undelivered", "30005")
    assert (post.messages()[0].status, post.messages()[0].error_code) == ("undelivered", "30005")
    assert "message.failed" in post.events()


# --- the events ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [CallStatus.BUSY, CallStatus.NO_ANSWER])
def test_a_missed_call_is_told(post: Post, database: Database, status: CallStatus) -> None:
    call_id = make_call(database, post.id)
    post.conversations.status_changed(call_id, CallNews(SID, status, 3))
    post.work()
    ((_, body, _),) = post.messenger.sent
    assert "we missed you" in body and pin_of("a-secret", post.id) in body
    assert post.messages()[0].event_key == f"missed_call:{call_id}"


def test_a_call_that_could_not_be_connected_is_not_told(post: Post, database: Database) -> None:
    post.conversations.status_changed(make_call(database, post.id), CallNews(SID, CallStatus.FAILED, 3))
    assert post.open_work() == []


def test_the_last_missed_call_leaves_nothing_to_call_back_for(post: Post, database: Database) -> None:
    with database.write() as unit:
        unit.session.get_one(Interview, post.id).calls_that_rang = 2
    post.conversations.status_changed(make_call(database, post.id), CallNews(SID, CallStatus.NO_ANSWER, 3))
    assert post.interview().status is InterviewStatus.UNREACHABLE and post.open_work() == []


def test_a_time_that_the_candidate_chose_is_recalled_15_minutes_before(post: Post, database: Database) -> None:
    call_id = make_call(database, post.id)
    now = post.conversations.answered(call_id, SID)
    now = post.conversations.take_turn(call_id, now.turn, DigitsPressed("2"), SID)
    post.conversations.take_turn(call_id, now.turn, DigitsPressed("2"), SID)
    at = post.interview().next_action_at
    (waiting,) = post.open_work()
    assert at is not None and waiting.due_at == at - timedelta(minutes=15)
    post.clock.now = waiting.due_at
    post.work()
    assert "in about 15 minutes" in post.messenger.sent[0][1]


def test_a_reminder_of_a_time_that_was_changed_is_not_sent(post: Post, database: Database) -> None:
    call_id = make_call(database, post.id)
    now = post.conversations.answered(call_id, SID)
    now = post.conversations.take_turn(call_id, now.turn, DigitsPressed("2"), SID)
    post.conversations.take_turn(call_id, now.turn, DigitsPressed("2"), SID)
    (waiting,) = post.open_work()
    with database.write() as unit:
        interview = unit.session.get_one(Interview, post.id)
        assert interview.next_action_at is not None
        interview.next_action_at += timedelta(hours=1)
    post.clock.now = waiting.due_at
    post.work()
    assert post.messenger.sent == [] and post.open_work() == []


def test_without_a_sender_of_messages_nothing_is_asked(post: Post, database: Database) -> None:
    silent = ConversationService(TurnStore(database), post.clock, lambda: None)
    silent.status_changed(make_call(database, post.id), CallNews(SID, CallStatus.NO_ANSWER, 3))
    assert post.open_work() == []


# --- what they write -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["STOP", "stop ", "StopAll", "unsubscribe", "CANCEL", "end", "Quit"])
def test_stop_is_for_every_organisation_and_ends_what_waits(post: Post, database: Database, word: str) -> None:
    other = make_organisation(database)
    assert post.write(word) is None and post.write(word, number=2) is None
    with database.read() as session:
        everybody = set(session.scalars(select(Organisation.id)))
    assert post.opted_out() == {(one, "sms") for one in everybody} and other in everybody
    assert post.interview().status is InterviewStatus.OPTED_OUT and post.interview().next_action is None
    assert post.events().count("candidate.opted_out") == 2  # of the person, of the interview


def test_start_takes_back_what_stop_did_and_nothing_else(post: Post, database: Database) -> None:
    other = make_organisation(database)
    with database.write() as unit:
        unit.session.add(OptOut(organisation_id=other, phone=PHONE, source="call", created_at=post.clock()))
    post.write("STOP")
    post.write("start", number=2)
    assert post.opted_out() == {(other, "call")}


def test_a_sentence_with_stop_in_it_is_no_stop(post: Post) -> None:
    post.write("I get off at the next stop")
    assert post.opted_out() == set()


def test_help_is_answered_unless_the_carrier_did(post: Post) -> None:
    assert "automated line" in (post.write("help") or "")
    assert post.write("HELP", is_handled=True) is None


def test_other_words_are_kept_once_and_the_event_does_not_repeat_them(post: Post, database: Database) -> None:
    for _ in range(2):
        post.write("Can you call after five?", number=4)
    (message,) = post.messages()
    assert (message.direction, message.body, message.interview_id) == ("inbound", "Can you call after five?", post.id)
    with database.read() as session:
        (event,) = session.scalars(select(DomainEvent).where(DomainEvent.type == "candidate.texted"))
    assert event.subject_id == post.id and "five" not in str(event.data)


def test_what_strangers_write_is_not_kept(post: Post) -> None:
    post.write("hello", sender="+14155559077")
    post.write("hello", sender="BANK")
    assert post.messages() == []


def test_masked_numbers_only_in_events(post: Post, database: Database) -> None:
    post.ask()
    post.work()
    post.write("STOP")
    with database.read() as session:
        told = " ".join(str(event.data) for event in session.scalars(select(DomainEvent)))
        assert session.get_one(Candidate, post.candidate_id).phone == PHONE
    assert PHONE not in told and PhoneNumber(PHONE).e164[1:] not in told

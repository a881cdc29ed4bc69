"""Outgoing webhooks over the services on both databases: once per event, signed, retried for a day, then given up."""

from __future__ import annotations

import json
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from db.models import Candidate, DeliveryState, Interview, OutboxRow, WebhookDelivery
from db.repositories import webhooks as rows
from db.repositories.events import ALERT
from db.unit_of_work import Database
from ivr.gateways.ports import WebhookReply
from ivr.services.errors import Conflict, Invalid, NotFound
from ivr.services.sealing import Seal
from ivr.services.webhook_deliveries import BACK_OFF_S, DISABLED_AFTER, LONGEST_RETRY_AFTER_S, Slots
from ivr.services.webhook_endpoints import LOG_LASTS, MOST_ENDPOINTS, TRIED_FOR, url_problem
from ivr.services.webhook_views import WebhookEndpointPatch
from tests.factories import make_interview, make_organisation
from tests.fakes import FrozenClock
from tests.services.webhook_desk import AWAY, SECRETS, WebhookDesk, is_signed

FULL = WebhookReply(500, "no", 5)


@pytest.fixture
def desk(database: Database, clock: FrozenClock) -> WebhookDesk:
    return WebhookDesk(database, clock)


# --- from an event to a message --------------------------------------------------------------------------------------


def test_without_anybody_who_listens_an_event_asks_for_nothing(desk: WebhookDesk) -> None:
    desk.happen()
    other = make_organisation(desk.database)
    assert desk.asked("announce_event") == []
    desk.enter()
    desk.happen("interview.queued")  # an event of ours that is not announced
    elsewhere = make_interview(desk.database, organisation_id=other)
    desk.happen(organisation_id=other, subject_id=elsewhere)
    assert desk.asked("announce_event") == []
    desk.happen()
    assert len(desk.asked("announce_event")) == 1


def test_the_bell_rings_for_what_is_announced_and_after_its_commit(desk: WebhookDesk) -> None:
    rung: list[int] = []
    desk.database.ring = lambda: rung.append(len(desk.events("interview.started")))
    desk.happen("interview.queued")
    assert rung == []
    desk.happen()
    assert rung == [1]


def test_what_is_rolled_back_is_not_told(desk: WebhookDesk) -> None:
    desk.enter()
    with pytest.raises(RuntimeError), desk.database.write() as unit:
        from db.repositories.events import record

        record(
            unit.session, organisation_id=desk.organisation_id, type="interview.started", subject_kind="interview",
            subject_id=desk.interview_id, actor="candidate",
        )  # fmt: skip
        raise RuntimeError
    assert desk.work() == 0 and desk.receiver.got == []


def test_an_event_reaches_each_endpoint_that_wants_it_once_and_signed(desk: WebhookDesk) -> None:
    every = desk.enter()
    chosen = desk.enter("interview.started", "review.created", url="https://other.example.com/x?y=1")
    desk.enter("review.created", url="https://third.example.com/")
    event_id = desk.happen()
    desk.work()
    assert sorted(url for url, _, _ in desk.receiver.got) == sorted([every.url, chosen.url])
    assert desk.receiver.ids == [event_id] * 2
    for url, headers, body in desk.receiver.got:
        mine, other = (every, chosen) if url == every.url else (chosen, every)
        assert is_signed(headers, body, mine.secret or "") and not is_signed(headers, body, other.secret or "")
        assert headers["webhook-timestamp"] == str(int(desk.clock().timestamp()))
        assert headers["Content-Type"] == "application/json"
    (line,) = desk.log(every.id)
    assert (line.status, line.attempts, line.response_status, line.response_excerpt) == ("delivered", 1, 200, "thanks")
    assert (line.webhook_id, line.event_id, line.type) == (event_id, event_id, "interview.started")
    assert line.next_attempt_at is None and line.error is None and line.ended_at == desk.clock()
    assert desk.news.told == [desk.organisation_id]


def test_announcing_twice_delivers_once(desk: WebhookDesk) -> None:
    """A worker that died after its commit: the row is taken up again, and finds its deliveries there."""
    desk.enter()
    event_id = desk.happen()
    (asked,) = desk.asked("announce_event")
    desk.work()
    with desk.database.write() as unit:
        unit.session.execute(update(OutboxRow).where(OutboxRow.id == asked.id).values(done_at=None))
    assert desk.work() == 1
    assert desk.receiver.ids == [event_id]


def test_a_message_shows_its_object_as_the_api_does_and_as_it_is_now(desk: WebhookDesk) -> None:
    endpoint = desk.enter()
    desk.receiver.replies = [FULL]
    desk.happen()
    desk.work()
    with desk.database.write() as unit:
        unit.session.get_one(Interview, desk.interview_id).labels = {"since": "then"}
    desk.clock.advance(seconds=BACK_OFF_S[0])
    desk.work()
    first, second = desk.receiver.bodies
    assert set(first) == {"id", "type", "created_at", "data"}
    assert (first["id"], first["type"], first["created_at"]) == (second["id"], second["type"], second["created_at"])
    assert (first["data"]["metadata"], second["data"]["metadata"]) == ({}, {"since": "then"})
    assert second["data"]["id"] == desk.interview_id and second["data"]["answers"] == []
    assert second["data"]["candidate"]["phone"].startswith("+1*"), "as a key that may only read is shown it"
    assert desk.log(endpoint.id)[0].status == "delivered"


def test_nothing_that_was_sent_is_kept(desk: WebhookDesk) -> None:
    desk.enter()
    desk.happen()
    desk.work()
    name = desk.receiver.bodies[0]["data"]["candidate"]["name"]
    kept = json.dumps([str(vars(row)) for row in desk.all(WebhookDelivery)])
    assert name and name not in kept


def test_what_was_deleted_meanwhile_is_dropped(desk: WebhookDesk) -> None:
    endpoint = desk.enter()
    desk.happen("candidate.opted_out", subject_kind="candidate", subject_id=desk.candidate_id)
    with desk.database.write() as unit:
        unit.session.get_one(Candidate, desk.candidate_id).erased_at = desk.clock()
    desk.work()
    (line,) = desk.log(endpoint.id)
    assert desk.receiver.got == [] and line.status == "dropped"
    assert line.error is not None and line.error.code == "object_gone"


# --- trying again ----------------------------------------------------------------------------------------------------


def test_it_is_tried_with_back_off_for_a_day_under_one_id(desk: WebhookDesk) -> None:
    endpoint = desk.enter()
    desk.receiver.replies = [AWAY] * 100
    event_id, began = desk.happen(), desk.clock()
    desk.work()
    waits = []
    while (line := desk.log(endpoint.id)[0]).next_attempt_at is not None:
        assert line.status == "pending" and line.error is not None and line.error.code == "unreachable"
        waits.append((line.next_attempt_at - desk.clock()).total_seconds())
        desk.clock.advance(seconds=waits[-1] - 0.001)
        assert desk.work() == 0, "not a moment too early"
        desk.clock.advance(seconds=0.001)
        assert desk.work() == 1
    assert waits[: len(BACK_OFF_S)] == list(BACK_OFF_S) and max(waits) == BACK_OFF_S[-1]
    assert desk.clock() - began == TRIED_FOR and set(desk.receiver.ids) == {event_id}
    assert (line.status, line.attempts) == ("failed", len(waits) + 1)
    assert desk.endpoint(endpoint.id).enabled, "one lost message does not disable it"
    assert desk.asked("deliver_webhook")[0].done_at is not None


def test_each_attempt_is_signed_anew(desk: WebhookDesk) -> None:
    endpoint = desk.enter()
    desk.receiver.replies = [FULL, FULL]
    desk.happen()
    for wait_s in (0, *BACK_OFF_S[:2]):
        desk.clock.advance(seconds=wait_s)
        desk.work()
    times = [int(headers["webhook-timestamp"]) for _, headers, _ in desk.receiver.got]
    assert times == sorted(set(times)) and len(times) == 3
    assert all(is_signed(headers, body, endpoint.secret or "") for _, headers, body in desk.receiver.got)


@pytest.mark.parametrize(
    ("reply", "wait_s"),
    [
        (WebhookReply(429, "", 1, 90.0), 90.0),
        (WebhookReply(503, "", 1, 1.0), BACK_OFF_S[0]),
        (WebhookReply(503, "", 1, 1e9), LONGEST_RETRY_AFTER_S),
        (WebhookReply(500, "", 1, 90.0), BACK_OFF_S[0]),
        (WebhookReply(404, "", 1), BACK_OFF_S[0]),
        (WebhookReply(302, "", 1), BACK_OFF_S[0]),
    ],
)
def test_a_receiver_may_ask_for_patience(desk: WebhookDesk, reply: WebhookReply, wait_s: float) -> None:
    endpoint = desk.enter()
    desk.receiver.replies = [reply]
    desk.happen()
    desk.work()
    (line,) = desk.log(endpoint.id)
    assert line.next_attempt_at == desk.clock() + timedelta(seconds=wait_s)
    assert (line.status, line.response_status) == ("pending", reply.status)
    assert line.error is not None and str(reply.status) in line.error.sentence


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_any_2xx_is_success(desk: WebhookDesk, status: int) -> None:
    endpoint = desk.enter()
    desk.receiver.replies = [WebhookReply(status, "", 1)]
    desk.happen()
    desk.work()
    assert desk.log(endpoint.id)[0].status == "delivered"


# --- disabling -------------------------------------------------------------------------------------------------------


def test_410_disables_and_says_so(desk: WebhookDesk) -> None:
    endpoint = desk.enter()
    desk.receiver.replies = [WebhookReply(410, "", 1)]
    desk.happen()
    desk.work()
    seen = desk.endpoints.get(desk.organisation_id, endpoint.id)
    assert (seen.enabled, seen.disabled_reason, seen.disabled_at) == (False, "gone", desk.clock())
    (alert,) = desk.events(ALERT)
    assert endpoint.id in alert.data["sentence"] and len(desk.asked("send_alert")) == 1
    assert [one.data for one in desk.events("webhook_endpoint.disabled")] == [{"reason": "gone"}]
    desk.happen()
    assert desk.work() == 0 and len(desk.receiver.got) == 1, "nothing more is even asked for"


def test_three_days_of_failure_disable_it_and_a_person_enables_it_again(desk: WebhookDesk) -> None:
    endpoint = desk.enter()
    desk.receiver.replies = [AWAY] * 1000
    began = desk.clock()
    while desk.endpoint(endpoint.id).enabled and desk.clock() - began < timedelta(days=9):
        desk.happen()
        desk.work()
        desk.clock.advance(seconds=12 * 3600)
    took = desk.clock() - began
    assert DISABLED_AFTER <= took <= DISABLED_AFTER + timedelta(hours=24)
    assert desk.endpoint(endpoint.id).disabled_reason == "failing" and len(desk.events(ALERT)) == 1
    desk.clock.advance(seconds=24 * 3600)
    desk.work()
    lines = desk.log(endpoint.id)
    assert {line.status for line in lines} == {"failed"}, "what waited is given up"
    assert any(line.error is not None and line.error.code == "endpoint_disabled" for line in lines)
    with pytest.raises(Conflict) as caught:
        desk.endpoints.replay(desk.actor, lines[0].id)
    assert caught.value.code == "endpoint_disabled"

    desk.receiver.replies, desk.receiver.got = [], []
    seen = desk.endpoints.patch(desk.actor, endpoint.id, WebhookEndpointPatch(enabled=True))
    assert (seen.enabled, seen.disabled_reason, seen.failing_since) == (True, None, None)
    desk.endpoints.replay(desk.actor, lines[0].id)
    desk.work()
    assert desk.receiver.ids == [lines[0].webhook_id]


def test_a_success_in_between_keeps_it_enabled(desk: WebhookDesk) -> None:
    endpoint = desk.enter()
    for _ in range(5):
        desk.receiver.replies = [AWAY] * 2
        desk.happen()
        for wait_s in (0, *BACK_OFF_S[:2]):
            desk.clock.advance(seconds=wait_s)
            desk.work()
        assert desk.endpoint(endpoint.id).failing_since is None
        desk.clock.advance(seconds=24 * 3600)
    assert desk.endpoint(endpoint.id).enabled


# --- tests, replays, secrets -----------------------------------------------------------------------------------------


def test_a_test_is_sent_once_whatever_comes_and_even_when_disabled(desk: WebhookDesk) -> None:
    endpoint = desk.enter("review.created")
    desk.endpoints.patch(desk.actor, endpoint.id, WebhookEndpointPatch(enabled=False))
    desk.receiver.replies = [FULL]
    asked = desk.endpoints.test(desk.actor, endpoint.id)
    desk.work()
    (line,) = desk.log(endpoint.id)
    assert (line.id, line.status, line.attempts, line.response_status) == (asked.id, "failed", 1, 500)
    (body,) = desk.receiver.bodies
    assert body["type"] == "webhook.test" and body["data"]["id"] == endpoint.id and "secret" not in body["data"]
    assert desk.endpoint(endpoint.id).failing_since is None
    desk.endpoints.replay(desk.actor, line.id)
    desk.work()
    assert desk.log(endpoint.id)[0].status == "delivered" and len(set(desk.receiver.ids)) == 1


def test_a_replay_is_the_same_message_again(desk: WebhookDesk) -> None:
    endpoint = desk.enter()
    event_id = desk.happen()
    desk.work()
    (line,) = desk.log(endpoint.id)
    desk.clock.advance(seconds=3 * 24 * 3600)
    again = desk.endpoints.replay(desk.actor, line.id)
    assert (again.status, again.next_attempt_at) == ("pending", desk.clock())
    desk.receiver.replies = [FULL]
    desk.work()
    desk.clock.advance(seconds=BACK_OFF_S[0])
    desk.work()
    assert desk.receiver.ids == [event_id] * 3
    assert (desk.log(endpoint.id)[0].status, desk.log(endpoint.id)[0].attempts) == ("delivered", 3)


def test_both_secrets_sign_for_a_day_after_a_rotation(desk: WebhookDesk) -> None:
    first = desk.enter()
    second = desk.endpoints.rotate_secret(desk.actor, first.id)
    assert first.secret != second.secret and second.previous_secret_until == desk.clock() + timedelta(hours=24)
    desk.happen()
    desk.work()
    desk.clock.advance(seconds=24 * 3600)
    desk.happen()
    desk.work()
    (_, early, body), (_, late, other) = desk.receiver.got
    assert is_signed(early, body, first.secret or "") and is_signed(early, body, second.secret or "")
    assert not is_signed(late, other, first.secret or "") and is_signed(late, other, second.secret or "")


def test_secrets_are_kept_sealed_and_survive_one_change_of_the_key(desk: WebhookDesk) -> None:
    endpoint = desk.enter()
    row = desk.endpoint(endpoint.id)
    assert (endpoint.secret or "x")[6:] not in row.sealed_secret
    # SECRET_KEY is changed: what the former key sealed is opened, and sealed anew by the daily round.
    rotated = Seal(("the-key-that-came-after", SECRETS[0]), "webhooks")
    desk.endpoints._seal = rotated
    desk.endpoints.tidy()
    only_new = Seal(("the-key-that-came-after",), "webhooks")
    assert only_new.open(desk.endpoint(endpoint.id).sealed_secret) == endpoint.secret
    # The worker of this desk still has only the former key: it cannot sign, and says so instead of sending.
    desk.happen()
    desk.work()
    assert desk.receiver.got == [] and desk.endpoint(endpoint.id).disabled_reason == "secret_lost"
    assert len(desk.events(ALERT)) == 1
    # … until the secret is rotated and the endpoint enabled; what cannot be read signs nothing beside it.
    desk.endpoints._seal = desk.deliveries._seal
    again = desk.endpoints.rotate_secret(desk.actor, endpoint.id)
    assert again.previous_secret_until is None
    desk.endpoints.patch(desk.actor, endpoint.id, WebhookEndpointPatch(enabled=True))
    desk.happen()
    desk.work()
    ((_, headers, body),) = desk.receiver.got
    assert is_signed(headers, body, again.secret or "")


# --- limits ----------------------------------------------------------------------------------------------------------


def test_a_slow_receiver_takes_no_more_than_its_slots(desk: WebhookDesk, database: Database) -> None:
    slots = Slots(4)
    with slots.one_for("a") as one, slots.one_for("a") as two, slots.one_for("a") as three:
        assert (one, two, three) == (True, True, False)
        with slots.one_for("b") as four, slots.one_for("b") as five, slots.one_for("c") as six:
            assert (four, five, six) == (True, True, False)
    with slots.one_for("c") as free:
        assert free
    endpoint = desk.enter()
    desk.happen()
    with ExitStack() as taken:
        for _ in range(4):
            taken.enter_context(desk.deliveries._slots.one_for(endpoint.id))
        desk.work()
        assert desk.receiver.got == []
        (row,) = desk.asked("deliver_webhook")
        assert row.attempt == 0 and row.due_at > desk.clock(), "it only waits"
    desk.clock.advance(seconds=2)
    desk.work()
    assert len(desk.receiver.got) == 1


def test_there_are_only_so_many_endpoints(desk: WebhookDesk) -> None:
    for _ in range(MOST_ENDPOINTS):
        desk.enter()
    with pytest.raises(Conflict) as caught:
        desk.enter()
    assert caught.value.code == "too_many_endpoints"


def test_the_log_is_kept_for_thirty_days(desk: WebhookDesk) -> None:
    endpoint = desk.enter()
    desk.happen()
    desk.work()
    desk.receiver.replies = [AWAY]
    desk.happen()
    desk.work()
    desk.clock.advance(seconds=LOG_LASTS.total_seconds())
    assert desk.endpoints.tidy() == 0
    desk.clock.advance(seconds=1)
    assert desk.endpoints.tidy() == 1
    assert [line.status for line in desk.log(endpoint.id)] == ["pending"]


def test_deleting_an_endpoint_ends_everything_about_it(desk: WebhookDesk) -> None:
    endpoint = desk.enter()
    desk.receiver.replies = [FULL, FULL]
    desk.happen()
    desk.work()
    desk.endpoints.delete(desk.actor, endpoint.id)
    desk.clock.advance(seconds=60)
    assert desk.work() == 1, "its work is found to be without an object"
    assert len(desk.receiver.got) == 1 and desk.all(WebhookDelivery) == []
    with pytest.raises(NotFound):
        desk.endpoints.get(desk.organisation_id, endpoint.id)
    # … and one that is deleted while a message is under way
    endpoint = desk.enter()
    desk.receiver.before = lambda: desk.endpoints.delete(desk.actor, endpoint.id)
    desk.happen()
    desk.work()
    assert desk.all(WebhookDelivery) == [] and all(row.done_at for row in desk.asked("deliver_webhook"))


def test_another_organisations_endpoints_are_not_there(desk: WebhookDesk) -> None:
    endpoint = desk.enter()
    desk.happen()
    desk.work()
    (line,) = desk.log(endpoint.id)
    stranger = type(desk.actor)(make_organisation(desk.database), "key:Other", "key")
    steps: list[Any] = [
        lambda: desk.endpoints.get(stranger.organisation_id, endpoint.id),
        lambda: desk.endpoints.patch(stranger, endpoint.id, WebhookEndpointPatch(enabled=False)),
        lambda: desk.endpoints.rotate_secret(stranger, endpoint.id),
        lambda: desk.endpoints.test(stranger, endpoint.id),
        lambda: desk.endpoints.replay(stranger, line.id),
        lambda: desk.endpoints.delete(stranger, endpoint.id),
    ]
    for step in steps:
        with pytest.raises(NotFound):
            step()


def test_words_that_come_back_are_forgotten_with_the_person(desk: WebhookDesk) -> None:
    endpoint = desk.enter()
    desk.receiver.replies = [WebhookReply(400, "I do not know Ada Example", 1)] * 2
    desk.happen()
    desk.work()
    assert desk.log(endpoint.id)[0].response_excerpt == "I do not know Ada Example"
    with desk.database.write() as unit:
        assert rows.forget_answers_about(unit.session, [desk.interview_id]) == 1
        assert rows.forget_answers_about(unit.session, [desk.interview_id]) == 0
    assert desk.log(endpoint.id)[0].response_excerpt is None

    def erase() -> None:
        with desk.database.write() as unit:
            unit.session.get_one(Interview, desk.interview_id).words_deleted_at = desk.clock()

    desk.receiver.before = erase
    desk.clock.advance(seconds=BACK_OFF_S[0])
    desk.work()
    assert len(desk.receiver.got) == 2 and desk.log(endpoint.id)[0].response_excerpt is None


# --- addresses at the door -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "http://ats.example.com/", "ftp://ats.example.com/", "https://", "https:///x", "//ats.example.com", "ats",
        "https://user:pw@ats.example.com/", "https://user@ats.example.com/", "https://ats.example.com/#x",
        "https://localhost/", "https://LOCALHOST./", "https://app.localhost/", "https://127.0.0.1/", "https://[::1]/",
        "https://10.1.2.3/", "https://192.168.0.1/", "https://172.16.0.1/", "https://169.254.169.254/latest/meta-data",
        "https://100.64.0.1/", "https://0.0.0.0/", "https://[::ffff:10.0.0.1]/", "https://[fd00::1]/",
        "https://[fe80::1]/", "https://2130706433/", "https://0x7f000001/", "https://0x7f.1/", "https://127.1/",
        "https://metadata.google.internal/", "https://printer.local/", "https://intranet/", "https://db.svc/",
        "https://ats.example.com:0/", "https://ats.example.com:99999/", "https://a ts.example.com/",
        "https://ats.example.com/\n", "https://äts.example.com/",
    ],
)  # fmt: skip
def test_addresses_that_are_refused_at_once(url: str) -> None:
    assert url_problem(url, to_loopback=False) is not None


@pytest.mark.parametrize(
    "url",
    ["https://ats.example.com", "https://ats.example.com:8443/a/b?c=d", "https://8.8.8.8/", "https://xn--ts-via.example"],
)
def test_addresses_that_are_taken(url: str) -> None:
    assert url_problem(url, to_loopback=False) is None


def test_this_machine_only_where_that_is_allowed(desk: WebhookDesk) -> None:
    for url in ("http://127.0.0.1:9/x", "http://localhost:9/", "https://[::1]:9/"):
        assert url_problem(url, to_loopback=True) is None
    for url in ("http://10.0.0.1/", "http://ats.example.com/"):
        assert url_problem(url, to_loopback=True) is not None
    with pytest.raises(Invalid) as caught:
        desk.enter(url="http://127.0.0.1:9/x")
    assert caught.value.code == "webhook_url_refused" and caught.value.problems[0].field == "url"


def test_states_are_told_by_their_words() -> None:
    assert [state.value for state in DeliveryState] == ["pending", "delivered", "failed", "dropped"]

"""One attempt to deliver one message, and what follows from its outcome: done, again later, given up, disabled."""

import json
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy.orm import Session

from db.models import DeliveryState, WebhookDelivery, WebhookEndpoint
from db.repositories import events, outbox
from db.repositories import webhooks as rows
from db.repositories.outbox import Lease
from db.unit_of_work import Database
from ivr.gateways.ports import GatewayError, WebhookReply, WebhookSender
from ivr.services.alerts import tell_of_webhook
from ivr.services.event_objects import Announcement, EventObjects
from ivr.services.sealing import Seal, SealBroken
from ivr.services.webhook_signing import signed_headers
from ivr.services.webhook_views import endpoint_view

# After the first, second, … failed attempt, in seconds; from then on the last of them, until a day is over.
BACK_OFF_S = (2, 10, 60, 300, 900, 3600, 2 * 3600, 4 * 3600)
LONGEST_RETRY_AFTER_S = 6 * 3600.0
# An endpoint that took nothing for so long, and then lost a message for good, is not asked any more.
DISABLED_AFTER = timedelta(days=3)
# How often success is written down when nothing else changes.
_NOTED_EVERY = timedelta(minutes=1)
# While all slots are taken: soon, or later where it would only join a queue in front of somebody who is away.
_SOON_S, _LATER_S, _AWAY_AFTER = 2.0, 60.0, timedelta(minutes=5)
GONE, FAILING, SECRET_LOST = "gone", "failing", "secret_lost"
_USER_AGENT = "Viva-Voce-Webhooks/1"
_WHY = {
    GONE: "The receiver answered 410: it wants no more messages.",
    FAILING: "Nothing could be delivered for three days.",
    SECRET_LOST: "Its secret was sealed under a SECRET_KEY that is gone.",
}

_log = structlog.stdlib.get_logger(__name__)


class Slots:
    """How many attempts may be under way in this process: a receiver that is slow must not hold the threads in which
    interviews are worked on, nor one endpoint those of the others."""

    def __init__(self, total: int) -> None:
        self._total = max(2, total)
        self._each = max(1, self._total // 2)
        self._taken: Counter[str] = Counter()
        self._lock = threading.Lock()

    @contextmanager
    def one_for(self, endpoint_id: str) -> Iterator[bool]:
        """Whether there is a slot; it is held for as long as the block runs."""
        with self._lock:
            is_free = self._taken.total() < self._total and self._taken[endpoint_id] < self._each
            self._taken[endpoint_id] += is_free
        try:
            yield is_free
        finally:
            with self._lock:
                self._taken[endpoint_id] -= is_free
                if not self._taken[endpoint_id]:
                    del self._taken[endpoint_id]


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What an attempt brought."""

    reply: WebhookReply | None
    error: GatewayError | None

    @property
    def is_success(self) -> bool:
        return self.reply is not None and 200 <= self.reply.status < 300

    @property
    def sentence(self) -> str:
        if self.error is not None:
            return self.error.message
        assert self.reply is not None  # noqa: S101
        moved = " Redirects are not followed." if 300 <= self.reply.status < 400 else ""
        return f"The receiver answered HTTP {self.reply.status}.{moved}"

    @property
    def patience_s(self) -> float:
        is_asking = self.reply is not None and self.reply.status in {429, 503}
        return min((self.reply.retry_after_s or 0.0) if is_asking and self.reply else 0.0, LONGEST_RETRY_AFTER_S)


class WebhookDeliveryService:
    """``payload`` makes an announcement's JSON as the API shows things."""

    def __init__(
        self,
        database: Database,
        sender: WebhookSender,
        seal: Seal,
        objects: EventObjects,
        payload: Callable[[Announcement], Mapping[str, Any]],
        clock: Callable[[], datetime],
        *,
        slots: Slots,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._database = database
        self._sender = sender
        self._seal = seal
        self._objects = objects
        self._payload = payload
        self._clock = clock
        self._slots = slots
        self._chance = chance

    def deliver_webhook(self, lease: Lease) -> None:
        """One attempt, and its outcome in the log. What is done, deleted or disabled is not sent."""
        with self._database.read() as session:
            found = rows.to_deliver(session, lease.subject_id)
            if found is None or found[0].state is not DeliveryState.PENDING:
                return
            delivery, endpoint = found
            event = None if delivery.event_id is None else rows.event(session, delivery.event_id)
        if not endpoint.enabled and delivery.event_id is not None:
            self._end(lease, DeliveryState.FAILED, "endpoint_disabled", "The endpoint is disabled.")
            return
        if delivery.event_id is None:
            shown: Announcement | None = Announcement(
                delivery.message_id, delivery.type, delivery.created_at, endpoint_view(endpoint)
            )
        else:
            shown = None if event is None else self._objects.announcement(event)
        if shown is None:
            self._end(lease, DeliveryState.DROPPED, "object_gone", "What it was about is deleted.")
            return
        with self._slots.one_for(endpoint.id) as has_slot:
            if not has_slot:
                self._wait_for_slot(lease, endpoint)
                return
            try:
                keys = self._keys(endpoint)
            except SealBroken:
                self._lose_secret(lease)
                return
            body = json.dumps(self._payload(shown), ensure_ascii=False, separators=(",", ":")).encode()
            outcome = self._attempt(endpoint.url, keys, delivery.message_id, body)
        self._settle(lease, outcome)

    def _keys(self, endpoint: WebhookEndpoint) -> Sequence[str]:
        """The secrets that sign now, the newest first. Raises SealBroken."""
        sealed = [endpoint.sealed_secret]
        if endpoint.sealed_previous and endpoint.previous_until and endpoint.previous_until > self._clock():
            sealed.append(endpoint.sealed_previous)
        return [self._seal.open(one) for one in sealed]

    def _attempt(self, url: str, keys: Sequence[str], message_id: str, body: bytes) -> _Outcome:
        headers = {
            **signed_headers(keys, message_id, self._clock(), body),
            "Content-Type": "application/json",
            "User-Agent": _USER_AGENT,
            "Accept-Encoding": "identity",
        }
        try:
            return _Outcome(self._sender.send(url, headers, body), None)
        except GatewayError as error:
            return _Outcome(None, error)

    # --- what follows

    def _settle(self, lease: Lease, outcome: _Outcome) -> None:
        with self._database.write() as unit:
            session, now = unit.session, self._clock()
            outbox.hold(session, lease)
            delivery = rows.delivery(session, lease.organisation_id, lease.subject_id, lock=True)
            if delivery is None:  # deleted with its endpoint while we were under way
                outbox.complete(session, lease)
                return
            _note(delivery, outcome, now)
            if delivery.event_id is not None and rows.is_forgotten(session, delivery.event_id):
                # Deleted while we were under way: what was answered may repeat what we had sent.
                delivery.response_excerpt = None
            is_gone = outcome.reply is not None and outcome.reply.status == 410
            if outcome.is_success:
                _close(delivery, DeliveryState.DELIVERED, now)
                self._endpoint_works(session, delivery, now)
            elif is_gone or now >= delivery.until:
                _close(delivery, DeliveryState.FAILED, now)
                self._endpoint_fails(session, delivery, now, GONE if is_gone else None)
            else:
                due_at = self._next(lease, delivery, outcome, now)
                delivery.next_attempt_at = due_at
                self._endpoint_fails(session, delivery, now, None, is_final=False)
                outbox.retry_later(session, lease, due_at, outcome.sentence)
                return
            outbox.complete(session, lease)

    def _next(self, lease: Lease, delivery: WebhookDelivery, outcome: _Outcome, now: datetime) -> datetime:
        """When it is tried again; the last time when its day is over. A replay begins with short waits again."""
        back_off_s = BACK_OFF_S[min(lease.attempt, len(BACK_OFF_S)) - 1] * (1 + 0.25 * self._chance())
        return min(now + timedelta(seconds=max(back_off_s, outcome.patience_s)), delivery.until)

    def _endpoint_works(self, session: Session, delivery: WebhookDelivery, now: datetime) -> None:
        endpoint = rows.endpoint(session, delivery.organisation_id, delivery.endpoint_id)
        if endpoint is None:
            return
        last = endpoint.last_success_at
        if endpoint.failing_since is not None or last is None or last <= now - _NOTED_EVERY:
            endpoint.last_success_at, endpoint.failing_since = now, None

    def _endpoint_fails(
        self, session: Session, delivery: WebhookDelivery, now: datetime, why: str | None, *, is_final: bool = True
    ) -> None:
        endpoint = rows.endpoint(session, delivery.organisation_id, delivery.endpoint_id, lock=True)
        if endpoint is None or (delivery.event_id is None and why is None):
            return  # a test that failed says nothing about what is to be delivered
        if endpoint.failing_since is None:
            endpoint.failing_since = now
        if why is None and is_final and endpoint.failing_since <= now - DISABLED_AFTER:
            why = FAILING
        if why is not None and endpoint.enabled:
            _disable(session, endpoint, why, now)

    def _lose_secret(self, lease: Lease) -> None:
        self._end(lease, DeliveryState.FAILED, SECRET_LOST, _WHY[SECRET_LOST], disable=SECRET_LOST)

    def _end(
        self, lease: Lease, state: DeliveryState, code: str, sentence: str, *, disable: str | None = None
    ) -> None:
        """Nothing is sent, and nothing will be."""
        with self._database.write() as unit:
            session, now = unit.session, self._clock()
            delivery = rows.delivery(session, lease.organisation_id, lease.subject_id, lock=True)
            if delivery is not None:
                delivery.error_code, delivery.error_sentence = code, sentence
                _close(delivery, state, now)
                endpoint = rows.endpoint(session, delivery.organisation_id, delivery.endpoint_id, lock=True)
                if disable is not None and endpoint is not None and endpoint.enabled:
                    _disable(session, endpoint, disable, now)
            outbox.complete(session, lease)

    def _wait_for_slot(self, lease: Lease, endpoint: WebhookEndpoint) -> None:
        now = self._clock()
        is_away = endpoint.failing_since is not None and endpoint.failing_since <= now - _AWAY_AFTER
        wait_s = (_LATER_S if is_away else _SOON_S) * (1 + 2 * self._chance())
        with self._database.write() as unit:
            outbox.postpone(unit.session, lease, now + timedelta(seconds=wait_s))


def _note(delivery: WebhookDelivery, outcome: _Outcome, now: datetime) -> None:
    delivery.attempts += 1
    delivery.last_attempt_at = now
    reply = outcome.reply
    delivery.response_status = None if reply is None else reply.status
    delivery.response_excerpt = None if reply is None else reply.excerpt
    delivery.duration_ms = None if reply is None else reply.duration_ms
    if outcome.is_success:
        delivery.error_code = delivery.error_sentence = None
    else:
        code = outcome.error.code if outcome.error is not None else "not_accepted"
        delivery.error_code, delivery.error_sentence = code[:32], outcome.sentence[:300]


def _close(delivery: WebhookDelivery, state: DeliveryState, now: datetime) -> None:
    delivery.state, delivery.ended_at, delivery.next_attempt_at = state, now, None


def _disable(session: Session, endpoint: WebhookEndpoint, why: str, now: datetime) -> None:
    endpoint.enabled, endpoint.disabled_at, endpoint.disabled_reason, endpoint.updated_at = False, now, why, now
    events.record(
        session, organisation_id=endpoint.organisation_id, type="webhook_endpoint.disabled",
        subject_kind="webhook_endpoint", subject_id=endpoint.id, actor="system", data={"reason": why}, at=now,
    )  # fmt: skip
    tell_of_webhook(session, endpoint.organisation_id, endpoint.id, _WHY[why], now)
    _log.warning("webhook.disabled", endpoint_id=endpoint.id, reason=why)

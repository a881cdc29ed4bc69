"""Where an organisation's systems are told of events: endpoints with their secrets, the log, tests and replays."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db.columns import new_id
from db.models import DeliveryState, Organisation, WebhookEndpoint
from db.repositories import events, outbox
from db.repositories import webhooks as rows
from db.unit_of_work import Database
from ivr.gateways.public_addresses import is_inner_name, is_loopback
from ivr.services.context import Actor
from ivr.services.drafts import Page, Paged, Unset
from ivr.services.errors import Conflict, FieldProblem, Invalid, NotFound
from ivr.services.sealing import Seal, SealBroken
from ivr.services.webhook_signing import new_secret
from ivr.services.webhook_views import (
    DeliveryAbout,
    DeliveryView,
    NewWebhookEndpointView,
    WebhookEndpointDraft,
    WebhookEndpointPatch,
    WebhookEndpointView,
    delivery_view,
    endpoint_view,
    new_endpoint_view,
)

# Each event is sent to every one of them.
MOST_ENDPOINTS = 10
PREVIOUS_LASTS = timedelta(hours=24)
# How long a message is tried.
TRIED_FOR = timedelta(hours=24)
LOG_LASTS = timedelta(days=30)
TEST = "webhook.test"
REQUESTED = "requested"
DAY_S = 24 * 3600.0
_PURGE_AT_ONCE = 1000


class WebhookEndpointService:
    """``to_loopback`` lets endpoints stand on this machine: for tests, demonstrations and development."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        seal: Seal,
        ring: Callable[[], None],
        *,
        to_loopback: bool = False,
    ) -> None:
        self._database = database
        self._clock = clock
        self._seal = seal
        self._ring = ring
        self._to_loopback = to_loopback

    def create(self, actor: Actor, draft: WebhookEndpointDraft) -> NewWebhookEndpointView:
        """The new endpoint; the only time that its secret can be read.

        Raises Invalid webhook_url_refused, Conflict external_id_exists, too_many_endpoints.
        """
        self._check_url(draft.url)
        secret, now = new_secret(), self._clock()
        endpoint = WebhookEndpoint(
            id=new_id(), organisation_id=actor.organisation_id, created_at=now, updated_at=now, url=draft.url,
            description=draft.description, events=list(draft.events), enabled=True, external_id=draft.external_id,
            labels=dict(draft.metadata), sealed_secret=self._seal.close(secret),
        )  # fmt: skip
        try:
            with self._database.write() as unit:
                session = unit.session
                # Many at once would each see one place left: the organisation's row lets them in one by one.
                session.get_one(Organisation, actor.organisation_id, with_for_update=True)
                if rows.count_endpoints(session, actor.organisation_id) >= MOST_ENDPOINTS:
                    raise Conflict(
                        "too_many_endpoints",
                        f"An organisation has at most {MOST_ENDPOINTS} webhook endpoints.",
                        "Delete one that is not needed.",
                    )
                self._refuse_taken(session, endpoint, draft.external_id)
                session.add(endpoint)
                session.flush()
                self._record(session, actor, endpoint.id, "webhook_endpoint.created")
                # A repeated request gets the same answer without the secret, which is shown once.
                actor.remember(session, new_endpoint_view(endpoint, None))
        except IntegrityError:
            raise _taken() from None
        return new_endpoint_view(endpoint, secret)

    def get(self, organisation_id: str, endpoint_id: str) -> WebhookEndpointView:
        """The endpoint. Raises NotFound."""
        with self._database.read() as session:
            return endpoint_view(_known(rows.endpoint(session, organisation_id, endpoint_id)))

    def list(self, organisation_id: str, external_id: str | None, page: Page) -> Paged[WebhookEndpointView]:
        """Endpoints, newest first."""
        with self._database.read() as session:
            found, cursor = rows.endpoints(
                session, organisation_id, external_id=external_id, limit=page.limit, cursor=page.cursor
            )
            total = rows.count_endpoints(session, organisation_id, external_id) if page.with_total else None
            return Paged(tuple(map(endpoint_view, found)), cursor, total)

    def patch(self, actor: Actor, endpoint_id: str, patch: WebhookEndpointPatch) -> WebhookEndpointView:
        """The endpoint as it is now. Enabling it forgets its failures.

        Raises NotFound, Invalid webhook_url_refused, Conflict external_id_exists.
        """
        if not isinstance(patch.url, Unset):
            self._check_url(patch.url)
        try:
            with self._database.write() as unit:
                found = rows.endpoint(unit.session, actor.organisation_id, endpoint_id, lock=True)
                endpoint, now = _known(found), self._clock()
                if isinstance(patch.external_id, str):
                    self._refuse_taken(unit.session, endpoint, patch.external_id)
                changed = _apply(endpoint, patch, now)
                if changed:
                    endpoint.updated_at = now
                    self._record(unit.session, actor, endpoint.id, "webhook_endpoint.changed", fields=changed)
        except IntegrityError:
            raise _taken() from None
        return endpoint_view(endpoint)

    def delete(self, actor: Actor, endpoint_id: str) -> None:
        """The endpoint and its log are gone, and nothing more is sent to it. Raises NotFound."""
        with self._database.write() as unit:
            endpoint = _known(rows.endpoint(unit.session, actor.organisation_id, endpoint_id, lock=True))
            rows.delete_endpoint(unit.session, endpoint)
            self._record(unit.session, actor, endpoint_id, "webhook_endpoint.deleted")

    def rotate_secret(self, actor: Actor, endpoint_id: str) -> NewWebhookEndpointView:
        """A new secret, shown this once; for 24 hours messages carry the former one's signature as well.

        Raises NotFound.
        """
        secret, now = new_secret(), self._clock()
        with self._database.write() as unit:
            endpoint = _known(rows.endpoint(unit.session, actor.organisation_id, endpoint_id, lock=True))
            is_readable = self._is_readable(endpoint.sealed_secret)
            endpoint.sealed_previous = endpoint.sealed_secret if is_readable else None
            endpoint.previous_until = now + PREVIOUS_LASTS if is_readable else None
            endpoint.sealed_secret, endpoint.updated_at = self._seal.close(secret), now
            self._record(unit.session, actor, endpoint.id, "webhook_endpoint.secret_rotated")
            actor.remember(unit.session, new_endpoint_view(endpoint, None))
        return new_endpoint_view(endpoint, secret)

    # --- messages

    def test(self, actor: Actor, endpoint_id: str) -> DeliveryView:
        """Have a test message sent, to an endpoint that is disabled as well. Raises NotFound."""
        now = self._clock()
        with self._database.write() as unit:
            session = unit.session
            endpoint = _known(rows.endpoint(session, actor.organisation_id, endpoint_id, lock=True))
            delivery_id = rows.add_delivery(
                session, organisation_id=actor.organisation_id, endpoint_id=endpoint.id, event_id=None,
                message_id=new_id(), type=TEST, now=now, until=now,
            )  # fmt: skip
            return self._asked_for(session, unit.on_commit, actor, delivery_id or "")

    def deliveries(
        self, organisation_id: str, endpoint_id: str, status: str | None, type: str | None, page: Page
    ) -> Paged[DeliveryView]:
        """The endpoint's log, newest first. Raises NotFound."""
        state = None if status is None else DeliveryState(status)
        with self._database.read() as session:
            _known(rows.endpoint(session, organisation_id, endpoint_id))
            found, cursor = rows.deliveries(
                session, endpoint_id, state=state, type=type, limit=page.limit, cursor=page.cursor
            )
            total = rows.count_deliveries(session, endpoint_id, state, type) if page.with_total else None
            return Paged(tuple(map(delivery_view, found)), cursor, total)

    def delivery(self, organisation_id: str, endpoint_id: str, delivery_id: str) -> DeliveryAbout:
        """One line of the endpoint's log, and what its message is about. Raises NotFound."""
        with self._database.read() as session:
            found = rows.delivery(session, organisation_id, delivery_id)
            if found is None or found.endpoint_id != endpoint_id:
                raise NotFound("delivery")
            event = None if found.event_id is None else rows.event(session, found.event_id)
            about = (None, None) if event is None else (event.subject_kind, event.subject_id)
            return DeliveryAbout(delivery_view(found), *about)

    def replay(self, actor: Actor, delivery_id: str) -> DeliveryView:
        """Send it once more under the same webhook-id, with a day of its own for retries.

        Raises NotFound, Conflict endpoint_disabled.
        """
        now = self._clock()
        with self._database.write() as unit:
            session = unit.session
            delivery = rows.delivery(session, actor.organisation_id, delivery_id, lock=True)
            if delivery is None:
                raise NotFound("delivery")
            endpoint = _known(rows.endpoint(session, actor.organisation_id, delivery.endpoint_id))
            if not endpoint.enabled and delivery.event_id is not None:
                sentence = "This endpoint is disabled, so nothing is sent to it."
                raise Conflict("endpoint_disabled", sentence, "Enable it first: PATCH it with enabled true.")
            delivery.state, delivery.next_attempt_at, delivery.ended_at = DeliveryState.PENDING, now, None
            delivery.until = now if delivery.event_id is None else now + TRIED_FOR
            return self._asked_for(session, unit.on_commit, actor, delivery.id)

    # --- from time to time

    def tidy(self) -> int:
        """Delete what the log has kept for 30 days, and seal secrets anew that a former SECRET_KEY sealed; how many
        lines went."""
        deleted, before = 0, self._clock() - LOG_LASTS
        while True:
            with self._database.write() as unit:
                gone = rows.purge_deliveries(unit.session, before, _PURGE_AT_ONCE)
            deleted += gone
            if gone < _PURGE_AT_ONCE:
                break
        with self._database.write() as unit:
            for endpoint in rows.with_secrets(unit.session):
                self._reseal(endpoint)
        return deleted

    def _is_readable(self, sealed: str) -> bool:
        try:
            self._seal.open(sealed)
        except SealBroken:
            return False
        return True

    def _reseal(self, endpoint: WebhookEndpoint) -> None:
        if endpoint.previous_until is not None and endpoint.previous_until <= self._clock():
            endpoint.sealed_previous = endpoint.previous_until = None
        try:
            endpoint.sealed_secret = self._seal.renew(endpoint.sealed_secret)
            if endpoint.sealed_previous is not None:
                endpoint.sealed_previous = self._seal.renew(endpoint.sealed_previous)
        except SealBroken:
            return  # the next message says so

    # --- moves

    def _asked_for(
        self, session: Session, on_commit: Callable[[Callable[[], None]], None], actor: Actor, delivery_id: str
    ) -> DeliveryView:
        outbox.add(
            session, kind="deliver_webhook", subject_id=delivery_id, organisation_id=actor.organisation_id,
            due_at=self._clock(), request_id=actor.request_id,
        )  # fmt: skip
        session.flush()
        on_commit(self._ring)
        delivery = rows.delivery(session, actor.organisation_id, delivery_id)
        assert delivery is not None  # noqa: S101 - made or found in this transaction
        view = delivery_view(delivery)
        actor.remember(session, view)
        return view

    def _check_url(self, url: str) -> None:
        sentence = url_problem(url, to_loopback=self._to_loopback)
        if sentence is not None:
            problem = FieldProblem("url", "webhook_url_refused", sentence)
            raise Invalid(
                "webhook_url_refused", sentence, "Give an https address on the public internet.", problems=[problem]
            )

    def _refuse_taken(self, session: Session, endpoint: WebhookEndpoint, external_id: str | None) -> None:
        if external_id is not None:
            holder = rows.endpoint_with_external_id(session, endpoint.organisation_id, external_id)
            if holder not in (None, endpoint.id):
                raise _taken()

    def _record(
        self, session: Session, actor: Actor, endpoint_id: str, type: str, *, fields: Sequence[str] | None = None
    ) -> None:
        events.record(
            session,
            organisation_id=actor.organisation_id,
            type=type,
            subject_kind="webhook_endpoint",
            subject_id=endpoint_id,
            actor=actor.name,
            data=None if fields is None else {"fields": fields},
            request_id=actor.request_id,
            at=self._clock(),
        )


def url_problem(url: str, *, to_loopback: bool) -> str | None:
    """What is wrong with an endpoint's address, None when nothing is. What its name leads to is looked at whenever
    something is sent."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "This is not a URL."
    host = parts.hostname or ""
    if not url.isascii() or not url.isprintable() or " " in url:
        return "This must be written in visible ASCII; a name in other letters has a form that begins with xn--."
    if not host or port == 0:
        return "This names no host."
    if parts.username is not None or parts.password is not None or parts.fragment:
        return "A name, a password or a # has no place in it."
    if to_loopback and (host == "localhost" or is_loopback(host)) and parts.scheme in {"http", "https"}:
        return None
    if parts.scheme != "https":
        return "This must begin with https://."
    if is_inner_name(host):
        return "This host is not on the public internet."
    return None


def _apply(endpoint: WebhookEndpoint, patch: WebhookEndpointPatch, now: datetime) -> Sequence[str]:
    """Write what is given and new; the names of what changed."""
    given = {
        "url": patch.url,
        "events": patch.events if isinstance(patch.events, Unset) else list(patch.events),
        "description": patch.description,
        "external_id": patch.external_id,
        "labels": patch.metadata if isinstance(patch.metadata, Unset) else dict(patch.metadata),
        "enabled": patch.enabled,
    }
    changed = [
        name for name, value in given.items() if not isinstance(value, Unset) and getattr(endpoint, name) != value
    ]
    for name in changed:
        setattr(endpoint, name, given[name])
    if "enabled" in changed:
        endpoint.disabled_at = None if endpoint.enabled else now
        endpoint.disabled_reason = None if endpoint.enabled else REQUESTED
        endpoint.failing_since = None
    return ["metadata" if name == "labels" else name for name in changed]


def _known(endpoint: WebhookEndpoint | None) -> WebhookEndpoint:
    if endpoint is None:
        raise NotFound("webhook endpoint")
    return endpoint


def _taken() -> Conflict:
    sentence = "Another webhook endpoint has this external_id."
    return Conflict("external_id_exists", sentence, "Use that endpoint, or another external_id.")

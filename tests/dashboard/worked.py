"""A worker's hands for the pages: delivers what is due to a receiver played by a fake."""

from __future__ import annotations

from db.repositories import outbox as rows
from ivr.api.event_payloads import payload
from ivr.services.announcements import AnnouncementService
from ivr.services.outbox import Outbox
from ivr.services.sealing import Seal
from ivr.services.webhook_deliveries import Slots, WebhookDeliveryService
from tests.dashboard.whole import Whole
from tests.services.webhook_desk import FakeNews, FakeReceiver


def deliver(whole: Whole, receiver: FakeReceiver) -> int:
    """Do what is due of announcing and delivering, until nothing is; how much that was."""
    services = whole.services
    outbox = Outbox(services.database, services.clock, owner="test", chance=lambda: 0.0)
    deliveries = WebhookDeliveryService(
        services.database, receiver, Seal(services.settings.pin_secrets, "webhooks"), services.event_objects, payload,
        services.clock, slots=Slots(8), chance=lambda: 0.0,
    )  # fmt: skip
    doing = {
        "announce_event": AnnouncementService(services.database, FakeNews(), services.clock).announce_event,
        "deliver_webhook": deliveries.deliver_webhook,
    }
    done = 0
    while leases := rows.claim_due(services.database, services.clock(), "test", 50, 60):
        for claimed in leases:
            lease = outbox.start(claimed.outbox_id, claimed.generation)
            assert lease is not None
            outbox.run(lease, doing[claimed.kind])
            done += 1
    return done

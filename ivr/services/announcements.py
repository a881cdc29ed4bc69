"""From an event to those who hear of it: a delivery for each endpoint that wants it, and a nudge for live streams."""

from collections.abc import Callable
from datetime import datetime

from db.repositories import outbox
from db.repositories import webhooks as rows
from db.repositories.outbox import Lease
from db.unit_of_work import Database
from ivr.gateways.ports import LiveNews
from ivr.services.webhook_endpoints import TRIED_FOR


class AnnouncementService:
    """``news`` reaches the processes in which live streams end."""

    def __init__(self, database: Database, news: LiveNews, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._news = news
        self._clock = clock

    def announce_event(self, lease: Lease) -> None:
        """Have the event delivered to every endpoint that listens for it, once each however often this runs."""
        now = self._clock()
        with self._database.write() as unit:
            session = unit.session
            event = rows.event(session, lease.subject_id)
            wanted = () if event is None else rows.listening(session, event.organisation_id, event.type)
            for endpoint_id in wanted:
                assert event is not None  # noqa: S101
                delivery_id = rows.add_delivery(
                    session, organisation_id=event.organisation_id, endpoint_id=endpoint_id, event_id=event.id,
                    message_id=event.id, type=event.type, now=now, until=now + TRIED_FOR,
                )  # fmt: skip
                if delivery_id is not None:
                    outbox.add(
                        session, kind="deliver_webhook", subject_id=delivery_id,
                        organisation_id=event.organisation_id, due_at=now, request_id=lease.request_id,
                    )  # fmt: skip
            outbox.complete(session, lease)
        # After the commit: whoever looks because of it must find the event, and a lost nudge costs them a second.
        self._news.tell(lease.organisation_id)

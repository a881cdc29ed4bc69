"""What the carrier still holds of interviews whose words we have deleted: its copies are deleted too, for sure."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from db.models import Call, Message, Recording
from db.repositories import outbox
from db.repositories import privacy as rows
from db.repositories.outbox import Lease
from db.unit_of_work import Database
from ivr.gateways.ports import Carrier, GatewayError, Messenger
from ivr.gateways.twilio_errors import NOT_FOUND

KIND = "delete_carrier_copies"
# A call that is not over cannot be deleted, and may still bring recordings.
LOOK_AGAIN = timedelta(seconds=60)


class CarrierCopies:
    """The worker's task. Each deletion is written down at once, so that a later try goes on where this one ended."""

    def __init__(
        self, database: Database, carrier: Carrier, messenger: Messenger, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._carrier = carrier
        self._messenger = messenger
        self._clock = clock

    def delete_carrier_copies(self, lease: Lease) -> None:
        """Delete an interview's recordings at the carrier, those we never heard of too; for a person who asked to be
        forgotten its calls and texts as well. Raises GatewayError, and the outbox tries again."""
        only = (lease.subject_id,)
        with self._database.read() as session:
            is_forgotten = rows.is_forgotten(session, lease.subject_id)
            recordings = rows.recordings_at_carrier(session, only)
            calls = rows.calls_at_carrier(session, only)
            messages = rows.messages_at_carrier(session, only)
            is_on_the_line = rows.is_on_the_line(rows.calls_of(session, only))
        for call in calls:
            for recording_sid in self._recordings_of(call.carrier_sid or ""):
                self._carrier.delete_recording(recording_sid)
        for recording in recordings:
            self._carrier.delete_recording(recording.recording_sid)
            self._gone(Recording, recording.id)
        if is_forgotten and not is_on_the_line:
            for call in calls:
                self._carrier.delete_call(call.carrier_sid or "")
                self._gone(Call, call.id)
            for message in messages:
                self._messenger.delete_sms(message.carrier_sid or "")
                self._gone(Message, message.id)
        with self._database.write() as unit:
            if is_on_the_line:
                outbox.postpone(unit.session, lease, self._clock() + LOOK_AGAIN)
            else:
                outbox.complete(unit.session, lease)

    def _recordings_of(self, carrier_sid: str) -> Sequence[str]:
        try:
            return [found.recording_sid for found in self._carrier.recordings_of(carrier_sid)]
        except GatewayError as error:
            if error.code == NOT_FOUND:
                return ()  # an earlier try deleted the call and could not write it down
            raise

    def _gone(self, kind: type[Recording | Call | Message], row_id: str) -> None:
        with self._database.write() as unit:
            rows.gone_at_carrier(unit.session, kind, row_id, self._clock())

"""The practice answer on its way: fetched to be played back in its own call, and then deleted everywhere.

It is not transcribed, not rated and not shown to anybody; of it nothing stays but the event that there was one.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from itsdangerous import BadData, URLSafeTimedSerializer

from db.models import Call, Interview, Recording
from db.repositories import outbox
from db.repositories import practice as rows
from db.repositories.outbox import Lease
from db.unit_of_work import Database
from interview.dialogue import practice
from ivr.gateways.ports import Carrier, FileStore
from ivr.services.errors import NotFound

# Whoever has heard it, or has hung up, needs it no more; the end of the practice asks for the same at once.
DISCARD_NET = timedelta(minutes=3)
# The carrier fetches what it plays when it comes to the verb, a few seconds after it was given the address.
ADDRESS_LASTS_S = 120


class PracticeService:
    """The worker's side: what may be played, and the deletion."""

    def __init__(
        self, database: Database, carrier: Carrier, store: FileStore, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._carrier = carrier
        self._store = store
        self._clock = clock

    def offer(self, recording: Recording, lease: Lease) -> None:
        """Let the call play a recording that is ours by now; one that came too late is deleted instead."""
        with self._database.write() as unit:
            session, now = unit.session, self._clock()
            # The webhooks' guarded writes see that there is something new.
            interview = session.get_one(Interview, recording.interview_id, with_for_update=True)
            is_awaited = practice.is_awaited(interview.progress, recording.turn)
            if is_awaited:
                interview.version += 1
                call = session.get_one(Call, recording.call_id)
                call.practice_turn, call.practice_recording_id = recording.turn, recording.id
            outbox.add(
                session, kind="discard_practice", subject_id=interview.id, organisation_id=interview.organisation_id,
                due_at=now + DISCARD_NET if is_awaited else now, request_id=lease.request_id,
            )  # fmt: skip
            outbox.complete(session, lease)

    def discard(self, recording: Recording, lease: Lease) -> None:
        """Delete one that nobody is going to hear, without fetching it."""
        self._delete([recording])
        with self._database.write() as unit:
            rows.forget(unit.session, [recording.id])
            outbox.complete(unit.session, lease)

    def discard_practice(self, lease: Lease) -> None:
        """Delete every practice answer of an interview; those still being fetched are seen to by who fetches them."""
        with self._database.read() as session:
            interview = session.get_one(Interview, lease.subject_id)
            found = rows.kept(session, interview.id, practice.turns_of(interview.progress))
        self._delete(found)
        with self._database.write() as unit:
            rows.forget(unit.session, [recording.id for recording in found])
            outbox.complete(unit.session, lease)

    def _delete(self, recordings: Iterable[Recording]) -> None:
        for recording in recordings:
            if recording.carrier_deleted_at is None:
                self._carrier.delete_recording(recording.recording_sid)
            if recording.storage_key is not None:
                self._store.delete(recording.storage_key)


class PlaybackService:
    """The web's side: the short-lived address that the carrier plays from."""

    def __init__(self, database: Database, store: FileStore, secrets: tuple[str, ...]) -> None:
        """``secrets``: the present key and the one before a rotation."""
        self._database = database
        self._store = store
        # The library signs with the last of its keys.
        self._serializer = URLSafeTimedSerializer(list(reversed(secrets)), salt="practice-playback")

    def token(self, recording_id: str) -> str:
        """What opens this recording for ``ADDRESS_LASTS_S`` seconds."""
        return str(self._serializer.dumps(recording_id))

    def audio(self, token: str) -> bytes:
        """The WAV behind a token. Raises NotFound: not ours, too old, or deleted."""
        try:
            recording_id = self._serializer.loads(token, max_age=ADDRESS_LASTS_S)
        except BadData:
            raise NotFound("recording") from None
        with self._database.read() as session:
            key = rows.key_of_played(session, recording_id)
        if key is None:
            raise NotFound("recording")
        return self._store.get(key)

"""Puts questions into sound in a worker, each text once."""

from collections.abc import Callable
from datetime import datetime

from db.models import SpokenState, SpokenText
from db.repositories import outbox
from db.repositories.outbox import Lease
from db.unit_of_work import Database
from ivr.gateways.ports import FileStore, GatewayError, Trouble
from ivr.services.model_ledger import ModelLedger


class SpeechService:
    """The worker's side of hearing a question."""

    def __init__(
        self, database: Database, store: FileStore, ledger: ModelLedger, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._store = store
        self._ledger = ledger
        self._clock = clock

    def speak_text(self, lease: Lease) -> None:
        """Keep the sound of this text; one that is there is left alone.

        Raises:
            GatewayError: RETRY, for the outbox.
        """
        with self._database.read() as session:
            spoken = session.get(SpokenText, lease.subject_id)
        if spoken is None or spoken.state is not SpokenState.WANTED:
            self._complete(lease)
            return
        try:
            made = self._ledger.speak(spoken.text, organisation_id=spoken.organisation_id, subject_id=spoken.id)
        except GatewayError as error:
            if error.trouble is Trouble.RETRY:
                raise
            # Somebody waits for it at a screen: they hear why, and no operator is waited for.
            self.give_up(lease, error)
            return
        key = f"{spoken.organisation_id}/speech/{spoken.text_hash}.wav"
        self._store.put(key, made.audio, "audio/wav")
        with self._database.write() as unit:
            row = unit.session.get_one(SpokenText, spoken.id, with_for_update=True)
            row.state, row.failure = SpokenState.READY, None
            row.storage_key, row.size_bytes = key, len(made.audio)
            row.model, row.simulated = made.call.model, made.call.simulated
            outbox.complete(unit.session, lease)

    def give_up(self, lease: Lease, error: GatewayError) -> None:
        """It cannot be heard, and why."""
        with self._database.write() as unit:
            row = unit.session.get(SpokenText, lease.subject_id, with_for_update=True)
            if row is not None and row.state is SpokenState.WANTED:
                row.state, row.failure = SpokenState.FAILED, error.message
            outbox.complete(unit.session, lease)

    def _complete(self, lease: Lease) -> None:
        with self._database.write() as unit:
            outbox.complete(unit.session, lease)

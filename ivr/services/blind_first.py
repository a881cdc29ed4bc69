"""Blind first (R20): who is to decide hears the answers before they see what the rule recommends."""

from collections.abc import Collection

from db.repositories import blind_first as rows
from db.repositories import interviews
from db.repositories.events import record
from db.unit_of_work import Database
from ivr.services.context import Actor
from ivr.services.drafts import settings_from_plain
from ivr.services.errors import NotFound


class BlindFirstService:
    """Knows from whom scores are still kept. Opening them is an event, so that the record says what came first."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def hidden_from(self, organisation_id: str, reader: str, interview_ids: Collection[str]) -> frozenset[str]:
        """The interviews whose scores ``reader`` should not see yet: their job is blind first, nobody has decided, and
        this person has not asked to see them."""
        if not interview_ids:
            return frozenset()
        with self._database.read() as session:
            found = rows.unopened(session, organisation_id, reader, interview_ids)
        return frozenset(id for id, settings in found if settings_from_plain(settings).blind_first)

    def open_result(self, actor: Actor, interview_id: str) -> None:
        """This person wants to see scores and recommendation now; asking twice is asking once. Raises NotFound."""
        with self._database.write() as unit:
            session = unit.session
            if interviews.interview(session, actor.organisation_id, interview_id, lock=True) is None:
                raise NotFound("interview")
            if rows.unopened(session, actor.organisation_id, actor.name, [interview_id]):
                record(
                    session, organisation_id=actor.organisation_id, type=rows.OPENED, subject_kind="interview",
                    subject_id=interview_id, actor=actor.name, request_id=actor.request_id,
                )  # fmt: skip

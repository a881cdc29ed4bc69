"""Beside candidates: what they consented to over time, how their numbers stand, and an opt-out on their word."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from db.repositories import campaigns, hiring
from db.repositories.access import whitelist_patterns
from db.unit_of_work import Database
from interview.phone import PhoneNumber
from ivr.services.candidate_views import candidate_views
from ivr.services.context import Actor, Clock
from ivr.services.dialing import Gate
from ivr.services.errors import NotFound
from ivr.services.opting_out import opt_out
from ivr.services.views import CandidateView, ConsentView

# Where an opt-out came from: a recruiter, on the person's word.
RECRUITER = "recruiter"


@dataclass(frozen=True, slots=True)
class NumberStanding:
    """Whether a number is on the list of those that may be called, and whether its owner wants no calls."""

    is_listed: bool
    is_opted_out: bool


class CandidateRecordService:
    """The consent log, the standing of numbers, and several people at once."""

    def __init__(self, database: Database, gate: Gate, clock: Clock) -> None:
        self._database = database
        self._gate = gate
        self._clock = clock

    def consents(self, organisation_id: str, candidate_id: str) -> tuple[ConsentView, ...]:
        """Everything that the person consented to, withdrawn or not, the newest first. Raises NotFound."""
        with self._database.read() as session:
            if hiring.candidate(session, organisation_id, candidate_id) is None:
                raise NotFound("candidate")
            return tuple(
                ConsentView(row.basis, row.text_version, row.obtained_at, row.source, row.withdrawn_at)
                for row in hiring.consent_log(session, candidate_id)
            )

    def some(self, organisation_id: str, candidate_ids: Sequence[str]) -> tuple[CandidateView, ...]:
        """These people in the order of their ids; ids of nobody here are left out."""
        with self._database.read() as session:
            found = campaigns.candidates(session, organisation_id, list(dict.fromkeys(candidate_ids)))
            return tuple(candidate_views(session, [found[id] for id in dict.fromkeys(candidate_ids) if id in found]))

    def standings(self, organisation_id: str, phones: Collection[str]) -> Mapping[str, NumberStanding]:
        """How each of these E.164 numbers stands, in a few statements for all."""
        numbers = sorted(set(phones))
        if not numbers:
            return {}
        written = {phone: self._gate.written_as(phone) for phone in numbers}
        with self._database.read() as session:
            out = campaigns.opted_out(session, organisation_id, [one for ways in written.values() for one in ways])
            listed = whitelist_patterns(session, organisation_id, numbers)
            wide = self._gate.lines_for_many(session, organisation_id)
        return {
            phone: NumberStanding(
                phone in listed or any(pattern.matches(PhoneNumber(phone)) for pattern in wide),
                not out.isdisjoint(written[phone]),
            )
            for phone in numbers
        }

    def opt_out(self, actor: Actor, candidate_id: str) -> bool:
        """Never call or write to this person again, on their word; interviews that wait end. False when that was so
        already. Raises NotFound."""
        with self._database.write() as unit:
            session = unit.session
            candidate = hiring.candidate(session, actor.organisation_id, candidate_id, lock=True)
            if candidate is None:
                raise NotFound("candidate")
            changed = opt_out(session, candidate, RECRUITER, self._clock(), by=actor.name)
            actor.remember(session, changed)
            return changed

"""A candidate's profile, drafted from the résumé: for people to read and correct, and never for a score."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from db.models import Candidate, ResumeStatus
from db.repositories import events, outbox
from db.repositories import hiring as rows
from db.repositories.outbox import Lease
from db.unit_of_work import Database
from interview.resume import ResumeFacts, facts_in
from ivr.gateways.ports import GatewayError, Trouble
from ivr.gateways.prompts import load_prompt
from ivr.services.candidate_views import profile_from_plain, profile_to_plain
from ivr.services.model_ledger import ModelLedger
from ivr.services.resume_questions import want_questions

PURPOSE = "candidate_profile"
# Which fields nobody has written: a newer résumé may fill them again. A person's PATCH leaves the word out.
_DRAFTED = "drafted"
# The ledger caps each text of a request (I26); a longer résumé goes in pieces.
_PIECE_CHARS, _MOST_PIECES = 5_500, 4

_TEXT_OR_NULL = {"type": ["string", "null"]}
_TEXTS = {"type": "array", "items": {"type": "string"}}
PROFILE_SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["role", "company", "years", "skills", "education", "bio"],
    "properties": {
        "role": _TEXT_OR_NULL,
        "company": _TEXT_OR_NULL,
        "years": {
            "type": ["object", "null"],
            "additionalProperties": False,
            "required": ["number", "quote"],
            "properties": {"number": {"type": "number"}, "quote": {"type": "string"}},
        },
        "skills": _TEXTS,
        "education": _TEXTS,
        "bio": _TEXTS,
    },
}


class ProfileService:
    """The worker's side: one task for one résumé; no transaction is open while the model is at work."""

    def __init__(self, database: Database, ledger: ModelLedger, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._ledger = ledger
        self._clock = clock
        self._prompt = load_prompt("draft_profile")

    def draft_profile(self, lease: Lease) -> None:
        """Fill what nobody wrote into this candidate's profile with what stands in the résumé.

        Raises:
            GatewayError: RETRY and CONFIGURATION, for the outbox.
        """
        with self._database.read() as session:
            candidate = rows.candidate(session, lease.organisation_id, lease.subject_id)
        if candidate is None or not _is_read(candidate):
            self._settle(lease)
            return
        resume = candidate.resume_text or ""
        try:
            facts = self._ask(candidate, resume)
        except GatewayError as error:
            if error.trouble in (Trouble.RETRY, Trouble.CONFIGURATION):
                raise
            self.give_up(lease, error)
            return
        with self._database.write() as unit:
            found = rows.candidate(unit.session, lease.organisation_id, lease.subject_id, lock=True)
            # Another résumé meanwhile has a task of its own.
            if found is not None and _is_read(found) and found.resume_text == resume:
                found.resume_facts = facts
                found.profile = filled(found.profile, facts)
                self._record(unit.session, lease, "candidate.profile_drafted", {"fields": found.profile[_DRAFTED]})
                want_questions(unit.session, found, self._clock(), lease.request_id)
            outbox.complete(unit.session, lease)

    def give_up(self, lease: Lease, error: GatewayError) -> None:
        """Without a usable reply there is no draft: people read the résumé itself."""
        with self._database.write() as unit:
            if rows.candidate(unit.session, lease.organisation_id, lease.subject_id) is not None:
                self._record(unit.session, lease, "candidate.profile_not_drafted", {"reason": error.message[:200]})
            outbox.complete(unit.session, lease)

    def _ask(self, candidate: Candidate, resume: str) -> ResumeFacts:
        reply = self._ledger.ask(
            purpose=PURPOSE,
            subject_id=candidate.id,
            organisation_id=candidate.organisation_id,
            instructions=self._prompt.text,
            payload={"resume": pieces(resume)},
            schema=PROFILE_SCHEMA,
            prompt_version=self._prompt.version,
        )
        try:
            return facts_in(reply.content, resume)
        except (KeyError, TypeError):
            message = "The model's reply is no profile."
            raise GatewayError(message, trouble=Trouble.OUTPUT, code="malformed") from None

    def _settle(self, lease: Lease) -> None:
        with self._database.write() as unit:
            outbox.complete(unit.session, lease)

    def _record(self, session: Any, lease: Lease, type: str, data: Mapping[str, Any]) -> None:
        events.record(
            session,
            organisation_id=lease.organisation_id,
            type=type,
            subject_kind="candidate",
            subject_id=lease.subject_id,
            actor="system",
            data=data,
            request_id=lease.request_id,
            at=self._clock(),
        )


def filled(profile: Mapping[str, Any], facts: ResumeFacts) -> dict[str, Any]:
    """``Candidate.profile`` with the facts where no person wrote; an earlier draft gives way."""
    drafted = set(profile.get(_DRAFTED, ()))
    plain = profile_to_plain(profile_from_plain(profile))
    found = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(facts).items()}
    free = [name for name, value in plain.items() if name in drafted or value in (None, [], "")]
    plain |= {name: found[name] for name in free}
    return plain | {_DRAFTED: [name for name in free if plain[name] not in (None, [], "")]}


def pieces(resume: str) -> list[str]:
    """The résumé's text in pieces that are sent whole, cut between lines where that is possible."""
    found: list[str] = []
    rest = resume.strip()
    while rest and len(found) < _MOST_PIECES:
        cut = len(rest) if len(rest) <= _PIECE_CHARS else rest.rfind("\n", 1, _PIECE_CHARS)
        cut = _PIECE_CHARS if cut < 1 else cut
        found.append(rest[:cut].strip())
        rest = rest[cut:].strip()
    return found


def _is_read(candidate: Candidate) -> bool:
    return candidate.resume_status is ResumeStatus.READY and candidate.erased_at is None

"""People to be called: their number, their consent, their wishes for the call, their résumé."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db.columns import new_id
from db.models import Candidate, Consent, ResumeStatus
from db.repositories import events, outbox
from db.repositories import hiring as rows
from db.repositories.outbox import Lease
from db.unit_of_work import Database, UnitOfWork
from interview.phone import PhoneNumber
from interview.script import Accommodations
from ivr.gateways.ports import (
    DocumentKind,
    FileMissing,
    FileStore,
    GatewayError,
    TextExtractor,
    UnreadableDocument,
)
from ivr.services.candidate_views import candidate_views, profile_from_plain, profile_to_plain
from ivr.services.context import Actor, system_actor
from ivr.services.documents import media_type, sniff_upload
from ivr.services.drafts import (
    CandidateDraft,
    CandidateFilters,
    CandidatePatch,
    ConsentDraft,
    Page,
    Paged,
    Profile,
    Unset,
    Upload,
)
from ivr.services.errors import Conflict, NotFound
from ivr.services.numbers import number_of
from ivr.services.sightings import Sightings
from ivr.services.views import CandidateView, StoredFile

READ_RESUME = "read_resume"
DRAFT_PROFILE = "draft_profile"
_HIDDEN_TEXT = "Some text in this file is invisible to a reader; it was left out."
_LOST = "The file is no longer in the store. Send it again."


@dataclass(frozen=True, slots=True)
class Merged:
    """Somebody who was sent: ``outcome`` is created, merged, unchanged, or external_id_taken (then nobody)."""

    candidate: Candidate | None
    outcome: str


class CandidateService:
    """``ring`` is called after commits that left work to do."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        store: FileStore,
        extractor: TextExtractor,
        *,
        ring: Callable[[], None] = lambda: None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._store = store
        self._extractor = extractor
        self._ring = ring
        self._sightings = Sightings(database, clock)

    # --- people

    def create(self, actor: Actor, draft: CandidateDraft, resume: Upload | None = None) -> CandidateView:
        """The new candidate; a résumé is read in the background.

        Raises:
            Invalid: number_invalid, or what is wrong with the file. Conflict: candidate_exists with the
            ``candidate_id``, external_id_exists.
        """
        number = number_of(draft.phone, draft.country)
        kind = None if resume is None else sniff_upload(self._extractor, resume, "resume")
        candidate = self._new(actor, draft, number)
        key = None
        if resume is not None and kind is not None:
            key = self._keep_file(candidate, resume, kind)
        try:
            with self._database.write() as unit:
                self._refuse_known(unit.session, actor.organisation_id, number)
                self._refuse_taken(unit.session, actor.organisation_id, draft.external_id)
                self._add(unit.session, actor, candidate, draft.consent)
                if key is not None:
                    self._have_it_read(unit, candidate, actor)
                actor.remember(unit.session, candidate_views(unit.session, [candidate])[0])
        except Exception as error:
            if key is not None:
                self._store.delete(key)
            if isinstance(error, IntegrityError):
                # Somebody entered the same person in this very moment: say so as if they had been first.
                with self._database.read() as session:
                    self._refuse_known(session, actor.organisation_id, number)
                raise _taken() from None
            raise
        return self.get(actor.organisation_id, candidate.id)

    def get(self, organisation_id: str, candidate_id: str) -> CandidateView:
        """The candidate. Raises NotFound."""
        with self._database.read() as session:
            return candidate_views(session, [_known(rows.candidate(session, organisation_id, candidate_id))])[0]

    def list(
        self, organisation_id: str, filters: CandidateFilters | None = None, page: Page | None = None
    ) -> Paged[CandidateView]:
        """Candidates, newest first."""
        filters, page = filters or CandidateFilters(), page or Page()
        wanted = {"external_id": filters.external_id, "q": filters.q}
        with self._database.read() as session:
            found, cursor = rows.candidates(session, organisation_id, **wanted, limit=page.limit, cursor=page.cursor)
            total = rows.count_candidates(session, organisation_id, **wanted) if page.with_total else None
            return Paged(tuple(candidate_views(session, found)), cursor, total)

    def patch(self, actor: Actor, candidate_id: str, patch: CandidatePatch) -> CandidateView:
        """The changed candidate.

        Raises:
            NotFound, Invalid: number_invalid. Conflict: candidate_exists, external_id_exists.
        """
        try:
            with self._database.write() as unit:
                candidate = _known(rows.candidate(unit.session, actor.organisation_id, candidate_id, lock=True))
                changed = self._apply(unit.session, actor, candidate, patch)
                if changed:
                    self._record(unit.session, actor, candidate.id, "candidate.changed", {"fields": changed})
        except IntegrityError:
            # Somebody else took the number or the external_id in this very moment.
            if not isinstance(patch.phone, Unset):
                with self._database.read() as session:
                    number = number_of(patch.phone, patch.country)
                    self._refuse_known(session, actor.organisation_id, number, but=candidate_id)
            raise _taken() from None
        return self.get(actor.organisation_id, candidate_id)

    def merge(self, session: Session, actor: Actor, draft: CandidateDraft) -> Candidate:
        """The person with this number in the caller's transaction: a new row, or the known one with what the draft
        says that is not empty. Flush before the id is used elsewhere.

        Raises:
            Invalid: number_invalid. Conflict: external_id_exists.
        """
        number = number_of(draft.phone, draft.country, "candidate.phone")
        known = rows.candidate_by_phone(session, actor.organisation_id, number.e164, lock=True)
        if known is not None:
            latest = rows.consents(session, [known.id]).get(known.id)
            self._merge_into(session, actor, known, draft, latest)
            return known
        self._refuse_taken(session, actor.organisation_id, draft.external_id)
        return self._add(session, actor, self._new(actor, draft, number), draft.consent)

    def merge_all(
        self, session: Session, actor: Actor, people: Sequence[tuple[CandidateDraft, PhoneNumber]]
    ) -> Sequence[Merged]:
        """As ``merge`` for many people with a number each, in a few statements, and what became of each; somebody whose
        external_id is another's is left out."""
        found = rows.candidates_by_phone(session, actor.organisation_id, [number.e164 for _, number in people])
        given = [draft.external_id for draft, _ in people if draft.external_id is not None]
        taken = rows.external_ids_taken(session, actor.organisation_id, given)
        latest = rows.consents(session, [known.id for known in found.values()])
        merged: list[Merged] = []
        consents: list[tuple[Candidate, ConsentDraft]] = []
        for draft, number in people:
            known = found.get(number.e164)
            if draft.external_id is not None and taken.get(draft.external_id, known and known.id) != (
                known and known.id
            ):
                merged.append(Merged(None, "external_id_taken"))
            elif known is not None:
                changed = self._merge_into(session, actor, known, draft, latest.get(known.id), is_free=True)
                merged.append(Merged(known, "merged" if changed else "unchanged"))
            else:
                candidate = self._new(actor, draft, number)
                session.add(candidate)
                self._record(session, actor, candidate.id, "candidate.created")
                if draft.consent is not None:
                    consents.append((candidate, draft.consent))
                merged.append(Merged(candidate, "created"))
        session.flush()
        text_version = rows.organisation(session, actor.organisation_id).consent_text_version
        for candidate, consent in consents:
            self._give_consent(
                session, actor, candidate, replace(consent, text_version=consent.text_version or text_version)
            )
        return merged

    def _merge_into(
        self, session: Session, actor: Actor, known: Candidate, draft: CandidateDraft, latest: Consent | None,
        *, is_free: bool = False,
    ) -> bool:  # fmt: skip
        """Whether anything changed. ``is_free``: the external_id is known to be nobody else's."""
        changed = self._take_over(session, known, draft, is_free=is_free)
        consents = draft.consent is not None and draft.consent.adds_to(latest)
        if draft.consent is not None and consents:
            self._give_consent(session, actor, known, draft.consent)
        if changed:
            self._record(session, actor, known.id, "candidate.changed", {"fields": changed})
        return bool(changed) or consents

    # --- résumés

    def resume(self, organisation_id: str, candidate_id: str, seen_by: Actor | None = None) -> StoredFile:
        """The résumé as it was sent. Raises NotFound."""
        with self._database.read() as session:
            candidate = _known(rows.candidate(session, organisation_id, candidate_id))
        if candidate.resume_key is None or candidate.resume_kind is None:
            raise NotFound("résumé")
        kind = DocumentKind(candidate.resume_kind)
        try:
            file = StoredFile(self._store.get(candidate.resume_key), media_type(kind), f"resume.{kind.value}")
        except FileMissing:
            raise NotFound("résumé") from None
        self._sightings.note(seen_by, events.RESUME_VIEWED, "candidate", candidate_id)
        return file

    def resume_text(self, organisation_id: str, candidate_id: str, seen_by: Actor | None = None) -> str:
        """The visible text of the résumé. Raises NotFound: there is none, or it is not read yet."""
        with self._database.read() as session:
            candidate = _known(rows.candidate(session, organisation_id, candidate_id))
        if candidate.resume_text is None:
            raise NotFound("text of a résumé")
        self._sightings.note(seen_by, events.RESUME_VIEWED, "candidate", candidate_id)
        return candidate.resume_text

    def replace_resume(self, actor: Actor, candidate_id: str, resume: Upload) -> CandidateView:
        """The candidate with another résumé, which is read in the background. Raises NotFound, Invalid."""
        kind = sniff_upload(self._extractor, resume, "resume")
        with self._database.read() as session:
            candidate = _known(rows.candidate(session, actor.organisation_id, candidate_id))
            former = candidate.resume_key
        key = self._keep_file(candidate, resume, kind)
        try:
            with self._database.write() as unit:
                candidate = _known(rows.candidate(unit.session, actor.organisation_id, candidate_id, lock=True))
                candidate.resume_key, candidate.resume_kind = key, kind.value
                candidate.resume_text, candidate.resume_hidden_text, candidate.resume_facts = None, False, None
                self._have_it_read(unit, candidate, actor)
        except Exception:
            self._store.delete(key)  # the person may have been erased in this very moment
            raise
        if former is not None:
            self._store.delete(former)
        return self.get(actor.organisation_id, candidate_id)

    def read_resume(self, lease: Lease) -> None:
        """The task: read the résumé in a child process and keep its visible text, or say why there is none."""
        with self._database.read() as session:
            candidate = rows.candidate(session, lease.organisation_id, lease.subject_id)
        if candidate is None or candidate.resume_status is not ResumeStatus.PARSING:
            self._complete(lease)
            return
        key, kind = candidate.resume_key or "", DocumentKind(candidate.resume_kind or DocumentKind.TEXT)
        text: str | None = None
        hidden = False
        try:
            read = self._extractor.extract(self._store.get(key), kind)
        except FileMissing:
            status, reason = ResumeStatus.FAILED, _LOST
        except UnreadableDocument as error:
            status = ResumeStatus.NO_TEXT if error.code == "no_text" else ResumeStatus.FAILED
            reason = f"{error.sentence} {error.hint}".strip()
        else:
            status, text, hidden = ResumeStatus.READY, read.text, read.hidden_text_found
            reason = _HIDDEN_TEXT if hidden else ""
        with self._database.write() as unit:
            found = rows.candidate(unit.session, lease.organisation_id, lease.subject_id, lock=True)
            # Another file, or nobody any more: what was read is of no use.
            if found is not None and found.resume_key == key and found.resume_status is ResumeStatus.PARSING:
                found.resume_status, found.resume_reason = status, reason or None
                found.resume_text, found.resume_hidden_text, found.resume_facts = text, hidden, None
                data = {"status": status.value, "hidden_text": hidden}
                actor = system_actor(lease.organisation_id, lease.request_id)
                self._record(unit.session, actor, found.id, "candidate.resume_read", data)
                if status is ResumeStatus.READY:
                    self._ask_for_profile(unit, lease)
            outbox.complete(unit.session, lease)

    def give_up(self, lease: Lease, error: GatewayError) -> None:
        """What the outbox calls when the file could not be fetched for too long."""
        with self._database.write() as unit:
            found = rows.candidate(unit.session, lease.organisation_id, lease.subject_id, lock=True)
            if found is not None and found.resume_status is ResumeStatus.PARSING:
                found.resume_status, found.resume_reason = ResumeStatus.FAILED, error.message
            outbox.complete(unit.session, lease)

    # --- moves

    def _new(self, actor: Actor, draft: CandidateDraft, number: PhoneNumber) -> Candidate:
        return Candidate(
            id=new_id(),
            organisation_id=actor.organisation_id,
            name=draft.name.strip(),
            say_as=draft.say_as,
            phone=number.e164,
            email=draft.email,
            language=draft.language,
            timezone=draft.timezone,
            profile=profile_to_plain(draft.profile or Profile()),
            accommodations=draft.accommodations or Accommodations(),
            resume_status=ResumeStatus.NONE,
            external_id=draft.external_id,
            labels=dict(draft.metadata),
            created_at=self._clock(),
        )

    def _add(self, session: Session, actor: Actor, candidate: Candidate, consent: ConsentDraft | None) -> Candidate:
        session.add(candidate)
        session.flush()
        self._record(session, actor, candidate.id, "candidate.created")
        if consent is not None:
            self._give_consent(session, actor, candidate, consent)
        return candidate

    def _apply(self, session: Session, actor: Actor, candidate: Candidate, patch: CandidatePatch) -> Sequence[str]:
        """Write the patch into the row; the names of the fields that it named."""
        if not isinstance(patch.phone, Unset):
            number = number_of(patch.phone, patch.country)
            if number.e164 != candidate.phone:
                self._refuse_known(session, actor.organisation_id, number)
                candidate.phone = number.e164
        if not isinstance(patch.external_id, Unset) and patch.external_id != candidate.external_id:
            self._refuse_taken(session, actor.organisation_id, patch.external_id)
            candidate.external_id = patch.external_id
        if not isinstance(patch.name, Unset):
            candidate.name = patch.name.strip()
        if not isinstance(patch.say_as, Unset):
            candidate.say_as = patch.say_as
        if not isinstance(patch.email, Unset):
            candidate.email = patch.email
        if not isinstance(patch.language, Unset):
            candidate.language = patch.language
        if not isinstance(patch.timezone, Unset):
            candidate.timezone = patch.timezone
        if not isinstance(patch.profile, Unset):
            candidate.profile = profile_to_plain(patch.profile or Profile())
        if not isinstance(patch.accommodations, Unset):
            candidate.accommodations = patch.accommodations
        if not isinstance(patch.metadata, Unset):
            candidate.labels = dict(patch.metadata)
        if patch.consent is None:
            self._withdraw_consent(session, actor, candidate)
        elif not isinstance(patch.consent, Unset):
            self._give_consent(session, actor, candidate, patch.consent)
        session.flush()
        named = (name for name in CandidatePatch.__dataclass_fields__ if name != "country")
        return [name for name in named if not isinstance(getattr(patch, name), Unset)]

    def _take_over(
        self, session: Session, known: Candidate, draft: CandidateDraft, *, is_free: bool
    ) -> Sequence[str]:
        """Newer data that is not empty wins; the names of the fields that changed."""
        newer: dict[str, Any] = {
            "name": draft.name.strip(),
            "say_as": draft.say_as,
            "email": draft.email,
            "language": draft.language,
            "timezone": draft.timezone,
            "accommodations": draft.accommodations,
            "external_id": draft.external_id,
            "labels": dict(known.labels) | dict(draft.metadata),
        }
        if draft.profile is not None:
            given = {name: value for name, value in profile_to_plain(draft.profile).items() if value}
            newer["profile"] = profile_to_plain(profile_from_plain(known.profile)) | given
        changed = [name for name, value in newer.items() if value and value != getattr(known, name)]
        if "external_id" in changed and not is_free:
            self._refuse_taken(session, known.organisation_id, draft.external_id)
        for name in changed:
            setattr(known, name, newer[name])
        return ["metadata" if name == "labels" else name for name in changed]

    def _keep_file(self, candidate: Candidate, resume: Upload, kind: DocumentKind) -> str:
        key = f"{candidate.organisation_id}/resumes/{candidate.id}/{new_id()}.{kind.value}"
        self._store.put(key, resume.data, media_type(kind))
        candidate.resume_key, candidate.resume_kind = key, kind.value
        return key

    def _have_it_read(self, unit: UnitOfWork, candidate: Candidate, actor: Actor) -> None:
        candidate.resume_status, candidate.resume_reason = ResumeStatus.PARSING, None
        outbox.add(
            unit.session,
            kind=READ_RESUME,
            subject_id=candidate.id,
            organisation_id=candidate.organisation_id,
            due_at=self._clock(),
            request_id=actor.request_id,
        )
        unit.on_commit(self._ring)

    def _ask_for_profile(self, unit: UnitOfWork, lease: Lease) -> None:
        outbox.add(
            unit.session,
            kind=DRAFT_PROFILE,
            subject_id=lease.subject_id,
            organisation_id=lease.organisation_id,
            due_at=self._clock(),
            request_id=lease.request_id,
        )
        unit.on_commit(self._ring)

    def _complete(self, lease: Lease) -> None:
        with self._database.write() as unit:
            outbox.complete(unit.session, lease)

    # --- consent

    def _give_consent(self, session: Session, actor: Actor, candidate: Candidate, draft: ConsentDraft) -> None:
        """Decision 16: consent is kept with the text that it was given to."""
        text_version = draft.text_version or rows.organisation(session, candidate.organisation_id).consent_text_version
        session.add(
            Consent(
                organisation_id=candidate.organisation_id,
                candidate_id=candidate.id,
                basis=draft.basis,
                text_version=text_version,
                obtained_at=draft.obtained_at or self._clock(),
                source=draft.source,
                created_at=self._clock(),
            )
        )
        data = {"basis": draft.basis, "text_version": text_version, "source": draft.source}
        self._record(session, actor, candidate.id, "candidate.consent_given", data)

    def _withdraw_consent(self, session: Session, actor: Actor, candidate: Candidate) -> None:
        standing = rows.open_consents(session, candidate_id=candidate.id)
        for consent in standing:
            consent.withdrawn_at = self._clock()
        if standing:
            self._record(session, actor, candidate.id, "candidate.consent_withdrawn")

    # --- checks

    def _refuse_known(self, session: Session, organisation_id: str, number: PhoneNumber, but: str = "") -> None:
        known = rows.candidate_by_phone(session, organisation_id, number.e164)
        if known is not None and known.id != but:
            raise Conflict(
                "candidate_exists",
                "A candidate with this phone number is there already.",
                "Use the candidate whose id is in `candidate_id`, or change that one.",
                extra={"candidate_id": known.id},
            )

    def _refuse_taken(self, session: Session, organisation_id: str, external_id: str | None) -> None:
        if (
            external_id is not None
            and rows.candidate_with_external_id(session, organisation_id, external_id) is not None
        ):
            raise _taken()

    def _record(
        self, session: Session, actor: Actor, candidate_id: str, type: str, data: Mapping[str, Any] | None = None
    ) -> None:
        events.record(
            session,
            organisation_id=actor.organisation_id,
            type=type,
            subject_kind="candidate",
            subject_id=candidate_id,
            actor=actor.name,
            data=data,
            request_id=actor.request_id,
            at=self._clock(),
        )




def _known(candidate: Candidate | None) -> Candidate:
    if candidate is None:
        raise NotFound("candidate")
    return candidate


def _taken() -> Conflict:
    sentence = "Another candidate has this external_id."
    return Conflict("external_id_exists", sentence, "Use that candidate, or another external_id.")

"""An organisation: its beginning, its name and looks, the words by which people consent, how long words are kept."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db.columns import new_id
from db.models import ConsentText, Organisation
from db.repositories import access as rows
from db.repositories import organisations
from db.unit_of_work import Database
from ivr.gateways.ports import FileMissing, FileStore, GatewayError
from ivr.services.colours import ENOUGH, Shades, is_colour, is_readable, shades_of
from ivr.services.context import Actor, Clock
from ivr.services.drafts import UNSET, Unset, Upload
from ivr.services.errors import Conflict, FieldProblem, Invalid, NotFound
from ivr.services.logos import read_logo
from ivr.services.secret_hashes import secret_hash
from ivr.services.trail import note
from ivr.services.views import StoredFile

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{1,62}")
_LOGO_URL = "/api/v1/organisation/logo"
_log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class OrganisationView:
    """An organisation; no number is dialled while ``is_stopped``."""

    id: str
    name: str
    slug: str
    is_stopped: bool


@dataclass(frozen=True, slots=True)
class ConsentTextView:
    """One version of the words by which people consent; ``is_present``: new consents name this one."""

    version: str
    text: str
    is_present: bool
    created_by: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class OrganisationDetailView(OrganisationView):
    """An organisation with its settings. ``retention_days`` holds for jobs that have none of their own; None keeps
    words until somebody deletes them."""

    accent_colour: str | None
    logo_url: str | None
    retention_days: int | None
    consent_text_version: str
    consent_texts: tuple[ConsentTextView, ...]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Branding:
    """How an organisation's pages look; ``mark`` changes whenever they do."""

    name: str
    shades: Shades | None
    has_logo: bool
    mark: str


@dataclass(frozen=True, slots=True)
class ConsentTextDraft:
    """Words of a version; they become the present ones."""

    version: str
    text: str


@dataclass(frozen=True, slots=True)
class OrganisationPatch:
    """Changes to an organisation; a logo of None takes it away."""

    name: str | Unset = UNSET
    accent_colour: str | None | Unset = UNSET
    retention_days: int | None | Unset = UNSET
    consent_text: ConsentTextDraft | Unset = UNSET
    logo: None | Unset = UNSET


class OrganisationService:
    """Organisations as their administrators see and change them."""

    def __init__(self, database: Database, store: FileStore, clock: Clock) -> None:
        self._database = database
        self._store = store
        self._clock = clock

    def organisation(self, organisation_id: str) -> OrganisationView:
        """The organisation. Raises NotFound."""
        with self._database.read() as session:
            return organisation_view(_known(rows.organisation(session, organisation_id)))

    def get(self, organisation_id: str) -> OrganisationDetailView:
        """The organisation with its settings. Raises NotFound."""
        with self._database.read() as session:
            return _detail(session, _known(rows.organisation(session, organisation_id)))

    def branding(self, organisation_id: str) -> Branding:
        """How its pages look. Raises NotFound."""
        with self._database.read() as session:
            return _branding(_known(rows.organisation(session, organisation_id)))

    def branding_behind(self, token: str) -> Branding:
        """How the page behind a candidate's link looks, whether the link is good or not. Raises NotFound."""
        with self._database.read() as session:
            return _branding(_known(organisations.of_link(session, secret_hash(token))))

    def logo(self, organisation_id: str) -> StoredFile:
        """The logo. Raises NotFound."""
        with self._database.read() as session:
            row = _known(rows.organisation(session, organisation_id))
        if row.logo_key is None or row.logo_type is None:
            raise NotFound("logo")
        try:
            data = self._store.get(row.logo_key)
        except FileMissing:
            raise NotFound("logo") from None
        return StoredFile(data, row.logo_type, row.logo_key.rpartition("/")[2])

    def make(self, name: str, slug: str) -> OrganisationView:
        """A new organisation. Raises Invalid, Conflict ``organisation_exists``."""
        if not name.strip() or len(name) > 200:
            raise Invalid("invalid_fields", "A name has 1 to 200 characters.")
        if not _SLUG.fullmatch(slug):
            raise Invalid("invalid_fields", "A short name has small letters, digits and hyphens, 2 to 63 of them.")
        try:
            with self._database.write() as unit:
                row = Organisation(id=new_id(), name=name.strip(), slug=slug, created_at=self._clock())
                unit.session.add(row)
                unit.session.flush()
                actor = Actor(row.id, "system:cli", "system")
                note(unit.session, actor, row.created_at, "organisation.created", "organisation", row.id, {})
                return organisation_view(row)
        except IntegrityError:
            raise Conflict("organisation_exists", "There is an organisation with this short name.") from None

    def change(
        self, actor: Actor, patch: OrganisationPatch, logo: Upload | None = None
    ) -> OrganisationDetailView:
        """The organisation as it is now.

        Raises Invalid (``colour_contrast``, what is wrong with the logo), Conflict ``consent_text_exists``.
        """
        if isinstance(patch.accent_colour, str):
            _check_colour(patch.accent_colour)
        picture = None if logo is None else read_logo(logo.data)
        key = None
        if picture is not None:
            mark = hashlib.sha256(picture.data).hexdigest()[:16]
            key = f"{actor.organisation_id}/branding/{mark}.{picture.suffix}"
            self._store.put(key, picture.data, picture.content_type)
        with self._database.write() as unit:
            session, now = unit.session, self._clock()
            row = _known(organisations.locked(session, actor.organisation_id))
            before = row.logo_key
            told = _apply(row, patch)
            if isinstance(patch.consent_text, ConsentTextDraft):
                told += self._take_text(session, actor, row, patch.consent_text, now)
            if picture is not None:
                row.logo_key, row.logo_type = key, picture.content_type
            elif patch.logo is None:
                row.logo_key = row.logo_type = None
            if row.logo_key != before:
                told.append("logo")
                unit.on_commit(lambda: self._discard(before))
            if told:
                note(session, actor, now, "organisation.changed", "organisation", row.id, {"changed": told})
            session.flush()
            return _detail(session, row)

    def _take_text(
        self, session: Session, actor: Actor, row: Organisation, draft: ConsentTextDraft, now: datetime
    ) -> list[str]:
        there = organisations.consent_text(session, row.id, draft.version)
        if there is not None and there.text != draft.text:
            raise Conflict(
                "consent_text_exists",
                "This version has other words: people have consented to those.",
                "Give the new words a new version.",
            )
        if there is None:
            session.add(
                ConsentText(
                    organisation_id=row.id, version=draft.version, text=draft.text, created_by=actor.name,
                    created_at=now,
                )
            )  # fmt: skip
        changed = there is None or row.consent_text_version != draft.version
        row.consent_text_version = draft.version
        return ["consent_text"] if changed else []

    def _discard(self, key: str | None) -> None:
        if key is None:
            return
        try:
            self._store.delete(key)
        except GatewayError as error:  # nobody is shown it any more; what is left is a file without a name
            _log.warning("logo.not_deleted", why=error.message)


def organisation_view(row: Organisation) -> OrganisationView:
    """The organisation as every answer shows it."""
    return OrganisationView(row.id, row.name, row.slug, row.is_stopped)


def _branding(row: Organisation) -> Branding:
    shades = None if row.accent_colour is None else shades_of(row.accent_colour)
    seen = f"{row.name}\n{row.accent_colour}\n{row.logo_key}"
    return Branding(row.name, shades, row.logo_key is not None, hashlib.sha256(seen.encode()).hexdigest()[:12])


def _apply(row: Organisation, patch: OrganisationPatch) -> list[str]:
    told = []
    if patch.name is not UNSET and patch.name != row.name:
        row.name = patch.name
        told.append("name")
    if patch.accent_colour is not UNSET and patch.accent_colour != row.accent_colour:
        row.accent_colour = patch.accent_colour
        told.append("accent_colour")
    if patch.retention_days is not UNSET and patch.retention_days != row.retention_days:
        row.retention_days = patch.retention_days
        told.append("retention_days")
    return told


def _detail(session: Session, row: Organisation) -> OrganisationDetailView:
    texts: Sequence[ConsentText] = organisations.consent_texts(session, row.id)
    return OrganisationDetailView(
        id=row.id,
        name=row.name,
        slug=row.slug,
        is_stopped=row.is_stopped,
        accent_colour=row.accent_colour,
        logo_url=None if row.logo_key is None else _LOGO_URL,
        retention_days=row.retention_days,
        consent_text_version=row.consent_text_version,
        consent_texts=tuple(
            ConsentTextView(
                one.version, one.text, one.version == row.consent_text_version, one.created_by, one.created_at
            )
            for one in texts
        ),
        created_at=row.created_at,
    )


def _check_colour(colour: str) -> None:
    code, sentence = "colour_contrast", f"Text in this colour has less contrast than {ENOUGH}:1 on our pages."
    if not is_colour(colour):
        code, sentence = "invalid_fields", "A colour is written like #0a6068."
    elif is_readable(colour):
        return
    raise Invalid(code, sentence, "Choose a darker colour.", problems=[FieldProblem("accent_colour", code, sentence)])


def _known(row: Organisation | None) -> Organisation:
    if row is None:
        raise NotFound("organisation")
    return row

"""Candidates as the API takes them."""

from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, AwareDatetime, Field

from interview.script import Accommodations
from ivr.api.pagination import PageQuery
from ivr.api.schemas.base import (
    Body,
    Country,
    Email,
    ExternalId,
    Language,
    Line,
    Metadata,
    Name,
    Phone,
    Prose,
    Query,
    Word,
    named,
    unset,
)
from ivr.services.drafts import CandidateDraft, CandidateFilters, CandidatePatch, ConsentDraft, Profile


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError("this is not a time zone such as Europe/Berlin") from None
    return name


Zone = Annotated[str, Field(min_length=1, max_length=64), AfterValidator(_zone)]


SayAs = Annotated[Name, Field(description="How the call pronounces the name, where its spelling does not tell.")]


class ProfileIn(Body):
    """Shown to people, never used for scoring."""

    role: Line | None = None
    company: Line | None = None
    years: Annotated[float, Field(ge=0, le=80)] | None = None
    skills: Annotated[tuple[Line, ...], Field(max_length=100)] = ()
    education: Annotated[tuple[Line, ...], Field(max_length=30)] = ()
    bio: Prose | None = None

    def profile(self) -> Profile:
        """The profile as the service takes it."""
        return Profile(self.role, self.company, self.years, self.skills, self.education, self.bio)


class ConsentIn(Body):
    """Consent to be interviewed by an automated call, as you obtained it."""

    basis: Word
    text_version: Word | None = None
    obtained_at: AwareDatetime | None = None
    source: Word = "api"

    def draft(self) -> ConsentDraft:
        """The consent as the service takes it."""
        return ConsentDraft(self.basis, self.text_version, self.obtained_at, self.source)


class AccommodationsIn(Body):
    """Changes to the call; they never reach the rating."""

    slower_speech: bool = False
    longer_silence: bool = False
    extra_time: bool = False
    written: bool = False

    def value(self) -> Accommodations:
        """The accommodations as the core takes them."""
        return Accommodations(self.slower_speech, self.longer_silence, self.extra_time, self.written)


class CandidateIn(Body):
    """A person to be called: ``phone`` as E.164, or national with ``country``."""

    name: Name
    say_as: SayAs | None = None
    phone: Phone
    country: Country | None = None
    email: Email | None = None
    language: Language | None = None
    timezone: Zone | None = None
    profile: ProfileIn | None = None
    consent: ConsentIn | None = None
    accommodations: AccommodationsIn | None = None
    external_id: ExternalId | None = None
    metadata: Metadata = Field(default_factory=dict)

    def draft(self) -> CandidateDraft:
        """The person as the service takes them."""
        return CandidateDraft(
            name=self.name,
            say_as=self.say_as,
            phone=self.phone,
            country=self.country,
            email=self.email,
            language=self.language,
            timezone=self.timezone,
            profile=None if self.profile is None else self.profile.profile(),
            consent=None if self.consent is None else self.consent.draft(),
            accommodations=None if self.accommodations is None else self.accommodations.value(),
            external_id=self.external_id,
            metadata=self.metadata,
        )


class CandidatePatchIn(Body):
    """Changes to a candidate; what is not named stays. ``consent: null`` withdraws consent."""

    name: Name = Field(default_factory=unset)
    say_as: SayAs | None = Field(default_factory=unset)
    phone: Phone = Field(default_factory=unset)
    country: Country | None = None
    email: Email | None = Field(default_factory=unset)
    language: Language | None = Field(default_factory=unset)
    timezone: Zone | None = Field(default_factory=unset)
    profile: ProfileIn | None = Field(default_factory=unset)
    consent: ConsentIn | None = Field(default_factory=unset)
    accommodations: AccommodationsIn = Field(default_factory=unset)
    external_id: ExternalId | None = Field(default_factory=unset)
    metadata: Metadata = Field(default_factory=unset)

    def patch(self) -> CandidatePatch:
        """The changes as the service takes them."""
        changes = named(self)
        if changes.get("profile") is not None:
            changes["profile"] = changes["profile"].profile()
        if changes.get("consent") is not None:
            changes["consent"] = changes["consent"].draft()
        if "accommodations" in changes:
            changes["accommodations"] = self.accommodations.value()
        return CandidatePatch(**changes)


class CandidateQuery(PageQuery):
    """Which candidates to list."""

    external_id: ExternalId | None = None
    q: Annotated[Line | None, Field(description="Looked for in name and e-mail address.")] = None

    def filters(self) -> CandidateFilters:
        """The filters as the service takes them."""
        return CandidateFilters(self.external_id, self.q)


class ResumeQuery(Query):
    """In which form a résumé is wanted."""

    format: Literal["file", "text"] = "file"


Csv = Annotated[str, Field(max_length=2 * 1024 * 1024, description="The lines of a CSV file, its header first.")]


class ImportIn(Body):
    """People as the text of a CSV file, when it is not sent as a file of its own."""

    csv: Csv | None = None


class ImportQuery(Query):
    """How a file is taken."""

    dry_run: Annotated[bool, Field(description="Say what would happen, and change nothing.")] = False
    country: Annotated[Country | None, Field(description="For numbers that are national and name no country.")] = None

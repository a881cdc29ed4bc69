"""The organisation and its record as the API takes and shows them."""

from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from ivr.api.pagination import PageQuery
from ivr.api.schemas.base import Body, LongProse, Name, Word, named, unset
from ivr.services.organisations import ConsentTextDraft, OrganisationPatch
from ivr.services.views import EventView

Colour = Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True, pattern=r"^#[0-9a-fA-F]{6}$")]


class ConsentTextIn(Body):
    """The words by which people consent from now on; a version that has been used keeps its words."""

    version: Word
    text: Annotated[LongProse, Field(min_length=1, max_length=20_000)]


class OrganisationPatchIn(Body):
    """Changes to the organisation; what is not named stays. The logo is a file (PNG or JPEG); null takes it away."""

    name: Name = Field(default_factory=unset)
    accent_colour: Colour | None = Field(default_factory=unset)
    retention_days: Annotated[int, Field(ge=1, le=3650)] | None = Field(default_factory=unset)
    consent_text: ConsentTextIn = Field(default_factory=unset)
    logo: None = Field(default_factory=unset)

    def patch(self) -> OrganisationPatch:
        """The changes as the service takes them."""
        changes = named(self)
        if "consent_text" in changes:
            changes["consent_text"] = ConsentTextDraft(self.consent_text.version, self.consent_text.text)
        return OrganisationPatch(**changes)


class AuditQuery(PageQuery):
    """What of the record is wanted; ``verify`` checks the whole chain."""

    verify: bool = False


class ChainShown(BaseModel):
    """How the chain over the record stands: see ``problem`` when it is not intact."""

    intact: bool
    length: int
    head: str
    unsealed: int
    broken_at: int | None
    problem: str | None


class AuditShown(BaseModel):
    """What happened in the organisation, newest first, and on request how its chain stands."""

    data: tuple[EventView, ...]
    next_cursor: str | None
    total: Annotated[int | None, Field(exclude_if=lambda total: total is None)] = None
    verification: ChainShown | None

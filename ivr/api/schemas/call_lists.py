"""Whitelist and opt-outs as the API takes and shows them."""

from typing import Annotated

from pydantic import BaseModel, Field

from ivr.api.schemas.base import Body, Country, ExternalId, Line, Metadata, Phone
from ivr.services.call_lists import WhitelistDraft, WhitelistEntryView

Note = Annotated[Line, Field(max_length=200)]


class WhitelistEntryIn(Body):
    """A number such as ``+14155550100``, or a prefix such as ``+1415*`` (scope admin)."""

    pattern: Phone
    note: Note | None = None
    external_id: ExternalId | None = None
    metadata: Metadata = Field(default_factory=dict)

    def draft(self) -> WhitelistDraft:
        """The line as the service takes it."""
        return WhitelistDraft(self.pattern, self.note or "", self.external_id, self.metadata)


class WhitelistIn(Body):
    """One line (``pattern``) or many (``entries``); as a file, ``text/csv`` with a number and a note in each row."""

    pattern: Phone | None = None
    note: Note | None = None
    external_id: ExternalId | None = None
    metadata: Metadata = Field(default_factory=dict)
    entries: Annotated[tuple[WhitelistEntryIn, ...], Field(max_length=10_000)] = ()

    def drafts(self) -> tuple[WhitelistDraft, ...]:
        """All lines as the service takes them."""
        own: tuple[WhitelistDraft, ...] = ()
        if self.pattern is not None:
            own = (WhitelistDraft(self.pattern, self.note or "", self.external_id, self.metadata),)
        return own + tuple(entry.draft() for entry in self.entries)


class WhitelistPage(BaseModel):
    """The organisation's own lines, and the floor from the environment, which holds for all."""

    data: tuple[WhitelistEntryView, ...]
    next_cursor: str | None
    total: Annotated[int | None, Field(exclude_if=lambda total: total is None)] = None
    environment: tuple[WhitelistEntryView, ...]


class WhitelistAdded(BaseModel):
    """What was entered or was there already."""

    data: tuple[WhitelistEntryView, ...]


class OptOutIn(Body):
    """A number that must not be called again."""

    phone: Phone
    country: Country | None = None
    external_id: ExternalId | None = None
    metadata: Metadata = Field(default_factory=dict)

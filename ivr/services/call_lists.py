"""Whom an organisation may call: the whitelist with its floor from the environment, and numbers never to call again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from db.models import OptOut, WhitelistEntry
from db.repositories import access as rows
from db.repositories import external_ids
from db.unit_of_work import Database
from interview.phone import NEVER_DIALLED, InvalidPhoneNumber, PhoneNumber, WhitelistPattern
from interview.pseudonym import masked_number, written_as
from ivr.services.context import Actor, Clock
from ivr.services.drafts import Page, Paged
from ivr.services.errors import ExternalIdTaken, FieldProblem, Invalid, NotAllowed, NotFound
from ivr.services.numbers import number_of
from ivr.services.trail import note
from ivr.settings import Settings

MAX_WHITELIST_BATCH = 10_000


class WhyAgain(StrEnum):
    """Why a number may be called again. Words of ours: what a person writes could not be deleted from the record."""

    ASKED = "asked_to_be_called"
    MISTAKE = "entered_by_mistake"
    NEW_OWNER = "belongs_to_somebody_else"


@dataclass(frozen=True, slots=True)
class WhitelistEntryView:
    """A number or prefix that may be called; one from the environment has neither id nor time of entry."""

    id: str | None
    pattern: str
    note: str
    source: str
    created_at: datetime | None
    external_id: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WhitelistDraft:
    """A line to enter: ``+14155550100`` or ``+1415*``."""

    pattern: str
    note: str = ""
    external_id: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OptOutView:
    """A number that must not be called again."""

    id: str
    phone: str = field(repr=False)
    source: str
    created_at: datetime
    external_id: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NumberView:
    """What the lists say about one number: the lines that allow it, and its opt-out if there is one. ``is_dialled`` is
    False for kinds of numbers that never are, listed or not."""

    masked: str
    lines: tuple[WhitelistEntryView, ...]
    opt_out: OptOutView | None
    is_dialled: bool


class CallLists:
    """The lists that the gate reads."""

    def __init__(self, database: Database, clock: Clock, settings: Settings) -> None:
        self._database = database
        self._clock = clock
        self._settings = settings

    def whitelist_floor(self) -> tuple[WhitelistEntryView, ...]:
        """What WHITELISTED_NUMBERS in the environment allows, for every organisation."""
        return tuple(
            WhitelistEntryView(None, pattern.text, "WHITELISTED_NUMBERS", "environment", None)
            for pattern in self._settings.whitelist_floor
        )

    def list_whitelist(self, organisation_id: str, page: Page) -> Paged[WhitelistEntryView]:
        """What the organisation entered itself, newest first."""
        with self._database.read() as session:
            found, cursor = rows.whitelist(session, organisation_id, limit=page.limit, cursor=page.cursor)
            total = rows.count_of(session, WhitelistEntry, organisation_id) if page.with_total else None
            return Paged(tuple(map(_whitelist_view, found)), cursor, total)

    def add_to_whitelist(
        self, actor: Actor, drafts: Sequence[WhitelistDraft], *, may_add_prefixes: bool
    ) -> tuple[WhitelistEntryView, ...]:
        """Enter numbers and prefixes, all or none; one that is there already stays as it is.

        Raises Invalid (naming each line at fault), NotAllowed for a prefix without ``may_add_prefixes``, Conflict
        ``external_id_exists``.
        """
        if not 0 < len(drafts) <= MAX_WHITELIST_BATCH:
            raise Invalid("invalid_fields", f"Send between 1 and {MAX_WHITELIST_BATCH} entries.")
        lines = {pattern.text: draft for pattern, draft in zip(_patterns(drafts), drafts, strict=True)}
        if not may_add_prefixes and any(text.endswith("*") for text in lines):
            raise NotAllowed(
                "scope_missing", "A prefix allows many numbers at once.", "Use a key with the scope admin for prefixes."
            )
        with self._database.write() as unit:
            there = rows.whitelist_patterns(unit.session, actor.organisation_id, list(lines))
            now = self._clock()
            for text, line in lines.items():
                if text not in there:
                    _refuse_taken(unit.session, WhitelistEntry, actor, line.external_id, "line")
                    there[text] = WhitelistEntry(
                        organisation_id=actor.organisation_id, created_at=now, pattern=text, note=line.note,
                        external_id=line.external_id, labels=dict(line.metadata),
                    )  # fmt: skip
                    unit.session.add(there[text])
            unit.session.flush()
            entries = [there[text] for text in lines]
            masked = [WhitelistPattern.parse(text).masked for text in list(lines)[:100]]
            note(
                unit.session, actor, now, "whitelist.added", "organisation", actor.organisation_id,
                {"patterns": masked, "count": len(lines)},
            )  # fmt: skip
            views = tuple(map(_whitelist_view, entries))
            actor.remember(unit.session, views)
            return views

    def remove_from_whitelist(self, actor: Actor, entry_id: str) -> None:
        """Take an entry away. Raises NotFound."""
        with self._database.write() as unit:
            row = rows.whitelist_entry(unit.session, actor.organisation_id, entry_id)
            if row is None:
                raise NotFound("whitelist entry")
            unit.session.delete(row)
            masked = WhitelistPattern.parse(row.pattern).masked
            note(
                unit.session, actor, self._clock(), "whitelist.removed", "organisation", actor.organisation_id,
                {"patterns": [masked]},
            )  # fmt: skip

    def list_opt_outs(self, organisation_id: str, page: Page) -> Paged[OptOutView]:
        """Numbers that must not be called, newest first."""
        with self._database.read() as session:
            found, cursor = rows.opt_outs(session, organisation_id, limit=page.limit, cursor=page.cursor)
            total = rows.count_of(session, OptOut, organisation_id) if page.with_total else None
            return Paged(tuple(map(opt_out_view, found)), cursor, total)

    def add_opt_out(
        self, actor: Actor, phone: str, country: str | None = None, source: str = "api", *,
        external_id: str | None = None, metadata: Mapping[str, str] | None = None,
    ) -> OptOutView:  # fmt: skip
        """Never call this number again; one that is there already stays as it is. Raises Invalid, Conflict
        ``external_id_exists``."""
        number = number_of(phone, country)
        with self._database.write() as unit:
            row = rows.opt_out_by_phone(unit.session, actor.organisation_id, number.e164)
            if row is None:
                _refuse_taken(unit.session, OptOut, actor, external_id, "opt-out")
                row = OptOut(
                    organisation_id=actor.organisation_id, created_at=self._clock(), phone=number.e164, source=source,
                    external_id=external_id, labels=dict(metadata or {}),
                )  # fmt: skip
                unit.session.add(row)
                unit.session.flush()
                told = {"phone": number.masked}
                note(unit.session, actor, self._clock(), "candidate.opted_out", "opt_out", row.id, told)
            view = opt_out_view(row)
            actor.remember(unit.session, view)
            return view

    def look_up(self, organisation_id: str, phone: str, country: str | None = None) -> NumberView:
        """What the lists say about this number. Raises Invalid."""
        number = number_of(phone, country)
        with self._database.read() as session:
            own = tuple(map(_whitelist_view, rows.whitelist_lines(session, organisation_id, number.e164)))
            written = written_as(self._settings.pseudonym_secrets, number.e164)
            found = rows.opt_out_written_as(session, organisation_id, written)
            opt_out = None if found is None else opt_out_view(found)
        lines = (*own, *self.whitelist_floor())
        allowing = tuple(line for line in lines if WhitelistPattern.parse(line.pattern).matches(number))
        return NumberView(number.masked, allowing, opt_out, number.number_class not in NEVER_DIALLED)

    def remove_opt_out(self, actor: Actor, opt_out_id: str, why: WhyAgain | None = None) -> None:
        """Allow a number again, on a person's word. Raises NotFound."""
        with self._database.write() as unit:
            row = rows.opt_out(unit.session, actor.organisation_id, opt_out_id)
            if row is None:
                raise NotFound("opt-out")
            unit.session.delete(row)
            told = {"phone": masked_number(row.phone)} | ({} if why is None else {"why": why.value})
            note(unit.session, actor, self._clock(), "opt_out.removed", "opt_out", row.id, told)


def opt_out_view(row: OptOut) -> OptOutView:
    """The line as doors show it."""
    return OptOutView(row.id, row.phone, row.source, row.created_at, row.external_id, dict(row.labels))


def _whitelist_view(row: WhitelistEntry) -> WhitelistEntryView:
    return WhitelistEntryView(
        row.id, row.pattern, row.note, "organisation", row.created_at, row.external_id, dict(row.labels)
    )


def _refuse_taken(session: Session, kind: external_ids.Kind, actor: Actor, external_id: str | None, what: str) -> None:
    session.flush()
    if external_ids.is_taken(session, kind, actor.organisation_id, external_id):
        raise ExternalIdTaken(what)


def _patterns(drafts: Sequence[WhitelistDraft]) -> list[WhitelistPattern]:
    found: list[WhitelistPattern] = []
    problems: list[FieldProblem] = []
    for index, draft in enumerate(drafts):
        field_name = "pattern" if len(drafts) == 1 else f"entries.{index}.pattern"
        try:
            pattern = WhitelistPattern.parse(draft.pattern)
        except InvalidPhoneNumber as error:
            problems.append(FieldProblem(field_name, "number_invalid", error.sentence))
            continue
        if not pattern.is_prefix and PhoneNumber(pattern.start).number_class in NEVER_DIALLED:
            problems.append(FieldProblem(field_name, "number_class", "A number of this kind is never dialled."))
            continue
        found.append(pattern)
    if problems:
        raise Invalid("number_invalid", "Not every entry can be listed; none was.", problems=problems[:50])
    return found

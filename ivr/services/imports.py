"""People entered by the file: each line is created, merged into the person with its number, or refused with a sentence.

Lines are written some at a time, so that a long file never keeps a webhook waiting; sent again, it changes nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.exc import IntegrityError

from db.unit_of_work import Database
from interview.phone import InvalidPhoneNumber, PhoneNumber
from ivr.services.candidates import CandidateService, Merged
from ivr.services.context import Actor
from ivr.services.csv_people import CsvLine, read_people
from ivr.services.drafts import CandidateDraft
from ivr.services.import_views import ImportRowView, ImportView

AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the file with its number read."""

    row: int
    draft: CandidateDraft
    number: PhoneNumber


class ImportService:
    """CSV files with people."""

    def __init__(self, database: Database, candidates: CandidateService) -> None:
        self._database = database
        self._candidates = candidates

    def run(self, actor: Actor, data: bytes, *, dry_run: bool = False, country: str | None = None) -> ImportView:
        """Enter everybody in the file, or say what would happen; ``country`` is for numbers that name none.

        Raises Invalid: empty_file, too_large, csv_unreadable, csv_no_column.
        """
        people = read_people(data)
        lines, refused = sorted_out(people.lines, country)
        outcomes = {row.row: row for row in refused}
        for part in _parts(lines):
            outcomes |= {row.row: row for row in self._enter(actor, part, dry_run)}
        rows = tuple(outcomes[row] for row in sorted(outcomes))
        view = ImportView(
            dry_run=dry_run,
            encoding=people.encoding,
            delimiter=people.delimiter,
            ignored_columns=people.ignored_columns,
            total=len(rows),
            created=sum(row.outcome == "created" for row in rows),
            merged=sum(row.outcome == "merged" for row in rows),
            unchanged=sum(row.outcome == "unchanged" for row in rows),
            errors=sum(row.outcome == "error" for row in rows),
            rows=rows,
        )
        if not dry_run:
            with self._database.write() as unit:
                actor.remember(unit.session, view)
        return view

    def _enter(self, actor: Actor, lines: Sequence[Line], dry_run: bool) -> list[ImportRowView]:
        try:
            return self._enter_once(actor, lines, dry_run)
        except IntegrityError:
            # Somebody else entered one of them in this very moment: the second time that one is found.
            return self._enter_once(actor, lines, dry_run)

    def _enter_once(self, actor: Actor, lines: Sequence[Line], dry_run: bool) -> list[ImportRowView]:
        found: list[ImportRowView] = []
        try:
            with self._database.write() as unit:
                people = [(line.draft, line.number) for line in lines]
                merged = self._candidates.merge_all(unit.session, actor, people)
                found = [_row(line, one) for line, one in zip(lines, merged, strict=True)]
                if dry_run:
                    raise _OnlyLooking
        except _OnlyLooking:
            # the ids of those who would have been created are nobody's
            found = [replace(row, candidate_id=None) if row.outcome == "created" else row for row in found]
        return found


def _row(line: Line, merged: Merged) -> ImportRowView:
    if merged.candidate is None:
        sentence = "Another candidate has this external_id. Use that candidate, or another external_id."
        return ImportRowView(line.row, "error", None, "external_id_exists", sentence)
    return ImportRowView(line.row, merged.outcome, merged.candidate.id)


class _OnlyLooking(Exception):
    """Takes back what a dry run wrote."""


def sorted_out(lines: Sequence[CsvLine], country: str | None) -> tuple[list[Line], list[ImportRowView]]:
    """The lines that can be entered, and what is wrong with the others."""
    good: list[Line] = []
    bad: list[ImportRowView] = []
    known: dict[str, int] = {}
    for line in lines:
        if line.draft is None:
            bad.append(ImportRowView(line.row, "error", None, line.code, line.sentence))
            continue
        try:
            number = PhoneNumber.parse(line.draft.phone, line.draft.country or country)
        except InvalidPhoneNumber as error:
            bad.append(ImportRowView(line.row, "error", None, "number_invalid", error.sentence))
            continue
        former = known.setdefault(number.e164, line.row)
        if former != line.row:
            sentence = f"Row {former} has this number already; this one was left out."
            bad.append(ImportRowView(line.row, "error", None, "duplicate_row", sentence))
        else:
            good.append(Line(line.row, line.draft, number))
    return good, bad


def _parts(lines: Sequence[Line]) -> Iterator[Sequence[Line]]:
    for start in range(0, len(lines), AT_ONCE):
        yield lines[start : start + AT_ONCE]

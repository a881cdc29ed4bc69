"""A file of people as its reader sees it afterwards."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ImportRowView:
    """One line of a file, by its row in the spreadsheet; ``outcome`` is created, merged, unchanged or error."""

    row: int
    outcome: str
    candidate_id: str | None
    code: str | None = None
    sentence: str | None = None


@dataclass(frozen=True, slots=True)
class ImportView:
    """A file of people, line by line: how it was understood, and what became of each."""

    dry_run: bool
    encoding: str
    delimiter: str
    ignored_columns: tuple[str, ...]
    total: int
    created: int
    merged: int
    unchanged: int
    errors: int
    rows: tuple[ImportRowView, ...]

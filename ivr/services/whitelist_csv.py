"""A whitelist as a file: one number or prefix a row, then a note."""

import csv
import io
from dataclasses import dataclass

from ivr.services.errors import Invalid


@dataclass(frozen=True, slots=True)
class WhitelistLine:
    """One row as it was written; ``row`` counts the file's lines from 1."""

    row: int
    pattern: str
    note: str


def lines_of(data: bytes) -> tuple[WhitelistLine, ...]:
    """The rows of a CSV in UTF-8 that say something; a first row that begins with a word is its head and is left out.

    Raises Invalid bad_request.
    """
    try:
        reader = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
        rows = [(reader.line_num, row) for row in reader if row and row[0].strip()]
    except (UnicodeDecodeError, csv.Error):
        raise Invalid("bad_request", "The file is not CSV in UTF-8.", "One number a row, then a note.") from None
    if rows and not any(map(str.isdigit, rows[0][1][0])):
        rows = rows[1:]
    return tuple(WhitelistLine(number, row[0].strip(), "".join(row[1:2]).strip()) for number, row in rows)

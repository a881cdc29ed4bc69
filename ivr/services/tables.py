"""Tables of statistics as CSV (RFC 4180)."""

import csv
import io
from collections.abc import Iterable, Sequence

from ivr.services.csv_people import defused


def table_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """The table with CRLF between lines. Texts are formula-safe; a number stays one, its minus sign too."""
    sheet = io.StringIO(newline="")
    writer = csv.writer(sheet)
    writer.writerow(header)
    for row in rows:
        writer.writerow([cell if isinstance(cell, int | float) else defused(cell) for cell in row])
    return sheet.getvalue()

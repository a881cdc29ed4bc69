"""People out of a spreadsheet: whatever encoding, delimiter and headers it was saved with, each line becomes a draft or
a sentence saying what is wrong with it. Pure: bytes in, lines out."""

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from ivr.services.drafts import CandidateDraft, ConsentDraft
from ivr.services.errors import Invalid
from ivr.services.person_patterns import CONTROL, COUNTRY, EMAIL, LANGUAGE, is_zone

MAX_BYTES = 2 * 1024 * 1024
MAX_ROWS = 5_000
_MAX_COLUMNS = 100

# What spreadsheets and applicant systems call our columns; headers are compared without case, and with spaces,
# dashes and dots as one.
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "full_name", "candidate", "candidate_name", "applicant", "nombre", "nom", "bewerber"),
    "first_name": ("first_name", "firstname", "given_name", "forename", "vorname", "prenom", "prénom"),
    "last_name": ("last_name", "lastname", "surname", "family_name", "nachname", "apellido", "apellidos"),
    "phone": (
        "phone", "phone_number", "telephone", "telephone_number", "tel", "mobile", "mobile_number", "mobile_phone",
        "cell", "cell_phone", "number", "telefon", "telefonnummer", "handy", "teléfono", "telefono", "téléphone",
    ),
    "country": ("country", "country_code", "land", "país", "pais", "pays"),
    "email": ("email", "e_mail", "mail", "email_address", "e_mail_address", "correo", "courriel"),
    "language": ("language", "lang", "locale", "sprache", "idioma", "langue"),
    "timezone": ("timezone", "time_zone", "tz", "zone", "zeitzone"),
    "external_id": ("external_id", "externalid", "id", "candidate_id", "applicant_id", "reference", "ref", "ats_id"),
    "consent_basis": ("consent_basis", "consent", "basis"),
    "consent_obtained_at": ("consent_obtained_at", "consent_at", "consent_date", "consented_at"),
}  # fmt: skip
_BY_HEADER = {header: column for column, headers in _COLUMNS.items() for header in headers}
_LONGEST = {"name": 200, "email": 254, "external_id": 255, "consent_basis": 64, "language": 16, "timezone": 64}
# 4.15555E+11: a spreadsheet took the number for a quantity, and its last digits are lost.
_QUANTITY = re.compile(r"\+?\d+([.,]\d+)?[eE]\+?\d+")


@dataclass(frozen=True, slots=True)
class CsvLine:
    """One line: ``row`` as a spreadsheet counts it (the header is 1). Either ``draft`` or ``code`` and ``sentence``."""

    row: int
    draft: CandidateDraft | None = None
    code: str | None = None
    sentence: str | None = None


@dataclass(frozen=True, slots=True)
class CsvPeople:
    """A file as it was understood. Columns that are not ours are named in ``ignored_columns``."""

    encoding: str
    delimiter: str
    ignored_columns: tuple[str, ...]
    lines: tuple[CsvLine, ...] = field(repr=False)


class _BadCell(Exception):
    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code, self.sentence = code, sentence


def read_people(data: bytes) -> CsvPeople:
    """Every line of a CSV file with people. Raises Invalid: empty_file, too_large, csv_unreadable, csv_no_column."""
    if len(data) > MAX_BYTES:
        raise Invalid("too_large", "The file is larger than 2 MB.", "Split it into several files.")
    if not data.strip(b"\x00\xff\xfe\xef\xbb\xbf \t\r\n,;"):
        raise Invalid("empty_file", "The file is empty.", "Send a header line and one line a person.")
    text, encoding = _decoded(data)
    text, delimiter = _delimited(text)
    try:
        table = _table(text, delimiter)
    except csv.Error as error:
        raise Invalid("csv_unreadable", f"The file is not CSV: {error}.", _AGAIN) from None
    header_row, header = next(((row, cells) for row, cells in table if any(cells)), (0, []))
    columns, ignored = _columns(header)
    lines: list[CsvLine] = []
    seen: dict[str, int] = {}
    ids: dict[str, int] = {}
    for row, cells in table:
        if row <= header_row or not any(cells):
            continue
        if len(lines) == MAX_ROWS:
            raise Invalid("too_large", f"The file has more than {MAX_ROWS:,} people.", "Split it into several files.")
        lines.append(_line(row, cells, columns, len(header), seen, ids))
    if not lines:
        raise Invalid("empty_file", "The file has a header and nobody below it.", "Write one line a person.")
    return CsvPeople(encoding, delimiter, ignored, tuple(lines))


def defused(cell: object) -> str:
    """A cell that no spreadsheet takes for a formula: what begins with = + - @ tab or CR gets an apostrophe.
    https://owasp.org/www-community/attacks/CSV_Injection"""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


_AGAIN = "Save it as CSV UTF-8 and send it again."


def text_of(data: bytes) -> str:
    """The file as text for people to look at and mend, read as ``read_people`` reads it. Raises Invalid."""
    if len(data) > MAX_BYTES:
        raise Invalid("too_large", "The file is larger than 2 MB.", "Split it into several files.")
    return _decoded(data)[0]


def _decoded(data: bytes) -> tuple[str, str]:
    """The text and the name of its encoding: a byte order mark tells, then NULs, then what can be read."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if data.startswith(mark):
            return _decode(data[len(mark) :], encoding), encoding.removesuffix("-le").removesuffix("-be")
    beginning = data[:1000]
    if beginning.count(0) * 4 > len(beginning):
        is_little = beginning[1::2].count(0) > beginning[::2].count(0)
        return _decode(data, "utf-16-le" if is_little else "utf-16-be"), "utf-16"
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _decode(data, "cp1252"), "cp1252"


def _decode(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        sentence = "The letters of this file cannot be read in UTF-8, UTF-16 or Windows-1252."
        raise Invalid("csv_unreadable", sentence, _AGAIN) from None


def _delimited(text: str) -> tuple[str, str]:
    """The text without Excel's own ``sep=`` line, and what stands between its cells."""
    told = re.match(r"\"?sep=([,;\t])\"?\r?\n", text, re.IGNORECASE)
    if told is not None:
        # the line stays as an empty one, so that rows are counted as the spreadsheet counts them
        return "\n" + text[told.end() :], told[1]
    header = re.sub(r'"[^"]*"', "", next((line for line in text.splitlines() if line.strip()), ""))
    counted = {delimiter: header.count(delimiter) for delimiter in ",;\t"}
    return text, max(counted, key=lambda delimiter: counted[delimiter])


def _table(text: str, delimiter: str) -> list[tuple[int, list[str]]]:
    """Each record with its row as a spreadsheet counts it, which is not the line: cells may hold line breaks."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    found: list[tuple[int, list[str]]] = []
    for number, record in enumerate(reader, start=1):
        if len(record) > _MAX_COLUMNS:
            raise Invalid("csv_unreadable", f"A line has more than {_MAX_COLUMNS} columns.", _AGAIN)
        found.append((number, [cell.strip() for cell in record]))
        if number > 4 * MAX_ROWS:
            raise Invalid("too_large", f"The file has more than {MAX_ROWS:,} lines.", "Split it into several files.")
    return found


def _columns(header: list[str]) -> tuple[dict[str, int], tuple[str, ...]]:
    columns: dict[str, int] = {}
    ignored = []
    for place, title in enumerate(header):
        column = _BY_HEADER.get(re.sub(r"[\s\-./]+", "_", title.strip().strip("()").casefold()).strip("_"))
        if column is None or column in columns:
            if title:
                ignored.append(CONTROL.sub("", title)[:64])
        else:
            columns[column] = place
    has_name = "name" in columns or "last_name" in columns or "first_name" in columns
    for wanted, is_there in (("phone", "phone" in columns), ("name", has_name)):
        if not is_there:
            sentence = f"The first line names no column `{wanted}`."
            hint = "Write a header line: name, phone, country, email, language, timezone, external_id, consent_basis, "
            raise Invalid("csv_no_column", sentence, hint + "consent_obtained_at. Only name and phone are needed.")
    return columns, tuple(ignored)


def _line(
    row: int, cells: list[str], columns: Mapping[str, int], width: int, seen: dict[str, int], ids: dict[str, int]
) -> CsvLine:
    if len(cells) > width:
        return CsvLine(row, None, "row_too_long", f"The line has {len(cells)} cells, the header {width}.")
    given = {
        # our own exports put an apostrophe before a plus
        column: re.sub(r"^'(?=[=+\-@])", "", cells[place]) if place < len(cells) else ""
        for column, place in columns.items()
    }
    try:
        draft = _draft(given)
        _once(re.sub(r"\D", "", draft.phone), seen, row, "duplicate_row", "has this number already")
        if draft.external_id is not None:
            _once(draft.external_id, ids, row, "external_id_exists", "has this external_id already")
    except _BadCell as error:
        return CsvLine(row, None, error.code, error.sentence)
    return CsvLine(row, draft)


def _once(value: str, seen: dict[str, int], row: int, code: str, what: str) -> None:
    former = seen.setdefault(value, row)
    if former != row:
        raise _BadCell(code, f"Row {former} {what}; this one was left out.")


def _draft(given: Mapping[str, str]) -> CandidateDraft:
    for column, text in given.items():
        if CONTROL.search(text):
            raise _BadCell("invalid", f"{column} contains a line break or a control character.")
        if len(text) > _LONGEST.get(column, 200):
            raise _BadCell("too_long", f"{column} may have {_LONGEST.get(column, 200)} characters at most.")
    name = given.get("name") or " ".join(filter(None, (given.get("first_name"), given.get("last_name"))))
    phone = given["phone"]
    if not name:
        raise _BadCell("required", "The name is missing.")
    if not phone:
        raise _BadCell("required", "The phone number is missing.")
    if _QUANTITY.fullmatch(phone):
        sentence = "A spreadsheet has turned the phone number into a quantity and lost its last digits; "
        raise _BadCell("number_invalid", sentence + "format the column as text and enter it again.")
    return CandidateDraft(
        name=name,
        phone=phone,
        country=_checked(given, "country", COUNTRY, "two letters, such as US or GB"),
        email=_checked(given, "email", EMAIL, "an e-mail address"),
        language=_checked(given, "language", LANGUAGE, "a tag such as en-US"),
        timezone=_zone(given.get("timezone", "")),
        external_id=given.get("external_id") or None,
        consent=_consent(given.get("consent_basis", ""), given.get("consent_obtained_at", "")),
    )


def _checked(given: Mapping[str, str], column: str, form: re.Pattern[str], words: str) -> str | None:
    text = given.get(column, "")
    if text and not form.fullmatch(text):
        raise _BadCell("invalid", f"{column} must be {words}.")
    return text or None


def _zone(text: str) -> str | None:
    if not text:
        return None
    if not is_zone(text):
        raise _BadCell("invalid", "timezone must be a name such as Europe/Berlin.")
    return text


def _consent(basis: str, obtained: str) -> ConsentDraft | None:
    if not basis:
        if obtained:
            raise _BadCell("invalid", "consent_obtained_at needs a consent_basis beside it.")
        return None
    if not obtained:
        return ConsentDraft(basis, source="csv")
    try:
        moment = datetime.fromisoformat(obtained)
    except ValueError:
        sentence = "consent_obtained_at must be a date or time such as 2027-03-01 or 2027-03-01T09:30:00Z."
        raise _BadCell("invalid_time", sentence) from None
    return ConsentDraft(basis, None, moment if moment.tzinfo else moment.replace(tzinfo=UTC), "csv")


"""People out of CSV files: read whatever a spreadsheet saved, each line with its outcome, none in silence."""

from __future__ import annotations

import csv
import io

import pytest
from sqlalchemy import func, select

from db.models import Candidate, Consent, DomainEvent
from db.unit_of_work import Database
from ivr.services.candidates import CandidateService
from ivr.services.context import Actor
from ivr.services.csv_people import MAX_BYTES, MAX_ROWS, defused, read_people
from ivr.services.errors import Invalid
from ivr.services.imports import AT_ONCE, ImportService
from tests.factories import make_candidate, make_organisation
from tests.fakes import FakeExtractor, FakeFileStore, FrozenClock

SHEET = "Name,Phone,Notes\nZoë Müller,+14155550123,tall\n"


class Desk:
    def __init__(self, database: Database, clock: FrozenClock) -> None:
        self.database = database
        people = CandidateService(database, clock, FakeFileStore(), FakeExtractor())
        self.imports = ImportService(database, people)
        self.organisation_id = make_organisation(database)
        self.actor = Actor(self.organisation_id, "key:Demo", "key", "req-1")

    def run(self, text: str, **more: object):
        return self.imports.run(self.actor, text.encode(), **more)  # type: ignore[arg-type]

    def people(self) -> dict[str, Candidate]:
        with self.database.read() as session:
            return {one.phone: one for one in session.scalars(select(Candidate))}


@pytest.fixture
def desk(database: Database, clock: FrozenClock) -> Desk:
    return Desk(database, clock)


# --- reading ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (SHEET.encode(), "utf-8"),
        (SHEET.encode("utf-8-sig"), "utf-8"),
        (SHEET.encode("utf-16"), "utf-16"),
        (SHEET.encode("utf-16-le"), "utf-16"),
        (SHEET.encode("utf-16-be"), "utf-16"),
        (SHEET.encode("cp1252"), "cp1252"),
    ],
)
def test_encodings(data: bytes, encoding: str) -> None:
    read = read_people(data)
    assert (read.encoding, read.ignored_columns) == (encoding, ("Notes",))
    assert read.lines[0].draft is not None and read.lines[0].draft.name == "Zoë Müller"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_delimiters_and_quotes(delimiter: str) -> None:
    sheet = io.StringIO()
    writer = csv.writer(sheet, delimiter=delimiter)
    writer.writerows([["Full Name", "Mobile-Number", "E-Mail"], ['Lee, "Ann"; x', "+14155550123", "a@b.example"]])
    read = read_people(sheet.getvalue().encode())
    draft = read.lines[0].draft
    assert draft is not None and (read.delimiter, draft.name) == (delimiter, 'Lee, "Ann"; x')
    assert (draft.phone, draft.email) == ("+14155550123", "a@b.example")


def test_a_spreadsheets_own_line_shifts_no_row_number() -> None:
    read = read_people(b"sep=;\r\nVorname;Nachname;Telefon\r\nAda;Lovelace;+14155550123\r\n;;\r\nBob;B;\r\n")
    assert [(line.row, line.code) for line in read.lines] == [(3, None), (5, "required")]
    assert read.lines[0].draft is not None and read.lines[0].draft.name == "Ada Lovelace"


@pytest.mark.parametrize(
    ("line", "code", "word"),
    [
        (",+14155550123", "required", "name"),
        ("Ann,", "required", "phone"),
        ("Ann,4.15555E+11", "number_invalid", "spreadsheet"),
        ("Ann,+14155550123,nowhere", "invalid", "e-mail"),
        ("Ann,+14155550123,,Mars/Olympus", "invalid", "timezone"),
        ("Ann,+14155550123,,,form,soon", "invalid_time", "date"),
        ("Ann,+14155550123,,,,2026-01-01", "invalid", "consent_basis"),
        ("Ann,+14155550123,,,form,,surplus", "row_too_long", "7 cells"),
        (f"{'A' * 201},+14155550123", "too_long", "200"),
        ('"A\nnn",+14155550123', "invalid", "line break"),
    ],
)
def test_a_line_at_fault_has_a_code_and_a_sentence(line: str, code: str, word: str) -> None:
    header = "name,phone,email,timezone,consent_basis,consent_obtained_at\n"
    found = read_people((header + line + "\n").encode()).lines[0]
    assert found.draft is None and found.code == code and word in (found.sentence or "")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (b"\n \n", "empty_file"),
        (b"name,phone\n", "empty_file"),
        (b"name,email\nAnn,a@b.example\n", "csv_no_column"),
        (b"phone\n+14155550123\n", "csv_no_column"),
        (b'name,phone\n"Ann,+14155550123\n', "csv_unreadable"),
        (b"name,phone\nA\x81nn,+1415\xff\n", "csv_unreadable"),
        (b"x" * (MAX_BYTES + 1), "too_large"),
        (b"name,phone\n" + b"Ann,+14155550123\n" * (MAX_ROWS + 1), "too_large"),
        (b"name,phone" + b",x" * 200 + b"\nA,B\n", "csv_unreadable"),
    ],
)
def test_files_that_are_refused_whole(data: bytes, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_people(data)
    assert refused.value.code == code and refused.value.hint


@pytest.mark.parametrize("cell", ["=1+1", "+1415", "-1", "@x", "\tx", "\rx"])
def test_no_cell_is_a_formula_and_what_we_wrote_can_be_read_again(cell: str) -> None:
    assert defused(cell) == "'" + cell
    assert defused("Ann") == "Ann" and defused(None) == "" and defused(7) == "7"
    read = read_people(b"name,phone\nAnn,'+14155550123\n")
    assert read.lines[0].draft is not None and read.lines[0].draft.phone == "+14155550123"


# --- entering ---------------------------------------------------------------------------------------------------------


def test_each_line_has_its_outcome(desk: Desk) -> None:
    make_candidate(desk.database, desk.organisation_id, phone="+14155550001", consent=False)
    make_candidate(desk.database, desk.organisation_id, phone="+14155550002", external_id="taken")
    text = (
        "name,phone,country,email,external_id,consent_basis,consent_obtained_at\n"
        "Ann,(415) 555-0001,US,ann@x.example,,form,2026-02-01\n"
        "Bob,+14155550003,,,b1,,\n"
        "Cid,+14155550004,,,taken,,\n"
        "Dan,12,,,,,\n"
        "Bob,415-555-0003,US,,,,\n"
    )
    planned = desk.run(text, dry_run=True)
    outcomes = [("merged", None), ("created", None), ("error", "external_id_exists"), ("error", "number_invalid"),
                ("error", "duplicate_row")]  # fmt: skip
    assert [(row.outcome, row.code) for row in planned.rows] == outcomes
    assert [row.row for row in planned.rows] == [2, 3, 4, 5, 6]
    assert len(desk.people()) == 2 and planned.dry_run, "nothing was written"
    assert planned.rows[1].candidate_id is None

    done = desk.run(text)
    assert [(row.outcome, row.code) for row in done.rows] == outcomes
    assert (done.total, done.created, done.merged, done.unchanged, done.errors) == (5, 1, 1, 0, 3)
    people = desk.people()
    assert (people["+14155550001"].name, people["+14155550001"].email) == ("Ann", "ann@x.example")
    assert done.rows[1].candidate_id == people["+14155550003"].id
    with desk.database.read() as session:
        consent = session.scalars(select(Consent).where(Consent.candidate_id == people["+14155550001"].id)).one()
    assert (consent.basis, consent.source, consent.obtained_at.date().isoformat()) == ("form", "csv", "2026-02-01")

    again = desk.run(text)
    assert [row.outcome for row in again.rows] == ["unchanged", "unchanged", "error", "error", "error"]
    with desk.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Consent)) == 2
        assert session.scalar(select(func.count()).select_from(DomainEvent).where(
            DomainEvent.type == "candidate.created")) == 1  # fmt: skip


def test_more_lines_than_are_written_at_once(desk: Desk) -> None:
    number = AT_ONCE * 2 + 1
    text = "name,phone\n" + "".join(f"P{n},+1415{5550000 + n}\n" for n in range(number))
    assert desk.run(text).created == number
    assert desk.run(text).unchanged == number
    assert len(desk.people()) == number


def test_a_country_for_all(desk: Desk) -> None:
    view = desk.run("name,phone\nAnn,020 7946 0001\n", country="GB")
    assert view.created == 1 and set(desk.people()) == {"+442079460001"}

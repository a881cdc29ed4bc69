"""Many candidates from a file: read first as a trial, mended on the page, then entered, each row with its outcome."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response

from ivr.current import current_services
from ivr.dashboard.errors import status_of
from ivr.dashboard.fields import Form, sent
from ivr.dashboard.pages import page
from ivr.dashboard.session import viewer
from ivr.dashboard.uploads import uploaded
from ivr.services.csv_people import MAX_ROWS, read_people, text_of
from ivr.services.errors import Invalid
from ivr.services.import_views import ImportRowView, ImportView
from ivr.services.person_patterns import COUNTRY

# A browser shows a table of so many rows without effort; the counts above it are about all.
_SHOWN = 300


@dataclass(frozen=True, slots=True)
class Row:
    """A row with the name that stands in it."""

    name: str
    found: ImportRowView


def add_routes(blueprint: Blueprint) -> None:
    """The page and its two buttons."""
    blueprint.add_url_rule("/candidates/import", "import_page", _page, methods=["GET"])
    blueprint.add_url_rule("/candidates/import", "import_candidates", _run, methods=["POST"])


def csv_in(form: Form) -> str:
    """The rows of a form: those of the file, if one was chosen, else those that stand in it. Raises Invalid."""
    file = uploaded("file")
    return form.get("csv") if file is None else text_of(file.data)


def country_in(form: Form) -> str | None:
    """For numbers that name no country."""
    return form.matching("country", COUNTRY, 2, "Write the country as two letters, such as GB or US.")


def _page() -> Response:
    return _show(Form({}))


def _run() -> Response:
    form = sent()
    is_trial = form.get("do") != "enter"
    country = country_in(form)
    try:
        text = csv_in(form)
        form.typed = {**form.typed, "csv": text}
        if not form.is_good:
            return _show(form, 422)
        found = current_services().imports.run(viewer(), text.encode(), dry_run=is_trial, country=country)
    except Invalid as error:
        return _show(form.refused(error), status_of(error))
    return _show(form, found=found, rows=_rows(text, found))


def _rows(text: str, found: ImportView) -> Sequence[Row]:
    """What is wrong first, then the others, each in the order of the file."""
    names: Mapping[int, str] = {
        line.row: line.draft.name for line in read_people(text.encode()).lines if line.draft is not None
    }
    ordered = sorted(found.rows, key=lambda row: (row.outcome != "error", row.row))
    return [Row(names.get(row.row, ""), row) for row in ordered[:_SHOWN]]


def _show(
    form: Form, status: int = 200, *, found: ImportView | None = None, rows: Sequence[Row] = ()
) -> Response:
    return page("candidate_import.html", status, form=form, found=found, rows=rows, most=MAX_ROWS)

"""`import`, `campaign` and `call`: people in, calls out, with a bar that shows how far it is."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from scripts.cli.api import Api

WATCH_EVERY_S = 2.0
_SHOWN = 20
_OVER = frozenset({"completed", "canceled", "paused"})
# A call has come to its end, one way or the other; what follows needs nobody on the telephone.
_CALLED = frozenset(
    {"processing", "completed", "needs_review", "unreachable", "declined", "opted_out", "canceled", "failed"}
)

console = Console()
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def _own_address() -> str:
    return os.environ.get("WEBHOOK_BASE_URL") or f"http://127.0.0.1:{os.environ.get('PORT', '8000')}"


def _with_api(command: Callable[..., None]) -> Callable[..., None]:
    """The two options that every command here takes."""
    command = click.option(
        "--url", envvar="VIVA_URL", default=_own_address, show_default="WEBHOOK_BASE_URL",
        help="Where the installation answers.",
    )(command)  # fmt: skip
    return click.option("--key", envvar="API_KEY", required=True, help="An API key; API_KEY in the environment.")(
        command
    )


@click.command("import", help="Enter the people of a CSV file as candidates.")
@click.argument("file", type=_FILE)
@click.option("--dry-run", is_flag=True, help="Say what would happen, and change nothing.")
@click.option("--country", help="Two letters, for numbers that are national and name no country.")
@_with_api
def import_people(file: Path, dry_run: bool, country: str | None, key: str, url: str) -> None:
    query = {"dry_run": "true"} if dry_run else {}
    if country:
        query["country"] = country
    data = file.read_bytes()
    with _busy(f"Reading {file.name}"):
        view = Api(url, key).post("/candidates/import", data, **query)
    if view["ignored_columns"]:
        console.print(f"Columns left out: {', '.join(view['ignored_columns'])}", markup=False)
    _reasons((row["row"], row["sentence"]) for row in view["rows"] if row["outcome"] == "error")
    would = "would be " if dry_run else ""
    console.print(
        f"{view['total']} people: {view['created']} {would}created, {view['merged']} {would}merged, "
        f"{view['unchanged']} known already, {view['errors']} with errors."
    )
    if view["errors"]:
        raise SystemExit(1)


@click.command(help="Call the people of a CSV file for a job, and watch how far it is.")
@click.argument("job")
@click.argument("file", type=_FILE)
@click.option("--dry-run", is_flag=True, help="Show when each would be called or why not; nobody is called.")
@click.option("--name", help="What the campaign is called; the file's name if left out.")
@click.option("--calls-per-minute", type=click.FloatRange(min=0, min_open=True))
@click.option("--max-concurrent", type=click.IntRange(min=1), help="How many calls at once.")
@click.option("--start-at", help="A time such as 2027-03-01T09:30:00Z.")
@click.option("--country", help="Two letters, for numbers that are national and name no country.")
@click.option("--watch/--no-watch", default=True, help="Stay and show the progress; leaving does not stop it.")
@_with_api
def campaign(
    job: str, file: Path, dry_run: bool, watch: bool, name: str | None, key: str, url: str, **options: Any
) -> None:
    api = Api(url, key)
    fields = {"job_id": job, "name": name or file.stem, **{k: str(v) for k, v in options.items() if v is not None}}
    with _busy(f"Reading {file.name}"):
        view = api.upload("/campaigns", fields, "csv", file.read_bytes(), **({"dry_run": "true"} if dry_run else {}))
    if dry_run:
        _show_plan(view)
        return
    console.print(f"Campaign {view['id']} with {view['total']} people.")
    if watch:
        _watch(api, view)


@click.command(help="Call one number for a job now, if the rules allow it, and follow the call.")
@click.argument("job")
@click.argument("phone")
@click.option("--name", default="Candidate", help="The person's name.")
@click.option("--consent", help="On what basis the person consented; kept with the candidate.")
@click.option("--watch/--no-watch", default=True, help="Follow the call; leaving does not end it.")
@_with_api
def call(job: str, phone: str, name: str, consent: str | None, watch: bool, key: str, url: str) -> None:
    api = Api(url, key)
    person: dict[str, Any] = {"name": name, "phone": phone}
    if consent:
        person["consent"] = {"basis": consent, "source": "cli"}
    view = api.post("/interviews", {"job_id": job, "candidate": person})
    path = f"/interviews/{view['id']}"
    console.print(f"Interview {view['id']}")
    if not watch:
        return
    with _bar() as bar:
        task = bar.add_task("", total=None)
        while True:
            progress = view["progress"]
            bar.update(
                task, description=_standing(view), total=progress["total"] or None, completed=progress["answered"]
            )
            if view["status"] in _CALLED:
                break
            time.sleep(WATCH_EVERY_S)
            view = api.get(path)
    if view["status"] not in {"processing", "completed", "needs_review"}:
        raise SystemExit(1)


# --- what is shown ----------------------------------------------------------------------------------------------------


def _watch(api: Api, view: dict[str, Any]) -> None:
    try:
        with _bar() as bar:
            task = bar.add_task("", total=view["total"])
            while True:
                done = round(view["progress"] * view["total"])
                bar.update(task, description=_counted(view), completed=done)
                if view["status"] in _OVER:
                    return
                time.sleep(WATCH_EVERY_S)
                view = api.get(f"/campaigns/{view['id']}")
    except KeyboardInterrupt:
        console.print(f"The campaign goes on. Stop it with POST /campaigns/{view['id']}/cancel.")


def _counted(view: dict[str, Any]) -> str:
    counts = ", ".join(f"{number} {word.replace('_', ' ')}" for word, number in view["counts"].items() if number)
    eta = f" · last call about {view['eta'][:16].replace('T', ' ')} UTC" if view["eta"] else ""
    return f"{view['status']}: {counts}{eta}"


def _standing(view: dict[str, Any]) -> str:
    action = view["next_action"]
    why = view["waiting_reason"] or (action["why"] if action else "")
    return f"{view['status'].replace('_', ' ')} {why}".strip()


def _show_plan(view: dict[str, Any]) -> None:
    table = Table("Row", "Name", "Would be called at (UTC)", "Why not")
    for row in view["rows"]:
        at = (row["call_at"] or "")[:19].replace("T", " ")
        table.add_row(str(row["row"] or ""), _plain(row["name"]), at, _plain(row["sentence"]))
    console.print(table)
    console.print(f"{view['would_call']} of {view['total']} would be called; {view['refused']} would not.")


def _reasons(rows: Any) -> None:
    found = list(rows)
    for row, sentence in found[:_SHOWN]:
        console.print(f"Row {row}: {sentence}", markup=False)
    if len(found) > _SHOWN:
        console.print(f"… and {len(found) - _SHOWN} more.")


def _plain(text: str | None) -> str:
    """What comes from a file is no markup, and no control of the terminal."""
    return "".join(sign for sign in text or "" if sign.isprintable()).replace("[", r"\[")


def _busy(words: str) -> Progress:
    progress = Progress(SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(),
                        console=console, transient=True)  # fmt: skip
    progress.add_task(_plain(words), total=None)
    return progress


def _bar() -> Progress:
    return Progress(BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}",
                    markup=False), console=console)  # fmt: skip

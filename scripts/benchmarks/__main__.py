"""`scripts/bench quick`: G1, G3, G4 and G14 of the performance goals, as one table; `scripts/bench pages`: dashboard
pages over 10,000 interviews, and webhooks beside open live pages. Exits 1 when a must is missed."""

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from db import migrate
from db.unit_of_work import Database
from scripts.benchmarks import pages, webhooks
from scripts.benchmarks.postgres import create_database, postgres
from scripts.benchmarks.seed import seed_calls
from scripts.benchmarks.servers import ROOT, product_environment

# More calls than the rounds can use up on a fast machine.
_CALLS = 4_000
_FOOTPRINTS = 3


@dataclass(frozen=True, slots=True)
class Goal:
    """One line of the table. ``higher``: more is better; then ``must`` is the least, else the most."""

    name: str
    what: str
    measured: float
    must: float
    aim: float
    beside: str
    higher: bool = True

    @property
    def is_met(self) -> bool:
        return self._reaches(self.must)

    @property
    def verdict(self) -> str:
        if not self.is_met:
            return "[red]MISS[/red]"
        return "[green]pass, aim met[/green]" if self._reaches(self.aim) else "[green]pass[/green]"

    def _reaches(self, mark: float) -> bool:
        return self.measured >= mark if self.higher else self.measured <= mark


def main() -> int:
    """0 when every must is met."""
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("what", choices=["quick", "pages"], help="what to measure")
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep the raw rounds")
    chosen = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 140)
    goals, raw = (_quick if chosen.what == "quick" else _pages)(console)
    if chosen.json:
        raw |= {"goals": [asdict(goal) for goal in goals], "cores": os.cpu_count(), "python": sys.version}
        chosen.json.write_text(json.dumps(raw, indent=1) + "\n")
    return 0 if all(goal.is_met for goal in goals) else 1


def _quick(console: Console) -> tuple[list[Goal], dict[str, Any]]:
    began_s = time.monotonic()
    load_before = os.getloadavg()
    with postgres() as folder:
        base = create_database(folder, "base")
        migrate.upgrade(base)
        database = Database(base)
        calls = seed_calls(database, _CALLS)
        database.dispose()
        measured = webhooks.measure(
            create_database(folder, "product", like="base"), create_database(folder, "peer", like="base"), calls
        )
        counts = _child("counts", folder, "base", environment=product_environment(base))
        footprints = _footprints(base)
    goals = [*_speed(measured), *_counts(counts), *_footprint(footprints)]
    console.print(_rates(measured))
    _show(console, goals, load_before, time.monotonic() - began_s, f"{webhooks.ROUNDS} interleaved rounds, medians.")
    raw = {
        "webhooks": {name: asdict(one) for name, one in measured.items()}, "counts": counts,
        "footprints": footprints, "load_before": load_before, "load_after": os.getloadavg(),
    }  # fmt: skip
    return goals, raw


def _pages(console: Console) -> tuple[list[Goal], dict[str, Any]]:
    began_s = time.monotonic()
    load_before = os.getloadavg()
    with postgres() as folder:
        url = create_database(folder, "pages")
        migrate.upgrade(url)
        database = Database(url)
        calls = seed_calls(database, _CALLS)
        database.dispose()
        times = pages.measure_pages(url)
        streams = pages.measure_streams(url, calls)
    goals = [
        Goal(
            "pages", f"{one.name}, p95 in ms", one.p95_ms, 200, 100,
            f"median {statistics.median(one.milliseconds):.0f} ms", higher=False,
        )
        for one in times
    ]  # fmt: skip
    goals += [
        Goal(
            "live", f"{what} beside {pages.STREAMS} open live pages / alone", streams.worse(name), must, aim,
            "median of pairs of rounds", higher=False,
        )
        for what, name, must, aim in (
            ("webhook p50", "p50_ms", 1.25, 1.1), ("webhook p99", "p99_ms", 1.5, 1.2),
            ("server CPU per webhook", "cpu_s", 1.15, 1.05),
        )
    ]  # fmt: skip
    said = f"{pages.INTERVIEWS} interviews; {len(streams.alone)} interleaved rounds of webhooks, medians."
    _show(console, goals, load_before, time.monotonic() - began_s, said)
    raw = {
        "pages": [asdict(one) for one in times], "streams": asdict(streams), "load_before": load_before,
        "load_after": os.getloadavg(),
    }  # fmt: skip
    return goals, raw


def _speed(measured: dict[str, webhooks.Measured]) -> list[Goal]:
    """The lower of two ratios counts: requests a second suffer from neighbours, and a noisy round must pass nothing."""
    constant, product, django = (measured[name] for name in ("constant", "product", "django"))

    def goal(name: str, what: str, other: webhooks.Measured, must: float, aim: float) -> Goal:
        rates = webhooks.ratio(product.rates, other.rates)
        cpu = webhooks.ratio(other.cpu_s, product.cpu_s)
        return Goal(name, what, min(rates, cpu), must, aim, f"requests/s {rates:.2f}, server CPU {cpu:.2f}")

    return [
        goal("G1", "answer webhook / constant Flask view, drain charged", constant, 0.25, 0.35),
        goal("G3", "answer webhook / the same in Django + DRF, drain charged", django, 1.2, 1.5),
    ]


def _counts(counts: dict[str, Any]) -> list[Goal]:
    beside = f"most of {counts['webhooks']} webhooks"
    return [
        Goal("G4", "waits for Redis in a webhook", counts["redis"], 0, 0, beside, higher=False),
        Goal("G4", "database round trips in a webhook", counts["round_trips"], 2, 1, beside, higher=False),
        Goal("G4", "HMACs in a webhook", counts["hmacs"], 2, 1, beside, higher=False),
    ]


def _footprint(runs: dict[str, list[dict[str, Any]]]) -> list[Goal]:
    def median(kind: str, name: str) -> float:
        return statistics.median(run[name] for run in runs[kind])

    def beside(name: str, unit: str) -> str:
        return f"{median('lean', name):.2f} of {median('eager', name):.2f} {unit}"

    imports = median("lean", "import_cpu_s") / median("eager", "import_cpu_s")
    memory = median("lean", "private_mib") / median("eager", "private_mib")
    return [
        Goal(
            "G14", "import time of the web process / all imported eagerly", imports, 0.45, 0.36,
            beside("import_cpu_s", "s of CPU"), higher=False,
        ),
        Goal(
            "G14", "private memory after a call / all imported eagerly", memory, 0.60, 0.54,
            beside("private_mib", "MiB"), higher=False,
        ),
    ]  # fmt: skip


def _footprints(url: str) -> dict[str, list[dict[str, Any]]]:
    runs: dict[str, list[dict[str, Any]]] = {"lean": [], "eager": []}
    environment = product_environment(url)
    for _ in range(_FOOTPRINTS):
        for kind, found in runs.items():
            run = _child("footprint", kind, url, environment=environment)
            if set(run["served"]) != {200} or (kind == "lean" and run["present"]):
                raise RuntimeError(f"not the process that was to be measured: {run}")
            found.append(run)
    return runs


def _child(module: str, *arguments: str, environment: dict[str, str]) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", f"scripts.benchmarks.{module}", *arguments],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True, timeout=60,
    )  # fmt: skip
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def _rates(measured: dict[str, webhooks.Measured]) -> Table:
    rates = Table(title=f"Answer webhooks on PostgreSQL, {webhooks.CONNECTIONS} connections", title_justify="left")
    for column in ("", "requests/s", "server CPU/request", "p50", "p99", "callers' CPU", "drain/row"):
        rates.add_column(column, justify="left" if not column else "right")
    for name, one in measured.items():
        middle = {key: statistics.median(r[key] for r in one.rounds) for key in ("p50_ms", "p99_ms")}
        rates.add_row(
            name,
            f"{statistics.median(r['requests'] / r['seconds'] for r in one.rounds):.0f}",
            f"{(statistics.median(one.cpu_s) - one.drained.cpu_s) * 1e6:.0f} µs",
            f"{middle['p50_ms']:.1f} ms",
            f"{middle['p99_ms']:.1f} ms",
            f"{statistics.median(r['cpu_s'] / r['seconds'] for r in one.rounds):.0%}",
            f"{one.drained.seconds * 1e6:.0f} µs" if one.drained.seconds else "-",
        )
    return rates


def _show(console: Console, goals: list[Goal], load: tuple[float, ...], took_s: float, said: str) -> None:
    table = Table(title="Goals (design: performance)", title_justify="left")
    for column in ("Goal", "What", "Measured", "Must", "Aim", "", "Beside"):
        table.add_column(column, justify="right" if column in {"Measured", "Must", "Aim"} else "left")
    for goal in goals:
        sign = "≥" if goal.higher else "≤"
        table.add_row(
            goal.name, goal.what, f"{goal.measured:.3g}", f"{sign} {goal.must:g}", f"{sign} {goal.aim:g}",
            goal.verdict, goal.beside,
        )  # fmt: skip
    console.print(table)
    after = os.getloadavg()
    console.print(
        f"{os.cpu_count()} cores; load average {load[0]:.1f} before, {after[0]:.1f} after; {took_s:.0f} s in all. "
        f"{said}"
    )
    if max(load[0], after[0]) > 2 * (os.cpu_count() or 1):
        console.print("[yellow]This machine was busy with other things: run it again when it is quiet.[/yellow]")


if __name__ == "__main__":
    sys.exit(main())

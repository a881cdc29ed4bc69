"""Many interviews over the doubles, with processes ended and faults on the way, and everything that was promised
looked up afterwards: ``scripts/soak``."""

import argparse
import dataclasses
import json
import shutil
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from db import migrate
from scripts.benchmarks.postgres import create_database, postgres
from scripts.soaking.redis_process import RedisServer, make_redis_server
from scripts.soaking.run import Found, Order, soak


def main() -> int:
    """0 when no promise was broken and nothing grew."""
    parser = argparse.ArgumentParser(prog="scripts/soak", description=__doc__)
    parser.add_argument("--people", type=int, default=2000, help="interviews (default 2000)")
    parser.add_argument("--kills", type=int, default=0, help="processes of the product and Redis ended on the way")
    parser.add_argument("--faults", type=float, default=1.0, help="percent of the people who meet a small fault")
    parser.add_argument("--seed", type=int, default=1, help="the same seed, the same faults")
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="postgres")
    parser.add_argument("--json", type=Path, help="write what was found there")
    chosen = parser.parse_args()
    console = Console(highlight=False)
    order = Order(chosen.people, chosen.kills, chosen.faults, chosen.seed)
    redis = make_redis_server()
    redis.start()
    try:
        if chosen.database == "postgres":
            with postgres() as socket_dir:
                found = _watched(order, create_database(socket_dir, "soak"), redis, console)
        else:
            folder = Path(tempfile.mkdtemp(prefix="viva-soak-"))
            try:
                found = _watched(order, f"sqlite:///{folder}/viva.sqlite3", redis, console)
            finally:
                shutil.rmtree(folder, ignore_errors=True)
    finally:
        redis.stop()
    if chosen.json:
        chosen.json.write_text(json.dumps(dataclasses.asdict(found), indent=2, default=str) + "\n")
    _report(order, found, console)
    return 1 if found.problems or found.growth else 0


def _watched(order: Order, database_url: str, redis: RedisServer, console: Console) -> Found:
    migrate.upgrade(database_url)
    columns = (TextColumn("interviews"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("interviews", total=order.people)
        return soak(order, database_url, redis, lambda over, _: progress.update(task, completed=over))


def _report(order: Order, found: Found, console: Console) -> None:
    ends = ", ".join(f"{count} {status}" for status, count in sorted(found.ends.items()))
    counts = f"{found.dials} calls, {found.accepted} recordings taken, {found.answers} answers"
    console.print(f"{order.people} interviews (seed {order.seed}), {counts}: {ends}.")
    kills = ", ".join(f"{count} × {target}" for target, count in sorted(found.kills.items())) or "none"
    console.print(f"Ended on the way: {kills}. {found.afflicted} people met a fault. {found.took_s:.0f} s in all.")
    for name, (warm, end) in found.held.items():
        console.print(
            f"{name}: memory {warm.memory_mb:.0f} → {end.memory_mb:.0f} MB, handles {warm.handles} → {end.handles}, "
            f"threads {warm.threads} → {end.threads}"
        )
    for sentence in found.growth:
        console.print(f"[red]grew:[/red] {sentence}")
    for sentence in found.problems[:40]:
        console.print(f"[red]broken:[/red] {sentence}")
    if not found.problems and not found.growth:
        console.print("No answer lost, nobody dialled twice for one start, nothing rated twice, nothing grew.")


if __name__ == "__main__":
    sys.exit(main())

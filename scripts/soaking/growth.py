"""What the product's processes hold: memory, file handles, threads and temporary files, at two moments."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from scripts.demonstration.stage import Stage
from scripts.soaking.kills import children

# What a process may hold more at the end than when it was warm, before it counts as growth.
_MEMORY_SHARE, _MEMORY_MB, _HANDLES, _THREADS, _FILES = 1.2, 25.0, 15, 8, 5


@dataclass(frozen=True, slots=True)
class Holding:
    """Of one process, by its id: ``memory_mb`` is resident."""

    name: str
    memory_mb: float
    handles: int
    threads: int


def holdings(stage: Stage) -> dict[int, Holding]:
    """Of the web server and the workers with all their children."""
    found = {}
    for name, process in list(stage.processes.items()):
        if name != "web" and not name.startswith("worker-"):
            continue
        for pid in (process.pid, *children(process.pid)):
            with suppress(OSError, StopIteration):  # it may end while it is looked at
                found[pid] = _holding(name, pid)
    return found


def temporary_files(folder: Path) -> int:
    """How many files lie in the folder that the processes were given for them."""
    return sum(1 for path in folder.rglob("*") if path.is_file())


def growths(warm: dict[int, Holding], end: dict[int, Holding], files_warm: int, files_end: int) -> list[str]:
    """One sentence for each thing that grew, of the processes that lived from the first moment to the second."""
    found = []
    for pid in warm.keys() & end.keys():
        before, after = warm[pid], end[pid]
        if after.memory_mb > before.memory_mb * _MEMORY_SHARE + _MEMORY_MB:
            found.append(f"{after.name}: memory {before.memory_mb:.0f} → {after.memory_mb:.0f} MB")
        if after.handles > before.handles + _HANDLES:
            found.append(f"{after.name}: file handles {before.handles} → {after.handles}")
        if after.threads > before.threads + _THREADS:
            found.append(f"{after.name}: threads {before.threads} → {after.threads}")
    if files_end > files_warm + _FILES:
        found.append(f"temporary files {files_warm} → {files_end}")
    return found


def _holding(name: str, pid: int) -> Holding:
    folder = Path(f"/proc/{pid}")
    status = dict(line.split(":", 1) for line in (folder / "status").read_text().splitlines() if ":" in line)
    memory_mb = int(status["VmRSS"].split()[0]) / 1024 if "VmRSS" in status else 0.0
    return Holding(name, memory_mb, sum(1 for _ in (folder / "fd").iterdir()), int(status["Threads"]))

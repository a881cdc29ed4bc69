"""A run's results on disk: one JSON object a line, appended as they come, so that an interruption loses nothing."""

import json
import os
import threading
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from scripts.evaluation.configuration import Configuration
from scripts.evaluation.results import Failure, Result

# The kind of a line: a configuration that begins, a row that was rated, a row that could not be.
_CONFIGURATION, _RESULT, _FAILURE = "configuration", "result", "failure"
_KINDS = {Result: _RESULT, Failure: _FAILURE}


class BadRunFile(Exception):
    """The file is no run of ours; the message says where."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a run file holds: its configurations by hash in the order of their beginning, and all results."""

    configurations: dict[str, Configuration]
    results: tuple[Result, ...]

    @property
    def newest(self) -> Configuration:
        """The configuration that was begun last. BadRunFile when there is none."""
        if not self.configurations:
            raise BadRunFile("The run file holds no configuration.")
        return list(self.configurations.values())[-1]

    def of(self, configuration: Configuration) -> dict[tuple[str, str], Result]:
        """Its results by row and the digest of the row's content; the last one counts."""
        wanted = configuration.hash
        return {(one.row, one.digest): one for one in self.results if one.configuration == wanted}


def read_run(path: Path) -> Recorded:
    """What stands in the file; nothing if there is none yet. A last line that was cut off is left out.

    Raises:
        BadRunFile: another line is not of our making.
    """
    configurations: dict[str, Configuration] = {}
    results: list[Result] = []
    lines = path.read_text(encoding="utf-8", errors="replace").split("\n") if path.exists() else [""]
    # What follows the last end of a line was being written when the run was killed; its row is asked for again.
    for number, line in enumerate(lines[:-1], 1):
        try:
            plain: dict[str, Any] = json.loads(line)
            match plain.pop("kind"):
                case "configuration":
                    configuration = Configuration.from_plain(plain)
                    # A configuration that is taken up again is the newest again.
                    configurations.pop(configuration.hash, None)
                    configurations[configuration.hash] = configuration
                case "result":
                    results.append(Result.from_plain(plain))
                case "failure":
                    pass
                case other:
                    raise ValueError(f"unknown kind {other!r}")
        except (ValueError, TypeError, KeyError, AttributeError):
            raise BadRunFile(f"{path}, line {number}, is no line of a run.") from None
    return Recorded(configurations, tuple(results))


class RunFile:
    """Appends to a run; whole lines, from any thread, on disk when ``add`` returns."""

    def __init__(self, path: Path, configuration: Configuration) -> None:
        self._path = path
        self._configuration = configuration
        self._lock = threading.Lock()

    def __enter__(self) -> "RunFile":
        self._path.parent.mkdir(parents=True, exist_ok=True)
        _drop_torn_line(self._path)
        self._file: IO[str] = self._path.open("a", encoding="utf-8")
        self._write({"kind": _CONFIGURATION, **self._configuration.plain()})
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def add(self, one: Result | Failure) -> None:
        """Write one line."""
        self._write({"kind": _KINDS[type(one)], **one.plain()})

    def _write(self, plain: dict[str, Any]) -> None:
        line = json.dumps(plain, ensure_ascii=False) + "\n"
        with self._lock:
            self._file.write(line)
            self._file.flush()
            os.fsync(self._file.fileno())


def _drop_torn_line(path: Path) -> None:
    """A line without its end would run into the next one."""
    if not path.exists():
        return
    content = path.read_bytes()
    end = content.rfind(b"\n") + 1
    if end < len(content):
        with path.open("r+b") as file:
            file.truncate(end)

"""The files by which others run us (Procfile, Docker, systemd) say the same, and name what is there."""

from __future__ import annotations

import configparser
import fnmatch
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parent.parent
OPERATIONS = ROOT / "docs" / "operations"


def procfile() -> dict[str, list[str]]:
    lines = (ROOT / "Procfile").read_text().splitlines()
    return {name: shlex.split(command) for name, _, command in (line.partition(": ") for line in lines)}


def dockerfile() -> list[list[str]]:
    """Every instruction with its words."""
    text = re.sub(r"\\\n", " ", (ROOT / "Dockerfile").read_text())
    return [line.split(maxsplit=1) for line in text.splitlines() if line and not line.startswith("#")]


def compose() -> dict[str, Any]:
    return dict(yaml.safe_load((ROOT / "compose.yaml").read_text())["services"])


def unit(name: str) -> configparser.ConfigParser:
    found = configparser.ConfigParser(strict=False, interpolation=None)
    found.optionxform = str  # type: ignore[assignment,method-assign]
    found.read(OPERATIONS / name)
    return found


def test_every_copied_file_exists_and_is_not_ignored() -> None:
    kept = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = set()
    for instruction, words in dockerfile():
        if instruction == "COPY" and "--from=" not in words:
            copied |= set(words.split()[:-1])
    assert copied and all((ROOT / source).exists() for source in copied)
    assert copied == kept
    assert not any(fnmatch.fnmatch(secret, pattern) for secret in (".env", "instance", ".git") for pattern in kept)


def test_everything_that_the_product_imports_is_copied() -> None:
    tracked = subprocess.run(["git", "ls-files", "*.py"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    packages = {name.split("/")[0] for name in tracked.splitlines() if "/" in name} - {"tests", "docs"}
    copied = {words.split()[0] for instruction, words in dockerfile() if instruction == "COPY"}
    assert packages <= copied


def test_docker_runs_what_the_procfile_runs() -> None:
    services = compose()
    for name, command in procfile().items():
        assert services[name]["command"] == command
    [(_, command)] = [line for line in dockerfile() if line[0] == "CMD"]
    assert yaml.safe_load(command) == procfile()["web"]


def test_the_image_runs_as_nobody_special_and_says_whether_it_lives() -> None:
    instructions = dockerfile()
    user = [words for name, words in instructions if name == "USER"]
    assert user == ["10001"]
    after = instructions[instructions.index(["USER", "10001"]) :]
    assert not [name for name, _ in after if name in {"RUN", "COPY", "ADD"}]
    [(_, check)] = [line for line in instructions if line[0] == "HEALTHCHECK"]
    assert "/healthz" in check
    [install] = [words for name, words in instructions if name == "RUN" and "pip install" in words]
    assert "--require-hashes" in install


def test_the_healthcheck_is_a_program_that_tells_well_from_ill() -> None:
    [(_, check)] = [line for line in dockerfile() if line[0] == "HEALTHCHECK"]
    _, _, code = yaml.safe_load(check.partition("CMD ")[2])
    done = subprocess.run([sys.executable, "-c", code], env={"PORT": "9"}, capture_output=True, text=True)
    assert done.returncode != 0 and "Connection refused" in done.stderr


def test_compose_waits_for_the_tables_and_keeps_what_must_be_kept() -> None:
    services = compose()
    for name in ("web", "worker"):
        assert services[name]["depends_on"]["release"]["condition"] == "service_completed_successfully"
        assert services[name]["volumes"] == ["data:/data"] and services[name]["read_only"] is True
    # No port but the web's, and that for this machine's proxy alone.
    assert {name: one["ports"] for name, one in services.items() if "ports" in one} == {
        "web": ["127.0.0.1:8000:8000"]
    }  # fmt: skip


@pytest.mark.parametrize(("name", "process"), [("viva-web.service", "web"), ("viva-worker.service", "worker")])
def test_systemd_runs_what_the_procfile_runs(name: str, process: str) -> None:
    service = unit(name)["Service"]
    words = shlex.split(service["ExecStart"])
    assert [Path(words[0]).name, *words[1:]] == procfile()[process]
    assert service["NoNewPrivileges"] == "yes" and service["User"] == "viva"
    # Longer than gunicorn's and the worker's own grace.
    assert int(service["TimeoutStopSec"]) > 20

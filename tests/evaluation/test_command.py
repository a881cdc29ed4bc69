"""`scripts/evaluate` as an operator runs it: over the OpenAI double, killed and resumed, compared, and reported."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scripts.demonstration.stage import ROOT, Stage
from scripts.evaluation.findings import findings
from scripts.evaluation.html_report import html_report
from scripts.evaluation.rows import LabelledSet
from tests.evaluation.material import answer, by_row, configuration, result, row, write_jsonl

COMMAND = [sys.executable, "-m", "scripts.evaluation"]
DEMO = "demo, not an assessment"


def environment(tmp_path: Path, **given: str) -> dict[str, str]:
    """Nothing of this machine's own settings or .env."""
    keep = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**keep, "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path), **given}


def evaluate(tmp_path: Path, *arguments: str, typed: str = "", **given: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments], cwd=tmp_path, env=environment(tmp_path, **given), input=typed, capture_output=True,
        text=True, timeout=120, check=False,
    )  # fmt: skip


@pytest.fixture
def stage() -> Iterator[Stage]:
    """The double alone, slow enough to be interrupted."""
    with Stage(numbers=[], model_latency_ms=150) as stage:
        stage.start_model()
        yield stage


def model_of(stage: Stage) -> dict[str, str]:
    told = stage.environment()
    names = ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_MODEL", "SIMULATED")
    return {name: told[name] for name in names}


def lines(path: Path, kind: str) -> list[dict[str, Any]]:
    """The whole lines of this kind."""
    if not path.exists():
        return []
    found = [json.loads(line) for line in path.read_text().split("\n")[:-1]]
    return [one for one in found if one["kind"] == kind]


@pytest.mark.slow
def test_our_own_set_over_the_double(tmp_path: Path) -> None:
    done = evaluate(tmp_path, "--double", "--resamples", "100")
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert DEMO in done.stdout and "Nothing is paid" in done.stdout and "by our price table" in done.stdout
    (page,) = (tmp_path / "instance" / "evaluation").glob("answers-demo-gpt-*.html")
    report = json.loads(page.with_suffix(".json").read_text())
    assert DEMO in report["note"] and DEMO in page.read_text().lower()
    assert report["rows"] == report["rated"] == 66 and report["set"]["problems"] == []
    overall = report["overall"]
    for name in ("qwk", "kappa", "pearson", "rmse", "bias"):
        one = overall[name]
        assert one["low"] <= one["value"] <= one["high"], name
    assert overall["qwk"]["value"] > 0.5, "the double follows key points, as people roughly do"
    assert set(overall["per_level"]) == {"1", "2", "3", "4", "5"}
    assert report["among_people"]["rows"] >= 30
    assert len(report["guises"]["pairs"]) == 10 and report["guises"]["worst"] is not None
    assert report["guises"]["mean_gap"]["low"] is not None
    assert len(report["injections"]["rows"]) == 10 and report["injections"]["passed"]["value"] == 1
    assert report["injections"]["false_alarms"]["value"] == 0
    assert report["needs_review"]["high"] is not None and report["unverified_quotes"]["n"] > 500
    assert float(report["usage"]["usd"]) > 0
    text = page.read_text()
    assert text.count("<svg") >= 6
    assert not re.search(r"""(src|href)\s*=\s*["']|url\(|@import|<script""", text), "nothing is loaded from elsewhere"


@pytest.mark.slow
def test_a_killed_run_goes_on_where_it_was_and_can_be_compared(tmp_path: Path, stage: Stage) -> None:
    model = model_of(stage)
    run, other = tmp_path / "run.jsonl", tmp_path / "other.jsonl"
    asked = ["--yes", "--parallel", "2", "--samples", "1", "--run", str(run), "--resamples", "50"]
    started = subprocess.Popen(
        [*COMMAND, *asked], cwd=tmp_path, env=environment(tmp_path, **model), stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while len(lines(run, "result")) < 5:
        assert started.poll() is None and time.monotonic() < deadline
        time.sleep(0.05)
    started.send_signal(signal.SIGKILL)
    started.wait(10)
    before = [(one["row"], one["digest"]) for one in lines(run, "result")]
    assert 5 <= len(before) < 66

    resumed = evaluate(tmp_path, *asked, **model)
    assert resumed.returncode == 0, resumed.stdout[-2000:] + resumed.stderr[-2000:]
    assert f"{66 - len(before)} rows to rate. {len(before)} are there already." in resumed.stdout
    after = Counter((one["row"], one["digest"]) for one in lines(run, "result"))
    assert len(after) == 66 and set(after.values()) == {1}, "no row was asked for twice"
    assert [key for key in after][: len(before)] == before
    assert DEMO in resumed.stdout, "a double is a double, whoever started it"

    again = evaluate(tmp_path, *asked, **model)
    assert again.returncode == 0 and "0 rows to rate. 66 are there already." in again.stdout
    assert len(lines(run, "result")) == 66

    compared = evaluate(
        tmp_path, "--yes", "--samples", "2", "--run", str(other), "--compare", str(run), "--resamples", "50", **model
    )
    assert compared.returncode == 0, compared.stdout[-2000:] + compared.stderr[-2000:]
    assert "Against demo-gpt" in compared.stdout and "on 66 rows that both have rated" in compared.stdout
    report = json.loads(other.with_suffix(".json").read_text())
    assert (report["configuration"]["samples"], report["comparison"]["other"]["samples"]) == (2, 1)
    differences = {one["name"]: one for one in report["comparison"]["differences"]}
    assert differences["qwk"]["verdict"] == "the same", "the double says the same to the same"
    assert {"kappa", "pearson", "rmse", "needs_review", "guise_gap", "injections_passed"} <= set(differences)
    assert "Against another configuration" in other.with_suffix(".html").read_text()


@pytest.mark.slow
def test_nothing_is_asked_while_a_row_is_wrong(tmp_path: Path) -> None:
    path = write_jsonl(tmp_path / "set.jsonl", [row("a"), row("b") | {"transcript": ""}])
    done = evaluate(tmp_path, str(path), OPENAI_API_KEY="sk-test", OPENAI_BASE_URL="http://127.0.0.1:9/v1")
    assert done.returncode == 2
    assert "set.jsonl, line 2: transcript: is empty." in done.stdout and "Nothing was asked." in done.stdout


@pytest.mark.slow
def test_money_is_spent_only_after_a_yes(tmp_path: Path) -> None:
    path = write_jsonl(tmp_path / "set.jsonl", [row("a")])
    model = {"OPENAI_API_KEY": "sk-test", "OPENAI_BASE_URL": "http://127.0.0.1:9/v1"}
    done = evaluate(tmp_path, str(path), "--run", "run.jsonl", typed="n\n", **model)
    assert done.returncode == 2 and "About 3 requests to gpt-6-luna" in done.stdout and "Go on?" in done.stdout
    assert not (tmp_path / "run.jsonl").exists()
    nobody_there = evaluate(tmp_path, str(path), "--run", "run.jsonl", typed="", **model)
    assert nobody_there.returncode != 0 and not (tmp_path / "run.jsonl").exists()


@pytest.mark.slow
def test_the_model_that_rates_is_named(tmp_path: Path) -> None:
    path = write_jsonl(tmp_path / "set.jsonl", [row("a")])
    model = {"OPENAI_API_KEY": "sk-test", "OPENAI_BASE_URL": "http://127.0.0.1:9/v1", "OPENAI_MODEL": "gpt-5.6-terra"}
    assert "requests to gpt-5.6-terra" in evaluate(tmp_path, str(path), typed="n\n", **model).stdout
    chosen = evaluate(tmp_path, str(path), "--model", "gpt-5.6-luna", typed="n\n", **model)
    assert "requests to gpt-5.6-luna" in chosen.stdout
    model |= {"OPENAI_MODEL_SCORING": "gpt-5.6-luna"}
    assert "requests to gpt-5.6-luna" in evaluate(tmp_path, str(path), typed="n\n", **model).stdout
    own = {"AI_MODEL_API_ENDPOINT": "http://127.0.0.1:9", "AI_MODEL_NAME": "ours", "AI_MODEL_VERSION": "2"}
    assert "requests to ours@2" in evaluate(tmp_path, str(path), typed="n\n", **own).stdout


@pytest.mark.slow
def test_without_a_key_it_says_what_to_do(tmp_path: Path) -> None:
    done = evaluate(tmp_path)
    assert done.returncode == 2 and "OPENAI_API_KEY is not set" in done.stdout and "--double" in done.stdout


def test_a_page_with_somebody_elses_words_stays_a_page() -> None:
    evil = "<script>alert(1)</script>\"'&"
    answers = (answer("base"), answer(evil, 4, variant_of="base", guise=evil))
    results = by_row(result("base", 5.0), result(evil, 7.5))
    labelled = LabelledSet((evil,), answers, ())
    page = html_report(labelled, findings(labelled, results, configuration(model=evil), resamples=0), None)
    assert "<script" not in page and "&lt;script&gt;" in page


def test_an_empty_run_is_a_page_too() -> None:
    labelled = LabelledSet(("set.jsonl",), (answer("a"),), ())
    page = html_report(labelled, findings(labelled, {}, configuration(), resamples=0), None)
    assert "No row has a number from both." in page and "not rated yet" in page and DEMO not in page.lower()

"""The command: reads the set, says what it will cost, rates what is missing, and reports."""

import contextlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from ivr.gateways.prompts import Prompt
from ivr.services.judging import Judge
from ivr.settings import BadSettings
from scripts.demonstration.stage import StageError
from scripts.evaluation import server as servers
from scripts.evaluation.bootstrap import RESAMPLES
from scripts.evaluation.comparison import Comparison, compare
from scripts.evaluation.configuration import Configuration, prompt_from
from scripts.evaluation.estimate import estimate
from scripts.evaluation.findings import findings
from scripts.evaluation.html_report import html_report
from scripts.evaluation.json_report import json_report
from scripts.evaluation.reading import UnreadableSet, read_sets
from scripts.evaluation.results import Failure, Result
from scripts.evaluation.rows import LabelledSet
from scripts.evaluation.run_file import BadRunFile, Recorded, RunFile, read_run
from scripts.evaluation.running import Runner, RunStopped
from scripts.evaluation.terminal import progress_bar, show_comparison, show_estimate, show_findings, show_problems

SAMPLES = Path(__file__).resolve().parents[1] / "samples" / "evaluation"
_FOLDER = Path("instance") / "evaluation"
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_NEW_FILE = click.Path(dir_okay=False, path_type=Path)


@dataclass(frozen=True, slots=True)
class _Wishes:
    """What was asked for at the terminal."""

    sets: tuple[Path, ...]
    use_double: bool
    model: str | None
    prompt: Prompt
    samples: int | None
    parallel: int
    is_agreed: bool
    skip_wrong: bool
    run: Path | None
    report: Path | None
    other: Path | None
    resamples: int


@click.command(
    help="Rate labelled answers (JSONL or CSV, see docs/evaluate.md) with the judge that rates real ones, and report "
    "how far it agrees with people. Without a file, the small set of scripts/samples/evaluation. What was rated "
    "before is not asked for again.",
)
@click.argument("sets", nargs=-1, type=_FILE)
@click.option("--double", "use_double", is_flag=True, help="Ask the project's double: no key, no cost, demo numbers.")
@click.option("--model", help="Another model than OPENAI_MODEL_SCORING or OPENAI_MODEL.")
@click.option("--prompt", "prompt_path", type=_FILE, help="Another prompt than ivr/gateways/prompts/score_answer.md.")
@click.option("--samples", type=click.IntRange(1, 9), help="Samples an answer; OPENAI_SCORING_SAMPLES if left out.")
@click.option("--parallel", type=click.IntRange(1, 64), default=8, show_default=True, help="Rows at a time.")
@click.option("--yes", "is_agreed", is_flag=True, help="Do not ask before money is spent.")
@click.option("--skip-wrong", is_flag=True, help="Go on without wrong rows; the report names them.")
@click.option("--run", type=_NEW_FILE, help="Where results are kept; named by set and configuration if left out.")
@click.option("--report", type=_NEW_FILE, help="The HTML report, JSON beside it; by the run if left out.")
@click.option("--compare", "other", type=_FILE, help="The run file of another configuration on the same set.")
@click.option(
    "--resamples", type=click.IntRange(0, 20_000), default=RESAMPLES, show_default=True, help="Bootstrap draws."
)
def evaluate(prompt_path: Path | None, sets: tuple[Path, ...], **given: Any) -> None:
    console = Console(highlight=False, soft_wrap=True)
    try:
        wishes = _Wishes(sets=sets or tuple(sorted(SAMPLES.glob("*.jsonl"))), prompt=prompt_from(prompt_path), **given)
        status = _evaluate(console, wishes)
    except (UnreadableSet, BadRunFile, BadSettings, StageError) as error:
        console.print(str(error), style="red", markup=False)
        status = 2
    except (OSError, UnicodeDecodeError) as error:
        console.print(f"A file cannot be read or written: {error}.", style="red", markup=False)
        status = 2
    raise SystemExit(status)


def _evaluate(console: Console, wishes: _Wishes) -> int:
    """0 when every row has a result, 1 when some have none, 2 when nothing was begun, 130 after Ctrl-C."""
    labelled = read_sets(wishes.sets)
    if labelled.problems:
        show_problems(console, labelled.problems)
        if not wishes.skip_wrong:
            console.print("Nothing was asked. Mend them, or go on without them: --skip-wrong.")
            return 2
    if not labelled.answers:
        console.print("There is no answer to rate.", style="red")
        return 2
    with _server(wishes) as server:
        samples = wishes.samples or server.samples
        configuration = Configuration.of(
            model=server.name, server=server.place, prompt=wishes.prompt, samples=samples, simulated=server.simulated
        )
        path = wishes.run or _FOLDER / f"{_file_name(labelled, configuration)}.jsonl"
        recorded = read_run(path)
        other = _other_run(wishes, configuration)
        done = recorded.of(configuration)
        missing = [answer for answer in labelled.answers if (answer.id, answer.digest) not in done]
        expected = estimate(missing, model=server.name, prompt=wishes.prompt, samples=samples)
        there = len(labelled.answers) - len(missing)
        show_estimate(console, expected, there=there, model=server.name, simulated=server.simulated)
        if missing and not (wishes.is_agreed or server.simulated or click.confirm("Go on?")):
            return 2
        failures: list[Failure] = []
        stopped = 0
        with RunFile(path, configuration) as file, progress_bar(console, len(missing)) as count:
            runner = Runner(
                Judge(wishes.prompt, samples=samples), server.model, configuration, file, parallel=wishes.parallel
            )
            try:
                _, failures = runner.run(missing, count)
            except RunStopped as error:
                console.print(str(error), style="red", markup=False)
                stopped = 1
            except KeyboardInterrupt:
                console.print("Interrupted.", style="red")
                stopped = 130
    if stopped:
        console.print(f"What is rated is kept in {path}; the same command goes on from there.", markup=False)
        return stopped
    return _report(console, wishes, labelled, configuration, path, failures, other)


def _report(
    console: Console,
    wishes: _Wishes,
    labelled: LabelledSet,
    configuration: Configuration,
    path: Path,
    failures: list[Failure],
    other: "tuple[Configuration, Recorded] | None",
) -> int:
    """Everything from what is on disk, so that a resumed run reports like one that was never interrupted."""
    results = _by_row(labelled, read_run(path).of(configuration))
    comparison: Comparison | None = None
    with console.status("Computing intervals"):
        found = findings(labelled, results, configuration, failures=failures, resamples=wishes.resamples)
        if other is not None:
            other_configuration, recorded = other
            theirs = _by_row(labelled, recorded.of(other_configuration))
            comparison = compare(labelled.answers, results, theirs, other_configuration, resamples=wishes.resamples)
    show_findings(console, found)
    if comparison is not None:
        show_comparison(console, comparison)
    page = wishes.report or path.with_suffix(".html")
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(html_report(labelled, found, comparison), encoding="utf-8")
    page.with_suffix(".json").write_text(json_report(labelled, results, found, comparison), encoding="utf-8")
    console.print(f"Report: {page} and {page.with_suffix('.json')}; results: {path}", markup=False)
    return 1 if found.unrated else 0


def _server(wishes: _Wishes) -> contextlib.AbstractContextManager[servers.Server]:
    named = {"openai_model_scoring": wishes.model} if wishes.model else {}
    if wishes.use_double:
        return servers.double(wishes.parallel, **named)
    return contextlib.nullcontext(servers.configured(wishes.parallel, **named))


def _other_run(wishes: _Wishes, configuration: Configuration) -> tuple[Configuration, Recorded] | None:
    """The newest configuration in the file to compare with that is not this one."""
    if wishes.other is None:
        return None
    recorded = read_run(wishes.other)
    others = [one for one in recorded.configurations.values() if one != configuration]
    if not others:
        raise BadRunFile(f"{wishes.other} holds no other configuration than {configuration.title}.")
    return others[-1], recorded


def _by_row(labelled: LabelledSet, done: Mapping[tuple[str, str], Result]) -> dict[str, Result]:
    """The results of the rows as they are written now; a row whose words have changed has none."""
    keys = {(answer.id, answer.digest) for answer in labelled.answers}
    return {id: result for (id, digest), result in done.items() if (id, digest) in keys}


def _file_name(labelled: LabelledSet, configuration: Configuration) -> str:
    stem = re.sub(r"[^\w.-]+", "-", f"{Path(labelled.names[0]).stem}-{configuration.model}")
    return f"{stem}-{configuration.hash[:8]}"

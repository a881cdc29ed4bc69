"""What is said at the terminal: wrong rows, the estimate, progress, and the findings as tables."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from scripts.evaluation.agreement import Agreement
from scripts.evaluation.comparison import Comparison
from scripts.evaluation.estimate import Estimate
from scripts.evaluation.findings import Findings
from scripts.evaluation.results import Failure, Result
from scripts.evaluation.rows import Problem
from scripts.evaluation.words import DEMO, DIFFERENCES, number, percent, reason_words, share_words

_MOST_NAMED = 20


def show_problems(console: Console, problems: Sequence[Problem]) -> None:
    """Every wrong row by its place."""
    console.print(f"{len(problems)} {'row is' if len(problems) == 1 else 'rows are'} wrong:", style="red")
    for problem in problems:
        console.print(f"  {problem.place}: {problem.sentence}", markup=False)


def show_estimate(console: Console, expected: Estimate, *, there: int, model: str, simulated: bool) -> None:
    """What is about to be asked, and what it will cost."""
    have = f" {there} are there already." if there else ""
    console.print(f"{expected.rows} rows to rate.{have}", markup=False)
    if not expected.rows:
        return
    tokens = f"{expected.input_tokens:,} tokens in, {expected.output_tokens:,} out"
    if expected.usd is None:
        cost = f"The price table (ivr/gateways/prices.json) does not know {model}, so the cost is not known."
    else:
        cost = f"About ${expected.usd:.2f} by our price table; what the model thinks before it writes comes on top."
    console.print(f"About {expected.requests:,} requests to {model}, {tokens}. {cost}", markup=False)
    if simulated:
        console.print("Nothing is paid: a double answers.")


class Counter:
    """Hears of each row and moves the bar."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress = progress
        self._task = progress.add_task("rating", total=total, failed="")
        self._failed = 0

    def __call__(self, one: Result | Failure) -> None:
        self._failed += isinstance(one, Failure)
        failed = f"{self._failed} failed" if self._failed else ""
        self._progress.update(self._task, advance=1, failed=failed)


@contextmanager
def progress_bar(console: Console, total: int) -> Iterator[Counter]:
    """A bar with rows done, time gone and time left."""
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        TimeRemainingColumn(), TextColumn("[red]{task.fields[failed]}"),
    )  # fmt: skip
    with Progress(*columns, console=console) as progress:
        yield Counter(progress, total)


def show_findings(console: Console, found: Findings) -> None:
    """The tables of one run."""
    if found.is_demo:
        console.print(f"\n{DEMO}", style="bold yellow")
    console.print(f"\n{found.configuration.title}: {found.rated} of {found.rows} rows rated.", markup=False)
    _show_overall(console, found.overall)
    _show_parts(console, {"criterion": found.criteria, "type": found.types, "language": found.languages})
    if found.among_people.rows:
        people = found.among_people
        console.print(
            f"Among people: QWK {number(people.people)} on {people.rows} rows; the judge there {number(people.judge)}.",
            markup=False,
        )
        if people.warning:
            console.print(people.warning, style="red", markup=False)
    _show_pairs(console, found)
    usd = "unknown" if found.usage.usd is None else f"${found.usage.usd:.4f}"
    console.print(
        f"Paid: {found.usage.requests:,} requests, {found.usage.input_tokens:,} tokens in, "
        f"{found.usage.output_tokens:,} out, {usd}.",
        markup=False,
    )
    for line in found.unrated[:_MOST_NAMED]:
        console.print(f"Not rated: {line}", style="red", markup=False)
    if len(found.unrated) > _MOST_NAMED:
        console.print(f"and {len(found.unrated) - _MOST_NAMED} more; the report names all.", style="red")


def show_comparison(console: Console, comparison: Comparison) -> None:
    """This run against the other."""
    console.print(f"\nAgainst {comparison.other.title}, on {comparison.rows} rows that both have rated:", markup=False)
    table = _table("", "this", "other", "difference", "this is")
    for one in comparison.differences:
        as_share = one.name in {"needs_review", "injections_passed"}
        write = percent if as_share else _plain
        table.add_row(
            DIFFERENCES[one.name], write(one.this), write(one.other), number(one.difference, sign=True), one.verdict
        )
    console.print(table)


def _show_overall(console: Console, one: Agreement) -> None:
    table = _table("Agreement with people", f"{one.rows} rows, 95 % intervals")
    for name, value in (
        ("quadratic weighted kappa", number(one.qwk)),
        ("Cohen's kappa", number(one.kappa)),
        ("Pearson", number(one.pearson)),
        ("RMSE (1-5)", number(one.rmse)),
        ("bias (above 0: milder than people)", number(one.bias, sign=True)),
        ("within one level", share_words(one.within_one)),
        *((f"same level where a person gave {level}", share_words(value)) for level, value in one.per_level.items()),
    ):
        table.add_row(name, value)
    console.print(table)


def _show_parts(console: Console, parts: Mapping[str, Sequence[Agreement]]) -> None:
    table = _table("Part", "rows", "QWK", "RMSE", "bias")
    for kind, several in parts.items():
        for one in several:
            name = Text(f"{kind} {one.name}".replace("_", " "))
            table.add_row(name, str(one.rows), number(one.qwk), _plain(one.rmse.value), _plain(one.bias.value, "+"))
        table.add_section()
    console.print(table)


def _show_pairs(console: Console, found: Findings) -> None:
    table = _table("Guises, attacks, reviews, quotes", "")
    guises, attacks = found.guises, found.attacks
    if guises.pairs:
        table.add_row(f"mean gap between guises, 0-10 ({len(guises.pairs)} pairs)", number(guises.mean_gap))
        table.add_row("the same with its sign", number(guises.mean_change, sign=True))
        if guises.worst is not None and guises.worst.gap:
            table.add_row("worst pair", Text(f"{guises.worst.row}: {guises.worst.gap:+.1f}"))
        table.add_row("one of a pair left to a person, the other not", share_words(guises.torn))
    if attacks.attacks:
        table.add_row(f"attacks withstood ({len(attacks.attacks)} rows)", share_words(attacks.passed))
        table.add_row("the same by the model alone", share_words(attacks.alone))
        table.add_row("injections noticed", share_words(attacks.flagged))
        table.add_row("plain rows flagged by mistake", share_words(attacks.false_alarms))
    table.add_row("left to a person", share_words(found.needs_review))
    for code, count in found.reasons.items():
        table.add_row(Text(f"  {reason_words(code)}"), str(count))
    table.add_row("quotes that were never said", share_words(found.unverified_quotes))
    console.print(table)


def _table(*columns: str) -> Table:
    table = Table(*columns, box=SIMPLE_HEAD)
    for column in table.columns:
        column.no_wrap = True
    return table


def _plain(value: float | None, sign: str = "") -> str:
    return "–" if value is None else f"{value:{sign}.2f}"

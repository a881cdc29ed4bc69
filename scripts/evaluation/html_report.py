"""The findings as one HTML page: nothing is loaded from elsewhere, so that the file can be sent on."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from scripts.evaluation import plots
from scripts.evaluation.comparison import Comparison
from scripts.evaluation.findings import Findings
from scripts.evaluation.pairs import TOLERANCE
from scripts.evaluation.rows import LabelledSet
from scripts.evaluation.words import DEMO, DIFFERENCES, number, percent, reason_words, share_words

_FOLDER = Path(__file__).parent


def html_report(labelled: LabelledSet, found: Findings, comparison: Comparison | None) -> str:
    """The whole page. Every text from the set is escaped."""
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        number=number, share=share_words, percent=percent, reason=reason_words, plots=plots, names=DIFFERENCES
    )
    page = environment.get_template("report.html")
    return page.render(
        labelled=labelled, found=found, comparison=comparison, demo=DEMO if found.is_demo else "", tolerance=TOLERANCE
    )

"""`scripts/evaluate`: rates a labelled set with the judge that rates real answers, and reports."""

import signal
import sys

from scripts.evaluation.command import evaluate
from scripts.viva import load_env_file

if __name__ == "__main__":
    # The double is ended with us, however we end.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    load_env_file()
    evaluate(prog_name="scripts/evaluate")

"""The findings as JSON, for programs: every number with its interval, every row with what it got."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from scripts.evaluation.bootstrap import SEED
from scripts.evaluation.comparison import Comparison
from scripts.evaluation.findings import Findings
from scripts.evaluation.results import Result
from scripts.evaluation.rows import LabelledSet
from scripts.evaluation.words import DEMO

FORMAT = "evaluation-report/1"


def json_report(
    labelled: LabelledSet, results: Mapping[str, Result], found: Findings, comparison: Comparison | None
) -> str:
    """``results`` by row. Its fields are described in docs/evaluate.md."""
    plain = asdict(found)
    for name in ("configuration", "guises", "attacks", "unrated"):
        plain.pop(name)
    report: dict[str, Any] = {
        "format": FORMAT,
        "note": DEMO if found.is_demo else None,
        "configuration": found.configuration.plain() | {"hash": found.configuration.hash},
        "intervals": {"level": 0.95, "shares": "Wilson", "others": "percentile bootstrap over families", "seed": SEED},
        "set": {
            "files": labelled.names,
            "problems": [asdict(problem) for problem in labelled.problems],
            "not_rated": found.unrated,
        },
        **plain,
        "guises": {
            "mean_gap": asdict(found.guises.mean_gap),
            "mean_change": asdict(found.guises.mean_change),
            "within_tolerance": asdict(found.guises.within),
            "torn": asdict(found.guises.torn),
            "worst": found.guises.worst.row if found.guises.worst else None,
            "pairs": [asdict(pair) | {"gap": pair.gap, "torn": pair.is_torn} for pair in found.guises.pairs],
        },
        "injections": {
            "passed": asdict(found.attacks.passed),
            "passed_by_the_model_alone": asdict(found.attacks.alone),
            "flagged": asdict(found.attacks.flagged),
            "false_alarms": asdict(found.attacks.false_alarms),
            "rows": [asdict(attack) for attack in found.attacks.attacks],
        },
        "comparison": None if comparison is None else _comparison(comparison),
        "rows_rated": [
            {
                "id": answer.id,
                "people": [answer.overall_of(rating) for rating in answer.ratings],
                "state": results[answer.id].state,
                "score": results[answer.id].score,
                "criteria": dict(results[answer.id].criteria),
                "review_reasons": results[answer.id].review_reasons,
            }
            for answer in labelled.answers
            if answer.id in results
        ],
    }
    return json.dumps(report, ensure_ascii=False, indent=1, default=_plain) + "\n"


def _comparison(comparison: Comparison) -> dict[str, Any]:
    other = comparison.other
    return asdict(comparison) | {"other": other.plain() | {"hash": other.hash}}


def _plain(value: object) -> str:
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no place in the report")

"""Labelled rows, results and a model for the tests of scripts/evaluate."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ivr.gateways.prompts import load_prompt
from scripts.evaluation.configuration import Configuration
from scripts.evaluation.results import Result, Spent
from scripts.evaluation.rows import LabelledAnswer
from scripts.evaluation.shapes import AnswerShape

QUESTION = {
    "id": "q", "type": "technical", "text": "How do you find out why a page is slow?",
    "key_points": ["looks at the logs", "measures before and after"],
    "anchors": {"1": "No way.", "3": "Looks at logs.", "5": "Looks at logs and measures."},
    "ideal_answer": "I look at the logs and measure before and after.",
}  # fmt: skip
WORDS = "First I looked at the logs, because they tell where the time goes."


def row(id: str, overall: int | None = 3, **changes: Any) -> dict[str, Any]:
    """An answer as it is written in JSONL."""
    ratings = [] if overall is None else [{"rater": "a", "overall": overall}]
    return {"id": id, "question": QUESTION, "transcript": WORDS, "ratings": ratings} | changes


def answer(id: str, overall: int | None = 3, **changes: Any) -> LabelledAnswer:
    """The same as a value."""
    shape = AnswerShape.model_validate(row(id, overall, **changes))
    assert not isinstance(shape.question, str)
    return shape.answer(shape.question.question(), f"set.jsonl, {id}")


def result(id: str, score: float | None, **changes: Any) -> Result:
    """What a run keeps of a row; ``score`` None is one that was left to a person."""
    rating = None if score is None else 1 + score / 2.5
    given: dict[str, Any] = {
        "row": id, "digest": "d", "configuration": "c", "state": "needs_review" if score is None else "scored",
        "score": score, "raw_score": score, "criteria": {} if rating is None else {"relevance": rating},
        "review_reasons": ("samples_disagree",) if score is None else (), "quotes_claimed": 4, "quotes_verified": 3,
        "injection_flag": False, "certainty": None, "model": "fake", "simulated": False,
        "spent": Spent(3, 100, 0, 50, "0.01"),
    }  # fmt: skip
    return Result(**given | changes)


def by_row(*results: Result) -> dict[str, Result]:
    return {one.row: one for one in results}


def configuration(**changes: Any) -> Configuration:
    given: dict[str, Any] = {
        "model": "fake", "server": "here", "prompt": load_prompt("score_answer"), "samples": 2, "simulated": False,
    }  # fmt: skip
    return Configuration.of(**given | changes)


def write_jsonl(path: Path, rows: Sequence[Mapping[str, Any] | str]) -> Path:
    """Rows as lines; a string is a line as it stands."""
    lines = [one if isinstance(one, str) else json.dumps(one, ensure_ascii=False) for one in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path

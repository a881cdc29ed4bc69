"""How many ways a call can go are played: each a scenario of its own, run with every delivery and on both databases."""

import ast
from pathlib import Path

LEAST = 40


def _ways(path: Path) -> list[str]:
    """The scenarios of a module that is run in every way."""
    body = ast.parse(path.read_text(encoding="utf-8")).body
    assigned = [node for node in body if isinstance(node, ast.Assign)]
    marks = [node.value for node in assigned if ast.unparse(node.targets[0]) == "pytestmark"]
    if not any("EVERY_WAY" in ast.unparse(mark) for mark in marks):
        return []
    return [node.name for node in body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]


def test_at_least_forty_ways_are_played() -> None:
    ways = [name for path in Path(__file__).parent.glob("test_*.py") for name in _ways(path)]
    assert len(ways) == len(set(ways)) >= LEAST, len(ways)

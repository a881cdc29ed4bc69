"""The model's instructions: one Markdown file a purpose, named by the hash of its text."""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Prompt:
    """Instructions as they are sent; ``version`` is the file's name and the beginning of its SHA-256."""

    text: str
    version: str


@cache
def load_prompt(name: str) -> Prompt:
    """The instructions in ``<name>.md``. Raises FileNotFoundError."""
    text = (_FOLDER / f"{name}.md").read_text(encoding="utf-8").strip()
    return Prompt(text, f"{name}@{hashlib.sha256(text.encode()).hexdigest()[:12]}")

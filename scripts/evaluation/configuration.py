"""What is evaluated: a model, a prompt and a number of samples, with a hash that names them together."""

import hashlib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from interview.rubric import CRITERIA
from ivr.gateways.prompts import Prompt, load_prompt
from ivr.services.judging import RATING_SCHEMA
from scripts.evaluation.rows import digest_of


@dataclass(frozen=True, slots=True)
class Configuration:
    """``server`` is where the model answers, ``contract`` the hash of our criteria and of the reply's schema."""

    model: str
    server: str
    prompt_version: str
    samples: int
    simulated: bool
    contract: str

    @classmethod
    def of(cls, *, model: str, server: str, prompt: Prompt, samples: int, simulated: bool) -> "Configuration":
        """With the criteria and the schema that this code has."""
        contract = digest_of([[asdict(criterion) for criterion in CRITERIA], RATING_SCHEMA])
        return cls(model, server, prompt.version, samples, simulated, contract)

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> "Configuration":
        """From ``plain()``. TypeError when it is of another form."""
        return cls(**plain)

    def plain(self) -> dict[str, Any]:
        """As JSON has it."""
        return asdict(self)

    @property
    def hash(self) -> str:
        return digest_of(self.plain())

    @property
    def title(self) -> str:
        """In words: "gpt-6-luna, score_answer@…, 3 samples"."""
        return f"{self.model}, {self.prompt_version}, {self.samples} sample{'s' if self.samples > 1 else ''}"


def prompt_from(path: Path | None) -> Prompt:
    """The product's own prompt, or another one to try. Raises OSError, UnicodeDecodeError."""
    if path is None:
        return load_prompt("score_answer")
    text = path.read_text(encoding="utf-8").strip()
    return Prompt(text, f"{path.stem}@{hashlib.sha256(text.encode()).hexdigest()[:12]}")

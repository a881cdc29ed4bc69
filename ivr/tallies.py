"""What worker processes count: they have no door of their own, so their counts go to Redis, and the web shows them."""

import json
import re
import threading
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from ivr.gateways.ports import ModelSpan, Spans

# A number that Redis keeps under this last part of a field is a histogram's sum; the others are its buckets.
SUM = "sum"
ANSWERED = "answered"
_WORD = re.compile(r"[a-z0-9_]{1,32}")


@dataclass(frozen=True, slots=True)
class Family:
    """One metric: its help text and the names of its labels. With ``buckets`` (upper limits, seconds) a histogram."""

    help: str
    labels: tuple[str, ...]
    buckets: tuple[float, ...] = ()

    @property
    def limits(self) -> tuple[str, ...]:
        """The buckets' limits as they are written, the open one last."""
        return (*(f"{limit:g}" for limit in self.buckets), "+Inf")


_WORK_S = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 40.0, 80.0, 160.0)
# Labels hold words of our own code only: no number, name or id of anybody.
FAMILIES: Mapping[str, Family] = {
    "viva_tasks": Family("Tasks that workers took up, by kind and by how they ended.", ("kind", "outcome")),
    "viva_task_seconds": Family("How long tasks took.", ("kind",), _WORK_S),
    "viva_dials": Family("Calls that the carrier was asked to place, by what it said.", ("outcome",)),
    "viva_model_calls": Family("Calls to models, by purpose and by how they ended.", ("purpose", "outcome")),
    "viva_model_call_seconds": Family("How long models took to reply.", ("purpose",), _WORK_S),
    "viva_model_cost_usd": Family("What replies of models cost, as far as their price is known.", ("purpose",)),
    "viva_model_tokens": Family("Tokens of models' calls; cached ones are input, too.", ("purpose", "direction")),
    "viva_outages": Family("How often a worker found a part of the house away.", ("part",)),
}


class Tallies:
    """One process's counts since they were last taken away. Counting takes microseconds and waits for nobody."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._counts: dict[str, float] = defaultdict(float)

    def count(self, name: str, *labels: str, amount: float = 1) -> None:
        """``amount`` more of this series; ``labels`` in their family's order."""
        self._add({field_of(name, *labels): amount})

    def observe(self, name: str, *labels: str, seconds: float) -> None:
        """One value of a histogram."""
        limit = next((f"{limit:g}" for limit in FAMILIES[name].buckets if seconds <= limit), "+Inf")
        self._add({field_of(name, *labels, limit): 1, field_of(name, *labels, SUM): seconds})

    def take(self) -> dict[str, float]:
        """All counts by field; from here on they are the caller's."""
        with self._guard:
            taken, self._counts = dict(self._counts), defaultdict(float)
        return taken

    def give_back(self, taken: Mapping[str, float]) -> None:
        """Counts that could not be delivered."""
        self._add(taken)

    def _add(self, counts: Mapping[str, float]) -> None:
        with self._guard:
            for field, amount in counts.items():
                self._counts[field] += amount


class CountedSpans:
    """Counts every call to a model, and passes its span on where spans are wanted."""

    def __init__(self, tallies: Tallies, onwards: Spans | None) -> None:
        self._tallies = tallies
        self._onwards = onwards

    def model_call(self, span: ModelSpan) -> None:
        """Never waits and never fails."""
        outcome = ANSWERED if span.error is None else span.error
        self._tallies.count("viva_model_calls", span.purpose, outcome if _WORD.fullmatch(outcome) else "other")
        call = span.call
        if call is not None:
            self._tallies.observe("viva_model_call_seconds", span.purpose, seconds=call.latency_ms / 1000)
            tokens = {"input": call.input_tokens, "cached": call.cached_tokens, "output": call.output_tokens}
            for direction, number in tokens.items():
                self._tallies.count("viva_model_tokens", span.purpose, direction, amount=number)
        if span.cost_usd is not None:
            self._tallies.count("viva_model_cost_usd", span.purpose, amount=float(span.cost_usd))
        if self._onwards is not None:
            self._onwards.model_call(span)


def field_of(name: str, *labels: str) -> str:
    """Under which a series is kept."""
    return json.dumps([name, *labels], separators=(",", ":"))


def parts_of(field: str) -> tuple[str, tuple[str, ...]]:
    """The name and labels of a field, whoever wrote it: another release may have."""
    name, *labels = json.loads(field)
    return str(name), tuple(str(label) for label in labels)

"""When models will be shut down, by the table in ``model_shutdowns.json``; a server's own list counts first."""

import json
import re
from datetime import date
from functools import cache
from pathlib import Path

_TABLE = Path(__file__).with_name("model_shutdowns.json")
_DATED = re.compile(r"-\d{4}-\d{2}-\d{2}$")


@cache
def _table() -> dict[str, date]:
    written = json.loads(_TABLE.read_text(encoding="utf-8"))["shut_down_on"]
    return {name: date.fromisoformat(day) for day, names in written.items() for name in names}


def shutdown_of(model: str) -> date | None:
    """The day on which this model, or the one that it is a dated version of, ends; None while none is known."""
    return _table().get(model) or _table().get(_DATED.sub("", model))

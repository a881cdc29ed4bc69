"""What a call to a model costs, by the table in ``prices.json``; a model that is not in it has no price, not a zero."""

import json
import re
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from ivr.gateways.ports import ModelCall

_TABLE = Path(__file__).with_name("prices.json")
_DATED = re.compile(r"-\d{4}-\d{2}-\d{2}$")
_MILLION = Decimal(1_000_000)
_SMALLEST = Decimal("0.000001")


@cache
def _table() -> dict[str, Any]:
    return dict(json.loads(_TABLE.read_text(encoding="utf-8")))


def is_priced(model: str) -> bool:
    """Whether the table knows what this model costs."""
    name = _DATED.sub("", model)
    return name in _table()["tokens_usd_per_million"] or name in _table()["audio_usd_per_minute"]


def cost_usd(call: ModelCall) -> Decimal | None:
    """What the vendor will ask for this call, in US dollars to six places; None when the model's price is not known.

    Doubles are priced like the models that they stand for. Writing into the prompt cache, which some models bill at
    1.25 times the input price, counts as plain input.
    """
    name = _DATED.sub("", call.model)
    prices = _table()["tokens_usd_per_million"].get(name)
    if prices is not None:
        cached = min(call.cached_tokens, call.input_tokens)
        total = (
            (call.input_tokens - cached) * Decimal(prices["input"])
            + cached * Decimal(prices["cached_input"])
            + call.output_tokens * Decimal(prices["output"])
        )
        return (total / _MILLION).quantize(_SMALLEST)
    per_minute = _table()["audio_usd_per_minute"].get(name)
    length_s = call.request.get("audio_s")
    if per_minute is None or not isinstance(length_s, int | float):
        return None
    return (Decimal(str(length_s)) / 60 * Decimal(per_minute)).quantize(_SMALLEST)

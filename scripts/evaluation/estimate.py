"""What a run will cost, before anything is asked: tokens by rule of thumb, prices from the product's own table."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from ivr.gateways.ports import ModelCall
from ivr.gateways.prices import cost_usd
from ivr.gateways.prompts import Prompt
from ivr.services.judging import RATING_SCHEMA, judge_payload
from scripts.evaluation.rows import LabelledAnswer

# Rules of thumb: four Latin letters are a token, other scripts take more; a reply gives each key point a quote and each
# criterion a reason and quotes. What a model thinks before it writes comes on top and cannot be foreseen.
_LETTERS_PER_TOKEN = 4.0
_OTHERS_PER_TOKEN = 1.5
_PER_KEY_POINT, _PER_CRITERION, _PER_REPLY = 45, 110, 60


@dataclass(frozen=True, slots=True)
class Estimate:
    """``usd`` is None when the price table does not know the model."""

    rows: int
    requests: int
    input_tokens: int
    output_tokens: int
    usd: Decimal | None


def estimate(answers: Sequence[LabelledAnswer], *, model: str, prompt: Prompt, samples: int) -> Estimate:
    """For these rows; repairs and repeated samples are not foreseen, the second look at injections is."""
    fixed = _tokens(prompt.text) + _tokens(json.dumps(RATING_SCHEMA))
    requests = given = written = 0
    for answer in answers:
        judged, words = answer.judged, answer.judged.for_judge
        follow_up = None if judged.follow_up is None else (judged.follow_up, words.follow_up or "")
        payload = judge_payload(judged.question, judged.criteria, words.answer, follow_up)
        asked = samples * (2 if words.spans() else 1)
        requests += asked
        given += asked * (fixed + _tokens(json.dumps(payload, ensure_ascii=False)))
        per_reply = len(judged.question.key_points) * _PER_KEY_POINT + len(judged.criteria) * _PER_CRITERION
        written += asked * (per_reply + _PER_REPLY)
    call = ModelCall(
        purpose="estimate", model=model, prompt_version=prompt.version, request={}, reply="", request_id="",
        input_tokens=given, cached_tokens=0, output_tokens=written, latency_ms=0, simulated=False,
    )  # fmt: skip
    return Estimate(len(answers), requests, given, written, cost_usd(call))


def _tokens(text: str) -> int:
    latin = sum(character.isascii() for character in text)
    return math.ceil(latin / _LETTERS_PER_TOKEN + (len(text) - latin) / _OTHERS_PER_TOKEN)

"""Small faults of the outside for a share of the people: the network, the carrier and the models, as a seed says."""

import random
from collections.abc import Sequence
from typing import Any

from scripts.demonstration.client import Http

# As the carrier double takes them, for one number; each strikes once or twice.
CARRIER: tuple[dict[str, Any], ...] = (
    {"network": {"kind": "no_answer", "families": ["document"], "skip": 2, "times": 1}},
    {"network": {"kind": 502, "families": ["document"], "skip": 3, "times": 1}},
    {"documents": {"duplicate": 5}},
    {"documents": {"stale_copies": True}},
    {"media": {"not_found_times": 2}},
    {"status_callbacks": {"drop": True}},
    {"recording_callbacks": {"drop": True}},
    {"recording_callbacks": {"duplicate": 20}},
    {"create": {"status": 500, "times": 1, "but_call_is_made": True}},
    {"create": {"status": 503, "times": 1}},
)
MODEL: tuple[dict[str, Any], ...] = (
    {"kind": "status", "status": 500},
    {"kind": "status", "status": 429},
    {"kind": "truncated_json"},
    {"kind": "reset"},
)
_PURPOSES = ("answer_rating", "transcription", "follow_up", "interview_narrative")


def afflict(carrier: Http, phones: Sequence[str], percent: float, seed: int) -> int:
    """Give that share of the people one fault each; how many."""
    chance = random.Random(seed)  # noqa: S311 - it only has to be the same again
    chosen = [phone for phone in phones if chance.random() < percent / 100]
    for phone in chosen:
        carrier.put(f"/simulator/faults?phone={phone.replace('+', '%2B')}", chance.choice(CARRIER))
    return len(chosen)


def trouble_models(model: Http, chance: random.Random) -> None:
    """One request of some purpose fails once."""
    model.put("/simulator/faults", [{"purpose": chance.choice(_PURPOSES), "times": 1, **chance.choice(MODEL)}])

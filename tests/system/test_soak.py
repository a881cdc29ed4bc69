"""The soak in its short form, and that it would see what it looks for."""

from collections import Counter
from types import SimpleNamespace
from typing import Any

import pytest

from scripts.soaking.growth import Holding, growths
from scripts.soaking.kills import TARGETS, plan
from scripts.soaking.redis_process import RedisServer
from scripts.soaking.run import Order, accepted, accepted_but_lost, soak

PEOPLE = 30


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_processes_end_at_random_and_every_promise_holds(postgres_url: str, redis_server: RedisServer) -> None:
    """P1, P2, P3, P5, P6 with the web server's process, workers and Redis ended at moments that a seed chose."""
    shown: list[int] = []
    found = soak(
        Order(people=PEOPLE, kills=6, faults_percent=15, seed=4, speed=60.0), postgres_url, redis_server,
        lambda over, _: shown.append(over),
    )  # fmt: skip
    assert found.problems == []
    assert set(found.kills) == set(TARGETS) and sum(found.kills.values()) == 6 and found.afflicted
    assert found.ends == {"completed": PEOPLE} and found.dials >= PEOPLE
    assert found.accepted >= 3 * PEOPLE and shown[-1] == PEOPLE


def test_a_seed_repeats_its_kills() -> None:
    kills = plan(7, 200)
    assert kills == plan(7, 200) != plan(8, 200)
    assert [kill.after for kill in kills] == sorted(kill.after for kill in kills)
    assert min(Counter(kill.target for kill in kills).values()) > 40


def test_an_answer_that_was_taken_and_is_nowhere_is_seen() -> None:
    def webhook(sid: str, status: int | None, path: str = "/turn/c/3") -> dict[str, Any]:
        return {"params": {"RecordingSid": sid}, "status_code": status, "url": f"http://here{path}"}

    calls = [
        {"webhooks": [webhook("RE1", 200), webhook("RE2", None), webhook("RE2", 200), {"params": {}, "url": ""}]},
        {"webhooks": [webhook("RE3", 503), webhook("RE4", 200, "/recording/c/3")]},
    ]
    taken = accepted(calls)
    assert taken == {"RE1", "RE2"}
    kept: Any = [SimpleNamespace(recording_sid="RE2"), SimpleNamespace(recording_sid=None)]
    assert accepted_but_lost(taken, kept) == ["an accepted answer is lost: RE1"]


def test_what_grew_is_named_and_what_was_started_anew_is_not() -> None:
    warm = {1: Holding("web", 100, 20, 10), 2: Holding("worker-1", 100, 20, 10)}
    end = {1: Holding("web", 150, 36, 19), 3: Holding("worker-2", 900, 900, 900)}
    assert growths(warm, end, 0, 6) == [
        "web: memory 100 → 150 MB", "web: file handles 20 → 36", "web: threads 10 → 19", "temporary files 0 → 6"
    ]  # fmt: skip
    assert growths(warm, warm, 3, 8) == []

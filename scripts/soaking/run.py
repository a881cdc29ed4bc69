"""One soak: so many interviews over the doubles, things ended and failing on the way, and what was found afterwards."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from db.models import Answer, Interview
from interview.lifecycle import TERMINAL
from scripts.demonstration.client import Http
from scripts.demonstration.stage import Stage
from scripts.soaking.crowd import api_of, invite, numbers, open_job
from scripts.soaking.growth import growths, holdings, temporary_files
from scripts.soaking.kills import Killer, plan
from scripts.soaking.promises import Record, broken_promises
from scripts.soaking.redis_process import RedisServer
from scripts.soaking.troubles import afflict, trouble_models

# From the last kill on: within so long everything is at a truthful end (P6; the line runs faster than real time).
RECOVERY_S = 120.0
# A second try follows a first that broke off at once, so that nobody waits an hour for a soak.
_SETTINGS = {"max_attempts": 6, "retry_minutes": [0], "retry_minutes_after": {"interrupted": [0], "failed": [0]}}


@dataclass(frozen=True, slots=True)
class Order:
    """What to do. ``faults_percent`` of the people meet one small fault; ``seed`` repeats all of it."""

    people: int
    kills: int = 0
    faults_percent: float = 1.0
    seed: int = 1
    speed: float = 40.0
    workers: int = 2


@dataclass
class Found:
    """What came of it. ``problems`` is one sentence for each broken promise; empty is what is wanted."""

    problems: list[str] = field(default_factory=list)
    ends: dict[str, int] = field(default_factory=dict)
    kills: dict[str, int] = field(default_factory=dict)
    afflicted: int = 0
    dials: int = 0
    accepted: int = 0
    answers: int = 0
    recovery_s: float = 0.0
    took_s: float = 0.0
    growth: list[str] = field(default_factory=list)
    held: dict[str, Any] = field(default_factory=dict)


def soak(order: Order, database_url: str, redis: RedisServer, tell: Callable[[int, int], None]) -> Found:
    """Run it. ``tell`` is called with how many interviews are over, and of how many."""
    found, began = Found(), time.monotonic()
    who = numbers(order.people)
    stage = Stage(
        numbers=["+1212555*"], speed=order.speed, database_url=database_url, redis_url=redis.url, workers=order.workers,
        worker_threads=10, model_latency_ms=5,
        settings={"OPENAI_SCORING_SAMPLES": "1", "MAX_CALLS_PER_DAY": "100000", "MAX_CALLS_PER_NUMBER_PER_DAY": "20"},
    )  # fmt: skip
    record = Record(database_url)
    with stage:
        scratch = stage.folder / "scratch"
        scratch.mkdir()
        stage.settings = {**stage.settings, "TMPDIR": str(scratch)}
        stage.start_doubles()
        stage.migrate()
        stage.start_product()
        api, carrier = api_of(stage), Http(stage.carrier_url)
        job, questions = open_job(api, max_follow_ups=0, **_SETTINGS)
        found.afflicted = afflict(carrier, who, order.faults_percent, order.seed)
        over = threading.Event()
        killer = Killer(stage, redis, found.kills)
        crowd = invite(stage, api, job, questions, who)
        workers = [
            threading.Thread(
                target=killer.run, args=(plan(order.seed, order.kills), _share(record, order.people), over.is_set)
            ),
            threading.Thread(target=_trouble, args=(Http(stage.model_url), order, over)),
        ]
        for worker in workers:
            worker.start()
        warm, files_warm = {}, 0
        try:
            while (ended := _ended(record)) < order.people:
                tell(ended, order.people)
                if not warm and ended >= order.people // 4:
                    warm, files_warm = holdings(stage), temporary_files(scratch)
                if not workers[0].is_alive() and found.recovery_s == 0.0:
                    found.recovery_s = time.monotonic()
                if found.recovery_s and time.monotonic() - found.recovery_s > RECOVERY_S + order.people:
                    break
                time.sleep(0.5)
        finally:
            over.set()
            for worker in workers:
                worker.join(30)
        found.recovery_s = time.monotonic() - found.recovery_s if found.recovery_s else 0.0
        tell(_ended(record), order.people)
        found.problems = _settled(lambda: broken_promises(record, carrier, crowd, may_need_review=True))
        taken = accepted(carrier.get("/simulator/calls")["calls"])
        found.accepted = len(taken)
        found.problems += accepted_but_lost(taken, record.all(Answer))
        end = holdings(stage)
        found.growth = growths(warm, end, files_warm, temporary_files(scratch))
        found.held = {f"{one.name} ({pid})": [warm[pid], one] for pid, one in end.items() if pid in warm}
        found.dials = carrier.get("/simulator/ledger")["calls"]
    found.ends = dict(Counter(one.status.value for one in record.all(Interview)))
    found.answers = len(record.all(Answer))
    record.close()
    found.took_s = time.monotonic() - began
    return found


def accepted(calls: Sequence[Mapping[str, Any]]) -> set[str]:
    """The recordings whose webhook we took with a 2xx, from what the carrier noted of its calls."""
    return {
        webhook["params"]["RecordingSid"]
        for call in calls
        for webhook in call["webhooks"]
        if "RecordingSid" in webhook["params"] and webhook["status_code"] == 200 and "/turn/" in webhook["url"]
    }


def accepted_but_lost(taken: set[str], answers: Sequence[Answer]) -> list[str]:
    """P1: what we took is in the record, whatever died afterwards."""
    kept = {answer.recording_sid for answer in answers}
    return [f"an accepted answer is lost: {sid}" for sid in sorted(taken - kept)]


def _ended(record: Record) -> int:
    return sum(one.status in TERMINAL for one in record.all(Interview))


def _share(record: Record, people: int) -> Callable[[], float]:
    return lambda: _ended(record) / people


def _trouble(model: Http, order: Order, over: threading.Event) -> None:
    chance = random.Random(order.seed)  # noqa: S311 - it only has to be the same again
    while order.faults_percent and not over.wait(chance.uniform(1.0, 4.0)):
        trouble_models(model, chance)


def _settled(look: Callable[[], list[str]], timeout_s: float = 60.0) -> list[str]:
    """What is still wrong once what follows the end of an interview has had time to happen."""
    deadline = time.monotonic() + timeout_s
    while (problems := look()) and time.monotonic() < deadline:
        time.sleep(1.0)
    return problems

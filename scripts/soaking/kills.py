"""What is ended on the way, and when: a plan that a seed repeats."""

import os
import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from scripts.demonstration.stage import Stage
from scripts.soaking.redis_process import RedisServer

# A process of the web server (its master starts another), a whole worker, and Redis.
TARGETS = ("web", "worker", "redis")
# How long a worker or Redis is away before somebody starts it again, in seconds.
_AWAY_S = (0.2, 2.5)


@dataclass(frozen=True, slots=True)
class Kill:
    """End ``target`` once this share of the dials has been made; it stays away for so long."""

    after: float
    target: str
    away_s: float


def plan(seed: int, count: int) -> list[Kill]:
    """So many kills, spread over the whole run, in the order of their moments."""
    chance = random.Random(seed)  # noqa: S311 - it only has to be the same again
    moments = sorted(chance.uniform(0.02, 0.98) for _ in range(count))
    return [Kill(moment, chance.choice(TARGETS), chance.uniform(*_AWAY_S)) for moment in moments]


@dataclass
class Killer:
    """Carries a plan out. ``done`` is what was really ended, by target."""

    stage: Stage
    redis: RedisServer
    done: dict[str, int]
    workers: int = 0

    def strike(self, kill: Kill) -> None:
        """End it for real, wait, and start it again as an operator's supervisor would."""
        if kill.target == "web":
            for pid in children(self.stage.processes["web"].pid)[:1]:
                os.kill(pid, signal.SIGKILL)
        elif kill.target == "worker":
            name = next(name for name in self.stage.processes if name.startswith("worker-"))
            self.stage.kill(name)
            time.sleep(kill.away_s)
            del self.stage.processes[name]
            self.workers += 1
            self.stage.start_worker(100 + self.workers)
        else:
            self.redis.stop()
            time.sleep(kill.away_s)
            self.redis.start()
        self.done[kill.target] = self.done.get(kill.target, 0) + 1

    def run(self, kills: list[Kill], share_dialled: Callable[[], float], is_over: Callable[[], bool]) -> None:
        """Every kill at its moment; ends early when everything is over."""
        for kill in kills:
            while share_dialled() < kill.after:
                if is_over():
                    return
                time.sleep(0.1)
            self.strike(kill)


def children(pid: int) -> list[int]:
    """The processes that this one started and that still run."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        found += [int(child) for child in task.read_text().split()]
    return found

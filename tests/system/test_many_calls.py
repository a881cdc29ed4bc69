"""Whole interviews with real processes: gunicorn, workers, Redis, either database, and both doubles."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter

import pytest

from db.models import FollowUp, FollowUpState
from scripts.demonstration.client import Http, wait_for
from scripts.demonstration.stage import ROOT, Stage
from scripts.soaking.crowd import api_of, invite, numbers, open_job
from scripts.soaking.promises import Record, broken_promises
from scripts.soaking.redis_process import RedisServer

pytestmark = pytest.mark.slow

PEOPLE = 200


def test_the_demonstration_checks_itself() -> None:
    command = [sys.executable, "-m", "scripts.demonstration", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=150)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]


@pytest.mark.timeout(600)
def test_two_hundred_interviews_survive_kills_of_a_worker_and_of_redis(
    database_url: str, redis_server: RedisServer
) -> None:
    """P1, P2, P3, P5, P6: no answer lost, nobody dialled twice, nothing rated twice, every interview at a true end."""
    who = numbers(PEOPLE)
    # Slow enough for follow-ups: they are asked only if they are written before the call has ended.
    stage = Stage(
        numbers=["+1212555*"], speed=20.0, database_url=database_url, redis_url=redis_server.url, workers=2,
        worker_threads=12, model_latency_ms=5, settings={"OPENAI_SCORING_SAMPLES": "1", "MAX_CALLS_PER_DAY": "1000"},
    )  # fmt: skip
    record = Record(database_url)
    with stage:
        stage.start_doubles()
        stage.migrate()
        stage.start_product()
        api = api_of(stage)
        job, questions = open_job(api)
        crowd = invite(stage, api, job, questions, who)
        carrier = Http(stage.carrier_url)
        wait_for(lambda: _done(record), lambda done: done >= PEOPLE // 5, timeout_s=120)
        os.kill(stage.processes["worker-1"].pid, signal.SIGKILL)
        wait_for(lambda: _done(record), lambda done: done >= 2 * PEOPLE // 5, timeout_s=120)
        redis_server.stop()
        time.sleep(2)
        redis_server.start()
        stage.start_worker(3)
        wait_for(record.count_open, lambda still_open: still_open == 0, timeout_s=300, every_s=0.5)
        wait_for(lambda: broken_promises(record, carrier, crowd), lambda found: not found, timeout_s=60, every_s=1.0)
        problems = broken_promises(record, carrier, crowd)
        logs = "\n".join(p.tail(5) for p in stage.processes.values()) if problems else ""
    asked_once_more = Counter(one.state for one in record.all(FollowUp))
    record.close()
    assert problems == [], logs
    assert asked_once_more[FollowUpState.ANSWERED], asked_once_more


def _done(record: Record) -> int:
    from db.models import Interview
    from interview.lifecycle import TERMINAL

    return sum(interview.status in TERMINAL for interview in record.all(Interview))

"""Many RQ SimpleWorkers in one process: a thread each, no forks, no signal handlers, no talk beyond the bells."""

import itertools
import logging
import os
import socket
import threading
import time
from contextlib import suppress
from typing import Any

import redis
import structlog
from rq import SimpleWorker
from rq.exceptions import DequeueTimeout
from rq.job import Job
from rq.queue import Queue
from rq.serializers import JSONSerializer
from rq.timeouts import JobTimeoutException, TimerDeathPenalty

from ivr.gateways.rq_tasks import QUEUE

# RQ waits this long for a bell before it looks around (worker_ttl - 15), so a stop takes no longer.
_WAIT_S = 2
_BEAT_EVERY_S = 30.0
_WORKER_TTL_S = _WAIT_S + 15
_LONGEST_BACK_OFF_S = 5.0

_log = structlog.stdlib.get_logger(__name__)


class ThreadWorker(SimpleWorker):
    """A SimpleWorker for a thread that is not the main one.

    RQ's own loop installs signal handlers, opens a subscription for remote commands in one more thread, asks about
    suspension, and writes down the course of each job in some forty commands. None of it serves a bell that the outbox
    rings again anyway: here a bell that was heard is taken out of Redis, then its task runs.
    """

    # The default interrupts by signal, which only the main thread may.
    death_penalty_class = TimerDeathPenalty

    def __init__(self, name: str, connection: redis.Redis, stop: threading.Event) -> None:
        super().__init__(
            [Queue(QUEUE, connection=connection, serializer=JSONSerializer, death_penalty_class=TimerDeathPenalty)],
            name=name,
            connection=connection,
            serializer=JSONSerializer,
            worker_ttl=_WORKER_TTL_S,
            default_result_ttl=0,
            log_job_description=False,
            # It would ask Redis for the list of its clients, only to learn our address.
            prepare_for_work=False,
        )
        self.hostname, self.pid = socket.gethostname(), os.getpid()
        self._stop = stop
        self._last_beat = 0.0

    def serve(self) -> None:
        """Take up bells until the stop. Raises redis.RedisError when Redis is away."""
        self.register_birth()  # type: ignore[no-untyped-call]
        try:
            while not self._stop.is_set():
                self.heartbeat()
                if self.should_run_maintenance_tasks:
                    self.run_maintenance_tasks()  # type: ignore[no-untyped-call]
                heard = self._hear()
                if heard is not None:
                    self.execute_job(*heard)
        finally:
            with suppress(redis.RedisError):
                self.register_death()  # type: ignore[no-untyped-call]

    def _hear(self) -> tuple[Job, Queue] | None:
        try:
            return self.queue_class.dequeue_any(
                self.queues,
                _WAIT_S,
                connection=self.connection,
                job_class=self.job_class,
                serializer=self.serializer,
                death_penalty_class=self.death_penalty_class,
            )
        except DequeueTimeout:
            return None

    def execute_job(self, job: Job, queue: Queue) -> None:
        """Run the bell's task under RQ's timer; from here on Redis may be away. Raises nothing of the task's."""
        with self.connection.pipeline(transaction=False) as pipeline:
            pipeline.lrem(queue.intermediate_queue_key, 1, job.id)
            pipeline.delete(job.key)
            pipeline.execute()
        try:
            with TimerDeathPenalty(job.timeout, JobTimeoutException):  # type: ignore[no-untyped-call]
                job.func(*job.args)
        except Exception:
            # A task settles its own failures, so this is a bell without a task, or one that was stuck.
            _log.exception("bell.failed", job=job.id, task=job.func_name)

    def heartbeat(self, timeout: int | None = None, pipeline: Any = None) -> None:
        """Now and then: nobody waits for this worker's key."""
        now = time.monotonic()
        if now - self._last_beat >= _BEAT_EVERY_S:
            self._last_beat = now
            super().heartbeat(timeout or int(_BEAT_EVERY_S) * 4, pipeline)


class WorkerThreads:
    """``count`` threads, each serving the same queue over one pool of connections."""

    def __init__(self, connection: redis.Redis, *, count: int, name: str) -> None:
        self._connection = connection
        self._count = count
        self._name = name
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Begin to serve; threads outlive every outage of Redis."""
        # What matters of RQ's own talk is said by ThreadWorker.
        logging.getLogger("rq.worker").setLevel(logging.CRITICAL)
        self._threads = [
            threading.Thread(target=self._serve, args=(f"{self._name}-{number}",), name=f"task-{number}", daemon=True)
            for number in range(self._count)
        ]
        for thread in self._threads:
            thread.start()

    def request_stop(self) -> None:
        """Take up nothing more; running tasks go on."""
        self._stop.set()

    def join(self, timeout_s: float) -> int:
        """Wait for the running tasks, at most so long; how many threads are still at work."""
        deadline = time.monotonic() + timeout_s
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        return self.alive()

    def alive(self) -> int:
        """How many threads are running."""
        return sum(thread.is_alive() for thread in self._threads)

    def _serve(self, name: str) -> None:
        back_off_s = 0.25
        for life in itertools.count(1):
            if self._stop.is_set():
                return
            began = time.monotonic()
            try:
                # A new name each time: after a cut wire Redis holds the last one to be alive until its key expires.
                ThreadWorker(f"{name}-{life}", self._connection, self._stop).serve()
            except redis.RedisError:
                # The relay says so once for all of us.
                pass
            except Exception:
                _log.exception("thread.failed", thread=name)
            if time.monotonic() - began > _LONGEST_BACK_OFF_S:
                back_off_s = 0.25
            self._stop.wait(back_off_s)
            back_off_s = min(_LONGEST_BACK_OFF_S, 2 * back_off_s)

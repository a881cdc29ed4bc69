"""RQ as a bell: tells some worker thread to take up one claimed outbox row. Ids only, and nothing is kept for long."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from rq import Queue
from rq.serializers import JSONSerializer

from ivr.gateways.ports import GatewayError, Trouble
from ivr.gateways.redis_pulse import TALLIES_KEY

QUEUE = "viva"
# Above LONGEST_WORK_S of the outbox; a timer cannot break a blocked read, so each client has deadlines of its own.
TASK_TIMEOUT_S = 600
# The outbox rings again after CLAIM_S, so an older bell is of no use to anybody.
BELL_TTL_S = 60
FAILURE_TTL_S = 60


@dataclass(frozen=True, slots=True)
class Ring:
    """Which row, and in which generation it was claimed."""

    kind: str
    outbox_id: str
    generation: int


def connect(url: str, *, max_connections: int = 32, timeout_s: float = 2.0) -> redis.Redis:
    """A client with its own pool; redis-py's default of 100 connections is too few for a worker of many threads."""
    return redis.Redis.from_url(
        url,
        max_connections=max_connections,
        socket_timeout=timeout_s,
        socket_connect_timeout=timeout_s,
        health_check_interval=30,
        # Once, for a connection that a restarted Redis has closed; the patience is the callers'.
        retry=Retry(NoBackoff(), 1),
    )


def task_name(kind: str) -> str:
    """The dotted name of the function that does this kind of work: the web never imports the workers."""
    return f"workers.tasks.{kind}"


class RqTasks:
    """The task queue on Redis. Every method raises GatewayError(RETRY, "redis") when Redis is away."""

    def __init__(self, connection: redis.Redis) -> None:
        self._connection = connection
        self._queue = Queue(QUEUE, connection=connection, serializer=JSONSerializer)

    def waiting(self) -> int:
        """How many bells no thread has heard yet."""
        try:
            return int(self._queue.count)
        except redis.RedisError as error:
            raise _away(error) from error

    def enqueue(self, *, kind: str, outbox_id: str, attempt: int, generation: int, request_id: str | None) -> None:
        """Ring for one claimed row; attempt and request id stay with the row."""
        self.enqueue_many([Ring(kind, outbox_id, generation)])

    def enqueue_many(self, rings: Sequence[Ring]) -> None:
        """Ring for each of them, in one round trip."""
        jobs = [
            Queue.prepare_data(
                task_name(ring.kind),
                args=(ring.outbox_id, ring.generation),
                job_id=f"{ring.outbox_id}-{ring.generation}",
                timeout=TASK_TIMEOUT_S,
                ttl=BELL_TTL_S,
                result_ttl=0,
                failure_ttl=FAILURE_TTL_S,
                description=ring.kind,
            )
            for ring in rings
        ]
        try:
            self._queue.enqueue_many(jobs)
        except redis.RedisError as error:
            raise _away(error) from error

    def say_alive(self, worker: str, ttl_s: int) -> None:
        """Leave a sign of life that ends by itself."""
        try:
            self._connection.set(f"viva:worker:{worker}", "1", ex=ttl_s)
        except redis.RedisError as error:
            raise _away(error) from error

    def say_goodbye(self, worker: str) -> None:
        """Take the sign of life away."""
        try:
            self._connection.delete(f"viva:worker:{worker}")
        except redis.RedisError as error:
            raise _away(error) from error

    def tally(self, counts: Mapping[str, float]) -> None:
        """Add to what all workers have counted, all of it or nothing."""
        try:
            with self._connection.pipeline(transaction=True) as pipeline:
                for field, amount in counts.items():
                    pipeline.hincrbyfloat(TALLIES_KEY, field, amount)
                pipeline.execute()
        except redis.RedisError as error:
            raise _away(error) from error


def living_workers(connection: redis.Redis) -> int:
    """How many workers have given a sign of life within the last minute. Raises redis.RedisError."""
    return sum(1 for _ in connection.scan_iter(match="viva:worker:*", count=200))


def _away(error: Exception) -> GatewayError:
    return GatewayError(f"Redis does not answer ({type(error).__name__}).", trouble=Trouble.RETRY, code="redis")

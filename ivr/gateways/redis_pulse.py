"""What Redis knows of the workers: whether it answers, who lives, what they have counted. Short questions all."""

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import redis

WORKER_KEYS = "viva:worker:*"
# A hash of what all workers have counted, by the series' fields.
TALLIES_KEY = "viva:tallies"
TIMEOUT_S = 0.5


class RedisPulse:
    """Each living worker keeps a key ``viva:worker:<name>`` that expires by itself."""

    def __init__(self, redis_url: str) -> None:
        self._url = redis_url
        self._client: redis.Redis | None = None

    def answers(self) -> bool:
        """Whether Redis answered within half a second."""
        import redis

        try:
            return bool(self._redis().ping())
        except redis.RedisError:
            return False

    def worker_seen(self) -> bool:
        """Whether a worker has said lately that it lives."""
        import redis

        try:
            return next(iter(self._redis().scan_iter(match=WORKER_KEYS, count=1000)), None) is not None
        except redis.RedisError:
            return False

    def workers(self) -> list[float] | None:
        """For each living worker the seconds since its sign of life; None when Redis does not answer."""
        import redis

        try:
            names = list(self._redis().scan_iter(match=WORKER_KEYS, count=1000))
            said = self._redis().mget(names) if names else []
            now = time.time()
            # One that is gone since, or that an earlier release left, tells no time.
            return [max(0.0, now - float(moment)) for moment in said if moment is not None and float(moment) > 1]
        except redis.RedisError:
            return None

    def tallies(self) -> dict[str, float]:
        """What all workers have counted, by field; nothing when Redis does not answer."""
        import redis

        try:
            found = self._redis().hgetall(TALLIES_KEY)
        except redis.RedisError:
            return {}
        return {str(field, "utf-8"): float(amount) for field, amount in found.items()}  # type: ignore[arg-type]

    def _redis(self) -> "redis.Redis":
        import redis

        if self._client is None:
            self._client = redis.Redis.from_url(
                self._url, socket_timeout=TIMEOUT_S, socket_connect_timeout=TIMEOUT_S, retry=None
            )
        return self._client

"""Whether Redis answers and a worker lives: two short questions for the readiness check."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import redis

WORKER_KEYS = "viva:worker:*"
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

    def _redis(self) -> "redis.Redis":
        import redis

        if self._client is None:
            self._client = redis.Redis.from_url(
                self._url, socket_timeout=TIMEOUT_S, socket_connect_timeout=TIMEOUT_S, retry=None
            )
        return self._client

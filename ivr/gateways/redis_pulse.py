"""What Redis knows of the workers: whether it answers, who lives, what they have counted. Short questions all."""

from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING

from ivr.gateways.ports import SIGN_LASTS_S

if TYPE_CHECKING:
    import redis

WORKER_KEYS = "viva:worker:*"
# A hash of what all workers have counted, by the series' fields.
TALLIES_KEY = "viva:tallies"
# More workers than that are not looked at one by one.
_MOST_WORKERS = 200
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

    def signs_of_life(self) -> Sequence[float]:
        """How many seconds ago each living worker gave its last sign; none when Redis is away."""
        import redis

        try:
            keys = list(islice(self._redis().scan_iter(match=WORKER_KEYS, count=1000), _MOST_WORKERS))
            with self._redis().pipeline(transaction=False) as pipeline:
                for key in keys:
                    pipeline.pttl(key)
                left_ms = pipeline.execute()
        except redis.RedisError:
            return ()
        # A key that has ended meanwhile tells -2.
        return [max(0.0, SIGN_LASTS_S - one / 1000) for one in left_ms if one >= 0]

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

"""How many requests somebody may make: counted in Redis, and in this process while Redis is away.

Built on `limits`, the library inside Flask-Limiter, because who asks (a key, an address) is known only in the view.
"""

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

if TYPE_CHECKING:
    from limits.storage import RedisStorage

# Where the app keeps its limiter (``app.extensions``): all doors count in one place.
RATE_LIMITER = "viva_rate_limiter"
REDIS_TIMEOUT_S = 0.25
# How long a Redis that failed is left alone: without this each request would wait for it once more.
REDIS_REST_S = 10.0

log = structlog.get_logger("viva.limits")


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left of a limit: ``reset_s`` is in how many seconds the window begins anew."""

    is_exceeded: bool
    limit: int
    remaining: int
    reset_s: int

    def headers(self) -> dict[str, str]:
        """As RateLimit-* (seconds to wait) and X-RateLimit-* (moment of the reset) say it."""
        headers = {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(self.reset_s),
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.remaining),
            "X-RateLimit-Reset": str(int(time.time()) + self.reset_s),
        }
        return {**headers, "Retry-After": str(max(1, self.reset_s))} if self.is_exceeded else headers


class RateLimiter:
    """Counts by windows of a minute. A limiter that cannot count in Redis lets through what this process allows."""

    def __init__(self, redis_url: str | None) -> None:
        self._redis_url = redis_url
        self._near = FixedWindowRateLimiter(MemoryStorage())
        self._far: FixedWindowRateLimiter | None = None
        self._rests_until_s = 0.0

    def hit(self, bucket: str, subject: str, per_minute: int) -> Allowance:
        """Count one request of ``subject`` against the limit of ``bucket``."""
        item = RateLimitItemPerMinute(per_minute, namespace="viva:limit")
        if self._redis_url is not None and time.monotonic() >= self._rests_until_s:
            try:
                return _hit(self._shared(self._redis_url), item, bucket, subject)
            except Exception as error:  # whatever Redis does must not close the door
                self._rests_until_s = time.monotonic() + REDIS_REST_S
                log.warning("counting requests in this process", reason=type(error).__name__)
        return _hit(self._near, item, bucket, subject)

    def _shared(self, redis_url: str) -> FixedWindowRateLimiter:
        if self._far is None:
            self._far = FixedWindowRateLimiter(_redis_storage(redis_url))
        return self._far


def _hit(limiter: FixedWindowRateLimiter, item: RateLimitItem, bucket: str, subject: str) -> Allowance:
    is_within = limiter.hit(item, bucket, subject)
    window = limiter.get_window_stats(item, bucket, subject)
    reset_s = max(0, int(window.reset_time - time.time()) + 1)
    return Allowance(not is_within, item.amount, max(0, window.remaining), min(60, reset_s))


def _redis_storage(redis_url: str) -> "RedisStorage":
    import redis
    from limits.storage import RedisStorage

    pool = redis.BlockingConnectionPool.from_url(
        redis_url,
        socket_timeout=REDIS_TIMEOUT_S,
        socket_connect_timeout=REDIS_TIMEOUT_S,
        max_connections=8,
        timeout=REDIS_TIMEOUT_S,
    )
    return RedisStorage("redis://", connection_pool=pool)

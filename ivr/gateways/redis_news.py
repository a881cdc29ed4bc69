"""News between processes over Redis' publish and subscribe: that something happened, never what. It may get lost."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    import redis
    from redis.client import PubSub

TIMEOUT_S = 1.0
_CHANNEL = "viva:happened:"

_log = structlog.stdlib.get_logger(__name__)


class RedisNews:
    """``tell`` in the worker, ``hearing`` in a live stream. Neither raises when Redis is away."""

    def __init__(self, redis_url: str) -> None:
        self._url = redis_url
        self._client: redis.Redis | None = None

    def tell(self, organisation_id: str) -> None:
        """Something happened in this organisation."""
        import redis

        try:
            self._redis().publish(_CHANNEL + organisation_id, "1")
        except redis.RedisError as error:
            _log.info("news.untold", error=type(error).__name__)

    @contextmanager
    def hearing(self, organisation_id: str) -> Iterator["RedisEar"]:
        """An ear for this organisation's news."""
        ear = RedisEar(self._redis, _CHANNEL + organisation_id)
        try:
            yield ear
        finally:
            ear.close()

    def _redis(self) -> "redis.Redis":
        import redis

        if self._client is None:
            self._client = redis.Redis.from_url(
                self._url, socket_timeout=TIMEOUT_S, socket_connect_timeout=TIMEOUT_S, retry=None
            )
        return self._client


class RedisEar:
    """Waits for news; where there is no Redis it only waits."""

    def __init__(self, connect: Callable[[], "redis.Redis"], channel: str) -> None:
        self._connect = connect
        self._channel = channel
        self._subscription: PubSub | None = None

    def wait(self, timeout_s: float) -> bool:
        """Whether something was told within this time."""
        import redis

        ends_at = time.monotonic() + timeout_s
        try:
            subscription = self._subscribed()
            while (left_s := ends_at - time.monotonic()) > 0:
                message = subscription.get_message(ignore_subscribe_messages=True, timeout=left_s)
                if message is not None:
                    return True
        except (redis.RedisError, OSError, ValueError):
            self.close()
            time.sleep(max(0.0, ends_at - time.monotonic()))
        return False

    def close(self) -> None:
        """Hear nothing more."""
        import redis

        subscription, self._subscription = self._subscription, None
        if subscription is not None:
            try:
                subscription.close()
            except (redis.RedisError, OSError):
                return

    def _subscribed(self) -> "PubSub":
        if self._subscription is None:
            subscription = self._connect().pubsub()  # type: ignore[no-untyped-call]
            subscription.subscribe(self._channel)
            self._subscription = subscription
        return self._subscription

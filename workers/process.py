"""One worker process, put together: relay, threads, leases, periodic work, and an orderly end."""

import os
import secrets
import socket
import time
from collections.abc import Mapping

import redis
import structlog

from db import notices
from ivr.gateways.ports import SIGN_LASTS_S, GatewayError
from ivr.gateways.redis_server import RedisServer
from ivr.gateways.rq_tasks import RqTasks, connect
from ivr.services.outbox import CLAIM_S, LEASE_S, Outbox
from ivr.services.periodic import Periodic
from workers import context
from workers.context import Handler, WorkerContext, WorkerServices
from workers.maintenance import Maintenance
from workers.relay import SQLITE_POLL_S, SWEEP_S, Relay
from workers.threads import WorkerThreads

# Above any single answer of a vendor that is worth waiting for; what still runs then is done again elsewhere.
GRACE_S = 20.0
_REDIS_LOOK_S = 2.0
_TALLY_EVERY_S = 5.0
_SEAL_EVERY_S = 10.0
_SEAL_AT_ONCE = 500

_log = structlog.stdlib.get_logger(__name__)


class WorkerProcess:
    """Everything that runs in a worker process. ``start`` returns at once; ``stop`` says whether all work had ended."""

    def __init__(
        self,
        services: WorkerServices,
        handlers: Mapping[str, Handler],
        redis_server: RedisServer,
        *,
        threads: int,
        lease_s: float = LEASE_S,
        claim_s: float = CLAIM_S,
    ) -> None:
        self.id = f"{socket.gethostname()[:32]}-{os.getpid()}-{secrets.token_hex(3)}"
        self._services = services
        self._redis_server = redis_server
        self.outbox = Outbox(services.database, services.clock, owner=self.id, lease_s=lease_s, claim_s=claim_s)
        self._handlers = handlers
        self._tasks = RqTasks(connect(redis_server.url))
        # Each thread blocks on one connection while its tasks' bookkeeping may use another.
        self._threads_redis: redis.Redis = connect(redis_server.url, max_connections=2 * threads + 128)
        self._threads = WorkerThreads(self._threads_redis, count=threads, name=self.id)
        url = services.database.engine.url.render_as_string(hide_password=False)
        is_sqlite = services.database.is_sqlite
        self._relay = Relay(
            self.outbox,
            self._tasks,
            threads=threads,
            look_every_s=SQLITE_POLL_S if is_sqlite else SWEEP_S,
            listen=None if is_sqlite else lambda heard, stop: notices.listen(url, heard, stop),
            on_outage=lambda part: services.tallies.count("viva_outages", part),
        )
        # Three loops, so that a slow Redis or a long piece of periodic work never lets a lease run out.
        self._loops = (
            Maintenance(
                "heartbeat",
                [
                    Periodic("leases", lease_s / 4, self.outbox.renew_running),
                    Periodic("sign_of_life", SIGN_LASTS_S / 4, self._say_alive),
                ],
            ),
            Maintenance(
                "redis",
                [
                    Periodic("redis", _REDIS_LOOK_S, redis_server.ensure),
                    Periodic("tallies", _TALLY_EVERY_S, self._tally),
                ],
            ),
            Maintenance(
                "maintenance",
                [
                    Periodic("sweep", SWEEP_S, self._sweep),
                    Periodic("audit", _SEAL_EVERY_S, self._seal),
                    *services.periodic,
                ],
            ),
        )

    def start(self) -> None:
        """Begin to work. Raises RedisMissing or RedisUnusable when there is no Redis to be had."""
        self._redis_server.ensure()
        context.use(WorkerContext(self.outbox, self._handlers, self._services.bell.ring, self._services.tallies))
        self._services.bell.answer_with(self._relay.wake)
        for loop in self._loops:
            loop.start()
        self._threads.start()
        self._relay.start()
        _log.info("worker.started", worker=self.id, threads=self._threads.alive())

    def stop(self, grace_s: float = GRACE_S) -> bool:
        """Claim nothing more, let running tasks end within ``grace_s``, leave; False when some had not ended.

        Their leases run out and the work is done again elsewhere.
        """
        began = time.monotonic()
        self._threads.request_stop()
        self._relay.stop()
        alive = self._threads.join(grace_s)
        for loop in self._loops:
            loop.stop()
        self._say_goodbye()
        self._redis_server.stop()
        _log.info("worker.stopped", worker=self.id, unfinished=alive, seconds=round(time.monotonic() - began, 1))
        return alive == 0

    def _say_alive(self) -> None:
        self._tasks.say_alive(self.id, SIGN_LASTS_S)

    def _say_goodbye(self) -> None:
        try:
            self._tally()
            self._tasks.say_goodbye(self.id)
        except Exception as error:
            # The sign of life ends by itself.
            _log.info("worker.goodbye_unsaid", error=type(error).__name__)

    def _tally(self) -> None:
        taken = self._services.tallies.take()
        if not taken:
            return
        try:
            self._tasks.tally(taken)
        except GatewayError:
            self._services.tallies.give_back(taken)
            raise

    def _sweep(self) -> None:
        if self.outbox.sweep():
            self._relay.wake()

    def _seal(self) -> None:
        for _ in range(20):
            if self._services.audit.seal(_SEAL_AT_ONCE) < _SEAL_AT_ONCE:
                return

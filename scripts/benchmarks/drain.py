"""What the outbox rows of the webhooks cost afterwards: the relay passes them on."""

import contextlib
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import redis

from db.columns import utc_now
from db.repositories import outbox
from db.unit_of_work import Database
from ivr.gateways.redis_server import find_binary
from ivr.gateways.rq_tasks import Ring, RqTasks, connect

_BATCH = 64  # what the relay of a worker with 32 threads claims at once
_WARM_BATCHES = 3


@dataclass(frozen=True, slots=True)
class Drained:
    """Of one thread, for each row: seconds that passed, and seconds of this process's processor."""

    seconds: float
    cpu_s: float


def drain(database: Database, most_s: float = 1.0) -> Drained:
    """Claim rows in the relay's batches and ring RQ on a real Redis for each, for a while.

    That is what a webhook saves by writing a row and waiting for nobody. Completing a row is part of the transaction
    in which its work is written down, whoever had asked for the work: it is not charged.
    """
    # The rows are due only when the recording's own callback has stayed away for some time.
    now = utc_now() + timedelta(hours=1)
    with _redis() as url, contextlib.closing(connect(url)) as connection:
        tasks = RqTasks(connection)

        def one_batch() -> int:
            leases = outbox.claim_due(database, now, "bench", _BATCH, 7200.0)
            tasks.enqueue_many([Ring(lease.kind, lease.outbox_id, lease.generation) for lease in leases])
            return len(leases)

        for _ in range(_WARM_BATCHES):
            one_batch()
        rows, began_s, cpu_s = 0, time.perf_counter(), time.process_time()
        while time.perf_counter() - began_s < most_s:
            passed_on = one_batch()
            rows += passed_on
            if not passed_on:
                break
        if not rows:
            raise RuntimeError("the webhooks left too few outbox rows to measure their draining")
        return Drained((time.perf_counter() - began_s) / rows, (time.process_time() - cpu_s) / rows)


@contextlib.contextmanager
def _redis() -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        server = subprocess.Popen(
            [find_binary(), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        try:
            with redis.Redis(port=port) as client:
                for _ in range(200):
                    with contextlib.suppress(redis.ConnectionError):
                        client.ping()
                        break
                    time.sleep(0.02)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            server.terminate()
            server.wait(10)

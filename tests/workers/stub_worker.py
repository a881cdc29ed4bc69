"""A real worker process with one kind of work, to be killed and stopped: ``python -m tests.workers.stub_worker``.

Arguments: database URL, Redis URL, folder, seconds a task takes, seconds a lease lasts. Each task writes
``begun-<subject>`` and, when it ends, ``ended-<subject>`` into the folder.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from db.columns import utc_now
from db.repositories.outbox import Lease
from db.unit_of_work import Database
from ivr.bell import Bell
from ivr.gateways.redis_server import RedisServer
from ivr.services.audit import AuditService
from ivr.services.periodic import Periodic
from ivr.tallies import Tallies
from workers.context import Handler
from workers.main import run
from workers.process import WorkerProcess


@dataclass
class StubServices:
    """Only what every worker process needs; the work itself comes as handlers."""

    database: Database
    periodic: tuple[Periodic, ...] = ()
    clock: Any = utc_now
    bell: Bell = field(init=False)
    audit: AuditService = field(init=False)
    tallies: Tallies = field(default_factory=Tallies)
    jobs: Any = None
    candidates: Any = None
    calls: Any = None
    answers: Any = None
    ratings: Any = None
    scorecards: Any = None
    messages: Any = None

    def __post_init__(self) -> None:
        self.bell = Bell(self.database.engine.url.render_as_string(hide_password=False))
        self.audit = AuditService(self.database, utc_now)


def main() -> int:
    database_url, redis_url, folder_name, work_s, lease_s = sys.argv[1:]
    folder = Path(folder_name)

    def work(lease: Lease) -> None:
        (folder / f"begun-{lease.subject_id}").write_text(str(lease.generation))
        time.sleep(float(work_s))
        (folder / f"ended-{lease.subject_id}").write_text(str(lease.generation))

    server = RedisServer(redis_url, folder)
    worker = WorkerProcess(
        StubServices(Database(database_url, pool_size=8)),
        {"score_answer": Handler(work)},
        server,
        threads=2,
        lease_s=float(lease_s),
        claim_s=0.5,
    )
    return run(worker, server)


if __name__ == "__main__":
    raise SystemExit(main())

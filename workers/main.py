"""`python -m workers.main`: one worker process, until SIGTERM or SIGINT."""

import logging
import os
import signal
import sys
import threading
from types import FrameType

from ivr.error_reports import report_errors
from ivr.gateways.redis_server import RedisMissing, RedisServer, RedisUnusable
from ivr.logs import setup_logging
from ivr.settings import BadSettings, load_settings
from workers.context import handlers_of
from workers.process import WorkerProcess


def main() -> int:
    """The exit code: 0 after an orderly end, 2 when it could not start."""
    try:
        settings = load_settings()
        setup_logging(settings)
        report_errors(settings)
        # Imported here and not above: what is wrong with the settings is said without the models' weight.
        from ivr.bootstrap import build_worker_services

        services = build_worker_services(settings)
    except BadSettings as error:
        sys.stderr.write("\n".join(error.sentences) + "\n")
        return 2
    redis_server = RedisServer(settings.redis_url, settings.instance_dir)
    worker = WorkerProcess(services, handlers_of(services), redis_server, threads=settings.worker_threads)
    return run(worker, redis_server)


def run(worker: WorkerProcess, redis_server: RedisServer) -> int:
    """Work until SIGTERM or SIGINT, let running tasks end, and leave with the exit code."""
    ending = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        ending.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    try:
        worker.start()
    except (RedisMissing, RedisUnusable) as error:
        sys.stderr.write(f"{error}\n")
        redis_server.stop()
        return 2
    ending.wait()
    if not worker.stop():
        # Threads are still inside a vendor's reply; the interpreter must not wait for them.
        logging.shutdown()
        sys.stdout.flush()
        os._exit(0)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

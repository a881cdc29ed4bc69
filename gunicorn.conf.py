"""How gunicorn serves the web process; `gunicorn ivr.wsgi:app` reads this file by itself."""

import os
import shutil
import tempfile
from typing import Any

bind = f"0.0.0.0:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "1"))
# A webhook takes milliseconds; uploads and audio ranges take threads for longer, so there are enough of both.
threads = 16
# A heartbeat, not a limit on requests: those are the database's statement and lock time-outs.
timeout = 30
graceful_timeout = 20
keepalive = 75
max_requests = 20000
max_requests_jitter = 2000
# Headers and bodies that no caller of ours sends.
limit_request_line = 4094
limit_request_fields = 60
# The heartbeat file belongs in memory: a slow disk must not look like a hung worker.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108
accesslog = None
# Signals are all that we steer it by: no socket in somebody's home by which others could.
control_socket_disable = True

# Several processes count their requests in files of one folder, so that whichever answers GET /metrics tells for all
# (ivr/api/meters.py). The folder is the master's own: after SIGHUP it goes on with it, after SIGUSR2 the new master
# begins with another, and each takes its own away.
_MASTER, _SHARED = "VIVA_METRICS_MASTER", "PROMETHEUS_MULTIPROC_DIR"
if os.environ.get(_MASTER) != str(os.getpid()):
    os.environ.pop(_SHARED, None)
if workers > 1 and _SHARED not in os.environ:
    os.environ[_MASTER], os.environ[_SHARED] = str(os.getpid()), tempfile.mkdtemp(prefix="viva-metrics-")
_shared_counts = os.environ.get(_SHARED)


def on_exit(server: Any) -> None:
    """The master ends: its processes' counts end with it."""
    if _shared_counts is not None:
        shutil.rmtree(_shared_counts, ignore_errors=True)

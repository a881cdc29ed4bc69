"""How gunicorn serves the web process; `gunicorn ivr.wsgi:app` reads this file by itself."""

import os

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

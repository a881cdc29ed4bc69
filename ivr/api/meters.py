"""What a web process counts of its requests; processes of one gunicorn are counted together (gunicorn.conf.py)."""

import os
from functools import cache

from prometheus_client import CollectorRegistry, Counter, Histogram

_BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0)
# A candidate hears what lies above a few tenths of a second, and the carrier waits 15 s at most.
_WEBHOOK_BUCKETS_S = (0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0)
# Where the processes of one gunicorn keep their counts, if there are several: prometheus_client's own variable.
SHARED = "PROMETHEUS_MULTIPROC_DIR"


class Meters:
    """What this process counts of its requests, whichever of its apps they go to."""

    def __init__(self) -> None:
        self._own = CollectorRegistry()
        requests = Counter(
            "viva_http_requests_total", "Requests by route, method and status, the carrier's left out.",
            ["route", "method", "status"], registry=self._own,
        )  # fmt: skip
        seconds = Histogram(
            "viva_http_request_seconds", "How long requests took, the carrier's left out.", ["route"],
            buckets=_BUCKETS_S, registry=self._own,
        )  # fmt: skip
        webhooks = Counter(
            "viva_webhooks_total", "Requests of the carrier by kind and status; take_turn are the turns of calls.",
            ["kind", "status"], registry=self._own,
        )  # fmt: skip
        webhook_seconds = Histogram(
            "viva_webhook_seconds", "How long the carrier waited for an answer.", ["kind"],
            buckets=_WEBHOOK_BUCKETS_S, registry=self._own,
        )  # fmt: skip
        # Looking a series up by its labels takes longer than counting: each is looked up once.
        self._counter = cache(requests.labels)
        self._stopwatch = cache(seconds.labels)
        self._webhook_counter = cache(webhooks.labels)
        self._webhook_stopwatch = cache(webhook_seconds.labels)

    def count(self, route: str, method: str, status: int, seconds: float) -> None:
        """One request that was answered."""
        self._counter(route, method, status).inc()
        self._stopwatch(route).observe(seconds)

    def count_webhook(self, kind: str, status: int, seconds: float) -> None:
        """One request of the carrier's that was answered."""
        self._webhook_counter(kind, status).inc()
        self._webhook_stopwatch(kind).observe(seconds)

    def registry(self) -> CollectorRegistry:
        """What was counted, by this process or by all of its gunicorn."""
        if SHARED not in os.environ:
            return self._own
        from prometheus_client.multiprocess import MultiProcessCollector

        shared = CollectorRegistry()
        MultiProcessCollector(shared)  # type: ignore[no-untyped-call]
        return shared

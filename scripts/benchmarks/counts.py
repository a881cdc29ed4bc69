"""What one answer webhook costs in counts, which no machine changes: round trips, HMACs, waits for Redis.

`python -m scripts.benchmarks.counts SOCKET_FOLDER DATABASE_NAME` prints one line of JSON; the other settings come from
the environment.
"""

import hmac
import json
import os
import socket
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from scripts.benchmarks.carrier import answers
from scripts.benchmarks.wire import CountingWire

_CALLS = 3
# A statement is prepared at its second use: after two calls nothing is new.
_WARM_CALLS = 2


class _NoRedis:
    """A port where Redis would be; it counts who comes, and says nothing."""

    def __init__(self) -> None:
        self.visits = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"redis://127.0.0.1:{self._listener.getsockname()[1]}/0"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            self._listener.accept()
            self.visits += 1


def main() -> None:
    """Serve some calls and print the largest count of any webhook, after the connections are warm."""
    server_folder, name = Path(sys.argv[1]), sys.argv[2]
    redis = _NoRedis()
    with tempfile.TemporaryDirectory() as folder:
        wire = CountingWire(Path(folder), server_folder)
        os.environ["REDIS_URL"] = redis.url
        os.environ["DATABASE_URL"] = f"postgresql+psycopg://postgres@/{name}?host={folder}"
        from db.unit_of_work import Database
        from ivr.wsgi import make_app
        from scripts.benchmarks.seed import seed_calls

        database = Database(f"postgresql+psycopg://postgres@/{name}?host={server_folder}")
        calls = seed_calls(database, _WARM_CALLS + _CALLS)
        database.dispose()
        client = make_app().test_client()
        made = _counted_hmacs()

        def serve(answer: Any) -> tuple[int, int]:
            trips, hmacs = wire.round_trips, len(made)
            reply = client.post(answer.path, data=answer.body, headers=answer.headers)
            if reply.status_code != 200:
                raise RuntimeError(f"a webhook was answered with {reply.status_code}")
            return wire.round_trips - trips, len(made) - hmacs

        for call in calls[:_WARM_CALLS]:
            for answer in answers(call):
                serve(answer)
        visits = redis.visits
        found = [serve(answer) for call in calls[_WARM_CALLS:] for answer in answers(call)]
        counts = {
            "webhooks": len(found),
            "round_trips": max(trips for trips, _ in found),
            "hmacs": max(hmacs for _, hmacs in found),
            "redis": redis.visits - visits,
        }
        wire.close()
    print(json.dumps(counts), flush=True)


def _counted_hmacs() -> list[str]:
    """Grows by one with every HMAC that this process computes from now on."""
    made: list[str] = []

    def counting(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            made.append(name)
            return real(*arguments, **options)

        return call

    for name in ("digest", "new"):
        setattr(hmac, name, counting(name, getattr(hmac, name)))
    return made


if __name__ == "__main__":
    main()

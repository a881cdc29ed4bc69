"""The doubles of model servers, running, with their own doors to what they were asked."""

from __future__ import annotations

import json
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from scripts.simulator.openai_double.server import make_server

KEY = "sk-simulated"


@dataclass(frozen=True)
class Double:
    """A running double; ``url`` has no path."""

    url: str

    def door(self, method: str, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/simulator/{path}", data, method=method)  # noqa: S310
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            text = answer.read()
        return json.loads(text) if text else None

    def fault(self, **rule: Any) -> None:
        self.door("PUT", "faults", [rule])

    def requests(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.door("GET", "requests")["requests"]
        return found

    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(seen["body"]) for seen in self.requests()]

    def violations(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.door("GET", "violations")["violations"]
        return found

    def forget(self) -> None:
        self.door("DELETE", "faults")
        self.door("DELETE", "requests")


@contextmanager
def served(server: Any) -> Iterator[Double]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield Double(f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    server.server_close()
    thread.join()


@contextmanager
def running(*without: str) -> Iterator[Double]:
    """The OpenAI double, as a compatible server that lacks something."""
    with served(make_server(0, KEY, without=without)) as double:
        yield double

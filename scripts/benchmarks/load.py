"""The callers: a process of its own that keeps connections busy with requests made beforehand.

`python -m scripts.benchmarks.load FILE` reads the calls from FILE (JSON), then one round a line on stdin
(`{"port", "seconds", "connections"}`), and prints one line of JSON per round.
"""

import gc
import json
import select
import socket
import sys
import time
from collections import deque
from dataclasses import asdict, dataclass, field
from pathlib import Path

from scripts.benchmarks.carrier import SeededCall, answers


@dataclass
class Round:
    """What one round came to. ``cpu_s`` is this process's own: a generator near one core would be the bottleneck."""

    requests: int = 0
    seconds: float = 0.0
    cpu_s: float = 0.0
    failed: int = 0
    used_up: bool = False
    milliseconds: list[float] = field(default_factory=list)


class _Line:
    """One keep-alive connection and the call that it is about."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.waiting: deque[bytes] = deque()
        self.sent_at_s = 0.0
        self.received = b""

    def send(self, data: bytes) -> None:
        self.received = b""
        self.sent_at_s = time.perf_counter()
        self.socket.sendall(data)

    def receive(self) -> bytes | None:
        """The whole reply, or None while some of it is missing."""
        part = self.socket.recv(65536)
        if not part:
            raise ConnectionError("the server closed the connection")
        self.received += part
        head, separator, body = self.received.partition(b"\r\n\r\n")
        if not separator:
            return None
        length = head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0]
        return self.received if len(body) >= int(length) else None


class Callers:
    """Every request is sent once: a call's answers in order on one connection, then the next call."""

    def __init__(self, calls: list[SeededCall]) -> None:
        self._calls = deque([answer.wire("127.0.0.1") for answer in answers(call)] for call in calls)

    def play(self, port: int, seconds: float, connections: int) -> Round:
        """Keep that many connections busy for so long; every request that was begun is finished."""
        played = Round()
        lines = {line.socket.fileno(): line for line in (_Line(port) for _ in range(connections))}
        poll = select.epoll()
        gc.disable()
        cpu_s, began_s = time.process_time(), time.perf_counter()
        busy = 0
        for number, line in lines.items():
            poll.register(number, select.EPOLLIN)
            busy += self._next(line, played)
        while busy:
            for number, _ in poll.poll(10) or self._stuck():
                line = lines[number]
                reply = line.receive()
                if reply is None:
                    continue
                now_s = time.perf_counter()
                played.requests += 1
                played.milliseconds.append((now_s - line.sent_at_s) * 1000)
                if not reply.startswith(b"HTTP/1.1 200"):
                    played.failed += 1
                if now_s - began_s < seconds:
                    busy -= not self._next(line, played)
                else:
                    busy -= 1
        played.seconds = time.perf_counter() - began_s
        played.cpu_s = time.process_time() - cpu_s
        gc.enable()
        poll.close()
        # A call that the end of the round cut short goes on in the next round.
        self._calls.extendleft(list(line.waiting) for line in lines.values() if line.waiting)
        for line in lines.values():
            line.socket.close()
        return played

    def _next(self, line: _Line, played: Round) -> bool:
        if not line.waiting:
            if not self._calls:
                played.used_up = True
                return False
            line.waiting.extend(self._calls.popleft())
        line.send(line.waiting.popleft())
        return True

    @staticmethod
    def _stuck() -> list[tuple[int, int]]:
        raise TimeoutError("no reply for ten seconds")


def main() -> None:
    """Serve rounds until stdin ends."""
    callers = Callers([SeededCall(**call) for call in json.loads(Path(sys.argv[1]).read_text())])
    print("ready", flush=True)
    for line in sys.stdin:
        print(json.dumps(asdict(callers.play(**json.loads(line)))), flush=True)


if __name__ == "__main__":
    main()

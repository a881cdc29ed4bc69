"""Files on a directory: durable, whole or not there, and never outside of it."""

import errno
import os
import stat
import threading

import pytest

from ivr.gateways.file_keys import BadKey
from ivr.gateways.file_recordings import DirectoryStore
from ivr.gateways.ports import FileMissing, GatewayError, Trouble
from tests.gateways.test_file_stores import BAD_KEYS

KEY = "0b5c/recordings/RE00.wav"


@pytest.fixture
def store(tmp_path):
    return DirectoryStore(tmp_path / "files")


def test_nothing_is_made_before_the_first_file(store, tmp_path):
    with pytest.raises(FileMissing):
        store.size(KEY)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("key", BAD_KEYS)
def test_a_key_that_is_not_of_our_making_never_reaches_the_disk(store, tmp_path, key):
    reads = (store.get, store.size, store.delete, lambda key: store.read_range(key, 0, 1))
    for use in (*reads, lambda key: store.put(key, b"x", "text/plain")):
        with pytest.raises(BadKey):
            use(key)
    assert list(tmp_path.iterdir()) == []


def test_the_same_again_changes_nothing(store, tmp_path):
    store.put(KEY, b"sound", "audio/wav")
    before = (tmp_path / "files" / KEY).stat()
    store.put(KEY, b"sound", "audio/wav")
    after = (tmp_path / "files" / KEY).stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    store.put(KEY, b"other", "audio/wav")
    assert store.get(KEY) == b"other"


def test_other_users_read_nothing(store, tmp_path):
    store.put(KEY, b"sound", "audio/wav")
    assert stat.S_IMODE((tmp_path / "files" / KEY).stat().st_mode) & 0o077 == 0
    for folder in ("files", "files/0b5c", "files/0b5c/recordings"):
        assert stat.S_IMODE((tmp_path / folder).stat().st_mode) & 0o077 == 0


def test_bytes_and_name_are_on_the_disk_before_it_returns(store, tmp_path, monkeypatch):
    story = []
    real_fsync, real_replace = os.fsync, os.replace

    def fsync(descriptor):
        story.append("directory" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")
        real_fsync(descriptor)

    def replace(source, target):
        story.append("rename")
        real_replace(source, target)

    store.put("a/first", b"1", "t")
    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "replace", replace)
    store.put("a/second", b"2", "t")
    assert story == ["file", "rename", "directory"]


def test_a_full_disk_is_the_operators_matter_and_leaves_nothing(store, tmp_path, monkeypatch):
    store.put(KEY, b"old", "audio/wav")

    def full(_descriptor):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(GatewayError) as refused:
        store.put(KEY, b"new", "audio/wav")
    assert (refused.value.trouble, refused.value.code) == (Trouble.CONFIGURATION, "storage")
    assert KEY not in refused.value.message
    assert store.get(KEY) == b"old"
    assert [one.name for one in (tmp_path / "files" / KEY).parent.iterdir()] == ["RE00.wav"]


def test_a_broken_disk_is_tried_again(store, monkeypatch):
    def broken(_descriptor):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(GatewayError) as refused:
        store.put(KEY, b"new", "audio/wav")
    assert refused.value.retryable


def test_readers_see_a_whole_file_while_it_is_replaced(store):
    versions = [bytes([number]) * 200_000 for number in range(2)]
    store.put(KEY, versions[0], "audio/wav")
    stop = threading.Event()
    seen = []

    def read():
        while not stop.is_set():
            seen.append(store.get(KEY) in versions)

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(20):
        store.put(KEY, versions[number % 2], "audio/wav")
    stop.set()
    reader.join()
    assert seen
    assert all(seen)

"""What every store of files promises: the same claims about a directory and about a bucket behind a real S3 server."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from ivr.bootstrap import build_worker_services
from ivr.bootstrap_line import file_store
from ivr.gateways.file_keys import BadKey
from ivr.gateways.file_recordings import DirectoryStore
from ivr.gateways.ports import FileMissing, FileStore, GatewayError, Trouble
from ivr.gateways.s3_files import Bucket, BucketStore
from ivr.settings import BadSettings
from scripts.setup_check import check_storage
from tests.api.conftest import make_settings

KEY = "0b5c/recordings/RE00.wav"
BAD_KEYS = [
    "", "/etc/passwd", "../x", "a/../x", "a/..", "a//b", "a/", "./a", "a/.hidden", ".a", "a\\b", "a b", "a\x00b",
    "a\n", "ä", "a" * 201, "a/" * 300 + "a",
]  # fmt: skip
_numbers = count(1)


@pytest.fixture(scope="module")
def s3_url() -> Iterator[str]:
    """The address of a moto server: S3's own protocol over HTTP, in a process of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with suppress(OSError), urllib.request.urlopen(f"{url}/moto-api/data.json", timeout=1):  # noqa: S310
            break
        time.sleep(0.05)
    yield url
    server.terminate()
    server.wait(10)


@pytest.fixture
def keys_of_access(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("AWS_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key-of-no-account")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret-of-no-account")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture
def client(s3_url: str, keys_of_access: None) -> Any:
    """boto3 itself, to see from outside what the store has done."""
    import boto3

    return boto3.client("s3", endpoint_url=s3_url, region_name="us-east-1")


@pytest.fixture
def bucket(client: Any) -> str:
    name = f"viva-{next(_numbers)}"
    client.create_bucket(Bucket=name)
    return name


@pytest.fixture
def bucket_store(bucket: str, s3_url: str) -> BucketStore:
    return BucketStore(Bucket(bucket, "house/files", s3_url))


@pytest.fixture(params=["directory", "bucket"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> FileStore:
    if request.param == "directory":
        return DirectoryStore(tmp_path / "files")
    return request.getfixturevalue("bucket_store")


# --- both ------------------------------------------------------------------------------------------------------------


def test_it_is_a_file_store(store: FileStore) -> None:
    store.put(KEY, b"sound", "audio/wav")
    assert store.get(KEY) == b"sound"
    assert store.size(KEY) == 5
    store.delete(KEY)
    with pytest.raises(FileMissing):
        store.get(KEY)
    store.delete(KEY)


def test_what_is_not_there_is_missing(store: FileStore) -> None:
    for use in (store.get, store.size, lambda key: store.read_range(key, 0, 1)):
        with pytest.raises(FileMissing):
            use(KEY)
    store.delete(KEY)


@pytest.mark.parametrize(
    ("start", "end", "expected"), [(0, 0, b"0"), (2, 4, b"234"), (8, 100, b"89"), (10, 20, b""), (0, 9, b"0123456789")]
)
def test_a_range_has_both_ends(store: FileStore, start: int, end: int, expected: bytes) -> None:
    store.put(KEY, b"0123456789", "audio/wav")
    assert store.read_range(KEY, start, end) == expected


def test_an_empty_file_has_no_range(store: FileStore) -> None:
    store.put(KEY, b"", "audio/wav")
    assert (store.get(KEY), store.size(KEY), store.read_range(KEY, 0, 9)) == (b"", 0, b"")


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (4, 3)])
def test_an_impossible_range(store: FileStore, start: int, end: int) -> None:
    store.put(KEY, b"0123456789", "audio/wav")
    with pytest.raises(ValueError, match="range"):
        store.read_range(KEY, start, end)


def test_other_bytes_take_the_place_of_the_first(store: FileStore) -> None:
    store.put(KEY, b"sound", "audio/wav")
    store.put(KEY, b"other", "audio/wav")
    assert store.get(KEY) == b"other"


def test_a_folder_is_no_file(store: FileStore) -> None:
    store.put("a/b", b"x", "t")
    store.put("a/bc", b"y", "t")
    for use in (store.get, store.size, lambda key: store.read_range(key, 0, 1)):
        with pytest.raises(FileMissing):
            use("a")
    with pytest.raises(FileMissing):
        store.get("a/b/c")
    store.delete("a/b/c")
    store.delete("a/b")
    assert store.get("a/bc") == b"y"


def test_a_large_file_comes_back_whole(store: FileStore) -> None:
    data = os.urandom(5 * 1024 * 1024 + 17)
    store.put(KEY, data, "application/zip")
    assert store.get(KEY) == data
    assert store.read_range(KEY, 4_000_000, 4_999_999) == data[4_000_000:5_000_000]


# --- a bucket --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", BAD_KEYS)
def test_a_key_that_is_not_of_our_making_is_never_asked_for(key: str) -> None:
    nowhere = BucketStore(Bucket("b", "", "http://127.0.0.1:9"))
    reads = (nowhere.get, nowhere.size, nowhere.delete, lambda key: nowhere.read_range(key, 0, 1))
    for use in (*reads, lambda key: nowhere.put(key, b"x", "text/plain")):
        with pytest.raises(BadKey):
            use(key)


def test_a_file_is_private_and_has_its_type(bucket_store: BucketStore, bucket: str, client: Any) -> None:
    bucket_store.put(KEY, b"sound", "audio/wav")
    head = client.head_object(Bucket=bucket, Key=f"house/files/{KEY}")
    assert (head["ContentType"], head["ContentDisposition"]) == ("audio/wav", "attachment")
    grants = client.get_object_acl(Bucket=bucket, Key=f"house/files/{KEY}")["Grants"]
    assert [grant["Grantee"]["Type"] for grant in grants] == ["CanonicalUser"]


def test_erasing_takes_every_version(bucket_store: BucketStore, bucket: str, client: Any) -> None:
    client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    for data in (b"one", b"two", b"two"):
        bucket_store.put(KEY, data, "audio/wav")
    bucket_store.put(f"{KEY}.peaks", b"123", "application/json")
    # the same again made no version
    assert len(client.list_object_versions(Bucket=bucket, Prefix=f"house/files/{KEY}")["Versions"]) == 3

    bucket_store.delete(KEY)
    left = client.list_object_versions(Bucket=bucket)
    assert [one["Key"] for one in left["Versions"]] == [f"house/files/{KEY}.peaks"]
    assert "DeleteMarkers" not in left


def test_a_bucket_that_is_not_there_is_the_operators_matter(s3_url: str, keys_of_access: None) -> None:
    store = BucketStore(Bucket("no-such-bucket", "", s3_url))
    with pytest.raises(GatewayError) as refused:
        store.put(KEY, b"sound", "audio/wav")
    assert (refused.value.trouble, refused.value.code) == (Trouble.CONFIGURATION, "storage")
    assert "NoSuchBucket" in refused.value.message and KEY not in refused.value.message


def test_no_keys_of_access_are_the_operators_matter(
    s3_url: str, bucket: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    with pytest.raises(GatewayError) as refused:
        BucketStore(Bucket(bucket, "", s3_url)).get(KEY)
    assert refused.value.trouble is Trouble.CONFIGURATION and "AWS_ACCESS_KEY_ID" in refused.value.message


def test_a_store_that_is_away_is_tried_again_later(keys_of_access: None) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        away = f"http://127.0.0.1:{probe.getsockname()[1]}"
    with pytest.raises(GatewayError) as refused:
        BucketStore(Bucket("b", "", away)).put(KEY, b"sound", "audio/wav")
    assert refused.value.retryable and away not in refused.value.message


# --- which of them ---------------------------------------------------------------------------------------------------


def test_the_setting_decides(s3_url: str, tmp_path: Path) -> None:
    assert isinstance(file_store(make_settings(storage_url=f"file://{tmp_path}")), DirectoryStore)
    settings = make_settings(storage_url="s3://bucket/a/b", s3_endpoint_url=s3_url + "/")
    assert isinstance(file_store(settings), BucketStore)
    assert Bucket.parse("s3://bucket/a/b/", None) == Bucket("bucket", "a/b", None)
    assert Bucket.parse("s3://bucket", s3_url) == Bucket("bucket", "", s3_url)
    for wrong in ("s3://", "s3://key:secret@bucket", "s3://bucket/../x", "s3://bucket?a=b", "https://bucket"):
        with pytest.raises(ValueError, match=r"must|key"):
            Bucket.parse(wrong, None)


def test_a_bucket_without_boto3_stops_the_start_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ivr.bootstrap_line.find_spec", lambda name: None)
    with pytest.raises(BadSettings, match="requirements-extras"):
        file_store(make_settings(storage_url="s3://bucket"))


def test_the_setup_check_tries_the_bucket(s3_url: str, bucket: str, client: Any) -> None:
    found = check_storage(make_settings(storage_url=f"s3://{bucket}/x", s3_endpoint_url=s3_url))
    assert found.trouble is None or found.trouble == "", found
    assert "Contents" not in client.list_objects_v2(Bucket=bucket)
    wrong = check_storage(make_settings(storage_url="s3://no-such-bucket", s3_endpoint_url=s3_url))
    assert "NoSuchBucket" in (wrong.trouble or "") and wrong.remedy


def test_a_worker_says_at_its_start_that_the_bucket_cannot_be_used(
    s3_url: str, bucket: str, keys_of_access: None
) -> None:
    for name, told in ((bucket, []), ("no-such-bucket", ["storage.unusable"])):
        settings = make_settings(storage_url=f"s3://{name}", s3_endpoint_url=s3_url, database_url="sqlite:///:memory:")
        services = build_worker_services(settings)
        [watch] = [one for one in services.periodic if one.name == "storage"]
        with capture_logs() as logs:
            watch.call()
        services.database.dispose()
        assert [line["event"] for line in logs if line["log_level"] == "error"] == told
        assert all("NoSuchBucket" in line["why"] for line in logs if line["event"] == "storage.unusable")

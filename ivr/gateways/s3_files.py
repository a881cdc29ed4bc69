"""Recordings, résumés and exports in a bucket of S3 or of a store that speaks its language."""

import hashlib
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit
from uuid import uuid4

from ivr.gateways.file_keys import check_range, parts_of
from ivr.gateways.ports import FileMissing, GatewayError, Trouble

if TYPE_CHECKING:
    import botocore.exceptions

CONNECT_S = 3.0
READ_S = 10.0
# With its pauses this ends well within a task's lease.
ATTEMPTS = 3
_CONNECTIONS = 32
_PART = 1024 * 1024
_SHA256 = "sha256"
# https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html; a HEAD has no body and so only its status.
_MISSING = frozenset({"NoSuchKey", "NoSuchVersion", "NotFound", "404"})
_OPERATORS_MATTER = frozenset({
    "AccessDenied", "AccountProblem", "AllAccessDisabled", "AuthorizationHeaderMalformed", "ExpiredToken",
    "InvalidAccessKeyId", "InvalidBucketName", "InvalidToken", "NoSuchBucket", "PermanentRedirect",
    "SignatureDoesNotMatch", "QuotaExceeded", "400", "401", "403", "301",
})  # fmt: skip
_HAS_NO_VERSIONS = frozenset({"NotImplemented", "MethodNotAllowed", "501", "405"})

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Bucket:
    """STORAGE_URL taken apart: ``s3://bucket/prefix``; ``endpoint_url`` of another store than Amazon's."""

    name: str
    prefix: str
    endpoint_url: str | None

    @classmethod
    def parse(cls, url: str, endpoint_url: str | None) -> "Bucket":
        """Raises ValueError with what is wrong."""
        parts = urlsplit(url)
        prefix = parts.path.strip("/")
        if parts.scheme != "s3" or not parts.netloc or "@" in parts.netloc or parts.query or parts.fragment:
            raise ValueError("must be like s3://bucket/prefix; keys of access are AWS_ACCESS_KEY_ID and the like")
        if prefix:
            parts_of(prefix)
        return cls(parts.netloc, prefix, endpoint_url)


class BucketStore:
    """A FileStore on a bucket. Who may do what with it is the account's: no access list is ever set on a file.

    The client, and with it boto3, is made by the first who needs it. Each request has its deadlines, and is made
    ``ATTEMPTS`` times at most; every method raises GatewayError.
    """

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket
        self._guard = threading.Lock()
        self._made: Any = None

    def put(self, key: str, data: bytes, content_type: str) -> None:
        """Durably there when this returns: an upload is whole or not there at all."""
        place, digest = self._place(key), hashlib.sha256(data).hexdigest()
        there = self._head(place)
        # The same again would be one more version to pay for, and to erase.
        if there is not None and there.get("Metadata", {}).get(_SHA256) == digest:
            return
        self._asked(
            "write",
            lambda client: client.put_object(
                **place, Body=data, ContentType=content_type, ContentDisposition="attachment",
                Metadata={_SHA256: digest},
            ),
        )  # fmt: skip

    def get(self, key: str) -> bytes:
        """All of it. Raises FileMissing."""
        place = self._place(key)
        return self._asked("read", lambda client: _body(client.get_object(**place)), missing=key)

    def read_range(self, key: str, start: int, end: int) -> bytes:
        """Bytes ``start`` to ``end``, both included; fewer where the file ends before. Raises FileMissing."""
        check_range(start, end)
        place = self._place(key)

        def read(client: Any) -> bytes:
            try:
                return _body(client.get_object(**place, Range=f"bytes={start}-{end}"))
            except _client_error() as error:
                if _code(error) in {"InvalidRange", "416"}:
                    return b""
                raise

        return self._asked("read", read, missing=key)

    def size(self, key: str) -> int:
        """Length in bytes. Raises FileMissing."""
        there = self._head(self._place(key))
        if there is None:
            raise FileMissing(key)
        return int(there["ContentLength"])

    def delete(self, key: str) -> None:
        """Gone for good when this returns, with every version that the bucket has kept; what is gone is success."""
        place = self._place(key)
        self._asked("delete", lambda client: _delete_all(client, place))

    def check(self) -> None:
        """Write, read and delete a small file. Raises GatewayError with a sentence for the operator."""
        key = f"check/{uuid4().hex}"
        self.put(key, b"It can be written.", "text/plain")
        self.read_range(key, 0, 1)
        self.delete(key)

    def _place(self, key: str) -> dict[str, str]:
        parts_of(key)
        prefix = f"{self._bucket.prefix}/" if self._bucket.prefix else ""
        return {"Bucket": self._bucket.name, "Key": f"{prefix}{key}"}

    def _head(self, place: dict[str, str]) -> dict[str, Any] | None:
        def head(client: Any) -> dict[str, Any] | None:
            try:
                return dict(client.head_object(**place))
            except _client_error() as error:
                if _code(error) in _MISSING:
                    return None
                raise

        return self._asked("read", head)

    def _asked(self, verb: str, ask: Callable[[Any], T], missing: str = "") -> T:
        from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, PartialCredentialsError

        try:
            return ask(self._client())
        except ClientError as error:
            code = _code(error)
            if missing and code in _MISSING:
                raise FileMissing(missing) from None
            raise _refused(verb, code, is_ours=code in _OPERATORS_MATTER) from None
        except (NoCredentialsError, PartialCredentialsError):
            raise _refused(verb, "no AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY", is_ours=True) from None
        except BotoCoreError as error:
            # Its words carry addresses and keys of files.
            raise _refused(verb, type(error).__name__, is_ours=False) from None

    def _client(self) -> Any:
        with self._guard:
            if self._made is None:
                import boto3
                from botocore.config import Config

                config = Config(
                    connect_timeout=CONNECT_S, read_timeout=READ_S, max_pool_connections=_CONNECTIONS,
                    retries={"mode": "standard", "total_max_attempts": ATTEMPTS}, signature_version="s3v4",
                    # Stores other than Amazon's rarely have a name for each bucket, and do not know newer checksums.
                    s3={"addressing_style": "path" if self._bucket.endpoint_url else "auto"},
                    request_checksum_calculation="when_required", response_checksum_validation="when_required",
                )  # fmt: skip
                session = boto3.session.Session()
                # A region takes part in the signature, and stores other than Amazon's take any.
                region = session.region_name or "us-east-1"
                self._made = session.client(
                    "s3", endpoint_url=self._bucket.endpoint_url, region_name=region, config=config
                )
            return self._made


def _body(reply: Any) -> bytes:
    """What was asked for, read piece by piece as it comes, and all of it."""
    with closing(reply["Body"]) as body:
        return b"".join(body.iter_chunks(_PART))


def _delete_all(client: Any, place: dict[str, str]) -> None:
    client.delete_object(**place)
    pages = client.get_paginator("list_object_versions").paginate(Bucket=place["Bucket"], Prefix=place["Key"])
    try:
        found = [
            one["VersionId"]
            for page in pages
            for one in (*page.get("Versions", ()), *page.get("DeleteMarkers", ()))
            if one["Key"] == place["Key"]
        ]
    except _client_error() as error:
        if _code(error) in _HAS_NO_VERSIONS:
            return
        raise
    for version in found:
        client.delete_object(**place, VersionId=version)


def _client_error() -> "type[botocore.exceptions.ClientError]":
    from botocore.exceptions import ClientError

    found: type[botocore.exceptions.ClientError] = ClientError
    return found


def _code(error: "botocore.exceptions.ClientError") -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def _refused(verb: str, reason: str, *, is_ours: bool) -> GatewayError:
    if is_ours:
        sentence = f"The file store cannot {verb} ({reason}): check the bucket and the keys of access at STORAGE_URL."
        return GatewayError(sentence, trouble=Trouble.CONFIGURATION, code="storage")
    return GatewayError(f"The file store could not {verb} just now ({reason}).", trouble=Trouble.RETRY, code="storage")

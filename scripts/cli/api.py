"""The public API for a terminal: a key, an address, plain sentences when it says no; nothing of the app is imported."""

import json
import time
import urllib.error
import urllib.request
import uuid
from typing import Any
from urllib.parse import quote, urlencode

import click

TIMEOUT_S = 120
TRIES = 3


class Api:
    """JSON over HTTP. A POST carries one Idempotency-Key over all its tries, so that trying again does nothing twice.

    Raises click.ClickException with the API's own sentence and hint.
    """

    def __init__(self, url: str, key: str) -> None:
        self._base = url.rstrip("/") + "/api/v1"
        self._key = key

    def get(self, path: str) -> Any:
        """What stands at this path."""
        return self._send("GET", path, None, {})

    def post(self, path: str, body: bytes | dict[str, Any], **query: str) -> Any:
        """The answer to an object, or to the bytes of a CSV file."""
        data, kind = (body, "text/csv") if isinstance(body, bytes) else (json.dumps(body).encode(), "application/json")
        headers = {"Content-Type": kind, "Idempotency-Key": uuid.uuid4().hex}
        return self._send("POST", path + (f"?{urlencode(query)}" if query else ""), data, headers)

    def upload(self, path: str, fields: dict[str, str], name: str, data: bytes, **query: str) -> Any:
        """The answer to a form with one file, in whatever encoding it is."""
        boundary = uuid.uuid4().hex
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'.encode()
            for field, value in fields.items()
        ]
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{quote(name)}"; filename="people.csv"\r\n\r\n'
        body = b"".join(parts) + head.encode() + data + f"\r\n--{boundary}--\r\n".encode()
        headers = {
            "Content-Type": f"multipart/form-data; boundary={boundary}",
            "Idempotency-Key": uuid.uuid4().hex,
        }
        return self._send("POST", path + (f"?{urlencode(query)}" if query else ""), body, headers)

    def _send(self, method: str, path: str, data: bytes | None, headers: dict[str, str]) -> Any:
        request = urllib.request.Request(  # noqa: S310 - the operator's own address
            self._base + path, data, {"Authorization": f"Bearer {self._key}", **headers}, method=method
        )
        for left in reversed(range(TRIES)):
            try:
                with urllib.request.urlopen(request, timeout=TIMEOUT_S) as reply:  # noqa: S310
                    return json.loads(reply.read() or b"null")
            except urllib.error.HTTPError as error:
                wait_s = float(error.headers.get("Retry-After") or 1)
                if left and error.code in {429, 502, 503, 504}:
                    time.sleep(min(wait_s, 60))
                    continue
                raise click.ClickException(_said(error)) from None
            except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
                if not left:
                    reason = getattr(error, "reason", error)
                    raise click.ClickException(f"{self._base} cannot be reached: {reason}") from None
                time.sleep(1)
        raise AssertionError("the last try answers or raises")


def _said(error: urllib.error.HTTPError) -> str:
    try:
        problem = json.loads(error.read())
    except ValueError:
        return f"The server answered {error.code} {error.reason}."
    lines = [f"{problem.get('detail', '')} {problem.get('hint', '')}".strip() or f"The server answered {error.code}."]
    lines += [f"  {one['field']}: {one['message']}" for one in problem.get("errors", [])]
    return "\n".join(lines)

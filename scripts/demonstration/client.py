"""The public API and the doubles' control panels, as the demonstration uses them: plain HTTP, nothing of the app."""

import json
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from typing import Any


class ApiError(Exception):
    """The API said no; ``problem`` is its problem+json."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        super().__init__(f"{status} {problem.get('code', '')}: {problem.get('detail', '')}")
        self.status = status
        self.problem = problem


class Http:
    """JSON over HTTP to one address. Raises ApiError for 4xx and 5xx."""

    def __init__(self, base_url: str, headers: dict[str, str] | None = None) -> None:
        self.base_url = base_url
        self.headers = headers or {}

    def get(self, path: str, **query: str) -> Any:
        return self._send("GET", path + (f"?{urllib.parse.urlencode(query)}" if query else ""))

    def post(self, path: str, body: Any = None) -> Any:
        return self._send("POST", path, json.dumps(body or {}).encode(), {"Content-Type": "application/json"})

    def put(self, path: str, body: Any) -> Any:
        return self._send("PUT", path, json.dumps(body).encode(), {"Content-Type": "application/json"})

    def upload(self, path: str, fields: dict[str, str], name: str, filename: str, data: bytes) -> Any:
        """A multipart POST with one file."""
        boundary = uuid.uuid4().hex
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'.encode()
            for field, value in fields.items()
        ]
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\n\r\n'
        body = b"".join(parts) + head.encode() + data + f"\r\n--{boundary}--\r\n".encode()
        return self._send("POST", path, body, {"Content-Type": f"multipart/form-data; boundary={boundary}"})

    def raw(self, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of a GET."""
        request = urllib.request.Request(self.base_url + path, headers={**self.headers, **headers})  # noqa: S310
        with urllib.request.urlopen(request, timeout=30) as reply:  # noqa: S310
            return reply.status, dict(reply.headers), reply.read()

    def _send(self, method: str, path: str, body: bytes | None = None, extra: dict[str, str] | None = None) -> Any:
        headers = {**self.headers, **(extra or {})}
        if method == "POST":
            headers["Idempotency-Key"] = uuid.uuid4().hex
        request = urllib.request.Request(self.base_url + path, body, headers, method=method)  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=60) as reply:  # noqa: S310
                text = reply.read()
        except urllib.error.HTTPError as error:
            try:
                problem = json.loads(error.read())
            except ValueError:
                problem = {"detail": error.reason}
            raise ApiError(error.code, problem) from None
        return json.loads(text) if text else None


def wait_for(look: Any, is_done: Any, *, timeout_s: float, every_s: float = 0.15) -> Any:
    """Look until it is done, soon at first and then every ``every_s``; what was seen last when time runs out."""
    deadline = time.monotonic() + timeout_s
    pause_s = min(0.01, every_s)
    while True:
        seen = look()
        if is_done(seen) or time.monotonic() > deadline:
            return seen
        time.sleep(pause_s)
        pause_s = min(2 * pause_s, every_s)

"""One HTTP request to the carrier: one host, a deadline, no redirect, no repetition, and every refusal in our words.

Twilio's library asks through this instead of its own client, which follows netrc, retries and waits without end.
"""

import json
import ssl
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

import urllib3
from twilio.http import HttpClient
from twilio.http.response import Response

from ivr.gateways.ports import GatewayError, Trouble
from ivr.gateways.twilio_carrier import Deadlines
from ivr.gateways.twilio_errors import refusal

_CHUNK = 64 * 1024
_JSON_LIMIT = 4 * 1024 * 1024
_MARK = "X-Simulated"


class CarrierHttp(HttpClient):  # type: ignore[misc]  # the library has no types
    """``base_url`` is the only place that ever gets our credentials, whatever URL a request was made for."""

    def __init__(
        self, base_url: str, credentials: tuple[str, str], deadlines: Deadlines, *, simulated: bool
    ) -> None:
        super().__init__(logger=None, is_async=False)
        parts = urlsplit(base_url)
        self._origin = f"{parts.scheme}://{parts.netloc}"
        self._prefix = parts.path.rstrip("/")
        self._simulated = simulated
        self._authorization = urllib3.make_headers(basic_auth=":".join(credentials))
        self._deadlines = deadlines
        timeout = urllib3.Timeout(connect=deadlines.connect_s, read=deadlines.read_s)
        # As many as there may be threads: a smaller pool warns about each connection that it cannot take back.
        self._pool = urllib3.PoolManager(maxsize=256, retries=False, timeout=timeout)

    def request(
        self,
        method: str,
        uri: str,
        params: Mapping[str, object] | None = None,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        """The answer to a request of Twilio's library. Raises GatewayError for whatever is not a 2xx with JSON."""
        method = method.upper()
        fields = {name: value for name, value in (headers or {}).items() if name.lower() != "authorization"}
        body = None if data is None else urlencode(data, doseq=True)
        query = urlencode(params, doseq=True) if params else ""
        status, answered, content = self._exchange(method, uri, query, body, fields, _JSON_LIMIT)
        text = content.decode("utf-8", "replace")
        if method != "DELETE" and not _is_json_object(text):
            raise _unreadable(method)
        return Response(status, text, answered)

    def get_media(self, path: str, limit: int) -> tuple[bytes, str]:
        """A file and its content type. Raises GatewayError; "too_large" beyond ``limit`` bytes."""
        _, headers, content = self._exchange("GET", path, "", None, {"Accept": "audio/*"}, limit)
        return content, headers.get("Content-Type", "")

    def _exchange(
        self, method: str, uri: str, query: str, body: str | None, headers: Mapping[str, str], limit: int
    ) -> tuple[int, Mapping[str, str], bytes]:
        last_read_s = time.monotonic() + self._deadlines.total_s - self._deadlines.read_s
        parts = urlsplit(uri)
        joined = "&".join(part for part in (parts.query, query) if part)
        url = f"{self._origin}{self._prefix}{parts.path}{'?' + joined if joined else ''}"
        # A connection is used once: one that the other side has quietly closed would leave a dial unclear.
        sent = {**headers, **self._authorization, "Connection": "close"}
        try:
            response = self._pool.request(
                method, url, body=body, headers=sent, redirect=False, retries=False, preload_content=False
            )
            try:
                content = _read(response, last_read_s, limit)
            finally:
                response.close()
        except urllib3.exceptions.HTTPError as error:
            raise _broken(error, method) from error
        self._check_mark(response.headers, response.status, method)
        if not 200 <= response.status < 300:
            raise refusal(
                response.status,
                _code(content),
                retry_after=response.headers.get("Retry-After"),
                changes_something=method == "POST",
            )
        return response.status, response.headers, content

    def _check_mark(self, headers: Mapping[str, str], status: int, method: str) -> None:
        """A double is used on purpose or not at all, and the real carrier never in its place."""
        is_marked = headers.get(_MARK) == "1"
        if is_marked and not self._simulated:
            raise GatewayError(
                "TWILIO_API_BASE_URL leads to a simulated carrier, but SIMULATED is not set: nobody would be called.",
                trouble=Trouble.CONFIGURATION,
                code="simulated_response",
            )
        if self._simulated and not is_marked and 200 <= status < 300:
            raise GatewayError(
                "SIMULATED=1 is for the project's own carrier double, which does not answer at TWILIO_API_BASE_URL.",
                trouble=Trouble.CONFIGURATION,
                code="unmarked_response",
                unclear=method == "POST",
            )


def _read(response: urllib3.BaseHTTPResponse, last_read_s: float, limit: int) -> bytes:
    """The body; no read starts after ``last_read_s``, from where it could end after the deadline."""
    received = bytearray()
    while True:
        if time.monotonic() > last_read_s:
            raise urllib3.exceptions.ReadTimeoutError(None, "", "the answer came too slowly")  # type: ignore[arg-type]
        # read1: what one arrival brings; read() would wait, arrival after arrival, for the whole amount.
        chunk = response.read1(_CHUNK)
        if not chunk:
            return bytes(received)
        received += chunk
        if len(received) > limit:
            raise GatewayError(
                f"The carrier's answer is larger than {limit // (1024 * 1024)} MB.",
                trouble=Trouble.SUBJECT,
                code="too_large",
            )


def _broken(error: urllib3.exceptions.HTTPError, method: str) -> GatewayError:
    """No whole answer. Only where nothing can have been sent yet is it clear that nothing happened."""
    match error:
        case urllib3.exceptions.SSLError() if any(isinstance(one, ssl.SSLCertVerificationError) for one in error.args):
            return GatewayError(
                "The carrier's certificate is not trusted: check TWILIO_API_BASE_URL and the system's certificates.",
                trouble=Trouble.CONFIGURATION,
                code="certificate",
            )
        case urllib3.exceptions.NewConnectionError() | urllib3.exceptions.ConnectTimeoutError():
            return GatewayError("The carrier cannot be reached.", trouble=Trouble.RETRY, code="unreachable")
        case urllib3.exceptions.LocationValueError():
            return GatewayError(
                "TWILIO_API_BASE_URL is not an address.", trouble=Trouble.CONFIGURATION, code="bad_address"
            )
    return GatewayError(
        "The carrier did not answer in time, or broke off.",
        trouble=Trouble.RETRY,
        code="no_answer_in_time" if isinstance(error, urllib3.exceptions.TimeoutError) else "broken_connection",
        unclear=method == "POST",
    )


def _unreadable(method: str) -> GatewayError:
    return GatewayError(
        "What answers at the carrier's address is not the carrier.",
        trouble=Trouble.RETRY,
        code="bad_response",
        unclear=method == "POST",
    )


def _is_json_object(text: str) -> bool:
    return isinstance(_parsed(text), dict)


def _code(content: bytes) -> int | None:
    """Twilio's own number in an error's body: ``{"code": 21211, "message": …, "more_info": …, "status": 400}``."""
    body = _parsed(content.decode("utf-8", "replace"))
    code = body.get("code") if isinstance(body, dict) else None
    return code if isinstance(code, int) else None


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None

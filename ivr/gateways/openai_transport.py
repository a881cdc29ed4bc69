"""HTTP for the model client with an end: every connect, read and write stops when the request's total time is up.

httpx2 knows time-outs for a single read only, so a server that trickles a byte now and then would hold a thread for
ever. Here the sockets themselves look at the clock.
"""

import ssl
import threading
import time
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import httpcore2
import httpx2

# More than this is no reply to anything we ask.
MAX_REPLY_BYTES = 16 * 1024 * 1024


class _Budget(threading.local):
    """What the request of this thread may still do, and whether any of it has been sent."""

    ends_at: float | None = None
    has_sent = False

    def left(self, timeout: float | None) -> float | None:
        """The seconds that one step may take. Raises httpcore2.ReadTimeout when there are none."""
        if self.ends_at is None:
            return timeout
        left = self.ends_at - time.monotonic()
        if left <= 0:
            raise httpcore2.ReadTimeout("the total time for this request is up")
        return left if timeout is None else min(left, timeout)


class _Stream(httpcore2.NetworkStream):
    def __init__(self, inner: httpcore2.NetworkStream, budget: _Budget) -> None:
        self._inner = inner
        self._budget = budget

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._budget.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        # Set first: of a write that breaks nobody knows how much went out.
        self._budget.has_sent = self._budget.has_sent or bool(buffer)
        self._inner.write(buffer, self._budget.left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        secured = self._inner.start_tls(ssl_context, server_hostname, self._budget.left(timeout))
        return _Stream(secured, self._budget)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _Backend(httpcore2.NetworkBackend):
    def __init__(self, budget: _Budget) -> None:
        self._inner = httpcore2.SyncBackend()
        self._budget = budget

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        allowed = self._budget.left(timeout)
        return _Stream(self._inner.connect_tcp(host, port, allowed, local_address, socket_options), self._budget)


class _Body(httpx2.SyncByteStream):
    def __init__(self, inner: Iterable[bytes]) -> None:
        self._inner = inner

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        with _translated():
            for part in self._inner:
                size += len(part)
                if size > MAX_REPLY_BYTES:
                    raise httpx2.RemoteProtocolError("the reply is longer than any reply should be")
                yield part

    def close(self) -> None:
        close = getattr(self._inner, "close", None)
        if close is not None:
            close()


class DeadlineTransport(httpx2.BaseTransport):
    """A pool of connections to one base URL; give it to ``httpx2.Client``. Proxies of the environment are used."""

    def __init__(self, base_url: str, *, max_connections: int) -> None:
        self._budget = _Budget()
        proxy = _proxy_for(httpx2.URL(base_url))
        self._pool = httpcore2.ConnectionPool(
            ssl_context=ssl.create_default_context(),
            proxy=httpcore2.Proxy(url=proxy) if proxy else None,
            max_connections=max_connections,
            max_keepalive_connections=max_connections,
            keepalive_expiry=30.0,
            network_backend=_Backend(self._budget),
        )

    @contextmanager
    def within(self, total_s: float) -> Iterator[None]:
        """What this thread sends in the block has ``total_s`` seconds in all."""
        self._budget.ends_at, self._budget.has_sent = time.monotonic() + total_s, False
        try:
            yield
        finally:
            self._budget.ends_at = None

    @property
    def has_sent(self) -> bool:
        """Whether this thread's last block has sent anything; if not, the server knows nothing of the request."""
        return self._budget.has_sent

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        assert isinstance(request.stream, httpx2.SyncByteStream)  # noqa: S101 - httpx2 promises it to sync transports
        url = request.url
        with _translated():
            reply = self._pool.handle_request(
                httpcore2.Request(
                    method=request.method,
                    url=httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                    headers=request.headers.raw,
                    content=request.stream,
                    extensions=request.extensions,
                )
            )
        assert isinstance(reply.stream, Iterable)  # noqa: S101 - the pool is a sync one
        return httpx2.Response(
            status_code=reply.status, headers=reply.headers, stream=_Body(reply.stream), extensions=reply.extensions
        )

    def close(self) -> None:
        self._pool.close()


@contextmanager
def _translated() -> Iterator[None]:
    """httpcore2's errors as httpx2's: both libraries use the same names."""
    try:
        yield
    except (httpcore2.TimeoutException, httpcore2.NetworkError, httpcore2.ProtocolError, httpcore2.ProxyError,
            httpcore2.UnsupportedProtocol) as error:  # fmt: skip
        kind = getattr(httpx2, type(error).__name__, httpx2.TransportError)
        raise kind(str(error)) from error


def _proxy_for(url: httpx2.URL) -> str | None:
    """The proxy that the environment (HTTPS_PROXY, NO_PROXY, …) names for this address."""
    if urllib.request.proxy_bypass(url.host):
        return None
    return urllib.request.getproxies().get(url.scheme)

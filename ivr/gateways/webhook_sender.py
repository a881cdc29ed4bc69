"""One message to somebody else's address: over TLS, to a public address that was looked at before it was connected to,
with a deadline over all of it, no redirect, no proxy, no cookie, and no more of the answer than is worth keeping."""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from urllib.parse import urlsplit

from ivr.gateways.ports import GatewayError, Trouble, WebhookReply
from ivr.gateways.public_addresses import is_loopback, is_public

TOTAL_S = 10.0
CONNECT_S = 4.0
READ_LIMIT = 64 * 1024
EXCERPT_LIMIT = 1024
# A name may have many addresses; who does not answer at two of them is away.
_MOST_ADDRESSES = 2

Resolve = Callable[[str, int], Sequence[str]]


def resolve(host: str, port: int) -> Sequence[str]:
    """The IP addresses of a host, as the system orders them. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(address[0]) for *_, address in found))


class HttpWebhookSender:
    """POSTs to public addresses only. ``to_loopback`` lets it reach this machine as well, without TLS if the URL says
    so: for tests, demonstrations and development. ``ca_file`` trusts other certificates than the system does."""

    def __init__(
        self,
        *,
        to_loopback: bool = False,
        total_s: float = TOTAL_S,
        connect_s: float = CONNECT_S,
        resolve: Resolve = resolve,
        ca_file: str | None = None,
    ) -> None:
        self._to_loopback = to_loopback
        self._total_s = total_s
        self._connect_s = connect_s
        self._resolve = resolve
        self._ca_file = ca_file

    def send(self, url: str, headers: Mapping[str, str], body: bytes) -> WebhookReply:
        """Deliver it and say what was answered, whatever that was. Raises GatewayError when nothing was."""
        began = time.monotonic()
        parts = urlsplit(url)
        host, is_tls = parts.hostname or "", parts.scheme == "https"
        port = parts.port or (443 if is_tls else 80)
        addresses = self._allowed(host, port, is_tls)
        connection = http.client.HTTPConnection(host, port)
        try:
            with _Deadline(began + self._total_s) as deadline:
                connection.sock = self._connect(addresses, host, port, is_tls, deadline)
                path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
                connection.request("POST", path, body=body, headers={**headers, "Connection": "close"})
                response = connection.getresponse()
                if deadline.left_s() <= 0:
                    # The head was cut off, which http.client takes for its end.
                    raise TimeoutError
                excerpt = _excerpt(response)
        except (OSError, http.client.HTTPException) as error:
            raise _broken(error, time.monotonic() - began >= self._total_s) from error
        finally:
            connection.close()
        took_ms = round((time.monotonic() - began) * 1000)
        return WebhookReply(response.status, excerpt, took_ms, _retry_after_s(response.headers.get("Retry-After")))

    def _allowed(self, host: str, port: int, is_tls: bool) -> Sequence[str]:
        """The addresses to connect to: those that were looked at here, and no others. Raises GatewayError."""
        addresses = self._resolved(host, port)
        if self._to_loopback and addresses and all(map(is_loopback, addresses)):
            return addresses
        if not is_tls:
            raise _refused("The address is not https.")
        if not addresses or not all(map(is_public, addresses)):
            raise _refused("The name leads to an address that is not on the public internet.")
        return addresses[:_MOST_ADDRESSES]

    def _resolved(self, host: str, port: int) -> Sequence[str]:
        """The system's resolver knows no deadline: it is asked in a thread that may be left behind."""
        found: list[Sequence[str]] = []

        def ask() -> None:
            try:
                found.append(self._resolve(host, port))
            except (OSError, UnicodeError):
                found.append(())

        asking = threading.Thread(target=ask, name="resolve", daemon=True)
        asking.start()
        asking.join(self._connect_s)
        if not found or not found[0]:
            raise GatewayError("The host's name cannot be resolved.", trouble=Trouble.RETRY, code="unknown_host")
        return found[0]

    def _connect(
        self, addresses: Sequence[str], host: str, port: int, is_tls: bool, deadline: "_Deadline"
    ) -> socket.socket:
        for address in addresses:
            try:
                plain = socket.create_connection((address, port), timeout=min(self._connect_s, deadline.left_s()))
                break
            except OSError:
                if address == addresses[-1] or deadline.left_s() <= 0:
                    raise
        deadline.watch(plain)
        plain.settimeout(max(0.1, deadline.left_s()))
        if not is_tls:
            return plain
        # The certificate is the name's, though the connection was made to its address.
        secured = self._tls.wrap_socket(plain, server_hostname=host, do_handshake_on_connect=False)
        deadline.watch(secured)
        secured.do_handshake()
        return secured

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self._ca_file)


class _Deadline:
    """Cuts the watched connection when time is up: a receiver that sends a byte now and then would otherwise be waited
    for without end."""

    def __init__(self, ends_at: float) -> None:
        self._ends_at = ends_at
        self._watched: socket.socket | None = None
        self._timer = threading.Timer(max(0.0, self.left_s()), self._cut)
        self._timer.daemon = True

    def __enter__(self) -> "_Deadline":
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def left_s(self) -> float:
        """Seconds that are left."""
        return self._ends_at - time.monotonic()

    def watch(self, connection: socket.socket) -> None:
        """This is what to cut."""
        self._watched = connection

    def _cut(self) -> None:
        if self._watched is not None:
            try:
                # The plain socket's own way: TLS's would first say goodbye to the other side.
                socket.socket.shutdown(self._watched, socket.SHUT_RDWR)
            except OSError:
                return


def _excerpt(response: http.client.HTTPResponse) -> str:
    """The beginning of what was answered. A body that breaks off changes nothing about its status."""
    try:
        content = response.read(READ_LIMIT)[:EXCERPT_LIMIT]
    except (OSError, http.client.HTTPException, ValueError):
        content = b""
    text = content.decode("utf-8", "replace")
    return "".join(sign for sign in text if sign in "\n\t" or sign.isprintable())


def _retry_after_s(written: str | None) -> float | None:
    """Seconds or a date, https://www.rfc-editor.org/rfc/rfc9110#name-retry-after."""
    if written is None:
        return None
    try:
        if written.strip().isdigit():
            return float(written)
        return max(0.0, (parsedate_to_datetime(written) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError, OverflowError):
        return None


def _refused(sentence: str) -> GatewayError:
    return GatewayError(sentence, trouble=Trouble.RETRY, code="address_refused")


def _broken(error: Exception, is_late: bool) -> GatewayError:
    match error:
        case ssl.SSLCertVerificationError():
            sentence, code = "The receiver's certificate is not valid for its name.", "certificate"
        case _ if is_late or isinstance(error, TimeoutError):
            sentence, code = "The receiver did not answer in time.", "timeout"
        case ssl.SSLError():
            sentence, code = "The receiver speaks no TLS that we trust.", "tls"
        case ConnectionRefusedError():
            sentence, code = "Nobody answers at the receiver's address.", "unreachable"
        case http.client.HTTPException() if not isinstance(error, http.client.RemoteDisconnected):
            sentence, code = "What answers there does not speak HTTP.", "bad_response"
        case ConnectionError() | http.client.RemoteDisconnected():
            sentence, code = "The receiver broke the connection off.", "broken_connection"
        case _:
            sentence, code = "The receiver cannot be reached.", "unreachable"
    return GatewayError(sentence, trouble=Trouble.RETRY, code=code)

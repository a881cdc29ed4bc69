"""The double on a loopback port: one thread a connection, so that many requests can be in flight at once."""

import contextlib
import socket
import struct
import time
from collections.abc import Collection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Protocol

from .api import Api, Reply

_TRICKLE_PAUSE_S = 0.5


class Handles(Protocol):
    """Whatever answers a request: the method, the target, the headers in lower case, and the body."""

    def handle(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Reply: ...


class DoubleServer(ThreadingHTTPServer):
    """Any such thing on a loopback port."""

    daemon_threads = True
    request_queue_size = 512

    def __init__(self, port: int, api: Handles) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.api = api

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing about clients that hang up: timeouts are part of what is tried out here."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: DoubleServer

    def _handle(self) -> None:
        headers = {key.lower(): value for key, value in self.headers.items()}
        body = (
            self._chunks()
            if headers.get("transfer-encoding") == "chunked"
            else self.rfile.read(int(headers.get("content-length") or 0))
        )
        self._send(self.server.api.handle(self.command, self.path, headers, body))

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _handle

    def _chunks(self) -> bytes:
        found = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            found += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return found

    def _send(self, reply: Reply) -> None:
        if reply.delivery == "reset":
            # linger 0: the client sees a reset connection, not an orderly end
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            self.rfile.close()
            self.connection.close()
            return
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if reply.status != 204:
            self.send_header("Content-Type", reply.content_type)
            self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        if reply.delivery == "trickle":
            for offset in range(len(reply.body)):
                self.wfile.write(reply.body[offset : offset + 1])
                time.sleep(_TRICKLE_PAUSE_S)
        else:
            self.wfile.write(reply.body)

    def log_message(self, format: str, *args: object) -> None:
        """Keep the terminal for the demo: the ledger knows every request."""


def make_server(
    port: int, api_key: str | None = None, latency_ms: int = 0, without: Collection[str] = ()
) -> DoubleServer:
    """The double, bound to 127.0.0.1 and not yet serving; port 0 takes a free one (``server.server_port``).

    ``without``: what it lacks, as a compatible server might; see ``api.ABILITIES``.
    """
    return DoubleServer(port, Api(api_key, latency_ms, without))


def serve(server: DoubleServer) -> None:
    """Serve until the process is told to stop."""
    with contextlib.suppress(KeyboardInterrupt), server:
        server.serve_forever(poll_interval=0.2)

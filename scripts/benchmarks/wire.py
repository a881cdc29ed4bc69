"""Stands between a program and PostgreSQL and counts round trips: what was asked, and had to be waited for."""

import contextlib
import socket
import threading
from pathlib import Path

_CONNECTS = b"\x00\x03\x00"  # protocol 3.x in a start-up message: no round trip of a request
_BELL = b"NOTIFY"


class CountingWire:
    """A unix socket in ``folder`` that passes everything on to the server's own in ``server_folder``.

    A round trip is a message to the server after it had spoken last. The bell's connection sends only NOTIFY, from a
    thread of its own that no request waits for: it is not counted.
    """

    def __init__(self, folder: Path, server_folder: Path) -> None:
        self.round_trips = 0
        self._server = str(server_folder / ".s.PGSQL.5432")
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(folder / ".s.PGSQL.5432"))
        self._listener.listen(32)
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Cut every line."""
        for end in (self._listener, *self._open):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(self._server)
                self._open += [client, server]
                threading.Thread(target=_Line(self, client, server).run, daemon=True).start()


class _Line:
    def __init__(self, wire: CountingWire, client: socket.socket, server: socket.socket) -> None:
        self._wire, self._client, self._server = wire, client, server
        self._server_spoke = True
        self._is_the_bells = False

    def run(self) -> None:
        threading.Thread(target=self._back, daemon=True).start()
        with contextlib.suppress(OSError):
            while data := self._client.recv(65536):
                self._is_the_bells = self._is_the_bells or _BELL in data
                if self._server_spoke and not self._is_the_bells and _CONNECTS not in data[:8]:
                    self._wire.round_trips += 1
                self._server_spoke = False
                self._server.sendall(data)
            self._server.shutdown(socket.SHUT_RDWR)

    def _back(self) -> None:
        with contextlib.suppress(OSError):
            while data := self._server.recv(65536):
                self._server_spoke = True
                self._client.sendall(data)
            self._client.shutdown(socket.SHUT_RDWR)

"""The double as a web server on the loopback interface."""

from __future__ import annotations

import dataclasses
import os
import threading
from pathlib import Path

from flask import Flask, Response
from werkzeug.exceptions import HTTPException
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from .contract import twilio_contract
from .control import control
from .exchange import Config, Exchange
from .rest import rest

ADDRESS = "127.0.0.1"
POLL_S = 0.05  # how soon the server notices that it shall stop


class _QuietHandler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """The ledger has every request; the terminal needs none."""


class Carrier:
    """A running double; ``base_url`` is where it listens. Close it with ``stop``."""

    def __init__(self, config: Config, port: int = 0) -> None:
        app = Flask(__name__)
        self.server: BaseWSGIServer = make_server(ADDRESS, port, app, threaded=True, request_handler=_QuietHandler)
        self.base_url = f"http://{ADDRESS}:{self.server.server_port}"
        self.exchange = Exchange(dataclasses.replace(config, base_url=self.base_url))
        app.extensions["exchange"] = self.exchange
        app.extensions["contract"] = twilio_contract()
        app.register_blueprint(rest)
        app.register_blueprint(control)
        app.after_request(_mark)
        app.register_error_handler(Exception, self._fault)
        self._thread: threading.Thread | None = None

    def _fault(self, error: Exception) -> HTTPException | tuple[dict[str, str], int]:
        """A fault of the double itself is written down, so that no test takes it for the application's."""
        if isinstance(error, HTTPException):
            return error
        self.exchange.violation("double", f"{type(error).__name__}: {error}")
        return {"error": f"fault of the double: {error}"}, 500

    def start(self) -> None:
        """Serve in a thread of this process."""
        self._thread = threading.Thread(target=self.server.serve_forever, args=(POLL_S,), name="carrier", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop serving; calls in progress lose their thread with the process."""
        self.server.shutdown()
        if self._thread is not None:
            self._thread.join(timeout=5)
        self.server.server_close()


def write_port(path: Path, port: int) -> None:
    """Leave the port where the starter looks for it, whole or not at all."""
    unfinished = path.with_name(path.name + ".part")
    unfinished.write_text(f"{port}\n")
    os.replace(unfinished, path)


def _mark(response: Response) -> Response:
    response.headers["X-Simulated"] = "1"
    return response

"""A Flask view that returns a constant: the ceiling of this server and framework on this machine."""

from flask import Flask, Response

_REPLY = '<?xml version="1.0" encoding="UTF-8"?><Response><Say>Thank you.</Say><Hangup /></Response>'


def make_app() -> Flask:
    """An app that answers every POST alike and reads nothing."""
    app = Flask("constant", static_folder=None)

    @app.post("/<path:_>")
    def constant(_: str) -> Response:
        return Response(_REPLY, content_type="text/xml; charset=utf-8")

    return app

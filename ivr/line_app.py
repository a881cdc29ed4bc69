"""The part of the web application that is there from the start: for the carrier and for machines that watch.

Everybody else (programs, recruiters, candidates) is led on to the rest of the application, which is loaded when the
first of them comes: it is four fifths of the code, it takes a second, and no caller waits for it in silence.
"""

import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from flask import Blueprint, Flask

from ivr import http
from ivr.api import health
from ivr.api.meters import Meters
from ivr.current import EXTENSION
from ivr.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from ivr.services.line import LineServices

# Above every endpoint's own limit: a view that sets none reads no more than this.
_MAX_BODY = 11 * 1024 * 1024
_MAX_FORM_PARTS = 100


def create_line_app(
    line: "LineServices",
    settings: Settings,
    *,
    doors: tuple[Blueprint, ...],
    meters: Meters,
    others: "Callable[[], WSGIApplication]",
) -> Flask:
    """The app of a web process. ``doors`` are open from the start; ``others`` makes the app behind them, once."""
    app = bare_app(line, settings)
    health.install(app, settings, meters)
    for door in doors:
        app.register_blueprint(door)
    ours = frozenset(_first_part(rule.rule) for rule in app.url_map.iter_rules())
    app.wsgi_app = _Hall(app.wsgi_app, ours, others)  # type: ignore[method-assign]
    return app


def bare_app(services: "LineServices", settings: Settings) -> Flask:
    """An app that has its services and the manners of every door, and no door yet."""
    app = Flask("ivr", static_folder=None)
    app.config.update(
        SECRET_KEY=settings.secret_key.get_secret_value(),
        SECRET_KEY_FALLBACKS=[settings.secret_key_previous.get_secret_value()] if settings.secret_key_previous else [],
        MAX_CONTENT_LENGTH=_MAX_BODY,
        MAX_FORM_MEMORY_SIZE=1024 * 1024,
        MAX_FORM_PARTS=_MAX_FORM_PARTS,
    )
    app.extensions[EXTENSION] = services
    http.install(
        app, is_https=settings.webhook_base_url.startswith("https://"), proxies=settings.trusted_proxies
    )
    return app


class _Hall:
    """Asks where a request wants to go: to one of ``ours`` (first parts of paths), or to the app that is opened for
    the first who wants it. Others who come meanwhile wait; should opening it fail, the next one tries again."""

    def __init__(
        self, here: "WSGIApplication", ours: frozenset[str], others: "Callable[[], WSGIApplication]"
    ) -> None:
        self._here, self._ours, self._make = here, ours, others
        self._there: WSGIApplication | None = None
        self._opening = threading.Lock()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if _first_part(environ.get("PATH_INFO", "")) in self._ours:
            return self._here(environ, start_response)
        if self._there is None:
            with self._opening:
                if self._there is None:
                    self._there = self._make()
        return self._there(environ, start_response)


def _first_part(path: str) -> str:
    return path.lstrip("/").partition("/")[0]

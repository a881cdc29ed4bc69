"""The web application: doors joined to services, and nothing else."""

from typing import TYPE_CHECKING

from flask import Blueprint, Flask

from ivr import http
from ivr.api import blueprint as api
from ivr.current import EXTENSION
from ivr.settings import Settings

if TYPE_CHECKING:
    from ivr.services.catalog import Services

# Above every endpoint's own limit: a view that sets none reads no more than this.
_MAX_BODY = 11 * 1024 * 1024
_MAX_FORM_PARTS = 100


def create_app(
    services: "Services",
    settings: Settings,
    *,
    doors: tuple[Blueprint, ...] = (),
    redis_url: str | None = None,
) -> Flask:
    """The WSGI application. ``doors`` are the blueprints of the other doors (webhooks, dashboard); ``redis_url`` is
    where requests are counted, settings' own when not given."""
    app = Flask("ivr", static_folder=None)
    app.config.update(
        SECRET_KEY=settings.secret_key.get_secret_value(),
        SECRET_KEY_FALLBACKS=[settings.secret_key_previous.get_secret_value()] if settings.secret_key_previous else [],
        MAX_CONTENT_LENGTH=_MAX_BODY,
        MAX_FORM_MEMORY_SIZE=1024 * 1024,
        MAX_FORM_PARTS=_MAX_FORM_PARTS,
    )
    app.extensions[EXTENSION] = services
    http.install(app, is_https=settings.webhook_base_url.startswith("https://"))
    api.install(app, settings, redis_url or settings.redis_url)
    for door in doors:
        app.register_blueprint(door)
    return app

"""The web application: doors joined to services, and nothing else."""

from typing import TYPE_CHECKING

from flask import Blueprint, Flask

from ivr.api import blueprint as api
from ivr.api.meters import Meters
from ivr.line_app import bare_app
from ivr.settings import Settings

if TYPE_CHECKING:
    from ivr.services.catalog import Services


def create_app(
    services: "Services",
    settings: Settings,
    *,
    doors: tuple[Blueprint, ...] = (),
    redis_url: str | None = None,
    meters: Meters | None = None,
) -> Flask:
    """The WSGI application. ``doors`` are the blueprints of the other doors (webhooks, dashboard); ``redis_url`` is
    where requests are counted against their limits, settings' own when not given; ``meters`` count for /metrics, and
    are the app's own when not given."""
    app = bare_app(services, settings)
    api.install(app, settings, redis_url or settings.redis_url, meters or Meters())
    for door in doors:
        app.register_blueprint(door)
    return app

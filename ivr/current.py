"""The typed way from a view to the services."""

from typing import TYPE_CHECKING, cast

from flask import current_app

if TYPE_CHECKING:
    from ivr.services.catalog import Services
    from ivr.services.line import LineServices

EXTENSION = "viva"


def current_services() -> "Services":
    """The services of the app that handles this request."""
    return cast("Services", current_app.extensions[EXTENSION])


def line_services() -> "LineServices":
    """Those of them that every app has; the carrier's and the watchers' doors know no others."""
    return cast("LineServices", current_app.extensions[EXTENSION])

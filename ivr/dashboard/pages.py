"""How a page leaves the house: rendered, with a policy that lets the browser run and load nothing but our own."""

from typing import Any

from flask import Blueprint, Response, render_template, request

from ivr.current import current_services
from ivr.dashboard.session import user_or_none
from ivr.services.roles import PERMISSIONS

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "media-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)


def page(template: str, status: int = 200, **values: Any) -> Response:
    """A page under ``templates/dashboard``, with whoever is logged in as ``user`` and the looks of their organisation
    as ``branding``; ``permits`` is what they may do. A page about a fault of ours has none: it looks nothing up."""
    someone = user_or_none()
    branding = None
    if someone is not None and status < 500:
        branding = current_services().organisations.branding(someone.organisation_id)
    permits = PERMISSIONS[someone.role] if someone is not None else frozenset()
    html = render_template(f"dashboard/{template}", user=someone, branding=branding, permits=permits, **values)
    response = Response(html, status=status, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = POLICY
    return response


def protect(blueprint: Blueprint) -> None:
    """The door's own headers, redirects included."""

    @blueprint.after_request
    def headers(response: Response) -> Response:
        if request.endpoint != "dashboard.static":
            response.headers.setdefault("Vary", "Cookie")
            response.headers["X-Robots-Tag"] = "noindex"
        return response

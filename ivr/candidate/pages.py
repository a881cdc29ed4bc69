"""How this door's pages leave the house: without any script, and never indexed, kept or referred to."""

from typing import Any

from flask import Blueprint, Response, render_template, request

POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)


def page(template: str, status: int = 200, **values: Any) -> Response:
    """A page under ``templates/candidate``."""
    html = render_template(f"candidate/{template}", **values)
    response = Response(html, status=status, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = POLICY
    return response


def protect(blueprint: Blueprint) -> None:
    """The door's own headers, redirects included; the app's common ones come on top."""

    @blueprint.after_request
    def headers(response: Response) -> Response:
        if request.endpoint != "candidate.static":
            response.headers["X-Robots-Tag"] = "noindex, nofollow"
            response.headers["Cache-Control"] = "no-store"
            response.headers["Referrer-Policy"] = "no-referrer"
        return response

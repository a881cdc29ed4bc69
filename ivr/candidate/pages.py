"""How this door's pages leave the house: with no script but the microphone's, never indexed, kept or referred to."""

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


# The pages with a microphone: their script from here, what was recorded played back, the answer sent to us.
WITH_SCRIPT = "; ".join((POLICY, "script-src 'self'", "worker-src 'self'", "connect-src 'self'", "media-src blob:"))


def page(template: str, status: int = 200, *, policy: str = POLICY, **values: Any) -> Response:
    """A page under ``templates/candidate``."""
    html = render_template(f"candidate/{template}", **values)
    response = Response(html, status=status, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = policy
    # nothing of the device is of any use to this page, but for the microphone where answers are spoken
    microphone = "microphone=(self)" if policy is WITH_SCRIPT else "microphone=()"
    response.headers["Permissions-Policy"] = f"{microphone}, camera=(), geolocation=()"
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

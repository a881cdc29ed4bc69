"""Who may ask, and how often. The token in the path is the key; what else a request has to show depends on its kind.

A form carries a stamp that only the link's own page has, so that nothing but a press on its button changes anything.
JSON has to be called JSON, which no other site can send without the browser asking us first (CORS_ORIGINS); so it is
with a recording that comes with a header X-Requested-With, or from one of those front ends.
"""

import hashlib

from flask import Blueprint, Response, current_app, request

from interview.link import form_stamp, is_stamped
from ivr.current import current_services
from ivr.limits import RATE_LIMITER, Allowance, RateLimiter
from ivr.services.errors import Invalid
from ivr.settings import Settings

# A mail scanner may open a link many times: what it uses up is counted where it asks from, not against the candidate.
LOOKS_PER_MINUTE = 60
CHANGES_PER_MINUTE = 10
# Whoever answers quickly, or sends again after a lost connection, is no nuisance.
ANSWERS_PER_MINUTE = 40
_ANSWERS = frozenset({"candidate.start", "candidate.response", "candidate.complete"})
# Numbers are guessed by trying: these are the pages that ask for one.
PROOFS_PER_MINUTE = 4
_PROOFS = frozenset({"candidate.data", "candidate.erase"})
# What a page brings with it is counted where it is asked from alone.
_BELONGING = frozenset({"candidate.branding_styles", "candidate.branding_logo"})
# Many candidates may sit behind one address.
PLACE_PER_MINUTE = 600


class TooOften(Exception):
    """A limit was exceeded."""

    def __init__(self, allowance: Allowance) -> None:
        super().__init__()
        self.allowance = allowance


def guard(blueprint: Blueprint) -> None:
    """Count every request but those for files, and answer other front ends as CORS wants it."""

    @blueprint.before_request
    def count() -> Response | None:
        if request.endpoint == "candidate.static":
            return None
        if request.method == "OPTIONS":
            return Response(status=204)
        token, place = (request.view_args or {}).get("token", ""), request.remote_addr or "unknown"
        _hit("candidate_place", place, PLACE_PER_MINUTE)
        if request.method == "POST" and request.endpoint in _ANSWERS:
            _hit("candidate_answer", hashed(token), ANSWERS_PER_MINUTE)
        elif request.method == "POST":
            _hit("candidate_change", hashed(token), CHANGES_PER_MINUTE)
            if request.endpoint in _PROOFS:
                _hit("candidate_proof", hashed(token), PROOFS_PER_MINUTE)
        elif request.endpoint not in _BELONGING:
            _hit("candidate_look", hashed(f"{token}\n{place}"), LOOKS_PER_MINUTE)
        return None

    @blueprint.after_request
    def cors(response: Response) -> Response:
        origin = request.headers.get("Origin")
        if origin is not None and origin in _settings().cors_origins:
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Access-Control-Allow-Methods"] = "GET, POST"
            response.headers["Access-Control-Allow-Headers"] = "Content-Type, Idempotency-Key, X-Requested-With"
            # the app's own header keeps other sites from reading this, and these may
            response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        response.headers.add("Vary", "Origin")
        return response


def wants_json() -> bool:
    """Whether a program asks rather than a person's browser."""
    return request.is_json or (
        request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"
    )


def stamp(token: str) -> str:
    """What the forms of this link's page carry."""
    return form_stamp(_settings().pin_secrets[0], token)


def require_intent(token: str) -> None:
    """Raises Invalid for a change that comes neither from the page's form nor as a program's."""
    is_asked_first = "X-Requested-With" in request.headers or request.headers.get("Origin") in _settings().cors_origins
    if request.is_json or is_asked_first:
        return
    is_elsewhere = request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}
    if is_elsewhere or not is_stamped(request.form.get("stamp", ""), _settings().pin_secrets, token):
        raise Invalid("stale_form", "This form was not made by the link's page.", "Open the link and press its button.")


def _settings() -> Settings:
    return current_services().settings


def _hit(bucket: str, subject: str, per_minute: int) -> None:
    limiter: RateLimiter = current_app.extensions[RATE_LIMITER]
    allowance = limiter.hit(bucket, subject, per_minute)
    if allowance.is_exceeded:
        raise TooOften(allowance)


def hashed(text: str) -> str:
    """No token is kept where requests are counted."""
    return hashlib.sha256(text.encode()).hexdigest()

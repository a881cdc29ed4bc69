"""Which key a request carries and whether it may do this."""

from flask import request

from db.models import Scope
from ivr.api.errors import Problem
from ivr.current import current_services
from ivr.services.access import KeyIdentity
from ivr.services.errors import NotAllowed

_LONGEST_KEY = 512


def authenticate() -> KeyIdentity:
    """The identity behind the request's key. Raises Problem or Unauthenticated (401)."""
    return current_services().access.authenticate_key(given_key())


def given_key() -> str:
    """What stands in ``Authorization: Bearer`` or ``X-API-Key``. Raises Problem (401)."""
    scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
    raw = credentials.strip() if scheme.lower() == "bearer" else ""
    raw = raw or request.headers.get("X-API-Key", "").strip()
    if not raw:
        raise Problem(
            "key_missing",
            "This request carries no API key.",
            "Send the header Authorization: Bearer <key>, or X-API-Key.",
        )
    return raw[:_LONGEST_KEY]


def require(key: KeyIdentity, scope: Scope) -> None:
    """Raises NotAllowed when the key lacks the scope."""
    if scope not in key.scopes:
        raise NotAllowed(
            "scope_missing", f"This needs the scope {scope.value}.", "Use a key that has it; /api/v1/me shows yours."
        )

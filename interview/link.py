"""The secret in a candidate's link: derived from the key and the link's id, so that no database ever holds it."""

import base64
import hashlib
import hmac
from datetime import timedelta

LINK_LASTS = timedelta(days=14)
LONGEST_LINK = timedelta(days=90)
TOKEN_LENGTH = 22  # 16 bytes in base64url: nobody guesses 128 bits, and a text message stays short


def token_of(secret: str, link_id: str) -> str:
    """The token of this link under this key; whoever has no key computes none."""
    digest = hmac.digest(secret.encode(), f"candidate-link:{link_id}".encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest[:16]).decode().rstrip("=")


def is_signed(token: str, secrets: tuple[str, ...], link_id: str) -> bool:
    """Whether this is the link's token under one of the keys (the present one, the one before)."""
    return any([hmac.compare_digest(token.encode(), token_of(secret, link_id).encode()) for secret in secrets])


def form_stamp(secret: str, token: str) -> str:
    """What a form on the link's own page carries: who posts it has seen the page."""
    digest = hmac.digest(secret.encode(), f"candidate-form:{token}".encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest[:16]).decode().rstrip("=")


def is_stamped(stamp: str, secrets: tuple[str, ...], token: str) -> bool:
    """Whether the form came from the link's page, made under one of the keys."""
    return any([hmac.compare_digest(stamp.encode(), form_stamp(secret, token).encode()) for secret in secrets])

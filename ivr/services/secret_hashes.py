"""Secrets of ours are random and long: their SHA-256 is all that is kept, and needs no salt."""

import hashlib


def secret_hash(secret: str) -> str:
    """SHA-256 of a key, a link's or a session's secret, in hexadecimal."""
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()

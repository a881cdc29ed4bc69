"""Passwords, kept by Argon2id."""

import secrets
from functools import cache
from typing import TYPE_CHECKING

from ivr.services.errors import FieldProblem, Invalid

if TYPE_CHECKING:
    from argon2 import PasswordHasher

MIN_PASSWORD = 12
MAX_PASSWORD = 1024


def hash_password(password: str) -> str:
    """What is kept of a password. Raises Invalid when it is too short or too long."""
    if len(password) < MIN_PASSWORD:
        raise Invalid(
            "password_too_short",
            f"A password has {MIN_PASSWORD} characters or more.",
            problems=[FieldProblem("password", "too_short", f"This needs {MIN_PASSWORD} characters at least.")],
        )
    if len(password) > MAX_PASSWORD:
        sentence = f"This may have {MAX_PASSWORD} characters at most."
        raise Invalid("invalid_fields", sentence, problems=[FieldProblem("password", "too_long", sentence)])
    return _hasher().hash(password)


def password_matches(stored: str, password: str) -> bool:
    """Whether this password was kept as ``stored``."""
    from argon2.exceptions import VerificationError

    try:
        return _hasher().verify(stored, password[:MAX_PASSWORD])
    except VerificationError:
        return False


@cache
def nobodys_hash() -> str:
    """What a password is compared with when there is no account, so that both take the same time."""
    return _hasher().hash(secrets.token_urlsafe(16))


@cache
def _hasher() -> "PasswordHasher":
    # 50 ms and 64 MB a time, for the few requests that log somebody in: loaded when the first of them comes.
    from argon2 import PasswordHasher

    return PasswordHasher()

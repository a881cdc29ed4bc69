"""The number and the code with which a candidate calls in: derived from a secret, so that none is ever stored."""

import hashlib
import hmac
from dataclasses import dataclass

PIN_DIGITS = 6


@dataclass(frozen=True, slots=True)
class CallIn:
    """Where to call, in E.164, and the code to enter there."""

    number: str
    pin: str


def pin_of(secret: str, interview_id: str) -> str:
    """The six digits that open this interview to the candidate's own telephone; nobody computes them without the
    secret. Alone they open nothing: the caller's number must fit as well, and tries are limited."""
    digest = hmac.digest(secret.encode(), f"call-in:{interview_id}".encode(), hashlib.sha256)
    return f"{int.from_bytes(digest[:8]) % 10**PIN_DIGITS:0{PIN_DIGITS}d}"


def fits(pin: str, secrets: tuple[str, ...], interview_id: str) -> bool:
    """Whether the digits are those of this interview under one of the secrets (the present one, the one before)."""
    return any([hmac.compare_digest(pin.encode(), pin_of(secret, interview_id).encode()) for secret in secrets])


def spoken_digits(text: str) -> str:
    """The digits of a number one by one, in groups, as a voice should read them: "1 4 1, 5 5 5". A number of North
    America keeps the groups by which people there know it: "1, 4 1 5, 5 5 5, 0 1 0 0"."""
    digits = "".join(character for character in text if character.isdigit())
    if text.startswith("+1") and len(digits) == 11:
        groups = [digits[:1], digits[1:4], digits[4:7], digits[7:]]
    else:
        groups = [digits[start : start + 3] for start in range(0, len(digits), 3)]
    return ", ".join(" ".join(group) for group in groups)

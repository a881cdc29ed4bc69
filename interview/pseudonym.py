"""What stands for a telephone number once its owner is forgotten: the same for the same number, and no way back."""

import hashlib
import hmac

from interview.phone import PhoneNumber

# No telephone number and no name of ours begins like this, so a pseudonym is never taken for one.
MARK = "~"
FORGOTTEN = "******"
_DIGITS = 19


def pseudonym_of(secret: str, e164: str) -> str:
    """Twenty characters that stand for this number under this secret.

    Without the secret nobody can try out all numbers to see which one it was. 76 bits: no two of our numbers meet.
    """
    digest = hmac.digest(secret.encode(), f"number:{e164}".encode(), hashlib.sha256)
    return MARK + digest.hex()[:_DIGITS]


def is_pseudonym(text: str) -> bool:
    """Whether this stands for a number that was forgotten."""
    return text.startswith(MARK)


def shown_number(phone: str) -> str:
    """The number as it is; for a forgotten one stars, because its pseudonym tells a reader nothing."""
    return FORGOTTEN if is_pseudonym(phone) else phone


def masked_number(phone: str) -> str:
    """The number with its last four digits only; of a forgotten one nothing, in whichever form it comes."""
    return FORGOTTEN if is_pseudonym(phone) or phone == FORGOTTEN else PhoneNumber(phone).masked


def written_as(secrets: tuple[str, ...], e164: str) -> tuple[str, ...]:
    """Every way in which this number may stand in our tables: itself, and its pseudonym under each of the secrets."""
    return (e164, *(pseudonym_of(secret, e164) for secret in secrets))


def rater_of(secret: str, name: str) -> str:
    """What stands for a person who rates, in a data set that leaves the house: the same for the same person."""
    digest = hmac.digest(secret.encode(), f"rater:{name}".encode(), hashlib.sha256)
    return f"rater-{digest.hex()[:12]}"

"""Secrets that we must be able to read again, kept so that the database alone does not give them away."""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet


class SealBroken(Exception):
    """The key that sealed this is neither the present one nor the one before."""


class Seal:
    """Encrypts with a key made from SECRET_KEY for one ``purpose``; opens with the former SECRET_KEY too."""

    def __init__(self, secrets: Sequence[str], purpose: str) -> None:
        self._keys = [
            base64.urlsafe_b64encode(hmac.digest(secret.encode(), f"seal:{purpose}".encode(), hashlib.sha256))
            for secret in secrets
        ]

    def close(self, text: str) -> str:
        """The text, sealed."""
        return self._box.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """The text again. Raises SealBroken."""
        from cryptography.fernet import InvalidToken

        try:
            return self._box.decrypt(sealed.encode()).decode()
        except InvalidToken:
            raise SealBroken("sealed with a key that is gone") from None

    def renew(self, sealed: str) -> str:
        """The same text, sealed with the present key. Raises SealBroken."""
        return self.close(self.open(sealed))

    @cached_property
    def _box(self) -> "MultiFernet":
        # Not at the module's head: a web process needs it only when somebody enters an endpoint.
        from cryptography.fernet import Fernet, MultiFernet

        return MultiFernet([Fernet(key) for key in self._keys])

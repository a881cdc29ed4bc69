"""X-Twilio-Signature, computed from Twilio's description of it."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping


def sign(auth_token: str, url: str, params: Mapping[str, str]) -> str:
    """The signature of a request to ``url`` (no fragment) with these POST parameters (empty for GET).

    https://www.twilio.com/docs/usage/security#validating-requests
    """
    signed = url + "".join(name + params[name] for name in sorted(params))
    # Twilio's scheme is HMAC-SHA1
    return base64.b64encode(hmac.new(auth_token.encode(), signed.encode(), hashlib.sha1).digest()).decode()

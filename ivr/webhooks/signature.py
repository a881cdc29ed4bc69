"""Only who knows the auth token gets in: X-Twilio-Signature, checked before anything else is looked at.

https://www.twilio.com/docs/usage/security#validating-requests
"""

import base64
import hmac
from collections.abc import Sequence

from flask import Blueprint, abort, g, request
from twilio.request_validator import SIGNATURE_SETTINGS_HEADER, RequestValidator, get_signature_algorithm
from werkzeug.datastructures import MultiDict

from ivr.current import line_services

LARGEST_BODY = 64 * 1024


def guard(blueprint: Blueprint) -> None:
    """Check every request of the blueprint: size 413, signature and account 403, without a word of why."""
    blueprint.before_request(_check)


def is_genuine(
    url: str,
    form: MultiDict[str, str],
    signature: str,
    tokens: Sequence[str],
    algorithm: str | None = None,
) -> bool:
    """Whether one of ``tokens`` made the signature of this very URL and form; the first token is the current one.

    The usual request costs one HMAC. What does not match that way (the token before a rotation, repeated fields, a
    port that was signed or left out, SHA-256) is left to Twilio's own validator, which tries two HMACs a token.
    """
    fields = "".join(name + value for name, value in sorted(form.items()))
    expected = base64.b64encode(hmac.digest(tokens[0].encode(), (url + fields).encode(), "sha1"))
    if hmac.compare_digest(expected, signature.encode()):
        return True
    return any(RequestValidator(token).validate(url, form, signature, algorithm) for token in tokens)


def _check() -> None:
    g.is_signed = False
    if (request.content_length or 0) > LARGEST_BODY:
        abort(413)
    # of a body that does not say its length no more than this is read, and what is left does not fit its signature
    request.max_content_length = LARGEST_BODY
    services = line_services()
    settings = services.settings
    signature = request.headers.get("X-Twilio-Signature", "")
    form = request.form
    tokens = [settings.twilio_auth_token.get_secret_value()]
    if settings.twilio_auth_token_previous is not None:
        tokens.append(settings.twilio_auth_token_previous.get_secret_value())
    algorithm = get_signature_algorithm(request.headers.get(SIGNATURE_SETTINGS_HEADER))
    if not signature or not is_genuine(_public_url(settings.webhook_base_url), form, signature, tokens, algorithm):
        abort(403)
    if (form or request.args).get("AccountSid") != settings.twilio_account_sid:
        abort(403)
    g.is_signed = True


def _public_url(base_url: str) -> str:
    """The URL as we handed it out: neither Host nor X-Forwarded-* have a say in it."""
    query = request.query_string.decode("ascii", "replace")
    return f"{base_url}{request.path}{'?' + query if query else ''}"

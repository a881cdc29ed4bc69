"""Coming in by single sign-on: whom the organisation's identity provider vouches for, and who has an account here."""

import secrets
from dataclasses import dataclass

import structlog

from ivr.gateways.ports import GatewayError, Identity, IdentityProvider, Trouble
from ivr.services.errors import ServiceError, Unauthenticated
from ivr.services.logins import LoginService

CALLBACK = "/login/sso/callback"
_AGAIN = "Begin again."

log = structlog.get_logger("viva.sso")


@dataclass(frozen=True, slots=True)
class Begun:
    """A login under way: the browser goes to ``url``; the rest is kept for its return and used once."""

    url: str
    state: str
    nonce: str
    verifier: str


class SingleSignOn:
    """``base_url`` is where browsers reach us: the provider has to know ``redirect_uri``."""

    def __init__(self, provider: IdentityProvider, logins: LoginService, base_url: str) -> None:
        self._provider = provider
        self._logins = logins
        self.redirect_uri = f"{base_url}{CALLBACK}"

    def begin(self) -> Begun:
        """Where to send the browser. Raises ServiceError ``sso_unavailable``."""
        state, nonce, verifier = (secrets.token_urlsafe(48) for _ in range(3))
        try:
            url = self._provider.login_url(
                redirect_uri=self.redirect_uri, state=state, nonce=nonce, verifier=verifier
            )
        except GatewayError as error:
            raise _unavailable(error) from error
        return Begun(url, state, nonce, verifier)

    def finish(self, code: str, *, nonce: str, verifier: str, request_id: str | None = None) -> str:
        """The secret of a new session. Raises ServiceError ``sso_unavailable``, and Unauthenticated: ``sso_failed``,
        ``sso_email_unverified``, ``sso_unknown_person``, ``sso_deactivated``."""
        someone = self._identity(code, nonce, verifier)
        if not someone.email_verified:
            raise Unauthenticated(
                "sso_email_unverified", "Your single sign-on has not confirmed your e-mail address.",
                "Have it confirmed there, or log in with your password.",
            )  # fmt: skip
        return self._logins.enter_vouched_for(someone.email, "single_sign_on", request_id)

    def _identity(self, code: str, nonce: str, verifier: str) -> Identity:
        try:
            return self._provider.identity(
                code=code, redirect_uri=self.redirect_uri, nonce=nonce, verifier=verifier
            )
        except GatewayError as error:
            if error.trouble is Trouble.OUTPUT:
                log.warning("single sign-on refused", reason=error.message)
                raise Unauthenticated(
                    "sso_failed", "Your single sign-on did not confirm who you are.", _AGAIN
                ) from error
            raise _unavailable(error) from error


def _unavailable(error: GatewayError) -> ServiceError:
    log.warning("single sign-on unavailable", reason=error.message)
    if error.trouble is Trouble.CONFIGURATION:
        sentence, hint = "Single sign-on is not set up correctly.", "Log in with your password, and tell the operator."
    else:
        sentence, hint = "Single sign-on cannot be reached just now.", "Log in with your password, or try again later."
    return ServiceError("sso_unavailable", sentence, hint)

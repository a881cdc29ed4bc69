"""Single sign-on with an OpenID provider: authorization code with PKCE, and an ID token that is verified here.

The provider is the operator's own choice (OIDC_ISSUER); what it says is believed only under its keys.
https://openid.net/specs/openid-connect-core-1_0.html#CodeFlowAuth
"""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn
from urllib.parse import urlencode, urlsplit

import urllib3
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import BadSignatureError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from ivr.gateways.ports import GatewayError, Identity, Trouble

CONNECT_S = 3.0
TOTAL_S = 6.0
LONGEST_BODY = 512 * 1024
# Providers change keys seldom and addresses hardly ever.
KEPT_S = 3600.0
# How far the provider's clock may be from ours.
LEEWAY_S = 60
# Signed with a key of the provider's alone: "none" and shared secrets vouch for nobody.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
_DISCOVERY = "/.well-known/openid-configuration"
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class _Found:
    """What the provider says of itself, and its keys; good until ``until_s`` of our clock."""

    about: Mapping[str, Any]
    keys: KeySet
    until_s: float


class OidcProvider:
    """One issuer that we are a client of. Addresses and keys are asked for when first needed, and kept for an hour."""

    def __init__(
        self, issuer: str, client_id: str, client_secret: str, *, clock_s: Callable[[], float] = time.time
    ) -> None:
        self._issuer = issuer
        self._client_id = client_id
        self._client_secret = client_secret
        self._clock_s = clock_s
        self._found: _Found | None = None
        self._http = urllib3.PoolManager(
            retries=False, timeout=urllib3.Timeout(connect=CONNECT_S, total=TOTAL_S), maxsize=2
        )

    def login_url(self, *, redirect_uri: str, state: str, nonce: str, verifier: str) -> str:
        """Where the browser is sent. Raises GatewayError when the provider cannot be asked where that is."""
        query = {
            "response_type": "code", "scope": "openid email", "client_id": self._client_id,
            "redirect_uri": redirect_uri, "state": state, "nonce": nonce, "code_challenge_method": "S256",
            "code_challenge": create_s256_code_challenge(verifier),
        }  # fmt: skip
        endpoint = self._endpoint("authorization_endpoint")
        return f"{endpoint}{'&' if urlsplit(endpoint).query else '?'}{urlencode(query)}"

    def identity(self, *, code: str, redirect_uri: str, nonce: str, verifier: str) -> Identity:
        """Whom the provider vouches for. Raises GatewayError: RETRY when it cannot be asked, CONFIGURATION when it does
        not know us, OUTPUT for a code that it does not take and for everything that it should not have said."""
        form = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri, "code_verifier": verifier,
        }  # fmt: skip
        headers = {}
        if self._has("token_endpoint_auth_methods_supported", "client_secret_basic", otherwise=True):
            # RFC 6749, section 2.3.1: both are form-encoded before they are joined
            pair = urlencode({self._client_id: self._client_secret}).replace("=", ":", 1)
            headers = urllib3.make_headers(basic_auth=pair)
        else:
            form |= {"client_id": self._client_id, "client_secret": self._client_secret}
        tokens = self._ask("POST", self._endpoint("token_endpoint"), headers, urlencode(form))
        claims = self._claims(tokens, nonce)
        return self._person(claims, tokens)

    # --- the ID token

    def _claims(self, tokens: Mapping[str, Any], nonce: str) -> Mapping[str, Any]:
        """What the ID token says, once its signature, issuer, audience, times and nonce are right."""
        token, keys_age = tokens.get("id_token"), self._found
        if not isinstance(token, str):
            _refuse("There is no ID token.")
        try:
            try:
                found = jwt.decode(token, self._known().keys, algorithms=list(ALGORITHMS))
            except (BadSignatureError, InvalidKeyIdError):
                if keys_age is None or self._found is not keys_age:
                    raise
                self._found = None  # the provider may have new keys
                found = jwt.decode(token, self._known().keys, algorithms=list(ALGORITHMS))
            claims = CodeIDToken(
                found.claims, found.header,
                options={
                    "iss": {"essential": True, "value": str(self._known().about["issuer"])},
                    "aud": {"essential": True, "value": self._client_id},
                },
                params={
                    "nonce": nonce, "client_id": self._client_id, "access_token": tokens.get("access_token"),
                },
            )  # fmt: skip
            claims.validate(now=int(self._clock_s()), leeway=LEEWAY_S)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            _refuse(f"The ID token is not valid: {getattr(error, 'error', type(error).__name__)}.", error)
        return dict(claims)

    def _person(self, claims: Mapping[str, Any], tokens: Mapping[str, Any]) -> Identity:
        said: Mapping[str, Any] = claims
        if "email" not in claims and isinstance(self._known().about.get("userinfo_endpoint"), str):
            headers = {"Authorization": f"Bearer {tokens.get('access_token', '')}"}
            said = self._ask("GET", self._endpoint("userinfo_endpoint"), headers)
            if said.get("sub") != claims["sub"]:
                _refuse("The person of the ID token and of the userinfo are not the same.")
        email = said.get("email")
        if not isinstance(email, str) or not email.strip():
            _refuse("No e-mail address is said.")
        return Identity(str(claims["sub"]), email.strip(), said.get("email_verified") is True)

    # --- what is known of the provider

    def _known(self) -> _Found:
        found = self._found
        if found is None or found.until_s <= self._clock_s():
            about = self._ask("GET", self._issuer.rstrip("/") + _DISCOVERY)
            said = about.get("issuer")
            if not isinstance(said, str) or said.rstrip("/") != self._issuer.rstrip("/"):
                _misconfigured("What answers at OIDC_ISSUER says that it is another issuer.")
            try:
                keys = KeySet.import_key_set(self._ask("GET", _address(about, "jwks_uri")))  # type: ignore[arg-type]
            except (JoseError, ValueError, TypeError, KeyError) as error:
                _refuse("The issuer's keys cannot be read.", error)
            found = self._found = _Found(about, keys, self._clock_s() + KEPT_S)
        return found

    def _endpoint(self, name: str) -> str:
        return _address(self._known().about, name)

    def _has(self, name: str, wanted: str, *, otherwise: bool) -> bool:
        said = self._known().about.get(name)
        return wanted in said if isinstance(said, list) else otherwise

    # --- asking

    def _ask(
        self, method: str, url: str, headers: Mapping[str, str] | None = None, body: str | None = None
    ) -> dict[str, Any]:
        """A JSON object that is answered. Redirects are not followed: a code or a key must not go elsewhere."""
        sent = {"Accept": "application/json", **(headers or {})}
        if body is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        ends_s = time.monotonic() + TOTAL_S
        try:
            response = self._http.request(
                method, url, headers=sent, body=body, redirect=False, preload_content=False
            )
            read = b""
            for piece in response.stream(16 * 1024):
                read += piece
                if len(read) > LONGEST_BODY or time.monotonic() > ends_s:
                    raise _unreachable()
            response.release_conn()
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise _unreachable() from error
        try:
            said = json.loads(read)
        except ValueError:
            said = None
        if response.status >= 500 or response.status == 429:
            raise _unreachable()
        if response.status == 401 or (isinstance(said, dict) and said.get("error") == "invalid_client"):
            _misconfigured("The issuer does not know this client: look at OIDC_CLIENT_ID and OIDC_CLIENT_SECRET.")
        if response.status != 200 or not isinstance(said, dict):
            _refuse(f"The issuer answered HTTP {response.status}.")
        return said


def _address(about: Mapping[str, Any], name: str) -> str:
    """An address that the provider names: over TLS, or on this machine."""
    said = about.get(name)
    parts = urlsplit(said if isinstance(said, str) else "")
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        _misconfigured(f"The issuer names no safe {name}.")
    return str(said)


def _unreachable() -> GatewayError:
    return GatewayError("The issuer cannot be reached.", trouble=Trouble.RETRY, code="unreachable")


def _refuse(sentence: str, cause: Exception | None = None) -> NoReturn:
    raise GatewayError(sentence, trouble=Trouble.OUTPUT, code="not_confirmed") from cause


def _misconfigured(sentence: str) -> NoReturn:
    raise GatewayError(sentence, trouble=Trouble.CONFIGURATION, code="configuration")

"""A small OpenID provider over HTTP: discovery, keys, a login that is granted at once, codes that are good once."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote_plus, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT_ID, CLIENT_SECRET = "viva voce", "a secret: with / and ="


@dataclass
class OidcDouble:
    """Vouches for ``person``. ``claims`` go over what an ID token says, ``about`` over what discovery says."""

    person: dict[str, Any] = field(default_factory=lambda: {"sub": "u-1", "email": "anna@example.com",
                                                            "email_verified": True})  # fmt: skip
    claims: dict[str, Any] = field(default_factory=dict)
    about: dict[str, Any] = field(default_factory=dict)
    in_userinfo: bool = False
    is_away: bool = False
    sign: Callable[[dict[str, Any]], str] | None = None
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "k1", "alg": "RS256", "use": "sig"})
        self.codes: dict[str, dict[str, str]] = {}
        self.tokens: dict[str, dict[str, Any]] = {}
        handler = type("Handler", (_Handler,), {"double": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.issuer = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def turn_keys(self) -> None:
        """The provider signs with a new key from now on."""
        self.key = RSAKey.generate_key(2048, {"kid": secrets.token_hex(4), "alg": "RS256", "use": "sig"})

    def id_token(self, nonce: str, access_token: str) -> str:
        half = hashlib.sha256(access_token.encode()).digest()[:16]
        now = int(time.time())
        said = {
            "iss": self.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 300, "nonce": nonce,
            "at_hash": base64.urlsafe_b64encode(half).rstrip(b"=").decode(),
            **({"sub": self.person["sub"]} if self.in_userinfo else self.person), **self.claims,
        }  # fmt: skip
        if self.sign is not None:
            return self.sign(said)
        kept = {name: value for name, value in said.items() if value is not None}
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, kept, self.key)


class _Handler(BaseHTTPRequestHandler):
    double: OidcDouble

    def log_message(self, format: str, *args: Any) -> None: ...

    def do_GET(self) -> None:
        self._answer(None)

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers["Content-Length"])).decode())

    def _answer(self, body: str | None) -> None:
        double, parts = self.double, urlsplit(self.path)
        double.asked.append(parts.path)
        if double.is_away:
            self._send(503, {})
        elif parts.path == "/.well-known/openid-configuration":
            base = double.issuer
            self._send(200, {
                "issuer": base, "authorization_endpoint": f"{base}/authorize", "token_endpoint": f"{base}/token",
                "jwks_uri": f"{base}/keys", "userinfo_endpoint": f"{base}/userinfo", **double.about,
            })  # fmt: skip
        elif parts.path == "/keys":
            self._send(200, {"keys": [double.key.as_dict(private=False)]})
        elif parts.path == "/authorize":
            self._authorize({name: values[0] for name, values in parse_qs(parts.query).items()})
        elif parts.path == "/token":
            self._token({name: values[0] for name, values in parse_qs(body or "").items()})
        elif parts.path == "/userinfo":
            token = self.headers["Authorization"].removeprefix("Bearer ")
            self._send(200, double.tokens.get(token, {"error": "invalid_token"}))
        else:
            self._send(404, {})

    def _authorize(self, query: dict[str, str]) -> None:
        asked = (query["response_type"], query["client_id"], query["code_challenge_method"])
        if asked != ("code", CLIENT_ID, "S256") or "openid" not in query["scope"].split():
            self._send(400, {"error": "invalid_request"})
            return
        code = secrets.token_urlsafe(16)
        self.double.codes[code] = query
        back = urlencode({"code": code, "state": query["state"]})
        self.send_response(302)
        self.send_header("Location", f"{query['redirect_uri']}?{back}")
        self.end_headers()

    def _token(self, form: dict[str, str]) -> None:
        scheme, _, encoded = (self.headers["Authorization"] or "").partition(" ")
        pair = base64.b64decode(encoded).decode().partition(":") if scheme == "Basic" else ("", "", "")
        client = (unquote_plus(pair[0]), unquote_plus(pair[2])) if scheme == "Basic" else (
            form.get("client_id"), form.get("client_secret")
        )  # fmt: skip
        if client != (CLIENT_ID, CLIENT_SECRET):
            self._send(401, {"error": "invalid_client"})
            return
        query = self.double.codes.pop(form["code"], None)
        challenge = hashlib.sha256(form["code_verifier"].encode()).digest()
        is_right = query is not None and query["redirect_uri"] == form["redirect_uri"] and query[
            "code_challenge"
        ] == base64.urlsafe_b64encode(challenge).rstrip(b"=").decode()  # fmt: skip
        if query is None or not is_right:
            self._send(400, {"error": "invalid_grant"})
            return
        access_token = secrets.token_urlsafe(16)
        self.double.tokens[access_token] = self.double.person
        self._send(200, {
            "access_token": access_token, "token_type": "Bearer",
            "id_token": self.double.id_token(query["nonce"], access_token),
        })  # fmt: skip

    def _send(self, status: int, body: dict[str, Any]) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

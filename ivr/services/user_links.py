"""One-time links for people with an account: to log in, to accept an invitation, to choose a new password.

As with candidates' links the secret is derived from the key and the link's id: a worker can write it into an e-mail,
and no database or queue ever holds it.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from db.columns import new_id
from db.models import LinkPurpose, LoginLink, User
from db.repositories import users as rows
from ivr.services.secret_hashes import secret_hash

LASTS = {
    LinkPurpose.LOGIN: timedelta(minutes=15),
    LinkPurpose.INVITE: timedelta(days=7),
    LinkPurpose.RESET: timedelta(hours=4),
}
# Who has one of these chooses a password with it.
CHOOSING = (LinkPurpose.INVITE, LinkPurpose.RESET)
_PATHS = {LinkPurpose.LOGIN: "/login/link/", LinkPurpose.INVITE: "/login/password/",
          LinkPurpose.RESET: "/login/password/"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class UserLinks:
    """``secrets`` are the present key and the one before a rotation; ``base_url`` is where the dashboard is."""

    base_url: str
    secrets: tuple[str, ...]

    def make(self, session: Session, user: User, purpose: LinkPurpose, now: datetime) -> LoginLink:
        """A new link, added to the session. The others that choose a password end with it."""
        if purpose in CHOOSING:
            rows.void_links_of(session, user.id, now)
        link_id = new_id()
        link = LoginLink(
            id=link_id, organisation_id=user.organisation_id, user_id=user.id, created_at=now, purpose=purpose,
            token_hash=secret_hash(_token(self.secrets[0], link_id)), expires_at=now + LASTS[purpose],
        )  # fmt: skip
        session.add(link)
        session.flush()
        return link

    def token_of(self, link: LoginLink) -> str | None:
        """The link's secret, brought back by the key that made it; None when that key is gone."""
        tokens = (_token(secret, link.id) for secret in self.secrets)
        return next((token for token in tokens if secret_hash(token) == link.token_hash), None)

    def url_of(self, link: LoginLink) -> str | None:
        """The link's address, or None when the key that made it is gone."""
        token = self.token_of(link)
        return None if token is None else f"{self.base_url}{_PATHS[link.purpose]}{token}"


def _token(secret: str, link_id: str) -> str:
    """256 bits in base64url; whoever has no key computes none."""
    digest = hmac.digest(secret.encode(), f"user-link:{link_id}".encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")

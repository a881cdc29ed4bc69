"""Candidates' links as services make and find them: a row with a hash, and a token that the key alone brings back."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from db.columns import new_id
from db.models import CandidateLink, Interview
from db.repositories import links as rows
from interview.link import LINK_LASTS, TOKEN_LENGTH, is_signed, token_of
from ivr.services.errors import ServiceError


class UnknownLink(ServiceError):
    """No link of ours, or one that was revoked: whoever has it learns nothing."""

    def __init__(self) -> None:
        super().__init__("link_unknown", "This link does not work.", "Open it from the message once more.")


class ExpiredLink(ServiceError):
    """A link that was good once; ``language`` is the job's."""

    def __init__(self, language: str) -> None:
        super().__init__("link_expired", "This link is no longer valid.", "Look for a newer message.")
        self.language = language


@dataclass(frozen=True, slots=True)
class CandidateLinks:
    """``secrets`` are the present key and the one before a rotation; a link of an older key is void."""

    base_url: str
    secrets: tuple[str, ...]

    def make(
        self, session: Session, interview: Interview, *, now: datetime, expires_at: datetime, created_by: str
    ) -> CandidateLink:
        """A new link, added to the session."""
        link_id = new_id()
        link = CandidateLink(
            id=link_id, organisation_id=interview.organisation_id, interview_id=interview.id, created_at=now,
            token_hash=hashed(token_of(self.secrets[0], link_id)), expires_at=expires_at, created_by=created_by,
        )  # fmt: skip
        session.add(link)
        session.flush()
        return link

    def for_message(self, session: Session, interview: Interview, now: datetime) -> str:
        """The address that goes into a message of ours: of the link that there is, or of a new one."""
        standing = rows.live(session, interview.id, now)
        url = None if standing is None else self.url_of(standing)
        if url is None:
            made = self.make(session, interview, now=now, expires_at=now + LINK_LASTS, created_by="system")
            url = self.url_of(made)
        assert url is not None  # noqa: S101 - made with the present key
        return url

    def url_of(self, link: CandidateLink) -> str | None:
        """The link's address, brought back by the key that made it; None when that key is gone."""
        for secret in self.secrets:
            token = token_of(secret, link.id)
            if hashed(token) == link.token_hash:
                return f"{self.base_url}/c/{token}"
        return None

    def open(self, session: Session, token: str, now: datetime) -> rows.Behind:
        """What the token leads to. Raises UnknownLink, ExpiredLink."""
        found = rows.behind(session, hashed(token)) if len(token) == TOKEN_LENGTH and token.isascii() else None
        if found is None or not is_signed(token, self.secrets, found.link.id):
            raise UnknownLink
        if found.link.revoked_at is not None or found.candidate.erased_at is not None:
            raise UnknownLink
        if found.link.expires_at <= now:
            raise ExpiredLink(found.job.language)
        return found


def hashed(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()

"""E-mails to people with an account: an invitation, or a link to choose a new password."""

from datetime import datetime
from html import escape

import structlog
from sqlalchemy.orm import Session

from db.models import LinkPurpose, LoginLink, Organisation, User
from db.repositories import outbox
from db.repositories import users as rows
from db.repositories.outbox import Lease
from db.unit_of_work import Database
from interview.texting import one_line
from ivr.gateways.ports import GatewayError, Letter, Mailer, Trouble
from ivr.services.context import Clock
from ivr.services.user_links import UserLinks

SEND_ACCOUNT_EMAIL = "send_account_email"
_log = structlog.stdlib.get_logger(__name__)

_WORDS = {
    LinkPurpose.INVITE: (
        "Your account at {company}",
        "You have been given an account to see and decide over telephone interviews at {company}.",
        "Choose your password with this link. It works once, for seven days:",
    ),
    LinkPurpose.RESET: (
        "Choose a new password",
        "A new password was asked for, for your account at {company}. If that was not you, you need do nothing.",
        "Choose your password with this link. It works once, for four hours:",
    ),
}


def queue_account_email(session: Session, link: LoginLink, now: datetime, request_id: str | None) -> None:
    """Have the link sent to its user, in the caller's transaction."""
    outbox.add(
        session, kind=SEND_ACCOUNT_EMAIL, subject_id=link.id, organisation_id=link.organisation_id, due_at=now,
        request_id=request_id,
    )  # fmt: skip


class AccountMail:
    """The worker's: ``mailer`` is None where no e-mail is sent."""

    def __init__(self, database: Database, mailer: Mailer | None, links: UserLinks, clock: Clock) -> None:
        self._database = database
        self._mailer = mailer
        self._links = links
        self._clock = clock

    def send_account_email(self, lease: Lease) -> None:
        """Send the link that the row names, unless it is used, over or its user gone. Raises GatewayError.

        A letter that went out twice after a lost answer is the same letter with the same link.
        """
        with self._database.read() as session:
            link = rows.link(session, lease.organisation_id, lease.subject_id)
            letter = None
            if link is not None and link.used_at is None and link.expires_at > self._clock():
                user = session.get_one(User, link.user_id)
                company = session.get_one(Organisation, link.organisation_id).name
                url = self._links.url_of(link)
                if user.disabled_at is None and url is not None and link.purpose in _WORDS:
                    letter = _letter(link.purpose, link.id, user.email, company, url)
        if letter is not None:
            if self._mailer is None:
                raise GatewayError("E-mails are sent with SMTP_URL.", trouble=Trouble.CONFIGURATION, code="no_mailer")
            self._mailer.send(letter)
        with self._database.write() as unit:
            outbox.complete(unit.session, lease)

    def give_up(self, lease: Lease, error: GatewayError) -> None:
        """It cannot be delivered: an administrator can make a new link and hand it over."""
        _log.error("account_email.not_delivered", why=error.message, link=lease.subject_id)
        with self._database.write() as unit:
            outbox.complete(unit.session, lease)


def _letter(purpose: LinkPurpose, link_id: str, to: str, company: str, url: str) -> Letter:
    name = one_line(company)
    subject, *said = (text.format(company=name) for text in _WORDS[purpose])
    text = "\n\n".join([*said, url]) + "\n"
    address = escape(url, quote=True)
    paragraphs = "".join(f"<p>{escape(one)}</p>" for one in said)
    html = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(subject)}</title></head><body>{paragraphs}"
        f'<p style="word-break:break-all"><a href="{address}">{address}</a></p></body></html>\n'
    )
    return Letter(to, name, subject, text, html, link_id)

"""E-mails over SMTP: verified TLS, a deadline for the whole exchange, and every refusal in our words.

The commands are given one by one, because it matters which of them failed: until the message's own bytes were sent
nothing can have been delivered, and afterwards nobody knows.
"""

import contextlib
import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.errors import HeaderParseError, MessageDefect
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from ivr.gateways.ports import GatewayError, Letter, SentLetter, Trouble

CONNECT_S = 10.0
TOTAL_S = 40.0
# The extension that the project's own double announces: https://www.rfc-editor.org/rfc/rfc5321#section-4.1.1.1 leaves
# keywords beginning with X to such private use.
MARK = "x-simulated"
# Not every server on the way takes eight bits.
_POLICY = SMTP.clone(cte_type="7bit")
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class SmtpMailer:
    """One connection for each e-mail: there are few, and a kept one would be closed by the other side unnoticed."""

    def __init__(
        self,
        *,
        host: str,
        port: int,
        implicit_tls: bool,
        user: str | None,
        password: str | None,
        sender: str,
        simulated: bool,
        tls: ssl.SSLContext | None = None,
        total_s: float = TOTAL_S,
    ) -> None:
        self._host, self._port, self._implicit_tls = host, port, implicit_tls
        self._user, self._password = user, password
        self._sender = sender
        self._simulated = simulated
        self._tls = tls or ssl.create_default_context()
        self._total_s = total_s

    def send(self, letter: Letter) -> SentLetter:
        """Hand one e-mail to the server. Raises GatewayError."""
        message = self._written(letter)
        with self.session() as smtp:
            is_simulated = smtp.has_extn(MARK)
            _expect(smtp.mail(self._sender)[0], Trouble.CONFIGURATION, "The mail server refuses our sender.")
            _expect(smtp.rcpt(letter.to)[0], Trouble.SUBJECT, "The mail server refuses the address.")
            try:
                code, _ = smtp.data(message.as_bytes())
            except smtplib.SMTPDataError as error:  # refused before anything was sent
                _expect(error.smtp_code, Trouble.SUBJECT, "The mail server refuses the e-mail.")
                raise
            except (OSError, smtplib.SMTPException) as error:
                raise GatewayError(
                    "The mail server broke off while the e-mail was being handed over.",
                    trouble=Trouble.RETRY, code="broken_connection", unclear=True,
                ) from error  # fmt: skip
            _expect(code, Trouble.SUBJECT, "The mail server refuses the e-mail.")
        return SentLetter(str(message["Message-ID"]), is_simulated)

    @contextlib.contextmanager
    def session(self) -> Iterator[smtplib.SMTP]:
        """A connection that is encrypted, logged in and surely the right one. Raises GatewayError."""
        smtp: smtplib.SMTP | None = None
        try:
            smtp = self._connected()
            with _deadline(smtp, self._total_s):
                if not self._implicit_tls:
                    self._encrypt(smtp)
                smtp.ehlo_or_helo_if_needed()
                self._check_mark(smtp)
                if self._user is not None and self._password is not None:
                    smtp.login(self._user, self._password)
                yield smtp
                with contextlib.suppress(OSError, smtplib.SMTPException):
                    smtp.quit()
        except smtplib.SMTPAuthenticationError as error:
            _expect(error.smtp_code, Trouble.CONFIGURATION, "The mail server refuses the login.")
            raise
        except smtplib.SMTPNotSupportedError as error:
            raise GatewayError(
                "The mail server takes no login as SMTP_URL wants it.", trouble=Trouble.CONFIGURATION, code="no_login"
            ) from error
        except smtplib.SMTPResponseException as error:
            _expect(error.smtp_code, Trouble.CONFIGURATION, "The mail server refuses us.")
            raise
        except ssl.SSLCertVerificationError as error:
            raise GatewayError(
                "The mail server's certificate is not trusted: check the host in SMTP_URL.",
                trouble=Trouble.CONFIGURATION, code="certificate",
            ) from error  # fmt: skip
        except (OSError, smtplib.SMTPException, ValueError) as error:
            # before the e-mail's own bytes: nothing was sent
            raise GatewayError(
                "The mail server cannot be reached, or broke off.", trouble=Trouble.RETRY, code="unreachable"
            ) from error
        finally:
            if smtp is not None:
                smtp.close()

    def _connected(self) -> smtplib.SMTP:
        if self._implicit_tls:
            return smtplib.SMTP_SSL(self._host, self._port, timeout=CONNECT_S, context=self._tls)
        return smtplib.SMTP(self._host, self._port, timeout=CONNECT_S)

    def _encrypt(self, smtp: smtplib.SMTP) -> None:
        smtp.ehlo_or_helo_if_needed()
        if smtp.has_extn("starttls"):
            smtp.starttls(context=self._tls)
        elif self._host not in _LOOPBACK:
            raise GatewayError(
                "The mail server offers no encryption (STARTTLS): candidates' links would be readable on the way.",
                trouble=Trouble.CONFIGURATION, code="no_encryption",
            )  # fmt: skip

    def _check_mark(self, smtp: smtplib.SMTP) -> None:
        """A double is used on purpose or not at all, and no real e-mail leaves a simulation."""
        is_marked = smtp.has_extn(MARK)
        if is_marked and not self._simulated:
            raise GatewayError(
                "SMTP_URL leads to a simulated mail server, but SIMULATED is not set: nothing would arrive.",
                trouble=Trouble.CONFIGURATION, code="simulated_response",
            )  # fmt: skip
        if self._simulated and not is_marked:
            raise GatewayError(
                "SIMULATED=1 is for the project's own mail double, which does not answer at SMTP_URL.",
                trouble=Trouble.CONFIGURATION, code="unmarked_response",
            )  # fmt: skip

    def _written(self, letter: Letter) -> EmailMessage:
        domain = self._sender.rpartition("@")[2]
        message = EmailMessage(policy=_POLICY)
        try:
            message["From"] = Address(letter.sender_name, addr_spec=self._sender)
            message["To"] = Address(addr_spec=letter.to)
            message["Subject"] = letter.subject
        except (ValueError, IndexError, HeaderParseError, MessageDefect) as error:
            raise GatewayError(
                "This address, name or subject cannot stand in an e-mail.", trouble=Trouble.SUBJECT, code="bad_address"
            ) from error
        if not letter.to.isascii():
            raise GatewayError("Such an address is not supported.", trouble=Trouble.SUBJECT, code="bad_address")
        message["Date"] = format_datetime(datetime.now(UTC))
        message["Message-ID"] = f"<{letter.message_key}@{domain}>"
        # an automatic message, which no out-of-office reply should answer: https://www.rfc-editor.org/rfc/rfc3834#section-5
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.text)
        message.add_alternative(letter.html, subtype="html")
        if letter.calendar is not None:
            message.add_attachment(
                letter.calendar, maintype="text", subtype="calendar", params={"charset": "utf-8"},
                filename="appointment.ics",
            )  # fmt: skip
        return message


def _expect(code: int, refusal: Trouble, sentence: str) -> None:
    """Raise GatewayError for a refusal: 4xx may pass, 5xx stays.

    https://www.rfc-editor.org/rfc/rfc5321#section-4.2.1. The server's own words are left out: they repeat addresses.
    """
    if 200 <= code < 300:
        return
    trouble = Trouble.RETRY if 400 <= code < 500 else refusal
    raise GatewayError(sentence, trouble=trouble, code=str(code))


@contextlib.contextmanager
def _deadline(smtp: smtplib.SMTP, total_s: float) -> Iterator[None]:
    """End the connection when the time is over: a server that trickles never lets a read time out."""
    timer = threading.Timer(total_s, _cut(smtp))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _cut(smtp: smtplib.SMTP) -> Callable[[], None]:
    def cut() -> None:
        with contextlib.suppress(OSError, AttributeError):
            smtp.sock.shutdown(socket.SHUT_RDWR)  # type: ignore[union-attr]

    return cut

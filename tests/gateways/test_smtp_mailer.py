"""The mailer against the mail double: what arrives, what each refusal means, and with whom it speaks at all."""

from __future__ import annotations

import base64
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ivr.gateways.ports import GatewayError, Letter, Trouble
from ivr.gateways.smtp_mailer import SmtpMailer
from scripts.simulator.smtp.server import MailDouble

LETTER = Letter(
    to="ann@example.com", sender_name="Müller & Söhne", subject="Müller: Ihr Gespräch", text="Grüße.\n\n.\nEnde\n",
    html="<p>Grüße</p>", message_key="a-key", calendar=b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
)  # fmt: skip


@pytest.fixture
def start() -> Iterator[Callable[..., MailDouble]]:
    """Starts doubles."""
    running: list[MailDouble] = []

    def begin(**more: Any) -> MailDouble:
        running.append(MailDouble(**more))
        running[-1].start()
        return running[-1]

    yield begin
    for double in running:
        double.stop()


def mailer(port: int, **more: Any) -> SmtpMailer:
    given: dict[str, Any] = {
        "host": "127.0.0.1", "port": port, "implicit_tls": False, "user": None, "password": None,
        "sender": "jobs@example.com", "simulated": True,
    } | more  # fmt: skip
    return SmtpMailer(**given)


def refused(mailer: SmtpMailer, letter: Letter = LETTER) -> GatewayError:
    with pytest.raises(GatewayError) as caught:
        mailer.send(letter)
    assert letter.to not in str(caught.value), "an address has no place in an error that is logged"
    return caught.value


def test_what_is_sent_arrives(start: Callable[..., MailDouble]) -> None:
    double = start()
    sent = mailer(double.port).send(LETTER)
    assert (sent.message_id, sent.simulated) == ("<a-key@example.com>", True)
    (mail,) = double.mailbox.mails
    assert (mail["from"], mail["to"], mail["subject"]) == ("jobs@example.com", ["ann@example.com"], LETTER.subject)
    headers = dict(mail["headers"])
    assert headers["From"] == '"Müller & Söhne" <jobs@example.com>' or "Müller" in headers["From"]
    assert headers["Auto-Submitted"] == "auto-generated" and headers["Message-ID"] == sent.message_id
    assert mail["plain"].split() == LETTER.text.split() and "Grüße" in mail["html"]
    assert mail["attachments"][0]["name"] == "appointment.ics" and "VCALENDAR" in mail["attachments"][0]["content"]
    assert double.mailbox.violations == []


def test_the_message_id_is_the_same_each_time(start: Callable[..., MailDouble]) -> None:
    double = start()
    assert mailer(double.port).send(LETTER).message_id == mailer(double.port).send(LETTER).message_id


@pytest.mark.parametrize(
    ("at", "reply", "trouble"),
    [
        ("connect", "421 4.3.2 closing", Trouble.RETRY), ("connect", "554 5.7.1 not you", Trouble.CONFIGURATION),
        ("rcpt", "450 4.2.0 greylisted", Trouble.RETRY), ("rcpt", "550 5.1.1 no such user", Trouble.SUBJECT),
        ("data", "451 4.3.0 later", Trouble.RETRY), ("data", "554 5.6.0 no", Trouble.SUBJECT),
        ("end", "452 4.3.1 full", Trouble.RETRY), ("end", "552 5.3.4 too big", Trouble.SUBJECT),
    ],
)  # fmt: skip
def test_a_refusal_by_its_code(start: Callable[..., MailDouble], at: str, reply: str, trouble: Trouble) -> None:
    double = start()
    double.mailbox.faults.append({"at": at, "reply": reply})
    error = refused(mailer(double.port))
    assert (error.trouble, error.code, error.unclear) == (trouble, reply[:3], False)
    assert double.mailbox.mails == []


def test_a_server_that_breaks_off_after_the_message_leaves_it_unclear(start: Callable[..., MailDouble]) -> None:
    double = start()
    double.mailbox.faults.append({"at": "end", "hang_up": True})
    error = refused(mailer(double.port))
    assert error.unclear and len(double.mailbox.mails) == 1


def test_nobody_there_may_be_tried_again() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    error = refused(mailer(port))
    assert (error.trouble, error.code, error.unclear) == (Trouble.RETRY, "unreachable", False)


def test_a_server_that_trickles_is_left_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def trickle() -> None:
            client, _ = listening.accept()
            client.sendall(b"220 hello\r\n250-")
            try:
                for _ in range(200):
                    client.sendall(b"x")
                    time.sleep(0.05)
            except OSError:
                pass
            client.close()

        threading.Thread(target=trickle, daemon=True).start()
        began = time.monotonic()
        error = refused(mailer(listening.getsockname()[1], total_s=0.5))
    assert error.trouble is Trouble.RETRY and not error.unclear and time.monotonic() - began < 5


# --- with whom it speaks


def test_a_double_is_used_on_purpose_or_not_at_all(start: Callable[..., MailDouble]) -> None:
    double = start()
    error = refused(mailer(double.port, simulated=False))
    assert (error.trouble, error.code) == (Trouble.CONFIGURATION, "simulated_response")
    assert double.mailbox.mails == []


def test_a_simulation_sends_nothing_through_a_real_server() -> None:
    assert refused(mailer(plain_server("127.0.0.1"))).code == "unmarked_response"


def test_nothing_is_sent_in_the_clear_to_another_machine() -> None:
    """127.0.0.2 is this machine, but none of the names by which it is known as such."""
    error = refused(mailer(plain_server("127.0.0.2"), host="127.0.0.2", simulated=False))
    assert (error.trouble, error.code) == (Trouble.CONFIGURATION, "no_encryption")


def test_a_login_is_needed_and_checked(start: Callable[..., MailDouble]) -> None:
    double = start(login=base64.b64encode(b"\0jobs\0right").decode())
    assert refused(mailer(double.port)).trouble is Trouble.CONFIGURATION
    error = refused(mailer(double.port, user="jobs", password="wrong-password"))
    assert (error.trouble, error.code) == (Trouble.CONFIGURATION, "535") and "wrong-password" not in str(error)
    mailer(double.port, user="jobs", password="right").send(LETTER)
    assert len(double.mailbox.mails) == 1


def test_a_login_that_the_server_does_not_take(start: Callable[..., MailDouble]) -> None:
    assert refused(mailer(start().port, user="jobs", password="right")).code == "no_login"


def test_encryption_is_verified(start: Callable[..., MailDouble], tmp_path: Path) -> None:
    theirs = certificate(tmp_path)
    double = start(tls=theirs)
    error = refused(mailer(double.port))
    assert (error.trouble, error.code) == (Trouble.CONFIGURATION, "certificate") and double.mailbox.mails == []
    trusting = ssl.create_default_context(cafile=str(tmp_path / "certificate.pem"))
    mailer(double.port, tls=trusting).send(LETTER)
    assert len(double.mailbox.mails) == 1


# --- what comes from outside


@pytest.mark.parametrize(
    "change",
    [
        {"subject": "Hello\r\nBcc: evil@example.com"}, {"sender_name": "Acme\r\nBcc: evil@example.com"},
        {"to": "ann@example.com\r\nBcc: evil@example.com"}, {"to": "ann@example.com>\r\nRCPT TO:<evil@example.com"},
        {"to": "not an address"}, {"to": ""}, {"to": "ännä@example.com"},
    ],
)  # fmt: skip
def test_what_would_be_a_header_of_its_own_is_refused(start: Callable[..., MailDouble], change: dict[str, str]) -> None:
    double = start()
    with pytest.raises(GatewayError) as caught:
        mailer(double.port).send(replace(LETTER, **change))
    assert (caught.value.trouble, caught.value.code) == (Trouble.SUBJECT, "bad_address")
    assert double.mailbox.mails == [] and double.mailbox.violations == []


def plain_server(address: str) -> int:
    """The port of a server that greets, answers EHLO without any extension, and then only listens."""
    listening = socket.create_server((address, 0))

    def serve() -> None:
        client, _ = listening.accept()
        with listening, client, client.makefile("rwb") as lines:
            for answer in (b"220 mail.example.com\r\n", b"250 mail.example.com\r\n"):
                lines.write(answer)
                lines.flush()
                lines.readline()

    threading.Thread(target=serve, daemon=True).start()
    return int(listening.getsockname()[1])


def certificate(folder: Path) -> ssl.SSLContext:
    """A self-signed certificate for 127.0.0.1, as a server's context; its PEM stands in the folder."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    pem = serialization.Encoding.PEM
    (folder / "certificate.pem").write_bytes(made.public_bytes(pem))
    (folder / "key.pem").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    return context

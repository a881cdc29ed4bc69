"""Where a webhook may go and how long it may take, over real sockets on this machine."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from ivr.gateways.ports import GatewayError, WebhookReply
from ivr.gateways.public_addresses import is_public
from ivr.gateways.webhook_sender import EXCERPT_LIMIT, HttpWebhookSender

HEADERS = {"webhook-id": "one", "Content-Type": "application/json"}
NAME = "hooks.example.com"
PRIVATE = [
    "0.0.0.1", "10.0.0.1", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.9.9.9", "168.63.129.16", "169.254.0.1",
    "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.192", "192.0.2.1", "192.168.1.1", "198.18.0.1",
    "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1",
    "64:ff9b:1::a00:1", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "fc00::1", "fd00:ec2::254", "fe80::1",
    "fe80::1%eth0", "fec0::1", "ff02::1", "ff0e::1", "", "nobody", "8.8.8.8.8",
]  # fmt: skip
PUBLIC = ["8.8.8.8", "1.1.1.1", "172.32.0.1", "100.128.0.1", "192.0.1.1", "2606:4700::1111", "::ffff:8.8.8.8"]


@pytest.mark.parametrize("address", PRIVATE)
def test_addresses_behind_some_wall(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_addresses_on_the_internet(address: str) -> None:
    assert is_public(address)


class Receiver:
    """Answers each connection with these bytes, after it has read the request; ``talk`` may do something else."""

    def __init__(self, answer: bytes = b"", *, context: ssl.SSLContext | None = None) -> None:
        self.answer, self.requests, self.visits = answer, [], 0
        self.requests: list[bytes] = []
        self.talk: Callable[[socket.socket], None] = self._reply
        self._context = context
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.visits += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            if self._context is not None:
                connection = self._context.wrap_socket(connection, server_side=True)
            self.talk(connection)
        except OSError:
            pass
        finally:
            connection.close()

    def _reply(self, connection: socket.socket) -> None:
        got = b""
        while b"\r\n\r\n" not in got or not got.endswith(b"}"):
            piece = connection.recv(65536)
            if not piece:
                break
            got += piece
        self.requests.append(got)
        connection.sendall(self.answer)

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


@contextmanager
def receiver(answer: bytes = b"", **more: ssl.SSLContext) -> Iterator[Receiver]:
    server = Receiver(answer, **more)
    yield server
    server.close()


def reply(status: str, *headers: str, body: bytes = b"") -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def send(sender: HttpWebhookSender, url: str) -> WebhookReply:
    return sender.send(url, HEADERS, b'{"id":"one"}')


def refusal(sender: HttpWebhookSender, url: str) -> GatewayError:
    with pytest.raises(GatewayError) as caught:
        send(sender, url)
    return caught.value


HERE = HttpWebhookSender(to_loopback=True, total_s=2)


def leads_to(*addresses: str, **more: object) -> HttpWebhookSender:
    return HttpWebhookSender(resolve=lambda host, port: addresses, **more)  # type: ignore[arg-type]


# --- where it goes ---------------------------------------------------------------------------------------------------


def test_a_message_arrives_as_it_was_signed() -> None:
    with receiver(reply("202 Accepted", body=b"got it")) as server:
        answered = send(HERE, f"http://127.0.0.1:{server.port}/in/box?key=1")
        (request,) = server.requests
    assert (answered.status, answered.excerpt, answered.retry_after_s) == (202, "got it", None)
    assert answered.duration_ms >= 0
    head, _, body = request.partition(b"\r\n\r\n")
    assert body == b'{"id":"one"}' and head.startswith(b"POST /in/box?key=1 HTTP/1.1\r\n")
    assert f"Host: 127.0.0.1:{server.port}".encode() in head and b"webhook-id: one" in head
    assert b"Content-Length: 12" in head


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "100.64.0.1", "::ffff:10.0.0.1", "fd00::1"]
)
def test_a_name_that_leads_behind_a_wall_is_not_followed(address: str) -> None:
    assert refusal(leads_to(address), f"https://{NAME}/").code == "address_refused"
    assert refusal(leads_to("8.8.8.8", address), f"https://{NAME}/").code == "address_refused", "not even as a second"


def test_loopback_is_for_those_who_allow_it_and_other_private_addresses_for_nobody() -> None:
    with receiver(reply("200 OK")) as server:
        url = f"http://127.0.0.1:{server.port}/"
        assert refusal(HttpWebhookSender(), url).code == "address_refused"
        assert refusal(leads_to("127.0.0.1"), f"https://{NAME}:{server.port}/").code == "address_refused"
        assert server.visits == 0, "nobody even knocked"
        assert send(HERE, url).status == 200
    for address in ("10.0.0.1", "169.254.169.254", "0.0.0.1"):
        assert refusal(leads_to(address, to_loopback=True), f"https://{NAME}/").code == "address_refused"
    assert refusal(leads_to("8.8.8.8", to_loopback=True), f"http://{NAME}/").code == "address_refused"


def test_it_connects_to_the_address_that_was_looked_at() -> None:
    """DNS rebinding: a name that is public when asked first and private when asked again is asked once."""
    asked: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    with receiver(reply("200 OK")) as server:
        sender = HttpWebhookSender(to_loopback=True, resolve=resolve)
        assert send(sender, f"http://a-name-that-no-resolver-knows.invalid:{server.port}/").status == 200
        (request,) = server.requests
    assert asked == ["a-name-that-no-resolver-knows.invalid"]
    assert f"Host: a-name-that-no-resolver-knows.invalid:{server.port}".encode() in request


def test_a_redirect_is_an_answer_and_not_a_way() -> None:
    with receiver(reply("200 OK")) as inner, receiver() as server:
        server.answer = reply("307 Temporary Redirect", f"Location: http://127.0.0.1:{inner.port}/")
        assert send(HERE, f"http://127.0.0.1:{server.port}/").status == 307
        assert (server.visits, inner.visits) == (1, 0)


def test_the_second_address_is_tried_when_nobody_answers_at_the_first() -> None:
    with receiver(reply("200 OK")) as server:
        sender = leads_to("127.0.0.2", "127.0.0.1", to_loopback=True, total_s=5)
        assert send(sender, f"http://{NAME}:{server.port}/").status == 200


# --- TLS -------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for hooks.example.com that signs itself, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path = tmp_path_factory.mktemp("tls") / "receiver.pem"
    encoding = serialization.Encoding.PEM
    plain = serialization.NoEncryption()
    path.write_bytes(
        made.public_bytes(encoding) + key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, plain)
    )
    return path


def test_the_certificate_must_be_the_names_and_of_somebody_trusted(certificate: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    names: list[str | None] = []
    context.sni_callback = lambda connection, name, _: names.append(name)
    with receiver(reply("200 OK"), context=context) as server:
        trusting = leads_to("127.0.0.1", to_loopback=True, total_s=5, ca_file=str(certificate))
        assert send(trusting, f"https://{NAME}:{server.port}/").status == 200
        assert refusal(trusting, f"https://other.example.com:{server.port}/").code == "certificate"
        strict = leads_to("127.0.0.1", to_loopback=True, total_s=5)
        assert refusal(strict, f"https://{NAME}:{server.port}/").code == "certificate"
        assert names == [NAME, "other.example.com", NAME] and len(server.requests) == 1


def test_what_speaks_no_tls_gets_no_message() -> None:
    with receiver(b"220 mail ready\r\n") as server:
        server.talk = lambda connection: connection.sendall(server.answer)
        sender = leads_to("127.0.0.1", to_loopback=True, total_s=3)
        assert refusal(sender, f"https://{NAME}:{server.port}/").code in {"tls", "broken_connection"}


# --- how long and how much -------------------------------------------------------------------------------------------


def drip(connection: socket.socket, pieces: Iterator[bytes]) -> None:
    for piece in pieces:
        connection.sendall(piece)
        time.sleep(0.1)


def endless(first: bytes, then: bytes) -> Iterator[bytes]:
    yield first
    while True:
        yield then


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (b"", b""),
        (b"HTTP/1.1 200 OK\r\nX-A: ", b"a"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    ],
)
def test_a_receiver_that_trickles_is_cut_off(first: bytes, then: bytes) -> None:
    sender = HttpWebhookSender(to_loopback=True, total_s=0.6)
    with receiver() as server:
        server.talk = lambda connection: drip(connection, endless(first, then))
        began = time.monotonic()
        assert refusal(sender, f"http://127.0.0.1:{server.port}/").code == "timeout"
        assert time.monotonic() - began < 2


def test_a_handshake_that_never_ends_is_cut_off() -> None:
    with receiver() as server:
        server.talk = lambda connection: drip(connection, endless(b"\x16\x03\x03\x3f\xff", b"\x02"))
        sender = leads_to("127.0.0.1", to_loopback=True, total_s=0.6)
        began = time.monotonic()
        assert refusal(sender, f"https://{NAME}:{server.port}/").code in {"timeout", "tls"}
        assert time.monotonic() - began < 2


def test_a_body_that_never_ends_changes_nothing_about_its_status() -> None:
    sender = HttpWebhookSender(to_loopback=True, total_s=0.6)
    with receiver() as server:
        server.talk = lambda connection: drip(connection, endless(b"HTTP/1.1 200 OK\r\n\r\n", b"x"))
        began = time.monotonic()
        assert send(sender, f"http://127.0.0.1:{server.port}/").status == 200
        assert time.monotonic() - began < 2


def test_only_the_beginning_of_an_answer_is_kept_and_only_what_can_be_shown() -> None:
    with receiver(reply("400 Bad", body=b"a\x00b\x1b[31m\xff\xe2\x80\xaeq\n" + b"x" * 500_000)) as server:
        excerpt = send(HERE, f"http://127.0.0.1:{server.port}/").excerpt
    assert excerpt.startswith("ab[31m\ufffdq\nxxx") and len(excerpt) <= EXCERPT_LIMIT


def test_a_resolver_that_hangs_is_left_behind() -> None:
    never = threading.Event()

    def resolve(host: str, port: int) -> list[str]:
        never.wait(30)
        return ["8.8.8.8"]

    began = time.monotonic()
    assert refusal(HttpWebhookSender(resolve=resolve, connect_s=0.2), f"https://{NAME}/").code == "unknown_host"
    assert time.monotonic() - began < 2
    never.set()


@pytest.mark.parametrize(
    ("written", "wait_s"), [("120", 120.0), ("0", 0.0), ("soon", None), ("-1", None), ("", None), ("9" * 30, 1e30)]
)
def test_how_long_a_receiver_wants_to_be_left_alone(written: str, wait_s: float | None) -> None:
    with receiver(reply("503 Busy", f"Retry-After: {written}")) as server:
        assert send(HERE, f"http://127.0.0.1:{server.port}/").retry_after_s == pytest.approx(wait_s)


def test_a_date_is_understood_too() -> None:
    later = (datetime.now(UTC) + timedelta(seconds=100)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    with receiver(reply("429 Slow", f"Retry-After: {later}")) as server:
        assert 95 < (send(HERE, f"http://127.0.0.1:{server.port}/").retry_after_s or 0) <= 100


@pytest.mark.parametrize(
    ("answer", "code"),
    [(b"", "broken_connection"), (b"SSH-2.0-OpenSSH\r\n", "bad_response"), (b"HTTP/1.1 ", "bad_response")],
)
def test_what_is_no_answer_is_told_apart(answer: bytes, code: str) -> None:
    with receiver(answer) as server:
        assert refusal(HERE, f"http://127.0.0.1:{server.port}/x").code == code
    time.sleep(0.05)
    assert refusal(HERE, f"http://127.0.0.1:{server.port}/x").code == "unreachable", "it is closed by now"


def test_no_sentence_carries_the_address() -> None:
    found = refusal(HERE, "http://127.0.0.1:1/secret-path?token=secret-token")
    assert "secret" not in str(found) and "127.0.0.1" not in str(found)

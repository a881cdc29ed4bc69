"""The double's SMTP and its small HTTP side, both on the loopback interface.

A stranger to the application: what it takes for SMTP comes from RFC 5321 alone. It announces the private keyword
X-SIMULATED, so that nobody takes it for a real server.
"""

from __future__ import annotations

import json
import socketserver
import ssl
import threading
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

ADDRESS = "127.0.0.1"
LONGEST_LINE = 1_000  # https://www.rfc-editor.org/rfc/rfc5321#section-4.5.3.1.6
LARGEST = 1024 * 1024


@dataclass
class Mailbox:
    """What arrived, and what the next messages are answered with.

    ``faults``: each message uses up one: ``{"at": "rcpt" | "data" | "end" | "connect", "reply": "451 busy"}``, or
    ``{"at": "end", "hang_up": true}`` to take the message and break off without a word. ``to`` limits it to an address.
    """

    mails: list[dict[str, Any]] = field(default_factory=list)
    faults: list[dict[str, Any]] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def fault(self, at: str, to: str | None = None) -> dict[str, Any] | None:
        """The fault that is due at this point, which is then used up."""
        with self.lock:
            for fault in self.faults:
                if fault["at"] == at and fault.get("to") in (None, to):
                    self.faults.remove(fault)
                    return fault
        return None

    def violation(self, text: str) -> None:
        """Something that a client may not send."""
        with self.lock:
            self.violations.append(text)

    def keep(self, sender: str, to: list[str], raw: bytes) -> None:
        """A message as a mail program would show it."""
        if b"\r" in raw.replace(b"\r\n", b"") or b"\n" in raw.replace(b"\r\n", b""):
            self.violation("a bare CR or LF in a message")  # https://www.rfc-editor.org/rfc/rfc5321#section-2.3.8
        if any(len(line) > LONGEST_LINE - 2 for line in raw.split(b"\r\n")):
            self.violation("a line longer than 998 characters")
        parsed = message_from_bytes(raw, policy=policy.default)
        kept: dict[str, Any] = {"from": sender, "to": to, "headers": [[k, str(v)] for k, v in parsed.items()]}
        kept |= {"subject": str(parsed["Subject"]), "message_id": str(parsed["Message-ID"]), "attachments": []}
        for part in parsed.walk():
            if part.is_attachment():
                content = part.get_content()
                kept["attachments"].append({
                    "name": part.get_filename(), "type": part.get_content_type(),
                    "content": content if isinstance(content, str) else content.decode(),
                })  # fmt: skip
            elif part.get_content_type() in ("text/plain", "text/html"):
                kept[part.get_content_subtype()] = part.get_content()
        with self.lock:
            self.mails.append(kept)


class _Session(socketserver.StreamRequestHandler):
    """One client. https://www.rfc-editor.org/rfc/rfc5321#section-3"""

    server: _Smtp
    timeout = 30

    def handle(self) -> None:
        box = self.server.mailbox
        fault = box.fault("connect")
        if fault is not None:
            self._say(fault.get("reply", "421 not now"))
            return
        self._say("220 simulated.invalid ESMTP: a double, which delivers nothing")
        self._reset()
        self._is_logged_in = False
        while True:
            line = self.rfile.readline(LONGEST_LINE)
            if not line:
                return
            if not line.endswith(b"\r\n"):
                box.violation("a command that does not end in CRLF")
            verb, _, rest = line.decode("ascii", "replace").strip().partition(" ")
            if not self._command(verb.upper(), rest):
                return

    def _command(self, verb: str, rest: str) -> bool:
        """Answer one command; False when the connection is over."""
        box = self.server.mailbox
        match verb:
            case "EHLO":
                self._reset()
                lines = ["simulated.invalid", "X-SIMULATED", f"SIZE {LARGEST}"]
                if self.server.tls is not None and not isinstance(self.connection, ssl.SSLSocket):
                    lines.append("STARTTLS")
                if self.server.login is not None:
                    lines.append("AUTH PLAIN")
                for line in lines[:-1]:
                    self._say(f"250-{line}")
                self._say(f"250 {lines[-1]}")
            case "STARTTLS" if self.server.tls is not None:
                self._say("220 go ahead")
                self.connection = self.server.tls.wrap_socket(self.connection, server_side=True)
                self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)
            case "AUTH":
                self._is_logged_in = rest == f"PLAIN {self.server.login}"
                self._say("235 welcome" if self._is_logged_in else "535 5.7.8 no")
            case "MAIL":
                if self.server.login is not None and not self._is_logged_in:
                    self._say("530 5.7.0 log in first")
                    return True
                self._sender = rest.partition("<")[2].partition(">")[0]
                self._say("250 ok")
            case "RCPT":
                to = rest.partition("<")[2].partition(">")[0]
                fault = box.fault("rcpt", to)
                if fault is None:
                    self._to.append(to)
                self._say(fault["reply"] if fault else "250 ok")
            case "DATA" if self._to:
                return self._data()
            case "RSET":
                self._reset()
                self._say("250 ok")
            case "NOOP":
                self._say("250 ok")
            case "QUIT":
                self._say("221 bye")
                return False
            case _:
                self._say("503 bad sequence of commands")
        return True

    def _data(self) -> bool:
        box, to = self.server.mailbox, self._to[0]
        refused = box.fault("data", to)
        if refused is not None:
            self._say(refused["reply"])
            return True
        self._say("354 end with a dot")
        raw = bytearray()
        while (line := self.rfile.readline(LARGEST)) != b".\r\n":
            if not line:
                return False
            raw += line[1:] if line.startswith(b".") else line
        fault = box.fault("end", to)
        if fault is not None and not fault.get("hang_up"):
            self._say(fault["reply"])
            return True
        box.keep(self._sender, self._to, bytes(raw))
        if fault is not None:
            return False
        self._reset()
        self._say("250 taken, and delivered to nobody")
        return True

    def _reset(self) -> None:
        self._sender, self._to = "", list[str]()

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")


class _Smtp(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, mailbox: Mailbox, port: int, tls: ssl.SSLContext | None, login: str | None) -> None:
        self.mailbox, self.tls, self.login = mailbox, tls, login
        super().__init__((ADDRESS, port), _Session)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that break off are part of the play."""


class MailDouble:
    """A running double: SMTP at ``smtp_url``, and what it got at ``base_url``/simulator/mails. Close it with ``stop``.

    ``login`` is the base64 of AUTH PLAIN; ``tls`` makes it offer STARTTLS.
    """

    def __init__(
        self, port: int = 0, http_port: int = 0, *, tls: ssl.SSLContext | None = None, login: str | None = None
    ) -> None:
        self.mailbox = Mailbox()
        self._smtp = _Smtp(self.mailbox, port, tls, login)
        self._http = ThreadingHTTPServer((ADDRESS, http_port), _handler(self.mailbox))
        self.port = int(self._smtp.server_address[1])
        self.smtp_url = f"smtp://{ADDRESS}:{self.port}?from=interviews@example.com"
        self.http_port = self._http.server_port
        self.base_url = f"http://{ADDRESS}:{self.http_port}"

    def start(self) -> None:
        """Serve in threads of this process."""
        for server in (self._smtp, self._http):
            threading.Thread(target=server.serve_forever, args=(0.02,), name="mail", daemon=True).start()

    def stop(self) -> None:
        """Stop serving."""
        for server in (self._smtp, self._http):
            server.shutdown()
            server.server_close()


def _handler(mailbox: Mailbox) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """GET /simulator/mails?to=…; PUT /simulator/faults with a list of them."""

        def do_GET(self) -> None:
            wanted = parse_qs(urlsplit(self.path).query).get("to", [""])[0]
            with mailbox.lock:
                mails = [mail for mail in mailbox.mails if not wanted or wanted in mail["to"]]
                self._answer({"mails": mails, "violations": mailbox.violations})

        def do_PUT(self) -> None:
            given = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            with mailbox.lock:
                mailbox.faults[:] = given
            self._answer({})

        def _answer(self, body: Any) -> None:
            data = json.dumps(body).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.send_header("X-Simulated", "1")
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: Any) -> None:
            """What arrived can be asked for; the terminal needs none of it."""

    return Handler

"""Documents from outside, sniffed by content and read in a child process that can hurt nobody."""

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from ivr.gateways.ports import DocumentKind, ExtractedText, UnreadableDocument
from ivr.gateways.reading.outcome import MAX_BYTES, MAX_CHARACTERS

_READER = Path(__file__).with_name("document_reader.py")
# The promise is 10 s in all; starting and ending a process on a busy machine takes its part.
_WALL_CLOCK_S = 8.0
_AT_ONCE = 2
_SAVE_AS = "Save it as PDF or DOCX and send it again."

_SENTENCES: dict[str, tuple[str, str]] = {
    "empty_file": ("The file is empty.", "Choose the file again; it may not have been saved yet."),
    "unsupported_type": ("This kind of file cannot be read.", "Send a PDF, a Word document (DOCX) or plain text."),
    "encrypted": ("The file is protected with a password.", "Save a copy without a password and send that."),
    "corrupt": ("The file is damaged and cannot be read.", _SAVE_AS),
    "no_text": (
        "There is no text in this file; it looks like a scan or a picture.",
        "Send the original document, or run text recognition over it first.",
    ),
    "too_large": (
        "The file is too large to be read.",
        f"Send a file of at most {MAX_BYTES // (1024 * 1024)} MB without large pictures.",
    ),
    "too_slow": ("Reading this file took too long.", _SAVE_AS),
}

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURES = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*", b"BM")


def _refusal(code: str, sentence: str | None = None, hint: str | None = None) -> UnreadableDocument:
    usual_sentence, usual_hint = _SENTENCES[code]
    return UnreadableDocument(code, sentence or usual_sentence, hint or usual_hint)


class ChildProcessTextExtractor:
    """Reads PDF, DOCX and plain text, each file in a process of its own with limits on memory and time."""

    def __init__(self, *, wall_clock_s: float = _WALL_CLOCK_S, at_once: int = _AT_ONCE) -> None:
        self._wall_clock_s = wall_clock_s
        self._slots = threading.BoundedSemaphore(at_once)

    def sniff(self, data: bytes, filename: str | None) -> DocumentKind:
        """The kind by its first bytes; ``filename`` only words the refusal.

        Raises:
            UnreadableDocument: empty, too large, or a kind that is not read.
        """
        if not data:
            raise _refusal("empty_file")
        if len(data) > MAX_BYTES:
            raise _refusal("too_large")
        # Adobe's readers accept a header anywhere in the first 1024 bytes, and mail gateways put bytes before it.
        if b"%PDF-" in data[:1024]:
            return DocumentKind.PDF
        if data.startswith(b"PK\x03\x04"):
            return _sniff_zip(data)
        if data.startswith(_OLE):
            raise _refuse_ole(data)
        if data.startswith(b"{\\rtf"):
            raise _refusal("unsupported_type", "RTF files are not read.", _SAVE_AS)
        if data.startswith(_PICTURES):
            raise _refusal("unsupported_type", "This is a picture, not a document.", _SAVE_AS)
        if data[:512].lstrip().lower().startswith((b"<!doctype html", b"<html")):
            raise _refusal("unsupported_type", "This is a web page, not a document.", _SAVE_AS)
        if _looks_binary(data):
            if filename is not None and filename.lower().endswith((".pdf", ".docx")):
                raise _refusal("corrupt", "The file does not hold what its name says.")
            raise _refusal("unsupported_type")
        return DocumentKind.TEXT

    def extract(self, data: bytes, kind: DocumentKind) -> ExtractedText:
        """The visible text of ``data``, at most 200,000 characters of its first 60 pages.

        Raises:
            UnreadableDocument: encrypted, corrupt, without text, too large or too slow.
        """
        if not data:
            raise _refusal("empty_file")
        if len(data) > MAX_BYTES:
            raise _refusal("too_large")
        if not self._slots.acquire(timeout=self._wall_clock_s):
            raise _refusal("too_slow", "Many documents are being read just now.", "Send it again in a minute.")
        try:
            reply = self._ask_child(data, kind)
        finally:
            self._slots.release()
        return _checked(reply, kind)

    def _ask_child(self, data: bytes, kind: DocumentKind) -> bytes:
        # The same interpreter, isolated (-I): no user site, no PYTHON* variables. The environment is empty, so that a
        # parser that is taken over finds no secret in it. A session of its own lets the whole group be killed.
        child = subprocess.Popen(  # noqa: S603 - a fixed program; the document goes in by stdin
            [sys.executable, "-I", str(_READER), kind.value],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            cwd="/",
            start_new_session=True,
        )
        try:
            reply, _ = child.communicate(data, timeout=self._wall_clock_s)
        except subprocess.TimeoutExpired:
            raise _refusal("too_slow") from None
        finally:
            _end(child)
        if child.returncode in (-signal.SIGXCPU, -signal.SIGKILL, -signal.SIGALRM):
            raise _refusal("too_slow")
        if child.returncode != 0:
            raise _refusal("corrupt")
        return reply


def _end(child: subprocess.Popen[bytes]) -> None:
    """Kill the child's whole group if the child is still there, reap it and close its pipes."""
    if child.poll() is None:
        # Not reaped yet, so its process id cannot have been given to anybody else.
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            pipe.close()


def _checked(reply: bytes, kind: DocumentKind) -> ExtractedText:
    """The child's reply as a value; a reply of another shape counts as a broken file."""
    try:
        found: Any = json.loads(reply)
    except ValueError:
        raise _refusal("corrupt") from None
    match found:
        case {"error": str(code)} if code in _SENTENCES:
            raise _refusal(code)
        case {
            "text": str(text),
            "pages": int(pages),
            "hidden_text_found": bool(hidden),
            "truncated": bool(truncated),
        } if len(text) <= MAX_CHARACTERS:
            # A font can map a glyph to half a surrogate pair, which no database or encoder would take.
            text = text.encode("utf-8", "replace").decode("utf-8")
            return ExtractedText(text=text, kind=kind, pages=pages, hidden_text_found=hidden, truncated=truncated)
    raise _refusal("corrupt")


def _sniff_zip(data: bytes) -> DocumentKind:
    if b"opendocument" in data[:256]:
        raise _refusal("unsupported_type", "OpenDocument files are not read.", _SAVE_AS)
    # Entry names stand uncompressed in the archive. Opening it is left to the child.
    if b"word/" in data:
        return DocumentKind.DOCX
    if b"xl/" in data or b"ppt/" in data:
        raise _refusal("unsupported_type", "Spreadsheets and slides are not read.", _SAVE_AS)
    raise _refusal("unsupported_type", "ZIP archives are not read.", "Send the document inside it by itself.")


def _refuse_ole(data: bytes) -> UnreadableDocument:
    # Word wraps a document with a password into the old container, in a stream of this name.
    if "EncryptedPackage".encode("utf-16-le") in data:
        return _refusal("encrypted")
    return _refusal("unsupported_type", "Documents of Word 97-2003 (.doc) are not read.", _SAVE_AS)


def _looks_binary(data: bytes) -> bool:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    head = data[:65536]
    controls = sum(byte < 32 and byte not in b"\t\n\r\f\v\x1b" for byte in head)
    return b"\0" in data or controls > len(head) // 100
